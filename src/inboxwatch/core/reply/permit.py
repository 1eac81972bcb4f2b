"""May this mail get an automatic reply? All the rules that refuse it, not only the first.

``rules`` holds the table, ``limits`` the counts, ``rulebook`` what each rule says in plain words.
A refusal of effect none outweighs one of effect hold (``Reply.refused``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxwatch.core.reply.case import Case
from inboxwatch.core.reply.limits import Wording, answered_at_once, limit_refusals
from inboxwatch.core.reply.reach import destination
from inboxwatch.core.reply.rulebook import RULEBOOK, SOFT_RULES
from inboxwatch.core.reply.rules import RULES
from inboxwatch.model.decision import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from inboxwatch.model.policy import Rule

__all__ = [
    "RULEBOOK",
    "RULES",
    "SOFT_RULES",
    "Case",
    "Wording",
    "answered_at_once",
    "destination",
    "limit_refusals",
    "refusals",
    "titles",
]

_OVERRIDABLE = "S"

_TABLES = {
    (found, doubted): tuple(
        row for row in RULES if (found or not row.of_findings) and (doubted or not row.of_doubts)
    )
    for found in (False, True)
    for doubted in (False, True)
}
"""The rows by whether anything shows a machine, and anything speaks against the sender."""


def refusals(case: Case) -> tuple[Refusal, ...]:
    """Every rule that refuses a reply to this mail; none of them means that it may be answered.

    Soft rules that the policy overrides for the writer, their domain or customer record, or for the
    contact form that wrote for them, are left out; hard ones never are.
    """
    rows = _TABLES[bool(case.automatic), bool(case.authentication.findings)]
    return tuple(
        [
            Refusal(row.rule.id, row.rule.severity, row.rule.effect, evidence)
            for row in rows
            if (evidence := row.evidence(case)) and not _is_overridden(row.rule, case)
        ]
    )


def titles() -> Mapping[str, str]:
    """What each rule says in one plain sentence, by its id."""
    return RULEBOOK


def _is_overridden(rule: Rule, case: Case) -> bool:
    exempt = case.world.policy.overrides.get(rule.id)
    if not exempt or rule.severity != _OVERRIDABLE:
        return False
    senders = [one for one in (case.message.sender, case.mailer) if one is not None]
    who = {name for one in senders for name in (one.exact, f"@{one.domain}")}
    if case.customer is not None:
        who.add(case.customer.customer.id)
    return not exempt.isdisjoint(who)
