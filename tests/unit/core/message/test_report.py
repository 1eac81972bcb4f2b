"""What delivery reports say of mail that failed."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.support.build import NOW, account, message, policy, raw, world

from inboxwatch.core.decide import decide
from inboxwatch.core.message.parse import parse
from inboxwatch.model.decision import Rebound, ReboundKind
from inboxwatch.model.message import Role
from inboxwatch.model.world import History

if TYPE_CHECKING:
    from inboxwatch.model.message import DeliveryReport

OURS = "<iw.0123456789abcdef0123456789abcdef@acme.example>"
FAILED = (
    "Final-Recipient: rfc822; Ann.B+x@Customer.example\nAction: failed\nStatus: 5.1.1\n"
    "Diagnostic-Code: smtp; 550 5.1.1 no such user\n"
)
ORIGINAL = f"Message-ID: {OURS}\nFrom: support@acme.example\nSubject: Re: A question\n"


def dsn(
    status: str = FAILED,
    original: str | None = ORIGINAL,
    *,
    kind: str = "text/rfc822-headers",
    headers: str = "",
    encoding: str = "",
) -> DeliveryReport | None:
    parts = [
        "Content-Type: text/plain\n\nYour mail could not be delivered.\n",
        f"Content-Type: message/delivery-status\n{encoding}\n{status}",
    ]
    if original is not None:
        parts.append(f"Content-Type: {kind}\n\n{original}")
    body = "".join(f"--b\n{part}\n" for part in parts) + "--b--\n"
    octets = (
        "Return-Path: <>\nFrom: MAILER-DAEMON@customer.example\nTo: support@acme.example\n"
        f"Subject: Undelivered\n{headers}MIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n' + body
    ).encode()
    return parse(raw(octets)).report


def reporting(status: str) -> str:
    return f"Reporting-MTA: dns; mx.customer.example\n\n{status}"


def test_a_failure_names_recipient_and_original() -> None:
    report = dsn(reporting(FAILED))
    assert report is not None
    assert [one.exact for one in report.recipients] == ["ann.b+x@customer.example"]
    assert report.message_ids == (OURS,)
    assert report.permanent


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers", "message/global"])
def test_the_original_may_be_whole_or_its_header_alone(kind: str) -> None:
    report = dsn(original=f"{ORIGINAL}\nThe text, with\nMessage-ID: <other@x.example>\n", kind=kind)
    assert report is not None
    assert report.message_ids == (OURS,)


@pytest.mark.parametrize(
    "headers", [f"In-Reply-To: {OURS}\n", f"References: <a@b.example>\n {OURS}\n"]
)
def test_the_report_s_own_header_names_it_too(headers: str) -> None:
    report = dsn(original=None, headers=headers)
    assert report is not None
    assert OURS in report.message_ids


def test_google_s_field_names_it_too() -> None:
    report = dsn(f"X-Original-Message-ID: {OURS}\n\n{FAILED}", original=None)
    assert report is not None
    assert report.message_ids == (OURS,)


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_a_delay_or_a_success_is_nothing_that_came_back(action: str) -> None:
    assert dsn(f"Final-Recipient: rfc822; a@b.example\nAction: {action}\nStatus: 2.0.0\n") is None


@pytest.mark.parametrize(
    ("group", "permanent"),
    [
        ("Action: failed\nStatus: 5.7.1 (refused)\n", True),
        ("Action: FAILED (gone)\n", True),
        ("Action: failed\nStatus: 4.4.7\n", False),
        ("Status: 5.0.0\n", True),
        ("Status: 4.2.2\n", False),
        ("Diagnostic-Code: smtp; 552 mailbox full\n", True),
        ("Action: failed\nDiagnostic-Code: smtp; 451 later\n", False),
    ],
)
def test_what_failed_for_good(group: str, *, permanent: bool) -> None:
    report = dsn(f"Final-Recipient: rfc822;a@b.example\n{group}")
    assert report is not None
    assert report.permanent is permanent


def test_of_several_recipients_those_count_whose_mail_failed() -> None:
    delivered = "Final-Recipient: rfc822; one@b.example\nAction: delivered\nStatus: 2.0.0\n"
    report = dsn(reporting(f"{delivered}\n{FAILED}"))
    assert report is not None
    assert [one.local for one in report.recipients] == ["Ann.B+x"]


def test_whom_we_wrote_to_counts_before_where_it_went() -> None:
    report = dsn(f"Original-Recipient: rfc822; ann@customer.example\n{FAILED}")
    assert report is not None
    assert report.recipients[0].exact == "ann@customer.example"


def test_a_status_in_base64_is_read() -> None:
    report = dsn(
        base64.encodebytes(FAILED.encode()).decode(), encoding="Content-Transfer-Encoding: base64\n"
    )
    assert report is not None
    assert report.permanent


def test_what_exim_and_google_write_on_bounces_without_parts() -> None:
    text = f"This is a copy of the message:\n\nFrom: support@acme.example\nMessage-Id: {OURS}\n"
    octets = f"Return-Path: <>\nFrom: a@b.example\nX-Failed-Recipients: ann@x.example\n\n{text}"
    report = parse(raw(octets.encode())).report
    assert report is not None
    assert (report.message_ids, report.permanent) == ((OURS,), True)
    assert [one.exact for one in report.recipients] == ["ann@x.example"]


@pytest.mark.parametrize(
    "octets",
    [
        b"From: a@b.example\n\nFinal-Recipient: rfc822; a@b.example\nAction: failed\n",
        b"From: a@b.example\nX-Failed-Recipients: \n\n",
        b"From: a@b.example\nContent-Type: message/delivery-status\n\n",
    ],
)
def test_what_only_looks_like_one_is_none(octets: bytes) -> None:
    assert parse(raw(octets)).report is None


@given(st.binary(max_size=2000), st.binary(max_size=500))
def test_any_octets_give_a_report_or_none(status: bytes, original: bytes) -> None:
    octets = (
        b'Content-Type: multipart/report; boundary="b"\n\n--b\nContent-Type: '
        b"message/delivery-status\n\nAction: failed\nFinal-Recipient: " + status +
        b"\n--b\nContent-Type: message/rfc822\n\n" + original + b"\n--b--\n"
    )  # fmt: skip
    parse(raw(octets))


def test_hostile_sizes_stay_bounded() -> None:
    many = f"\n{FAILED}" * 20_000
    report = dsn(many, original=ORIGINAL, headers="References: " + " <x@y.example>" * 5000 + "\n")
    assert report is not None
    assert len(report.recipients) <= 20
    assert len(report.message_ids) <= 20


def test_a_decision_carries_what_came_back() -> None:
    report = dsn()
    decision = decide(message(report=report), world())
    assert decision.rebound == Rebound(ReboundKind.BOUNCE, (OURS,), permanent=True)
    assert decide(message(), world()).rebound is None


def test_our_own_mail_is_a_loop() -> None:
    marked = message(headers={"X-Inboxwatch-Loop": policy().loop_marker}, references=(OURS,))
    assert decide(marked, world()).rebound == Rebound(
        ReboundKind.LOOP, ("<m1@customer.example>", OURS)
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"report": dsn()},
        {"headers": {"X-Inboxwatch-Loop": policy().loop_marker}, "references": (OURS,)},
    ],
)
def test_what_comes_back_as_spam_or_forged_is_not_believed(fields: dict[str, object]) -> None:
    failed = (("authentication-results", "mx.acme.example; dmarc=fail header.from=x.example"),)
    trusting = account(trust=("mx.acme.example",))
    mail = message(**fields)
    assert decide(mail, world(account=trusting)).rebound is not None
    assert decide(replace(mail, role=Role.JUNK), world(account=trusting)).rebound is None
    assert decide(replace(mail, trace=failed), world(account=trusting)).rebound is None


@pytest.mark.parametrize(("seconds", "loop"), [(20, True), (300, False)])
def test_a_machine_s_answer_is_a_loop_and_a_person_s_is_not(seconds: int, *, loop: bool) -> None:
    past = History(answers_reply_of=NOW - timedelta(seconds=seconds))
    decision = decide(message(in_reply_to=(OURS,)), world(history=past))
    assert (decision.rebound is not None) is loop
    assert "L06" in {refusal.rule for refusal in decision.reply.refusals}


def test_the_return_path_is_a_key_of_its_own() -> None:
    assert decide(message("Ann+x@customer.example"), world()).envelope_canonical == (
        "ann@customer.example"
    )
