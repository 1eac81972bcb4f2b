"""The HTML alternative of a reply, made from its finished text (rules F18, A41).

The text is the reply; this only sets it in paragraphs and lists. Every character of it is escaped.
A link is made of an address that stands in the template itself, letter for letter and by itself:
what a mail brought in, or a variable completed, is never one. Nothing is fetched and nothing runs.
"""

from __future__ import annotations

import re
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_URL = re.compile(r"https?://[^\s<>\"'`\\\x00{}|^]+")
_AFTER_A_URL = ".,;:!?)]"
"""What ends a sentence rather than an address."""

_SYNTAX = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_HOLE = "\x00"
"""Stands for a variable or a statement of the template."""

_BULLET = "- "

_DOCUMENT = """\
<!DOCTYPE html>
<html lang="{language}">
<head><meta charset="utf-8"></head>
<body dir="auto">
{content}
</body>
</html>
"""


def html_of(text: str, source: str, language: str) -> str:
    """A document of the finished ``text``; ``source`` is the template's, ``language`` a tag.

    Blank lines part paragraphs, lines that begin with ``- `` are a list, other line ends stay.
    """
    links = literal_links(source)
    blocks = (block for block in re.split(r"\n{2,}", text.strip("\n")) if block.strip())
    content = "\n".join(piece for block in blocks for piece in _block(block, links))
    return _DOCUMENT.format(language=escape(language), content=content)


def literal_links(source: str) -> frozenset[str]:
    """The addresses of web pages that stand in a template as they will stand in its texts."""
    bare = _SYNTAX.sub(_HOLE, source)
    return frozenset(
        _trimmed(found[0])
        for found in _URL.finditer(bare)
        if not bare.startswith(_HOLE, found.end()) and not _glued(bare, found.start(), _HOLE)
    )


def _block(block: str, links: frozenset[str]) -> Iterator[str]:
    """One block of lines: paragraphs and lists, as the lines come."""
    for is_list, group in groupby(block.split("\n"), lambda line: line.startswith(_BULLET)):
        lines = [_line(line.removeprefix(_BULLET) if is_list else line, links) for line in group]
        if is_list:
            items = "\n".join(f"<li>{line}</li>" for line in lines)
            yield f"<ul>\n{items}\n</ul>"
        else:
            joined = "<br>\n".join(lines)
            yield f"<p>{joined}</p>"


def _line(line: str, links: frozenset[str]) -> str:
    pieces, at = [], 0
    for found in _URL.finditer(line):
        url = _trimmed(found[0])
        if url in links and not _glued(line, found.start()):
            shown = escape(url)
            pieces += [escape(line[at : found.start()]), f'<a href="{shown}">{shown}</a>']
            at = found.start() + len(url)
    return "".join([*pieces, escape(line[at:])])


def _trimmed(url: str) -> str:
    return url.rstrip(_AFTER_A_URL)


def _glued(text: str, start: int, also: str = "") -> bool:
    """Whether an address is only the end of a longer word."""
    before = text[start - 1 : start]
    return bool(before) and (before.isalnum() or before == also)
