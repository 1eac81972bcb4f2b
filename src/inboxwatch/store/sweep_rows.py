"""Rows of sweeps, and the values of the model that they stand for."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

from inboxwatch.model.decision import RescueDecision
from inboxwatch.model.message import AuthenticationStatus, MessageRef
from inboxwatch.model.sweep import SweepMail, SweepOutcome
from inboxwatch.store.values import (
    OddValueError,
    storable,
    to_instant,
    to_json,
    to_micros,
    to_object,
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
    )


def swept_of(row: tuple[Any, ...]) -> SweepMail:
    """The mail of a row. Raises OddValueError."""
    row_id, sweep_id, outcome, mail_id, account, *rest = row
    mailbox, uidvalidity, uid, box, valid, number, received, reply_key, moved_to, detail, text = (
        rest
    )
    about: dict[str, Any] = to_object(text)
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
