"""What a decision may look at besides the mail: now, the policy, the past, the limits used."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct, field

from inboxwatch.model.conversation import HumanAnswer, Repeated
from inboxwatch.model.customer import Customers, Resembled

if TYPE_CHECKING:
    from inboxwatch.model.policy import AccountPolicy, Policy
    from inboxwatch.model.surge import Incident


class PastReply(Struct, frozen=True):
    """An automatic reply that was claimed, whatever became of it (rule L11)."""

    handle: str
    kind: str
    at: datetime
    conversation: int | None


class History(Struct, frozen=True):
    """What the journal remembers about a mail's sender and conversation.

    ``replies`` are the automatic replies to this sender, by the canonical forms of From and
    Return-Path (rule L04), within the longest window of the limits, newest last.
    ``conversation_replies`` counts automatic replies in the conversation since a human last wrote
    in it, ``human_answers`` how often one did. ``sender_mails`` counts the sender's other mails of
    the last seven days that no human has answered. ``handled`` tells that a mail with the same
    reply key has had its reply claimed before (rule X04).

    ``last_used`` tells when this sender last had each template, by its name and however long ago,
    ``last_away`` when the latest of them that was of kind ``away`` at its last use (rule L01).
    ``answers_reply_of`` is when the newest automatic reply was claimed that the mail refers to
    (rule L06). ``bounced_at`` is when a reply to the address last came back for good (rule A39).
    ``arrivals`` are the instants at which the sender's mails of the last day were received in an
    inbox, this one and those whose authentication failed excepted, oldest first (rule L08).

    ``customer_mails`` counts the sender's other mails in the conversation, unproven ones excepted
    (rule S30); ``waiting_since`` is when the oldest of them came that no person has answered.
    ``answers`` are what people of the team wrote in the conversation, oldest first; ``repeated`` is
    the text that this customer was sent most often by them, if any was sent twice.
    ``contact_since`` is when a person of the team first wrote to the sender, as Sent tells.
    ``escalated_since`` is when the mail came with which an escalation of this customer began that
    is still open in the account: a person has to act (rule A46).
    """

    conversation: int | None = None
    replies: tuple[PastReply, ...] = ()
    conversation_replies: int = 0
    sender_mails: int = 0
    handled: bool = False
    human_answered_at: datetime | None = None
    human_answers: int = 0
    last_used: Mapping[str, datetime] = field(default_factory=dict)
    answers_reply_of: datetime | None = None
    bounced_at: datetime | None = None
    arrivals: tuple[datetime, ...] = ()
    last_away: datetime | None = None
    customer_mails: int = 0
    waiting_since: datetime | None = None
    answers: tuple[HumanAnswer, ...] = ()
    repeated: Repeated | None = None
    contact_since: datetime | None = None
    escalated_since: datetime | None = None


class Usage(Struct, frozen=True):
    """How much of the limits is used up for one recipient's domain and one account (rule L03).

    ``breaker`` says why the account's replies were stopped until somebody resumes them (rule
    L09), empty while they go out.
    """

    domain_hour: int = 0
    domain_day: int = 0
    account_hour: int = 0
    day: int = 0
    run: int = 0
    breaker: str = ""


class World(Struct, frozen=True):
    r"""The world at the instant of one decision.

    ``replies_since`` is when replies were switched on: older mail is not answered (rule L12);
    None outside a run. ``baseline`` tells that the mail lay there before the mailbox was first
    seen (rules X06, X07). ``incidents`` are the surges that are open, ``resembled`` whom the sender
    of a mail in ``\Junk`` could be taken for. ``rescues`` tells that mail that may be rescued is
    about to be taken out of the spam folder, ``by_hand`` that this one is because a person said so.
    """

    now: datetime
    policy: Policy
    account: AccountPolicy
    customers: Customers = field(default_factory=Customers)
    history: History = field(default_factory=History)
    usage: Usage = field(default_factory=Usage)
    replies_since: datetime | None = None
    baseline: bool = False
    incidents: tuple[Incident, ...] = ()
    resembled: Resembled = field(default_factory=Resembled)
    rescues: bool = False
    by_hand: bool = False
