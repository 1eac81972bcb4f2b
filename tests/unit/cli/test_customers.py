"""``inboxwatch customers`` on files of its own, without any server."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from tests.support.journal import decision, keep, mark
from tests.support.written import ONE_ACCOUNT

from inboxwatch.cli.commands import app
from inboxwatch.cli.wiring import open_house
from inboxwatch.core.summary import decision_fields
from inboxwatch.errors import ExitCode
from inboxwatch.model.conversation import OwnMail, Pledge
from inboxwatch.model.decision import Reason
from inboxwatch.ports import Record
from inboxwatch.store.sqlite import open_journal

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = f"""\
{ONE_ACCOUNT}schedule:
  business: {{mon-fri: "09:00-18:00"}}
  open: [business]
state: {{path: state.db}}
customers: {{files: [listed.csv]}}
"""
LISTED = "id,name,email,notes\nl-1,Lena Listed,lena@listed.example,Pays by invoice\n"
DAY = timedelta(days=1)
AGO = datetime.now(UTC).replace(microsecond=0) - 10 * DAY
IMPORTED = "id,name,email,domain,vip,tags\nc-1,Ann Shaw,ann@shaw.example,,yes,press\n"


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG, "utf-8")
    path.chmod(0o600)
    (tmp_path / "listed.csv").write_text(LISTED, "utf-8")
    monkeypatch.setenv("INBOXWATCH_CONFIG", str(path))
    monkeypatch.setenv("COLUMNS", "80")
    return path


@pytest.fixture
def said(
    config: Path,  # noqa: ARG001 - what the command finds
    capsys: pytest.CaptureFixture[str],
) -> Any:
    """Runs a command and returns what it printed; its code and its errors in attributes."""

    class Said:
        code: object = 0
        errors = ""

        def __call__(self, *words: str) -> str:
            with pytest.raises(SystemExit) as left:
                app(list(words))
            self.code = left.value.code or 0
            printed = capsys.readouterr()
            self.errors = printed.err
            return printed.out

        def json(self, *words: str) -> list[dict[str, Any]]:
            return [json.loads(line) for line in self(*words, "--json").splitlines()]

    return Said()


def written(config: Path, name: str, text: str) -> str:
    path = config.with_name(name)
    path.write_text(text, "utf-8")
    return str(path)


def test_customers_are_imported_listed_and_brought_up_to_date(config: Path, said: Any) -> None:
    file = written(config, "crm.csv", IMPORTED)
    assert said("customers", "import", file) == (
        "Customers imported: 1 new, 0 brought up to date; 1 in all.\n"
        "Mail judged before keeps its judgement; mail from now on is judged with them.\n"
    )
    assert said.code == 0
    (told,) = said.json("customers", "import", file, written(config, "b", '{"id": "c-2"}'))
    assert told == {
        "schema": 1,
        "type": "import",
        "new": 1,
        "updated": 1,
        "total": 2,
        "problems": 0,
    }
    assert [one["id"] for one in said.json("customers", "list")] == ["c-1", "c-2", "l-1"]
    said("customers", "import", "--replace", file)
    listed = said("customers", "list").splitlines()
    assert [line.split()[0] for line in listed] == ["ID", "c-1", "l-1", "2"]
    assert listed[1].split() == ["c-1", "Ann", "Shaw*", "ann@shaw.example"]
    assert listed[3] == "2 customers."


def test_rows_that_are_wrong_are_told_with_their_lines_and_the_rest_is_taken(
    config: Path, said: Any
) -> None:
    file = written(config, "crm.csv", f"{IMPORTED}c-2,x,bad,,,\nc-3,x,ann@shaw.example,,,\n")
    told = said("customers", "import", file, str(config.with_name("missing.csv")))
    assert (said.code, told[:27]) == (ExitCode.INCOMPLETE, "Customers imported: 1 new, ")
    assert f"{file}:3: 'bad' is not an address" in said.errors
    assert f"{file}:4: ann@shaw.example belongs to customer c-1 as well" in said.errors
    assert "missing.csv: cannot be read: No such file or directory" in said.errors
    assert "3 problems: what is named was left out, the rest was imported" in said.errors
    assert "next: " in said.errors


def test_an_address_that_the_configuration_gives_to_somebody_else_is_a_problem(
    config: Path, said: Any
) -> None:
    config.with_name("listed.csv").write_text(
        "id,name,email,domain\nl-1,Lena,lena@listed.example,firm.example\n", "utf-8"
    )
    rows = (
        "id,name,email,domain\nn-10,Dup,Lena@listed.example,\nn-11,Firm,,firm.example\n"
        "l-1,Lena,lena@listed.example,\nn-12,Eve,eve@firm.example,\n"
    )
    file = written(config, "crm.csv", rows)
    told = said("customers", "import", file)
    assert (said.code, told[:27]) == (ExitCode.INCOMPLETE, "Customers imported: 2 new, ")
    for line, key in ((2, "lena@listed.example"), (3, "firm.example")):
        assert f"{file}:{line}: {key} belongs to customer l-1 as well" in said.errors
    assert "the configuration lists l-1" in said.errors
    assert [one["id"] for one in said.json("customers", "list", "--search", "Dup")] == []


def test_an_import_says_that_mail_judged_before_stays_as_it_is(config: Path, said: Any) -> None:
    file = written(config, "crm.csv", IMPORTED)
    assert "Mail judged before keeps its judgement" in said("customers", "import", file)
    assert "Mail judged before" not in said("customers", "import", written(config, "no", "id\n"))


@pytest.mark.parametrize(
    "content",
    ["", "id,email\n", "who,where\nc-1,ann@shaw.example\n", 'id,email\n"c-1,ann@shaw.example\n'],
    ids=["empty", "header alone", "wrong header", "unclosed quote"],
)
def test_replace_with_a_file_of_nobody_changes_nothing(
    config: Path, said: Any, content: str
) -> None:
    good = written(config, "crm.csv", IMPORTED)
    said("customers", "import", good)
    before = config.with_name("state.customers.db").read_bytes()
    for wrong in (written(config, "wrong.csv", content), str(config.with_name("mistyped.csv"))):
        for files in ([wrong], [good, wrong], [wrong, good]):
            assert said("customers", "import", "--replace", *files) == ""
            assert said.code == ExitCode.INCOMPLETE
            assert "nothing was changed: " in said.errors
            assert "next: " in said.errors
            assert config.with_name("state.customers.db").read_bytes() == before


def test_replace_forgets_nobody_while_a_row_is_wrong(config: Path, said: Any) -> None:
    said("customers", "import", written(config, "crm.csv", IMPORTED))
    file = written(config, "new.csv", "id,email\nc-1,bad\nc-2,two@x.example\n")
    told = said("customers", "import", "--replace", file)
    assert said.code == ExitCode.INCOMPLETE
    assert "; 2 in all.\n" in told
    assert "and nobody was forgotten" in said.errors
    found = {one["id"]: one["vip"] for one in said.json("customers", "list")}
    assert found == {"l-1": False, "c-1": True, "c-2": False}


def test_all_problems_come_as_json_and_the_first_of_a_file_for_people(
    config: Path, said: Any
) -> None:
    file = written(config, "crm.csv", "id,email\n" + "c-1,bad\n" * 60)
    told = said.json("customers", "import", file)
    assert [one["line"] for one in told if one["type"] == "problem"] == list(range(2, 62))
    assert told[-1]["problems"] == 60
    said("customers", "import", file)
    assert said.errors.count("is not an address") == 50
    assert "10 more problems, all with --json" in said.errors


def test_list_says_how_many_more_there_are(config: Path, said: Any) -> None:
    rows = "".join(f'{{"id": "c-{number}", "name": "Customer {number}"}}\n' for number in range(70))
    said("customers", "import", written(config, "crm.jsonl", rows))
    told = said("customers", "list").splitlines()
    assert (len(told), told[-1]) == (52, "71 customers; 21 more with --limit 71.")
    assert len(said.json("customers", "list")) == 71
    assert len(said.json("customers", "list", "--limit", "3")) == 3
    assert said("customers", "list", "--search", "LENA").splitlines()[-1] == (
        "1 customer with “LENA”."
    )
    assert [one["id"] for one in said.json("customers", "list", "--search", "er 69")] == ["c-69"]


def test_show_tells_what_is_remembered(config: Path, said: Any) -> None:
    journal = open_journal(config.with_name("state.db"))
    made = decision(
        1, "ann@shaw.example", priority=8, reasons=(Reason("base", 8),), received=datetime.now(UTC)
    )
    keep(journal, Record(made, decision_fields(made)), at=made.received)
    journal.close()
    said("customers", "import", written(config, "crm.csv", IMPORTED))
    told = said("customers", "note", "ann@shaw.example", "Called: wants an invoice")
    assert told == "Noted about c-1; inboxwatch customers show c-1 shows it.\n"
    shown = said("customers", "show", "c-1")
    for words in ("c-1: Ann Shaw (VIP)", "press", "Called: wants an invoice", "#1", "Subject 1"):
        assert words in shown
    (fields,) = said.json("customers", "show", "ann@shaw.example")
    assert (fields["waiting"], fields["priority"]) == (1, 8)
    assert [one["text"] for one in fields["notes"]] == ["Called: wants an invoice"]
    (mail,) = said.json("show", "1")
    assert [one["text"] for one in mail["notes"]] == ["Called: wants an invoice"]
    assert "Called: wants an invoice" in said("show", "1")
    assert "never in a reply" in said("customers", "show", "l-1")


def test_customers_come_in_the_natural_order_of_their_ids(config: Path, said: Any) -> None:
    rows = "".join(f'{{"id": "l-{number}"}}\n' for number in (10, 9, 2))
    said("customers", "import", written(config, "crm.jsonl", rows))
    assert [one["id"] for one in said.json("customers", "list")] == ["l-1", "l-2", "l-9", "l-10"]
    first = said.json("customers", "list", "--limit", "3")
    assert [one["id"] for one in first] == ["l-1", "l-2", "l-9"]


def test_a_search_finds_what_notes_say(config: Path, said: Any) -> None:
    said("customers", "import", written(config, "crm.csv", IMPORTED))
    said("customers", "note", "ann@shaw.example", "Called: wants an INVOICE")
    said("customers", "note", "nobody@nowhere.example", "an invoice as well")
    found = said.json("customers", "list", "--search", "invoice")
    assert [one["id"] for one in found] == ["c-1", "l-1"]
    assert said("customers", "list", "--search", "invoice").splitlines()[-1].startswith("2 cust")
    assert said("customers", "list", "--search", "nowhere") == "0 customers with “nowhere”.\n"


def told_mail(config: Path, uid: int = 1, **fields: object) -> int:
    """A mail in the state, from Ann Shaw unless ``sender`` says else; its number."""
    sender = str(fields.pop("sender", "ann@shaw.example"))
    made = decision(uid, sender, **{"received": AGO, **fields})
    journal = open_journal(config.with_name("state.db"))
    (number,) = keep(journal, Record(made, decision_fields(made)), at=made.received)
    journal.close()
    return number


def test_show_gives_the_priorities_that_queue_gives(config: Path, said: Any) -> None:
    base = (Reason("base", 3),)
    for uid in (1, 2):
        told_mail(config, uid, priority=3, reasons=base)
    said("correct", "2", "-p", "5")
    (fields,) = said.json("customers", "show", "ann@shaw.example")
    queued = {one["id"]: one["priority"] for one in said.json("queue")}
    assert {one["id"]: one["priority"] for one in fields["mails"]} == queued
    assert (queued, fields["priority"]) == ({1: 7, 2: 5}, 7)
    said("done", "2")
    (fields,) = said.json("customers", "show", "ann@shaw.example")
    assert [one["priority"] for one in fields["mails"]] == [5, 7]


def test_show_tells_what_was_promised_and_what_was_offered(config: Path, said: Any) -> None:
    config.write_text(CONFIG + "goodwill: {most: 25, approvers: [Jo]}\n", "utf-8")
    number = told_mail(config)
    told_mail(config, 2, sender="bob@other.example")
    journal = open_journal(config.with_name("state.db"))
    pledges = tuple(Pledge(f"I will call\x07 {n}", AGO + n * DAY) for n in (1, 2))
    written_to = OwnMail(
        ("<o@acme.example>", "<m1@shaw.example>"),
        AGO + timedelta(hours=3),
        "jo@acme.example",
        ("Ann@shaw.example",),
        pledges=pledges,
    )
    journal.record_own("support", [written_to], mark(2, "Sent"))
    journal.close()
    said("goodwill", "propose", str(number), "5", "--by", "Kim")
    (fields,) = said.json("customers", "show", "ann@shaw.example")
    assert [one["state"] for one in fields["promises"]] == ["overdue", "overdue"]
    assert [(one["amount"], one["proposed_by"]) for one in fields["goodwill"]] == [("5.00", "Kim")]
    shown = said("customers", "show", "ann@shaw.example")
    for words in ("Promises   2 broken", "overdue", "I will call", "Goodwill", "5.00 EUR", "Kim"):
        assert words in shown
    assert "5.00 EUR" in said("show", str(number))
    (other,) = said.json("customers", "show", "bob@other.example")
    assert (other["promises"], other["goodwill"]) == ([], [])


@pytest.mark.parametrize(
    "words",
    [
        ("customers", "show", "\udcff"),
        ("customers", "note", "\udcff", "x"),
        ("customers", "list", "--limit", "9" * 20),
        ("explain", "9" * 5000),
        ("show", "9" * 5000),
        ("explain", ""),
        ("template", "preview", "business", "--customer", "\udcff"),
    ],
)
def test_what_nobody_can_mean_is_wrong_usage(config: Path, said: Any, words: tuple[str]) -> None:
    said("customers", "import", written(config, "crm.csv", IMPORTED))
    told_mail(config)
    said(*words)
    assert (said.code, "bug" in said.errors) == (ExitCode.USAGE, False)
    assert len(said.errors) < 6000


@pytest.mark.parametrize(
    "words",
    [("customers", "list", "--search", "\udcff"), ("customers", "note", "c-1", "odd \udcff")],
)
def test_half_a_character_ends_nothing(config: Path, said: Any, words: tuple[str]) -> None:
    said("customers", "import", written(config, "crm.csv", IMPORTED))
    said(*words)
    assert said.code == 0


def test_nobody_is_told_as_nobody(said: Any) -> None:
    said("customers", "show", "nobody@nowhere.example")
    assert (said.code, "nothing is known" in said.errors) == (ExitCode.USAGE, True)
    said("customers", "show", "c-99")
    assert (said.code, "there is no customer" in said.errors) == (ExitCode.USAGE, True)
    said("customers", "note", "c-99", "text")
    assert said.code == ExitCode.USAGE


def test_hostile_words_are_shown_and_do_nothing(config: Path, said: Any) -> None:
    name = "=cmd|' /C calc'!A0 [red]\u202e" + "x" * 300
    row = json.dumps({"id": "@SUM(1)", "name": name, "email": "a@x.example"}) + "\n"
    said("customers", "import", written(config, "crm.jsonl", row))
    said("customers", "note", "@SUM(1)", "\x1b]0;title\x07\n\u202eevil " + "y" * 3000)
    for words in (("list",), ("show", "@SUM(1)"), ("show", "a@x.example")):
        shown = said("customers", *words)
        assert said.code == 0
        assert not {"\x1b", "\x07", "\u202e"} & set(shown)
        assert max(map(len, shown.splitlines())) <= 80
        assert "=cmd" in shown


def test_a_dry_run_neither_copies_nor_touches_the_customers(config: Path, said: Any) -> None:
    said("customers", "import", written(config, "crm.csv", IMPORTED))
    before = {
        one.name: one.stat().st_mtime_ns for one in config.parent.iterdir() if "cust" in one.name
    }
    with open_house(config, dry_run=True) as house:
        assert house.rules.built[1].with_id("c-1") is not None
        assert len(house.rules.built[1]) == 2
    after = {
        one.name: one.stat().st_mtime_ns for one in config.parent.iterdir() if "cust" in one.name
    }
    assert after == before
    assert set(before) == {"state.customers.db", "state.customers.db.lock"}
    assert not config.with_name("state.db").exists()


def test_triage_and_the_tests_of_the_configuration_know_imported_customers(
    config: Path, said: Any
) -> None:
    mail = written(
        config,
        "mail.eml",
        "Return-Path: <ann@shaw.example>\nFrom: ann@shaw.example\nTo: support@acme.example\n"
        "Subject: Hello\nDate: Wed, 18 Nov 2026 09:30:00 +0000\n\nA question\n",
    )
    assert said.json("triage", mail)[0]["customer"] is None
    said("customers", "import", written(config, "crm.csv", IMPORTED))
    assert said.json("triage", mail)[0]["customer"]["id"] == "c-1"
    trial = "tests: [{name: known, mail: {from: ann@shaw.example}, expect: {customer: c-1}}]\n"
    config.write_text(CONFIG + trial, "utf-8")
    assert "1 of 1 passed" in said("check", "--offline")
    assert "2 known" in said("check", "--offline")
    preview = said("template", "preview", "business", "--customer", "c-1")
    assert (said.code, "ann@shaw.example" in preview) == (0, True)


def test_a_new_import_has_the_tests_run_again(config: Path, said: Any) -> None:
    trial = "tests: [{name: known, mail: {from: ann@shaw.example}, expect: {customer: none}}]\n"
    config.write_text(CONFIG + trial, "utf-8")
    with open_house(config):
        pass
    said("customers", "import", written(config, "crm.csv", IMPORTED))
    said("run")
    assert (said.code, "known" in said.errors) == (ExitCode.CONFIG, True)


def test_customers_that_cannot_be_read_are_told_with_the_next_step(config: Path, said: Any) -> None:
    config.with_name("state.customers.db").write_bytes(b"no database" * 1000)
    for words in (("list",), ("show", "c-1"), ("import", str(config.with_name("listed.csv")))):
        said("customers", *words)
        assert said.code == ExitCode.STATE
        assert "import the customers again" in said.errors
