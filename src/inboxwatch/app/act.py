"""Act: claim, do, settle. The only place from which anything leaves the house.

At most once out: the reply is committed to the journal before the server hears of it, and what
became of it is written down after. Whatever crashes in between is found by the next run as
``sending``, becomes ``unknown`` and is never sent again by itself (rules X01 to X03).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from msgspec import Struct, field
from msgspec.structs import replace

from inboxwatch.app.delivery import mark, send, settle, why_closed
from inboxwatch.app.desk import log
from inboxwatch.core.queue import is_deferred, refuse
from inboxwatch.core.reply.permit import Wording, limit_refusals
from inboxwatch.core.summary import outcome_fields
from inboxwatch.core.timely import STALE, TOO_OLD, is_stale
from inboxwatch.errors import AccountError, MailboxError
from inboxwatch.model.decision import Effect, Refusal, ReplyDecision
from inboxwatch.model.outcome import OutboxState, Outcome
from inboxwatch.model.world import History
from inboxwatch.ports import Claim

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from inboxwatch.app.desk import Desk, Doors
    from inboxwatch.model.decision import Decision, Draft
    from inboxwatch.model.message import MessageRef
    from inboxwatch.model.outcome import OutboxEntry
    from inboxwatch.model.world import Usage
    from inboxwatch.ports import Mailboxes, StoredMail

UNREAD = "its flags could not be read"


class Acting(Struct):
    """Acts on decisions in their order; ``sent`` counts the replies of this run (rule L03).

    ``down`` are the accounts whose mailboxes failed: nobody of theirs is answered in this run.
    """

    desk: Desk
    mailboxes: dict[str, Mailboxes]
    sent: int = 0
    down: dict[str, AccountError] = field(default_factory=dict)

    def act(self, decision: Decision, mail_id: int | None, *, pending: bool) -> Outcome:
        """Do what one decision says. What a server does to it becomes part of the outcome.

        ``pending`` tells that the journal waits for how this mail ended. It goes on waiting for one
        that only a cap keeps back (rule L03).
        """
        outcome = self._outcome(decision, mail_id)
        if mail_id is not None and pending:
            deferred = outcome.state is OutboxState.DEFERRED
            self.desk.journal.acted(mail_id, outcome_fields(outcome), pending=deferred)
        return outcome

    def _outcome(self, decision: Decision, mail_id: int | None) -> Outcome:
        draft = decision.reply.draft
        if not self.desk.acts:
            return Outcome(decision, mail_id=mail_id)
        if draft is not None and self._is_stale(decision, draft):
            return Outcome(decision, OutboxState.DEFERRED, STALE, mail_id)
        outcome = (
            Outcome(decision, mail_id=mail_id)
            if draft is None
            else self._attempt(decision, draft, mail_id)
        )
        deferred = is_deferred(outcome.decision)
        return replace(outcome, state=OutboxState.DEFERRED) if deferred else outcome

    def _is_stale(self, decision: Decision, draft: Draft) -> bool:
        """Whether a text that nobody looks at would come too late: the next run writes it anew."""
        sends = decision.reply.decision is ReplyDecision.SEND
        return sends and is_stale(draft.good_until, self.desk.clock.now())

    def _attempt(self, decision: Decision, draft: Draft, mail_id: int | None) -> Outcome:
        from inboxwatch.core.reply.serialise import SerialiseFault  # noqa: PLC0415 - as below

        doors = self.desk.doors[decision.account]
        try:
            refused = self._last_look(decision, doors)
        except AccountError as error:
            return Outcome(decision, OutboxState.DEFERRED, f"{UNREAD}: {error}", mail_id)
        if refused is not None:
            return Outcome(refuse(decision, (refused,)), mail_id=mail_id)
        try:
            octets = self._octets(decision, draft)
        except SerialiseFault as fault:
            refusal = Refusal("F15", "H", Effect.HOLD, str(fault))
            return Outcome(refuse(decision, (refusal,)), mail_id=mail_id)
        except Exception as fault:  # noqa: BLE001 - a bug, which costs this reply alone (X12)
            log.exception("a reply could not be written: %r", decision.source)
            evidence = f"the reply could not be written: {type(fault).__name__}"
            refusal = Refusal("X12", "H", Effect.HOLD, evidence)
            return Outcome(refuse(decision, (refusal,)), mail_id=mail_id)
        log.debug("claiming the reply to %r with %s", draft.to, draft.template)
        claimed = self.desk.journal.claim(
            self._claim(decision, draft, octets, mail_id), self._permit(decision, draft)
        )
        if claimed.entry is None:
            return Outcome(refuse(decision, claimed.refusals), mail_id=mail_id)
        return self._carry_out(decision, claimed.entry, doors, mail_id)

    def _last_look(self, decision: Decision, doors: Doors) -> Refusal | None:
        """Look at switch, flags and existence once more before anything is claimed (X09, L13).

        Raises AccountError if the account is down.
        """
        stopped = self.desk.brake()
        if stopped:
            return Refusal("L13", "H", Effect.HOLD, stopped)
        ref = cast("MessageRef", decision.ref)
        try:
            closed = self._closed(doors, ref)
        except MailboxError as error:
            return Refusal("X09", "H", Effect.HOLD, f"{UNREAD}: {error}")
        return Refusal("X09", "H", Effect.NONE, closed) if closed else None

    def _closed(self, doors: Doors, ref: MessageRef, answered_at: datetime | None = None) -> str:
        """Why a mail waits for no reply. An account that failed once is down (rule X11)."""
        if ref.account in self.down:
            raise self.down[ref.account]
        try:
            return why_closed(doors, ref, answered_at)
        except MailboxError:
            raise
        except AccountError as error:
            self.down[ref.account] = error
            raise

    def _octets(self, decision: Decision, draft: Draft) -> bytes:
        from inboxwatch.core.reply.serialise import serialise  # noqa: PLC0415 - most runs send nothing

        automatic = decision.reply.decision is not ReplyDecision.DRAFT
        return serialise(draft, self.desk.clock.now(), automatic=automatic)

    def _claim(self, decision: Decision, draft: Draft, octets: bytes, mail_id: int | None) -> Claim:
        held = decision.reply.decision is ReplyDecision.HOLD
        return Claim(
            account=decision.account,
            reply_key=decision.reply_key,
            handle=draft.handle,
            kind=draft.kind,
            recipient=draft.to,
            recipient_canonical=decision.sender_canonical,
            recipient_domain=decision.sender_organisational,
            envelope_from=draft.envelope_from,
            message_id=draft.message_id,
            octets=octets,
            claimed_at=self.desk.clock.now(),
            state=OutboxState.HELD if held else OutboxState.SENDING,
            mail_id=mail_id,
            related_ids=decision.related_ids,
            envelope_canonical=decision.envelope_canonical,
            promise=draft.promise,
            good_until=draft.good_until,
        )

    def _permit(
        self, decision: Decision, draft: Draft
    ) -> Callable[[History, Usage], tuple[Refusal, ...]]:
        """The limits once more, against what the claiming transaction sees (rule L11)."""

        def permit(history: History, usage: Usage) -> tuple[Refusal, ...]:
            return limit_refusals(
                wording=Wording(draft.handle, draft.kind),
                recipient_canonical=decision.sender_canonical,
                recipient_domain=decision.sender_organisational,
                history=history,
                usage=replace(usage, run=self.sent),
                limits=self.desk.policy.limits,
                now=self.desk.clock.now(),
                received=decision.received,
            )

        return permit

    def _carry_out(
        self, decision: Decision, entry: OutboxEntry, doors: Doors, mail_id: int | None
    ) -> Outcome:
        self.sent += 1
        if entry.state is OutboxState.HELD:
            return Outcome(decision, OutboxState.HELD, "waits in the outbox", mail_id, (), entry.id)
        if decision.reply.decision is ReplyDecision.DRAFT:
            state, detail = self._file_draft(decision, entry, doors)
        else:
            state, detail = send(self.desk, doors, entry)
        settle(self.desk, entry, state, detail)
        if state is not OutboxState.SENT:
            return Outcome(decision, state, detail, mail_id, (), entry.id)
        found = self.mailboxes.get(entry.account)
        notes = mark(self.desk, doors, found, decision.ref, entry)
        return Outcome(decision, state, detail, mail_id, notes, entry.id)

    def _file_draft(
        self, decision: Decision, entry: OutboxEntry, doors: Doors
    ) -> tuple[OutboxState, str]:
        found = self.mailboxes.get(decision.account)
        if found is None or found.drafts is None:
            return OutboxState.HELD, "the account has no mailbox for drafts; kept in the outbox"
        try:
            doors.account.append(
                found.drafts, entry.octets, ("\\Draft",), self.desk.clock.now(), entry.message_id
            )
        except AccountError as error:
            return OutboxState.HELD, f"could not be filed under {found.drafts}: {error}"
        return OutboxState.DRAFTED, f"filed under {found.drafts}"

    def retry(self, entry: OutboxEntry) -> OutboxEntry | None:
        """Try the very same octets again after a temporary refusal (rule F23).

        Returns the row as it ended, dropped if there is no more use in it. None when it was left
        alone for the next run: a brake, a limit, a server that is down, or flags that could not be
        read.
        """
        doors = self.desk.doors[entry.account]
        mail = self.desk.journal.mail(entry.mail_id) if entry.mail_id is not None else None
        if mail is None or self.desk.brake() or doors.transport.down():
            return None
        try:
            why_not = self._why_not_again(entry, mail, doors)
        except AccountError as error:
            log.warning("not tried again: %r", str(error))
            return None
        if why_not:
            return settle(self.desk, entry, OutboxState.DROPPED, why_not)
        claimed = self.desk.journal.reclaim(
            entry.id, self.desk.clock.now(), partial(self._within_limits, entry)
        )
        if claimed.entry is None:
            return None
        self.sent += 1
        ended = settle(self.desk, entry, *send(self.desk, doors, entry))
        if ended.state is OutboxState.SENT:
            mark(self.desk, doors, self.mailboxes.get(entry.account), mail.ref, entry)
        return ended

    def _within_limits(self, entry: OutboxEntry, usage: Usage) -> tuple[Refusal, ...]:
        """The caps of the run, the account, the domain and the day; its sender's it has passed."""
        return limit_refusals(
            wording=Wording(entry.handle, entry.kind),
            recipient_canonical=entry.recipient_canonical,
            recipient_domain=entry.recipient_domain,
            history=History(),
            usage=replace(usage, run=self.sent),
            limits=self.desk.policy.limits,
            now=self.desk.clock.now(),
        )

    def _why_not_again(self, entry: OutboxEntry, mail: StoredMail, doors: Doors) -> str:
        """Why another attempt has become pointless. Raises AccountError.

        The mode of the account is not asked again: it was claimed in order to be sent, by a rule's
        mode perhaps. Whoever wants it no more drops it. A person comes before the clock: a mail
        that somebody has dealt with has lost nothing.
        """
        closed = self._closed(doors, mail.ref, mail.answered_at)
        if closed:
            return closed
        now = self.desk.clock.now()
        if now - mail.received > self.desk.policy.limits.max_age:
            return TOO_OLD
        return STALE if is_stale(entry.good_until, now) else ""
