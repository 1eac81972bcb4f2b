"""What people see: nothing of a mail reaches the terminal as it came."""

from __future__ import annotations

import io
import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace
from rich.console import Console
from tests.support.build import (
    NOW,
    account,
    customers,
    message,
    policy,
    template,
    week,
    world,
)

from inboxwatch.core.decide import decide
from inboxwatch.core.run_summary import RunReport
from inboxwatch.core.schedule import moment, period_stretches
from inboxwatch.core.summary import decision_fields, outcome_fields
from inboxwatch.errors import UnreachableError
from inboxwatch.model.customer import Customer
from inboxwatch.model.outcome import AccountFailure, Baseline, OutboxState, Outcome
from inboxwatch.model.policy import ReplyRule
from inboxwatch.render import mail as mail_render
from inboxwatch.render import run, terminal
from inboxwatch.render.json import to_line
from inboxwatch.render.schedule import Day, week_lines
from inboxwatch.render.words import count, duration, instant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.text import Text

HOSTILE = "\x1b[2J\x1b]8;;https://evil.example\x07[red]x[/] [/nope]\u202e\x9b\x00 \u200bend"
CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202e]")


def plain(lines: Iterable[Text], width: int = 80) -> str:
    out = io.StringIO()
    console = Console(file=out, width=width, markup=False, emoji=False, highlight=False)
    for line in lines:
        cut = getattr(line, "no_wrap", None)
        console.print(line, no_wrap=cut, overflow="ellipsis" if cut else None)
    return out.getvalue()


def hostile_fields() -> dict[str, Any]:
    known = customers(Customer("c\x1b", HOSTILE, ("ann@customer.example",)))
    mail = message(subject=HOSTILE, text=HOSTILE, from_text=HOSTILE, message_id="<a\x1b@b>")
    return decision_fields(decide(mail, world(customers=known)))


def test_a_hostile_mail_is_harmless_in_every_view() -> None:
    fields = hostile_fields()
    outcome = {
        **fields,
        "id": 7,
        "outcome": {"state": "sent", "detail": HOSTILE, "notes": [HOSTILE]},
    }
    report = RunReport(NOW, NOW, 1, replies_enabled=True)
    views = [
        terminal.queue([(7, fields)], NOW),
        run.run_lines(report, [outcome]),
        mail_render.mail_detail(7, fields, now=NOW),
        mail_render.explanation(fields, {}, {}),
        terminal.reply_lines(fields),
        [terminal.source_line({"source": HOSTILE})],
        [terminal.error_line({"source": HOSTILE, "error": HOSTILE})],
        run.trust_lines([HOSTILE], [HOSTILE]),
        [terminal.check_line(HOSTILE, HOSTILE, ok=False)],
    ]
    for view in views:
        shown = plain(view)
        assert not CONTROLS.search(shown), shown
        assert "[red]x" not in shown or "x[/]" in shown


def test_server_texts_in_failures_are_harmless() -> None:
    error = UnreachableError(f"said {HOSTILE}", next_step=HOSTILE)
    report = RunReport(
        NOW, NOW, 1, replies_enabled=True, failures=(AccountFailure("a", error, HOSTILE),)
    )
    assert not CONTROLS.search(plain(run.warning_lines(report, [HOSTILE])))


@pytest.mark.parametrize("width", [40, 80, 200])
def test_a_line_of_the_queue_never_exceeds_the_terminal(width: int) -> None:
    fields = decision_fields(decide(message(subject="very long " * 40), world()))
    lines = plain(terminal.queue([(7, fields)], NOW), width).splitlines()
    assert len(lines) == 2
    assert max(map(len, lines)) <= width


@pytest.mark.parametrize(
    ("width", "columns"), [(40, 28), (80, 28), (110, 38), (160, 54), (400, 64)]
)
def test_the_sender_gets_a_share_of_a_wide_terminal(width: int, columns: int) -> None:
    known = customers(Customer("c", "Ann " * 10, ("ann@customer.example",)))
    fields = decision_fields(decide(message(subject="Broken"), world(customers=known)))
    line = next(iter(terminal.queue([(7, fields)], NOW, width=width))).plain
    assert line.index("Broken") == len(" 3    #7   0m  ") + columns + 2
    assert (terminal.who(fields) in line) == (columns == terminal.MAX_SENDER)


def test_json_is_ascii_on_one_line() -> None:
    line = to_line(hostile_fields())
    assert line.isascii()
    assert "\n" not in line
    assert not CONTROLS.search(line)


def test_a_run_tells_baselines_and_what_would_have_been_answered() -> None:
    baseline = Baseline("support", "INBOX", 2000, 3, "first seen")
    report = RunReport(NOW, NOW, 1, replies_enabled=True, baselines=(baseline,))
    shown = plain(run.run_lines(report, []), 200)
    assert "2000 mails taken as baseline, nobody is answered" in shown
    assert "3 mails would get a reply" in shown


