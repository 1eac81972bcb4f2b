"""Which part of a mail is its text, by what a server says of its structure."""

from __future__ import annotations

from typing import Any

import pytest
from imapclient.response_parser import parse_fetch_response

from inboxwatch.mail.imap.fetch import TEXT_LIMIT
from inboxwatch.mail.imap.parts import PART_LIMIT, TextPart, find_text, lacks_text, with_text

PLAIN = b'("TEXT" "PLAIN" ("CHARSET" "utf-8") NIL NIL "7BIT" 10 1 NIL NIL NIL NIL)'
HTML = b'("text" "html" NIL NIL NIL "7BIT" 10 1)'
LOG = b'("text" "plain" NIL NIL NIL "7BIT" 10 1 NIL ("ATTACHMENT" ("filename" "a.log")) NIL NIL)'
FILE = b'("application" "pdf" NIL NIL NIL "BASE64" 900000 NIL NIL NIL NIL)'
MAIL = (
    b'("message" "rfc822" NIL NIL NIL "7BIT" 10 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) '
    + PLAIN
    + b" 1)"
)

HEADER = b'Subject: x\r\nContent-Type: multipart/mixed;\r\n boundary="b;1"\r\n'
FULL = b"--b;1\r\nContent-Type: application/pdf\r\n\r\n".ljust(TEXT_LIMIT, b"A")


def many(*parts: bytes, kind: bytes = b"mixed") -> bytes:
    return b"(" + b"".join(parts) + b' "' + kind + b'" ("boundary" "b") NIL NIL)'


def parsed(structure: bytes) -> object:
    answer: Any = parse_fetch_response([b"1 (BODYSTRUCTURE " + structure + b")"], False, False)
    return answer[1][b"BODYSTRUCTURE"]


@pytest.mark.parametrize(
    ("structure", "number"),
    [
        (PLAIN, "1"),
        (many(FILE, PLAIN), "2"),
        (many(FILE, HTML, PLAIN), "3"),
        (many(FILE, HTML), "2"),
        (many(FILE, LOG, HTML), "3"),
        (many(FILE, many(HTML, PLAIN, kind=b"alternative"), PLAIN), "2.2"),
        (many(many(FILE, many(FILE, PLAIN)), HTML), "1.2.2"),
        (many(FILE, LOG), None),
        (many(FILE, MAIL), None),
        (FILE, None),
    ],
)
def test_the_text_of_a_structure(structure: bytes, number: str | None) -> None:
    found = find_text(parsed(structure))
    assert (found.number if found else None) == number


DEEP = [PLAIN]
for _ in range(60):
    DEEP.append(many(FILE, DEEP[-1]))


@pytest.mark.parametrize(
    "odd",
    [
        None,
        7,
        b"text",
        (),
        (None, None),
        (7, 8),
        (b"text",),
        ([], b"mixed"),
        ([[[]]], b"mixed"),
        (b"text", None, *[None] * 7, ()),
        (b"image", b"png", *[None] * 7, (b"x",)),
        parsed(many(*[FILE] * 300, PLAIN)),
        parsed(DEEP[-1]),
    ],
)
def test_a_structure_that_makes_no_sense_has_no_text_to_fetch(odd: object) -> None:
    assert find_text(odd) is None


def cut(*heads: bytes) -> bytes:
    """The beginning of a mail with these parts behind its file."""
    whole = FULL[:2000] + b"".join(b"\r\n--b;1\r\n" + head + b"\r\n\r\nwords" for head in heads)
    return whole.ljust(TEXT_LIMIT, b"A")


AS_FILE = b"Content-Disposition: Attachment\r\nContent-Type: text/plain"


@pytest.mark.parametrize(
    ("header", "body", "lacks"),
    [
        (HEADER, FULL, True),
        (HEADER.replace(b"multipart/mixed;", b"\r\n multipart/mixed;"), FULL, True),
        (HEADER, FULL[:-1], False),
        (b"Subject: x\r\nContent-Type: text/plain\r\n", FULL, False),
        (b"Subject: multipart/mixed\r\n", FULL, False),
        (HEADER, cut(b"content-TYPE:text/plain"), False),
        (HEADER, cut(b"Content-Type:\r\n text/html"), False),
        (HEADER, cut(b"Content-Type: text/calendar"), True),
        (HEADER, cut(AS_FILE), True),
        (HEADER, cut(*[AS_FILE] * 200), True),
        (HEADER, cut(*[AS_FILE] * 201), False),
        (HEADER, cut(AS_FILE, b"Content-Type: text/plain"), False),
    ],
)
def test_a_mail_that_was_cut_before_its_text(header: bytes, body: bytes, lacks: bool) -> None:
    assert lacks_text(header, body) is lacks


def test_what_is_fetched_is_bounded_and_changes_no_flag() -> None:
    assert TextPart("2.1", b"plain").items == (
        "UID",
        "BODY.PEEK[2.1.MIME]<0.4096>",
        "BODY.PEEK[2.1]<0.65536>",
    )


def test_the_text_takes_the_place_of_the_end() -> None:
    answer = {b"BODY[2.MIME]<0>": b"Content-Type: text/plain\r\n\r\n", b"BODY[2]<0>": b"Hello"}
    body = with_text(HEADER, FULL, TextPart("2", b"plain"), answer)
    assert len(body) == TEXT_LIMIT
    assert body.endswith(b"A\r\n--b;1\r\nContent-Type: text/plain\r\n\r\nHello\r\n--b;1--\r\n")


def test_a_text_that_was_cut_itself_does_not_close_the_mail() -> None:
    answer = {b"BODY[2.MIME]": b"", b"BODY[2]": b"x" * (PART_LIMIT + 5)}
    body = with_text(HEADER, FULL, TextPart("2", b"plain"), answer)
    assert len(body) == TEXT_LIMIT
    assert body.endswith(b"--b;1\r\n\r\n\r\n" + b"x" * PART_LIMIT)


@pytest.mark.parametrize(
    ("header", "answer"),
    [
        (HEADER, {}),
        (HEADER, {b"BODY[2]": b""}),
        (HEADER, {b"BODY[2]": None}),
        (b"Content-Type: multipart/mixed\r\n", {b"BODY[2]": b"Hello"}),
        ("Content-Type: multipart/mixed; boundary=ä\r\n".encode(), {b"BODY[2]": b"Hello"}),
    ],
)
def test_without_a_text_or_a_boundary_the_mail_stays_as_it_was(
    header: bytes, answer: dict[bytes, object]
) -> None:
    assert with_text(header, FULL, TextPart("2", b"plain"), answer) == FULL
