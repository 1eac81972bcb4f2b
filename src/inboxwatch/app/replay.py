"""Replay: past mail decided again, under another configuration, to see what would change.

Each mail is read once more from its mailbox and decided against the past that it was decided
against then, at the instant it was decided. Nothing is recorded, claimed, sent or marked.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby
from typing import TYPE_CHECKING

from msgspec.structs import replace

from inboxwatch.app.desk import log
from inboxwatch.app.judging import judged, read
from inboxwatch.core.replay import Replay, Replayed, changes, verdict
from inboxwatch.errors import AccountError
from inboxwatch.model.message import Role
from inboxwatch.model.outcome import AccountFailure
from inboxwatch.model.world import World

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from inboxwatch.app.desk import Desk, Rules
    from inboxwatch.model.message import Message
    from inboxwatch.model.past import Past
    from inboxwatch.ports import StoredMail

    Decided = tuple[StoredMail, Past]


def replay(desk: Desk, since: datetime, present: Rules | None = None) -> Replay:
    """Decide the mails that came since then again, under the rules of ``desk``.

    It is told what differs from the decisions of then, or from those under the rules of the
    ``present``: then nothing counts that has happened since, such as new customers.
    """
    places: defaultdict[tuple[str, str, int], list[Decided]] = defaultdict(list)
    for mail, past in desk.journal.decided(since):
        ref = mail.ref
        places[ref.account, ref.mailbox, ref.uidvalidity].append((mail, past))
    found: list[Replayed] = []
    failures: list[AccountFailure] = []
    gone = skipped = 0
    for (account, mailbox, _), decided in places.items():
        if account not in desk.doors or account not in desk.policy.accounts:
            skipped += len(decided)
            continue
        try:
            again = list(_again(desk, decided, present))
        except AccountError as error:
            log.warning("%r %r: %s", account, mailbox, error.message)
            failures.append(AccountFailure(account, error, mailbox))
            continue
        gone += len(decided) - len(again)
        found += again
    changed = sorted((one for one in found if one.changes), key=lambda one: one.mail_id)
    same = len(found) - len(changed)
    return Replay(tuple(changed), same, gone, skipped, tuple(failures))


def _again(desk: Desk, decided: Sequence[Decided], present: Rules | None) -> Iterator[Replayed]:
    """The mails of one mailbox that still lie there."""
    by_uid = {mail.ref.uid: (mail, past) for mail, past in decided}
    ref = decided[0][0].ref
    role = Role(decided[0][0].role)
    account = desk.doors[ref.account].account
    account.connect()
    if account.state(ref.mailbox).uidvalidity != ref.uidvalidity:
        return  # what the numbers meant is gone (rule X06)
    for batch in account.fetch(ref.mailbox, role, ref.uidvalidity, tuple(_ranges(by_uid))):
        for raw in batch:
            known = by_uid.get(raw.ref.uid) if raw.ref else None
            if known is not None and not raw.withheld:
                mail, past = known
                message = read(replace(raw, flags=frozenset(past.flags)))
                told = _verdict(desk.rules, message, past, ref.account)
                before = past.verdict
                if present is not None and ref.account in present.built[0].accounts:
                    before = _verdict(present, message, past, ref.account)
                yield Replayed(mail.id, mail.sender, mail.subject, changes(before, told))


def _verdict(rules: Rules, message: Message, past: Past, account: str) -> Mapping[str, str]:
    return verdict(judged(message, _world(rules, message, past, account)))


def _world(rules: Rules, message: Message, past: Past, account: str) -> World:
    from inboxwatch.app.judging import writer  # noqa: PLC0415 - beside the world it is for
    from inboxwatch.core.stranger import resembled  # noqa: PLC0415 - as above

    policy, customers = rules.built
    sender = writer(message, policy, policy.accounts[account])
    around = customers.around(sender)
    return World(
        now=past.now,
        policy=policy,
        account=policy.accounts[account],
        customers=around,
        resembled=resembled(message, sender, around, customers),
        history=past.history,
        usage=past.usage,
        replies_since=past.replies_since,
        baseline=past.baseline,
        incidents=past.incidents,
    )


def _ranges(uids: Iterable[int]) -> Iterator[tuple[int, int]]:
    """UIDs as inclusive ranges."""
    for _, group in groupby(enumerate(sorted(uids)), key=lambda pair: pair[1] - pair[0]):
        run = [uid for _, uid in group]
        yield run[0], run[-1]
