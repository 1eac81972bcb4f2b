"""From FETCH answers to RawMessages."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, TypeVar

from inboxwatch.model.message import MessageRef, RawMessage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from inboxwatch.model.message import Role

_T = TypeVar("_T")

HEADER_LIMIT = 256 * 1024
TEXT_LIMIT = 128 * 1024
"""Octets fetched of a header and of a text; attachments are never wanted whole (rule I08)."""

BATCH = 50
"""Messages that are handed over together, and in a FETCH of sizes unknown (rule I27).

They have 19 MB if every one of them is at its limits.
"""

MOST = 400
"""Messages in one FETCH whose sizes are known."""

OCTETS = 2_000_000
"""Octets of messages in one FETCH whose sizes are known; a single one may have less or more."""

SIZES_AT_ONCE = 500
"""Messages whose sizes are asked for together."""

LISTED_AT_ONCE = 50_000
"""UIDs in one SEARCH answer: about half of the line that imaplib takes (rule I07)."""

RANGES_AT_ONCE = 100
"""Ranges in one SEARCH: far below the 8,000 octets of a command line (RFC 7162 section 4)."""

WINDOW = 5_000
"""Sequence numbers in one window where more than that may lie there."""

HEADER_ITEMS = (
    "UID",
    "FLAGS",
    "INTERNALDATE",
    "RFC822.SIZE",
    f"BODY.PEEK[HEADER]<0.{HEADER_LIMIT}>",
)
ITEMS = (*HEADER_ITEMS, f"BODY.PEEK[TEXT]<0.{TEXT_LIMIT}>")


def with_next(groups: Iterable[_T]) -> Iterator[tuple[_T, _T | tuple[()]]]:
    """Each group together with the one after it, which is empty for the last."""
    waiting = iter(groups)
    group = next(waiting, None)
    while group is not None:
        then = next(waiting, None)
        yield group, then or ()
        group = then


def batches(uids: Sequence[_T], size: int = BATCH) -> Iterator[tuple[_T, ...]]:
    """Cut a sequence into tuples of at most ``size``."""
    for start in range(0, len(uids), size):
        yield tuple(uids[start : start + size])


def groups(uids: Sequence[int], sizes: Mapping[int, int]) -> Iterator[tuple[int, ...]]:
    """Cut UIDs into those of one FETCH each, by what will come of a message of that size.

    One whose size the server does not tell may be as large as any.
    """
    group: list[int] = []
    octets = 0
    for uid in uids:
        size = min(sizes.get(uid, HEADER_LIMIT + TEXT_LIMIT), HEADER_LIMIT + TEXT_LIMIT)
        if group and (octets + size > OCTETS or len(group) == MOST):
            yield tuple(group)
            group, octets = [], 0
        group.append(uid)
        octets += size
    if group:
        yield tuple(group)


def merged(ranges: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same UIDs in rising ranges that do not overlap; empty and impossible ones are gone."""
    found: list[tuple[int, int]] = []
    for first, last in sorted((max(first, 1), last) for first, last in ranges):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        elif first <= last:
            found.append((first, last))
    return found


def searches(ranges: Sequence[tuple[int, int]], exists: int) -> Iterator[list[tuple[int, int]]]:
    """Group rising ranges so that no group has more answers than fit into one line (rule I07).

    A range that is too much by itself stands alone in its group.
    """
    group: list[tuple[int, int]] = []
    answers = 0
    for first, last in ranges:
        width = last - first + 1
        full = min(answers + width, exists) > LISTED_AT_ONCE or len(group) == RANGES_AT_ONCE
        if group and full:
            yield group
            group, answers = [], 0
        group.append((first, last))
        answers += width
    if group:
        yield group


def answers_at_most(ranges: Sequence[tuple[int, int]], exists: int) -> int:
    """How many UIDs a search for ``ranges`` can find in a mailbox with ``exists`` mails."""
    return min(exists, sum(last - first + 1 for first, last in ranges))


def raw_message(ref: MessageRef, role: Role, answer: Mapping[bytes, Any]) -> RawMessage | None:
    """One message, or None for an unsolicited FETCH of flags, which has no header (rule I06)."""
    header = section(answer, b"BODY[HEADER]")
    if header is None:
        return None
    header, body = header[:HEADER_LIMIT], (section(answer, b"BODY[TEXT]") or b"")[:TEXT_LIMIT]
    size = answer.get(b"RFC822.SIZE")
    return RawMessage(
        source=source_of(ref),
        role=role,
        header=_without_end(header),
        body=body,
        received=_aware(answer.get(b"INTERNALDATE")),
        size=size if isinstance(size, int) else len(header) + len(body),
        flags=flags_of(answer),
        ref=ref,
    )


def withheld(ref: MessageRef, role: Role, why: str) -> RawMessage:
    """A message that is there and that the server does not hand out."""
    return RawMessage(source_of(ref), role, b"", b"", None, 0, frozenset(), ref, withheld=why)


def source_of(ref: MessageRef) -> str:
    """A message's place as the JSON contract writes it."""
    return f"{ref.account}/{ref.mailbox};uid={ref.uid}"


def flags_of(answer: Mapping[bytes, Any]) -> frozenset[str]:
    r"""The flags of one FETCH answer, without ``\Recent``: that is the session's.

    The lexer turns keywords of digits into ints.
    """
    flags = (
        flag.decode("latin-1") if isinstance(flag, bytes) else str(flag)
        for flag in answer.get(b"FLAGS") or ()
    )
    return frozenset(flag for flag in flags if flag.lower() != "\\recent")


def section(answer: Mapping[bytes, Any], name: bytes) -> bytes | None:
    """A section's octets; servers differ in repeating the partial in its name, or its origin."""
    keys = (name + b"<0>", name, *(key for key in answer if key.startswith(name + b"<0.")))
    for key in keys:
        if key in answer:
            value = answer[key]
            return value if isinstance(value, bytes) else str(value or "").encode("latin-1")
    return None


def _without_end(header: bytes) -> bytes:
    """The header without the empty line that BODY[HEADER] ends with."""
    if header.endswith(b"\r\n\r\n"):
        return header[:-2]
    return b"" if header == b"\r\n" else header


FIRST_YEAR, LAST_YEAR = 1970, 2199
"""An INTERNALDATE outside of these makes no sense, and near year 9999 no UTC either."""


def _aware(value: object) -> datetime | None:
    """INTERNALDATE with a zone of the standard library, or None if it makes no sense (rule I10)."""
    try:
        offset = value.utcoffset() if isinstance(value, datetime) else None
    except ValueError:  # a zone of more than 24 hours
        return None
    if offset is None or not isinstance(value, datetime):
        return None
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        return None
    return value.replace(tzinfo=timezone(offset))
