"""Soft rules can be turned off for some senders, hard ones for nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from inboxwatch.core.reply.rulebook import RULEBOOK, SOFT_RULES

if TYPE_CHECKING:
    from collections.abc import Callable

    from inboxwatch.config.schema import Config
    from inboxwatch.errors import Problem


def overriding(rule: str) -> str:
    return f"replies: {{overrides: {{{rule}: [c-1, ann@x.example, '@y.example']}}}}\n"


@pytest.mark.parametrize("rule", SOFT_RULES)
def test_a_soft_rule_can_be_overridden(rule: str, load: Callable[..., Config]) -> None:
    overrides = load(overriding(rule)).replies.overrides
    assert overrides == {rule: ("c-1", "ann@x.example", "@y.example")}


@pytest.mark.parametrize("rule", sorted(set(RULEBOOK) - set(SOFT_RULES)))
def test_a_hard_rule_cannot(rule: str, faults: Callable[..., list[Problem]]) -> None:
    (problem,) = faults(overriding(rule))
    assert f"'{rule}' is not a rule that can be turned off" in problem.message
    assert "only A08, A12" in problem.next_step
