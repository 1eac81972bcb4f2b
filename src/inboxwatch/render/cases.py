"""What needs a person, and what was promised, for a terminal; every word is made printable."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.text import Text

from inboxwatch.core.step import step_of, step_words
from inboxwatch.core.text import one_line
from inboxwatch.render.terminal import fit, priority_style
from inboxwatch.render.words import count, duration, instant
from inboxwatch.render.wrap import wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from inboxwatch.model.alert import Alert
    from inboxwatch.model.outcome import PromiseRecord

_STYLES = {
    "escalation": "bold red",
    "promise-broken": "red",
    "promise-due": "yellow",
    "surge": "magenta",
}
_KINDS = {
    "escalation": "escalation",
    "promise-broken": "broken promise",
    "promise-due": "promise due",
    "surge": "surge",
}
_BESIDE_PARTY = 33
"""Columns of an item's first line besides who it is about."""
_STATES = {"kept": "green", "late": "yellow", "open": "", "overdue": "red"}


def attention_lines(
    items: Iterable[Mapping[str, Any]], now: datetime, *, width: int, cut: bool = True
) -> Iterator[Text]:
    """Each item: what it is, whose, since when; its subject; why; what to do, and to type."""
    for fields in items:
        yield _head(fields, now, width, cut=cut)
        if fields["subject"]:
            yield Text(f"      {fields['subject']}", "bold", no_wrap=True, overflow="ellipsis")
        for reason in fields["reasons"]:
            yield from wrapped(reason, width=width, indent=6, style="dim")
        style = "red" if fields["overdue"] else ""
        step = f"→ {step_words(step_of(fields['next_step']), now=now)}"
        yield from wrapped(step, width=width, indent=6, style=style)
        if standing := ", ".join(_whose(fields)):
            yield from wrapped(standing, width=width, indent=6, style="cyan")
        if fields["commands"]:
            yield from wrapped("; then ".join(fields["commands"]), width=width, indent=6)


def _head(fields: Mapping[str, Any], now: datetime, width: int, *, cut: bool) -> Text:
    line = Text(no_wrap=True, overflow="ellipsis")
    number = f"!{fields['surge']}" if fields["surge"] else f"#{fields['id'] or ''}"
    line.append(f"{number if number != '#' else '':>5} ", "dim")
    priority = fields["priority"]
    line.append(f"{priority or ' '} ", priority_style(priority) if priority else "")
    line.append(f"{_KINDS[fields['kind']]:<15} ", _STYLES[fields["kind"]])
    line.append(fit(_party(fields), max(width - _BESIDE_PARTY, 20), cut=cut))
    line.append(f" {_when(fields, now):>7}", "dim")
    return line


def _party(fields: Mapping[str, Any]) -> str:
    """The customer by name, with a star for a VIP, and the address; a surge by what it is."""
    party = one_line(fields["customer"], 160)
    if not fields["name"]:
        return party
    return f"{one_line(fields['name'], 40)}{'*' if fields['vip'] else ''} <{party}>"


def _whose(fields: Mapping[str, Any]) -> Iterator[str]:
    if fields["owner"]:
        yield f"assigned to {one_line(fields['owner'], 60)}"
    if fields["snoozed_until"]:
        yield f"off until {_told(fields['snoozed_until'])}"


def _when(fields: Mapping[str, Any], now: datetime) -> str:
    since = datetime.fromisoformat(fields["since"])
    if fields["kind"] == "promise-due":
        return f"in {duration(since - now)}"
    return duration(now - since)


def _told(written: str) -> str:
    return instant(datetime.fromisoformat(written))


def attention_total(
    number: int, snoozed: int, others: int = 0, *, every: bool = False
) -> Iterator[Text]:
    """How many things need a person, were put off, or are not the owner's who is asked for."""
    off = f"; {others} of others, shown without --owner" if others else ""
    if snoozed:
        off += f"; {snoozed} put off, {'shown as well' if every else 'shown with --all'}"
    if not number:
        yield Text(f"Nothing needs a person now{off}.", "green")
        return
    verb = "needs" if number == 1 else "need"
    yield Text(f"{count(number, 'thing')} {verb} a person{off}.", "bold")


def alert_lines(alerts: Sequence[Alert], untold: str, *, width: int) -> Iterator[Text]:
    """What a run tells for the first time."""
    for alert in alerts:
        yield Text(alert.title, "bold red", no_wrap=True, overflow="ellipsis")
        for line in alert.lines:
            yield from wrapped(line, width=width, indent=2, style="dim")
        if alert.next_step:
            yield from wrapped(f"next: {alert.next_step}", width=width, indent=2)
    if untold:
        yield Text(f"Nobody could be notified: {one_line(untold, 300)}", "red")


def promise_lines(promises: Iterable[Mapping[str, Any]], *, width: int) -> Iterator[Text]:
    """Each promise: how it stands, by when, to whom, and who gave it in which words."""
    for fields in promises:
        line = Text(no_wrap=True, overflow="ellipsis")
        number = f"#{fields['mail']}" if fields["mail"] else ""
        line.append(f"{number:>5} ", "dim")
        line.append(f"{fields['state']:<8} ", _STATES[fields["state"]])
        line.append(f"{_told(fields['due_at'])}  ")
        line.append(one_line(fields["to"], 80))
        yield line
        yield from wrapped(_given(fields), width=width, indent=6, style="dim")


