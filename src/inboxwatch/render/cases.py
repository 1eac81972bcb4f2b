"""What needs a person, and what was promised, for a terminal; every word is made printable."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.text import Text

from inboxwatch.core.step import step_of, step_words
from inboxwatch.core.text import one_line
from inboxwatch.render.terminal import fit
from inboxwatch.render.words import count, duration, instant
from inboxwatch.render.wrap import wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from inboxwatch.model.alert import Alert
    from inboxwatch.model.outcome import PromiseRecord

_STYLES = {"escalation": "bold red", "promise-broken": "red", "promise-due": "yellow"}
_KINDS = {
    "escalation": "to a person",
    "promise-broken": "broken promise",
    "promise-due": "promise due",
}
_PARTY = 34
_STATES = {"kept": "green", "late": "yellow", "open": "", "overdue": "red"}


def attention_lines(
    items: Iterable[Mapping[str, Any]], now: datetime, *, width: int
) -> Iterator[Text]:
    """Each item: what it is, whose, since when; its subject; why; and the next step."""
    for fields in items:
        yield _head(fields, now)
        if fields["subject"]:
            yield Text(f"      {fields['subject']}", "bold", no_wrap=True, overflow="ellipsis")
        for reason in fields["reasons"]:
            yield from wrapped(reason, width=width, indent=6, style="dim")
        step = fields["next_step"]
        yield from wrapped(f"→ {step_words(step_of(step))}", width=width, indent=6)


def _head(fields: Mapping[str, Any], now: datetime) -> Text:
    line = Text(no_wrap=True, overflow="ellipsis")
    number = f"#{fields['id']}" if fields["id"] else ""
    line.append(f"{number:>5} ", "dim")
    line.append(f"{_KINDS[fields['kind']]:<15} ", _STYLES[fields["kind"]])
    line.append(fit(one_line(fields["customer"], 80), _PARTY))
    line.append(f" {_when(fields, now)}", "dim")
    if fields["owner"]:
        line.append(f" [{one_line(fields['owner'], 30)}]", "cyan")
    if fields["snoozed_until"]:
        line.append(f" off until {_told(fields['snoozed_until'])}", "cyan")
    return line


def _when(fields: Mapping[str, Any], now: datetime) -> str:
    since = datetime.fromisoformat(fields["since"])
    if fields["kind"] == "promise-due":
        return f"in {duration(since - now)}"
    return duration(now - since)


def _told(written: str) -> str:
    return instant(datetime.fromisoformat(written))


def attention_total(number: int, snoozed: int) -> Iterator[Text]:
    """How many things need a person, and how many were put off."""
    off = f"; {snoozed} put off, shown with --all" if snoozed else ""
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
        head = f"{name} was {deed_words(fields['before'])}; noted once more"
    elif fields["was"]:
        head = f"{name} had left the queue already ({one_line(fields['was'], 60)}); noted"
    else:
        head = f"{name} is done"
    told = [f"{count(fields['closed'], 'mail')} left the queue"] if fields["closed"] else []
    if fields["escalations"]:
        told.append(f"{count(fields['escalations'], 'escalation')} closed")
    return f"{head}{': ' + ', '.join(told) if told else ''}."


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
