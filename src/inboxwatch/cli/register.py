"""Wiring of whom the team knows: customers to look up, to import, and to note something about."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from msgspec import Struct

from inboxwatch.cli.clock import SystemClock
from inboxwatch.cli.policies import read_config
from inboxwatch.cli.wiring import Records
from inboxwatch.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from inboxwatch.errors import Problem
    from inboxwatch.model.customer import Customers, Directory
    from inboxwatch.ports import StoredMail
    from inboxwatch.store.customer_import import CustomerImport
    from inboxwatch.store.customers import StoredCustomers


class Register(Struct, frozen=True):
    """Whom the team knows, apart by where that is written."""

    listed: Customers
    imported: StoredCustomers

    @property
    def known(self) -> Directory:
        """All of them as one."""
        from inboxwatch.app.known import Known

        return Known(self.listed, self.imported)


@contextmanager
def open_notebook(explicit: Path | None) -> Iterator[Records]:
    """Open the journal to write a word into it, for which no run has to end first.

    Raises ConfigError, StateError.
    """
    from inboxwatch.store.sqlite import open_journal

    config = read_config(explicit)
    with open_journal(config.state.path) as journal:
        yield Records(config, journal, SystemClock(ZoneInfo(config.timezone)))


@contextmanager
def open_register(explicit: Path | None) -> Iterator[Register]:
    """Open the customers to look people up. Raises ConfigError, also for customer files."""
    from inboxwatch.config.customers import load_customers
    from inboxwatch.store.customers import StoredCustomers

    config = read_config(explicit)
    listed, problems = load_customers(config.customers.files)
    if problems:
        raise ConfigError(problems, next_step="mend the files named and run `inboxwatch check`")
    imported = StoredCustomers(config.customers_path)
    try:
        yield Register(listed, imported)
    finally:
        imported.close()


@contextmanager
def open_import(
    explicit: Path | None, report: Callable[[Problem], None], *, replace: bool
) -> Iterator[CustomerImport]:
    """Open an import of customers, which counts once it is left without an error."""
    from inboxwatch.config.customers import load_customers
    from inboxwatch.store.customer_import import importing

    config = read_config(explicit)
    listed, _ = load_customers(config.customers.files)  # check tells what is wrong with these
    now = SystemClock(ZoneInfo(config.timezone)).now()
    path = config.customers_path
    with importing(path, report, now, replacing=replace, listed=listed) as into:
        yield into


def notes_about(records: Records, mail: StoredMail) -> list[dict[str, object]]:
    """What the team knows of a mail's sender; files with faults are read as far as they are right.

    Nothing for a mail without a sender.
    """
    from inboxwatch.app.known import Known
    from inboxwatch.app.people import find, note_fields
    from inboxwatch.config.customers import load_customers
    from inboxwatch.store.customers import StoredCustomers

    if not mail.sender:
        return []
    listed, _ = load_customers(records.config.customers.files)
    known = Known(listed, StoredCustomers(records.config.customers_path))
    try:
        asked = find(known, mail.sender)
    except UsageError:  # an address of a form that a person cannot type
        return []
    notes = records.journal.notes_on(asked.holders)
    return note_fields(asked, notes, records.clock.now().tzinfo)
