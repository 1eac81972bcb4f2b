"""What the suites of one port share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.support.memory_journal import MemoryJournal

from inboxwatch.store.sqlite import open_journal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from inboxwatch.ports import Journal


@pytest.fixture(params=["memory", "sqlite"])
def journal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Journal]:
    opened: Journal
    opened = MemoryJournal() if request.param == "memory" else open_journal(tmp_path / "state.db")
    yield opened
    opened.close()
