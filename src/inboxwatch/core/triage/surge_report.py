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

    from inboxwatch.model.surge import Sample, Surge, Writer

SCHEMA: Final = 1

SAMPLES: Final = 5
"""How many mails are named as samples: the first, the latest, and some between."""

SAMPLE_TEXT: Final = 400
"""Characters of a sample's text."""

CAREFUL: Final[Mapping[Suspicion, str]] = {
    Suspicion.NONE: "",
    Suspicion.OFFER: "Most of them are new here and ask for the same offer, so replies to new "
    "senders wait for you. Some may be one person; most are not to blame.",
    Suspicion.NAMES: "The same text, link or number comes under many addresses, so replies to new "
    "senders wait for you. There may be a good reason for it.",
    Suspicion.SENDER: "One new sender writes it under many names, so replies wait for you. There "
    "may be a good reason for it.",
}
"""What is said to the team, and to nobody else, of a surge that may be more than that."""


def alert_of(surge: Surge, samples: Sequence[Sample], zone: tzinfo | None, *, again: bool) -> Alert:
    """What the team is told of a surge; ``again`` of one that has grown since it was told."""
    title = f"By now {_who(surge)}" if again else f"{_who(surge)}{_beside_usual(surge)}"
    return Alert(
        key=f"surge-{surge.id}-{surge.told}",
        kind="surge",
        title=title,
        lines=tuple(filter(None, lines_of(surge, samples, zone))),
        next_step=next_step(surge),
        mail_id=samples[0].mail_id if samples else None,
    )


def _who(surge: Surge) -> str:
    if surge.senders == 1:
        about = f"about {quoted(surge)}" if surge.phrase else "much the same"
        return f"One sender writes {about} under {surge.names} names"
    about = f"about {quoted(surge)}" if surge.phrase else "much the same"
    return f"{surge.senders} senders write {about}"


def _beside_usual(surge: Surge) -> str:
    return "" if surge.senders == 1 else f", usually {usual(surge)}"


def lines_of(surge: Surge, samples: Sequence[Sample], zone: tzinfo | None) -> tuple[str, ...]:
    """How many mails since when, some of them, and what else it may be."""
    mails = f"{surge.mails} mail{'' if surge.mails == 1 else 's'}"
    customers = f", {surge.known} of the senders are customers" if surge.known else ""
    since = f"first {_at(surge.first_at, zone)}, latest {_at(surge.latest_at, zone)}"
    return (
        f"{mails}: {since}{customers}",
        "" if surge.template else CAREFUL[surge.suspicion],
        *map(sample_line, samples),
    )


def sample_line(sample: Sample) -> str:
    """A mail by its number, its sender and its subject, safe to show on one line."""
    sender, subject = one_line(sample.sender, 48), one_line(sample.subject, 60)
    return f"#{sample.mail_id} {sender}: {subject or '(no subject)'}"


def samples_of(writers: Sequence[Writer]) -> tuple[int, ...]:
    """The first mails of some who wrote of a surge: the first one, the last one, some between."""
    last = len(writers) - 1
    if last < SAMPLES:
        return tuple(one.mail_id for one in writers)
    some = (number * last // (SAMPLES - 1) for number in range(SAMPLES))
    return tuple(writers[number].mail_id for number in some)


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
    if surge.suspicion is Suspicion.SENDER:
        return (
            f"inboxwatch surge show {surge.id} tells who wrote; "
            f"inboxwatch surge close {surge.id} when it is settled"
        )
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
        "names": surge.names,
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


def writer_fields(writer: Writer, zone: tzinfo | None) -> dict[str, object]:
    """Who wrote of a surge, and under which name, as one object."""
    return {
        "sender": writer.sender,
        "name": writer.name or None,
        "mail": writer.mail_id,
        "mails": writer.mails,
        "first_at": iso(writer.first_at, zone),
        "latest_at": iso(writer.latest_at, zone),
        "customer": writer.known,
        "new": writer.new,
    }


def sample_fields(sample: Sample, zone: tzinfo | None) -> dict[str, object]:
    """A mail to look at, as one object; its words are as they came."""
    return {
        "mail": sample.mail_id,
        "from": sample.sender,
        "subject": sample.subject,
        "text": sample.text[:SAMPLE_TEXT],
        "received": iso(sample.received, zone),
    }


def _at(instant: datetime, zone: tzinfo | None) -> str:
    return in_zone(instant, zone).strftime("%a %d %b, %H:%M")
