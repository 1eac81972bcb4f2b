"""Logging in, also in a thread of its own: what a server takes is time to start up in."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inboxwatch.mail.imap.settings import ImapSettings
    from inboxwatch.mail.imap.writer import Writer

_PATIENCE = 5.0
"""Seconds that closing waits for a login under way; its thread ends with the process."""


def log_in(settings: ImapSettings) -> Writer:
    """A new session. Raises AccountError."""
    from inboxwatch.mail.imap.writer import Writer  # noqa: PLC0415 - imapclient is heavy

    return Writer(settings)


class Login:
    """A login that was begun and goes on by itself."""

    def __init__(self, settings: ImapSettings) -> None:
        self._settings = settings
        self._result: list[Writer | BaseException] = []
        self._thread = threading.Thread(target=self._try, daemon=True)
        self._thread.start()

    def _try(self) -> None:
        try:
            self._result.append(log_in(self._settings))
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that asks
            self._result.append(error)

    def session(self) -> Writer:
        """Wait for the session. Raises what logging in raised."""
        self._thread.join()
        (result,) = self._result
        if isinstance(result, BaseException):
            raise result
        return result

    def ended(self) -> Writer | None:
        """The session if it comes soon, so that it can be closed. Never raises."""
        self._thread.join(_PATIENCE)
        return next((one for one in self._result if not isinstance(one, BaseException)), None)
