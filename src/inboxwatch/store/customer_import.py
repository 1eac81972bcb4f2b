"""Importing customers: into a copy of the file, which takes its place when all are in.

Who is there under the same id is replaced by what the files say now, and nobody else changes. A
crash leaves the file as it was.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import contextmanager, suppress
from itertools import chain
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from inboxwatch.core.stranger import domain_keys, name_keys
from inboxwatch.errors import LockHeldError, Problem, StateError
from inboxwatch.model.customer import Customer, Customers
from inboxwatch.store import lock as locks
from inboxwatch.store.customers import StoredCustomers, faults, refuse_foreign, to_customer
from inboxwatch.store.files import (
    private_file,
    private_folder,
    refuse_foreign_links,
    refuse_irregular,
)
from inboxwatch.store.schema_customers import (
    APPLICATION_ID,
    LIKENESS_STATEMENTS,
    STATEMENTS,
    VERSION,
    WITH_LIKENESS,
)
from inboxwatch.store.values import to_micros

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from datetime import datetime
    from pathlib import Path

_PAGE_OCTETS = 8192
"""Larger pages make the trees lower: a look-up in a million reads a page less."""

_CACHE_KIB = 100_000
"""What SQLite may keep in memory of the file that is being made."""


_PASSES = 10
"""How often what was put aside is looked at: addresses that go round a few customers."""


NOBODY = Customers()


class ImportCounts(Struct, frozen=True):
    """What an import did: customers that are new, those brought up to date, all there are now."""

    new: int
    updated: int
    total: int


class CustomerImport:
    """The import under way; ``importing`` makes one."""

    def __init__(
        self,
        sql: sqlite3.Connection,
        report: Callable[[Problem], None],
        now: datetime,
        listed: Customers,
        before: Path | None = None,
    ) -> None:
        self._sql = sql
        self._listed = listed
        self._report = report
        self._before = before
        self._problems = 0
        self._last: Customer | None = None
        self._new = self._updated = 0
        self._domains: set[str] = set()
        last, self._number = sql.execute(
            "SELECT (SELECT MAX(number) FROM round), (SELECT MAX(number) FROM customer)"
        ).fetchone()
        self._round, self._number = (last or 0) + 1, self._number or 0
        sql.execute("INSERT INTO round VALUES (?, ?)", (self._round, to_micros(now)))
        sql.execute(
            """CREATE TEMP TABLE aside (file TEXT NOT NULL, line INTEGER NOT NULL,
            customer TEXT NOT NULL)"""
        )

    def report(self, problem: Problem) -> None:
        """Tell what is wrong with a row or a file: after that nobody is forgotten."""
        self._problems += 1
        self._report(problem)

    def add(self, customer: Customer, file: str, line: int) -> None:
        """Take in a customer, or what one more row says of them.

        A row with an address or a domain of somebody else is put aside: it may be free once all
        rows are in. What the configuration gives to somebody else never is.
        """
        if customer == self._last:
            return  # a row that stands there many times costs nothing
        self._last = None
        if owned := self._listed_elsewhere(customer):
            message = f"{owned[0]} belongs to customer {owned[1]} as well"
            step = f"the configuration lists {owned[1]}: give it to one of them"
            self._report(Problem(message, file, line, None, step))
        elif self._taken(customer) is not None:
            self._sql.execute(
                "INSERT INTO aside VALUES (?, ?, ?)", (file, line, msgspec.json.encode(customer))
            )
        else:
            self._keep(customer)
            self._last = customer

    def finish(self) -> ImportCounts:
        """Take in what was put aside, report what cannot be, and tell what was done.

        Whom an import that replaces would forget stays as they were if there was any problem:
        a row that is wrong may be theirs.
        """
        for _ in range(_PASSES):
            if not self._take_from_aside():
                break
        for _, customer, file, line in self._aside():
            if taken := self._taken(customer):
                message = f"{taken[0]} belongs to customer {taken[1]} as well"
                self.report(Problem(message, file, line, None, "give it to one of them"))
        if self._problems and self._before is not None:
            self._bring_over(self._before)
        (total,) = self._sql.execute("SELECT COUNT(*) FROM customer").fetchone()
        return ImportCounts(self._new, self._updated, total)

    def _take_from_aside(self) -> bool:
        """Take in what has become free meanwhile; whether there was any."""
        before = self._sql.total_changes
        for number, customer, _, _ in self._aside():
            if self._taken(customer) is None:
                self._keep(customer)
                self._sql.execute("DELETE FROM aside WHERE rowid = ?", (number,))
        return self._sql.total_changes != before

    def _bring_over(self, before: Path) -> None:
        """Take everybody from the file of before who is not here, without what others own now."""
        stored = StoredCustomers(before)
        try:
            for customer in stored.everybody():
                if self._sql.execute(_BY_ID, (customer.id,)).fetchone() is None:
                    self._put(self._left(customer))
        finally:
            stored.close()

    def _left(self, customer: Customer) -> Customer:
        """A customer without the addresses and domains that are another's."""
        if self._taken(customer) is None:
            return customer
        return replace(
            customer,
            emails=tuple(one for one in customer.emails if self._owner(one) is None),
            domains=tuple(one for one in customer.domains if self._owner(f"@{one}") is None),
        )

    def _aside(self) -> Iterator[tuple[int, Customer, str, int]]:
        last = 0
        while row := self._sql.execute(_NEXT_ASIDE, (last,)).fetchone():
            last, file, line, written = row
            yield last, msgspec.json.decode(written, type=Customer), file, line

    def _taken(self, customer: Customer) -> tuple[str, str] | None:
        """An address or domain that is another customer's, and whose."""
        for key in _keys(customer):
            owner = self._owner(key)
            if owner is not None and owner != customer.id:
                return key.removeprefix("@"), owner
        return None

    def _listed_elsewhere(self, customer: Customer) -> tuple[str, str] | None:
        """An address or domain that the configuration gives to another customer, and to whom."""
        owners = chain(
            ((email, self._listed.by_address.get(email)) for email in customer.emails),
            ((domain, self._listed.by_domain.get(domain)) for domain in customer.domains),
        )
        return next(((key, one.id) for key, one in owners if one and one.id != customer.id), None)

    def _owner(self, key: str) -> str | None:
        row = self._sql.execute(_OWNER, (key,)).fetchone()
        return None if row is None else str(row[0])

    def _keep(self, customer: Customer) -> None:
        row = self._sql.execute(_BY_ID, (customer.id,)).fetchone()
        if row is None:
            self._new += 1
            self._put(customer)
            return
        number, of_round, before = row[0], row[1], to_customer(row)
        if of_round == self._round:
            customer = before.joined(customer)
        else:
            self._updated += 1
        if customer == before:
            self._sql.execute(_SEEN, (self._round, number))
            return
        self._sql.execute(_PUT, _row(number, self._round, customer))
        self._sql.executemany(
            "DELETE FROM name WHERE key = ? AND customer = ?",
            [(key, number) for key in name_keys(before)],
        )
        given_up = set(_keys(before)).difference(_keys(customer))
        self._sql.executemany("DELETE FROM key WHERE key = ?", [(key,) for key in given_up])
        self._own(number, _keys(customer))
        self._liken(number, customer)

    def _put(self, customer: Customer) -> None:
        self._number += 1
        self._sql.execute(_PUT, _row(self._number, self._round, customer))
        self._own(self._number, _keys(customer))
        self._liken(self._number, customer)

    def _liken(self, number: int, customer: Customer) -> None:
        """Make a customer known by what the name and the domains look like (S22, S23)."""
        _liken(self._sql, number, customer, self._domains)

    def _own(self, number: int, keys: tuple[str, ...]) -> None:
        for key in keys:
            self._sql.execute("INSERT OR IGNORE INTO key VALUES (?, ?)", (key, number))


