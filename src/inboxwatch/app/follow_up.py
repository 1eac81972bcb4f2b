"""Follow up: mails that somebody answered, moved or deleted in a mail client leave the queue."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct, field
from msgspec.structs import astuple

from inboxwatch.app.desk import log
from inboxwatch.core.sync import Looking, Standing, plan_looking
from inboxwatch.core.triage.score import HIGHEST, LOWEST
from inboxwatch.errors import AccountError
from inboxwatch.ports import Look

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from inboxwatch.app.desk import Desk
    from inboxwatch.model.correction import Seen
    from inboxwatch.model.policy import Policy
    from inboxwatch.ports import MailboxState, StoredMail, Watched

WATCHED_FOR = timedelta(days=14)
"""How far back open mails are looked at again."""

UP, DOWN = "$iw-up", "$iw-down"
"""The keywords by which people correct a priority from any mail client."""

AT_ONCE = 300
"""Open mails of one account whose flags are asked for in a run; the most urgent come first.

Where a server tells what has changed, all of them are followed, and few are asked for.
"""

FOLLOWED = 5000
"""Open mails of one account that are followed by what a server tells; the most urgent come first.

Where more are open, no more than ``AT_ONCE`` of them are looked at whatever the server tells.
"""

WHOLE_EVERY = timedelta(days=1)
"""What a server tells of changes is no more than a short way: all are looked at again (I26)."""


def follow_up(desk: Desk, states: Mapping[str, Mapping[str, MailboxState]], now: datetime) -> int:
    """Close what needs nobody any more; the number of mails closed.

    ``states`` are where the mailboxes of each account stood before they were read.
    """
    return sum(_FollowUp(desk, account, now, told).closed() for account, told in states.items())


class _Plan(NamedTuple):
    """Which of a mailbox's open mails to look at, and the last look if it still counts."""

    looking: Looking
    state: MailboxState
    last: Look | None


