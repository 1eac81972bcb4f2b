"""One bad mail never stops the rest: whatever the code trips over, a mail gets a decision (X12).

Reading and deciding raise nothing for any octets. Where they do all the same, that is a bug of
ours, and without this every run would end at the same mail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxwatch.app.desk import log
from inboxwatch.core.message.parse import UNPARSED, parse, unparsed

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from inboxwatch.model.decision import Decision
    from inboxwatch.model.message import Address, Message, RawMessage
    from inboxwatch.model.policy import AccountPolicy, Policy
    from inboxwatch.model.world import World


def get_ready(policy: Callable[[], Policy], now: datetime) -> None:
    """Load and compile what the first mail would, while the server still looks for it.

    Never raises: whatever is wrong comes up again where a mail is decided, and is told there.
    """
    from inboxwatch.core.schedule import moment  # noqa: PLC0415 - mail in Sent needs none
    from inboxwatch.core.triage.matcher import matcher_for  # noqa: PLC0415 - the same

    try:
        from inboxwatch.core import decide  # noqa: F401, PLC0415 - the same

        built = policy()
        matcher_for(built.lexicon)
        moment(built.schedule, now)
    except Exception as fault:  # noqa: BLE001 - as above
        log.debug("not ready before the first mail: %r", fault)


def read(raw: RawMessage) -> Message:
    """A mail as it was understood, or what is known of one that could not be."""
    try:
        return parse(raw)
    except Exception:  # noqa: BLE001 - a bug, which must cost no more than this mail
        log.exception("a mail could not be read: %r", raw.source)
        return unparsed(raw)


def writer(message: Message, policy: Policy, account: AccountPolicy) -> Address | None:
    """Whose mail it is; whom From names where that cannot be told."""
    from inboxwatch.core.message.forms import writer_of  # noqa: PLC0415 - mail in Sent needs none

    try:
        return writer_of(message, policy, account)
    except Exception:  # noqa: BLE001 - a bug, at which deciding stumbles as well (rule X12)
        log.exception("whose mail it is could not be told: %r", message.source)
        return message.sender


def judged(message: Message, world: World) -> Decision:
    """The decision on a mail; where there is none, what tells a person to look at it."""
    from inboxwatch.core.decide import decide, undecided  # noqa: PLC0415 - mail in Sent needs none

    if UNPARSED in message.defects:
        return undecided(message, world, "it could not be read")
    try:
        return decide(message, world)
    except Exception as fault:  # noqa: BLE001 - as above
        log.exception("a mail could not be judged: %r", message.source)
        return undecided(message, world, type(fault).__name__)
