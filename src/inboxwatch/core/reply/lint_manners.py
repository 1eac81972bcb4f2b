"""Blame and insults, which no template says to anybody: one row a rule and language.

The customer is never at fault, and a colleague never either. ``unless`` lets "it is not your
fault" pass.
"""

from __future__ import annotations

from typing import Final

from inboxwatch.core.reply.lint_times import Words, row

BLAME, INSULT = "blame", "insult"

_APOSTROPHE = "['\u2019]"

MANNERS: Final[tuple[Words, ...]] = (
    row(
        BLAME,
        "en",
        rf"\byou should(?: have|{_APOSTROPHE}ve)\b"
        r"(?! (?:received|got|gotten|an?|the|our|your|by|been)\b)"
        r"|\byou (?:could|might) have (?:told|read|known|said|sent|written|\w+ed)\b"
        r"|\byou (?:forgot|failed|neglected|overlooked|ignored)\b",
    ),
    row(
        BLAME,
        "en",
        rf"\byou (?:did not|didn{_APOSTROPHE}t|have not|haven{_APOSTROPHE}t) (?:read|follow\w*"
        r"|tell|told|includ\w*|provid\w*|check\w*|give|given|send|sent|mention\w*)\b"
        r"|\bif you had (?:only |just )?(?:read|told|said|sent|written|checked|followed)\b"
        rf"|\bwhy didn{_APOSTROPHE}t you\b",
    ),
    row(
        BLAME,
        "en",
        rf"\bas (?:we|I)(?:{_APOSTROPHE}ve| have)?(?: already| previously)? (?:told|said|explained"
        r"|mentioned|wrote|written|informed)\b"
        r"|\bas (?:already|previously) (?:told|said|explained|mentioned|stated)\b",
    ),
    row(
        BLAME,
        "en",
        r"\b(?:our|my|a) colleagues?\b[^.!?]{0,30}\b(?:failed|forgot|messed|botched|mistaken|wrong"
        r"|mistake|error|fault)\b",
    ),
    row(
        BLAME,
        "en",
        r"\byour (?:own )?(?:fault|mistake)\b",
        rf"\bnot\b|n{_APOSTROPHE}t\b|\bnever\b",
    ),
    row(
        BLAME,
        "de",
        r"\bSie hätten\b(?! (?:gern|gerne|lieber)\b)"
        r"|\bSie haben (?:\w+ ){0,2}(?:vergessen|versäumt|übersehen|missachtet)\b"
        r"|\bSie haben (?:\w+ ){0,3}nicht (?:gelesen|beachtet|angegeben|mitgeteilt|geschickt"
        r"|befolgt)\b",
    ),
    row(
        BLAME,
        "de",
        r"\bwie (?:wir )?(?:Ihnen )?(?:bereits|schon|oft) (?:mehrfach )?(?:gesagt|geschrieben"
        r"|mitgeteilt|erwähnt|erklärt)\b|\bwie (?:gesagt|wir Ihnen)\b",
    ),
    row(
        BLAME,
        "de",
        r"\bKolleg(?:e|en|in|innen)\b[^.!?]{0,40}\b(?:vergessen|versäumt|Fehler|falsch|versagt"
        r"|geirrt)\b",
    ),
    row(
        BLAME,
        "de",
        r"\bIhr (?:eigener )?Fehler\b|\bIhre (?:eigene )?Schuld\b",
        r"\bnicht\b|\bkeine?\b",
    ),
    row(
        BLAME,
        "fr",
        r"\bvous auriez (?:dû|pu)\b|\bvous avez (?:oublié|omis|négligé|ignoré)\b"
        rf"|\bvous n{_APOSTROPHE}avez pas (?:lu|suivi|indiqué|précisé|fourni|respecté|envoyé)\b"
        r"|\bsi vous aviez (?:lu|suivi|indiqué|précisé)\b",
    ),
    row(
        BLAME,
        "fr",
        rf"\bcomme (?:nous|on) (?:vous )?l{_APOSTROPHE}(?:avons|a) (?:déjà )?(?:dit|expliqué"
        r"|indiqué|écrit|signalé)\b|\bcomme déjà (?:dit|expliqué|indiqué)\b",
    ),
    row(
        BLAME,
        "fr",
        r"\bcollègues?\b[^.!?]{0,40}\b(?:oublié|échoué|erreur|trompée?|raté|faute)\b",
    ),
    row(
        BLAME,
        "fr",
        r"\bvotre (?:propre )?faute\b|\berreur de votre part\b",
        r"\bpas\b|\baucune\b",
    ),
    row(
        BLAME,
        "es",
        r"\b(?:debería|deberías|tendría|tendrías) (?:que )?haber\b|\bse le olvidó\b"
        r"|\busted (?:olvidó|ha olvidado)\b"
        r"|\busted no (?:leyó|siguió|indicó|envió|ha leído|ha indicado)\b",
    ),
    row(
        BLAME,
        "es",
        r"\bcomo (?:ya )?le (?:dijimos|explicamos|indicamos|comentamos|hemos dicho)\b"
        r"|\b(?:compañer[oa]|colega)s?\b[^.!?]{0,40}\b(?:olvid|fall|error|equivoc)\w*",
    ),
    row(BLAME, "es", r"\b(?:su (?:propia )?culpa|culpa suya|error suyo)\b", r"\bno\b"),
    row(
        BLAME,
        "nl",
        r"\b(?:u|je) had\b[^.!?]{0,30}\bmoeten\b"
        r"|\b(?:u|je) (?:bent|heeft|hebt)\b[^.!?]{0,30}\b(?:vergeten|nagelaten)\b",
    ),
    row(
        BLAME,
        "nl",
        r"\bzoals (?:we|wij) (?:u |je )?(?:al |eerder )?(?:zeiden|schreven|hebben)\b"
        r"|\bzoals (?:al|eerder) (?:gezegd|vermeld|uitgelegd)\b"
        r"|\bcollega\b[^.!?]{0,40}\b(?:vergeten|fout|gefaald|vergist)\b",
    ),
    row(BLAME, "nl", r"\b(?:uw|jouw|je) (?:eigen )?(?:schuld|fout)\b", r"\bniet\b|\bgeen\b"),
    row(
        INSULT,
        "en",
        r"\b(?:idiot(?:s|ic)?|stupid\w*|morons?|moronic|imbeciles?|dimwits?|dumbass|dumb|losers?"
        r"|assholes?|bastards?|bullshit|crap(?:py)?|shit\w*|fuck\w*|retard\w*|shut up|brainless"
        r"|clueless)\b",
    ),
    row(
        INSULT,
        "de",
        r"\b(?:idiot\w*|trottel\w*|depp\w*|dumm(?:e[rnms]?)?|dummkopf\w*|blöd\w*|bescheuert\w*"
        r"|schwachkopf|schwachsinn\w*|vollpfosten|arsch\w*|scheiß\w*|scheiss\w*|wichser\w*)\b",
    ),
    row(
        INSULT,
        "fr",
        r"\b(?:idiot\w*|imbéciles?|stupide\w*|crétin\w*|abruti\w*|connards?|connasses?|débiles?"
        r"|merde\w*|salauds?|salopes?)\b",
    ),
    row(
        INSULT,
        "es",
        r"\b(?:idiotas?|estúpid\w+|imbéciles?|tont[oa]s?|gilipollas|mierda\w*|cabr[oó]n\w*"
        r"|pendej\w+)\b",
    ),
    row(
        INSULT,
        "nl",
        r"\b(?:idioot|idioten|domkop\w*|stommerd\w*|stomme|sukkels?|klootzak\w*|imbeciel\w*"
        r"|debiel\w*|achterlijk\w*)\b",
    ),
)
