"""Real processes on one state: at once, killed between claim and settle, under any umask."""

from __future__ import annotations

import stat
import subprocess
import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pytest
from tests.support.build import NOW
from tests.support.house import letter

from inboxwatch.demo.server import DemoServers
from inboxwatch.model.outcome import OutboxState
from inboxwatch.store.lock import hold_lock
from inboxwatch.store.sqlite import open_journal

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]

PREAMBLE = """
import sys
from pathlib import Path
from inboxwatch.store.sqlite import open_journal
from inboxwatch.store.lock import hold_lock
from inboxwatch.model.outcome import OutboxState
from tests.support.journal import NOW, claim, mark, permitted, record, ref

state, me = Path(sys.argv[1]), int(sys.argv[2])

def say(word):
    print(word, flush=True)

def wait():
    sys.stdin.readline()
"""

OPEN_AND_RECORD = """
for number in range(15):
    wait()
    journal = open_journal(state.with_name(f"{number}.db"))
    for uid in (me * 10, me * 10 + 1):
        journal.record([record(uid)], mark(uid, f"Box{me}"), NOW)
    journal.close()
    say("done")
"""

CLAIM = """
journal = open_journal(state)
say("ready")
wait()
mine = f"<{me}@acme.example>"
won = [n for n in range(30) if journal.claim(claim(n, message_id=mine), permitted).entry]
journal.close()
say(" ".join(map(str, won)))
"""

CLAIM_IN_PAIRS = """
import os
import traceback

def claim_three(number, name, started):
    os.read(started, 1)
    for uid in range(3 * number, 3 * number + 3):
        journal = open_journal(state)
        made = claim(uid, message_id=f"<{name}@acme.example>", promise=NOW)
        if journal.claim(made, permitted).entry:
            os.write(1, f"{uid} {name}\\n".encode())
        journal.close()

def start(number, name, started):
    process = os.fork()
    if not process:
        try:
            claim_three(number, name, started)
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    return process

for number in range(50):
    started, go = os.pipe()
    pair = [start(number, name, started) for name in "ab"]
    os.write(go, b"go")
    assert [os.waitpid(process, 0)[1] for process in pair] == [0, 0]
    os.close(started)
    os.close(go)
say("done")
"""

CLAIM_AND_HANG = """
journal = open_journal(state)
(mail_id,) = journal.record([record(1, pending=True)], mark(2), NOW)
assert journal.claim(claim(1, mail_id=mail_id), permitted).entry
say("claimed")
wait()
"""

PERMIT_AND_HANG = """
journal = open_journal(state)
journal.record([record(1, pending=True)], mark(2), NOW)

def hang(*_):
    say("asked")
    wait()
    return ()

journal.claim(claim(1), hang)
"""

WHOLE_RUN = """
with hold_lock(state.with_name("state.db.lock")):
    journal = open_journal(state)
    run = journal.begin_run(NOW, replies_enabled=True)
    journal.record([record(1)], mark(2), NOW)
    entry = journal.claim(claim(1), permitted).entry
    journal.settle(entry.id, OutboxState.SENT, NOW, "250 ok")
    say("done")
    wait()
"""

WRITE_ON = """
import select
journal = open_journal(state)
say("ready")
number = 0
while not select.select([sys.stdin], [], [], 0)[0]:
    number += 1
    journal.record([record(number)], mark(number + 1), NOW)
    journal.claim(claim(number), permitted)
journal.close()
say(str(number))
"""

RUN_IN_ROUNDS = """
import os
from msgspec.structs import replace
from inboxwatch.app.run import run
from inboxwatch.cli import wiring
from inboxwatch.errors import InboxwatchError

if os.environ.get("WITHOUT_LOCK"):
    wiring._take_lock = lambda *_, **__: None

class Meeting:
    "The journal, which waits for the other process before it claims."

    def __init__(self, journal):
        self.journal = journal

    def __getattr__(self, name):
        return getattr(self.journal, name)

    def claim(self, *args):
        say("claims")
        wait()
        return self.journal.claim(*args)

def run_once():
    try:
        with wiring.open_house(state, patient=False) as house:
            run(replace(house.desk(), journal=Meeting(house.journal)))
    except InboxwatchError as error:
        return error.code.name
    return "DONE"

say("ready")
while True:
    wait()
    say(run_once())
"""


class Child:
    """A process that runs one of the texts above on a state, in step with the test."""

    def __init__(self, text: str, state: Path, me: int = 0, umask: int = -1) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", PREAMBLE + text, str(state), str(me)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            umask=umask,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def go(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def hear(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state" / "state.db"


