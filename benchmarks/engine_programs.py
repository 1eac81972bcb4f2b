"""The programs that are measured on the same mailbox: ours, the floor, and the peers."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import engine_rules
from measure import HERE, environment, inboxwatch, once, python
from recording import recorder
from shop import Door, write_accounts

import inboxwatch as package

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

PASSWORD = "benchmark"  # noqa: S105 - of servers that live as long as the benchmark
SERIES = ("first", "new", "same")
"""The runs of a series: the mailbox is new, ten new mails came, nothing came."""


class Program(Protocol):
    """Something that is measured; ``missing`` says why it cannot be."""

    name: str
    version: str
    missing: str

    def prepare(self, user: str, port: int) -> None:
        """Forget everything about a user's mailbox."""

    def command(self, user: str, stage: str) -> list[str]:
        """What is run at one stage of the series."""

    @property
    def env(self) -> Mapping[str, str]:
        """The variables that it needs."""


@dataclass(slots=True)
class Ours:
    """``inboxwatch run`` with everything switched on.

    Replies are composed and wait in the outbox, since the peers only look as well.
    """

    folder: Path
    smtp_port: int
    name: str = "inboxwatch"
    version: str = package.__version__
    missing: str = ""
    env: Mapping[str, str] = field(default_factory=dict)

    def prepare(self, user: str, port: int) -> None:
        """A state that has not seen the mailbox."""
        home = self.folder / user
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        self.configure(user, port, mode="hold")

    def configure(self, user: str, port: int, *, mode: str) -> None:
        """Write the configuration; with mode ``send`` replies go out."""
        doors = [Door(port, user=user)]
        home = self.folder / user
        write_accounts(home, doors, smtp_port=self.smtp_port, password=PASSWORD, mode=mode)

    def command(self, user: str, stage: str) -> list[str]:
        """Every run is the same command."""
        del stage
        return inboxwatch("run", "--config", str(self.folder / user / "config.yaml"))


@dataclass(slots=True)
class Floor:
    """A client that sends the commands of our run and throws the answers away."""

    folder: Path
    recorder: Ours
    name: str = "floor"
    version: str = ""
    missing: str = ""
    env: Mapping[str, str] = field(default_factory=dict)
    _port: int = 0

    def prepare(self, user: str, port: int) -> None:
        """It knows nothing that could be forgotten."""
        del user
        self._port = port

    def command(self, user: str, stage: str) -> list[str]:
        """Say what was said at this stage of a mailbox of this size."""
        script = self._script(user.rpartition("-")[2], stage)
        login = ("127.0.0.1", str(self._port), user, PASSWORD, str(script))
        return python(str(HERE / "floors.py"), "replay", *login)

    def record(self, user: str, port: int) -> Iterator[str]:
        """Run ours through a recorder, a stage each time that it is asked for."""
        size = user.rpartition("-")[2]
        with recorder(port) as between:
            self.recorder.prepare(user, between.port)
            for stage in SERIES:
                once(self.recorder.command(user, stage), env=self.recorder.env)
                between.write(self._script(size, stage))
                yield stage

    def _script(self, size: str, stage: str) -> Path:
        return self.folder / f"{size}-{stage}.json"


@dataclass(slots=True)
class Imapfilter:
    """Debian's imapfilter with our rules; it keeps nothing between its runs."""

    folder: Path
    bodies: bool
    name: str = ""
    version: str = ""
    missing: str = ""
    binary: str = ""

    def __post_init__(self) -> None:
        self.name = "imapfilter" if self.bodies else "imapfilter-header"
        self.binary = shutil.which("imapfilter") or ""
        if not self.binary:
            self.missing = "not installed (Debian: apt-get install imapfilter)"
            return
        told = subprocess.run([self.binary, "-V"], capture_output=True, text=True, check=False)
        found = re.search(r"IMAPFilter (\S+)", told.stdout + told.stderr)
        self.version = found[1] if found else ""

    @property
    def env(self) -> Mapping[str, str]:
        """A home of its own: it must not read the user's certificates and scripts."""
        return {"IMAPFILTER_HOME": str(self.folder)}

    def prepare(self, user: str, port: int) -> None:
        """Write the script."""
        script = engine_rules.lua(port, user, PASSWORD, bodies=self.bodies)
        self._script(user).write_text(script, "ascii")

    def command(self, user: str, stage: str) -> list[str]:
        """It looks at everything, whatever came."""
        del stage
        return [self.binary, "-c", str(self._script(user))]

    def _script(self, user: str) -> Path:
        return self.folder / f"{user}.lua"


@dataclass(slots=True)
class Autofiler:
    """imapautofiler, from PyPI into an environment of its own."""

    folder: Path
    name: str = "imapautofiler"
    version: str = ""
    missing: str = ""
    env: Mapping[str, str] = field(default_factory=dict)

    def install(self) -> Autofiler:
        """Make the environment; what fails is told by ``missing``."""
        home = self.folder / "environment"
        pip = [str(home / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
        try:
            _quietly([sys.executable, "-m", "venv", str(home)])
            _quietly([*pip, "install", "--quiet", "imapautofiler"])
            told = _quietly([*pip, "show", "imapautofiler"])
            self.version = re.findall(r"^Version: (\S+)", told, re.MULTILINE)[0]
            _quietly([str(home / "bin" / "imapautofiler"), "--help"])
        except (OSError, subprocess.CalledProcessError, IndexError):
            self.missing = "could not be installed from PyPI"
        return self

    def prepare(self, user: str, port: int) -> None:
        """Write the configuration."""
        self._config(user).write_text(engine_rules.autofiler(port, user, PASSWORD), "ascii")

    def command(self, user: str, stage: str) -> list[str]:
        """It looks at everything, whatever came."""
        del stage
        binary = str(self.folder / "environment" / "bin" / "imapautofiler")
        return [binary, "--dry-run", "--config-file", str(self._config(user))]

    def _config(self, user: str) -> Path:
        return self.folder / f"{user}.yml"


def _quietly(command: list[str]) -> str:
    env = {key: value for key, value in environment().items() if key != "PYTHONPATH"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=env)
    return done.stdout


NAMES = ("inboxwatch", "floor", "imapfilter", "imapfilter-header", "imapautofiler")


def programs(folder: Path, smtp_port: int, only: Collection[str]) -> list[Program]:
    """Those that are asked for, in the order in which they take turns."""
    homes = {name: folder / name for name in NAMES}
    for home in homes.values():
        home.mkdir()
    ours = Ours(homes["inboxwatch"], smtp_port)
    known: list[Program] = [
        ours,
        Floor(homes["floor"], ours),
        Imapfilter(homes["imapfilter"], bodies=True),
        Imapfilter(homes["imapfilter-header"], bodies=False),
    ]
    chosen = [one for one in known if one.name in only]
    if "imapautofiler" in only:
        chosen.append(Autofiler(homes["imapautofiler"]).install())
    return chosen
