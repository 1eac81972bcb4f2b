"""How much memory a run takes at its peak, whatever lies in the mailbox.

python benchmarks/memory.py
"""

from __future__ import annotations

import random
import tempfile
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import hostile
from houses import House, house, servers_missing
from letters import Letter, blob, header, multipart, part, words
from mails import COUNT, LAST, Mail, mixed
from measure import MB, Row, Spread, megabytes, once, python, seconds, series, table
from phrases import VOICES
from shop import customer

if TYPE_CHECKING:
    from collections.abc import Iterator

NEW = 10
OPEN = 5000
TARGET = "120 MB"


def rows() -> Iterator[Row]:
    """The first run, which reads everything, and one with ten new mails."""
    missing = servers_missing()
    if missing:
        yield Row("memory of a run", "not measured", floor=missing, target=TARGET)
        return
    floor = megabytes(series(python("-c", "pass")).peak)[0]
    with tempfile.TemporaryDirectory(prefix="iw-bench-") as name, house(Path(name)) as home:
        octets = home.fill("INBOX", mixed()) + home.fill("INBOX", giants())
        home.fill("Spam", giants())
        what = f"first run over {COUNT:,} mails and giants ({octets / MB:.0f} MB)"
        used = once(home.run())
        yield Row(f"{what}, peak", *_single(used.peak), floor, "", TARGET)
        yield Row(f"{what}, clock", *_time(used.wall))
        yield Row(f"{what}, CPU", *_time(used.cpu))
        yield from _new(home, floor)
    with tempfile.TemporaryDirectory(prefix="iw-bench-") as name, house(Path(name)) as home:
        yield from _crowded(home, floor)


def _new(home: House, floor: str) -> Iterator[Row]:
    """Ten new mails, and ten giants, each answered or not as it deserves."""
    for what, mails in (
        (f"a run with {NEW} new mails", list(mixed(NEW, seed=2, until=_now()))),
        ("a run with new giants", list(giants(until=_now()))),
    ):
        home.fill("INBOX", mails)
        used = once(home.run())
        yield Row(f"{what}, peak", *_single(used.peak), floor, "", TARGET)
        yield Row(f"{what}, clock", *_time(used.wall))


def _crowded(home: House, floor: str) -> Iterator[Row]:
    """A mailbox in which thousands of recent mails wait for somebody."""
    lately = _now() - timedelta(days=2)
    waiting = (mail for mail in mixed(2 * OPEN, seed=4) if mail.kind in _WAITING)
    home.fill("INBOX", (mail._replace(when=lately) for mail in islice(waiting, OPEN)))
    used = once(home.run())
    yield Row(f"first run over {OPEN:,} open mails, peak", *_single(used.peak), floor, "", TARGET)
    used = once(home.run())
    yield Row(f"nothing new, {OPEN:,} open mails, peak", *_single(used.peak), floor, "", TARGET)
    yield Row(f"nothing new, {OPEN:,} open mails, CPU", *_time(used.cpu))


_WAITING = frozenset({"question", "reply", "angry", "html", "thread"})


def _now() -> datetime:
    return datetime.now(UTC)


def _single(octets: int) -> tuple[str, str]:
    return megabytes(Spread.of([octets]))[0], "once"


def _time(value: float) -> tuple[str, str]:
    return seconds(Spread.of([value]))[0], "once"


def giants(*, until: datetime = LAST) -> Iterator[Mail]:
    """Mails of 10 to 25 MB, and others that are small and costly."""
    rng = random.Random(3)  # noqa: S311 - the same mails every time
    shapes = (_attachment, _attachment, _text, _html, _fields, _field, _parts, _parts, _addresses)
    for number, shape in enumerate(shapes):
        name, email = customer(number)
        when = until - timedelta(seconds=len(shapes) - number)
        letter = Letter(rng, number, when, name, email, VOICES[0])
        yield Mail("giant", when, shape(letter))


def _attachment(letter: Letter) -> bytes:
    mail = multipart(letter, "mixed", part(words(letter, 4)), blob(letter, 25 * MB))
    return header(letter, "Photos").encode() + mail


def _text(letter: Letter) -> bytes:
    return header(letter, "Log", "").encode() + b"line after line of some log\r\n" * 850_000


def _html(letter: Letter) -> bytes:
    fields = header(letter, "Table", "Content-Type: text/html")
    return fields.encode() + b"\r\n" + b"<table><tr><td>cell<td>cell</table>\r\n" * 300_000


def _fields(letter: Letter) -> bytes:
    return hostile.many_fields(header(letter, "x"), 10 * MB)


def _field(letter: Letter) -> bytes:
    return hostile.long_field(header(letter, "x"), 10 * MB)


def _parts(letter: Letter) -> bytes:
    return hostile.many_parts(header(letter, "x"), 10_000)


def _addresses(letter: Letter) -> bytes:
    return hostile.many_addresses(header(letter, "x"), 40_000)


if __name__ == "__main__":
    print(table(rows()))
