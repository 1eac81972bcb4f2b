"""A sweep as facts, with a mail of each kind; its texts may be chosen."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec.structs import replace
from tests.support.build import BERLIN, week

from inboxwatch.core.report.sweep_facts import (
    Ground,
    Mistake,
    SweepFacts,
    Swept,
    SweptMail,
    Taken,
)
from inboxwatch.model.decision import RescueDecision

UNTIL = datetime(2026, 11, 23, 9, tzinfo=BERLIN)
SINCE = UNTIL - timedelta(days=30)
FRIDAY = datetime(2026, 11, 20, 17, tzinfo=BERLIN)
GROUNDS = (
    Ground("S20", "The address is exactly a customer's", True, "ann@customer.example"),
    Ground("S14", "Your own mail server proves the sender", True, "dmarc=pass"),
    Ground("S23", "The domain is no look-alike", True),
)


def swept(text: str = "Where is my order?", **fields: object) -> SweptMail:
    """A genuine mail of a customer, moved to INBOX."""
    built = SweptMail(
        account="support",
        sender="ann@customer.example",
        subject=text,
        received=FRIDAY,
        found_at=UNTIL + timedelta(hours=1),
        lay_until=UNTIL + timedelta(hours=1),
        decision=RescueDecision.RESCUE,
        outcome="moved",
        mail_id=12,
        customer="Ann Miller",
        shown_name="Ann",
        grounds=GROUNDS,
        authentication="authenticated",
        category="spam",
        filtered="SpamAssassin gave it 6.2 points, and 5.0 are enough (HTML_MESSAGE).",
        wrote=2,
        moved_to="INBOX",
        went_out="an apology, 2 days late",
    )
    return replace(built, **fields)


def taken(**fields: object) -> Taken:
    """A mail of the same customer that the filter took."""
    built = Taken("ann@customer.example", FRIDAY, UNTIL, "Ann Miller", "spam", "authenticated")
    return replace(built, **fields)


def sweep_facts(text: str = "Where is my order?", **fields: object) -> SweepFacts:
    """Everything that a sweep can tell, with ``text`` wherever it may be somebody else's."""
    doubtful = replace(GROUNDS[1], met=False, evidence=text)
    forged = swept(
        text,
        sender="ann@custorner.example",
        decision=RescueDecision.LEAVE,
        outcome="reported",
        customer="",
        shown_name=text,
        pretends=text,
        grounds=(*GROUNDS[:2], Ground("S23", "The domain is no look-alike", False, text)),
        authentication="failed",
        category="phishing",
        filtered=text,
        moved_to="",
        went_out="",
    )
    mails = (
        swept(text),
        replace(
            forged,
            sender="bo@customer.example",
            customer=text,
            pretends="",
            decision=RescueDecision.REVIEW,
            grounds=(GROUNDS[0], doubtful),
            authentication="unverified",
        ),
        forged,
        swept(text, decision=RescueDecision.LEAVE, customer="", outcome="reported", went_out=""),
    )
    built = SweepFacts(
        since=SINCE,
        until=UNTIL,
        schedule=week(),
        sweep_id=4,
        sweeps=(
            Swept(
                4,
                UNTIL,
                "apply",
                {"support": 480, "sales": 20},
                (text,),
                moved={"support": 1},
                told={"support": 4},
            ),
        ),
        mails=mails,
        taken=(
            taken(),
            taken(received=FRIDAY - timedelta(days=14), lay_until=FRIDAY - timedelta(days=13)),
            taken(sender="eve@other.example", authentication="failed", fault="dkim=fail"),
        ),
        mistakes=(Mistake(UNTIL, "x@spam.example", text, "It was moved and was spam.", text),),
        notes=(text,),
    )
    return replace(built, **fields)
