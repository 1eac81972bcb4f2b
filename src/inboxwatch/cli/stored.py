"""Mails of the journal as the objects of the JSON contract, as they stand by now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from inboxwatch.app.settled import case_fields, deed_fields
from inboxwatch.config.terms import build_waiting
from inboxwatch.core.attention import ledger_fields, standing_fields
from inboxwatch.core.goodwill import YEAR, goodwill_fields, often_asked
from inboxwatch.core.outbox import promise_fields
from inboxwatch.core.summary import SCHEMA, place_fields
from inboxwatch.core.waiting import as_of
from inboxwatch.core.zone import iso
from inboxwatch.errors import StateError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from inboxwatch.cli.wiring import Records
    from inboxwatch.core.waiting import WaitingTerms
    from inboxwatch.ports import Journal, StoredMail


def stored_fields(mail: StoredMail) -> dict[str, object]:
    """A mail of the journal as the JSON contract's object, with how its reply stands by now.

    Raises StateError when what was kept is no such object.
    """
    if mail.decision.get("schema") != SCHEMA:
        raise StateError(
            f"what the state holds of mail #{mail.id} is no decision",
            next_step="restore it from a backup, or move it away together with its -wal and -shm "
            "files: the next run then begins anew with a baseline and answers nobody",
        )
    place = place_fields(mail.ref)
    fields: dict[str, object] = {
        **mail.decision,
        "id": mail.id,
        "closed": mail.closed,
        "place": place,
    }
    if mail.reply_state:
        outcome = fields.get("outcome")
        notes = outcome.get("notes", []) if isinstance(outcome, dict) else []
        fields["outcome"] = {
            "state": mail.reply_state,
            "detail": mail.reply_detail,
            "notes": notes,
        }
        fields["outbox"] = {"id": mail.reply_id, "state": mail.reply_state}
    return fields


def told_fields(records: Records, mail: StoredMail) -> dict[str, object]:
    """``stored_fields`` with who has dealt with it, and what its reply promised, as of now."""
    fields, now = stored_fields(mail), records.clock.now()
    wanted = wanted_priorities(records.journal).get(mail.id)
    fields = _as_it_stands(mail, fields, build_waiting(records.config), now, wanted)
    zone = now.tzinfo
    for name, at in (("closed_at", mail.closed_at), ("answered_at", mail.answered_at)):
        fields[name] = at.astimezone(zone).isoformat() if at else None
    deeds, case = records.journal.deeds(mail.id), records.journal.case(mail.id)
    fields["case"] = case_fields(mail, deeds, case.escalation, zone)
    promises = records.journal.promises()
    fields["promises"] = [
        ledger_fields(one, now)
        for one in promises
        if one.conversation == case.conversation and not one.entry_id
    ]
    fields["often"] = often_asked(records.journal.asked_money_back(mail.id, now - YEAR))
    fields["goodwill"] = [
        goodwill_fields(one, now) for one in records.journal.goodwills() if one.mail_id == mail.id
    ]
    fields["deeds"] = [deed_fields(one, zone) for one in deeds]
    fields |= standing_fields(
        records.journal.standings(records.clock.now()).get(mail.id), records.clock.now()
    )
    if mail.reply_id:
        entry = records.journal.entry(mail.reply_id)
        promise = next((one for one in promises if one.entry_id == mail.reply_id), None)
        fields["outbox"] = {
            "id": mail.reply_id,
            "state": mail.reply_state,
            "at": iso(entry.claimed_at, zone) if entry else None,
            "promise": promise_fields(promise, now),
        }
    return fields


def present_priority(records: Records) -> Callable[[StoredMail], int]:
    """What tells the priority that a mail has now, as ``queue`` and ``show`` tell it."""
    terms, now = build_waiting(records.config), records.clock.now()
    wanted = wanted_priorities(records.journal)

    def priority_of(mail: StoredMail) -> int:
        fields = _as_it_stands(mail, stored_fields(mail), terms, now, wanted.get(mail.id))
        return int(fields["priority"])

    return priority_of


def program_fields(records: Records, mail: StoredMail) -> dict[str, Any]:
    """``stored_fields`` as of now, whatever a person wanted."""
    terms, now = build_waiting(records.config), records.clock.now()
    return _as_it_stands(mail, stored_fields(mail), terms, now, None)


def _as_it_stands(
    mail: StoredMail,
    fields: dict[str, Any],
    terms: WaitingTerms,
    now: datetime,
    wanted: int | None,
) -> dict[str, Any]:
    """What a person wants counts for good, and waiting while nobody has answered."""
    if wanted is None and (mail.closed or mail.answered_at is not None):
        return fields
    return dict(as_of(fields, terms, now, wanted))


def stored_mail(journal: Journal, mail_id: int) -> StoredMail:
    """A mail by its number. Raises UsageError when there is none."""
    mail = journal.mail(mail_id)
    if mail is None:
        raise UsageError(
            f"there is no mail #{mail_id}", next_step="inboxwatch queue shows the numbers"
        )
    return mail


def wanted_priorities(journal: Journal) -> dict[int, int]:
    """The priorities that people named, by the ids of the mails."""
    return {one.mail_id: one.wanted for one in journal.corrections() if one.exact}
