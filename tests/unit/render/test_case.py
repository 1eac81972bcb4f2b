"""How a mail stands with the team, in words: its state first, and no step where none is left."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.build import NOW

from inboxwatch.render.case import case_lines

AT, LONG_PAST = "2026-11-18T10:30:00+01:00", "2026-11-11T10:00:00+01:00"
STEP = {
    "action": "call",
    "text": "it has to be a manager",
    "topic": "",
    "find_out": [],
    "due": LONG_PAST,
    "goodwill": "",
}
DEED = {"at": AT, "by": "call", "owner": "Jo", "note": "All is well."}
SETTLED_ELSEWHERE = """\
State      waits for an answer; what had to reach a person was settled by Jo,
           Wed 18 Nov 2026, 10:30"""
CAUSES = [{"cause": "insult", "evidence": "idiots\x1b[2J"}]


def lines(state: str, *, at: str | None = AT, by: str = "", width: int = 80, **more: Any) -> str:
    case = {"state": state, "at": at, "by": by}
    fields = {"escalation": CAUSES, "next_step": STEP, "case": case, "deeds": [], **more}
    return "\n".join(one.plain for one in case_lines(fields, NOW, width=width))


def test_what_is_open_says_why_and_what_to_do_and_that_it_is_late() -> None:
    told = lines("open", at=None).splitlines()
    assert told[0] == "State      open: it has to reach a person"
    assert told[1] == r"Why        insult “idiots\x1b[2J”"
    assert (
        told[2] == "Next       call: it has to be a manager, overdue since Wed 11 Nov 2026, 10:00"
    )


@pytest.mark.parametrize(
    ("state", "by", "told"),
    [
        ("done", "Jo", "State      done by Jo, by call, Wed 18 Nov 2026, 10:30: All is well."),
        ("answered", "", "State      a person answered: Wed 18 Nov 2026, 10:30"),
        (
            "closed",
            "moved or deleted",
            "State      out of the queue: moved or deleted, noticed Wed 18 Nov 2026, 10:30",
        ),
        (
            "waiting",
            "Jo",
            SETTLED_ELSEWHERE,
        ),
    ],
)
def test_what_is_settled_says_how_and_demands_nothing(state: str, by: str, told: str) -> None:
    assert lines(state, by=by, deeds=[DEED] if state == "done" else []) == told


def test_what_was_done_before_the_mail_came_stands_below() -> None:
    told = lines("open", at=None, deeds=[DEED], owner="Kim", snoozed_until=AT)
    assert told.index("Next ") < told.index("Owner      Kim") < told.index("Put off    until Wed")
    assert told.splitlines()[-1].startswith("Earlier    done by Jo, by call")


def test_what_people_promised_is_told_with_its_time() -> None:
    one = {"by": "jo@acme.example", "words": "I will call.\x07", "due_at": AT, "state": "open"}
    told = lines("answered", promises=[one], width=200)
    words = "by Wed 18 Nov 2026, 10:30, open: jo@acme.example wrote “I will call.\\x07”"
    assert f"Promise    {words}" in told


def test_a_mail_of_a_file_has_no_state_unless_it_has_to_reach_a_person() -> None:
    def told(**fields: Any) -> str:
        return "\n".join(one.plain for one in case_lines(fields, None, width=80))

    assert told(escalation=[]) == ""
    assert "by Wed 11 Nov 2026, 10:00" in told(escalation=CAUSES, next_step=STEP)
