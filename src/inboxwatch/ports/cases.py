"""The part of the journal that is about people: what has to reach one, and what one did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from inboxwatch.model.case import Deed, Escalation, File, Settled, Standing


class Cases(Protocol):
    """Escalations, who works on what, and what was told. Every method is one transaction."""

    def escalations(self) -> tuple[Escalation, ...]:
        """The open ones, the oldest first.

        One is opened, or counts one request more, by ``record`` for a mail with causes that nobody
        has answered; of one account and customer there is one, whatever the conversation, and
        whichever of the addresses that the customer is known by. Others at a customer's domain have
        their own. It is closed by a person's answer to the customer that is not the same text
        again, or by ``done``; asked for again within thirty days it is open again and goes on
        counting.
        """

    def untold_escalations(self) -> tuple[Escalation, ...]:
        """The open ones of which nobody was told as they stand (``Escalation.alert_key``)."""

    def case(self, mail_id: int) -> File:
        """The conversation of a mail, and the escalation that it is part of, open or closed."""

    def escalated_mails(self) -> frozenset[int]:
        """The ids of the mails that are part of an open escalation."""

    def escalated_since(self, account: str, party: str, customer: str) -> datetime | None:
        """When the first open escalation of an address, or of a customer's id, began.

        Either may be empty; None where none is open in the account (rule A46).
        """

    def done(self, mail_id: int, deed: Deed) -> Settled:
        """A person has dealt with a mail: what that settled of the customer's.

        It counts as an answer in the conversation, closes the customer's escalation in the mail's
        account, keeps promises, and wakes what was put off; an assignment stays. Raises StateError
        without the mail.
        """

    def undo_done(self, mail_id: int) -> Deed | None:
        """Take the newest deed in the conversation of a mail back, with all that it settled.

        What was put off stays awake. None when there is no deed.
        """

    def assign(self, mail_id: int, owner: str, at: datetime) -> None:
        """Hand the conversation of a mail to somebody; an empty name takes it back."""

    def snooze(self, mail_id: int, until: datetime, at: datetime) -> None:
        """Put the conversation of a mail off; mail that comes after ``at`` wakes it."""

    def standings(self, now: datetime) -> Mapping[int, Standing]:
        """By the ids of mails: who works on it, and until when it is put off, where either is so.

        What is put off until an instant that has passed by ``now`` is put off no more.
        """

    def deeds(self, mail_id: int) -> tuple[Deed, ...]:
        """What was done in the conversation of a mail, oldest first."""

    def begin_telling(self, key: str, at: datetime) -> bool:
        """Claim an alert, durably; False when it was told before.

        One that an earlier run claimed and never ended is claimed anew: better told twice than lost
        with a run that died. There is one run at a time (rule X10).
        """

    def end_telling(self, key: str, *, told: bool) -> None:
        """Whether a claimed alert was told; one that was not may be claimed again."""
