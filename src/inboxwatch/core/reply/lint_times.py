"""Times and promises that a template must not say by itself: one row a rule and language.

Times belong to the schedule and promises to the service level. A row with ``unless`` lets a
sentence pass that holds those words as well: "please reply soon" promises nothing. Rows without a
language are for all texts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Words:
    """A pattern that a rule looks for in texts of one language."""

    rule: str
    language: str
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None = None


def row(rule: str, language: str, pattern: str, unless: str = "") -> Words:
    """A row of the table: case does not matter, and a space may be the end of a line."""
    return Words(rule, language, _compiled(pattern), _compiled(unless) if unless else None)


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace(" ", r"\s"), re.IGNORECASE)


CLOCK, WEEKDAY, DATE = "clock-time", "weekday", "date"
DEADLINE, SOON = "deadline", "soon"

_HOUR = r"(?:[01]?\d|2[0-4])"
_END = r"(?=\s*(?:[.,;!?)](?!\d)|$))"
_NO_PAST_YEAR = r"(?!\w|,?\s+(?:1\d{3}|20[01]\d)\b)"

_NUMBER_EN = (
    r"(?:a|an|the next|one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty-four"
    r"|forty-eight|\d+|a few|a couple of)"
)
_NUMBER_DE = (
    r"(?:de[rnm] n[äa]chsten|eine[mnrs]?|zwei|drei|vier|f[üu]nf|sechs|sieben|acht|neun|zehn"
    r"|zw[öo]lf|vierundzwanzig|wenige[nr]?|einige[nr]?|\d+)"
)
_NUMBER_FR = (
    r"(?:un|une|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|douze|vingt-quatre|quarante-huit"
    r"|quelques|les|\d+)"
)
_NUMBER_ES = (
    r"(?:un|una|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|doce|veinticuatro|unos|unas"
    r"|pocos|pocas|las próximas|los próximos|\d+)"
)
_NUMBER_NL = (
    r"(?:een|één|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|twaalf|vierentwintig|enkele|een paar"
    r"|de komende|\d+)"
)

TIMES: Final[tuple[Words, ...]] = (
    row(CLOCK, "", r"(?<![\d:.,/])(?:[01]?\d|2[0-4]):[0-5]\d(?![\d:])"),
    row(CLOCK, "", r"(?<![\d.,])\d{1,2}\s?(?:[ap]\.m\.|[ap]m\b)"),
    row(
        CLOCK,
        "en",
        rf"\b(?:at|by|until|till|before|from|after)\s+(?:{_HOUR}{_END}|{_HOUR}\s?(?:-|–|to)\s?"  # noqa: RUF001 - as people write
        rf"{_HOUR}{_END}|noon\b|midnight\b|midday\b)|\b(?:\w+|\d+)\s+o['\u2019]clock\b",
    ),
    row(
        CLOCK,
        "de",
        rf"\b(?:\d{{1,2}}(?:[:.]\d{{2}})?|ein|{_NUMBER_DE}|elf)\s?Uhr\b|\b(?:um|ab|bis|gegen)\s+"
        rf"{_HOUR}{_END}|\b(?:um|bis|ab|vor|nach)\s+(?:Mitternacht|mittags?)\b",
    ),
    row(
        CLOCK,
        "fr",
        rf"\b(?:à|avant|dès|vers|jusqu'à|de)\s+(?:\d{{1,2}}\s?h(?:\s?\d{{2}}|eures?)?\b"
        rf"|{_NUMBER_FR}\s+heures?\b(?!\s+où)|midi\b|minuit\b)|\b\d{{1,2}}\s?h\s?[0-5]\d\b",
    ),
    row(
        CLOCK,
        "es",
        rf"\ba\s?las?\s+(?:{_HOUR}\b|una\b|{_NUMBER_ES}\b|once\b)"
        r"|\b(?:desde|hasta|antes de|sobre|de)\s+las?\s+(?:\d{1,2}|una|dos|tres|ocho|nueve|diez)\b"
        r"|\ba(?:l)?\s+(?:mediodía|medianoche)\b",
    ),
    row(
        CLOCK,
        "nl",
        rf"\b(?:om|vanaf|tot|rond|voor)\s+(?:{_HOUR}(?:[.:]\d{{2}})?\s?uur\b|{_HOUR}{_END}"
        rf"|(?:half\s+)?{_NUMBER_NL}\s+uur\b|middernacht\b)",
    ),
    row(
        WEEKDAY,
        "en",
        r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b"
        r"|\b(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)\.?\s?(?:-|–|to|through)\s?"  # noqa: RUF001
        r"(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)\b",
    ),
    row(
        WEEKDAY,
        "de",
        r"\b(?:mon|diens|donners|frei|sams|sonn)tag\w*|\b(?:mittwoch|sonnabend)\w*"
        r"|\b(?:Mo|Di|Mi|Do|Fr|Sa|So)\.?\s?(?:-|–|bis)\s?(?:Mo|Di|Mi|Do|Fr|Sa|So)\b",  # noqa: RUF001
    ),
    row(WEEKDAY, "fr", r"\b(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)s?\b"),
    row(WEEKDAY, "es", r"\b(?:lunes|martes|mi[ée]rcoles|jueves|viernes|s[áa]bados?|domingos?)\b"),
    row(WEEKDAY, "nl", r"\b(?:maan|dins|woens|donder|vrij|zater|zon)dag\w*"),
    row(DATE, "", rf"\b20\d\d-[01]?\d-[0-3]?\d\b|(?<![\d.])[0-3]?\d\.[01]?\d\.{_NO_PAST_YEAR}"),
    row(
        DATE,
        "en",
        r"\b(?:\d{1,2}(?:st|nd|rd|th)?(?:\s+of)?\s+(?:january|february|march|april|may|june|july"
        r"|august|september|october|november|december)|(?:january|february|march|april|may|june"
        rf"|july|august|september|october|november|december)\s+\d{{1,2}}(?:st|nd|rd|th)?)"
        rf"{_NO_PAST_YEAR}",
    ),
    row(
        DATE,
        "de",
        r"\b\d{1,2}\.\s?(?:januar|februar|märz|april|mai|juni|juli|august|september|oktober"
        rf"|november|dezember){_NO_PAST_YEAR}",
    ),
    row(
        DATE,
        "fr",
        r"\b(?:\d{1,2}|1er)\s+(?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre"
        rf"|novembre|décembre){_NO_PAST_YEAR}",
    ),
    row(
        DATE,
        "es",
        r"\b\d{1,2}\s+de\s+(?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre"
        rf"|noviembre|diciembre){_NO_PAST_YEAR}",
    ),
    row(
        DATE,
        "nl",
        r"\b\d{1,2}\s+(?:januari|februari|maart|april|mei|juni|juli|augustus|september|oktober"
        rf"|november|december){_NO_PAST_YEAR}",
    ),
    row(
        DEADLINE,
        "en",
        rf"\b(?:within|in|in under|in less than|no later than|at most)\s+(?:the\s+next\s+)?"
        rf"{_NUMBER_EN}\s+(?:\w+\s+)?(?:minutes?|hours?|days?|weeks?)\b|\btomorrow\b"
        r"|\b(?:the\s+)?next\s+(?:business\s+|working\s+)?(?:day|week)\b|\bsame[ -]day\b"
        r"|\bby\s+(?:the\s+)?end\s+of\s+(?:the\s+)?(?:day|week)\b|\bby\s+(?:tonight|this evening)\b"
        r"|\b(?:answer|reply|respond|hear from us|get back)\b[^.!?]{0,40}\b(?:today|tonight)\b",
    ),
    row(
        DEADLINE,
        "de",
        rf"\b(?:innerhalb(?:\s+von)?|binnen|in|spätestens in|in den)\s+{_NUMBER_DE}\s+(?:\w+\s+)?"
        r"(?:Minuten?|Stunden?|Tage?n?|Tages|Wochen?|Werktage?n?|Arbeitstage?n?)\b"
        r"|(?<!am )(?<!guten )(?<!jeden )\bmorgen\b(?!s)|\bübermorgen\b"
        r"|\b(?:nächste[rnm]?|kommende[rnm]?|folgende[rnm]?)\s+(?:Tage?|Werktage?|Arbeitstage?"
        r"|Woche)\b"
        r"|\b(?:melden|antworten|hören)\b[^.!?]{0,40}\bheute\b|\bheute noch\b|\bnoch heute\b",
    ),
    row(
        DEADLINE,
        "fr",
        rf"\b(?:sous|dans|d['\u2019]ici|en moins de|en|au bout de)\s+{_NUMBER_FR}\s?"
        r"(?:\w+\s+)?(?:minutes?|heures?|h|jours?|semaines?)\b|\bdans la (?:journée|semaine)\b"
        r"|\bdemain\b|\b(?:jour ouvré|jour|semaine) suivante?\b|\bla semaine prochaine\b"
        r"|\bprochain jour\b",
    ),
    row(
        DEADLINE,
        "es",
        rf"\b(?:en|dentro de|antes de|en menos de)\s+(?:un plazo de\s+)?{_NUMBER_ES}\s+(?:\w+\s+)?"
        r"(?:minutos?|horas?|días?|semanas?)\b|(?<!por la )(?<!de la )\bmañana\b"
        r"|\bpróxim[oa]\s+(?:día|semana)\b|\bdía (?:hábil )?siguiente\b",
    ),
    row(
        DEADLINE,
        "nl",
        rf"\b(?:binnen|over|in|uiterlijk)\s+{_NUMBER_NL}\s+(?:\w+\s+)?"
        r"(?:minuten|minuut|uur|uren|dag|dagen|werkdag|werkdagen|week|weken)\b"
        r"|(?<!goede )(?<!goeden )\bmorgen\b|\bovermorgen\b|\bvolgende (?:werk)?(?:dag|week)\b",
    ),
    row(
        SOON,
        "en",
        r"\b(?:we|we['\u2019](?:ll|re)|our team|someone|somebody|a human|you['\u2019]ll|you will"
        r"|answer|reply|back|talk)\b[^.!?\ufffc]{0,80}?\b(?:right away|straight away|immediately"
        r"|instantly|asap|as soon as possible|as soon as we can|shortly|very soon|soon(?!er)"
        r"|promptly"
        r"|in no time|without delay|in a (?:moment|minute|jiffy|bit)|any (?:minute|moment))\b",
        r"\bplease\b(?! (?:note|be|bear|rest|allow))|\b(?:let|tell) us\b|\bif you\b"
        r"|\bas soon as you\b",
    ),
    row(
        SOON,
        "de",
        r"\b(?:wir|uns|unser\w*|jemand|Antwort|antworten|melden|hören|zurück)\b[^.!?\ufffc]{0,80}?"
        r"\b(?:sofort|umgehend|schnellstmöglich|baldmöglichst|so (?:schnell|bald) wie möglich"
        r"|in Kürze|demnächst|bald|unverzüglich|zeitnah|jeden (?:Moment|Augenblick))\b"
        r"|\b(?:sofort|umgehend|schnellstmöglich|so schnell wie möglich|bald|in Kürze)\b"
        r"[^.!?\ufffc]{0,40}\b(?:wir|Antwort|zurück|jemand)\b",
        r"\bbitte\b(?! (?:haben|beachten))|\bsagen Sie uns\b|\b(?:wenn|falls) Sie\b",
    ),
    row(
        SOON,
        "fr",
        r"\b(?:nous|notre|quelqu'un|on|réponse|répondrons|retour)\b[^.!?\ufffc]{0,80}?"
        r"\b(?:tout de suite|immédiatement|bientôt|sous peu|dans les plus brefs délais"
        r"|dès que possible|au plus vite|rapidement|prochainement|sans délai|sans tarder"
        r"|dans un instant)\b|\bà (?:très )?bientôt\b",
        r"\b(?:veuillez|merci de|dites-nous|répondez|indiquez|si vous)\b",
    ),
    row(
        SOON,
        "es",
        r"\b(?:nosotros|nuestro|equipo|alguien|le (?:responderemos|contestaremos|atenderemos)"
        r"|responderemos|contestaremos|contactaremos|respuesta|estaremos|volvemos)\b"
        r"[^.!?\ufffc]{0,80}?\b(?:enseguida|en seguida|inmediatamente|de inmediato|pronto|en breve"
        r"|cuanto antes|lo antes posible|a la mayor brevedad|rápidamente)\b|\bhasta pronto\b",
        r"\bpor favor\b|\bdíganos\b|\bsi usted\b",
    ),
    row(
        SOON,
        "nl",
        r"\b(?:we|wij|ons|onze|team|iemand|antwoord|terug)\b[^.!?\ufffc]{0,80}?\b(?:meteen|direct"
        r"|onmiddellijk|zo spoedig mogelijk|zo snel mogelijk|spoedig|binnenkort|zsm|zo meteen)\b"
        r"|\btot (?:snel|gauw)\b",
        r"\balstublieft\b|\blaat (?:het )?ons\b|\bals (?:u|je)\b",
    ),
)
