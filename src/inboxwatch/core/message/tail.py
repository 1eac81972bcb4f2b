"""What stands below the text of a mail and is none of it: signature, trailing quotes, slogans."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from inboxwatch.core.message import attribution

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_LINE = 400
"""Characters of a line that are looked at; longer lines are text."""

ANGLED = re.compile(r"\s{0,4}>")
"""How a quoted line begins."""
RULE = re.compile(r"\s*+\*{0,2}+(?:_{10,}+|-{5,}+|={5,}+)\*{0,2}+\s*+|\s*+\*{5,}+\s*+")
"""A line drawn across."""
_SIGNATURE = re.compile(r"\s{0,2}(?:--|\u2014|\u2013|__|-- -)\s*|_{10,}\s*")
_DASHES = frozenset("-\u2014\u2013_")
"""How such a line ends and, but for white space, begins."""


def has_text(lines: Sequence[str]) -> bool:
    """Whether any line is neither empty nor quoted."""
    return _first_text(lines) < len(lines)


def without_tail(lines: Sequence[str]) -> Sequence[str]:
    """Lines without empty ones around them, trailing quotes, signature and telephone's greeting."""
    start, end = 0, _signature_start(lines)
    while start < end and not lines[start].strip():
        start += 1
    quotes_go = has_text(lines[:end])
    while end > start and _is_tail(lines, start, end - 1, quotes_go=quotes_go):
        end -= 1
    return lines[start:end]


def _is_tail(lines: Sequence[str], start: int, number: int, *, quotes_go: bool) -> bool:
    line = lines[number]
    if not line.strip() or RULE.fullmatch(line[:MAX_LINE]):
        return True
    if ANGLED.match(line):
        return quotes_go
    return _is_device(line) and (
        number == start or not lines[number - 1].strip() or _is_device(lines[number - 1])
    )


def _is_device(line: str) -> bool:
    line = line.strip()
    return len(line) <= MAX_LINE // 2 and attribution.is_device_signature(line)


def _signature_start(lines: Sequence[str]) -> int:
    """The index of the signature's delimiter (RFC 3676 4.3) below the first text, or the end.

    Below it nothing may be quoted: there the dashes separate something else.
    """
    delimiters = [
        number
        for number, line in enumerate(lines)
        if line.rstrip()[-1:] in _DASHES and len(line) < MAX_LINE and _SIGNATURE.fullmatch(line)
    ]
    if not delimiters:
        return len(lines)
    above = max(_first_text(lines), _last_quoted(lines))
    return next((number for number in delimiters if number > above), len(lines))


def _first_text(lines: Sequence[str]) -> int:
    """The first line that ``has_text``, or the number of lines."""
    for number, line in enumerate(lines):
        if line.strip() and not ANGLED.match(line):
            return number
    return len(lines)


def _last_quoted(lines: Sequence[str]) -> int:
    """The last quoted line that text follows, or -1."""
    text = False
    for number in range(len(lines) - 1, -1, -1):
        quoted = ANGLED.match(lines[number]) is not None
        if quoted and text:
            return number
        text = text or bool(lines[number].strip() and not quoted)
    return -1
