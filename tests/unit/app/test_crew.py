"""Accounts side by side: none waits for another longer than it has to."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from tests.support.build import account, policy
from tests.support.fake_account import FakeAccount
from tests.support.house import House, StillClock, letter

from inboxwatch.app.crew import Brought, Crew, Finished
from inboxwatch.app.desk import Desk, Doors, Rules
from inboxwatch.app.poll import Poll
from inboxwatch.errors import UnreachableError
from inboxwatch.model.outcome import OutboxState

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pytest

    from inboxwatch.errors import MailboxError
    from inboxwatch.model.message import RawMessage
    from inboxwatch.ports import MailboxState


def test_everything_that_jobs_bring_comes_out_and_then_it_ends() -> None:
    crew: Crew[int] = Crew(StillClock())
    crew.start("a", lambda: range(50))
    crew.start("b", lambda: range(50))
    events = list(crew.events())
    brought = [event.item for event in events if isinstance(event, Brought)]
    assert sorted(brought) == sorted([*range(50), *range(50)])
    assert crew.working == frozenset()


def test_what_ends_one_job_does_not_end_another() -> None:
    def broken() -> Iterator[int]:
        yield 1
        raise RuntimeError("a bug")

    crew: Crew[int] = Crew(StillClock())
    crew.start("broken", broken)
    crew.start("fine", lambda: [2])
    ends = {event.account: event.error for event in crew.events() if isinstance(event, Finished)}
    assert isinstance(ends["broken"], RuntimeError)
    assert ends["fine"] is None


def test_a_job_started_while_taking_up_a_result_is_waited_for() -> None:
    crew: Crew[str] = Crew(StillClock())
    crew.start("a", lambda: ["first"])
    seen = []
    for event in crew.events(wait=0.0):
        if isinstance(event, Brought):
            seen.append(event.item)
            if event.item == "first":
                crew.start("a", lambda: ["second"])
    assert seen == ["first", "second"]


def test_one_that_is_silent_is_taken_up_afterwards() -> None:
    gate = threading.Event()

    def silent() -> Iterator[str]:
        gate.wait(30)
        yield "late"

    crew: Crew[str] = Crew(StillClock())
    crew.start("silent", silent)
    crew.start("quick", lambda: ["early"])
    first = [event.item for event in crew.events(wait=2.0) if isinstance(event, Brought)]
    assert first == ["early"]
    assert crew.working == {"silent"}
    gate.set()
    assert [event.item for event in crew.events() if isinstance(event, Brought)] == ["late"]


def test_one_that_never_brings_anything_is_given_up() -> None:
    gate = threading.Event()

    def stuck() -> Iterator[str]:
        gate.wait(30)
        return iter(())

    crew: Crew[str] = Crew(StillClock(), patience=3.0)
    crew.start("stuck", stuck)
    crew.start("quick", lambda: ["early"])
    ends = {event.account: event.error for event in crew.events() if isinstance(event, Finished)}
    gate.set()
    assert ends["quick"] is None
    assert isinstance(ends["stuck"], TimeoutError)
    assert crew.working == frozenset()


def test_who_is_silent_when_the_run_has_to_end_is_given_up_at_once() -> None:
    gate = threading.Event()

    def silent() -> Iterator[str]:
        gate.wait(30)
        return iter(())

    crew: Crew[str] = Crew(StillClock(), patience=1e9, stop=lambda: True)
    crew.start("silent", silent)
    ends = [event for event in crew.events() if isinstance(event, Finished)]
    gate.set()
    assert [str(one.error) for one in ends] == ["still silent when the run ended"]
    assert crew.working == frozenset()


class SilentAccount(FakeAccount):
    """An account whose server accepts the connection and says nothing until it is let."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.gate = threading.Event()

    def states(self, mailboxes: Sequence[str]) -> Mapping[str, MailboxState | MailboxError]:
        self.gate.wait(30)
        return super().states(mailboxes)


