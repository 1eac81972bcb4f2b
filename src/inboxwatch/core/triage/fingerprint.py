"""What a text is made of, as a few dozen numbers by which similar texts are found.

A trait is a word that means something, two such words next to each other (what stands between them
may be grammar), a code, a link, a telephone number, or a band of the text's MinHash, which nearly
equal texts share. The top three bits of the number tell which; the others are a checksum.
"""

from __future__ import annotations

import re
import unicodedata
from enum import IntEnum
from functools import lru_cache
from itertools import pairwise
from struct import pack
from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

from msgspec import Struct
from msgspec.structs import replace

from inboxwatch.core.text import one_line
from inboxwatch.core.triage.fillers import EVERYDAY, FILLERS, OFFER_WORDS
from inboxwatch.core.triage.fold import fold
from inboxwatch.model.surge import Fingerprint

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from inboxwatch.model.message import Address, Message
    from inboxwatch.model.policy import Policy

VERSION: Final = 1
"""Raised whenever the same text gets other traits than before."""

LETTERS_READ: Final = 6000
TRAITS_AT_MOST: Final = 256
"""Of a long text the beginning counts: what people want stands there."""

WIDTH: Final = 64
BAND: Final = 4
SEED: Final = 7
"""A MinHash is 64 numbers, 16 bands of four: texts that share nine traits of ten have one band in
common always, those that share half of them in two cases of three."""

ENOUGH: Final = 12
"""Traits from which on a text is long enough to be known again by its MinHash."""

NAME_LIMIT: Final = 160
PHONE_DIGITS: Final = 9
LEAST: Final = 3
SHORT: Final = 4
"""Letters of words that may mean something, and of those that keep their s."""
_NUMBERS: Final = (3, 4)
"""Digits of numbers that mean something next to a word, as in error 504."""

_BITS: Final = 29
_MASK: Final = (1 << _BITS) - 1

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_ELISION = re.compile(r"\b[a-z]{1,2}'")
_SENTENCE = re.compile(r"[.!?;\n]+")
_LABEL = re.compile(r"(?m)^[^\S\n]*[^\W_][\w /-]{0,30}:(?=[ \t])")
MARK = re.compile(
    r"(?P<link>(?:https?://|www\.)[^\s<>\"'()\[\]]{3,300})"
    r"|(?P<address>(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6})"
    r"|(?P<phone>(?<!\w)\+?\d[\d ()./-]{8,20}\d(?!\w))"
    r"|(?P<code>(?<![\w-])(?=[A-Za-z-]{0,19}\d)(?=[\d-]{0,19}[A-Za-z])[A-Za-z\d-]{5,20}(?![\w-]))"
)
"""What is no word: links, addresses, telephone numbers, and codes of letters and digits."""
_MAY_MARK = re.compile(r"[\d@]|://|www\.").search


class Kind(IntEnum):
    """What a trait is; everyday words and pairs are what mail to any shop is full of."""

    WORD = 0
    EVERYDAY = 1
    PAIR = 2
    EVERYDAY_PAIR = 3
    CODE = 4
    LINK = 5
    PHONE = 6
    TEXT = 7


def kind_of(trait: int) -> Kind:
    """What a trait is."""
    return Kind(trait >> _BITS)


class Own(Struct, frozen=True):
    """What tells nothing in mail to us: our domains, and the words of our name."""

    domains: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()


NOTHING_OWN: Final = Own()


@lru_cache(maxsize=8)
def own_of(domains: frozenset[str], name: str) -> Own:
    """The same from the accounts' domains and the team's name."""
    labels = " ".join(part for one in domains for part in one.split(".")[:-1])
    return Own(domains, frozenset(_WORD.findall(fold(f"{name} {labels}".replace("-", " ")))))


def fingerprint(message: Message, policy: Policy) -> Fingerprint:
    """What the new text of a mail is made of, its subject included unless that is only repeated."""
    repeated = bool(message.in_reply_to or message.references)
    own = own_of(policy.own_domains, policy.team.name)
    made = fingerprint_of("" if repeated else message.subject, message.text, own)
    return replace(made, name=_goes_by(message.sender)) if message.sender else made


def _goes_by(writer: Address) -> str:
    """The address and the name with it."""
    return one_line(f"{writer.name} <{writer.exact}>".lstrip(), NAME_LIMIT)


@lru_cache(maxsize=2)  # a mail is asked for when it is decided, and when it is kept
def fingerprint_of(subject: str, text: str, own: Own = NOTHING_OWN) -> Fingerprint:
    """The same of a subject and a text."""
    whole = unicodedata.normalize("NFC", f"{subject[:LETTERS_READ]}\n{text[:LETTERS_READ]}")
    marks, rest = without_marks(whole, own.domains)
    found = list(dict.fromkeys((*marks, *_word_traits(rest, own.words))))[:TRAITS_AT_MOST]
    return Fingerprint(scheme(), tuple(sorted({*found, *_bands(found)})))


