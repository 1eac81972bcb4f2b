"""Wiring: from a configuration to doors, journal and lock, each opened when needed."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from msgspec import Struct

from inboxwatch.app.conditions import left_alone
from inboxwatch.app.desk import NOBODY, Desk, Doors, Rules
from inboxwatch.cli.clock import SystemClock
from inboxwatch.cli.doors import changed_at, open_doors, require_accounts, written_at
from inboxwatch.cli.policies import read_config, rules_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    from inboxwatch.config.schema import Config
    from inboxwatch.ports import Clock, Journal
    from inboxwatch.ports.keeping import Keeper
    from inboxwatch.ports.notifier import Notifier
    from inboxwatch.store.sqlite import SqliteJournal

NO_SEND_VARIABLE = "INBOXWATCH_NO_SEND"
NO_SEND_FILE = "no-send"
"""The kill switch (rule L13): the variable set to anything but 0, or this file beside the state."""


class House(Struct, frozen=True):
    """Everything that ``run`` and ``check`` work with."""

    config: Config
    rules: Rules
    doors: Mapping[str, Doors]
    journal: Journal
    clock: Clock
    dry_run: bool
    keeper: Keeper
    eager: bool = False

    def desk(
        self,
        *,
        stop: Callable[[], bool] = lambda: False,
        progress: Callable[[str, str, int, int], None] = lambda *_: None,
    ) -> Desk:
        """The desk of one run."""
        return Desk(
            rules=self.rules,
            replies_enabled=self.config.replies.enabled,
            doors=self.doors,
            journal=self.journal,
            clock=self.clock,
            brake=partial(brake, self.config.state.path.parent),
            stop=stop,
            progress=progress,
            dry_run=self.dry_run,
            notifier=self._notifier(),
            keeper=self.keeper,
            retention=self.config.retained(),
            eager=self.eager,
            chance=chance,
        )

    def _notifier(self) -> Notifier:
        """Mail to those whom the configuration names, through a way out that is open."""
        written = self.config.notify
        if not written.to:
            return NOBODY
        from inboxwatch.app.notify import MailNotifier

        account = self.way_out
        return MailNotifier(
            recipients=written.to,
            account=account,
            policy=lambda: self.rules.built[0],
            transport=self.doors[account].transport,
            clock=self.clock,
            brake=partial(brake, self.config.state.path.parent),
        )

    @property
    def way_out(self) -> str:
        """The account through which the team is written to: the one of ``notify``, or the first."""
        named = self.config.notify.account
        return named if named in self.doors and named else next(iter(self.doors))

    @property
    def configured_at(self) -> datetime:
        """When the configuration was last written."""
        return written_at(self.config)

    @property
    def accounts_without_trust(self) -> tuple[str, ...]:
        """The accounts in which nobody can be proven genuine (rule S15)."""
        return tuple(
            name for name in self.doors if not self.config.accounts[name].authentication.trust
        )


class Records(Struct, frozen=True):
    """What the commands that only read work with."""

    config: Config
    journal: Journal
    clock: Clock


def chance() -> float:
    """A number from 0 up to 1."""
    from random import random

    return random()  # noqa: S311 - it only keeps accounts from being tried all at once


def brake(state_folder: Path) -> str:
    """Why nothing may be sent now, or nothing (rule L13)."""
    if os.environ.get(NO_SEND_VARIABLE, "0") not in ("", "0"):
        return f"${NO_SEND_VARIABLE} is set"
    switch = state_folder / NO_SEND_FILE
    there = os.path.lexists(switch)  # a link counts wherever it leads
    return f"the file {switch} is there" if there else ""


@contextmanager
def open_house(
    explicit: Path | None,
    *,
    only: Iterable[str] | None = None,
    dry_run: bool = False,
    verbose: bool = False,
    clock: Clock | None = None,
    begin: bool = False,
    tested: bool = True,
    patient: bool = True,
    eager: bool = False,
    afresh: bool = False,
) -> Iterator[House]:
    """Open everything for a run: the log, the lock, the journal, the accounts.

    A dry run works on a copy of the journal and writes nothing anywhere. With ``begin`` the
    accounts start to connect while the rest is opened, without those that are to be left alone for
    now, unless one is ``eager``. Who is ``patient`` waits some seconds for a run to end. Raises
    ConfigError, LockHeldError, StateError, UsageError for an account that is not there.
    """
    config = read_config(explicit, afresh=afresh, keep=not dry_run)
    with ExitStack() as stack:
        _start_log(config, stack, dry_run=dry_run, verbose=verbose)
        _take_lock(config.state.path, stack, dry_run=dry_run, patient=patient)
        require_accounts(config, only)
        journal = _open_journal(config.state.path, stack, dry_run=dry_run)
        clock = clock or SystemClock(ZoneInfo(config.timezone))
        resting = () if eager or not begin else left_alone(journal, clock.now(), changed_at(config))
        doors = open_doors(config, only, begin=lambda name: begin and name not in resting)
        for one in doors.values():
            stack.callback(one.account.close)
            stack.callback(one.transport.close)
        rules = rules_for(config, journal, tested=tested, afresh=afresh, keep=not dry_run)
        yield House(
            config=config,
            rules=rules,
            doors=doors,
            journal=journal,
            clock=clock,
            dry_run=dry_run,
            keeper=journal,
            eager=eager,
        )


def _start_log(config: Config, stack: ExitStack, *, dry_run: bool, verbose: bool) -> None:
    from inboxwatch.cli.logs import close_log, log_to_stderr, open_log

    stack.callback(close_log)
    if not dry_run:
        open_log(config.log_path, verbose=verbose)
    if verbose:
        log_to_stderr()


def _take_lock(state: Path, stack: ExitStack, *, dry_run: bool, patient: bool = True) -> None:
    """One process per state (rule X10). A dry run writes no lock file, but respects one."""
    from inboxwatch.store import lock

    path, patience = state.with_name(state.name + ".lock"), lock.PATIENCE if patient else 0.0
    take = lock.respect_lock if dry_run else lock.hold_lock
    stack.enter_context(take(path, patience))


def _open_journal(state: Path, stack: ExitStack, *, dry_run: bool) -> SqliteJournal:
    from inboxwatch.store.sqlite import open_journal, scratch_journal

    journal = scratch_journal(state) if dry_run else open_journal(state)
    stack.callback(journal.close)
    return journal


@contextmanager
def open_records(explicit: Path | None, *, from_run: bool = True) -> Iterator[Records]:
    """Open the journal to read it: on a copy, so that nobody is disturbed.

    ``from_run`` tells that there is nothing to read before the first run; StateError is raised
    then, since a state that is not there would otherwise look as if nothing waited.
    """
    from inboxwatch.store.sqlite import scratch_journal

    config = read_config(explicit)
    journal = scratch_journal(config.state.path, create=not from_run)
    try:
        yield Records(config, journal, SystemClock(ZoneInfo(config.timezone)))
    finally:
        journal.close()


@contextmanager
def open_state(explicit: Path | None) -> Iterator[Records]:
    """Open the journal to write it, without any account: under the lock, and with the log.

    Raises ConfigError, LockHeldError, StateError, the latter also before the first run.
    """
    from inboxwatch.store.sqlite import open_journal

    config = read_config(explicit)
    with ExitStack() as stack:
        _start_log(config, stack, dry_run=False, verbose=False)
        _take_lock(config.state.path, stack, dry_run=False)
        journal = open_journal(config.state.path, create=False)
        stack.callback(journal.close)
        yield Records(config, journal, SystemClock(ZoneInfo(config.timezone)))


@contextmanager
def hold_state(explicit: Path | None, *, logged: bool = True) -> Iterator[tuple[Config, Clock]]:
    """Keep everybody from the state, without opening it: for what is done to its files.

    The log is one of them where it is not ``logged``.

    Raises ConfigError, LockHeldError, StateError.
    """
    config = read_config(explicit)
    with ExitStack() as stack:
        _start_log(config, stack, dry_run=not logged, verbose=False)
        _take_lock(config.state.path, stack, dry_run=False)
        yield config, SystemClock(ZoneInfo(config.timezone))
