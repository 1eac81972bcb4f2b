"""Report models for a terminal, with rich. Every word of a mail is made printable first (O09, O10).

What is rendered is the JSON form of a decision: the same for a mail of this minute and one that
the journal kept.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from inboxwatch.core.summary import undelivered
from inboxwatch.core.text import one_line, printable
from inboxwatch.core.triage.aging import WAITING
from inboxwatch.render.words import count, duration, instant
from inboxwatch.render.wrap import labelled, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from inboxwatch.core.summary import RunReport

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

UNDELIVERED_STEPS = {
    "retry": "the next run tries again; at once: inboxwatch outbox retry {id}",
    "refused": "inboxwatch outbox show {id}, answer by hand; or inboxwatch outbox retry {id}",
    "unknown": "inboxwatch outbox show {id}; inboxwatch outbox retry {id} looks into Sent first",
    "dropped": "answer by hand; inboxwatch outbox show {id} has the words",
}
"""The next step for a reply that did not go out, or of which nobody knows."""

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
    """Whether it has to reach a person, how the reply stands, whose it is, if it is put off."""
    escalated = "escalated" if fields.get("escalated") else ""
    reply = reply or _held_by(fields["reply"])
    owner = one_line(fields.get("owner") or "", 30)
    until = fields.get("snoozed_until")
    off = f"off until {_told_at(until)}" if until else ""
    return ", ".join(filter(None, (escalated, reply, owner, off)))


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


def outcome_line(fields: Mapping[str, Any]) -> Text:
    """What became of a mail's reply, and why, cut at the edge."""
    line = Text("    → ", "dim", no_wrap=True, overflow="ellipsis")
    line.append(_outcome(fields, evidence=90, refusals=SHOWN_REFUSALS))
    return line


def outcome_block(fields: Mapping[str, Any], *, refusals: int = ALL_REFUSALS) -> Table:
    """The same, whole: what does not fit on a line goes on behind the arrow."""
    table = Table.grid(padding=(0, 1, 0, 0))
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
        line.append(*RESCUE_WORDS[fields["rescue"]["decision"]])
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


def outbox_line(fields: Mapping[str, Any], *, width: int = NARROW) -> Iterator[Text]:
    """The number of a mail's reply in the outbox, and what became of what it promised."""
    kept = fields.get("outbox")
    if kept:
        promise = kept.get("promise")
        told = f"; {promise_words(promise)}" if promise else ""
        line = f"reply #{kept['id']}{told}: inboxwatch outbox show {kept['id']}"
        yield from wrapped(line, width=width, indent=6, style="dim")


def _told_at(written: str) -> str:
    return instant(datetime.fromisoformat(written))


def promise_words(promise: Mapping[str, Any]) -> str:
    """What a reply promised, and how that stands: kept, late, open, overdue."""
    due = datetime.fromisoformat(promise["due_at"])
    return f"an answer promised by {instant(due)}, {promise['state']}"


def refusal_words(refusal: Mapping[str, Any]) -> str:
    """A refusing rule with its evidence."""
    return f"{refusal['rule']} {one_line(refusal['evidence'], 80)}".rstrip()


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


def outcome_state(fields: Mapping[str, Any]) -> str:
    """What became of a mail, as a key of ``OUTCOME_WORDS``."""
    if fields["rescue"] and fields["rescue"]["decision"] == "leave":
        return "spam"
    return (fields.get("outcome") or {}).get("state") or str(fields["reply"]["decision"])


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


def warning_lines(report: RunReport, brakes: Sequence[str]) -> Iterator[Text]:
    """What went wrong, for standard error: shown under cron too."""
    for failure in report.failures:
        place = f"{failure.account}/{failure.mailbox}" if failure.mailbox else failure.account
        yield Text(f"{one_line(place, 80)}: {printable(failure.error.message, 400)}", "red")
        if failure.error.next_step:
            yield Text(f"  next: {printable(failure.error.next_step, 400)}")
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


def mail_detail(
    mail_id: int | None,
    fields: Mapping[str, Any],
    *,
    now: datetime,
    about: Iterable[Text] = (),
    text: str = "",
    width: int = NARROW,
) -> Iterator[Text | Table]:
    """One mail as ``show`` prints it: who wrote it, what was decided, what it says, our reply.

    ``about`` are the lines on how it stands and who it is from.
    """
    head = [
        ("From", who(fields)),
        ("Subject", one_line(fields["subject"], 300)),
        ("Received", _received(fields, now)),
        ("Priority", _sum(fields)),
        ("Sender", f"{fields['authentication']['status']}{_customer(fields)}"),
        ("Found in", _place(fields)),
        ("Message-ID", one_line(fields["message_id"] or "none", 200)),
    ]
    if mail_id is not None:
        head.insert(0, ("Mail", f"#{mail_id}"))
    for label, value in head:
        yield from labelled(label, value, width=width)
    yield from about
    yield outcome_block(fields)
    yield from outbox_line(fields, width=width)
    yield heading("Mail")
    yield Text(printable(text or fields["text"] or "(no text)", keep="\n"))
    reply = fields["reply"]
    if reply["text"]:
        yield heading(f"Our reply (automatic{_reply_state(fields)})")
        yield from labelled("To", one_line(reply["to"], 200), width=width)
        yield from labelled("Subject", one_line(reply["subject"], 300), width=width)
        yield Text("")
        yield Text(printable(reply["text"], keep="\n"), "green")


def _sum(fields: Mapping[str, Any]) -> str:
    """The priority with all that adds up to it, what weighs most first."""
    reasons = sorted(fields["reasons"], key=lambda one: -one["points"])
    told = ", ".join(f"{one['signal']} {one['points']:+d}" for one in reasons if one["points"])
    return f"{fields['priority']} ({told})" if told else f"{fields['priority']}"


