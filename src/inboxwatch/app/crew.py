"""Jobs of several accounts side by side, their results taken up one after the other.

Threads only talk to their own account. Everything they bring comes through one bounded channel
to the thread that asked, so that journal and decisions need no lock and memory stays flat.
"""

from __future__ import annotations

import queue
import threading
from collections import Counter
from typing import TYPE_CHECKING, Generic, TypeVar

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from inboxwatch.ports import Clock

T = TypeVar("T")

CHANNEL_CAPACITY = 2
"""Results that may wait to be taken up; a reader that is ahead waits instead of piling up mail."""

PATIENCE = 240.0
"""Seconds without any result after which accounts are given up (rule X11)."""

TICK = 0.25
"""Seconds between two looks at the clock while no result comes."""


class Brought(Struct, Generic[T], frozen=True):
    """A result of one account's job."""

    account: str
    item: T


class Finished(Struct, frozen=True):
    """An account's job has ended; ``error`` is what ended it early."""

    account: str
    error: Exception | None = None


class Crew(Generic[T]):
    """One thread per account at work, at most ``width`` of them at once."""

    def __init__(
        self,
        clock: Clock,
        *,
        width: int = 16,
        patience: float | None = None,
        stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self._clock = clock
        self._stop = stop
        self._patience = PATIENCE if patience is None else patience
        self._channel: queue.Queue[Brought[T] | Finished] = queue.Queue(CHANNEL_CAPACITY)
        self._slots = threading.BoundedSemaphore(width)
        self._working: Counter[str] = Counter()

    @property
    def working(self) -> frozenset[str]:
        """The accounts that still have a job."""
        return frozenset(self._working)

    def start(self, account: str, job: Callable[[], Iterable[T]]) -> None:
        """Begin a job of an account; its results come out of ``events``.

        While a result is taken up a further job may be started: the account has ended when its
        last one has.
        """
        self._working[account] += 1
        worker = threading.Thread(
            target=self._work, args=(account, job), name=f"account-{account}", daemon=True
        )
        worker.start()

    def events(
        self, wait: float | None = None, unawaited: frozenset[str] = frozenset()
    ) -> Iterator[Brought[T] | Finished]:
        """Results as they come, until every account has ended.

        With ``wait`` (seconds) it ends earlier: when some accounts have ended and the others
        needed that much longer, or at once when those that are ``unawaited`` alone are left of
        several. Calling it again takes up what they bring after all. When nothing
        comes from any account for ``patience`` seconds, those still at work are given up, each
        with a TimeoutError: a server may keep a connection busy without ever saying anything. So
        are they when ``stop`` wants an end while nothing comes.
        """
        last_end: float | None = None
        served = False
        last_event = self._clock.monotonic()
        while self._working:
            event = self._next()
            if event is not None:
                last_event = self._clock.monotonic()
                if isinstance(event, Finished) and self._ended(event.account):
                    last_end = last_event
                    served = served or event.account not in unawaited
                yield event
            elif self._clock.monotonic() - last_event > self._patience:
                yield from self._given_up(f"nothing came for {self._patience:.0f} seconds")
                return
            elif self._stop():
                yield from self._given_up("still silent when the run ended")
                return
            if wait is None or last_end is None:
                continue
            if self._overdue(last_end + wait) or (served and self._working.keys() <= unawaited):
                return

    def _given_up(self, why: str) -> Iterator[Finished]:
        for account in sorted(self._working):
            yield Finished(account, TimeoutError(why))
        self._working.clear()

    def _ended(self, account: str) -> bool:
        if account not in self._working:
            return False
        self._working[account] -= 1
        if self._working[account]:
            return False
        del self._working[account]
        return True

    def _overdue(self, until: float) -> bool:
        return bool(self._working) and self._clock.monotonic() > until

    def _next(self) -> Brought[T] | Finished | None:
        try:
            return self._channel.get(timeout=TICK)
        except queue.Empty:
            return None

    def _work(self, account: str, job: Callable[[], Iterable[T]]) -> None:
        error: Exception | None = None
        with self._slots:
            try:
                for item in job():
                    self._channel.put(Brought(account, item))
            except Exception as raised:  # noqa: BLE001 - nothing of one account stops the others
                error = raised
        self._channel.put(Finished(account, error))
