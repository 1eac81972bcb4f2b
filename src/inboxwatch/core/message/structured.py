"""Structured header fields: comments, quoted strings and words, in linear time (RFC 5322 3.2).

Quoted strings and comments may hold anything, ``dmarc=pass`` included, so a field is read token by
token (rule S06). Nothing recurses: comments nested 5,000 deep cost one pass and are refused.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_FIELD = 64 * 1024
"""Characters of a field that are read; a longer one counts as unreadable."""
MAX_COMMENT_DEPTH = 50

_TOKEN = re.compile(
    r"""(?P<space>\s++)
    | "(?P<quoted>(?>(?:[^"\\]++|\\.)*))"
    | (?P<mark>[;=()])
    | (?P<word>(?>(?:[^\s;=()"\\]++|\\.)+))
    """,
    re.VERBOSE | re.DOTALL,
)
_COMMENT_MARK = re.compile(r"(?>(?:[^()\\]++|\\.)*)([()])", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_WHITE = ("space", " ")


class UnreadableError(ValueError):
    """A field that breaks the grammar or the bounds: whoever reads it assumes the worst."""


def tokens(value: str) -> Iterator[tuple[str, str]]:
    """Yield (kind, text) of a field; kinds are space, quoted, mark (``;`` or ``=``) and word.

    A comment is a space. Raises UnreadableError at a quote or comment that does not end, at a
    parenthesis that nothing opened, and beyond the bounds.
    """
    if len(value) > MAX_FIELD:
        raise UnreadableError("the field is too long")
    at = 0
    while at < len(value):
        match = _TOKEN.match(value, at)
        if match is None or match["mark"] == ")":
            raise UnreadableError("a quoted string or a comment does not end")
        at = match.end()
        if match["mark"] == "(":
            at = _after_comment(value, at)
            yield _WHITE
        else:
            yield _token(match)


def _token(match: re.Match[str]) -> tuple[str, str]:
    kind = match.lastgroup or ""
    text = match[kind]
    return (kind, _ESCAPED.sub(r"\1", text)) if kind == "quoted" else (kind, text)


def _after_comment(value: str, at: int) -> int:
    depth = 1
    while depth:
        match = _COMMENT_MARK.match(value, at)
        if match is None or depth > MAX_COMMENT_DEPTH:
            raise UnreadableError("a comment does not end, or is nested too deep")
        depth += 1 if match[1] == "(" else -1
        at = match.end()
    return at


def without_comments(value: str) -> str:
    """A field without its comments, trimmed; raises UnreadableError as ``tokens`` does."""
    if "(" not in value and ")" not in value:
        return value.strip()
    return "".join(
        f'"{text}"' if kind == "quoted" else text for kind, text in tokens(value)
    ).strip()
