"""The lines of a sweep on a terminal: what they say depends on what was really done."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace
from tests.support.build import NOW, customers
from tests.support.fake_account import FakeAccount
from tests.support.house import ANN
from tests.unit.app.test_doubtful import FIRM, colleague, doubting, saying
from tests.unit.app.test_sweep import BOXES, forged, genuine, house, spam, sweep

from inboxwatch.model.policy import RescueMode
from inboxwatch.model.sweep import Choice
from inboxwatch.render.sweep import doubtful_lines, sweep_lines

if TYPE_CHECKING:
    from tests.support.house import House

    from inboxwatch.core.sweep import SweepReport

APPLY = "To move what is proven genuine: inboxwatch sweep --apply"
ASK = "To go through what is perhaps genuine: inboxwatch sweep --interactive"
BACK = "To put everything back: inboxwatch sweep --undo"


def lines(report: SweepReport) -> list[str]:
    return [one.plain for one in sweep_lines(report, now=NOW)]


def mixed() -> House:
    at = doubting()
    for octets in (genuine(1), colleague(2), colleague(3), forged(4), spam(5), spam(6)):
        at.deliver(octets, "Spam")
        at.clock.pass_by(minutes=1)
    return at


def interactive(at: House, *choices: Choice, **fields: Any) -> SweepReport:
    choose, _ = saying(*choices)
    return sweep(at, choose=choose, **fields)


def test_a_report_names_both_ways_on_and_counts_everybody() -> None:
    *_, counted, apply, ask = lines(sweep(mixed()))
    assert counted == (
        "6 mails in the spam folders looked at: 1 left there, 1 proven genuine, "
        "2 for you to look at, 2 of no customer."
    )
    assert (apply, ask) == (f"Nothing was moved. {APPLY}", ASK)


def test_nothing_was_moved_is_never_said_when_something_was() -> None:
    *_, counted, apply, back = lines(interactive(mixed(), Choice.RESCUE, Choice.LEAVE))
    assert "1 moved, 1 proven genuine" in counted
    assert apply == APPLY
    assert back.startswith(BACK)
    *_, apply, ask = lines(interactive(mixed(), Choice.LEAVE, Choice.STOP))
    assert apply == f"Nothing was moved. {APPLY}"
    assert ask == "Not asked about: 1 doubtful mail."


def test_after_apply_nothing_more_is_said_of_moving() -> None:
    told = lines(sweep(mixed(), apply=True))
    assert not any("Nothing was moved" in one or APPLY in one for one in told)
    assert told[-2] == ASK
    assert told[-1].startswith(BACK)


def test_where_nothing_is_doubtful_that_is_said() -> None:
    at = house()
    at.deliver(forged(), "Spam")
    assert lines(interactive(at))[-1] == "Nothing is doubtful, so there was nothing to ask."


def test_what_was_not_moved_is_called_so_in_the_sum_as_well() -> None:
    at = house(mode=RescueMode.REVIEW)
    at.deliver(genuine(), "Spam")
    told = lines(sweep(at, apply=True))
    assert told[1].startswith("    → not moved: there is no mailbox Rescued")
    assert told[2] == "1 mail in the spam folders looked at: 1 not moved."


def test_with_several_accounts_the_lines_name_them() -> None:
    at = house()
    at.deliver(genuine(), "Spam")
    assert "support" not in lines(sweep(at))[0]
    trusting = at.policy.accounts["support"]
    at.accounts["sales"] = FakeAccount("sales", BOXES)
    at.policy = replace(
        at.policy, accounts={"support": trusting, "sales": replace(trusting, name="sales")}
    )
    at.accounts["sales"].deliver("Spam", genuine(2), at.clock.now())
    told = lines(sweep(at))
    assert any("  sales  Ann Customer" in one for one in told)
    assert any("  support  Ann Customer" in one for one in told)


def test_before_the_question_each_reason_stands_once_and_every_quoted_line_has_its_bar() -> None:
    at = house()
    at.customers = customers(ANN, FIRM)
    octets = colleague(1).replace(b"Our order 1.", b"word " * 60 + b"\n\nlast")
    at.deliver(octets, "Spam")
    choose, asked = saying(Choice.LEAVE)
    (mail,) = sweep(at, choose=choose).mails
    shown = [
        one.plain
        for one in doubtful_lines(
            mail, asked[0][1], now=NOW + timedelta(hours=1), width=60, several=True
        )
    ]
    assert sum("S20" in one for one in shown) == 1
    quoted = shown[shown.index("", 1) + 1 : -1]
    assert len(quoted) > 5
    assert all(one.startswith("    |") and len(one) <= 60 for one in quoted)
    assert quoted[-1] == "    | last"
    assert "  support  " in shown[1]
