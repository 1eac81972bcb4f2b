"""Choosing the texts of a mail among its parts, and decoding them."""

from __future__ import annotations

import binascii
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from inboxwatch.core.message import charset
from inboxwatch.core.message.ciphertext import ENCRYPTED, is_ciphertext, without_ciphertext
from inboxwatch.core.message.header import base64_octets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from inboxwatch.core.message.mime import Leaf

MAX_TEXT = 256 * 1024
"""Octets of the text parts of a mail that are decoded."""
MAX_STUB = 300
"""Characters of a text that may be nothing but a word on HTML."""

_TEXTS = ("text/plain", "text/html")
_HTML = re.compile(r"\bhtml\b", re.IGNORECASE)
_SHOWN = re.compile(
    r"support|display|view|show|enable|unterstütz|anzeig|angezeigt|darstell|dargestellt|client"
    r"|program|reader|affich|messagerie|lecteur|mostrar|muestra|compatib|soporta|admite|correo"
    r"|ondersteun|weergave|weergeven|weergegeven",
    re.IGNORECASE,
)


class Body(Struct, frozen=True):
    """The text of a mail, with quotes and signature, and what was wrong with it."""

    text: str
    defects: tuple[str, ...] = ()


def choose(leaves: Sequence[Leaf], *, truncated: bool) -> Body:
    """All text/plain that is shown in the mail, in order, else its HTML as text (P09, P10).

    Of a multipart/alternative one alternative is read. HTML is read as well in place of a
    text/plain that says no more than that there is HTML. ``truncated`` says that the mail was cut
    at the fetch limit: if it left no text at all, that is a defect, and so is ciphertext, of which
    nothing is read (rule A19).
    """
    sealed = any(leaf.sealed for leaf in leaves)
    best = Body("")
    for kind in ("text/plain", "text/html"):
        body = _joined(_readable(leaves, kind))
        sealed = sealed or ENCRYPTED in body.defects
        best = body if body.text.strip() else best
        if best.text and not _is_stub(best.text):
            break
    if best.text:
        defects = (ENCRYPTED, *best.defects) if sealed else best.defects
        return Body(best.text, tuple(dict.fromkeys(defects)))
    if sealed or any(is_ciphertext(leaf.part) for leaf in leaves):
        return Body("", (ENCRYPTED,))
    return Body("", ("text-truncated",) if truncated else ())


def _readable(leaves: Sequence[Leaf], kind: str) -> Iterator[Leaf]:
    """The parts of a type that are shown as text; a file among them only if no text precedes it."""
    texts = [leaf for leaf in leaves if leaf.part.content_type in _TEXTS and not _attached(leaf)]
    for number, leaf in enumerate(texts):
        a_file = bool(leaf.part.filename) and number > 0
        if leaf.part.content_type == kind and not a_file and not leaf.sealed:
            yield leaf


def _attached(leaf: Leaf) -> bool:
    return leaf.part.disposition == "attachment"


def _joined(leaves: Iterable[Leaf]) -> Body:
    """The texts of parts below each other, within ``MAX_TEXT`` octets, and all their defects."""
    taken: dict[int, int] = {}
    texts: list[str] = []
    defects: list[str] = []
    room = MAX_TEXT
    for leaf in leaves:
        if any(taken.get(choice, branch) != branch for choice, branch in leaf.branches):
            continue
        if room <= 0:
            defects.append("text-truncated")
            break
        body = _read(leaf, room)
        if body.text.strip():
            taken.update(leaf.branches)
            texts.append(body.text)
            room -= len(body.text.encode())
            defects.extend(body.defects)
        elif ENCRYPTED in body.defects:
            defects.append(ENCRYPTED)
    return Body(_below_each_other(texts), tuple(dict.fromkeys(defects)))


def _below_each_other(texts: list[str]) -> str:
    lines = [text if text.endswith("\n") else f"{text}\n" for text in texts[:-1]]
    return "".join((*lines, *texts[-1:]))


def _is_stub(text: str) -> bool:
    """Whether a text says no more than that the mail is to be read as HTML."""
    if len(text) > MAX_STUB or "html" not in text.lower():
        return False
    return _HTML.search(text) is not None and _SHOWN.search(text) is not None


def _read(leaf: Leaf, room: int) -> Body:
    """The text of a part, of at most ``room`` octets before it is decoded."""
    defects: list[str] = []
    octets = leaf.octets
    cut = leaf.cut or len(octets) > 2 * MAX_TEXT
    octets, fault = transfer_decoded(octets[: 2 * MAX_TEXT], leaf.encoding)
    if fault:
        defects.append(fault)
    if len(octets) > room:
        octets, cut = octets[:room], True
    text = charset.decode(octets, leaf.part.parameters.get("charset", ""))
    if "\0" in text:
        defects.append("nul")
    if cut:
        text = text.rstrip("\ufffd")
        defects.append("text-truncated")
    if leaf.part.content_type == "text/html":
        from inboxwatch.core.message.html import html_to_text  # noqa: PLC0415  # 8 ms, HTML only

        text = html_to_text(text)
    if "-----BEGIN PGP MESSAGE" in text and (clear := without_ciphertext(text)) != text:
        text = clear
        defects.append(ENCRYPTED)
    return Body(charset.sane(text), tuple(defects))


@lru_cache(maxsize=1)  # what is read of a text is looked through for files in it as well
def transfer_decoded(octets: bytes, encoding: str) -> tuple[bytes, str]:
    """Octets without their transfer encoding, and a defect or the empty string.

    What is not base64 is taken as it stands, and so is every encoding but base64 and
    quoted-printable: nothing is ever decompressed (rule P08).
    """
    if encoding == "quoted-printable":
        return binascii.a2b_qp(octets), ""
    if encoding == "base64":
        decoded = base64_octets(octets)
        return (octets, "bad-base64") if decoded is None else (decoded, "")
    return octets, ""
