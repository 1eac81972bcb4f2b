"""A reply that waited gets the date of its sending, and nothing else of it changes (rule F19)."""

from __future__ import annotations

from datetime import datetime
from email import message_from_bytes

import pytest
from tests.support.build import BERLIN, NOW

from inboxwatch.core.reply.redate import RedateFault, redate
from inboxwatch.core.reply.serialise import serialise
from inboxwatch.model.decision import Draft

LATER = datetime(2026, 11, 19, 8, 15, 30, 999, tzinfo=BERLIN)


def octets(text: str = "we have it") -> bytes:
    draft = Draft(
        template="weekend.en",
        handle="weekend",
        kind="acknowledgement",
        tone="funny",
        language="en",
        why="weekend",
        to="ann@customer.example",
        from_name="Köln Support",
        from_address="support@acme.example",
        envelope_from="support@acme.example",
        reply_to="",
        subject="Re:" + " Grüße aus Köln" * 8,
        text=f"Hello,\n\n{text}\n",
        message_id="<iw.00@acme.example>",
        in_reply_to="<m1@customer.example>",
        references=tuple(f"<m{number}@customer.example>" for number in range(9)),
        loop_marker="0123abcd",
    )
    return serialise(draft, NOW)


def test_only_the_date_changes() -> None:
    before = octets()
    after = redate(before, LATER)
    changed = [
        (old, new)
        for old, new in zip(before.split(b"\r\n"), after.split(b"\r\n"), strict=True)
        if old != new
    ]
    assert changed == [
        (b"Date: Wed, 18 Nov 2026 09:30:00 +0000", b"Date: Thu, 19 Nov 2026 08:15:30 +0100")
    ]


def test_a_date_in_the_text_stays() -> None:
    before = octets("Date: Mon, 01 Jan 2024 00:00:00 +0000\n\nDate: never")
    after = redate(before, LATER)
    assert after.partition(b"\r\n\r\n")[2] == before.partition(b"\r\n\r\n")[2]


def test_both_parts_of_an_alternative_stay() -> None:
    before = (
        b"From: a@b.example\r\nDate: Wed, 18 Nov 2026 09:30:00 +0000\r\n"
        b'Content-Type: multipart/alternative; boundary="x"\r\n\r\n'
        b"--x\r\nContent-Type: text/plain\r\n\r\nDate: x\r\n--x\r\nContent-Type: text/html\r\n\r\n"
        b"<p>x</p>\r\n--x--\r\n"
    )
    read = message_from_bytes(redate(before, LATER))
    was = message_from_bytes(before)
    assert [part.as_bytes() for part in read.get_payload()] == [  # type: ignore[union-attr]
        part.as_bytes()
        for part in was.get_payload()  # type: ignore[union-attr]
    ]
    assert read["Date"] == "Thu, 19 Nov 2026 08:15:30 +0100"


def test_a_folded_date_is_one_field() -> None:
    before = (
        b"From: a@b.example\r\nDate: Wed, 18 Nov 2026\r\n 09:30:00 +0000\r\nTo: c@d\r\n\r\nx\r\n"
    )
    expected = b"From: a@b.example\r\nDate: Thu, 19 Nov 2026 08:15:30 +0100\r\nTo: c@d\r\n\r\nx\r\n"
    assert redate(before, LATER) == expected


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (b"From: a@b.example\r\nTo: c@d\r\n\r\nx", "0 Date fields"),
        (b"Date: x\r\nDate: y\r\n\r\nx", "2 Date fields"),
        (b"Date: x\r\nFrom: a@b.example\r\n", "no end"),
        (b"no field at all\r\nDate: x\r\n\r\nx", "does not read back"),
    ],
)
def test_what_is_no_reply_of_ours_is_refused(broken: bytes, why: str) -> None:
    with pytest.raises(RedateFault, match=why):
        redate(broken, LATER)


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(RedateFault, match="time zone"):
        redate(octets(), LATER.replace(tzinfo=None))


def test_redating_twice_is_redating_once() -> None:
    before = octets()
    assert redate(redate(before, LATER), LATER) == redate(before, LATER)
    assert redate(before, NOW) == before
