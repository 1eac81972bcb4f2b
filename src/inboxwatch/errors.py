"""What a user can see go wrong: a message, the next step, and an exit code.

Everything else that is raised is a bug and ends in exit code 1 with a traceback in the
log file. The codes are a contract (``docs/exit-codes.md``): scripts depend on them.
"""

from __future__ import annotations

from enum import IntEnum

from msgspec import Struct


class ExitCode(IntEnum):
    """The exit codes of the command line."""

    DONE = 0
    BUG = 1
    USAGE = 2
    INCOMPLETE = 3
    CONFIG = 10
    LOCKED = 11
    LOGIN = 12
    UNREACHABLE = 13
    STATE = 14
    ATTENTION = 20
    INTERRUPTED = 130


class InboxwatchError(Exception):
    """Something a user can mend: what happened and where, the next step, the exit code."""

    code: ExitCode = ExitCode.BUG

    def __init__(self, message: str, *, next_step: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step


class UsageError(InboxwatchError):
    """The command was called in a way that cannot mean anything."""

    code = ExitCode.USAGE


class IncompleteError(InboxwatchError):
    """Some accounts, messages or files failed; the rest is done."""

    code = ExitCode.INCOMPLETE


class Problem(Struct, frozen=True):
    """One fault of a configuration, with its place (lines and columns count from 1)."""

    message: str
    file: str = ""
    line: int | None = None
    column: int | None = None
    next_step: str = ""

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        text = f"{place}: {self.message}" if place else self.message
        return f"{text} ({self.next_step})" if self.next_step else text


class ConfigError(InboxwatchError):
    """The configuration is wrong; ``problems`` holds every fault found, not only the first.

    Of a file that is wrong throughout it holds some, and ``more`` says how many others there are.
    ``title`` says what the configuration has, where that is no number of problems.
    """

    code = ExitCode.CONFIG

    def __init__(
        self, problems: tuple[Problem, ...], *, next_step: str = "", more: int = 0, title: str = ""
    ) -> None:
        count = len(problems) + more
        title = title or ("1 problem" if count == 1 else f"{count} problems")
        super().__init__(f"the configuration has {title}", next_step=next_step)
        self.problems = problems
        self.more = more


class OutputError(InboxwatchError):
    """What is written to a reader or a file in place of the terminal could not be written."""

    code = ExitCode.INCOMPLETE


class ReportFileError(InboxwatchError):
    """The file that was named for a report could not be written."""

    code = ExitCode.INCOMPLETE


class LockHeldError(InboxwatchError):
    """Another run holds the lock of this state (rule X10).

    It is ``expected`` of a run, which cron may start while the last one is at work; what a person
    asked for was not done.
    """

    code = ExitCode.LOCKED

    def __init__(self, message: str, *, next_step: str = "", expected: bool = False) -> None:
        super().__init__(message, next_step=next_step)
        self.expected = expected


class AccountError(InboxwatchError):
    """One account could not be used; the others go on (rule I32).

    ``kind`` is the row of ``core.backoff`` that says when it is tried again (rule I22).
    """

    code = ExitCode.UNREACHABLE
    kind: str = "unreachable"

    def __init__(self, message: str, *, next_step: str = "", kind: str = "") -> None:
        super().__init__(message, next_step=next_step)
        self.kind = kind or self.kind


class LoginRefusedError(AccountError):
    """The server refused user and password; trying again by itself would lock the account out."""

    code = ExitCode.LOGIN
    kind = "refused"


class UnreachableError(AccountError):
    """The server could not be reached, hung up, or spoke nonsense; the next run may succeed."""

    code = ExitCode.UNREACHABLE


class RenumberedError(UnreachableError):
    """A mailbox's UIDs no longer mean what they meant when they were asked for (rule X06)."""


class TooLongError(UnreachableError):
    """A server's answer was longer than anything that is taken from one (rule I08)."""


class MailboxError(AccountError):
    """A mailbox that the configuration names is not on the server, or cannot be opened."""

    code = ExitCode.CONFIG
    kind = "setup"


class StateError(InboxwatchError):
    """The state cannot be used, or is newer than the program (rule X15)."""

    code = ExitCode.STATE
