"""Dates as people write them in five languages, read from the day on which they wrote.

Texts are folded (lower case, no accents). Each form of writing is a row: a pattern, and what it
means. What two readings allow, as ``03/04``, means the next of them that has not passed.
"""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from dateutil.easter import easter
from dateutil.relativedelta import relativedelta
from msgspec import Struct

from inboxwatch.core.text import compiled_late
from inboxwatch.core.triage.date_words import ENDS, MONTHS, NEAR, NUMBERS, UNITS, WEEKDAYS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

MAX_LENGTH = 60
"""Characters in which a date has to be told."""

_LONGEST = timedelta(days=731)
_FRIDAY = 4


_TOKEN = re.compile(r"[a-z]+")
_TELLING = frozenset(
    max(_TOKEN.findall(words), key=len)
    for table in (ENDS, MONTHS, NEAR, UNITS, WEEKDAYS)
    for words in table
)
"""Of each way to write a date without a digit the longest word: one of them has to be there."""
_DIGIT = re.compile(r"[0-9]")


class Due(Struct, frozen=True):
    """What a date means, and where in the text its words end. ``exact`` if it tells the hour."""

    when: datetime
    end: int
    exact: bool = False

    def iso(self) -> str:
        """The date, or the instant if the hour is told."""
        return self.when.isoformat(timespec="minutes") if self.exact else str(self.when.date())


class _Form(Struct, frozen=True):
    """A row: how dates are written, and what such a one means to who writes on that day.

    One that ``has_digits`` is not told without.
    """

    pattern: str
    meaning: Callable[[re.Match[str], datetime], datetime | None]
    has_digits: bool = False


def read_date(folded: str, start: int, written: datetime) -> Due | None:
    """The date at a place of a folded text, or None if there is none, it passed, or is far off.

    ``written`` is when the text was written, aware, in the time of who wrote it.
    """
    stop = min(len(folded), start + MAX_LENGTH)
    digits = _DIGIT.search(folded, start, stop) is not None
    if not digits and not _tells(folded, start, stop):
        return None
    for form in _forms():
        if form.has_digits and not digits:
            continue
        found = compiled_late(form.pattern).match(folded, start, stop)
        meant = _meant(form, found, written) if found else None
        if found and meant:
            return _timed(folded, found, meant, written)
    return _today(folded, start, written) if digits else None


def _tells(folded: str, start: int, stop: int) -> bool:
    """A cheap look before the dear ones: without a digit or a word of a date there is none."""
    return not _TELLING.isdisjoint(_TOKEN.findall(folded, start, stop))


def _meant(form: _Form, found: re.Match[str], written: datetime) -> datetime | None:
    """What a date means; none that there is not, as 31 June, nor one that has passed."""
    try:
        meant = form.meaning(found, written)
    except (ValueError, OverflowError):
        return None
    if meant is None or meant.date() < written.date() or meant - written > _LONGEST:
        return None
    return meant


def _timed(folded: str, found: re.Match[str], meant: datetime, written: datetime) -> Due:
    """The date with its hour, if one follows that has not passed; hours from now have theirs."""
    end = found.end()
    if "unit" in found.groupdict():
        return Due(meant, end, UNITS[found["unit"]] == 0)
    clock = _clock().match(folded, end, min(len(folded), end + MAX_LENGTH))
    hour = _hour(clock) if clock else None
    if clock is None or hour is None:
        return Due(meant, end)
    at = datetime.combine(meant.date(), hour, meant.tzinfo)
    return Due(at, clock.end(), exact=True) if at >= written else Due(meant, end)


def _today(folded: str, start: int, written: datetime) -> Due | None:
    """An hour alone: the next time that the clock shows it."""
    clock = _clock().match(folded, start, min(len(folded), start + MAX_LENGTH))
    hour = _hour(clock) if clock else None
    if clock is None or hour is None:
        return None
    at = datetime.combine(written.date(), hour, written.tzinfo)
    try:
        return Due(at if at >= written else at + timedelta(days=1), clock.end(), exact=True)
    except OverflowError:
        return None


def _hour(clock: re.Match[str]) -> time | None:
    hour, minute = int(clock["hour"]), int(clock["minute"] or 0)
    half = (clock["half"] or "").replace(".", "")
    if half and not 1 <= hour <= 12:  # noqa: PLR2004 - the hours of half a day
        return None
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    try:
        return time(hour, minute)
    except ValueError:
        return None


# --- what each form means ---------------------------------------------------------------------


def _iso(found: re.Match[str], written: datetime) -> datetime:
    year, month, day = map(int, found.group("year", "month", "day"))
    return written.replace(year=year, month=month, day=day)


def _numeric(found: re.Match[str], written: datetime) -> datetime | None:
    """Day and month; with slashes month and day as well, whichever comes next."""
    one, two, year = int(found["one"]), int(found["two"]), found["year"]
    orders = [(one, two)] if found["mark"] == "." else [(one, two), (two, one)]
    dates = [_dated(day, month, year, written) for day, month in orders]
    return min((when for when in dates if when and when >= written), default=None)


def _named(found: re.Match[str], written: datetime) -> datetime | None:
    return _dated(int(found["day"]), MONTHS[found["month"]], found["year"], written)


def _dated(day: int, month: int, year: str | None, written: datetime) -> datetime | None:
    """A day of a month: of the year given, else of the next one in which it has not passed."""
    try:
        if year:
            full = int(year) + (2000 if len(year) == 2 else 0)  # noqa: PLR2004 - of two digits
            return written.replace(year=full, month=month, day=day)
        when = written.replace(month=month, day=day)
        return when if when >= written else when.replace(year=when.year + 1)
    except ValueError:
        return None


