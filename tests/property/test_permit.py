"""Whatever else a mail holds: one automatic marker in it, and it gets no reply."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import assume, given
from hypothesis import strategies as st
from tests.support.build import NOW, policy, world

from inboxwatch.core.message.authentication import authenticate
from inboxwatch.core.message.automatic import automatic_findings, is_automatic
from inboxwatch.core.message.parse import parse_octets
from inboxwatch.core.reply.permit import Case, refusals
from inboxwatch.model.message import Role

if TYPE_CHECKING:
    from collections.abc import Callable

    Recase = Callable[[str], str]

POLICY = policy()
WORLD = world(policy=POLICY)
TRUST = ("mx.acme.example",)

GENUINE = (
    ("Return-Path", "<ann@customer.example>"),
    ("Received", "from out.customer.example by mx.acme.example; Wed, 18 Nov 2026 09:29:58 +0000"),
    ("Authentication-Results", "mx.acme.example; dmarc=pass header.from=customer.example"),
    ("From", "Ann <ann@customer.example>"),
    ("To", "support@acme.example"),
    ("Subject", "A question"),
    ("Date", "Wed, 18 Nov 2026 09:29:55 +0000"),
    ("Message-ID", "<m1@customer.example>"),
    ("MIME-Version", "1.0"),
    ("Content-Type", "text/plain; charset=utf-8"),
)
MARKERS = (
    ("Auto-Submitted", "auto-replied"),
    ("Auto-Submitted", "auto-generated; owner=x"),
    ("Return-Path", "<>"),
    ("Content-Type", "multipart/report; report-type=delivery-status"),
    ("X-Failed-Recipients", "bob@other.example"),
    ("Precedence", "bulk"),
    ("X-Precedence", "auto_reply"),
    ("List-Id", "<talk.other.example>"),
    ("List-Unsubscribe", "<mailto:x@other.example>"),
    ("X-Auto-Response-Suppress", "DR, OOF"),
    ("X-Autoreply", "yes"),
    ("X-Autorespond", "x"),
    ("X-Loop", "support@acme.example"),
    ("X-Inboxwatch-Loop", POLICY.loop_marker),
    ("Feedback-ID", "1:2:3"),
    ("Content-Class", "urn:content-classes:calendarmessage"),
    ("From", "Bob <bob@other.example>"),
)
FOLDED = st.sampled_from([" ", "  ", "\t", "\r\n ", "\r\n\t", " \r\n  "])
CASES = st.sampled_from([str.lower, str.upper, str.title, str])


def judged(fields: list[tuple[str, str]]) -> tuple[set[str], bool]:
    """The rules that refuse, and whether the mail is automatic."""
    head = "".join(f"{name}:{value}\r\n" for name, value in fields)
    octets = f"{head}\r\nHow do I change my address?\r\n".encode()
    mail = parse_octets(octets, source="test", role=Role.INBOX, received=NOW)
    found = automatic_findings(mail, POLICY, WORLD.account)
    case = Case(mail, WORLD, authenticate(mail, TRUST), found, None)
    return {refusal.rule for refusal in refusals(case)}, is_automatic(found)


def test_the_genuine_mail_itself_is_not_refused() -> None:
    assert judged([(name, f" {value}") for name, value in GENUINE]) == (set(), False)


@given(
    marker=st.sampled_from(MARKERS),
    place=st.integers(0, len(GENUINE)),
    before=FOLDED,
    after=st.sampled_from(["", " ", "\t "]),
    name_case=CASES,
    value_case=CASES,
)
def test_one_marker_anywhere_refuses_however_it_is_written(
    marker: tuple[str, str],
    place: int,
    before: str,
    after: str,
    name_case: Recase,
    value_case: Recase,
) -> None:
    name, value = marker
    fields = [(one, f" {text}") for one, text in GENUINE]
    plain, automatic = judged([*fields[:place], (name, f" {value}"), *fields[place:]])
    written = (name_case(name), f"{before}{value_case(value)}{after}")
    varied = judged([*fields[:place], written, *fields[place:]])
    assert plain
    assert varied == (plain, automatic)


@given(comment=st.text(st.characters(codec="ascii", exclude_characters="()\\\r\n"), max_size=20))
def test_comments_do_not_hide_a_marker(comment: str) -> None:
    fields = [(name, f" {value}") for name, value in GENUINE]
    found, automatic = judged([*fields, ("Auto-Submitted", f" ({comment}) auto-replied")])
    assert "A01" in found
    assert automatic


@given(value=st.text(st.characters(exclude_categories=["C"], exclude_characters="(;"), max_size=80))
def test_any_other_value_of_auto_submitted_refuses(value: str) -> None:
    assume(value.strip().casefold() != "no")
    fields = [(name, f" {text}") for name, text in GENUINE]
    found, automatic = judged([*fields, ("Auto-Submitted", f" {value}")])
    assert "A01" in found
    assert automatic


@given(octets=st.binary(max_size=300))
def test_judging_never_raises(octets: bytes) -> None:
    mail = parse_octets(octets, source="test", role=Role.JUNK, received=None)
    found = automatic_findings(mail, POLICY, WORLD.account)
    case = Case(mail, WORLD, authenticate(mail, TRUST), found, None)
    assert refusals(case)
