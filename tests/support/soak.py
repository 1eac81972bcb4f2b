"""Simulated weeks of cron: faults, deliveries, another client, and kills, in an order of chance.

    python -m tests.support.soak [--runs 1000] [--seed N]

A real Dovecot behind a proxy, an SMTP server that refuses and hangs up, and the installed command,
as cron starts it. The seed is printed first, and the same one brings the same order of events; only
where a kill hits depends on the machine. In the end, when all is well again, has to be true: every
mail that stayed where it came was decided exactly once, nobody got two replies to one mail, every
run ended with a code of the documentation and without a traceback, and the state is sound.
"""

from __future__ import annotations

import argparse
import imaplib
import random
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.dovecot import dovecot
from tests.support.house import letter
from tests.support.installed import installed
from tests.support.proxy import After, Cut, Reworded, Silence, proxy
from tests.support.smtp_server import smtp_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.dovecot import Dovecot
    from tests.support.installed import Installed
    from tests.support.proxy import Fault, Proxy
    from tests.support.smtp_server import SmtpServer

RUNS = 1000
PATIENCE = 60.0
"""Seconds after which a run counts as hanging; every fault that is silent is followed by a kill."""

ALLOWED = frozenset({0, 3, 12, 13, -9})
"""How a run may end: done, incomplete, login refused, unreachable, killed."""

_WORDS = (
    *("lamp", "frame", "saddle", "parcel", "bottle", "tent", "stove", "zip", "pump", "rope"),
    *("blue", "spare", "second", "small", "folding", "steel", "winter", "summer", "left", "right"),
)
_SMTP: tuple[dict[str, int | None], ...] = (
    *({},) * 6,
    {"mail": 451},
    {"rcpt": 450},
    {"rcpt": 550},
    {"data": 421},
    {"dot": 452},
    {"dot": None},
)
_LOGIN = rb"^(\w+) OK .*Logged in.*"


class SoakError(AssertionError):
    """Something that may never happen has happened."""


