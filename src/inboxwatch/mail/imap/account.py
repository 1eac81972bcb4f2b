"""The Account port over IMAP: reading in EXAMINE, writing rarely, one connection."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from inboxwatch.errors import LoginRefusedError, MailboxError, UnreachableError
from inboxwatch.mail.discover import Wanted, discover
from inboxwatch.mail.imap import fetch as fetching
from inboxwatch.mail.imap import marks, results
from inboxwatch.mail.imap.criteria import received_since, with_message_id
from inboxwatch.mail.imap.login import Login, log_in
from inboxwatch.mail.imap.moving import move
from inboxwatch.mail.imap.obstacles import obstacle
from inboxwatch.mail.imap.refusals import said
from inboxwatch.model.message import MessageRef
from inboxwatch.ports import Mailboxes, MailboxState, Moved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from inboxwatch.mail.imap.session import Opened
    from inboxwatch.mail.imap.settings import ImapSettings
    from inboxwatch.mail.imap.writer import Writer
    from inboxwatch.model.message import RawMessage, Role

_T = TypeVar("_T")

ANSWERED = "\\Answered"

_FLAG_BATCH = 500


class ImapAccount:
    """One account on an IMAP server; connects when first used, and anew after it broke off."""

    def __init__(self, settings: ImapSettings) -> None:
        self._settings = settings
        self._session: Writer | None = None
        self._refused: LoginRefusedError | None = None
        self._begun: Login | None = None

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
            self._session = None  # so that a failing connection is not tried twice
            try:
                self._session = self._new_session()
            except LoginRefusedError as error:
                self._refused = error  # once is enough: more would lock the account out (I22)
                raise
        return self._session

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
        return MailboxState(opened.uidvalidity, uidnext, opened.exists)

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

    # Reading

    def fetch(
        self,
        mailbox: str,
        role: Role,
        uidvalidity: int,
        ranges: Sequence[tuple[int, int]],
        *,
        headers_only: bool = False,
        since: datetime | None = None,
    ) -> Iterator[tuple[RawMessage, ...]]:
        """Yield bounded messages in batches of at most 50, UIDs rising (rules I01, I06 to I08).

        If the server hangs up in between, it connects once more and goes on behind the last batch
        (rule I24), one message at a time for the batch that broke.
        """
        items = fetching.HEADER_ITEMS if headers_only else fetching.ITEMS
        place = (mailbox, role, uidvalidity)
        for uids in self._existing(mailbox, uidvalidity, ranges, since):
            for batch in fetching.batches(uids):
                yield from self._batch(place, batch, items)

    def _batch(
        self, place: tuple[str, Role, int], uids: tuple[int, ...], items: Sequence[str]
    ) -> Iterator[tuple[RawMessage, ...]]:
        try:
            found = self._messages(place, uids, items)
        except MailboxError:
            raise
        except UnreachableError:
            if self._session is None or self._session.alive or len(uids) == 1:
                raise
        else:
            if found:
                yield found
            return
        for uid in uids:
            one = self._messages(place, (uid,), items)
            if one:
                yield one

    def _messages(
        self, place: tuple[str, Role, int], uids: tuple[int, ...], items: Sequence[str]
    ) -> tuple[RawMessage, ...]:
        mailbox, role, uidvalidity = place
        answers = self._unchanged(mailbox, uidvalidity).fetch(uids, items)
        found = (
            fetching.raw_message(
                MessageRef(self.name, mailbox, uidvalidity, uid), role, answers[uid]
            )
            for uid in uids
            if uid in answers
        )
        return tuple(message for message in found if message is not None)

    def _unchanged(self, mailbox: str, uidvalidity: int, *, anew: bool = False) -> Writer:
        """The connection with ``mailbox`` open and its UIDs still valid (rule X06)."""
        session, opened = self._opened(mailbox, anew=anew)
        if opened.uidvalidity != uidvalidity:
            raise UnreachableError(
                f"{self.name}: the UIDVALIDITY of {said(mailbox)} changed from {uidvalidity} to "
                f"{opened.uidvalidity} during the run",
                next_step="the next run takes the mailbox up anew",
            )
        return session

    def _existing(
        self,
        mailbox: str,
        uidvalidity: int,
        ranges: Sequence[tuple[int, int]],
        since: datetime | None,
    ) -> Iterator[tuple[int, ...]]:
        """The UIDs of ``ranges`` that exist, rising, listed a bounded number at a time."""
        recent = received_since(since) if since else ()
        session = self._unchanged(mailbox, uidvalidity, anew=True)
        exists = session.opened.exists if session.opened else 0
        for group in fetching.searches(fetching.merged(ranges), exists):
            session = self._unchanged(mailbox, uidvalidity)
            if fetching.answers_at_most(group, exists) > fetching.LISTED_AT_ONCE:
                found = self._windows(session, exists)
            else:
                text = ",".join(f"{first}:{last}" for first, last in group)
                found = iter(session.search(*recent, "UID", text))
            # `a:b` beyond the end finds the last message, which is below a (rule X13).
            yield tuple(uid for uid in found if any(a <= uid <= b for a, b in group))

    @staticmethod
    def _windows(session: Writer, exists: int) -> Iterator[int]:
        """All UIDs of a huge mailbox, asked for in windows, since one line cannot hold them."""
        for start in range(1, exists + 1, fetching.WINDOW):
            yield from session.numbered_uids(start, min(start + fetching.WINDOW - 1, exists))

    def flags(
        self, mailbox: str, uidvalidity: int, uids: Sequence[int]
    ) -> Mapping[int, frozenset[str]]:
        """The flags of those of ``uids`` that still exist (rules X06, I06)."""
        found: dict[int, frozenset[str]] = {}
        for batch in fetching.batches(sorted(set(uids)), _FLAG_BATCH):
            session, opened = self._opened(mailbox, anew=True)
            if opened.uidvalidity != uidvalidity:
                return {}
            answers = session.fetch(batch, ("UID", "FLAGS"))
            found.update(
                (uid, fetching.flags_of(answers[uid]))
                for uid in batch
                if uid in answers and b"FLAGS" in answers[uid]
            )
        return found

    def traces(self, mailbox: str, last: int = 200) -> Sequence[tuple[tuple[str, str], ...]]:
        """The Received and Authentication-Results of the last mails of a mailbox (rule S15)."""
        session, opened = self._opened(mailbox, anew=True)
        if not opened.exists:
            return ()
        uids = session.numbered_uids(max(1, opened.exists - last + 1), opened.exists)
        found: list[tuple[tuple[str, str], ...]] = []
        for batch in fetching.batches(sorted(uids)):
            answers = session.fetch(batch, ("UID", results.TRACE))
            found.extend(results.trace(answers[uid]) for uid in batch if uid in answers)
        return found

    def has_message(self, mailbox: str, message_id: str) -> bool:
        """Whether a message with this Message-ID lies in a mailbox, just now (rules X02, I02)."""
        return bool(self.locate(mailbox, message_id))

    def locate(self, mailbox: str, message_id: str) -> tuple[MessageRef, ...]:
        """Where messages with this Message-ID lie in a mailbox, just now (rules X16, I02)."""
        criteria = with_message_id(message_id)

        def attempt(session: Writer) -> tuple[MessageRef, ...]:
            opened = session.open(mailbox, readonly=True)
            found = session.search(*criteria)
            return tuple(MessageRef(self.name, mailbox, opened.uidvalidity, uid) for uid in found)

        return self._twice(attempt)

    # Writing

    def mark_answered(self, ref: MessageRef) -> str:
        r"""Set ``\Answered`` and the keyword where PERMANENTFLAGS allows (rules F22, I15, I28).

        Where people use ``\Answered`` as their list of what is done, only the keyword.
        """
        session, opened = self._opened(ref.mailbox, readonly=False)
        needed = (ANSWERED,) if self._settings.answered_flag else ()
        return marks.mark_answered(session, opened, ref, needed)

    def keywords(
        self,
        mailbox: str,
        uidvalidity: int,
        uids: Sequence[int],
        add: Sequence[str],
        remove: Sequence[str],
    ) -> str:
        """Set some keywords and remove others where PERMANENTFLAGS allows (rules I15, S26)."""
        if not uids:
            return ""
        session, opened = self._opened(mailbox, readonly=False, anew=True)
        return marks.keywords(session, opened, uidvalidity, (uids, add, remove))

    def move(self, mailbox: str, uidvalidity: int, uids: Sequence[int], target: str) -> Moved:
        """Move mails to another mailbox; what became of each (rules X16, I28)."""
        session, opened = self._opened(mailbox, readonly=False, anew=True)
        fault = marks.fault(opened, uidvalidity)
        if fault:
            return Moved(failures=dict.fromkeys(uids, fault))
        return move(session, self.name, uids, target)

    def obstacle(self, mailbox: str, target: str) -> str:
        """Why nothing can be moved from a mailbox to another, as far as the server tells (A17)."""
        session, opened = self._opened(mailbox, readonly=False, anew=True)
        return obstacle(session, opened, target)

    def create(self, mailbox: str) -> None:
        """Create a mailbox and subscribe to it, unless it is there (rule I29)."""
        self._connected().create(mailbox)

    def append(
        self, mailbox: str, octets: bytes, flags: Sequence[str], when: datetime, message_id: str
    ) -> None:
        """Append a message unless one with this Message-ID came of late (rules F21, I02, I09).

        ``when`` is the present: what came up to a day before it is looked through. Never tries
        twice by itself: after an error the next call looks first.
        """
        criteria = (*received_since(when), *with_message_id(message_id))
        # Courier appends to nothing opened by EXAMINE, and sees what came only by a new SELECT
        session, _ = self._opened(mailbox, readonly=False, anew=True)
        if not session.search(*criteria):
            session.append(mailbox, octets, flags, when)

    def close(self) -> None:
        """Log out if the stream is in step, else drop the connection (rule I04). Never raises."""
        if self._begun is not None:
            self._session = self._begun.ended() or self._session
            self._begun = None
        if self._session is not None:
            self._session.close()
            self._session = None
