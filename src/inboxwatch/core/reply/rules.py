"""The rules that refuse a reply, a row each: id, severity, effect, and what in a case matches.

Everything but the limits, which ``limits`` counts. A predicate returns the evidence, or the empty
string; all rows are looked at, in this order, and all that match are listed.
"""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from inboxwatch.core.providers import PUBLIC_PROVIDERS
from inboxwatch.core.reply import echo, escalated, incident, reach
from inboxwatch.core.reply.case import MAX_EVIDENCE, Case
from inboxwatch.core.reply.rulebook import RULEBOOK
from inboxwatch.core.text import one_line
from inboxwatch.core.zone import clock_words
from inboxwatch.model.decision import Effect
from inboxwatch.model.message import AuthenticationStatus, Role
from inboxwatch.model.policy import Rule

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime


MAX_AGE = timedelta(days=7)
"""What no configuration can exceed, for the Date field as well (rules A17, P13)."""
MAX_APOLOGY_AGE = timedelta(days=90)
"""The same for the apology to whoever is rescued."""

MAX_FUTURE = timedelta(days=1)

_DONE_FLAGS = frozenset({"\\answered", "\\deleted", "\\draft", "$forwarded", "$inboxwatchreplied"})
_PERSONAL = frozenset({"insult", "bereavement", "danger", "self-harm"})
_GRAVE = frozenset({"abuse-or-threat", "legal"})
_UNWILLING = frozenset({"no-contact-wanted"})
"""Signals after which no canned text goes out (rules A44, A45)."""

_MALFORMED = frozenset(
    {
        "boundary-missing",
        "content-type-invalid",
        "content-type-several",
        "date-invalid",
        "date-several",
        "header-truncated",
        "nul",
        "parts-too-deep",
        "parts-truncated",
        "text-truncated",
    }
)


class Row(Struct, frozen=True):
    """A rule and what in a case it matches.

    ``of_findings`` if it is what showed a machine, ``of_doubts`` what was found about the sender.
    """

    rule: Rule
    evidence: Callable[[Case], str]
    of_findings: bool = False
    of_doubts: bool = False


# --- what others found out --------------------------------------------------------------------


def _found(rule: str, *, soft: bool) -> Callable[[Case], str]:
    """Match the findings of a rule about what a mail is."""

    def evidence(case: Case) -> str:
        return ", ".join(
            found.evidence for found in case.automatic if found.id == rule and found.soft == soft
        )

    return evidence


def _suspected(rule: str) -> Callable[[Case], str]:
    """Match the findings of a rule that made a sender suspicious."""

    def evidence(case: Case) -> str:
        if case.authentication.status is not AuthenticationStatus.SUSPICIOUS:
            return ""
        return ", ".join(
            found.evidence for found in case.authentication.findings if found.id == rule
        )

    return evidence


def _diverted(case: Case) -> str:
    return ", ".join(found.evidence for found in case.authentication.findings if found.id == "S24")


def _forged(case: Case) -> str:
    if case.authentication.status is not AuthenticationStatus.FAILED:
        return ""
    return ", ".join(found.evidence for found in case.authentication.findings) or "failed"


# --- when the mail came, and what became of it ------------------------------------------------


def _baseline(case: Case) -> str:
    seen = "there before this mailbox was first seen, or before the state was restored"
    return seen if case.world.baseline else ""


def _before_replies(case: Case) -> str:
    since = case.world.replies_since
    if since is None or case.message.received >= since:
        return ""
    return f"received before {_stamp(case, since)}, when replies were switched on"


def _done(case: Case) -> str:
    if case.message.flags:
        flags = sorted(flag for flag in case.message.flags if flag.lower() in _DONE_FLAGS)
        if flags:
            return one_line(f"flagged {', '.join(flags)}", MAX_EVIDENCE)
    role = case.message.role
    return f"found in {role.value}" if role in (Role.SENT, Role.DRAFTS) else ""


def _human_answered(case: Case) -> str:
    """A18: whoever answers a mail does so after it came; an older answer was to an older mail."""
    at = case.world.history.human_answered_at
    if at is None or at < case.message.received:
        return ""
    return f"a colleague answered on {_stamp(case, at)}"


