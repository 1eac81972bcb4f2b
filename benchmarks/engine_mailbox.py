"""The mailbox of the engine's benchmark, and cold copies of it, so that all begin from the same."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING

from houses import hand_over
from mails import mixed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from houses import Dovecot
    from mails import Mail

BOXES = ("INBOX", "Spam")
NEW = {"INBOX": 8, "Spam": 2}
"""How many new mails come between two runs."""

_MASTER = "made"
_FAR = 10_000


class Mailbox:
    """Made once, and never opened by anybody: a reader gets a copy of it, without any index.

    Copies are links to the same files; a server renames those, and never writes into them.
    """

    def __init__(self, server: Dovecot, counts: dict[str, int], until: datetime) -> None:
        self._server = server
        self._names: dict[str, list[str]] = {}
        self._fresh = 0
        for number, (box, count) in enumerate(counts.items(), 1):
            folder = server.maildir(box, user=_MASTER) / "cur"
            mails = enumerate(mixed(count, seed=number, until=until))
            self._names[box] = [_put(folder, mail, place) for place, mail in mails]
        os.sync()

    def copy(self, user: str, counts: dict[str, int]) -> int:
        """Give a user the newest mails, and nothing else; how many octets they are."""
        server = self._server
        shutil.rmtree(server.root / "mail" / user, ignore_errors=True)
        octets = 0
        for box, count in counts.items():
            made = server.maildir(box, user=_MASTER) / "cur"
            mine = server.maildir(box, user=user) / "cur"
            for name in self._names[box][-count:]:
                os.link(made / name, mine / name)
                octets += _size(name)
        return octets

    def deliver(self, users: tuple[str, ...]) -> None:
        """Ten new mails, the same ones for every user, come at this moment."""
        self._fresh += 1
        now = datetime.now(UTC)
        for number, (box, count) in enumerate(NEW.items()):
            seed = _FAR + 2 * self._fresh + number
            mails = islice(mixed(3 * count, seed=seed, until=now), count)
            for place, mail in enumerate(mails, 100 * self._fresh):
                for user in users:
                    folder = self._server.maildir(box, user=user) / "new"
                    _put(folder, mail._replace(when=now), place, flags="")


def fill(server: Dovecot, user: str, mails: Iterable[Mail], *, new: bool = False) -> None:
    """Put mails into a user's INBOX, read ones or new ones."""
    folder = server.maildir("INBOX", user=user) / ("new" if new else "cur")
    for place, mail in enumerate(mails):
        _put(folder, mail, place, flags="" if new else ":2,S")


def _put(folder: Path, mail: Mail, place: int, flags: str = ":2,S") -> str:
    """Write a mail as Dovecot's own delivery agent does, its size in its name; the name."""
    octets = mail.octets
    size = len(octets)
    at = mail.when.timestamp()
    name = f"{int(at)}.M{place:06}P1.benchmark,S={size},W={size}{flags}"
    path = folder / name
    path.write_bytes(octets)
    os.utime(path, (at, at))
    hand_over(path)
    return name


def _size(name: str) -> int:
    return int(name.partition(",S=")[2].partition(",")[0])


def parts_of(size: int) -> dict[str, int]:
    """A mailbox of so many mails: four fifths in INBOX, the rest in Spam."""
    spam = size // 5
    return dict(zip(BOXES, (size - spam, spam), strict=True))
