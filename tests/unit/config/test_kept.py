"""What is kept of a configuration is what was read, for as long as nothing changed, or nothing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from pydantic import BaseModel

from inboxwatch.config import kept
from inboxwatch.config.build import build_all
from inboxwatch.config.kept import keep, keep_policy, policy_stamp, recall, recall_policy, source_of
from inboxwatch.config.load import load_config
from inboxwatch.core.triage.matcher import spelled_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from inboxwatch.config.schema import Config
    from inboxwatch.model.policy import Policy

ROOT = Path(__file__).parents[3]
EVERYTHING = """\
customers: {files: [customers.csv]}
templates: {path: templates}
replies:
  enabled: true
  rules:
    angry: {signals: [anger], answered_at_most: 2, templates: [weekend], mode: draft}
  topics:
    parcel: {signals: [urgency], phrases: [late], ask: [order-number]}
  overrides: {A33: ["@acme.example", "c-17"]}
service_level: {first_answer: 4h, urgent_answer: 90m}
triage: {points: {money-back: 3}}
goodwill: {most: 25.50, approvers: [Jo]}
tests:
  - name: a test
    at: 2026-11-21 20:14
    mail: {from: ann@example.org, headers: {X-Mail: "1"}}
    expect: {priority: 8.., signals: [insult]}
log: {path: logs/mail.log}
"""
HEAD = """\
version: 1
timezone: Europe/Berlin
team: {name: Acme Support, sign: Jo}
"""
ACCOUNT = "accounts: {s: {address: a@b.example, imap: {host: h.example, password_env: P}}}\n"
SCHEDULE = "schedule: {business: {mon-fri: '09:00-17:00'}}\n"
FILES = """\
accounts:
  support:
    address: support@acme.example
    aliases: ["@acme-shop.example"]
    imap: {host: imap.acme.example, password_file: secret, ca_file: ca.pem}
    mailboxes: {junk: [Spam, Junk]}