def _liken(sql: sqlite3.Connection, number: int, customer: Customer, domains: set[str]) -> None:
    """Write the keys of a customer; ``domains`` are those whose keys were written before."""
    for key in name_keys(customer):
        sql.execute("INSERT OR IGNORE INTO name VALUES (?, ?)", (key, number))
    theirs = {*customer.domains, *(email.rpartition("@")[2] for email in customer.emails)}
    for domain in theirs - domains:
        rows = list(domain_keys(domain))
        sql.executemany("INSERT OR IGNORE INTO site VALUES (?, ?)", rows)
    if len(domains) > _DOMAINS_AT_MOST:
        domains.clear()
    domains |= theirs


_DOMAINS_AT_MOST = 100_000
"""Domains that an import remembers to have written; others it writes again, to no effect."""

_NEXT_ASIDE = "SELECT rowid, file, line, customer FROM aside WHERE rowid > ? ORDER BY rowid LIMIT 1"
_OWNER = "SELECT id FROM customer WHERE number = (SELECT customer FROM key WHERE key = ?)"
_BY_ID = "SELECT * FROM customer WHERE id = ?"
_SEEN = "UPDATE customer SET round = ? WHERE number = ?"
_PUT = "INSERT OR REPLACE INTO customer VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


def _row(number: int, of_round: int, customer: Customer) -> tuple[object, ...]:
    """A row of the table, which ``to_customer`` reads."""
    return (
        number,
        of_round,
        customer.id,
        customer.name,
        " ".join(customer.emails),
        " ".join(customer.domains),
        customer.vip,
        "\n".join(customer.tags),
        customer.language,
        customer.timezone,
        customer.no_replies,
        customer.notes,
    )


