"""What people of the team wrote, and what only seems to be theirs."""

from __future__ import annotations

import pytest
from tests.support.build import raw

from inboxwatch.core.message.own import by_a_person, own_mail
from inboxwatch.core.message.parse import parse

TO_ANN = (
    "From: support@acme.example\r\nTo: ann@customer.example\r\nSubject: Re: Order\r\n"
    "Message-ID: <o1@acme.example>\r\n"
)
REFERENCES = "References: <r@x.example> <b@x.example>\r\n"
CALENDAR = "Content-Type: text/calendar; method=REPLY\r\n"
RECEIPT = "Content-Type: multipart/report; report-type=disposition-notification; boundary=b\r\n"


@pytest.mark.parametrize(
    ("fields", "person"),
    [
        ("", True),
        ("Auto-Submitted: no\r\n", True),
        ("Auto-Submitted: auto-replied\r\n", False),
        ("Precedence: auto_reply\r\n", False),
        ("Precedence: list\r\n", True),
        ("X-Autoreply: yes\r\n", False),
        ("X-Auto-Response-Suppress: All\r\n", True),
        (RECEIPT, False),
        (CALENDAR, False),
    ],
)
def test_what_a_machine_wrote_says_so(fields: str, person: bool) -> None:
    assert by_a_person(parse(raw(f"{TO_ANN}{fields}\r\nI am away.\r\n".encode()))) is person


@pytest.mark.parametrize(
    ("fields", "parent"),
    [
        ("", ""),
        (
            "In-Reply-To: <a@x.example>\r\nReferences: <r@x.example> <b@x.example>\r\n",
            "<a@x.example>",
        ),
        ("References: <r@x.example> <b@x.example>\r\n", "<b@x.example>"),
    ],
)
def test_what_it_answers_is_named_by_in_reply_to_else_last_in_references(
    fields: str, parent: str
) -> None:
    assert own_mail(parse(raw(f"{TO_ANN}{fields}\r\nYes.\r\n".encode())), ()).parent == parent
