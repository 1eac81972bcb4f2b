"""A short soak; ``make soak`` is the long one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.support.soak import soak

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.dovecot


def test_runs_of_cron_with_faults_deliveries_and_kills(tmp_path: Path) -> None:
    said: list[str] = []
    one = soak(tmp_path / "house", seed=7, runs=25, told=said.append)
    assert said == ["seed 7"]
    assert len(one.delivered) > 20
    assert {0, -9} <= set(one.codes)
