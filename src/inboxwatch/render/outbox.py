"""The outbox for a terminal: rows, one reply with its fields, what a verb did, what a test sent.

What is rendered is the JSON form of ``core.outbox``. Recipients, subjects and servers' words are
foreign text and made safe to show (O09, O10).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.text import Text

from inboxwatch.core.text import one_line, printable
from inboxwatch.render.terminal import NARROW, fit, promise_words
from inboxwatch.render.words import count, duration, instant
from inboxwatch.render.wrap import wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

STATES = {
    "sending": "yellow",
    "sent": "green",
    "drafted": "cyan",
    "held": "yellow",
    "retry": "yellow",
    "refused": "red",
    "unknown": "bold red",
    "dropped": "dim",
}

_WENT_WELL = frozenset({"sent", "drafted"})
"""States of which what the server said is of no use to anybody."""

INDENT = 15


def outbox(
    rows: Iterable[Mapping[str, Any]], now: datetime, *, width: int = NARROW, cut: bool = True
) -> Iterator[Text]:
    """The rows: who gets what and since when, what it answers, and the next step."""
    for fields in rows:
        yield _row(fields, now, cut=cut)
        about = " · ".join(_about(fields, now))
        yield from wrapped(about, width=width, indent=INDENT, style="dim")
        step = f"next: {fields['next_step']}" if fields["next_step"] else ""
        yield from wrapped(step, width=width, indent=INDENT)


def _row(fields: Mapping[str, Any], now: datetime, *, cut: bool) -> Text:
    line = Text(no_wrap=True, overflow="ellipsis")
    line.append(f"{'#' + str(fields['id']):>6} ", "dim")
    line.append(f"{duration(now - datetime.fromisoformat(fields['claimed_at'])):>4}  ", "dim")
    line.append(f"{fields['state']:<8} ", STATES.get(fields["state"], ""))
    line.append(fit(one_line(fields["to"], 80), 26, cut=cut))
    line.append("  ")
    line.append(one_line(fields["subject"], 120) or "(no subject)", "bold")
    return line


def _about(fields: Mapping[str, Any], now: datetime) -> Iterator[str]:
    yield _template(fields)
    mail = fields["mail"]
    if mail:
        known = fields["subject"].endswith(mail["subject"])
        about = "" if known else f" “{one_line(mail['subject'], 40)}”"
        yield f"answers #{mail['id']}{about}"
    if fields["promise"]:
        yield promise_words(fields["promise"])
    if fields["state"] == "held" and fields["good_until"]:
        yield f"good until {_instant(fields['good_until'], now)}"
    if fields["detail"] and fields["state"] not in _WENT_WELL:
        yield one_line(fields["detail"], 200)


def _template(fields: Mapping[str, Any]) -> str:
    language = f".{one_line(fields['language'], 20)}" if fields["language"] else ""
    return f"{one_line(fields['template'], 60)}{language}"


def outbox_total(shown: int, settled: int, *, every: bool, held: int = 0) -> Iterator[Text]:
    """How many rows there are; ``settled`` were left out since a person dealt with their mail.

    ``held`` mails got no reply in the first place: a rule left them to a person.
    """
    if every:
        yield Text(f"{count(shown, 'reply', 'replies')}." if shown else "No such reply.", "bold")
        return
    more = f"; {settled} more whose mail is answered or gone: --all" if settled else ""
    if shown:
        yield Text(f"{count(shown, 'reply needs', 'replies need')} somebody{more}.", "bold")
    else:
        yield Text(f"No reply needs anybody{more}.", "green")
    if held:
        yield Text(
            f"{count(held, 'mail was', 'mails were')} held before a reply was written: "
            "inboxwatch queue",
        )


def letter(fields: Mapping[str, Any], now: datetime) -> Iterator[Text]:
    """One reply: how it stands, its fields as they go out, and its words."""
    claimed = _instant(fields["claimed_at"], now)
    yield _label("Reply", f"#{fields['id']}")
    line = _label("State", "")
    line.append(fields["state"], STATES.get(fields["state"], ""))
    line.append(f": {one_line(fields['detail'], 400)}" if fields["detail"] else "")
    yield line
    yield _label("Recipient", one_line(fields["to"], 300))
    yield _label("Template", f"{_template(fields)} ({fields['kind']})")
    yield _label("Account", one_line(fields["account"], 60))
    yield _label("Since", claimed)
    mail = fields["mail"]
    if mail:
        about = f"#{mail['id']} of {one_line(mail['from'] or '(no sender)', 80)}"
        yield _label("Answers", f"{about}: {one_line(mail['subject'], 200)}")
    if fields["good_until"]:
        yield _label("Good until", _instant(fields["good_until"], now))
    if fields["promise"]:
        yield _label("Promise", promise_words(fields["promise"]))
    if fields["next_step"]:
        yield _label("Next", fields["next_step"])
    yield Text("")
    for name, value in fields["headers"]:
        yield Text(f"{one_line(name, 80)}: {one_line(value, 1000)}", "dim")
    yield Text("")
    yield Text(printable(fields["text"] or "(no text)", keep="\n"), "green")


def _label(label: str, value: str) -> Text:
    line = Text(f"{label:<11}", "dim")
    line.append(value)
    return line


def _instant(written: str, now: datetime) -> str:
    return instant(datetime.fromisoformat(written).astimezone(now.tzinfo))


def done_lines(fields: Mapping[str, Any]) -> Iterator[Text]:
    """What a verb did about one number, the next step if it did nothing, and what went amiss."""
    recipient = f" to {one_line(fields['to'], 80)}" if fields["to"] else ""
    style = "green" if fields["ok"] else "red"
    yield Text(f"#{fields['id']}{recipient}: {one_line(fields['detail'], 400)}", style)
    if fields["next_step"]:
        yield Text(f"  next: {one_line(fields['next_step'], 300)}")
    for note in fields["notes"]:
        yield Text(f"  note: {one_line(note, 300)}", "yellow")


WHAT_TO_LOOK_AT = (
    "that it arrived in the inbox, and not in the spam folder",
    "that From and Reply-To are what customers should see and write to",
    "the text: names, hours, the signature",
    "whether a copy lies in Sent: then your provider files copies by itself",
)


def sample_lines(
    fields: Mapping[str, Any], at: datetime, look_at: Sequence[str] = WHAT_TO_LOOK_AT
) -> Iterator[Text]:
    """What a test mail was, and what is worth a look when it arrives."""
    yield Text(f"Sent to {one_line(fields['to'], 200)}: {one_line(fields['detail'], 300)}", "green")
    yield _label("Subject", one_line(fields["subject"], 300))
    yield _label("Template", one_line(f"{fields['template']} ({fields['why']})", 200))
    yield _label("As of", f"{instant(at)} ({one_line(fields['period'], 60)})")
    yield _label("Message-ID", one_line(fields["message_id"], 200))
    yield Text("")
    yield Text(printable(fields["text"], keep="\n"), "dim")
    yield Text("Look at it in your mail client:", "bold")
    for what in look_at:
        yield Text(f"  - {what}")
