"""Nobody on the other side, whatever it does, gets more than the limits allow (L01, L05, A39)."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from tests.support.build import account, policy
from tests.support.fake_account import FakeAccount
from tests.support.house import House, letter
from tests.support.journal import recall
from tests.support.responders import (
    Bouncing,
    Delaying,
    DelayingInThread,
    Duel,
    Everything,
    Forgetful,
    Forwarding,
    Peer,
    Quoting,
    Retitling,
    Simulation,
    Tagging,
    ToFrom,
)

from inboxwatch.model.outcome import OutboxState
from inboxwatch.store.sqlite import scratch_journal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from inboxwatch.model.outcome import OutboxEntry
    from inboxwatch.ports import Journal

HOURS = 1000
DAY, WEEK = timedelta(days=1), timedelta(days=7)
TEMPLATES = 4
BOUND = TEMPLATES * (HOURS // (7 * 24) + 1)
"""Each text once a week."""

MODELS = (
    Peer,
    Retitling,
    Forgetful,
    ToFrom,
    Delaying,
    DelayingInThread,
    Bouncing,
    Quoting,
    Tagging,
    Everything,
)


def conversations(journal: Journal, entries: Iterable[OutboxEntry]) -> Iterator[int | None]:
    """The conversation of each entry, as the past of whom it went to tells."""
    for entry in entries:
        past = recall(journal, 0, entry.recipient_canonical, now=entry.claimed_at).replies
        yield from (reply.conversation for reply in past if reply.at == entry.claimed_at)


def within_bounds(house: House, *, at_most: int) -> None:
    """A reply a day to each sender, the same text once a week, and one in a conversation."""
    entries = house.journal.outbox(tuple(OutboxState))
    assert 1 <= len(entries) <= at_most
    assert len({entry.recipient_canonical for entry in entries}) == 1
    assert all(later.claimed_at - one.claimed_at >= DAY for one, later in pairwise(entries))
    for handle in {entry.handle for entry in entries}:
        same = [entry.claimed_at for entry in entries if entry.handle == handle]
        assert all(later - one >= WEEK for one, later in pairwise(same))
    assert len(set(conversations(house.journal, entries))) == len(entries)
    assert len(house.transport.sent) == len(entries)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_thousand_hours_against_a_responder(model: type[Peer]) -> None:
    house, peer = House().after_baseline(), model()
    Simulation(house, peer).last(HOURS)
    at_most = 1 if peer.keeps_thread else BOUND
    within_bounds(house, at_most=2 if isinstance(peer, Bouncing) else at_most)


def test_a_thousand_hours_with_the_journal_on_disk(tmp_path: Path) -> None:
    with closing(scratch_journal(tmp_path / "state.db")) as journal:
        house = House(journal=journal).after_baseline()
        Simulation(house, Everything()).last(HOURS)
        within_bounds(house, at_most=BOUND)


def test_a_thousand_hours_against_one_that_hands_on_to_another_account_of_ours() -> None:
    both = policy(
        accounts={"support": account(), "sales": account("sales", "sales@acme.example")},
        own_addresses=frozenset({"support@acme.example", "sales@acme.example"}),
    )
    house = House(
        accounts={"support": FakeAccount("support"), "sales": FakeAccount("sales")}, policy=both
    ).after_baseline()
    Simulation(house, Forwarding()).last(HOURS)
    within_bounds(house, at_most=BOUND)


def beta() -> House:
    """Another team with the same program."""
    theirs = policy(
        accounts={"support": account(spec="support@beta.example")},
        own_addresses=frozenset({"support@beta.example"}),
        own_domains=frozenset({"beta.example"}),
        secret=b"b" * 32,
    )
    return House(policy=theirs).after_baseline()


def test_a_thousand_hours_of_two_houses_of_ours_at_each_other() -> None:
    houses = (House().after_baseline(), beta())
    Duel(houses, ("support@acme.example", "support@beta.example")).last(HOURS)
    for house in houses:
        within_bounds(house, at_most=BOUND)


def test_the_same_two_with_their_marks_on_get_nothing() -> None:
    ours, theirs = House().after_baseline(), beta()
    ours.deliver(letter())
    ours.run()
    sent = ours.transport.sent[0].octets
    marked = sent.replace(b"ann@customer.example", b"support@beta.example")
    theirs.deliver(b"Return-Path: <support@acme.example>\n" + marked)
    theirs.run()
    assert theirs.transport.sent == []


# --- where far too much could go out ----------------------------------------------------------


def filled(house: House, number: int) -> House:
    for one in range(number):
        house.deliver(letter(f"ann@shop{one}.example", at=house.clock.now()))
    return house


def nothing_goes_out(house: House, runs: int = 3) -> None:
    before = len(house.transport.sent)
    for _ in range(runs):
        house.run()
        house.clock.pass_by(minutes=5)
    assert len(house.transport.sent) == before


def test_a_first_run_on_20000_mails_sends_nothing(tmp_path: Path) -> None:
    with closing(scratch_journal(tmp_path / "state.db")) as journal:  # the one with indexes
        house = filled(House(journal=journal, budget=1e9), 20_000)
        house.clock.pass_by(minutes=1)
        report = house.run()
        assert [one.would_answer for one in report.baselines if one.mailbox == "INBOX"] == [20_000]
        house.run()
        assert house.transport.sent == []


@pytest.mark.parametrize("number", [1, 30, 400])
def test_deleted_state_sends_nothing(number: int) -> None:
    house = filled(House().after_baseline(), number)
    house.run()
    house.clock.pass_by(minutes=5)
    filled(house, number)
    fresh = House(accounts=house.accounts, transport=house.transport, clock=house.clock)
    fresh.clock.pass_by(minutes=1)
    nothing_goes_out(fresh)


@pytest.mark.parametrize("number", [1, 30, 400])
def test_a_flipped_uidvalidity_sends_nothing(number: int) -> None:
    house = House().after_baseline()
    for _ in range(3):
        filled(house, number)
        house.clock.pass_by(minutes=1)
        uidvalidity = house.account.boxes["INBOX"].uidvalidity
        house.account.change_uidvalidity("INBOX", uidvalidity % 2 + 1)
        nothing_goes_out(house, 2)


def test_a_restored_mailbox_with_new_dates_sends_nothing() -> None:
    """Under the old UIDVALIDITY it is no baseline, and the tripwire stops it (rule X08)."""
    house = filled(House().after_baseline(), 60)
    nothing_goes_out(house)


@pytest.mark.parametrize("days", [365, -365])
def test_a_clock_that_jumps_sends_nothing_in_that_run(days: int) -> None:
    house = filled(House().after_baseline(), 5)
    house.run()
    sent = len(house.transport.sent)
    house.clock.pass_by(days=days)
    filled(house, 5)
    house.run()
    assert len(house.transport.sent) == sent


def test_a_clock_that_jumps_back_and_forth_answers_nobody_twice() -> None:
    house = House().after_baseline()
    for days in (0, -365, 365, 1, -1, -365, 365):
        house.clock.pass_by(days=days)
        for _ in range(3):
            house.deliver(letter(text=f"Mail of {house.clock.now()}", at=house.clock.now()))
            house.run()
            house.clock.pass_by(minutes=5)
    assert len(house.transport.sent) == 1


def test_counting_makes_the_simulation_honest() -> None:
    """Without L01 the same peers would get far more: the bound is no accident of the models."""
    lenient = replace(
        policy().limits, sender_interval=timedelta(minutes=1), handle_interval=timedelta(days=1)
    )
    house = House(policy=replace(policy(), limits=lenient)).after_baseline()
    Simulation(house, Forgetful()).last(HOURS)
    assert len(house.transport.sent) > 2 * BOUND
