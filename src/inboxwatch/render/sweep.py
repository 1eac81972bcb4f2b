"""A sweep on a terminal: a line for each mail that it tells of, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from inboxwatch.core.links import defanged, harmless
from inboxwatch.core.sweep import counts
from inboxwatch.core.text import one_line, printable
from inboxwatch.model.decision import RescueDecision
from inboxwatch.model.sweep import SweepMode, SweepOutcome
from inboxwatch.render.terminal import NARROW
from inboxwatch.render.words import count, duration
from inboxwatch.render.wrap import wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from inboxwatch.core.sweep import SweepReport
    from inboxwatch.model.sweep import SweepMail, SweepRun

SHOWN_LINES = 40
"""Lines of a mail that a person is shown before the question."""

NOT_MOVED = "not moved"

_WORDS = {
    SweepOutcome.MOVED: ("moved to {to}", "green"),
    SweepOutcome.MOVING: ("nobody knows whether it was moved; the next sweep looks", "red"),
    SweepOutcome.CAPPED: ("left for the next sweep", "yellow"),
    SweepOutcome.FAILED: (NOT_MOVED, "red"),
    SweepOutcome.GONE: ("not there any more", "dim"),
    SweepOutcome.UNDONE: ("put back", "green"),
    SweepOutcome.UNDOING: ("nobody knows whether it was put back; the next sweep looks", "red"),
    SweepOutcome.RETURNED: ("left alone", "yellow"),
}
"""What became of a mail; those that were only reported are told by what was decided."""

_UNDONE = {**_WORDS, SweepOutcome.MOVED: ("not put back", "red")}
"""The same of an undo."""

_DECIDED = {
    RescueDecision.RESCUE: ("proven genuine", "bold magenta"),
    RescueDecision.REVIEW: ("perhaps genuine: have a look", "magenta"),
    RescueDecision.LEAVE: ("left there", "dim"),
}


_SUMMED = {
    **{outcome.value: outcome.value for outcome in SweepOutcome},
    SweepOutcome.MOVING.value: "perhaps moved",
    SweepOutcome.CAPPED.value: "left for the next sweep",
    SweepOutcome.FAILED.value: NOT_MOVED,
    SweepOutcome.GONE.value: "not there any more",
    RescueDecision.RESCUE.value: "proven genuine",
    RescueDecision.REVIEW.value: "for you to look at",
    RescueDecision.LEAVE.value: "left there",
    SweepOutcome.RETURNED.value: "put back before",
}
"""The same in the sum."""


def sweep_lines(report: SweepReport, *, now: datetime) -> Iterator[Text]:
    """What a sweep tells a person: each mail, then the sums and the next step."""
    order = list(RescueDecision)
    for mail in sorted(report.mails, key=lambda one: (order.index(one.decision), one.received)):
        yield from _mail(mail, now, several=len(report.sweep.accounts) > 1)
    yield from _sum(report)
    for note in report.sweep.notes:
        yield Text(harmless(note, 300), "yellow")


def failure_lines(report: SweepReport) -> Iterator[Text]:
    """What could not be done, and the next step."""
    for failure in report.failures:
        yield Text(one_line(failure.error.message, 300), "red")
        if failure.error.next_step:
            yield Text(f"  {one_line(failure.error.next_step, 300)}", "dim")


def _mail(mail: SweepMail, now: datetime, *, several: bool) -> Iterator[Text]:
    yield _head(mail, now, several=several)
    yield _became(mail, _unmet(mail.judgement))


def _head(mail: SweepMail, now: datetime, *, several: bool) -> Text:
    """Who wrote what, and in which of ``several`` accounts it lies."""
    line = Text(no_wrap=True, overflow="ellipsis")
    number = f"#{mail.mail_id}" if mail.mail_id is not None else ""
    line.append(f"{number:>6} ", "dim")
    line.append(f"{duration(now - mail.received):>4}  ", "dim")
    line.append(f"{one_line(mail.ref.account, 40)}  " if several else "", "cyan")
    sender = harmless(mail.sender or mail.from_text or "(no sender)", 60)
    name = harmless(mail.customer[0], 40) if mail.customer else ""
    line.append(f"{name} <{sender}>" if name else sender)
    line.append("  ")
    line.append(harmless(mail.subject, 120) or "(no subject)", "bold")
    return line


def _became(mail: SweepMail, unmet: Iterable[str] = ()) -> Text:
    line = Text("    → ", "dim", no_wrap=True, overflow="ellipsis")
    words, style = _WORDS.get(mail.outcome) or _DECIDED[mail.decision]
    line.append(words.format(to=harmless(mail.moved_to, 60)), style)
    if mail.reply:
        line.append(f", apology {mail.reply}")
    why = mail.detail or "; ".join(unmet)
    if why:
        line.append(f": {harmless(why, 200)}")
    return line


def _unmet(judgement: Mapping[str, object]) -> Iterator[str]:
    refusals = judgement.get("refusals")
    for one in refusals if isinstance(refusals, list) else ():
        yield f"{one.get('rule', '')} {one.get('evidence', '')}".strip()


def _sum(report: SweepReport) -> Iterator[Text]:
    sweep = report.sweep
    examined = count(sum(sweep.examined.values()), "mail")
    yield Text(f"{examined} in the spam folders looked at: {_counted(report)}.")
    if report.taken_up:
        told = count(len(report.taken_up), "mail")
        yield Text(f"{told} of a sweep that was interrupted taken up.", "yellow")
    yield from _next(sweep, report)


def _counted(report: SweepReport) -> str:
    """What became of how many; of the others, who are no customers, only how many they are."""
    told = [f"{number} {_SUMMED[what]}" for what, number in counts(report.mails).items()]
    others = sum(report.sweep.examined.values()) - len(report.mails)
    if told and others > 0:
        # what could not be read is among the others, and may be a customer's
        told.append(f"{others} {'not told of' if report.failures else 'of no customer'}")
    return ", ".join(told) or "no customer among them"


def _next(sweep: SweepRun, report: SweepReport) -> Iterator[Text]:
    """What there is to do, by what was really done."""
    left = [one for one in report.mails if one.outcome is SweepOutcome.REPORTED]
    moved = any(one.outcome in _MOVED for one in (*report.mails, *report.taken_up))
    decided = {one.decision for one in left}
    if sweep.mode is not SweepMode.APPLY and RescueDecision.RESCUE in decided:
        nothing = "" if moved else "Nothing was moved. "
        told = f"{nothing}To move what is proven genuine: inboxwatch sweep --apply"
        yield Text(told, "bold")
    if any(one.outcome is SweepOutcome.RETURNED for one in report.mails):
        again = "To rescue what was put back after all: inboxwatch sweep --interactive"
        yield Text(again, "dim")
    yield from _about_questions(report, doubtful=RescueDecision.REVIEW in decided)
    if any(one.outcome is SweepOutcome.MOVED for one in report.mails) and sweep.id:
        yield Text(f"To put everything back: inboxwatch sweep --undo {sweep.id}", "dim")


_MOVED = frozenset({SweepOutcome.MOVED, SweepOutcome.MOVING})


def _about_questions(report: SweepReport, *, doubtful: bool) -> Iterator[Text]:
    """Who decides about the doubtful ones, or how the questions about them ended."""
    if report.asked is None and doubtful:
        told = "To go through what is perhaps genuine: inboxwatch sweep --interactive"
        yield Text(told, "bold")
    elif report.unasked:
        yield Text(f"Not asked about: {count(report.unasked, 'doubtful mail')}.", "yellow")
    elif report.asked == 0:
        yield Text("Nothing is doubtful, so there was nothing to ask.")


def doubtful_lines(
    mail: SweepMail, text: str, *, now: datetime, width: int = NARROW, several: bool = False
) -> Iterator[Text]:
    """A doubtful mail with its safe text and what is missing, before a person is asked."""
    yield Text()
    yield _head(mail, now, several=several)
    yield _became(mail)
    for one in _unmet(mail.judgement):
        told = f"not met: {harmless(one, 200)}"
        yield from wrapped(told, width=width, indent=6, style="yellow")
    yield Text()
    for line in text.splitlines()[:SHOWN_LINES]:
        yield from _quoted(defanged(printable(line, 400)), width)
    yield Text()


def _quoted(line: str, width: int) -> Iterator[Text]:
    """A line of a mail behind a bar, and so what of it does not fit on one."""
    bar = "    | "
    parts = list(wrapped(line, width=width - len(bar), indent=0)) or [Text()]
    for part in parts:
        yield Text(bar.rstrip() if not part else f"{bar}{part.plain}", no_wrap=True)


def rescued_lines(mails: Iterable[SweepMail]) -> Iterator[Text]:
    """What became of mails that were to be moved, two lines each."""
    for mail in mails:
        yield _whose(mail)
        yield _became(mail)


def _whose(mail: SweepMail) -> Text:
    line = Text(no_wrap=True, overflow="ellipsis")
    line.append(f"  {harmless(mail.sender or mail.from_text, 60)}  ")
    line.append(harmless(mail.subject, 120) or "(no subject)", "bold")
    return line


def moved_lines(report: SweepReport) -> Iterator[Text]:
    """What was moved, and how to take it back: where the output cannot be written."""
    moved = [
        one for one in report.mails if one.outcome in (SweepOutcome.MOVED, SweepOutcome.MOVING)
    ]
    yield from rescued_lines(moved)
    if moved:
        yield Text(f"To put everything back: inboxwatch sweep --undo {report.sweep.id}")


def undo_lines(report: SweepReport) -> Iterator[Text]:
    """What became of the mails of a sweep that was undone: what the undo did, and no more."""
    mails = (*report.taken_up, *report.mails)
    for mail in mails:
        yield _whose(mail)
        words, style = _UNDONE[mail.outcome]
        line = Text("    → ", "dim", no_wrap=True, overflow="ellipsis").append(words, style)
        yield line.append(f": {harmless(mail.detail, 200)}" if mail.detail else "")
    back = sum(one.outcome is SweepOutcome.UNDONE for one in mails)
    sent = sum(one.reply == "sent" for one in mails)
    if mails or not report.sweep.notes:
        yield Text(f"{count(back, 'mail')} of sweep {report.sweep.id} put back.")
    for note in report.sweep.notes:
        yield Text(harmless(note, 300), "yellow")
    if sent:
        yield Text(f"{count(sent, 'apology', 'apologies')} went out and cannot be undone.", "dim")
