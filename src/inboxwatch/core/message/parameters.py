"""The parameters of Content-Type and Content-Disposition, leniently (RFC 2045 5.1, RFC 2231)."""

from __future__ import annotations

import re
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from inboxwatch.core.message import charset
from inboxwatch.core.message.header import decode_words

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_PARAMETERS = 50
MAX_FIELD = 8 * 1024
MAX_FILENAME = 120
MAX_ENDING = 20
"""Characters of a long name that stay because they may be its ending."""
_MAX_SECTION = 20

_TYPE = re.compile(r"\s*+([!-'*+.0-9A-Z^-~-]{1,80})/([!-'*+.0-9A-Z^-~-]{1,80})\s*+(?=[;(\s]|$)")
_PARAMETER = re.compile(
    r';\s*+([^\s=;"]{1,80})\s*+=\s*+(?:"((?>(?:[^"\\]++|\\.)*))"|([^;]*+))', re.DOTALL
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_SECTION = re.compile(r"(.+?)\*(?:(\d{1,2})(\*?))?")
_PATH = re.compile(r"[/\\]")


@lru_cache(maxsize=1024)
def read_parameters(value: str) -> tuple[str, Mapping[str, str]]:
    """A Content-Type or Content-Disposition as (lower-case value, parameters by lower-case name).

    RFC 2045 5.1 and RFC 2231, leniently; at most 50 parameters of a field of 8 KB are read, and
    sections beyond the 20th are ignored (rules P01, P15). The first of two like names counts.
    """
    value = value[:MAX_FIELD]
    match = _TYPE.match(value)
    main = match[0] if match else value.partition(";")[0].partition("(")[0]
    found: dict[str, str] = {}
    sections: dict[str, dict[int, tuple[str, bool]]] = {}
    for count, parameter in enumerate(_PARAMETER.finditer(value)):
        if count >= MAX_PARAMETERS:
            break
        name, text = parameter[1].lower(), _parameter_text(parameter)
        section = _SECTION.fullmatch(name)
        if section is None:
            found.setdefault(name, text)
        elif int(section[2] or 0) <= _MAX_SECTION:
            encoded = section[2] is None or bool(section[3])
            sections.setdefault(section[1], {}).setdefault(int(section[2] or 0), (text, encoded))
    for name, pieces in sections.items():
        found[name] = _join_sections(pieces)
    return main.strip().lower(), MappingProxyType(found)


def _parameter_text(match: re.Match[str]) -> str:
    quoted: str | None = match[2]
    if quoted is not None:
        return _ESCAPED.sub(r"\1", quoted) if "\\" in quoted else quoted
    return match[3].strip().strip('"')


def _join_sections(pieces: Mapping[int, tuple[str, bool]]) -> str:
    """The value of a parameter in sections (RFC 2231 3 and 4), as far as they follow each other."""
    label = ""
    octets: list[bytes] = []
    for number in range(len(pieces)):
        if number not in pieces:
            break
        text, encoded = pieces[number]
        if encoded and number == 0 and text.count("'") > 1:
            label, _, text = text.split("'", 2)
        octets.append(unquote_to_bytes(text) if encoded else text.encode("utf-8", "replace"))
    return charset.one_line(charset.decode(b"".join(octets), label))


def clean_filename(name: str) -> str:
    """A file name for display: last path component, one line, at most 120 characters (P15).

    Of a longer one the ending stays, since that says what opens it.
    """
    if not name:
        return ""
    last = _PATH.split(decode_words(name))[-1].strip(" .")
    if len(last) <= MAX_FILENAME:
        return last
    _, dot, ending = last[-MAX_ENDING:].rpartition(".")
    return last[: MAX_FILENAME - len(dot + ending)] + dot + ending if dot else last[:MAX_FILENAME]
