"""Telling a language by its commonest words, where they leave no doubt.

The words of each list are words in no other language listed here, nor in their near kin (Afrikaans,
Catalan, Galician, Luxembourgish and the like) where that could be told. A few of them in a row, and
none of another list, are proof enough; everything else is for the model of ``language``, which
takes some forty times as long.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ENOUGH: Final = 3
"""How many of the words prove a language."""

FUNCTION_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "en": "and you your have has been with this that what when would could please because from "
        "they there which about my the any should doesn't didn't can't i'm i've it's",
        "de": "und ich nicht ist eine einen einem einer habe haben bitte für wurde meine meinen "
        "dass auf wir sie auch noch kein keine mein werden können seit",
        "fr": "je vous nous est pas une avec dans votre vos mais c'est j'ai qu'il été êtes mes "
        "avez toujours depuis sur les des mon",
        "es": "los muy pero usted mi el una está hace cuándo qué ustedes tengo quisiera sido "
        "hasta desde",
        "nl": "het niet ik mijn zijn heb hebben wij maar deze naar jullie bij geen ook graag kunt "
        "wordt een",
        "it": "il che di sono gli della non è per questo ho nel anche mio grazie più perché",
        "pt": "não uma os da em meu minha você obrigado foi já isso estou são ao",
        "sv": "och att inte jag är",
        "pl": "nie się jest że czy mam już proszę",
    }
)
"""Words that tell each language, by its primary subtag."""


def _telling() -> Mapping[str, str]:
    """Each word with the language that it tells."""
    return {word: tag for tag, text in FUNCTION_WORDS.items() for word in text.split()}


_LANGUAGE_OF = _telling()


def proven_language(words: Iterable[str]) -> str | None:
    """The language that words prove, as a primary subtag, or None if they prove none."""
    known = _LANGUAGE_OF.get
    told = [language for word in words if (language := known(word.lower()))]
    if len(told) < ENOUGH or told.count(told[0]) < len(told):
        return None
    return told[0]