def test_a_held_reply_names_its_rules() -> None:
    mail = message(headers={"List-Id": "<group.example>", "Precedence": "list"})
    fields = outcome_fields(Outcome(decide(mail, world())))
    shown = plain([terminal.outcome_line(fields)], 200)
    assert "no automatic reply" in shown
    assert "A06" in shown
    assert "A07" in shown


def test_an_explanation_names_the_rule_that_chose_the_template() -> None:
    rule = ReplyRule("after " + "x" * 50, templates=("night",))
    ruled = world(policy=policy(rules=(rule,), templates=(template("night", language="de"),)))
    ruled = replace(ruled, account=account(language="de"))
    fields = decision_fields(decide(message(), ruled))
    shown = plain(mail_render.explanation(fields, {}, {}), 300)
    assert f"answered with night.de (rule {rule.name})" in shown


def test_the_queue_says_how_much_it_left_out() -> None:
    assert "20 more with --limit 32" in plain(terminal.queue_total(32, 12, 14))
    assert "Nothing waits" in plain(terminal.queue_total(0, 12, 14))


def test_an_explanation_shows_the_sum_and_the_rules_in_words() -> None:
    fields = decision_fields(decide(message(text="Refund me!"), world(policy=policy())))
    shown = plain(
        mail_render.explanation(fields, {"A01": "Automatic."}, {"base": "The start."}), 200
    )
    assert "base" in shown
    assert "The start." in shown
    assert f"{fields['priority']}" in shown


def test_an_explanation_shows_where_the_words_stand() -> None:
    fields = decision_fields(decide(message(text="Hello,\n\ndoes it fit?"), world()))
    shown = plain(mail_render.explanation(fields, {}, {}), 200)
    assert "“does it fit?” (text, line 3, character 1)" in shown
    for reason in fields["reasons"]:  # type: ignore[attr-defined]
        del reason["place"]
        del reason["due"]
    assert "“does it fit?”" in plain(mail_render.explanation(fields, {}, {}), 200)


def test_the_week_is_drawn_a_line_a_day_with_the_instant_marked() -> None:
    schedule = week()
    monday = datetime(2026, 11, 16, tzinfo=schedule.timezone)
    days = [
        Day(start, period_stretches(schedule, start, start + timedelta(days=1)))
        for start in (monday + timedelta(days=index) for index in range(7))
    ]
    shown = plain(week_lines(days, moment(schedule, monday + timedelta(hours=10))), 80)
    lines = shown.splitlines()
    assert lines[1].startswith("Mon 16 Nov")
    assert lines[1][11 + 20] == "◆"
    assert lines[2][11:].count("█") == 16
    assert lines[2][11:].count("▒") == 2
    assert lines[6][11:] == "─" * 48
    assert all(len(line) <= 80 for line in lines)
    assert "business, open" in shown


@pytest.mark.parametrize(
    ("length", "told"),
    [(30, "0m"), (3599, "59m"), (3600, "1h"), (47 * 3600, "47h"), (49 * 3600, "2d"), (-5, "0m")],
)
def test_durations(length: int, told: str) -> None:
    assert duration(timedelta(seconds=length)) == told


def test_words() -> None:
    assert count(1, "mail") == "1 mail"
    assert count(2, "reply", "replies") == "2 replies"
    assert instant(NOW) == "Wed 18 Nov 2026, 09:30"


def test_what_goes_on_after_the_arrow_is_indented_and_each_refusal_is_said_once() -> None:
    mail = message(headers={"List-Id": "<group.example>", "Precedence": "list"}, subject="x " * 90)
    fields = outcome_fields(Outcome(decide(mail, world())))
    shown = plain(mail_render.mail_detail(7, fields, now=NOW), 50)
    block = shown[shown.index("    →") : shown.index("\n\n")].splitlines()
    assert len(block) > 1
    assert all(line.startswith("      ") for line in block[1:])
    for rule in (one["rule"] for one in fields["reply"]["refusals"]):
        assert shown.count(rule) == 1
        assert (
            plain(mail_render.explanation(fields, {}, {})).partition("\nReply")[2].count(rule) == 1
        )


@pytest.mark.parametrize(
    ("state", "step"),
    [
        (OutboxState.REFUSED, "inboxwatch outbox show 7, answer by hand"),
        (OutboxState.UNKNOWN, "inboxwatch outbox retry 7 looks into Sent first"),
        (OutboxState.RETRY, "at once: inboxwatch outbox retry 7"),
    ],
)
def test_a_warning_names_the_reply_and_the_next_step(state: OutboxState, step: str) -> None:
    outcome = Outcome(decide(message(), world()), state, "550 no", entry_id=7)
    report = RunReport(NOW, NOW, 1, replies_enabled=True, outcomes=(outcome,))
    first, second = plain(run.warning_lines(report, []), 200).splitlines()
    assert first.startswith("Reply #7 to ann@customer.example: ")
    assert first.endswith(": 550 no")
    assert second.startswith("  next: ")
    assert step in second
