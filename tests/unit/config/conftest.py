from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from inboxwatch.config.load import load_config
from inboxwatch.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from inboxwatch.config.schema import Config
    from inboxwatch.errors import Problem

HEAD = """\
version: 1
timezone: Europe/Berlin
team: {name: Acme Support, sign: Jo}
"""
ACCOUNT = """\
accounts:
  support:
    address: support@acme.example
    imap: {host: imap.acme.example, password_env: PASSWORD}
"""
SCHEDULE = """\
schedule:
  business: {mon-fri: "09:00-17:00"}
"""


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., Config]:
    """Load a configuration from its parts; each part left out is a sensible one."""

    def run(
        more: str = "",
        *,
        head: str = HEAD,
        account: str = ACCOUNT,
        schedule: str = SCHEDULE,
        mode: int = 0o600,
    ) -> Config:
        path = tmp_path / "config.yaml"
        path.write_text(head + account + schedule + more, "utf-8")
        path.chmod(mode)
        return load_config(path)

    return run


@pytest.fixture
def faults(load: Callable[..., Config]) -> Callable[..., list[Problem]]:
    """The problems of a configuration made of its parts."""

    def run(more: str = "", **parts: object) -> list[Problem]:
        with pytest.raises(ConfigError) as caught:
            load(more, **parts)
        return list(caught.value.problems)

    return run
