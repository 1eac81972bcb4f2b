from __future__ import annotations

from dataclasses import replace

import pytest
from tests.support.build import account, address, message

from inboxwatch.core.message.forms import open_letter, writer_of
from inboxwatch.model.message import (
    AuthenticationStatus,
    Finding,
    Message,
    ReturnPath,
    ReturnPathKind,
)

ACCOUNT = account(trust=("mx.acme.example",), forms=frozenset({"forms@shop.example"}))
PROVEN = (("authentication-results", "mx.acme.example; dmarc=pass header.from=shop.example"),)


def form(reply_to: str = "Bob <bob@other.example>", **fields: object) -> Message:
    mail = message(
        "forms@shop.example",
        headers={"Reply-To": reply_to},
        reply_to=(address("bob@other.example"),),
        trace=PROVEN,
    )
    return replace(mail, **fields)


def test_an_authenticated_form_writes_for_its_customer() -> None:
    letter = open_letter(form(), ACCOUNT)
    bob = letter.message.sender
    assert bob is not None
    assert (bob.exact, bob.name) == ("bob@other.example", "Bob")
    assert letter.message.return_path.address == bob
    assert letter.message.reply_to == ()
    assert letter.authentication.status is AuthenticationStatus.AUTHENTICATED
    assert letter.authentication.findings == ()
    assert letter.mailer == address("forms@shop.example")
    assert letter.fault == ""


def test_without_proof_its_word_does_not_count() -> None:
    letter = open_letter(form(trace=()), ACCOUNT)
    assert letter.fault == "the form forms@shop.example is not authenticated"
    assert letter.message.sender is not None
    assert letter.message.sender.exact == "bob@other.example"


@pytest.mark.parametrize(
    "reply_to", ["", "bob", "bob@x.example, eve@x.example", "All: bob@x.example;"]
)
def test_a_form_that_names_no_single_customer(reply_to: str) -> None:
    letter = open_letter(form(reply_to), ACCOUNT)
    assert letter.message.sender is None
    assert "does not name exactly one customer" in letter.fault


@pytest.mark.parametrize(
    "kind", [ReturnPathKind.NULL, ReturnPathKind.INVALID, ReturnPathKind.ABSENT]
)
def test_a_return_path_without_address_stays_what_it_is(kind: ReturnPathKind) -> None:
    path = ReturnPath(kind)
    assert open_letter(form(return_path=path), ACCOUNT).message.return_path is path


def test_any_other_mail_is_its_senders() -> None:
    for mail in (message(), form(), replace(message(), sender=None)):
        letter = open_letter(mail, account())
        assert letter.message is mail
        assert (letter.mailer, letter.fault) == (None, "")
        assert writer_of(mail, account()) is mail.sender


def test_the_writer_is_the_customer() -> None:
    writer = writer_of(form(), ACCOUNT)
    assert writer is not None
    assert writer.exact == "bob@other.example"
    assert writer_of(form(""), ACCOUNT) is None


def test_what_is_said_of_the_mailer_is_not_said_of_a_writer_nobody_knows() -> None:
    found = (Finding("A01", "x"), Finding("A14", "x"), Finding("A31", "x", soft=True))
    assert open_letter(form(), ACCOUNT).about_the_writer(found) == found
    assert open_letter(form(""), ACCOUNT).about_the_writer(found) == found[:1]
    nameless = replace(message(), sender=None)
    assert open_letter(nameless, ACCOUNT).about_the_writer(found) == found
