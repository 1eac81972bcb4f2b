"""CSS as far as it hides text: what a mail shows to nobody must not fire a signal (rule P09).

Known are the style attribute, and of style blocks the rules for a tag, a class or an id. When in
doubt text counts as shown: other selectors hide nothing, and no rule for some media does.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

MAX_SHEET: Final = 64 * 1024
"""Characters of all style blocks together that are read."""
MAX_SELECTORS: Final = 2000

Declarations = dict[str, str]
"""Properties to values, in lower case without white space; ``!important`` stays at the end."""

_IMPORTANT = "!important"
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.DOTALL)
_BRACE = re.compile(r"[{}]")
_SELECTOR = re.compile(r"[a-z][a-z0-9]*|[a-z0-9]*\.[a-z_-][\w-]*|#[a-z_-][\w-]*")
_SHEET_PROPERTIES = frozenset({"display", "visibility", "font-size", "opacity", "mso-hide"})
_NUMBER = re.compile(r"(\d{0,6}(?:\.\d{0,6})?)([a-z]*|%)")
_SMALLEST = {"em": 0.1, "rem": 0.1, "%": 10.0}
"""Sizes of a font up to which nobody reads it; in px, pt and all other units it is 1."""
_FAINTEST = 0.05
_SIDES = ("max-height", "height", "max-width", "width")
_COLOURS = {
    "black": "#000000",
    "blue": "#0000ff",
    "gray": "#808080",
    "green": "#008000",
    "grey": "#808080",
    "ivory": "#fffff0",
    "red": "#ff0000",
    "silver": "#c0c0c0",
    "snow": "#fffafa",
    "white": "#ffffff",
    "whitesmoke": "#f5f5f5",
    "yellow": "#ffff00",
}
_SHORT_HEX = re.compile(r"#([0-9a-f])([0-9a-f])([0-9a-f])")
_RGB = re.compile(r"rgba?\((\d{1,3}),(\d{1,3}),(\d{1,3})(?:,1(?:\.0*)?)?\)")


@lru_cache(maxsize=512)  # a mail program writes the same few styles again and again
def declarations(style: str) -> Declarations:
    """What a style attribute or the body of a rule declares; the last of a property counts.

    The result belongs to all who ask: nobody changes it.
    """
    if "/*" in style:
        style = _COMMENT.sub("", style)
    found: Declarations = {}
    for declaration in "".join(style.lower().split()).split(";"):
        name, colon, value = declaration.partition(":")
        if colon:
            _declare(found, name, value)
    return found


def _declare(found: Declarations, name: str, value: str) -> None:
    """A later value counts, unless only the earlier one is important."""
    if value.endswith(_IMPORTANT) or not found.get(name, "").endswith(_IMPORTANT):
        found[name] = value


def _value(declared: Declarations, name: str) -> str:
    return declared.get(name, "").removesuffix(_IMPORTANT)


# What declarations mean


class Look(Struct, frozen=True):
    """What an element's declarations say of its text; None where they say nothing of it."""

    declared: Declarations
    hidden: bool = False
    unreadable_font: bool | None = None
    unreadable_colour: bool | None = None


NO_LOOK = Look({})


@lru_cache(maxsize=512)
def look(style: str) -> Look:
    """What a style attribute says, for the elements of which no rule says anything."""
    return _look(declarations(style))


def _look(declared: Declarations) -> Look:
    font, colour = unreadable_font(declared), unreadable_colour(declared)
    return Look(declared, hides(declared), font, colour)


def hides(declared: Declarations) -> bool:
    """Whether an element and all in it is hidden."""
    return (
        _value(declared, "display") == "none"
        or _value(declared, "visibility") in {"hidden", "collapse"}
        or _value(declared, "mso-hide") == "all"
        or _below(_value(declared, "opacity"), {"%": 100 * _FAINTEST}, _FAINTEST)
        or _clipped(declared)
    )


def _clipped(declared: Declarations) -> bool:
    """Without room, and with nothing shown outside of it."""
    if _value(declared, "overflow") not in {"hidden", "clip"}:
        return False
    return any(_below(_value(declared, side), {}, 1.0) for side in _SIDES)


