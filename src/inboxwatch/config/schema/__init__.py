"""The schema of the configuration: every key with its type, default, description and example.

No module here postpones its annotations: pydantic reads every one, and would have to compile it.
"""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, PrivateAttr, Strict, ValidationInfo, field_validator

from inboxwatch.config.regions import check_timezone
from inboxwatch.config.resolved import Resolved
from inboxwatch.config.schema.account import (
    Account,
    AccountName,
)
from inboxwatch.config.schema.base import (
    Duration,
    Email,
    FilePath,
    Kind,
    Section,
    Text,
    duration_text,
    key,
    part,
)
from inboxwatch.config.schema.playbook import DEFAULT_PLAYBOOK, GoodwillLimits, Play
from inboxwatch.config.schema.replies import Replies, RuleName
from inboxwatch.config.schema.rescue import Rescue
from inboxwatch.config.schema.schedule import Schedule
from inboxwatch.config.schema.signals import Signal
from inboxwatch.config.schema.surge import Surge
from inboxwatch.config.schema.trials import Trial

Points = Annotated[int, Strict(), Field(ge=-9, le=9), Kind("whole number from -9 to 9")]


class Team(Section):
    """Who answers."""

    name: Text = key(..., "The team's name, as customers know it.", "Acme Support", live=True)
    sign: Text = key(..., "How replies are signed.", "Jo and the Acme team", live=True)


class CustomersFiles(Section):
    """Where the customers are known from."""

    files: tuple[FilePath, ...] = key(
        (),
        "CSV files with the columns id, name, email, domain, vip, tags, language, timezone, notes "
        "and no_replies, of which id or email is needed.",
        ["customers.csv"],
        means="none",
    )


class Templates(Section):
    """The team's own reply templates."""

    path: FilePath | None = key(
        None,
        "A folder of your own templates, which go over the shipped ones of the same name.",
        "templates",
        means="only the shipped ones",
    )


class Phrases(Section):
    """The team's own phrases."""

    path: FilePath | None = key(
        None,
        "Phrase lists of your own, which are added to the shipped ones.",
        "phrases",
        means="only the shipped ones",
    )


class ServiceLevel(Section):
    """Within how much business time a person answers first: what replies may promise."""

    first_answer: Duration | None = key(
        None, "Business time until the first answer.", "4h", means="nothing is promised"
    )
    urgent_answer: Duration | None = key(
        None, "The same for urgent mail, at most `first_answer`.", "1h", means="as `first_answer`"
    )
    urgent_from: Annotated[int, Strict(), Field(ge=1, le=9), Kind("whole number from 1 to 9")] = (
        key(9, "The priority from which on a mail is urgent.", 9)
    )

    @field_validator("urgent_answer")
    @classmethod
    def _not_longer(cls, urgent: timedelta | None, info: ValidationInfo) -> timedelta | None:
        first = info.data.get("first_answer")
        if urgent and first and urgent > first:
            told = f"{duration_text(urgent)} is longer than first_answer"
            raise ValueError(
                f"{told}: urgent mail is answered within {duration_text(first)} or less"
            )
        return urgent


class Triage(Section):
    """How priorities come about."""

    base: Annotated[int, Strict(), Field(ge=1, le=9), Kind("whole number from 1 to 9")] = key(
        3, "The priority from which signals add and take.", 3
    )
    points: dict[Signal, Points] = key(
        {},
        "The points of single signals and facts, where yours differ.",
        {"money-back": 3, "thanks": 0},
        means="as shipped",
    )


class Notify(Section):
    """Who of the team is told by mail of what needs a person."""

    to: tuple[Email, ...] = key(
        (),
        "Who gets a mail when something needs a person: an escalation, a promise due or broken. "
        "Each event is told once.",
        ["jo@acme.example"],
        means="nobody; a run at a terminal tells it",
    )
    account: AccountName | None = key(
        None, "The account through which it is sent.", "support", means="the first"
    )


class State(Section):
    """What inboxwatch remembers."""

    path: FilePath = key(
        Path("state.db"),
        "The file of the state; only its owner can read it.",
        "state.db",
        live=True,
        validate_default=True,
    )


_MONTH, _TEN_YEARS = timedelta(days=30), timedelta(days=3660)


def _a_month_or_more(value: timedelta) -> timedelta:
    if value < _MONTH:
        raise ValueError("is less than 30 days: what keeps mail from being answered twice needs it")
    if value > _TEN_YEARS:
        raise ValueError("is more than ten years")
    return value


