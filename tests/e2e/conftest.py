"""Servers for the tests that run the installed command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.support.dovecot import dovecot
from tests.support.installed import Installed, installed
from tests.support.smtp_server import smtp_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.dovecot import Dovecot
    from tests.support.smtp_server import SmtpServer


@pytest.fixture
def imap() -> Iterator[Dovecot]:
    with dovecot() as server:
        yield server


@pytest.fixture
def smtp() -> Iterator[SmtpServer]:
    with smtp_server() as server:
        yield server


@pytest.fixture
def program(tmp_path: Path, imap: Dovecot, smtp: SmtpServer) -> Installed:
    return installed(tmp_path / "house", imap, smtp)
