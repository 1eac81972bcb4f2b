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
    filename: str = "",
    branches: tuple[tuple[int, int], ...] = (),
) -> Leaf:
    part = Part(kind, MappingProxyType({"charset": charset}), disposition, filename, 0)
    return Leaf(part, encoding, octets, cut, branches=branches)


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


PICTURE = leaf(b"GIF89a", "image/gif", "inline")


@pytest.mark.parametrize(
    ("leaves", "text"),
    [
        ([PLAIN, PICTURE, leaf(b"more")], "plain\nmore"),
        ([leaf(b"one\n"), PICTURE, leaf(b"\ntwo\n"), leaf(b"three")], "one\n\ntwo\nthree"),
        ([HTML, PICTURE, leaf(b"<p>more</p>", "text/html")], "html\nmore"),
        ([PLAIN, leaf(b"log", disposition="attachment")], "plain"),
        ([PLAIN, leaf(b"log", disposition="inline", filename="a.log")], "plain"),
        ([PLAIN, leaf(b"log", filename="a.log")], "plain"),
        ([HTML, leaf(b"log", disposition="inline", filename="a.log")], "html"),
        ([leaf(b"first", disposition="inline", filename="mail.txt"), PLAIN], "first\nplain"),
        ([PLAIN, leaf(b" \n"), leaf(b"more", disposition="inline")], "plain\nmore"),
        ([leaf(b"one", branches=((1, 0),)), leaf(b"two", branches=((1, 1),))], "one"),
        ([leaf(b" ", branches=((1, 0),)), leaf(b"two", branches=((1, 1),))], "two"),
        (
            [
                leaf(b"one", branches=((1, 0),)),
                leaf(b"two", branches=((1, 0),)),
                leaf(b"<p>one</p>", "text/html", branches=((1, 1),)),
                leaf(b"after"),
            ],
            "one\ntwo\nafter",
        ),
    ],
)
def test_texts_below_each_other_are_one_text(leaves: list[Leaf], text: str) -> None:
    assert choose(leaves, truncated=False).text == text


def test_the_joined_text_is_bounded_and_has_the_defects_of_its_parts() -> None:
    half = leaf(b"x" * (MAX_TEXT // 2))
    body = choose([half, leaf(b"a\0b"), half, half, half], truncated=False)
    assert len(body.text) <= MAX_TEXT + 4
    assert body.defects == ("nul", "text-truncated")
    assert choose([half, half], truncated=False).defects == ()


@pytest.mark.parametrize(
    "stub",
    [
        "Your mail program does not support HTML.",
        "This is an HTML message; please use an HTML capable client.\n",
        "To view this message, please use an HTML compatible email viewer!",
        "Ihr E-Mail-Programm unterst\u00fctzt leider kein HTML.",
        "Votre messagerie ne permet pas d'afficher le HTML.",
        "Su programa de correo no admite HTML",
        "Uw e-mailprogramma ondersteunt geen HTML",
    ],
)
def test_a_text_that_only_speaks_of_html_gives_way_to_it(stub: str) -> None:
    plain = leaf(stub.encode())
    assert choose([plain, HTML], truncated=False).text == "html"
    assert choose([plain], truncated=False).text == stub
    assert choose([plain, leaf(b"<p> </p>", "text/html")], truncated=False).text == stub


def test_a_long_text_on_html_is_a_text() -> None:
    text = "Your form does not show HTML. " * 20
    assert choose([leaf(text.encode()), HTML], truncated=False).text == text
