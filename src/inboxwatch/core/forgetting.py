"""Addresses and names taken out of text that has to stay."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from inboxwatch.model.person import FORGOTTEN

if TYPE_CHECKING:
    from collections.abc import Iterable

FEWEST = 5
"""Characters of a name, with a space among them, that is taken out wherever it stands."""

_WORDS_AT_MOST = 5
_NAME_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*\.?")
"""A word of a name: letters, perhaps joined, or an initial."""

_WORDS = {
    "mailboxes": """
        all archive box bulk chat deleted draft drafts elements email emails flagged folder
        important inbox items junk mail mails messages outbox sent spam starred trash unread
        elemente entwürfe gelöschte gesendet gesendete objekte ordner papierkorb postausgang
        posteingang
    """,
    "shops": """
        abo abteilung account accounts accounting admin agb alert alerts app bank bestellung
        billing bot buchhaltung business care center centre client club code company contact
        credit customer customers daily daten delivery department desk digital direct express
        finance free gmbh group gutschein help hilfe hotel info invoice konto kontakt kunde
        kunden kundenservice lieferung login manager marketing money news newsletter
        notification notifications number office offer online order orders paket parcel
        password payment payments press product rechnung refund reply report return returns
        sales security service services shipping shop store subscription support system team
        ticket unsubscribe update user versand web website week zahlung
    """,
    "every day": """
        a about after again and answered any are as at be been before but by can could dear
        for from get good has have hello hi how i if in is it its me my new no not now of on
        or our out person please question re regards since so thank thanks that the their them
        then there they this to today until urgent was we were what when where which who why
        with would yes you your aber alle als auch auf aus bei bitte danke das dass dem die
        ein eine einen es frage für guten hallo habe ich ihr ihre im ist kein mein meine mit
        nach nicht noch oder sehr sie sind tag und uns vor wann war warum wie zu zum zur avec
        bonjour commande désolé merci mon notre pour votre vous donde gracias hola pedido por
    """,
}
PARTICLES = frozenset(
    ("al", "bin", "da", "de", "del", "den", "der", "di", "la", "van", "von", "zu")
)
"""Words of names that are written small."""

COMMON = frozenset(" ".join(_WORDS.values()).split())
"""Words of which no name of a person is made that is trusted: see ``is_a_persons``."""


def is_telling(name: str) -> bool:
    """Whether a name stands for one person rather than for anybody called so."""
    return len(name) >= FEWEST and " " in name.strip() and "@" not in name


def is_a_persons(name: str) -> bool:
    """Whether a name that somebody gave to himself may be taken out of the mail of others.

    Two to five words of letters, with a capital where their script has any, none of them common:
    whoever calls himself "Junk Mail" or "my order" rewrites nobody's mail by it.
    """
    words = name.split()
    if not (is_telling(name) and len(words) <= _WORDS_AT_MOST):
        return False
    words = [one for one in words if one not in PARTICLES]
    return (
        len(words) > 1
        and all(_NAME_WORD.fullmatch(one) and not one[0].islower() for one in words)
        and COMMON.isdisjoint(one.casefold().strip(".") for one in words)
    )


_LETTER = r"[^\W_]"
_ALONE = rf"(?<!{_LETTER})(?<!{_LETTER}[.+_'-])(?<!{_LETTER}[+_'-][+_'-])"
"""No part of a longer local part stands before: ``jo.ann``, ``jo_ann``; dots and dashes may."""
_ESCAPED_BEFORE = r"(?<=%[0-9A-Fa-f]{2})"
_NO_LONGER_DOMAIN = rf"(?!{_LETTER})(?![.-]{_LETTER})"
_NO_LONGER_NAME = rf"(?!{_LETTER})(?!['\u2019]?-{_LETTER})"


class Eraser:
    """Takes terms out of text, whatever their case, addresses also as links write them.

    Part of a longer address or word is none: ``joann@x.example`` stays when ``ann@x.example`` goes.
    """

    def __init__(self, terms: Iterable[str]) -> None:
        ordered = sorted({one for one in terms if one.strip()}, key=lambda one: (-len(one), one))
        self._parts = [_plain_parts(one.lower()) for one in ordered]
        addresses = "|".join(_address(one) for one in ordered if "@" in one)
        names = "|".join(_name(one) for one in ordered if "@" not in one)
        patterns = []
        if addresses:
            before = f"(?:{_ALONE}|{_ESCAPED_BEFORE})"
            patterns.append(f"{before}(?:{addresses}){_NO_LONGER_DOMAIN}")
        if names:
            before = rf"(?<!{_LETTER})(?<!{_LETTER}-)"
            patterns.append(f"{before}(?:{names}){_NO_LONGER_NAME}")
        self._found = re.compile("|".join(patterns) or r"(?!)", re.IGNORECASE)

    def may_be_in(self, text: str) -> bool:
        """Whether a text is worth a closer look, also one with escapes, as JSON has them."""
        small = text.lower()
        return any(all(part in small for part in parts) for parts in self._parts)

    def has(self, text: str) -> bool:
        """Whether any term stands in a text."""
        return self.may_be_in(text) and self._found.search(text) is not None

    def without(self, text: str) -> str:
        """The text without them."""
        return self._found.sub(FORGOTTEN, text) if self.may_be_in(text) else text


_PLAIN = re.compile(r"[a-z0-9]+")
"""What stands the same whatever escapes letters beyond ASCII and signs."""


def _plain_parts(term: str) -> tuple[str, ...]:
    local, at, domain = term.rpartition("@")
    if at and domain.isascii():
        return (domain, *_PLAIN.findall(local))
    return tuple(_PLAIN.findall(term))


_AT = "(?:@|%40|&#64;|&#x40;)"


def _address(term: str) -> str:
    local, _, domain = term.rpartition("@")
    plain = re.escape(local).replace(r"\+", r"(?:\+|%2B)")
    written = "|".join(dict.fromkeys((plain, f'"{plain}"', re.escape(_as_python(local)))))
    return f"(?:{written}){_AT}{re.escape(domain)}"


def _name(term: str) -> str:
    """A name, also where a line ends in it, and as the log may write it."""
    forms = dict.fromkeys((term, _as_python(term)))
    return "|".join(r"\s{1,9}".join(map(re.escape, one.split())) for one in forms)


def _as_python(term: str) -> str:
    return ascii(term)[1:-1]
