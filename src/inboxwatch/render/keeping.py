"""What was done to the state, for the terminal: backups, restores, and what was let go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.text import Text

from inboxwatch.core.text import one_line
from inboxwatch.render.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PATH = 400


def backup_lines(fields: Mapping[str, Any]) -> Iterator[Text]:
    """A backup that was written."""
    name = one_line(fields["file"], _PATH)
    yield Text(f"{name}: the state as of {_run(fields)}, looked through and sound", "green")
    yield Text("  It holds mail: keep it as private as the mailboxes.", "dim")
    yield Text(
        "  Not in it: the configuration, templates, passwords, and customers that were imported.",
        "dim",
    )


def restore_lines(fields: Mapping[str, Any]) -> Iterator[Text]:
    """A state that was put back, and what that means for replies."""
    name = one_line(fields["file"], _PATH)
    yield Text(f"The state is that of {name}, as of {_run(fields)}.", "green")
    yield Text("  What went out since then is unknown to it. Therefore:")
    yield Text("  - nobody whose mail is in a mailbox by the next run gets an automatic reply;")
    if fields["unknown"]:
        waited = count(fields["unknown"], "reply", "replies")
        yield Text(f"  - {waited} that waited may have gone out: `inboxwatch outbox` has them,")
        yield Text("    `outbox retry` looks into Sent first, none is sent by itself;")
    yield Text("  - somebody who was answered in between and writes again may get one more reply;")
    yield Text("  - what people did since then (done, notes, corrections) is not in it.")
    if fields["kept"]:
        yield Text(f"  The state of before is {one_line(fields['kept'], _PATH)}: it holds mail as")
        yield Text("  well; delete it once you do not need it, with -wal and -shm beside it.")


def _run(fields: Mapping[str, Any]) -> str:
    at = fields["as_of"]
    return f"the run of {at.replace('T', ' ')[:16]}" if at else "before its first run"
