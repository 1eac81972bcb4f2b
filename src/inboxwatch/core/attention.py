"""What needs a person now: escalations, and promises that fall due or were broken."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from inboxwatch.core.schedule import business_time_between
from inboxwatch.core.step import step_fields, step_words
from inboxwatch.core.text import one_line
from inboxwatch.core.triage.escalate import gravity, next_step_of
from inboxwatch.core.triage.surge_report import alert_of as surge_alert
from inboxwatch.core.zone import in_zone, iso
from inboxwatch.model.alert import Alert
from inboxwatch.model.case import Action, NextStep, Standing
from inboxwatch.model.outcome import PromiseRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime, tzinfo

    from inboxwatch.model.case import Escalation
    from inboxwatch.model.outcome import Promise
    from inboxwatch.model.schedule import Schedule
    from inboxwatch.model.surge import Surge

REMIND_BEFORE = timedelta(hours=2)
"""Business time before a promise falls due from which on it is brought to mind."""

LOOK_BACK = timedelta(days=30)
"""A promise broken earlier than that needs nobody any more."""

LOOK_AHEAD = timedelta(days=5)
"""How far ahead promises are looked at; in a longer closure the reminder comes so long before."""

NOBODY = Standing()

ESCALATION, DUE, BROKEN, SURGE = "escalation", "promise-due", "promise-broken", "surge"
_KINDS = (ESCALATION, BROKEN, SURGE, DUE)
"""The kinds in the order in which they are shown."""

_STEPS = {
    DUE: NextStep(Action.WRITE, "answer before it is due"),
    BROKEN: NextStep(Action.CALL, "say sorry, and tell how it goes on"),
    SURGE: NextStep(Action.WRITE, "look at it, and answer it with one template, or close it"),
}
_BY = {Action.CALL: "call", Action.WRITE: "mail"}


class Item(Struct, frozen=True):
    """One thing that needs a person. ``key`` changes when it happens again.

    ``since`` is when it began, or for a promise when it is due. ``reasons`` are lines of safe text,
    ``causes`` the names of an escalation's, the gravest first. ``surge_id`` is that of a surge.
    """

    kind: str
    key: str
    account: str
    party: str
    since: datetime
    reasons: tuple[str, ...]
    next_step: NextStep
    mail_id: int | None = None
    subject: str = ""
    requests: int = 0
    standing: Standing = NOBODY
    causes: tuple[str, ...] = ()
    surge_id: int | None = None


class Person(Struct, frozen=True):
    """Whom an item is about: the customer's name, if known, and how urgent the mail is by now."""

    name: str = ""
    vip: bool = False
    priority: int | None = None


UNKNOWN = Person()


def escalation_item(
    escalation: Escalation,
    subject: str,
    evidence: Sequence[Mapping[str, str]],
    standing: Standing = NOBODY,
    step: NextStep | None = None,
) -> Item:
    """An open escalation, with what its newest mail says: ``cause`` and ``evidence`` of each.

    ``step`` is what that mail asks for; without it the causes say what to do.
    """
    asked = f"asked {escalation.requests} times: " if escalation.requests > 1 else ""
    step = step or next_step_of(escalation.causes) or _STEPS[BROKEN]
    return Item(
        kind=ESCALATION,
        key=escalation.alert_key,
        account=escalation.account,
        party=escalation.party,
        since=escalation.opened_at,
        reasons=(f"{asked}{', '.join(_told(escalation.causes, evidence))}",),
        next_step=step,
        mail_id=escalation.mail_id,
        subject=one_line(subject, 120),
        requests=escalation.requests,
        standing=standing,
        causes=escalation.causes,
    )


def _told(causes: Iterable[str], evidence: Iterable[Mapping[str, str]]) -> Iterator[str]:
    """Each cause with what the newest mail says of it."""
    said = {one["cause"]: one_line(one["evidence"], 160) for one in evidence}
    for cause in causes:
        yield f"{cause} “{said[cause]}”" if said.get(cause) else cause


def surge_item(surge: Surge, zone: tzinfo | None) -> Item:
    """An open surge that nobody has answered yet."""
    alert = surge_alert(surge, (), zone, again=False)
    return Item(
        kind=SURGE,
        key=alert.key,
        account="",
        party=alert.title,
        since=surge.first_at,
        reasons=alert.lines,
        next_step=_STEPS[SURGE],
        surge_id=surge.id,
    )


def promise_item(
    promise: Promise, subject: str, now: datetime, standing: Standing = NOBODY
) -> Item:
    """A promise that nobody has kept, due soon or broken."""
    kind = BROKEN if promise.due_at < now else DUE
    ledger = "reply" if promise.entry_id else "person"
    return Item(
        kind=kind,
        key=f"{kind} {ledger} {promise.id}",
        account=promise.account,
        party=promise.recipient,
        since=promise.due_at,
        reasons=tuple(_promised(promise)),
        next_step=_STEPS[kind],
        mail_id=promise.mail_id,
        subject=one_line(subject, 120),
        standing=standing,
    )