@lru_cache(maxsize=1)
def scheme() -> int:
    """How fingerprints are made at present: our own version and that of the MinHash."""
    return VERSION * 1000 + int(_minhash().ALGORITHM_VERSION)


def content_words(sentence: str) -> list[str]:
    """The words of a folded sentence that mean something, in their order."""
    words = _WORD.findall(_ELISION.sub("", sentence) if "'" in sentence else sentence)
    return [one for one in words if _meaning(one) is not None]


def means_something(word: str) -> bool:
    """Whether a folded word says what a mail is about: no grammar, no greeting, no long number."""
    return _meaning(word) is not None


def word_trait(word: str) -> int:
    """The trait of a single folded word."""
    stem = _stem(word)
    everyday = word in EVERYDAY or stem in EVERYDAY
    return _trait(Kind.EVERYDAY if everyday else Kind.WORD, stem)


def sentences(text: str) -> list[str]:
    """The sentences of a text in folded form, without what stands before a colon as a label."""
    return [one for one in _SENTENCE.split(fold(_LABEL.sub("", text))) if one.strip()]


class _Meaning(Struct, frozen=True):
    """A word that means something: without its plural, and its trait; a number has none alone."""

    stem: str
    trait: int | None
    everyday: bool


@lru_cache(maxsize=20_000)
def _meaning(word: str) -> _Meaning | None:
    bare = word.replace("'", "")
    if bare.isdigit():
        return _Meaning(bare, None, everyday=True) if len(bare) in _NUMBERS else None
    if len(bare) < LEAST or bare in FILLERS:
        return None
    trait = word_trait(bare)
    return _Meaning(_stem(bare), trait, kind_of(trait) is Kind.EVERYDAY)


def _stem(word: str) -> str:
    """A word without the s of its plural."""
    return word[:-1] if len(word) > SHORT and word.endswith("s") else word


def _word_traits(text: str, own: Collection[str]) -> Iterator[int]:
    for sentence in sentences(text):
        words = [
            found for one in content_words(sentence) if one not in own and (found := _meaning(one))
        ]
        yield from (word.trait for word in words if word.trait is not None)
        yield from (_pair_trait(*pair) for pair in pairwise(words))


def _pair_trait(first: _Meaning, second: _Meaning) -> int:
    """Two neighbours in either order, as languages differ in it."""
    everyday = first.everyday and second.everyday
    pair = sorted((first.stem, second.stem))
    return _trait(Kind.EVERYDAY_PAIR if everyday else Kind.PAIR, " ".join(pair))


def without_marks(text: str, own_domains: Collection[str]) -> tuple[list[int], str]:
    """The links, addresses, telephone numbers and codes of a text, and the text without them."""
    marks: list[int] = []

    def take(match: re.Match[str]) -> str:
        marks.extend(_mark(match, own_domains))
        return " "

    lines = text.split("\n")  # which no mark goes beyond; most hold none, and looking is dear
    return marks, "\n".join(MARK.sub(take, one) if _MAY_MARK(one) else one for one in lines)


def _mark(match: re.Match[str], own_domains: Collection[str]) -> Iterator[int]:
    group, token = match.lastgroup, match[0]
    if group == "phone":
        digits = "".join(one for one in token if one.isdigit())
        yield _trait(Kind.PHONE, digits[-PHONE_DIGITS:])
    elif group == "code":
        yield _trait(Kind.CODE, token.upper())
    elif not _is_ours(link := _bare_link(token), own_domains):
        yield _trait(Kind.LINK, link)


def _bare_link(token: str) -> str:
    """Host and path in lower case, without what follows a question mark; an address as it is."""
    bare = token.lower().partition("://")[2] or token.lower()
    return re.split(r"[?#]", bare, maxsplit=1)[0].removeprefix("www.").rstrip("/.,;:!)")


def _is_ours(link: str, own_domains: Collection[str]) -> bool:
    host = link.partition("/")[0].rpartition("@")[2].partition(":")[0]
    return any(host == own or host.endswith(f".{own}") for own in own_domains)


def _bands(traits: Sequence[int]) -> list[int]:
    """Checksums over groups of a MinHash (locality-sensitive hashing); none for a short text."""
    if len(traits) < ENOUGH:
        return []
    sketch = _minhash()(num_perm=WIDTH, seed=SEED)
    sketch.update([pack("<I", one) for one in traits])
    numbers = sketch.digest()
    starts = range(0, WIDTH, BAND)
    return [
        _numbered(Kind.TEXT, pack(f"<{BAND + 1}I", start, *numbers[start : start + BAND]))
        for start in starts
    ]


def _minhash() -> Any:  # noqa: ANN401 - the library has no types
    from rensa import RMinHash  # noqa: PLC0415 - a run without new mail needs none

    return RMinHash


def _trait(kind: Kind, token: str) -> int:
    return _numbered(kind, token.encode("utf-8", "replace"))


def _numbered(kind: Kind, octets: bytes) -> int:
    return kind << _BITS | crc32(octets) & _MASK


OFFERS: Final = frozenset(map(word_trait, OFFER_WORDS))
"""The traits of words for what is given for nothing, or for less."""
