from __future__ import annotations

from types import MappingProxyType

import pytest

from inboxwatch.core.message.body import MAX_TEXT, choose, transfer_decoded
from inboxwatch.core.message.mime import Leaf
from inboxwatch.model.message import Part


def leaf(
    octets: bytes = b"text",
    kind: str = "text/plain",
    disposition: str = "",
    encoding: str = "",
    charset: str = "utf-8",
    *,
    cut: bool = False,
) -> Leaf:
    part = Part(kind, MappingProxyType({"charset": charset}), disposition, "", 0)
    return Leaf(part, encoding, octets, cut)


PLAIN = leaf(b"plain")
HTML = leaf(b"<p>html</p>", "text/html")


@pytest.mark.parametrize(
    ("leaves", "text"),
    [
        ([PLAIN, HTML], "plain"),
        ([HTML, PLAIN], "plain"),
        ([HTML], "html"),
        ([leaf(b" \n"), HTML], "html"),
        ([leaf(b"attached", disposition="attachment"), HTML], "html"),
        ([leaf(b"attached", disposition="attachment")], ""),
        ([leaf(b"shown", disposition="inline")], "shown"),
        ([leaf(b"From: x", "message/rfc822")], ""),
        ([leaf(b"BEGIN:VCALENDAR", "text/calendar")], ""),
        ([], ""),
    ],
)
def test_the_text_is_the_first_plain_part_or_else_html(leaves: list[Leaf], text: str) -> None:
    assert choose(leaves, truncated=False).text == text


@pytest.mark.parametrize(
    ("octets", "encoding", "decoded", "defect"),
    [
        (b"a=C3=A4=\r\nb", "quoted-printable", b"a\xc3\xa4b", ""),
        (b"=ZZ =", "quoted-printable", b"=ZZ ", ""),
        (b"SGk=", "base64", b"Hi", ""),
        (b"Hello, there!", "base64", b"Hello, there!", "bad-base64"),
        (b"begin 644 x\n", "x-uuencode", b"begin 644 x\n", ""),
        (b"text", "", b"text", ""),
    ],
)
def test_transfer_encodings(octets: bytes, encoding: str, decoded: bytes, defect: str) -> None:
    assert transfer_decoded(octets, encoding) == (decoded, defect)


@pytest.mark.parametrize(
    ("one", "text", "defects"),
    [
        (leaf(b"a\0b"), "ab", ("nul",)),
        (leaf(b"not base64!", encoding="base64"), "not base64!", ("bad-base64",)),
        (leaf("Grü".encode()[:-1], cut=True), "Gr", ("text-truncated",)),
        (leaf(b"x" * (MAX_TEXT + 1)), "x" * MAX_TEXT, ("text-truncated",)),
        (leaf(b"a\r\nb"), "a\nb", ()),
        (leaf("e\u0301".encode()), "é", ()),
    ],
)
def test_what_is_wrong_with_a_text_is_said(one: Leaf, text: str, defects: tuple[str, ...]) -> None:
    body = choose([one], truncated=False)
    assert (body.text, body.defects) == (text, defects)


def test_a_cut_mail_without_text_is_a_defect_but_not_one_with_its_text() -> None:
    assert choose([], truncated=True).defects == ("text-truncated",)
    assert choose([PLAIN], truncated=True).defects == ()
