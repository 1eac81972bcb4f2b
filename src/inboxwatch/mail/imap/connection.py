"""One account's connection: made when first needed, made anew after it broke off."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from inboxwatch.errors import (
    LoginRefusedError,
    MailboxError,
    RenumberedError,
    UnreachableError,
)
from inboxwatch.mail.discover import Wanted, discover
from inboxwatch.mail.imap.login import Login, log_in
from inboxwatch.mail.imap.refusals import said
from inboxwatch.ports import Mailboxes, MailboxState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from inboxwatch.mail.imap.session import Opened
    from inboxwatch.mail.imap.settings import ImapSettings
    from inboxwatch.mail.imap.writer import Writer

_T = TypeVar("_T")


class Connection:
    """What an account does with its server before it reads or writes mail."""

    def __init__(self, settings: ImapSettings) -> None:
        self._settings = settings
        self._session: Writer | None = None
        self._refused: LoginRefusedError | None = None
        self._begun: Login | None = None
        self._octets = 0

    def begin(self) -> None:
        """Start to connect in a thread of its own; whoever uses the account first waits for it.

        What a server takes to answer a login is time in which a program can start up.
        """
        self._begun = Login(self._settings)

    def _new_session(self) -> Writer:
        """A session: the one that was begun, else a new one."""
        begun, self._begun = self._begun, None
        return begun.session() if begun else log_in(self._settings)

    @property
    def name(self) -> str:
        """The account's name in the configuration."""
        return self._settings.name

    def connect(self) -> None:
        """Connect and log in, if that has not been done."""
        self._connected()

    def _connected(self) -> Writer:
        if self._session is None or not self._session.alive:
            if self._refused is not None:
                raise self._refused
            self._let_go()  # so that a failing connection is not tried twice
            try:
                self._session = self._new_session()
            except LoginRefusedError as error:
                self._refused = error  # once is enough: more would lock the account out (I22)
                raise
        return self._session

    def _let_go(self) -> None:
        self._octets = self.octets
        self._session = None

    @property
    def octets(self) -> int:
        """How many octets have come from the server over all connections."""
        session = self._session
        return self._octets + (session.octets if session is not None else 0)

    def _twice(self, attempt: Callable[[Writer], _T]) -> _T:
        """Do something that changes nothing; once more on a new connection if the old one broke."""
        try:
            return attempt(self._connected())
        except MailboxError:
            raise
        except UnreachableError:
            if self._session is None or self._session.alive:
                raise  # never connected, or refused on a stream that is in step
        return attempt(self._connected())

    def mailboxes(self) -> Mailboxes:
        """Find the mailboxes of each role (rules I11 to I16)."""
        rows, prefix = self._twice(lambda session: (session.list(), session.prefix()))
        settings = self._settings
        boxes = (settings.inbox, settings.junk, settings.sent, settings.drafts, settings.review)
        wanted = Wanted(*boxes)
        return discover(rows, wanted, account=self.name, prefix=prefix)

    def state(self, mailbox: str) -> MailboxState:
        """UIDVALIDITY, UIDNEXT and the number of mails, by EXAMINE."""
        session, opened = self._opened(mailbox, anew=True)
        uidnext = opened.uidnext or self._uidnext_by_other_means(session, opened)
        session.check_uidnext(uidnext)
        return MailboxState(opened.uidvalidity, uidnext, opened.exists, opened.modseq)

    def states(self, mailboxes: Sequence[str]) -> Mapping[str, MailboxState | MailboxError]:
        """Where mailboxes stand, by STATUS in one round; by EXAMINE of one that it leaves open."""
        told = self._twice(lambda session: session.statuses(mailboxes))
        return {name: told.get(name) or self._state_or_error(name) for name in mailboxes}

    def _state_or_error(self, mailbox: str) -> MailboxState | MailboxError:
        try:
            return self.state(mailbox)
        except MailboxError as error:
            return error

    @staticmethod
    def _uidnext_by_other_means(session: Writer, opened: Opened) -> int:
        told = session.uidnext(opened.mailbox)
        if told is not None:
            return told
        if not opened.exists:
            return 1
        return max(session.numbered_uids(opened.exists, opened.exists), default=0) + 1

    def _opened(
        self, mailbox: str, *, readonly: bool = True, anew: bool = False
    ) -> tuple[Writer, Opened]:
        """The connection with ``mailbox`` open in the asked way, opened only if needed."""

        def attempt(session: Writer) -> tuple[Writer, Opened]:
            opened = session.opened
            if anew or opened is None or (opened.mailbox, opened.readonly) != (mailbox, readonly):
                opened = session.open(mailbox, readonly=readonly)
            return session, opened

        return self._twice(attempt)

    def _renewed(self, mailbox: str) -> None:
        """``mailbox`` open to be read, with what became of its mails until now.

        For the flags of mails with known UIDs; the number of mails and the next UID may be stale.
        """

        def attempt(session: Writer) -> None:
            opened = session.opened
            if opened is None or (opened.mailbox, opened.readonly) != (mailbox, True):
                session.open(mailbox, readonly=True)
            else:
                session.renew()

        self._twice(attempt)

    def _unchanged(self, mailbox: str, uidvalidity: int, *, anew: bool = False) -> Writer:
        """The connection with ``mailbox`` open and its UIDs still valid (rule X06)."""
        session, opened = self._opened(mailbox, anew=anew)
        if opened.uidvalidity != uidvalidity:
            raise RenumberedError(
                f"{self.name}: the UIDVALIDITY of {said(mailbox)} changed from {uidvalidity} to "
                f"{opened.uidvalidity} during the run",
                next_step="the next run takes the mailbox up anew",
            )
        return session

    def close(self) -> None:
        """Log out if the stream is in step, else drop the connection (rule I04). Never raises."""
        if self._begun is not None:
            self._session = self._begun.ended() or self._session
            self._begun = None
        if self._session is not None:
            self._session.close()
            self._let_go()
