"""Countries and regions as the ``holidays`` library names them, and time zones."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

_CODE = re.compile("[A-Z]{2}")
_SUBDIVISIONS = re.compile(r"^    subdivisions = \((.*?)\)", re.MULTILINE | re.DOTALL)


def check_timezone(name: str) -> str:
    """The name of a time zone that exists; raises ValueError with the nearest ones."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):  # no key, a folder, or not found
        raise ValueError(f"{name!r} is not a time zone{_or_rather(_near_zones(name))}") from None
    return name


def _near_zones(name: str) -> list[str]:
    wanted = name.strip().lower().replace(" ", "_")
    known = {zone.lower(): zone for zone in sorted(available_timezones())}
    cities = [zone for lowered, zone in known.items() if lowered.rpartition("/")[2] == wanted]
    return cities[:2] or [known[zone] for zone in get_close_matches(wanted, known, 2, 0.7)]


def check_country(code: str) -> str:
    """A country's code; raises ValueError if no holidays are known for it."""
    if not code or _source(code):
        return code
    from holidays.registry import COUNTRIES  # noqa: PLC0415  # 100 ms, for a good message

    names = {key: row[1] for key, row in COUNTRIES.items()}
    if not any(code in row[1:3] for row in COUNTRIES.values()):
        wanted = code.strip().lower().replace(" ", "_")
        near = [names[key] for key in get_close_matches(wanted, names, 1, 0.8)]
        near = near or [known for known in names.values() if known == code.strip().upper()]
        raise ValueError(f"{code!r} is not the ISO code of a country{_or_rather(near)}")
    return code


def check_region(country: str, region: str) -> str:
    """A region of a country; raises ValueError with those there are."""
    if not country:
        raise ValueError("a region needs its country")
    written = _SUBDIVISIONS.search(_source(country))
    if written and f'"{region}"' in written[1]:
        return region
    from holidays.utils import country_holidays  # noqa: PLC0415  # 200 ms, for a good message

    found = country_holidays(country)
    if region not in (*found.subdivisions, *found.subdivisions_aliases):
        there = ", ".join(found.subdivisions) or "none"
        raise ValueError(f"{region!r} is not a region of {country}: there are {there}")
    return region


@lru_cache(maxsize=8)
def _source(country: str) -> str:
    """The source of a country's module in ``holidays``, or nothing.

    Importing one country imports all of them, which takes longer than everything else that reads a
    configuration. What the source does not show at once is asked of the library itself.
    """
    spec = find_spec("holidays")
    if not _CODE.fullmatch(country) or spec is None or spec.origin is None:
        return ""
    folder = Path(spec.origin).parent
    try:
        registry = (folder / "registry.py").read_text("utf-8")
        row = re.search(rf'"(\w+)": \("\w+", "{country}"', registry)
        return (folder / "countries" / f"{row[1]}.py").read_text("utf-8") if row else ""
    except OSError:
        return ""


def _or_rather(near: list[str]) -> str:
    return f": did you mean {' or '.join(near)}?" if near else ""
