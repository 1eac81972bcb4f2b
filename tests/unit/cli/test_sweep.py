"""``inboxwatch sweep`` from its options to what it prints, with mail servers in memory."""

from __future__ import annotations

import csv
import io
import json
import stat
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email import policy as email_policy
from typing import TYPE_CHECKING

import pytest
from tests.support.fake_account import FakeAccount
from tests.support.fake_transport import FakeTransport
from tests.support.house import letter
from tests.support.reports import HOSTILE
from tests.support.written import ONE_ACCOUNT

from inboxwatch.app.desk import Doors
from inboxwatch.cli import wiring
from inboxwatch.cli.commands import app
from inboxwatch.errors import ExitCode
from inboxwatch.ports import Mailboxes

if TYPE_CHECKING:
    from pathlib import Path

TRUST = "    authentication: {trust: [mx.acme.example]}\n"
CONFIG = """\
schedule:
  business: {mon-fri: "09:00-18:00"}
  open: [business]
state: {path: state.db}
customers: {files: [customers.csv]}
rescue: {mode: inbox}
"""
CUSTOMERS = "id,name,email,domain,vip,tags,language,timezone,notes\n"
BOXES = Mailboxes("INBOX", ("Spam",), "Sent", "Drafts", "Rescued", has_review=True)
NOW = datetime.now(UTC).replace(microsecond=0)
HOUR = timedelta(hours=1)
SUBJECTS = tuple(
    f"=?utf-8?b?{b64encode(text.encode('utf-8', 'replace')).decode()}?=" for text in HOSTILE
)
"""Hostile subjects as they come: an encoded word can hold anything."""


class Shop:
    """A configuration, its one account in memory, and the spam folder with mail of each kind."""

    def __init__(self, folder: Path) -> None:
        self.config = folder / "config.yaml"
        self.write()
        (folder / "customers.csv").write_text(
            CUSTOMERS + "c-1,Ann Customer,ann@customer.example,,,,,,\n", "utf-8"
        )
        self.account = FakeAccount("support", BOXES)
        self.transport = FakeTransport()
        at = NOW - 20 * HOUR
        for number, subject in enumerate(SUBJECTS):
            octets = letter(subject=subject, message_id=f"<{number}@customer.example>", at=at)
            self.account.deliver("Spam", octets, at)
        bad = letter(subject="Forged", at=at).replace(b"dmarc=pass", b"dmarc=fail")
        self.account.deliver("Spam", bad, at)

    def write(self, trust: str = TRUST) -> None:
        self.config.write_text(ONE_ACCOUNT + trust + CONFIG, "utf-8")
        self.config.chmod(0o600)

    def lying(self, mailbox: str) -> int:
        return len(self.account.boxes[mailbox].mails)

    def doors(self, *_: object, **__: object) -> dict[str, Doors]:
        return {"support": Doors(self.account, self.transport)}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    built = Shop(tmp_path)
    monkeypatch.setattr(wiring, "open_doors", built.doors)
    monkeypatch.setenv("SECRET", "x")
    return built