def _promised(promise: Promise) -> Iterator[str]:
    if promise.entry_id:
        yield f"promised by automatic reply #{promise.entry_id}"
    else:
        who = one_line(promise.name or promise.author, 80) or "a person"
        yield f"promised by {who}: {one_line(promise.words, 160)}"


def is_due(promise: Promise, now: datetime, schedule: Schedule) -> bool:
    """Whether a promise that nobody kept is broken, or falls due within ``REMIND_BEFORE``.

    Nobody is reminded before half of its business time has passed, nor at all of one that is no
    longer than the reminder would come before.
    """
    if promise.due_at < now:
        return True
    left = business_time_between(schedule, now, promise.due_at)
    if left > REMIND_BEFORE or promise.made_at is None:
        return left <= REMIND_BEFORE
    whole = business_time_between(schedule, promise.made_at, promise.due_at)
    return whole > REMIND_BEFORE and left <= whole / 2


def alert_of(item: Item, zone: tzinfo | None) -> Alert:
    """An item as an event that is told once."""
    step = item.next_step
    subject = f": {item.subject}" if item.subject else ""
    number = f"#{item.mail_id} " if item.mail_id else ""
    return Alert(
        key=item.key,
        kind=item.kind,
        title=f"{number}{_TITLES[item.kind]}, {one_line(item.party, 80)}{subject}",
        lines=(*item.reasons, f"{_SINCE[item.kind]} {in_zone(item.since, zone):%a %d %b, %H:%M}"),
        next_step=step_words(step, zone),
        mail_id=item.mail_id,
    )


_TITLES = {
    ESCALATION: "has to reach a person",
    DUE: "a promise falls due",
    BROKEN: "a promise was broken",
}
_SINCE = {ESCALATION: "since", DUE: "due", BROKEN: "was due"}


def standing_fields(standing: Standing | None, now: datetime) -> dict[str, object]:
    """Who works on a mail, and until when it is put off."""
    known = standing or NOBODY
    return {"owner": known.owner, "snoozed_until": iso(known.snoozed_until, now.tzinfo)}


def item_fields(item: Item, now: datetime, person: Person = UNKNOWN) -> dict[str, object]:
    """An item as one object of ``attention --json``; ``surge`` is the number of a surge."""
    zone = now.tzinfo
    return {
        "schema": 1,
        "type": "attention",
        "kind": item.kind,
        "id": item.mail_id,
        "account": item.account,
        "surge": item.surge_id,
        "customer": item.party,
        "name": person.name,
        "vip": person.vip,
        "priority": person.priority,
        "subject": item.subject,
        "since": iso(item.since, zone),
        "requests": item.requests,
        "causes": list(item.causes),
        "reasons": list(item.reasons),
        "next_step": step_fields(item.next_step, zone),
        "overdue": _is_overdue(item, now),
        "commands": list(_commands(item)),
        **standing_fields(item.standing, now),
    }


def _is_overdue(item: Item, now: datetime) -> bool:
    due = item.since if item.kind in (DUE, BROKEN) else item.next_step.due
    return due is not None and due < now


def _commands(item: Item) -> Iterator[str]:
    """What to type: to look at it, and once it is done."""
    if item.surge_id is not None:
        yield f"inboxwatch surge show {item.surge_id}"
    if item.mail_id is not None:
        yield f"inboxwatch show {item.mail_id}"
        yield f"inboxwatch done {item.mail_id} --by {_BY[item.next_step.action]}"


def gravest(items: Iterable[tuple[Item, Person]]) -> list[tuple[Item, Person]]:
    """Items in the order in which a person takes them up.

    By kind, the gravest cause, the priority, and then who has waited longest.
    """
    return sorted(items, key=lambda one: _weight(*one))


def _weight(item: Item, person: Person) -> tuple[int, int, int, datetime]:
    grave = gravity(item.causes[0]) if item.causes else 0
    return _KINDS.index(item.kind), grave, -(person.priority or 0), item.since


def record_of(promises: Iterable[Promise], now: datetime) -> PromiseRecord:
    """How many promises stand in which way."""
    return PromiseRecord(**Counter(promise_state(one, now) for one in promises))


def promise_state(promise: Promise, now: datetime) -> str:
    """``kept``, ``late`` (a person answered, but too late), ``open``, or ``overdue``."""
    if promise.kept_at is not None:
        return "kept" if promise.kept_at <= promise.due_at else "late"
    return "overdue" if now > promise.due_at else "open"


def ledger_fields(promise: Promise, now: datetime) -> dict[str, object]:
    """A promise as one object of ``promises --json``; ``reply`` is null for a person's."""
    return {
        "schema": 1,
        "type": "promise",
        "mail": promise.mail_id,
        "account": promise.account,
        "to": promise.recipient,
        "reply": promise.entry_id or None,
        "by": promise.author,
        "name": promise.name,
        "words": promise.words,
        "made_at": iso(promise.made_at, now.tzinfo),
        "due_at": iso(promise.due_at, now.tzinfo),
        "kept_at": iso(promise.kept_at, now.tzinfo),
        "state": promise_state(promise, now),
    }
