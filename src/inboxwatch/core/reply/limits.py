"""How much automatic mail may go out (rules L01 to L09, A39), and once per mail only (rule X04).

Pure counts over what the journal remembers. They are taken when a mail is decided, again in the
order of work, and once more inside the transaction that claims the reply (rule L11).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from inboxwatch.core.providers import PUBLIC_PROVIDERS
from inboxwatch.core.reply.case import MAX_EVIDENCE
from inboxwatch.core.reply.rulebook import RULEBOOK
from inboxwatch.core.text import one_line
from inboxwatch.core.zone import clock_words
from inboxwatch.model.decision import Effect, Refusal
from inboxwatch.model.policy import Kind, Rule
from inboxwatch.model.world import PastReply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from inboxwatch.model.policy import Limits
    from inboxwatch.model.world import History, Usage

MIN_HANDLE = timedelta(days=1)
"""No configuration sends one sender the same text more often (RFC 5230 4.1)."""
UNANSWERED = 2
"""Other mails of a sender that nobody answered, with which this one is the third (rule L05)."""
AT_ONCE = timedelta(minutes=1)
"""Nobody reads an automatic reply and answers it within this time: a machine did (rule L09)."""
_DAY = timedelta(days=1)


class Wording(Struct, frozen=True):
    """What a reply says, by its template's name and kind; both empty where no template fits."""

    handle: str = ""
    kind: str = ""


class _Count(Struct, frozen=True):
    """A reply about to be sent, and what has been sent before."""

    wording: Wording
    recipient: str
    domain: str
    history: History
    usage: Usage
    limits: Limits
    now: datetime
    received: datetime


class _Row(Struct, frozen=True):
    rule: Rule
    evidence: Callable[[_Count], str]


def limit_refusals(
    *,
    wording: Wording,
    recipient_canonical: str,
    recipient_domain: str,
    history: History,
    usage: Usage,
    limits: Limits,
    now: datetime,
    received: datetime | None = None,
) -> tuple[Refusal, ...]:
    """The limits that refuse a reply; replies dated in the future count as well (rule X14).

    ``recipient_domain`` is the registrable domain, ``history`` and ``usage`` are those of the
    recipient. ``received`` is when the mail arrived, now if it is not told.
    """
    count = _Count(
        wording=wording,
        recipient=recipient_canonical,
        domain=recipient_domain,
        history=history,
        usage=usage,
        limits=limits,
        now=now,
        received=received or now,
    )
    return tuple(
        [
            Refusal(row.rule.id, row.rule.severity, row.rule.effect, evidence)
            for row in _ROWS
            if (evidence := row.evidence(count))
        ]
    )


def answered_at_once(history: History, limits: Limits, received: datetime) -> bool:
    """Whether a mail answers an automatic reply faster than a person can: a loop (rule L09).

    A customer who sends an order number after five minutes is refused under L06 as well, but her
    mail is none that came back.
    """
    sent = history.answers_reply_of
    return sent is not None and received - sent < min(AT_ONCE, limits.quick_reply)


def _recently(count: _Count) -> str:
    """L01: any reply to this sender counts for a day, one that says the same for longer.

    What L05 counts is left to it.
    """
    limits, others = count.limits, _other_replies(count.history)
    if not others:
        return ""
    same = (reply for reply in others if _says_the_same(count, reply))
    reply = _latest(count, others, limits.sender_interval) or _latest(
        count, same, max(limits.handle_interval, MIN_HANDLE)
    )
    if reply is None:
        return ""
    return one_line(
        f"{count.recipient} had {reply.handle} on {_stamp(count, reply.at)}", MAX_EVIDENCE
    )


def _says_the_same(count: _Count, reply: PastReply) -> bool:
    """By the template's name, since its text differs each time; all that say "away" are one."""
    wording = count.wording
    return reply.handle == wording.handle or wording.kind == reply.kind == Kind.AWAY


