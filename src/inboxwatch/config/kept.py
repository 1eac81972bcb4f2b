"""A configuration that was found right, kept so that the next command need not check it again.

Reading and checking one is most of the start of a command, and cron starts one every minute. What
is kept counts for as long as nothing has changed of what was looked at then: the configuration, the
files of passwords and certificates that it names, and the program. A configuration in which a
password stands is not kept, nor is anything else of a secret.
"""

from __future__ import annotations

import os
from datetime import timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo

from msgspec import DecodeError, Raw, Struct, msgpack
from msgspec.structs import replace

from inboxwatch import __version__
from inboxwatch.config.files import mark, shipped_folder
from inboxwatch.config.resolved import Resolved
from inboxwatch.model.policy import Lexicon, Policy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from inboxwatch.config.schema import Config
    from inboxwatch.config.schema.account import Imap
    from inboxwatch.config.schema.base import Section

_HERE = Path(__file__).parent
_CORE = _HERE.parent / "core"
_MADE_OF = (
    *(_HERE / "phrases", _HERE.parent / "model", _CORE),
    *(_CORE / "message", _CORE / "reply", _CORE / "triage"),
)
"""What a policy is made of besides the team's files and the shipped templates."""

_SECTION, _PATH, _DURATION, _AMOUNT = range(1, 5)
"""Codes of what MessagePack has no type for."""


class Kept(Struct, frozen=True):
    """A kept configuration: whose it is, what was looked at, how that was, and its keys.

    ``files`` are those whose content and mode were looked at, ``links`` the paths of which only
    counts where they lead.
    """

    source: str
    files: tuple[str, ...]
    links: tuple[str, ...]
    stamp: str
    keys: Raw


class Recalled(SimpleNamespace):
    """A section as it was when it was checked: its keys are attributes, as those of the schema.

    So are the properties under which a section gives keys together.
    """

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        """The keys with their values, and the properties with theirs."""
        return iter(vars(self).items())


class RecalledConfig(Recalled, Resolved):
    """The whole of it, with the ``source`` that was read, and the mark that this had."""

    source: Path
    mark: str
    links: tuple[str, ...]


def keep(config: Config) -> bytes | None:
    """What is kept of a configuration; None where a password stands in it.

    Nor is one kept whose file was written since it was read.
    """
    if config.mark != mark(config.source) or holds_password(config):
        return None
    named = [path for one in _logins(config) for path in (one.password_file, one.ca_file) if path]
    files = tuple(dict.fromkeys(str(config.base / path) for path in (config.source, *named)))
    try:
        keys = Raw(msgpack.encode(_packed(config)))
        stamp = _stamp(files, config.links)
        return msgpack.encode(Kept(str(config.source), files, config.links, stamp, keys))
    except (OverflowError, UnicodeEncodeError):  # a giant number, a name that is no UTF-8
        return None


def holds_password(config: Config) -> bool:
    """Whether a password stands in a configuration."""
    return any(one.password is not None for one in _logins(config))


def _logins(config: Config) -> list[Imap]:
    return [one for account in config.accounts.values() for one in (account.imap, account.smtp)]


def recall(octets: bytes, source: Path) -> Config | None:
    """The configuration that was kept of a file, or None where it has to be read again."""
    try:
        kept = msgpack.decode(octets, type=Kept)
        if kept.source != str(source) or kept.stamp != _stamp(kept.files, kept.links):
            return None
        keys = _unpacked(msgpack.decode(kept.keys, ext_hook=_extension))
    except (DecodeError, ValueError):  # written by another version, or by nobody
        return None
    whole = RecalledConfig(**vars(keys))
    # It has every attribute of the schema's sections, and none of what makes and checks them.
    return cast("Config", whole)


def source_of(octets: bytes) -> Path | None:
    """Whose configuration is kept here; None for what is none."""
    try:
        return Path(msgpack.decode(octets, type=Kept).source)
    except DecodeError:
        return None


# The policy


class KeptPolicy(Struct, frozen=True):
    """A kept policy, and how everything was that it was built from."""

    stamp: str
    policy: Raw


def policy_stamp(files: str) -> str:
    """How the program is, its phrases and templates, and the team's files as ``files`` tells it."""
    whole = "\n".join([_program(), *map(_newest, (shipped_folder(), *_MADE_OF)), files])
    return sha256(os.fsencode(whole)).hexdigest()


