"""The body of a reply, and that its reading back finds whatever is not as it was written."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import compat32

import pytest

from inboxwatch.core.reply.parts import Body, SerialiseFault, body_of, check_body

TEXT, HTML = "Hello Ann,\n\nGrüße\n", "<p>Hello Ann,</p>\n<p>Grüße</p>\n"
PLAIN = body_of(TEXT, "", "<1@acme.example>")
BOTH = body_of(TEXT, HTML, "<1@acme.example>")


def check(octets: bytes, body: Body) -> None:
    head = "".join(f"{name}: {value}\r\n" for name, value in body.fields).encode()
    check_body(message_from_bytes(head + b"\r\n" + octets, policy=compat32), body)


def test_what_was_written_reads_back() -> None:
    check(PLAIN.octets, PLAIN)
    check(BOTH.octets, BOTH)
    assert BOTH.parts[0] == PLAIN


def test_the_boundary_follows_from_the_message_id() -> None:
    assert body_of(TEXT, HTML, "<1@acme.example>") == BOTH
    assert body_of(TEXT, HTML, "<2@acme.example>").fields != BOTH.fields


BOUNDARY = BOTH.octets.partition(b"\r\n")[0]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Hello Ann", b"Hello Eve"),
        (b"<p>", b"<b>"),
        (b"text/html", b"text/plain"),
        (b"Content-Type: text/html", b"X-Extra: 1\r\nContent-Type: text/html"),
        (b"; charset=utf-8", b""),
        (BOUNDARY + b"--", BOUNDARY + b"\r\n\r\nmore\r\n" + BOUNDARY + b"--"),
        (BOUNDARY + b"--\r\n", BOUNDARY + b"--\r\nafterwards"),
        (BOUNDARY + b"--", b""),
        (b"Hello Ann,\r\n", b"Hello Ann,\r\n" + BOUNDARY + b"\r\n"),
    ],
)
def test_a_body_that_says_something_else_is_found_out(old: bytes, new: bytes) -> None:
    assert old in BOTH.octets
    with pytest.raises(SerialiseFault):
        check(BOTH.octets.replace(old, new, 1), BOTH)


def test_words_before_the_first_part_are_found_out() -> None:
    with pytest.raises(SerialiseFault):
        check(b"before\r\n" + BOTH.octets, BOTH)


def test_another_text_alone_is_found_out() -> None:
    with pytest.raises(SerialiseFault):
        check(PLAIN.octets + b"more\r\n", PLAIN)
