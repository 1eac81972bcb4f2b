"""A team's mailbox on a real Dovecot over simulated days: the clock is the test's.

``at`` moves the clock; mail is put into its mailbox with that INTERNALDATE. Runs and commands see
the same clock, which is handed to them as a value: the product reads no switch for it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tests.support.house import letter

from inboxwatch.app.attention import awake, gather
from inboxwatch.app.run import run
from inboxwatch.cli.stored import stored_fields
from inboxwatch.cli.wiring import open_house
from inboxwatch.config.terms import build_waiting
from inboxwatch.core.waiting import as_of, in_order

if TYPE_CHECKING:
    from tests.support.dovecot import Dovecot
    from tests.support.installed import Installed
    from tests.support.smtp_server import SmtpServer

    from inboxwatch.core.attention import Item
    from inboxwatch.core.run_summary import RunReport
    from inboxwatch.model.case import Deed
    from inboxwatch.model.outcome import Promise

ZONE = ZoneInfo("Europe/Berlin")


class SetClock:
    """Says what a test set; waiting takes the time it takes."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return time.monotonic()


@dataclass
class Days:
    """The house over days; ``sent`` counts how many replies a test has seen so far."""

    program: Installed
    imap: Dovecot
    smtp: SmtpServer
    clock: SetClock
    number: int = 0
    seen: int = 0
    told: list[str] = field(default_factory=list)

    def at(self, written: str) -> Days:
        """Now it is this instant in Berlin."""
        self.clock.at = datetime.fromisoformat(written).replace(tzinfo=ZONE)
        return self

    def writes(
        self, sender: str, subject: str, text: str, *, about: str = "", mailbox: str = "INBOX"
    ) -> str:
        """A customer's mail arrives, perhaps in answer to another; its Message-ID."""
        return self._deliver(mailbox, sender, "support@acme.example", subject, text, about)

    def answers(self, who: str, recipient: str, subject: str, text: str, *, about: str = "") -> str:
        """A person of the team writes from any mail client: the mail lies in Sent."""
        return self._deliver("Sent", who, recipient, subject, text, about, flags="S")

    def colleague(self, who: str, recipient: str, subject: str, text: str, *, about: str) -> str:
        """A person of the team writes from her own mailbox with us in copy."""
        to = f"{recipient}\nCc: support@acme.example"
        return self._deliver("INBOX", who, to, subject, text, about)

    def _deliver(
        self,
        mailbox: str,
        sender: str,
        to: str,
        subject: str,
        text: str,
        about: str,
        *,
        flags: str = "",
    ) -> str:
        self.number += 1
        message_id = f"<day{self.number}@{sender.rpartition('@')[2]}>"
        headers = f"In-Reply-To: {about}\nReferences: {about}\n" if about else ""
        octets = letter(
            sender,
            subject=subject,
            text=text,
            to=to,
            message_id=message_id,
            at=self.clock.at.astimezone(ZoneInfo("UTC")),
            headers=headers,
        )
        self.imap.deliver(mailbox, octets, self.clock.at, flags=flags)
        return message_id

    def run(self) -> RunReport:
        """A run, as cron would start one now; the alerts it told are noted."""
        with open_house(self.program.config, clock=self.clock) as house:
            report = run(house.desk(), configured_at=house.configured_at)
        assert not report.failures
        self.told += [one.title for one in report.alerts]
        return report

    def replies(self) -> list[str]:
        """The texts of the replies that went out since this was last asked."""
        new = self.smtp.sent[self.seen :]
        self.seen += len(new)
        return [_text(one.octets) for one in new]

    def queue(self) -> list[dict[str, Any]]:
        """What ``queue --json`` shows now."""
        with open_house(self.program.config, clock=self.clock) as house:
            terms = build_waiting(house.config)
            mails = house.journal.open_mails()
            return [
                dict(one)
                for one in in_order(as_of(stored_fields(m), terms, self.clock.at) for m in mails)
            ]

    def attention(self) -> tuple[Item, ...]:
        """What ``attention`` shows now."""
        with open_house(self.program.config, clock=self.clock) as house:
            schedule = build_waiting(house.config).schedule
            return awake(gather(house.journal, self.clock.at, lambda: schedule))

    def promises(self) -> tuple[Promise, ...]:
        """The ledger as of now."""
        with open_house(self.program.config, clock=self.clock) as house:
            return house.journal.promises()

    def done(self, mail_id: int, deed: Deed) -> None:
        """A person says that a mail was dealt with."""
        with open_house(self.program.config, clock=self.clock) as house:
            house.journal.done(mail_id, deed)


def _text(octets: bytes) -> str:
    part = message_from_bytes(octets)
    while part.is_multipart():
        part = part.get_payload(0)  # type: ignore[assignment]
    return part.get_payload(decode=True).decode()  # type: ignore[union-attr]
