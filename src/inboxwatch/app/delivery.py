"""What happens to a reply once it is claimed, whoever claimed it: hand over, settle, mark, file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from inboxwatch.app.desk import log
from inboxwatch.errors import AccountError
from inboxwatch.model.outcome import DeliveryKind, OutboxState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from inboxwatch.app.desk import Desk, Doors
    from inboxwatch.model.message import MessageRef
    from inboxwatch.model.outcome import OutboxEntry
    from inboxwatch.ports import Mailboxes

STATE_AFTER = {
    DeliveryKind.ACCEPTED: OutboxState.SENT,
    DeliveryKind.TEMPORARY: OutboxState.RETRY,
    DeliveryKind.PERMANENT: OutboxState.REFUSED,
    DeliveryKind.UNKNOWN: OutboxState.UNKNOWN,
    DeliveryKind.STOPPED: OutboxState.HELD,
}
"""What a claimed reply becomes by what the server said (rules F23, X03, L13)."""

ANSWERED_FLAGS = frozenset({"\\answered", "\\deleted", "\\draft", "$inboxwatchreplied"})
"""Flags that tell that a person, or inboxwatch elsewhere, was faster, or that the mail is none.

In lower case (rules A16, X09).
"""


def why_closed(doors: Doors, ref: MessageRef, answered_at: datetime | None = None) -> str:
    """Why a mail waits for no reply any more, empty while it does (rule X09).

    A person answered, moved or deleted it; ``answered_at`` is what the journal knows of the first.
    Raises AccountError.
    """
    if answered_at is not None:
        return "a person has answered meanwhile"
    flags = doors.account.flags(ref.mailbox, ref.uidvalidity, (ref.uid,)).get(ref.uid)
    if flags is None:
        return "the mail was moved or deleted meanwhile"
    found = sorted(flag for flag in flags if flag.lower() in ANSWERED_FLAGS)
    return f"{found[0]} was set on the mail meanwhile" if found else ""


def is_answered_in(
    sent: str | None, doors: Doors, message_id: object, ours: Iterable[OutboxEntry]
) -> bool:
    """Whether Sent holds a person's answer to a mail that no run has followed yet (rule X09).

    ``ours`` are the replies that may lie there as well: those are no answers of a person, but for a
    draft that somebody sent. Raises AccountError.
    """
    if sent is None or not isinstance(message_id, str):
        return False
    found = set(doors.account.naming(sent, message_id))
    for entry in ours:
        if found and entry.state is not OutboxState.DRAFTED:
            found.difference_update(doors.account.locate(sent, entry.message_id))
    return bool(found)


def send(desk: Desk, doors: Doors, entry: OutboxEntry) -> tuple[OutboxState, str]:
    """Hand a claimed reply over to the server; what it becomes, and the server's words."""
    delivery = doors.transport.deliver(
        entry.envelope_from, entry.recipient, entry.octets, brake=desk.brake
    )
    return STATE_AFTER[delivery.kind], delivery.detail


def settle(desk: Desk, entry: OutboxEntry, state: OutboxState, detail: str) -> OutboxEntry:
    """Write down how a claimed reply ended; the row as it is now."""
    log.info("reply to %r: %s %r", entry.recipient, state.value, detail)
    desk.journal.settle(entry.id, state, desk.clock.now(), detail)
    return replace(entry, state=state, detail=detail)


def mark(
    desk: Desk,
    doors: Doors,
    found: Mailboxes | None,
    ref: MessageRef | None,
    entry: OutboxEntry,
) -> tuple[str, ...]:
    r"""Set ``\Answered`` and file the copy in Sent; best effort, never a reason to resend.

    ``found`` are the account's mailboxes, None if no copy is wanted; ``ref`` is the mail that was
    answered. Returns what did not work.
    """
    notes: list[str] = []
    try:
        if ref is not None:
            notes.append(doors.account.mark_answered(ref))
        _file_copy(desk, doors, found, entry)
    except AccountError as error:
        log.warning("after sending %r: %r", entry.message_id, str(error))
        notes.append(f"sent, but {error}")
    return tuple(note for note in notes if note)


def _file_copy(desk: Desk, doors: Doors, found: Mailboxes | None, entry: OutboxEntry) -> None:
    if found is None or found.sent is None or doors.files_sent:
        return
    doors.account.append(found.sent, entry.octets, ("\\Seen",), desk.clock.now(), entry.message_id)
