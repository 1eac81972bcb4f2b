"""How a mail stands with the people of the team: open, or settled by whom, when, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from inboxwatch.core.message.address import AddressError, canonical_form
from inboxwatch.core.zone import iso
from inboxwatch.model.case import Settled
from inboxwatch.ports import StoredMail  # noqa: TC001 - a field's type, which msgspec may ask for

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime, tzinfo

    from inboxwatch.model.case import Deed, Escalation
    from inboxwatch.ports import Journal

DONE = "done"
"""Why a mail is closed about which a person said so."""


def deed_fields(deed: Deed, zone: tzinfo | None) -> dict[str, object]:
    """What somebody did, as an object."""
    return {
        "at": iso(deed.at, zone),
        "by": deed.by.value if deed.by else None,
        "owner": deed.owner,
        "note": deed.note,
    }


def settle(journal: Journal, mail: StoredMail, deed: Deed) -> dict[str, object]:
    """Write down that a person has dealt with a mail, and what that did, as ``done_fields``.

    Of a mail that was done before, a deed that says nothing new and settles nothing is not kept.
    """
    deeds, conversation = journal.deeds(mail.id), journal.case(mail.id).conversation
    owed = any(
        one.kept_at is None and one.conversation == conversation for one in journal.promises()
    )
    settled = journal.done(mail.id, deed)
    was_done = any(one.at >= mail.received for one in deeds)
    says = deed.by or deed.owner or deed.note or owed or settled != Settled()
    if was_done and not says:
        journal.undo_done(mail.id)
    return {**done_fields(mail, deeds, deed, settled), "noted": bool(says or not was_done)}


class OldMail(Struct, frozen=True):
    """What has waited in the queue for long.

    ``one_each`` holds one of the mails of each customer and conversation, which stands for all of
    them, ``mails`` is how many there are. ``left`` are old mails that stay: somebody has to be
    called, a promise is open, or the customer has written again since.
    """

    one_each: tuple[StoredMail, ...]
    mails: int
    left: int


def old_in_queue(journal: Journal, before: datetime) -> OldMail:
    """The open mail received before an instant that may leave the queue without a look at each.

    None of a customer who has to reach a person: that would close the escalation as well.
    """
    kept = {one.conversation for one in journal.promises() if one.kept_at is None}
    cases: dict[tuple[int, str], list[StoredMail]] = {}
    for mail in journal.open_mails():
        conversation = journal.case(mail.id).conversation
        cases.setdefault((conversation, _party(mail)), []).append(mail)
        if mail.received >= before or _has_to_reach_a_person(journal, mail):
            kept.add(conversation)
    old = {key: mails for key, mails in cases.items() if key[0] not in kept}
    stay = (mail for key, mails in cases.items() if key[0] in kept for mail in mails)
    return OldMail(
        tuple(mails[0] for mails in old.values()),
        sum(map(len, old.values())),
        sum(mail.received < before for mail in stay),
    )


def settle_old(
    journal: Journal,
    before: datetime,
    deed: Deed,
    progress: Callable[[str, str, int, int], None],
) -> tuple[int, OldMail]:
    """Take ``old_in_queue`` out of the queue: how many mails left it, and what was found."""
    old = old_in_queue(journal, before)
    left = 0
    for number, mail in enumerate(old.one_each, 1):
        left += journal.done(mail.id, deed).mails
        progress(mail.ref.account, "queue", number, len(old.one_each))
    return left, old


def _has_to_reach_a_person(journal: Journal, mail: StoredMail) -> bool:
    customer = mail.decision.get("customer")
    known = str(customer.get("id", "")) if isinstance(customer, dict) else ""
    return journal.escalated_since(mail.ref.account, _party(mail), known) is not None


def _party(mail: StoredMail) -> str:
    """The address of its writer, of which there is one form for all spellings."""
    try:
        return canonical_form(mail.sender)
    except AddressError:
        return mail.sender


def done_fields(
    before: StoredMail, deeds: Sequence[Deed], deed: Deed, settled: Settled
) -> dict[str, object]:
    """What ``done`` did, as an object; ``before`` is how the mail stood, ``deeds`` what was done.

    ``was`` says how the mail had left the queue already, and is empty where it had not.
    """
    zone = deed.at.tzinfo
    earlier = [one for one in deeds if one.at >= before.received]
    return {
        "type": "done",
        "id": before.id,
        "by": deed.by.value if deed.by else None,
        "owner": deed.owner,
        "closed": settled.mails,
        "escalations": settled.escalations,
        "was": _was(before, earlier=bool(earlier)),
        "before": deed_fields(earlier[0], zone) if earlier else None,
    }


def case_fields(
    mail: StoredMail, deeds: Sequence[Deed], escalation: Escalation | None, zone: tzinfo | None
) -> dict[str, object]:
    """How a mail stands, and since when; ``state`` is one of five.

    ``done`` and ``answered`` are a person's, ``closed`` is out of the queue for another reason,
    ``open`` has to reach a person, and ``waiting`` nothing but waits for an answer. What was done
    before a mail came settles nothing of it.
    """
    is_open = escalation is not None and escalation.closed_at is None
    after = [one for one in deeds if one.at >= mail.received]
    if after:
        return {"state": "done", "at": iso(after[0].at, zone), "by": after[0].owner}
    if mail.answered_at is not None and not _in_vain(mail.answered_at, escalation):
        return {"state": "answered", "at": iso(mail.answered_at, zone), "by": ""}
    if mail.closed:
        return {"state": "closed", "at": iso(mail.closed_at, zone), "by": mail.closed}
    if escalation is None or is_open:
        return {"state": "open" if is_open else "waiting", "at": None, "by": ""}
    return {"state": "waiting", "at": iso(escalation.closed_at, zone), "by": escalation.closed_by}


def _in_vain(answered_at: datetime, escalation: Escalation | None) -> bool:
    """Whether an answer left the escalation open: it was the same text again."""
    if escalation is None or escalation.closed_at is not None:
        return False
    return escalation.asked_at <= answered_at


def _was(before: StoredMail, *, earlier: bool) -> str:
    if earlier:
        return DONE
    if before.answered_at is not None:
        return "answered by a person"
    return before.closed
