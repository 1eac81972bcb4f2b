"""What needs a person is told once, by whatever channel, and again if telling failed."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from tests.support.build import NOW, account, policy
from tests.support.fake_transport import FakeTransport
from tests.support.house import House, StillClock, letter

from inboxwatch.app.attention import awake, gather
from inboxwatch.app.notify import MailNotifier
from inboxwatch.app.run import run
from inboxwatch.config.lexicon import load_lexicon
from inboxwatch.core.run_summary import exit_code, run_fields
from inboxwatch.errors import ExitCode
from inboxwatch.model.alert import Alert
from inboxwatch.model.case import Deed
from inboxwatch.model.conversation import OwnMail, Pledge
from inboxwatch.model.customer import Customers
from inboxwatch.model.outcome import OutboxState
from inboxwatch.ports.notifier import Notified
from inboxwatch.store.sqlite import open_journal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from inboxwatch.core.run_summary import RunReport

MANAGER = "I want to speak to a manager."


class Listening:
    """A channel that notes what it is told, and fails as long as it is told to."""

    def __init__(self, fault: str = "") -> None:
        self.fault = fault
        self.told: list[Alert] = []

    def notify(self, alerts: Sequence[Alert]) -> Notified:
        if not self.fault:
            self.told += alerts
        return Notified(not self.fault, self.fault)


@pytest.fixture(params=["memory", "sqlite"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    made = House(policy=policy(lexicon=load_lexicon()[0]))
    if request.param == "sqlite":
        made.journal = open_journal(tmp_path / "state.db")
    yield made.after_baseline()
    made.journal.close()


def go(house: House, channel: Listening, *, dry_run: bool = False) -> RunReport:
    house.clock.pass_by(minutes=5)
    return run(replace(house.desk(dry_run=dry_run), notifier=channel))


def test_an_escalation_is_told_once_and_each_further_request_again(house: House) -> None:
    channel = Listening()
    house.deliver(letter(text=MANAGER, at=house.clock.now()))
    report = go(house, channel)
    assert [one.kind for one in report.alerts] == ["escalation"]
    assert channel.told == list(report.alerts)
    assert go(house, channel).alerts == ()
    house.deliver(letter(text=MANAGER + " Now.", at=house.clock.now()))
    (again,) = go(house, channel).alerts
    assert "asked 2 times: manager-request “speak to a manager”" in again.lines
    assert len(channel.told) == 2


INSULT = "You are absolute idiots."


def test_while_an_escalation_is_open_no_canned_text_goes_out(house: House) -> None:
    house.deliver(letter(text=INSULT, at=house.clock.now()))
    go(house, Listening())
    house.clock.pass_by(days=1)
    house.deliver(letter(subject="Hello?", text="You say I owe $400.", at=house.clock.now()))
    (outcome,) = go(house, Listening()).outcomes
    assert [one.rule for one in outcome.decision.reply.refusals] == ["A46"]
    assert house.transport.sent == []
    (open_one,) = house.journal.escalations()
    house.journal.done(open_one.mail_id, Deed(house.clock.now()))
    house.clock.pass_by(days=1)
    house.deliver(letter(subject="One more", text="Do you sell bells?", at=house.clock.now()))
    assert go(house, Listening()).outcomes[0].state is OutboxState.SENT


def test_what_escalates_in_the_same_run_counts_if_it_came_before(house: House) -> None:
    for text in ("Where is my parcel?", INSULT, "Hello? You say I owe $400."):
        house.clock.pass_by(minutes=1)
        house.deliver(letter(subject=text[:5], text=text, at=house.clock.now()))
    found = {one.decision.subject: one for one in go(house, Listening()).outcomes}
    assert found["Where"].state is OutboxState.SENT
    assert "A46" in {one.rule for one in found["Hello"].decision.reply.refusals}


def test_a_channel_that_failed_is_tried_again_and_the_run_says_so(house: House) -> None:
    channel = Listening("the server is away")
    house.deliver(letter(text=MANAGER, at=house.clock.now()))
    report = go(house, channel)
    assert report.untold == "the server is away"
    assert exit_code(report) is ExitCode.INCOMPLETE
    channel.fault = ""
    assert go(house, channel).untold == ""
    assert len(channel.told) == 1


def test_a_dry_run_tells_its_reader_alone(house: House) -> None:
    channel = Listening()
    house.deliver(letter(text=MANAGER, at=house.clock.now()))
    assert len(go(house, channel, dry_run=True).alerts) == 1
    assert channel.told == []


def test_what_was_put_off_is_not_told_and_not_awake(house: House) -> None:
    channel = Listening()
    house.deliver(letter(text=MANAGER, at=house.clock.now()))
    go(house, channel)
    (escalation,) = house.journal.escalations()
    now = house.clock.now()
    house.journal.snooze(escalation.mail_id, now + timedelta(days=1), now)
    items = gather(house.journal, now, lambda: house.policy.schedule)
    assert len(items) == 1
    assert awake(items) == ()


def test_forged_mail_escalates_nothing(house: House) -> None:
    trusting = {"support": account(trust=("mx.acme.example",))}
    house.policy = replace(house.policy, accounts=trusting)
    forged = letter(text=MANAGER, at=house.clock.now()).replace(b"dmarc=pass", b"dmarc=fail")
    house.deliver(forged)
    assert go(house, Listening()).alerts == ()
    assert house.journal.escalations() == ()


def test_a_notice_is_one_mail_for_each_recipient_that_nobody_answers(house: House) -> None:
    transport = FakeTransport()
    channel = notifier(house, transport)
    hostile = Alert("k2", "escalation", "x\r\nBcc: eve@evil.example", ("a line",), "call")
    told = channel.notify([Alert("k1", "escalation", "#7 has to reach a person"), hostile])
    assert told == Notified(reached=True)
    assert [one.recipient for one in transport.sent] == ["jo@acme.example", "kim@acme.example"]
    mail = message_from_bytes(transport.sent[0].octets)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Inboxwatch-Loop"] == house.policy.loop_marker
    assert mail["Subject"] == "[inboxwatch] #7 has to reach a person and 1 more"
    assert mail["Bcc"] is None


def test_our_own_notice_in_a_watched_inbox_is_nobody_s_work(house: House) -> None:
    transport = FakeTransport()
    notifier(house, transport).notify([Alert("k1", "escalation", "#7: " + MANAGER)])
    house.deliver(transport.sent[0].octets)
    report = go(house, Listening())
    assert report.outcomes[0].decision.automatic
    assert house.journal.open_mails() == ()


@pytest.mark.parametrize(
    ("answers", "brake", "fault"),
    [({"rcpt": 550}, "", "was not sent"), ({"dot": None}, "", ""), ({}, "stopped", "stopped")],
)
def test_what_goes_wrong_is_said_and_what_may_have_arrived_is_not_repeated(
    house: House, answers: dict[str, int | None], brake: str, fault: str
) -> None:
    transport = FakeTransport(answers=answers)
    channel = replace(notifier(house, transport), brake=lambda: brake)
    found = channel.notify([Alert("k1", "escalation", "#7")])
    assert fault in found.fault
    assert found.reached == (not fault)


def test_one_who_is_refused_is_no_reason_to_tell_the_others_every_five_minutes(
    house: House,
) -> None:
    transport = FakeTransport()

    def refuse_the_second() -> None:
        transport.answers = {"rcpt": 550} if len(transport.sent) == 1 else {}

    transport.before = refuse_the_second
    house.deliver(letter(text=MANAGER, at=house.clock.now()))
    channel = notifier(house, transport)
    report = run(replace(house.desk(), notifier=channel))
    assert "kim@acme.example was not sent" in report.untold
    house.clock.pass_by(minutes=5)
    again = run(replace(house.desk(), notifier=channel))
    assert (again.alerts, again.untold) == ((), "")
    assert [one.recipient for one in transport.sent] == ["jo@acme.example"]


def test_what_a_stranger_writes_in_a_colleague_s_name_stays_in_the_queue(house: House) -> None:
    forged = letter("jo@acme.example", to="support@acme.example, eve@evil.example")
    house.deliver(forged)
    go(house, Listening())
    assert [one.sender for one in house.journal.open_mails()] == ["jo@acme.example"]


def notifier(house: House, transport: FakeTransport) -> MailNotifier:
    return MailNotifier(
        recipients=("jo@acme.example", "kim@acme.example"),
        account="support",
        policy=lambda: house.policy,
        transport=transport,
        clock=StillClock(NOW),
        brake=lambda: "",
    )


@pytest.mark.parametrize(
    ("flags", "wanted"),
    [({"$iw-up"}, [4]), ({"$IW-Down"}, [2]), ({"$iw-up", "$iw-down"}, []), ({"\\Seen"}, [])],
)
def test_a_keyword_from_any_mail_client_is_remembered(
    house: House, flags: set[str], wanted: list[int]
) -> None:
    house.customers = Customers()
    house.deliver(letter(at=house.clock.now()), flags=frozenset(flags))
    go(house, Listening())
    assert [one.wanted for one in house.journal.corrections()] == wanted
    assert not any(one.exact for one in house.journal.corrections())


def test_every_run_says_how_promises_were_kept(house: House) -> None:
    house.deliver(letter(at=house.clock.now()))
    go(house, Listening())
    assert run_fields(go(house, Listening()))["promises"] == {
        "open": 0,
        "kept": 0,
        "late": 0,
        "broken": 0,
        "kept_rate": None,
    }
    own = OwnMail(
        ("<o@acme.example>",),
        house.clock.now(),
        "jo@acme.example",
        ("ann@customer.example",),
        pledges=(Pledge("I will call.", house.clock.now() + timedelta(hours=1)),),
    )
    mark = house.journal.mailbox("support", "Sent") or house.journal.mailbox("support", "INBOX")
    assert mark is not None
    house.journal.record_own("support", [own], mark)
    assert go(house, Listening()).promises.open == 1
    house.clock.pass_by(hours=2)
    report = go(house, Listening())
    assert (report.promises.overdue, report.promises.rate) == (1, 0.0)
    house.clock.pass_by(days=31)
    assert go(house, Listening()).promises.rate is None
