"""The tests in the configuration as values, with the mails that they name read."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from inboxwatch.config.files import read_file
from inboxwatch.errors import ConfigError, Problem
from inboxwatch.model.decision import ReplyDecision, RescueDecision
from inboxwatch.model.message import AuthenticationStatus, Role
from inboxwatch.model.trial import Expectation, Trial, TrialMail
from inboxwatch.model.world import History, PastReply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inboxwatch.config.schema import Config
    from inboxwatch.config.schema import trials as schema

MAX_OCTETS = 10_000_000
"""Of a mail that a test names."""

_A_DAY = timedelta(days=1)


def build_trials(config: Config) -> tuple[Trial, ...]:
    """The tests, in their order. Raises ConfigError with what is wrong with any of them."""
    problems = list(_problems(config))
    if problems:
        raise ConfigError(tuple(problems), next_step="mend the tests and run `inboxwatch check`")
    zone = ZoneInfo(config.timezone)
    return tuple(_trial(written, zone) for written in config.tests)


def _problems(config: Config) -> Iterator[Problem]:
    names: set[str] = set()
    for number, written in enumerate(config.tests):
        where = f"tests.{number}"
        if written.name in names:
            yield _problem(config, f"{where}.name: {written.name!r} stands there already")
        names.add(written.name)
        if written.account is not None and written.account not in config.accounts:
            told = f"there is no account {written.account!r}"
            yield _problem(config, f"{where}.account: {told}", ", ".join(config.accounts))
        if written.mail.file is not None and (fault := _unreadable(written.mail)):
            yield Problem(f"{where}.mail.file: {fault}", str(written.mail.file))


def _problem(config: Config, message: str, known: str = "") -> Problem:
    return Problem(message, str(config.source), next_step=f"there is {known}" if known else "")


def _unreadable(mail: schema.TrialMail) -> str:
    try:
        return "" if len(_octets(mail)) <= MAX_OCTETS else "larger than 10 MB"
    except OSError as error:
        return f"cannot be read: {error.strerror or error}"


def _octets(mail: schema.TrialMail) -> bytes:
    return read_file(mail.file, MAX_OCTETS + 1) if mail.file is not None else b""


def _trial(written: schema.Trial, zone: ZoneInfo) -> Trial:
    at = datetime.fromisoformat(written.at) if written.at else None
    if at is not None and at.tzinfo is None:
        at = at.replace(tzinfo=zone)
    return Trial(
        name=written.name,
        at=at,
        account=written.account or "",
        mail=_mail(written.mail),
        history=_history(written.past, at or datetime(2026, 1, 5, tzinfo=zone)),
        expect=_expectation(written.expect),
    )


def _mail(written: schema.TrialMail) -> TrialMail:
    return TrialMail(
        sender=written.from_,
        name=written.name or "",
        subject=" ".join(written.subject.split()),
        text=written.text,
        html=written.html,
        to=written.to,
        cc=written.cc,
        fields=tuple(written.headers.items()),
        role=Role(written.mailbox),
        authentication=AuthenticationStatus(written.authentication),
        octets=_octets(written),
    )


def _history(written: schema.TrialPast, at: datetime) -> History:
    replies = tuple(PastReply("", "", at, 1) for _ in range(written.replies))
    return History(
        conversation=1 if written.answers or written.replies else None,
        replies=replies,
        conversation_replies=written.replies,
        sender_mails=written.unanswered,
        human_answers=written.answers,
        escalated_since=at - _A_DAY if written.escalated else None,
    )


def _expectation(written: schema.TrialExpectation) -> Expectation:
    return Expectation(
        priority=written.priority,
        signals=frozenset(written.signals),
        no_signals=frozenset(written.no_signals),
        reply=ReplyDecision(written.reply) if written.reply else None,
        rules=frozenset(written.rules),
        template=written.template,
        tone=written.tone,
        language=written.language,
        rescue=RescueDecision(written.rescue) if written.rescue else None,
        customer=written.customer,
        says=written.says,
        next_step=written.next_step,
        escalation=frozenset(written.escalation),
    )