def keep_policy(policy: Policy, stamp: str) -> bytes | None:
    """What is kept of a policy: all but its secret, which the journal has.

    Its phrases are kept as they are spelled out.
    """
    from inboxwatch.core.triage.matcher import spelled_out  # noqa: PLC0415 - seldom is one kept

    kept = replace(policy, secret=b"", lexicon=Lexicon((), spelled_out(policy.lexicon)))
    try:
        told = msgpack.encode(kept, enc_hook=_zone_name)
    except (OverflowError, UnicodeEncodeError):  # as above
        return None
    return msgpack.encode(KeptPolicy(stamp, Raw(told)))


def recall_policy(octets: bytes, stamp: str) -> Policy | None:
    """The policy that was kept, without a secret; None where it has to be built again."""
    try:
        kept = msgpack.decode(octets, type=KeptPolicy)
        if kept.stamp != stamp:
            return None
        return msgpack.decode(kept.policy, type=Policy, dec_hook=_zone)
    except (DecodeError, ValueError, KeyError):  # of another version, or a zone that is gone
        return None


def _zone_name(value: object) -> str:
    if isinstance(value, ZoneInfo) and value.key:
        return value.key
    raise TypeError(f"a policy holds {type(value).__name__}, which cannot be kept")


def _zone(_type: type, name: object) -> ZoneInfo:
    return ZoneInfo(str(name))


# What has to stay as it was


def _stamp(files: Iterable[str], links: Iterable[str]) -> str:
    marks = [mark(Path(file)) for file in files]
    leads = [os.path.realpath(link) for link in links]
    whole = "\n".join([_program(), repr(os.environ.get("HOME")), *marks, *leads])
    return sha256(os.fsencode(whole)).hexdigest()


def _program() -> str:
    """The program: its version, and the newest of the modules that read a configuration."""
    return f"{__version__} {_newest(_HERE)} {_newest(_HERE / 'schema')}"


def _newest(folder: Path) -> str:
    """A folder, and when the youngest of its files was written: it changes in an upgrade."""
    with os.scandir(folder) as entries:
        times = [entry.stat().st_mtime_ns for entry in entries if entry.is_file()]
    return f"{folder} {len(times)} {max(times, default=0)}"


# Keys as octets


def _packed(value: object) -> object:
    """A value of the schema in what MessagePack knows."""
    if isinstance(value, tuple):
        return tuple(map(_packed, value))
    if isinstance(value, dict):
        return {key: _packed(one) for key, one in value.items()}
    for kind, code, octets in _EXTENSIONS:
        if isinstance(value, kind):
            return msgpack.Ext(code, octets(value))
    if value is None or isinstance(value, str | int):
        return value
    keys = {name: _packed(getattr(value, name)) for name in _names(cast("Section", value))}
    return msgpack.Ext(_SECTION, msgpack.encode(keys))


def _names(section: Section) -> list[str]:
    """The names of a section's keys and properties."""
    own = vars(type(section)).items()
    properties = (name for name, value in own if isinstance(value, property))
    return [*type(section).model_fields, *properties]


_EXTENSIONS: tuple[tuple[type, int, Callable[[Any], bytes]], ...] = (
    (Path, _PATH, os.fsencode),
    (timedelta, _DURATION, lambda span: msgpack.encode(span // timedelta(microseconds=1))),
    (Decimal, _AMOUNT, lambda amount: str(amount).encode()),
)


def _unpacked(value: Any) -> Any:  # noqa: ANN401 - any value of the schema
    if isinstance(value, list):
        return tuple(map(_unpacked, value))
    if isinstance(value, dict):
        return {key: _unpacked(one) for key, one in value.items()}
    return value


def _extension(code: int, octets: memoryview) -> object:
    if code == _SECTION:
        keys: Mapping[str, Any] = msgpack.decode(octets, ext_hook=_extension)
        return Recalled(**{key: _unpacked(one) for key, one in keys.items()})
    if code == _PATH:
        return Path(os.fsdecode(bytes(octets)))
    if code == _DURATION:
        return timedelta(microseconds=msgpack.decode(octets, type=int))
    if code == _AMOUNT:
        return Decimal(bytes(octets).decode())
    raise ValueError(f"there is no extension {code}")