@dataclass(slots=True)
class Soak:
    """One mailbox and all that befalls it. ``moved`` are mails that another client touched."""

    imap: Dovecot
    smtp: SmtpServer
    between: Proxy
    program: Installed
    chance: random.Random
    delivered: dict[str, str] = field(default_factory=dict)
    moved: set[str] = field(default_factory=set)
    codes: Counter[int] = field(default_factory=Counter)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def step(self) -> None:
        """Some mail comes, perhaps somebody else is at work, and cron starts a run."""
        for _ in range(self.chance.choice((0, 0, 1, 1, 2, 3))):
            self._deliver()
        if self.chance.random() < 0.3:
            self._other_client()
        self.smtp.answers.clear()
        self.smtp.answers.update(self.chance.choice(_SMTP))
        self.between.faults, silent = self._fault()
        after = self.chance.uniform(0.05, 0.9)
        self._run(kill_after=after if silent or self.chance.random() < 0.25 else None)

    def settle(self) -> None:
        """Everything is well again: a few runs, the last of which has nothing to do."""
        self.between.faults = None
        self.smtp.answers.clear()
        self.program("status", "--retry")  # a run that is killed leaves its mails under suspicion
        for _ in range(3):
            self._run()
        self.program.config.touch()
        done = self.program("run", "--account", "support")
        if done.returncode not in {0, 3}:
            raise SoakError(f"the last run ended with {done.returncode}: {done.stderr}")

    def check(self) -> None:
        """What has to be true in the end. Raises SoakError."""
        rows = self._ask("SELECT message_id, count(*) FROM mail GROUP BY 1")
        for message_id, mailbox in self.delivered.items():
            times = rows.get(message_id, 0)
            if message_id not in self.moved and times != 1:
                raise SoakError(f"{message_id} in {mailbox} was decided {times} times")
            if times > 2:
                raise SoakError(f"{message_id} was decided {times} times")
        self._check_replies()
        if left := self._ask("SELECT state, count(*) FROM outbox GROUP BY 1").get("sending"):
            raise SoakError(f"{left} replies are neither sent nor unknown")
        with self._state() as sql:
            said = sql.execute("PRAGMA integrity_check").fetchone()[0]
        sql.close()
        if said != "ok":
            raise SoakError(f"the state is damaged: {said}")

    def _check_replies(self) -> None:
        answered: Counter[str] = Counter()
        for sent in (*self.smtp.sent, *self.smtp.taken):
            answered[str(message_from_bytes(sent.octets)["In-Reply-To"])] += 1
        if twice := [one for one, times in answered.items() if times > 1]:
            raise SoakError(f"answered more than once: {twice}")
        if unknown := set(answered) - set(self.delivered):
            raise SoakError(f"answered what never came: {unknown}")
        junk = {one for one, mailbox in self.delivered.items() if mailbox == "Spam"} - self.moved
        if wrong := junk & set(answered):
            raise SoakError(f"answered from the spam folder: {wrong}")
        waiting = [one for one in self.delivered if one not in self.moved | junk]
        if len(waiting) > 20 and sum(one in answered for one in waiting) < len(waiting) // 2:
            raise SoakError(f"only {len(answered)} of {len(waiting)} were answered")

    def _deliver(self) -> None:
        number = next(self._numbers)
        at = datetime.now(UTC).replace(microsecond=0)
        thing = " ".join(self.chance.sample(_WORDS, 4))
        message_id = f"<soak{number}@writer{number}.example>"
        octets = letter(
            f"ann@writer{number}.example",
            subject=f"About the {thing}",
            text=f"Do you have the {thing} in stock? I would like {number}.",
            message_id=message_id,
            at=at,
        )
        mailbox = self.chance.choice(("INBOX", "INBOX", "INBOX", "Spam"))
        self.imap.deliver(mailbox, octets, at)
        self.delivered[message_id] = mailbox

    def _other_client(self) -> None:
        """Somebody reads, answers, moves or deletes one mail with another program."""
        source = self.chance.choice(("INBOX", "Spam"))
        deed = self.chance.choice(("\\Seen", "\\Flagged", "\\Answered", "move", "delete"))
        with imaplib.IMAP4(self.imap.host, self.imap.plain_port) as client:
            client.login(self.imap.user, self.imap.password)
            client.select(source)
            uids = client.uid("SEARCH", "ALL")[1][0].split()
            if not uids:
                return
            uid = self.chance.choice(uids).decode()
            header = client.uid("FETCH", uid, "(BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")[1]
            first = header[0][1] if isinstance(header[0], tuple) else b""
            self.moved.add(first.decode().partition(":")[2].strip())
            if deed == "move":
                target = "Archive" if source == "INBOX" else "INBOX"
                with suppress(imaplib.IMAP4.error):
                    client.create("Archive")
                client.uid("MOVE", uid, target)
            else:
                flag = "\\Deleted" if deed == "delete" else deed
                client.uid("STORE", uid, "+FLAGS", f"({flag})")
                if deed == "delete":
                    client.expunge()

    def _fault(self) -> tuple[Callable[[], Fault] | None, bool]:
        """What goes wrong in this run, and whether it is silent."""
        length = round(2 ** self.chance.uniform(4, 15))
        faults: tuple[tuple[Callable[[], Fault] | None, bool], ...] = (
            *((None, False),) * 8,
            (lambda: After(length), False),
            (lambda: After(length), False),
            (lambda: After(length, reset=True), False),
            (lambda: After(length, Silence), True),
            (lambda: Reworded(_LOGIN, rb"\1 NO [THROTTLED] slow down\r"), False),
            (lambda: Reworded(_LOGIN, rb"\1 NO [LIMIT] too many connections\r"), False),
            (lambda: Reworded(rb"^\w+ OK Fetch.*", b"* BYE restarting\r", end=Cut), False),
            (lambda: Reworded(rb"^\* \d+ FETCH.*", b"\x00\xff(((\r"), False),
            (lambda: Reworded(rb"\{\d{3,}\}", b"{8000000000}"), False),
        )
        return self.chance.choice(faults)

    def _run(self, kill_after: float | None = None) -> None:
        words = ("--account", "support") if self.chance.random() < 0.5 else ()
        self.program.config.touch()  # an account that failed is tried again at once after that
        process = self.program.start("run", *words)
        try:
            out, err = process.communicate(timeout=kill_after or PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            if kill_after is None:
                raise SoakError(f"a run hangs:\n{out}{err}") from None
        self.codes[process.returncode] += 1
        if process.returncode not in ALLOWED or "Traceback" in err:
            raise SoakError(f"a run ended with {process.returncode}:\n{out}{err}")

    def _state(self) -> sqlite3.Connection:
        return sqlite3.connect(self.program.state)

    def _ask(self, query: str) -> dict[str, int]:
        with self._state() as sql:
            found: dict[str, int] = dict(sql.execute(query).fetchall())
        sql.close()
        return found


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def soak(folder: Path, seed: int, runs: int, told: Callable[[str], None] = _tell) -> Soak:
    """Set everything up, let it happen, and check it. Raises SoakError, which names the seed."""
    told(f"seed {seed}")
    with ExitStack() as stack:
        imap = stack.enter_context(dovecot(tls=False))
        smtp = stack.enter_context(smtp_server())
        between = stack.enter_context(proxy(imap.host, imap.plain_port))
        program = installed(folder, imap, smtp)
        program.write(_through(program.config.read_text("utf-8"), imap, between))
        chance = random.Random(seed)  # noqa: S311 - the same seed has to bring the same events
        one = Soak(imap, smtp, between, program, chance)
        one._run()
        try:
            for number in range(1, runs + 1):
                one.step()
                if number % 100 == 0:
                    told(f"{number} runs, {len(one.delivered)} mails: {dict(one.codes)}")
            one.settle()
            one.check()
        except SoakError as error:
            raise SoakError(f"seed {seed}: {error}") from error
        return one


def _through(text: str, imap: Dovecot, between: Proxy) -> str:
    """The configuration with the proxy for a server, and without low limits."""
    text = text.replace(f"port: {imap.port}", f"port: {between.port}")
    most = "{domain_hour: 9999, domain_day: 9999, account_hour: 9999, run: 999, day: 99999}"
    return text.replace("mode: send}", f"mode: send, limits: {most}}}") + "\n"


def main() -> int:
    """The long soak of ``make soak``."""
    parser = argparse.ArgumentParser(description="Simulate many runs of cron with faults.")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="iw-soak-") as name:
        try:
            one = soak(Path(name) / "house", options.seed, options.runs)
        except SoakError as error:
            _tell(str(error))
            return 1
    replies = len(one.smtp.sent)
    _tell(f"sound: {len(one.delivered)} mails, {replies} replies, codes {dict(one.codes)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
