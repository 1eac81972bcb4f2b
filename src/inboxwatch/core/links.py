"""Links in foreign text that shall not work any more, since whoever wrote them may mean harm.

Apart from ``text``, which every command loads: these expressions take long to compile.
"""

from __future__ import annotations

import re
import unicodedata

from inboxwatch.core.text import one_line

_DOT = "[.\u3002\uff0e\uff61]"
"""The dots that programs take for one in a domain (UTS 46)."""
_LETTER = r"[\w\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0900-\u0dff\u0e31-\u0e4e-]"
"""What a label is made of, with the marks without which some scripts are not written."""
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]{0,20})[:\uff1a](?://|\uff0f\uff0f)", re.IGNORECASE)
_SCHEME_ALONE = re.compile(r"(https?|ftp)[:\uff1a](?=\S)", re.IGNORECASE)
_AFTER_SLASHES = re.compile(r"(?<=//)[^\s/\uff0f?#]+")
_BARE = re.compile(rf"(?<!{_LETTER}){_LETTER}++(?:{_DOT}{_LETTER}++)+")
_INNER_DOT = re.compile(rf"{_DOT}(?={_LETTER})")
_GOES_ON = re.compile(rf"{_DOT}?(?:[/\uff0f]|[:\uff1a]\d|[?#]\w)")
"""A path, a port, a query or a mark behind a host."""
_LOCAL_PART = re.compile(rf"@{_LETTER}")
_IPV4 = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_SCHEMES = {
    "http": "hxxp",
    "https": "hxxps",
    "ftp": "fxp",
    "hxxp": "hxxp",
    "hxxps": "hxxps",
    "fxp": "fxp",
}


def defanged(text: str) -> str:
    """A text in which no address of a web page works any more (rule S29).

    Schemes are misspelt, and the dots of hosts stand in brackets: of those with a scheme, a path, a
    port or a query, and of every domain under a top-level domain that exists (``report.zip`` is
    one). Mail addresses, abbreviations, figures and the dots of sentences stay.
    """
    if text.isascii() and "." not in text and ":" not in text:
        return text
    text = _SCHEME_ALONE.sub(_misspelt, _SCHEME.sub(_disarmed, text))
    return _BARE.sub(_broken, _AFTER_SLASHES.sub(_dotless, text))


def harmless(text: str, limit: int = 0) -> str:
    """Foreign text on one line, nothing in it that acts, and no link that works (O10, S29)."""
    return defanged(one_line(text, limit))


def _disarmed(found: re.Match[str]) -> str:
    scheme = found[1].lower()
    known = _SCHEMES.get(scheme)
    return f"{known}://" if known else f"{scheme}[:]//"


def _misspelt(found: re.Match[str]) -> str:
    return f"{_SCHEMES[found[1].lower()]}:"


def _dotless(found: re.Match[str]) -> str:
    return _INNER_DOT.sub("[.]", found[0])


def _broken(found: re.Match[str]) -> str:
    return _dotless(found) if _is_host(found) else found[0]


def _is_host(found: re.Match[str]) -> bool:
    """Whether a program would make a link of words with dots between them."""
    whole, end = found.string, found.end()
    labels = re.split(_DOT, unicodedata.normalize("NFKC", found[0]).lower())
    if _GOES_ON.match(whole, end):
        return _is_word(labels[-1]) or _IPV4.fullmatch(".".join(labels)) is not None
    before = whole[max(0, found.start() - 2) : found.start()]
    if _LOCAL_PART.match(whole, end) or (before.endswith("@") and before.strip() not in ("", "@")):
        return False
    return labels[0] == "www" or labels[-1].startswith("xn--") or _exists(labels[-1])


def _is_word(label: str) -> bool:
    return label.startswith("xn--") or (len(label) > 1 and not re.search(r"[\d_]", label))


def _exists(label: str) -> bool:
    """Whether there is such a top-level domain."""
    from inboxwatch.core.suffixes import a_label, rules_below  # noqa: PLC0415  # seldom

    return rules_below(a_label(label)) is not None
