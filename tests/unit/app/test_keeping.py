"""Pruning at the end of a run: once a day, for a moment, and not in a dry run."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace
from tests.support.build import NOW
from tests.support.house import House, letter
from tests.support.journal import keep, record

from inboxwatch.app.keeping import prune_all, prune_daily
from inboxwatch.app.run import run
from inboxwatch.model.policy import Retention
from inboxwatch.ports.keeping import Pruned
from inboxwatch.store.sqlite import open_journal

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from inboxwatch.app.desk import Desk

DAY = timedelta(days=1)


class Shelf:
    """A keeper with so many batches of old rows, which notes what it is asked for."""

    def __init__(self, batches: int = 1) -> None:
        self.batches = batches
        self.asked: list[tuple[datetime, datetime, int]] = []
        self.given_back = 0
        self.ran = True

    def prune(self, before: datetime, memory: datetime, *, after: int, limit: int) -> Pruned:
        self.asked.append((before, memory, after))
        number = after // limit + 1
        return Pruned({"mail": 1}, number * limit if number < self.batches else None)

    def has_run(self, since: datetime, until: datetime) -> bool:
        return self.ran and since < until

    def last_run(self) -> datetime | None:
        return None

    def give_back(self, *, whole: bool = False) -> int:
        self.given_back += 1 + whole
        return 0


def desk(house: House, shelf: Shelf, *, dry_run: bool = False) -> Desk:
    kept = Retention(30 * DAY, 100 * DAY)
    return replace(house.desk(dry_run=dry_run), keeper=shelf, retention=kept)


def test_a_run_prunes_once_a_day() -> None:
    house, shelf = House(), Shelf()
    for hours in (0, 1, 23, 24):
        house.clock.at = NOW + timedelta(hours=hours)
        house.deliver(letter(subject=str(hours)))
        run(desk(house, shelf))
    days = (NOW, NOW + DAY)
    assert shelf.asked == [(at - 30 * DAY, at - 100 * DAY, 0) for at in days]
    assert shelf.given_back == 2


def test_a_dry_run_prunes_nothing() -> None:
    shelf = Shelf()
    run(desk(House(), shelf, dry_run=True))
    assert shelf.asked == []


def test_a_clock_that_jumped_lets_nothing_go() -> None:
    """Rule X14: by a clock that is a year ahead, everything would be old."""
    house, shelf = House(), Shelf()
    house.journal.begin_run(NOW, replies_enabled=True)
    house.clock.at = NOW + 365 * DAY
    run(desk(house, shelf))
    shelf.ran = False  # as the state tells of a month that nothing ran in
    house.clock.pass_by(minutes=5)
    run(desk(house, shelf))
    assert shelf.asked == []


def test_the_state_itself_lets_go_of_old_mail_at_the_end_of_a_run(tmp_path: Path) -> None:
    with open_journal(tmp_path / "state.db") as journal:
        house = House(journal=journal)
        run(replace(house.desk(), keeper=journal))
        old = record(1, received=NOW - 120 * DAY, closed="deleted")
        keep(journal, old, record(2, received=NOW - 120 * DAY), at=NOW - 120 * DAY)
        run(replace(house.desk(), keeper=journal))
        assert journal.mail(1) is not None  # the clock has not been borne out yet
        house.clock.pass_by(days=1)
        run(replace(house.desk(), keeper=journal))
        assert [journal.mail(number) is None for number in (1, 2)] == [True, False]


def test_a_run_that_is_told_to_end_prunes_nothing() -> None:
    shelf = Shelf()
    run(replace(desk(House(), shelf), stop=lambda: True))
    assert shelf.asked == []


def test_it_takes_a_moment_and_goes_on_the_next_day_from_there() -> None:
    house, shelf = House(), Shelf(batches=5)
    ended = []
    for day in range(3):  # every look at this clock takes a second
        house.clock.at = NOW + day * DAY
        prune_daily(desk(house, shelf))
        ended.append(len(shelf.asked))
    assert ended == sorted(set(ended))
    assert [after for _, _, after in shelf.asked[:4]] == [0, 500, 1000, 1500]


def test_a_clock_that_was_wrong_does_not_put_it_off() -> None:
    house, shelf = House(), Shelf()
    house.clock.at = NOW + 900 * DAY
    prune_daily(desk(house, shelf))
    house.clock.at = NOW
    prune_daily(desk(house, shelf))
    assert len(shelf.asked) == 2


def test_who_asks_for_it_gets_all_of_it() -> None:
    shelf = Shelf(batches=7)
    assert prune_all(shelf, Retention(), NOW) == {"mail": 7}
