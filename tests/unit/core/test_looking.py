"""Of which mails the flags are asked for, by what a mailbox says of itself."""

from __future__ import annotations

import pytest

from inboxwatch.core.sync import Looking, Standing, plan_looking

THEN = Standing(uidvalidity=7, uidnext=100, exists=50, modseq=10)


@pytest.mark.parametrize(
    ("now", "looking"),
    [
        (THEN, Looking.NONE),
        (THEN._replace(modseq=11), Looking.CHANGED),
        (THEN._replace(modseq=12, uidnext=103, exists=53), Looking.CHANGED),
        (THEN._replace(uidnext=103, exists=53), Looking.CHANGED),
        # something is gone, whether or not something came
        (THEN._replace(exists=49), Looking.ALL),
        (THEN._replace(modseq=11, exists=49), Looking.ALL),
        (THEN._replace(modseq=12, uidnext=103, exists=52), Looking.ALL),
        (THEN._replace(modseq=12, uidnext=103, exists=50), Looking.ALL),
        # what cannot be
        (THEN._replace(exists=51), Looking.ALL),
        (THEN._replace(uidnext=99, exists=49), Looking.ALL),
        (THEN._replace(modseq=9), Looking.ALL),
        # other UIDs, or a mailbox that keeps no modseq
        (THEN._replace(uidvalidity=8), Looking.ALL),
        (THEN._replace(modseq=0), Looking.ALL),
    ],
)
def test_what_a_mailbox_says_of_itself(now: Standing, looking: Looking) -> None:
    assert plan_looking(THEN, now) is looking


def test_without_a_look_before_all_are_asked_for() -> None:
    assert plan_looking(None, THEN) is Looking.ALL
    assert plan_looking(THEN._replace(modseq=0), THEN) is Looking.ALL
