"""Reports and exit codes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from tests.support.build import NOW, message, policy, world

from inboxwatch.config.lexicon import load_lexicon
from inboxwatch.core.decide import decide
from inboxwatch.core.run_summary import RunReport, brakes, counts, exit_code, run_fields
from inboxwatch.core.summary import decision_fields
from inboxwatch.errors import (
    ExitCode,
    InboxwatchError,
    LoginRefusedError,
    MailboxError,
    UnreachableError,
)
from inboxwatch.model.outcome import AccountFailure, OutboxState, Outcome

CONTRACT = {
    "schema", "source", "message_id", "from", "subject", "received", "role", "customer",
    "authentication", "period", "next_opening", "priority", "reasons", "signals", "reply",
    "rescue", "text", "defects",
}  # fmt: skip
REPLY = {"decision", "refusals", "template", "language", "promise", "to", "subject", "text"}


def report(*failures: AccountFailure, accounts: int = 1, **fields: object) -> RunReport:
    return RunReport(
        started=NOW,
        finished=NOW,
        accounts=accounts,
        replies_enabled=True,
        failures=failures,
        **fields,  # type: ignore[arg-type]
    )


def failure(name: str, error: InboxwatchError, mailbox: str = "") -> AccountFailure:
    return AccountFailure(name, error, mailbox)


LOGIN, GONE = LoginRefusedError("no"), UnreachableError("gone")


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (report(), ExitCode.DONE),
        (report(failure("a", LOGIN)), ExitCode.LOGIN),
        (report(failure("a", GONE)), ExitCode.UNREACHABLE),
        (report(failure("a", MailboxError("no Rubbish"))), ExitCode.CONFIG),
        (report(failure("a", GONE, "Spam")), ExitCode.INCOMPLETE),
        (report(failure("a", GONE), accounts=2), ExitCode.INCOMPLETE),
        (report(failure("a", GONE), failure("b", GONE), accounts=2), ExitCode.UNREACHABLE),
        (report(failure("a", GONE), failure("b", LOGIN), accounts=2), ExitCode.INCOMPLETE),
        (report(interrupted=True), ExitCode.INTERRUPTED),
    ],
)
def test_exit_codes(one: RunReport, expected: ExitCode) -> None:
    assert exit_code(one) is expected


def test_a_decision_has_the_fields_of_the_contract_and_is_plain_json() -> None:
    fields = decision_fields(decide(message(), world()))
    assert set(fields) >= CONTRACT
    assert set(fields["reply"]) >= REPLY  # type: ignore[call-overload]
    assert json.loads(json.dumps(fields)) == fields


def test_a_reason_tells_where_its_words_stand_and_what_a_deadline_means() -> None:
    lexicon, _ = load_lexicon()
    urgent = message(subject="Urgent", text="Hello,\n\nI need it by Friday.")
    fields = decision_fields(decide(urgent, world(policy=policy(lexicon=lexicon))))
    reasons = {reason["signal"]: reason for reason in fields["reasons"]}  # type: ignore[attr-defined]
    assert reasons["base"] == {
        "signal": "base", "points": 3, "evidence": "", "place": None, "due": None,
    }  # fmt: skip
    assert reasons["urgency"]["place"] == {"field": "subject", "offset": 0, "line": 1}
    assert reasons["deadline"]["place"] == {"field": "text", "offset": 18, "line": 3}
    assert reasons["deadline"]["due"] == "2026-11-20"


def test_the_instants_of_a_decision_are_in_the_schedule_s_zone() -> None:
    assert decision_fields(decide(message(), world()))["received"] == "2026-11-18T10:30:00+01:00"
    late = decide(message(), world(now=NOW + timedelta(hours=9)))
    fields = decision_fields(late)
    assert fields["received"] == "2026-11-18T10:30:00+01:00"
    assert fields["next_opening"] == "2026-11-19T09:00:00+01:00"


@pytest.mark.parametrize(
    "received", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)]
)
def test_a_mail_from_the_ends_of_the_calendar_keeps_its_instant(received: datetime) -> None:
    fields = decision_fields(decide(message(received=received), world()))
    assert datetime.fromisoformat(str(fields["received"])) == received


def test_a_run_is_one_plain_object_with_its_exit_code() -> None:
    fields = run_fields(report(failure("a", LOGIN)))
    assert fields["exit_code"] == 12
    assert json.loads(json.dumps(fields)) == fields


def test_unknown_ends_are_incomplete() -> None:
    outcome = Outcome(decide(message(), world()), OutboxState.UNKNOWN)
    assert exit_code(report(outcomes=(outcome,))) is ExitCode.INCOMPLETE


def test_outcomes_are_counted_by_state_or_decision() -> None:
    decision = decide(message(), world())
    outcomes = (Outcome(decision, OutboxState.SENT), Outcome(decision), Outcome(decision))
    assert counts(report(outcomes=outcomes)) == {"sent": 1, "send": 2}
    assert brakes(report(outcomes=outcomes)) == ()
