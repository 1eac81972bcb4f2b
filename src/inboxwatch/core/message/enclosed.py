r"""Attachments that lie deeper: in a mail within the mail, or uuencoded in its text (rule S26).

Nothing of them is believed or read but what they are called (rule S13). What lies too deep, or
cannot be read, is told as a part in doubt.
"""

from __future__ import annotations

import re
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING

from inboxwatch.core.message import charset, mime
from inboxwatch.core.message.body import transfer_decoded
from inboxwatch.core.message.header import read_header, split_octets
from inboxwatch.core.message.naming import named
from inboxwatch.core.message.parameters import clean_filename
from inboxwatch.model.message import Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from inboxwatch.core.message.mime import Leaf

MAX_LEVELS = 3
"""Mails within each other that are looked into."""
MAX_ENCLOSED = 200
"""Parts of all of them together."""

_MAILS = frozenset({"message/global", "message/news", "message/rfc822"})
_UUENCODED = re.compile(rb"(?:\A|[\r\n])begin(?:-base64)?[ \t]+[0-7]{3,4}[ \t]+([^\r\n]{1,300})")


def enclosed(leaves: Iterable[Leaf]) -> tuple[Part, ...]:
    """The parts of the mails that a mail encloses, and what is uuencoded in any text of them."""
    found = tuple(islice(_within(leaves, 1), MAX_ENCLOSED + 1))
    if len(found) > MAX_ENCLOSED:
        return (*found[:MAX_ENCLOSED], _unseen("more is enclosed than is looked at"))
    return found


def _within(leaves: Iterable[Leaf], level: int) -> Iterator[Part]:
    for leaf in leaves:
        if leaf.part.content_type in _MAILS:
            yield from _parts(leaf, level)
        elif leaf.part.content_type == "text/plain":
            yield from _uuencoded(leaf)


def _parts(leaf: Leaf, level: int) -> Iterator[Part]:
    octets, fault = transfer_decoded(leaf.octets, leaf.encoding)
    if level > MAX_LEVELS or leaf.cut or fault:
        yield _unseen("an enclosed mail that cannot be looked into")
        return
    head, body = split_octets(octets.lstrip(b"\r\n"))
    header = read_header(head)
    tree = mime.walk(header, body)
    if tree.defects or header.defects:
        yield _unseen("an enclosed mail that is damaged")
    yield from tree.parts
    yield from _within(tree.leaves, level + 1)


def _uuencoded(leaf: Leaf) -> Iterator[Part]:
    octets, _ = transfer_decoded(leaf.octets, leaf.encoding)
    if b"begin" not in octets:
        return
    for match in _UUENCODED.finditer(octets):
        name = charset.decode(match[1].rstrip(), "")
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        names, doubt = named((), (f'attachment; filename="{quoted}"',))
        shown = clean_filename(name)
        yield Part("application/octet-stream", _NOTHING, "attachment", shown, 1, names, doubt)


def _unseen(why: str) -> Part:
    return Part("message/rfc822", _NOTHING, "", "", 1, doubt=why)


_NOTHING: MappingProxyType[str, str] = MappingProxyType({})
