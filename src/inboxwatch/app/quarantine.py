"""Quarantine: a mail that breaks the reading of a batch costs the others nothing (rule X12).

Reading and deciding have their own guard (``judging``): what they trip over is decided all the
same. This one is for everything else, and for what ends the whole process. That a mail is being
read is therefore written down before it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from msgspec import Struct, field

from inboxwatch.app.desk import log
from inboxwatch.core.sync import ATTEMPTS
from inboxwatch.errors import AccountError, InboxwatchError
from inboxwatch.model.condition import WITHHELD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from inboxwatch.app.desk import Desk
    from inboxwatch.model.condition import Attempt
    from inboxwatch.model.message import MessageRef, RawMessage
    from inboxwatch.ports import Journal

Mails = tuple["RawMessage", ...]


class Care(Struct):
    """The reading of one mailbox, mail by mail where that is needed.

    ``tries`` are how often the reading of a UID was begun before and came to no end. ``missing``
    are those that were set aside below the mark, and have not come yet in this run. ``first`` are
    those that had to be set aside, and were not before.
    """

    journal: Journal
    tries: dict[int, int] = field(default_factory=dict)
    missing: set[int] = field(default_factory=set)
    first: list[MessageRef] = field(default_factory=list)

    @classmethod
    def of(cls, journal: Journal, attempts: Iterable[Attempt]) -> Care:
        """With what is remembered of earlier runs."""
        tries = {one.ref.uid: one.tries for one in attempts}
        return cls(journal, tries, {uid for uid, number in tries.items() if number < ATTEMPTS})

    def read(self, mails: Mails, work: Callable[[Mails], None], now: datetime) -> int:
        """Do the work on all mails that are not in quarantine; how many had to be set aside.

        Raises what is no fault of a mail: StateError, ConfigError.
        """
        self.missing -= {_uid(mail) for mail in mails}
        kept = [mail for mail in mails if mail.withheld and self._may_be_tried(mail)]
        whole = tuple(mail for mail in mails if not mail.withheld)
        aside = sum(self._withheld(mail, now) for mail in kept)
        return aside + sum(self._attempt(group, work, now) for group in self._groups(whole))

    def _may_be_tried(self, mail: RawMessage) -> bool:
        return self.tries.get(_uid(mail), 0) < ATTEMPTS

    def _groups(self, mails: Mails) -> Iterator[Mails]:
        """Whatever was begun before alone, the others together; the order stays."""
        clean: list[RawMessage] = []
        for mail in mails:
            tries = self.tries.get(_uid(mail))
            if tries is None:
                clean.append(mail)
                continue
            if clean:
                yield tuple(clean)
                clean = []
            if tries < ATTEMPTS:
                yield (mail,)
        if clean:
            yield tuple(clean)

    def _withheld(self, mail: RawMessage, now: datetime) -> bool:
        """Set aside what the server does not hand out."""
        log.warning("%r was withheld: %s", mail.source, mail.withheld)
        self.journal.begin_reading([_ref(mail)], now)
        self._set_aside(mail, WITHHELD, now)
        return True

    def _attempt(self, mails: Mails, work: Callable[[Mails], None], now: datetime) -> int:
        self.journal.begin_reading([_ref(mail) for mail in mails], now)
        if len(mails) > 1:
            try:
                work(mails)
            except InboxwatchError:
                raise
            except Exception:  # noqa: BLE001 - one of them: each by itself tells which
                log.warning("%d mails could not be read together", len(mails))
            else:
                return 0
        return sum(self._alone(mail, work, now) for mail in mails)

    def _alone(self, mail: RawMessage, work: Callable[[Mails], None], now: datetime) -> bool:
        """Do the work on one mail; whether it had to be set aside."""
        try:
            work((mail,))
        except InboxwatchError:
            raise
        except Exception as fault:  # noqa: BLE001 - a bug, which must cost no more than this mail
            log.exception("a mail was set aside: %r", mail.source)
            self._set_aside(mail, type(fault).__name__, now)
            return True
        return False

    def _set_aside(self, mail: RawMessage, error: str, now: datetime) -> None:
        self.journal.set_aside(_ref(mail), error, now)
        if not self.tries.get(_uid(mail)):
            self.first.append(_ref(mail))


def _ref(mail: RawMessage) -> MessageRef:
    return cast("MessageRef", mail.ref)


def _uid(mail: RawMessage) -> int:
    return _ref(mail).uid


def told_now(journal: Journal) -> tuple[Attempt, ...]:
    """The mails in quarantine of which no run has told yet."""
    return tuple(one for one in journal.quarantined() if not one.told)


def forget_gone(desk: Desk, accounts: Sequence[str]) -> None:
    """Forget those in quarantine that somebody has moved or deleted."""
    for (account, mailbox, uidvalidity), uids in _places(desk, accounts).items():
        try:
            there = desk.doors[account].account.flags(mailbox, uidvalidity, uids)
        except AccountError as error:
            log.warning("flags of %r could not be read: %r", mailbox, str(error))
            continue
        gone = [uid for uid in uids if uid not in there]
        if gone:
            desk.journal.forget_attempts(account, mailbox, gone)


def _places(desk: Desk, accounts: Sequence[str]) -> dict[tuple[str, str, int], list[int]]:
    places: dict[tuple[str, str, int], list[int]] = {}
    for one in desk.journal.quarantined():
        if one.ref.account in accounts:
            key = (one.ref.account, one.ref.mailbox, one.ref.uidvalidity)
            places.setdefault(key, []).append(one.ref.uid)
    return places
