"""Follow up: mails that somebody answered, moved or deleted in a mail client leave the queue."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from inboxwatch.app.desk import log
from inboxwatch.core.triage.score import HIGHEST, LOWEST
from inboxwatch.errors import AccountError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from inboxwatch.app.desk import Desk
    from inboxwatch.model.correction import Seen
    from inboxwatch.model.policy import Policy
    from inboxwatch.ports import StoredMail, Watched

WATCHED_FOR = timedelta(days=14)
"""How far back open mails are looked at again."""

UP, DOWN = "$iw-up", "$iw-down"
"""The keywords by which people correct a priority from any mail client."""

AT_ONCE = 300
"""Open mails of one account whose flags are asked for in a run; the most urgent come first."""


def follow_up(desk: Desk, accounts: Iterable[str], now: datetime) -> int:
    """Close what needs nobody any more; the number of mails closed."""
    closed = 0
    for account in accounts:
        mailboxes: defaultdict[tuple[str, int], list[Watched]] = defaultdict(list)
        for mail in desk.journal.watched(account, since=now - WATCHED_FOR, limit=AT_ONCE):
            mailboxes[mail.ref.mailbox, mail.ref.uidvalidity].append(mail)
        for (mailbox, uidvalidity), mails in mailboxes.items():
            closed += _close(desk, account, mailbox, uidvalidity, mails, now)
    return closed


def _close(
    desk: Desk,
    account: str,
    mailbox: str,
    uidvalidity: int,
    mails: list[Watched],
    now: datetime,
) -> int:
    doors = desk.doors[account]
    try:
        flags = doors.account.flags(mailbox, uidvalidity, [mail.ref.uid for mail in mails])
    except AccountError as error:
        log.warning("flags of %r could not be read: %r", mailbox, str(error))
        return 0
    gone = [mail.id for mail in mails if mail.ref.uid not in flags]
    answered = [
        mail.id
        for mail in mails
        if not (mail.replied and doors.flags_answered)
        and doors.answered_by_hand(flags.get(mail.ref.uid, frozenset()))
    ]
    _learn(desk, mails, flags, now)
    for ids, reason in ((gone, "moved or deleted"), (answered, "answered by a person")):
        if ids:
            desk.journal.close_mails(ids, reason, now)
    return len(gone) + len(answered)


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
