"""``inboxwatch backup`` and ``restore``: a copy of the state, made at any time, and put back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from inboxwatch.cli.options import ConfigOption, JsonOption


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write.")],
    force: Annotated[bool, typer.Option("--force", help="Replace a backup that is there.")] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Copy the state to a file that only you can read, while runs go on, and look it through.

    Examples:

      inboxwatch backup state-monday.db

      inboxwatch backup --force ~/backups/inboxwatch.db
    """
    from zoneinfo import ZoneInfo

    from inboxwatch.cli.policies import read_config
    from inboxwatch.cli.screen import show, write_line
    from inboxwatch.core.zone import iso
    from inboxwatch.render.json import to_line
    from inboxwatch.render.keeping import backup_lines
    from inboxwatch.store.backup import back_up

    written = read_config(config)
    done = back_up(written.state.path, _whole(file), replace=force)
    fields = {
        "type": "backup",
        "file": str(done.path),
        "octets": done.octets,
        "as_of": iso(done.as_of, ZoneInfo(written.timezone)),
    }
    if as_json:
        write_line(to_line(fields))
        return
    show(backup_lines(fields))


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What backup has written.")],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put a backup in the place of the state, which is kept beside it.

    What went out after the backup is unknown to it. So nobody whose mail is there at the next run
    gets an automatic reply, and replies that waited are sent by you or not at all.

    Example:

      inboxwatch restore state-monday.db
    """
    from inboxwatch.app.desk import log
    from inboxwatch.cli.screen import columns, show, write_line
    from inboxwatch.cli.wiring import hold_state
    from inboxwatch.core.zone import iso
    from inboxwatch.render.json import to_line
    from inboxwatch.render.keeping import restore_lines
    from inboxwatch.store.backup import restore as put_back

    source = _whole(file)
    with hold_state(config) as (written, clock):
        now = clock.now()
        done = put_back(source, written.state.path, now)
        log.info("the state was restored from %r; the one before is %r", str(file), str(done.kept))
    fields = {
        "type": "restore",
        "file": str(file),
        "as_of": iso(done.as_of, now.tzinfo),
        "version": done.version,
        "unknown": done.unknown,
        "kept": None if done.kept is None else str(done.kept),
    }
    if as_json:
        write_line(to_line(fields))
        return
    show(restore_lines(fields, width=columns()))


def _whole(file: Path) -> Path:
    """Where a file lies. Raises UsageError for a name that means none."""
    from inboxwatch.errors import UsageError

    if str(file) in (".", "-"):  # an empty name is the first
        raise UsageError("a backup is a file", next_step="give its name: state-monday.db")
    return file.absolute()
