"""Reading spam folders: headers of everything, whole mails of what is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from inboxwatch.errors import AccountError, MailboxError
from inboxwatch.model.message import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from inboxwatch.model.message import RawMessage
    from inboxwatch.ports import Account, Mailboxes, MailboxState


class Found(Struct, frozen=True):
    """The mailboxes of an account, and how many mails lie in its spam folders."""

    mailboxes: Mailboxes
    in_junk: int


class Batch(Struct, frozen=True):
    """Some mails of a spam folder, or the fault that kept it from being read."""

    mailbox: str
    messages: tuple[RawMessage, ...] = ()
    total: int = 0
    error: AccountError | None = None


def heads(account: Account, since: datetime) -> Iterator[Found | Batch]:
    """In the account's thread: the headers of what lies in its spam folders since then."""
    account.connect()
    found = account.mailboxes()
    states: dict[str, MailboxState] = {}
    for name, told in account.states(tuple(dict.fromkeys(found.junk))).items():
        if isinstance(told, MailboxError):
            yield Batch(name, error=told)
        else:
            states[name] = told
    yield Found(found, sum(state.exists for state in states.values()))
    for mailbox, state in states.items():
        ranges = [(1, state.uidnext - 1)] if state.uidnext > 1 and mailbox != found.inbox else []
        try:
            for messages in account.fetch(
                mailbox, Role.JUNK, state.uidvalidity, ranges, headers_only=True, since=since
            ):
                recent = tuple(one for one in messages if _is_since(one, since))
                yield Batch(mailbox, recent, state.exists)
        except AccountError as error:
            yield Batch(mailbox, error=error)


def _is_since(raw: RawMessage, since: datetime) -> bool:
    return not raw.withheld and (raw.received is None or raw.received >= since)


def texts(
    account: Account, wanted: Sequence[tuple[str, int, list[int]]]
) -> Iterator[Found | Batch]:
    """In the account's thread: whole mails of its spam folders."""
    for mailbox, uidvalidity, uids in wanted:
        ranges = [(uid, uid) for uid in uids]
        try:
            for messages in account.fetch(mailbox, Role.JUNK, uidvalidity, ranges):
                yield Batch(mailbox, tuple(one for one in messages if not one.withheld))
        except AccountError as error:
            yield Batch(mailbox, error=error)
