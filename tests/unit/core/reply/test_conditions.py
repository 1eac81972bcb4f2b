"""The conditions of the team's own reply rules."""

from __future__ import annotations

import pytest
from tests.support.build import NOW, occasion

from inboxwatch.core.reply.conditions import first_match
from inboxwatch.model.customer import Customer, CustomerMatch, MatchKind
from inboxwatch.model.message import Role
from inboxwatch.model.policy import CustomerKind, ReplyRule
from inboxwatch.model.schedule import Moment
from inboxwatch.model.world import History, PastReply

LUNCH = Moment(NOW, "break", "business", False, None)


def known(**fields: object) -> CustomerMatch:
    return CustomerMatch(Customer("c-1", **fields), MatchKind.ADDRESS)  # type: ignore[arg-type]


def matches(rule: dict[str, object], mail: dict[str, object]) -> bool:
    given = ReplyRule("rule", **rule)  # type: ignore[arg-type]
    return first_match((given,), occasion(**mail)) is given  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rule", "matching", "other"),
    [
        ({"accounts": {"support", "help"}}, {"account": "support"}, {"account": "sales"}),
        ({"periods": {"weekend"}}, {}, {"moment": LUNCH}),
        ({"periods": {"break"}}, {"moment": LUNCH}, {}),
        ({"periods": {"business"}}, {"moment": LUNCH}, {}),
        ({"periods": {"rescued"}}, {"rescued": True}, {}),
        ({"customers": {CustomerKind.KNOWN}}, {"customer": known()}, {}),
        ({"customers": {CustomerKind.KNOWN}}, {"customer": known(vip=True)}, {}),
        ({"customers": {CustomerKind.VIP}}, {"customer": known(vip=True)}, {"customer": known()}),
        ({"customers": {CustomerKind.UNKNOWN}}, {}, {"customer": known()}),
        (
            {"tags": {"Wholesale", "press"}},
            {"customer": known(tags=("early", "wholesale"))},
            {"customer": known(tags=("early",))},
        ),
        ({"tags": {"press"}}, {"customer": known(tags=("press",))}, {}),
        (
            {"signals": {"outage", "security"}},
            {"signals": frozenset({"security", "anger"})},
            {"signals": frozenset({"anger"})},
        ),
        ({"languages": {"de"}}, {"language": "de-AT"}, {"language": "en"}),
        ({"languages": {"pt-BR"}}, {"language": "pt_br"}, {"language": "pt"}),
        ({"roles": {Role.JUNK}}, {"role": Role.JUNK}, {"role": Role.INBOX}),
        ({"answered": (1, 9)}, {"history": History(human_answers=1)}, {}),
        ({"answered": (0, 0)}, {}, {"history": History(conversation_replies=1)}),
        (
            {"answered": (3, 3)},
            {"history": History(human_answers=2, conversation_replies=1)},
            {"history": History(human_answers=2)},
        ),
    ],
)
def test_a_condition(
    rule: dict[str, object], matching: dict[str, object], other: dict[str, object]
) -> None:
    frozen = {key: frozenset(v) if isinstance(v, set) else v for key, v in rule.items()}
    assert matches(frozen, matching)
    assert not matches(frozen, other)


def test_a_rule_without_conditions_matches_all() -> None:
    assert matches({}, {})


def test_every_condition_has_to_hold() -> None:
    rule = {"periods": frozenset({"weekend"}), "customers": frozenset({CustomerKind.VIP})}
    assert matches(rule, {"customer": known(vip=True)})
    assert not matches(rule, {"customer": known(vip=True), "moment": LUNCH})


def test_replies_before_a_person_wrote_count_as_answers_too() -> None:
    past = tuple(PastReply("weekend", "acknowledgement", NOW, 4) for _ in range(2))
    mail = occasion(history=History(conversation=4, replies=past, human_answers=1))
    assert mail.answered == 3


def test_none_of_no_rules() -> None:
    assert first_match((), occasion()) is None
