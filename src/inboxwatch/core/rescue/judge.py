r"""Should a mail found in ``\Junk`` come out of it? Rescue, review or leave (rules S11, S26)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxwatch.core.rescue.conditions import BY_ARC, CONDITIONS, DOMAIN, FORWARDED, Facts
from inboxwatch.core.rescue.posing import poses_as, suspicion
from inboxwatch.core.text import one_line
from inboxwatch.model.decision import Condition, Rescue, RescueDecision
from inboxwatch.model.message import AuthenticationStatus, Finding, Role

if TYPE_CHECKING:
    from inboxwatch.core.rescue.conditions import Row

__all__ = ["Facts", "judge"]

MAX_EVIDENCE = 160

_FOR_A_PERSON = frozenset({AuthenticationStatus.AUTHENTICATED, AuthenticationStatus.UNVERIFIED})


def judge(facts: Facts) -> Rescue | None:
    r"""The judgement on a mail in ``\Junk``, every condition with it; None for other mail.

    Rescue if all conditions are met. Review if the customer is known, or the mail belongs to
    something of ours, and nothing worse speaks against it than that a proof is missing. What is
    forged, harmful, a machine's or a list's is left where it is, as is everything else.
    """
    if facts.message.role is not Role.JUNK:
        return None
    judged = tuple((row, row.against(facts)) for row in CONDITIONS)
    unmet = tuple(dict.fromkeys(one for _, findings in judged for one in findings))
    conditions = tuple(_condition(row, findings, facts) for row, findings in judged)
    decision = _decision(facts, unmet)
    offered = decision is RescueDecision.REVIEW and facts.customer is None
    sender = facts.message.sender
    return Rescue(
        decision,
        unmet,
        conditions,
        why=one_line(facts.relation, MAX_EVIDENCE) if offered else "",
        filtered=facts.filtered,
        taken_for=facts.taken_for,
        shown_name=sender.name if sender else "",
        shown_address=sender.exact if sender else "",
        poses_as=poses_as(facts),
        suspicion=suspicion(facts),
    )


def _decision(facts: Facts, unmet: tuple[Finding, ...]) -> RescueDecision:
    if not unmet:
        return RescueDecision.RESCUE
    wanted = facts.customer is not None or bool(facts.relation)
    return RescueDecision.REVIEW if wanted and _is_for_a_person(facts) else RescueDecision.LEAVE


def _condition(row: Row, findings: tuple[Finding, ...], facts: Facts) -> Condition:
    told = "; ".join(one.evidence for one in findings) if findings else row.shows(facts)
    return Condition(row.id, row.title, not findings, one_line(told, MAX_EVIDENCE))


def _is_for_a_person(facts: Facts) -> bool:
    """Whether nothing is so bad that nobody should be troubled with the mail."""
    found = {one.id for one in facts.authentication.findings}
    believable = facts.authentication.status in _FOR_A_PERSON or bool({BY_ARC, FORWARDED} & found)
    harmful = facts.filtered is not None and facts.filtered.grave
    people = all(finding.person for finding in facts.automatic)
    return believable and people and not harmful and DOMAIN not in found
