"""The MIME tree of a mail, walked within bounds: which parts there are and where their octets lie.

Nothing is decoded here but headers. Depth, number of parts and of parameters are bounded, since a
mail of 50,000 parts keeps the standard library busy for 13 s (rule P01).
"""

from __future__ import annotations

import re
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from msgspec import Struct, field
from msgspec.structs import replace

from inboxwatch.core.message import charset
from inboxwatch.core.message.ciphertext import is_sealed
from inboxwatch.core.message.header import Header, decode_words, read_header, split_octets
from inboxwatch.model.message import Part

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_DEPTH = 20
MAX_PARTS = 200
MAX_PARAMETERS = 50
MAX_FIELD = 8 * 1024
MAX_FILENAME = 120
MAX_ENDING = 20
"""Characters of a long name that stay because they may be its ending."""
MAX_BOUNDARY = 200
MAX_SHORT_HEADER = 512
MAX_ENCODING = 80
_MAX_SECTION = 20

_TYPE = re.compile(r"\s*+([!-'*+.0-9A-Z^-~-]{1,80})/([!-'*+.0-9A-Z^-~-]{1,80})\s*+(?=[;(\s]|$)")
_PARAMETER = re.compile(
    r';\s*+([^\s=;"]{1,80})\s*+=\s*+(?:"((?:[^"\\]++|\\.)*+)"|([^;]*+))', re.DOTALL
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_SECTION = re.compile(r"(.+?)\*(?:(\d{1,2})(\*?))?")
_DELIMITER_REST = re.compile(rb"(--)?[ \t]*(?:\r\n|\n|\r|$)")
_PATH = re.compile(r"[/\\]")


class Leaf(Struct, frozen=True):
    """A part that holds content: its description, transfer encoding and octets as they stand.

    ``cut`` says that the mail ended before the part did, ``sealed`` that it lies in an encrypted
    multipart. ``branches`` holds for each multipart/alternative around the part its number and
    that of the alternative in which the part lies.
    """

    part: Part
    encoding: str
    octets: bytes
    cut: bool
    sealed: bool = False
    branches: tuple[tuple[int, int], ...] = ()


class Tree(Struct):
    """What a walk found: all parts in their order, those with content, and defects."""

    parts: list[Part] = field(default_factory=list)
    leaves: list[Leaf] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)


class _Entity(Struct, frozen=True):
    header: Header
    body: bytes
    depth: int
    default: str
    cut: bool
    sealed: bool = False
    branches: tuple[tuple[int, int], ...] = ()


def walk(header: Header, body: bytes, *, cut: bool = False) -> Tree:
    """Walk the tree of a mail in document order; never enters message/rfc822 (rules P01, P10)."""
    tree = Tree()
    waiting = [_Entity(header, body, 0, "text/plain", cut)]
    while waiting:
        entity = waiting.pop()
        part = _describe(entity)
        tree.parts.append(part)
        waiting.extend(
            reversed(_open(entity, part, tree, MAX_PARTS - len(tree.parts) - len(waiting)))
        )
    return tree


def _describe(entity: _Entity) -> Part:
    content_type, parameters = read_parameters(entity.header.first("content-type"))
    if "/" not in content_type:
        content_type = entity.default
    written = entity.header.first("content-disposition")
    disposition, details = read_parameters(written) if written else ("", {})
    filename = details.get("filename") or parameters.get("name") or ""
    return Part(content_type, parameters, disposition, clean_filename(filename), entity.depth)


def _open(entity: _Entity, part: Part, tree: Tree, room: int) -> list[_Entity]:
    """The children of a multipart, or none after the entity was noted as a leaf."""
    if part.content_type.startswith("multipart/"):
        children, defects = _children(entity, part, room)
        tree.defects.extend(defects)
        if children:
            choice = part.content_type == "multipart/alternative"
            return _branched(children, len(tree.parts)) if choice else children
        entity = replace(entity, sealed=entity.sealed or is_sealed(part))
        part = Part("text/plain", MappingProxyType({}), "", "", part.depth)
    encoding = entity.header.first("content-transfer-encoding")
    encoding = encoding.split(";")[0].strip().lower() if len(encoding) < MAX_ENCODING else ""
    leaf = Leaf(part, encoding, entity.body, entity.cut, entity.sealed, entity.branches)
    tree.leaves.append(leaf)
    return []


def _branched(children: list[_Entity], choice: int) -> list[_Entity]:
    """The alternatives of a multipart, which has the number ``choice``, each with its own."""
    return [
        replace(child, branches=(*child.branches, (choice, number)))
        for number, child in enumerate(children)
    ]


