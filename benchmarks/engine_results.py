"""What the engine's benchmark measured: every go, as JSON, and what is made of them."""

from __future__ import annotations

import json
import statistics
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from measure import Usage

MB = 1_000_000
OURS, FLOOR = "inboxwatch", "floor"
BODIES, HEADER, AUTOFILER = "imapfilter", "imapfilter-header", "imapautofiler"


@dataclass(slots=True)
class Goes:
    """One kind of run, several times: seconds by the clock and of CPU, octets at the peak."""

    size: int
    stage: str
    program: str
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    peak: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Results:
    """Everything that was measured in one go, without a word about where.

    ``runs`` are the runs of the series on each mailbox; ``again`` those with nothing new that show
    how a run grows with its mailbox. ``help`` has the seconds of CPU of ``--help`` with and without
    rich. ``accounts`` has the seconds until the accounts that answer are done, by what they do and
    whether a silent one is among them. ``missing`` tells what was not measured, and why.
    """

    when: str
    machine: dict[str, str]
    versions: dict[str, str]
    inbox: int
    spam: int
    octets: int = 0
    goes: int = 0
    runs: list[Goes] = field(default_factory=list)
    again: list[Goes] = field(default_factory=list)
    help: dict[str, list[float]] = field(default_factory=dict)
    accounts: dict[str, list[float]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Mails in the mailbox that the targets are about."""
        return self.inbox + self.spam

    @property
    def sizes(self) -> list[int]:
        """The mailboxes that were measured, small ones first."""
        return sorted({one.size for one in self.runs})

    def goes_of(self, stage: str, program: str, size: int = 0) -> Goes | None:
        """The goes of one kind, if it was measured; of the mailbox of the targets by default."""
        wanted = (size or self.size, stage, program)
        found = (one for one in self.runs if (one.size, one.stage, one.program) == wanted)
        return next(found, None)

    def wall(self, stage: str, program: str, size: int = 0) -> float | None:
        """The median by the clock."""
        found = self.goes_of(stage, program, size)
        return statistics.median(found.wall) if found else None

    def added(self, size: int) -> float | None:
        """Seconds that a run with nothing new adds to the server's own time."""
        found = {one.program: one.wall for one in self.again if one.size == size}
        if {OURS, FLOOR} - set(found):
            return None
        return statistics.median(found[OURS]) - statistics.median(found[FLOOR])

    @staticmethod
    def note(goes: list[Goes], key: tuple[int, str, str], used: Usage) -> None:
        """Keep one go."""
        one = next((one for one in goes if (one.size, one.stage, one.program) == key), None)
        if one is None:
            goes.append(one := Goes(*key))
        one.wall.append(round(used.wall, 4))
        one.cpu.append(round(used.cpu, 4))
        one.peak.append(used.peak)

    def write(self, file: Path) -> None:
        """As JSON, one kind of run a line."""
        told = asdict(self)
        rows = {name: told.pop(name) for name in ("runs", "again")}
        text = json.dumps(told, indent=2)[:-2]
        for name, goes in rows.items():
            lines = ",\n    ".join(map(json.dumps, goes))
            text += f',\n  "{name}": [\n    {lines}\n  ]' if goes else f',\n  "{name}": []'
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text + "\n}\n", "utf-8")


def read(file: Path) -> Results:
    """What ``write`` wrote."""
    told = json.loads(file.read_text("utf-8"))
    rows = {name: [Goes(**one) for one in told.pop(name)] for name in ("runs", "again")}
    return Results(**told, **rows)
