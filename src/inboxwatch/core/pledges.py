"""Promises that people make in their mails: the words, and by when they fall due (stories 2, 3).

A promise is a sentence in which the writer says that something will be done and names a time. It is
due in business time: what names a day is due when that day's business ends, or the next open one's.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from inboxwatch.core.pledge_words import LANGUAGES
from inboxwatch.core.schedule import business_time_after, open_intervals
from inboxwatch.core.text import one_line
from inboxwatch.model.conversation import Pledge

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from inboxwatch.core.pledge_words import Words
    from inboxwatch.model.conversation import OwnMail
    from inboxwatch.model.schedule import Schedule

MOST_CHARACTERS = 4000
MOST_PLEDGES = 3
LONGEST_SENTENCE = 400
"""Beyond this it is no sentence but a list, or an attack."""

AHEAD = timedelta(days=92)
"""What is due later is no promise about this mail."""

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=\D)|\n\s*\n|(?<=[!?])\s+")
_SPACES = re.compile(r"\s+")
_PLAIN = str.maketrans({"\u2019": "'", "\u2013": "-"})
_SOONEST = timedelta(minutes=1)
_WORK_WEEK = 5
_DAY_END, _NOON, _HOUR = 24, 12, 60


class _Day(Struct, frozen=True):
    """A day, and the hour of it by which something is due; 24 is its end."""

    day: date
    hour: int = _DAY_END
    minute: int = 0


def pledged(mail: OwnMail, schedule: Schedule) -> OwnMail:
    """The same mail with what it promises; one to nobody outside promises nothing."""
    if not mail.recipients:
        return mail
    return replace(mail, pledges=find_pledges(mail.text, mail.at, schedule))


def find_pledges(text: str, at: datetime, schedule: Schedule) -> tuple[Pledge, ...]:
    """What a text that was written at ``at`` promises, in its order, at most three."""
    found: dict[datetime, Pledge] = {}
    for sentence in _SENTENCE_END.split(text[:MOST_CHARACTERS]):
        due = _due(sentence, at, schedule)
        if due is not None and at < due <= at + AHEAD:
            found.setdefault(due, Pledge(one_line(sentence, 200), due))
    return tuple(found.values())[:MOST_PLEDGES]


def _due(sentence: str, at: datetime, schedule: Schedule) -> datetime | None:
    if len(sentence) > LONGEST_SENTENCE or sentence.rstrip().endswith("?"):
        return None
    lowered = _SPACES.sub(" ", sentence.lower()).translate(_PLAIN)
    local = at.astimezone(schedule.timezone)
    for words in LANGUAGES:
        patterns = _patterns(words)
        if not patterns.commits.search(lowered) or patterns.not_yet.search(lowered):
            continue
        due = _named_time(lowered, patterns, local, schedule)
        if due is not None:
            return due
    return None


class _Patterns(Struct, frozen=True):
    """The compiled words of one language."""

    commits: re.Pattern[str]
    not_yet: re.Pattern[str]
    span: re.Pattern[str]
    day: re.Pattern[str]
    weekday: re.Pattern[str]
    dated: re.Pattern[str]
    week_end: re.Pattern[str]
    next_week: re.Pattern[str]
    clock: re.Pattern[str]
    part: re.Pattern[str]
    days: Mapping[str, int]
    parts: Mapping[str, int]
    numbers: Mapping[str, int]
    units: Mapping[str, str]
    weekdays: tuple[str, ...]
    months: tuple[str, ...]


@lru_cache(maxsize=8)
def _patterns(words: Words) -> _Patterns:
    def any_of(names: Mapping[str, object] | tuple[str, ...]) -> str:
        return "|".join(names)

    months = any_of(words.months)
    return _Patterns(
        commits=re.compile(words.commits),
        not_yet=re.compile(words.not_yet),
        span=re.compile(
            rf"\b{words.before_span} (?:the next )?"
            rf"(?:\d{{1,3}} ?(?:-|to|bis|à|a|tot) ?)?(\d{{1,3}}|{any_of(words.numbers)}) ?"
            rf"({any_of(words.units)})\b"
        ),
        day=re.compile(rf"(?<!\w)({any_of(words.days)})(?!\w)"),
        weekday=re.compile(rf"\b(?:{words.before_day} )?({any_of(words.weekdays)})\b"),
        dated=re.compile(
            rf"\b{words.before_day} (?:the )?(?:(?P<day>\d{{1,2}})(?:[a-z]{2}|\.)? "
            rf"(?:of |de )?(?P<month>{months})\b|(?P<month2>{months}) (?P<day2>\d{{1,2}})\b|"
            r"(?P<day3>\d{1,2})\.(?P<number>\d{1,2})\.)"
        ),
        week_end=re.compile(rf"\b(?:{words.week_end})\b"),
        next_week=re.compile(rf"\b(?:{words.next_week})\b"),
        clock=re.compile(rf"\b{words.clock}"),
        part=re.compile(rf"(?<!\w)({any_of(words.parts)})(?!\w)"),
        days=words.days,
        parts=words.parts,
        numbers=words.numbers,
        units=words.units,
        weekdays=words.weekdays,
        months=words.months,
    )


def _named_time(
    sentence: str, patterns: _Patterns, at: datetime, schedule: Schedule
) -> datetime | None:
    """The first kind of time in the table that a sentence names; no time that cannot be."""
    if _impossible(sentence, patterns):
        return None
    if span := patterns.span.search(sentence):
        return _after_span(span, patterns, at, schedule)
    named = next(filter(None, (find(sentence, patterns, at) for find in _DAYS)), None)
    if named is not None:
        return _close_of(_with_hour(named, sentence, patterns), at, schedule)
    if clock := _clock(sentence, patterns):
        hour, minute = clock
        day = at.date() if (hour, minute) > (at.hour, at.minute) else at.date() + timedelta(1)
        return _close_of(_Day(day, hour, minute), at, schedule)
    return None


def _value(written: str, table: Mapping[str, int]) -> int:
    return next(value for pattern, value in table.items() if re.fullmatch(pattern, written))


def _after_span(
    span: re.Match[str], patterns: _Patterns, at: datetime, schedule: Schedule
) -> datetime | None:
    number = int(span[1]) if span[1].isdecimal() else _value(span[1], patterns.numbers)
    unit = next(unit for one, unit in patterns.units.items() if re.fullmatch(one, span[2]))
    if not number:
        return None
    if unit == "hour" and number % _DAY_END == 0:
        unit, number = "day", number // _DAY_END
    if unit in ("minute", "hour"):
        return business_time_after(schedule, at, timedelta(**{f"{unit}s": number}))
    if unit == "workday":
        return _after_open_days(number, at, schedule)
    days = number * (7 if unit == "week" else 1)
    return _close_of(_Day(at.date() + timedelta(days=days)), at, schedule)


def _after_open_days(number: int, at: datetime, schedule: Schedule) -> datetime | None:
    tomorrow = datetime.combine(at.date() + timedelta(1), time(), schedule.timezone)
    days = dict.fromkeys(
        begin.date() for begin, _ in open_intervals(schedule, tomorrow, tomorrow + AHEAD)
    )
    named = list(days)[number - 1 : number]
    return _close_of(_Day(named[0]), at, schedule) if named else None


def _day_named(sentence: str, patterns: _Patterns, at: datetime) -> _Day | None:
    found = patterns.day.search(sentence)
    if found is None:
        return None
    return _Day(at.date() + timedelta(days=_value(found[1], patterns.days)))


def _weekday(sentence: str, patterns: _Patterns, at: datetime) -> _Day | None:
    found = patterns.weekday.search(sentence)
    if found is None:
        return None
    number = next(
        place for place, one in enumerate(patterns.weekdays) if re.fullmatch(one, found[1])
    )
    return _Day(at.date() + timedelta(days=(number - at.weekday() - 1) % 7 + 1))


def _dated(sentence: str, patterns: _Patterns, at: datetime) -> _Day | None:
    found = patterns.dated.search(sentence)
    if found is None:
        return None
    groups = found.groupdict()
    day = int(groups["day"] or groups["day2"] or groups["day3"])
    written = groups["month"] or groups["month2"]
    if written:
        month = 1 + next(
            place for place, one in enumerate(patterns.months) if re.fullmatch(one, written)
        )
    else:
        month = int(groups["number"])
    return _on(day, month, at.date())


def _on(day: int, month: int, today: date) -> _Day | None:
    for year in (today.year, today.year + 1):
        try:
            named = date(year, month, day)
        except ValueError:
            continue
        if named >= today:
            return _Day(named)
    return None


def _week_end(sentence: str, patterns: _Patterns, at: datetime) -> _Day | None:
    friday = at.date() + timedelta(days=_WORK_WEEK - 1 - at.weekday())
    if patterns.next_week.search(sentence):
        return _Day(friday + timedelta(days=7))
    return _Day(max(friday, at.date())) if patterns.week_end.search(sentence) else None


_DAYS: tuple[Callable[[str, _Patterns, datetime], _Day | None], ...] = (
    _dated,
    _week_end,
    _weekday,
    _day_named,
)


def _clock(sentence: str, patterns: _Patterns) -> tuple[int, int] | None:
    for found in patterns.clock.finditer(sentence):
        hour, minute = _time_of(found)
        if _is_time(found) and hour < _DAY_END and minute < _HOUR:
            return hour, minute
    return None


def _impossible(sentence: str, patterns: _Patterns) -> bool:
    """Whether a sentence names an hour that no day has; 24:00 is a day's end, 50.99 a price."""
    return any(
        _time_of(found) > (_DAY_END, 0) or _time_of(found)[1] >= _HOUR
        for found in patterns.clock.finditer(sentence)
        if _is_time(found) and (found[3] or "." not in found[0])
    )


