"""Runs the real ``run`` with a Journal or a Transport that kills its own process at one point.

``python -m tests.support.entry POINT [ID...]`` is what the crash tests start; with numbers it is
the real ``outbox send``. The product knows nothing of this.
"""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inboxwatch.app.outbox import Outbox, work
from inboxwatch.app.run import run
from inboxwatch.cli.wiring import open_house

if TYPE_CHECKING:
    from collections.abc import Callable

    from inboxwatch.model.outcome import Delivery
    from inboxwatch.ports import Journal, Transport

POINTS = (
    "before-record",
    "after-record",
    "before-claim",
    "after-claim",
    "at-data",
    "after-delivery",
    "after-settle",
    "before-acted",
)

OUTBOX_POINTS = {
    "before-take": "held",
    "after-take": "unknown",
    "at-data": "unknown",
    "after-delivery": "unknown",
    "after-settle": "sent",
}
"""Where a person's ``outbox send`` may die, and how its reply stands after the next run."""


def die() -> None:
    """End this process as if its power were cut."""
    os.kill(os.getpid(), signal.SIGKILL)


class KillingJournal:
    """The journal it wraps, until the point is reached."""

    def __init__(self, journal: Journal, point: str) -> None:
        self._journal = journal
        self._point = point

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._journal, name)
        before, after = f"before-{name}", f"after-{name}"
        if self._point not in (before, after):
            return real

        def dying(*args: Any, **kwargs: Any) -> Any:
            if name == "record" and not args[0]:
                return real(*args, **kwargs)
            if self._point == before:
                die()
            result = real(*args, **kwargs)
            die()
            return result

        return dying


class KillingTransport:
    """The transport it wraps, until the point is reached."""

    def __init__(self, transport: Transport, point: str) -> None:
        self._transport = transport
        self._point = point

    def deliver(
        self, envelope_from: str, recipient: str, octets: bytes, *, brake: Callable[[], str]
    ) -> Delivery:
        def at_data() -> str:
            if self._point == "at-data":
                die()
            return brake()

        delivery = self._transport.deliver(envelope_from, recipient, octets, brake=at_data)
        if self._point == "after-delivery":
            die()
        return delivery

    def close(self) -> None:
        self._transport.close()


def main(point: str, *entry_ids: str) -> None:
    with open_house(Path(os.environ["INBOXWATCH_CONFIG"])) as house:
        doors = {
            name: replace(one, transport=KillingTransport(one.transport, point))  # type: ignore[arg-type]
            for name, one in house.doors.items()
        }
        desk = replace(
            house.desk(),
            doors=doors,
            journal=KillingJournal(house.journal, point),  # type: ignore[arg-type]
        )
        if entry_ids:
            tuple(work(desk, Outbox.send, map(int, entry_ids)))
        else:
            run(desk)


if __name__ == "__main__":
    main(*sys.argv[1:])
