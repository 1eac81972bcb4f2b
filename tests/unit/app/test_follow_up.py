"""Which flags a run asks for, so that nothing is missed and little is asked."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace
from tests.support.build import policy
from tests.support.fake_account import FakeAccount
from tests.support.house import House, letter
from tests.support.journal import record

from inboxwatch.app import follow_up
from inboxwatch.errors import MailboxError, UnreachableError
from inboxwatch.model.message import MessageRef
from inboxwatch.ports import Mailboxes

READING = ["connect", "mailboxes", "states"]
"""All that a run with nothing new asks of an account (the memory's states are its state)."""


class Watching(FakeAccount):
    """An account that remembers which flags were asked for."""

    def __init__(self) -> None:
        super().__init__(mailboxes=Mailboxes("INBOX", ("Spam",), "Sent", review="Review"))
        self.asked: list[tuple[str, list[int], bool]] = []

    def flags(self, mailbox: str, uidvalidity: int, uids: Any, *, changed_since: int = 0) -> Any:
        self.asked.append((mailbox, list(uids), bool(changed_since)))
        return super().flags(mailbox, uidvalidity, uids, changed_since=changed_since)


def silent_house(mails: int = 3, *, condstore: bool = True) -> tuple[House, Watching]:
    """A house that answers nobody, with some open mails that were looked at once."""
    account = Watching()
    account.condstore = condstore
    house = House(accounts={"support": account}, policy=policy(replies_enabled=False))
    house.after_baseline()
    for number in range(mails):
        house.deliver(letter(f"c{number}@shop{number}.example"))
    house.run()
    house.clock.pass_by(minutes=5)
    forget(account)
    return house, account


def forget(account: Watching) -> None:
    account.calls.clear()
    account.asked.clear()


def open_uids(house: House) -> list[int]:
    return sorted(mail.ref.uid for mail in house.journal.open_mails())


def test_a_run_with_nothing_new_asks_for_no_flags() -> None:
    house, account = silent_house()
    house.run()
    assert [call for call in account.calls if call != "state"] == READING
    assert open_uids(house) == [1, 2, 3]


def test_without_condstore_the_flags_of_the_open_mails_are_asked_for_each_time() -> None:
    house, account = silent_house(condstore=False)
    house.run()
    house.run()
    assert account.asked == [("INBOX", [1, 2, 3], False)] * 2


@pytest.mark.parametrize("condstore", [True, False])
def test_an_answer_by_hand_is_found_once(condstore: bool) -> None:
    house, account = silent_house(condstore=condstore)
    account.set_flags("INBOX", 2, "\\Seen", "\\Answered")
    assert house.run().closed == 1
    assert open_uids(house) == [1, 3]
    assert account.asked == [("INBOX", [1, 2, 3], condstore)]
    forget(account)
    assert house.run().closed == 0
    assert bool(account.asked) is not condstore


@pytest.mark.parametrize("condstore", [True, False])
def test_a_correction_from_a_mail_program_is_found(condstore: bool) -> None:
    house, account = silent_house(condstore=condstore)
    account.set_flags("INBOX", 3, "$iw-up")
    house.run()
    assert [one.exact for one in house.journal.corrections()] == [False]


@pytest.mark.parametrize("condstore", [True, False])
def test_what_is_gone_is_noticed_though_as_many_came(condstore: bool) -> None:
    house, account = silent_house(condstore=condstore)
    account.expunge("INBOX", 1)
    house.deliver(letter("new@shop.example"))
    assert house.run().closed == 1
    assert open_uids(house) == [2, 3, 4]


def test_new_mail_asks_for_what_has_changed_and_no_more() -> None:
    house, account = silent_house()
    house.deliver(letter("new@shop.example"))
    house.run()
    assert account.asked == [("INBOX", [1, 2, 3, 4], True)]


def test_once_a_day_all_are_looked_at_again() -> None:
    house, account = silent_house()
    house.clock.pass_by(hours=23)
    house.run()
    assert account.asked == []
    house.clock.pass_by(hours=1)
    house.run()
    house.run()
    assert account.asked == [("INBOX", [1, 2, 3], False)]


@pytest.mark.parametrize("error", [MailboxError("no rights"), UnreachableError("gone")])
def test_a_look_that_failed_is_taken_again(error: Any) -> None:
    house, account = silent_house()
    account.set_flags("INBOX", 2, "\\Answered")
    account.fail("flags", error)
    assert house.run().closed == 0
    assert house.run().closed == 1


def test_a_change_between_the_state_and_the_look_is_not_missed() -> None:
    house, account = silent_house()
    account.set_flags("INBOX", 1, "\\Seen")
    real = account.flags

    def late(*args: Any, **kwargs: Any) -> Any:
        found = real(*args, **kwargs)
        account.set_flags("INBOX", 2, "\\Answered")
        account.flags = real  # type: ignore[method-assign]
        return found

    account.flags = late  # type: ignore[method-assign]
    assert house.run().closed == 0
    assert house.run().closed == 1


def test_renumbered_mails_are_not_taken_for_unchanged() -> None:
    house, account = silent_house()
    account.change_uidvalidity("INBOX", 9)
    house.run()
    house.run()
    assert {mail.ref.uidvalidity for mail in house.journal.open_mails()} == {9}


@pytest.mark.parametrize(("condstore", "found"), [(True, 1), (False, 0)])
def test_mails_beyond_the_most_urgent(
    monkeypatch: pytest.MonkeyPatch, condstore: bool, found: int
) -> None:
    """Where the server tells what changed all of them are followed, else the window's."""
    monkeypatch.setattr(follow_up, "AT_ONCE", 2)
    house, account = silent_house(4, condstore=condstore)
    account.set_flags("INBOX", 4, "\\Answered")
    assert house.run().closed == found


def looked_at(account: Watching) -> list[tuple[list[int], bool]]:
    """The UIDs whose flags the last run asked for, and whether only what has changed."""
    found = [(uids, changed) for _, uids, changed in account.asked]
    forget(account)
    return found


def test_where_too_many_are_open_only_the_most_urgent_are_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(follow_up, "AT_ONCE", 2)
    monkeypatch.setattr(follow_up, "FOLLOWED", 4)
    house, account = silent_house(7)
    house.run()
    assert looked_at(account) == []
    account.expunge("INBOX", 1)
    account.expunge("INBOX", 3)
    closed = [(house.run().closed, looked_at(account)) for _ in range(4)]
    assert closed == [
        (1, [([1, 2], False)]),
        (1, [([2, 3], False)]),  # who comes next may be gone as well
        (0, [([2, 4], False)]),
        (0, []),
    ]
    account.set_flags("INBOX", 5, "\\Answered")
    assert (house.run().closed, looked_at(account)) == (1, [([2, 4, 5, 6], True)])
    assert open_uids(house) == [2, 4, 6, 7]


def with_review(house: House, account: Watching) -> None:
    """From now on the account has the mailbox for rescued mail."""
    account.found = Mailboxes("INBOX", ("Spam",), "Sent", review="Review", has_review=True)
    account.deliver("Review", letter("r@shop.example"), house.clock.now())


def test_the_mailbox_for_rescued_mail_is_followed_and_never_read() -> None:
    house, account = silent_house(1)
    with_review(house, account)
    house.run()
    assert open_uids(house) == [1]
    there = replace(house.journal.mails[1].stored, ref=MessageRef("support", "Review", 1, 1))  # type: ignore[attr-defined]
    house.journal.mails[1].stored = there  # type: ignore[attr-defined]
    house.run()
    forget(account)
    house.run()
    assert account.asked == []
    account.set_flags("Review", 1, "\\Answered")
    assert house.run().closed == 1
    assert account.asked == [("Review", [1], True)]


def test_a_mailbox_for_rescued_mail_that_cannot_be_opened_keeps_nothing_from_being_read() -> None:
    house, account = silent_house(1)
    with_review(house, account)
    del account.boxes["Review"]
    house.deliver(letter("new@shop.example"))
    assert house.run().failures == ()
    assert open_uids(house) == [1, 2]


def test_a_run_with_nothing_new_does_not_read_the_queue(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(follow_up, "AT_ONCE", 2)
    house, account = silent_house(4)
    limits: list[int] = []
    real = house.journal.watched

    def watched(*args: Any, **kwargs: Any) -> Any:
        limits.append(kwargs["limit"])
        return real(*args, **kwargs)

    house.journal.watched = watched  # type: ignore[method-assign]
    house.run()
    assert (limits, account.asked) == ([], [])
    account.set_flags("INBOX", 4, "\\Answered")
    assert house.run().closed == 1
    assert limits == [2, 5000]


def test_mail_that_lies_where_nobody_tells_what_changed_is_looked_at_beside_one_at_rest() -> None:
    house, account = silent_house()
    old = MessageRef("support", "INBOX", 9, 7)
    house.journal.record([record(7, ref=old, received=house.clock.now())], None, house.clock.now())
    house.run()
    assert account.asked == [("INBOX", [7], False)]


class Stale(Watching):
    """A server whose STATUS tells an old UIDNEXT, though it counts the mails."""

    def __init__(self) -> None:
        super().__init__()
        self.uidnext: dict[str, int] = {}

    def states(self, mailboxes: Any) -> Any:
        told = super().states(mailboxes)
        return {
            name: replace(state, uidnext=self.uidnext.get(name, state.uidnext))
            for name, state in told.items()
        }


@pytest.mark.parametrize("condstore", [True, False])
@pytest.mark.parametrize("behind", [0, 1])
def test_a_status_that_contradicts_the_one_before_is_not_believed(
    condstore: bool, behind: int
) -> None:
    account = Stale()
    account.condstore = condstore
    house = House(accounts={"support": account}, policy=policy(replies_enabled=False))
    house.after_baseline()
    house.deliver(letter("ann@shop.example"))
    house.run()
    account.expunge("INBOX", 1)
    house.run()
    account.uidnext["INBOX"] = 2 - behind
    house.deliver(letter("eve@shop.example"))
    report = house.run()
    assert [one.decision.ref.uid for one in report.outcomes if one.decision.ref] == [2]
    assert not report.baselines
