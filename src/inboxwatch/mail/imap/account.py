"""The Account port over IMAP: reading in EXAMINE, writing rarely, one connection."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from inboxwatch.core.backoff import UNREACHABLE
from inboxwatch.errors import TooLongError, UnreachableError
from inboxwatch.mail.imap import fetch as fetching
from inboxwatch.mail.imap import marks
from inboxwatch.mail.imap.bringing import Bringing
from inboxwatch.mail.imap.criteria import is_message_id, naming, received_since, with_message_id
from inboxwatch.mail.imap.halves import Halves, OneMailError
from inboxwatch.mail.imap.moving import move
from inboxwatch.mail.imap.obstacles import obstacle
from inboxwatch.model.message import MessageRef
from inboxwatch.ports import Moved

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from inboxwatch.mail.imap.writer import Writer

ANSWERED = "\\Answered"

_FLAG_BATCH = 500


class ImapAccount(Bringing):
    """One account on an IMAP server; connects when first used, and anew after it broke off."""

    def flags(
        self, mailbox: str, uidvalidity: int, uids: Sequence[int], *, changed_since: int = 0
    ) -> Mapping[int, frozenset[str]]:
        """The flags of those of ``uids`` that still exist (rules X06, I06).

        CHANGEDSINCE is not for a mailbox that keeps no modseq (RFC 7162 section 3.1.2.2).
        """
        if not uids:
            return {}
        self._renewed(mailbox)
        halves = Halves(partial(self._flags, mailbox, uidvalidity, changed_since))
        for batch in fetching.batches(sorted(set(uids)), _FLAG_BATCH):
            halves.look(batch)
        return halves.end()

    def _flags(
        self, mailbox: str, uidvalidity: int, changed_since: int, uids: tuple[int, ...]
    ) -> Mapping[int, frozenset[str]]:
        session, opened = self._opened(mailbox)
        if opened.uidvalidity != uidvalidity:
            return {}
        since = changed_since if opened.modseq else 0
        try:
            answers = session.fetch(uids, ("UID", "FLAGS"), changed_since=since)
        except TooLongError as error:
            raise OneMailError(error) from None
        except UnreachableError as error:
            if session.alive and error.kind == UNREACHABLE:  # refused, on a stream that is in step
                raise OneMailError(error) from None
            raise
        return {
            uid: fetching.flags_of(answers[uid])
            for uid in uids
            if uid in answers and b"FLAGS" in answers[uid]
        }

    def traces(self, mailbox: str, last: int = 200) -> Sequence[tuple[tuple[str, str], ...]]:
        """The Received and Authentication-Results of the last mails of a mailbox (rule S15)."""
        from inboxwatch.mail.imap import results  # noqa: PLC0415 - only `check` asks for traces

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
        return self._find(mailbox, with_message_id(message_id))

    def naming(self, mailbox: str, message_id: str) -> tuple[MessageRef, ...]:
        """Where messages lie that answer this Message-ID, just now (rules X09, I02)."""
        return self._find(mailbox, naming(message_id)) if is_message_id(message_id) else ()

    def _find(self, mailbox: str, criteria: tuple[str, ...]) -> tuple[MessageRef, ...]:
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
