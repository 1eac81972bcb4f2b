"""Dates, durations and the few words that a reply needs besides its template, by language."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from msgspec import Struct

from inboxwatch.core.zone import in_zone

_A_WEEK = timedelta(days=6)
_ABBREVIATION_LIMIT = 5


class Words(Struct, frozen=True):
    """One language: greeting without a name, subject without an original one, how dates look.

    ``locale``, ``day`` and ``near`` are Babel's; ``near`` is for the next six days.
    """

    locale: str
    greeting: str
    subject: str
    day: str
    near: str
    instant: str


WORDS: dict[str, Words] = {
    "en": Words(
        locale="en_GB",
        greeting="there",
        subject="Your message to {team}",
        day="EEEE, d MMMM",
        near="EEEE",
        instant="{day}, {time} ({zone})",
    ),
    "de": Words(
        locale="de_DE",
        greeting="und guten Tag",
        subject="Ihre Nachricht an {team}",
        day="EEEE, d. MMMM",
        near="EEEE",
        instant="{day}, {time} Uhr ({zone})",
    ),
    "fr": Words(
        locale="fr_FR",
        greeting="à vous",
        subject="Votre message à {team}",
        day="EEEE d MMMM",
        near="EEEE",
        instant="{day} à {time} ({zone})",
    ),
}


def words(language: str) -> Words:
    """The words of a language tag; of a language without a row, its dates and no words."""
    tag = language.replace("_", "-")
    row = WORDS.get(tag.lower().partition("-")[0])
    return row or _dates_only(tag)


@lru_cache(maxsize=64)
def _dates_only(tag: str) -> Words:
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - slow to import, rarely needed

    try:
        locale = Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return WORDS["en"]
    return Words(
        locale=str(locale),
        greeting="",
        subject="{team}",
        day=str(locale.date_formats["full"]),
        near="EEEE",
        instant="{day}, {time} ({zone})",
    )


def zone_of(name: str | None, default: tzinfo) -> tzinfo:
    """A time zone by its name, or ``default`` if the name is empty or means nothing."""
    if not name:
        return default
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # OSError: the name of a folder of the database
        return default


@lru_cache(maxsize=1024)
def instant_text(instant: datetime, zone: tzinfo, language: str) -> str:
    """``Monday, 23 November, 09:00 (CET)``: a point in time for someone who lives in ``zone``."""
    row = words(language)
    local = in_zone(instant, zone)
    day = _format(local, row.day, row.locale)
    return row.instant.format(day=day, time=f"{local:%H:%M}", zone=_zone_text(local, row.locale))


@lru_cache(maxsize=1024)
def short_text(instant: datetime, now: datetime, zone: tzinfo, language: str) -> str:
    """``Monday, 09:00``, or with the date if that is more than six days from ``now``."""
    row = words(language)
    local = in_zone(instant, zone)
    pattern = row.near if instant - now <= _A_WEEK else row.day
    full = row.instant.removesuffix(" ({zone})")
    return full.format(day=_format(local, pattern, row.locale), time=f"{local:%H:%M}")


def duration_text(duration: timedelta, language: str) -> str:
    """``2 days``: a length of time in words; empty for less than a minute."""
    from babel.dates import format_timedelta  # noqa: PLC0415 - slow to import, needed for rescues

    if duration < timedelta(minutes=1):
        return ""
    return format_timedelta(duration, granularity="minute", locale=words(language).locale)


def _format(local: datetime, pattern: str, locale: str) -> str:
    from babel.dates import format_date  # noqa: PLC0415 - slow to import, not every reply has a date

    return format_date(local.date(), pattern, locale=locale)


def _zone_text(local: datetime, locale: str) -> str:
    """CET, MEZ, or the offset where a zone has no letters of its own."""
    from babel.dates import get_timezone_name  # noqa: PLC0415 - slow to import

    for name in (get_timezone_name(local, width="short", locale=locale), local.tzname() or ""):
        if name.isalpha() and len(name) <= _ABBREVIATION_LIMIT:
            return name
    offset = local.replace(tzinfo=UTC) - local.astimezone(UTC)
    sign = "-" if offset < timedelta() else "+"
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    return f"UTC{sign}{hours:02}:{minutes:02}"
