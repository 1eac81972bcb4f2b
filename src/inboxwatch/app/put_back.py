"""Putting rescued mail back where it was, and settling what was killed on either way."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec.structs import replace

from inboxwatch.app.placing import GONE, JUNK, LEFT, NOT_JUNK, Placing, by_place, lying
from inboxwatch.core.sweep import SweepReport
from inboxwatch.errors import AccountError, UsageError
from inboxwatch.model.sweep import SweepMail, SweepOutcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from inboxwatch.app.desk import Desk
    from inboxwatch.app.placing import Place
    from inboxwatch.model.message import MessageRef
    from inboxwatch.ports import Moved


class PuttingBack(Placing):
    """The way back into the spam folders, and the end of what was interrupted."""

    def take_up(self) -> tuple[SweepMail, ...]:
        """Settle what an earlier sweep claimed and never settled, by looking where it lies.

        What cannot be looked at stays as it is.
        """
        ended: list[SweepMail] = []
        for mail in self.desk.journal.unsettled_swept():
            if mail.ref.account not in self.desk.doors:
                continue
            try:
                ended.append(self._taken_up(mail))
            except AccountError as error:
                self.failed((mail.ref.account, mail.ref.mailbox, 0), error)
        self.mark(
            [one for one in ended if one.outcome is SweepOutcome.MOVED],
            add=(NOT_JUNK,),
            remove=(JUNK,),
        )
        return tuple(ended)

    def _taken_up(self, mail: SweepMail) -> SweepMail:
        undoing = mail.outcome is SweepOutcome.UNDOING
        source = mail.place if undoing else mail.ref
        done, not_done = (
            (SweepOutcome.UNDONE, SweepOutcome.MOVED)
            if undoing
            else (SweepOutcome.MOVED, SweepOutcome.FAILED)
        )
        target = mail.ref.mailbox if undoing else mail.moved_to
        still = source is not None and bool(
            self.account(source.account).flags(source.mailbox, source.uidvalidity, (source.uid,))
        )
        place = self.same(mail, target) if mail.message_id else None
        if place is not None and place != source:
            detail = f"a copy was left in {source.mailbox}" if still and source else ""
            return self.settle(mail, done, place=place, detail=detail)
        if still:
            return self.settle(mail, not_done, detail="interrupted before it was moved")
        return self.settle(mail, SweepOutcome.GONE, detail=GONE)

    def undo(self, mails: Iterable[SweepMail]) -> Iterator[SweepMail]:
        """Put moved mails back where they were; each as it ended."""
        found: list[SweepMail] = []
        for mail in mails:
            try:
                here = self._present(mail)
            except AccountError as error:
                self.failed((mail.ref.account, mail.moved_to, 0), error)
                yield replace(mail, detail=error.message)
                continue
            if here is None:
                yield self.settle(mail, SweepOutcome.GONE, detail=GONE)
            else:
                found.append(replace(mail, place=here))
        for place, group in by_place(found, lying).items():
            for target, same in _by_mailbox(group).items():
                yield from self._back(place, same, target)

    def _present(self, mail: SweepMail) -> MessageRef | None:
        """Where a moved mail lies by now, if that is where it was put. Raises AccountError."""
        place = mail.place
        if place is not None:
            account = self.account(place.account)
            if account.flags(place.mailbox, place.uidvalidity, (place.uid,)):
                return place
        return self.same(mail, mail.moved_to) if mail.message_id else None

    def _back(self, place: Place, mails: Sequence[SweepMail], target: str) -> tuple[SweepMail, ...]:
        journal, now = self.desk.journal, self.desk.clock.now()
        journal.reclaim_swept([one.id for one in mails], SweepOutcome.UNDOING, now)
        claimed = [replace(one, outcome=SweepOutcome.UNDOING) for one in mails]
        moved = self.move(place, [lying(one).uid for one in claimed], target)
        if moved is None:
            return tuple(claimed)
        ended = tuple(self._put_back(one, moved) for one in claimed)
        back = [one for one in ended if one.outcome is SweepOutcome.UNDONE]
        self.mark([one for one in back if one.was_junk], add=(JUNK,), remove=(NOT_JUNK,))
        self.mark([one for one in back if not one.was_junk], add=(), remove=(NOT_JUNK,))
        ids = [one.mail_id for one in back if one.mail_id is not None]
        journal.close_mails(ids, "put back into the spam folder", now)
        return ended

    def _put_back(self, mail: SweepMail, moved: Moved) -> SweepMail:
        uid = lying(mail).uid
        if uid not in moved.places:
            why_not = moved.failures.get(uid, GONE)
            outcome = SweepOutcome.GONE if "no longer there" in why_not else SweepOutcome.MOVED
            return self.settle(mail, outcome, detail=why_not)
        detail = LEFT.format(mailbox=mail.moved_to) if uid in moved.left else ""
        place = moved.places[uid]
        if place is None:
            place = self.lies_at(mail, mail.ref.mailbox)
        return self.settle(mail, SweepOutcome.UNDONE, place=place, detail=detail)


def _by_mailbox(mails: Iterable[SweepMail]) -> dict[str, list[SweepMail]]:
    """Mails by the mailbox in which they lay."""
    groups: defaultdict[str, list[SweepMail]] = defaultdict(list)
    for mail in mails:
        groups[mail.ref.mailbox].append(mail)
    return dict(groups)


def undo(desk: Desk, sweep_id: int) -> SweepReport:
    """Put everything that a sweep moved back where it was. Raises UsageError, StateError."""
    sweep = desk.journal.sweep(sweep_id)
    if sweep is None:
        last = next((one.id for one in desk.journal.sweeps()), None)
        raise UsageError(
            f"there is no sweep {sweep_id}",
            next_step=f"the last one has the number {last}" if last else "none has happened yet",
        )
    putting = PuttingBack(desk)
    taken_up = putting.take_up()
    moved = [one for one in desk.journal.swept(sweep_id) if one.outcome is SweepOutcome.MOVED]
    here = [one for one in moved if one.ref.account in desk.doors]
    ended = tuple(putting.undo(here))
    sweep = replace(sweep, notes=tuple(putting.notes))
    failures = tuple(dict.fromkeys(putting.failures))
    return SweepReport(sweep, ended, failures, taken_up, interrupted=desk.stop())
