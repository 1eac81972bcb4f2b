"""New mail in the spam folders that is proven genuine, in an ordinary run: see ``rescue.mode``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from inboxwatch.app.apology import answered
from inboxwatch.app.rescue import Rescuer
from inboxwatch.core.queue import refuse, wants_reply
from inboxwatch.core.summary import outcome_fields
from inboxwatch.core.sweep import may_be_rescued, told
from inboxwatch.errors import AccountError, MailboxError
from inboxwatch.model.decision import Effect, Refusal
from inboxwatch.model.outcome import AccountFailure, OutboxState
from inboxwatch.model.policy import RescueMode
from inboxwatch.model.sweep import SweepMail, SweepMode, SweepOutcome, SweepRun

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from inboxwatch.app.desk import Desk
    from inboxwatch.core.queue import Judged
    from inboxwatch.model.decision import Decision
    from inboxwatch.model.message import MessageRef
    from inboxwatch.model.outcome import Outcome
    from inboxwatch.ports import Mailboxes


class NewJunk(Struct):
    """What one round of a run moves out of the spam folders, once its senders were answered."""

    desk: Desk
    mailboxes: dict[str, Mailboxes]
    rescuer: Rescuer
    ready: dict[MessageRef, SweepMail] = field(default_factory=dict)
    others: list[SweepMail] = field(default_factory=list)
    outcomes: dict[MessageRef, Outcome] = field(default_factory=dict)
    moved: tuple[SweepMail, ...] = ()

    @classmethod
    def of(cls, desk: Desk, mailboxes: dict[str, Mailboxes]) -> NewJunk | None:
        """None where a run only reports."""
        if desk.policy.rescue.mode is RescueMode.REPORT:
            return None
        return cls(desk, mailboxes, Rescuer(desk, mailboxes=mailboxes))

    def chosen(self, judged: Iterable[Judged], mail_ids: Mapping[MessageRef, int]) -> list[Judged]:
        """The same decisions; nobody whose mail stays in the spam folder gets an apology (A40)."""
        every = list(judged)
        found = [
            told(one.decision, one.decision.ref, mail_ids.get(one.decision.ref))
            for one in every
            if one.decision.ref and may_be_rescued(one.decision)
        ]
        accounts = {mail.ref.account for mail in found}
        ready, others = self.rescuer.sorted_out(
            found, {one: self._in_junk(one) for one in accounts}
        )
        self.ready, self.others = {mail.ref: mail for mail in ready}, list(others)
        left = {mail.ref: mail.detail for mail in others}
        return [replace(one, decision=_left(one.decision, left)) for one in every]

    def _in_junk(self, account: str) -> int:
        """How many mails lie in the spam folders of an account; 0 if that cannot be told."""
        door = self.desk.doors[account].account
        try:
            return sum(door.state(name).exists for name in self.mailboxes[account].junk)
        except AccountError:
            return 0

    def has(self, decision: Decision) -> bool:
        """Whether a mail is about to be moved, or has to wait for that: it stays pending."""
        return decision.ref in self.ready or any(
            mail.ref == decision.ref and mail.outcome is SweepOutcome.CAPPED for mail in self.others
        )

    def acted(self, outcome: Outcome) -> None:
        """Take note of what became of a mail's reply."""
        ref = outcome.decision.ref
        if ref is not None and self.has(outcome.decision):
            self.outcomes[ref] = outcome

    def move(self) -> tuple[SweepMail, ...]:
        """Move what was acted on; every mail that a run tells of, as it ended."""
        apologises = self.desk.acts and self.desk.policy.rescue.reply
        done = [
            answered(mail, self.outcomes[ref]) if apologises else mail
            for ref, mail in self.ready.items()
            if ref in self.outcomes
        ]
        late = [one for one in done if one.outcome is SweepOutcome.CAPPED]
        now = self.desk.clock.now()
        accounts = tuple(self.desk.doors)
        sweep = SweepRun(now, SweepMode.APPLY, accounts)
        sweep = replace(sweep, id=self.desk.journal.begin_sweep(sweep))
        moving = [one for one in done if one.outcome is not SweepOutcome.CAPPED]
        waiting = [*self.others, *late]
        rows = self.desk.journal.keep_swept(sweep.id, waiting)
        kept = (replace(one, id=row) for one, row in zip(waiting, rows, strict=True))
        self.moved = (*self.rescuer.rescue(sweep.id, moving), *kept)
        self._settle(self.moved)
        ended = replace(sweep, ended_at=self.desk.clock.now(), notes=tuple(self.rescuer.notes))
        self.desk.journal.end_sweep(ended)
        return self.moved

    def _settle(self, mails: Sequence[SweepMail]) -> None:
        """Mails that a cap keeps in the spam folder are decided again by the next run."""
        for mail in mails:
            outcome = self.outcomes.get(mail.ref)
            if outcome is None or mail.mail_id is None:
                continue
            waits = mail.outcome is SweepOutcome.CAPPED or outcome.state is OutboxState.DEFERRED
            self.desk.journal.acted(mail.mail_id, outcome_fields(outcome), pending=waits)

    def failures(self) -> tuple[AccountFailure, ...]:
        """What kept mail from being moved, each reason once."""
        reasons = {
            (one.ref.account, one.ref.mailbox, one.detail)
            for one in self.moved
            if one.outcome is SweepOutcome.FAILED
        }
        known = {failure.error.message for failure in self.rescuer.failures}
        refused = (
            AccountFailure(account, MailboxError(f"{account}: not rescued: {why}"), mailbox)
            for account, mailbox, why in sorted(reasons)
            if why not in known
        )
        return (*self.rescuer.failures, *refused)

    def notes(self) -> tuple[str, ...]:
        """What a person should know: keywords that were not set, mails that wait."""
        capped = sum(one.outcome is SweepOutcome.CAPPED for one in self.moved)
        waits = f"{capped} of customers' mails wait in the spam folder for the next run (S27)"
        return (*self.rescuer.notes, *((waits,) if capped else ()))


def _left(decision: Decision, left: Mapping[MessageRef, str]) -> Decision:
    why = left.get(decision.ref) if decision.ref else None
    if why is None or not wants_reply(decision):
        return decision
    refusal = Refusal("A40", "H", Effect.HOLD, f"found in \\Junk, and left there: {why}")
    return refuse(decision, (refusal,))
