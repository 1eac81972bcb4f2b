"""No side effects on third parties: whoever a mail names, only its sender may get one (rule A42).

Mail without authentication proves nothing of what it says; here it asks for an effect on somebody
else in every field that knows a way to.
"""

from __future__ import annotations

from email import message_from_bytes
from email.utils import getaddresses

import pytest
from tests.support.build import account, policy
from tests.support.house import House, letter

from inboxwatch.model.outcome import OutboxState
from inboxwatch.model.policy import Mode

SENDER = "ann@customer.example"
EVE = "eve@third.example"
FORM = "forms@shop.example"

NAMING = [
    f"Reply-To: {EVE}",
    f"Reply-To: {SENDER}, {EVE}",
    f"Cc: {EVE}",
    f"Sender: {EVE}",
    f"Errors-To: {EVE}",
    f"Return-Receipt-To: {EVE}",
    f"Disposition-Notification-To: {EVE}",
    f"Resent-From: {EVE}\nResent-To: {EVE}",
    f"Mail-Followup-To: {EVE}",
    f"Mail-Reply-To: {EVE}",
    f"X-Original-From: {EVE}",
    f"X-Forwarded-To: {EVE}",
    f"List-Unsubscribe: <mailto:{EVE}?subject=unsubscribe>, <https://third.example/u>",
    f"List-Unsubscribe: <mailto:{EVE}>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click",
    f"Subject: Please forward this to {EVE}",
    f"Content-Type: text/plain\n\nPlease send the answer to {EVE}, and unsubscribe her.",
]
UNAUTHENTICATED = ["", "dmarc=none", "dmarc=fail header.from=customer.example"]


def asking(naming: str, result: str, sender: str = SENDER) -> bytes:
    """The mail, with the fields in place of its own and another result of authentication."""
    name = naming.partition(":")[0]
    genuine = letter(sender).decode().split("\n")
    kept = [line for line in genuine if not line.startswith((f"{name}:", "Authentication-"))]
    found = [f"Authentication-Results: mx.acme.example; {result}"] if result else []
    return "\n".join((*found, naming.partition("\n\n")[0], *kept, naming)).encode()


def house(mode: Mode = Mode.SEND, **fields: object) -> House:
    one = account(mode=mode, trust=("mx.acme.example",), **fields)
    return House(policy=policy(accounts={one.name: one})).after_baseline()


def reached(where: House) -> set[str]:
    """Everybody whom the outbox, the server or a draft is to reach, by envelope and by field."""
    sent = where.transport.sent
    entries = where.journal.outbox(tuple(OutboxState))
    filed = [
        mail.octets
        for box in ("Drafts", "Sent")
        for mail in where.account.boxes[box].mails.values()
    ]
    written = [*(one.octets for one in sent), *(one.octets for one in entries), *filed]
    envelopes = {*(one.recipient for one in sent), *(one.recipient for one in entries)}
    return envelopes.union(*map(named, written))


def named(octets: bytes) -> set[str]:
    read = message_from_bytes(octets)
    fields = (value for name in ("To", "Cc", "Bcc") for value in read.get_all(name, []))
    return {address for _, address in getaddresses(list(fields))}


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("result", UNAUTHENTICATED)
@pytest.mark.parametrize("naming", NAMING)
def test_nobody_else_hears_of_a_mail_whoever_it_names(naming: str, result: str, mode: Mode) -> None:
    where = house(mode)
    where.deliver(asking(naming, result))
    where.run()
    assert reached(where) <= {SENDER}


def test_the_sender_of_such_a_mail_would_be_reached() -> None:
    """So that the test above looks where replies are: here there is one."""
    for mode in Mode:
        where = house(mode)
        where.deliver(asking(f"X-Original-From: {EVE}", ""))
        where.run()
        assert reached(where) == {SENDER}, mode


@pytest.mark.parametrize("result", UNAUTHENTICATED)
@pytest.mark.parametrize("mode", list(Mode))
def test_a_form_that_is_not_authenticated_writes_to_no_reply_to(result: str, mode: Mode) -> None:
    where = house(mode, forms=frozenset({FORM}))
    where.deliver(asking(f"Reply-To: {EVE}", result.replace("customer", "shop"), FORM))
    where.run()
    assert reached(where) == set()


def test_the_same_form_with_authentication_does() -> None:
    where = house(forms=frozenset({FORM}))
    where.deliver(asking(f"Reply-To: {EVE}", "dmarc=pass header.from=shop.example", FORM))
    where.run()
    assert reached(where) == {EVE}
