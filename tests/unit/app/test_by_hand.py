"""What a rescued mail becomes: in the journal, in the queue, and what its sender is sent."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace
from tests.support.build import NOW, customers, template
from tests.support.house import ANN, letter
from tests.unit.app.test_doubtful import FIRM, colleague, doubting, saying, unproven
from tests.unit.app.test_sweep import genuine, house, outcomes, subjects, sweep

from inboxwatch.config.lexicon import load_lexicon
from inboxwatch.core.waiting import WaitingTerms, as_of
from inboxwatch.model.customer import Customer
from inboxwatch.model.policy import RescueMode
from inboxwatch.model.sweep import Choice, SweepOutcome

if TYPE_CHECKING:
    from tests.support.house import House

    from inboxwatch.ports import StoredMail

WORDS = "We found it after {{ delay }}.\n\n{{ sign }}\n"
ANGRY = "I am furious. I want to speak to your manager."


def apologising(**fields: Any) -> House:
    """A house in which replies have been on for twenty days."""
    at = house(run=False, reply=True, **fields)
    at.customers = customers(ANN, FIRM)
    shelf = (*at.policy.templates, template("rescued", body=WORDS))
    at.policy = replace(at.policy, templates=shelf, lexicon=load_lexicon()[0])
    at.clock.at = NOW - timedelta(days=20)
    at.run()
    at.clock.at = NOW
    return at


def lay(at: House, octets: bytes, *, days: float = 1) -> None:
    at.account.deliver("Spam", octets, at.clock.now() - timedelta(days=days))


def by_hand(at: House, *choices: Choice, **fields: Any) -> Any:
    choose, _ = saying(*(choices or (Choice.RESCUE,)))
    return sweep(at, choose=choose, **fields)


def waiting(at: House) -> StoredMail:
    (mail,) = at.journal.open_mails()
    return mail


def reasons(mail: StoredMail) -> dict[str, tuple[int, str]]:
    told: Any = mail.decision["reasons"]
    return {one["signal"]: (one["points"], one["evidence"]) for one in told}


@pytest.mark.parametrize("seen", [True, False])
@pytest.mark.parametrize("make", [colleague, unproven])
def test_a_mail_rescued_by_hand_heads_the_queue_and_no_run_drops_or_doubles_it(
    make: Any, seen: bool
) -> None:
    at = doubting() if seen else house(run=False)
    at.customers = customers(ANN, FIRM)
    at.deliver(make(1), "Spam")
    if seen:
        at.run()
    (told,) = by_hand(at).mails
    for _ in range(2):
        mail = waiting(at)
        assert told.mail_id == mail.id
        assert (mail.priority, mail.ref.mailbox) == (9, "INBOX")
        assert mail.decision["priority"] == 9
        assert reasons(mail)["rescued-customer"][1] == "a person said so"
        assert sum(points for points, _ in reasons(mail).values()) == 9
        at.clock.pass_by(minutes=1)
        assert at.run().outcomes == ()
    assert at.transport.sent == []


def test_a_mail_that_a_sweep_sees_first_is_kept_as_well() -> None:
    at = house(run=False)
    at.deliver(genuine(), "Spam")
    (told,) = sweep(at, apply=True).mails
    at.clock.pass_by(minutes=1)
    at.run()
    assert (waiting(at).id, waiting(at).priority) == (told.mail_id, 9)


def test_what_was_rescued_by_hand_keeps_its_priority_while_it_waits() -> None:
    at = doubting()
    at.deliver(unproven(1), "Spam")
    by_hand(at)
    fields: Any = waiting(at).decision
    terms = WaitingTerms(at.policy.schedule)
    assert as_of(fields, terms, NOW)["priority"] == 9
    assert as_of(fields, terms, NOW + timedelta(days=7))["priority"] == 9


def test_it_belongs_to_its_customer() -> None:
    at = doubting()
    at.deliver(colleague(1), "Spam")
    by_hand(at)
    customer: Any = waiting(at).decision["customer"]
    assert customer["id"] == FIRM.id
    assert len(at.journal.mails_of((), ("other.example",), 9)) == 1


@pytest.mark.parametrize("apply", [True, False])
def test_who_is_proven_and_rescued_by_hand_gets_the_apology_before_the_move(apply: bool) -> None:
    at = apologising()
    lay(at, colleague(1))
    (mail,) = by_hand(at, apply=apply).mails
    assert (mail.outcome, mail.reply) == (SweepOutcome.MOVED, "sent")
    (sent,) = at.transport.sent
    assert sent.recipient == "p1@other.example"
    assert [write[0] for write in at.account.writes] == ["mark_answered", "append", "move"]
    at.clock.pass_by(minutes=1)
    at.run()
    assert len(at.transport.sent) == 1


def test_who_is_not_proven_gets_none_and_the_line_says_so() -> None:
    at = apologising()
    lay(at, unproven(1))
    (mail,) = by_hand(at).mails
    assert (mail.outcome, mail.reply, at.transport.sent) == (SweepOutcome.MOVED, "", [])
    assert mail.detail == "a person said so; no apology: nothing proves the sender"


def test_nobody_gets_an_apology_for_a_mail_that_can_go_nowhere() -> None:
    at = apologising(mode=RescueMode.REVIEW)
    lay(at, colleague(1))
    report = by_hand(at)
    assert (outcomes(report), at.transport.sent) == ([("Doubtful 1", "failed")], [])
    assert "there is no mailbox Rescued" in report.mails[0].detail
    assert (at.journal.open_mails(), subjects(at, "Spam")) == ((), ["Doubtful 1"])


def angry(number: int, text: str, *, days: float) -> bytes:
    return letter(
        subject=f"Mail {number}",
        text=text,
        message_id=f"<a{number}@customer.example>",
        at=NOW - timedelta(days=days),
    )


def test_a_rescue_keeps_what_was_known_of_the_mail() -> None:
    at = house(mode=RescueMode.REPORT, create=True)
    at.policy = replace(at.policy, lexicon=load_lexicon()[0])
    for number in (1, 2, 3):
        words = f"Where is it? {ANGRY if number == 3 else ''}"
        at.account.deliver("Spam", angry(number, words, days=0), at.clock.now())
        at.clock.pass_by(minutes=10)
        at.run()
    before = {one.id: one for one in at.journal.open_mails()}
    at.clock.pass_by(days=8)  # the others are no news any more
    sweep(at, apply=True)
    after = {one.id: one for one in at.journal.open_mails()}
    assert set(after) == set(before)
    for number, mail in after.items():
        known = before[number]
        assert (mail.priority, mail.ref.mailbox) == (9, "Rescued")
        assert mail.decision["escalation"] == known.decision["escalation"]
        assert mail.decision["next_step"] == known.decision["next_step"]
        assert reasons(mail).get("repeated-mail") == reasons(known).get("repeated-mail")
        assert sum(points for points, _ in reasons(mail).values()) == 9
    assert any(one.decision["escalation"] for one in after.values())
    assert any("repeated-mail" in reasons(one) for one in after.values())


def test_what_a_person_has_dealt_with_stays_settled() -> None:
    at = house(mode=RescueMode.REPORT, create=True)
    at.deliver(genuine(), "Spam")
    at.run()
    (mail,) = at.journal.open_mails()
    at.journal.close_mails([mail.id], "answered by a person", at.clock.now())
    assert outcomes(sweep(at, apply=True)) == [("Question 1", "moved")]
    assert at.journal.open_mails() == ()
    kept = at.journal.mail(mail.id)
    assert kept is not None
    assert (kept.closed, kept.ref.mailbox) == ("answered by a person", "Rescued")


def test_while_an_escalation_is_open_no_apology_goes_out_and_the_line_names_the_rule() -> None:
    at = apologising(mode=RescueMode.REPORT, create=True)
    lay(at, angry(1, "Where is it?", days=3), days=3)
    lay(at, angry(2, ANGRY, days=2), days=2)
    at.run()
    assert len(at.journal.escalations()) == 1
    report = sweep(at, apply=True)
    assert [one.outcome for one in report.mails] == [SweepOutcome.MOVED] * 2
    assert at.transport.sent == []
    for one in report.mails:
        assert one.reply == ""
        assert one.detail.startswith("no apology: A46 an escalation of this customer is open")


def test_an_escalation_that_the_sweep_itself_finds_holds_for_older_mail_as_well() -> None:
    at = apologising(create=True)
    bob = Customer("c-2", "Bob", ("bob@other.example",))
    at.customers = customers(ANN, bob)
    lay(at, angry(1, "Where is it?", days=3), days=3)
    lay(at, angry(2, ANGRY, days=2), days=2)
    report = sweep(at, apply=True)
    told = {one.subject: (one.reply, one.detail.partition(" an ")[0]) for one in report.mails}
    assert told["Mail 1"] == ("", "no apology: A46")


def test_every_other_rule_is_named_as_well() -> None:
    at = apologising(reply_max_age=timedelta(days=10))
    lay(at, genuine(at=NOW - timedelta(days=11)), days=11)
    (mail,) = sweep(at, apply=True).mails
    assert mail.detail.startswith("no apology: A17 ")
    at = apologising()
    lay(at, genuine(1, at=NOW - timedelta(days=2)), days=2)
    lay(at, genuine(2, at=NOW - timedelta(days=1)), days=1)
    first, second = sweep(at, apply=True).mails
    assert (first.reply, first.detail) == ("sent", "")
    assert (second.reply, second.detail.partition(" t")[0]) == ("", "no apology: A17")


def test_where_nobody_is_apologised_to_nothing_is_said_of_it() -> None:
    at = house()
    at.deliver(genuine(), "Spam")
    (mail,) = sweep(at, apply=True).mails
    assert mail.detail == ""


def test_the_ended_sweep_says_what_was_not_carried_out() -> None:
    at = doubting()
    at.deliver(colleague(1), "Spam")
    assert subjects(at, "Spam") == ["Doubtful 1"]
    choose, _ = saying(Choice.STOP)
    report = sweep(at, choose=choose)
    assert (report.asked, report.unasked) == (0, 1)
    choose, _ = saying(Choice.RESCUE)
    report = sweep(at, choose=choose)
    assert (report.asked, report.unasked) == (1, 0)
    report = sweep(at)
    assert (report.asked, report.unasked) == (None, 0)
