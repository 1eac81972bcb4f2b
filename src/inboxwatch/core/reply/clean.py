"""Making words of a mail fit to be said again, in a header or in a text (rules F11, F15, O06, A41).

Whatever comes out of here is one line without controls, without characters that turn the writing
direction or cannot be seen, and without the beginning of an encoded-word.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

SUBJECT_LIMIT = 200
NAME_LIMIT = 60
_READ_LIMIT = 4000
"""How much of an absurdly long text is looked at; what is left of it is far shorter."""

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_JOINERS = "\u200c\u200d"

_REPLY_PREFIX = re.compile(
    r"(?:(?:re|aw|antw|antwort|sv|vs|r|rif|odp|ynt|res|bls|回复|答复|回覆)"
    r" ?(?:\[\d{1,4}\]|\(\d{1,4}\)|\^\d{1,4})? ?[:：] ?)+",  # noqa: RUF001 - as Chinese mail has it
    re.IGNORECASE,
)

_MARKUP = re.compile(r"<[^<>]*>?|>")
_LINK = re.compile(r"(?:[a-z][a-z0-9+.-]{1,30}:/{1,2}|www\.|mailto:)\S*|\S+@\S+", re.IGNORECASE)
_REPEATED_PREFIX = re.compile(r"(\w{1,20}: )\1+", re.IGNORECASE)
_HOST_DOT = re.compile(r"(?<=\w)[.。．｡](?=[^\W\d_]{2})")  # noqa: RUF001 - the dots that IDNA reads as one

_NOT_A_NAME = re.compile(r"[@{}]|://|http|www\.", re.IGNORECASE)
_DIGITS_IN_A_NAME = 3
_WORDS_IN_A_NAME = 4
_ABBREVIATION = re.compile(r"\b(?:[^\W\d_a-z]\w{0,3}|dr|prof|ing|med|jur|phil|rer|nat|jr|sr)\.")
"""What has a dot in a name: initials and titles."""
_SENTENCE = re.compile(r"[.!?:;\u2026\u3002\u00a1\u00bf]|, ?[a-z]")
_APOSTROPHES = "'\u2019\u02bc"
_HYPHENS = "-\u2010\u2011"


def header_text(text: str, limit: int = SUBJECT_LIMIT) -> str:
    """One line of at most ``limit`` characters that is safe as the value of a header field."""
    text = text[:_READ_LIMIT]
    if not (text.isascii() and text.isprintable()):
        text = _INVISIBLE.sub("", _CONTROL.sub(" ", text))
    text = " ".join(text.split()).replace("=?", "= ?")
    return text[:limit].rstrip().rstrip(_JOINERS)


def without_reply_prefix(text: str) -> str:
    """A subject without its chain of ``Re:``, ``AW:``, ``Re[2]:`` and the like (rule L10)."""
    found = _REPLY_PREFIX.match(text)
    return text[found.end() :] if found else text


def reply_subject(text: str) -> str:
    """``Re: `` and the subject, however often it has been replied to; empty if there is none.

    It leads nowhere: a subject is a stranger's words that we send on (rule A41).
    """
    bare = without_reply_prefix(header_text(text, _READ_LIMIT))
    return header_text(f"Re: {_without_links(header_text(bare))}") if bare else ""


def without_repeated_prefix(text: str) -> str:
    """``Auto: x`` for ``Auto: Auto: x`` (rule L10)."""
    return _REPEATED_PREFIX.sub(r"\1", text, count=1) if _REPEATED_PREFIX.match(text) else text


def quotable(text: str) -> str:
    """A subject as a reply's text may repeat it: no markup, no links, no addresses (rule A41).

    Host names get a space after their dots, so that no mail program makes them a link.
    """
    bare = _MARKUP.sub(" ", without_reply_prefix(header_text(text)))
    return header_text(_without_links(bare))


def _without_links(text: str) -> str:
    if text.isascii() and not ("." in text or ":" in text or "@" in text):  # as most subjects
        return text
    return _HOST_DOT.sub(". ", _LINK.sub("[…]", text))


@lru_cache(maxsize=1024)
def person_name(text: str, *, listed: bool = False) -> str:
    """A name as it may be greeted, or the empty string for what is not one (rule O06).

    Letters, marks, spaces, hyphens and apostrophes remain; ``Miller, Ann`` is turned round. Of
    somebody who is not ``listed`` as a customer, a sentence or more than four words are no name.
    """
    text = unicodedata.normalize("NFKC", header_text(text, 4 * NAME_LIMIT))
    if _NOT_A_NAME.search(text) or sum(c.isdigit() for c in text) > _DIGITS_IN_A_NAME:
        return ""
    if not listed and _SENTENCE.search(_ABBREVIATION.sub(" ", text)):
        return ""
    last, comma, first = text.partition(",")
    if comma and first.strip() and "," not in first:
        text = f"{first} {last}"
    kept = " ".join("".join(map(_kept_in_name, text)).split())
    if not listed and kept.count(" ") >= _WORDS_IN_A_NAME:
        return ""
    kept = kept[:NAME_LIMIT].strip(_APOSTROPHES + _HYPHENS + " ")
    return kept if any(c.isalpha() for c in kept) else ""


def _kept_in_name(character: str) -> str:
    if character in _APOSTROPHES or character in _HYPHENS:
        return character
    return character if unicodedata.category(character)[0] in "LM" else " "
