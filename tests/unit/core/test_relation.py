from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace
from tests.support.build import NOW, account, customers, message, policy, world

from inboxwatch.core.decide import decide
from inboxwatch.core.relation import relation
from inboxwatch.model.customer import Customer
from inboxwatch.model.message import Message, Role
from inboxwatch.model.policy import RescuePolicy
from inboxwatch.model.world import History, World

EARLIER = NOW - timedelta(days=3)
HOP = ("Received", "from sender by mx.acme.example; Wed, 18 Nov 2026 09:30:00 +0000")
NUMBERS = policy(
    accounts={"support": account(trust=("mx.acme.example",))},
    rescue=RescuePolicy(order_numbers=("AC-[0-9]{6}",)),
)
PROOF = "mx.acme.example; dmarc={} header.from=customer.example"

SIGNS = [
    (
        History(answers_reply_of=EARLIER),
        "",
        "it answers an automatic reply of ours, of 15 Nov 2026",
    ),
    (
        History(human_answers=1),
        "",
        "it belongs to a conversation in which somebody of the team has answered",
    ),
    (
        History(contact_since=EARLIER),
        "",
        "somebody of the team wrote to this address on 15 Nov 2026",
    ),
    (History(), "Where is ac-123456?", "it names an order number of yours: ac-123456"),
]


def junk(dmarc: str = "pass", text: str = "Hello") -> Message:
    trace = (("Authentication-Results", PROOF.format(dmarc)), HOP)
    return message(text=text, role=Role.JUNK, trace=trace)


def judged(mail: Message, given: World) -> tuple[str, str]:
    rescue = decide(mail, given).rescue
    assert rescue is not None
    return rescue.decision.value, rescue.why


@pytest.mark.parametrize(("history", "text", "words"), SIGNS)
def test_a_strangers_mail_that_belongs_to_us_is_offered_for_review_and_no_more(
    history: History, text: str, words: str
) -> None:
    given = world(policy=NUMBERS, history=history)
    assert judged(junk(text=text), given) == ("review", words)
    assert judged(junk("fail", text), given) == ("leave", "")


def test_what_belongs_to_nothing_is_left() -> None:
    assert judged(junk(text="Where is AC-12345?"), world(policy=NUMBERS)) == ("leave", "")


def test_a_customer_needs_no_such_sign() -> None:
    ann = customers(Customer("c-1", emails=("ann@customer.example",)))
    given = world(policy=NUMBERS, customers=ann, history=History(human_answers=1))
    assert judged(junk(), given) == ("rescue", "")


def test_only_the_beginning_of_a_long_text_is_looked_at() -> None:
    far = replace(junk(), text="x " * 5000 + "AC-123456")
    assert relation(far, world(policy=NUMBERS)) == ""
    near = replace(junk(), subject="AC-123456 is late")
    assert relation(near, world(policy=NUMBERS))
