"""Attachments of mails within a mail: found by name, within bounds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.support.build import NOW

from inboxwatch.core.message.enclosed import MAX_ENCLOSED
from inboxwatch.core.message.parse import parse_octets
from inboxwatch.model.message import Message, Role

INNER = b"Content-Type: message/rfc822\n\nContent-Type: multipart/mixed; boundary=y\n\n"


def parsed(octets: bytes) -> Message:
    return parse_octets(octets, source="x", role=Role.JUNK, received=NOW)


def test_what_a_mail_encloses_is_no_part_of_it() -> None:
    mail = parsed(INNER + b"--y\nContent-Type: image/png; name=a.exe\n\nx\n--y--\n")
    assert [part.content_type for part in mail.parts] == ["message/rfc822"]
    assert [part.names for part in mail.enclosed] == [(), ("a.exe",)]


def test_what_lies_beyond_the_bounds_is_in_doubt() -> None:
    part = b"--x\n" + INNER + b"--y\n\nHi\n" * 150 + b"--y--\n"
    mail = parsed(b"Content-Type: multipart/mixed; boundary=x\n\n" + part * 3 + b"--x--")
    assert len(mail.enclosed) == MAX_ENCLOSED + 1
    assert mail.enclosed[-1].doubt


@given(st.lists(st.sampled_from((INNER, b"--y\n", b"\n", b"--y--\n", b"begin 644 ", b"a.exe\n"))))
def test_any_nesting_stays_within_bounds(pieces: list[bytes]) -> None:
    assert len(parsed(b"".join(pieces)).enclosed) <= MAX_ENCLOSED + 1
