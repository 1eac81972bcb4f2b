"""Where a rescued mail lies now is told in the queue, by ``show`` and by ``explain``."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.build import NOW
from tests.support.journal import record
from tests.unit.render.test_case import lines

from inboxwatch.core.summary import decision_fields
from inboxwatch.model.decision import Rescue, RescueDecision
from inboxwatch.model.message import Role
from inboxwatch.render.mail import explanation, mail_detail
from inboxwatch.render.terminal import queue

REF = {"account": "support", "mailbox": "Spam", "uidvalidity": 1, "uid": 108}
RESCUED = {**REF, "mailbox": "Rescued\x1b[2J", "uid": 3}
BACK = {**REF, "uid": 140}


def fields(place: dict[str, Any], how: RescueDecision = RescueDecision.RESCUE) -> dict[str, Any]:
    told: dict[str, Any] = decision_fields(record(1, role=Role.JUNK, rescue=Rescue(how)).decision)
    return {**told, "ref": REF, "place": place}


def plain(printed: Any) -> str:
    return "\n".join(getattr(one, "plain", None) or _cells(one) for one in printed)


def _cells(table: Any) -> str:
    return " ".join(str(cell) for column in table.columns for cell in column.cells)


@pytest.mark.parametrize(
    ("how", "says"),
    [
        (RescueDecision.RESCUE, "rescued from the spam folder"),
        (RescueDecision.REVIEW, "rescued by a person"),
    ],
)
def test_a_rescued_mail_is_told_where_it_lies_now(how: RescueDecision, says: str) -> None:
    shown = plain(mail_detail(37, fields(RESCUED, how), now=NOW))
    assert "Found in   support/Spam, UID 108\nNow in     support/Rescued\\x1b[2J, UID 3" in shown
    assert f"{says}, now in Rescued" in shown
    assert "in the spam folder, " not in shown
    assert "now in Rescued" in plain(queue([(37, fields(RESCUED, how))], NOW))
    assert f"Spam folder: {how.value}, now in Rescued" in plain(
        explanation(fields(RESCUED, how), {}, {})
    )


def test_the_state_names_the_mailbox_as_well() -> None:
    told = lines("open", at=None, ref=REF, place=RESCUED)
    assert "open: it has to reach a person; it lies in Rescued" in told
    assert "waits for an answer; it lies in" in lines("waiting", at=None, ref=REF, place=RESCUED)


def test_one_that_was_put_back_lies_in_the_spam_folder_again() -> None:
    shown = plain(mail_detail(37, fields(BACK), now=NOW))
    assert "Now in     support/Spam, UID 140" in shown
    assert "in the spam folder, proven genuine" in shown
    assert "now in" not in plain(queue([(37, fields(BACK))], NOW))


def test_any_other_mail_lies_where_it_was_found() -> None:
    assert "Now in" not in plain(mail_detail(37, fields(REF), now=NOW))
