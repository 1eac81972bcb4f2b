"""The details that find a case, and which of them a mail does not hold yet.

Detectors are patterns over subject and new text, folded: lower case, without accents, in English,
German, French, Spanish and Dutch at once, since customers mix languages. Where a number could be
what is asked for, it counts as that: not to ask costs a person one question, to ask for what the
mail says costs trust. A phone number is no order number, a year alone no date.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from inboxwatch.core.text import beyond_ascii, compiled_late, has_gaps, has_one
from inboxwatch.model.playbook import Detail

if TYPE_CHECKING:
    from collections.abc import Mapping

    from inboxwatch.model.policy import Topic

LIMIT: Final = 8_000
"""Characters of a mail that are searched."""

_CURRENCY = (
    r"(?:[€$£¥₹]|(?:eur|euros?|usd|gbp|chf|cad|aud|dollars?|dolares|bucks|pounds?|quid|pfund"
    r"|livres?|libras?|pond|francs?|franken|franc|francos?)\b)"
)
_SUM = r"\d[\d.,' ]{0,14}"
_YEAR = r"(?:19|20)\d\d"

_ORDER_WORD = (
    r"(?:order|purchase|booking|reservation|invoice|reference|ref|case|ticket"
    r"|bestell(?:ung|nummer|-?nr)|auftrag(?:s?nummer|s-?nr)?|buchung(?:snummer|s-?nr)?"
    r"|rechnung(?:snummer|s-?nr)?|referenz(?:nummer)?|vorgang(?:snummer)?|kundenauftrag"
    r"|commande|facture|reservation|dossier|pedido|factura|reserva|referencia"
    r"|bestelling|bestelnummer|ordernummer|factuur(?:nummer)?|referentie(?:nummer)?|boeking)"
)
_ORDER_PARTS = (
    *("order", "purchase", "booking", "reserva", "invoice", "ref", "case", "ticket", "bestel"),
    *("auftrag", "buchung", "rechnung", "vorgang", "commande", "factu", "dossier", "pedido"),
    "boeking",
)
_LABEL = r"(?:numbers?|no|nr|num|nummer|numero|id|code|n)"
_IS = r"(?:is|was|lautet|ist|est|es|era)"
_CODE = r"[a-z]{0,5}[-_/]?\d[\da-z]*(?:[-_/]\d[\da-z]*){0,4}"
_NO_SUM = rf"(?![\w-]|[.,:]\d|\s?{_CURRENCY})"
_PHONE = (
    r"(?:phone|tel|telefon|telefono|telephone|telefoon|mobile|mobil|movil|handy|cell|fax|whatsapp"
    r"|call|ring|rufnummer|nummer erreichen|erreichbar|appel\w*|llam\w+|bel(?:len)?|portable)"
)

_MONTH = (
    r"(?:jan(?:uary|uar|ner|uari)?|janvier|enero|feb(?:ruary|ruar|ruari|rero)?|fevrier|mar(?:ch|zo)"
    r"|marz|mrz|mars|maart|apr(?:il)?|avril|abril|may|mai|mei|mayo|june?|juni|juin|junio|july?|juli"
    r"|juillet|julio|aug(?:ust|ustus)?|aout|agosto|sept?(?:ember|embre|iembre)?|okt(?:ober)?"
    r"|oct(?:ober|obre|ubre)?|nov(?:ember|embre|iembre)?|de[cz](?:ember|embre)?|diciembre)"
)
_WEEKDAY = (
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|montag|dienstag|mittwoch|donnerstag|freitag"
    r"|samstag|sonnabend|sonntag|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes"
    r"|miercoles|jueves|viernes|sabado|domingo|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag"
    r"|zondag)"
)
_DAY, _MONTH_NUMBER = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])"

_CARD = r"(?:card|visa|mastercard|amex|\w*karte|carte|tarjeta|\w*kaart)"
_FOUR = r"(?:four|4|vier|quatre|cuatro)"
_FOUR_DIGITS = r"(?<![\d.,-])\d{4}(?![\d-]|[.,]\d)"

_CURRENCIES: tuple[str, ...] = (
    *"€$£¥₹",
    "eur",
    "usd",
    "gbp",
    "chf",
    "cad",
    "aud",
    "dol",
    "buck",
    "pound",
    "quid",
)
_CURRENCIES += ("pfund", "livre", "libra", "pond", "fran")
_MONTHS: tuple[str, ...] = (
    "jan",
    "ener",
    "feb",
    "fev",
    "mar",
    "mrz",
    "maa",
    "apr",
    "avr",
    "abr",
    "may",
    "mai",
)
_MONTHS += ("mei", "jun", "jui", "jul", "aug", "aou", "ago", "sep", "okt", "oct", "nov", "dec")
_MONTHS += ("dez", "dic")
_CARDS = ("card", "visa", "amex", "karte", "carte", "tarjeta", "kaart")


class Mark(NamedTuple):
    """What tells that a detail is there; whatever it matches holds one of ``parts``.

    One ``at_digits`` begins with the first of some digits, and is looked for nowhere else.
    """

    pattern: str
    parts: tuple[str, ...] = ("",)
    at_digits: bool = False


MARKS: Final[Mapping[Detail, tuple[Mark, ...]]] = {
    Detail.ORDER_NUMBER: (
        # what is called an order, then its number; a year needs the label in between
        Mark(
            rf"\b{_ORDER_WORD}\b(?:"
            rf"[\s:=(\[]*(?:{_LABEL}\b[\s.:=]*|[#°º№][\s:]*){{1,3}}(?:{_IS}\s)?"
            rf"[\s\"':#(\[]*(?=(?:\D{{0,7}}\d){{3}})"
            rf"|[\s:=#(\[\"'-]*(?:{_IS}\s)?(?!{_YEAR}\b)(?=[a-z_/-]{{0,8}}(?:\d\W?){{3}})"
            rf"){_CODE}{_NO_SUM}",
            _ORDER_PARTS,
        ),
        Mark(
            rf"\b(?:bestell|auftrags|rechnungs|buchungs|vorgangs)-?(?:nr|nummer)[\s.:=#]*"
            rf"(?:{_IS}\s)?{_CODE}{_NO_SUM}",
            ("nr", "nummer"),
        ),
        Mark(r"(?<![\w&/])#\s?[a-z]{0,5}-?\d{3,}\b", ("#",)),
        Mark(r"(?<![\w/.-])[a-z]{1,4}-\d{4,}\b", ("-",)),
        # a long number by itself, unless it is told or written as a phone number
        Mark(
            rf"(?<![\w+./,-])(?!0|20\d{{6}}\b)(?<!\+\d\d )[1-9]\d{{5,11}}{_NO_SUM}", at_digits=True
        ),
    ),
    Detail.AMOUNT: (
        Mark(rf"(?<![\w]){_SUM}{_CURRENCY}", _CURRENCIES, at_digits=True),
        Mark(r"(?<!\d)\d{1,6},-", (",-",), at_digits=True),
        Mark(rf"{_CURRENCY}\s?{_SUM}", _CURRENCIES),
    ),
    Detail.DATE: (
        Mark(rf"\b{_YEAR}[-/.]{_MONTH_NUMBER}[-/.]{_DAY}(?!\d)", ("-", "/", "."), at_digits=True),
        Mark(
            rf"(?<![\d.,/-]){_DAY}([-/.]){_MONTH_NUMBER}\1(?:{_YEAR}|\d\d)(?![\d./-])",
            ("-", "/", "."),
            at_digits=True,
        ),
        Mark(
            rf"(?<![\d.,/-]){_MONTH_NUMBER}([-/])(?:1[3-9]|2\d|3[01])\1(?:{_YEAR}|\d\d)(?![\d./-])",
            ("-", "/"),
            at_digits=True,
        ),
        Mark(rf"(?<![\d.,/-]){_DAY}\.\s?{_MONTH_NUMBER}\.(?!\d)", (".",), at_digits=True),
        Mark(
            rf"\b(?:on|the|since|am|vom|seit|le|du|el|del|op|van)\s{_DAY}/{_MONTH_NUMBER}\b(?!/)",
            ("/",),
        ),
        Mark(
            rf"(?<![\d.,]){_DAY}(?:st|nd|rd|th|er|\.|e)?\s(?:of\s|de\s)?{_MONTH}\b",
            _MONTHS,
            at_digits=True,
        ),
        Mark(rf"\b{_MONTH}\.?\s{_DAY}(?:st|nd|rd|th)?\b(?![.,]\d|:)", _MONTHS),
        Mark(r"\bon the (?:[12]?\d|3[01])(?:st|nd|rd|th)\b", ("on the ",)),
    ),
    Detail.CARD_LAST_FOUR: (
        Mark(r"[*x•]{2}[\s-]?\d{4}(?!\d)", ("*", "xx", "•")),
        Mark(rf"\b(?:last|final) {_FOUR}\b[^\d\n]{{0,40}}{_FOUR_DIGITS}", ("last ", "final ")),
        Mark(rf"\bletzte[nr]? {_FOUR}\b[^\d\n]{{0,40}}{_FOUR_DIGITS}", ("letzte",)),
        Mark(rf"\b{_FOUR} derniers?\b[^\d\n]{{0,40}}{_FOUR_DIGITS}", ("dernier",)),
        Mark(rf"\bultim[oa]s {_FOUR}\b[^\d\n]{{0,40}}{_FOUR_DIGITS}", ("ultim",)),
        Mark(rf"\blaatste {_FOUR}\b[^\d\n]{{0,40}}{_FOUR_DIGITS}", ("laatste",)),
        Mark(
            r"\b(?:ending|ends|endet|endend|endziffern|finissant|termin\w+|eindig\w+)\s"
            rf"(?:(?:in|with|on|auf|mit|par|en|op)\s)?{_FOUR_DIGITS}",
            ("end", "finissant", "termin", "eindig"),
        ),
        Mark(rf"\b{_CARD}\b[^\d\n.!?]{{0,30}}(?!{_YEAR}\b){_FOUR_DIGITS}", _CARDS),
        Mark(r"(?<!\d)(?:\d{4}[ -]){3}\d{4}(?!\d)", at_digits=True),
    ),
}
"""What tells that a detail is there, near digits; one mark is enough."""

_DIGITS_OF_PHONES = re.compile(
    rf"(?:\b{_PHONE}\b[^\d\n]{{0,25}}|(?<!\w)(?:\+|00))(?:\(?\d[\d ()/.-]{{4,20}})"
)
_PARTS_OF_PHONES = (
    *("+", "00", "tel", "phon", "mob", "movil", "handy", "cell", "fax", "whatsapp", "call", "ring"),
    *("nummer", "erreichbar", "appel", "llam", "bel", "portable"),
)
"""Where none of them stands is no phone number."""
_MARKS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")
"""The accents that NFKD parts from their letters."""
_DIGITS = re.compile(r"\d\d*")  # as \d+, but found in two thirds of the time
_BEFORE, _AFTER = 80, 40
"""Characters around digits that belong to them: the longest gap of a pattern, and its words."""
_WORDS_FOR_DAYS = re.compile(
    rf"\b(?:{_WEEKDAY}s?|today|yesterday|gestern|vorgestern|heute|aujourd'hui|hier|avant-hier|ayer"
    r"|anteayer|hoy|gisteren|eergisteren|vandaag)\b"
)
_PARTS_OF_DAYS = (
    *("day", "tag", "dag", "mittwoch", "sonnabend", "heute", "gestern", "gister", "hier"),
    *("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "aujourd", "ayer"),
    *("lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo", "hoy", "vandaag"),
)
"""One of them stands in every word for a day."""
_DAYS_REACH = 24
"""Characters around a part in which its word for a day stands, and the boundary after it."""
_SPACES = re.compile(r"[^\S\n]+")
_FEW_LETTERS = 24
"""Letters beyond ASCII up to which replacing each is faster than going through the text."""


@lru_cache(maxsize=16)  # several variables of one reply ask the same
def missing(
    topics: tuple[Topic, ...], signals: frozenset[str], subject: str, text: str
) -> tuple[Detail, ...]:
    """The details that the first topic of a mail asks for and the mail does not hold, in order.

    ``signals`` are those of the mail. Empty when the mail is about none of the topics.
    """
    if not any(topic.phrases or topic.signals & signals for topic in topics):
        return ()
    about = folded(subject, text)
    for topic in topics:
        if topic.signals & signals or says_any(about, topic.phrases):
            return tuple(detail for detail in topic.ask if not holds(about, detail))
    return ()


@lru_cache(maxsize=4)  # the playbook asks the same as a reply
def folded(subject: str, text: str) -> str:
    """Subject and text in the form that the detectors read."""
    return _fold(f"{subject[:LIMIT]}\n{text[:LIMIT]}")


@lru_cache(maxsize=16)  # replies and the playbook ask the same
def holds(about: str, detail: Detail) -> bool:
    """Whether a folded text holds a detail."""
    if detail is Detail.DATE and _names_a_day(about):
        return True
    near = _near_digits(about)
    if not near:
        return False
    if detail is Detail.ORDER_NUMBER and has_one(near, _PARTS_OF_PHONES):
        near = _DIGITS_OF_PHONES.sub(" ", near)
    for mark in MARKS[detail]:
        if not has_one(near, mark.parts):
            continue
        pattern = compiled_late(mark.pattern)
        if mark.at_digits:
            found = any(pattern.match(near, start) for start in _starts(near))
        else:
            found = pattern.search(near) is not None
        if found:
            return True
    return False


@lru_cache(maxsize=4)  # each detail of one mail asks the same
def _near_digits(about: str) -> str:
    """The pieces of a text in which digits stand, whole words of them: all that patterns need."""
    pieces: list[str] = []
    begin = end = 0
    for digits in _DIGITS.finditer(about):
        if digits.start() - _BEFORE > end:
            pieces.append(about[begin:end])
            begin = about.rfind(" ", end, digits.start() - _BEFORE) + 1 or end
        stop = about.find(" ", digits.end() + _AFTER)
        end = len(about) if stop < 0 else max(end, stop)
    pieces.append(about[begin:end])
    return "\n".join(filter(None, pieces))


@lru_cache(maxsize=4)  # see above
def _starts(near: str) -> tuple[int, ...]:
    """Where digits begin."""
    return tuple(digits.start() for digits in _DIGITS.finditer(near))


def _names_a_day(about: str) -> bool:
    """Whether a weekday is named, or a word such as yesterday: looked for around its parts."""
    for part in _PARTS_OF_DAYS:
        place = about.find(part)
        while place >= 0:
            end = min(place + _DAYS_REACH, len(about))
            named = _WORDS_FOR_DAYS.search(about, max(place - _DAYS_REACH, 0), end)
            if named and (named.end() < end or end == len(about)):  # else it may go on there
                return True
            place = about.find(part, place + len(part))
    return False


def says_any(about: str, phrases: tuple[str, ...]) -> bool:
    """Whether a folded text holds any of the phrases, in whole words; case does not matter."""
    for telling, words in _told(phrases):
        if telling in about and _phrase(words).search(about):
            return True
    return False


@lru_cache(maxsize=64)
def _told(phrases: tuple[str, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The words of each phrase after the longest of them, which a text seldom has by chance."""
    told = (tuple(_fold(one).split()) for one in phrases)
    return tuple((max(words, key=len), words) for words in told if words)


