"""What was known of a mail stays known when it is rescued."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace
from tests.support.build import NOW
from tests.support.journal import decision

from inboxwatch.core.rescued import with_known
from inboxwatch.core.summary import decision_fields
from inboxwatch.model.case import Action, Cause, NextStep
from inboxwatch.model.decision import Reason

BASE, RESCUED = Reason("base", 3), Reason("rescued-customer", 6, r"found in \Junk")
STEP = NextStep(Action.CALL, "it has to be a manager", due=NOW)
LATER = NextStep(Action.WRITE, "answer it")


def known(*reasons: Reason, **fields: Any) -> Any:
    return decision_fields(replace(decision(1), reasons=(BASE, *reasons), **fields))


@pytest.mark.parametrize(
    ("before", "now", "after"),
    [
        ((Reason("repeated-mail", 2, "2 more"),), (), [("repeated-mail", 2)]),
        ((Reason("repeated-mail", 2),), (Reason("repeated-mail", 1),), [("repeated-mail", 2)]),
        ((Reason("anger", 2),), (Reason("anger", 3),), [("anger", 3)]),
        ((Reason("unknown-in-junk", -4), Reason("waiting-time", 4)), (), []),
        ((Reason("known-contact", 1), Reason("ceiling", -3)), (), []),
    ],
)
def test_each_reason_counts_once_as_it_weighs_more(
    before: tuple[Reason, ...], now: tuple[Reason, ...], after: list[tuple[str, int]]
) -> None:
    made = with_known(replace(decision(1), reasons=(BASE, RESCUED, *now)), known(*before))
    told = [(one.signal, one.points) for one in made.reasons if one not in (BASE, RESCUED)]
    assert [one for one in told if one[0] != "ceiling"] == after
    assert made.priority == sum(one.points for one in made.reasons) == 9
    assert {name for name, _ in after} <= set(made.signals)


def test_causes_and_the_next_step_stay_with_when_it_was_due() -> None:
    old = known(escalation=(Cause("insult", "idiots"),), next_step=STEP, waiting_since=NOW)
    new = replace(
        decision(1),
        reasons=(BASE, RESCUED),
        escalation=(Cause("insult", "fools"), Cause("danger", "fire")),
        next_step=LATER,
    )
    made = with_known(new, old)
    assert made.escalation == (Cause("danger", "fire"), Cause("insult", "idiots"))
    assert (made.next_step, made.waiting_since) == (STEP, NOW)
    assert with_known(new, known()).next_step == LATER
