"""``inboxwatch goodwill``: for whom a credit may be proposed, how often, and by whom."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from tests.support.journal import decision, keep
from tests.support.written import ONE_ACCOUNT

from inboxwatch.cli.commands import app
from inboxwatch.core.summary import decision_fields
from inboxwatch.errors import ExitCode
from inboxwatch.model.customer import Customer, CustomerMatch, MatchKind
from inboxwatch.model.message import Authentication, AuthenticationStatus, Role
from inboxwatch.ports import Record
from inboxwatch.store.sqlite import open_journal

if TYPE_CHECKING:
    from pathlib import Path

    from inboxwatch.model.decision import Decision

CONFIG = f"""\
{ONE_ACCOUNT}schedule:
  business: {{mon-sun: "00:00-24:00"}}
  open: [business]
goodwill: {{most: 25, approvers: [Jo, "Émile Ölund"]}}
customers: {{files: [listed.csv]}}
state: {{path: state.db}}
"""
LISTED = """id,name,email,domain
c-1,Ann,ann@customer.example;ann@home.example,
c-2,Firm,,firm.example
"""
NOW = datetime.now(UTC).replace(microsecond=0)
ANN = CustomerMatch(Customer("c-1", "Ann"), MatchKind.ADDRESS)


def with_status(status: AuthenticationStatus) -> Authentication:
    return Authentication(status)


FAILED, SUSPICIOUS, UNVERIFIED, PROVEN = (
    with_status(one)
    for one in (
        AuthenticationStatus.FAILED,
        AuthenticationStatus.SUSPICIOUS,
        AuthenticationStatus.UNVERIFIED,
        AuthenticationStatus.AUTHENTICATED,
    )
)


@pytest.fixture
def said(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: Any) -> Any:
    """Keeps mails, runs commands, and returns what they printed."""
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG, "utf-8")
    path.chmod(0o600)
    (tmp_path / "listed.csv").write_text(LISTED, "utf-8")
    monkeypatch.setenv("INBOXWATCH_CONFIG", str(path))
    monkeypatch.setenv("COLUMNS", "80")

    class Said:
        code: object = 0
        errors = ""

        def keep(self, *mails: Decision) -> None:
            journal = open_journal(tmp_path / "state.db")
            keep(journal, *(Record(one, decision_fields(one)) for one in mails), at=NOW)
            journal.close()

        def __call__(self, *words: str) -> str:
            with pytest.raises(SystemExit) as left:
                app(["goodwill", *words])
            self.code = left.value.code or 0
            printed = capsys.readouterr()
            self.errors = printed.err
            return printed.out

        def json(self, *words: str) -> list[dict[str, Any]]:
            return [json.loads(line) for line in self(*words, "--json").splitlines()]

    return Said()


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"authentication": FAILED}, "is in doubt (failed)"),
        ({"authentication": SUSPICIOUS, "customer": ANN}, "is in doubt (suspicious)"),
        ({"automatic": True}, "a machine wrote it"),
        ({"role": Role.JUNK}, "spam folder"),
        ({"role": Role.JUNK, "authentication": PROVEN}, "spam folder"),
        ({"role": Role.JUNK, "customer": ANN}, "spam folder"),
        ({"role": Role.JUNK, "customer": ANN, "authentication": PROVEN}, ""),
        ({"authentication": UNVERIFIED}, ""),
        ({"authentication": PROVEN, "customer": ANN}, ""),
    ],
)
def test_a_credit_is_for_people_whose_mail_is_theirs(
    said: Any, fields: dict[str, Any], why: str
) -> None:
    said.keep(decision(1, received=NOW, **fields))
    said("propose", "1", "5", "--by", "Kim")
    assert said.code == (ExitCode.USAGE if why else 0)
    assert why in said.errors
    assert len(said.json("list")) == (0 if why else 1)


def test_a_customer_is_one_whatever_the_address(said: Any) -> None:
    said.keep(
        decision(1, "ann@customer.example", received=NOW),
        decision(2, "ann@home.example", received=NOW),
        decision(3, "eve@firm.example", received=NOW),
        decision(4, "bob@firm.example", received=NOW),
        decision(5, "ann@old.example", received=NOW, customer=ANN),
        decision(6, "else@other.example", received=NOW),
    )
    for mail, refused in (("1", 0), ("2", 1), ("3", 0), ("4", 1), ("5", 1), ("6", 0)):
        said("propose", mail, "5", "--by", "Kim")
        assert said.code == (ExitCode.USAGE if refused else 0), mail
        assert ("once in 90 days is the limit" in said.errors) is bool(refused)
    assert [one["id"] for one in said.json("list")] == [1, 3, 6]


def test_who_proposes_is_recorded_and_the_login_name_is_told(
    said: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    said.keep(decision(1, received=NOW), decision(2, "bob@x.example", received=NOW))
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "robin")
    told = said("propose", "1", "12,50")
    assert "proposed by robin" in told
    assert "robin is the login name; --by names somebody else" in said.errors
    assert [(one["proposed_by"], one["amount"]) for one in said.json("list")] == [
        ("robin", "12.50")
    ]


@pytest.mark.parametrize(
    ("amount", "why"),
    [
        ("26", "26.00 is too much: the most is 25.00 EUR"),
        ("0", "a credit is of 0.01 EUR at least"),
        ("1,005", "more than two decimals"),
        ("1,2,3", "is no amount"),
    ],
)
def test_amounts(said: Any, amount: str, why: str) -> None:
    said.keep(decision(1, received=NOW))
    said("propose", "1", amount, "--by", "Kim")
    assert (said.code, why in said.errors) == (ExitCode.USAGE, True)


def test_approvers_are_known_however_they_are_written(said: Any) -> None:
    said.keep(decision(1, received=NOW), decision(2, "bob@x.example", received=NOW))
    for mail in ("1", "2"):
        said("propose", mail, "5", "--by", "Kim")
    said("approve", "1", "--by", " jo ")
    said("decline", "2", "--by", "émile ölund")
    assert [one["decided_by"] for one in said.json("list")] == ["Jo", "Émile Ölund"]
    said("approve", "1", "--by", "Joe")
    assert "'Joe' may not decide that" in said.errors
