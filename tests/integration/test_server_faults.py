"""A real server that goes wrong in every way that a server can, and the run after it.

One assertion for all: in the end every mail was decided exactly once, nobody got two replies, the
exit code is the right one, and the message is clear.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import pytest
from tests.support.build import account, customers, policy
from tests.support.dovecot import dovecot
from tests.support.fake_transport import FakeTransport
from tests.support.house import StillClock, letter
from tests.support.proxy import After, Cut, Reworded, Silence, proxy

from inboxwatch.app.desk import Desk, Doors, Rules
from inboxwatch.app.run import run
from inboxwatch.core.run_summary import exit_code
from inboxwatch.errors import ExitCode
from inboxwatch.mail.imap import ImapAccount, ImapSettings
from inboxwatch.model.customer import Customer
from inboxwatch.model.policy import RescueMode, RescuePolicy
from inboxwatch.store.sqlite import open_journal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.support.dovecot import Dovecot
    from tests.support.proxy import Fault, Proxy

    from inboxwatch.core.run_summary import RunReport
    from inboxwatch.model.policy import Policy

pytestmark = pytest.mark.dovecot

WRITERS = ("ann@archer.example", "bert@bloom.example", "cleo@crane.example")
KNOWN = tuple(Customer(f"c-{n}", address, (address,)) for n, address in enumerate(WRITERS))
DONE, UNREACHABLE, INCOMPLETE = ExitCode.DONE, ExitCode.UNREACHABLE, ExitCode.INCOMPLETE


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with dovecot(tls=False, users={f"u{n}": "correct horse" for n in range(400)}) as running:
        yield running


@dataclass
class Shop:
    """One mailbox behind a proxy, and runs over it, each with a journal and a connection anew."""

    imap: Dovecot
    between: Proxy
    user: str
    state: Path
    transport: FakeTransport = field(default_factory=FakeTransport)
    clock: StillClock = field(default_factory=StillClock)
    policy: Policy = field(default_factory=policy)

    def run(self) -> RunReport:
        settings = ImapSettings(
            "support",
            self.between.host,
            self.between.port,
            "none",
            self.user,
            lambda: self.imap.password,
            connect_timeout=0.4,
            read_timeout=0.4,
        )
        journal, door = open_journal(self.state), ImapAccount(settings)
        try:
            return run(
                Desk(
                    rules=Rules(lambda: (self.policy, customers(*KNOWN))),
                    replies_enabled=True,
                    doors={"support": Doors(door, self.transport)},
                    journal=journal,
                    clock=self.clock,
                )
            )
        finally:
            door.close()
            journal.close()

    def deliver(self, octets: bytes, mailbox: str = "INBOX") -> None:
        self.imap.deliver(mailbox, octets, self.clock.now(), user=self.user)

    def lies_in(self, mailbox: str) -> int:
        """How many mails lie in a mailbox."""
        maildir = self.imap.maildir(mailbox, user=self.user)
        return sum(len(list((maildir / part).iterdir())) for part in ("cur", "new"))

    def decided(self) -> list[str]:
        """The Message-ID of every mail that was decided about."""
        with sqlite3.connect(self.state) as sql:
            found = [row[0] for row in sql.execute("SELECT message_id FROM mail ORDER BY 1")]
        sql.close()
        return found


_NUMBERS = iter(range(400))


@contextmanager
def shop(server: Dovecot, folder: Path) -> Iterator[Shop]:
    """A shop whose mailboxes are known, with four mails that came after that."""
    with proxy(server.host, server.plain_port) as between:
        house = Shop(server, between, f"u{next(_NUMBERS)}", folder / "state.db")
        assert exit_code(house.run()) is DONE
        house.clock.pass_by(minutes=1)
        for writer in WRITERS:
            house.deliver(letter(writer, at=house.clock.now()))
        house.deliver(letter("who@stranger.example", at=house.clock.now()), "Spam")
        yield house


def settled(house: Shop, answered: tuple[str, ...] = WRITERS) -> None:
    """What has to be true once the server is well again, whatever happened before."""
    house.between.faults = None
    house.clock.pass_by(hours=2)
    report = house.run()
    assert (exit_code(report), report.failures) == (DONE, ())
    ids = house.decided()
    assert len(ids) == len(set(ids)) == len(WRITERS) + 1
    assert sorted(one.recipient for one in house.transport.sent) == sorted(answered)


def clear(report: RunReport) -> None:
    """A message of one printable line that names the account, and what to do."""
    for failure in report.failures:
        assert failure.error.message.isprintable()
        assert failure.account in failure.error.message or failure.mailbox
        assert failure.error.next_step
        assert failure.error.code is not ExitCode.BUG


class Row(NamedTuple):
    """A fault, and what the run that meets it says."""

    name: str
    fault: Callable[[], Fault]
    code: ExitCode
    words: str


_LOGIN = rb"^(\w+) OK .*Logged in.*"
_HUGE = b"x" * 2_000_000


def _login(end: bytes) -> Callable[[], Fault]:
    return lambda: Reworded(_LOGIN, rb"\1 NO " + end + b"\r")


ROWS = (
    Row(
        "too many connections",
        lambda: Reworded(rb"^\* OK .*", b"* BYE Too many connections\r", 1, end=Cut),
        UNREACHABLE,
        "Too many",
    ),
    Row("half open", lambda: After(0, Silence), UNREACHABLE, "timed out"),
    Row("half open after the login", lambda: Reworded(_LOGIN, b"", end=Silence), UNREACHABLE, ""),
    Row("throttled", _login(b"[THROTTLED] slow down"), UNREACHABLE, "THROTTLED"),
    Row("over quota", _login(b"[OVERQUOTA] full"), UNREACHABLE, "OVERQUOTA"),
    Row("limit", _login(b"[LIMIT] too many"), UNREACHABLE, "LIMIT"),
    Row("denied", _login(b"[AUTHENTICATIONFAILED] no"), ExitCode.LOGIN, "refused user"),
    Row("goodbye", lambda: Reworded(_LOGIN, b"* BYE restarting\r", end=Cut), UNREACHABLE, ""),
    Row(
        "eight gigabytes",
        lambda: Reworded(rb"BODY\[HEADER\]<0> \{\d+\}", b"BODY[HEADER]<0> {8000000000}"),
        INCOMPLETE,
        "8000000000",
    ),
    Row(
        "a line without end",
        lambda: Reworded(rb"^\* \d+ FETCH.*", _HUGE, end=Silence),
        INCOMPLETE,
        "",
    ),
    Row("garbage", lambda: Reworded(rb"^\* \d+ FETCH.*", b"\x00\xff(((\r"), INCOMPLETE, ""),
    Row(
        "no answer but a goodbye",
        lambda: Reworded(rb"^\w+ OK Fetch.*", b"* BYE [UNAVAILABLE] going down\r", end=Cut),
        INCOMPLETE,
        "going down",
    ),
    Row(
        "throttled while reading",
        lambda: Reworded(rb"^(\w+) OK Fetch.*", rb"\1 NO [THROTTLED] later\r"),
        INCOMPLETE,
        "THROTTLED",
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_a_server_that_goes_wrong(row: Row, server: Dovecot, tmp_path: Path) -> None:
    with shop(server, tmp_path) as house:
        house.between.faults = row.fault
        report = house.run()
        clear(report)
        told = [failure.error.message for failure in report.failures]
        assert exit_code(report) is row.code, told
        assert any(row.words in one for one in told)
        settled(house)


@pytest.mark.parametrize("number", range(0, 24, 2))
def test_a_goodbye_at_any_line(number: int, server: Dovecot, tmp_path: Path) -> None:
    with shop(server, tmp_path) as house:
        bye = b"* BYE [UNAVAILABLE] restarting\r\n"
        house.between.faults = lambda: Reworded(rb"(?s)^.*$", bye, skip=number, times=1, end=Cut)
        report = house.run()
        clear(report)
        assert exit_code(report) in (DONE, UNREACHABLE, INCOMPLETE)
        settled(house)


@pytest.mark.parametrize(
    "value",
    [
        rb"(RFC822.SIZE) \d+",
        rb"(FLAGS) \([^)]*\)",
        rb"(UIDNEXT) \d+",
        rb"(UIDVALIDITY) \d+",
        rb"(MESSAGES) \d+",
        rb"(HIGHESTMODSEQ) \d+",
        rb"(LIST \([^)]*\)) \"[^\"]*\"",
    ],
)
def test_nil_where_a_value_belongs(value: bytes, server: Dovecot, tmp_path: Path) -> None:
    with shop(server, tmp_path) as house:
        house.between.faults = lambda: Reworded(value, rb"\1 NIL")
        report = house.run()
        clear(report)
        assert exit_code(report) in (DONE, UNREACHABLE, INCOMPLETE)
        settled(house)


def test_without_an_internaldate_mail_waits_for_a_person(server: Dovecot, tmp_path: Path) -> None:
    """Nobody knows how old it is (rule A17)."""
    with shop(server, tmp_path) as house:
        house.between.faults = lambda: Reworded(rb'(INTERNALDATE) "[^"]*"', rb"\1 NIL")
        report = house.run()
        assert exit_code(report) is DONE
        assert {one.decision.reply.refusals[0].rule for one in report.outcomes} == {"A17"}
        settled(house, answered=())


@pytest.mark.parametrize("reset", [False, True], ids=["hangs up", "resets"])
@pytest.mark.parametrize("share", [n / 8 for n in range(8)])
def test_a_server_that_ends_in_the_middle_of_a_word(
    share: float, reset: bool, server: Dovecot, tmp_path: Path
) -> None:
    """The same place of every connection, so that connecting once more does not help."""
    with shop(server, tmp_path) as house:
        honest = house.between.from_server
        length = round(share * honest)
        house.between.faults = lambda: After(length, reset=reset)
        report = house.run()
        clear(report)
        assert exit_code(report) in (DONE, UNREACHABLE, INCOMPLETE)
        settled(house)


@pytest.mark.parametrize("share", [n / 4 for n in range(4)])
def test_a_server_that_falls_silent(share: float, server: Dovecot, tmp_path: Path) -> None:
    with shop(server, tmp_path) as house:
        length = round(share * house.between.from_server)
        house.between.faults = lambda: After(length, Silence)
        report = house.run()
        clear(report)
        assert exit_code(report) in (DONE, UNREACHABLE, INCOMPLETE)
        settled(house)


def test_a_mailbox_that_is_numbered_anew_in_the_middle_of_a_run(
    server: Dovecot, tmp_path: Path
) -> None:
    with shop(server, tmp_path) as house:
        house.between.faults = lambda: Reworded(rb"UIDVALIDITY (\d+)", rb"UIDVALIDITY 9\1", skip=4)
        report = house.run()
        clear(report)
        settled(house)


def test_a_mailbox_that_is_numbered_anew_between_two_runs(server: Dovecot, tmp_path: Path) -> None:
    """All its mail has other UIDs, and nothing of it is decided or answered again (rule X06)."""
    with shop(server, tmp_path) as house:
        settled(house)
        for file in house.imap.maildir("INBOX", user=house.user).glob("dovecot*"):
            if file.is_file():
                file.unlink()
        settled(house)


def test_a_mailbox_that_vanishes_and_comes_back(server: Dovecot, tmp_path: Path) -> None:
    with shop(server, tmp_path) as house:
        spam = house.imap.maildir("Spam", user=house.user)
        away = spam.rename(spam.with_name("away"))
        house.between.faults = lambda: Reworded(rb"^\* LIST .*Spam\r\n", b"")
        report = house.run()
        clear(report)
        assert len(house.decided()) == len(WRITERS)
        remade = house.imap.maildir("Spam", user=house.user)
        for mail in remade.rglob("*"):
            assert not mail.is_file() or "dovecot" in mail.name
        shutil.rmtree(remade)
        away.rename(spam)
        settled(house)


def test_a_mailbox_that_may_only_be_read(server: Dovecot, tmp_path: Path) -> None:
    with shop(server, tmp_path) as house:
        house.between.faults = lambda: Reworded(
            rb"PERMANENTFLAGS \([^)]*\)|READ-WRITE", b"READ-ONLY"
        )
        report = house.run()
        assert exit_code(report) is DONE
        assert any("could not be marked" in note or "read" in note for note in _notes(report))
        settled(house)


@pytest.mark.parametrize("missing", [rb" MOVE", rb" UIDPLUS", rb" MOVE| UIDPLUS"])
def test_a_server_without_move_or_uidplus_rescues_all_the_same(
    missing: bytes, server: Dovecot, tmp_path: Path
) -> None:
    with shop(server, tmp_path) as house:
        trusting = account(trust=("mx.acme.example",))
        house.policy = policy(
            accounts={"support": trusting}, rescue=RescuePolicy(mode=RescueMode.INBOX)
        )
        house.between.faults = lambda: Reworded(missing, b"")
        house.clock.pass_by(minutes=1)
        house.deliver(letter(WRITERS[0], subject="Lost", at=house.clock.now()), "Spam")
        report = house.run()
        assert exit_code(report) is DONE, report
        house.run()
        ids = house.decided()
        assert len(ids) == len(set(ids)) == len(WRITERS) + 2
        assert house.lies_in("INBOX") == len(WRITERS) + 1


def _notes(report: RunReport) -> list[str]:
    return [note for outcome in report.outcomes for note in outcome.notes]
