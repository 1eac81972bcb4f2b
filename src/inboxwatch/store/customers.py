"""Imported customers: an SQLite file that is only read here, opened at the first look-up.

An import replaces the file as a whole, so that nobody waits for it and nobody sees half of it.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from inboxwatch.core.stranger import questions
from inboxwatch.errors import StateError
from inboxwatch.model.customer import Customer, Customers, Resembled, natural
from inboxwatch.store.database import fault_of, why
from inboxwatch.store.files import refuse_foreign_links, refuse_irregular
from inboxwatch.store.schema_customers import APPLICATION_ID, VERSION, WITH_LIKENESS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import Any

    from inboxwatch.model.message import Address

_CACHE_KIB = 8192
"""What SQLite may keep in memory of the file: the upper pages of the trees, mostly."""

MAX_NAMESAKES = 20
"""Customers of one name that are looked at: one is enough to tell."""

MAX_SITES = 500
"""Domains that share a half of their label, or all of it, that are looked at; rarely a dozen do."""

_IMPORT_AGAIN = "move it away and import the customers again"


class StoredCustomers:
    """``model.customer.Directory`` over one file; without it there are no customers.

    To be used in the thread that looked first. Raises StateError when the file is damaged, not
    ours, or newer than this program.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._sql: sqlite3.Connection | None = None
        self._opened = False
        self._version = 0

    def around(self, sender: Address | None) -> Customers:
        """The customer with this address and the one with its domain."""
        sql = self._connection() if sender else None
        if sql is None or sender is None:
            return Customers()
        try:
            rows = sql.execute(_KEYED, (sender.exact, f"@{sender.domain}")).fetchall()
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            raise told(error, self.path) from error
        found = {key: to_customer(row) for key, *row in rows}
        return Customers(
            {key: one for key, one in found.items() if key[0] != "@"},
            {key[1:]: one for key, one in found.items() if key[0] == "@"},
        )

    def resembling(self, sender: Address) -> Resembled:
        """Whom somebody who is no customer could be taken for, by name and by domain.

        Customers that an older version imported are found so after their next import.
        """
        sql = self._connection()
        if sql is None or self._version < WITH_LIKENESS:
            return Resembled()
        name, keys = questions(sender)
        with faults(self.path):
            named = sql.execute(_NAMED, (name, MAX_NAMESAKES)).fetchall() if name else []
            sites = [sql.execute(_SITES, (key, MAX_SITES)).fetchall() for key in keys]
        domains = dict.fromkeys(row[0] for rows in sites for row in rows)
        return Resembled(tuple(map(to_customer, named)), tuple(domains))

    def with_id(self, customer_id: str) -> Customer | None:
        """The customer of an id, with the notes that came with it."""
        rows = self._rows("SELECT * FROM customer WHERE id = ?", customer_id)
        return to_customer(rows[0]) if rows else None

    def languages(self) -> frozenset[str]:
        """The languages in which customers want their replies."""
        rows = self._rows("SELECT DISTINCT language FROM customer WHERE language IS NOT NULL")
        return frozenset(row[0] for row in rows)

    def __len__(self) -> int:
        return sum(row[0] for row in self._rows("SELECT COUNT(*) FROM customer"))

    def find(self, text: str, limit: int | None = None) -> tuple[int, Iterator[Customer]]:
        """How many hold a text in id, name, address, domain, tag or note, and the first of them.

        In the natural order of their ids.
        """
        numbers = [row[0] for row in self._rows(_FOUND, text.casefold())]
        return len(numbers), map(self._numbered, numbers[:limit])

    def everybody(self) -> Iterator[Customer]:
        """Every customer, page by page."""
        last = 0
        while rows := self._rows(_PAGE, last):
            yield from map(to_customer, rows)
            last = rows[-1][0]

    def _numbered(self, number: int) -> Customer:
        return to_customer(self._rows("SELECT * FROM customer WHERE number = ?", number)[0])

    def close(self) -> None:
        """Let go of the file. Never raises."""
        if self._sql is not None:
            self._sql.close()
            self._sql = None

    def __del__(self) -> None:
        # a decision's directory lives as long as the process, and nobody ends it; which thread
        # forgets it is chance, and SQLite takes the end from the one that looked only
        with suppress(sqlite3.ProgrammingError):
            self.close()

    def _rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        sql = self._connection()
        if sql is None:
            return []
        with faults(self.path):
            try:
                return sql.execute(statement, values).fetchall()
            except UnicodeEncodeError:  # half a character, as a terminal passes on odd octets
                return []  # nobody's: what is imported has none

    def _connection(self) -> sqlite3.Connection | None:
        if not self._opened:
            self._sql = open_read_only(self.path)
            self._opened = True
            if self._sql is not None:
                with faults(self.path):
                    (self._version,) = self._sql.execute("PRAGMA user_version").fetchone()
        return self._sql


