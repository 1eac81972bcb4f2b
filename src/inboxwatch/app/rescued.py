"""A mail that is about to be rescued, in the journal: first in the queue, and known as before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from inboxwatch.core.rescued import with_known
from inboxwatch.core.summary import decision_fields
from inboxwatch.ports import Record

if TYPE_CHECKING:
    from inboxwatch.app.apology import Swept
    from inboxwatch.app.desk import Desk
    from inboxwatch.model.decision import Decision
    from inboxwatch.ports import StoredMail

TEXT_KEPT = 4000
"""Characters of a mail's text that the journal keeps."""

SETTLED = frozenset({"done", "answered by a person"})
"""Why a mail is out of the queue that a person has dealt with: it stays there."""


def record(desk: Desk, swept: Swept) -> None:
    """Write down a mail that is about to be moved, whether or not a run has been there before.

    How far its mailbox has been read is left to the runs. What a person has dealt with stays as it
    is, wherever it is moved to.
    """
    judged, number = swept.judged, swept.mail.mail_id
    if judged is None or desk.stop():
        return
    known = desk.journal.mail(number) if number is not None else None
    if known is not None and (known.closed in SETTLED or known.answered_at is not None):
        return
    decision = judged.decision
    if known is not None and _is_same(known, decision):
        decision = with_known(decision, known.decision)
    payload = decision_fields(replace(decision, text=decision.text[:TEXT_KEPT]))
    now = desk.clock.now()
    made_of = desk.made_of(swept.message, decision, now) if swept.message else None
    past = None if swept.mail.by_hand else judged.past  # no configuration decides so by itself
    one = Record(decision, payload, fingerprint=made_of, past=past)
    (number,) = desk.journal.record((one,), None, now)
    swept.judged = replace(judged, decision=decision)
    swept.mail = replace(swept.mail, mail_id=number, priority=decision.priority)


def _is_same(known: StoredMail, decision: Decision) -> bool:
    """Whether what the journal has at a place is this very mail, decided by this version."""
    fields = known.decision
    same = (fields.get("message_id"), fields.get("from_text"), fields.get("subject"))
    told = (decision.message_id, decision.from_text, decision.subject)
    return same == told and "reasons" in fields
