"""The outbox as report models: what needs somebody, and the next step."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace
from tests.support.build import BERLIN, NOW

from inboxwatch.core.outbox import (
    LISTED,
    Kept,
    Question,
    entry_fields,
    letter_fields,
    needs_somebody,
    next_step,
    promise_fields,
    promise_state,
    read_letter,
)
from inboxwatch.model.outcome import OutboxEntry, OutboxState, Promise

OCTETS = (
    b"From: Acme <support@acme.example>\r\nTo: ann@customer.example\r\n"
    b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n =?utf-8?q?_aus_K=C3=B6ln?=\r\n"
    b"Date: Wed, 18 Nov 2026 09:30:00 +0000\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n"
    b"\r\nHello,\r\n\r\nGr=C3=BC=C3=9Fe\r\n"
)
ENTRY = OutboxEntry(
    id=7,
    account="support",
    reply_key="key",
    handle="weekend",
    kind="acknowledgement",
    recipient="ann@customer.example",
    recipient_canonical="ann@customer.example",
    recipient_domain="customer.example",
    envelope_from="support@acme.example",
    message_id="<iw.00@acme.example>",
    octets=OCTETS,
    state=OutboxState.HELD,
    claimed_at=NOW,
    mail_id=12,
)
MAIL = Question(12, "ann@customer.example", "A question", 5, NOW)
PROMISE = Promise(1, 7, "support", "ann@customer.example", 1, NOW + timedelta(hours=4))


def kept(state: OutboxState = OutboxState.HELD, **fields: object) -> Kept:
    return Kept(replace(ENTRY, state=state, **fields), MAIL)


def test_every_state_is_listed_but_the_one_that_is_no_row() -> None:
    assert set(OutboxState) - set(LISTED) == {OutboxState.DEFERRED}


@pytest.mark.parametrize("state", LISTED)
def test_what_needs_somebody_has_a_next_step(state: OutboxState) -> None:
    assert needs_somebody(kept(state), NOW) == bool(next_step(kept(state), NOW))
    assert needs_somebody(kept(state), NOW) == (state not in ("sent", "dropped"))


@pytest.mark.parametrize(
    ("state", "step"),
    [
        (OutboxState.HELD, "inboxwatch outbox send 7"),
        (OutboxState.UNKNOWN, "inboxwatch outbox retry 7"),
        (OutboxState.RETRY, "inboxwatch outbox retry 7"),
        (OutboxState.REFUSED, "inboxwatch outbox drop 7; or outbox retry 7"),
        (OutboxState.DRAFTED, "inboxwatch outbox drop 7"),
    ],
)
def test_the_next_step_is_a_command(state: OutboxState, step: str) -> None:
    assert step in next_step(kept(state), NOW)


def test_what_is_no_longer_true_is_answered_by_hand() -> None:
    stale = kept(good_until=NOW - timedelta(seconds=1))
    assert next_step(stale, NOW).endswith("answer by hand, then inboxwatch outbox drop 7")
    draft = kept(OutboxState.DRAFTED, good_until=NOW - timedelta(seconds=1))
    assert next_step(draft, NOW).endswith("mend the draft before you send it")
    assert next_step(kept(OutboxState.SENT, good_until=NOW - timedelta(1)), NOW) == ""
    assert next_step(kept(good_until=NOW), NOW) == "inboxwatch outbox send 7"


@pytest.mark.parametrize("dealt_with", [{"closed": "deleted"}, {"answered_at": NOW}])
def test_a_reply_whose_mail_is_dealt_with_needs_nobody(dealt_with: dict[str, object]) -> None:
    settled = Kept(ENTRY, replace(MAIL, **dealt_with))
    assert not needs_somebody(settled, NOW)
    assert "drop 7" in next_step(settled, NOW)


def test_a_draft_is_shown_for_fourteen_days_and_what_is_held_for_ever() -> None:
    later = NOW + timedelta(days=14, seconds=1)
    assert needs_somebody(kept(OutboxState.DRAFTED), NOW + timedelta(days=14))
    assert not needs_somebody(kept(OutboxState.DRAFTED), later)
    assert needs_somebody(kept(), later + timedelta(days=300))


def test_a_promise_is_open_overdue_kept_or_late() -> None:
    due = PROMISE.due_at
    assert promise_state(PROMISE, due) == "open"
    assert promise_state(PROMISE, due + timedelta(seconds=1)) == "overdue"
    assert promise_state(replace(PROMISE, kept_at=due), due + timedelta(days=9)) == "kept"
    late = replace(PROMISE, kept_at=due + timedelta(seconds=1))
    assert promise_state(late, due + timedelta(days=9)) == "late"
    assert promise_fields(PROMISE, NOW.astimezone(BERLIN)) == {
        "due_at": "2026-11-18T14:30:00+01:00",
        "kept_at": None,
        "state": "open",
    }
    assert promise_fields(None, NOW) is None


def test_an_entry_as_an_object() -> None:
    fields = entry_fields(Kept(ENTRY, MAIL, PROMISE), NOW)
    assert fields["subject"] == "Grüße aus Köln"
    assert fields["state"] == "held"
    assert fields["mail"] == {
        "id": 12,
        "from": "ann@customer.example",
        "subject": "A question",
        "priority": 5,
        "received": NOW.isoformat(),
        "answered_at": None,
        "closed": "",
    }
    assert "text" not in fields
    kept = Kept(replace(ENTRY, settled_at=NOW, good_until=NOW), MAIL, PROMISE)
    told = entry_fields(kept, NOW.astimezone(BERLIN))
    assert {told[name] for name in ("claimed_at", "settled_at", "good_until")} == {
        "2026-11-18T10:30:00+01:00"
    }
    assert told["mail"]["received"] == "2026-11-18T10:30:00+01:00"  # type: ignore[index]
    assert entry_fields(Kept(ENTRY), NOW)["mail"] is None


def test_a_letter_has_its_fields_in_order_and_its_text() -> None:
    fields = letter_fields(Kept(ENTRY, MAIL), NOW)
    headers = fields["headers"]
    assert isinstance(headers, list)
    assert [name for name, _ in headers][:3] == ["From", "To", "Subject"]
    assert ["Subject", "Grüße aus Köln"] in headers
    assert fields["text"] == "Hello,\n\nGrüße\n"


def test_of_an_alternative_the_plain_text_is_read() -> None:
    octets = (
        b'Subject: x\r\nContent-Type: multipart/alternative; boundary="x"\r\n\r\n'
        b"--x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nplain\r\n"
        b"--x\r\nContent-Type: text/html\r\n\r\n<p>rich</p>\r\n--x--\r\n"
    )
    assert read_letter(octets).text == "plain"


@pytest.mark.parametrize("octets", [b"", b"\xff\x00", b"Subject: =?bogus?q?x?=\r\n\r\n\xff"])
def test_any_octets_can_be_read(octets: bytes) -> None:
    letter = read_letter(octets)
    assert letter.field("Subject") in ("", "=?bogus?q?x?=")
