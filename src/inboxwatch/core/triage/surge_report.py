"""Surges as report models: the alert that tells of one, and the JSON object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from inboxwatch.core.text import one_line
from inboxwatch.core.zone import in_zone, iso
from inboxwatch.model.alert import Alert
from inboxwatch.model.surge import Suspicion

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, tzinfo

    from inboxwatch.model.surge import Surge

SCHEMA: Final = 1

SAMPLES: Final = 5
"""How many mails are named as samples: the first, the latest, and some between."""

CAREFUL: Final[Mapping[Suspicion, str]] = {
    Suspicion.NONE: "",
    Suspicion.OFFER: "Most of them are new here and ask for the same offer, so replies to new "
    "senders wait for you. Some may be one person; most are not to blame.",
    Suspicion.NAMES: "The same text, link or number comes under many addresses, so replies to new "
    "senders wait for you. There may be a good reason for it.",
}
"""What is said to the team, and to nobody else, of a surge that may be more than that."""


def alert_of(surge: Surge, samples: Sequence[int], zone: tzinfo | None, *, again: bool) -> Alert:
    """What the team is told of a surge; ``again`` of one that has grown since it was told."""
    senders = f"{surge.senders} senders"
    about = f"write about {quoted(surge)}" if surge.phrase else "write much the same"
    title = f"By now {senders} {about}" if again else f"{senders} {about}, usually {usual(surge)}"
    return Alert(
        key=f"surge-{surge.id}-{surge.told}",
        kind="surge",
        title=title,
        lines=tuple(filter(None, lines_of(surge, samples, zone))),
        next_step=next_step(surge),
        mail_id=samples[0] if samples else None,
    )


def lines_of(surge: Surge, samples: Sequence[int], zone: tzinfo | None) -> tuple[str, ...]:
    """How many mails since when, where to look, and what else it may be."""
    mails = f"{surge.mails} mail{'' if surge.mails == 1 else 's'}"
    customers = f", {surge.known} of the senders are customers" if surge.known else ""
    since = f"first {_at(surge.first_at, zone)}, latest {_at(surge.latest_at, zone)}"
    seen = f"for instance {', '.join(f'#{one}' for one in samples)}" if samples else ""
    return (
        f"{mails}: {since}{customers}",
        seen,
        "" if surge.template else CAREFUL[surge.suspicion],
    )


def samples_of(mail_ids: Sequence[int]) -> tuple[int, ...]:
    """Some of a surge's mails, given in their order, from the first to the latest."""
    last = len(mail_ids) - 1
    if last < SAMPLES:
        return tuple(mail_ids)
    return tuple(mail_ids[number * last // (SAMPLES - 1)] for number in range(SAMPLES))


def usual(surge: Surge) -> str:
    """How many senders are usual at this hour of the week, in words."""
    return "none" if surge.usual < 0.05 else f"{surge.usual:.1f}"  # noqa: PLR2004 - shown as 0.0


def quoted(surge: Surge) -> str:
    """The words that the mails share, between quotation marks."""
    return f"\u201c{one_line(surge.phrase, 60)}\u201d" if surge.phrase else "the same thing"


def next_step(surge: Surge) -> str:
    """What to do about a surge, as a command."""
    if surge.closed_at is not None:
        return ""
    if surge.template:
        return f"inboxwatch surge drafts {surge.id} writes to those it may hit next"
    return f"inboxwatch surge answer {surge.id} --template incident --about WORDS"


def surge_fields(surge: Surge, samples: Sequence[int], zone: tzinfo | None) -> dict[str, object]:
    """A surge as one object, its instants in ``zone``; ``look`` says why a person should."""
    careful = "" if surge.template or surge.closed_at else CAREFUL[surge.suspicion]
    return {
        "schema": SCHEMA,
        "type": "surge",
        "id": surge.id,
        "phrase": surge.phrase,
        "senders": surge.senders,
        "mails": surge.mails,
        "customers": surge.known,
        "usual": round(surge.usual, 2),
        "first_at": iso(surge.first_at, zone),
        "latest_at": iso(surge.latest_at, zone),
        "opened_at": iso(surge.opened_at, zone),
        "closed_at": iso(surge.closed_at, zone),
        "suspicion": surge.suspicion.value or None,
        "template": surge.template or None,
        "about": surge.about or None,
        "answered_at": iso(surge.answered_at, zone),
        "samples": list(samples),
        "look": [careful] if careful else [],
        "next_step": next_step(surge),
    }


def _at(instant: datetime, zone: tzinfo | None) -> str:
    return in_zone(instant, zone).strftime("%a %d %b, %H:%M")
