r"""A sweep through the spam folders: what was looked at, what was found, and what became of it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from inboxwatch.model.decision import RescueDecision
    from inboxwatch.model.message import AuthenticationStatus, MessageRef
    from inboxwatch.model.past import Past


class SweepMode(StrEnum):
    """Whether a sweep only reports, moves what a person chooses, or what may be rescued as well."""

    REPORT = "report"
    INTERACTIVE = "interactive"
    APPLY = "apply"


class SweepOutcome(StrEnum):
    """What became of a mail that a sweep found.

    ``moving`` and ``undoing`` are committed before the server is asked; what a later sweep still
    finds there it settles by looking where the mail lies. ``gone`` was taken away by somebody else.
    ``returned`` was moved by an earlier sweep and lies in the spam folder again.
    """

    REPORTED = "reported"
    MOVING = "moving"
    MOVED = "moved"
    CAPPED = "capped"
    FAILED = "failed"
    GONE = "gone"
    UNDOING = "undoing"
    UNDONE = "undone"
    RETURNED = "returned"


class Choice(StrEnum):
    """What a person says about a doubtful mail: ``genuine`` rescues and remembers its sender."""

    RESCUE = "rescue"
    LEAVE = "leave"
    GENUINE = "genuine"
    STOP = "stop"


UNSETTLED = (SweepOutcome.MOVING, SweepOutcome.UNDOING)
"""Committed before the server was asked, and not settled yet."""

ONCE_RESCUED = (SweepOutcome.MOVED, SweepOutcome.UNDONE)
"""A mail of which this is true is not moved a second time: somebody put it back on purpose."""


class Earlier(Struct, frozen=True):
    """What the journal said of a mail before it was rescued, which is what an undo restores.

    ``decision`` is the object of the JSON contract, ``closed`` why the mail needed nobody (empty
    where it did), ``past`` what the decision was made against.
    """

    priority: int
    automatic: bool
    unproven: bool
    pending: bool
    decision: Mapping[str, object]
    closed: str = ""
    closed_at: datetime | None = None
    past: Past | None = None


class SweepMail(Struct, frozen=True):
    r"""A mail that a sweep tells of: a customer's, or one that pretends to be a customer's.

    ``ref`` is where it lay in ``\Junk``, ``place`` where it lies now as far as that is known, and
    ``moved_to`` the mailbox it was moved to, empty if it was not. ``mail_id`` is its number in the
    journal, None for one that is not there. ``customer`` is name and id of whoever it is said to be
    from. ``judgement`` is the object ``rescue`` of the JSON contract: the decision and what was not
    met. ``was_junk`` tells that it had the keyword ``$Junk``; ``reply`` is how its apology stands,
    empty without one. ``by_hand`` tells that a person wanted it rescued. ``next_place`` is where
    the mailbox to which it was about to be moved would have put its next mail: what lies below was
    there before. ``earlier`` is what the journal said of it before, None where that did not know
    it. ``id`` is the number of this row, 0 before it is kept.
    """

    ref: MessageRef
    sender: str
    from_text: str
    subject: str
    received: datetime
    decision: RescueDecision
    judgement: Mapping[str, object]
    authentication: AuthenticationStatus
    priority: int
    message_id: str = ""
    reply_key: str = ""
    customer: tuple[str, str] | None = None
    mail_id: int | None = None
    outcome: SweepOutcome = SweepOutcome.REPORTED
    moved_to: str = ""
    place: MessageRef | None = None
    detail: str = ""
    was_junk: bool = False
    reply: str = ""
    by_hand: bool = False
    next_place: MessageRef | None = None
    earlier: Earlier | None = None
    sweep_id: int = 0
    id: int = 0


class SweepRun(Struct, frozen=True):
    r"""One sweep. ``examined`` is how many mails in ``\Junk`` were looked at, by account.

    ``since`` is from when on mail was looked at, None for what an ordinary run moved. ``ended_at``
    is None for one that was killed, or is still at work.
    """

    started_at: datetime
    mode: SweepMode
    accounts: tuple[str, ...]
    since: datetime | None = None
    ended_at: datetime | None = None
    examined: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    id: int = 0
