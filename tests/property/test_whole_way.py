"""Whatever arrives: a decision comes out, and what goes out is ours alone."""

from __future__ import annotations

import json
from email import message_from_bytes
from email.policy import compat32
from email.utils import getaddresses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.build import NOW, policy
from tests.support.house import letter

from inboxwatch.app.triage import Triage
from inboxwatch.core.message.parse import split_octets
from inboxwatch.core.reply.serialise import SerialiseFault, serialise
from inboxwatch.core.summary import decision_fields
from inboxwatch.model.customer import Customers
from inboxwatch.model.decision import Decision, Draft, ReplyDecision
from inboxwatch.model.message import RawMessage, Role

TRIAGES = {
    html: Triage(policy(html=html, precedence="bulk" if html else ""), Customers(), NOW)
    for html in (False, True)
}

HEADERS = [
    "From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Auto-Submitted",
    "X-Auto-Response-Suppress", "Precedence", "X-Loop", "X-Inboxwatch-Loop",
    "Content-Language", "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
]  # fmt: skip


def judge(octets: bytes, role: Role = Role.INBOX, *, html: bool = False) -> Decision:
    header, body = split_octets(octets)
    return TRIAGES[html].judge(RawMessage("any", role, header, body, NOW, len(octets)))


def absent(draft: Draft) -> set[str]:
    """The fields that this reply has to do without."""
    needed = {
        "In-Reply-To": draft.in_reply_to,
        "References": draft.references,
        "Precedence": draft.precedence,
        "Content-Transfer-Encoding": not draft.html,
    }
    return {name for name, there in needed.items() if not there}


def check_reply(decision: Decision) -> None:
    draft = decision.reply.draft
    if draft is None:
        return
    assert draft.to.lower() == decision.sender
    try:
        octets = serialise(draft, NOW)
    except SerialiseFault:
        return
    sent = message_from_bytes(octets, policy=compat32)
    assert sent.keys() == [name for name in HEADERS if name not in absent(draft)]
    assert len(getaddresses(sent.get_all("To", []))) == 1
    assert all(len(line) <= 998 for line in octets.split(b"\r\n"))
    head, _, body = octets.partition(b"\r\n\r\n")
    foreign = [line for line in head.split(b"\r\n") if not line.isascii()]
    assert foreign in ([], [f"To: {draft.to}".encode()])
    assert body.isascii()
    texts = [part.get_payload(decode=True) for part in sent.walk() if not part.is_multipart()]
    written = [text for text in (draft.text, draft.html) if text]
    assert texts == [text.replace("\n", "\r\n").encode() for text in written]


@given(st.binary(max_size=2000), st.sampled_from([Role.INBOX, Role.JUNK]), st.booleans())
@settings(max_examples=200, deadline=None)
def test_any_octets_give_a_decision_that_can_be_told(octets: bytes, role: Role, html: bool) -> None:
    decision = judge(octets, role, html=html)
    assert "undecided" not in decision.defects
    assert 1 <= decision.priority <= 9
    assert sum(reason.points for reason in decision.reasons) == decision.priority
    json.dumps(decision_fields(decision)).encode("ascii")
    check_reply(decision)


LINES = letter().replace(b"\r\n", b"\n").split(b"\n")


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_a_genuine_mail_changed_anywhere_gives_a_reply_of_ours_or_none(data: st.DataObject) -> None:
    lines = list(LINES)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(lines) - 1))
        action = data.draw(st.sampled_from(["drop", "twice", "insert", "cut"]))
        if action == "drop":
            lines[place] = b""
        elif action == "twice":
            lines.insert(place, lines[place])
        elif action == "insert":
            lines.insert(place, data.draw(st.binary(max_size=60)))
        else:
            lines[place] = lines[place][: data.draw(st.integers(0, 40))]
    decision = judge(b"\n".join(lines), html=data.draw(st.booleans()))
    assert "undecided" not in decision.defects
    check_reply(decision)


SENDERS = [
    b"ann@customer.example",
    "jörg.用户@customer.example".encode(),
    b"ann@xn--fa-hia.example",
    "ann@faß.example".encode(),
    b"=?utf-8?q?a=0ab?= <ann@customer.example>",
]
FIELDS = [b"Subject", b"Message-ID", b"References", b"In-Reply-To", b"Reply-To", b"Sender", b"Cc"]


@given(
    sender=st.sampled_from([*SENDERS, b'"ann smith"@customer.example']),
    fields=st.dictionaries(st.sampled_from(FIELDS), st.binary(max_size=120), max_size=4),
    html=st.booleans(),
)
@settings(max_examples=200, deadline=None)
def test_whatever_the_fields_of_a_genuine_mail_hold_the_reply_is_of_our_making(
    sender: bytes, fields: dict[bytes, bytes], html: bool
) -> None:
    path = sender.rpartition(b" ")[2].strip(b"<>") if b"<" in sender else sender
    head = [b"Return-Path: <" + path + b">", b"From: " + sender, b"To: support@acme.example"]
    lines = [*head, *(name + b": " + value for name, value in fields.items()), b"", b"Hello"]
    check_reply(judge(b"\n".join(lines), html=html))


@pytest.mark.parametrize("html", [False, True])
@pytest.mark.parametrize("sender", SENDERS)
def test_every_kind_of_sender_gets_a_reply(sender: bytes, html: bool) -> None:
    path = sender.rpartition(b" ")[2].strip(b"<>") if b"<" in sender else sender
    lines = [
        b"Return-Path: <" + path + b">",
        b"From: " + sender,
        b"To: support@acme.example",
        b"Subject: hi =?UTF-8?Q?=0A?=Bcc: x",
        b"Message-ID: <1@customer.example>",
        b"",
        b"Hello",
    ]
    decision = judge(b"\n".join(lines), html=html)
    check_reply(decision)
    assert decision.reply.decision is ReplyDecision.SEND, decision.reply.refusals
    assert decision.reply.draft is not None
    assert serialise(decision.reply.draft, NOW)


MARKERS = [
    b"Auto-Submitted: auto-replied",
    b"auto-submitted:\n auto-generated",
    b"Precedence: BULK",
    b"List-Id: x <x.example>",
    b"X-Auto-Response-Suppress: DR, OOF",
    b"X-Failed-Recipients: a@b.example",
    b"X-Loop: support@acme.example",
    b"Return-Path: <>",
    b"X-Autoreply: yes",
    b"Content-Type: multipart/report;\n report-type=delivery-status; boundary=x",
    b"Content-Type: text/calendar; method=REQUEST",
    b"From: second@other.example",
]


@given(st.sampled_from(MARKERS), st.integers(0, 8), st.text(max_size=40))
@settings(max_examples=150, deadline=None)
def test_anything_automatic_never_gets_a_reply(marker: bytes, place: int, subject: str) -> None:
    lines = letter(subject=subject.encode("utf-8", "replace").decode().replace("\n", " ")).split(
        b"\n"
    )
    lines.insert(place, marker)
    decision = judge(b"\n".join(lines))
    assert decision.reply.decision is not ReplyDecision.SEND
    assert decision.reply.draft is None