def _children(entity: _Entity, part: Part, room: int) -> tuple[list[_Entity], list[str]]:
    boundary = part.parameters.get("boundary", "").rstrip()
    if not boundary or len(boundary) > MAX_BOUNDARY:
        return [], ["boundary-missing"]
    if entity.depth >= MAX_DEPTH:
        return [], ["parts-too-deep"]
    spans, closed, defects = _spans(entity.body, boundary.encode("utf-8", "replace"), room)
    default = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
    sealed = entity.sealed or is_sealed(part)
    children = []
    for number, (start, end) in enumerate(spans):
        head, body = split_octets(entity.body[start:end])
        cut = entity.cut and not closed and number == len(spans) - 1
        depth = entity.depth + 1
        inner = _part_header(head)
        children.append(_Entity(inner, body, depth, default, cut, sealed, entity.branches))
    return children, defects


def _part_header(octets: bytes) -> Header:
    return _short_header(octets) if len(octets) < MAX_SHORT_HEADER else read_header(octets)


_short_header = lru_cache(maxsize=512)(read_header)
"""The headers of parts are few and come again and again."""


def _spans(
    body: bytes, boundary: bytes, room: int
) -> tuple[list[tuple[int, int]], bool, list[str]]:
    """Where the parts lie, whether the last delimiter closed them, and defects (RFC 2046 5.1.1)."""
    mark = b"--" + boundary
    spans: list[tuple[int, int]] = []
    start = -1
    at = body.find(mark)
    while at >= 0:
        rest = _DELIMITER_REST.match(body, at + len(mark))
        if rest is not None and (at == 0 or body[at - 1] in b"\r\n"):
            if start >= 0:
                spans.append((start, _before_line_end(body, start, at)))
            if rest[1]:
                return spans, True, []
            if len(spans) >= max(room, 0):
                return spans, True, ["parts-truncated"]
            start = rest.end()
        at = body.find(mark, at + len(mark))
    if start < 0:
        return [], False, ["boundary-missing"]
    spans.append((start, len(body)))
    return spans, False, ["boundary-unclosed"]


def _before_line_end(body: bytes, start: int, at: int) -> int:
    """The end of a part: the line end before the delimiter belongs to the delimiter."""
    if body[at - 2 : at] == b"\r\n":
        return max(start, at - 2)
    return max(start, at - 1)


@lru_cache(maxsize=1024)
def read_parameters(value: str) -> tuple[str, Mapping[str, str]]:
    """A Content-Type or Content-Disposition as (lower-case value, parameters by lower-case name).

    RFC 2045 5.1 and RFC 2231, leniently; at most 50 parameters of a field of 8 KB are read, and
    sections beyond the 20th are ignored (rules P01, P15). The first of two like names counts.
    """
    value = value[:MAX_FIELD]
    match = _TYPE.match(value)
    main = match[0] if match else value.partition(";")[0].partition("(")[0]
    found: dict[str, str] = {}
    sections: dict[str, dict[int, tuple[str, bool]]] = {}
    for count, parameter in enumerate(_PARAMETER.finditer(value)):
        if count >= MAX_PARAMETERS:
            break
        name, text = parameter[1].lower(), _parameter_text(parameter)
        section = _SECTION.fullmatch(name)
        if section is None:
            found.setdefault(name, text)
        elif int(section[2] or 0) <= _MAX_SECTION:
            encoded = section[2] is None or bool(section[3])
            sections.setdefault(section[1], {}).setdefault(int(section[2] or 0), (text, encoded))
    for name, pieces in sections.items():
        found[name] = _join_sections(pieces)
    return main.strip().lower(), MappingProxyType(found)


def _parameter_text(match: re.Match[str]) -> str:
    quoted: str | None = match[2]
    if quoted is not None:
        return _ESCAPED.sub(r"\1", quoted) if "\\" in quoted else quoted
    return match[3].strip().strip('"')


def _join_sections(pieces: Mapping[int, tuple[str, bool]]) -> str:
    """The value of a parameter in sections (RFC 2231 3 and 4), as far as they follow each other."""
    label = ""
    octets: list[bytes] = []
    for number in range(len(pieces)):
        if number not in pieces:
            break
        text, encoded = pieces[number]
        if encoded and number == 0 and text.count("'") > 1:
            label, _, text = text.split("'", 2)
        octets.append(unquote_to_bytes(text) if encoded else text.encode("utf-8", "replace"))
    return charset.one_line(charset.decode(b"".join(octets), label))


def clean_filename(name: str) -> str:
    """A file name for display: last path component, one line, at most 120 characters (P15).

    Of a longer one the ending stays, since that says what opens it.
    """
    if not name:
        return ""
    last = _PATH.split(decode_words(name))[-1].strip(" .")
    if len(last) <= MAX_FILENAME:
        return last
    _, dot, ending = last[-MAX_ENDING:].rpartition(".")
    return last[: MAX_FILENAME - len(dot + ending)] + dot + ending if dot else last[:MAX_FILENAME]