def _reply_state(fields: Mapping[str, Any]) -> str:
    """Whether and when a reply went out."""
    kept = fields.get("outbox") or {}
    state = kept.get("state") or ""
    if state == "sent" and kept.get("at"):
        return f", sent {_told_at(kept['at'])}"
    words = {"drafted": "a draft", "held": "not sent: it waits in the outbox"}
    return f", {words.get(state) or OUTCOME_WORDS[state][0]}" if state else ""


def _received(fields: Mapping[str, Any], now: datetime) -> str:
    received = datetime.fromisoformat(fields["received"])
    return f"{instant(received.astimezone(now.tzinfo))} ({duration(now - received)} ago)"


def _place(fields: Mapping[str, Any]) -> str:
    ref = fields.get("ref")
    if not ref:
        return one_line(fields["source"], 200)
    return f"{one_line(ref['account'], 60)}/{one_line(ref['mailbox'], 80)}, UID {ref['uid']}"


def _customer(fields: Mapping[str, Any]) -> str:
    customer = fields["customer"]
    if not customer:
        return ", not a known customer"
    vip = ", VIP" if customer.get("vip") else ""
    return f", customer {one_line(customer['id'], 60)} by {customer['match']}{vip}"


def explanation(
    fields: Mapping[str, Any],
    titles: Mapping[str, str],
    descriptions: Mapping[str, str],
    *,
    about: Sequence[Text] = (),
    width: int = NARROW,
) -> Iterator[Text | Table]:
    """Every decision about a mail with what led to it, as ``explain`` prints it.

    ``titles`` say what a rule means, ``descriptions`` what a signal means; ``about`` are the lines
    on how it stands with people.
    """
    yield Text("Priority", "bold")
    table = _table()
    for reason in fields["reasons"]:
        evidence = one_line(reason["evidence"], 100)
        words = Text(f"“{evidence}” " if evidence else "")
        words.append(_stands(reason.get("place"), fields["text"] or ""), "dim")
        words.append(descriptions.get(reason["signal"], ""), "dim")
        table.add_row("", f"{reason['points']:+3d}", Text(reason["signal"], "bold"), words)
    yield table
    yield Text(f"  ───\n  {fields['priority']:>3}", priority_style(fields["priority"]))
    yield from _sender_lines(fields, width)
    if about:
        yield Text("\nPeople", "bold")
        yield from about
    yield Text("\nTime", "bold")
    opening = fields["next_opening"]
    told = f", opens {instant(datetime.fromisoformat(opening))}" if opening else ""
    yield Text(f"  {fields['period']}{told}")
    yield Text("\nReply", "bold")
    yield outcome_block(fields, refusals=0)
    yield from outbox_line(fields, width=width)
    yield _rules(fields["reply"]["refusals"], titles)
    if fields["rescue"]:
        yield Text(f"\nSpam folder: {fields['rescue']['decision']}", "bold")
        if fields["rescue"].get("why"):
            yield Text(f"  offered for review: {one_line(fields['rescue']['why'], 160)}")
        yield _conditions(fields["rescue"], titles)


def _stands(place: Mapping[str, Any] | None, text: str) -> str:
    """Where the words of a reason stand, of decisions that remember it; counted from 1."""
    if not place:
        return ""
    if place["field"] != "text":
        return f"({place['field']}, character {place['offset'] + 1}) "
    begin = text.rfind("\n", 0, place["offset"]) + 1
    return f"(text, line {place['line']}, character {place['offset'] - begin + 1}) "


def _sender_lines(fields: Mapping[str, Any], width: int) -> Iterator[Text]:
    authentication = fields["authentication"]
    yield Text("\nSender", "bold")
    told = f"{who(fields)}: {authentication['status']}{_customer(fields)}"
    yield from wrapped(told, width=width, indent=2)
    for finding in authentication["findings"]:
        told = f"{finding['id']}  {one_line(finding['evidence'], 160)}"
        yield from wrapped(told, width=width, indent=2, style="dim")
    if fields["defects"]:
        told = f"defects: {one_line(', '.join(fields['defects']), 200)}"
        yield from wrapped(told, width=width, indent=2, style="dim")


def _conditions(rescue: Mapping[str, Any], titles: Mapping[str, str]) -> Table:
    """Every condition of leaving the spam folder; of older decisions only those not met."""
    if not rescue.get("conditions"):
        return _rules(rescue["refusals"], titles)
    table = _table()
    for condition in rescue["conditions"]:
        words = Text(condition["title"])
        evidence = one_line(condition["evidence"], 160)
        words.append(f" ({evidence})" if evidence else "", "dim")
        mark = Text("yes", "green") if condition["met"] else Text("no", "bold red")
        table.add_row("", mark, "", words)
    return table


def _rules(refusals: Iterable[Mapping[str, Any]], titles: Mapping[str, str]) -> Table:
    """A rule a row: its id, its effect, what it says, and what it saw."""
    table = _table()
    for refusal in refusals:
        words = Text(titles.get(refusal["rule"], ""))
        evidence = one_line(refusal["evidence"], 160)
        words.append(f" ({evidence})" if evidence else "", "dim")
        table.add_row("", refusal["rule"], refusal.get("effect", ""), words)
    return table


def _table() -> Table:
    """Columns without lines between them: an indent, two that keep their width, one that wraps."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=1)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(ratio=1)
    return table


def check_line(about: str, text: str, *, ok: bool) -> Table:
    """One thing that was checked."""
    table = Table.grid(padding=(0, 1, 0, 0))
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
