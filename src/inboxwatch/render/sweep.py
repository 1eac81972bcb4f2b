"""A sweep on a terminal: a line for each mail that it tells of, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from inboxwatch.core.sweep import counts
from inboxwatch.core.text import defanged, harmless, one_line, printable
from inboxwatch.model.decision import RescueDecision
from inboxwatch.model.sweep import SweepMode, SweepOutcome
from inboxwatch.render.words import count, duration

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from inboxwatch.core.sweep import SweepReport
    from inboxwatch.model.sweep import SweepMail, SweepRun

SHOWN_LINES = 40
"""Lines of a mail that a person is shown before the question."""

_WORDS = {
    SweepOutcome.MOVED: ("moved to {to}", "green"),
    SweepOutcome.MOVING: ("nobody knows whether it was moved; the next sweep looks", "red"),
    SweepOutcome.CAPPED: ("left for the next sweep", "yellow"),
    SweepOutcome.FAILED: ("not moved", "red"),
    SweepOutcome.GONE: ("not there any more", "dim"),
    SweepOutcome.UNDONE: ("put back", "green"),
    SweepOutcome.UNDOING: ("nobody knows whether it was put back; the next sweep looks", "red"),
}
"""What became of a mail; those that were only reported are told by what was decided."""

_DECIDED = {
    RescueDecision.RESCUE: ("proven genuine", "bold magenta"),
    RescueDecision.REVIEW: ("perhaps genuine: have a look", "magenta"),
    RescueDecision.LEAVE: ("left there", "dim"),
}


_SUMMED = {
    **{outcome.value: outcome.value for outcome in SweepOutcome},
    RescueDecision.RESCUE.value: "proven genuine",
    RescueDecision.REVIEW.value: "for you to look at",
    RescueDecision.LEAVE.value: "left there",
}
"""The same in the sum."""


def sweep_lines(report: SweepReport, *, now: datetime) -> Iterator[Text]:
    """What a sweep tells a person: each mail, then the sums and the next step."""
    order = list(RescueDecision)
    for mail in sorted(report.mails, key=lambda one: (order.index(one.decision), one.received)):
        yield from _mail(mail, now)
    yield from _sum(report)
    for note in report.sweep.notes:
        yield Text(harmless(note, 300), "yellow")


def failure_lines(report: SweepReport) -> Iterator[Text]:
    """What could not be done, and the next step."""
    for failure in report.failures:
        yield Text(one_line(failure.error.message, 300), "red")
        if failure.error.next_step:
            yield Text(f"  {one_line(failure.error.next_step, 300)}", "dim")


def _mail(mail: SweepMail, now: datetime) -> Iterator[Text]:
    line = Text(no_wrap=True, overflow="ellipsis")
    number = f"#{mail.mail_id}" if mail.mail_id is not None else ""
    line.append(f"{number:>6} ", "dim")
    line.append(f"{duration(now - mail.received):>4}  ", "dim")
    sender = harmless(mail.sender or mail.from_text or "(no sender)", 60)
    name = harmless(mail.customer[0], 40) if mail.customer else ""
    line.append(f"{name} <{sender}>" if name else sender)
    line.append("  ")
    line.append(harmless(mail.subject, 120) or "(no subject)", "bold")
    yield line
    yield _became(mail)


def _became(mail: SweepMail) -> Text:
    line = Text("    → ", "dim", no_wrap=True, overflow="ellipsis")
    words, style = _WORDS.get(mail.outcome) or _DECIDED[mail.decision]
    line.append(words.format(to=harmless(mail.moved_to, 60)), style)
    if mail.reply:
        line.append(f", apology {mail.reply}")
    why = mail.detail or "; ".join(_unmet(mail.judgement))
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
    found = ", ".join(f"{number} {_SUMMED[what]}" for what, number in counts(report.mails).items())
    yield Text(f"{examined} in the spam folders looked at: {found or 'no customer among them'}.")
    if report.taken_up:
        told = count(len(report.taken_up), "mail")
        yield Text(f"{told} of a sweep that was interrupted taken up.", "yellow")
    yield from _next(sweep, report)


def _next(sweep: SweepRun, report: SweepReport) -> Iterator[Text]:
    ready = counts(report.mails).get("rescue", 0)
    if sweep.mode is SweepMode.REPORT and ready:
        yield Text("Nothing was moved. To move them: inboxwatch sweep --apply", "bold")
    if any(one.outcome is SweepOutcome.MOVED for one in report.mails) and sweep.id:
        yield Text(f"To put everything back: inboxwatch sweep --undo {sweep.id}", "dim")


def doubtful_lines(mail: SweepMail, text: str, *, now: datetime) -> Iterator[Text]:
    """A doubtful mail with its safe text and what is missing, before a person is asked."""
    yield Text()
    yield from _mail(mail, now)
    for one in _unmet(mail.judgement):
        yield Text(f"      not met: {harmless(one, 200)}", "yellow")
    yield Text()
    for line in text.splitlines()[:SHOWN_LINES]:
        yield Text(f"    | {defanged(printable(line, 400))}", no_wrap=False)
    yield Text()


def rescued_lines(mails: Iterable[SweepMail]) -> Iterator[Text]:
    """What became of mails that were to be moved, two lines each."""
    for mail in mails:
        line = Text(no_wrap=True, overflow="ellipsis")
        line.append(f"  {harmless(mail.sender or mail.from_text, 60)}  ")
        line.append(harmless(mail.subject, 120) or "(no subject)", "bold")
        yield line
        yield _became(mail)


def undo_lines(report: SweepReport) -> Iterator[Text]:
    """What became of the mails of a sweep that was undone."""
    yield from rescued_lines(report.mails)
    back = sum(one.outcome is SweepOutcome.UNDONE for one in report.mails)
    sent = sum(one.reply == "sent" for one in report.mails)
    yield Text(f"{count(back, 'mail')} of sweep {report.sweep.id} put back.")
    if sent:
        yield Text(f"{count(sent, 'apology', 'apologies')} went out and cannot be undone.", "dim")
