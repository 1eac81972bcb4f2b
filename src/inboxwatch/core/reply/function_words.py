"""Telling a language by its commonest words or its letters, where they leave no doubt.

The words of each list are words in no other language listed here, nor in their near kin (Afrikaans,
Catalan, Galician, Luxembourgish and the like) where that could be told. A few of them in a row, and
none of another list, are proof enough; everything else is for the model of ``language``, which
takes some forty times as long.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ENOUGH: Final = 3
"""How many of the words prove a language."""

FUNCTION_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "en": "and you your have has been with this that what when would could please because from "
        "they there which about my the any should doesn't didn't can't i'm i've it's our their "
        "these those how why were only other not are but",
        "de": "und ich nicht ist eine einen einem einer habe haben bitte für wurde meine meinen "
        "dass auf wir sie auch noch kein keine mein werden können seit möchte das aber mir wäre "
        "sehr guten ihre",
        "fr": "je vous nous est pas une avec dans votre vos mais c'est j'ai qu'il été êtes mes "
        "avez toujours depuis sur des mon d'une d'un bonjour voudrais pourriez-vous madame "
        "monsieur",
        "es": "los muy pero usted mi el una está hace cuándo qué ustedes tengo quisiera sido "
        "hasta desde hola buenos días todavía podrían podría otra",
        "nl": "het niet ik mijn zijn heb hebben wij maar deze naar jullie bij geen ook graag kunt "
        "wordt een",
        "it": "il che di sono gli della non è per questo ho nel anche mio grazie più perché",
        "pt": "não uma em meu minha você obrigado foi já isso estou são ao",
        "sv": "och att inte jag är",
        "pl": "nie się jest że czy mam już proszę",
    }
)
"""Words that tell each language, by its primary subtag."""


def _telling() -> Mapping[str, str]:
    """Each word with the language that it tells."""
    return {word: tag for tag, text in FUNCTION_WORDS.items() for word in text.split()}


_LANGUAGE_OF = _telling()

_SCRIPTS = (
    ("ja", re.compile("[\u3041-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7a3]")),
    ("th", re.compile("[\u0e01-\u0e4e]")),
    ("el", re.compile("[\u0370-\u03ff]")),
)
"""Letters that are written in one language only."""
_SHARE = 0.3
"""Of all letters those that prove it: Japanese is written with Chinese letters as well."""


def proven_language(words: Sequence[str]) -> str | None:
    """The language that words prove, as a primary subtag, or None if they prove none."""
    if script := _proven_by_letters(words):
        return script
    known = _LANGUAGE_OF.get
    told = [language for word in words if (language := known(word.lower()))]
    if len(told) < ENOUGH or told.count(told[0]) < len(told):
        return None
    return told[0]


def _proven_by_letters(words: Sequence[str]) -> str | None:
    text = "".join(words)
    if text.isascii():
        return None
    found = ((language, letters.findall(text)) for language, letters in _SCRIPTS)
    return next((language for language, some in found if len(some) > _SHARE * len(text)), None)