def _taken_up(case: Case) -> str:
    """L05: an acknowledgement belongs to the beginning, unless a reply rule asks for one later."""
    history = case.world.history
    at, times = history.human_answered_at, history.human_answers
    if (at is None and not times) or _human_answered(case) or _is_admitted(case):
        return ""
    when = f"on {_stamp(case, at)}" if at else "before"
    return f"a colleague took this conversation up {when}"


def _is_admitted(case: Case) -> bool:
    """Whether the rule that chose the reply says itself how often it may have been answered.

    Choosing has counted already: a rule that does not admit the conversation is none of its own.
    """
    return case.rule is not None and case.rule.answered is not None


def _not_new(case: Case) -> str:
    message, now = case.message, case.world.now
    if not message.received_known:
        return "the server does not tell when it arrived"
    if message.received - now > MAX_FUTURE:
        return f"received in the future, on {_stamp(case, message.received)}"
    limit, dated = _limits(case)
    if now - message.received > limit:
        return f"received on {_stamp(case, message.received)}, more than {_span(limit)} ago"
    if message.date is not None and now - _aware(message.date) > dated:
        return f"dated {_stamp(case, _aware(message.date))}, more than {_span(dated)} ago"
    return ""


def _limits(case: Case) -> tuple[timedelta, timedelta]:
    """How old a mail and its Date may be; an apology says itself how late it comes."""
    policy = case.world.policy
    if case.apologises:
        limit = min(policy.rescue.reply_max_age, MAX_APOLOGY_AGE)
        return limit, limit
    return min(policy.limits.max_age, MAX_AGE), MAX_AGE


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _stamp(case: Case, moment: datetime) -> str:
    return clock_words(moment, case.world.policy.schedule.timezone)


