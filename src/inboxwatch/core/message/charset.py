"""Octets into text that is safe to keep: a fixed list of charsets, and no character that breaks.

Mail declares its charset itself, and lies (rules P04 to P06). Whatever it says, the result has no
NUL, no lone surrogate and no terminal control, and is NFC.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from functools import lru_cache

_CODECS = frozenset(
    """
    utf-8 ascii utf-16 utf-16-be utf-16-le utf-32
    iso8859-2 iso8859-3 iso8859-4 iso8859-5 iso8859-6 iso8859-7 iso8859-8 iso8859-10
    iso8859-13 iso8859-14 iso8859-15 iso8859-16
    cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258
    cp437 cp850 cp852 cp855 cp858 cp866 cp874
    koi8-r koi8-u koi8-t mac-roman mac-cyrillic mac-latin2 kz1048 ptcp154 tis-620
    gb18030 hz big5 big5hkscs cp950 euc_jp cp932 shift_jis_2004 euc_jis_2004
    iso2022_jp iso2022_jp_1 iso2022_jp_2 iso2022_jp_2004 iso2022_jp_3 iso2022_jp_ext
    euc_kr cp949 johab iso2022_kr
    """.split()  # noqa: SIM905  # words read best as words
)
"""Names as ``codecs.lookup`` gives them. Not here, on purpose: utf-7, punycode, idna, escapes."""

_WIDER = {
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
}
"""What senders mean when they say the narrower one (WHATWG Encoding, "Names and labels")."""

_ALIASES = {
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "x-gbk": "gb18030",
    "x-euc-jp": "euc_jp",
    "x-big5": "big5",
    "windows-949": "cp949",
    "windows-874": "cp874",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "x-mac-roman": "mac-roman",
    "x-mac-cyrillic": "mac-cyrillic",
    "unicode-1-1-utf-8": "utf-8",
    "utf8mb4": "utf-8",
    "cp-850": "cp850",
}

_LABEL = re.compile(r"[a-z0-9][a-z0-9._:+-]{0,39}", re.ASCII)
_RUN_OF_MARKS = 30
_CONTROLS: dict[int, str | None] = {
    code: None for code in (*range(0x20), *range(0x7F, 0xA0)) if code not in (0x09, 0x0A, 0x0D)
}
_INVISIBLE: dict[int, str | None] = dict.fromkeys((0xAD, 0x200B, 0x2060, 0xFEFF))
_TEXT_TABLE = {**_CONTROLS, **_INVISIBLE, 0x0B: "\n", 0x0C: "\n", 0x85: "\n", 0x2028: "\n"}
_TEXT_TABLE |= {0x2029: "\n"}
_ASCII_TEXT_TABLE = {**{code: chr(code) for code in range(0x80)}, **_TEXT_TABLE}
"""The same for ASCII with every character in it: each that is not costs an exception."""
_BIDI = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_LINE_TABLE: dict[int, str | None] = {
    **dict.fromkeys((*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029), " "),
    **_INVISIBLE,
    **dict.fromkeys(_BIDI),
}
_BECOMES_ASCII = frozenset("\u037e\u1fef\u212a")
"""The only characters of which NFC makes an ASCII one."""
_AT_WHAT_BECOMES_ASCII = re.compile("([\u037e\u1fef\u212a])")
_IN_TEXT_TABLE = re.compile(f"[{''.join(map(chr, _TEXT_TABLE))}]")


@lru_cache(maxsize=256)
def codec(label: str) -> str | None:
    """The codec for a declared charset, or None when it is not on the list (rule P04)."""
    label = label.strip(" \t\"'").lower()
    if not _LABEL.fullmatch(label):
        return None
    label = _ALIASES.get(label, label)
    try:
        name = codecs.lookup(label).name
    except LookupError:
        return None
    name = _WIDER.get(name, name)
    return name if name in _CODECS else None


def decode(octets: bytes, label: str = "") -> str:
    """Octets in a declared charset as text; never raises, may hold U+FFFD.

    An unlisted charset, none and ASCII mean UTF-8 or else Windows-1252, the superset of Latin-1
    that mail means by it (rules P04, P06). Call ``sane`` on the result before it leaves the room.
    """
    name = codec(label) if label else None
    if name is None or name == "ascii":
        try:
            return octets.decode()
        except UnicodeDecodeError:
            return octets.decode("cp1252", "replace")
    try:
        return octets.decode(name, "replace")
    except UnicodeError:  # UTF-16 without a byte order mark and an odd length, ISO-2022 escapes
        return octets.decode("latin-1")


def sane(text: str) -> str:
    """Text over several lines, NFC, ends of line LF, nothing in it but text (rule P05).

    Controls other than tab and line feed go, and so do characters without any width, with which
    words are broken up so that no list of words finds them.
    """
    text = _newlines(text)
    if text.isascii():
        return text.translate(_ASCII_TEXT_TABLE)
    # Other text is translated 15 times slower than searched, and hardly any needs it.
    return normalise(text.translate(_TEXT_TABLE) if _IN_TEXT_TABLE.search(text) else text)


def one_line(text: str) -> str:
    """Text as one line: no control, no bidi control, white space folded (rules F15, P05)."""
    if not (text.isascii() and text.isprintable()):
        text = normalise(text).translate(_LINE_TABLE)
    return " ".join(text.split())


def normalise(text: str) -> str:
    """NFC without lone surrogates. Runs of combining marks are cut at 30 (UAX #15, D4).

    Sorting such a run takes quadratic time in CPython: 25 s for 160,000 marks.
    """
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-8", "replace").decode()
    if unicodedata.is_normalized("NFC", text):
        return text
    return unicodedata.normalize("NFC", _stream_safe(text))


def normalise_field(text: str) -> str:
    """Text of a header, NFC, but nothing becomes ASCII that was not written so.

    NFC makes a semicolon of the Greek question mark and a K of the Kelvin sign. A server that
    strips forged results of authentication compares octets and leaves both alone, so that what
    only looks like its name must not become it (rules S02, S03).
    """
    if _BECOMES_ASCII.isdisjoint(text):
        return normalise(text)
    return "".join(
        piece if piece in _BECOMES_ASCII else normalise(piece)
        for piece in _AT_WHAT_BECOMES_ASCII.split(text)
    )


def becomes_ascii(text: str) -> bool:
    """Whether some programs read a character of a text as an ASCII one, and others do not."""
    return not (text.isascii() or _BECOMES_ASCII.isdisjoint(text))


def _newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _stream_safe(text: str) -> str:
    kept: list[str] = []
    run = 0
    for character in text:
        run = run + 1 if unicodedata.combining(character) else 0
        if run <= _RUN_OF_MARKS:
            kept.append(character)
    return "".join(kept)
