from __future__ import annotations

import csv
import stat
from typing import TYPE_CHECKING

import pytest
import yaml

from inboxwatch.demo.server import DemoServers
from inboxwatch.demo.shop import write_configuration

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def servers() -> DemoServers:
    """Servers that were never started, as far as a configuration needs to know them."""
    idle = DemoServers(password='p"w: #1')
    idle.imap_port, idle.smtp_port = 1143, 1025
    return idle


def test_configuration_names_the_servers(tmp_path: Path, servers: DemoServers) -> None:
    path = write_configuration(tmp_path, servers, state="other: #.db")
    written = yaml.safe_load(path.read_text("utf-8"))
    account = written["accounts"]["support"]
    assert path == tmp_path / "config.yaml"
    assert account["imap"] == {
        "host": "127.0.0.1",
        "port": 1143,
        "security": "none",
        "user": "support@acme.example",
        "password_file": "password",
    }
    assert account["smtp"] == {"host": "127.0.0.1", "port": 1025, "security": "none"}
    assert account["authentication"] == {"trust": ["mx.acme.example"]}
    assert written["replies"] == {"enabled": True, "mode": "send"}
    assert written["state"] == {"path": "other: #.db"}
    assert (tmp_path / "password").read_text("utf-8").rstrip("\n") == servers.password


def test_password_is_nowhere_else(tmp_path: Path, servers: DemoServers) -> None:
    path = write_configuration(tmp_path, servers)
    assert servers.password not in path.read_text("utf-8")


def test_files_are_private(tmp_path: Path, servers: DemoServers) -> None:
    folder = tmp_path / "made" / "here"
    write_configuration(folder, servers)
    (folder / "password").chmod(0o644)
    write_configuration(folder, servers)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert modes == {"config.yaml": 0o600, "customers.csv": 0o600, "password": 0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_customers_are_about_a_dozen(tmp_path: Path, servers: DemoServers) -> None:
    write_configuration(tmp_path, servers)
    with (tmp_path / "customers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == [
        "id",
        "name",
        "email",
        "domain",
        "vip",
        "tags",
        "language",
        "timezone",
        "notes",
    ]
    assert 12 <= len({row["id"] for row in rows}) < len(rows)
    assert sum(row["vip"] == "yes" for row in rows) == 1
    assert {row["language"] for row in rows} == {"", "de", "fr"}
    assert any(row["notes"] for row in rows)
    assert any(row["domain"] and not row["email"] for row in rows)
