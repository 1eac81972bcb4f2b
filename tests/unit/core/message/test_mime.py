from __future__ import annotations

import email
from email.message import EmailMessage

import pytest

from inboxwatch.core.message.header import read_header, split_octets
from inboxwatch.core.message.mime import (
    MAX_DEPTH,
    MAX_PARTS,
    Tree,
    walk,
)
from inboxwatch.core.message.parameters import clean_filename, read_parameters


def tree(octets: bytes, *, cut: bool = False) -> Tree:
    header, body = split_octets(octets)
    return walk(read_header(header), body, cut=cut)


@pytest.mark.parametrize(
    ("value", "content_type", "parameters"),
    [
        ("text/plain", "text/plain", {}),
        ("Text/HTML; Charset=UTF-8", "text/html", {"charset": "UTF-8"}),
        ('multipart/mixed;\tboundary="a;b=c"', "multipart/mixed", {"boundary": "a;b=c"}),
        ('a/b; x="q\\"q"; y = z ; x=second', "a/b", {"x": 'q"q', "y": "z"}),
        ("text/plain (comment); charset=utf-8", "text/plain", {"charset": "utf-8"}),
        ('a/b; x="unclosed', "a/b", {"x": "unclosed"}),
        ("a/b; f*0=one; f*1=two", "a/b", {"f": "onetwo"}),
        ("a/b; f*0*=utf-8''%C3%A4; f*1=b; f*2*=%C3%B6", "a/b", {"f": "äbö"}),
        ("a/b; f*=iso-8859-1'de'%E4", "a/b", {"f": "ä"}),
        ("a/b; f*0=a; f*99999999999=z; f*5=y", "a/b", {"f*99999999999": "z", "f": "a"}),
        ("attachment; filename=a.txt", "attachment", {"filename": "a.txt"}),
        ("", "", {}),
    ],
)
def test_parameters(value: str, content_type: str, parameters: dict[str, str]) -> None:
    found, values = read_parameters(value)
    assert (found, dict(values)) == (content_type, parameters)


def test_parameters_are_bounded() -> None:
    _, values = read_parameters("a/b" + "".join(f"; p{number}=1" for number in range(5000)))
    assert len(values) == 50


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../x\u202egpj.exe", "xgpj.exe"),
        ("C:\\Users\\ann\\a.pdf", "a.pdf"),
        ("=?utf-8?q?Gr=C3=BC=C3=9Fe.pdf?=", "Grüße.pdf"),
        ("=?utf-8?q?..=2F..=2Fx?=", "x"),
        ("a\r\nb.txt", "a b.txt"),
        ("x" * 500, "x" * 120),
        ("x" * 500 + ".exe", "x" * 116 + ".exe"),
        ("..", ""),
        ("", ""),
    ],
)
def test_file_names_are_for_display(name: str, clean: str) -> None:
    assert clean_filename(name) == clean


def test_parts_are_listed_in_order_with_their_depth() -> None:
    mail = EmailMessage()
    mail.set_content("plain")
    mail.add_alternative("<p>html</p>", subtype="html")
    mail.add_attachment(b"PK", maintype="application", subtype="zip", filename="42.zip")
    found = tree(mail.as_bytes())
    assert [(part.content_type, part.depth) for part in found.parts] == [
        ("multipart/mixed", 0),
        ("multipart/alternative", 1),
        ("text/plain", 2),
        ("text/html", 2),
        ("application/zip", 1),
    ]
    assert (found.parts[4].disposition, found.parts[4].filename) == ("attachment", "42.zip")
    assert found.defects == []


def test_a_mail_within_a_mail_is_not_entered() -> None:
    inner = EmailMessage()
    inner.set_content("inner")
    mail = EmailMessage()
    mail.set_content("outer")
    mail.add_attachment(inner)
    found = tree(mail.as_bytes())
    assert [part.content_type for part in found.parts] == [
        "multipart/mixed",
        "text/plain",
        "message/rfc822",
    ]


def test_a_digest_holds_mails_unless_it_says_otherwise() -> None:
    found = tree(b"Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: x\n\ny\n--b--\n")
    assert [part.content_type for part in found.parts] == ["multipart/digest", "message/rfc822"]


@pytest.mark.parametrize(
    ("octets", "defect"),
    [
        (b"Content-Type: multipart/mixed\n\ntext\n", "boundary-missing"),
        (b"Content-Type: multipart/mixed; boundary=b\n\ntext\n", "boundary-missing"),
        (b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\ntext\n", "boundary-unclosed"),
    ],
)
def test_a_multipart_without_its_boundary_is_text(octets: bytes, defect: str) -> None:
    found = tree(octets)
    assert found.defects == [defect]
    assert [leaf.octets for leaf in found.leaves] == [b"text\n"]
    assert found.leaves[0].part.content_type == "text/plain"


def test_a_boundary_that_begins_another_one_does_not_match() -> None:
    found = tree(
        b"Content-Type: multipart/mixed; boundary=b\n\n"
        b'--b\nContent-Type: multipart/mixed; boundary="bb"\n\n'
        b"--bb\n\none\n--bb--\n--b  \t\n\ntwo\nx --b\n--b--\nepilogue"
    )
    assert [leaf.octets for leaf in found.leaves] == [b"one", b"two\nx --b"]


def test_parts_are_bounded() -> None:
    found = tree(b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 10_000)
    assert len(found.parts) == MAX_PARTS
    assert "parts-truncated" in found.defects


def test_depth_is_bounded() -> None:
    octets = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (number, number)
        for number in range(3000)
    )
    found = tree(octets)
    assert max(part.depth for part in found.parts) == MAX_DEPTH
    assert "parts-too-deep" in found.defects


def test_only_the_part_in_which_a_mail_was_cut_is_cut() -> None:
    octets = (
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n"
        b"--b\nContent-Type: image/png\n\nbeginn"
    )
    assert [leaf.cut for leaf in tree(octets, cut=True).leaves] == [False, True]
    assert [leaf.cut for leaf in tree(octets).leaves] == [False, False]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_parts_are_those_of_the_standard_library(end: bytes) -> None:
    mail = EmailMessage()
    mail.set_content("Grüße\n" * 50, charset="utf-8")
    mail.add_alternative("<p>Grüße</p>\n", subtype="html", cte="base64")
    mail.add_attachment("notes\n", filename="notes.txt")
    octets = mail.as_bytes().replace(b"\n", end)
    found = tree(octets)
    expected = list(email.message_from_bytes(octets).walk())
    assert [part.content_type for part in found.parts] == [
        part.get_content_type() for part in expected
    ]
    assert [leaf.octets.decode().replace("\r\n", "\n") for leaf in found.leaves] == [
        str(part.get_payload()).replace("\r\n", "\n")
        for part in expected
        if not part.is_multipart()
    ]
