"""Putting rescued mail back where it was, and settling what was killed on either way."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from msgspec.structs import replace

from inboxwatch.app.placing import GONE, JUNK, LEFT, NOT_JUNK, Placing, by_place, lying
from inboxwatch.core.sweep import SweepReport
from inboxwatch.errors import AccountError, MailboxError, UsageError
from inboxwatch.model.outcome import AccountFailure
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
        source = self._present(mail) if undoing else self._still(mail.ref)
        done, not_done = (
            (SweepOutcome.UNDONE, SweepOutcome.MOVED)
            if undoing
            else (SweepOutcome.MOVED, SweepOutcome.FAILED)
        )
        target = mail.ref.mailbox if undoing else mail.moved_to
        place = self.same(mail, target)
        if place is not None and place != source:
            detail = f"a copy was left in {source.mailbox}" if source else ""
            return self.settle(mail, done, place=place, detail=detail)
        if source is not None:
            return self.settle(mail, not_done, detail="interrupted before it was moved")
        return self.settle(mail, SweepOutcome.GONE, detail=GONE)

    def _still(self, ref: MessageRef) -> MessageRef | None:
        """A place, if a mail lies there. Raises AccountError."""
        flags = self.account(ref.account).flags(ref.mailbox, ref.uidvalidity, (ref.uid,))
        return ref if flags else None

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
        """Where a moved mail lies by now, if that is where it was put. Raises AccountError.

        It is only looked for where nobody knows its UID: another copy of it is not ours to move.
        """
        place = mail.place
        if place is not None:
            now = self.next_place(place.account, place.mailbox)
            if now is None or now.uidvalidity == place.uidvalidity:
                return self._still(place)
        return self.same(mail, mail.moved_to)

    def _back(self, place: Place, mails: Sequence[SweepMail], target: str) -> tuple[SweepMail, ...]:
        try:
            next_place = self.next_place(place[0], target)
        except AccountError as error:
            self.failed((place[0], target, 0), error)
            return tuple(replace(one, detail=error.message) for one in mails)
        self.desk.journal.reclaim_swept(
            [one.id for one in mails],
            SweepOutcome.UNDOING,
            self.desk.clock.now(),
            next_place=next_place,
        )
        claimed = [
            replace(one, outcome=SweepOutcome.UNDOING, next_place=next_place) for one in mails
        ]
        moved = self.move(place, [lying(one).uid for one in claimed], target)
        if moved is None:
            return tuple(claimed)
        ended = tuple(self._put_back(one, moved) for one in claimed)
        back = [one for one in ended if one.outcome is SweepOutcome.UNDONE]
        self.mark([one for one in back if one.was_junk], add=(JUNK,), remove=(NOT_JUNK,))
        self.mark([one for one in back if not one.was_junk], add=(), remove=(NOT_JUNK,))
        return ended

    def _put_back(self, mail: SweepMail, moved: Moved) -> SweepMail:
        uid = lying(mail).uid
        if uid not in moved.places:
            return self.stayed(mail, uid, moved, SweepOutcome.MOVED)
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
    """Put everything that a sweep moved back where it was. Raises UsageError, StateError.

    The notes say why nothing was to be done, and what was left where it is.
    """
    sweep = desk.journal.sweep(sweep_id)
    if sweep is None:
        raise UsageError(
            f"there is no sweep {sweep_id}",
            next_step=_undoable(desk) or "no sweep has moved mail that could be put back",
        )
    putting = PuttingBack(desk)
    settled = [one for one in putting.take_up() if one.sweep_id == sweep_id]
    taken_up = tuple(one for one in settled if one.outcome is not SweepOutcome.MOVED)
    mails = desk.journal.swept(sweep_id)
    moved = [one for one in mails if one.outcome is SweepOutcome.MOVED]
    here = [one for one in moved if one.ref.account in desk.doors]
    ended = tuple(putting.undo(here))
    notes = [*_left_out(moved, desk), *putting.notes]
    if not (moved or taken_up):
        notes.insert(0, _nothing_moved(desk, sweep_id, mails))
    failures = tuple(dict.fromkeys((*putting.failures, *_refused(ended, putting.failures))))
    sweep = replace(sweep, notes=tuple(notes))
    return SweepReport(sweep, ended, failures, taken_up, interrupted=desk.stop())


NAMED = 5
"""Sweeps that a message names."""


def _undoable(desk: Desk) -> str:
    """Which sweeps can be undone; empty for none."""
    numbers = desk.journal.undoable()
    few = ", ".join(map(str, numbers[:NAMED])) + (" and others" if numbers[NAMED:] else "")
    one = "sweep" if len(numbers) == 1 else "sweeps"
    return f"mail lies where {one} {few} moved it" if numbers else ""


def _nothing_moved(desk: Desk, sweep_id: int, mails: Sequence[SweepMail]) -> str:
    if any(one.outcome in _WAS_MOVED for one in mails if one.moved_to):
        return f"Nothing that sweep {sweep_id} moved is left to put back."
    others = _undoable(desk).capitalize()
    return f"Sweep {sweep_id} moved nothing." + (f" {others}." if others else "")


_WAS_MOVED = frozenset({SweepOutcome.UNDONE, SweepOutcome.UNDOING, SweepOutcome.GONE})


def _left_out(moved: Iterable[SweepMail], desk: Desk) -> Iterator[str]:
    """What is not put back, since the accounts are others."""
    left = Counter(one.ref.account for one in moved if one.ref.account not in desk.doors)
    for account, number in sorted(left.items()):
        stays = "mail of {} stays where it is" if number == 1 else "mails of {} stay where they are"
        yield f"{number} {stays.format(account)}: this undo is not about that account."


def _refused(
    ended: Iterable[SweepMail], failures: Iterable[AccountFailure]
) -> Iterator[AccountFailure]:
    """Why mails are not back, of which no failure tells."""
    known = {failure.error.message for failure in failures}
    for one in ended:
        if one.outcome is SweepOutcome.MOVED and one.detail not in known:
            account, why = one.ref.account, one.detail
            yield AccountFailure(
                account, MailboxError(f"{account}: not put back: {why}"), one.moved_to
            )
