"""What several sweeps say of the same mails: when each was found, and which were put back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from inboxwatch.core.report.facts import as_list, as_object
from inboxwatch.core.report.sweep_facts import Mistake, Taken
from inboxwatch.core.report.sweep_trend import WEEKS
from inboxwatch.model.decision import RescueDecision
from inboxwatch.model.sweep import SweepOutcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from inboxwatch.model.sweep import SweepMail, SweepRun

HISTORY: Final = timedelta(weeks=WEEKS)
"""How far back the journal is asked."""

APOLOGISED: Final = frozenset({"sent", "unknown"})
"""How an apology stands that a customer has, or may have."""

_LYING: Final = (SweepOutcome.REPORTED, SweepOutcome.RETURNED, SweepOutcome.UNDONE)

_NOT_THERE: Final = (SweepOutcome.MOVED, SweepOutcome.UNDONE, SweepOutcome.GONE)


Key = tuple[str, str, str]
"""The same mail in several sweeps: account, reply key, sender."""


class Kept(Struct, frozen=True):
    """A sweep as the journal keeps it, with the mails that it told of."""

    sweep: SweepRun
    mails: tuple[SweepMail, ...] = ()


class Past(Struct, frozen=True):
    """What several sweeps say of the same mails.

    ``found`` is when each was first thought genuine, or perhaps so; ``back`` are those that were
    moved and then lay in the spam folder again.
    """

    found: Mapping[Key, datetime]
    back: frozenset[Key] = frozenset()


def of_accounts(kept: Kept, accounts: Sequence[str]) -> Kept:
    """A sweep with the mails of some accounts alone."""
    return Kept(kept.sweep, tuple(one for one in kept.mails if one.ref.account in accounts))


def key_of(mail: SweepMail) -> Key:
    """By what a mail is known again in another sweep."""
    return mail.ref.account, mail.reply_key or str(mail.ref), mail.sender


def past_of(here: Kept, before: Iterable[Kept]) -> Past:
    """What a sweep and those before it say together."""
    every = sorted((*before, here), key=lambda one: one.sweep.started_at)
    found: dict[Key, datetime] = {}
    moved: set[Key] = set()
    back: set[Key] = set()
    for kept in every:
        for mail in kept.mails:
            if mail.decision is not RescueDecision.LEAVE:
                found.setdefault(key_of(mail), kept.sweep.started_at)
        lying = {key_of(one) for one in kept.mails if is_genuine(one) and one.outcome in _LYING}
        undone = {key_of(one) for one in kept.mails if one.outcome is SweepOutcome.UNDONE}
        rescued = {key_of(one) for one in kept.mails if one.outcome is SweepOutcome.MOVED}
        # whoever rescues again what was put back says that putting it back was wrong
        back = (back | undone | (moved & lying)) - rescued
        moved |= rescued
    return Past(found, frozenset(back))


def is_back(mail: SweepMail, past: Past) -> bool:
    """Whether somebody put a mail back that had been moved: it is told as a mistake alone."""
    return mail.outcome in _LYING and is_genuine(mail) and key_of(mail) in past.back


def is_genuine(mail: SweepMail) -> bool:
    """Whether every condition is met, or a person said that a mail is genuine."""
    return mail.decision is RescueDecision.RESCUE or mail.by_hand


def is_left(mail: SweepMail) -> bool:
    """Whether a mail is one to leave in the spam folder."""
    return mail.decision is RescueDecision.LEAVE


def lay_until(mail: SweepMail, sweep: SweepRun) -> datetime:
    """Up to when a mail lay in the spam folder, as far as the sweep knows that saw it there.

    What was moved, or was gone, lay there until that sweep; all others still did at its end.
    """
    if mail.outcome in _NOT_THERE:
        return sweep.started_at
    return sweep.ended_at or sweep.started_at


def found_at(mail: SweepMail, sweep: SweepRun, past: Past) -> datetime:
    """When a mail was first found; what is left is found by each sweep anew."""
    if is_left(mail):
        return sweep.started_at
    return past.found.get(key_of(mail), sweep.started_at)


def sender_of(mail: SweepMail) -> str:
    """Whoever wrote a mail, as far as it says."""
    return mail.sender or mail.from_text or "(no sender)"


def conditions_of(mail: SweepMail) -> Iterator[Mapping[str, Any]]:
    """The conditions of rule S26 as the JSON contract has them."""
    yield from map(as_object, as_list(mail.judgement.get("conditions")))


def moved_since(
    here: Kept,
    before: Iterable[Kept],
    taken_up: Iterable[SweepMail],
    since: datetime,
    past: Past,
) -> list[tuple[SweepMail, SweepRun]]:
    """What other sweeps moved in the span, and what this one found half moved."""
    rows = {one.id for one in taken_up}
    told = {key_of(one) for one in here.mails} | past.back
    found: dict[Key, tuple[SweepMail, SweepRun]] = {}
    for kept in before:
        for mail in kept.mails:
            asked = kept.sweep.started_at >= since or mail.id in rows
            if asked and mail.outcome is SweepOutcome.MOVED and key_of(mail) not in told:
                found.setdefault(key_of(mail), (mail, kept.sweep))
    return list(found.values())


def taken(every: Iterable[Kept], past: Past, until: datetime) -> Iterator[Taken]:
    """Each genuine mail once, as the newest sweep saw it, and none that was put back."""
    newest = sorted(every, key=lambda one: one.sweep.started_at, reverse=True)
    found: dict[Key, Taken] = {}
    for kept in newest:
        for mail in filter(is_genuine, kept.mails):
            if mail.received >= until - HISTORY and key_of(mail) not in past.back:
                found.setdefault(key_of(mail), _taken_of(mail, kept.sweep))
    yield from found.values()


def _taken_of(mail: SweepMail, sweep: SweepRun) -> Taken:
    filtered = as_object(mail.judgement.get("filtered"))
    unproven = (one for one in conditions_of(mail) if one.get("id") == "proven" and not one["met"])
    return Taken(
        sender=sender_of(mail),
        received=mail.received,
        lay_until=lay_until(mail, sweep),
        customer=mail.customer[0] if mail.customer else "",
        category=str(filtered.get("category") or "unknown"),
        authentication=mail.authentication.value,
        fault=next((str(one.get("evidence") or "") for one in unproven), ""),
    )


def mistakes(every: Iterable[Kept], past: Past) -> tuple[Mistake, ...]:
    """What was moved and should not have been, says whoever put it back; the newest first."""
    newest = sorted(every, key=lambda one: one.sweep.started_at, reverse=True)
    found: dict[Key, Mistake] = {}
    for kept in newest:
        for mail in kept.mails:
            acted = mail.outcome in (SweepOutcome.MOVED, SweepOutcome.UNDONE)
            if acted and key_of(mail) in past.back:
                found.setdefault(key_of(mail), _mistake(mail, kept.sweep))
    return tuple(found.values())


def _mistake(mail: SweepMail, sweep: SweepRun) -> Mistake:
    what = f"It was moved to {mail.moved_to} as genuine"
    answered = mail.reply in APOLOGISED
    also = ", and an apology went out, which nothing undoes" if answered else ""
    undone = mail.outcome is SweepOutcome.UNDONE
    mended = f"sweep {sweep.id} was undone" if undone else "somebody put it back; it is left alone"
    return Mistake(sweep.started_at, sender_of(mail), mail.subject, f"{what}{also}.", mended)
