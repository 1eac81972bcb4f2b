"""Choosing the text of a mail among its parts, and decoding it."""

from __future__ import annotations

import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inboxwatch.core.message import charset
from inboxwatch.core.message.ciphertext import ENCRYPTED, is_ciphertext, without_ciphertext
from inboxwatch.core.message.header import base64_octets

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from inboxwatch.core.message.mime import Leaf

MAX_TEXT = 256 * 1024
"""Octets of a text part that are decoded."""


@dataclass(frozen=True, slots=True)
class Body:
    """The text of a mail, with quotes and signature, and what was wrong with it."""

    text: str
    defects: tuple[str, ...] = ()


def choose(leaves: Sequence[Leaf], *, truncated: bool) -> Body:
    """The first text/plain that is no attachment and not blank, else HTML as text (P09, P10).

    ``truncated`` says that the mail was cut at the fetch limit: if it left no text at all, that
    is a defect, and so is ciphertext, of which nothing is read (rule A19).
    """
    sealed = any(leaf.sealed for leaf in leaves)
    for leaf in _readable(leaves):
        body = _read(leaf)
        sealed = sealed or ENCRYPTED in body.defects
        if body.text.strip():
            defects = (ENCRYPTED, *body.defects) if sealed else body.defects
            return Body(body.text, tuple(dict.fromkeys(defects)))
    if sealed or any(is_ciphertext(leaf.part) for leaf in leaves):
        return Body("", (ENCRYPTED,))
    return Body("", ("text-truncated",) if truncated else ())


def _readable(leaves: Sequence[Leaf]) -> Iterator[Leaf]:
    """The parts that may be the text, the best first."""
    for kind in ("text/plain", "text/html"):
        for leaf in leaves:
            attached = leaf.part.disposition == "attachment"
            if leaf.part.content_type == kind and not attached and not leaf.sealed:
                yield leaf


def _read(leaf: Leaf) -> Body:
    defects: list[str] = []
    octets = leaf.octets
    cut = leaf.cut or len(octets) > 2 * MAX_TEXT
    octets, fault = transfer_decoded(octets[: 2 * MAX_TEXT], leaf.encoding)
    if fault:
        defects.append(fault)
    if len(octets) > MAX_TEXT:
        octets, cut = octets[:MAX_TEXT], True
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
