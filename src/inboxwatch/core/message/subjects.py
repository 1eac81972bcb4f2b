"""Subjects that look automatic, by language (rule A15): a reason to hold, never to trust.

RFC 3834 3.1.5 asks software not to rely on subjects. They are read where no header gives a machine
away, so that a person looks before anything answers.
"""

from __future__ import annotations

import re
from functools import cache

MAX_SUBJECT = 200
"""Characters looked at, at the beginning and at the end."""

_PREFIXES = re.compile(
    r"(?>(?:(?:re|aw|sv|vs|antw|odp|rif|r|fw|fwd|wg|tr|rv|vb|enc|i)\s*+(?:\[\d{1,3}\]\s*+)?:\s*+)+)"
)

_AUTOMATIC = (
    # English
    "auto:",
    "auto reply",
    "auto-reply",
    "autoreply",
    "auto response",
    "auto-response",
    "autoresponse",
    "auto-responder",
    "autoresponder",
    "automated message",
    "automated reply",
    "automated response",
    "automatic message",
    "automatic reply",
    "automatic response",
    "out of office",
    "out of the office",
    "out-of-office",
    "vacation reply",
    "vacation response",
    # German
    "abwesend:",
    "abwesenheit",
    "automatische antwort",
    "automatische nachricht",
    "automatische rückmeldung",
    "nicht im büro",
    # French
    "absence du bureau",
    "absent du bureau",
    "message automatique",
    "réponse automatique",
    "reponse automatique",  # codespell:ignore
    # Spanish, Portuguese, Italian, Romanian
    "respuesta automática",
    "respuesta automatica",
    "fuera de la oficina",
    "fuera de oficina",
    "resposta automática",
    "resposta automatica",
    "fora do escritório",
    "ausência temporária",
    "risposta automatica",
    "fuori sede:",
    "fuori ufficio",
    "răspuns automat",
    "raspuns automat",
    # Dutch and the north
    "automatisch antwoord",
    "afwezig:",
    "afwezigheidsbericht",
    "niet aanwezig:",
    "autosvar",
    "automatisk svar",
    "automatisk besvarelse",
    "automaattinen vastaus",
    "poissa toimistosta",
    # The east
    "automatická odpověď",
    "automatická odpoveď",
    "automatyczna odpowiedź",
    "odpowiedź automatyczna",
    "automatikus válasz",
    "samodejni odgovor",
    "automatski odgovor",
    "автоматический ответ",
    "автоответ",
    "автоматична відповідь",
    "αυτόματη απάντηση",
    "otomatik yanıt",  # noqa: RUF001 - a Turkish letter, not a slip
    "自動応答",
    "自動返信",
    "自动回复",
    "自动答复",
    "自動回覆",
    "자동 회신",
    "자동 응답",
)

_UNDELIVERED = (
    # English
    "could not send message",
    "delayed mail",
    "delivery delay",
    "delivery failure",
    "delivery has failed",
    "delivery report",
    "delivery status",
    "error delivering mail",
    "error sending mail",
    "failed mail",
    "failure delivery",
    "failure notice",
    "failed delivery",
    "mail could not be delivered",
    "mail delivery error",
    "mail delivery fail",
    "mail delivery problem",
    "mail delivery status",
    "mail delivery system",
    "mail not delivered",
    "mail status report",
    "mail system error",
    "message delayed",
    "message delivery fail",
    "message not delivered",
    "message not deliverable",
    "message status",
    "message undeliverable",
    "nondeliverable mail",
    "non-delivery",
    "non delivery",
    "notification of delivery",
    "returned mail",
    "returned to sender",
    "undeliverable",
    "undelivered",
    "unable to deliver",
    "user unknown",
    "warning: could not send",
    "warning: message",
    "warning: mail",
    # Others
    "benachrichtigung zum übermittlungsstatus",
    "mail nicht zustellbar",
    "nicht zustellbar",
    "rückläufer",
    "unzustellbar",
    "zustellung fehlgeschlagen",
    "avis de non-remise",
    "avis de non remise",
    "échec de la remise",
    "échec de remise",
    "non remis :",
    "non remis:",
    "non distribuable",
    "notification d'état de remise",
    "aviso de no entrega",
    "correo no entregado",
    "error de entrega",
    "no se puede entregar",
    "no entregado:",
    "não entregue:",
    "falha na entrega",
    "não é possível entregar",
    "mancato recapito",
    "impossibile recapitare",  # codespell:ignore
    "notifica di mancato recapito",
    "non recapitabile",
    "niet te bezorgen",  # codespell:ignore
    "onbestelbaar",
    "kan inte levereras",
    "kan ikke leveres",
    "ikke leveret:",
    "nie można dostarczyć",
    "niedostarczon",
    "nelze doručit",
    "недоставленное сообщение",
    "не доставлено:",
    "не удалось доставить",
)

_BEGINNINGS = (*_AUTOMATIC, *_UNDELIVERED)

_BRACKETED = (
    # English
    "delivery failed",
    "delivery failure",
    "delivery status notification (failure)",
    "mail delivery failed",
    "mail delivery failure",
    "non-delivery report",
    "undeliverable",
    "undeliverable mail",
    "undelivered",
    "undelivered mail",
    # German
    "nicht zustellbar",
    "unzustellbar",
    "zustellung fehlgeschlagen",
    "zustellungsfehler",
    # French
    "avis de non-remise",
    "échec de la remise",
    "échec de remise",
    "non distribuable",
    "non remis",
    # Spanish
    "aviso de no entrega",
    "error de entrega",
    "no se puede entregar",
    # Dutch
    "bezorging mislukt",
    "niet te bezorgen",  # codespell:ignore
    "onbestelbaar",
)
"""Remarks in brackets at the end, behind the subject of the mail that came back."""

_AFTER_DASH = (
    "delivery failure",
    "delivery status notification (failure)",
    "mail delivery failed",
    "mail delivery failure",
    "non-delivery report",
    "undeliverable",
    "undeliverable mail",
    "undelivered mail",
    "unzustellbar",
    "zustellungsfehler",
    "avis de non-remise",
    "aviso de no entrega",
    "onbestelbaar",
)
"""Remarks behind a dash. Fewer: "My parcel - delivery failed" is a customer's."""


def _any_of(phrases: tuple[str, ...]) -> str:
    return "|".join(map(re.escape, phrases))


_MARKS = frozenset(")]-\u2013\u2014")
"""Without any of them a subject has no remark at its end."""


@cache
def _ending() -> re.Pattern[str]:
    return re.compile(
        rf"(?:\((?:{_any_of(_BRACKETED)})\)|\[(?:{_any_of(_BRACKETED)})\]"
        rf"|\s[-\u2013\u2014]\s(?:{_any_of(_AFTER_DASH)}))[\s.!]*\Z"
    )


def without_prefixes(lowered: str) -> str:
    """A subject in lower case without its Re:, Fwd: and their like in other languages."""
    lowered = lowered.lstrip()
    prefix = _PREFIXES.match(lowered)
    return lowered[prefix.end() if prefix else 0 :]


def looks_automatic(subject: str) -> bool:
    """Whether a subject begins, after its Re: and Fwd:, or ends as automatic mail does (A15)."""
    if without_prefixes(subject[:MAX_SUBJECT].casefold()).startswith(_BEGINNINGS):
        return True
    if _MARKS.isdisjoint(subject):
        return False
    return _ending().search(subject[-MAX_SUBJECT:].casefold()) is not None
