"""A state on disk, for the tests of its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from inboxwatch.store.sqlite import open_journal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from inboxwatch.store.sqlite import SqliteJournal


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state.db"


@pytest.fixture
def journal(path: Path) -> Iterator[SqliteJournal]:
    with open_journal(path) as opened:
        yield opened
