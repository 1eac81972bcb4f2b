"""Imported customers: looked up from the disk, replaced as a whole, and safe from everything."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from msgspec import structs
from tests.support.build import NOW

from inboxwatch.core.message.address import parse_address
from inboxwatch.errors import LockHeldError, Problem, StateError
from inboxwatch.model.customer import Customer, Customers, Resembled
from inboxwatch.store import lock
from inboxwatch.store.customer_import import ImportCounts, importing
from inboxwatch.store.customers import StoredCustomers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from inboxwatch.model.message import Address


ANN = Customer(
    "c-1",
    "Ann Shaw",
    ("ann@shaw.example", "a@x.example"),
    ("shaw.example",),
    vip=True,
    tags=("press", "early bird"),
    language="en",
    timezone="Europe/London",
    notes="one\ntwo",
    no_replies=True,
)
BOB = Customer("c-2", "Bob", ("bob@x.example",))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "state.customers.db"


@pytest.fixture
def stored(path: Path) -> Iterator[StoredCustomers]:
    customers = StoredCustomers(path)
    yield customers
    customers.close()


def take(
    path: Path, *customers: Customer, replace: bool = False
) -> tuple[ImportCounts, list[Problem]]:
    """Import these, each on a line of its own."""
    problems: list[Problem] = []
    with importing(path, problems.append, NOW, replacing=replace) as into:
        for line, customer in enumerate(customers, 1):
            into.add(customer, "some.csv", line)
        done = into.finish()
    return done, problems


def everybody(path: Path) -> dict[str, tuple[str, ...]]:
    """The addresses and domains that lead to each customer, by id."""
    stored = StoredCustomers(path)
    found: dict[str, tuple[str, ...]] = {}
    for one in stored.find("")[1]:
        ways = [email for email in one.emails if at(stored, email).by_address.get(email) == one]
        ways += [
            domain
            for domain in one.domains
            if at(stored, f"somebody@{domain}").by_domain.get(domain) == one
        ]
        found[one.id] = tuple(ways)
    stored.close()
    return found


def at(stored: StoredCustomers, address: str) -> Customers:
    return stored.around(parse_address(address))


def test_what_was_imported_is_found_whole(path: Path, stored: StoredCustomers) -> None:
    assert take(path, ANN, BOB) == (ImportCounts(2, 0, 2), [])
    assert at(stored, "Ann@SHAW.example") == Customers(
        {"ann@shaw.example": ANN}, {"shaw.example": ANN}
    )
    assert at(stored, "eve@shaw.example") == Customers({}, {"shaw.example": ANN})
    assert at(stored, "bob@x.example") == Customers({"bob@x.example": BOB})
    assert at(stored, "eve@x.example") == Customers()
    assert at(stored, "eve@evil.shaw.example") == Customers()
    assert stored.around(None) == Customers()
    assert (stored.with_id("c-1"), stored.with_id("c-3")) == (ANN, None)
    assert (len(stored), stored.languages()) == (2, {"en"})


def test_without_a_file_there_are_no_customers_and_none_is_made(
    path: Path, stored: StoredCustomers
) -> None:
    assert at(stored, "ann@shaw.example") == Customers()
    assert (len(stored), stored.languages(), stored.with_id("c-1")) == (0, frozenset(), None)
    assert stored.find("x")[0] == 0
    assert not path.parent.exists()


def test_only_the_owner_can_read_the_files(path: Path) -> None:
    take(path, ANN)
    path.chmod(0o644)
    take(path, BOB)
    assert {stat.S_IMODE(one.stat().st_mode) for one in path.parent.iterdir()} == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert sorted(one.name for one in path.parent.iterdir()) == [path.name, f"{path.name}.lock"]


def test_looking_writes_nothing(path: Path, stored: StoredCustomers) -> None:
    take(path, ANN)
    before = {one: one.stat().st_mtime_ns for one in (path.parent, *path.parent.iterdir())}
    at(stored, "ann@shaw.example")
    assert {one: one.stat().st_mtime_ns for one in (path.parent, *path.parent.iterdir())} == before
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        stored._sql.execute("DELETE FROM customer")  # type: ignore[union-attr]


def test_a_second_import_brings_up_to_date_by_id(path: Path) -> None:
    take(path, ANN, BOB)
    moved = Customer("c-1", "Ann Miller", ("ann@miller.example",))
    assert take(path, moved, Customer("c-3")) == (ImportCounts(1, 1, 3), [])
    assert everybody(path) == {
        "c-1": ("ann@miller.example",),
        "c-2": ("bob@x.example",),
        "c-3": (),
    }
    assert take(path, moved) == (ImportCounts(0, 1, 3), [])


def test_rows_with_one_id_are_one_customer(path: Path, stored: StoredCustomers) -> None:
    more = Customer("c-2", "Robert", ("rob@x.example",), tags=("late",), notes="a note")
    assert take(path, BOB, ANN, more) == (ImportCounts(2, 0, 2), [])
    assert stored.with_id("c-2") == BOB.joined(more)
    again = Customer("c-2", "", ("r@x.example",))
    assert take(path, again, again) == (ImportCounts(0, 1, 2), [])
    assert everybody(path)["c-2"] == ("r@x.example",)


def test_with_replace_the_others_are_forgotten(path: Path) -> None:
    take(path, ANN, BOB)
    assert take(path, BOB, replace=True) == (ImportCounts(1, 0, 1), [])
    assert everybody(path) == {"c-2": ("bob@x.example",)}


def test_with_replace_a_problem_keeps_everybody_who_is_there_already(path: Path) -> None:
    take(path, ANN, BOB, Customer("c-3", "", ("c@x.example", "moved@x.example")))
    moved = Customer("c-4", "", ("moved@x.example",))
    problems: list[Problem] = []
    with importing(path, problems.append, NOW, replacing=True) as into:
        into.report(Problem("the row of c-1 is wrong"))
        into.add(moved, "some.csv", 3)
        into.add(Customer("c-2", "Robert", ("moved@x.example",)), "some.csv", 4)
        done = into.finish()
    assert (done.total, len(problems)) == (4, 2)
    kept = everybody(path)
    assert kept["c-1"] == ("ann@shaw.example", "a@x.example", "shaw.example")
    assert kept["c-2"] == ("bob@x.example",)
    assert kept["c-3"] == ("c@x.example",)
    assert kept["c-4"] == ("moved@x.example",)
    stored = StoredCustomers(path)
    assert (stored.with_id("c-1"), stored.with_id("c-2")) == (ANN, BOB)
    stored.close()


@pytest.mark.parametrize("kind", ["device", "pipe"])
def test_customers_that_are_no_regular_file_are_refused_at_once(path: Path, kind: str) -> None:
    path.parent.mkdir()
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero")
    with pytest.raises(StateError, match="it is not a regular file"):
        take(path, ANN)
    with pytest.raises(StateError, match="it is not a regular file"):
        len(StoredCustomers(path))


def test_a_row_that_stands_there_many_times_is_one_customer(path: Path) -> None:
    take(path, ANN, ANN, BOB, ANN)
    assert take(path, BOB, BOB, ANN, ANN)[0] == ImportCounts(0, 2, 2)


def test_an_address_of_two_customers_stays_with_the_first(path: Path) -> None:
    thief = Customer("c-9", "Thief", ("x@y.example", "bob@x.example"))
    colleague = Customer("c-8", "Colleague", (), ("shaw.example",))
    done, problems = take(path, ANN, BOB, thief, colleague)
    assert done == ImportCounts(2, 0, 2)
    assert [(one.line, one.message) for one in problems] == [
        (3, "bob@x.example belongs to customer c-2 as well"),
        (4, "shaw.example belongs to customer c-1 as well"),
    ]
    assert take(path, thief)[1][0].line == 1
    assert everybody(path)["c-2"] == ("bob@x.example",)


def test_an_address_may_move_whatever_the_order_of_the_rows(path: Path) -> None:
    take(path, ANN, BOB)
    taker = Customer("c-3", "Taker", ("bob@x.example",))
    assert take(path, taker, Customer("c-2", "Bob", ("new@x.example",))) == (
        ImportCounts(1, 1, 3),
        [],
    )
    swapped = (
        Customer("c-3", "Taker", ("new@x.example",)),
        Customer("c-2", "Bob", ("bob@x.example",)),
    )
    _, problems = take(path, *swapped)
    assert [one.line for one in problems] == [1, 2]  # neither lets go before the other does
    assert everybody(path)["c-2"] == ("new@x.example",)


def test_addresses_may_move_on_from_one_to_the_next(path: Path) -> None:
    chain = [Customer(f"c-{number}", "", (f"a{number}@x.example",)) for number in range(6)]
    take(path, *chain)
    moved = [
        Customer(one.id, "", chain[number + 1].emails if number < 5 else ("new@x.example",))
        for number, one in enumerate(chain)
    ]
    assert take(path, *moved) == (ImportCounts(0, 6, 6), [])
    assert everybody(path) == {one.id: one.emails for one in moved}


def interrupted(path: Path) -> None:
    with importing(path, print, NOW) as into:
        into.add(BOB, "some.csv", 1)
        raise KeyboardInterrupt


def test_an_import_that_fails_changes_nothing(path: Path, stored: StoredCustomers) -> None:
    take(path, ANN)
    before = path.read_bytes()
    with pytest.raises(KeyboardInterrupt):
        interrupted(path)
    assert path.read_bytes() == before
    assert sorted(one.name for one in path.parent.iterdir()) == [path.name, f"{path.name}.lock"]
    assert len(stored) == 1


def test_what_a_killed_import_left_does_not_count(path: Path) -> None:
    take(path, ANN)
    path.with_name(f"{path.name}-new").write_bytes(b"half of something")
    assert take(path, BOB)[0] == ImportCounts(1, 0, 2)


def test_who_looked_before_sees_what_there_was(path: Path, stored: StoredCustomers) -> None:
    take(path, ANN)
    assert len(stored) == 1
    with importing(path, print, NOW) as into:
        into.add(BOB, "some.csv", 1)
        assert len(stored) == len(StoredCustomers(path)) == 1
        into.finish()
    assert len(StoredCustomers(path)) == 2
    assert len(stored) == 1


def test_one_import_at_a_time(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "PATIENCE", 0.01)
    with (
        importing(path, print, NOW) as into,
        pytest.raises(LockHeldError, match="another import"),
        importing(path, print, NOW),
    ):
        pass
    assert into is not None


def looked(stored: StoredCustomers) -> None:
    """Look at everything."""
    at(stored, "a@x.example")
    len(stored.languages())
    list(stored.find("")[1])


@pytest.mark.parametrize("damage", ["garbage", "foreign", "newer", "torn"])
def test_a_file_that_is_none_of_ours_is_told_and_left_alone(
    path: Path, stored: StoredCustomers, damage: str
) -> None:
    take(path, *(Customer(f"c-{number}", "x" * 500) for number in range(500)))
    if damage == "garbage":
        path.write_bytes(b"no database at all" * 500)
    if damage == "torn":
        octets = path.read_bytes()
        path.write_bytes(octets[:8192] + b"\xff" * (len(octets) - 8192))
    sql = sqlite3.connect(path)
    if damage == "foreign":
        sql.execute("PRAGMA application_id = 1")
    if damage == "newer":
        sql.execute("PRAGMA user_version = 99")
    sql.close()
    before = path.read_bytes()
    with pytest.raises(StateError) as told:
        looked(stored)
    assert str(path) in told.value.message
    assert told.value.next_step
    if damage != "torn":
        with pytest.raises(StateError):
            take(path, ANN)
    assert path.read_bytes() == before
    assert take(path, ANN, replace=True)[0].total == 1


def test_a_link_of_somebody_else_is_not_followed(path: Path, tmp_path: Path) -> None:
    take(path, ANN)
    elsewhere = tmp_path / "elsewhere.db"
    shutil.copyfile(path, elsewhere)
    path.unlink()
    path.symlink_to(elsewhere)
    assert len(StoredCustomers(path)) == 1  # one's own
    if os.geteuid() == 0:
        os.lchown(path, 12345, 12345)
        with pytest.raises(StateError, match="symbolic link"):
            len(StoredCustomers(path))


def test_a_search_looks_at_everything_that_is_shown(path: Path, stored: StoredCustomers) -> None:
    umlaut = Customer("C-3", "MÜLLER 100%", ("m_x@x.example",), tags=("Gold_Club",))
    take(path, ANN, BOB, umlaut)

    def found(text: str, limit: int | None = None) -> list[str]:
        total, customers = stored.find(text, limit)
        ids = [one.id for one in customers]
        assert limit or total == len(ids)
        return ids

    assert found("") == ["c-1", "c-2", "C-3"]
    assert found("", 2) == ["c-1", "c-2"]
    assert found("müller") == found("00%") == found("c-3") == found("_CLUB") == ["C-3"]
    assert found("x.example") == ["c-1", "c-2", "C-3"]
    assert found("shaw.example") == found("early bird") == ["c-1"]
    assert found("x.example", 1) == ["c-1"]
    assert stored.find("x.example", 1)[0] == 3
    assert found("TWO") == ["c-1"]
    assert found("' OR 1=1 --") == found("shaw\nc") == []


def near(stored: StoredCustomers, name: str, address: str) -> Resembled:
    return stored.resembling(replace_name(parse_address(address), name))


def replace_name(address: Address, name: str) -> Address:
    return structs.replace(address, name=name)


NORA = Customer("c-3", "Nora North", ("nora@northwind.com", "nora@gmail.com"), ("north.de",))


def test_whom_a_stranger_could_be_taken_for_is_found(path: Path, stored: StoredCustomers) -> None:
    take(path, ANN, BOB, NORA)
    assert near(stored, "North, Nora", "x@evil.example").namesakes == (NORA,)
    assert near(stored, "Nora", "x@evil.example") == Resembled()
    for domain in ("northwind.org", "northwimd.com", "n0rth-wind.net", "nrothwind.com"):
        assert near(stored, "", f"x@{domain}").domains == ("northwind.com",)
    assert near(stored, "", "x@n0rth.com").domains == ("north.de",)
    assert near(stored, "", "x@gmai1.com") == Resembled()
    assert near(stored, "Nora North", "x@gmail.com") == Resembled((NORA,))


def test_a_name_that_was_given_up_leads_nowhere(path: Path) -> None:
    take(path, NORA)
    take(path, structs.replace(NORA, name="Nora South"))
    stored = StoredCustomers(path)
    assert near(stored, "Nora North", "x@evil.example") == Resembled()
    (found,) = near(stored, "Nora South", "x@evil.example").namesakes
    assert found.id == "c-3"
    stored.close()


def test_customers_of_an_older_version_are_found_after_their_next_import(path: Path) -> None:
    take(path, ANN, NORA)
    with closing(sqlite3.connect(path)) as sql:
        sql.executescript("DROP TABLE name; DROP TABLE site; PRAGMA user_version = 1")
    older = StoredCustomers(path)
    assert near(older, "Nora North", "x@northwimd.com") == Resembled()
    assert at(older, "ann@shaw.example")
    older.close()
    take(path, BOB)
    newer = StoredCustomers(path)
    assert near(newer, "Nora North", "x@northwimd.com") == Resembled((NORA,), ("northwind.com",))
    newer.close()


def test_without_a_file_nobody_resembles(stored: StoredCustomers) -> None:
    assert near(stored, "Nora North", "x@northwimd.com") == Resembled()