def _other_replies(history: History) -> tuple[PastReply, ...]:
    """The replies to a sender but those that L05 counts, and those older than the journal lists."""
    if history.conversation_replies and history.conversation is not None:
        covered = history.conversation
        return tuple(reply for reply in history.replies if reply.conversation != covered)
    older = [PastReply(handle, "", at, None) for handle, at in history.last_used.items()]
    if history.last_away is not None:
        older.append(PastReply("a text that says away", Kind.AWAY, history.last_away, None))
    return (*history.replies, *older)


def _latest(count: _Count, replies: Iterable[PastReply], interval: timedelta) -> PastReply | None:
    since = count.now - interval
    recent = (reply for reply in replies if reply.at > since)
    return max(recent, key=lambda reply: reply.at, default=None)


def _stamp(count: _Count, at: datetime) -> str:
    """By the clocks of the team, whose zone a run's present instant carries."""
    return clock_words(at, count.now.tzinfo)


def _is_third(count: _Count) -> bool:
    """Whether rule L05 holds a mail for a person."""
    history = count.history
    return bool(history.conversation_replies) and history.sender_mails >= UNANSWERED


def _conversation(count: _Count) -> str:
    if not count.history.conversation_replies or _is_third(count):
        return ""
    return "this conversation has had its automatic reply"


def _third_mail(count: _Count) -> str:
    """L05: whoever writes a third time without an answer needs a person, not silence."""
    if not _is_third(count):
        return ""
    return f"{count.history.sender_mails} earlier mails of this sender wait for an answer"


def _answer(count: _Count) -> str:
    """L06: a machine's answer to our reply always; anybody's unless L05 holds it for a person."""
    sent = count.history.answers_reply_of
    if sent is None:
        return ""
    if count.received - sent < count.limits.quick_reply:
        return f"it answers our automatic reply of {_stamp(count, sent)} sooner than a person would"
    return "" if _is_third(count) else f"it answers our automatic reply of {_stamp(count, sent)}"


def _flood(count: _Count) -> str:
    """L08: too many mails in too short a time, at any moment of the last day."""
    limits, since = count.limits, count.now - _DAY
    if len(count.history.arrivals) < limits.burst:
        return ""
    came = sorted(at for at in (*count.history.arrivals, count.received) if at > since)
    window = limits.burst_window
    pairs = zip(came, came[limits.burst :], strict=False)
    if not any(last - first <= window for first, last in pairs):
        return ""
    minutes = f"{window.total_seconds() / 60:g} minutes"
    return one_line(
        f"more than {limits.burst} mails of {count.recipient} within {minutes}", MAX_EVIDENCE
    )


def _bounced(count: _Count) -> str:
    """A39: an address that refused a reply for good gets no other for a while."""
    at = count.history.bounced_at
    if at is None or at <= count.now - count.limits.bounce_mute:
        return ""
    return one_line(f"a reply to {count.recipient} came back on {_stamp(count, at)}", MAX_EVIDENCE)


def _stopped(count: _Count) -> str:
    """L09: too many of the account's replies came back."""
    return one_line(count.usage.breaker, MAX_EVIDENCE)


def _domain(count: _Count) -> str:
    used = count.usage.domain_hour or count.usage.domain_day
    if not used or count.domain in PUBLIC_PROVIDERS:
        return ""
    return _reached(
        (count.usage.domain_hour, count.limits.domain_hour, f"to {count.domain} within an hour"),
        (count.usage.domain_day, count.limits.domain_day, f"to {count.domain} within a day"),
    )


def _everybody(count: _Count) -> str:
    usage, limits = count.usage, count.limits
    if not (usage.run or usage.account_hour or usage.day):
        return ""
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
        ("L06", Effect.NONE, _answer),
        ("L08", Effect.NONE, _flood),
        ("L09", Effect.HOLD, _stopped),
        ("A39", Effect.NONE, _bounced),
        ("X04", Effect.NONE, _handled),
    )
)
