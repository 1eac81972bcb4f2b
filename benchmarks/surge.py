"""What looking for surges costs, and how often an ordinary year raises a false alarm.

    python benchmarks/surge.py             # a look over 10,000 mails, with eight weeks before them
    python benchmarks/surge.py FILE        # a year of hourly looks at texts of labelled mail

``FILE`` has JSON lines with ``body``, ``label_kind`` and perhaps ``subject``; its texts are dealt
out over a year, those of each kind by themselves, and every alarm is a false one.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from measure import ROOT, Row, Spread, table

sys.path.insert(0, str(ROOT))  # the ordinary mail and the house are those of the tests

from msgspec.structs import replace
from tests.support.build import policy
from tests.support.house import House, StillClock
from tests.support.journal import decision, mark, ref
from tests.support.ordinary import text
from tests.support.reddit import NIGHT

from inboxwatch.app.surges import watch
from inboxwatch.core.triage.fingerprint import fingerprint, fingerprint_of
from inboxwatch.core.triage.surge import find
from inboxwatch.core.triage.usual import Past
from inboxwatch.model.policy import SurgePolicy
from inboxwatch.model.surge import Trace
from inboxwatch.ports import Record
from inboxwatch.store.sqlite import open_journal, scratch_journal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from inboxwatch.store.sqlite import SqliteJournal

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
GOES = 5
LAST_DAY, WEEKLY, NIGHTLY = 10_000, 2_500, 500
BATCH = 500
LONG = 12
"""So many ordinary texts are a mail of 2 KB."""


def rows() -> Iterator[Row]:
    """A look over the last 10,000 mails: an ordinary day, and one with 500 mails of a night."""
    for what, nightly, times in (
        ("of an ordinary day", 0, 1),
        ("with 500 of one night", NIGHTLY, 1),
        ("of 2 KB", 0, LONG),
        ("of 2 KB with 500 of one night", NIGHTLY, LONG),
    ):
        with tempfile.TemporaryDirectory(prefix="iw-bench-") as name:
            path = Path(name, "state.db")
            with open_journal(path) as journal:
                fill(journal, nightly, times)
            used = Spread.of([look(path, expected=bool(nightly)) for _ in range(GOES)])
        label = f"surges in {LAST_DAY:,} mails {what}, CPU"
        yield Row(label, seconds(used.median), f"{used.least:.2f}-{used.most:.2f}", target="1 s")
    yield Row("what a mail of 2 KB is made of, CPU", f"{1000 * one_mail():.2f} ms")


def seconds(value: float) -> str:
    """A figure of the table."""
    return f"{value:.2f} s"


def fill(journal: SqliteJournal, nightly: int, times: int) -> None:
    """A day of 10,000 mails, the same day of eight weeks before, and the week before it.

    The mails are ``times`` as long as ordinary ones.
    """
    rng = random.Random(1)  # noqa: S311 - the same mails every time
    stretches = [
        (NOW, LAST_DAY - nightly),
        *((NOW - week * 7 * DAY, WEEKLY) for week in range(1, 9)),
    ]
    stretches += [(NOW - day * DAY, WEEKLY // 6) for day in range(1, 7)]
    made = [
        (ends - rng.random() * DAY, longer(rng, times))
        for ends, number in stretches
        for _ in range(number)
    ]
    made += [(NOW - rng.random() * DAY / 3, NIGHT[number % 12][1]) for number in range(nightly)]
    made.append((NOW - 70 * DAY, "the first mail"))
    records = [record(number, *one) for number, one in enumerate(made, 1)]
    for start in range(0, len(records), BATCH):
        journal.record(records[start : start + BATCH], mark(start + BATCH), NOW)


def longer(rng: random.Random, times: int) -> str:
    """An ordinary text, or several of them, of 2 KB at most."""
    return " ".join(text(rng) for _ in range(times))[:2000]


def record(number: int, received: datetime, body: str) -> Record:
    """A mail of a person as a run keeps it."""
    sender = f"p{number % 9000}@host{number % 700}.example"
    made = replace(decision(number, sender), ref=ref(number), received=received, text=body)
    kept = {"subject": made.subject, "text": body}
    return Record(made, kept, fingerprint=fingerprint_of("", body))


def look(path: Path, *, expected: bool) -> float:
    """Seconds of the processor for one look of a run with new mail; the surge has to be found."""
    with scratch_journal(path) as journal:
        desk = House(journal=journal, clock=StillClock(NOW)).desk()
        begun = time.process_time()
        alerts = watch(desk)
        used = time.process_time() - begun
    if len(alerts) != expected:
        raise SystemExit(f"{len(alerts)} alerts: {[one.title for one in alerts]}")
    return used


def one_mail() -> float:
    """Seconds for what a mail of 2 KB is made of, the median of 500."""
    from tests.support.build import message  # noqa: PLC0415 - only here

    rng = random.Random(2)  # noqa: S311 - the same mails every time
    mails = [message(text=longer(rng, LONG)) for _ in range(500)]
    mine, used = policy(), []
    for one in mails:
        begun = time.process_time()
        fingerprint(one, mine)
        used.append(time.process_time() - begun)
    return Spread.of(used).median


def years(path: Path) -> Iterator[Row]:
    """A year of hourly looks for each kind of text, with 40 mails a day."""
    kinds: dict[str, list[tuple[int, ...]]] = {}
    for line in path.read_text("utf-8").splitlines():
        given = json.loads(line)
        made = fingerprint_of(given.get("subject") or "", given["body"]).traits
        kinds.setdefault(given["label_kind"], []).append(made)
    for kind, texts in kinds.items():
        alarms, looks = year(texts)
        yield Row(f"{kind}: {len(texts)} texts, {looks:,} looks", f"{alarms} false alarms")


def year(texts: Sequence[tuple[int, ...]]) -> tuple[int, int]:
    """How many surges are seen in a year of these texts in any order, and in how many looks."""
    rng, wanted = random.Random(3), SurgePolicy()  # noqa: S311 - the same year every time
    begins = NOW - 365 * DAY
    traces = []
    for day in range(365):
        for _ in range(int(40 * rng.uniform(0.5, 1.5))):
            at = begins + day * DAY + timedelta(hours=min(23.0, max(0.0, rng.gauss(13, 4))))
            sender = f"p{rng.randrange(20_000)}@x.example"
            traces.append(Trace(len(traces), sender, at, rng.choice(texts)))
    traces.sort(key=lambda one: one.received)
    alarms, looks, seen = 0, 0, set[int]()
    for hour in range(24, 365 * 24):
        now = begins + timedelta(hours=hour)
        looks += 1
        for found in find(*stretches_of(traces, now, wanted), now, wanted):
            mails = {one.mail_id for one in found.traces}
            alarms += len(mails & seen) < len(mails) / 4
            seen |= mails
    return alarms, looks


def stretches_of(
    traces: Sequence[Trace], now: datetime, wanted: SurgePolicy
) -> tuple[Sequence[Trace], list[Past], Past]:
    """The day up to an instant, the same day of earlier weeks, and the days before it."""
    from bisect import bisect_right  # noqa: PLC0415 - only here

    def past(ends: datetime, length: timedelta) -> Past:
        begin, end = (
            bisect_right(traces, at, key=lambda one: one.received) for at in (ends - length, ends)
        )
        return Past(ends, traces[begin:end], end - begin)

    first = traces[0].received
    ends = (now - week * 7 * DAY for week in range(1, wanted.weeks + 1))
    weeks = [past(one, DAY) for one in ends if one - DAY >= first]
    return past(now, DAY).traces, weeks, past(now - DAY, 6 * DAY)


def main() -> None:
    """Print the table."""
    given = sys.argv[1:]
    print(table(years(Path(given[0])) if given else rows()))


if __name__ == "__main__":
    main()