@lru_cache(maxsize=512)
def _phrase(words: tuple[str, ...]) -> re.Pattern[str]:
    """Whole words in a row; what has to stand before the first is told after it, as it is fast."""
    first, *others = map(re.escape, words)
    return re.compile(r"\s+".join((rf"{first}(?<!\w{first})", *others)) + r"(?!\w)")


def _fold(text: str) -> str:
    if not text.isascii():
        text = _without_accents(text.replace("\u2019", "'"))
    text = text.casefold()
    strange = () if text.isascii() else beyond_ascii(text)
    return _SPACES.sub(" ", text) if has_gaps(text, strange) else text


def _without_accents(text: str) -> str:
    letters = beyond_ascii(text)
    if len(letters) > _FEW_LETTERS:
        return _MARKS.sub("", unicodedata.normalize("NFKD", text))
    for letter in letters:
        text = text.replace(letter, _plain_letter(letter))
    return text


@lru_cache(maxsize=4096)
def _plain_letter(letter: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFKD", letter))


NAMES: Final[Mapping[str, Mapping[Detail, str]]] = {
    "en": {
        Detail.ORDER_NUMBER: "your order number",
        Detail.AMOUNT: "the amount",
        Detail.DATE: "the date",
        Detail.CARD_LAST_FOUR: "the last four digits of the card",
    },
    "de": {
        Detail.ORDER_NUMBER: "Ihre Bestellnummer",
        Detail.AMOUNT: "den Betrag",
        Detail.DATE: "das Datum",
        Detail.CARD_LAST_FOUR: "die letzten vier Ziffern der Karte",
    },
    "fr": {
        Detail.ORDER_NUMBER: "votre numéro de commande",
        Detail.AMOUNT: "le montant",
        Detail.DATE: "la date",
        Detail.CARD_LAST_FOUR: "les quatre derniers chiffres de la carte",
    },
}
"""What is asked for, as the object of a sentence."""

AND: Final[Mapping[str, str]] = {"en": "and", "de": "und", "fr": "et"}


def details_text(details: tuple[Detail, ...], language: str) -> str:
    """``your order number and the date``; empty for a language without words for it."""
    tag = language.replace("_", "-").lower().partition("-")[0]
    names = [NAMES[tag][detail] for detail in details] if tag in NAMES else []
    if len(names) < 2:  # noqa: PLR2004 - two need a word between them
        return "".join(names)
    return f"{', '.join(names[:-1])} {AND[tag]} {names[-1]}"
