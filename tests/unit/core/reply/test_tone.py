"""The tone gate: who is not joked with."""

from __future__ import annotations

import pytest
from tests.support.build import NOW, occasion

from inboxwatch.core.reply.tone import TONE_GATE, closed_gates
from inboxwatch.model.message import Role
from inboxwatch.model.world import History, PastReply


def test_a_calm_first_mail_may_be_joked_with() -> None:
    mail = occasion(signals=frozenset({"thanks", "known-customer", "urgency"}), priority=6)
    assert closed_gates(mail) == ()


@pytest.mark.parametrize(
    "signal",
    [
        "anger",
        "insult",
        "abuse-or-threat",
        "complaint",
        "legal",
        "manager-request",
        "leaving",
        "money-back",
        "charged-wrongly",
        "outage",
        "problem",
        "security",
        "waiting",
        "bereavement",
        "danger",
        "self-harm",
    ],
)
def test_nobody_in_trouble(signal: str) -> None:
    assert closed_gates(occasion(signals=frozenset({"thanks", signal}))) == (signal,)


@pytest.mark.parametrize(
    ("fields", "gate"),
    [
        ({"money": True}, "an amount of money"),
        ({"rescued": True}, "found in the spam folder"),
        ({"role": Role.JUNK}, "found in the spam folder"),
        ({"priority": 7}, "priority 7 or above"),
        ({"history": History(sender_mails=1)}, "not the first mail of late"),
        ({"history": History(conversation_replies=1)}, "answered before"),
        ({"history": History(human_answers=1)}, "answered before"),
    ],
)
def test_nor_when_the_case_is_serious(fields: dict[str, object], gate: str) -> None:
    assert closed_gates(occasion(**fields)) == (gate,)


def test_a_reply_in_another_conversation_does_not_count() -> None:
    past = (PastReply("weekend", "acknowledgement", NOW, 4),)
    assert closed_gates(occasion(history=History(conversation=5, replies=past))) == ()
    assert closed_gates(occasion(history=History(conversation=4, replies=past)))
    assert (
        closed_gates(occasion(history=History(replies=(PastReply("x", "away", NOW, None),)))) == ()
    )


def test_gates_have_names_of_their_own() -> None:
    assert len({gate.name for gate in TONE_GATE}) == len(TONE_GATE)
