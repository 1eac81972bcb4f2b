"""Moving mail so that none is lost and none is doubled (rules X16, I18, I28)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from inboxwatch.errors import MailboxError
from inboxwatch.mail.imap import fetch as fetching
from inboxwatch.mail.imap.copied import Copied
from inboxwatch.model.message import MessageRef
from inboxwatch.ports.accounts import Moved

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from inboxwatch.mail.imap.writer import Writer

GONE = "it is no longer there"
_DELETED = "\\Deleted"
_BATCH = 200


class _Move(Struct):
    """One move of some mails of the mailbox that ``session`` has open, to ``target``."""

    session: Writer
    account: str
    target: str
    places: dict[int, MessageRef | None] = field(default_factory=dict)
    failures: dict[int, str] = field(default_factory=dict)
    left: set[int] = field(default_factory=set)
    gone: set[int] = field(default_factory=set)

    def batch(self, uids: Sequence[int]) -> None:
        """Move some; what the server answers is checked against what still lies there."""
        there = self._existing(uids)
        self._are_gone(uid for uid in uids if uid not in there)
        if there and self.session.moves:
            self._moved(there)
        elif there:
            self._copied(there)

    def _existing(self, uids: Sequence[int]) -> tuple[int, ...]:
        answers = self.session.fetch(uids, ("UID", "FLAGS"))
        return tuple(uid for uid in uids if b"FLAGS" in answers.get(uid, {}))

    def _moved(self, uids: Sequence[int]) -> None:
        """UID MOVE. After a refusal some may have been moved all the same (RFC 6851 3.3)."""
        refused, told = "", Copied()
        try:
            told = self.session.transfer("MOVE", uids, self.target)
        except MailboxError as error:
            refused = error.message
        still = set(self._existing(uids))
        for uid in uids:
            if uid in still:
                self.failures[uid] = refused or "the server left it where it was"
            elif told.told and uid not in told.uids:
                self._are_gone((uid,))  # somebody was faster
            else:
                self.places[uid] = self._place(told, uid)

    def _copied(self, uids: Sequence[int]) -> None:
        """UID COPY, and only what was copied is deleted; by UID EXPUNGE alone, never EXPUNGE."""
        try:
            told = self.session.transfer("COPY", uids, self.target)
        except MailboxError as error:  # COPY is all or nothing (RFC 9051 section 6.4.7)
            self.failures.update(dict.fromkeys(uids, error.message))
            return
        done = tuple(uid for uid in uids if not told.told or uid in told.uids)
        self._are_gone(uid for uid in uids if uid not in done)
        self.places.update((uid, self._place(told, uid)) for uid in done)
        self.session.change_flags(done, (_DELETED,))
        if self.session.expunges_by_uid:
            self.session.expunge(done)
        self.left.update(self._existing(done))

    def _are_gone(self, uids: Iterable[int]) -> None:
        found = tuple(uids)
        self.gone.update(found)
        self.failures.update(dict.fromkeys(found, GONE))

    def _place(self, told: Copied, uid: int) -> MessageRef | None:
        new = told.uids.get(uid)
        return MessageRef(self.account, self.target, told.uidvalidity, new) if new else None


def move(session: Writer, account: str, uids: Sequence[int], target: str) -> Moved:
    """Move mails of the opened mailbox; see ``ports.Account.move``."""
    moving = _Move(session, account, target)
    for batch in fetching.batches(sorted(set(uids)), _BATCH):
        moving.batch(batch)
    return Moved(moving.places, moving.failures, frozenset(moving.left), frozenset(moving.gone))
