from __future__ import annotations

import os
import sys
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from inboxwatch.config import secrets
from inboxwatch.config.schema.account import Imap
from inboxwatch.config.secrets import SecretError, password
from inboxwatch.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

CANARY = "hunter2-canary"


def login(**keys: object) -> Imap:
    return Imap.model_validate({"host": "imap.acme.example", "user": "jo", **keys})


def test_plain(tmp_path: Path) -> None:
    assert password(login(password=CANARY), base=tmp_path, environ={}) == CANARY


def test_from_the_environment(tmp_path: Path) -> None:
    assert password(login(password_env="PW"), base=tmp_path, environ={"PW": CANARY}) == CANARY


@pytest.mark.parametrize(("environ", "state"), [({}, "not set"), ({"PW": ""}, "empty")])
def test_a_missing_variable(tmp_path: Path, environ: dict[str, str], state: str) -> None:
    with pytest.raises(SecretError, match=state) as caught:
        password(login(password_env="PW"), base=tmp_path, environ=environ)
    assert "PW" in caught.value.message
    assert caught.value.code is ExitCode.CONFIG


@pytest.mark.parametrize(
    "content", ["hunter2-canary", "hunter2-canary\n", "hunter2-canary\r\nuser: jo\n"]
)
def test_from_the_first_line_of_a_file(tmp_path: Path, content: str) -> None:
    (tmp_path / "pw").write_bytes(content.encode())
    (tmp_path / "pw").chmod(0o600)
    assert password(login(password_file="pw"), base=tmp_path, environ={}) == CANARY


def test_spaces_belong_to_the_password(tmp_path: Path) -> None:
    (tmp_path / "pw").write_text(" pass word \n")
    (tmp_path / "pw").chmod(0o600)
    assert password(login(password_file="pw"), base=tmp_path, environ={}) == " pass word "


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o602])
def test_a_file_that_others_can_read(tmp_path: Path, mode: int) -> None:
    (tmp_path / "pw").write_text(CANARY)
    (tmp_path / "pw").chmod(mode)
    with pytest.raises(SecretError, match="others can read") as caught:
        password(login(password_file="pw"), base=tmp_path, environ={})
    assert caught.value.next_step == f"chmod 600 {tmp_path / 'pw'}"


@pytest.mark.parametrize("content", ["", "\nhunter2-canary\n"])
def test_a_file_without_a_password(tmp_path: Path, content: str) -> None:
    (tmp_path / "pw").write_text(content)
    (tmp_path / "pw").chmod(0o600)
    with pytest.raises(SecretError, match="its first line is empty"):
        password(login(password_file="pw"), base=tmp_path, environ={})


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(SecretError, match="cannot be read: No such file"):
        password(login(password_file="absent"), base=tmp_path, environ={})


@pytest.mark.parametrize("name", ["pipe", "/dev/zero", "."])
def test_a_pipe_or_a_device_is_not_read(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    with pytest.raises(SecretError, match=r"cannot be read: it is (a folder|not a regular file)"):
        password(login(password_file=name), base=tmp_path, environ={})


def command(program: str) -> Imap:
    return login(password_command=[sys.executable, "-c", program])


def test_from_a_command(tmp_path: Path) -> None:
    section = command("print('hunter2-canary'); print('more')")
    assert password(section, base=tmp_path, environ={}) == CANARY


def test_no_shell_reads_the_command(tmp_path: Path) -> None:
    section = login(password_command=["echo", "$HOME;", "`id`", "| x"])
    environ = {"HOME": "/secret", "PATH": "/usr/bin:/bin"}
    assert password(section, base=tmp_path, environ=environ) == "$HOME; `id` | x"


def test_a_command_runs_in_the_folder_of_the_configuration_with_its_environment(
    tmp_path: Path,
) -> None:
    (tmp_path / "pw").write_text("x")
    section = command("import os; print(os.path.exists('pw'), os.environ['PW'])")
    assert password(section, base=tmp_path, environ={"PW": "1"}) == "True 1"


@pytest.mark.parametrize(
    ("program", "says"),
    [
        ("print('hunter2-canary'); raise SystemExit(3)", "failed with exit code 3"),
        ("import sys; sys.stderr.write('hunter2-canary'); raise SystemExit(1)", "exit code 1"),
        ("pass", "its first line is empty"),
        ("import sys; sys.stdout.buffer.write(bytes([255, 254]))", "not UTF-8"),
    ],
)
def test_a_command_that_fails_shows_nothing_of_what_it_said(
    tmp_path: Path, program: str, says: str
) -> None:
    with pytest.raises(SecretError, match=says) as caught:
        password(command(program), base=tmp_path, environ={})
    assert CANARY not in f"{caught.value} {caught.value.next_step} {caught.value.__cause__}"


def test_a_command_that_never_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "COMMAND_TIMEOUT", 0.2)
    with pytest.raises(SecretError, match="took more than"):
        password(command("import time; time.sleep(30)"), base=tmp_path, environ={})


def test_a_command_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SecretError, match="cannot be run: No such file"):
        password(login(password_command=["no-such-program"]), base=tmp_path, environ={})


class FakeKeyringError(Exception):
    pass


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], str]:
    """A keyring in memory, in the place of the library's."""
    kept: dict[tuple[str, str], str] = {}

    def get_password(service: str, user: str) -> str | None:
        if service == "locked":
            raise FakeKeyringError(CANARY)
        return kept.get((service, user))

    module, errors = ModuleType("keyring"), ModuleType("keyring.errors")
    module.get_password = get_password
    errors.KeyringError = FakeKeyringError
    monkeypatch.setitem(sys.modules, "keyring", module)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)
    return kept


def test_from_the_keyring(tmp_path: Path, keyring: dict[tuple[str, str], str]) -> None:
    keyring["inboxwatch", "jo"] = CANARY
    section = login(password_keyring="inboxwatch")
    assert password(section, base=tmp_path, environ={}) == CANARY


@pytest.mark.usefixtures("keyring")
@pytest.mark.parametrize(
    ("service", "says"), [("inboxwatch", "has no password of jo"), ("locked", "cannot be used")]
)
def test_a_keyring_without_the_password(tmp_path: Path, service: str, says: str) -> None:
    with pytest.raises(SecretError, match=says) as caught:
        password(login(password_keyring=service), base=tmp_path, environ={})
    assert CANARY not in str(caught.value)


def test_without_the_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(SecretError, match="not installed") as caught:
        password(login(password_keyring="x"), base=tmp_path, environ={})
    assert "inboxwatch[keyring]" in caught.value.next_step


def test_no_password_at_all(tmp_path: Path) -> None:
    with pytest.raises(SecretError, match="there is no password for jo"):
        password(login(), base=tmp_path, environ={})


def test_no_user_needs_none(tmp_path: Path) -> None:
    assert password(login(user=""), base=tmp_path, environ={}) == ""
