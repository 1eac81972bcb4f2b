"""What the report of a sweep is made of: plain values that the sweep fills in.

Sender, subject, evidence and details are foreign text and stay as they came.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from inboxwatch.model.decision import RescueDecision
    from inboxwatch.model.schedule import Schedule


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
    ``received`` is when it came, ``found_at`` when it was first found. ``filtered`` says why the
    filter took it, as a sentence, ``category`` is the filter's verdict in one word: spam, bulk,
    phishing, malware, spoof, unknown. ``wrote`` is how many mails of this sender lay there.
    ``outcome`` is reported, moved, capped, failed, undone or gone; ``went_out`` says what the
    customer was sent, empty for nothing.
    """

    account: str
    sender: str
    subject: str
    received: datetime
    found_at: datetime
    decision: RescueDecision
    outcome: str
    mail_id: int | None = None
    customer: str = ""
    shown_name: str = ""
    pretends: str = ""
    suspicion: str = ""
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

    ``authentication`` is its status, ``fault`` what did not hold of it (``dkim=fail``), or empty.
    """

    sender: str
    received: datetime
    found_at: datetime
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
    """One sweep: its number, ``report`` or ``apply``, and how many mails it saw in each account."""

    id: int
    started_at: datetime
    mode: str
    examined: Mapping[str, int]
    notes: tuple[str, ...] = ()


class SweepFacts(Struct, frozen=True):
    """Everything that the report of one sweep or of several tells."""

    since: datetime
    until: datetime
    schedule: Schedule
    sweeps: tuple[Swept, ...]
    mails: tuple[SweptMail, ...]
    taken: tuple[Taken, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    notes: tuple[str, ...] = ()
