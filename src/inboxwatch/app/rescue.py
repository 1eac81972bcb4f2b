"""Rescue: claim, move, settle; the only place that takes mail out of the spam folders.

A mail is committed as ``moving`` before its server is asked, and what became of it is written down
after. Whatever was killed in between is taken up by looking where the mail lies now (rule X16).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import field
from msgspec.structs import replace

from inboxwatch.app.placing import GONE, JUNK, LEFT, NOT_JUNK, Placing, by_place
from inboxwatch.core.sweep import returned, within_caps
from inboxwatch.errors import AccountError
from inboxwatch.model.policy import RescueMode
from inboxwatch.model.sweep import SweepMail, SweepOutcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from inboxwatch.app.placing import Place
    from inboxwatch.model.message import MessageRef
    from inboxwatch.ports import Mailboxes, Moved


def nobody_asked(_account: str, _mailbox: str) -> bool:
    """No mailbox is made unless the configuration says so."""
    return False


class Rescuer(Placing, kw_only=True):
    """Moves mail out of the spam folders for one sweep or run.

    ``may_create`` is asked for an account and a mailbox before that is made. ``targets`` are where
    an account's mail goes, and why it can go nowhere; ``obstacles`` are why nothing can be taken
    out of a mailbox.
    """

    mailboxes: Mapping[str, Mailboxes]
    may_create: Callable[[str, str], bool] = nobody_asked
    targets: dict[str, tuple[str, str]] = field(default_factory=dict)
    obstacles: dict[tuple[str, str], str] = field(default_factory=dict)

    def sorted_out(
        self, mails: Sequence[SweepMail], in_junk: Mapping[str, int]
    ) -> tuple[tuple[SweepMail, ...], tuple[SweepMail, ...]]:
        """Those that can be moved, and the others with the reason: before anybody is answered."""
        before = self.desk.journal.once_rescued([one.reply_key for one in mails])
        new = [one for one in mails if one.reply_key not in before]
        others = [returned(one, before[one.reply_key]) for one in mails if one.reply_key in before]
        possible: list[SweepMail] = []
        for one in new:
            why_not = self._why_not(one.ref)
            failed = replace(one, outcome=SweepOutcome.FAILED, detail=why_not)
            (others if why_not else possible).append(failed if why_not else one)
        capped = within_caps(possible, self.desk.policy.rescue, in_junk)
        others += [one for one in capped if one.outcome is SweepOutcome.CAPPED]
        ready = (one for one in capped if one.outcome is not SweepOutcome.CAPPED)
        return tuple(ready), tuple(others)

    def _why_not(self, ref: MessageRef) -> str:
        return self._why_nowhere(ref.account) or self._why_not_from(ref)

    def _why_nowhere(self, account: str) -> str:
        try:
            return self._target(account)[1]
        except AccountError as error:
            self.failed((account, "", 0), error)
            self.targets[account] = "", error.message
            return error.message

    def _why_not_from(self, ref: MessageRef) -> str:
        """Why a server moves nothing out of a mailbox, as far as it tells beforehand."""
        place = (ref.account, ref.mailbox)
        if place not in self.obstacles:
            try:
                target, _ = self._target(ref.account)
                why_not = self.account(ref.account).obstacle(ref.mailbox, target)
            except AccountError as error:
                self.failed((*place, ref.uidvalidity), error)
                why_not = error.message
            self.obstacles[place] = why_not
        return self.obstacles[place]

    def movable(
        self, mails: Iterable[SweepMail]
    ) -> tuple[tuple[SweepMail, ...], tuple[SweepMail, ...]]:
        """Those of a person's choice that can be moved, and the others with the reason."""
        told = [(one, self._why_not(one.ref)) for one in mails]
        failed = SweepOutcome.FAILED
        return (
            tuple(one for one, why_not in told if not why_not),
            tuple(replace(one, outcome=failed, detail=why) for one, why in told if why),
        )

    def rescue(self, sweep_id: int, mails: Iterable[SweepMail]) -> Iterator[SweepMail]:
        """Move mails to where ``rescue.mode`` says; each as it ended."""
        for place, group in by_place(mails, lambda one: one.ref).items():
            if self.desk.stop():
                yield from self._kept(sweep_id, group, SweepOutcome.REPORTED, "the sweep was ended")
                continue
            try:
                target, why_not = self._target(place[0])
                next_place = None if why_not else self.next_place(place[0], target)
                there = () if why_not else self._looked_at(place, group)
            except AccountError as error:
                self.failed(place, error)
                yield from self._kept(sweep_id, group, SweepOutcome.FAILED, error.message)
                continue
            if why_not:
                yield from self._kept(sweep_id, group, SweepOutcome.FAILED, why_not)
                continue
            still = {one.ref for one in there}
            gone = [one for one in group if one.ref not in still]
            yield from self._kept(sweep_id, gone, SweepOutcome.GONE, GONE)
            claimed = [
                replace(one, outcome=SweepOutcome.MOVING, moved_to=target, next_place=next_place)
                for one in there
            ]
            if claimed:
                yield from self._moved(sweep_id, place, claimed, target)

    def _kept(
        self, sweep_id: int, mails: Sequence[SweepMail], outcome: SweepOutcome, detail: str
    ) -> tuple[SweepMail, ...]:
        """Mails that are not moved, kept with the reason."""
        ended = [replace(one, outcome=outcome, detail=detail) for one in mails]
        rows = self.desk.journal.keep_swept(sweep_id, ended) if ended else ()
        return tuple(
            replace(one, id=row, sweep_id=sweep_id) for one, row in zip(ended, rows, strict=True)
        )

    def _target(self, account: str) -> tuple[str, str]:
        """Where an account's mail goes, or why it can go nowhere. Raises AccountError."""
        if account not in self.targets:
            self.targets[account] = self._found_target(account)
        return self.targets[account]

    def _found_target(self, account: str) -> tuple[str, str]:
        found, policy = self.mailboxes[account], self.desk.policy.rescue
        target = found.inbox if policy.mode is RescueMode.INBOX else found.review
        if target in found.junk:
            return target, f"{target} is a spam folder: set rescue.mailbox to another one"
        if policy.mode is RescueMode.INBOX or found.has_review:
            return target, ""
        if not (policy.create or self.may_create(account, target)):
            return target, f"there is no mailbox {target}: make it, or set rescue.create"
        self.account(account).create(target)
        return target, ""

    def _looked_at(self, place: Place, mails: Sequence[SweepMail]) -> tuple[SweepMail, ...]:
        """Those that lie there still and that nobody deleted (rule X09). Raises AccountError."""
        account, mailbox, uidvalidity = place
        uids = [one.ref.uid for one in mails]
        flags = self.account(account).flags(mailbox, uidvalidity, uids)
        lowered = {uid: {flag.lower() for flag in found} for uid, found in flags.items()}
        return tuple(
            replace(one, was_junk=JUNK.lower() in lowered[one.ref.uid])
            for one in mails
            if one.ref.uid in lowered and "\\deleted" not in lowered[one.ref.uid]
        )

    def _moved(
        self, sweep_id: int, place: Place, mails: Sequence[SweepMail], target: str
    ) -> tuple[SweepMail, ...]:
        rows = self.desk.journal.keep_swept(sweep_id, mails)
        claimed = [
            replace(one, id=row, sweep_id=sweep_id) for one, row in zip(mails, rows, strict=True)
        ]
        moved = self.move(place, [one.ref.uid for one in claimed], target)
        if moved is None:
            return tuple(claimed)
        ended = tuple(self._settled(one, moved) for one in claimed)
        self.mark(ended, add=(NOT_JUNK,), remove=(JUNK,))
        return ended

    def _settled(self, mail: SweepMail, moved: Moved) -> SweepMail:
        uid = mail.ref.uid
        if uid not in moved.places:
            return self.stayed(mail, uid, moved, SweepOutcome.FAILED)
        left = LEFT.format(mailbox=mail.ref.mailbox) if uid in moved.left else ""
        detail = "; ".join(filter(None, (mail.detail, left)))
        place = moved.places[uid]
        if place is None:
            place = self.lies_at(mail, mail.moved_to)
        return self.settle(mail, SweepOutcome.MOVED, place=place, detail=detail)
