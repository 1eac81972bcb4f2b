"""Report models for a terminal, with rich. Every word of a mail is made printable first (O09, O10).

What is rendered is the JSON form of a decision: the same for a mail of this minute and one that
the journal kept.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.text import Text

from inboxwatch.core.text import one_line
from inboxwatch.core.triage.score import WAITING
from inboxwatch.render.words import count, duration, instant, lies_in
from inboxwatch.render.wrap import wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rich.table import Table


URGENT = 8
RAISED = 6
LOW = 2

NARROW = 80
"""Columns of a terminal on which nothing has more room than it needs."""

SENDER, MAX_SENDER = 28, 64
"""Columns of the sender on a narrow terminal, and on a very wide one."""

BOUNDS = frozenset({"base", "ceiling", "floor", "question"})
"""Reasons that ``explain`` adds up and nobody else needs to see."""

STANDING = {
    "sent": "acknowledged",
    "drafted": "draft written",
    "held": "reply held",
    "deferred": "reply put off",
    "retry": "reply delayed",
    "refused": "reply refused",
    "unknown": "reply unknown",
}
"""How the automatic reply to a mail of the queue stands; it still waits for a person."""

TOLD_BY_THE_SENDER = frozenset({"known-customer", "vip"})
"""Reasons whose evidence is the sender, who stands on the line above."""

OUTCOME_WORDS = {
    "sent": ("answered", "green"),
    "drafted": ("draft written", "green"),
    "held": ("held", "yellow"),
    "deferred": ("put off, decided again next time", "yellow"),
    "retry": ("refused for now, tried again next time", "yellow"),
    "refused": ("refused by the server", "red"),
    "unknown": ("unknown whether it went out; never sent again by itself", "red"),
    "dropped": ("given up", "red"),
    "send": ("would be answered", "cyan"),
    "draft": ("would get a draft", "cyan"),
    "hold": ("held", "yellow"),
    "none": ("no automatic reply", "dim"),
    "spam": ("left as spam", "dim"),
}


SHOWN_REFUSALS, ALL_REFUSALS = 2, 100
"""How many refusing rules a line of a run names, and more than a mail can have."""

RESCUE_WORDS = {
    "rescue": ("in the spam folder, proven genuine", "bold magenta"),
    "review": ("in the spam folder, perhaps genuine", "magenta"),
    "leave": ("spam", "dim"),
}


def priority_style(priority: int) -> str:
    """The colour of a priority."""
    if priority >= URGENT:
        return "bold red"
    if priority >= RAISED:
        return "yellow"
    return "dim" if priority <= LOW else ""


def mail_line(
    fields: Mapping[str, Any],
    *,
    now: datetime,
    mail_id: int | None = None,
    width: int = NARROW,
    cut: bool = True,
) -> Text:
    """One mail on one line of ``width`` columns: priority, id, waiting, who, subject."""
    line = Text(no_wrap=True, overflow="ellipsis")
    line.append(f" {fields['priority']} ", priority_style(fields["priority"]))
    if mail_id is not None:
        line.append(f"{'#' + str(mail_id):>5} ", "dim")
    waiting = now - datetime.fromisoformat(fields["received"])
    line.append(f"{duration(waiting):>4}  ", "dim")
    line.append(fit(who(fields), sender_columns(width), cut=cut))
    line.append("  ")
    line.append(one_line(fields["subject"], 120) or "(no subject)", "bold")
    return line


def sender_columns(width: int) -> int:
    """How many columns of a line the sender gets: a part of what exceeds a narrow terminal."""
    return min(SENDER + max(0, width - NARROW) // 3, MAX_SENDER)


def who(fields: Mapping[str, Any]) -> str:
    """The sender: a known customer by name, anybody else by address."""
    customer = fields.get("customer")
    address = one_line(fields.get("from") or fields.get("from_text") or "(no sender)", 80)
    if customer and customer.get("name"):
        star = "*" if customer.get("vip") else ""
        return f"{one_line(customer['name'], 40)}{star} <{address}>"
    return address


def fit(text: str, width: int, *, cut: bool = True) -> Text:
    """A text in exactly so many columns, or in more of them where nothing is ``cut``."""
    fitted = Text(text)
    fitted.truncate(width if cut else max(width, fitted.cell_len), overflow="ellipsis", pad=True)
    return fitted


def reasons_line(fields: Mapping[str, Any], *, before: str = "") -> Text:
    """Why a priority is what it is, on one line, what weighs most first."""
    parts = []
    for reason in sorted(fields["reasons"], key=_weight):
        if reason["signal"] in BOUNDS:
            continue
        shown = reason["signal"] not in TOLD_BY_THE_SENDER
        evidence = one_line(reason["evidence"], 40) if shown else ""
        quoted = f" “{evidence}”" if evidence else ""
        parts.append(f"{reason['signal']} {reason['points']:+d}{quoted}")
    line = Text(" " * 15)
    line.append(f"[{before}] " if before else "", "green")
    line.append(" · ".join(parts) or "nothing special", "dim")
    line.no_wrap, line.overflow = True, "ellipsis"
    return line


def _weight(reason: Mapping[str, Any]) -> tuple[bool, int]:
    """What weighs most first; how long it waits stands beside the subject already."""
    return reason["signal"] == WAITING, -reason["points"]


def queue(
    mails: Iterable[tuple[int | None, Mapping[str, Any]]],
    now: datetime,
    *,
    width: int = NARROW,
    cut: bool = True,
) -> Iterator[Text]:
    """The queue: two lines a mail, the most urgent first; how its reply stands, and why."""
    for mail_id, fields in mails:
        yield mail_line(fields, now=now, mail_id=mail_id, width=width, cut=cut)
        state = (fields.get("outcome") or {}).get("state") or ""
        yield reasons_line(fields, before=_standing(fields, STANDING.get(state, "")))


def _standing(fields: Mapping[str, Any], reply: str) -> str:
    """Whether it has to reach a person, how the reply stands, where it lies, whose it is."""
    escalated = "escalated" if fields.get("escalated") else ""
    reply = reply or _held_by(fields["reply"])
    owner = one_line(fields.get("owner") or "", 30)
    until, mailbox = fields.get("snoozed_until"), lies_in(fields)
    where = f"now in {mailbox}" if mailbox else ""
    off = f"off until {told_at(until)}" if until else ""
    return ", ".join(filter(None, (escalated, reply, where, owner, off)))


def _held_by(reply: Mapping[str, Any]) -> str:
    """The rules for which a mail got no reply, so that a person looks at it."""
    rules = [one["rule"] for one in reply["refusals"] if one.get("effect", "hold") == "hold"]
    return f"held: {', '.join(rules)}" if reply["decision"] == "hold" and rules else ""


def queue_total(
    number: int, limit: int, days: int, snoozed: int = 0, others: int | None = None
) -> Iterator[Text]:
    """How many mails wait, how many of them were not shown, and how many are put off.

    ``others`` is how many more wait where only one person's are asked for, else None.
    """
    off = f" {count(snoozed, 'mail')} put off, shown with --all." if snoozed else ""
    off += f" {count(others, 'mail')} of others, shown without --owner." if others else ""
    if not number:
        whose = "" if others is None else " with that owner"
        told = f"Nothing waits{whose}: no open mail of the last {count(days, 'day')}.{off}"
        yield Text(told, "green")
        return
    hidden = f"; {number - limit} more with --limit {number}" if number > limit else ""
    mails, span = count(number, "mail"), count(days, "day")
    yield Text(f"{mails} of the last {span} waiting{hidden}.{off}", "bold")


def source_line(fields: Mapping[str, Any]) -> Text:
    """Where a mail was read, above what was decided about it."""
    return Text(one_line(fields["source"], 400), "cyan")


def error_line(fields: Mapping[str, Any]) -> Text:
    """A file that could not be read."""
    return Text(f"{one_line(fields['source'], 200)}: {one_line(fields['error'], 300)}", "red")


def outcome_line(fields: Mapping[str, Any]) -> Text:
    """What became of a mail's reply, and why, cut at the edge."""
    line = Text("    → ", "dim", no_wrap=True, overflow="ellipsis")
    line.append(_outcome(fields, evidence=90, refusals=SHOWN_REFUSALS))
    return line


