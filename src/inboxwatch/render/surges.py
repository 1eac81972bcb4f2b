"""Surges for a terminal: the list, what a verb did, and what a run tells of them.

What is rendered is the JSON form of ``core.triage.surge_report``. The words that mails share are
foreign text and made safe to show (O09, O10).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.text import Text

from inboxwatch.core.text import one_line
from inboxwatch.render.terminal import NARROW
from inboxwatch.render.words import count, instant
from inboxwatch.render.wrap import wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

INDENT = 7


def surges(
    rows: Iterable[Mapping[str, Any]], now: datetime, *, width: int = NARROW
) -> Iterator[Text]:
    """The surges: how many write about what, since when, where to look, and the next step."""
    for fields in rows:
        yield _row(fields)
        for line in _about(fields, now):
            yield from wrapped(line, width=width, indent=INDENT, style="dim")
        for warning in fields["look"]:
            yield from wrapped(warning, width=width, indent=INDENT, style="yellow")
        step = f"next: {fields['next_step']}" if fields["next_step"] else ""
        yield from wrapped(step, width=width, indent=INDENT)


def details(fields: Mapping[str, Any], now: datetime, *, width: int = NARROW) -> Iterator[Text]:
    """One surge: what the list says of it, some conversations, and who wrote."""
    yield from surges([fields], now, width=width)
    yield Text("Some of the conversations", "bold")
    for one in fields["conversations"]:
        yield from _conversation(one, now, width)
    new, senders = fields["new"], count(fields["senders"], "sender")
    yield Text(f"Who wrote: {senders}, {new} of them new", "bold")
    for one in fields["writers"]:
        yield _writer(one, now)
    if fields["left"]:
        every = len(fields["writers"]) + fields["left"]
        step = f"inboxwatch surge show {fields['id']} --limit {every}"
        more = f"{count(fields['left'], 'earlier one')} not shown: {step}"
        yield from wrapped(more, width=width, indent=INDENT)


def _conversation(fields: Mapping[str, Any], now: datetime, width: int) -> Iterator[Text]:
    line = Text(no_wrap=True, overflow="ellipsis")
    line.append(f"{'#' + str(fields['mail']):>6} ", "dim")
    line.append(f"{_instant(fields['received'], now)}  ", "dim")
    line.append(f"{one_line(fields['from'], 48)}  ")
    line.append(one_line(fields["subject"], 200) or "(no subject)", "bold")
    yield line
    yield from wrapped(one_line(fields["text"], 160), width=width, indent=INDENT, style="dim")


def _writer(fields: Mapping[str, Any], now: datetime) -> Text:
    line = Text(no_wrap=True, overflow="ellipsis")
    line.append(f"{'#' + str(fields['mail']):>6} ", "dim")
    who = "customer" if fields["customer"] else "new" if fields["new"] else "wrote before"
    line.append(f"{who:<13}", "yellow" if fields["new"] else "")
    line.append(f"{count(fields['mails'], 'mail'):<9}", "dim")
    line.append(f"{_instant(fields['first_at'], now)}  ", "dim")
    line.append(one_line(fields["name"] or fields["sender"], 80))
    return line


def _row(fields: Mapping[str, Any]) -> Text:
    line = Text(no_wrap=True, overflow="ellipsis")
    mark, style = ("", "dim") if fields["closed_at"] else ("!", "bold red")
    line.append(f"{mark + str(fields['id']):>6} ", "dim")
    line.append(f"{count(fields['senders'], 'sender')}", style)
    if fields["names"] > fields["senders"]:
        line.append(f" under {fields['names']} names", style)
    if fields["senders"] > 1:
        line.append(f" ({_usual(fields)})", "dim")
    line.append("  ")
    line.append(one_line(fields["phrase"], 80) or "much the same text", "bold")
    if fields["closed_at"]:
        line.append("  closed", "dim")
    return line


def _usual(fields: Mapping[str, Any]) -> str:
    number = fields["usual"]
    return f"usually {number:.1f}" if number >= 0.05 else "usually none"  # noqa: PLR2004 - shown as 0.0


def _about(fields: Mapping[str, Any], now: datetime) -> Iterator[str]:
    customers = f", {fields['customers']} of customers" if fields["customers"] else ""
    first, latest = (_instant(fields[name], now) for name in ("first_at", "latest_at"))
    yield f"{count(fields['mails'], 'mail')}{customers}: first {first}, latest {latest}"
    samples = ", ".join(f"#{one}" for one in fields["samples"])
    yield f"for instance {samples}" if samples else ""
    if fields["template"]:
        about = f", about {one_line(fields['about'], 120)}" if fields["about"] else ""
        yield f"answered with {one_line(fields['template'], 60)}{about}"


def _instant(written: str, now: datetime) -> str:
    return instant(datetime.fromisoformat(written).astimezone(now.tzinfo))


def surges_total(shown: int, *, every: bool, abuse: bool = False) -> Iterator[Text]:
    """How many there are."""
    if abuse and not shown:
        yield Text("Nothing looks like abuse.", "green")
    elif shown:
        yield Text(
            f"{count(shown, 'surge')}." if every else f"{count(shown, 'open surge')}.", "bold"
        )
    else:
        yield Text("No surge was seen." if every else "No surge is open.", "green")


def answered_lines(fields: Mapping[str, Any]) -> Iterator[Text]:
    """What ``answer`` did."""
    template = one_line(fields["template"], 60)
    yield Text(f"Surge {fields['id']} is answered with {template} from now on.", "green")
    again = count(len(fields["again"]), "mail")
    yield Text(f"  {again} without an answer: the next run decides again.")
    yield Text(f"  next: {fields['next_step']}")


def closed_lines(fields: Mapping[str, Any]) -> Iterator[Text]:
    """What ``close`` did."""
    yield Text(f"Surge {fields['id']} is closed: its mails are answered as others are.", "green")


def _draft(fields: Mapping[str, Any], width: int) -> Iterator[Text]:
    number = f"#{fields['outbox']}" if fields["outbox"] else "none"
    line = Text(no_wrap=True, overflow="ellipsis").append(f"{number:>6} ", "dim")
    who = one_line(fields["name"] or fields["customer"], 60)
    yield line.append(f"{who} <{one_line(fields['to'], 80)}> ({one_line(fields['why'], 60)})")
    told = f"not written: {one_line(fields['declined'], 160)}" if fields["declined"] else ""
    yield from wrapped(told, width=width, indent=INDENT, style="yellow")


def drafts_lines(fields: Mapping[str, Any], *, width: int = NARROW) -> Iterator[Text]:
    """The customers who were written to, and how to send it."""
    ready = [one for one in fields["drafts"] if one["outbox"]]
    for one in fields["drafts"]:
        yield from _draft(one, width)
    if not fields["drafts"]:
        yield Text("Nobody is likely to be hit next who has not been written to.", "green")
        step = f"next: inboxwatch surge drafts {fields['id']} --tag TAG writes to those with a tag"
        yield from wrapped(step, width=width, indent=2)
    if ready:
        numbers = " ".join(str(one["outbox"]) for one in ready)
        yield Text(f"{count(len(ready), 'draft waits', 'drafts wait')} in the outbox.", "bold")
        yield from wrapped(f"next: inboxwatch outbox send {numbers}", width=width, indent=2)
    if fields["left"]:
        more = count(fields["left"], "further customer")
        yield Text(f"  {more}: the same command goes on with them.")
