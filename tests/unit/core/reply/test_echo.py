"""Our own words that come back (rule L07)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.support.build import NOW, message, policy, template, world

from inboxwatch.core.decide import decide
from inboxwatch.model.decision import Effect
from inboxwatch.model.world import History

if TYPE_CHECKING:
    from inboxwatch.model.policy import Policy

BODY = """Hello {{ greeting_name }},

Thank you for writing. Your mail has arrived safely and one of us reads it soon.

{% if next_opening %}We are back on {{ next_opening }}.{% endif %}
If anything comes to mind that helps us, just reply to this mail.

{{ sign }}
"""
SENT = """Hello Ann,

Thank you for writing. Your mail has arrived safely and one of us reads it soon.

We are back on Monday.
If anything comes to mind that helps us, just reply to this mail.

Jo
"""
HAD = History(last_used={"business": NOW})


def ours(**fields: object) -> Policy:
    return policy(templates=(template(body=BODY),), **fields)


def found(text: str, history: History = HAD, built: Policy | None = None) -> list[str]:
    mail = message(text="see below", full_text=text)
    reply = decide(mail, world(policy=built or ours(), history=history)).reply
    return [
        one.evidence
        for one in reply.refusals
        if (one.rule, one.severity, one.effect) == ("L07", "S", Effect.HOLD)
    ]


@pytest.mark.parametrize(
    "text",
    [
        SENT,
        SENT.upper(),
        SENT.replace("\n", " "),
        "Ticket 17 received:\n\n" + "\n".join(f"> {line}" for line in SENT.splitlines()),
        SENT.replace(" ", "\n> "),
        SENT.partition("just reply")[0],
    ],
)
def test_a_template_that_the_sender_had_comes_back(text: str) -> None:
    assert found(text)


@pytest.mark.parametrize(
    "text",
    [
        "How do I change my address?",
        "Thank you for writing. Your mail has arrived safely, I hope.",
        "",
        "{{ greeting_name }} {{ sign }}",
    ],
)
def test_what_a_person_writes_is_none(text: str) -> None:
    assert found(text) == []


def test_who_never_had_the_text_may_write_the_same() -> None:
    assert found(SENT, History()) == []
    assert found(SENT, History(last_used={"weekend": NOW})) == []


def test_a_template_without_words_of_its_own_has_no_echo() -> None:
    bare = policy(templates=(template(body="{{ subject }}\n{{ sign }}"),))
    assert found("anything at all in here", built=bare) == []


def test_our_marks_need_no_history() -> None:
    built = ours()
    assert found(f"X-Inboxwatch-Loop: {built.loop_marker}", History(), built)
    own_id = "Message-ID: <iw.0123456789abcdef0123456789abcdef@acme.example>"
    assert found(own_id, History())
    assert found(own_id.replace("acme", "other"), History()) == []


def test_a_team_may_turn_it_off_for_a_sender() -> None:
    lenient = ours(overrides={"L07": frozenset({"ann@customer.example"})})
    assert found(SENT, HAD, lenient) == []


def test_long_texts_are_looked_through_in_no_time() -> None:
    assert found("word " * 50_000) == []
