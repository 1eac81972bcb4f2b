"""What a run tells: its mails, what became of them, and what needs somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.text import Text

from inboxwatch.core.run_summary import undelivered
from inboxwatch.core.text import one_line, printable
from inboxwatch.model.condition import WITHHELD
from inboxwatch.render.terminal import (
    NARROW,
    OUTCOME_WORDS,
    mail_line,
    outcome_line,
    outcome_state,
    reasons_line,
)
from inboxwatch.render.words import count, instant, place_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from inboxwatch.core.run_summary import RunReport
    from inboxwatch.model.condition import Attempt
    from inboxwatch.model.message import MessageRef
    from inboxwatch.model.outcome import AccountFailure


UNDELIVERED_STEPS = {
    "retry": "the next run tries again; at once: inboxwatch outbox retry {id}",
    "refused": "inboxwatch outbox show {id}, answer by hand; or inboxwatch outbox retry {id}",
    "unknown": "inboxwatch outbox show {id}; inboxwatch outbox retry {id} looks into Sent first",
    "dropped": "answer by hand; inboxwatch outbox show {id} has the words",
}
"""The next step for a reply that did not go out, or of which nobody knows."""


def trust_lines(accounts: Sequence[str], notes: Sequence[str]) -> Iterator[Text]:
    """What a person at a terminal should know: rescue that is off, mailboxes not found (S15)."""
    for name in accounts:
        yield Text(
            f"{one_line(name, 60)}: authentication.trust is empty, so nobody in the spam folder "
            "can be proven genuine and rescue is off; inboxwatch check proposes what to trust.",
            "yellow",
        )
    for note in notes:
        yield Text(one_line(note, 300), "yellow")


def run_lines(
    report: RunReport,
    outcomes: Sequence[Mapping[str, Any]],
    *,
    width: int = NARROW,
    cut: bool = True,
) -> Iterator[Text]:
    """What a run did: baselines, mails in the order of work with what became of them."""
    if report.dry_run:
        yield Text("Dry run: nothing is sent, marked or remembered.", "cyan")
    if report.set_aside:
        told = f"{count(report.set_aside, 'mail')} could not be read; the log says why"
        yield Text(f"{told}, the next run tries again", "yellow")
    for baseline in report.baselines:
        yield _baseline_line(baseline.account, baseline.mailbox, baseline.mails, baseline.reason)
        if baseline.would_answer:
            told = f"  without that, {count(baseline.would_answer, 'mail')} would get a reply"
            yield Text(told, "dim")
    for fields in outcomes:
        mail_id = fields.get("id")
        yield mail_line(fields, now=report.finished, mail_id=mail_id, width=width, cut=cut)
        yield reasons_line(fields)
        yield outcome_line(fields)
        for note in (fields.get("outcome") or {}).get("notes", ()):
            yield Text(f"      note: {one_line(note, 160)}", "yellow")
    yield from _retried_lines(report)
    if report.rescued:
        from inboxwatch.render.sweep import rescued_lines  # noqa: PLC0415 - seldom needed

        yield from rescued_lines(report.rescued)
    if outcomes or not report.baselines:
        yield _run_total(report, outcomes)


def _retried_lines(report: RunReport) -> Iterator[Text]:
    """What became of the replies that an earlier run could not deliver."""
    for entry in report.retried:
        words, style = OUTCOME_WORDS[entry.state.value]
        line = Text(f"Delayed reply #{entry.id} to {one_line(entry.recipient, 80)}: ")
        line.append(words, style)
        line.append(f" · {one_line(entry.detail, 120)}" if entry.detail else "", "dim")
        yield line


def _baseline_line(account: str, mailbox: str, mails: int, reason: str) -> Text:
    place = f"{one_line(account, 40)}/{one_line(mailbox, 60)}"
    return Text(f"{place}: {reason}; {count(mails, 'mail')} taken as baseline, nobody is answered")


def _run_total(report: RunReport, outcomes: Sequence[Mapping[str, Any]]) -> Text:
    states: dict[str, int] = {}
    for fields in outcomes:
        state = outcome_state(fields)
        states[state] = states.get(state, 0) + 1
    told = ", ".join(f"{number} {OUTCOME_WORDS[state][0]}" for state, number in states.items())
    mails = _mails(len(outcomes), report.again)
    closed = f"; {report.closed} closed in a mail client" if report.closed else ""
    rate = report.promises.rate
    kept = f" {rate:.0%} of the month's promises kept in time." if rate is not None else ""
    return Text(f"{mails}{': ' + told if told else ''}{closed}.{kept}", "bold")


def _mails(number: int, again: int) -> str:
    """How many mails a run decided, and which of them it has not found but taken up again."""
    if not again:
        return count(number, "new mail")
    waiting = count(again, "waiting mail")
    return f"{count(number - again, 'new mail')} and {waiting}" if number > again else waiting


def warning_lines(
    report: RunReport, brakes: Sequence[str], failures: Sequence[AccountFailure] | None = None
) -> Iterator[Text]:
    """What went wrong, for standard error: shown under cron too.

    ``failures`` are those to be told, else all.
    """
    for failure in report.failures if failures is None else failures:
        place = f"{failure.account}/{failure.mailbox}" if failure.mailbox else failure.account
        yield Text(f"{one_line(place, 80)}: {printable(failure.error.message, 400)}", "red")
        if failure.error.next_step:
            yield Text(f"  next: {printable(failure.error.next_step, 400)}")
    yield from _news_lines(report)
    for entry in report.unknown:
        recipient = one_line(entry.recipient, 80)
        yield Text(
            f"Reply #{entry.id} to {recipient} was being sent when an earlier run ended: it is "
            f"unknown whether it went out. It is not sent again by itself ({entry.message_id}).",
            "red",
        )
        yield Text(f"  next: {UNDELIVERED_STEPS['unknown'].format(id=entry.id)}")
    for entry_id, recipient, state, detail in undelivered(report):
        words = OUTCOME_WORDS[state][0]
        said = f": {one_line(detail, 200)}" if detail else ""
        number = f" #{entry_id}" if entry_id else ""
        yield Text(f"Reply{number} to {one_line(recipient, 80)}: {words}{said}", "red")
        if entry_id:
            yield Text(f"  next: {UNDELIVERED_STEPS[state].format(id=entry_id)}")
    for brake in brakes:
        yield Text(f"Sending stopped: {one_line(brake, 200)}", "red")
    if any(brake.startswith("L09") for brake in brakes):
        yield Text("  next: find out why replies come back, then `inboxwatch resume`")


def _news_lines(report: RunReport) -> Iterator[Text]:
    """What changed about accounts and mails, and is told once."""
    for one in report.recovered:
        place = f"{one.account}/{one.mailbox}" if one.mailbox else one.account
        told = f"{one_line(place, 80)} works again; {count(one.failures, 'attempt')} had failed"
        since = one.failing_since
        zone = report.finished.tzinfo
        yield Text(f"{told} since {instant(since.astimezone(zone))}" if since else told, "green")
    for limit in report.limits:
        yield Text(limit, "yellow")
        yield Text("  next: find out which program reads so much mail; inboxwatch status")
    for words in set_aside_words(report.first_aside):
        yield Text(words, "yellow")
    for attempt in report.quarantined:
        yield Text(quarantine_words(attempt), "red")
        yield Text(
            "  next: deal with it in a mail client; inboxwatch status --retry tries it again"
        )


UIDS_NAMED = 10
"""UIDs of one mailbox that are named; of more of them the log tells."""


def set_aside_words(refs: Sequence[MessageRef]) -> Iterator[str]:
    """A line for each mailbox of which mails were set aside for the first time."""
    by_mailbox: dict[str, list[int]] = {}
    for ref in refs:
        by_mailbox.setdefault(f"{ref.account}/{ref.mailbox}", []).append(ref.uid)
    for mailbox, uids in by_mailbox.items():
        named = ", ".join(map(str, uids[:UIDS_NAMED])) + (", ..." if len(uids) > UIDS_NAMED else "")
        told = f"{one_line(mailbox, 80)}: {count(len(uids), 'mail')} set aside (UID {named})"
        yield f"{told}; the next run tries again, the log says why"


def quarantine_words(attempt: Attempt) -> str:
    """A mail in quarantine, and why it is there."""
    place = place_words(
        {"account": attempt.ref.account, "mailbox": attempt.ref.mailbox, "uid": attempt.ref.uid}
    )
    times = count(attempt.tries, "time")
    if attempt.error == WITHHELD:
        return f"{place}: set aside, the server did not hand it out {times}; the others go on"
    why = f"it ended in {one_line(attempt.error, 60)}" if attempt.error else "inboxwatch ended"
    return f"{place}: set aside, {why} {times} while reading it; the mail behind it goes on"


def resumed_lines(done: Mapping[str, bool], stopped: Mapping[str, str]) -> Iterator[Text]:
    """What ``resume`` did: an account a line, and why its replies had been stopped."""
    if not done:
        yield Text("Nothing to do: no account's replies are stopped.", "green")
    for account, resumed in done.items():
        name = one_line(account, 80)
        if resumed:
            yield Text(f"{name}: replies go out again.", "green")
            yield Text(f"  They had been stopped: {one_line(stopped[account], 300)}", "dim")
        else:
            yield Text(f"{name}: its replies were not stopped; nothing to do.")
