"""Authentication-Results fields, read by their grammar (RFC 8601 2.2), and which of them to trust.

A tokenizer, since quoted strings and comments may hold ``dmarc=pass`` (rule S06). What breaks the
grammar is never a pass.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from inboxwatch.core.message.structured import MAX_FIELD, UnreadableError, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

TOPMOST_WITHOUT_ID = "topmost-without-id"
"""The trust entry for Exchange Online, whose field names no authserv-id (rule S05)."""

MAX_RESULTS = 100
METHODS = frozenset({"arc", "dmarc", "dkim", "spf"})
INVALID = "invalid"
"""The result of a segment that breaks the grammar: known to be no pass."""

_FIELD = "authentication-results"
_OTHER_SPACE = re.compile(r"[^\S \t\r\n]")
_FLAT_COMMENT = re.compile(r"\([^()]*+\)")
_NOT_A_PAIR = re.compile(r"=(?:(?<![^\s;]=)|(?![^\s;]))")
"""An equals sign that does not stand between two words."""
OWN_HOPS = 1
"""How many Received fields our own servers add, unless the configuration says so (rule S03)."""


class Result(Struct, frozen=True):
    """One method's result, with its properties (``header.from``, ``smtp.mailfrom`` …)."""

    method: str
    result: str
    properties: Mapping[str, str]


class Field(Struct, frozen=True):
    """One field: the authserv-id (None where there is none), and its results."""

    authserv_id: str | None
    results: tuple[Result, ...]


class _Segment(Struct, frozen=True):
    """What stands between two semicolons: pairs, bare words, and whether it could be read."""

    pairs: tuple[tuple[str, str], ...]
    words: tuple[str, ...]


def read(value: str) -> Field:
    """Read one field; raises UnreadableError where it breaks the grammar as a whole.

    Results of unknown methods, and of known ones in another version than 1, are left out (S04). A
    version of the field other than 1 leaves it without results. No white space but blanks and tabs
    parts words: a server that strips forged fields sees a part of the name in any other (S03).
    """
    if not (value.isascii() and value.replace("\t", " ").isprintable()):
        value = _OTHER_SPACE.sub("\ufffd", value)
    segments = list(_segments(value))
    first = segments[0]
    if first.pairs:
        return Field(None, tuple(_results(segments)))
    if not first.words:
        raise UnreadableError("there is neither an authserv-id nor a result")
    name, *version = first.words
    known = version in ([], ["1"])
    return Field(_normalised(name), tuple(_results(segments[1:])) if known else ())


def _results(segments: Iterable[_Segment]) -> Iterator[Result]:
    for number, segment in enumerate(segments):
        if number >= MAX_RESULTS:
            raise UnreadableError("the field has too many results")
        if segment.pairs:
            (written, result), *rest = segment.pairs
            method, _, version = written.partition("/")
            if method in METHODS and version in ("", "1"):
                properties = dict(reversed(rest))
                ambiguous = len(properties) < len(rest) and any(
                    properties[name] != text for name, text in rest if "." in name
                )
                broken = ambiguous or bool(segment.words)
                yield Result(method, INVALID if broken else result.lower(), properties)


def _segments(value: str) -> Iterable[_Segment]:
    """The segments of a field, by plain splitting where its words allow it."""
    if '"' not in value and "\\" not in value and len(value) <= MAX_FIELD:
        plain = _FLAT_COMMENT.sub(" ", value) if "(" in value else value
        if "(" not in plain and ")" not in plain and not _NOT_A_PAIR.search(plain):
            return [_plain_segment(part) for part in plain.split(";")]
    return _read_segments(value)


def _plain_segment(text: str) -> _Segment:
    pairs: list[tuple[str, str]] = []
    words: list[str] = []
    for word in text.split():
        key, equals, value = word.partition("=")
        if equals:
            pairs.append((key.lower(), value))
        else:
            words.append(word)
    return _Segment(tuple(pairs), tuple(words))


def _read_segments(value: str) -> Iterator[_Segment]:
    pairs: list[tuple[str, str]] = []
    words: list[str] = []
    for chunk in _chunks(value):
        if chunk == ";":
            yield _Segment(tuple(pairs), tuple(words))
            pairs, words = [], []
        elif isinstance(chunk, tuple):
            pairs.append((chunk[0].lower(), chunk[1]))
        else:
            words.append(chunk)
    yield _Segment(tuple(pairs), tuple(words))