def _span(span: timedelta) -> str:
    hours = int(span.total_seconds() // 3600)
    return f"{hours} h" if hours <= 48 else f"{hours // 24} days"  # noqa: PLR2004 - readable units


# --- what it is, and whether it was meant for us ----------------------------------------------


def _unwanted(case: Case) -> str:
    sender, unwanted = case.message.sender, case.world.policy.no_reply_addresses
    if sender is None or unwanted.isdisjoint((sender.exact, f"@{sender.domain}")):
        return ""
    return one_line(f"{sender.exact} is configured to get no replies", MAX_EVIDENCE)


def _colleague(case: Case) -> str:
    """A team with its address at a public provider has no colleagues there."""
    sender = case.message.sender
    if sender is None or sender.domain in PUBLIC_PROVIDERS:
        return ""
    return sender.domain if sender.domain in case.world.policy.own_domains else ""


def _not_to_us(case: Case) -> str:
    recipients, ours = case.message.recipients, case.world.account.addresses
    if not recipients.isdisjoint(ours):
        return ""
    if not ours.isdisjoint(map(_untagged, recipients)) or _was_forwarded(case):
        return ""
    return "none of our addresses is in To, Cc or Bcc"


def _was_forwarded(case: Case) -> bool:
    """A37: trace fields name an address whose mail is forwarded to this account and no other."""
    account, delivered = case.world.account, case.message.delivered_to
    reached = {*delivered, *map(_untagged, delivered)}
    if account.forwarded_from.isdisjoint(reached):
        return False
    accounts = case.world.policy.accounts
    others = (one for name, one in accounts.items() if name != account.name)
    return all(reached.isdisjoint(one.addresses | one.forwarded_from) for one in others)


def _group_mail(case: Case) -> str:
    count, most = case.message.recipient_count, case.world.policy.limits.recipients
    return f"{count} addresses in To and Cc, more than {most}" if count > most else ""


def _untagged(address: str) -> str:
    if "+" not in address:
        return address
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _by_arc_alone(case: Case) -> str:
    return next((one.evidence for one in case.authentication.findings if one.id == "S10"), "")


def _junk(case: Case) -> str:
    in_junk = case.message.role is Role.JUNK and not case.apologises
    return "found in \\Junk" if in_junk else ""


def _for_a_person(case: Case) -> str:
    """Insults, grief and danger always, threats and the law unless a VIP writes.

    She gets her acknowledgement.
    """
    vip = case.customer is not None and case.customer.customer.vip
    heard = _PERSONAL if vip else _PERSONAL | _GRAVE
    return _said(case, heard)


def _no_contact_wanted(case: Case) -> str:
    if case.customer is not None and case.customer.customer.no_replies:
        return "the customer's record says no replies"
    return _said(case, _UNWILLING)


def _said(case: Case, signals: frozenset[str]) -> str:
    found = [f"{one.name}: {one.evidence}" for one in case.signals if one.name in signals]
    return one_line("; ".join(found), MAX_EVIDENCE) if found else ""


def _malformed(case: Case) -> str:
    return ", ".join(defect for defect in case.message.defects if defect in _MALFORMED)


# --- the table --------------------------------------------------------------------------------


def _row(rule: str, severity: str, effect: Effect, evidence: Callable[[Case], str]) -> Row:
    return Row(Rule(rule, severity, effect, RULEBOOK[rule]), evidence)


def _shown(rule: str, severity: str, effect: Effect, *, soft: bool = False) -> Row:
    """A row that refuses by a finding about what a mail is."""
    return Row(
        Rule(rule, severity, effect, RULEBOOK[rule]), _found(rule, soft=soft), of_findings=True
    )


def _doubt(rule: str, evidence: Callable[[Case], str]) -> Row:
    """A row that holds by a finding about who sent a mail."""
    return Row(Rule(rule, "H", Effect.HOLD, RULEBOOK[rule]), evidence, of_doubts=True)


RULES: tuple[Row, ...] = (
    *(_shown(rule, "H", Effect.NONE) for rule in ("A01", "A02")),
    _row("A03", "H", Effect.HOLD, reach.no_return_path),
    *(_shown(rule, "H", Effect.NONE) for rule in ("A04", "A05", "A06", "A07")),
    _shown("A08", "S", Effect.NONE, soft=True),
    *(_shown(rule, "H", Effect.NONE) for rule in ("A09", "A10", "A11")),
    _shown("A12", "S", Effect.HOLD, soft=True),
    *(_shown(rule, "H", Effect.NONE) for rule in ("A13", "A14")),
    _shown("A15", "S", Effect.HOLD, soft=True),
    _row("A16", "H", Effect.NONE, _done),
    _row("A17", "H", Effect.NONE, _not_new),
    _row("A18", "H", Effect.NONE, _human_answered),
    _shown("A30", "H", Effect.NONE),
    _shown("A30", "S", Effect.NONE, soft=True),
    _shown("A31", "S", Effect.NONE, soft=True),
    _row("A31", "S", Effect.NONE, _unwanted),
    _shown("A32", "H", Effect.NONE),
    _row("A33", "S", Effect.NONE, _colleague),
    _row("A34", "H", Effect.HOLD, reach.unsendable),
    _row("A36", "S", Effect.NONE, _not_to_us),
    _row("A38", "S", Effect.HOLD, _group_mail),
    _row("A40", "H", Effect.HOLD, _junk),
    _row("A43", "S", Effect.HOLD, _malformed),
    _row("A44", "S", Effect.HOLD, _for_a_person),
    _row("A45", "S", Effect.NONE, _no_contact_wanted),
    Row(escalated.RULE, escalated.is_open),
    _row("L07", "S", Effect.HOLD, echo.returned),
    _row("L12", "G", Effect.NONE, _before_replies),
    _row("L14", "S", Effect.HOLD, incident.many_claim),
    _row("L05", "H", Effect.NONE, _taken_up),
    _row("F01", "H", Effect.HOLD, reach.disagreeing),
    _row("F02", "S", Effect.HOLD, lambda case: case.form_fault),
    _row("F20", "H", Effect.HOLD, reach.not_ascii),
    _row("X07", "H", Effect.NONE, _baseline),
    _row("S07", "H", Effect.HOLD, _forged),
    _doubt("S10", _by_arc_alone),
    _doubt("S21", _suspected("S21")),
    _doubt("S22", _suspected("S22")),
    _doubt("S24", _diverted),
)
"""The rules in the order in which their refusals are listed."""
