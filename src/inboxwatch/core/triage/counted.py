"""Which mails count when surges are looked for: those that people wrote to us, as far as we see."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from inboxwatch.core.triage.fold import fold

if TYPE_CHECKING:
    from inboxwatch.model.decision import Decision

SAYS_A_MACHINE: Final = frozenset({"A08", "A12", "A15", "A30", "A31", "A32", "A33", "L06", "L07"})
"""Refusals that tell of a machine, a mass mailing, or a colleague, though a person may be behind.

Nobody would miss such a mail among five hundred; a newsletter's absence notices would be a surge.
"""

BEGINNING: Final = 600
"""Characters of a text in which a machine says that somebody is away, or that mail has arrived."""

_AWAY = re.compile(
    r"\bout of (?:the |my )?office\b|\b(?:annual|parental|maternity|paternity|sick) leave\b"
    r"|\blimited access to (?:my )?e-?mails?\b|\b(?:up)?on my return\b|\bwhen i (?:get|am) back\b"
    r"|\bam (?:currently )?away (?:from|until)\b|\bautomatic(?:ally generated)? (?:reply|message)\b"
    r"|\byour (?:ticket|request|e-?mail|message) (?:has been|was) received\b"
    r"|\bwe (?:have )?received your (?:request|e-?mail|message)\b|\bticket (?:number|id) (?:is|#)"
    r"|\b(?:nicht im (?:buro|haus|dienst)|abwesenheit\w*|nicht weitergeleitet|zuruck im buro)\b"
    r"|\b(?:ihre (?:nachricht|anfrage|mail|e-mail) (?:ist|wurde) .{0,30}(?:eingegangen|erhalten))\b"
    r"|\b(?:en conges|absente? (?:du bureau|jusqu)|absence du bureau|de retour le)\b"
    r"|\b(?:fuera de la oficina|estare ausente|acceso limitado)\b"
    r"|\b(?:afwezig|niet op kantoor|niet aanwezig|uw bericht (?:is|hebben wij) ontvangen)\b"
)


def counts(decision: Decision) -> bool:
    """Whether a mail counts: in an inbox, not forged for all we know, and by a person."""
    refused = {refusal.rule for refusal in decision.reply.refusals}
    return (
        decision.is_arrival
        and not decision.automatic
        and bool(decision.sender_canonical)
        and refused.isdisjoint(SAYS_A_MACHINE)
        and not says_away(decision.text)
    )


def says_away(text: str) -> bool:
    """Whether a text says that somebody is away or that mail has arrived, as machines write it."""
    return _AWAY.search(" ".join(fold(text[:BEGINNING]).split())) is not None
