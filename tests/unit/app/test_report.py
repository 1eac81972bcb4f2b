"""A report gathered from a journal, and sent."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from email import policy as email_policy
from typing import TYPE_CHECKING

from tests.support.build import NOW, account, policy
from tests.support.build import week as hours_of_week
from tests.support.fake_account import FakeAccount
from tests.support.house import House, letter

from inboxwatch.app.put_back import undo
from inboxwatch.app.report import Post, Span, gather, gather_sweep
from inboxwatch.app.sweep import Sweeping
from inboxwatch.core.report.sweep import sweep
from inboxwatch.core.report.week import week
from inboxwatch.model.policy import RescueMode, RescuePolicy
from inboxwatch.ports import Mailboxes
from inboxwatch.render.reports.html import as_html
from inboxwatch.render.reports.terminal import as_text

if TYPE_CHECKING:
    from inboxwatch.core.sweep import SweepReport

DAY = timedelta(days=1)
HOSTILE = "<script>alert(1)</script> https://evil.example/x"


def house_with_mail() -> House:
    house = House().after_baseline()
    house.deliver(letter(subject=HOSTILE, at=house.clock.now()))
    house.run()
    return house


def post(house: House, brake: str = "") -> Post:
    return Post("support", house.policy, house.transport, house.clock, lambda: brake)


def test_a_report_of_a_run_has_its_mail_and_its_reply() -> None:
    house = house_with_mail()
    facts = gather(house.journal, Span(NOW, NOW + DAY), hours_of_week(), {})
    (found,) = facts.mails
    assert (found.customer, found.reply, found.reply_state) == ("Ann Customer", "send", "sent")
    other = gather(house.journal, Span(NOW, NOW + DAY, ("sales",)), hours_of_week(), {})
    assert other.mails == ()


def test_a_sweep_is_gathered_with_what_ordinary_runs_moved_and_what_was_put_back() -> None:
    boxes = Mailboxes("INBOX", ("Spam",), "Sent", "Drafts", "Rescued", has_review=False)
    house = House(
        accounts={"support": FakeAccount("support", boxes)},
        policy=policy(
            accounts={"support": account(trust=("mx.acme.example",))},
            rescue=RescuePolicy(mode=RescueMode.INBOX),
        ),
    ).after_baseline()
    house.deliver(letter(subject=HOSTILE, headers="X-Spam-Flag: YES\n"), "Spam")
    house.run()
    house.deliver(letter(subject="Second", message_id="<2@customer.example>"), "Spam")
    house.clock.pass_by(hours=1)
    first = swept(house, apply=True)
    facts = gather_sweep(house.journal, first, hours_of_week(), ("first",))
    assert {(one.subject, one.outcome) for one in facts.mails} == {
        (HOSTILE, "moved"),
        ("Second", "moved"),
    }
    assert facts.notes[0] == "first"
    assert len(facts.taken) == 2
    undo(house.desk(), first.sweep.id)
    house.clock.pass_by(days=1)
    again = gather_sweep(house.journal, swept(house), hours_of_week())
    assert [one.subject for one in again.mails] == [HOSTILE]
    assert [one.subject for one in again.mistakes] == ["Second"]
    assert "<script" not in as_html(sweep(again))


def swept(house: House, *, apply: bool = False) -> SweepReport:
    return Sweeping(house.desk(), house.clock.now() - 30 * DAY, apply=apply).run()


def test_a_mailed_report_says_that_it_was_generated_and_has_both_forms() -> None:
    house = house_with_mail()
    document = week(gather(house.journal, Span(NOW, NOW + DAY), hours_of_week(), {}))
    before = len(house.transport.sent)
    text, html = as_text(document), as_html(document)
    assert post(house).send("lead@acme.example", "A report", text, html) == ""
    sent = house.transport.sent[before]
    read = message_from_bytes(sent.octets, policy=email_policy.default)
    assert sent.recipient == "lead@acme.example"
    assert read["Auto-Submitted"] == "auto-generated"
    assert read["X-Inboxwatch-Loop"]
    plain, page = read.iter_parts()
    assert plain.get_content_type() == "text/plain"
    assert "Nobody has answered yet" in plain.get_content()
    assert "http:" not in plain.get_content()
    assert page.get_content_type() == "text/html"
    assert "<script" not in page.get_content()
    assert "http:" not in page.get_content()
    assert "https:" not in page.get_content()


def test_the_switch_stops_a_report_and_a_refusal_is_told() -> None:
    house = house_with_mail()
    before = len(house.transport.sent)
    assert "no-send" in post(house, "no-send").send("lead@acme.example", "A", "b\n", "")
    assert len(house.transport.sent) == before
    house.transport.answers = {"rcpt": 550}
    fault = post(house).send("lead@acme.example", "A", "b\n", "")
    assert "the report to lead@acme.example was not sent: 550" in fault
    house.transport.answers = {"dot": None}
    assert "may have arrived" in post(house).send("lead@acme.example", "A", "b\n", "")


def test_two_reports_are_two_mails() -> None:
    house = house_with_mail()
    before = len(house.transport.sent)
    for _ in range(2):
        post(house).send("lead@acme.example", "A", "b\n", "")
        house.clock.pass_by(days=7)
    first, second = (
        message_from_bytes(one.octets)["Message-ID"] for one in house.transport.sent[before:]
    )
    assert first != second
