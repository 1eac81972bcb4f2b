"""A report gathered from a journal, and sent."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from email import policy as email_policy

from tests.support.build import NOW
from tests.support.build import week as hours_of_week
from tests.support.house import House, letter

from inboxwatch.app.report import Post, Span, gather
from inboxwatch.core.report.week import week
from inboxwatch.render.reports.html import as_html
from inboxwatch.render.reports.terminal import as_text

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