def test_processes_that_make_one_state_at_once_lose_no_rows(state: Path) -> None:
    with ExitStack() as stack:
        children = [stack.enter_context(Child(OPEN_AND_RECORD, state, me)) for me in range(1, 5)]
        for _ in range(15):
            for child in children:
                child.go()
            assert [child.hear() for child in children] == ["done"] * 4
    for number in range(15):
        with open_journal(state.with_name(f"{number}.db"), create=False) as journal:
            assert len(journal.open_mails()) == 8
            marks = [journal.mailbox("support", f"Box{me}") for me in range(1, 5)]
        assert [mark and mark.uidnext for mark in marks] == [11, 21, 31, 41]


def test_of_two_processes_one_wins_each_reply_key(state: Path) -> None:
    with Child(CLAIM, state, 1) as one, Child(CLAIM, state, 2) as other:
        assert [one.hear(), other.hear()] == ["ready", "ready"]
        one.go()
        other.go()
        won = [[int(number) for number in child.hear().split()] for child in (one, other)]
    assert sorted(won[0] + won[1]) == list(range(30))
    with open_journal(state, create=False) as journal:
        entries = journal.outbox(list(OutboxState))
    winners = {number: me for me, numbers in enumerate(won, 1) for number in numbers}
    assert {int(entry.reply_key[4:]): entry.message_id for entry in entries} == {
        number: f"<{me}@acme.example>" for number, me in winners.items()
    }


def test_two_processes_started_together_fifty_times_claim_each_key_once(state: Path) -> None:
    """Rule X01, without the lock of rule X10; the pairs are forked, so that they start at once."""
    claimed: dict[int, str] = {}
    with Child(CLAIM_IN_PAIRS, state) as child:
        while (line := child.hear()) not in ("done", ""):
            key, name = line.split()
            assert int(key) not in claimed
            claimed[int(key)] = name
    assert line == "done"
    with open_journal(state, create=False) as journal:
        entries = journal.outbox([OutboxState.SENDING])
        for entry in entries:
            journal.settle(entry.id, OutboxState.SENT, NOW, "")
        assert len(journal.promises()) == 150
        assert journal.usage(account="support", recipient_domain="", now=NOW).day == 150
    assert {int(entry.reply_key[4:]): entry.message_id for entry in entries} == {
        key: f"<{name}@acme.example>" for key, name in claimed.items()
    }
    assert sorted(claimed) == list(range(150))


HOUSE = """\
version: 1
timezone: Europe/Berlin
team: {{name: Acme Support, sign: Jo}}
accounts:
  support:
    address: {servers.user}
    imap:
      host: 127.0.0.1
      port: {servers.imap_port}
      security: none
      user: {servers.user}
      password_file: password
    smtp: {{host: 127.0.0.1, port: {servers.smtp_port}, security: none}}
    authentication: {{trust: [mx.acme.example]}}
schedule: {{business: {{mon-sun: "00:00-24:00"}}, open: [business]}}
replies: {{enabled: true, mode: send, limits: {{account_hour: 100}}}}
state: {{path: state/state.db}}
"""


NO_SERVERS = """\
version: 1
timezone: Europe/Berlin
team: {name: Acme Support, sign: Jo}
accounts:
  support:
    address: support@acme.example
    imap: {host: imap.acme.example, user: support, password_env: SECRET}
    smtp: {host: smtp.acme.example, user: support, password_env: SECRET}
schedule: {business: {mon-fri: "09:00-18:00"}, open: [business]}
state: {path: state/state.db}
"""


@pytest.fixture
def servers() -> Iterator[DemoServers]:
    with DemoServers() as running:
        yield running


@pytest.fixture
def config(tmp_path: Path, servers: DemoServers) -> Path:
    """The configuration of a whole house on the demo's servers."""
    for name, text in (("password", servers.password), ("c.yaml", HOUSE.format(servers=servers))):
        (tmp_path / name).write_text(text, "utf-8")
        (tmp_path / name).chmod(0o600)
    return tmp_path / "c.yaml"


def together(pair: tuple[Child, Child]) -> tuple[list[str], list[str]]:
    """Start a run in both; how far they came when both wait or have ended, and how they ended."""
    for child in pair:
        child.go()
    met = [child.hear() for child in pair]
    for child, word in zip(pair, met, strict=True):
        if word == "claims":
            child.go()
    ended = [
        child.hear() if word == "claims" else word for child, word in zip(pair, met, strict=True)
    ]
    return sorted(met), sorted(ended)