def _chunks(value: str) -> Iterator[str | tuple[str, str]]:
    """Yield ``;``, bare words, and (key, value) pairs; white space around ``=`` is allowed.

    A quoted word or key keeps its quotes: neither an authserv-id nor a method is written so.
    """
    held: list[str] = []
    key: str | None = None
    ended = False
    for kind, text in tokens(value):
        if kind == "space":
            ended = bool(held)
        elif text == ";" and kind == "mark":
            yield from _flush(key, held)
            yield ";"
            held, key, ended = [], None, False
        elif text == "=" and kind == "mark" and key is None and held:
            held, key, ended = [], "".join(held), False
        else:
            if ended:
                yield from _flush(key, held)
                held, key = [], None
            held.append(f'"{text}"' if kind == "quoted" and key is None else text)
            ended = False
    yield from _flush(key, held)


def _flush(key: str | None, held: list[str]) -> Iterator[str | tuple[str, str]]:
    if key is not None:
        yield key, "".join(held)
    elif held:
        yield "".join(held)


def _normalised(name: str) -> str:
    """An authserv-id for comparison (rule S02): lower case, A-labels, and nothing else mended.

    What UTS 46 would map or drop, as full-width letters and soft hyphens, stays as it was written
    and is nobody's id: no server strips results in such a name from mail that comes in.
    """
    written = name.strip()
    if written.isascii():
        return written.lower()
    import idna  # noqa: PLC0415 - for the first name that is not ASCII

    try:
        return idna.encode(written, strict=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        return written


def _configured(name: str) -> str:
    """A trusted authserv-id as ``_normalised`` gives it, whatever the case of its letters."""
    return _normalised(name.lower())


def trusted(
    trace: Iterable[tuple[str, str]], trust: tuple[str, ...], own_hops: int = OWN_HOPS
) -> tuple[Field, ...]:
    """The fields that the configured trust covers, from the top (rules S01 to S03, S05).

    Named ids count above the Received that follows those of our own servers; the sentinel for
    Exchange Online covers the topmost field alone. Below a further Received than that of the first
    one, where the writer's own fields may begin, only what speaks against the writer counts. Raises
    UnreadableError if a field that would count cannot be read.
    """
    if not trust:
        return ()
    names = _names(trust)
    found: list[Field] = []
    topmost, first = True, own_hops
    for name, value, depth in placed(trace):
        if name == _FIELD:
            field = _covered(value, names, topmost=topmost, above=depth <= own_hops)
            if field is not None:
                first = first if found else depth
                found.append(field if depth <= first else _without_passes(field))
            topmost = False
    return tuple(found)


def _without_passes(field: Field) -> Field:
    return Field(field.authserv_id, tuple(one for one in field.results if one.result != "pass"))


def placed(trace: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str, int]]:
    """Each field with its lower-case name, its value, and how many Received stand above it.

    Whoever sent the mail wrote what stands below those of our own servers (rule S03); the trusted
    system's note to itself is none of them.
    """
    hops = handovers = 0
    for name, value in trace:
        lowered = name.lower()
        if lowered == "received":
            handovers += hops == 0 and _is_handover(value)
            hops += 1
        yield lowered, value, hops - handovers


@lru_cache(maxsize=64)
def _names(trust: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(_configured, trust))


def _is_handover(value: str) -> bool:
    """Whether the topmost Received names no host that the mail came from, as Google's does.

    It is the trusted system's note to itself, and no boundary to the outside (rule S03).
    """
    return value.lstrip()[:3].lower() == "by " and " with SMTP id " in value


def _covered(value: str, names: frozenset[str], *, topmost: bool, above: bool) -> Field | None:
    if not above and not topmost:
        return None
    try:
        field = read(value)
    except UnreadableError:
        if _claims(value, names, topmost=topmost, above=above):
            raise
        return None
    if field.authserv_id is None:
        return field if topmost and TOPMOST_WITHOUT_ID in names else None
    if not above or field.authserv_id == TOPMOST_WITHOUT_ID:  # no field is called so
        return None
    return field if field.authserv_id in names else None


def _claims(value: str, names: frozenset[str], *, topmost: bool, above: bool) -> bool:
    """Whether an unreadable field would have counted, going by how it begins."""
    head = value.lstrip()[:256].lower()
    if topmost and TOPMOST_WITHOUT_ID in names:
        return True
    return above and any(head.startswith(name) for name in names)
