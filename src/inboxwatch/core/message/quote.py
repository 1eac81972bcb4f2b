"""What is new in a mail: its text without quotes, attributions and signature (rule P11).

Works on lines, each looked at a fixed number of times, with patterns on at most 400 characters of
it: whatever the text, the time is linear.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from inboxwatch.core.message import attribution, tail

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_LINES = 5000
"""What stands below is left out, as new text of this length does not exist."""
MAX_FORWARDS = 3
MAX_HEADER_LINES = 14
MAX_WRAP = 3
"""Lines over which an attribution or the value of a quoted header field may be wrapped further."""

_QUOTED = re.compile(r"\s{0,4}>|\s{0,2}\|(?:\s|$)")
_FIELD = re.compile(
    r"[\s*_]{0,6}+([^\W\d_][^:\uff1a<>@*\t]{0,24}?)[\s*_]*+[:\uff1a](?!//)[\s*_]*+(.*)"
)
_WIDE_COLON = "\uff1a"
_COLONS = (":", _WIDE_COLON)
_ENDS = frozenset((*_COLONS, ">", "*", "_", "-"))
"""How lines end that could say that a quote follows."""
_DASHED = re.compile(r"-{2,}\s.{1,390}\s-{2,}")
_WORD = re.compile(r"[^\W\d_]+")
_NOISE = " \t*_>"


class _Quote(Struct, frozen=True):
    """Where a quote begins (its attribution) and where its body does.

    ``forward``: it stands for the mail itself when nothing was written above. ``marked``: its lines
    carry ``>``, so that text between and below them is new.
    """

    start: int
    body: int
    forward: bool = False
    marked: bool = False


def new_text(full_text: str) -> str:
    """The new lines of a text, in their order and unchanged; nothing is added, never raises.

    A quote is dropped with its attribution; in an interleaved reply the quotes that are answered
    stay, since the answers say nothing without them. A forward with nothing above it is its own
    new text.
    """
    return "\n".join(_new_lines(full_text.split("\n", MAX_LINES)[:MAX_LINES], MAX_FORWARDS))


def is_forward_marker(line: str) -> bool:
    """Whether a line says that a forwarded mail follows."""
    return attribution.is_forwarded(line[: tail.MAX_LINE])


def _new_lines(lines: Sequence[str], forwards: int) -> Sequence[str]:
    quote = _find_quote(lines)
    if quote is None:
        return tail.without_tail(lines)
    above = tail.without_tail(lines[: quote.start])
    written = tail.has_text(above)
    if quote.marked:
        gap = lines[quote.start - 1 : quote.start] if written else []
        gap = gap if not tail.has_text(gap) else []
        return _around(above, gap, lines[quote.body :], forwards)
    if written or not quote.forward or not forwards:
        return above if written else []
    return _new_lines(lines[quote.body :], forwards - 1)


def _around(
    above: Sequence[str], gap: Sequence[str], quoted: Sequence[str], forwards: int
) -> Sequence[str]:
    """What is new above, between and below the lines of a marked quote; ``gap``: an empty line."""
    end = _end_of_marked(quoted)
    below = _new_lines(quoted[end:], forwards - 1) if forwards else quoted[end:]
    written = tail.has_text(above)
    if not tail.has_text(below):
        return above if written else []
    if any(_QUOTED.match(line) for line in below):
        return [*above, *gap, *quoted[:end], *below]
    if not written:
        return below
    if quoted[end - 1].strip():
        return above  # the rest of a quoted line that a program wrapped
    return [*above, *gap, *below]


def _end_of_marked(lines: Sequence[str]) -> int:
    """The index after the quoted lines at the top, and after empty lines among and below them."""
    for number, line in enumerate(lines):
        if line.strip() and not _QUOTED.match(line):
            return number
    return len(lines)


def _find_quote(lines: Sequence[str]) -> _Quote | None:
    for number, line in enumerate(lines):
        ends = line.rstrip()[-1:] in _ENDS
        if not (ends or ":" in line or _WIDE_COLON in line) or tail.ANGLED.match(line):
            continue
        quote = (_marker(lines, number) or _attribution(lines, number)) if ends else None
        quote = quote or _header_block(lines, number)
        if quote is not None:
            return quote
    return None


def _marker(lines: Sequence[str], number: int) -> _Quote | None:
    """A line such as ``-----Original Message-----``, with the header fields below it."""
    line = lines[number][: tail.MAX_LINE].strip()
    if attribution.is_forwarded(line) or attribution.is_original(line):
        return _Quote(number, _after_fields(lines, number + 1), forward=True)
    if tail.RULE.fullmatch(line) and _looks_like_fields(lines, number + 1):
        return _Quote(number, _after_fields(lines, number + 1), forward=True)
    return None


def _looks_like_fields(lines: Sequence[str], start: int) -> bool:
    """Three fields in a row below a rule, one of them with an address: a header in any language."""
    found: list[str] = []
    for line in lines[start : start + MAX_HEADER_LINES]:
        match = _FIELD.fullmatch(line[: tail.MAX_LINE].rstrip())
        if match is None and (found or line.strip()):
            break
        if match is not None:
            found.append(match[2])
    return len(found) > 2 and any("@" in value for value in found)  # noqa: PLR2004  # from, date, to


def _after_fields(lines: Sequence[str], start: int) -> int:
    """The index after the header fields of a quote, which an empty line ends."""
    number = start
    while number < len(lines) and not lines[number].strip():
        number += 1
    if number >= len(lines) or _FIELD.match(lines[number][: tail.MAX_LINE]) is None:
        return start
    while number < len(lines) and lines[number].strip():
        number += 1
    return number


def _header_block(lines: Sequence[str], number: int) -> _Quote | None:
    """Outlook's quote: From, Sent, To and Subject in any order, bold or not, values wrapped."""
    kind = _field_kind(lines[number])
    if kind is None or kind == "other":
        return None
    kinds = {kind}
    end = number + 1
    wrapped = 0
    for line in lines[number + 1 : number + MAX_HEADER_LINES]:
        if not line.strip():
            break
        following = _field_kind(line)
        wrapped = 0 if following else wrapped + 1
        if wrapped > MAX_WRAP:
            break
        if following:
            kinds.add(following)
        end += 1
    if len(kinds - {"other"}) < 3 or not kinds & {"from"}:  # noqa: PLR2004  # fields make a header
        return None
    return _Quote(_above_rule(lines, number), end, forward=True)