def _is_time(found: re.Match[str]) -> bool:
    """Whether something tells that a number is an hour: minutes, or a word behind it."""
    return bool(found[2]) or found[3] is not None


def _time_of(found: re.Match[str]) -> tuple[int, int]:
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").replace(".", "")
    return hour + _NOON if half == "pm" and hour < _NOON else hour, minute


def _with_hour(day: _Day, sentence: str, patterns: _Patterns) -> _Day:
    if clock := _clock(sentence, patterns):
        return _Day(day.day, *clock)
    rest = patterns.day.sub(" ", sentence) if "morgen" in patterns.days else sentence
    if part := patterns.part.search(rest):
        return _Day(day.day, _value(part[1], patterns.parts))
    return day


def _close_of(named: _Day, at: datetime, schedule: Schedule) -> datetime | None:
    """When the business of a day ends, at the hour named if it is earlier; else the next open day.

    Without any open day in the next month it is the end of the day itself.
    """
    for later in range(32):
        day = _Day(named.day + timedelta(days=later), named.hour, named.minute)
        end = _end(day, schedule)
        begin = datetime.combine(day.day, time(), schedule.timezone)
        opened = [
            min(finish, end)
            for start, finish in open_intervals(schedule, begin, begin + timedelta(days=1))
            if start < end and min(finish, end) > at + _SOONEST
        ]
        if opened:
            return max(opened)
    return _end(named, schedule)


def _end(day: _Day, schedule: Schedule) -> datetime:
    if day.hour == _DAY_END:
        return datetime.combine(day.day + timedelta(days=1), time(), schedule.timezone)
    return datetime.combine(day.day, time(day.hour, day.minute), schedule.timezone)
