"""The tests in the configuration: how they are written, and what is wrong with them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from inboxwatch.config.load import load_config
from inboxwatch.config.trials import build_trials
from inboxwatch.errors import ConfigError
from inboxwatch.model.decision import ReplyDecision
from inboxwatch.model.message import AuthenticationStatus, Role

if TYPE_CHECKING:
    from pathlib import Path

    from inboxwatch.model.trial import Trial

CONFIG = """\
version: 1
timezone: Europe/Berlin
team: {name: Acme, sign: Jo}
accounts:
  support:
    address: support@acme.example
    imap: {host: 127.0.0.1, security: none, user: jo, password_env: UNUSED}
    smtp: {host: 127.0.0.1, security: none}
schedule:
  business: {mon-fri: "09:00-17:00"}
tests:
"""


def built(folder: Path, tests: str) -> tuple[Trial, ...]:
    file = folder / "config.yaml"
    file.write_text(CONFIG + tests, "utf-8")
    return build_trials(load_config(file))


def told(folder: Path, tests: str) -> str:
    with pytest.raises(ConfigError) as caught:
        built(folder, tests)
    return "\n".join(map(str, caught.value.problems))


def test_everything_that_can_be_said(tmp_path: Path) -> None:
    (trial,) = built(
        tmp_path,
        """\
  - name: everything
    at: 2026-11-21 20:14
    account: support
    mail:
      from: ann@example.org
      name: Ann
      subject: Hello
      text: a text
      html: <p>a text</p>
      to: help@acme.example
      cc: [boss@acme.example]
      headers: {Auto-Submitted: "no"}
      mailbox: junk
      authentication: failed
    past: {unanswered: 2, answers: 1, replies: 1, escalated: true}
    expect: {priority: 4..6, signals: insult, no_signals: [anger], reply: hold, rules: A44}
""",
    )
    assert trial.at == datetime(2026, 11, 21, 20, 14, tzinfo=ZoneInfo("Europe/Berlin"))
    assert trial.account == "support"
    assert trial.mail.to == ("help@acme.example",)
    assert trial.mail.fields == (("Auto-Submitted", "no"),)
    assert trial.mail.role is Role.JUNK
    assert trial.mail.authentication is AuthenticationStatus.FAILED
    assert trial.history.sender_mails == 2
    assert (trial.history.human_answers, trial.history.conversation_replies) == (1, 1)
    assert trial.history.escalated_since is not None
    assert trial.expect.priority == (4, 6)
    assert trial.expect.reply is ReplyDecision.HOLD
    assert trial.expect.rules == {"A44"}


@pytest.mark.parametrize(
    ("written", "bounds"),
    [("5", (5, 5)), ('"5"', (5, 5)), ("8..", (8, 9)), ("..3", (1, 3)), ('"4 .. 6"', (4, 6))],
)
def test_a_priority_or_a_range(tmp_path: Path, written: str, bounds: tuple[int, int]) -> None:
    (trial,) = built(tmp_path, f"  - {{name: a, expect: {{priority: {written}}}}}\n")
    assert trial.expect.priority == bounds


@pytest.mark.parametrize("written", ["0", "10", "9..8", "..", "x", "true", "12..", "null.."])
def test_what_is_no_priority(tmp_path: Path, written: str) -> None:
    assert "tests.0.expect.priority: " in told(
        tmp_path, f"  - {{name: a, expect: {{priority: {written}}}}}\n"
    )


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("2026-11-21", datetime(2026, 11, 20, 23, 0, tzinfo=UTC)),
        ("2026-11-21 20:14:05", datetime(2026, 11, 21, 19, 14, 5, tzinfo=UTC)),
        ("2026-11-21T20:14:00+05:00", datetime(2026, 11, 21, 15, 14, tzinfo=UTC)),
    ],
)
def test_an_instant_however_yaml_reads_it(tmp_path: Path, written: str, at: datetime) -> None:
    (trial,) = built(tmp_path, f"  - {{name: a, at: {written}, expect: {{reply: hold}}}}\n")
    assert trial.at == at


@pytest.mark.parametrize(
    ("test", "words"),
    [
        ("{name: a}", "it expects nothing"),
        ("{name: a, expect: {}}", "it expects nothing"),
        ("{name: a, at: soon, expect: {reply: hold}}", "not an instant"),
        ("{name: a, at: 0001-01-01, expect: {reply: hold}}", "tests.0.at: not within 1990 and"),
        ("{name: a, at: '9999-12-31 23:59', expect: {reply: hold}}", "config.yaml:12:19: tests.0."),
        ("{name: a, account: sales, expect: {reply: hold}}", "there is no account 'sales'"),
        ("{name: a, mail: {headers: {To: x}}, expect: {reply: hold}}", "has a key of its own"),
        ("{name: a, mail: {headers: {'a b': x}}, expect: {reply: hold}}", "is no name of a header"),
        ("{name: a, mail: {file: none.eml}, expect: {reply: hold}}", "cannot be read"),
        ("{name: a, expect: {signals: [angr]}}", "tests.0.expect.signals.0"),
        ("{expect: {reply: hold}}", "tests.0.name"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, test: str, words: str) -> None:
    assert words in told(tmp_path, f"  - {test}\n")


def test_a_name_stands_once(tmp_path: Path) -> None:
    one = "  - {name: a, expect: {reply: hold}}\n"
    assert "stands there already" in told(tmp_path, one + one)


def test_a_mail_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "angry.eml").write_bytes(b"From: a@example.org\n\nidiots\n")
    (trial,) = built(tmp_path, "  - {name: a, mail: {file: angry.eml}, expect: {reply: hold}}\n")
    assert trial.mail.octets == b"From: a@example.org\n\nidiots\n"
