"""Bringing the mails of a mailbox: listed in pieces, fetched in a pipeline (rules I06 to I08)."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from msgspec.structs import replace

from inboxwatch.core.backoff import UNREACHABLE
from inboxwatch.errors import MailboxError, RenumberedError, UnreachableError
from inboxwatch.mail.imap import fetch as fetching
from inboxwatch.mail.imap import parts
from inboxwatch.mail.imap.connection import Connection
from inboxwatch.mail.imap.copied import uid_set
from inboxwatch.mail.imap.criteria import received_since
from inboxwatch.mail.imap.refusals import said
from inboxwatch.model.message import MessageRef

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from inboxwatch.mail.imap.session import Session
    from inboxwatch.mail.imap.writer import Writer
    from inboxwatch.model.message import RawMessage, Role


MOST_IN_A_ROW = 5
"""Mails one behind the other that may be withheld; of more of them the server is at fault."""


class Bringing(Connection):
    """An account from which whole mails, or their headers, can be had."""

    _knows_structures = True

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
            groups = fetching.batches(uids) if headers_only else self._groups(place, uids)
            for group, then in fetching.with_next(groups):
                for found in self._group(place, group, then, items):
                    yield from fetching.batches(found)

    def _groups(
        self, place: tuple[str, Role, int], uids: tuple[int, ...]
    ) -> Iterator[tuple[int, ...]]:
        """The UIDs of one FETCH each: of many mails the sizes are asked for before (rule I08)."""
        if len(uids) <= fetching.BATCH:
            yield from fetching.batches(uids)
            return
        for batch in fetching.batches(uids, fetching.SIZES_AT_ONCE):
            sizes = self._sizes(place, batch)
            yield from fetching.groups(batch, sizes) if sizes else fetching.batches(batch)

    def _sizes(self, place: tuple[str, Role, int], uids: tuple[int, ...]) -> Mapping[int, int]:
        """The size of each message as far as the server tells it: one mail may keep all back."""
        mailbox, _, uidvalidity = place

        def attempt(_: Writer) -> Mapping[int, Mapping[bytes, object]]:
            session = self._unchanged(mailbox, uidvalidity)
            return session.fetch_beside(uids, ("UID", "RFC822.SIZE"))

        try:
            answers = self._twice(attempt)
        except MailboxError:
            raise
        except UnreachableError as error:
            if not self._may_be_one_mail(error):
                raise
            return {}
        told = ((uid, row.get(b"RFC822.SIZE")) for uid, row in answers.items())
        return {uid: size for uid, size in told if isinstance(size, int)}

    def _group(
        self,
        place: tuple[str, Role, int],
        uids: tuple[int, ...],
        then: tuple[int, ...],
        items: Sequence[str],
    ) -> Iterator[tuple[RawMessage, ...]]:
        """The messages of one FETCH, while that of ``then`` is on its way already."""
        try:
            found = self._messages(place, uids, items, then)
        except MailboxError:
            raise
        except UnreachableError as error:
            if not self._may_be_one_mail(error):
                raise
            fault = error
        else:
            yield found
            return
        if len(uids) > 1:
            yield from self._singly(place, uids, items)
            return
        self._prove(place, items, uids[0], fault)
        yield (self._withheld(place, uids[0], fault),)

    def _may_be_one_mail(self, error: UnreachableError) -> bool:
        """Whether what failed may be the fault of one mail, and not of the server as a whole."""
        if self._session is None:
            return False
        return not self._session.alive or error.kind == UNREACHABLE

    def _singly(
        self, place: tuple[str, Role, int], uids: tuple[int, ...], items: Sequence[str]
    ) -> Iterator[tuple[RawMessage, ...]]:
        """One message at a time. One is withheld if one behind it comes all the same (X12)."""
        bad: list[tuple[int, UnreachableError]] = []
        for uid in uids:
            try:
                one = self._messages(place, (uid,), items)
            except MailboxError:
                raise
            except UnreachableError as error:
                if not self._may_be_one_mail(error) or len(bad) == MOST_IN_A_ROW:
                    raise
                if bad:
                    self._prove(place, items, uid, error)
                bad.append((uid, error))
                continue
            if one:
                yield (*(self._withheld(place, *each) for each in bad), *one)
                bad = []
        if bad:
            self._prove(place, items, *bad[-1])
            yield tuple(self._withheld(place, *each) for each in bad)

    def _prove(
        self,
        place: tuple[str, Role, int],
        items: Sequence[str],
        uid: int,
        fault: UnreachableError,
    ) -> None:
        """Raise ``fault`` unless the newest mail lies behind this one, and comes (rule X12)."""
        try:
            newest = self._newest_behind(place, uid)
            proven = bool(newest and self._messages(place, newest, items))
        except (MailboxError, RenumberedError):
            raise
        except UnreachableError:
            proven = False
        if not proven:
            raise fault

    def _newest_behind(self, place: tuple[str, Role, int], uid: int) -> tuple[int, ...]:
        """The UID of the newest mail, if that lies behind this one."""
        mailbox, _, uidvalidity = place
        opened = self._unchanged(mailbox, uidvalidity, anew=True).opened
        last = (opened.uidnext if opened and opened.uidnext else 2**32) - 1
        if last <= uid:
            return ()
        found = self._searched(mailbox, uidvalidity, ("UID", f"{uid + 1}:{last}"))
        return tuple(one for one in found[-1:] if one > uid)

    def _withheld(
        self, place: tuple[str, Role, int], uid: int, fault: UnreachableError
    ) -> RawMessage:
        mailbox, role, uidvalidity = place
        return fetching.withheld(
            MessageRef(self.name, mailbox, uidvalidity, uid), role, fault.message
        )

    def _messages(
        self,
        place: tuple[str, Role, int],
        uids: tuple[int, ...],
        items: Sequence[str],
        then: tuple[int, ...] = (),
    ) -> tuple[RawMessage, ...]:
        """What a FETCH brings, and as withheld what it leaves out though it is there.

        Raises UnreachableError where nothing of it can be used.
        """
        mailbox, role, uidvalidity = place
        answers = self._unchanged(mailbox, uidvalidity).fetch_ahead(uids, items, then)
        came: dict[int, RawMessage] = {}
        for uid in uids:
            ref = MessageRef(self.name, mailbox, uidvalidity, uid)
            message = fetching.raw_message(ref, role, answers.get(uid, {}))
            if message is not None:
                came[uid] = self._with_text(message)
        left_out = [uid for uid in uids if uid not in came]
        if left_out:
            for uid, fault in self._still_there(place, left_out).items():
                if not came:
                    raise fault
                came[uid] = self._withheld(place, uid, fault)
        return tuple(came[uid] for uid in sorted(came))

    def _still_there(
        self, place: tuple[str, Role, int], uids: Sequence[int]
    ) -> Mapping[int, UnreachableError]:
        """Those of some UIDs that exist, and what is wrong with that; gone ones are no fault (I06).

        The mailbox is opened anew: a session may go on finding what another one has removed.
        """
        mailbox, _, uidvalidity = place
        self._unchanged(mailbox, uidvalidity, anew=True)
        there = set(self._searched(mailbox, uidvalidity, ("UID", uid_set(uids))))
        return {uid: self._left_out(mailbox, uid) for uid in uids if uid in there}

    def _left_out(self, mailbox: str, uid: int) -> UnreachableError:
        return UnreachableError(
            f"{self._settings.place} spoke nonsense while fetching: UID {uid} of {said(mailbox)} "
            "is there, and its header is not told",
            next_step="a later run tries again; tell the provider if this stays",
        )

    def _with_text(self, message: RawMessage) -> RawMessage:
        """The same mail with its text, if that lies behind a file that took up all the octets.

        A server may break off over a structure that it does not understand (rule I05): then the
        mail stays as it is, the next command connects anew, and no structure is asked for again.
        """
        session, ref = self._session, message.ref
        if session is None or ref is None or not self._knows_structures:
            return message
        if not parts.lacks_text(message.header, message.body):
            return message
        with suppress(UnreachableError):
            told = session.fetch_beside((ref.uid,), ("UID", "BODYSTRUCTURE")).get(ref.uid, {})
            part = parts.find_text(told.get(b"BODYSTRUCTURE"))
            if part is not None:
                answer = session.fetch_beside((ref.uid,), part.items).get(ref.uid, {})
                body = parts.with_text(message.header, message.body, part, answer)
                return replace(message, body=body)
        self._knows_structures = session.alive
        return message

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
                found = iter(self._searched(mailbox, uidvalidity, (*recent, "UID", text)))
            # `a:b` beyond the end finds the last message, which is below a (rule X13).
            yield tuple(uid for uid in found if any(a <= uid <= b for a, b in group))

    def _searched(
        self, mailbox: str, uidvalidity: int, criteria: tuple[str, ...]
    ) -> tuple[int, ...]:
        """UID SEARCH; once more if the connection breaks."""

        def attempt(_: Writer) -> tuple[int, ...]:
            return self._unchanged(mailbox, uidvalidity).search(*criteria)

        return self._twice(attempt)

    @staticmethod
    def _windows(session: Session, exists: int) -> Iterator[int]:
        """All UIDs of a huge mailbox, asked for in windows, since one line cannot hold them."""
        for start in range(1, exists + 1, fetching.WINDOW):
            yield from session.numbered_uids(start, min(start + fetching.WINDOW - 1, exists))