def unreadable_font(declared: Declarations) -> bool | None:
    """Whether a font is too small to be seen; None where no size is declared."""
    if "font-size" not in declared:
        return None
    return _below(_value(declared, "font-size"), _SMALLEST, 1.0)


def unreadable_colour(declared: Declarations) -> bool | None:
    """Whether text has the colour of its own ground; None where neither is declared."""
    ground = _value(declared, "background-color") or _value(declared, "background")
    ink = _value(declared, "color")
    if not ground and not ink:
        return None
    if _value(declared, "background-image") not in {"", "none"}:
        return False
    return ink == "transparent" or (bool(ink) and _colour(ink) == _colour(ground))


def _below(value: str, limits: Mapping[str, float], otherwise: float) -> bool:
    match = _NUMBER.fullmatch(value)
    if match is None or match[1] in {"", "."}:
        return False
    return float(match[1]) <= limits.get(match[2], otherwise)


def _colour(value: str) -> str:
    if match := _SHORT_HEX.fullmatch(value):
        return "#" + "".join(digit * 2 for digit in match.groups())
    if match := _RGB.fullmatch(value):
        return "#" + "".join(f"{int(part):02x}" for part in match.groups())
    return _COLOURS.get(value, value)


# Style blocks


class Sheet:
    """The rules of a mail's style blocks that can hide text, by their simple selectors."""

    def __init__(self, blocks: Iterable[str]) -> None:
        self._rules: dict[str, Declarations] = {}
        self._room = MAX_SELECTORS
        characters = MAX_SHEET
        for block in blocks:
            for selectors, body in _rules(_COMMENT.sub(" ", block[:characters])):
                self._add(selectors, declarations(body))
            characters = max(characters - len(block), 0)

    def _add(self, selectors: str, declared: Declarations) -> None:
        if _SHEET_PROPERTIES.isdisjoint(declared) or self._room <= 0:
            return
        declared = {name: declared[name] for name in declared.keys() & _SHEET_PROPERTIES}
        for selector in selectors.lower().split(",", self._room)[: self._room]:
            self._room -= 1
            simple, *others = reversed(selector.split() or [""])
            if not _SELECTOR.fullmatch(simple):
                continue
            if others and (hides(declared) or unreadable_font(declared)):
                continue  # who is meant depends on what is around it
            rule = self._rules.setdefault(simple, {})
            for name, value in declared.items():
                _declare(rule, name, value)

    def __bool__(self) -> bool:
        return bool(self._rules)

    def knows(self, tag: str) -> bool:
        """Whether there is a rule for all elements of a tag."""
        return tag in self._rules

    def look(self, tag: str, attributes: Mapping[str, str | None], style: Look) -> Look:
        """What holds for an element: rules for its tag, its classes, its id, then its ``style``."""
        classes = (attributes.get("class") or "").lower().split()
        selectors = [tag]
        selectors += [f".{name}" for name in classes]
        selectors += [f"{tag}.{name}" for name in classes]
        selectors.append(f"#{(attributes.get('id') or '').lower()}")
        matching = [self._rules[one] for one in selectors if one in self._rules]
        if not matching:
            return style
        found: Declarations = {}
        for declared in (*matching, style.declared):
            for name, value in declared.items():
                _declare(found, name, value)
        return _look(found)


@lru_cache(maxsize=16)
def sheet(blocks: tuple[str, ...]) -> Sheet:
    """The rules of some style blocks: a mail program writes the same ones into every mail."""
    return Sheet(blocks)


def _rules(css: str) -> Iterator[tuple[str, str]]:
    """Selectors and bodies of the rules outside of any @-rule, which may be for other media.

    A sheet that names no property of ``_SHEET_PROPERTIES`` is not read: it can hide nothing.
    """
    named = "".join(css.lower().split())
    if not any(name in named for name in _SHEET_PROPERTIES):
        return
    depth = start = 0
    selectors = ""
    for brace in _BRACE.finditer(css):
        if brace[0] == "{":
            if depth == 0:
                selectors = css[start : brace.start()].rpartition(";")[2].strip()
                start = brace.end()
            depth += 1
            continue
        if depth == 1 and not selectors.startswith("@"):
            yield selectors, css[start : brace.start()]
        depth = max(depth - 1, 0)
        start = brace.end() if depth == 0 else start
    if depth == 1 and not selectors.startswith("@"):
        yield selectors, css[start:]
