"""Reading spam folders: headers of everything, whole mails of what is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from inboxwatch.errors import AccountError, MailboxError, UnreachableError
from inboxwatch.model.message import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from inboxwatch.model.message import RawMessage
    from inboxwatch.ports import Account, Mailboxes, MailboxState


_NAMED = 5
"""UIDs that a message names."""


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
        left_out: list[RawMessage] = []
        try:
            for messages in account.fetch(
                mailbox, Role.JUNK, state.uidvalidity, ranges, headers_only=True, since=since
            ):
                recent = tuple(one for one in messages if _is_since(one, since))
                left_out += (one for one in messages if one.withheld)
                yield Batch(mailbox, recent, state.exists)
        except AccountError as error:
            yield Batch(mailbox, error=error)
        yield from _not_handed_out(mailbox, left_out)


def _is_since(raw: RawMessage, since: datetime) -> bool:
    return not raw.withheld and (raw.received is None or raw.received >= since)


def _not_handed_out(mailbox: str, mails: Sequence[RawMessage]) -> Iterator[Batch]:
    """What the server keeps to itself is told, and was not looked at (rule X12)."""
    if mails:
        uids = ", ".join(str(one.ref.uid) for one in mails[:_NAMED] if one.ref)
        more = f" and {len(mails) - _NAMED} more" if len(mails) > _NAMED else ""
        error = UnreachableError(
            f"{mailbox}: the server does not hand out UID {uids}{more}: {mails[0].withheld}",
            next_step="look for it in a mail client; the next sweep asks again",
        )
        yield Batch(mailbox, error=error)


def texts(
    account: Account, wanted: Sequence[tuple[str, int, list[int]]]
) -> Iterator[Found | Batch]:
    """In the account's thread: whole mails of its spam folders."""
    for mailbox, uidvalidity, uids in wanted:
        ranges = [(uid, uid) for uid in uids]
        left_out: list[RawMessage] = []
        try:
            for messages in account.fetch(mailbox, Role.JUNK, uidvalidity, ranges):
                left_out += (one for one in messages if one.withheld)
                yield Batch(mailbox, tuple(one for one in messages if not one.withheld))
        except AccountError as error:
            yield Batch(mailbox, error=error)
        yield from _not_handed_out(mailbox, left_out)