_KEYED = """SELECT key, customer.* FROM key CROSS JOIN customer ON number = customer
WHERE key IN (?, ?)"""

_NAMED = """SELECT customer.* FROM name CROSS JOIN customer ON number = customer
WHERE key = ? LIMIT ?"""

_SITES = "SELECT domain FROM site WHERE key = ? LIMIT ?"

_FOUND = """SELECT number FROM customer WHERE instr(casefold(
    id || char(10) || name || char(10) || emails || char(10) || domains || char(10) || tags
    || char(10) || notes
), ?) ORDER BY natural_key(id), number"""


_PAGE = "SELECT * FROM customer WHERE number > ? ORDER BY number LIMIT 500"


def open_read_only(path: Path) -> sqlite3.Connection | None:
    """A connection that writes nothing, or None if there is no file. Raises StateError.

    An import puts a new file in the place of this one, which itself never changes: nothing is
    locked, and no look-up asks the file system whether it did.
    """
    refuse_foreign_links(path)
    refuse_irregular(path)
    if not path.exists():
        return None
    with faults(path):
        there = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        sql = sqlite3.connect(there, uri=True, isolation_level=None)
        try:
            sql.execute(f"PRAGMA cache_size = -{_CACHE_KIB:d}")
            sql.create_function("casefold", 1, str.casefold, deterministic=True)
            sql.create_function("natural_key", 1, natural, deterministic=True)
            refuse_foreign(sql, path)
        except BaseException:
            sql.close()
            raise
    return sql


def refuse_foreign(sql: sqlite3.Connection, path: Path) -> None:
    """Raise StateError for a database that is none of customers, or newer than this program."""
    if sql.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise StateError(f"{path} holds no customers of inboxwatch", next_step=_IMPORT_AGAIN)
    version = sql.execute("PRAGMA user_version").fetchone()[0]
    if version > VERSION:
        raise StateError(
            f"the customers {path} have version {version} and are newer than this program, "
            f"which knows versions up to {VERSION}",
            next_step="update inboxwatch, or import the customers again with --replace",
        )


@contextmanager
def faults(path: Path) -> Iterator[None]:
    """Tell what SQLite found wrong with the file: raises StateError."""
    try:
        yield
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        raise told(error, path) from error


def told(error: sqlite3.DatabaseError | UnicodeDecodeError, path: Path) -> Exception:
    """What an error means to a user, as a StateError; itself where it can only be a bug of ours."""
    fault = fault_of(error)
    if fault is None:
        return error
    step = _IMPORT_AGAIN if fault.name in _DAMAGE else fault.next_step
    return StateError(
        f"the customers {path}: the file {fault.what}{why(error, fault)}", next_step=step
    )


_DAMAGE = frozenset({"SQLITE_NOTADB", "SQLITE_CORRUPT"})


def to_customer(row: Sequence[Any]) -> Customer:
    """A customer of a row of the table."""
    _, _, customer_id, name, emails, domains, vip, tags, language, zone, no_replies, notes = row
    return Customer(
        customer_id,
        name,
        tuple(emails.split()),
        tuple(domains.split()),
        bool(vip),
        tuple(tags.split("\n")) if tags else (),
        language,
        zone,
        notes,
        bool(no_replies),
    )
