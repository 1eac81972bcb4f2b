"""A progress bar a mailbox, for first runs over much mail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from inboxwatch.core.text import one_line

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class Bars:
    """Bars on standard error; nothing is imported or drawn until a mailbox is long enough."""

    def __init__(self, long: int) -> None:
        self._long = long
        self._progress: Progress | None = None
        self._tasks: dict[tuple[str, str], TaskID] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._progress is not None:
            self._progress.stop()

    def advance(self, account: str, mailbox: str, done: int, total: int) -> None:
        """So many of the mails of a mailbox have been decided."""
        if total < self._long:
            return
        progress = self._started()
        key = (account, mailbox)
        if key not in self._tasks:
            name = one_line(f"{account}/{mailbox}", 40)
            self._tasks[key] = progress.add_task(name, total=total)
        progress.update(self._tasks[key], completed=done)

    def _started(self) -> Progress:
        if self._progress is None:
            from rich.progress import Progress as RichProgress

            from inboxwatch.cli.screen import console

            self._progress = RichProgress(console=console(stderr=True), transient=True)
            self._progress.start()
        return self._progress
