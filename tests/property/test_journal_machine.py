"""A state machine of mail, claims, answers and crashes: SQLite against the journal in memory.

After every step both say the same; a reply key is claimed at most once in a whole life, and
nothing that was recorded is ever lost, whether the state was closed, abandoned or copied away
from under a process that died.
"""

from __future__ import annotations

import os
import shutil
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from tests.support.build import NOW
from tests.support.journal import STATES, bounce, claim, mark, permitted, record, ref
from tests.support.memory_journal import MemoryJournal

from inboxwatch.model.conversation import OwnMail
from inboxwatch.model.decision import ReboundKind
from inboxwatch.model.message import Authentication, AuthenticationStatus, Role
from inboxwatch.model.outcome import OutboxState
from inboxwatch.ports import RunEnd
from inboxwatch.store.sqlite import SqliteJournal, open_journal, scratch_journal

if TYPE_CHECKING:
    from datetime import datetime

    from inboxwatch.model.message import MessageRef
    from inboxwatch.ports import Record

SHM = Path("/dev/shm")  # noqa: S108 - only the place of a private folder
FAST = SHM if os.access(SHM, os.W_OK) else None
"""Where nothing waits for a disk, if there is such a place."""

SENDERS = ("ann@customer.example", "bob@other.example", "eve@other.example", "")
IDS = ("<a@x.example>", "<b@x.example>", "<c@x.example>", "<d@x.example>", "<e@x.example>")
KEYS = tuple(f"key-{number}" for number in range(6))
MAILBOXES = ("INBOX", "Spam")
ACCOUNTS = ("support", "sales")
HANDLES = ("business", "evening", "weekend")
OURS = tuple(f"<r{number}@acme.example>" for number in range(6))

senders = st.sampled_from(SENDERS)
ids = st.sampled_from(IDS)
keys = st.sampled_from(KEYS)
related = st.lists(ids, max_size=3).map(tuple)
instants = st.sampled_from([-8 * 24, -25, -2, -1, 0, 1, 30]).map(
    lambda hours: NOW + timedelta(hours=hours)
)
deadlines = st.none() | instants
some_states = st.lists(st.sampled_from(STATES), max_size=4).map(tuple)
accounts = st.sampled_from(ACCOUNTS)
rebounds = st.none() | st.builds(
    bounce,
    st.sampled_from((*OURS, *IDS)),
    permanent=st.booleans(),
    kind=st.sampled_from(ReboundKind),
)
refs = st.builds(ref, st.integers(1, 5), st.sampled_from(MAILBOXES), st.sampled_from([1, 2]))


@st.composite
def records(draw: st.DrawFn) -> Record:
    own = draw(st.none() | ids)
    return record(
        draw(st.integers(1, 99)),
        draw(senders),
        related=draw(related),
        message_id=own,
        ref=draw(refs),
        reply_key=draw(keys),
        priority=draw(st.integers(1, 9)),
        automatic=draw(st.booleans()),
        received=draw(instants),
        pending=draw(st.booleans()),
        closed=draw(st.sampled_from(["", "", "automatic mail"])),
        rebound=draw(rebounds),
        role=draw(st.sampled_from([Role.INBOX, Role.JUNK])),
        authentication=Authentication(draw(st.sampled_from(AuthenticationStatus))),
    )


