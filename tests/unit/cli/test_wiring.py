"""The kill switch, as a run looks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from inboxwatch.cli.wiring import NO_SEND_VARIABLE, brake

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def without_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(NO_SEND_VARIABLE, raising=False)


@pytest.mark.parametrize("kind", ["file", "folder", "link", "dangling link", "loop"])
def test_whatever_is_called_no_send_stops_sending(tmp_path: Path, kind: str) -> None:
    assert brake(tmp_path) == ""
    switch = tmp_path / "no-send"
    if kind == "file":
        switch.touch()
    elif kind == "folder":
        switch.mkdir()
    else:
        targets = {"link": tmp_path, "dangling link": tmp_path / "gone", "loop": switch}
        switch.symlink_to(targets[kind])
    assert str(switch) in brake(tmp_path)
