"""Choosing the text of a mail among its parts, and decoding it."""

from __future__ import annotations

import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inboxwatch.core.message import charset
from inboxwatch.core.message.header import base64_octets

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    is a defect.
    """
    readable = [leaf for leaf in leaves if leaf.part.disposition != "attachment"]
    for kind in ("text/plain", "text/html"):
        for leaf in readable:
            if leaf.part.content_type == kind:
                body = _read(leaf)
                if body.text.strip():
                    return body
    return Body("", ("text-truncated",) if truncated else ())


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
