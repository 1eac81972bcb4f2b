"""The outbox on a terminal: nothing of a mail reaches it as it came, and nothing is too wide."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console
from tests.support.build import NOW

from inboxwatch.render import outbox, terminal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.text import Text

HOSTILE = "\x1b[2J\x1b]8;;https://evil.example\x07[red]x[/] [/nope]\u202e\x9b\x00 \u200bend"
CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202e]")
PROMISE = {"due_at": "2026-11-18T14:30:00+01:00", "kept_at": None, "state": "overdue"}


def plain(lines: Iterable[Text], width: int = 80) -> str:
    out = io.StringIO()
    console = Console(file=out, width=width, markup=False, emoji=False, highlight=False)
    for line in lines:
        cut = getattr(line, "no_wrap", None)
        console.print(line, no_wrap=cut, overflow="ellipsis" if cut else None)
    return out.getvalue()


def row(foreign: str = "A question", **fields: Any) -> dict[str, Any]:
    return {
        "id": 7,
        "account": foreign,
        "state": "held",
        "to": foreign,
        "template": "weekend",
        "language": "de",
        "kind": "acknowledgement",
        "subject": foreign,
        "claimed_at": "2026-11-18T06:30:00+00:00",
        "good_until": "2026-11-18T14:30:00+01:00",
        "detail": foreign,
        "mail": {"id": 12, "from": foreign, "subject": foreign},
        "promise": PROMISE,
        "next_step": "inboxwatch outbox send 7",
        "headers": [["Subject", foreign]],
        "text": foreign,
        "ok": False,
        "notes": [foreign],
        "why": foreign,
        "period": foreign,
        "message_id": foreign,
        **fields,
    }


@pytest.mark.parametrize("width", [40, 80, 200])
def test_a_hostile_reply_is_harmless_in_every_view(width: int) -> None:
    fields = row(HOSTILE)
    for view in (
        outbox.outbox([fields], NOW),
        outbox.letter(fields, NOW),
        outbox.done_lines(fields),
        outbox.sample_lines(fields, NOW),
    ):
        shown = plain(view, width)
        assert not CONTROLS.search(shown), shown
        assert "[red]x" in plain(outbox.letter(fields, NOW), 200)
        assert max(map(len, shown.splitlines())) <= width


def test_a_row_tells_number_age_state_recipient_subject_mail_promise_and_next_step() -> None:
    first, *told, third = plain(
        outbox.outbox([row(to="ann@customer.example", subject="Re: Hi", detail="450 later")], NOW),
        120,
    ).splitlines()
    about = " ".join(" ".join(told).split())
    assert re.search(r"#7 +3h +held +ann@customer.example +Re: Hi", first)
    assert "weekend.de · answers #12 “A question” · an answer" in about
    assert "promised by Wed 18 Nov 2026, 14:30, overdue" in about
    assert "good until Wed 18 Nov 2026, 13:30 · 450 later" in about
    assert third.strip() == "next: inboxwatch outbox send 7"


@pytest.mark.parametrize(("state", "told"), [("sent", False), ("refused", True)])
def test_what_a_server_said_is_told_where_something_is_wrong(state: str, told: bool) -> None:
    fields = row(detail="250 kept") | {"state": state}
    assert ("250 kept" in plain(outbox.outbox([fields], NOW), 120)) is told


def test_a_subject_is_not_told_twice() -> None:
    shown = plain(outbox.outbox([row(subject="Re: A question")], NOW), 120)
    assert "weekend.de · answers #12 · an answer" in shown


def test_a_subject_that_never_ends_stays_on_its_line() -> None:
    first, second, *_ = plain(outbox.outbox([row("very long " * 40)], NOW)).splitlines()
    assert first.endswith("…")
    assert second.strip().startswith("weekend.de")


STEPS = (
    "the next run tries again; at once: inboxwatch outbox retry 7",
    "answer by hand, then inboxwatch outbox drop 7; or outbox retry 7",
    "what it says of times is over: answer by hand, then inboxwatch outbox drop 7",
)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("width", [45, 80, 100])
def test_a_command_to_type_is_never_cut_and_stays_on_one_line(step: str, width: int) -> None:
    lines = plain(outbox.outbox([row(next_step=step)], NOW, width=width), width).splitlines()
    assert max(map(len, lines)) <= width
    assert f"next: {step}" in " ".join(" ".join(lines).split())
    for command in re.findall(r"inboxwatch outbox \w+ 7", step):
        assert any(command in line for line in lines)
    assert all(line.startswith(" " * 15) for line in lines[1:])


def test_only_a_held_reply_says_how_long_it_is_good() -> None:
    assert "good until" not in plain(outbox.outbox([row(state="unknown")], NOW))
    assert "good until" not in plain(outbox.outbox([row(good_until=None)], NOW))


def test_the_total_says_what_was_left_out() -> None:
    assert plain(outbox.outbox_total(1, 0, every=False)) == "1 reply needs somebody.\n"
    assert "2 replies need somebody; 3 more" in plain(outbox.outbox_total(2, 3, every=False))
    assert "--all" in plain(outbox.outbox_total(0, 3, every=False))
    assert plain(outbox.outbox_total(0, 0, every=False)) == "No reply needs anybody.\n"
    assert plain(outbox.outbox_total(4, 0, every=True)) == "4 replies.\n"
    assert plain(outbox.outbox_total(0, 0, every=True)) == "No such reply.\n"


def test_a_mail_names_its_reply_and_the_promise() -> None:
    fields = {"outbox": {"id": 7, "state": "sent", "promise": PROMISE}}
    shown = plain(terminal.outbox_line(fields), 120)
    assert "reply #7; an answer promised by Wed 18 Nov 2026, 14:30, overdue" in shown
    assert plain(terminal.outbox_line({})) == ""
    assert "promised" not in plain(terminal.outbox_line({"outbox": {"id": 7, "promise": None}}))
