"""What an account's thread does in a poll: ask where its mailboxes stand, and bring their mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import astuple

from inboxwatch.core.sync import Standing, contradicts
from inboxwatch.errors import AccountError, MailboxError, RenumberedError
from inboxwatch.model.message import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from inboxwatch.core.sync import Reading
    from inboxwatch.model.message import RawMessage
    from inboxwatch.ports import Account, Mailboxes, MailboxState


class Surveyed(Struct, frozen=True):
    """Where an account's mailboxes stand; ``unread`` are those that are not read."""

    mailboxes: Mailboxes
    states: Mapping[tuple[str, Role], MailboxState]
    unread: Mapping[str, MailboxState] = field(default_factory=dict)


class Batch(Struct, frozen=True):
    """Some mails of one mailbox, or the fault that kept it from being read."""

    mailbox: str
    role: Role
    messages: tuple[RawMessage, ...] = ()
    last: bool = False
    error: AccountError | None = None


class Unsettled(Struct, frozen=True):
    """A mailbox whose UIDs do not last, which nobody knew before it was opened (UIDNOTSTICKY)."""

    mailbox: str
    role: Role
    state: MailboxState


def survey(
    account: Account, before: Mapping[str, MailboxState]
) -> Iterator[Surveyed | Batch | Unsettled]:
    """Log in, find the mailboxes, ask where they stand; one that cannot be opened leaves the rest.

    The mailbox for rescued mail is asked for as well: what lies there may be looked at again. What
    contradicts how a mailbox stood ``before`` is asked for once more, by opening it.
    """
    account.connect()
    found = account.mailboxes()
    roles = {found.sent: Role.SENT} if found.sent else {}
    roles |= {found.inbox: Role.INBOX, **dict.fromkeys(found.junk, Role.JUNK)}
    # a mailbox named for two roles is taken for the one in which less is done
    review = {found.review} - set(roles) if found.has_review else ()
    told = {
        name: _opened(account, name) if _doubtful(state, before.get(name)) else state
        for name, state in account.states((*roles, *review)).items()
    }
    states: dict[tuple[str, Role], MailboxState] = {}
    for name, role in roles.items():
        state = told[name]
        if isinstance(state, MailboxError):
            yield Batch(name, role, error=state)
        else:
            states[name, role] = state
    others = {name: told[name] for name in review}
    unread = {name: one for name, one in others.items() if not isinstance(one, MailboxError)}
    yield Surveyed(found, states, unread)


def _doubtful(state: MailboxState | MailboxError, before: MailboxState | None) -> bool:
    if before is None or isinstance(state, MailboxError):
        return False
    return contradicts(Standing(*astuple(before)), Standing(*astuple(state)))


def _opened(account: Account, mailbox: str) -> MailboxState | MailboxError:
    try:
        return account.state(mailbox)
    except MailboxError as error:
        return error


def bring(
    account: Account, readings: tuple[tuple[str, Role, Reading], ...]
) -> Iterator[Surveyed | Batch | Unsettled]:
    """Bring the mails of each mailbox; one mailbox fails by itself."""
    for mailbox, role, reading in readings:
        try:
            for messages in account.fetch(mailbox, role, reading.uidvalidity, reading.ranges):
                yield Batch(mailbox, role, messages)
            yield Batch(mailbox, role, last=True)
        except RenumberedError as error:
            yield _renumbered(account, mailbox, role, error)
        except AccountError as error:
            yield Batch(mailbox, role, error=error)


def _renumbered(
    account: Account, mailbox: str, role: Role, error: RenumberedError
) -> Batch | Unsettled:
    """A mailbox that keeps no UIDVALIDITY is read all the same, as one (rule X06)."""
    try:
        state = account.state(mailbox)
    except AccountError as failed:
        return Batch(mailbox, role, error=failed)
    if state.uidvalidity:
        return Batch(mailbox, role, error=error)
    return Unsettled(mailbox, role, state)
