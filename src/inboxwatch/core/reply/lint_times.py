"""Times that a template must not say by itself: one row a rule and language.

Times belong to the schedule. A row with ``unless`` lets a sentence pass that holds those words as
well: "please reply soon" promises nothing. Rows without a language are for all texts.
"""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct


class Words(Struct, frozen=True):
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

NUMBER_EN = (
    r"(?:a|an|the next|one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty-four"
    r"|forty-eight|\d+|a few|a couple of)"
)
NUMBER_DE = (
    r"(?:de[rnm] n[äa]chsten|eine[mnrs]?|zwei|drei|vier|f[üu]nf|sechs|sieben|acht|neun|zehn"
    r"|zw[öo]lf|vierundzwanzig|wenige[nr]?|einige[nr]?|\d+)"
)
NUMBER_FR = (
    r"(?:un|une|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|douze|vingt-quatre|quarante-huit"
    r"|quelques|les|\d+)"
)
NUMBER_ES = (
    r"(?:un|una|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|doce|veinticuatro|unos|unas"
    r"|pocos|pocas|las próximas|los próximos|\d+)"
)
NUMBER_NL = (
    r"(?:een|één|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|twaalf|vierentwintig|enkele|een paar"
    r"|de komende|\d+)"
)
HOUR_EN = r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
HOUR_DE = r"(?:eins|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf)"
HOUR_NL = r"(?:één|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf)"
HOUR_ES = r"(?:una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce)"

_HOUR = r"(?:[01]?\d|2[0-4])"
_HOUR_H = rf"{_HOUR}\s?h(?:[0-5]\d)?\b"
_END = r"(?=\s*(?:[.,;!?)](?!\d)|$|\n\n))"
_NO_PAST_YEAR = r"(?!\w|,?\s+(?:1\d{3}|20[01]\d)\b)"

_DAY_EN = r"(?:Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)"
_DAY_DE = r"(?:Mo|Di|Mi|Do|Fr|Sa|So)"
_DAY_FR = r"(?:lun|mar|mer|jeu|ven|sam|dim)"
_DAY_ES = r"(?:lun|mar|mi[ée]|jue|vie|s[áa]b|dom)"
_DAY_NL = r"(?:ma|di|wo|do|vr|za|zo)"


