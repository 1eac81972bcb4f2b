"""The part of the journal that is asked what happened in a stretch of time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from inboxwatch.model.case import Escalation
    from inboxwatch.model.report import MailFact


class Reports(Protocol):
    """What a report counts; part of ``Journal``. The span is from ``since`` up to ``until``."""

    def reported(self, since: datetime, until: datetime) -> tuple[MailFact, ...]:
        """The mails received in the span, oldest first; what lies in several mailboxes once."""

    def escalated_between(self, since: datetime, until: datetime) -> tuple[Escalation, ...]:
        """The escalations that began in the span, open or closed, the oldest first."""