def call(capsys: pytest.CaptureFixture[str], shop: Shop, *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as left:
        app(["sweep", *words, "--config", str(shop.config)])
    out, err = capsys.readouterr()
    return int(left.value.code or 0), out, err


def test_the_terminal_shows_two_lines_for_each_mail_at_80_columns(
    shop: Shop, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    code, out, _ = call(capsys, shop)
    lines = out.splitlines()
    assert code == 0
    assert max(map(len, lines)) <= 80
    assert sum("→ proven genuine" in line for line in lines) == len(SUBJECTS)
    assert sum("→ left there" in line for line in lines) == 1
    assert (
        lines[-1] == "Nothing was moved. To move what is proven genuine: inboxwatch sweep --apply"
    )
    assert not any(bad in out for bad in ("\x1b", "\u202e", "\x00"))


def test_the_report_on_the_terminal_fits_80_columns(
    shop: Shop, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    code, out, _ = call(capsys, shop, "--format", "terminal")
    assert code == 0
    assert out.startswith("Spam rescue report")
    assert max(map(len, out.splitlines())) <= 80
    assert "\x1b" not in out
    assert "http:" not in out


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("r.html", "<!DOCTYPE html>"),
        ("r.csv", '\ufeff"At a glance"'),
        ("r.json", '{"schema":1,"type":"report"'),
        ("r.md", "# Spam rescue report"),
        ("r.txt", "Spam rescue report"),
    ],
)
def test_the_ending_says_the_form_and_the_file_is_private(
    name: str, begins: str, shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    out = shop.config.parent / name
    code, told, _ = call(capsys, shop, "--out", str(out))
    assert (code, told) == (0, "")
    text = out.read_text("utf-8")
    assert text.startswith(begins)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert name != "r.html" or "<script" not in text
    for bad in ("\x1b", "\u202e", "\x00", *(() if name == "r.json" else ("http:", "https:"))):
        assert bad not in text


def test_one_section_as_csv_is_safe_in_a_spreadsheet(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("--section", "rescued", "--format", "csv")
    _, out, _ = call(capsys, shop, *words)
    rows = list(csv.reader(io.StringIO(out)))
    assert len(rows) > len(SUBJECTS)
    assert not any(cell.lstrip().startswith(("=", "@")) for row in rows for cell in row)


def test_the_figures_are_those_of_the_sweep_and_it_can_be_undone(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    _, out, _ = call(capsys, shop, "--apply", "--format", "json")
    fields = json.loads(out)
    figures = {one["name"]: one["value"] for one in fields["sections"][0]["figures"]}
    moved = shop.lying("INBOX")
    assert moved > 0
    assert (figures["moved"], figures["refused"]) == (moved, 1)
    assert figures["examined"] == len(SUBJECTS) + 1
    assert fields["notes"][-1] == "To put everything back: inboxwatch sweep --undo 1"
    call(capsys, shop, "--undo", "1")
    _, out, _ = call(capsys, shop, "--section", "mistakes", "--format", "json")
    (mistakes,) = json.loads(out)["sections"]
    assert len(mistakes["rows"]) == moved


def test_mailed_it_is_text_and_html_and_nothing_is_printed(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = call(capsys, shop, "--mail-to", "lead@acme.example")
    assert (code, out, err) == (0, "", "")
    (sent,) = shop.transport.sent
    read = message_from_bytes(sent.octets, policy=email_policy.default)
    assert (sent.recipient, read["Auto-Submitted"]) == ("lead@acme.example", "auto-generated")
    assert str(read["Subject"]).startswith("[inboxwatch] Spam rescue report, ")
    plain, page = read.iter_parts()
    assert "Ann Customer" in plain.get_content()
    assert "<script" not in page.get_content()
    assert "http:" not in page.get_content()


def test_what_was_moved_is_told_when_the_report_cannot_be_handed_out(
    shop: Shop, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INBOXWATCH_NO_SEND", "1")
    code, out, err = call(capsys, shop, "--apply", "--mail-to", "lead@acme.example")
    assert (code, shop.transport.sent) == (ExitCode.INCOMPLETE, [])
    assert "INBOXWATCH_NO_SEND" in err
    assert "inboxwatch sweep --undo 1" in out
    nowhere = str(shop.config.parent / "none" / "r.html")
    code, out, err = call(capsys, shop, "--out", nowhere)
    assert (code, "could not be written" in err) == (ExitCode.INCOMPLETE, True)
    assert "looked at" in out


def test_a_spam_folder_in_which_nobody_is_proven_is_told(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.write(trust="")
    _, out, _ = call(capsys, shop, "--format", "json")
    assert "authentication.trust is empty" in json.loads(out)["notes"][0]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--since", "99999999999999w"), "--since"),
        (("--since", "9999w"), "ten years"),
        (("--apply", "--since", ""), "--since"),
        (("--out", "report.pdf"), "names no form"),
        (("--csv-raw",), "--format csv"),
        (("--section", "nothing"), "it has figures, rescued"),
        (("--mail-to", "nobody"), "--mail-to: nobody is no address (no domain)"),
        (("--json", "--format", "json"), "--format json is the report"),
        (("--json", "--out", "r.html"), "no report"),
        (("--undo", "1", "--out", "r.html"), "--undo stands alone"),
        (("--undo", "1", "--apply"), "--undo stands alone"),
        (("--undo", "1", "--interactive"), "--undo stands alone, without --interactive"),
        (("--undo", "1", "--since", "3d"), "--undo stands alone, without --since"),
        (("--undo", "0", "--since", "30d"), "--undo stands alone, without --since"),
        (("--forget", "a@b.example", "--undo", "1"), "--undo stands alone, without --forget"),
        (("--forget", "a@b.example", "--account", "support"), "without --account"),
        (("--forget", "a@b.example", "--since", "3d"), "without --since"),
        (("--forget", "a@b.example", "--apply"), "--forget stands alone"),
        (("--interactive",), "nobody is there"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_moved(
    words: tuple[str, ...], says: str, shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    more = () if "--undo" in words or "--forget" in words else ("--apply",)
    code, out, err = call(capsys, shop, *words, *more)
    assert (code, out) == (ExitCode.USAGE, "")
    assert says in " ".join(err.split())
    assert shop.account.writes == []


def plain(out: str) -> list[str]:
    return [" ".join(line.split()) for line in out.splitlines()]


def test_an_undo_tells_what_it_did_and_no_more(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    call(capsys, shop, "--apply")
    moved = shop.lying("INBOX")
    code, out, err = call(capsys, shop, "--undo", "1")
    assert (code, err) == (0, "")
    became = {line for line in plain(out) if line.startswith("→")}
    assert became == {"→ put back"}
    assert plain(out)[-1] == f"{moved} mails of sweep 1 put back."
    code, out, _ = call(capsys, shop, "--undo", "1")
    assert (code, out) == (0, "Nothing that sweep 1 moved is left to put back.\n")


def test_an_undo_of_a_sweep_that_moved_nothing_names_those_that_did(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    call(capsys, shop)
    code, out, _ = call(capsys, shop, "--undo", "1")
    assert (code, out) == (0, "Sweep 1 moved nothing.\n")
    call(capsys, shop, "--apply")
    _, out, _ = call(capsys, shop, "--undo", "1")
    assert out == "Sweep 1 moved nothing. Mail lies where sweep 2 moved it.\n"
    call(capsys, shop)
    code, _, err = call(capsys, shop, "--undo", "99")
    assert (code, "mail lies where sweep 2 moved it" in err) == (ExitCode.USAGE, True)


def test_a_plain_sweep_tells_apart_what_was_put_back_and_says_the_way_back(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.account.expunge("Spam", 1)
    call(capsys, shop, "--apply")
    moved = shop.lying("INBOX")
    call(capsys, shop, "--undo", "1")
    for words in ((), ("--apply",)):
        code, out, _ = call(capsys, shop, *words)
        assert code == 0
        assert "proven genuine" not in out
        assert "--apply" not in out
        back = "→ left alone: the undo of sweep 1 put it back"
        assert plain(out).count(back) == moved
        assert f"{moved} put back before" in out
        assert plain(out)[-1] == (
            "To rescue what was put back after all: inboxwatch sweep --interactive"
        )
    _, out, _ = call(capsys, shop, "--json")
    *mails, last = map(json.loads, out.splitlines())
    assert [one["outcome"] for one in mails].count("returned") == moved
    assert last["counts"]["returned"] == moved
    _, out, _ = call(capsys, shop, "--format", "json")
    fields = json.loads(out)
    assert not any("--apply" in note for note in fields["notes"])
    (mistakes,) = (one for one in fields["sections"] if one["name"] == "mistakes")
    assert len(mistakes["rows"]) == moved
