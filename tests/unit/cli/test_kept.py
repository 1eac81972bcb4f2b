"""Where a checked configuration is kept, and that nobody else can have written it."""

from __future__ import annotations

import os
import stat
import time
from typing import TYPE_CHECKING

import pytest
from tests.support.written import ONE_ACCOUNT

from inboxwatch.cli import kept, policies
from inboxwatch.cli.policies import load_policy, read_config
from inboxwatch.config.kept import Recalled
from inboxwatch.core.triage.matcher import spelled_out
from inboxwatch.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

    from inboxwatch.config.schema import Config

TEMPLATE = """\
---
name: own
period: business
kind: acknowledgement
tone: sincere
language: en
---
Hello {{ greeting_name }},

we have it.
{{ sign }}
"""
SCHEDULE = "schedule: {business: {mon-fri: '09:00-18:00'}}\n"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "inboxwatch" / "configurations"


def settled(path: Path, text: str = ONE_ACCOUNT + SCHEDULE) -> Path:
    """A configuration that nobody has written for a minute."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    path.chmod(0o600)
    old = time.time() - 60
    os.utime(path, (old, old))
    return path


@pytest.fixture
def written(tmp_path: Path) -> Path:
    return settled(tmp_path / "config.yaml")


def is_recalled(config: Config) -> bool:
    return isinstance(config, Recalled)


def only(folder: Path) -> Path:
    (path,) = folder.iterdir()
    return path


def test_a_configuration_that_was_kept_is_recalled(written: Path, cache: Path) -> None:
    assert not is_recalled(read_config(written, keep=True))
    assert is_recalled(read_config(written))
    assert not is_recalled(read_config(written, afresh=True))
    assert stat.S_IMODE(only(cache).stat().st_mode) == 0o600
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700


def test_a_configuration_is_found_again_by_another_way_of_writing_its_path(
    written: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_config(written, keep=True)
    monkeypatch.chdir(written.parent)
    assert is_recalled(read_config(type(written)("config.yaml")))
    assert only(cache)


def test_who_only_reads_keeps_nothing(written: Path, cache: Path) -> None:
    read_config(written)
    assert not cache.exists()


def test_a_configuration_that_was_written_just_now_is_not_kept(written: Path, cache: Path) -> None:
    written.touch()
    read_config(written, keep=True)
    assert not cache.exists()


def test_a_fault_is_told_again_and_again(written: Path, cache: Path) -> None:
    read_config(written, keep=True)
    settled(written, ONE_ACCOUNT)
    for _ in range(2):
        with pytest.raises(ConfigError):
            read_config(written, keep=True)
    settled(written)
    assert not is_recalled(read_config(written, keep=True))
    assert is_recalled(read_config(written))
    assert only(cache)


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_what_others_can_write_is_not_believed(mode: int, written: Path, cache: Path) -> None:
    read_config(written, keep=True)
    only(cache).chmod(mode)
    assert not is_recalled(read_config(written))


def test_neither_are_links_pipes_and_files_of_others(
    written: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_config(written, keep=True)
    file = only(cache)
    octets = file.read_bytes()
    with monkeypatch.context() as patched:
        patched.setattr(os, "geteuid", lambda: file.stat().st_uid + 1)
        assert not is_recalled(read_config(written))
    assert is_recalled(read_config(written))
    file.unlink()
    (cache / "aside").write_bytes(octets)
    (cache / "aside").chmod(0o600)
    file.symlink_to(cache / "aside")
    assert not is_recalled(read_config(written))
    file.unlink()
    os.mkfifo(file, 0o600)
    assert not is_recalled(read_config(written))


def test_where_nothing_can_be_kept_it_is_read_again(
    written: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    for place in (str(tmp_path / "file"), "relative/folder", "/proc/none"):
        monkeypatch.setenv("XDG_CACHE_HOME", place)
        monkeypatch.setenv("HOME", str(tmp_path / "file"))
        for _ in range(2):
            assert not is_recalled(read_config(written, keep=True))


def test_what_was_kept_of_configurations_that_are_gone_goes(tmp_path: Path, cache: Path) -> None:
    one, other = settled(tmp_path / "one.yaml"), settled(tmp_path / "other.yaml")
    load_policy(one)
    assert len(list(cache.iterdir())) == 2
    old = time.time() - 2 * kept.ABANDONED
    for name in (".half-written", "alone.policy"):
        (cache / name).touch()
        os.utime(cache / name, (old, old))
    young = cache / ".being-written"
    young.touch()
    one.unlink()
    read_config(other, keep=True)
    names = {path.name for path in cache.iterdir()}
    assert len(names) == 2
    assert young.name in names


def test_damage_is_found(written: Path, cache: Path) -> None:
    load_policy(written)
    for path in cache.iterdir():
        octets = path.read_bytes()
        for place in (0, 40, len(octets) // 2, len(octets) - 1):
            damaged = bytearray(octets)
            damaged[place] ^= 1
            path.write_bytes(damaged)
            config = read_config(written)
            assert path.suffix != ".config" or not is_recalled(config)
            assert kept.recall_policy(config, policies._stamp(config)) is None or (
                path.suffix == ".config"
            )
        path.write_bytes(octets)
    assert is_recalled(read_config(written))


def test_what_was_kept_goes_when_a_password_is_written_into_it(written: Path, cache: Path) -> None:
    load_policy(written)
    assert len(list(cache.iterdir())) == 2
    settled(written, ONE_ACCOUNT.replace("password_env: SECRET", "password: secret") + SCHEDULE)
    read_config(written, keep=True)
    assert list(cache.iterdir()) == []


def test_one_that_cannot_be_looked_at_stops_nothing(written: Path, cache: Path) -> None:
    cache.mkdir(parents=True)
    (cache / ".folder").mkdir()
    (cache / "folder.config").mkdir()
    (cache / ".link").symlink_to("nowhere")
    read_config(written, keep=True)
    assert is_recalled(read_config(written))


def test_root_makes_nothing_in_the_home_of_a_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    if os.geteuid() == 0:
        os.chown(home, 1000, 1000)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert not kept._is_ours(home / ".cache" / "inboxwatch" / "one")


# The policy


def test_a_policy_is_built_once(
    written: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = load_policy(written)[0]
    monkeypatch.setattr(policies, "_built", None)
    recalled = load_policy(written)[0]
    assert recalled.templates == built.templates
    assert recalled.lexicon.spelled == spelled_out(built.lexicon)
    assert cache.is_dir()


@pytest.mark.parametrize("name", ["templates/own.en.md.j2", "phrases/en.txt", "customers.csv"])
def test_a_policy_is_built_again_after_one_of_its_files_changed(
    name: str, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder, file, text in (
        ("templates", "own.en.md.j2", TEMPLATE),
        ("phrases", "en.txt", "[anger]\nvery cross\n"),
        (".", "customers.csv", "email\nann@example.org\n"),
    ):
        settled(tmp_path / folder / file, text)
    named = "templates: {path: templates}\nphrases: {path: phrases}\n"
    more = "customers: {files: [customers.csv]}\n"
    config = settled(tmp_path / "config.yaml", ONE_ACCOUNT + SCHEDULE + named + more)
    load_policy(config)
    times: list[object] = []
    build = policies._built
    monkeypatch.setattr(policies, "_built", lambda *args: times.append(args) or build(*args))
    load_policy(config)
    assert not times
    path = tmp_path / name
    path.write_text(path.read_text("utf-8").replace("ann", "bob") + "\n", "utf-8")
    load_policy(config)
    assert len(times) == 1
    load_policy(config)
    assert len(times) == 1
    assert cache.is_dir()


def test_no_policy_is_kept_of_a_configuration_with_a_password(tmp_path: Path, cache: Path) -> None:
    text = ONE_ACCOUNT.replace("password_env: SECRET", "password: secret") + SCHEDULE
    load_policy(settled(tmp_path / "config.yaml", text))
    assert not cache.exists()


def test_a_fault_in_customers_is_told_beside_a_kept_policy(tmp_path: Path, cache: Path) -> None:
    settled(tmp_path / "customers.csv", "email\nann@example.org\n")
    text = ONE_ACCOUNT + SCHEDULE + "customers: {files: [customers.csv]}\n"
    config = settled(tmp_path / "config.yaml", text)
    load_policy(config)
    (tmp_path / "customers.csv").write_text("email\nnobody\n", "utf-8")
    with pytest.raises(ConfigError) as caught:
        load_policy(config)
    assert "nobody" in caught.value.problems[0].message
    assert cache.is_dir()


def test_a_policy_belongs_to_the_configuration_that_was_read(tmp_path: Path, cache: Path) -> None:
    """One that is built after its file was written anew is not kept as the new one's."""
    path = settled(tmp_path / "config.yaml")
    read = read_config(path, keep=True)
    settled(path, ONE_ACCOUNT.replace("Acme Support", "Acme Repairs") + SCHEDULE)
    policies._policy_and_customers(read, keep=True)
    assert load_policy(path)[0].team.name == "Acme Repairs"
    assert load_policy(path)[0].team.name == "Acme Repairs"
    assert cache.is_dir()
