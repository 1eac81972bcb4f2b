"""Customers and people for a terminal. Every foreign word is made printable first (O09, O10)."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.text import Text

from inboxwatch.core.text import one_line, printable
from inboxwatch.render.cases import goodwill_lines, promise_lines
from inboxwatch.render.terminal import fit, priority_style
from inboxwatch.render.words import count, duration, instant
from inboxwatch.render.wrap import labelled, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

ID, NAME = 16, 26
MAX_WORDS = 2000
"""Characters of one note that are shown."""


def customer_line(fields: Mapping[str, Any]) -> Text:
    """One customer on one line: id, name with a star for a VIP, where they write from."""
    line = Text(no_wrap=True, overflow="ellipsis")
    line.append(fit(one_line(fields["id"], 200), ID))
    star = "*" if fields["vip"] else ""
    line.append(" ")
    line.append(fit(one_line(fields["name"], 100) + star, NAME))
    places = (*fields["emails"], *(f"@{domain}" for domain in fields["domains"]))
    line.append(f" {one_line(', '.join(places), 300)}", "dim")
    return line


def customers_head(lines: Sequence[Text]) -> Iterator[Text]:
    """What the columns are, where there are any customers."""
    if lines:
        yield Text(f"{'ID':<{ID}} {'NAME':<{NAME}} ADDRESSES", "dim")


def customers_total(shown: int, total: int, search: str) -> Text:
    """How many customers there are, and how many of them were not shown."""
    about = f" with “{one_line(search, 60)}”" if search else ""
    hidden = f"; {total - shown:,} more with --limit {total}" if total > shown else ""
    style = "bold" if total else "yellow"
    noun = "customer" if total == 1 else "customers"
    return Text(f"{total:,} {noun}{about}{hidden}.", style)


def person_lines(
    fields: Mapping[str, Any], now: datetime, *, shown: int, width: int
) -> Iterator[Text]:
    """What is known of somebody: who it is, what waits, what the team noted, the newest mails."""
    yield from _who(fields, width)
    contact = fields["contact"]
    if contact:
        first, last = _instant(contact["first_at"], now), _instant(contact["last_at"], now)
        told = f"we wrote on {first}" if first == last else f"we wrote from {first} to {last}"
        yield from _labelled("Contact", told, width)
    yield from _labelled("Waiting", _waiting(fields, now), width)
    yield from note_lines(fields["notes"], now, width=width)
    yield from _promised(fields["promises"], shown, width)
    if fields["goodwill"]:
        yield from _labelled("Goodwill", f"{len(fields['goodwill'])}", width)
        yield from goodwill_lines(fields["goodwill"], width=width)
    yield from _labelled("Mails", f"{len(fields['mails'])}", width)
    for mail in fields["mails"][:shown]:
        yield _mail_line(mail, now)
    if len(fields["mails"]) > shown:
        yield Text(f"{len(fields['mails']) - shown} older ones with --json", "dim")


def _who(fields: Mapping[str, Any], width: int) -> Iterator[Text]:
    customer = fields["customer"]
    if fields["address"] and not (customer and fields["address"] in customer["emails"]):
        yield from _labelled("Address", fields["address"], width)
    if customer is None:
        yield from _labelled("Customer", "none", width)
        return
    vip = " (VIP)" if customer["vip"] else ""
    yield from _labelled("Customer", f"{customer['id']}: {customer['name']}{vip}", width)
    silent = "wants none" if customer["no_replies"] else ""
    for label, value in (
        ("Addresses", ", ".join(customer["emails"])),
        ("Domains", ", ".join(customer["domains"])),
        ("Tags", ", ".join(customer["tags"])),
        ("Language", customer["language"]),
        ("Time zone", customer["timezone"]),
        ("Replies", silent),
    ):
        if value:
            yield from _labelled(label, value, width)


def _waiting(fields: Mapping[str, Any], now: datetime) -> str:
    if not fields["waiting"]:
        return "nothing"
    since = now - datetime.fromisoformat(fields["waiting_since"])
    many = fields["waiting"] > 1
    oldest = f"the oldest for {duration(since)}" if many else f"for {duration(since)}"
    highest = f"highest priority {fields['priority']}" if many else f"priority {fields['priority']}"
    senders = len({one["from"] for one in fields["mails"] if one["standing"] == "waiting"})
    mails = f"{count(fields['waiting'], 'mail')}{f' from {senders} addresses' * (senders > 1)}"
    return f"{mails}, {oldest}, {highest}"


def note_lines(notes: list[Mapping[str, Any]], now: datetime, *, width: int) -> Iterator[Text]:
    """What the team noted, for itself alone, each note with its instant."""
    if not notes:
        return
    yield Text("Notes for the team, never in a reply:", "dim")
    for note in notes:
        at = _instant(note["at"], now) if note["at"] else "customer list"
        yield Text(f"  {at}", "dim")
        for line in printable(note["text"], MAX_WORDS, keep="\n").splitlines():
            yield from wrapped(line, width=width, indent=4)


def _promised(promises: list[Mapping[str, Any]], shown: int, width: int) -> Iterator[Text]:
    """How promises to somebody fared: those that nobody has kept, then the newest others."""
    if not promises:
        return
    states = Counter(one["state"] for one in promises)
    told = (f"{states[state]} {word}" for state, word in _FARED.items() if states[state])
    yield from _labelled("Promises", ", ".join(told), width)
    newest = reversed(promises)
    yield from promise_lines(
        sorted(newest, key=lambda one: one["state"] not in _UNKEPT)[:shown], width=width
    )


_FARED = {"overdue": "broken", "open": "open", "late": "late", "kept": "kept"}
_UNKEPT = frozenset({"overdue", "open"})


def _mail_line(mail: Mapping[str, Any], now: datetime) -> Text:
    line = Text(no_wrap=True, overflow="ellipsis")
    line.append(f" {mail['priority']} ", priority_style(mail["priority"]))
    line.append(f"{'#' + str(mail['id']):>5} ", "dim")
    line.append(f"{duration(now - datetime.fromisoformat(mail['received'])):>4}  ", "dim")
    style = "yellow" if mail["standing"] == "waiting" else "dim"
    standing = fit(one_line(mail["standing"], 60), NAME)
    standing.stylize(style)
    line.append(standing)
    line.append(f"  {one_line(mail['subject'], 120) or '(no subject)'}", "bold")
    return line


def _labelled(label: str, value: str, width: int) -> Iterator[Text]:
    """A value behind its label, wrapped under itself."""
    return labelled(label, one_line(value, MAX_WORDS), width=width)


def _instant(written: str, now: datetime) -> str:
    return instant(datetime.fromisoformat(written).astimezone(now.tzinfo))


def noted_line(fields: Mapping[str, Any]) -> Text:
    """That a note was written down, and where it is shown."""
    holder = one_line(fields["holder"], 100)
    return Text(f"Noted about {holder}; inboxwatch customers show {holder} shows it.", "green")


def about_lines(fields: Mapping[str, Any], now: datetime, *, width: int) -> Iterator[Text]:
    """What ``show`` adds to a mail: its sender's tags, the notes, the goodwill offered for it."""
    customer = fields.get("customer")
    tags = ", ".join(customer.get("tags") or ()) if customer else ""
    if tags:
        yield from _labelled("Tags", tags, width)
    yield from note_lines(fields["notes"], now, width=width)
    if offered := fields.get("goodwill"):
        yield Text("")
        yield Text("Goodwill", "dim")
        yield from goodwill_lines(offered, width=width)
