"""The hours of the business, as written."""

from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)

from inboxwatch.config.hours import parse_closure, parse_date, parse_days, parse_period, parse_slots
from inboxwatch.config.regions import check_country, check_region
from inboxwatch.config.schema.base import Kind, Section, Text, key, part

_UTC = ZoneInfo("UTC")


def _joined(value: object) -> object:
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return ", ".join(value)
    return value


def _days(text: str) -> str:
    parse_days(text)
    return text


def _slots(text: str) -> str:
    parse_slots(text)
    return text


def _period(days: dict[str, str]) -> dict[str, str]:
    if not days:
        raise ValueError('it has no hours: write them like {mon-fri: "09:00-17:00"}')
    parse_period(days)
    return days


def _closure(text: str) -> str:
    parse_closure(text, _UTC)
    return text


def _date(text: str) -> str:
    parse_date(text)
    return text


Days = Annotated[str, AfterValidator(_days)]
Slots = Annotated[
    str,
    BeforeValidator(_joined),
    AfterValidator(_slots),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]
Period = Annotated[dict[Days, Slots], AfterValidator(_period), Kind("days and their hours")]


class Holidays(Section):
    """The public holidays on which the business is shut."""

    country: Annotated[str, AfterValidator(check_country), Kind("country code")] = key(
        "", "The country whose public holidays count, by its ISO code.", "DE", means="none"
    )
    region: Annotated[str, Kind("region code")] = key(
        "", "The region of the country, for the holidays that only it has.", "BE", means="none"
    )
    days: tuple[Annotated[str, AfterValidator(_date), Kind("day")], ...] = key(
        (), "Further holidays, day by day.", ["2026-12-31"], means="none"
    )

    @field_validator("region")
    @classmethod
    def _region(cls, region: str, info: ValidationInfo) -> str:
        # Without a valid country there is one problem already, and nothing to look the region up in
        if region and "country" in info.data:
            check_region(info.data["country"], region)
        return region


class Schedule(Section):
    """The periods of the week: each a name of its own with days and their hours."""

    model_config = ConfigDict(extra="allow", frozen=True, defer_build=True)
    __pydantic_extra__: dict[str, Period] = Field(init=False)

    open: Annotated[tuple[Text, ...], Field(min_length=1)] = key(
        ("business",), "The periods that count as business time.", ["business"], live=True
    )
    holidays: Holidays = part(
        "Days on which the business is shut.", {"country": "DE", "region": "BE"}
    )
    closures: tuple[Annotated[str, AfterValidator(_closure), Kind("closure")], ...] = key(
        (),
        "Stretches in which the business is shut, beyond its holidays.",
        ["2026-12-24..2027-01-02", "2026-11-27 from 15:00", "2026-12-04 12:00-14:00"],
        means="none",
    )

    @property
    def periods(self) -> dict[str, dict[str, str]]:
        """The periods in written order: a name, then days and their hours."""
        return dict(self.__pydantic_extra__ or {})
