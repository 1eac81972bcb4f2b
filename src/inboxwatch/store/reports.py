"""The part of the journal that tells what happened in a stretch of time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from inboxwatch.core.report.facts import told
from inboxwatch.model.report import MailFact
from inboxwatch.store.cases import between
from inboxwatch.store.part import Part
from inboxwatch.store.values import to_instant, to_micros, to_object, to_optional_instant

if TYPE_CHECKING:
    from datetime import datetime

    from inboxwatch.model.case import Escalation


class ReportsPart(Part):
    """What ``ports.reports`` says of each method holds."""

    def reported(self, since: datetime, until: datetime) -> tuple[MailFact, ...]:
        """The mails received in the span; read one at a time, since decisions are large."""
        span = (to_micros(since), to_micros(until))
        found: dict[str, MailFact] = {}
        with self._database.reading() as sql:
            for reply_key, *row in sql.execute(_REPORTED, span):
                if reply_key not in found:
                    found[reply_key] = _fact(row)
        return tuple(found.values())

    def escalated_between(self, since: datetime, until: datetime) -> tuple[Escalation, ...]:
        """The escalations that began in the span."""
        with self._database.reading() as sql:
            return between(sql, to_micros(since), to_micros(until))


_REPORTED = """SELECT mail.reply_key, mail.id, mail.account, mail.conversation, sender_canonical,
    sender, subject, received, role, priority, automatic, closed, outbox.state,
    (SELECT MIN(at) FROM mail_answer WHERE mail_answer.mail_id = mail.id), decision
FROM mail LEFT JOIN outbox ON outbox.reply_key = mail.reply_key
WHERE received >= ? AND received < ? ORDER BY received, mail.id"""


def _fact(row: list[Any]) -> MailFact:
    mail_id, account, conversation, party, sender, subject, received, role, *rest = row
    priority, automatic, closed, state, answered_at, decision = rest
    of_decision = told(to_object(decision))
    return MailFact(
        id=mail_id,
        account=account,
        conversation=conversation,
        party=party,
        sender=sender,
        subject=subject,
        received=to_instant(received),
        role=role,
        priority=priority,
        automatic=bool(automatic),
        answered_at=to_optional_instant(answered_at),
        closed=closed,
        customer=of_decision.customer,
        signals=of_decision.signals,
        reply=of_decision.reply,
        held_by=of_decision.held_by,
        reply_state=state or "",
    )
