"""What a person does with the outbox: send what was held, try again, give up.

Each reply is handled by itself. Nothing goes out before the row is claimed, the switches are looked
at and the mail is looked at once more; what was unknown is looked for in Sent first (rule X02).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from msgspec import Struct, field

from inboxwatch.app.ahead import why_over, why_reworded
from inboxwatch.app.delivery import is_answered_in, mark, send, settle, why_closed
from inboxwatch.app.desk import log
from inboxwatch.core.outbox import (
    OPEN_STATES,
    UNSENT,
    WAITING,
    Kept,
    Question,
)
from inboxwatch.core.reply.redate import RedateFault, redate
from inboxwatch.core.timely import STALE, is_stale
from inboxwatch.errors import InboxwatchError, StateError
from inboxwatch.model.outcome import AHEAD, OutboxState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from inboxwatch.app.desk import Desk, Doors
    from inboxwatch.model.outcome import OutboxEntry, Promise
    from inboxwatch.ports import Journal, Mailboxes, StoredMail

CLOCK_TOLERANCE: Final = timedelta(minutes=5)
"""By how much the clock may stand before the moment at which a reply was written (rule X14)."""

INSTEAD: Final = {
    OutboxState.HELD: "inboxwatch outbox send {id}",
    OutboxState.UNKNOWN: "inboxwatch outbox retry {id}",
    OutboxState.RETRY: "inboxwatch outbox retry {id}",
    OutboxState.REFUSED: "inboxwatch outbox retry {id}",
    OutboxState.DRAFTED: "send it from your drafts, or inboxwatch outbox drop {id}",
}
"""What to do with a row in a state that a verb does not take."""

_NOT_OUT: Final = frozenset({OutboxState.RETRY, OutboxState.HELD})
"""What a delivery ends in that did not happen: such a row goes back to what it was before."""


class Done(Struct, frozen=True):
    """What became of one number: ``text`` in one line, ``entry`` as it is now if there is one."""

    entry_id: int
    ok: bool
    text: str
    entry: OutboxEntry | None = None
    next_step: str = ""
    notes: tuple[str, ...] = ()


class _DeclinedError(Exception):
    """Why a verb does nothing about a row, and what to do about that."""

    def __init__(self, text: str, next_step: str = "") -> None:
        super().__init__(text)
        self.next_step = next_step


def look(journal: Journal, states: Sequence[OutboxState]) -> tuple[Kept, ...]:
    """The rows in any of ``states``, oldest first, with their mails and promises."""
    promises = {promise.entry_id: promise for promise in journal.promises()}
    return tuple(_kept(journal, entry, promises) for entry in journal.outbox(states))


def look_at(journal: Journal, entry_id: int) -> Kept | None:
    """One row with its mail and its promise."""
    entry = journal.entry(entry_id)
    if entry is None:
        return None
    return _kept(journal, entry, {one.entry_id: one for one in journal.promises()})


def _kept(journal: Journal, entry: OutboxEntry, promises: dict[int, Promise]) -> Kept:
    mail = journal.mail(entry.mail_id) if entry.mail_id is not None else None
    return Kept(entry, _question(mail) if mail else None, promises.get(entry.id))


def _question(mail: StoredMail) -> Question:
    return Question(
        id=mail.id,
        sender=mail.sender,
        subject=mail.subject,
        priority=mail.priority,
        received=mail.received,
        answered_at=mail.answered_at,
        closed=mail.closed,
    )


def work(
    desk: Desk, verb: Callable[[Outbox, int], Done], entry_ids: Iterable[int]
) -> Iterator[Done]:
    """Do one thing to each of ``entry_ids``, in their order; each is told as soon as it is done.

    Whoever calls holds the lock: a row that is still ``sending`` was left by a run that died, and
    becomes ``unknown`` here (rule X02). Raises StateError.
    """
    desk.journal.recover(desk.clock.now())
    outbox = Outbox(desk)
    for one in dict.fromkeys(entry_ids):
        if desk.stop():
            yield Done(one, ok=False, text="left alone: interrupted")
        else:
            yield verb(outbox, one)


class Outbox(Struct, frozen=True):
    """The verbs. What a server does, and every reason against, becomes part of what is ``Done``."""

    desk: Desk
    _found: dict[str, Mailboxes] = field(default_factory=dict)

    def send(self, entry_id: int, *, anyway: bool = False) -> Done:
        """Send a held reply because a person said so.

        ``anyway`` sends it even where a person was faster, or the mail is gone (rule X09), and
        where it was written longer ago than replies may be late: an evening's words at noon.
        """

        def sent(entry: OutboxEntry) -> Done:
            _require(entry, WAITING, "sent")
            doors = self._doors(entry)
            self._may_go_out(entry)
            self._connect(entry.account, doors)
            if not anyway:
                or_else = f"inboxwatch outbox send --anyway {entry.id}"
                self._still_fresh(entry, or_else=or_else)
                self._still_open(entry, doors, or_else=or_else)
            return self._hand_over(entry, WAITING, doors)

        return self._each(entry_id, sent)

    def retry(self, entry_id: int) -> Done:
        """Try a reply again that did not go out for all we know, unless it lies in Sent (X02)."""

        def tried(entry: OutboxEntry) -> Done:
            _require(entry, UNSENT, "tried again")
            doors = self._doors(entry)
            if self._lies_in_sent(entry, doors):
                return self._went_out(entry, doors)
            self._may_go_out(entry)
            self._still_open(entry, doors, or_else=f"inboxwatch outbox drop {entry.id}")
            return self._hand_over(entry, UNSENT, doors)

        return self._each(entry_id, tried)

    def drop(self, entry_id: int) -> Done:
        """Give a reply up: its promise is void, and its mail gets no other automatic reply."""

        def dropped(entry: OutboxEntry) -> Done:
            _require(entry, OPEN_STATES, "given up")
            said = f"given up by a person; it was {entry.state.value}"
            detail = f"{said}: {entry.detail}" if entry.detail else said
            gone = self.desk.journal.drop(entry.id, OPEN_STATES, self.desk.clock.now(), detail)
            if gone is None:
                raise _changed(entry)
            log.info("reply %d to %r %s", entry.id, entry.recipient, said)
            draft = entry.state is OutboxState.DRAFTED
            notes = ("the draft itself still lies in your drafts",) if draft else ()
            return Done(entry.id, ok=True, text="given up", entry=gone, notes=notes)

        return self._each(entry_id, dropped)

    def _each(self, entry_id: int, verb: Callable[[OutboxEntry], Done]) -> Done:
        """One number by itself: whatever speaks against it stops nothing else."""
        entry = self.desk.journal.entry(entry_id)
        if entry is None:
            step = "inboxwatch outbox --all shows the numbers"
            return Done(entry_id, ok=False, text="there is no such reply", next_step=step)
        try:
            return verb(entry)
        except _DeclinedError as no:
            return Done(entry_id, ok=False, text=str(no), entry=entry, next_step=no.next_step)
        except StateError:
            raise
        except InboxwatchError as error:  # a server, or a password that cannot be had
            step = error.next_step
            return Done(entry_id, ok=False, text=error.message, entry=entry, next_step=step)

    def _doors(self, entry: OutboxEntry) -> Doors:
        try:
            return self.desk.doors[entry.account]
        except KeyError:
            raise _DeclinedError(
                f"the configuration has no account {entry.account!r} any more",
                f"answer by hand, then inboxwatch outbox drop {entry.id}",
            ) from None

    def _connect(self, account: str, doors: Doors) -> Mailboxes:
        """The account's mailboxes, asked once. Raises AccountError."""
        if account not in self._found:
            doors.account.connect()
            self._found[account] = doors.account.mailboxes()
        return self._found[account]

    def _may_go_out(self, entry: OutboxEntry) -> None:
        """Whether anything may go out at all, and this still (rules L12, L13, L09, X14)."""
        desk, now = self.desk, self.desk.clock.now()
        if not desk.replies_enabled:
            raise _DeclinedError("replies are switched off", "set replies.enabled: true")
        stopped = desk.brake()
        if stopped:
            raise _DeclinedError(f"nothing is sent: {stopped}", "remove it, then try again")
        why = desk.journal.tripped().get(entry.account)
        if why is not None:
            raise _DeclinedError(
                f"the replies of {entry.account} were stopped: {why}",
                f"inboxwatch resume {entry.account}",
            )
        if entry.claimed_at - now > CLOCK_TOLERANCE:
            raise _DeclinedError("this machine's clock stands before the reply", "set the clock")
        if entry.kind == AHEAD and (over := why_over(desk.journal, entry)):
            raise _DeclinedError(over, f"inboxwatch outbox drop {entry.id}")
        if is_stale(entry.good_until, now):
            raise _DeclinedError(
                STALE,
                f"answer by hand, then inboxwatch outbox drop {entry.id}",
            )

    def _still_fresh(self, entry: OutboxEntry, *, or_else: str) -> None:
        """Whether the words are of late: an hour that they speak of is over by then (rule A17).

        Of what was prepared because of a surge, whether the team says it in other words by now.
        """
        if entry.kind == AHEAD and (reworded := why_reworded(self.desk.journal, entry)):
            raise _DeclinedError(
                reworded,
                f"inboxwatch outbox show {entry.id}, then {or_else}, or outbox drop {entry.id}",
            )
        limit = self.desk.policy.limits.max_age
        if self.desk.clock.now() - entry.claimed_at > limit:
            hours = round(limit.total_seconds() / 3600)
            raise _DeclinedError(f"it was written more than {hours} h ago", or_else)

    def _still_open(self, entry: OutboxEntry, doors: Doors, *, or_else: str) -> None:
        """Whether the mail still waits for this reply (rule X09). Raises AccountError."""
        if entry.kind == AHEAD:
            self._not_asked_yet(entry, or_else=or_else)
            return
        mail = self.desk.journal.mail(entry.mail_id) if entry.mail_id is not None else None
        if mail is None:
            raise _DeclinedError("the mail that it answers is not known any more", or_else)
        closed = why_closed(doors, mail.ref, mail.answered_at)
        if closed:
            raise _DeclinedError(closed, or_else)
        sent = self._connect(entry.account, doors).sent
        to_them = (one for one in self._all() if _is_alike(one, entry))
        if is_answered_in(sent, doors, mail.decision.get("message_id"), to_them):
            raise _DeclinedError(f"a person has answered meanwhile: it lies in {sent}", or_else)

    def _all(self) -> Iterator[OutboxEntry]:
        """All replies, read only once something is found in Sent."""
        yield from self.desk.journal.outbox(tuple(OutboxState))

    def _not_asked_yet(self, entry: OutboxEntry, *, or_else: str) -> None:
        """Whether it would still come before the customer writes."""
        past = self.desk.journal.recall(
            account=entry.account,
            reply_key=entry.reply_key,
            sender_canonical=entry.recipient_canonical,
            related_ids=(),
            now=self.desk.clock.now(),
            ref=None,
        )
        if past.sender_mails:
            raise _DeclinedError("the customer has written meanwhile", or_else)

    def _lies_in_sent(self, entry: OutboxEntry, doors: Doors) -> bool:
        """Whether its Message-ID lies in Sent. What is unknown needs a Sent to look into."""
        sent = self._connect(entry.account, doors).sent
        if sent is not None:
            return doors.account.has_message(sent, entry.message_id)
        if entry.state is OutboxState.UNKNOWN:
            raise _DeclinedError(
                "it may have gone out, and the account has no Sent to look into",
                f"ask, or answer by hand; then inboxwatch outbox drop {entry.id}",
            )
        return False

    def _went_out(self, entry: OutboxEntry, doors: Doors) -> Done:
        sent = self._found[entry.account].sent
        ended = settle(self.desk, entry, OutboxState.SENT, f"found in {sent}")
        notes = self._mark(ended, doors, filed=True)
        text = f"it lies in {sent}: it went out before, and nothing was sent now"
        return Done(entry.id, ok=True, text=text, entry=ended, notes=notes)

    def _hand_over(self, entry: OutboxEntry, states: Sequence[OutboxState], doors: Doors) -> Done:
        """Claim, send, settle. What did not go out stays what it was: nothing retries by itself."""
        now = self.desk.clock.now()
        try:
            octets = redate(entry.octets, now)
        except RedateFault as fault:
            raise _DeclinedError(f"it cannot be given today's date: {fault}") from fault
        claimed = self.desk.journal.take(entry.id, states, now, octets)
        if claimed is None:
            raise _changed(entry)
        state, detail = send(self.desk, doors, claimed)
        ended = settle(self.desk, claimed, entry.state if state in _NOT_OUT else state, detail)
        if ended.state is OutboxState.SENT:
            notes = self._mark(ended, doors)
            return Done(entry.id, ok=True, text=f"sent: {detail}", entry=ended, notes=notes)
        step = INSTEAD[ended.state].format(id=entry.id)
        return Done(entry.id, ok=False, text=_failure(state, detail), entry=ended, next_step=step)

    def _mark(self, entry: OutboxEntry, doors: Doors, *, filed: bool = False) -> tuple[str, ...]:
        mail = self.desk.journal.mail(entry.mail_id) if entry.mail_id is not None else None
        ref = mail.ref if mail else None
        found = None if filed else self._found.get(entry.account)
        return mark(self.desk, doors, found, ref, entry)


def _require(entry: OutboxEntry, states: Sequence[OutboxState], done: str) -> None:
    if entry.state not in states:
        step = INSTEAD.get(entry.state, "").format(id=entry.id)
        raise _DeclinedError(f"it is {entry.state.value} and cannot be {done}", step)


def _is_alike(one: OutboxEntry, entry: OutboxEntry) -> bool:
    """Whether both go to the same person from the same account."""
    return (one.account, one.recipient_canonical) == (entry.account, entry.recipient_canonical)


def _changed(entry: OutboxEntry) -> _DeclinedError:
    return _DeclinedError("somebody else was faster", f"inboxwatch outbox show {entry.id}")


def _failure(state: OutboxState, detail: str) -> str:
    if state is OutboxState.UNKNOWN:
        return f"it is unknown whether it went out: {detail}"
    refused = state is OutboxState.REFUSED
    return f"refused by the server: {detail}" if refused else f"not sent: {detail}"
