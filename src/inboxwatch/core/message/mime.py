"""The MIME tree of a mail, walked within bounds: which parts there are and where their octets lie.

Nothing is decoded here but headers. Depth, number of parts and of parameters are bounded, since a
mail of 50,000 parts keeps the standard library busy for 13 s (rule P01).
"""

from __future__ import annotations

import re
from functools import lru_cache
from types import MappingProxyType

from msgspec import Struct, field
from msgspec.structs import replace

from inboxwatch.core.message.ciphertext import is_sealed
from inboxwatch.core.message.header import Header, read_header, split_octets
from inboxwatch.core.message.naming import named
from inboxwatch.core.message.parameters import clean_filename, read_parameters
from inboxwatch.model.message import Part

MAX_DEPTH = 20
MAX_PARTS = 200
MAX_BOUNDARY = 200
MAX_SHORT_HEADER = 512
MAX_ENCODING = 80

_DELIMITER_REST = re.compile(rb"(--)?[ \t]*(?:\r\n|\n|\r|$)")


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
    fields = entity.header.fields
    types = fields.get("content-type", ())
    names, doubt = named(types, fields.get("content-disposition", ()))
    if entity.depth and types and "/" not in read_parameters(types[0])[0]:
        doubt = doubt or "its type cannot be read"
    shown = clean_filename(filename)
    return Part(content_type, parameters, disposition, shown, entity.depth, names, doubt)


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
