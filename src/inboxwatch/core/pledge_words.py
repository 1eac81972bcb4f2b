"""How people promise an answer in five languages: the words for committing, days, and spans.

Apostrophes and dashes are the plain ones: a text is made so before it is searched.

Each language is one value. What is not here is not heard: a promise that was missed costs less
than one that nobody made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping


class Words(Struct, frozen=True, eq=False):
    """The words of one language, as patterns in lower case.

    ``commits`` says that the writer will do something, ``not_yet`` that it is no promise.
    ``before_day`` may stand before a day, ``before_span`` has to stand before a number of hours or
    days. ``numbers`` are written numbers, ``units`` the words for minutes, hours, days and working
    days. ``parts`` are parts of a day and the hour at which they end.
    """

    commits: str
    not_yet: str
    before_day: str
    before_span: str
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    days: Mapping[str, int]
    parts: Mapping[str, int]
    week_end: str
    next_week: str
    numbers: Mapping[str, int]
    units: Mapping[str, str]
    clock: str


_ACTS_EN = (
    "get back|reply|respond|answer|call|phone|ring|write|email|e-mail|send|let you know|update|"
    "refund|ship|check|look into|fix|follow up|contact|inform|come back|credit|arrange|be in touch|"
    "have (?:it|this|an answer)|sort|resolve|replace|tell you"
)

ENGLISH = Words(
    commits=(
        r"\b(?:i|we|our \w+|my colleague|someone)"
        r"(?:'ll| will| shall| am going to|'m going to| are going to|'re going to| promise to)"
        rf"\b(?: \w+){{0,4}}? (?:{_ACTS_EN})\b|"
        r"\byou(?:'ll| will)\b(?: \w+){0,2}? (?:hear|have|receive|get)\b|"
        r"\b(?:expect|count on) (?:an answer|a reply|a call|to hear)\b"
    ),
    not_yet=(
        r"\b(?:won't|cannot|can't|will not|unable|unfortunately not|if possible|maybe|perhaps|"
        r"might|hope(?:fully)?|try)\b"
    ),
    before_day=r"(?:by|on|before|until|till|no later than|at the latest|this|coming|next)",
    before_span=r"(?:within|in|inside|in the next|over the next)",
    weekdays=("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    months=(
        "jan(?:uary)?",
        "feb(?:ruary)?",
        "mar(?:ch)?",
        "apr(?:il)?",
        "may",
        "june?",
        "july?",
        "aug(?:ust)?",
        "sep(?:t(?:ember)?)?",
        "oct(?:ober)?",
        "nov(?:ember)?",
        "dec(?:ember)?",
    ),
    days={
        "the day after tomorrow": 2,
        "tomorrow": 1,
        "today": 0,
        "tonight": 0,
        "this afternoon": 0,
        "this evening": 0,
        "this morning": 0,
        "(?:by the |by )?end of (?:the )?(?:business )?day": 0,
    },
    parts={"morning": 12, "noon": 12, "afternoon": 18, "evening": 22, "lunch": 13},
    week_end=r"(?:the )?end of (?:the|this) week|this week",
    next_week=r"next week",
    numbers={
        "an": 1,
        "a": 1,
        "one": 1,
        "two": 2,
        "three": 3,
        "four": 4,
        "five": 5,
        "six": 6,
        "seven": 7,
        "eight": 8,
        "ten": 10,
        "twelve": 12,
        "a couple of": 2,
        "a few": 3,
    },
    units={
        "minutes?": "minute",
        "hours?": "hour",
        "(?:business|working|work) ?days?|weekdays": "workday",
        "days?": "day",
        "weeks?": "week",
    },
    clock=r"(?:by|before|at|until) (\d{1,2})(?:[:.](\d\d))? ?(am|pm|a\.m\.|p\.m\.|o'clock)?",
)

GERMAN = Words(
    commits=(
        r"\b(?:ich|wir) (?:melde|melden|rufe|rufen|antworte|antworten|schicke|schicken|sende|"
        r"senden|schreibe|schreiben|kümmere|kümmern|erstatte|erstatten|informiere|informieren|"
        r"prüfe|prüfen|gebe|geben|kläre|klären|verspreche|versprechen)\b|"
        r"\b(?:melde|melden|rufe|rufen|antworte|antworten|schicke|schicken|sende|senden|schreibe|"
        r"schreiben|gebe|geben) (?:ich|wir)\b|"
        r"\b(?:werde|werden|wird)\b.*\b(?:melden|antworten|anrufen|zurückrufen|schicken|senden|"
        r"zusenden|erstatten|informieren|schreiben|prüfen|klären|kümmern|zukommen|bekommen|"
        r"erhalten|beantworten|bescheid geben)\b|"
        r"\bsie (?:hören|bekommen|erhalten)\b|\b(?:hören|bekommen|erhalten) sie\b"
    ),
    not_yet=r"\b(?:nicht|kein|keine|leider|vielleicht|hoffentlich|versuche|versuchen|eventuell)\b",
    before_day=(
        r"(?:bis(?: zum| spätestens)?|am|spätestens(?: am| bis)?|kommenden|nächsten|diesen|noch|"
        r"vor)"
    ),
    before_span=r"(?:innerhalb(?: von| der nächsten)?|binnen|in(?: den nächsten)?|in spätestens)",
    weekdays=(
        "montag",
        "dienstag",
        "mittwoch",
        "donnerstag",
        "freitag",
        "samstag|sonnabend",
        "sonntag",
    ),
    months=(
        "jan(?:uar)?|jänner",
        "feb(?:ruar)?",
        "märz",
        "apr(?:il)?",
        "mai",
        "juni",
        "juli",
        "aug(?:ust)?",
        "sep(?:t(?:ember)?)?",
        "okt(?:ober)?",
        "nov(?:ember)?",
        "dez(?:ember)?",
    ),
    days={"übermorgen": 2, "morgen": 1, "heute": 0},
    parts={"morgen|früh|vormittag": 12, "mittag": 13, "nachmittag": 18, "abend": 22},
    week_end=r"ende der woche|diese(?:r)? woche",
    next_week=r"nächste(?:r|n)? woche|kommende(?:r|n)? woche",
    numbers={
        "eine(?:r|m|s)?": 1,
        "zwei": 2,
        "drei": 3,
        "vier": 4,
        "fünf": 5,
        "sechs": 6,
        "sieben": 7,
        "acht": 8,
        "zehn": 10,
        "zwölf": 12,
    },
    units={
        "minuten?": "minute",
        "stunden?": "hour",
        "(?:werk|arbeits)tage?[ns]?": "workday",
        "tage?[ns]?": "day",
        "wochen?": "week",
    },
    clock=r"(?:bis|um|vor) (\d{1,2})(?:[:.](\d\d))? ?(uhr)",
)

FRENCH = Words(
    commits=(
        r"\b(?:je|nous)(?: (?:vous|te|t'))? ?(?:reviens|revenons|reviendrai|reviendrons|"
        r"rappelle|rappelons|rappellerai|rappellerons|réponds|répondons|répondrai|répondrons|"
        r"envoie|envoyons|enverrai|enverrons|recontacte|recontacterai|recontacterons|tiens|"
        r"tiendrai|tiendrons|rembourse|rembourserai|rembourserons|écrirai|écrirons|appellerai|"
        r"appellerons|informerai|informerons|promets|vais|allons)\b|"
        r"\bvous (?:recevrez|aurez|serez)\b"
    ),
    not_yet=r"\b(?:pas|peut-être|malheureusement|si possible|essaie|essayons|espère|espérons)\b",
    before_day=r"(?:d'ici(?: à)?|avant|au plus tard|pour|dès|le|ce|cette|jusqu'à)",
    before_span=r"(?:dans(?: les)?|sous|d'ici|en|dans un délai de)",
    weekdays=("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    months=(
        "janv(?:ier)?",
        "févr?(?:ier)?",
        "mars",
        "avr(?:il)?",
        "mai",
        "juin",
        "juil(?:let)?",
        "août",
        "sept(?:embre)?",
        "oct(?:obre)?",
        "nov(?:embre)?",
        "déc(?:embre)?",
    ),
    days={"après-demain": 2, "demain": 1, "aujourd'hui": 0, "ce soir": 0, "cet après-midi": 0},
    parts={"matin": 12, "midi": 13, "après-midi": 18, "soir": 22},
    week_end=r"(?:la )?fin de (?:la|cette) semaine|cette semaine",
    next_week=r"la semaine prochaine",
    numbers={
        "une?": 1,
        "deux": 2,
        "trois": 3,
        "quatre": 4,
        "cinq": 5,
        "six": 6,
        "sept": 7,
        "huit": 8,
        "dix": 10,
        "douze": 12,
    },
    units={
        "minutes?": "minute",
        "heures?|h": "hour",
        "jours? ouvr(?:és?|ables?)": "workday",
        "jours?": "day",
        "semaines?": "week",
    },
    clock=r"(?:avant|à|d'ici) (\d{1,2}) ?(?:h|heures?|:)(?: ?(\d\d))?()",
)

SPANISH = Words(
    commits=(
        r"\b(?:(?:le|les|te|os|lo|la) )?(?:responder(?:é|emos)|llamar(?:é|emos)|"
        r"enviar(?:é|emos)|contestar(?:é|emos)|informar(?:é|emos)|escribir(?:é|emos)|"
        r"devolver(?:é|emos)|reembolsar(?:é|emos)|avisar(?:é|emos)|contactar(?:é|emos)|"
        r"dir(?:é|emos)|mandar(?:é|emos)|resolver(?:é|emos)|prometo|prometemos)\b|"
        r"\b(?:voy|vamos) a \w+|\b(?:recibirá|recibirás|tendrá|tendrás)\b"
    ),
    not_yet=r"\b(?:no|quizás?|tal vez|lamentablemente|intentar(?:é|emos)|espero|esperamos)\b",
    before_day=r"(?:antes del?|para el|el|hasta el|a más tardar(?: el)?|este|esta)",
    before_span=r"(?:en(?: un plazo de| los próximos| las próximas)?|dentro de)",
    weekdays=("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
    months=(
        "ene(?:ro)?",
        "feb(?:rero)?",
        "mar(?:zo)?",
        "abr(?:il)?",
        "mayo",
        "jun(?:io)?",
        "jul(?:io)?",
        "ago(?:sto)?",
        "sep(?:t(?:iembre)?)?",
        "oct(?:ubre)?",
        "nov(?:iembre)?",
        "dic(?:iembre)?",
    ),
    days={"pasado mañana": 2, "mañana": 1, "hoy": 0, "esta tarde": 0, "esta noche": 0},
    parts={"por la mañana": 12, "mediodía": 14, "por la tarde": 19, "por la noche": 22},
    week_end=r"(?:el )?fin(?:al)? de (?:la|esta) semana|esta semana",
    next_week=r"la próxima semana|la semana que viene",
    numbers={
        "una?": 1,
        "dos": 2,
        "tres": 3,
        "cuatro": 4,
        "cinco": 5,
        "seis": 6,
        "siete": 7,
        "ocho": 8,
        "diez": 10,
        "doce": 12,
    },
    units={
        "minutos?": "minute",
        "horas?": "hour",
        "días? (?:hábil(?:es)?|laborables?)": "workday",
        "días?": "day",
        "semanas?": "week",
    },
    clock=r"(?:antes de las|a las|hasta las) (\d{1,2})(?:[:.](\d\d))?()",
)

DUTCH = Words(
    commits=(
        r"\b(?:ik|wij|we|mijn collega)\b(?: \w+){0,2}? (?:bel|bellen|kom|komen|laat|laten|stuur|"
        r"sturen|antwoord|antwoorden|reageer|reageren|neem|nemen|mail|mailen|beloof|zal|zullen|ga|gaan)\b|"
        r"\b(?:ik|wij|we) (?:bel|bellen|kom|komen|laat|laten|stuur|sturen|antwoord|antwoorden|"
        r"reageer|reageren|neem|nemen|mail|mailen|beloof|beloven|zal|zullen|ga|gaan)\b|"
        r"\b(?:bel|stuur|antwoord|laat|zal|neem) (?:ik|wij|we)\b|"
        r"\b(?:u|je|jij) (?:hoort|krijgt|ontvangt)\b|\b(?:hoort|krijgt|ontvangt) (?:u|je)\b"
    ),
    not_yet=r"\b(?:niet|geen|helaas|misschien|hopelijk|probeer|proberen)\b",
    before_day=r"(?:uiterlijk(?: op)?|voor|vóór|op|tot|aanstaande|deze|volgende)",
    before_span=r"(?:binnen|over|in(?: de komende)?)",
    weekdays=("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
    months=(
        "jan(?:uari)?",
        "feb(?:ruari)?",
        "maart",
        "apr(?:il)?",
        "mei",
        "juni",
        "juli",
        "aug(?:ustus)?",
        "sep(?:t(?:ember)?)?",
        "okt(?:ober)?",
        "nov(?:ember)?",
        "dec(?:ember)?",
    ),
    days={"overmorgen": 2, "morgen": 1, "vandaag": 0, "vanmiddag": 0, "vanavond": 0},
    parts={"ochtend|morgenochtend": 12, "middag": 18, "avond": 22},
    week_end=r"(?:het )?eind(?:e)? van (?:de|deze) week|deze week",
    next_week=r"volgende week",
    numbers={
        "één|een": 1,
        "twee": 2,
        "drie": 3,
        "vier": 4,
        "vijf": 5,
        "zes": 6,
        "zeven": 7,
        "acht": 8,
        "tien": 10,
        "twaalf": 12,
    },
    units={
        "minuten|minuut": "minute",
        "uur|uren": "hour",
        "werkdag(?:en)?": "workday",
        "dag(?:en)?": "day",
        "week|weken": "week",
    },
    clock=r"(?:voor|vóór|om|tot) (\d{1,2})(?:[:.](\d\d))? ?(uur)",
)

LANGUAGES: tuple[Words, ...] = (ENGLISH, GERMAN, FRENCH, SPANISH, DUTCH)