def _span(days: str, words: str) -> str:
    """``Mon-Fri``, ``Mon. to Fri.``; but not "so-so"."""
    return rf"\b(?![sz]o-[sz]o)(?:{days})(?:\.?\s?[-–]\s?|\.?\s+(?:{words})\s+)(?:{days})\b"  # noqa: RUF001 - as people write


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
        "en",
        rf"\b(?:at|by|until|till|before|from)\s+{_HOUR_H}"
        rf"|(?<!two )(?<!three )\b(?:at|by|until|till|before|after)\s+(?:half\s+)?{HOUR_EN}"
        rf"(?:{_END}|\s+(?:sharp|again|in\s+the\s+(?:morning|afternoon|evening))\b)"
        rf"|\b(?:at|until|till|before)\s+one{_END}"
        rf"|\bfrom\s+{HOUR_EN}\s+(?:to|till|until)\s+{HOUR_EN}{_END}"
        rf"|\b(?:half|quarter|(?:\w+\s+)?minutes)\s+past\s+(?:one|{HOUR_EN}|{_HOUR})\b"
        rf"|\bquarter\s+to\s+(?:one|{HOUR_EN}|{_HOUR}){_END}",
    ),
    row(
        CLOCK,
        "de",
        rf"\b(?:\d{{1,2}}(?:[:.]\d{{2}})?|ein|{NUMBER_DE}|elf)\s?Uhr\b|\b(?:um|ab|bis|gegen)\s+"
        rf"{_HOUR}{_END}|\b(?:um|bis|ab|vor|nach)\s+(?:Mitternacht|mittags?)\b",
    ),
    row(
        CLOCK,
        "de",
        rf"\b(?:um|ab|bis|gegen|vor)\s+{_HOUR_H}|\b(?:um|ab|bis|gegen)\s+{HOUR_DE}"
        rf"(?:{_END}|\s+(?:wieder|früh|morgens|abends)\b)"
        rf"|\b(?:halb|dreiviertel|viertel\s+(?:vor|nach))\s+(?:{HOUR_DE}|{_HOUR})\b",
    ),
    row(
        CLOCK,
        "fr",
        rf"\b(?:à|avant|dès|vers|jusqu'à|de)\s+(?:\d{{1,2}}\s?h(?:\s?\d{{2}}|eures?)?\b"
        rf"|{NUMBER_FR}\s+heures?\b(?!\s+où)|midi\b|minuit\b)|\b\d{{1,2}}\s?h\s?[0-5]\d\b",
    ),
    row(
        CLOCK,
        "es",
        rf"\ba\s?las?\s+(?:{_HOUR}\b|una\b|{NUMBER_ES}\b|once\b)"
        r"|\b(?:desde|hasta|antes de|sobre|de)\s+las?\s+(?:\d{1,2}|una|dos|tres|ocho|nueve|diez)\b"
        r"|\ba(?:l)?\s+(?:mediodía|medianoche)\b"
        rf"|\b(?:desde|hasta|antes de)\s+las?\s+{HOUR_ES}\b|\b(?:hasta|desde)\s+{_HOUR_H}",
    ),
    row(
        CLOCK,
        "nl",
        rf"\b(?:om|vanaf|tot|rond|voor)\s+(?:{_HOUR}(?:[.:]\d{{2}})?\s?uur\b|{_HOUR}{_END}"
        rf"|(?:half\s+)?(?:elf|{NUMBER_NL})\s+uur\b|middernacht\b)",
    ),
    row(
        CLOCK,
        "nl",
        rf"\b(?:om|vanaf|tot|rond|voor)\s+(?:{_HOUR}\s?[uh](?:[0-5]\d)?\b|{HOUR_NL}{_END})"
        rf"|\b(?:half|kwart\s+(?:over|voor))\s+(?:{HOUR_NL}|{_HOUR})(?:{_END}|\s+(?:weer|uur)\b)",
    ),
    row(
        WEEKDAY,
        "en",
        r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b"
        rf"|{_span(_DAY_EN, 'to|through')}"
        rf"|\b(?:on|by|until|till|from|before|after|next|every)\s+(?-i:{_DAY_EN})\b"
        r"|\b(?-i:Mon|Tues?|Wed|Thu(?:rs?)?|Fri)\.(?!\w)",
    ),
    row(
        WEEKDAY,
        "de",
        r"\b(?:mon|diens|donners|frei|sams|sonn)tag\w*|\b(?:mittwoch|sonnabend)\w*"
        rf"|{_span(_DAY_DE, 'bis')}|\b(?:am|bis|ab|jeden|nächsten)\s+(?-i:{_DAY_DE})\b"
        r"|\b(?-i:Mo|Di|Mi|Do|Sa)\.(?!\w)",
    ),
    row(
        WEEKDAY,
        "fr",
        r"\b(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)s?\b"
        rf"|{_span(_DAY_FR, 'au|à')}|\b(?:le|ce)\s+(?:lun|mar|mer|ven|sam|dim)\b"
        r"|\b(?:lun|ven|dim)\.(?!\w)",
    ),
    row(
        WEEKDAY,
        "es",
        r"\b(?:lunes|martes|mi[ée]rcoles|jueves|viernes|s[áa]bados?|domingos?)\b"
        rf"|{_span(_DAY_ES, 'a|al')}|\b(?:el|este)\s+(?:lun|mi[ée]|jue|vie|s[áa]b)\b"
        r"|\b(?:lun|jue|vie|s[áa]b)\.(?!\w)",
    ),
    row(
        WEEKDAY,
        "nl",
        r"\b(?:maan|dins|woens|donder|vrij|zater|zon)dag\w*"
        rf"|{_span(_DAY_NL, 'tot|t/m')}|\b(?:op|vanaf)\s+(?-i:ma|wo|vr|za)\b"
        r"|\b(?:ma|di|wo|do|vr|za)\.(?!\w)",
    ),
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
)
