"""The instants that the demo plays, and the mail delivered before each."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from msgspec import Struct

from inboxwatch.demo.mails import evening, monday, wednesday, weekend

if TYPE_CHECKING:
    from inboxwatch.demo.letter import Letter
    from inboxwatch.demo.server import DemoServers

BERLIN = ZoneInfo("Europe/Berlin")


class Delivery(Struct, frozen=True):
    """A mail on its way into a mailbox; ``about`` says in a word why it is in the demo."""

    mailbox: str
    octets: bytes
    minutes_before: int
    about: str = ""


class Scene(Struct, frozen=True):
    """One instant (aware) at which the demo runs, and what has arrived since the last one.

    ``own`` is what people of the shop have sent meanwhile.
    """

    title: str
    at: datetime
    mails: tuple[Delivery, ...]
    own: tuple[Delivery, ...] = ()

    def arrival(self, mail: Delivery) -> datetime:
        """When a mail of this scene was delivered: its INTERNALDATE."""
        return self.at - timedelta(minutes=mail.minutes_before)

    def deliver(self, servers: DemoServers) -> None:
        """Put this scene's mail into the mailboxes, in order of arrival."""
        for mail in (*self.own, *self.mails):
            servers.deliver(mail.mailbox, mail.octets, self.arrival(mail))


def _scene(
    title: str, at: datetime, letters: tuple[Letter, ...], own: tuple[Letter, ...] = ()
) -> Scene:
    return Scene(title, at, _deliveries(letters, at), _deliveries(own, at))


def _deliveries(letters: tuple[Letter, ...], at: datetime) -> tuple[Delivery, ...]:
    made = (
        Delivery(letter.mailbox, letter.octets(at), letter.minutes_before, letter.about)
        for letter in letters
    )
    return tuple(sorted(made, key=lambda mail: -mail.minutes_before))


_SCRIPT: tuple[tuple[str, datetime, *tuple[tuple[Letter, ...], ...]], ...] = (
    (
        "Wednesday morning, the shop is open",
        datetime(2026, 11, 18, 10, 30, tzinfo=BERLIN),
        wednesday.LETTERS,
    ),
    (
        "Wednesday evening, the lights are out",
        datetime(2026, 11, 18, 20, 15, tzinfo=BERLIN),
        evening.LETTERS,
    ),
    (
        "Saturday night, the middle of the weekend",
        datetime(2026, 11, 21, 20, 14, tzinfo=BERLIN),
        weekend.LETTERS,
        weekend.OWN,
    ),
    (
        "Monday, twenty minutes before the shop opens",
        datetime(2026, 11, 23, 8, 40, tzinfo=BERLIN),
        monday.LETTERS,
    ),
)


def scenes(weeks: int = 0) -> tuple[Scene, ...]:
    """The scenes in order of time, moved by whole weeks so that every weekday stays what it is.

    A mail always arrives after the instant of the scene before its own.
    """
    moved = timedelta(weeks=weeks)
    return tuple(_scene(title, at + moved, *letters) for title, at, *letters in _SCRIPT)


SCENES: tuple[Scene, ...] = scenes()
