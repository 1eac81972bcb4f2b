"""Tests in the team's own configuration: the mail made, decided as in a run, and compared.

What a test does not say is that of a genuine, new mail to our address. The decision is that of
``decide``, with replies switched on, so that a test tells what a run would do.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from msgspec.structs import replace

from inboxwatch.core.decide import decide
from inboxwatch.core.message.authres import TOPMOST_WITHOUT_ID
from inboxwatch.core.message.forms import writer_of
from inboxwatch.core.message.header import split_octets
from inboxwatch.core.message.parse import parse
from inboxwatch.core.schedule import open_intervals
from inboxwatch.core.stranger import resembled
from inboxwatch.model.message import AuthenticationStatus, RawMessage
from inboxwatch.model.trial import Difference, TrialResult
from inboxwatch.model.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from inboxwatch.model.customer import Directory
    from inboxwatch.model.decision import Decision, Draft
    from inboxwatch.model.policy import AccountPolicy, Policy
    from inboxwatch.model.schedule import Schedule
    from inboxwatch.model.trial import Expectation, Trial, TrialMail

    Comparison = Callable[[Expectation, Decision], Difference | None]

FIRST_WEEK = datetime(2026, 1, 5, tzinfo=UTC)
"""The Monday from which on a test without an instant looks for an opening."""
_A_MONTH, _LATER = timedelta(days=31), timedelta(minutes=30)


def try_all(
    trials: Sequence[Trial], policy: Policy, customers: Directory
) -> tuple[TrialResult, ...]:
    """Every test with what came out otherwise than it expects, in the order given."""
    return tuple(_tried(trial, policy, customers) for trial in trials)


def _tried(trial: Trial, policy: Policy, customers: Directory) -> TrialResult:
    account = policy.accounts[trial.account or next(iter(policy.accounts))]
    at = trial.at or ordinary_instant(policy.schedule)
    octets = trial.mail.octets or mail_octets(trial.mail, account, at)
    header, body = split_octets(octets)
    raw = RawMessage(f"test {trial.name!r}", trial.mail.role, header, body, at, len(octets))
    message = parse(raw)
    sender = writer_of(message, policy, account)
    around = customers.around(sender)
    world = World(
        now=at,
        policy=policy if policy.replies_enabled else replace(policy, replies_enabled=True),
        account=account,
        customers=around,
        resembled=resembled(message, sender, around, customers),
        history=trial.history,
    )
    return TrialResult(trial, tuple(differences(trial.expect, decide(message, world))))


def ordinary_instant(schedule: Schedule) -> datetime:
    """Half an hour after the first opening of January 2026, or that Monday's noon without one."""
    begin = FIRST_WEEK.astimezone(schedule.timezone)
    opened = open_intervals(schedule, begin, begin + _A_MONTH)
    return opened[0][0] + _LATER if opened else begin.replace(hour=12)


def mail_octets(mail: TrialMail, account: AccountPolicy, at: datetime) -> bytes:
    """The octets of a test's mail, with everything that a delivering server adds.

    Raises ValueError for a header field that no mail can have.
    """
    message = EmailMessage(policy=SMTP)
    domain = mail.sender.rpartition("@")[2]
    message["Return-Path"] = f"<{mail.sender}>"
    for field in _results(mail, account, domain):
        message["Authentication-Results"] = field
    message["Received"] = f"from mail.{domain} by mx.{account.address.domain}; {_date(at)}"
    message["From"] = f'"{mail.name}" <{mail.sender}>' if mail.name else mail.sender
    message["To"] = ", ".join(mail.to) or account.address.spec
    if mail.cc:
        message["Cc"] = ", ".join(mail.cc)
    message["Subject"] = mail.subject
    message["Date"] = _date(at)
    told = f"{mail.sender}\0{mail.subject}\0{mail.text}".encode("utf-8", "replace")
    message["Message-ID"] = f"<{sha256(told).hexdigest()[:24]}@{domain}>"
    for name, value in mail.fields:
        del message[name]
        message[name] = value
    message.set_content(mail.text)
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
    return message.as_bytes()


def _date(at: datetime) -> str:
    return format_datetime(at)


def _results(mail: TrialMail, account: AccountPolicy, domain: str) -> Iterator[str]:
    """What our server would have found out, in the words of the one that the account trusts."""
    if not account.trust or mail.authentication is AuthenticationStatus.UNVERIFIED:
        return
    passed = mail.authentication is AuthenticationStatus.AUTHENTICATED
    result = f"dmarc={'pass' if passed else 'fail'} header.from={domain}"
    trusted = account.trust[0]
    yield result if trusted == TOPMOST_WITHOUT_ID else f"{trusted}; {result}"


