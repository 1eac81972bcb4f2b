"""Past mail decided again: nothing changes under the same rules, and what does under others."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from tests.support.build import policy
from tests.support.house import House, letter

from inboxwatch.app.desk import Rules
from inboxwatch.app.replay import replay
from inboxwatch.config.lexicon import load_lexicon
from inboxwatch.errors import UnreachableError
from inboxwatch.model.customer import Customers
from inboxwatch.model.policy import TriagePolicy
from inboxwatch.render.replay import summary_text
from inboxwatch.store.sqlite import open_journal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from inboxwatch.core.replay import Replay
    from inboxwatch.model.policy import Policy

WEEK = timedelta(days=7)


@pytest.fixture(params=["memory", "sqlite"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """A few mails over a few hours, answered and not, of a customer and of others."""
    made = House(policy=policy(lexicon=load_lexicon()[0]))
    if request.param == "sqlite":
        made.journal = open_journal(tmp_path / "state.db")
    made.deliver(letter("old@host.example", subject="From before"))
    made.after_baseline()
    for number, text in enumerate(("How do I pay?", "This is broken.", "I am furious!", "Thanks!")):
        made.deliver(letter(subject=f"Mail {number}", text=text, at=made.clock.now()))
        made.deliver(letter(f"c{number}@host{number}.example", text=text, at=made.clock.now()))
        made.run()
        made.clock.pass_by(hours=3)
    yield made
    made.journal.close()


def under(house: House, rules: Policy) -> Replay:
    desk = replace(house.desk(dry_run=True), rules=Rules(lambda: (rules, house.customers)))
    return replay(desk, house.clock.now() - WEEK)


def test_the_same_rules_change_nothing_whatever_has_happened_since(house: House) -> None:
    report = under(house, house.policy)
    assert report.changed == ()
    assert report.same == 9
    assert len(house.transport.sent) == len(set(house.transport.sent))


def test_other_points_change_what_has_them_and_nothing_else(house: House) -> None:
    report = under(house, replace(house.policy, triage=TriagePolicy(points={"problem": 4})))
    assert {one.subject for one in report.changed} <= {"Mail 1", "A question"}
    assert len(report.changed) == 2
    (change,) = [one for one in report.changed[0].changes if one.what == "priority"]
    assert int(change.after) == int(change.before) + 3


def test_who_is_a_customer_is_asked_anew(house: House) -> None:
    house.customers = Customers()
    changed = under(house, house.policy).changed
    assert len(changed) == 4
    assert all("customer" in {change.what for change in one.changes} for one in changed)


def test_two_configurations_differ_in_what_they_say_and_in_nothing_that_happened_since(
    house: House,
) -> None:
    house.customers = Customers()  # all that were there are gone since
    present = Rules(lambda: (house.policy, house.customers))
    other = replace(house.policy, triage=TriagePolicy(points={"problem": 4}))
    desk = replace(house.desk(dry_run=True), rules=Rules(lambda: (other, house.customers)))
    report = replay(desk, house.clock.now() - WEEK, present)
    assert len(report.changed) == 2
    assert {change.what for one in report.changed for change in one.changes} == {"priority"}
    same = replay(house.desk(dry_run=True), house.clock.now() - WEEK, present)
    assert same.changed == ()


def test_what_changes_is_counted_by_kind(house: House) -> None:
    lower = replace(house.policy, triage=TriagePolicy(points={"problem": 4, "thanks": -2}))
    kinds = under(house, lower).kinds
    assert kinds == {"priority up": 2, "priority down": 2}
    house.customers = Customers()
    assert under(house, house.policy).kinds["customer"] == 4
    assert summary_text(kinds) == "2 with a higher priority, 2 with a lower one"


def test_nothing_is_sent_marked_or_kept(house: House) -> None:
    sent, flags = list(house.transport.sent), house.account.flags("INBOX", 1, range(1, 20))
    mails = house.journal.open_mails()
    under(house, replace(house.policy, triage=TriagePolicy(base=7)))
    assert house.transport.sent == sent
    assert house.account.flags("INBOX", 1, range(1, 20)) == flags
    assert house.journal.open_mails() == mails


def test_what_is_gone_and_what_has_no_account_is_counted(house: House) -> None:
    house.account.expunge("INBOX", 2)
    report = under(house, house.policy)
    assert (report.gone, report.same) == (1, 8)
    house.account.change_uidvalidity("INBOX", 7)
    report = under(house, house.policy)
    assert (report.gone, report.same, report.failures) == (9, 0, ())
    report = under(house, replace(house.policy, accounts={}))
    assert (report.skipped, report.same) == (9, 0)


def test_a_dead_account_is_told(house: House) -> None:
    house.account.fail("fetch", UnreachableError("the server is away"))
    report = under(house, house.policy)
    assert [one.error.message for one in report.failures] == ["the server is away"]
