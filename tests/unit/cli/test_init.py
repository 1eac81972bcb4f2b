"""What ``init`` works out and writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml
from msgspec.structs import replace

from inboxwatch.cli.init import (
    Answers,
    configuration,
    hosts_for,
    init,
    system_timezone,
    whole_hours,
)
from inboxwatch.cli.policies import read_config_text
from inboxwatch.demo.server import DemoServers
from inboxwatch.errors import LoginRefusedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ANSWERS = Answers(
    team='Jo\'s "Bikes": & more #1',
    address="support@acme.example",
    imap_host="imap.acme.example",
    imap_port=993,
    imap_security="tls",
    smtp_host="smtp.acme.example",
    smtp_port=587,
    smtp_security="starttls",
    user="support@acme.example",
    password_line="password_env: SUPPORT_PASSWORD",
    ca_file="",
    timezone="Europe/Berlin",
    hours="09:00-12:30, 13:30-18:00",
    trust=("mx.acme.example",),
)


@pytest.mark.parametrize(
    "options",
    [
        {"address": "nonsense"},
        {"timezone": "Europe/Atlantis"},
        {"hours": "late till early"},
        {"hours": "9"},
        {"trust": ["two words"]},
    ],
)
def test_an_option_that_cannot_be_right_is_refused_at_once(
    options: dict[str, Any], tmp_path: Path
) -> None:
    given = {"address": "jo@acme.example", "team": "Acme", "timezone": "UTC", **options}
    with pytest.raises(UsageError, match=f"--{next(iter(options))}"):
        init(config=tmp_path / "config.yaml", **given)


def test_what_is_written_can_be_read_whatever_was_answered(tmp_path: Path) -> None:
    config = read_config_text(configuration(ANSWERS), beside=tmp_path / "config.yaml")
    assert config.team.name == ANSWERS.team
    assert config.accounts["support"].authentication.trust == ("mx.acme.example",)
    assert config.replies.enabled is False


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("9-17", "09:00-17:00"),
        ("9:00-17:00", "09:00-17:00"),
        (" 9 - 12:30, 13-18 ", "09:00 - 12:30, 13:00-18:00"),
        ("09:00-24:00", "09:00-24:00"),
    ],
)
def test_hours_may_be_written_as_people_do(written: str, meant: str, tmp_path: Path) -> None:
    assert whole_hours(written) == meant
    text = configuration(replace(ANSWERS, hours=whole_hours(written)))
    assert read_config_text(text, beside=tmp_path / "config.yaml").schedule.periods["business"]


@pytest.mark.parametrize(
    ("hours", "evening"),
    [
        ("09:00-12:30, 13:30-18:00", "18:00-22:00"),
        ("09:00-17:30", "17:30-22:00"),
        ("12:00-22:00", None),
        ("20:00-02:00", None),
    ],
)
def test_the_evening_is_what_follows_the_last_closing_time(
    hours: str, evening: str | None, tmp_path: Path
) -> None:
    text = configuration(replace(ANSWERS, hours=hours))
    read_config_text(text, beside=tmp_path / "config.yaml")
    written = yaml.safe_load(text)["schedule"].get("evening")
    assert written == ({"mon-fri": evening} if evening else None)


def test_holidays_are_offered_and_valid_once_the_sign_is_out(tmp_path: Path) -> None:
    text = configuration(ANSWERS).replace("# holidays:", "holidays:")
    config = read_config_text(text, beside=tmp_path / "config.yaml")
    assert config.schedule.holidays.country == "DE"


def test_hosts_follow_from_the_address_or_the_provider() -> None:
    assert hosts_for("jo@acme.example") == ("imap.acme.example", "smtp.acme.example")
    assert hosts_for("jo@GMAIL.com")[0] == "imap.gmail.com"


def test_the_machine_s_time_zone_is_a_name() -> None:
    assert system_timezone()
    assert " " not in system_timezone()


@pytest.mark.parametrize("hops", [1, 2])
def test_how_many_hops_are_our_own_is_written_where_it_is_more_than_one(
    hops: int, tmp_path: Path
) -> None:
    text = configuration(replace(ANSWERS, own_hops=hops))
    config = read_config_text(text, beside=tmp_path / "config.yaml")
    assert config.accounts["support"].authentication.own_hops == hops
    assert ("own_hops" in text) is (hops > 1)


@pytest.fixture
def servers() -> Iterator[DemoServers]:
    with DemoServers() as running:
        yield running


def unattended(
    servers: DemoServers, folder: Path, password: str, trust: list[str] | None = None
) -> Path:
    """Run init with every answer as an option; where it wrote."""
    secret = folder / "secret"
    secret.write_text(password + "\n", "utf-8")
    secret.chmod(0o600)
    target = folder / "new" / "config.yaml"
    init(
        config=target,
        address="support@acme.example",
        team="Acme",
        imap_host="127.0.0.1",
        imap_port=servers.imap_port,
        imap_security="none",
        smtp_host="127.0.0.1",
        smtp_port=servers.smtp_port,
        smtp_security="none",
        user=servers.user,
        password_file=secret,
        timezone="Europe/Berlin",
        hours="09:00-17:00",
        trust=trust,
    )
    return target


@pytest.mark.parametrize("trust", [[""], ["none"], ["None", " "]])
def test_nobody_can_be_trusted_in_words(
    servers: DemoServers, tmp_path: Path, trust: list[str]
) -> None:
    target = unattended(servers, tmp_path, servers.password, trust)
    account = yaml.safe_load(target.read_text("utf-8"))["accounts"]["support"]
    assert account["authentication"] == {"trust": []}


def test_a_configuration_that_works_is_written_for_its_owner_alone(
    servers: DemoServers, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = unattended(servers, tmp_path, servers.password)
    assert target.stat().st_mode & 0o777 == 0o600
    assert yaml.safe_load(target.read_text("utf-8"))["replies"] == {
        "enabled": False,
        "mode": "send",
    }
    assert "Spam" in capsys.readouterr().out


def test_a_refused_login_writes_nothing(servers: DemoServers, tmp_path: Path) -> None:
    with pytest.raises(LoginRefusedError):
        unattended(servers, tmp_path, "wrong")
    assert list((tmp_path / "new").iterdir()) == []


def test_a_configuration_that_is_there_is_never_overwritten(
    servers: DemoServers, tmp_path: Path
) -> None:
    target = unattended(servers, tmp_path, servers.password)
    before = target.read_bytes()
    with pytest.raises(UsageError, match="is there already"):
        unattended(servers, tmp_path, servers.password)
    assert target.read_bytes() == before


def test_without_a_terminal_what_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="mail address"):
        init(config=tmp_path / "config.yaml")