def _given(fields: Mapping[str, Any]) -> str:
    kept = f"; answered {_told(fields['kept_at'])}" if fields["kept_at"] else ""
    if fields["reply"]:
        return f"by automatic reply #{fields['reply']}{kept}"
    who = one_line(fields["name"] or fields["by"], 80) or "a person"
    when = f", {_told(fields['made_at'])}" if fields["made_at"] else ""
    return f"by {who}{when}: {one_line(fields['words'], 200)}{kept}"


def promise_total(record: PromiseRecord, days: int) -> Iterator[Text]:
    """How promises fared, and the share of them that was kept."""
    if record.rate is None and not record.open:
        yield Text(f"No promises in the last {count(days, 'day')}.", "green")
        return
    told = [f"{record.open} open", f"{record.kept} kept", f"{record.late} late"]
    told.append(f"{record.overdue} broken")
    rate = f": {record.rate:.0%} kept in time" if record.rate is not None else ""
    yield Text(f"{', '.join(told)}{rate}.", "bold")
    yield Text("Due in business time: an hour is one in which you are open.", "dim")


def deed_words(deed: Mapping[str, Any]) -> str:
    """What somebody did: who, how, when, and what they noted, as far as they said so."""
    who = one_line(deed["owner"], 60)
    by_whom = f" by {who}" if who else ""
    how = f", by {deed['by']}" if deed["by"] else ""
    note = f": {one_line(deed['note'], 400)}" if deed["note"] else ""
    return f"done{by_whom}{how}, {_told(deed['at'])}{note}"


def done_line(fields: Mapping[str, Any]) -> str:
    """What ``done`` did: what it settled, or how the mail stood already."""
    name = f"#{fields['id']}"
    if fields["before"]:
        more = "noted as well" if fields["noted"] else "nothing to add"
        head = f"{name} was {deed_words(fields['before'])}; {more}"
    elif fields["was"]:
        head = f"{name} had left the queue already ({one_line(fields['was'], 60)}); noted"
    else:
        head = f"{name} is done"
    told = [f"{count(fields['closed'], 'mail')} left the queue"] if fields["closed"] else []
    if fields["escalations"]:
        told.append(f"{count(fields['escalations'], 'escalation')} closed")
    return f"{head}{': ' + ', '.join(told) if told else ''}."


def older_line(fields: Mapping[str, Any]) -> str:
    """What ``done --older-than`` did, or would do."""
    age = one_line(fields["older_than"], 20)
    if not fields["found"]:
        head = f"Nothing older than {age} may leave the queue"
    elif fields["dry_run"]:
        head = f"{count(fields['found'], 'mail')} older than {age} would leave the queue"
    else:
        head = f"{count(fields['closed'], 'mail')} older than {age} left the queue"
    if not fields["left"]:
        return f"{head}."
    stay = f"{count(fields['left'], 'old mail')} stay{'s' if fields['left'] == 1 else ''}"
    return f"{head}; {stay}: an escalation, a promise, or newer mail of the conversation is open."


_GOODWILL = {"proposed": "yellow", "approved": "green", "declined": "dim"}


def goodwill_lines(rows: Sequence[Mapping[str, Any]], *, width: int) -> Iterator[Text]:
    """The ledger: how each proposal stands, how much, for whom, and who decided."""
    if not rows:
        yield Text("Nothing was proposed.", "green")
    for fields in rows:
        line = Text(no_wrap=True, overflow="ellipsis")
        line.append(f"{fields['number']:>5} ", "dim")
        line.append(f"{fields['state']:<9} ", _GOODWILL[fields["state"]])
        line.append(f"{fields['amount']:>9} {fields['currency']}  ")
        line.append(f"{one_line(fields['customer'], 80)}  #{fields['id']}")
        yield line
        yield from wrapped(_proposed(fields), width=width, indent=6, style="dim")


def _proposed(fields: Mapping[str, Any]) -> str:
    by = f" by {one_line(fields['proposed_by'], 60)}" if fields["proposed_by"] else ""
    note = f": {one_line(fields['note'], 400)}" if fields["note"] else ""
    told = f"proposed{by}, {_told(fields['proposed_at'])}{note}"
    if fields["state"] == "proposed":
        return told
    return f"{told}; {fields['state']} by {one_line(fields['decided_by'], 60)}"


def _wanted(fields: Mapping[str, Any]) -> str:
    """``4 mails with it should have been lower, and 1 higher``, the more first."""
    sides = sorted(((fields["up"], "higher"), (fields["down"], "lower")), reverse=True)
    (more, which), (fewer, other) = sides
    rest = f", and {fewer} {other}" if fewer else ""
    return f"{count(more, 'mail')} with it should have been {which}{rest}"


def suggestion_lines(
    rows: Sequence[Mapping[str, Any]], corrections: int, *, width: int
) -> Iterator[Text]:
    """Other points for signals, why, and what to write where."""
    if not rows:
        told = f"Nothing to propose: {count(corrections, 'correction')} so far"
        yield from wrapped(f"{told}, and no three that agree.", width=width, indent=0)
        return
    for fields in rows:
        line = Text(f"{fields['signal']}: {fields['points']:+d} → {fields['proposed']:+d}", "bold")
        yield line
        mails = ", ".join(f"#{one}" for one in fields["ids"])
        told = f"{_wanted(fields)}; for instance {mails}"
        yield from wrapped(told, width=width, indent=2, style="dim")
    yield Text("")
    yield Text("To accept, write into the configuration:")
    yield Text("triage:")
    yield Text("  points:")
    for fields in rows:
        yield Text(f"    {fields['signal']}: {fields['proposed']}")