@pytest.mark.parametrize(
    ("without_lock", "rounds", "met", "ended"),
    [
        ("", 10, ["LOCKED", "claims"], ["DONE", "LOCKED"]),
        ("1", 50, ["claims", "claims"], ["DONE", "DONE"]),
    ],
    ids=["lock", "no lock"],
)
def test_two_whole_runs_started_together_again_and_again_send_each_reply_once(
    without_lock: str,
    rounds: int,
    met: list[str],
    ended: list[str],
    config: Path,
    servers: DemoServers,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Rules X01, X10: one of two gets the lock; without it both claim, and one gets the key."""
    monkeypatch.setenv("WITHOUT_LOCK", without_lock)
    with Child(RUN_IN_ROUNDS, config, 1) as one, Child(RUN_IN_ROUNDS, config, 2) as other:
        assert [one.hear(), other.hear()] == ["ready", "ready"]
        one.go()
        assert one.hear() == "DONE"  # the first run answers nobody
        for number in range(rounds):
            at = datetime.now(UTC).replace(microsecond=0)
            servers.deliver("INBOX", letter(f"ann@customer{number}.example", at=at), at)
            assert together((one, other)) == (met, ended)
    recipients = [mail.recipients for mail in servers.sent]
    assert recipients == [(f"ann@customer{number}.example",) for number in range(rounds)]


def test_a_backup_made_while_a_run_goes_on_is_whole_and_disturbs_nobody(
    state: Path, tmp_path: Path
) -> None:
    """What was committed together is in it together, and the run loses nothing."""
    config = tmp_path / "c.yaml"
    config.write_text(NO_SERVERS, "utf-8")
    backups = [tmp_path / f"{number}.db" for number in range(5)]
    with Child(WRITE_ON, state) as child, hold_lock(state.with_name("state.db.lock")):
        assert child.hear() == "ready"
        for backup in backups:
            command = [sys.executable, "-m", "inboxwatch", "backup", str(backup), "-c", str(config)]
            subprocess.run(command, check=True, capture_output=True, timeout=60)
        child.go()
        written = int(child.hear())
    counts = [_counted(backup) for backup in backups]
    assert counts == sorted(counts)
    assert counts[0] < counts[-1] <= _counted(state) == written


def _counted(path: Path) -> int:
    """The mails of a state in which each mail comes with its mark, and then with a claim."""
    with open_journal(path, create=False) as journal:
        mails, mark = len(journal.open_mails()), journal.mailbox("support", "INBOX")
        claims = len(journal.outbox([OutboxState.SENDING]))
    assert mails == (mark.uidnext - 1 if mark else 0)
    assert claims in (mails, mails - 1)
    return mails


def test_a_run_killed_between_claim_and_settle_never_sends_again(state: Path) -> None:
    with Child(CLAIM_AND_HANG, state) as child:
        assert child.hear() == "claimed"
        child.kill()
    with open_journal(state, create=False) as journal:
        (found,) = journal.outbox([OutboxState.SENDING])
        assert journal.pending("support", "INBOX", 1) == ()
        (recovered,) = journal.recover(NOW)
        assert (recovered.id, recovered.state) == (found.id, OutboxState.UNKNOWN)
        assert recovered.octets == found.octets
        assert journal.usage(account="support", recipient_domain="", now=NOW).day == 1


def test_a_run_killed_inside_the_claim_has_claimed_nothing(state: Path) -> None:
    with Child(PERMIT_AND_HANG, state) as child:
        assert child.hear() == "asked"
        child.kill()
    with open_journal(state, create=False) as journal:
        assert journal.outbox(list(OutboxState)) == ()
        assert journal.pending("support", "INBOX", 1) == (1,)


def test_everything_is_private_after_a_run_under_umask_0(state: Path) -> None:
    with Child(WHOLE_RUN, state, umask=0) as child:
        assert child.hear() == "done"
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in state.parent.iterdir()}
        child.go()
        child.process.wait()
    assert modes == dict.fromkeys(
        ["state.db", "state.db-wal", "state.db-shm", "state.db.lock"], 0o600
    )
    assert stat.S_IMODE(state.parent.stat().st_mode) == 0o700
    after = {stat.S_IMODE(path.stat().st_mode) for path in state.parent.iterdir()}
    assert after == {0o600}