def _keys(customer: Customer) -> tuple[str, ...]:
    return (*customer.emails, *(f"@{domain}" for domain in customer.domains))


@contextmanager
def importing(
    path: Path,
    report: Callable[[Problem], None],
    now: datetime,
    *,
    replacing: bool = False,
    listed: Customers = NOBODY,
) -> Iterator[CustomerImport]:
    """An import into the file at ``path``, which changes when the block is left without an error.

    When ``replacing``, whoever is not in this import is forgotten, unless it had problems.
    ``listed`` are the customers of the configuration, whose addresses and domains nobody else can
    have. Raises StateError when the file cannot be used, LockHeldError while another import is at
    work.
    """
    refuse_foreign_links(path)
    refuse_irregular(path)
    with _alone(path):
        fresh = path.with_name(f"{path.name}-new")
        with suppress(FileNotFoundError):
            fresh.unlink()  # of an import that was killed
        try:
            there = path.exists() and not replacing
            _begin(path, fresh, copied=there)
            with faults(path), _connected(fresh) as sql:
                _prepare(sql, path, copied=there)
                yield CustomerImport(sql, report, now, listed, path if replacing else None)
                sql.execute("COMMIT")
            _put_in_place(fresh, path)
        except BaseException:
            with suppress(OSError):
                fresh.unlink(missing_ok=True)
            raise


def forget_imported(path: Path, addresses: Collection[str], *, dry_run: bool = False) -> int:
    """Take addresses out of the imported customers; how many there were.

    Whoever is known by nothing else goes as a whole. Raises as ``importing`` does.
    """
    refuse_foreign_links(path)
    refuse_irregular(path)
    if not path.exists():
        return 0
    with _alone(path):
        fresh = path.with_name(f"{path.name}-new")
        try:
            fresh.unlink(missing_ok=True)
            _begin(path, fresh, copied=True)
            with faults(path), _connected(fresh) as sql:
                _prepare(sql, path, copied=True)
                found = sum(_forget(sql, one) for one in addresses)
                sql.execute("COMMIT")
                sql.execute("VACUUM")
            if found and not dry_run:
                _put_in_place(fresh, path)
        finally:
            with suppress(OSError):
                fresh.unlink(missing_ok=True)
    return found


