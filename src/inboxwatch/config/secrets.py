"""Passwords: from a command, the environment, a file, the keyring, or the configuration (T05).

No message of this module holds a secret, nor anything that a command printed.
"""

from __future__ import annotations

import stat
import subprocess
from typing import TYPE_CHECKING

from inboxwatch.config.files import read_file
from inboxwatch.errors import ExitCode, InboxwatchError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from inboxwatch.config.schema.account import Imap

COMMAND_TIMEOUT = 30.0
"""Seconds that a password command may take; a question to the user has to be answered in it."""

MAX_OCTETS = 64 * 1024
_OTHERS = 0o077


class SecretError(InboxwatchError):
    """A password cannot be had; says from where, and never what."""

    code = ExitCode.CONFIG


def password(section: Imap, *, base: Path, environ: Mapping[str, str]) -> str:
    """The password of a login; relative files lie in ``base``, where commands run as well.

    Empty for a login without a user. Raises SecretError.
    """
    if section.password is not None:
        return section.password.get_secret_value()
    if section.password_env:
        return _from_environment(section.password_env, environ)
    if section.password_file:
        return _from_file(base / section.password_file)
    if section.password_command:
        return _from_command(section.password_command, base, environ)
    if section.password_keyring:
        return _from_keyring(section.password_keyring, section.user)
    if not section.user:
        return ""
    step = "give one of password_command, password_env, password_file or password_keyring"
    raise SecretError(f"there is no password for {section.user}", next_step=step)


def _from_environment(name: str, environ: Mapping[str, str]) -> str:
    if value := environ.get(name):
        return value
    state = "empty" if name in environ else "not set"
    raise SecretError(
        f"the environment variable {name}, which should hold a password, is {state}",
        next_step=f"set {name} for the process that runs inboxwatch",
    )


def _from_file(path: Path) -> str:
    try:
        octets = read_file(path, MAX_OCTETS)
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError as error:
        raise SecretError(
            f"the password file {path} cannot be read: {error.strerror}",
            next_step="look at password_file in the configuration",
        ) from None
    if mode & _OTHERS:
        raise SecretError(
            f"others can read the password file {path} (mode {mode:o})",
            next_step=f"chmod 600 {path}",
        )
    return _first_line(octets, f"the password file {path}")


def _from_command(command: Sequence[str], base: Path, environ: Mapping[str, str]) -> str:
    name = f"the password command {command[0]}"
    step = "run it by hand to see what it says"
    try:
        done = subprocess.run(
            list(command),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=COMMAND_TIMEOUT,
            cwd=base,
            env=dict(environ),
            check=False,
        )
    except subprocess.TimeoutExpired:
        message = f"{name} took more than {COMMAND_TIMEOUT:.0f} seconds"
        raise SecretError(message, next_step=step) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its words cannot be passed on"
        raise SecretError(f"{name} cannot be run: {reason}", next_step=step) from None
    if done.returncode != 0:
        raise SecretError(f"{name} failed with exit code {done.returncode}", next_step=step)
    return _first_line(done.stdout[:MAX_OCTETS], name)


def _from_keyring(service: str, user: str) -> str:
    try:
        import keyring  # noqa: PLC0415  # an extra
        from keyring.errors import KeyringError  # noqa: PLC0415  # an extra
    except ImportError:
        raise SecretError(
            "password_keyring needs the library keyring, which is not installed",
            next_step="pip install 'inboxwatch[keyring]'",
        ) from None
    try:
        found = keyring.get_password(service, user)
    except KeyringError as error:
        raise SecretError(
            f"the keyring cannot be used: {type(error).__name__}",
            next_step="unlock it, or use password_command",
        ) from None
    if not found:
        raise SecretError(
            f"the keyring has no password of {user} for the service {service}",
            next_step=f"keyring set {service} {user}",
        )
    return str(found)


def _first_line(octets: bytes, source: str) -> str:
    line = octets.removeprefix(b"\xef\xbb\xbf").partition(b"\n")[0].removesuffix(b"\r")
    if not line:
        raise SecretError(f"{source} gave no password: its first line is empty")
    try:
        return line.decode()
    except UnicodeDecodeError:
        raise SecretError(f"{source} gave a password that is not UTF-8") from None
