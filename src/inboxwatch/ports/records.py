"""The values that go in and out of the journal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from inboxwatch.model.condition import Condition
    from inboxwatch.model.conversation import OwnMail
    from inboxwatch.model.decision import Decision, Refusal
    from inboxwatch.model.message import MessageRef
    from inboxwatch.model.outcome import OutboxEntry, OutboxState
    from inboxwatch.model.past import Past
    from inboxwatch.model.surge import Fingerprint


RESTORED_KEY = "restored"
"""Under this key a state that was restored from a backup keeps when that was, in ISO form."""

UNTAKEN = 2**32
"""Above every UID: a mailbox of a restored state, of which the baseline is still to be taken."""


class MailboxMark(Struct, frozen=True):
    """How far a mailbox has been read: everything below ``uidnext`` is in the journal.

    ``baseline_at`` is when its present UIDVALIDITY was first seen, or its UIDNEXT last went back,
    ``baseline_uidnext`` its UIDNEXT at that moment: what lies below it is never answered, whatever
    its INTERNALDATE says. In a restored state it is ``UNTAKEN`` until the mailbox is looked at.
    ``read`` are the UIDs that were read with it: no attempt at them is open.
    """

    account: str
    mailbox: str
    uidvalidity: int
    uidnext: int
    baseline_at: datetime
    baseline_uidnext: int = 1
    read: tuple[int, ...] = ()


class StoredMail(Struct, frozen=True):
    """A mail as the journal keeps it; ``decision`` is the object of the JSON contract.

    ``reply_id``, ``reply_state`` and ``reply_detail`` are those of its reply in the outbox, 0 and
    empty without one: they are right even where a run died before it could note how the mail ended.
    """

    id: int
    ref: MessageRef
    role: str
    sender: str
    subject: str
    priority: int
    automatic: bool
    received: datetime
    decision: Mapping[str, object]
    answered_at: datetime | None = None
    closed: str = ""
    reply_id: int = 0
    reply_state: str = ""
    reply_detail: str = ""
    closed_at: datetime | None = None
    """When it was closed, which is when a run noticed it."""


class Watched(Struct, frozen=True):
    """An open mail whose flags are worth a look; ``replied`` tells that we answered it."""

    id: int
    ref: MessageRef
    replied: bool


class Record(Struct, frozen=True):
    """A decision to be remembered.

    ``pending`` asks the next run to decide again if this one dies before it acted; ``closed`` says
    why the mail needs nobody (empty when it does). ``fingerprint`` is what the mail is made of, if
    it counts when surges are looked for. ``own`` is the mail as a colleague's answer: it is one in
    the conversations in which one of its recipients has written. ``past`` is what the decision was
    made against.
    """

    decision: Decision
    payload: Mapping[str, object]
    pending: bool = False
    closed: str = ""
    fingerprint: Fingerprint | None = None
    own: OwnMail | None = None
    past: Past | None = None


class Claim(Struct, frozen=True):
    """A reply about to go out: what the journal commits before anything is sent (rule X01)."""

    account: str
    reply_key: str
    handle: str
    kind: str
    recipient: str
    recipient_canonical: str
    recipient_domain: str
    envelope_from: str
    message_id: str
    octets: bytes
    claimed_at: datetime
    state: OutboxState
    mail_id: int | None = None
    related_ids: tuple[str, ...] = ()
    envelope_canonical: str = ""
    promise: datetime | None = None
    good_until: datetime | None = None


class Health(Struct, frozen=True):
    """How an account's replies fared since an instant: how many went out, how many came back."""

    replies: int = 0
    rebounds: int = 0


class Claimed(Struct, frozen=True):
    """Either the committed row, or the rules that refused it inside the transaction."""

    entry: OutboxEntry | None
    refusals: tuple[Refusal, ...] = ()


class RunStart(Struct, frozen=True):
    """What a run learns of the ones before it (rules L12, X08)."""

    run_id: int
    previous_at: datetime | None = None
    previous_replies_enabled: bool | None = None
    replies_since: datetime | None = None
    median_candidates: float = 0.0


class RunEnd(Struct, frozen=True):
    """What a run leaves for the ones after it; ``candidates`` are the replies it wanted to send.

    ``conditions`` take the place of all that was known of the accounts that they name.
    ``octets`` were read of accounts, and count for the day of ``finished_at`` in its own zone.
    """

    run_id: int
    finished_at: datetime
    candidates: int
    counts: Mapping[str, int] = field(default_factory=dict)
    conditions: tuple[Condition, ...] = ()
    octets: Mapping[str, int] = field(default_factory=dict)
