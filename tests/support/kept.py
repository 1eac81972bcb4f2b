"""Sweeps as the journal keeps them, with mail of each kind; its texts may be chosen."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace
from tests.support.build import BERLIN, week

from inboxwatch.core.report.sweep_past import Kept
from inboxwatch.core.report.sweep_told import sweep_facts
from inboxwatch.core.sweep import SweepReport
from inboxwatch.model.decision import RescueDecision
from inboxwatch.model.message import AuthenticationStatus, MessageRef
from inboxwatch.model.sweep import SweepMail, SweepMode, SweepOutcome, SweepRun

if TYPE_CHECKING:
    from inboxwatch.core.report.sweep_facts import SweepFacts

NOW = datetime(2026, 11, 23, 9, tzinfo=BERLIN)
DAY = timedelta(days=1)
FRIDAY = datetime(2026, 11, 20, 17, tzinfo=BERLIN)
PROVEN = {"id": "proven", "title": "Your server proves it.", "met": True, "evidence": "dmarc=pass"}


def mail(number: int = 1, **fields: object) -> SweepMail:
    """A customer's genuine mail as a sweep tells of it."""
    judgement = {
        "decision": "rescue",
        "refusals": [],
        "conditions": [PROVEN],
        "why": "",
        "filtered": {"category": "bulk", "text": "Rspamd took it for a mass mailing."},
    }
    built = SweepMail(
        ref=MessageRef("support", "Spam", 1, number),
        sender="ann@customer.example",
        from_text="Ann <ann@customer.example>",
        subject=f"Question {number}",
        received=FRIDAY,
        decision=RescueDecision.RESCUE,
        judgement=judgement,
        authentication=AuthenticationStatus.AUTHENTICATED,
        priority=9,
        reply_key=f"key-{number}",
        customer=("Ann Customer", "c-1"),
        mail_id=number,
        id=number,
    )
    return replace(built, **fields)


def moved(number: int = 1, **fields: object) -> SweepMail:
    return mail(number, **{"outcome": SweepOutcome.MOVED, "moved_to": "INBOX", **fields})


def forged(text: str = "customer.example", rule: str = "S23", **fields: object) -> SweepMail:
    unmet = {"id": "own-domain", "title": "No look-alike.", "met": False, "evidence": text}
    judgement = {
        "decision": "leave",
        "refusals": [{"rule": rule, "evidence": text}, {"rule": "S20", "evidence": "no"}],
        "conditions": [PROVEN, unmet],
        "why": "",
        "filtered": None,
    }
    one = mail(
        7,
        decision=RescueDecision.LEAVE,
        judgement=judgement,
        customer=None,
        sender="ann@custorner.example",
        authentication=AuthenticationStatus.FAILED,
    )
    return replace(one, **fields)


def run(number: int = 5, at: datetime = NOW, **fields: object) -> SweepRun:
    built = SweepRun(
        at, SweepMode.APPLY, ("support",), at - 30 * DAY, at, {"support": 40}, id=number
    )
    return replace(built, **fields)


def kept_sweep(text: str) -> SweepFacts:
    """A sweep of four mails with ``text`` wherever it may be somebody else's, and one undone."""
    named = {"subject": text, "sender": text, "customer": (text, "c-1"), "detail": text}
    judgement = {
        "decision": "review",
        "refusals": [{"rule": text, "evidence": text}],
        "conditions": [{**PROVEN, "met": False, "evidence": text}],
        "why": text,
        "filtered": {"category": text, "text": text},
    }
    doubtful = mail(2, **named, decision=RescueDecision.REVIEW, judgement=judgement)
    mails = (moved(1, **named, reply="sent"), doubtful, forged(text, **named))
    undone = moved(3, outcome=SweepOutcome.UNDONE, **named)
    others = (
        Kept(run(4, NOW - DAY), (undone, moved(5, **named))),
        Kept(run(3, NOW - 20 * DAY), (moved(6, **named, received=NOW - 21 * DAY),)),
    )
    report = SweepReport(run(notes=(text,)), mails, interrupted=True)
    return sweep_facts(report, others, week(), (text,))
