"""The private, rotating log file: one event a line, nothing of a secret, nothing unprintable."""

from __future__ import annotations

import logging
import sys
import traceback
from contextlib import suppress
from pathlib import Path

from inboxwatch.core.text import printable
from inboxwatch.errors import InboxwatchError, StateError

MAX_OCTETS = 1_000_000
KEPT = 3


class OneLine(logging.Formatter):
    """Formats an event on one line, controls made visible (rule O11); tracebacks are folded."""

    def format(self, record: logging.LogRecord) -> str:
        """The event as one printable line."""
        return printable(super().format(record))


def default_log_path() -> Path:
    """Where the log lies when no configuration says so."""
    import platformdirs

    return Path(platformdirs.user_log_path("inboxwatch")) / "inboxwatch.log"


def open_log(path: Path, *, verbose: bool = False) -> None:
    """Log to ``path`` with private modes; more of it when ``verbose``. Raises StateError."""
    from logging.handlers import RotatingFileHandler

    from inboxwatch.store.files import private_file, private_folder

    logger = logging.getLogger("inboxwatch")
    close_log()
    private_folder(path.parent)
    private_file(path)

    class LogFile(RotatingFileHandler):
        """Tells once that it cannot be written, and is no reason to end a run."""

        told = False

        def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - as logging
            """Say what is wrong with the file. Whatever else goes wrong, logging tells itself."""
            error = sys.exc_info()[1]
            if not isinstance(error, OSError):
                super().handleError(record)
            elif not self.told:
                self.told = True
                text = f"inboxwatch: the log {path} cannot be written: {error.strerror}"
                sys.stderr.write(printable(text) + "\n")

    try:
        handler = LogFile(path, maxBytes=MAX_OCTETS, backupCount=KEPT, encoding="utf-8")
    except OSError as error:
        raise StateError(
            f"the log {path} cannot be written: {error.strerror}",
            next_step="make its disk writable, or point log.path to another one",
        ) from error
    handler.setFormatter(OneLine("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG if verbose else logging.INFO)
    logger.propagate = False


def log_to_stderr() -> None:
    """Show events on standard error, for ``--verbose``."""
    logger = logging.getLogger("inboxwatch")
    handler = logging.StreamHandler()
    handler.setFormatter(OneLine("%(levelname)s %(message)s"))
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False


def close_log() -> None:
    """Let go of every handler."""
    logger = logging.getLogger("inboxwatch")
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
        with suppress(OSError):  # what it had still to write does not fit: it has told that
            handler.close()
    logger.addHandler(logging.NullHandler())  # nothing is logged to standard error by default


def log_bug(bug: BaseException) -> str:
    """Write a traceback without local variables (rule O12); the file's name, or where it went."""
    logger = logging.getLogger("inboxwatch")
    files = [
        handler.baseFilename
        for handler in logger.handlers
        if isinstance(handler, logging.FileHandler)
    ]
    place = Path(files[0]) if files else default_log_path()
    try:
        if not files:
            open_log(place)
        logger.error("%s", "".join(traceback.format_exception(bug)))
    except (OSError, InboxwatchError):
        sys.stderr.write(printable("".join(traceback.format_exception(bug)), keep="\n"))
        return "the lines above"
    return str(place)
