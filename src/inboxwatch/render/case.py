"""How a mail stands with the people of the team, for a terminal; every word is made printable."""

from __future__ import annotations

from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

from inboxwatch.core.step import step_of, step_words
from inboxwatch.core.text import one_line
from inboxwatch.core.triage.escalate import next_step_of
from inboxwatch.render.cases import deed_words
from inboxwatch.render.words import instant, lies_in
from inboxwatch.render.wrap import labelled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from rich.text import Text

    from inboxwatch.model.case import NextStep

    Fields = Mapping[str, Any]
    Row = tuple[str, str, str]

NEEDS_SOMEBODY = frozenset({"open", "waiting"})
"""The states of a case in which a next step is still to be taken."""


def case_lines(fields: Fields, now: datetime | None, *, width: int) -> Iterator[Text]:
    """How a mail stands first; while it is open why, and what to do by when; what was done."""
    state = _state_of(fields)
    rows: Iterable[Row] = chain(
        _STATES[state](fields),
        _to_do(fields, now) if state in NEEDS_SOMEBODY else (),
        _who(fields),
        _promises(fields),
        _earlier(fields, state),
    )
    for label, value, style in rows:
        yield from labelled(label, value, width=width, style=style)


def _state_of(fields: Fields) -> str:
    """As the journal has it; a mail of a file is open where it has to reach a person."""
    case = fields.get("case")
    if case:
        return str(case["state"])
    return "open" if fields.get("escalation") else "none"


def _open(fields: Fields) -> Iterator[Row]:
    yield "State", f"open: it has to reach a person{_where(fields)}", "bold red"
    yield "Why", causes_words(fields["escalation"]) or "asked for before", ""


def _where(fields: Fields) -> str:
    """In which mailbox a mail is to be looked for that was rescued."""
    mailbox = lies_in(fields)
    return f"; it lies in {mailbox}" if mailbox else ""


def causes_words(causes: Iterable[Mapping[str, str]]) -> str:
    """Causes with what the mail says."""
    told = ((one["cause"], one_line(one["evidence"], 160)) for one in causes)
    return "; ".join(f"{cause} “{evidence}”" if evidence else cause for cause, evidence in told)


def _done(fields: Fields) -> Iterator[Row]:
    """The deed that settled it: the others stand below."""
    settled = next(one for one in fields["deeds"] if one["at"] == fields["case"]["at"])
    yield "State", deed_words(settled), "green"


def _answered(fields: Fields) -> Iterator[Row]:
    yield "State", f"a person answered: {_told(fields['case']['at'])}", "green"


def _closed(fields: Fields) -> Iterator[Row]:
    case = fields["case"]
    noticed = f", noticed {_told(case['at'])}" if case["at"] else ""
    yield "State", f"out of the queue: {one_line(case['by'], 60)}{noticed}", "green"


def _waiting(fields: Fields) -> Iterator[Row]:
    case = fields["case"]
    told = f"waits for an answer{_where(fields)}"
    if case["at"]:  # in another conversation
        by = f" by {one_line(case['by'], 80)}" if case["by"] else ""
        told += f"; what had to reach a person was settled{by}, {_told(case['at'])}"
    yield "State", told, ""


_STATES: Mapping[str, Callable[[Fields], Iterable[Row]]] = {
    "open": _open,
    "done": _done,
    "answered": _answered,
    "closed": _closed,
    "waiting": _waiting,
    "none": lambda _: (),
}


def _to_do(fields: Fields, now: datetime | None) -> Iterator[Row]:
    """The next step, unless the call that it asks for was made elsewhere."""
    case = fields.get("case") or {}
    step = _step(fields)
    if step and not case.get("at"):
        late = now is not None and step.due is not None and step.due < now
        yield "Next", step_words(step, now=now), "red" if late else ""
    if often := fields.get("often"):
        yield "Note", f"the customer {often}", ""


def _step(fields: Fields) -> NextStep | None:
    """What the mail asks for, and where an earlier version did not say so, what its causes do."""
    written = fields.get("next_step")
    if written:
        return step_of(written)
    return next_step_of(one["cause"] for one in fields.get("escalation", ()))


def _who(fields: Fields) -> Iterator[Row]:
    if fields.get("owner"):
        yield "Owner", one_line(fields["owner"], 60), ""
    if fields.get("snoozed_until"):
        yield "Put off", f"until {_told(fields['snoozed_until'])}", ""


def _promises(fields: Fields) -> Iterator[Row]:
    """What people of the team promised in the conversation."""
    for one in fields.get("promises", ()):
        who, words = one_line(one["by"], 80) or "a person", one_line(one["words"], 200)
        told = f"by {_told(one['due_at'])}, {one['state']}: {who} wrote “{words}”"
        yield "Promise", told, "red" if one["state"] == "overdue" else ""


def _earlier(fields: Fields, state: str) -> Iterator[Row]:
    """What was done in the conversation besides what settled the mail."""
    at = fields["case"]["at"] if state == "done" else None
    label = "Earlier"
    for deed in fields.get("deeds", ()):
        if deed["at"] == at:
            label = "Later"
        else:
            yield label, deed_words(deed), "dim"


def _told(written: str) -> str:
    return instant(datetime.fromisoformat(written))
