"""Of what went out, subject and texts are written anew, and everything else stays."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest
from msgspec.structs import replace
from tests.unit.core.reply.test_serialise import DRAFT

from inboxwatch.core.forgetting import Eraser
from inboxwatch.core.reply.rewrite import names, without
from inboxwatch.core.reply.serialise import serialise

ERASER = Eraser(["Ann Müller", "Ann Miller"])
WHEN = datetime(2026, 11, 21, 10, tzinfo=UTC)


@pytest.mark.parametrize("html", ["", "<p>Your mail about Ann Müller.</p>"])
@pytest.mark.parametrize("name", ["Ann Miller", "Ann Müller"])
def test_subject_and_texts_lose_a_name(name: str, html: str) -> None:
    subject = f"Re: About {name}, and a long story of what happened to the parcel of last week"
    text = f"Thank you.\nYour mail about {name} is here.\n"
    octets = serialise(replace(DRAFT, subject=subject, text=text, html=html), WHEN)
    assert names(octets, ERASER.has)
    left = without(octets, ERASER.without)
    assert not names(left, ERASER.has)
    before, read = (message_from_bytes(one, policy=default) for one in (octets, left))
    assert read["Subject"] == subject.replace(name, "(forgotten)")
    body = read.get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == text.replace(name, "(forgotten)")
    again = serialise(
        replace(
            DRAFT,
            subject=subject.replace(name, "(forgotten)"),
            text=text.replace(name, "(forgotten)"),
            html=ERASER.without(html),
        ),
        WHEN,
    )
    assert sorted(left.split(b"\r\n")) == sorted(again.split(b"\r\n"))
    assert before["Message-ID"] == read["Message-ID"]


def test_what_names_nobody_is_said_to_name_nobody() -> None:
    assert not names(serialise(DRAFT, WHEN), ERASER.has)
    assert not names(b"", ERASER.has)


def test_what_cannot_be_read_goes_as_a_whole() -> None:
    odd = b"Subject: x\r\nContent-Type: text/plain\r\n\r\n\xff Ann Miller"
    assert names(odd, ERASER.has)
    assert without(odd, ERASER.without) == b""