def _day(found: re.Match[str], written: datetime) -> datetime:
    """A day without its month: the next one."""
    day = int(next(filter(None, found.groups())))
    when = written.replace(day=day)
    return when if when >= written else when + relativedelta(months=1)


def _near(found: re.Match[str], written: datetime) -> datetime:
    return written + timedelta(days=NEAR[found["near"]])


def _weekday(found: re.Match[str], written: datetime) -> datetime:
    """The next day of the name; on that day itself a week later."""
    return _next(written + timedelta(days=1), WEEKDAYS[found["weekday"]])


def _next(when: datetime, day: int) -> datetime:
    """The next such day of the week, which may be that day itself."""
    return when + timedelta(days=(day - when.weekday()) % 7)


def _end(found: re.Match[str], written: datetime) -> datetime:
    return _ENDINGS[ENDS[found["ending"]]](written)


def _span(found: re.Match[str], written: datetime) -> datetime:
    told, unit = found["number"], UNITS[found["unit"]]
    number = int(told) if told and told.isdecimal() else NUMBERS.get(told or "a", 1)
    return _SPANS[unit](written, number)


def _working_days(written: datetime, number: int) -> datetime:
    when = written
    for _ in range(min(number, 400)):
        when += timedelta(days=1)
        while when.weekday() > _FRIDAY:
            when += timedelta(days=1)
    return when


def _next_feast(written: datetime, day_in: Callable[[int], date]) -> datetime:
    days = (day_in(year) for year in (written.year, written.year + 1))
    day = next(day for day in days if day >= written.date())
    return datetime.combine(day, written.timetz())


def _friday(written: datetime) -> datetime:
    """The end of a week: its Friday, on the weekend the Sunday."""
    return _next(written, _FRIDAY if written.weekday() <= _FRIDAY else 6)


_ENDINGS: tuple[Callable[[datetime], datetime], ...] = (
    _friday,
    lambda written: _next(written + timedelta(days=1), 0),
    lambda written: _next(written, 5),
    lambda written: written + relativedelta(day=31),
    lambda written: written + relativedelta(month=12, day=31),
    lambda written: _next_feast(written, lambda year: written.replace(year, 12, 25).date()),
    lambda written: _next_feast(written, easter),
)
_SPANS: tuple[Callable[[datetime, int], datetime], ...] = (
    lambda written, number: written + timedelta(hours=number),
    lambda written, number: written + timedelta(days=number),
    _working_days,
    lambda written, number: written + timedelta(weeks=number),
    lambda written, number: written + relativedelta(months=number),
)


# --- how each form is written -----------------------------------------------------------------


def _any(words: Mapping[str, int]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_FILLERS = (
    r"(?: ?(?:the|this|coming|next|on|of|den|dem|der|zum|am|kommenden|nachsten|naechsten|diesen|le"
    r"|la|el|del|de|este|ce|proximo|aanstaande|komende|volgende|aankomende|a)(?= )){0,3},? ?"
)
_END_OF_WORD = r"(?![\w])"


@lru_cache(maxsize=1)
def _forms() -> tuple[_Form, ...]:
    """The rows, the more exact first."""
    months, days = _any(MONTHS), _any(WEEKDAYS)
    lead = rf"{_FILLERS}(?:(?:{days})\.?,?{_FILLERS})?"
    year = r"(?:,? (?:de |del )?(?P<year>20\d\d)(?!\d))?"
    numeric = (
        r"(?P<one>\d\d?)(?P<mark>[./-])(?P<two>\d\d?)(?:(?P=mark)(?P<year>20\d\d|\d\d)?)?(?!\d)"
    )
    day = r"(?P<day>\d\d?)(?:st|nd|rd|th|er|e|\.|º)?"
    rows = (
        (rf"{lead}(?P<year>20\d\d)-(?P<month>\d\d?)-(?P<day>\d\d?)", _iso),
        (
            f"{lead}{numeric}",
            _numeric,
        ),
        (
            f"{lead}{day} ?(?:of |de )?(?P<month>{months}){_END_OF_WORD}{year}",
            _named,
        ),
        (
            rf"{lead}(?P<month>{months})\.? (?P<day>\d\d?)(?:st|nd|rd|th)?{_END_OF_WORD}{year}",
            _named,
        ),
        (rf"{lead}(?:(\d\d?)(?:st|nd|rd|th)|(?:zum|am|den) (\d\d?)\.){_END_OF_WORD}", _day),
        (rf"{_FILLERS}(?P<ending>{_any(ENDS)}){_END_OF_WORD}", _end),
        (rf"{_FILLERS}(?P<near>{_any(NEAR)}){_END_OF_WORD}", _near),
        (rf"{_FILLERS}(?P<weekday>{days}){_END_OF_WORD}", _weekday),
    )
    span = (
        r"(?: ?(?:the|of|von|der|den|les|las|los|de|next|nachsten|naechsten|prochaines|prochains"
        r"|proximas|proximos|komende|un plazo de)(?= )){0,3}"
        rf" ?(?:(?P<number>\d{{1,3}}|{_any(NUMBERS)}) ?)?(?P<unit>{_any(UNITS)}){_END_OF_WORD}"
    )
    forms = [_Form(" ?" + pattern, meaning, r"\d" in pattern) for pattern, meaning in rows]
    return (*forms, _Form(span, _span))


@lru_cache(maxsize=1)
def _clock() -> re.Pattern[str]:
    return re.compile(
        r",? (?:at |by |um |bis |a las |a la |a |om |before |vor |avant |noch )?"
        r"(?P<hour>\d\d?)(?:[:.h](?P<minute>\d\d))?"
        r"(?: ?(?P<half>[ap]\.?m\.?)|(?: (?:uhr|uur|h|heures|horas|o'clock)|h)|(?<=:\d\d))(?!\w)"
    )