def _grid() -> Table:
    from rich.table import Table as RichTable  # noqa: PLC0415 - what cron reads has none

    return RichTable.grid(padding=(0, 1, 0, 0))


def outcome_block(fields: Mapping[str, Any], *, refusals: int = ALL_REFUSALS) -> Table:
    """The same, whole: what does not fit on a line goes on behind the arrow."""
    table = _grid()
    table.add_column(width=5, no_wrap=True)
    table.add_column(ratio=1)
    table.add_row(Text("    →", "dim"), _outcome(fields, evidence=400, refusals=refusals))
    return table


def _outcome(fields: Mapping[str, Any], *, evidence: int, refusals: int) -> Text:
    outcome = fields.get("outcome") or {}
    state = outcome.get("state") or fields["reply"]["decision"]
    words, style = OUTCOME_WORDS.get(state, (state, ""))
    line = Text()
    reply = fields["reply"]
    if fields["rescue"]:
        line.append(*_rescue_words(fields))
        line.append("; ")
    line.append(words, style)
    if reply["template"]:
        line.append(f" with {reply['template']}")
        if reply["why"] != reply["template"].partition(".")[0]:
            line.append(f" ({one_line(reply['why'] or '', evidence)})", "dim")
    elif reply["refusals"][:refusals]:
        told = (refusal_words(one) for one in reply["refusals"][:refusals])
        line.append(f": {'; '.join(told)}")
        more = len(reply["refusals"]) - refusals
        if more > 0:
            line.append(f" and {more} more", "dim")
    if outcome.get("detail") and state not in ("sent", "held"):
        line.append(f" · {one_line(outcome['detail'], 120)}", "dim")
    return line


