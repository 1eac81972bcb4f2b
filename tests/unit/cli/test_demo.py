"""What the demo tells to type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxwatch.cli.demo import command_as_started

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_program_that_is_not_on_path_is_named_where_it_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / ".venv" / "bin" / "inboxwatch"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n", "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.chdir(tmp_path)
    assert command_as_started(str(program), "python3") == ".venv/bin/inboxwatch"
    monkeypatch.chdir("/")
    assert command_as_started(str(program), "python3").endswith("/.venv/bin/inboxwatch")
    monkeypatch.setenv("PATH", str(program.parent))
    monkeypatch.chdir(tmp_path)
    assert command_as_started(str(program), "python3") == "inboxwatch"
    assert command_as_started("/x/inboxwatch/__main__.py", "/x/python") == (
        "/x/python -m inboxwatch"
    )
