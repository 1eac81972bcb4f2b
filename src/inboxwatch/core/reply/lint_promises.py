"""Promises that a template must not make by itself: one row a rule and language.

They belong to the service level, which keeps count of them. A duration alone is none: what makes
it one is a word before or after it, such as "within" or "at most".
"""

from __future__ import annotations

from typing import Final

from inboxwatch.core.reply.lint_times import (
    HOUR_DE,
    HOUR_EN,
    NUMBER_DE,
    NUMBER_EN,
    NUMBER_ES,
    NUMBER_FR,
    NUMBER_NL,
    Words,
    row,
)

DEADLINE, SOON = "deadline", "soon"

PROMISES: Final[tuple[Words, ...]] = (
    row(
        DEADLINE,
        "en",
        rf"\b(?:within|in|in under|in less than|no later than|at most)\s+(?:the\s+next\s+)?"
        rf"{NUMBER_EN}\s+(?:\w+\s+)?(?:minutes?|hours?|days?|weeks?)\b|\btomorrow\b"
        r"|\b(?:the\s+)?next\s+(?:business\s+|working\s+)?(?:day|week)\b|\bsame[ -]day\b"
        r"|\bby\s+(?:the\s+)?end\s+of\s+(?:the\s+)?(?:day|week)\b|\bby\s+(?:tonight|this evening)\b"
        r"|\b(?:answer|reply|respond|hear from us|get back)\b[^.!?]{0,40}\b(?:today|tonight)\b",
    ),
    row(
        DEADLINE,
        "en",
        rf"\b(?:within|inside|in|in under|in less than|no later than|at most|after|up to"
        r"|no more than|under)\s+(?:the\s+next\s+)?\d+\s?(?:h|hrs?|mins?|hours?)\b(?! a day)"
        rf"|\bafter\s+{HOUR_EN}\s+(?:\w+\s+)?(?:minutes|hours|days|weeks)\b"
        rf"|\b{NUMBER_EN}\s?(?:\w+\s+)?(?:minutes?|mins?|hours?|hrs?|h|days?|weeks?)\s+"
        r"(?:at\s+(?:the\s+)?(?:most|latest)|or\s+(?:less|sooner)|max(?:imum)?)\b"
        r"|\bwithin\s+the\s+(?:\w+\s+)?(?:hour|day|week)\b|\b(?:before|by|after)\s+the\s+weekend\b"
        r"|\bby\s+(?:the\s+)?(?:close|end)\s+of\s+business\b",
    ),
    row(
        DEADLINE,
        "de",
        rf"\b(?:innerhalb(?:\s+von)?|binnen|in|spätestens in|in den)\s+{NUMBER_DE}\s+(?:\w+\s+)?"
        r"(?:Minuten?|Stunden?|Tage?n?|Tages|Wochen?|Werktage?n?|Arbeitstage?n?)\b"
        r"|(?<!am )(?<!guten )(?<!jeden )\bmorgen\b(?!s)|\bübermorgen\b"
        r"|\b(?:nächste[rnm]?|kommende[rnm]?|folgende[rnm]?)\s+(?:Tage?|Werktage?|Arbeitstage?"
        r"|Woche)\b"
        r"|\b(?:melden|antworten|hören)\b[^.!?]{0,40}\bheute\b|\bheute noch\b|\bnoch heute\b",
    ),
    row(
        DEADLINE,
        "de",
        r"\b(?:innerhalb(?:\s+von)?|binnen|in|nach|unter|höchstens|maximal|spätestens\s+(?:in|nach))"
        r"\s+\d+\s?(?:h|Stdn?|Min|Stunden?)\b(?!\s+am\s+Tag)"
        rf"|\bnach\s+{HOUR_DE}\s+(?:\w+\s+)?(?:Minuten|Stunden|Tagen|Wochen)\b"
        rf"|\b{NUMBER_DE}\s?(?:\w+\s+)?(?:Minuten?|Min\.?|Stunden?|Std\.?|h|Tagen?|Wochen?)\s+"
        r"(?:höchstens|maximal|spätestens)\b"
        r"|\b(?:vor|nach)\s+dem\s+Wochenende\b|\bbis\s+zum\s+Wochenende\b|\bnoch\s+diese\s+Woche\b",
    ),
    row(
        DEADLINE,
        "fr",
        rf"\b(?:sous|dans|d['\u2019]ici|en moins de|en|au bout de)\s+{NUMBER_FR}\s?"
        r"(?:\w+\s+)?(?:minutes?|heures?|h|jours?|semaines?)\b|\bdans la (?:journée|semaine)\b"
        r"|\bdemain\b|\b(?:jour ouvré|jour|semaine) suivante?\b|\bla semaine prochaine\b"
        r"|\bprochain jour\b",
    ),
    row(
        DEADLINE,
        "fr",
        r"\b(?:après|au plus|maximum|endéans)\s+\d+\s?(?:h|min|minutes?|heures?)\b(?! sur)"
        r"|\b(?:sous|dans|d['\u2019]ici|en)\s+\d+\s?min\b"
        rf"|\b{NUMBER_FR}\s?(?:\w+\s+)?(?:minutes?|heures?|h|jours?|semaines?)\s+"
        r"(?:au\s+(?:plus|maximum)|maximum|maxi)\b"
        r"|\bdans\s+l['\u2019]heure\b|\b(?:avant|après)\s+le\s+week-?end\b",
    ),
    row(
        DEADLINE,
        "es",
        rf"\b(?:en|dentro de|antes de|en menos de)\s+(?:un plazo de\s+)?{NUMBER_ES}\s+(?:\w+\s+)?"
        r"(?:minutos?|horas?|días?|semanas?)\b|(?<!por la )(?<!de la )\bmañana\b"
        r"|\bpróxim[oa]\s+(?:día|semana)\b|\bdía (?:hábil )?siguiente\b",
    ),
    row(
        DEADLINE,
        "es",
        r"\b(?:en|dentro de|antes de|en menos de|tras|después de|máximo|como máximo)\s+"
        r"(?:las\s+)?\d+\s?(?:hs?|hrs?|min|horas?)\b(?! al día)"
        rf"|\b{NUMBER_ES}\s?(?:\w+\s+)?(?:minutos?|horas?|h|días?|semanas?)\s+(?:como\s+)?máximo\b"
        r"|\ben\s+la\s+próxima\s+hora\b|\b(?:antes|después)\s+del\s+fin\s+de\s+semana\b",
    ),
    row(
        DEADLINE,
        "nl",
        rf"\b(?:binnen|over|in|uiterlijk)\s+{NUMBER_NL}\s+(?:\w+\s+)?"
        r"(?:minuten|minuut|uur|uren|dag|dagen|werkdag|werkdagen|week|weken)\b"
        r"|(?<!goede )(?<!goeden )\bmorgen\b|\bovermorgen\b|\bvolgende (?:werk)?(?:dag|week)\b",
    ),
    row(
        DEADLINE,
        "nl",
        r"\b(?:binnen|over|in|na|uiterlijk|hooguit|maximaal|minder dan)\s+\d+\s?"
        r"(?:u|h|uur|min)\b(?! per dag)"
        rf"|\b{NUMBER_NL}\s?(?:\w+\s+)?(?:minuten|uur|u|uren|dag|dagen|weken)\s+"
        r"(?:hooguit|maximaal)\b"
        r"|\bbinnen\s+het\s+uur\b|\b(?:voor|na)\s+het\s+weekend\b",
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
