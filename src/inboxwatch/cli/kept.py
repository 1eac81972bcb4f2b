"""Where checked configurations are kept: in the user's folder for what can be made anew."""

from __future__ import annotations

import os
import stat
import time
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from inboxwatch.config import kept
from inboxwatch.errors import InboxwatchError

if TYPE_CHECKING:
    from inboxwatch.config.schema import Config
    from inboxwatch.model.policy import Policy

_CONFIG, _POLICY = ".config", ".policy"
MAX_OCTETS = 8 << 20
SETTLED = 2.0
"""Seconds that a file has to be left alone: its time tells of no two changes at once."""

ABANDONED = 3600.0
"""Seconds after which nobody is writing a file any more that is half written."""

_DIGEST = 32
"""Octets of the checksum that stands before what is kept."""

_ROOT, _OTHERS_WRITE = 0, 0o022


def recall_config(source: Path) -> Config | None:
    """What was kept of a configuration, or None where it has to be read and checked again."""
    octets = _octets(source, _CONFIG)
    return kept.recall(octets, source) if octets else None


def keep_config(config: Config) -> None:
    """Keep a configuration that was found right, or nothing of it where a password stands in it.

    That it cannot be kept is no fault: the next command reads it again.
    """
    if kept.holds_password(config):
        forget_config(config.source)
    octets = kept.keep(config) if _is_settled(config.source) else None
    if octets:
        _write(config.source, _CONFIG, octets)


def forget_config(source: Path) -> None:
    """Let go of all that was kept of a configuration: it may name people."""
    for suffix in (_CONFIG, _POLICY):
        if place := _place(source, suffix):
            with suppress(OSError):
                place.unlink(missing_ok=True)


def recall_policy(config: Config, files: str) -> Policy | None:
    """What was kept of the policy that a configuration means, if ``files`` tells the same of them.

    None where it has to be built again.
    """
    octets = _octets(config.source, _POLICY)
    return kept.recall_policy(octets, kept.policy_stamp(files)) if octets else None


def keep_policy(config: Config, policy: Policy, files: str) -> None:
    """Keep a policy that was found right, if its configuration may be kept."""
    if kept.holds_password(config) or not _is_settled(config.source):
        return
    octets = kept.keep_policy(policy, kept.policy_stamp(files))
    if octets:
        _write(config.source, _POLICY, octets)


def _octets(source: Path, suffix: str) -> bytes:
    """What was kept, if it is whole: a checksum stands before it."""
    place = _place(source, suffix)
    whole = _own_octets(place) if place else b""
    told, octets = whole[:_DIGEST], whole[_DIGEST:]
    return octets if sha256(octets).digest() == told else b""


def _write(source: Path, suffix: str, octets: bytes) -> None:
    from inboxwatch.store.files import private_folder, write_private

    place = _place(source, suffix)
    if place and len(octets) <= MAX_OCTETS - _DIGEST and _is_ours(place):
        with suppress(InboxwatchError, OSError):
            _clear_out(private_folder(place.parent))
            write_private(place, sha256(octets).digest() + octets)


def _is_ours(place: Path) -> bool:
    """Whether a file may be made at a path: root makes none in a user's home."""
    with suppress(OSError):
        nearest = next(folder for folder in place.parents if folder.exists())
        return os.geteuid() != _ROOT or nearest.stat().st_uid == _ROOT
    return False


def _place(source: Path, suffix: str) -> Path | None:
    """Where a configuration is kept: by the XDG Base Directory Specification, absolute or nowhere.

    platformdirs says the same, and takes a good part of what is saved to be imported.
    """
    given = os.environ.get("XDG_CACHE_HOME", "")
    usual = os.path.expanduser("~/.cache")  # noqa: PTH111 - Path raises where there is no home
    folder = Path(given if given.startswith("/") else usual)
    if not folder.is_absolute():
        return None
    name = sha256(os.fsencode(source)).hexdigest()[:32]
    return folder / "inboxwatch" / "configurations" / f"{name}{suffix}"


def _own_octets(path: Path) -> bytes:
    """A file that nobody but us can have written; nothing where it is another, or none."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError):
        return b""
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        ours = stat.S_ISREG(found.st_mode) and found.st_uid == os.geteuid()
        return file.read(MAX_OCTETS) if ours and not found.st_mode & _OTHERS_WRITE else b""


def _is_settled(source: Path) -> bool:
    with suppress(OSError):
        return abs(time.time() - source.stat().st_mtime) > SETTLED
    return False


def _clear_out(folder: Path) -> None:
    """Throw away what was kept of configurations that are gone, and what was left half written."""
    for path in list(folder.iterdir()):
        with suppress(OSError):  # of one that cannot be looked at the others are none the worse
            if _is_abandoned(path):
                path.unlink()
                path.with_suffix(_POLICY).unlink(missing_ok=True)


def _is_abandoned(path: Path) -> bool:
    if path.suffix == _CONFIG:
        source = kept.source_of(_own_octets(path)[_DIGEST:])
        return source is None or not source.exists()
    whole = path.suffix == _POLICY and not path.name.startswith(".")
    if whole and path.with_suffix(_CONFIG).exists():
        return False
    return time.time() - path.lstat().st_mtime > ABANDONED
