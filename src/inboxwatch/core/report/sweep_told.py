"""The facts of a sweep's report, from what the sweep says and what the journal keeps of others."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from inboxwatch.core.report.facts import as_list, as_object
from inboxwatch.core.report.sweep_facts import RUN, Ground, SweepFacts, Swept, SweptMail
from inboxwatch.core.report.sweep_past import (
    Kept,
    conditions_of,
    found_at,
    is_back,
    is_left,
    key_of,
    lay_until,
    mistakes,
    moved_since,
    of_accounts,
    past_of,
    sender_of,
    taken,
)
from inboxwatch.core.report.words import length
from inboxwatch.core.sweep import PRETENDING
from inboxwatch.model.decision import RescueDecision
from inboxwatch.model.sweep import SweepMode, SweepOutcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from inboxwatch.core.report.sweep_past import Key, Past
    from inboxwatch.core.sweep import SweepReport
    from inboxwatch.model.schedule import Schedule
    from inboxwatch.model.sweep import SweepMail, SweepRun

_APOLOGIES: Final = {
    "sent": "an apology, {late} after the mail came",
    "unknown": "an apology that may or may not have arrived, {late} after the mail came",
}
"""What a customer was sent, by how the apology stands."""
_WAITING: Final = {
    "held": "the apology waits for a person in the outbox",
    "drafted": "the apology lies among the drafts",
    "retry": "the apology waits for the next run",
    "refused": "the apology was refused",
}
"""Apologies that did not go out."""


def sweep_facts(
    report: SweepReport, others: Sequence[Kept], schedule: Schedule, notes: Iterable[str] = ()
) -> SweepFacts:
    """What the report of a sweep tells.

    ``others`` are the other sweeps of the last twelve weeks, those of ordinary runs among them.
    What they moved since ``since`` is told with the mails of this one, since it lies in the spam
    folder no longer. ``notes`` come first.
    """
    run = report.sweep
    until = run.ended_at or run.started_at
    since = run.since or run.started_at
    here = of_accounts(Kept(run, report.mails), run.accounts)
    before = [of_accounts(one, run.accounts) for one in others if one.sweep.id != run.id]
    past = past_of(here, before)
    moved = moved_since(here, before, report.taken_up, since, past)
    told = [(one, run) for one in here.mails if not is_back(one, past)] + moved
    shown = {run.id, *(sweep.id for _, sweep in moved)}
    sweeps = [one for one in (here, *before) if one.sweep.id in shown]
    sweeps.sort(key=lambda one: one.sweep.id, reverse=True)
    return SweepFacts(
        since=since.astimezone(schedule.timezone),
        until=until.astimezone(schedule.timezone),
        schedule=schedule,
        sweep_id=run.id,
        sweeps=tuple(_swept(one.sweep, one.mails) for one in sweeps),
        mails=_mails(told, past),
        taken=tuple(taken((here, *before), past, until)),
        mistakes=mistakes((here, *before), past),
        notes=(*notes, *_notes(report)),
        incomplete=bool(report.failures),
    )


def _mails(told: Sequence[tuple[SweepMail, SweepRun]], past: Past) -> tuple[SweptMail, ...]:
    wrote = Counter(_wrote(key) for key in {(key_of(one), is_left(one)) for one, _ in told})
    return tuple(
        _mail(mail, sweep, past, wrote[_wrote((key_of(mail), is_left(mail)))])
        for mail, sweep in told
    )


def _wrote(of: tuple[Key, bool]) -> tuple[str, bool]:
    """Forged mail does not count as written by whom it names."""
    (_, _, sender), left = of
    return sender, left


def _mail(mail: SweepMail, sweep: SweepRun, past: Past, wrote: int) -> SweptMail:
    filtered = as_object(mail.judgement.get("filtered"))
    late = length(sweep.started_at - mail.received)
    details = (mail.detail, _WAITING.get(mail.reply, ""))
    return SweptMail(
        account=mail.ref.account,
        sender=sender_of(mail),
        subject=mail.subject,
        received=mail.received,
        found_at=found_at(mail, sweep, past),
        lay_until=lay_until(mail, sweep),
        by_hand=mail.by_hand,
        decision=RescueDecision.RESCUE if mail.by_hand else mail.decision,
        outcome=mail.outcome.value,
        mail_id=mail.mail_id,
        customer=mail.customer[0] if mail.customer else "",
        shown_name=_shown_name(mail),
        pretends=_poses_as(mail),
        suspicion=str(mail.judgement.get("suspicion") or ""),
        grounds=tuple(_grounds(mail)),
        belongs_to=str(mail.judgement.get("why") or ""),
        authentication=mail.authentication.value,
        category=str(filtered.get("category") or "unknown"),
        filtered=str(filtered.get("text") or ""),
        wrote=wrote,
        moved_to=mail.moved_to,
        detail="; ".join(filter(None, details)),
        went_out=_APOLOGIES.get(mail.reply, "").format(late=late),
    )


def _shown_name(mail: SweepMail) -> str:
    """The display name of From; sweeps of earlier versions kept the whole field alone."""
    written = mail.from_text.rpartition("<")[0].strip(' "')
    return str(mail.judgement.get("shown_name", written) or "")


def _poses_as(mail: SweepMail) -> str:
    """Whom a mail poses as; sweeps of earlier versions kept what shows it alone."""
    told = mail.judgement.get("poses_as")
    return str(told) if told else "; ".join(_refused(mail, PRETENDING))


def _refused(mail: SweepMail, rules: Iterable[str]) -> Iterator[str]:
    for one in map(as_object, as_list(mail.judgement.get("refusals"))):
        if str(one.get("rule")) in rules:
            yield str(one.get("evidence") or "somebody whom you know")


def _grounds(mail: SweepMail) -> Iterator[Ground]:
    for one in conditions_of(mail):
        title, evidence = str(one.get("title") or ""), str(one.get("evidence") or "")
        yield Ground(str(one.get("id") or ""), title, one.get("met") is True, evidence)


def _swept(sweep: SweepRun, mails: Sequence[SweepMail]) -> Swept:
    """A sweep with what it did; one that looked at nothing by itself was a run's."""
    mode = RUN if sweep.since is None else sweep.mode.value
    moved = Counter(one.ref.account for one in mails if one.outcome is SweepOutcome.MOVED)
    told = Counter(one.ref.account for one in mails)
    return Swept(
        sweep.id, sweep.started_at, mode, sweep.examined, sweep.notes, moved=moved, told=told
    )


_MOVED: Final = frozenset({SweepOutcome.MOVED, SweepOutcome.MOVING})


def _notes(report: SweepReport) -> Iterator[str]:
    for failure in report.failures:
        yield ": ".join(filter(None, (failure.error.message, failure.error.next_step)))
    if report.interrupted:
        yield "The sweep was ended before it had seen everything."
    if report.taken_up:
        yield f"Mails of a sweep that was interrupted and taken up: {len(report.taken_up)}."
    reported = [one for one in report.mails if one.outcome is SweepOutcome.REPORTED]
    ready = any(one.decision is RescueDecision.RESCUE for one in reported)
    if report.sweep.mode is not SweepMode.APPLY and ready:
        moved = any(one.outcome in _MOVED for one in (*report.mails, *report.taken_up))
        nothing = "" if moved else "This sweep moved nothing. "
        yield f"{nothing}To move what is genuine: inboxwatch sweep --apply"
    if any(one.outcome is SweepOutcome.MOVED for one in report.mails):
        yield f"To put everything back: inboxwatch sweep --undo {report.sweep.id}"
