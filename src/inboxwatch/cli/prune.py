"""``inboxwatch prune``: the state lets go of what is old."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from inboxwatch.cli.options import ConfigOption, JsonOption

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from inboxwatch.config.schema import Config
    from inboxwatch.ports import Clock
    from inboxwatch.store.sqlite import SqliteJournal

LEAST = timedelta(days=30)
"""What keeps a mail from being answered twice looks back so far."""


def prune(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would go, change nothing.")
    ] = False,
    older_than: Annotated[
        str | None,
        typer.Option(
            "--older-than",
            help="Of this age, at least 30d; else retention.keep.",
            show_default=False,
        ),
    ] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let go of old mail and what was done about it. Runs do so by themselves, once a day.

    What is open stays: mail in the queue, replies that wait, promises, escalations.

    Examples:

      inboxwatch prune --dry-run

      inboxwatch prune --older-than 60d
    """
    from inboxwatch.app.desk import log
    from inboxwatch.app.keeping import prune_all
    from inboxwatch.app.run import clock_fault
    from inboxwatch.cli.policies import read_config
    from inboxwatch.cli.screen import show, write_line
    from inboxwatch.config.schema.base import duration_text
    from inboxwatch.errors import UsageError
    from inboxwatch.render.json import to_line
    from inboxwatch.render.keeping import prune_lines

    keep = None if older_than is None else _age(older_than)
    retention = read_config(config).retained(keep)
    with _opened(config, dry_run=dry_run) as (journal, clock):
        now, before = clock.now(), journal.give_back()
        if fault := clock_fault(journal.last_run(), now):
            step = "set the clock right, or let `inboxwatch run` find that it is"
            raise UsageError(f"nothing is let go of: {fault}", next_step=step)
        counts = prune_all(journal, retention, now)
        waiting = sum(one.received < now - retention.keep for one in journal.open_mails())
        octets = before if dry_run else journal.give_back(whole=True)
        if not dry_run:
            log.info("pruned by hand: %s", dict(counts))
    fields = {
        "type": "prune",
        "dry_run": dry_run,
        "keep": duration_text(retention.keep),
        "counts": dict(sorted(counts.items())),
        "waiting": waiting,
        "octets_before": before,
        "octets": octets,
    }
    if as_json:
        write_line(to_line(fields))
        return
    show(prune_lines(fields))


def _age(text: str) -> timedelta:
    from inboxwatch.core.later import span
    from inboxwatch.errors import UsageError

    try:
        length = span(text)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"--older-than: {error}") from None
    if length < LEAST:
        raise UsageError(
            f"--older-than: {text} is too short",
            next_step="30d is the least: until then mail could be answered twice",
        )
    return length


def _opened(
    config: Path | None, *, dry_run: bool
) -> AbstractContextManager[tuple[SqliteJournal, Clock]]:
    from contextlib import contextmanager

    return contextmanager(_copied if dry_run else _held)(config)


def _copied(explicit: Path | None) -> Iterator[tuple[SqliteJournal, Clock]]:
    from inboxwatch.cli.policies import read_config
    from inboxwatch.store.sqlite import scratch_journal

    config = read_config(explicit)
    with scratch_journal(config.state.path, create=False) as journal:
        yield journal, _clock(config)


def _held(explicit: Path | None) -> Iterator[tuple[SqliteJournal, Clock]]:
    from inboxwatch.cli.wiring import hold_state
    from inboxwatch.store.sqlite import open_journal

    with (
        hold_state(explicit) as (config, clock),
        open_journal(config.state.path, create=False) as journal,
    ):
        yield journal, clock


def _clock(config: Config) -> Clock:
    from zoneinfo import ZoneInfo

    from inboxwatch.cli.clock import SystemClock

    return SystemClock(ZoneInfo(config.timezone))
