"""What was decided about one mail, and why: the same values for a run, a dry run and a test."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from inboxwatch.model.customer import MatchKind
from inboxwatch.model.message import AuthenticationStatus, Role

if TYPE_CHECKING:
    from datetime import datetime

    from inboxwatch.model.case import Cause, NextStep
    from inboxwatch.model.customer import CustomerMatch
    from inboxwatch.model.message import Authentication, Filtered, Finding, MessageRef
    from inboxwatch.model.schedule import Moment


class Effect(StrEnum):
    """What a refusing rule does to the reply: none of it, or a person looks first."""

    NONE = "none"
    HOLD = "hold"


class ReplyDecision(StrEnum):
    """What becomes of the automatic reply to one mail."""

    NONE = "none"
    HOLD = "hold"
    SEND = "send"
    DRAFT = "draft"


class RescueDecision(StrEnum):
    r"""What should become of a mail in ``\Junk``."""

    RESCUE = "rescue"
    REVIEW = "review"
    LEAVE = "leave"


class Place(Struct, frozen=True):
    """Where words stand: in the ``subject`` or the new ``text``, from which character and line on.

    ``offset`` counts characters from 0, ``line`` lines from 1.
    """

    field: str
    offset: int
    line: int = 1


class Reason(Struct, frozen=True):
    """One term of the sum that is the priority; caps have negative points.

    ``place`` is where the words of ``evidence`` stand, if they are the mail's; ``due`` the date or
    the instant, in ISO form, that a deadline means.
    """

    signal: str
    points: int
    evidence: str = ""
    place: Place | None = None
    due: str = ""


class Signal(Struct, frozen=True):
    """Something that a mail says about its urgency or its writer, with the words that say it.

    ``place`` and ``due`` are those of its reason.
    """

    name: str
    evidence: str
    place: Place | None = None
    due: str = ""


class Refusal(Struct, frozen=True):
    """A rule that refuses the reply. ``severity`` is H, S or G as in the rulebook."""

    rule: str
    severity: str
    effect: Effect
    evidence: str


class Draft(Struct, frozen=True):
    """A composed reply: every value that goes into its octets, but the Date.

    ``handle`` is the template's name, ``template`` names the variant used (``weekend.de``),
    ``why`` says why it was chosen. ``envelope_from`` is the empty string for a null sender.
    ``html`` is the same text as HTML, empty for a reply in plain text alone. ``promise`` is the
    deadline that the text names (rule F24), ``good_until`` when what it says of times stops being
    true: it must not go out later than that.
    """

    template: str
    handle: str
    kind: str
    tone: str
    language: str
    why: str
    to: str
    from_name: str
    from_address: str
    envelope_from: str
    reply_to: str
    subject: str
    text: str
    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    loop_marker: str
    html: str = ""
    precedence: str = ""
    promise: datetime | None = None
    good_until: datetime | None = None


class Reply(Struct, frozen=True):
    """Whether a mail is answered, the rules that refuse, and the draft if none does."""

    decision: ReplyDecision
    refusals: tuple[Refusal, ...] = ()
    draft: Draft | None = None
    language: str = "en"

    @classmethod
    def refused(cls, refusals: tuple[Refusal, ...], language: str) -> Reply:
        """A refused reply: any rule that says none wins over every rule that says hold."""
        none = any(refusal.effect is Effect.NONE for refusal in refusals)
        decision = ReplyDecision.NONE if none else ReplyDecision.HOLD
        return cls(decision, refusals, language=language)


class Condition(Struct, frozen=True):
    r"""One condition of leaving ``\Junk`` (rule S26), whether it is met, and what tells so.

    ``id`` is the row's name in the table of conditions, ``title`` what it asks in one sentence.
    """

    id: str
    title: str
    met: bool
    evidence: str = ""


class Rescue(Struct, frozen=True):
    r"""The judgement on a mail in ``\Junk``.

    ``unmet`` are the findings that speak against it, ``conditions`` all conditions of rule S26 in
    the order of their table, met or not. ``why`` says why a stranger's mail is offered for review
    all the same, empty for anybody else's. ``filtered`` is what the provider's filter says, if it
    says anything, and ``taken_for`` the same in words. ``shown_name`` and ``shown_address`` are
    what the mail's own From shows, ``poses_as`` is whom a forged mail passes for, and ``suspicion``
    says in a sentence why its sender is suspicious; each is empty where there is nothing to say.
    """

    decision: RescueDecision
    unmet: tuple[Finding, ...] = ()
    conditions: tuple[Condition, ...] = ()
    why: str = ""
    filtered: Filtered | None = None
    taken_for: str = ""
    shown_name: str = ""
    shown_address: str = ""
    poses_as: str = ""
    suspicion: str = ""


class ReboundKind(StrEnum):
    """How a reply of ours comes back (rules A39, L09)."""

    BOUNCE = "bounce"
    LOOP = "loop"


class Rebound(Struct, frozen=True):
    """A reply of ours that came back: a delivery report about it, or a machine's answer to it.

    ``message_ids`` are the ids that it names, of which one has to be ours; ``permanent`` tells of
    a status 5.x.x.
    """

    kind: ReboundKind
    message_ids: tuple[str, ...] = ()
    permanent: bool = False


class Decision(Struct, frozen=True):
    """Everything decided about one mail; ``core.summary`` writes it as the JSON contract.

    ``related_ids`` begin with the mail's own Message-ID (empty if it has none), then come those
    that it refers to. ``sender`` is what From says; ``sender_canonical`` and
    ``sender_organisational`` are the writer's: of a contact form the customer's (rule F02).
    ``envelope_canonical`` is the canonical Return-Path, empty without one.
    ``rebound`` tells that the mail is one of our replies come back. ``waiting_since`` is when the
    oldest mail of the conversation came that no person has answered, None for a file.
    ``escalation`` are the causes for which it has to reach a person, the gravest first,
    ``next_step`` what that person does. ``reply_to`` are the canonical addresses of Reply-To.
    """

    source: str
    ref: MessageRef | None
    account: str
    role: Role
    message_id: str | None
    reply_key: str
    sender: str
    sender_canonical: str
    sender_organisational: str
    from_text: str
    subject: str
    received: datetime
    related_ids: tuple[str, ...]
    customer: CustomerMatch | None
    authentication: Authentication
    moment: Moment
    priority: int
    reasons: tuple[Reason, ...]
    signals: tuple[str, ...]
    automatic: bool
    reply: Reply
    rescue: Rescue | None
    text: str
    defects: tuple[str, ...] = ()
    envelope_canonical: str = ""
    rebound: Rebound | None = None
    waiting_since: datetime | None = None
    escalation: tuple[Cause, ...] = ()
    next_step: NextStep | None = None
    reply_to: tuple[str, ...] = ()

    @property
    def is_unproven(self) -> bool:
        """Whether rule S30 caps the priority."""
        return is_unproven(self.role, self.authentication.status)

    @property
    def customer_id(self) -> str:
        """The customer whose own address wrote; empty for others of a customer's domain as well."""
        match = self.customer
        return match.customer.id if match and match.match is MatchKind.ADDRESS else ""

    @property
    def is_arrival(self) -> bool:
        """Whether the mail counts for its sender when there are floods of it (rule L08).

        Mail in the spam folder or with failed authentication does not: anybody can write it in
        somebody's name.
        """
        return self.role is Role.INBOX and (
            self.authentication.status is not AuthenticationStatus.FAILED
        )


def is_unproven(role: Role, status: AuthenticationStatus) -> bool:
    """Whether rule S30 caps the priority of mail that lies there and was proven so far."""
    if status in (AuthenticationStatus.FAILED, AuthenticationStatus.SUSPICIOUS):
        return True
    return role is Role.JUNK and status is not AuthenticationStatus.AUTHENTICATED