def _rescue_words(fields: Mapping[str, Any]) -> tuple[str, str]:
    """What is thought of a mail in the spam folder, or where it lies that was taken out of it."""
    decision, mailbox = fields["rescue"]["decision"], lies_in(fields)
    if not mailbox:
        return RESCUE_WORDS[decision]
    by = "rescued from the spam folder" if decision == "rescue" else "rescued by a person"
    return f"{by}, now in {mailbox}", "bold magenta"


def outbox_line(fields: Mapping[str, Any], *, width: int = NARROW) -> Iterator[Text]:
    """The number of a mail's reply in the outbox, and what became of what it promised."""
    kept = fields.get("outbox")
    if kept:
        promise = kept.get("promise")
        told = f"; {promise_words(promise)}" if promise else ""
        line = f"reply #{kept['id']}{told}: inboxwatch outbox show {kept['id']}"
        yield from wrapped(line, width=width, indent=6, style="dim")


def told_at(written: str) -> str:
    """An instant of an object in words."""
    return instant(datetime.fromisoformat(written))


def promise_words(promise: Mapping[str, Any]) -> str:
    """What a reply promised, and how that stands: kept, late, open, overdue."""
    due = datetime.fromisoformat(promise["due_at"])
    return f"an answer promised by {instant(due)}, {promise['state']}"


def refusal_words(refusal: Mapping[str, Any]) -> str:
    """A refusing rule with its evidence."""
    return f"{refusal['rule']} {one_line(refusal['evidence'], 80)}".rstrip()


def outcome_state(fields: Mapping[str, Any]) -> str:
    """What became of a mail, as a key of ``OUTCOME_WORDS``."""
    if fields["rescue"] and fields["rescue"]["decision"] == "leave":
        return "spam"
    return (fields.get("outcome") or {}).get("state") or str(fields["reply"]["decision"])


def check_line(about: str, text: str, *, ok: bool) -> Table:
    """One thing that was checked."""
    table = _grid()
    table.add_column(width=1)
    table.add_column(width=20)
    table.add_column(ratio=1)
    mark = Text("✓", "green") if ok else Text("✗", "red")
    table.add_row(mark, Text(one_line(about, 40), "bold"), Text(one_line(text, 400)))
    return table


def heading(title: str, at: datetime | None = None) -> Text:
    """A title with some air above it."""
    line = Text(f"\n── {title} ", "bold")
    line.append(f"· {instant(at)} " if at else "", "dim")
    return line


def reply_lines(fields: Mapping[str, Any]) -> Iterator[Text]:
    """A reply that went out: to whom, with which template, and its words."""
    reply = fields["reply"]
    line = Text(f"  {one_line(reply['to'], 60)}  ", "bold", no_wrap=True, overflow="ellipsis")
    line.append(f"{reply['template']}  {one_line(reply['subject'], 120)}", "dim")
    yield line
