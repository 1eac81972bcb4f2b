"""What the report of a sweep is made of: plain values that the sweep fills in.

Sender, subject, evidence and details are foreign text and stay as they came.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from inboxwatch.model.decision import RescueDecision
    from inboxwatch.model.schedule import Schedule


RUN: Final = "run"
"""The mode of what an ordinary run moved: it looks at new mail, and at no folder as a whole."""


class Ground(Struct, frozen=True):
    """One condition of rule S26, whether the mail meets it, and what shows that."""

    id: str
    title: str
    met: bool
    evidence: str = ""


class SweptMail(Struct, frozen=True):
    r"""A mail that a sweep looked at in ``\Junk``.

    ``customer`` is the name of the customer whose address it has, or empty; ``shown_name`` is the
    name that the mail itself shows with its address; ``pretends`` is as whom it poses without being
    them, ``suspicion`` a sentence on why its sender is suspicious, each empty for most.
    ``received`` is when it came, ``found_at`` when it was first found, ``lay_until`` up to when it
    lay there: until it was moved, else until now. ``belongs_to`` is what of the team's it refers
    to, ``by_hand`` whether a person said that it is genuine. ``filtered`` says why the filter took
    it, as a sentence, ``category`` is the filter's verdict in one word: spam, bulk, phishing,
    malware, spoof, unknown. ``wrote`` is how many mails of this sender lay there. ``outcome`` is
    reported, moved, capped, failed, undone or gone; ``went_out`` says what the customer was sent,
    empty for nothing.
    """

    account: str
    sender: str
    subject: str
    received: datetime
    found_at: datetime
    lay_until: datetime
    decision: RescueDecision
    outcome: str
    mail_id: int | None = None
    customer: str = ""
    shown_name: str = ""
    pretends: str = ""
    suspicion: str = ""
    belongs_to: str = ""
    by_hand: bool = False
    grounds: tuple[Ground, ...] = ()
    authentication: str = "unverified"
    category: str = "unknown"
    filtered: str = ""
    wrote: int = 1
    moved_to: str = ""
    detail: str = ""
    went_out: str = ""


class Taken(Struct, frozen=True):
    """A genuine mail that the filter had taken in the last twelve weeks, those of now among them.

    ``lay_until`` is when it was moved, or when a sweep last saw it in the spam folder.

    ``authentication`` is its status, ``fault`` what did not hold of it (``dkim=fail``), or empty.
    """

    sender: str
    received: datetime
    lay_until: datetime
    customer: str = ""
    category: str = "unknown"
    authentication: str = "unverified"
    fault: str = ""


class Mistake(Struct, frozen=True):
    """Something that the sweep got wrong, and what was done about it, empty for nothing yet."""

    at: datetime
    sender: str
    subject: str
    what: str
    mended: str = ""


class Swept(Struct, frozen=True):
    """One sweep: its number, its mode or ``RUN``, and what it saw and did in each account.

    ``examined`` are the mails that it looked at, none for a run; of them ``told`` are those that
    it tells of, and ``moved`` those that it moved and that were not put back.
    """

    id: int
    started_at: datetime
    mode: str
    examined: Mapping[str, int]
    notes: tuple[str, ...] = ()
    moved: Mapping[str, int] = field(default_factory=dict)
    told: Mapping[str, int] = field(default_factory=dict)


class SweepFacts(Struct, frozen=True):
    """Everything that the report of one sweep tells; ``sweep_id`` is its number.

    ``sweeps`` are that one and others whose mails are told as well. ``incomplete`` tells that not
    everything could be read.
    """

    since: datetime
    until: datetime
    schedule: Schedule
    sweep_id: int
    sweeps: tuple[Swept, ...]
    mails: tuple[SweptMail, ...]
    taken: tuple[Taken, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    notes: tuple[str, ...] = ()
    incomplete: bool = False
