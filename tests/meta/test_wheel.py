"""What is built travels whole: code, templates, phrases, the demo's mail, types."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=60,
    )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_every_template_is_in_the_wheel(names: set[str]) -> None:
    templates = {f"inboxwatch/templates/{path.name}" for path in (ROOT / "templates").iterdir()}
    assert len(templates) > 20
    assert templates <= names


def test_every_data_file_of_the_package_is_in_the_wheel(names: set[str]) -> None:
    source = ROOT / "src"
    wanted = {
        str(path.relative_to(source))
        for path in (source / "inboxwatch").rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert "inboxwatch/config/phrases/en.txt" in wanted
    assert "inboxwatch/py.typed" in wanted
    assert wanted <= names


def test_nothing_else_is_in_the_wheel(names: set[str]) -> None:
    assert {name.split("/")[0].split("-")[0] for name in names} == {"inboxwatch"}