def differences(expect: Expectation, decision: Decision) -> Iterator[Difference]:
    """What a decision has otherwise than a test expects."""
    for compare in _COMPARISONS:
        found = compare(expect, decision)
        if found is not None:
            yield found


def _priority(expect: Expectation, decision: Decision) -> Difference | None:
    if expect.priority is None or expect.priority[0] <= decision.priority <= expect.priority[1]:
        return None
    return Difference("priority", range_text(expect.priority), str(decision.priority))


def range_text(bounds: tuple[int, int]) -> str:
    """A range as the configuration writes it: ``8..``, ``..3``, ``4..6`` or ``5``."""
    lowest, highest = bounds
    if lowest == highest:
        return str(lowest)
    return f"{lowest if lowest > 1 else ''}..{highest if highest < 9 else ''}"  # noqa: PLR2004 - the highest priority


def _signals(expect: Expectation, decision: Decision) -> Difference | None:
    if expect.signals.issubset(decision.signals):
        return None
    return Difference("signals", _listed(expect.signals), _listed(decision.signals))


def _no_signals(expect: Expectation, decision: Decision) -> Difference | None:
    found = expect.no_signals.intersection(decision.signals)
    return (
        Difference("signals", f"not {_listed(found)}", _listed(decision.signals)) if found else None
    )


def _reply(expect: Expectation, decision: Decision) -> Difference | None:
    got = decision.reply.decision
    if expect.reply is None or got is expect.reply:
        return None
    why = "; ".join(f"{one.rule} {one.evidence}" for one in decision.reply.refusals)
    return Difference("reply", expect.reply.value, f"{got.value} ({why})" if why else got.value)


def _rules(expect: Expectation, decision: Decision) -> Difference | None:
    got = [one.rule for one in decision.reply.refusals]
    if expect.rules.issubset(got):
        return None
    return Difference("rules", _listed(expect.rules), _listed(got))


def _rescue(expect: Expectation, decision: Decision) -> Difference | None:
    if expect.rescue is None:
        return None
    got = decision.rescue.decision if decision.rescue else None
    if got is expect.rescue:
        return None
    return Difference("rescue", expect.rescue.value, got.value if got else "not in the spam folder")


def _customer(expect: Expectation, decision: Decision) -> Difference | None:
    got = decision.customer.customer.id if decision.customer else "none"
    if expect.customer is None or got == expect.customer:
        return None
    return Difference("customer", expect.customer, got)


def _of_draft(what: str, said: Callable[[Draft], str]) -> Comparison:
    """Compare what only a composed reply has."""

    def compare(expect: Expectation, decision: Decision) -> Difference | None:
        expected: str | None = getattr(expect, what)
        if expected is None:
            return None
        draft = decision.reply.draft
        got = said(draft) if draft else "no reply"
        return None if got == expected else Difference(what, expected, got)

    return compare


def _next_step(expect: Expectation, decision: Decision) -> Difference | None:
    step = decision.next_step
    got = step.action.value if step else "none"
    if expect.next_step is None or got == expect.next_step:
        return None
    return Difference("next_step", expect.next_step, got)


def _escalation(expect: Expectation, decision: Decision) -> Difference | None:
    got = [one.name for one in decision.escalation]
    if expect.escalation.issubset(got):
        return None
    return Difference("escalation", _listed(expect.escalation), _listed(got))


def _language(expect: Expectation, decision: Decision) -> Difference | None:
    got = decision.reply.language
    if expect.language is None or got == expect.language:
        return None
    return Difference("language", expect.language, got)


def _says(expect: Expectation, decision: Decision) -> Difference | None:
    draft = decision.reply.draft
    text = " ".join(draft.text.split()) if draft else ""
    missing = [one for one in expect.says if " ".join(one.split()) not in text]
    if not missing:
        return None
    return Difference("says", " / ".join(missing), text or "no reply")


def _listed(names: Iterator[str] | frozenset[str] | Sequence[str]) -> str:
    return ", ".join(sorted(names)) or "none"


_COMPARISONS: tuple[Comparison, ...] = (
    _priority,
    _signals,
    _no_signals,
    _customer,
    _rescue,
    _reply,
    _rules,
    _of_draft("template", lambda draft: draft.handle),
    _of_draft("tone", lambda draft: draft.tone),
    _language,
    _says,
    _escalation,
    _next_step,
)
"""What is compared, in the order in which it is told."""
