"""``inboxwatch forget``: asks, erases state, log and imported customers, and says what is left."""

from __future__ import annotations

import json
import os
import sqlite3
from typing import TYPE_CHECKING

import pytest
import typer
from msgspec.structs import replace
from tests.support.build import NOW
from tests.support.journal import ANN, BOB, claim, keep, record, sent
from tests.support.written import ONE_ACCOUNT

from inboxwatch.cli import questions
from inboxwatch.cli.forget import forget
from inboxwatch.cli.policies import load_policy
from inboxwatch.errors import LockHeldError, UsageError
from inboxwatch.model.customer import Customer
from inboxwatch.model.outcome import OutboxState
from inboxwatch.store import lock
from inboxwatch.store.customer_import import importing
from inboxwatch.store.customers import StoredCustomers
from inboxwatch.store.lock import hold_lock
from inboxwatch.store.sqlite import open_journal

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = f"""\
{ONE_ACCOUNT}schedule:
  business: {{mon-fri: "09:00-18:00"}}
  open: [business]
customers: {{files: [customers.csv]}}
state: {{path: state.db}}
"""
WORK = "ann@work.example"
LOG = (
    f"2026-11-21 INFO inboxwatch reply to '{ANN}': sent '250 ok'\n"
    f"2026-11-21 INFO inboxwatch reply to '{BOB}': sent '250 ok'\n"
)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Ann, a customer of the list with two addresses; Bob; an imported customer; two logs."""
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG, "utf-8")
    path.chmod(0o600)
    (tmp_path / "customers.csv").write_text(
        f"id,name,email\nc-9,Bob,{BOB}\nc-1,Ann Miller,{ANN}\nc-1,Ann Miller,{WORK}\n", "utf-8"
    )
    for name in ("inboxwatch.log", "inboxwatch.log.1"):
        (tmp_path / name).write_text(LOG, "utf-8")
    with importing(tmp_path / "state.customers.db", print, NOW) as into:
        into.add(Customer("c-2", "Eve Stone", ("eve@new.example",)), "x.csv", 2)
        into.add(Customer("c-3", "Max Both", ("max@one.example", "max@two.example")), "x.csv", 3)
    with open_journal(tmp_path / "state.db") as journal:
        journal.secret()
        made = record(1, from_text=f"Ann Miller <{ANN}>")
        payload = {**made.payload, "from_text": f"Ann Miller <{ANN}>", "text": "My parakeet."}
        keep(journal, replace(made, payload=payload), record(2, BOB), record(3, WORK))
        sent(journal, claim(1, mail_id=1))
        journal.add_note("c-1", NOW, "likes parakeets")
    return path


def whole(config: Path) -> bytes:
    """Everything in the folder but what people wrote themselves."""
    return b"".join(
        one.read_bytes()
        for one in config.parent.iterdir()
        if one.name not in ("config.yaml", "customers.csv")
    )


def test_a_dry_run_tells_what_there_is_and_what_is_out_of_reach(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = whole(config)
    forget(["Ann@Customer.example"], dry_run=True, config=config)
    told = " ".join(capsys.readouterr().out.split())
    assert "Would erase 1 mail, 1 reply" in told
    assert f" of {ANN}." in told
    assert "2 lines of the log" in told
    assert f"{WORK} is theirs as well, and stays" in told
    assert "customers.csv:3 names them: delete that line" in told
    assert "their mail in the mailboxes" in told
    assert whole(config) == before


def test_what_is_erased_is_gone_from_state_and_log(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    forget([ANN], yes=True, config=config, as_json=True)
    fields = json.loads(capsys.readouterr().out)
    assert (fields["type"], fields["dry_run"], fields["also"]) == ("forget", False, [WORK])
    assert (fields["counts"]["mail"], fields["log_lines"], fields["imported"]) == (1, 2, 0)
    assert fields["written"] == [f"{config.with_name('customers.csv')}:3"]
    left = whole(config)
    assert not [one for one in (ANN.encode(), b"Ann Miller", b"My parakeet") if one in left]
    log = config.with_name("inboxwatch.log").read_text("utf-8")
    assert "reply to '(forgotten)': sent" in log
    assert BOB in log
    assert "somebody was forgotten: 1 mails" in log
    assert config.with_name("inboxwatch.log.1").stat().st_mode & 0o777 == 0o600


def test_replies_to_others_that_may_still_go_out_are_told(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    octets = b"Subject: Re: About Ann Miller\r\n\r\nHello.\r\n"
    with open_journal(config.with_name("state.db")) as journal:
        sent(journal, claim(2, BOB, mail_id=2, octets=octets), OutboxState.HELD)
    for dry_run in (True, False):
        forget([ANN], yes=True, dry_run=dry_run, config=config)
        told = " ".join(capsys.readouterr().out.split())
        assert "1 reply to others that may still go out and names them" in told
        assert "settle them with `inboxwatch outbox` before" in told
    assert b"About Ann Miller" in config.with_name("state.db").read_bytes()


def test_the_copy_that_a_killed_restore_left_goes_as_well(config: Path) -> None:
    left = config.with_name(".state.db-abcd1234")
    left.write_bytes(config.with_name("state.db").read_bytes())
    forget([ANN], dry_run=True, config=config)
    assert left.exists()
    forget([ANN], yes=True, config=config)
    assert not left.exists()


def test_what_was_kept_of_the_configuration_goes_as_well(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    os.utime(config, (0, 0))  # nobody has written it just now: it is kept
    load_policy(config)
    kept = tmp_path / "cache" / "inboxwatch" / "configurations"
    assert len(list(kept.iterdir())) == 2
    forget([ANN], dry_run=True, config=config)
    assert len(list(kept.iterdir())) == 2
    forget([ANN], yes=True, config=config)
    assert list(kept.iterdir()) == []


def test_all_addresses_of_a_customer_take_the_notes_on_the_customer_along(config: Path) -> None:
    forget([ANN], yes=True, config=config)
    with open_journal(config.with_name("state.db")) as journal:
        assert journal.notes_on(["c-1"])
    forget([ANN, WORK], yes=True, config=config)
    with open_journal(config.with_name("state.db")) as journal:
        assert not journal.notes_on(["c-1"])
        assert [one.sender for one in journal.open_mails()] == [BOB]


def test_an_imported_customer_loses_the_address_or_goes(config: Path) -> None:
    path = config.with_name("state.customers.db")
    forget(["eve@new.example", "max@one.example"], yes=True, config=config)
    left = StoredCustomers(path)
    assert left.with_id("c-2") is None
    max_both = left.with_id("c-3")
    assert max_both is not None
    assert max_both.emails == ("max@two.example",)
    left.close()
    assert b"eve@new.example" not in path.read_bytes()
    assert b"Eve Stone" not in path.read_bytes()


def test_a_domain_that_nobody_else_uses_goes_with_its_address(config: Path) -> None:
    path = config.with_name("state.customers.db")
    with importing(path, print, NOW) as into:
        into.add(Customer("c-4", "Eva Two", ("eva@private.example", "eva@shared.example")), "x", 1)
        into.add(Customer("c-5", "Jo Three", ("jo@shared.example",)), "x", 2)
        into.add(Customer("c-6", "Firm", (), ("firm.example",)), "x", 3)
        into.add(Customer("c-7", "Al Four", ("al@firm.example",)), "x", 4)
    gone = ["eva@private.example", "eva@shared.example", "al@firm.example"]
    forget(gone, yes=True, config=config)
    left = path.read_bytes()
    assert b"private" not in left
    sql = sqlite3.connect(path)
    domains = {row[0] for row in sql.execute("SELECT domain FROM site")}
    sql.close()
    assert {"shared.example", "firm.example"} <= domains
    assert "private.example" not in domains


def test_at_a_terminal_each_other_address_is_asked_for_and_then_all_of_it(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []

    def confirm(question: str, **_: object) -> bool:
        asked.append(question)
        return "It cannot be taken back" not in question or len(asked) > 2

    monkeypatch.setattr(questions, "somebody_there", lambda: True)
    monkeypatch.setattr(typer, "confirm", confirm)
    before = whole(config)
    forget([ANN], config=config)
    assert f"{WORK} is theirs as well" in asked[0]
    assert "Nothing was erased." in capsys.readouterr().out
    assert whole(config) == before
    forget([ANN], config=config)
    assert len(asked) == 4
    told = capsys.readouterr().out
    assert "Erased 2 mails" in told
    assert f" of {ANN}, {WORK}." in told


def test_without_a_terminal_yes_is_needed(config: Path) -> None:
    before = whole(config)
    with pytest.raises(UsageError, match="nobody is there") as caught:
        forget([ANN], config=config)
    assert "--yes" in caught.value.next_step
    assert whole(config) == before


@pytest.mark.parametrize(
    ("address", "told"), [("support@acme.example", "of yours"), ("Ann Miller", "address")]
)
def test_one_of_ours_or_none_at_all_is_refused(address: str, told: str, config: Path) -> None:
    with pytest.raises(UsageError, match=told):
        forget([address], yes=True, config=config)


def test_states_that_were_put_aside_are_named(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    aside = config.with_name("state.db.replaced-20261120-101500")
    aside.write_bytes(b"")
    forget([ANN], dry_run=True, config=config, as_json=True)
    assert json.loads(capsys.readouterr().out)["backups"] == [str(aside)]


def test_nobody_is_forgotten_while_a_run_is_at_work(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "PATIENCE", 0.01)
    with hold_lock(config.with_name("state.db.lock")):
        before = whole(config)
        with pytest.raises(LockHeldError):
            forget([ANN], yes=True, config=config)
        assert whole(config) == before