def _forget(sql: sqlite3.Connection, address: str) -> bool:
    row = sql.execute(
        "SELECT * FROM customer WHERE number = (SELECT customer FROM key WHERE key = ?)",
        (address,),
    ).fetchone()
    if row is None:
        return False
    number, of_round, before = row[0], row[1], to_customer(row)
    left = replace(before, emails=tuple(one for one in before.emails if one != address))
    sql.execute("DELETE FROM key WHERE key = ?", (address,))
    if _keys(left):
        sql.execute(_PUT, _row(number, of_round, left))
    else:
        sql.execute("DELETE FROM customer WHERE number = ?", (number,))
        sql.execute("DELETE FROM name WHERE customer = ?", (number,))
    _forget_domain(sql, address.rpartition("@")[2])
    return True


def _forget_domain(sql: sqlite3.Connection, domain: str) -> None:
    """Forget what a domain looks like, unless somebody else is known by it."""
    used = sql.execute(
        "SELECT 1 FROM key WHERE key = '@' || ?1 OR substr(key, -length(?1) - 1) = '@' || ?1",
        (domain,),
    ).fetchone()
    if used is None:
        sql.execute("DELETE FROM site WHERE domain = ?", (domain,))


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    private_folder(path.parent)
    try:
        lock = locks.hold_lock(path.with_name(f"{path.name}.lock"), locks.PATIENCE)
        lock.__enter__()
    except LockHeldError as error:
        raise LockHeldError(
            "nothing was imported: another import is at work",
            next_step="give the same command again when it has ended",
        ) from error
    try:
        yield
    finally:
        lock.__exit__(None, None, None)


def _begin(path: Path, fresh: Path, *, copied: bool) -> None:
    private_file(fresh)
    if not copied:
        return
    try:
        shutil.copyfile(path, fresh)
    except OSError as error:
        raise StateError(
            f"the customers {path} cannot be copied: {error.strerror}",
            next_step="make room on the disk, and check that the file and its folder are yours",
        ) from error


@contextmanager
def _connected(fresh: Path) -> Iterator[sqlite3.Connection]:
    sql = sqlite3.connect(fresh, isolation_level=None)
    try:
        yield sql
    finally:
        sql.close()


def _prepare(sql: sqlite3.Connection, path: Path, *, copied: bool) -> None:
    """Nobody else sees the file, and a crash throws it away: it needs no journal of its own."""
    sql.execute(f"PRAGMA page_size = {_PAGE_OCTETS:d}")  # of an empty file only
    sql.execute("PRAGMA journal_mode = OFF")
    sql.execute("PRAGMA synchronous = OFF")
    sql.execute(f"PRAGMA cache_size = -{_CACHE_KIB:d}")
    if copied:
        refuse_foreign(sql, path)
    sql.execute("BEGIN")
    if copied:
        _bring_up(sql)
    if not copied:
        for statement in STATEMENTS:
            sql.execute(statement)
        sql.execute(f"PRAGMA application_id = {APPLICATION_ID:d}")
        sql.execute(f"PRAGMA user_version = {VERSION:d}")


def _bring_up(sql: sqlite3.Connection) -> None:
    """Bring a file of an older version to this one: write by what its customers are found."""
    (version,) = sql.execute("PRAGMA user_version").fetchone()
    if version >= WITH_LIKENESS:
        return
    for statement in LIKENESS_STATEMENTS:
        sql.execute(statement)
    domains: set[str] = set()
    for row in sql.execute("SELECT * FROM customer"):
        _liken(sql, row[0], to_customer(row), domains)
    sql.execute(f"PRAGMA user_version = {VERSION:d}")


def _put_in_place(fresh: Path, path: Path) -> None:
    for one in (fresh, path.parent):
        descriptor = os.open(one, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if one is fresh:
            fresh.replace(path)
