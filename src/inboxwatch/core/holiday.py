"""The public holidays of a country, from the ``holidays`` library.

The library's package of countries imports all 250 of them as soon as one is asked for, which takes
longer than judging a hundred mails. So the one country's module is looked up and executed by
itself; whatever cannot be found in this way is asked of the library as usual.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from pathlib import PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date
    from types import ModuleType


@lru_cache(maxsize=256)
def holiday_dates(country: str, region: str, year: int) -> frozenset[date]:
    """The public holidays of one year; ``config`` has checked that country and region exist."""
    return frozenset(_calendar(country)(subdiv=region or None, years=year))


@lru_cache(maxsize=16)
def _calendar(country: str) -> Callable[..., Iterable[date]]:
    """The library's class of a country, by its code."""
    import holidays  # noqa: PLC0415 - 70 ms, only for schedules that name a country
    from holidays.registry import COUNTRIES  # noqa: PLC0415 - the same

    names = (module for module, codes in COUNTRIES.items() if country in codes[1:])
    folder = PurePath(holidays.__file__).parent / "countries"
    spec = PathFinder.find_spec(next(names, ""), [str(folder)])
    if spec is None or spec.loader is None:
        home: ModuleType = holidays
    else:
        home = module_from_spec(spec)
        spec.loader.exec_module(home)
    found: Callable[..., Iterable[date]] = getattr(home, country)
    return found
