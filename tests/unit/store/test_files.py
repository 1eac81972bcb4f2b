from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from inboxwatch.errors import StateError
from inboxwatch.store.files import private_file, private_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SOMEBODY = 4242


@pytest.fixture(autouse=True, params=[0, 0o022, 0o077])
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def foreign_link(path: Path, target: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A link of somebody else: root can make one, others have to become somebody else."""
    path.symlink_to(target)
    if os.geteuid() == 0:
        os.lchown(path, SOMEBODY, -1)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: SOMEBODY)
    return path


def test_every_missing_folder_is_private(tmp_path: Path) -> None:
    folder = private_folder(tmp_path / "a" / "b" / "c")
    assert [mode(one) for one in (folder, folder.parent, folder.parent.parent)] == [0o700] * 3


def test_a_folder_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(0o755)
    private_folder(tmp_path / "shared")
    assert mode(tmp_path / "shared") == 0o755


def test_a_new_file_is_private_and_empty(tmp_path: Path) -> None:
    path = private_file(tmp_path / "log")
    assert (mode(path), path.read_bytes()) == (0o600, b"")


@pytest.mark.parametrize(("before", "after"), [(0o644, 0o600), (0o600, 0o600), (0o400, 0o400)])
def test_an_old_file_is_tightened_and_keeps_its_content(
    tmp_path: Path, before: int, after: int
) -> None:
    path = tmp_path / "log"
    path.write_text("kept")
    path.chmod(before)
    private_file(path)
    assert (mode(path), path.read_text()) == (after, "kept")


@pytest.mark.parametrize("make", [private_file, private_folder])
def test_a_link_of_somebody_else_is_refused_wherever_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: object
) -> None:
    (tmp_path / "theirs" / "deep").mkdir(parents=True)
    link = foreign_link(tmp_path / "link", tmp_path / "theirs", monkeypatch)
    for path in (link, link / "deep", link / "new"):
        with pytest.raises(StateError, match="belongs to another user") as caught:
            make(path)  # type: ignore[operator]
        assert caught.value.next_step
    assert not (tmp_path / "theirs" / "new").exists()


def test_a_link_of_ones_own_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    private_file(private_folder(tmp_path / "link") / "log")
    assert mode(tmp_path / "real" / "log") == 0o600


def test_what_is_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    for make, path in (
        (private_folder, tmp_path / "file"),
        (private_folder, tmp_path / "file" / "below"),
        (private_file, tmp_path / "file" / "below"),
        (private_file, tmp_path / "folder"),
        (private_file, tmp_path / "missing" / "log"),
    ):
        with pytest.raises(StateError, match=str(path)) as caught:
            make(path)
        assert caught.value.next_step
