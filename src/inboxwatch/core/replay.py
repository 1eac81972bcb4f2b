"""What a decision says in short, and what two of them say differently about one mail."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct

from inboxwatch.model.past import Past

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from inboxwatch.model.decision import Decision
    from inboxwatch.model.message import Message
    from inboxwatch.model.outcome import AccountFailure
    from inboxwatch.model.world import World

NOTHING = "none"


class Change(Struct, frozen=True):
    """One thing that would be otherwise, both in words."""

    what: str
    before: str
    after: str


class Replayed(Struct, frozen=True):
    """A mail, and what would be decided otherwise about it."""

    mail_id: int
    sender: str
    subject: str
    changes: tuple[Change, ...]

    @property
    def kinds(self) -> tuple[str, ...]:
        """What kinds of change there are, in the order in which they are told."""
        found = {kind for one in self.changes for kind in _kinds(one)}
        return tuple(kind for kind in KINDS if kind in found)


KINDS = ("priority up", "priority down", "reply", "customer", "rescue", "escalation", "other")
_KIND_OF = {
    "reply": "reply",
    "template": "reply",
    "rules": "reply",
    "customer": "customer",
    "rescue": "rescue",
    "escalation": "escalation",
}


def _kinds(change: Change) -> Iterator[str]:
    if change.what == "priority":
        yield "priority up" if int(change.after) > int(change.before) else "priority down"
    else:
        yield _KIND_OF.get(change.what, "other")


class Replay(Struct, frozen=True):
    """What came of deciding past mail again.

    ``gone`` counts the mails that lie where they were no more, ``skipped`` those of accounts that
    the configuration does not have.
    """

    changed: tuple[Replayed, ...] = ()
    same: int = 0
    gone: int = 0
    skipped: int = 0
    failures: tuple[AccountFailure, ...] = ()

    @property
    def kinds(self) -> dict[str, int]:
        """How many mails change in which way, most of them in more than one."""
        counted = Counter(kind for one in self.changed for kind in one.kinds)
        return {kind: counted[kind] for kind in KINDS if counted[kind]}


def verdict(decision: Decision) -> dict[str, str]:
    """What is compared: priority, signals, customer, reply and what refuses it, rescue, causes."""
    reply, step = decision.reply, decision.next_step
    customer, rescue = decision.customer, decision.rescue
    return {
        "priority": str(decision.priority),
        "signals": _listed(decision.signals),
        "customer": customer.customer.id if customer else NOTHING,
        "reply": reply.decision.value,
        "template": reply.draft.template if reply.draft else NOTHING,
        "rules": _listed(tuple(one.rule for one in reply.refusals)),
        "rescue": rescue.decision.value if rescue else NOTHING,
        "escalation": _listed(tuple(one.name for one in decision.escalation)),
        "next_step": f"{step.action.value} {step.topic}".strip() if step else NOTHING,
    }


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(sorted(set(names))) or NOTHING


def past_of(message: Message, world: World, decision: Decision) -> Past:
    """What a decision was made against, with what it said."""
    return Past(
        now=world.now,
        history=world.history,
        usage=world.usage,
        replies_since=world.replies_since,
        baseline=world.baseline,
        incidents=world.incidents,
        flags=tuple(sorted(message.flags)),
        verdict=verdict(decision),
    )


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Change, ...]:
    """What two verdicts say differently, in the order of the first."""
    return tuple(
        Change(what, before.get(what, NOTHING), after[what])
        for what in after
        if before.get(what, NOTHING) != after[what]
    )
