"""Tests in the team's own configuration: a mail as the team wrote it, and what has to come out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from inboxwatch.model.message import AuthenticationStatus, Role
from inboxwatch.model.world import History

if TYPE_CHECKING:
    from datetime import datetime

    from inboxwatch.model.decision import ReplyDecision, RescueDecision


class TrialMail(Struct, frozen=True):
    """A mail in the words of a test. ``octets`` are those of a file, and then count alone.

    ``fields`` are further header fields; ``authentication`` is what our server found out about the
    sender, where the account trusts one.
    """

    sender: str = ""
    name: str = ""
    subject: str = ""
    text: str = ""
    html: str = ""
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    role: Role = Role.INBOX
    authentication: AuthenticationStatus = AuthenticationStatus.AUTHENTICATED
    octets: bytes = b""


class Expectation(Struct, frozen=True):
    """What a test expects of a decision; None and the empty set expect nothing.

    ``priority`` is the lowest and the highest that will do. Of ``signals`` and ``rules`` each has
    to be among those found, and none of ``no_signals``. ``says`` are texts that the reply holds.
    """

    priority: tuple[int, int] | None = None
    signals: frozenset[str] = frozenset()
    no_signals: frozenset[str] = frozenset()
    reply: ReplyDecision | None = None
    rules: frozenset[str] = frozenset()
    template: str | None = None
    tone: str | None = None
    language: str | None = None
    rescue: RescueDecision | None = None
    customer: str | None = None
    says: tuple[str, ...] = ()


class Trial(Struct, frozen=True):
    """One test: a mail at an instant, against a past, and what is expected.

    Without ``at`` it is half an hour after the first opening of the week of 5 January 2026;
    without ``account`` the first one.
    """

    name: str
    mail: TrialMail
    expect: Expectation
    at: datetime | None = None
    account: str = ""
    history: History = History()


class Difference(Struct, frozen=True):
    """One thing that came out otherwise than expected, both in words."""

    what: str
    expected: str
    got: str


class TrialResult(Struct, frozen=True):
    """How one test went; it passed if there are no differences."""

    trial: Trial
    differences: tuple[Difference, ...] = ()
