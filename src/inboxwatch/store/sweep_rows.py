"""Rows of sweeps, and the values of the model that they stand for."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

from inboxwatch.core.triage.score import BY_HAND
from inboxwatch.model.decision import RescueDecision
from inboxwatch.model.message import AuthenticationStatus, MessageRef
from inboxwatch.model.sweep import Earlier, SweepMail, SweepOutcome
from inboxwatch.store.values import (
    OddValueError,
    from_past,
    storable,
    to_instant,
    to_json,
    to_micros,
    to_object,
    to_optional_instant,
    to_past,
)

if TYPE_CHECKING:
    from typing import Any

COLUMNS = (
    "outcome",
    "mail",
    "account",
    "mailbox",
    "uidvalidity",
    "uid",
    "place_mailbox",
    "place_uidvalidity",
    "place_uid",
    "received",
    "reply_key",
    "moved_to",
    "detail",
    "about",
    "next_mailbox",
    "next_uidvalidity",
    "next_uid",
    "earlier",
)
"""What ``columns_of`` writes and, behind the row's id and its sweep, ``swept_of`` reads."""

_ABOUT = (
    "sender",
    "from_text",
    "subject",
    "message_id",
    "judgement",
    "priority",
    "was_junk",
    "reply",
    "by_hand",
)


def columns_of(mail: SweepMail) -> tuple[object, ...]:
    """The values of a row."""
    ref, place = mail.ref, mail.place
    about: dict[str, object] = {name: getattr(mail, name) for name in _ABOUT}
    about["decision"] = mail.decision.value
    about["authentication"] = mail.authentication.value
    about["customer"] = mail.customer
    return (
        mail.outcome.value,
        mail.mail_id,
        ref.account,
        storable(ref.mailbox),
        ref.uidvalidity,
        ref.uid,
        *((storable(place.mailbox), place.uidvalidity, place.uid) if place else (None,) * 3),
        to_micros(mail.received),
        storable(mail.reply_key),
        storable(mail.moved_to),
        storable(mail.detail),
        to_json(about),
        *next_columns(mail.next_place),
        "" if mail.earlier is None else to_json(_fields_of(mail.earlier)),
    )


def next_columns(place: MessageRef | None) -> tuple[object, ...]:
    """The three columns of ``next_place``."""
    return (storable(place.mailbox), place.uidvalidity, place.uid) if place else (None,) * 3


def _fields_of(earlier: Earlier) -> dict[str, object]:
    closed_at = earlier.closed_at
    return {
        "priority": earlier.priority,
        "automatic": earlier.automatic,
        "unproven": earlier.unproven,
        "pending": earlier.pending,
        "decision": earlier.decision,
        "closed": storable(earlier.closed),
        "closed_at": None if closed_at is None else to_micros(closed_at),
        "past": to_past(earlier.past),
    }


def earlier_of(fields: dict[str, Any]) -> Earlier:
    """What the journal said of a mail. Raises OddValueError."""
    try:
        return Earlier(
            priority=int(fields["priority"]),
            automatic=bool(fields["automatic"]),
            unproven=bool(fields["unproven"]),
            pending=bool(fields["pending"]),
            decision=dict(fields["decision"]),
            closed=str(fields["closed"]),
            closed_at=to_optional_instant(fields["closed_at"]),
            past=from_past(fields["past"]) if fields["past"] else None,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise OddValueError("something odd for what was said of a mail before") from error


def swept_of(row: tuple[Any, ...]) -> SweepMail:
    """The mail of a row. Raises OddValueError."""
    row_id, sweep_id, outcome, mail_id, account, *rest = row
    mailbox, uidvalidity, uid, box, valid, number, received, reply_key, moved_to, *rest = rest
    detail, text, next_box, next_valid, next_uid, earlier = rest
    about: dict[str, Any] = {"by_hand": detail.startswith(BY_HAND), **to_object(text)}
    try:
        return SweepMail(
            ref=MessageRef(account, mailbox, uidvalidity, uid),
            received=to_instant(received),
            decision=RescueDecision(about.pop("decision")),
            authentication=AuthenticationStatus(about.pop("authentication")),
            customer=tuple(found) if (found := about.pop("customer")) else None,
            mail_id=mail_id,
            outcome=SweepOutcome(outcome),
            moved_to=moved_to,
            place=None if box is None else MessageRef(account, box, valid, number),
            reply_key=reply_key,
            detail=detail,
            next_place=MessageRef(account, next_box, next_valid, next_uid) if next_box else None,
            earlier=earlier_of(to_object(earlier)) if earlier else None,
            sweep_id=sweep_id,
            id=row_id,
            **about,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise OddValueError(f"{text!r:.40} for a mail that a sweep found") from error


def to_list(text: str) -> tuple[str, ...]:
    """A list of texts that ``to_json`` wrote. Raises OddValueError."""
    with suppress(ValueError, RecursionError):
        found = json.loads(text)
        if isinstance(found, list):
            return tuple(map(str, found))
    raise OddValueError(f"{text!r:.40} for a list")