class Retention(Section):
    """How long the state remembers."""

    keep: Annotated[Duration, AfterValidator(_a_month_or_more), Kind("duration, at least 30d")] = (
        key(
            timedelta(days=90),
            "How long the state keeps mail and what was done about it, after the last thing that "
            "happened in its conversation. What is open stays.",
            "180d",
        )
    )


class Log(Section):
    """The log file."""

    path: FilePath | None = key(
        None,
        "The log file, which is no other file of yours; only its owner can read it.",
        "inboxwatch.log",
        means="`inboxwatch.log` beside the state",
    )


class Config(Section, Resolved):
    """The written configuration, with its defaults filled in and its paths resolved."""

    version: Literal[1] = key(..., "The version of this vocabulary.", 1, live=True)
    timezone: Annotated[str, AfterValidator(check_timezone), Kind("time zone")] = key(
        ..., "The time zone of the business, by its IANA name.", "Europe/Berlin", live=True
    )
    team: Team = key(..., "Who answers.", {"name": "Acme Support"}, live=True)
    accounts: Annotated[dict[AccountName, Account], Field(min_length=1)] = key(
        ..., "The accounts to watch, each under a name of your own.", {"support": {}}, live=True
    )
    schedule: Schedule = key(
        ...,
        "The hours of the business, as periods of the week.",
        {
            "business": {"mon-fri": "09:00-12:30, 13:30-18:00"},
            "evening": {"mon-fri": "18:00-23:00"},
            "weekend": {"sat-sun": "00:00-24:00"},
        },
        live=True,
    )
    customers: CustomersFiles = part(
        "Where the customers are known from.", {"files": ["customers.csv"]}
    )
    replies: Replies = part("Automatic replies.", {"enabled": False}, live=True)
    service_level: ServiceLevel = part(
        "What replies may promise, in business time.", {"first_answer": "4h"}
    )
    templates: Templates = part("The team's own reply templates.", {"path": "templates"})
    phrases: Phrases = part("The team's own phrases.", {"path": "phrases"})
    triage: Triage = part("How priorities come about.", {"base": 3})
    playbook: dict[RuleName, Play] = key(
        DEFAULT_PLAYBOOK,
        "What a person does about a mail, by topic; the first that fits counts.",
        {"late": {"phrases": ["late"], "step": "find the parcel", "find_out": ["order-number"]}},
        means="security, charged-wrongly, outage, cancelled, late, broken",
        validate_default=True,
    )
    goodwill: GoodwillLimits = part(
        "What may be proposed as goodwill; a person approves it.",
        {"most": 25, "currency": "EUR", "approvers": ["Jo"]},
    )
    notify: Notify = part(
        "Who is told by mail of what needs a person.", {"to": ["jo@acme.example"]}
    )
    surge: Surge = part("Many senders who write about the same thing.", {"senders": 5})
    rescue: Rescue = part(
        "What becomes of customers' mail that is found in the spam folder.",
        {"mode": "review"},
    )
    tests: tuple[Trial, ...] = key(
        (),
        "Tests of this configuration. `inboxwatch check` runs them.",
        [
            {
                "name": "an angry customer at the weekend is not joked with",
                "at": "2026-11-21 20:14",
                "mail": {
                    "from": "ann@example.org",
                    "subject": "Third time!",
                    "text": "You are idiots. I was charged $400 instead of $9.",
                },
                "expect": {"priority": "8..", "signals": ["insult"], "reply": "hold"},
            }
        ],
        means="none",
    )
    test_before_run: bool = key(
        True,  # noqa: FBT003 - the default of a key
        "Whether a run begins only when the tests pass.",
        True,  # noqa: FBT003 - its example
    )
    state: State = part("What inboxwatch remembers.", {"path": "state.db"}, live=True)
    retention: Retention = part("How long the state remembers.", {"keep": "90d"})
    log: Log = part("The log file.", {"path": "inboxwatch.log"})

    _source: Path = PrivateAttr(default=Path("config.yaml"))
    _mark: str = PrivateAttr(default="")
    _links: tuple[str, ...] = PrivateAttr(default=())

    def model_post_init(self, context: Any, /) -> None:  # noqa: ANN401 - pydantic's signature
        """Keep the file that was read, which the context of the validation names."""
        self._source = (context or {}).get("source", self._source)
        self._mark = (context or {}).get("mark", self._mark)
        self._links = (context or {}).get("links", self._links)

    @property
    def source(self) -> Path:
        """The file this was read from."""
        return self._source

    @property
    def mark(self) -> str:
        """How that file was before it was read, as ``config.files.mark`` tells it."""
        return self._mark

    @property
    def links(self) -> tuple[str, ...]:
        """The paths that were looked at for where they lead."""
        return self._links