"""


def names(section: BaseModel) -> list[str]:
    """The keys of a section, and its own properties as far as they are not those of pydantic."""
    kinds = [kind for kind in type(section).__mro__ if kind.__module__.startswith("inboxwatch")]
    found = {
        name for kind in kinds for name, one in vars(kind).items() if isinstance(one, property)
    }
    return [*type(section).model_fields, *sorted(found)]


def differences(read: object, recalled: object, where: str = "") -> Iterator[str]:
    """The places at which a recalled value is not the one that was read, or of another type."""
    if isinstance(read, BaseModel):
        for name in names(read):
            yield from differences(
                getattr(read, name), getattr(recalled, name, None), f"{where}.{name}"
            )
    elif isinstance(read, dict):
        assert isinstance(recalled, dict)
        if list(read) != list(recalled):
            yield where
        for name, value in read.items():
            yield from differences(value, recalled.get(name), f"{where}[{name}]")
    elif isinstance(read, tuple):
        assert isinstance(recalled, tuple)
        if len(read) != len(recalled):
            yield where
        for number, (one, other) in enumerate(zip(read, recalled, strict=False)):
            yield from differences(one, other, f"{where}[{number}]")
    elif (type(read), read) != (type(recalled), recalled):
        yield where


def kept_of(config: Config) -> bytes:
    octets = keep(config)
    assert octets is not None
    return octets


def again(config: Config) -> Config | None:
    return recall(kept_of(config), config.source)


@pytest.fixture
def written(load: Callable[..., Config], tmp_path: Path) -> Config:
    """A configuration that names files, all of which are there."""
    for name in ("secret", "ca.pem", "other"):
        (tmp_path / name).write_text("x\n", "utf-8")
        (tmp_path / name).chmod(0o600)
    return load(EVERYTHING, account=FILES)


def test_what_is_recalled_is_what_was_read(written: Config) -> None:
    recalled = again(written)
    assert list(differences(written, recalled)) == []
    assert recalled is not None
    assert recalled.retained() == written.retained()
    assert dict(recalled.replies.limits) == dict(written.replies.limits)


def test_the_shipped_example_is_recalled_whole(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_bytes((ROOT / "config.example.yaml").read_bytes())
    path.chmod(0o600)
    config = load_config(path)
    assert list(differences(config, again(config))) == []


def test_a_policy_of_it_is_the_same(written: Config, tmp_path: Path) -> None:
    (tmp_path / "customers.csv").write_text("email\na@b.example\n", "utf-8")
    (tmp_path / "templates").mkdir()
    recalled = again(written)
    assert recalled is not None
    one, other = (build_all(config).policy for config in (written, recalled))
    assert policy_values(one) == policy_values(other)


def test_no_password_is_kept(load: Callable[..., Config]) -> None:
    account = "accounts: {s: {address: a@b.example, imap: {host: h.example, password: secret}}}\n"
    config = load(account=account)
    assert keep(config) is None


def test_nothing_is_kept_of_a_file_that_was_written_since(load: Callable[..., Config]) -> None:
    config = load()
    config.source.write_text(config.source.read_text("utf-8") + "# more\n", "utf-8")
    assert keep(config) is None


def test_nothing_is_kept_under_a_name_that_is_no_utf8(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path) + b"/gr\xfc"
    try:
        Path(os.fsdecode(folder)).mkdir()
    except OSError:
        pytest.skip("no such names on this file system")
    path = Path(os.fsdecode(folder)) / "config.yaml"
    path.write_text(HEAD + ACCOUNT + SCHEDULE, "utf-8")
    config = load_config(path)
    assert keep(config) is None
    octets = keep_policy(build_all(config).policy, policy_stamp(str(path)))
    assert octets is not None
    assert recall_policy(octets, policy_stamp(str(path))) is not None


def test_a_number_without_end_is_not_kept(load: Callable[..., Config]) -> None:
    config = load(f"replies: {{limits: {{day: {10**30}}}}}\n")
    assert keep(config) is None
    assert keep_policy(build_all(config).policy, "as it was") is None


def _write(path: Path) -> None:
    path.write_text(path.read_text("utf-8") + "# more\n", "utf-8")


def _same_size_and_time(path: Path) -> None:
    """As an editor writes that gives the file its old time."""
    before = path.stat()
    fresh = path.with_name("fresh")
    fresh.write_bytes(path.read_bytes()[::-1])
    fresh.chmod(0o600)
    os.utime(fresh, ns=(before.st_atime_ns, before.st_mtime_ns))
    fresh.replace(path)


def _link(path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    path.symlink_to(path.parent.parent / "secret")


CHANGES: tuple[tuple[str, Callable[[Path], object]], ...] = (
    ("config.yaml", _write),
    ("config.yaml", _same_size_and_time),
    ("config.yaml", lambda path: path.chmod(0o644)),
    ("secret", lambda path: path.chmod(0o644)),
    ("secret", Path.unlink),
    ("ca.pem", Path.unlink),
    ("ca.pem", _write),
    ("logs/mail.log", _link),
    ("logs/mail.log.1", _link),
    ("state.customers.db", lambda path: path.symlink_to("logs/mail.log")),
)


@pytest.mark.parametrize(("name", "change"), CHANGES)
def test_nothing_is_recalled_after_a_change(
    name: str, change: Callable[[Path], object], written: Config, tmp_path: Path
) -> None:
    octets = kept_of(written)
    change(tmp_path / name)
    assert recall(octets, written.source) is None


def test_a_file_that_was_not_looked_at_changes_nothing(written: Config, tmp_path: Path) -> None:
    octets = kept_of(written)
    _write(tmp_path / "other")
    assert recall(octets, written.source) is not None


def test_nothing_is_recalled_by_another_program_home_or_name(
    written: Config, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    octets = kept_of(written)
    assert recall(octets, tmp_path / "other.yaml") is None
    with monkeypatch.context() as patched:
        patched.setattr(kept, "__version__", "0.0.0")
        assert recall(octets, written.source) is None
    with monkeypatch.context() as patched:
        patched.setenv("HOME", "/elsewhere")
        assert recall(octets, written.source) is None
    assert recall(octets, written.source) is not None


@given(octets=st.binary(max_size=200))
def test_anything_else_is_nothing(octets: bytes) -> None:
    assert recall(octets, Path("/config.yaml")) is None
    assert source_of(octets) is None
    assert recall_policy(octets, "stamp") is None


def test_a_part_of_it_is_nothing(written: Config) -> None:
    octets = kept_of(written)
    assert source_of(octets) == written.source
    assert all(recall(octets[:cut], written.source) is None for cut in range(len(octets)))


# The policy


def policy_values(policy: Policy) -> dict[str, Any]:
    """The fields of a policy; a lexicon is compared by its words."""
    fields = {name: getattr(policy, name) for name in policy.__struct_fields__}
    return {**fields, "lexicon": policy.lexicon.spelled or spelled_out(policy.lexicon)}


def test_a_recalled_policy_is_the_one_that_was_built(load: Callable[..., Config]) -> None:
    more = (
        "replies: {rules: {late: {templates: [weekend]}}}\ngoodwill: {most: 25, approvers: [J]}\n"
    )
    days = 'schedule: {business: {mon: "09:00-17:00"}, closures: ["2026-12-24..2027-01-02"]}\n'
    policy = build_all(load(more, schedule=days), secret=b"of the journal").policy
    octets = keep_policy(policy, "as it was")
    assert octets is not None
    assert b"of the journal" not in octets
    recalled = recall_policy(octets, "as it was")
    assert recalled is not None
    assert policy_values(recalled) == policy_values(replace(policy, secret=b""))
    assert type(recalled.limits.max_age) is type(policy.limits.max_age)
    assert recalled.schedule.timezone is policy.schedule.timezone


def test_a_policy_is_not_recalled_after_a_change(load: Callable[..., Config]) -> None:
    octets = keep_policy(build_all(load()).policy, "as it was")
    assert octets is not None
    assert recall_policy(octets, "as it is") is None
    assert all(recall_policy(octets[:-cut], "as it was") is None for cut in (1, 10, 1000))