def test_a_silent_account_is_decided_in_a_round_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("inboxwatch.app.poll.DECIDE_WAIT", 2.0)
    both = policy(accounts={"support": account(), "sales": account("sales", "sales@acme.example")})
    silent, quick = SilentAccount("support"), FakeAccount("sales")
    house = House(accounts={"support": silent, "sales": quick}, policy=both)
    silent.gate.set()
    house.after_baseline()
    silent.gate.clear()
    silent.deliver("INBOX", letter(), house.clock.now())
    quick.deliver("INBOX", letter("b@other.example", to="sales@acme.example"), house.clock.now())
    desk = Desk(
        rules=Rules(lambda: (house.policy, house.customers)),
        replies_enabled=True,
        doors={name: Doors(one, house.transport) for name, one in house.accounts.items()},
        journal=house.journal,
        clock=house.clock,
    )
    rounds = Poll(desk, house.clock.now(), None).rounds()
    assert [one.decision.account for one in next(rounds).judged] == ["sales"]
    silent.gate.set()
    assert [one.decision.account for one in next(rounds).judged] == ["support"]
    assert list(rounds) == []


def test_for_an_account_that_failed_before_the_others_do_not_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("inboxwatch.app.poll.DECIDE_WAIT", 10_000.0)
    names = ("support", "sales")
    both = policy(accounts={name: account(name, f"{name}@acme.example") for name in names})
    silent, quick = SilentAccount("support"), FakeAccount("sales")
    house = House(accounts={"support": silent, "sales": quick}, policy=both)
    silent.gate.set()
    house.after_baseline()
    silent.fail("connect", UnreachableError("support: timed out"))
    house.run()
    house.clock.pass_by(hours=2)
    silent.gate.clear()
    quick.deliver("INBOX", letter("b@other.example", to="sales@acme.example"), house.clock.now())
    house.transport.before = silent.gate.set
    report = house.run()
    assert [one.state for one in report.outcomes] == [OutboxState.SENT]
    assert report.failures == ()
    assert silent.gate.is_set()


class SlowAccount(FakeAccount):
    """An account whose mailbox comes in two parts, the second when it is let."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.gate = threading.Event()
        self.fetching = False

    def fetch(self, *args: Any, **kwargs: Any) -> Iterator[tuple[RawMessage, ...]]:
        self.fetching = True
        for number, batch in enumerate(super().fetch(*args, **kwargs)):
            if number:
                self.gate.wait(30)
            yield batch
        self.fetching = False


def test_an_account_that_is_still_reading_is_left_alone_until_it_has_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("inboxwatch.app.poll.DECIDE_WAIT", 2.0)
    both = policy(accounts={"support": account(), "sales": account("sales", "sales@acme.example")})
    slow, quick = SlowAccount("support"), FakeAccount("sales")
    house = House(accounts={"support": slow, "sales": quick}, policy=both).after_baseline()
    for number in range(60):
        slow.deliver("INBOX", letter(f"a@shop{number}.example"), house.clock.now())
    quick.deliver("INBOX", letter("b@other.example", to="sales@acme.example"), house.clock.now())
    desk = Desk(
        rules=Rules(lambda: (house.policy, house.customers)),
        replies_enabled=True,
        doors={name: Doors(one, house.transport) for name, one in house.accounts.items()},
        journal=house.journal,
        clock=house.clock,
    )
    rounds = Poll(desk, house.clock.now(), None).rounds()
    first = next(rounds)
    assert slow.fetching
    assert {one.decision.account for one in first.judged} == {"sales"}
    assert set(first.mailboxes) == {"sales"}
    slow.gate.set()
    second = next(rounds)
    assert len(second.judged) == 60
    assert set(second.mailboxes) == {"support"}


def test_an_account_that_was_given_up_is_not_acted_on(monkeypatch: pytest.MonkeyPatch) -> None:
    house = House(accounts={"support": SlowAccount("support")}).after_baseline()
    slow = house.account
    assert isinstance(slow, SlowAccount)
    for number in range(60):
        house.deliver(letter(f"a@shop{number}.example"))
    monkeypatch.setattr("inboxwatch.app.crew.PATIENCE", 3.0)
    report = house.run()
    slow.gate.set()
    assert [failure.account for failure in report.failures] == ["support"]
    assert report.outcomes == ()
    assert house.transport.sent == []
    assert len(house.journal.pending("support", "INBOX", 1)) == 50