class JournalMachine(RuleBasedStateMachine):
    """Does everything to both journals and compares what they say."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory(prefix="inboxwatch-test-", dir=FAST)
        self.lives = 0
        self.path = Path(self.folder.name) / "0.db"
        self.disk: SqliteJournal = open_journal(self.path)
        self.memory = MemoryJournal()
        self.claimed: list[str] = []
        self.recorded: set[int] = set()

    def teardown(self) -> None:
        self.disk.close()
        self.folder.cleanup()

    @rule(batch=st.lists(records(), min_size=1, max_size=4), now=instants)
    def mail_arrives(self, batch: list[Record], now: datetime) -> None:
        place = batch[0].decision.ref
        here = [
            one
            for one in batch
            if (one.decision.ref.mailbox, one.decision.ref.uidvalidity)
            == (place.mailbox, place.uidvalidity)
        ]
        reached = mark(place.uid + 1, place.mailbox, place.uidvalidity)
        on_disk = self.disk.record(here, reached, now)
        assert on_disk == self.memory.record(here, reached, now)
        self.recorded.update(on_disk)

    @rule(
        key=keys,
        sender=senders,
        thread=related,
        at=instants,
        state=st.sampled_from([OutboxState.SENDING, OutboxState.HELD]),
        pick=st.integers(0, 20),
        more=st.fixed_dictionaries(
            {
                "account": accounts,
                "handle": st.sampled_from(HANDLES),
                "envelope_canonical": senders,
                "promise": deadlines,
                "good_until": deadlines,
            }
        ),
    )
    def claim_is_made(
        self,
        key: str,
        sender: str,
        thread: tuple[str, ...],
        at: datetime,
        state: OutboxState,
        pick: int,
        more: dict[str, object],
    ) -> None:
        mail_id = pick if pick in self.recorded else None
        made = claim(
            KEYS.index(key),
            sender,
            reply_key=key,
            related_ids=thread,
            claimed_at=at,
            state=state,
            mail_id=mail_id,
            **more,
        )
        seen: list[object] = []

        def permit(*past: object) -> tuple[()]:
            seen.append(past)
            return ()

        on_disk, in_memory = self.disk.claim(made, permit), self.memory.claim(made, permit)
        assert on_disk == in_memory
        assert len(seen) in (0, 2)
        assert seen[:1] == seen[1:]
        if on_disk.entry is not None:
            self.claimed.append(key)

    @rule(key=keys, sender=senders)
    def process_dies_while_claiming(self, key: str, sender: str) -> None:
        def die(*_: object) -> tuple[()]:
            raise KeyboardInterrupt

        if key not in self.claimed:
            with pytest.raises(KeyboardInterrupt):
                self.disk.claim(claim(7, sender, reply_key=key), die)

    @precondition(lambda self: self.memory.entries)
    @rule(pick=st.integers(0, 99), state=st.sampled_from(STATES), at=instants)
    def reply_is_settled(self, pick: int, state: OutboxState, at: datetime) -> None:
        entry_id = 1 + pick % len(self.memory.entries)
        for journal in (self.disk, self.memory):
            journal.settle(entry_id, state, at, f"{state} it is")

    @rule(
        entry_id=st.integers(1, 7),
        states=some_states,
        at=instants,
        octets=st.none() | st.just(b"Subject: Anew\r\n\r\n"),
    )
    def person_sends_a_reply(
        self, entry_id: int, states: tuple[OutboxState, ...], at: datetime, octets: bytes | None
    ) -> None:
        before = self.memory.entry(entry_id)
        taken = self.disk.take(entry_id, states, at, octets)
        assert taken == self.memory.take(entry_id, states, at, octets)
        assert (taken is not None) == (before is not None and before.state in states)

    @rule(entry_id=st.integers(1, 7), states=some_states, at=instants)
    def person_drops_a_reply(
        self, entry_id: int, states: tuple[OutboxState, ...], at: datetime
    ) -> None:
        dropped = self.disk.drop(entry_id, states, at, "by hand")
        assert dropped == self.memory.drop(entry_id, states, at, "by hand")

    @rule(account=accounts, at=instants, tripping=st.booleans())
    def breaker_is_moved(self, account: str, at: datetime, tripping: bool) -> None:
        if tripping:
            for journal in (self.disk, self.memory):
                journal.trip(account, at, f"since {at}")
        else:
            assert self.disk.resume(account, at) == self.memory.resume(account, at)

    @precondition(lambda self: self.recorded)
    @rule(pick=st.integers(0, 99), closing=st.booleans())
    def mail_is_finished(self, pick: int, closing: bool) -> None:
        mail_id = sorted(self.recorded)[pick % len(self.recorded)]
        for journal in (self.disk, self.memory):
            if closing:
                journal.close_mails([mail_id], "answered by a person", NOW)
            else:
                journal.acted(mail_id, {"done": pick})

    @rule(thread=related, at=instants)
    def human_answers(self, thread: tuple[str, ...], at: datetime) -> None:
        for journal in (self.disk, self.memory):
            journal.record_own("support", [OwnMail(("", *thread), at)], mark(3, "Sent"))

    @rule(now=instants, enabled=st.booleans(), candidates=st.none() | st.integers(0, 9))
    def run_passes(self, now: datetime, enabled: bool, candidates: int | None) -> None:
        starts = [
            journal.begin_run(now, replies_enabled=enabled) for journal in (self.disk, self.memory)
        ]
        assert starts[0] == starts[1]
        for journal, start in zip((self.disk, self.memory), starts, strict=True):
            journal.set_replies_since(start.run_id, now)
            if candidates is not None:
                journal.end_run(RunEnd(start.run_id, now, candidates))

    @rule()
    def process_ends_and_another_begins(self) -> None:
        self.disk.close()
        self._begin()

    @rule()
    def process_is_killed_and_another_begins(self) -> None:
        """What lies on the disk at this instant is all that the next process gets."""
        self.lives += 1
        after = self.path.with_name(f"{self.lives}.db")
        shutil.copyfile(self.path, after)
        log = self.path.with_name(f"{self.path.name}-wal")
        if log.exists():
            shutil.copyfile(log, after.with_name(f"{after.name}-wal"))
        self.disk.close()
        self.path = after
        self._begin()

    def _begin(self) -> None:
        self.disk = open_journal(self.path, create=False)
        assert self.disk.recover(NOW) == self.memory.recover(NOW)

    @rule()
    def dry_run_sees_the_same_and_changes_nothing(self) -> None:
        self.disk.close()
        with scratch_journal(self.path) as scratch:
            assert scratch.open_mails() == self.memory.open_mails()
            scratch.record([record(50)], mark(51), NOW)
            scratch.claim(claim(50), permitted)
        self.disk = open_journal(self.path, create=False)

    @rule(
        key=keys,
        sender=senders,
        thread=st.lists(ids | st.sampled_from(("", *OURS)), max_size=4).map(tuple),
        now=instants,
        where=st.none() | refs,
        envelope=senders,
    )
    def history_is_the_same(
        self,
        key: str,
        sender: str,
        thread: tuple[str, ...],
        now: datetime,
        where: MessageRef | None,
        envelope: str,
    ) -> None:
        domain = sender.rpartition("@")[2]
        said = [
            (
                journal.recall(
                    account="support",
                    reply_key=key,
                    sender_canonical=sender,
                    related_ids=thread,
                    now=now,
                    ref=where,
                    envelope_canonical=envelope,
                ),
                *(
                    journal.usage(account=account, recipient_domain=domain, now=now)
                    for account in ACCOUNTS
                ),
                *(journal.health(account, now) for account in ACCOUNTS),
            )
            for journal in (self.disk, self.memory)
        ]
        assert said[0] == said[1]
        assert said[0][0].handled <= (key in self.claimed)

    @invariant()
    def both_journals_agree(self) -> None:
        states = list(OutboxState)
        assert self.disk.outbox(states) == self.memory.outbox(states)
        assert self.disk.open_mails() == self.memory.open_mails()
        assert self.disk.tripped() == self.memory.tripped()
        assert self.disk.promises() == self.memory.promises()
        for mailbox in (*MAILBOXES, "Sent"):
            assert self.disk.mailbox("support", mailbox) == self.memory.mailbox("support", mailbox)
            for uidvalidity in (1, 2):
                place = ("support", mailbox, uidvalidity)
                assert self.disk.pending(*place) == self.memory.pending(*place)
        assert self.disk.pending_mails() == self.memory.pending_mails()

    @invariant()
    def no_reply_key_is_claimed_twice(self) -> None:
        assert len(self.claimed) == len(set(self.claimed))
        kept = [entry.reply_key for entry in self.disk.outbox(list(OutboxState))]
        assert kept == self.claimed

    @invariant()
    def only_what_went_out_promises(self) -> None:
        for promise in self.disk.promises():
            entry = self.disk.entry(promise.entry_id)
            assert entry is not None
            assert entry.state in (OutboxState.SENT, OutboxState.DRAFTED)

    @invariant()
    def nothing_recorded_is_lost(self) -> None:
        for mail_id in self.recorded:
            kept = self.disk.mail(mail_id)
            assert kept is not None
            assert kept == self.memory.mail(mail_id)


TestJournalMachine = JournalMachine.TestCase
TestJournalMachine.settings = settings(
    max_examples=20,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