def _above_rule(lines: Sequence[str], number: int) -> int:
    above = number - 1
    while above >= 0 and not lines[above].strip():
        above -= 1
    return above if above >= 0 and tail.RULE.fullmatch(lines[above][: tail.MAX_LINE]) else number


def _field_kind(line: str) -> str | None:
    head = line[:40]
    if ":" not in head and _WIDE_COLON not in head:
        return None
    match = _FIELD.match(line[: tail.MAX_LINE])
    if match is None:
        return None
    name = match[1].strip().lower()
    return attribution.FIELD_NAMES.get(name) or attribution.FIELD_NAMES.get(
        name.replace(" ", "") if len(name) < 10 else name.split()[0]  # noqa: PLR2004  # 보낸 사람
    )


def _attribution(lines: Sequence[str], end: int) -> _Quote | None:
    """``On 3 May 2026, Ann wrote:`` on up to four lines, of which ``end`` is the last."""
    last = lines[end].rstrip()
    if len(last) > tail.MAX_LINE or (last.endswith("-") and not _DASHED.fullmatch(last)):
        return None
    marked = _quote_follows(lines, end + 1)
    joined, found = "", None
    for start in range(end, max(-1, end - MAX_WRAP - 1), -1):
        line = lines[start].strip()
        if not line or tail.ANGLED.match(line) or len(joined) + len(line) > tail.MAX_LINE:
            break
        joined = f"{line} {joined}".strip()
        if not _is_attribution(joined, marked=marked):
            continue
        found = found or _Quote(start, end + 1, marked=marked)
        if attribution.START.match(joined):
            return _Quote(start, end + 1, marked=marked)
    return found


def _is_attribution(line: str, *, marked: bool) -> bool:
    """Whether a line introduces a quote; ``marked``: quoted lines follow, so less has to be said.

    Without a mark everything below is dropped, so a verb alone is not enough: there has to be an
    address, or a preposition and a time, as programs write them.
    """
    bare = line.strip(_NOISE)
    colon = bare.endswith(_COLONS)
    if not colon and not _DASHED.fullmatch(line):
        return attribution.BARE_SENDER.fullmatch(line) is not None
    wrote = _says_wrote(bare.rstrip(": " + _WIDE_COLON))
    address = attribution.ADDRESS.search(bare) is not None
    if not (wrote or address):
        return False
    when = attribution.WHEN.search(bare) is not None
    if not colon:
        return wrote and (when or address)
    starts = attribution.START.match(bare) is not None
    if wrote and (address or marked):
        return starts or when or not _reads_on(bare)
    return starts and when


def _says_wrote(line: str) -> bool:
    words = _WORD.findall(line.lower())
    return not attribution.WROTE.isdisjoint(words) or line.endswith(attribution.WROTE_ENDINGS)


def _reads_on(line: str) -> bool:
    """Whether a line is more than a name and a verb: a sentence that happens to end in a colon."""
    return len(line.split()) > 8  # noqa: PLR2004  # words: "Ann Example <ann@x> wrote:" has four


def _quote_follows(lines: Sequence[str], start: int) -> bool:
    for line in lines[start : start + 3]:
        if line.strip():
            return _QUOTED.match(line) is not None
    return False
