"""Where rescued mail lies: moving it, marking it there, and finding it again."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from inboxwatch.app.desk import log
from inboxwatch.errors import AccountError, MailboxError
from inboxwatch.model.message import MessageRef, Role
from inboxwatch.model.outcome import AccountFailure
from inboxwatch.model.sweep import SweepMail, SweepOutcome
from inboxwatch.ports import Moved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from inboxwatch.app.desk import Desk
    from inboxwatch.model.message import Message
    from inboxwatch.ports import Account

JUNK, NOT_JUNK = "$Junk", "$NotJunk"
"""The keywords by which programs tell each other what is spam (RFC 9051 section 2.3.2)."""

GONE = "moved or deleted by somebody else meanwhile"
LEFT = "the server cannot remove a single mail: the one in {mailbox} is only marked as deleted"

Place = tuple[str, str, int]
"""Account, mailbox, UIDVALIDITY."""


class Placing(Struct):
    """What the ways out of the spam folder and back have in common.

    ``failures`` are what broke off, ``notes`` what could not be marked.
    """

    desk: Desk
    failures: list[AccountFailure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def failed(self, place: Place, error: AccountError) -> None:
        """Note that a mailbox could not be worked on."""
        log.warning("%r %r: %s", place[0], place[1], error.message)
        self.failures.append(AccountFailure(place[0], error, place[1]))

    def account(self, name: str) -> Account:
        """The way into an account."""
        return self.desk.doors[name].account

    def move(self, place: Place, uids: Sequence[int], target: str) -> Moved | None:
        """Ask the server; None if it broke off, and nobody knows what it did."""
        account, mailbox, uidvalidity = place
        try:
            return self.account(account).move(mailbox, uidvalidity, uids, target)
        except MailboxError as error:
            return Moved(failures=dict.fromkeys(uids, error.message))
        except AccountError as error:
            self.failed(place, error)
            return None

    def settle(
        self,
        mail: SweepMail,
        outcome: SweepOutcome,
        *,
        place: MessageRef | None = None,
        detail: str = "",
    ) -> SweepMail:
        """Write down how it ended for a mail; the mail as it is now."""
        now = self.desk.clock.now()
        self.desk.journal.settle_swept(mail.id, outcome, now, place=place, detail=detail)
        log.info("%r uid %d: %s %s", mail.ref.mailbox, mail.ref.uid, outcome.value, detail)
        return replace(mail, outcome=outcome, place=place or mail.place, detail=detail)

    def stayed(self, mail: SweepMail, uid: int, moved: Moved, outcome: SweepOutcome) -> SweepMail:
        """Settle a mail that was not moved: as ``outcome``, unless it lay there no more."""
        gone = uid in moved.gone or uid not in moved.failures
        outcome = SweepOutcome.GONE if gone else outcome
        return self.settle(mail, outcome, detail=moved.failures.get(uid, GONE))

    def mark(
        self, mails: Iterable[SweepMail], *, add: Sequence[str], remove: Sequence[str]
    ) -> None:
        """Keywords on mails where they lie now; that they could not be set is only noted."""
        placed = [one for one in mails if one.place and one.outcome in _PLACED]
        for (account, mailbox, uidvalidity), group in by_place(placed, lying).items():
            uids = [lying(one).uid for one in group]
            try:
                door = self.account(account)
                note = door.keywords(mailbox, uidvalidity, uids, add, remove)
            except AccountError as error:
                note = f"keywords could not be set: {error.message}"
            if note and note not in self.notes:
                self.notes.append(f"{account}: {note}")

    def next_place(self, account: str, mailbox: str) -> MessageRef | None:
        """Where a mailbox will put its next mail; None if it cannot be opened.

        Why not is told when something is moved there. Raises AccountError.
        """
        try:
            state = self.account(account).state(mailbox)
        except MailboxError:
            return None
        return MessageRef(account, mailbox, state.uidvalidity, state.uidnext)

    def lies_at(self, mail: SweepMail, mailbox: str) -> MessageRef | None:
        """Where this very mail lies in a mailbox, if that can be found out."""
        try:
            return self.same(mail, mailbox)
        except AccountError as error:
            log.warning("looking for a mail in %r: %s", mailbox, error.message)
            return None

    def same(self, mail: SweepMail, mailbox: str) -> MessageRef | None:
        """As above, of what came there since the mail was claimed. Raises AccountError.

        Another copy of it may have lain there before (rule X16), and a Message-ID alone may be
        another's (rule X04).
        """
        since = mail.next_place
        here = self.next_place(mail.ref.account, mailbox)
        if here is None:
            return None
        known = since is not None and _numbers(since) == _numbers(here)
        first = since.uid if since is not None and known else 1
        placed = self.desk.journal.placed(*_numbers(here))
        uids = [uid for uid in self._alike(mail, here, first) if uid >= first and uid not in placed]
        whole = not mail.message_id
        same = (
            one.ref
            for one in self._read(here, [(uid, uid) for uid in uids], headers_only=not whole)
            if one.reply_key == mail.reply_key and one.ref is not None
        )
        return max(same, key=lambda ref: ref.uid, default=None)

    def _alike(self, mail: SweepMail, here: MessageRef, first: int) -> Iterable[int]:
        """The UIDs of what may be the mail: by its Message-ID, else by From and Subject."""
        if mail.message_id:
            with suppress(MailboxError):  # an odd Message-ID
                found = self.account(here.account).locate(here.mailbox, mail.message_id)
                return [ref.uid for ref in found if _numbers(ref) == _numbers(here)]
            return ()
        if here.uid <= first:
            return ()
        heads = self._read(here, [(first, here.uid - 1)], since=mail.received)
        return [
            one.ref.uid
            for one in heads
            if one.ref and (one.from_text, one.subject) == (mail.from_text, mail.subject)
        ]

    def _read(
        self,
        here: MessageRef,
        ranges: Sequence[tuple[int, int]],
        *,
        headers_only: bool = True,
        since: datetime | None = None,
    ) -> Iterator[Message]:
        from inboxwatch.app.judging import read  # noqa: PLC0415 - only where mail is looked for

        batches = self.account(here.account).fetch(
            here.mailbox,
            Role.INBOX,
            here.uidvalidity,
            ranges,
            headers_only=headers_only,
            since=since,
        )
        return (read(raw) for batch in batches for raw in batch if not raw.withheld)


_PLACED = frozenset({SweepOutcome.MOVED, SweepOutcome.UNDONE})


def _numbers(ref: MessageRef) -> Place:
    """Within what a UID means something."""
    return ref.account, ref.mailbox, ref.uidvalidity


def lying(mail: SweepMail) -> MessageRef:
    """Where a mail lies now, of which that is known."""
    if mail.place is None:
        raise ValueError("nobody knows where this mail lies")
    return mail.place


def by_place(
    mails: Iterable[SweepMail], where: Callable[[SweepMail], MessageRef]
) -> dict[Place, list[SweepMail]]:
    """Mails by the mailbox in which they lie."""
    groups: defaultdict[Place, list[SweepMail]] = defaultdict(list)
    for mail in mails:
        ref = where(mail)
        groups[ref.account, ref.mailbox, ref.uidvalidity].append(mail)
    return dict(groups)
