from __future__ import annotations

import pytest
from msgspec.structs import replace
from tests.support.build import account, address, message, policy

from inboxwatch.core.message.forms import open_letter, writer_of
from inboxwatch.model.message import (
    AuthenticationStatus,
    Finding,
    Message,
    ReturnPath,
    ReturnPathKind,
)

ACCOUNT = account(trust=("mx.acme.example",), forms=frozenset({"forms@shop.example"}))
OTHER = account("sales", "sales@acme.example", forms=frozenset({"orders@shop.example"}))
POLICY = policy(
    accounts={"support": ACCOUNT, "sales": OTHER},
    own_addresses=frozenset({"support@acme.example", "sales@acme.example"}),
)
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
    letter = open_letter(form(), POLICY, ACCOUNT)
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
    letter = open_letter(form(trace=()), POLICY, ACCOUNT)
    assert letter.fault == "the form forms@shop.example is not authenticated"
    assert letter.message.sender is not None
    assert letter.message.sender.exact == "bob@other.example"


@pytest.mark.parametrize(
    "reply_to", ["", "bob", "bob@x.example, eve@x.example", "All: bob@x.example;"]
)
def test_a_form_that_names_no_single_customer(reply_to: str) -> None:
    letter = open_letter(form(reply_to), POLICY, ACCOUNT)
    assert letter.message.sender is None
    assert "does not name exactly one customer" in letter.fault


@pytest.mark.parametrize(
    ("reply_to", "what"),
    [
        ("forms@shop.example", "a form"),
        ("FORMS+a@shop.example", "a form"),
        ("Orders <orders@shop.example>", "a form"),
        ("support@acme.example", "an address of ours"),
        ("sales+x@acme.example", "an address of ours"),
    ],
)
def test_a_form_that_names_no_customer_but_itself_or_us(reply_to: str, what: str) -> None:
    letter = open_letter(form(reply_to), POLICY, ACCOUNT)
    assert letter.message.sender is None
    assert letter.fault == (f"Reply-To of the form forms@shop.example names {what} and no customer")
    assert writer_of(form(reply_to), POLICY, ACCOUNT) is None


@pytest.mark.parametrize(
    "kind", [ReturnPathKind.NULL, ReturnPathKind.INVALID, ReturnPathKind.ABSENT]
)
def test_a_return_path_without_address_stays_what_it_is(kind: ReturnPathKind) -> None:
    path = ReturnPath(kind)
    assert open_letter(form(return_path=path), POLICY, ACCOUNT).message.return_path is path


def test_any_other_mail_is_its_senders() -> None:
    for mail in (message(), form(), replace(message(), sender=None)):
        letter = open_letter(mail, POLICY, account())
        assert letter.message is mail
        assert (letter.mailer, letter.fault) == (None, "")
        assert writer_of(mail, POLICY, account()) is mail.sender


def test_the_writer_is_the_customer() -> None:
    writer = writer_of(form(), POLICY, ACCOUNT)
    assert writer is not None
    assert writer.exact == "bob@other.example"
    assert writer_of(form(""), POLICY, ACCOUNT) is None


def test_what_is_said_of_the_mailer_is_not_said_of_a_writer_nobody_knows() -> None:
    found = (Finding("A01", "x"), Finding("A14", "x"), Finding("A31", "x", soft=True))
    assert open_letter(form(), POLICY, ACCOUNT).about_the_writer(found) == found
    assert open_letter(form(""), POLICY, ACCOUNT).about_the_writer(found) == found[:1]
    nameless = replace(message(), sender=None)
    assert open_letter(nameless, POLICY, ACCOUNT).about_the_writer(found) == found
