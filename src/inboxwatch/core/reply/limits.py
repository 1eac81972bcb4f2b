"""How much automatic mail may go out (rules L01, L03, L05), and once per mail only (rule X04).

Pure counts over what the journal remembers. They are taken when a mail is decided, again in the
order of work, and once more inside the transaction that claims the reply.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from inboxwatch.core.reply.case import MAX_EVIDENCE
from inboxwatch.core.reply.providers import PUBLIC_PROVIDERS
from inboxwatch.core.reply.rulebook import RULEBOOK
from inboxwatch.core.text import one_line
from inboxwatch.model.decision import Effect, Refusal
from inboxwatch.model.policy import Kind, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from inboxwatch.model.policy import Limits
    from inboxwatch.model.world import History, PastReply, Usage

MIN_AWAY = timedelta(days=1)
"""No configuration sends one sender the same away notice more often (RFC 5230 4.1)."""
UNANSWERED = 2
"""Other mails of a sender that nobody answered, with which this one is the third (rule L05)."""


@dataclass(frozen=True, slots=True)
class _Count:
    """A reply about to be sent, and what has been sent before."""

    handle: str
    kind: str
    recipient: str
    domain: str
    history: History
    usage: Usage
    limits: Limits
    now: datetime


@dataclass(frozen=True, slots=True)
class _Row:
    rule: Rule
    evidence: Callable[[_Count], str]


def limit_refusals(
    *,
    handle: str,
    kind: str,
    recipient_canonical: str,
    recipient_domain: str,
    history: History,
    usage: Usage,
    limits: Limits,
    now: datetime,
) -> tuple[Refusal, ...]:
    """The limits that refuse a reply; replies dated in the future count as well (rule X14).

    ``handle`` and ``kind`` are the template's, ``recipient_domain`` the registrable domain, and
    ``history`` and ``usage`` those of the recipient.
    """
    count = _Count(handle, kind, recipient_canonical, recipient_domain, history, usage, limits, now)
    return tuple(
        Refusal(row.rule.id, row.rule.severity, row.rule.effect, evidence)
        for row in _ROWS
        if (evidence := row.evidence(count))
    )


def _recently(count: _Count) -> str:
    """L01: any reply to this sender counts for a day, an away notice of the same name for longer.

    By the template's name, since its text differs each time. What L05 counts is left to it.
    """
    history, limits = count.history, count.limits
    covered = history.conversation if history.conversation_replies else None
    others = (
        reply for reply in history.replies if covered is None or reply.conversation != covered
    )
    reply = _latest(count, others, limits.sender_interval)
    if reply is None and count.kind == Kind.AWAY:
        same = (reply for reply in history.replies if reply.handle == count.handle)
        reply = _latest(count, same, max(limits.handle_interval, MIN_AWAY))
    if reply is None:
        return ""
    when = reply.at.isoformat(sep=" ", timespec="minutes")
    return one_line(f"{count.recipient} had {reply.handle} at {when}", MAX_EVIDENCE)


def _latest(count: _Count, replies: Iterable[PastReply], interval: timedelta) -> PastReply | None:
    since = count.now - interval
    recent = (reply for reply in replies if reply.at > since)
    return max(recent, key=lambda reply: reply.at, default=None)


def _conversation(count: _Count) -> str:
    replies = count.history.conversation_replies
    if not replies or count.history.sender_mails >= UNANSWERED:
        return ""
    return "this conversation has had its automatic reply"


def _third_mail(count: _Count) -> str:
    """L05: whoever writes a third time without an answer needs a person, not silence."""
    if not count.history.conversation_replies or count.history.sender_mails < UNANSWERED:
        return ""
    return f"{count.history.sender_mails} earlier mails of this sender wait for an answer"


def _domain(count: _Count) -> str:
    if count.domain in PUBLIC_PROVIDERS:
        return ""
    return _reached(
        (count.usage.domain_hour, count.limits.domain_hour, f"to {count.domain} within an hour"),
        (count.usage.domain_day, count.limits.domain_day, f"to {count.domain} within a day"),
    )


def _everybody(count: _Count) -> str:
    usage, limits = count.usage, count.limits
    return _reached(
        (usage.run, limits.run, "in this run"),
        (usage.account_hour, limits.account_hour, "from this account within an hour"),
        (usage.day, limits.day, "in all within a day"),
    )


def _reached(*caps: tuple[int, int, str]) -> str:
    return ", ".join(f"{used} replies {where}" for used, cap, where in caps if used >= cap)


def _handled(count: _Count) -> str:
    return "a reply to this mail was claimed before" if count.history.handled else ""


_ROWS = tuple(
    _Row(Rule(rule, "H", effect, RULEBOOK[rule]), evidence)
    for rule, effect, evidence in (
        ("L01", Effect.NONE, _recently),
        ("L03", Effect.NONE, _domain),
        ("L03", Effect.HOLD, _everybody),
        ("L05", Effect.NONE, _conversation),
        ("L05", Effect.HOLD, _third_mail),
        ("X04", Effect.NONE, _handled),
    )
)
