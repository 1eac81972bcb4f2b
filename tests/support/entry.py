"""Runs the real ``run`` with doors that kill their own process at one point.

``python -m tests.support.entry POINT [WORD...]`` is what the crash tests start. Numbers make it
the real ``outbox send``, ``sweep`` the real ``sweep --apply``, and ``undo ID`` its undoing.
``POINT`` is one of the lists below, or ``before-`` or ``after-`` and a method of a door. The
product knows nothing of this.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from inboxwatch.app import judging
from inboxwatch.app.outbox import Outbox, work
from inboxwatch.app.put_back import undo
from inboxwatch.app.run import run
from inboxwatch.app.sweep import Sweeping
from inboxwatch.cli.wiring import open_house
from inboxwatch.mail.smtp.conversation import Conversation

if TYPE_CHECKING:
    from collections.abc import Callable

    from inboxwatch.app.desk import Desk, Doors
    from inboxwatch.model.message import Message, RawMessage

_RECORDING = ("before-record", "after-record")
_SENDING = (
    "before-delivery",
    "before-smtp-connect",
    "after-smtp-connect",
    "at-data",
    "before-dot",
    "after-dot",
    "after-delivery",
    "before-settle",
    "after-settle",
    "before-mark_answered",
    "after-mark_answered",
    "before-append",
    "after-append",
)
SEND_POINTS = (
    *_RECORDING,
    "before-claim",
    "after-claim",
    *_SENDING,
    "before-acted",
    "after-acted",
)
"""Every step of a run that sends, from the first mail recorded to the last one noted as done."""

DRAFT_POINTS = (
    *_RECORDING,
    "before-claim",
    "after-claim",
    "before-append",
    "after-append",
    "before-settle",
    "after-settle",
    "before-acted",
    "after-acted",
)
"""The same of a run that files drafts."""

RETRY_POINTS = ("before-reclaim", "after-reclaim", *_SENDING)
"""The same of a run that tries replies again which a server refused for the time being."""

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


def dying(real: Callable[..., Any], when: str) -> Callable[..., Any]:
    """A call that ends the process before or after what it does."""

    def call(*args: Any, **kwargs: Any) -> Any:
        if when == "before":
            die()
        result = real(*args, **kwargs)
        die()
        return result

    return call


class Killing:
    """The door it wraps, until the point is reached."""

    def __init__(self, door: object, point: str) -> None:
        self._door = door
        self._when, _, self._step = point.partition("-")

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._door, name)
        return dying(real, self._when) if name == self._step else real


class KillingJournal(Killing):
    """As above; what is recorded of a mailbox without new mail is no point."""

    def record(self, records: Any, *args: Any) -> Any:
        call = super().__getattr__("record") if records else self._door.record  # type: ignore[attr-defined]
        return call(records, *args)


class KillingTransport(Killing):
    """As above, at DATA as well; ``deliver`` is the delivery."""

    def __init__(self, door: object, point: str) -> None:
        super().__init__(door, point.replace("-delivery", "-deliver"))

    def deliver(self, *args: Any, brake: Callable[[], str], **kwargs: Any) -> Any:
        asked = dying(brake, "before") if (self._when, self._step) == ("at", "data") else brake
        return super().__getattr__("deliver")(*args, brake=asked, **kwargs)


def within_smtp(doors: Doors, point: str) -> None:
    """Die where only the transport's own inside tells the steps apart."""
    when, _, step = point.partition("-")
    transport: Any = doors.transport
    if step == "smtp-connect":
        transport._connect = dying(transport._connect, when)
    elif step == "dot":
        Conversation._dot = _dying_at_dot(when)  # type: ignore[method-assign]


def _dying_at_dot(when: str) -> Callable[[Any], Any]:
    """Before the final dot; or after it was sent, while the server's answer is still to come."""

    def dot(conversation: Any) -> Any:
        if when == "after":
            conversation._client.send(b".\r\n")
            conversation._client.sock.recv(1)  # the server has got it all: it answers
        die()

    return dot


READ_POINT = "at-read"
"""Where a run dies that reads a mail with ``POISON`` in its header."""

POISON = b"poison"


def within_reading(point: str) -> None:
    """Die where a mail is read that breaks the whole process."""
    real = judging.parse

    def parse(raw: RawMessage) -> Message:
        if POISON in raw.header:
            die()
        return real(raw)

    if point == READ_POINT:
        judging.parse = parse


SWEEP_POINTS = (
    "before-begin_sweep",
    "after-begin_sweep",
    "before-keep_swept",
    "after-keep_swept",
    "before-move",
    "after-move",
    "before-settle_swept",
    "after-settle_swept",
    "before-keywords",
    "after-keywords",
    "before-end_sweep",
)
"""Every step of a sweep that moves mail."""

UNDO_POINTS = (
    "before-reclaim_swept",
    "before-move",
    "after-move",
    "before-settle_swept",
    "after-settle_swept",
    "before-keywords",
    "after-keywords",
)
"""Every step of its undoing."""


def work_on(desk: Desk, *words: str) -> None:
    """Do what the words after the point say."""
    if not words:
        run(desk)
    elif words[0] == "sweep":
        Sweeping(desk, desk.clock.now() - timedelta(days=30), apply=True).run()
    elif words[0] == "undo":
        undo(desk, int(words[1]))
    else:
        tuple(work(desk, Outbox.send, map(int, words)))


def main(point: str, *words: str) -> None:
    within_reading(point)
    with open_house(Path(os.environ["INBOXWATCH_CONFIG"])) as house:
        doors = {}
        for name, one in house.doors.items():
            within_smtp(one, point)
            doors[name] = replace(
                one,
                account=Killing(one.account, point),  # type: ignore[arg-type]
                transport=KillingTransport(one.transport, point),  # type: ignore[arg-type]
            )
        desk = replace(
            house.desk(),
            doors=doors,
            journal=KillingJournal(house.journal, point),  # type: ignore[arg-type]
        )
        work_on(desk, *words)


if __name__ == "__main__":
    main(*sys.argv[1:])
