"""The documents say what the program does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from inboxwatch.cli.commands import app
from inboxwatch.errors import ExitCode

if TYPE_CHECKING:
    import typer

ROOT = Path(__file__).parents[2]
README_MAILS = 6
"""How many mails of the demo the README shows."""

README = (ROOT / "README.md").read_text("utf-8")
GROUPS = {group.name: group.typer_instance for group in app.registered_groups if group.name}


def names(commands: typer.Typer) -> tuple[str, ...]:
    """The commands as they are typed."""
    return tuple(
        command.name or command.callback.__name__.replace("_", "-")
        for command in commands.registered_commands
        if command.callback
    )


COMMANDS = (
    *names(app),
    *GROUPS,
    *(f"{group} {verb}" for group, verbs in GROUPS.items() for verb in names(verbs)),
)
HEAVY = ("imapclient", "jinja2", "pydantic", "holidays", "selectolax", "aiosmtpd", "pymap", "babel")


def run(*words: str) -> str:
    return subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, check=True, timeout=60
    ).stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_readme_and_has_examples(command: str) -> None:
    assert f"inboxwatch {command}" in README
    told = run("-m", "inboxwatch", *command.split(), "--help")
    assert f"inboxwatch {command}" in told
    assert "Example" in told


def test_the_readme_names_no_command_or_option_that_is_not_there() -> None:
    for words, rest in re.findall(r"inboxwatch ([a-z-]+(?: [a-z]+)?)((?: [^`\n|#]+)?)", README):
        command = words if words in COMMANDS else words.partition(" ")[0]
        if command not in COMMANDS:
            continue
        told = run("-m", "inboxwatch", *command.split(), "--help")
        for option in re.findall(r"(?<![\w-])--[a-z-]+", rest):
            assert option in told, f"inboxwatch {command} {option}"


def test_what_the_readme_shows_of_the_demo_is_what_it_prints() -> None:
    block = README.partition("```text\n── ")[2].partition("```")[0].splitlines()[1:]
    done = subprocess.run(
        [sys.executable, "-m", "inboxwatch", "demo"],
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=120,
        env={**os.environ, "COLUMNS": "88"},
    )
    printed = [line.rstrip() for line in done.stdout.splitlines()]
    assert sum(bool(re.match(r" \d  ", line)) for line in block) == README_MAILS
    for line in block:
        assert line in printed


def test_exit_codes_are_documented() -> None:
    documented = re.findall(
        r"^\| (\d+) \|", (ROOT / "docs/exit-codes.md").read_text("utf-8"), re.MULTILINE
    )
    assert {int(code) for code in documented} == {int(code) for code in ExitCode}


def test_make_targets_named_in_the_readme_exist() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"`?make ([a-z]+)`?", README):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom inboxwatch.cli.commands import app\n"
        "try:\n    app(['--help'])\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    assert run("-c", code).splitlines()[-1] == "[]"


def test_the_architecture_names_every_room() -> None:
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    for room in (ROOT / "src/inboxwatch").iterdir():
        if room.is_dir() and (room / "__init__.py").exists():
            assert f"{room.name}/" in text, room.name


def test_every_pause_is_documented() -> None:
    from inboxwatch.core.backoff import MINUTE, PAUSES  # noqa: PLC0415 - only this test needs it

    text = (ROOT / "docs/status.md").read_text("utf-8")
    for pause in PAUSES:
        (line,) = re.findall(rf"^\| `{pause.kind}` \|.*$", text, re.MULTILINE)
        assert all(f"`{code}`" in line for code in pause.codes)
        stays = "yes" if pause.permanent else "no"
        waits = f"| {pause.first // MINUTE} min | {pause.longest // MINUTE} min |"
        assert line.endswith(f"| {stays} {waits}")


def test_every_rule_of_the_linter_is_documented() -> None:
    from inboxwatch.core.reply.lint import RULES  # noqa: PLC0415 - only this test needs it

    text = (ROOT / "docs/templates.md").read_text("utf-8")
    for rule in RULES:
        assert f"`{rule}`" in text, rule


def test_every_template_variable_is_documented() -> None:
    from inboxwatch.core.reply.vocabulary import VARIABLES  # noqa: PLC0415 - only this test needs it

    text = (ROOT / "docs/templates.md").read_text("utf-8")
    for name in VARIABLES:
        assert f"`{name}`" in text, name
