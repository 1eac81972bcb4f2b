"""What a killed command left goes, and nothing else: neither what is at work nor what is alike."""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING

from inboxwatch.store.leftovers import ABANDONED, prefix_of, remove_copies, remove_scratch

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def old(path: Path) -> Path:
    at = path.stat().st_mtime - ABANDONED - 60
    os.utime(path, (at, at))
    return path


def made(folder: Path, name: str) -> Path:
    path = folder / name
    path.write_text("mail")
    return path


def test_copies_that_were_left_go_and_those_at_work_stay(tmp_path: Path) -> None:
    target = tmp_path / "b.db"
    left = [old(made(tmp_path, f"{prefix_of(target)}abc_1234{end}")) for end in ("", "-wal")]
    at_work = made(tmp_path, f"{prefix_of(target)}zzzzzzzz")
    alike = [old(made(tmp_path, one)) for one in (".b.db-monday", ".b.db-two-abcdefgh", "b.db")]
    (tmp_path / f"{prefix_of(target)}folder12").mkdir()
    remove_copies(target)
    assert not any(one.exists() for one in left)
    assert all(one.exists() for one in (at_work, *alike))
    remove_copies(target, older=0)
    assert not at_work.exists()
    assert all(one.exists() for one in (*alike, tmp_path / f"{prefix_of(target)}folder12"))
    remove_copies(tmp_path / "nowhere" / "b.db")


def test_the_copies_of_dry_runs_go_once_nobody_is_at_work_on_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for name in ("inboxwatch-abcdefgh", "inboxwatch-atworkat", "inboxwatch-mine"):
        (tmp_path / name).mkdir()
        made(tmp_path / name, "state.db")
    for name in ("inboxwatch-abcdefgh", "inboxwatch-mine"):
        old(tmp_path / name / "state.db")
        old(tmp_path / name)
    old(tmp_path / "inboxwatch-atworkat")
    (tmp_path / "inboxwatch-linked_1").symlink_to(tmp_path / "inboxwatch-mine")
    remove_scratch()
    assert {one.name for one in tmp_path.iterdir()} == {
        "inboxwatch-atworkat",
        "inboxwatch-mine",
        "inboxwatch-linked_1",
    }
    assert (tmp_path / "inboxwatch-mine" / "state.db").exists()
