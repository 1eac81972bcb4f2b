"""Follow up: mails that somebody answered, moved or deleted in a mail client leave the queue."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from inboxwatch.app.desk import log
from inboxwatch.errors import AccountError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from inboxwatch.app.desk import Desk
    from inboxwatch.ports import StoredMail

WATCHED = timedelta(days=14)
"""How far back open mails are looked at again."""

AT_ONCE = 500
"""Open mails of one mailbox whose flags are asked for in one go; the most urgent come first."""

REPLIED_KEYWORD = "$inboxwatchreplied"

REPLIED_STATES = frozenset({"sent", "unknown", "retry"})


def follow_up(desk: Desk, accounts: Iterable[str], now: datetime) -> int:
    """Close what needs nobody any more; the number of mails closed."""
    reachable = frozenset(accounts)
    waiting: defaultdict[tuple[str, str, int], list[StoredMail]] = defaultdict(list)
    for mail in desk.journal.open_mails(since=now - WATCHED):
        if mail.ref.account in reachable:
            waiting[mail.ref.account, mail.ref.mailbox, mail.ref.uidvalidity].append(mail)
    return sum(_close(desk, place, mails[:AT_ONCE], now) for place, mails in waiting.items())


def _close(desk: Desk, place: tuple[str, str, int], mails: list[StoredMail], now: datetime) -> int:
    account, mailbox, uidvalidity = place
    try:
        flags = desk.doors[account].account.flags(
            mailbox, uidvalidity, [mail.ref.uid for mail in mails]
        )
    except AccountError as error:
        log.warning("flags of %r could not be read: %r", mailbox, str(error))
        return 0
    gone = [mail.id for mail in mails if mail.ref.uid not in flags]
    answered = [
        mail.id for mail in mails if mail.ref.uid in flags and _answered(mail, flags[mail.ref.uid])
    ]
    for ids, reason in ((gone, "moved or deleted"), (answered, "answered by a person")):
        if ids:
            desk.journal.close_mails(ids, reason, now)
    return len(gone) + len(answered)


def _answered(mail: StoredMail, flags: frozenset[str]) -> bool:
    r"""Whether a person set ``\Answered``: after a reply of ours the flag tells nothing.

    The keyword that we set with it tells it too, should a run have died before it remembered.
    """
    lowered = {flag.lower() for flag in flags}
    outcome = mail.decision.get("outcome")
    state = outcome.get("state") if isinstance(outcome, dict) else None
    ours = state in REPLIED_STATES or REPLIED_KEYWORD in lowered
    return "\\answered" in lowered and not ours
