"""Options and checks for all tests."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


def pytest_configure() -> None:
    """Programs under test inherit what is ignored: a shell in the background ignores SIGINT."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write the golden files anew instead of comparing",
    )


@pytest.fixture(scope="session")
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def _nothing_of_this_machine(monkeypatch: pytest.MonkeyPatch, _cache: Path) -> None:
    """No test depends on the variables of whoever runs it, nor leaves anything in their folders."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(_cache))
    for name in ("INBOXWATCH_CONFIG", "INBOXWATCH_NO_SEND", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
