"""One mail whole: how it stands, what it says, and why it was decided so."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from inboxwatch.core.text import one_line, printable
from inboxwatch.render.terminal import (
    NARROW,
    OUTCOME_WORDS,
    heading,
    outbox_line,
    outcome_block,
    priority_style,
    told_at,
    who,
)
from inboxwatch.render.words import duration, instant, lies_in, place_words
from inboxwatch.render.wrap import labelled, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence


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
    if fields.get("place") and fields["place"] != fields["ref"]:
        head.insert(6, ("Now in", place_words(fields["place"])))
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
        return f", sent {told_at(kept['at'])}"
    words = {"drafted": "a draft", "held": "not sent: it waits in the outbox"}
    return f", {words.get(state) or OUTCOME_WORDS[state][0]}" if state else ""


def _received(fields: Mapping[str, Any], now: datetime) -> str:
    received = datetime.fromisoformat(fields["received"])
    return f"{instant(received.astimezone(now.tzinfo))} ({duration(now - received)} ago)"


def _place(fields: Mapping[str, Any]) -> str:
    ref = fields.get("ref")
    if not ref:
        return one_line(fields["source"], 200)
    return place_words(ref)


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
        moved = f", now in {lies_in(fields)}" if lies_in(fields) else ""
        yield Text(f"\nSpam folder: {fields['rescue']['decision']}{moved}", "bold")
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
