"""Many senders with one topic: told once, held where it is odd, no alarm about anything else."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from tests.support.build import NOW, customers, policy, template
from tests.support.fake_transport import Sent
from tests.support.house import House, bounce, letter
from tests.support.reddit import EVERYDAY, NIGHT, night, writes

from inboxwatch.app.desk import MADE_OF_KEPT
from inboxwatch.app.incidents import answer, close, drafts
from inboxwatch.app.outbox import Outbox, work
from inboxwatch.core.run_summary import run_fields
from inboxwatch.core.summary import outcome_fields
from inboxwatch.core.triage.fingerprint import scheme
from inboxwatch.errors import UsageError
from inboxwatch.model.customer import Customer
from inboxwatch.model.outcome import OutboxState
from inboxwatch.model.policy import Limits, SurgePolicy, Tone
from inboxwatch.model.surge import Suspicion
from inboxwatch.render.run import run_lines

if TYPE_CHECKING:
    from inboxwatch.model.alert import Alert
    from inboxwatch.model.surge import Surge

INCIDENT = template(
    "",
    name="incident",
    body="Hello {{ greeting_name }},\n\n{% if is_answer %}you{% else %}many{% endif %} wrote about "
    "{{ incident or 'this' }}.\n\n{{ sign }}\n",
)
JOKE = template("business", name="joke", tone=Tone.FUNNY, body="Ha!\n\n{{ sign }}\n")
KITE_BROKE = (
    "Hello {n}, I bought a large blue kite at your market stall last Sunday, it broke after one "
    "flight over the beach, and my daughter cried all evening. Please send a new one to my flat."
)
WIDE = Limits(run=500, account_hour=500, day=900, tripwire=500)


def house(**fields: object) -> House:
    """A house after its baseline, with an incident template and no cap in the way."""
    templates = (*policy().templates, INCIDENT, JOKE)
    given = {"templates": templates, "limits": WIDE, **fields}
    return House(policy=policy(**given)).after_baseline()


def settled() -> House:
    """The same a week later: sixty people have written about this and that."""
    here = house()
    for number in range(60):
        about = EVERYDAY[number % len(EVERYDAY)]
        writes(here, f"p{number}@shop{number}.example", about)
        here.clock.pass_by(hours=2)
    assert run_on(here) == ()
    here.clock.pass_by(days=2)
    return here


def run_on(here: House) -> tuple[Alert, ...]:
    return here.run().alerts


def only(here: House) -> Surge:
    (surge,) = here.journal.surges()
    return surge


def test_the_reddit_night_gives_one_alert_with_the_phrase_and_samples() -> None:
    here, told = settled(), []
    for hour in range(8):
        night(here, 5, first=5 * hour, minutes=12)
        told += run_on(here)
    (alert,) = told
    assert alert.kind == "surge"
    assert alert.title == "5 senders write about “promo code”, usually none"
    assert alert.lines[0] == "5 mails: first Wed 25 Nov, 10:31, latest Wed 25 Nov, 11:19"
    assert alert.lines[2] == "#61 guest0@host0.example: Free kites?"
    assert alert.lines[6] == "#65 guest4@host4.example: Question"
    assert alert.mail_id == 61
    assert alert.next_step == "inboxwatch surge answer 1 --template incident --about WORDS"
    surge = only(here)
    assert (surge.senders, surge.mails, surge.phrase) == (40, 40, "promo code")


def test_a_whole_night_that_is_read_in_the_morning_is_one_alert() -> None:
    here = house()
    night(here, 60, minutes=8)
    (alert,) = run_on(here)
    assert "“promo code”" in alert.title
    assert only(here).senders == 60
    assert run_on(here) == ()


def test_it_is_told_again_when_ten_times_as_many_have_written() -> None:
    here = settled()
    night(here, 5, minutes=1)
    (first,) = run_on(here)
    night(here, 44, first=5, minutes=1)
    assert run_on(here) == ()
    night(here, 3, first=49, minutes=1)
    (again,) = run_on(here)
    assert again.title == "By now 52 senders write about “promo code”"
    assert again.key != first.key
    night(here, 100, first=52, minutes=1)
    assert run_on(here) == ()


def test_it_is_found_among_the_mail_of_any_day() -> None:
    here = house()
    for day in range(20):
        for number, about in enumerate(EVERYDAY):
            writes(here, f"c{day}-{number}@shop{number}.example", about)
            here.clock.pass_by(minutes=50)
        here.clock.at = NOW + timedelta(days=day + 1)
        assert run_on(here) == ()
    night(here, 6, minutes=3)
    (alert,) = run_on(here)
    assert alert.title.startswith("6 senders write about “promo code”, usually none")


def test_one_customer_who_writes_ten_times_is_no_surge() -> None:
    here = house()
    for number in range(10):
        writes(here, "ann@customer.example", NIGHT[number])
        here.clock.pass_by(minutes=3)
    assert run_on(here) == ()
    assert here.journal.surges() == ()


def test_a_tag_in_the_address_makes_nobody_many() -> None:
    here = house()
    for number in range(10):
        writes(here, f"ann+{number}@customer.example", EVERYDAY[number])
    assert run_on(here) == ()


def test_a_storm_of_bounces_is_no_surge() -> None:
    here = house()
    for number in range(40):
        sent = Sent("support@acme.example", f"p{number}@gone{number}.example", letter())
        here.deliver(bounce(sent, at=here.clock.now()))
    assert run_on(here) == ()


@pytest.mark.parametrize(
    ("subject", "headers", "text"),
    [
        ("Our spring kites", "List-Unsubscribe: <https://x.example/u>\n", "Big spring kite sale!"),
        ("Re: Kite news", "Auto-Submitted: auto-replied\n", "The spring kite fair took me away."),
        ("Automatic reply: Kite news", "", "I am at the spring kite fair."),
        ("Re: Kite news", "", "I am out of the office until the spring kite fair is over."),
        ("AW: Kite news", "", "Ich bin bis zur Drachenmesse nicht im Büro."),
        ("Re: Kite news", "", "Your ticket has been received at the kite desk, number 12."),
    ],
)
def test_newsletters_and_what_machines_answer_to_ours_are_no_surge(
    subject: str, headers: str, text: str
) -> None:
    here = house()
    for number in range(30):
        writes(here, f"p{number}@host{number}.example", (subject, text), headers=headers)
        here.clock.pass_by(minutes=1)
    assert run_on(here) == ()
    assert here.journal.surges() == ()


def test_mail_in_the_spam_folder_and_forged_mail_do_not_count() -> None:
    here = house()
    forged = replace(here.policy.accounts["support"], trust=("mx.acme.example",))
    here.policy = replace(here.policy, accounts={"support": forged})
    for number in range(20):
        mail = letter(f"p{number}@host{number}.example", text=NIGHT[number % 12][1])
        here.deliver(mail, "Junk")
        here.deliver(mail.replace(b"dmarc=pass", b"dmarc=fail"))
    assert run_on(here) == ()


def test_colleagues_do_not_count() -> None:
    here = house()
    for number in range(10):
        writes(here, f"jo{number}@acme.example", NIGHT[number])
    assert run_on(here) == ()


def test_different_words_about_everyday_things_are_no_surge() -> None:
    here = house()
    for number in range(60):
        about = EVERYDAY[number % len(EVERYDAY)]
        writes(here, f"p{number}@host{number}.example", about)
        here.clock.pass_by(hours=3)
        assert run_on(here) == ()


def test_surges_can_be_switched_off() -> None:
    here = house(surge=SurgePolicy(enabled=False))
    night(here, 20)
    assert run_on(here) == ()
    assert here.journal.traces(NOW, NOW + timedelta(days=1), scheme=1002, limit=9) == ()


def test_of_mail_older_than_what_is_kept_nothing_is_worked_out() -> None:
    here = House(policy=policy())
    for mail_at in (NOW - MADE_OF_KEPT - timedelta(days=1), NOW - timedelta(days=1)):
        here.account.deliver("INBOX", letter("ann@archer.example", at=mail_at), mail_at)
    here.run()
    (trace,) = here.journal.traces(NOW - timedelta(days=400), NOW, scheme=scheme(), limit=9)
    assert trace.received == NOW - timedelta(days=1)


def test_fewer_senders_than_the_floor_are_no_surge() -> None:
    here = house(surge=SurgePolicy(senders=9))
    night(here, 8)
    assert run_on(here) == ()
    night(here, 1, first=8)
    assert len(run_on(here)) == 1


def test_a_dry_run_tells_of_it_as_well() -> None:
    here = house()
    night(here, 8)
    report = here.run(dry_run=True)
    (alert,) = report.alerts
    (told,) = run_fields(report)["alerts"]  # type: ignore[misc]
    assert told["title"] == alert.title
    assert told["id"] == 1


def test_a_fault_of_ours_costs_the_look_alone(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError

    here = house()
    night(here, 8)
    monkeypatch.setattr("inboxwatch.app.surges.find", fails)
    report = here.run()
    assert report.alerts == ()
    assert len(report.outcomes) == 8
    assert "surges could not be looked for" in caplog.text


# --- held for a person -------------------------------------------------------------------------


def rules(here: House) -> list[str]:
    return [
        refusal.rule
        for outcome in here.run().outcomes
        for refusal in outcome.decision.reply.refusals
    ]


def test_replies_to_new_senders_who_claim_one_offer_wait_for_a_person() -> None:
    here = house()
    night(here, 8)
    assert rules(here) == ["L14"] * 8
    assert only(here).suspicion is Suspicion.OFFER
    night(here, 2, first=8)
    assert rules(here) == ["L14"] * 2
    assert here.transport.sent == []


def test_customers_among_them_get_their_reply() -> None:
    here = house()
    night(here, 8)
    writes(here, "ann@customer.example", NIGHT[0])
    assert rules(here) == ["L14"] * 8
    assert [sent.recipient for sent in here.transport.sent] == ["ann@customer.example"]


def test_an_override_lets_a_sender_pass() -> None:
    here = house(overrides={"L14": frozenset({"@host3.example", "guest9@host9.example"})})
    night(here, 8)
    assert rules(here) == ["L14"] * 7
    night(here, 2, first=8)
    assert rules(here) == ["L14"]


def test_senders_who_have_written_before_are_many_but_not_odd() -> None:
    here = house()
    for number in range(12):
        writes(here, f"guest{number}@host{number}.example", EVERYDAY[number % 10])
        here.clock.pass_by(minutes=20)
    assert run_on(here) == ()
    here.clock.pass_by(days=3)
    night(here, 12)
    (alert,) = run_on(here)
    assert only(here).suspicion is Suspicion.NONE
    assert not any("wait for you" in line for line in alert.lines)


@pytest.mark.parametrize(
    "text",
    [
        KITE_BROKE,
        "{n}: see https://kites-for-all.example/claim/now?id={n}",
        "{n}. Please ring +49 (30) 5550-1234 about it.",
    ],
)
def test_one_text_link_or_number_under_many_names_waits_for_a_person(text: str) -> None:
    here = house()
    words = ("amber", "birch", "cedar", "daisy", "ember", "fern", "grape", "hazel")
    for word in words:
        writes(here, f"{word}@{word}.example", (word, text.format(n=word)))
        here.clock.pass_by(minutes=4)
    assert rules(here) == ["L14"] * len(words)
    assert only(here).suspicion is Suspicion.NAMES


def test_what_is_told_of_them_accuses_nobody() -> None:
    here = house()
    night(here, 8)
    (alert,) = run_on(here)
    assert "most are not to blame" in alert.lines[1]
    assert "fraud" not in " ".join((alert.title, *alert.lines)).lower()


# --- an incident -------------------------------------------------------------------------------


def test_an_incident_text_answers_the_present_and_the_coming_mails() -> None:
    here = house()
    night(here, 8)
    assert rules(here) == ["L14"] * 8
    done = answer(here.desk(), 1, "incident", "the promo code")
    assert len(done.again) == 8
    night(here, 2, first=8)
    report = here.run()
    assert len(here.transport.sent) == 10
    assert (len(report.outcomes), report.again) == (10, 8)
    fields = [outcome_fields(one) for one in report.outcomes]
    *_, total = run_lines(report, fields)
    assert total.plain.startswith("2 new mails and 8 waiting mails: 10 answered.")
    assert all(b"wrote about the promo code." in sent.octets for sent in here.transport.sent)
    drafted = report.outcomes[0].decision.reply.draft
    assert drafted is not None
    assert drafted.why == "rule surge 1"
    assert run_on(here) == ()


def test_other_mail_gets_the_text_of_the_period() -> None:
    here = house()
    night(here, 8)
    here.run()
    answer(here.desk(), 1, "incident", "")
    writes(here, "bob@other.example", EVERYDAY[3])
    here.run()
    last = {sent.recipient: sent.octets for sent in here.transport.sent}["bob@other.example"]
    assert b"wrote about" not in last


def test_many_mails_that_are_decided_again_do_not_trip_the_brake() -> None:
    here = house(limits=replace(WIDE, tripwire=5))
    night(here, 12)
    here.run()
    answer(here.desk(), 1, "incident", "the promo code")
    here.run()
    assert len(here.transport.sent) == 12


def test_nobody_is_answered_twice_by_an_assignment() -> None:
    here = house()
    here.policy = replace(
        here.policy, overrides={"L14": frozenset(f"@host{number}.example" for number in range(8))}
    )
    night(here, 8)
    here.run()
    assert len(here.transport.sent) == 8
    assert answer(here.desk(), 1, "incident", "the promo code").again == ()
    here.run()
    assert len(here.transport.sent) == 8


def test_a_mail_of_a_surge_is_not_joked_with() -> None:
    here = house(templates=(JOKE, template("business"), INCIDENT))
    for number in range(8):
        writes(here, f"guest{number}@host{number}.example", EVERYDAY[number])
    here.run()
    here.clock.pass_by(days=2)
    night(here, 8)
    here.run()
    jokes = sum(b"Ha!" in sent.octets for sent in here.transport.sent)
    for number in (30, 31):
        writes(here, f"c{number}@host{number}.example", NIGHT[number % 12])
    here.run()
    assert sum(b"Ha!" in sent.octets for sent in here.transport.sent) == jokes


def test_a_mode_of_the_teams_own_rules_stays() -> None:
    from inboxwatch.model.policy import Mode, ReplyRule  # noqa: PLC0415 - only here

    here = house(rules=(ReplyRule("look", mode=Mode.HOLD),))
    night(here, 8)
    here.run()
    answer(here.desk(), 1, "incident", "the promo code")
    here.run()
    assert here.transport.sent == []
    assert len(here.journal.outbox((OutboxState.HELD,))) == 8


@pytest.mark.parametrize(
    ("surge_id", "name", "told"),
    [
        (9, "incident", "there is no surge 9"),
        (0, "incident", "there is no surge 0"),
        (2**63, "incident", "there is no surge"),
        (1, "nothing", "there is no template 'nothing'"),
        (1, "joke", "joke is funny"),
    ],
)
def test_what_cannot_be_assigned_is_told(surge_id: int, name: str, told: str) -> None:
    here = house()
    night(here, 8)
    here.run()
    with pytest.raises(UsageError, match=told):
        answer(here.desk(), surge_id, name, "")


# --- closed ------------------------------------------------------------------------------------


def test_a_closed_surge_is_not_found_again_and_holds_nothing() -> None:
    here = house()
    night(here, 8)
    here.run()
    assert close(here.desk(), 1).closed_at is not None
    night(here, 8, first=8)
    report = here.run()
    assert report.alerts == ()
    assert len(here.transport.sent) == 8
    assert here.journal.surges() == ()
    with pytest.raises(UsageError, match="surge 1 is closed"):
        close(here.desk(), 1)


def test_a_quiet_surge_closes_by_itself() -> None:
    here = house()
    night(here, 8)
    here.run()
    here.clock.pass_by(days=8)
    writes(here, "bob@other.example", EVERYDAY[0])
    here.run()
    assert here.journal.surges() == ()


# --- help before they ask ----------------------------------------------------------------------


FLEET = tuple(
    Customer(f"f-{number}", "Flo Fleet", (f"guest{number}@host{number}.example",), tags=("fleet",))
    for number in range(10)
)
OTHERS = tuple(
    Customer(f"o-{number}", "Otis Other", (f"other{number}@other{number}.example",))
    for number in range(20)
)


def prepared(**fields: object) -> House:
    """Eight fleet customers have written about it, and the team knows what it is."""
    here = house(**fields)
    here.customers = customers(*FLEET, *OTHERS)
    night(here, 8)
    here.run()
    answer(here.desk(), 1, "incident", "the promo code")
    return here


def test_drafts_are_held_for_those_who_share_the_tag() -> None:
    here = prepared()
    done = drafts(here.desk(), 1)
    assert [(one.customer.id, one.why) for one in done.done] == [
        ("f-8", "tag fleet"),
        ("f-9", "tag fleet"),
    ]
    held = here.journal.outbox((OutboxState.HELD,))
    assert [one.recipient for one in held] == ["guest8@host8.example", "guest9@host9.example"]
    sent = len(here.transport.sent)
    here.run()
    assert len(here.transport.sent) == sent
    assert drafts(here.desk(), 1).done == ()


def test_a_person_sends_them_and_they_say_what_they_are() -> None:
    here = prepared()
    here.account.found = replace(here.account.found, sent="Sent")
    first = drafts(here.desk(), 1, limit=1)
    assert first.left == 1
    (one,) = first.done
    assert one.entry is not None
    (done,) = work(here.desk(), Outbox.send, [one.entry.id])
    assert done.ok, done.text
    octets = here.transport.sent[-1].octets.decode()
    assert "Subject: the promo code\r\n" in octets
    assert "Auto-Submitted: auto-generated\r\n" in octets
    assert "In-Reply-To" not in octets
    assert "Hello Flo Fleet,\r\n\r\nmany wrote about the promo code." in octets


def test_a_draft_is_left_alone_when_the_customer_has_written_meanwhile() -> None:
    here = prepared()
    (one, _) = drafts(here.desk(), 1).done
    assert one.entry is not None
    writes(here, "guest8@host8.example", EVERYDAY[0])
    here.policy = replace(here.policy, no_reply_addresses=frozenset({"guest8@host8.example"}))
    here.run()
    (done,) = work(here.desk(), Outbox.send, [one.entry.id])
    assert not done.ok
    assert done.text == "the customer has written meanwhile"


def test_a_draft_of_a_closed_surge_is_not_sent_any_more() -> None:
    here = prepared()
    (one, _) = drafts(here.desk(), 1).done
    assert one.entry is not None
    sent = len(here.transport.sent)
    close(here.desk(), 1)
    for verb in (Outbox.send, partial(Outbox.send, anyway=True)):
        (done,) = work(here.desk(), verb, [one.entry.id])
        assert (done.ok, done.text) == (False, "surge 1 is closed")
        assert done.next_step == f"inboxwatch outbox drop {one.entry.id}"
    assert len(here.transport.sent) == sent


def test_a_draft_in_words_of_before_is_sent_only_if_a_person_insists() -> None:
    here = prepared()
    here.account.found = replace(here.account.found, sent="Sent")
    (one, _) = drafts(here.desk(), 1).done
    assert one.entry is not None
    here.clock.pass_by(minutes=1)
    answer(here.desk(), 1, "incident", "the gift card")
    (done,) = work(here.desk(), Outbox.send, [one.entry.id])
    assert (done.ok, "was given a text again" in done.text) == (False, True)
    assert f"outbox send --anyway {one.entry.id}" in done.next_step
    (done,) = work(here.desk(), partial(Outbox.send, anyway=True), [one.entry.id])
    assert done.ok, done.text


def test_those_with_a_tag_can_be_named() -> None:
    here = prepared()
    told = Customer("n-1", "Nia", ("nia@new.example",), tags=("Wholesale",), vip=True)
    mute = replace(told, id="n-2", emails=("mute@new.example",), no_replies=True)
    here.customers = customers(*FLEET, *OTHERS, told, mute)
    done = drafts(here.desk(), 1, tags=["wholesale"]).done
    assert [(one.customer.id, one.why) for one in done] == [("n-1", "tag Wholesale")]


def test_those_who_wrote_of_the_like_before_come_first() -> None:
    here = settled()
    here.customers = customers(*OTHERS)
    writes(here, "other3@other3.example", ("Code", "Where do I type in a promo code, please?"))
    writes(here, "other4@other4.example", EVERYDAY[0])
    here.run()
    here.clock.pass_by(days=4)
    night(here, 8)
    here.run()
    answer(here.desk(), 1, "incident", "the promo code")
    done = drafts(here.desk(), 1).done
    assert [(one.customer.id, one.why) for one in done] == [("o-3", "wrote of the like before")]


def test_nobody_is_written_to_before_it_is_said_what_it_is_about() -> None:
    here = house()
    night(here, 8)
    here.run()
    with pytest.raises(UsageError, match="surge 1 has no text yet"):
        drafts(here.desk(), 1)


def test_an_address_that_bounced_is_left_alone() -> None:
    here = house()
    here.customers = customers(*FLEET, *OTHERS)
    writes(here, "guest8@host8.example", EVERYDAY[0])
    here.run()
    here.deliver(bounce(here.transport.sent[-1], at=here.clock.now()))
    here.run()
    here.clock.pass_by(days=8)
    night(here, 8)
    here.run()
    answer(here.desk(), 1, "incident", "the promo code")
    declined = {one.customer.id: one.declined for one in drafts(here.desk(), 1).done}
    assert declined["f-8"].startswith("A39")
    assert declined["f-9"] == ""