class _FollowUp(Struct):
    """Following up one account; ``kept`` are the looks to be remembered."""

    desk: Desk
    account: str
    now: datetime
    states: Mapping[str, MailboxState]
    kept: list[Look] = field(default_factory=list)

    def closed(self) -> int:
        """Look at what may have changed; how many mails need nobody any more."""
        plans = self._plans()
        mails = () if self._at_rest(plans) else self._watched(AT_ONCE)
        urgent = frozenset(mail.id for mail in mails)
        too_many = False
        if len(mails) == AT_ONCE and any(one.looking is not Looking.NONE for one in plans.values()):
            mails = self._watched(FOLLOWED)
            too_many = len(mails) == FOLLOWED
        groups: defaultdict[tuple[str, int], list[Watched]] = defaultdict(list)
        for mail in mails:
            groups[mail.ref.mailbox, mail.ref.uidvalidity].append(mail)
        closed = 0
        last_read = [*self.states][::-1]  # one that was read last is open still
        for place, group in sorted(groups.items(), key=lambda one: _rank(last_read, one[0][0])):
            plan = plans.get(place[0])
            few = [mail for mail in group if mail.id in urgent]
            if plan is None:
                closed += self._looked(place, few) or 0
            elif too_many and plan.looking is Looking.ALL:
                closed += self._followed(place, few, plan, whole=False)
            else:
                closed += self._followed(place, group, plan)
        empty = plans.keys() - {mailbox for mailbox, _ in groups}
        for mailbox in sorted(empty):  # none of the mails that are followed lies there
            self._keep(mailbox, plans[mailbox])
        if self.kept:
            self.desk.journal.keep_looks(self.kept)
        return closed

    def _at_rest(self, plans: Mapping[str, _Plan]) -> bool:
        """Whether all mails lie where nothing has changed, so that none has to be read."""
        if any(plan.looking is not Looking.NONE for plan in plans.values()):
            return False
        places = [(mailbox, plan.state.uidvalidity) for mailbox, plan in plans.items()]
        return not self.desk.journal.mails_elsewhere(self.account, places)

    def _keep(self, mailbox: str, plan: _Plan) -> None:
        """Note that what the plan asked for was looked at."""
        if plan.looking is not Looking.NONE:
            whole_at = plan.last.whole_at if plan.last else self.now
            self.kept.append(Look(self.account, mailbox, plan.state, whole_at))

    def _watched(self, limit: int) -> Sequence[Watched]:
        since = self.now - WATCHED_FOR
        return self.desk.journal.watched(self.account, since=since, limit=limit)

    def _plans(self) -> dict[str, _Plan]:
        """For each mailbox that tells what has changed (CONDSTORE, RFC 7162).

        How the others stand is kept all the same: the next run sees what contradicts it.
        """
        looks = self.desk.journal.looks(self.account)
        plans: dict[str, _Plan] = {}
        for mailbox, state in self.states.items():
            last = looks.get(mailbox)
            if state.modseq:
                plans[mailbox] = self._plan(state, last)
            elif last is None or last.state != state:
                self.kept.append(Look(self.account, mailbox, state, self.now))
        return plans

    def _plan(self, state: MailboxState, last: Look | None) -> _Plan:
        if last is not None and not self.now - WHOLE_EVERY < last.whole_at <= self.now:
            last = None
        looking = plan_looking(_standing(last.state) if last else None, _standing(state))
        return _Plan(looking, state, last if looking is not Looking.ALL else None)

    def _followed(
        self,
        place: tuple[str, int],
        mails: Sequence[Watched],
        plan: _Plan,
        *,
        whole: bool = True,
    ) -> int:
        """Look at what the plan says, and remember how the mailbox stood before.

        Where these are not the ``whole`` of it, and some needed nobody any more, those that come
        after them are looked at in the next run.
        """
        mailbox, uidvalidity = place
        if uidvalidity != plan.state.uidvalidity:
            return self._looked(place, mails) or 0
        if plan.looking is Looking.NONE:
            return 0
        since = plan.last.state.modseq if plan.last else 0
        closed = self._looked(place, mails, changed_since=since)
        if closed is None:
            return 0
        if whole or not closed:
            self._keep(mailbox, plan)
        return closed

    def _looked(
        self, place: tuple[str, int], mails: Sequence[Watched], *, changed_since: int = 0
    ) -> int | None:
        """How many of some mails were closed by what their flags say; None if nobody knows."""
        mailbox, uidvalidity = place
        doors = self.desk.doors[self.account]
        uids = [mail.ref.uid for mail in mails]
        if not uids:
            return 0
        try:
            flags = doors.account.flags(mailbox, uidvalidity, uids, changed_since=changed_since)
        except AccountError as error:
            log.warning("flags of %r could not be read: %r", mailbox, str(error))
            return None
        gone = [mail.id for mail in mails if mail.ref.uid not in flags and not changed_since]
        answered = [
            mail.id
            for mail in mails
            if not (mail.replied and doors.flags_answered)
            and doors.answered_by_hand(flags.get(mail.ref.uid, frozenset()))
        ]
        _learn(self.desk, mails, flags, self.now)
        for ids, reason in ((gone, "moved or deleted"), (answered, "answered by a person")):
            if ids:
                self.desk.journal.close_mails(ids, reason, self.now)
        return len(gone) + len(answered)


def _rank(names: Sequence[str], name: str) -> int:
    return names.index(name) if name in names else len(names)


def _standing(state: MailboxState) -> Standing:
    return Standing(*astuple(state))


def _learn(
    desk: Desk, mails: Iterable[Watched], flags: Mapping[int, frozenset[str]], now: datetime
) -> None:
    """Remember the keywords by which people say that a priority should be higher or lower."""
    for watched in mails:
        lowered = {flag.lower() for flag in flags.get(watched.ref.uid, ())}
        change = (UP in lowered) - (DOWN in lowered)
        mail = desk.journal.mail(watched.id) if change else None
        if mail is None:
            continue
        shown = _seen(desk.policy, mail, now)
        if LOWEST <= shown.priority + change <= HIGHEST:
            desk.journal.correct(mail.id, shown.priority + change, now, seen=shown, exact=False)


def _seen(policy: Policy, mail: StoredMail, now: datetime) -> Seen:
    """What the queue shows of a mail."""
    # imported late: hardly a run finds such a keyword
    from inboxwatch.core.waiting import WaitingTerms, as_of, seen  # noqa: PLC0415 - see above

    terms = WaitingTerms(policy.schedule, policy.triage, policy.service_level)
    return seen(as_of(mail.decision, terms, now), policy.triage)
