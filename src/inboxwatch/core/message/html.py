"""HTML mail as text: block by block, quotes marked with ``>``, hidden text left out (rule P09).

The result is what ``quote`` reads for plain mails, so that one set of rules finds what is new.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct, field
from selectolax.lexbor import LexborHTMLParser

from inboxwatch.core.message import style as css
from inboxwatch.core.message.quote import is_forward_marker

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from selectolax.lexbor import LexborNode

MAX_HTML = 256 * 1024
"""Characters that are read."""
SMALL = 16 * 1024
MAX_TAGS = 2000
"""Below both, no tag is looked at before parsing: nothing in there can take long."""
MAX_DEPTH = 200
MAX_ATTRIBUTES = 2000
"""Characters of attributes in one tag."""
MAX_NODES = 50_000
MAX_QUOTE_DEPTH = 3
MAX_SHEETS = 100
"""Style blocks that are read."""

_BLOCKS = frozenset(
    """
    address article aside blockquote body caption center dd details dialog dir div dl dt fieldset
    figcaption figure footer form h1 h2 h3 h4 h5 h6 header html legend li main menu nav ol p pre
    section summary table tbody tfoot thead tr ul
    """.split()  # noqa: SIM905  # words read best as words
)
_SPACED = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "pre"))
_SKIPPED = frozenset(
    """
    head script style title template noscript textarea select option object embed iframe svg math
    audio video canvas applet xml meta link img -comment
    """.split()  # noqa: SIM905  # words read best as words
)
_STYLE = re.compile(r"<style", re.IGNORECASE)
_QUOTE_CLASSES = frozenset(
    """
    gmail_quote gmail_quote_container gmail_attr yahoo_quoted protonmail_quote tutanota_quote
    moz-cite-prefix zmail_extra mail_quote
    """.split()  # noqa: SIM905  # words read best as words
)
_COLOURED = frozenset(("bgcolor", "background", "color"))
_QUOTE_ID = re.compile(r"OLK_SRC_BODY_SECTION|yahoo_quoted_\d+|reply-intro")
_REST_IDS = frozenset({"appendonsend", "divRplyFwdMsg", "mail-editor-reference-message-container"})
_RULE = "_" * 32
"""What Outlook writes above a quote in plain text, and HTML as ``hr``."""
_BLANK_LINES = re.compile(r"\n{3,}")

_FORMATTING = re.compile(
    r"<(/?)(?:[abisu]|big|code|em|font|nobr|small|strike|strong|tt)(?=[\s>/])", re.IGNORECASE
)
_LONG_TAG = re.compile(r"<([A-Za-z][A-Za-z0-9]*+)[\s/][^<>]{2000,}+(>?)")
_TAG = re.compile(
    r"<!--(?:-?>|.*?(?:--!?>|\Z))"
    r"|<(/?)([A-Za-z][^\s/>]*+)((?>(?:[^>=]++|=\s*+(?>(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z))?))*))(?:>|\Z)",
    re.DOTALL,
)
"""A comment, or a tag with its attributes as HTML5 reads them: a quote counts only after ``=``."""
_VOID = frozenset(
    ("br", "hr", "img", "input", "meta", "link", "wbr", "area", "base", "col", "source", "track")
)


def html_to_text(html: str) -> str:
    """HTML as text in lines, at most 256 KB of it; never raises, takes linear time.

    Nothing is fetched. Quotes of the usual mail programs begin with ``> ``, an empty line stands
    between paragraphs, rules are lines of underscores.
    """
    tree = LexborHTMLParser(_tame(html[:MAX_HTML]))
    root = tree.body
    if root is None:
        return ""
    walker = _Walker(css.sheet(tuple(_style_blocks(tree)) if _STYLE.search(html) else ()))
    _walk(root, walker)
    return walker.text()


def _style_blocks(tree: LexborHTMLParser) -> Iterator[str]:
    """The style blocks that hold for a screen."""
    for node in tree.tags("style")[:MAX_SHEETS]:
        if (node.attributes.get("media") or "all").strip().lower() in {"all", "screen"}:
            yield node.text()


def _tame(html: str) -> str:
    """HTML with the same text for which HTML5's algorithm needs linear time.

    Open formatting elements are opened again in every block (10 KB became a million elements),
    deep nesting and thousands of attributes take quadratic time. So formatting becomes a tag that
    means nothing, huge tags lose their attributes (pictures within the mail), and depth is bounded.
    """
    html = _FORMATTING.sub(r"<\1x-format", html.replace("\0", ""))
    html = _LONG_TAG.sub(r"<\1\2", html)
    return html if len(html) < SMALL and html.count("<") < MAX_TAGS else _bounded(html)


def _bounded(html: str) -> str:
    depth = 0

    def bounded(match: re.Match[str]) -> str:
        nonlocal depth
        closing, name, attributes = match.groups()
        if name is None or name.lower() in _VOID:
            return match[0]
        if closing:
            depth -= 1
            return match[0] if 0 <= depth < MAX_DEPTH else ""
        depth = max(depth, 0) + 1
        if depth > MAX_DEPTH:
            return "<br>"
        return match[0] if len(attributes) < MAX_ATTRIBUTES else f"<{name}>"

    return _TAG.sub(bounded, html)


class _Open(Struct):
    """An element that has been entered and is to be left."""

    tag: str
    start: int = -1
    font: bool = False
    colour: bool = False


class _Walker(Struct):
    """Collects lines; ``quotes`` are ranges of lines.

    ``fonts`` and ``colours`` say for each open element that sets them whether they hide its text.
    """

    sheet: css.Sheet
    lines: list[str] = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    quotes: list[tuple[int, int]] = field(default_factory=list)
    fonts: list[bool] = field(default_factory=list)
    colours: list[bool] = field(default_factory=list)
    pre: int = 0

    def add(self, text: str) -> None:
        if (self.fonts and self.fonts[-1]) or (self.colours and self.colours[-1]):
            return
        if not self.pre:
            self.line.append(text)
            return
        first, *others = text.split("\n")
        self.line.append(first)
        for other in others:
            self.end_line(always=True)
            self.line.append(other)

    def end_line(self, *, always: bool = False) -> None:
        text = ""
        if self.line:
            text = " ".join("".join(self.line).split())
            self.line.clear()
        if text or always:
            self.lines.append(text)

    def blank_line(self) -> None:
        self.end_line()
        if self.lines and self.lines[-1]:
            self.lines.append("")

    def rule(self) -> None:
        self.end_line()
        if not self.lines or self.lines[-1] != _RULE:
            self.lines.append(_RULE)

    def text(self) -> str:
        self.end_line()
        changes = [0] * (len(self.lines) + 1)
        for start, end in self.quotes:
            if not self._is_forward(start, end):
                changes[start] += 1
                changes[end] -= 1
        depth = 0
        marked = []
        for line, change in zip(self.lines, changes, strict=False):
            depth += change
            marked.append(f"{'>' * min(depth, MAX_QUOTE_DEPTH)} {line}" if depth else line)
        return _BLANK_LINES.sub("\n\n", "\n".join(marked)).strip("\n")

    def _is_forward(self, start: int, end: int) -> bool:
        first = next(filter(None, self.lines[start : min(end, start + 5)]), "")
        return is_forward_marker(first)


def _walk(root: LexborNode, walker: _Walker) -> None:
    """Visit a tree without recursion: mail nests as deep as it likes."""
    waiting: list[LexborNode | _Open] = [root.child] if root.child is not None else []
    visited = 0
    while waiting and visited < MAX_NODES:
        node = waiting.pop()
        visited += 1
        if isinstance(node, _Open):
            _leave(node, walker)
            continue
        if (following := node.next) is not None:
            waiting.append(following)
        opened = _enter(node, walker)
        if opened is not None:
            waiting.append(opened)
            if (child := node.child) is not None:
                waiting.append(child)


def _enter(node: LexborNode, walker: _Walker) -> _Open | None:
    tag = node.tag or ""
    if tag == "-text":
        walker.add(node.text_content or "")
    elif tag == "br":
        walker.end_line(always=True)
    elif tag == "hr":
        walker.rule()
    elif tag not in _SKIPPED:
        return _enter_element(tag, node.attributes, walker)
    return None


def _enter_element(tag: str, attributes: Mapping[str, str | None], walker: _Walker) -> _Open | None:
    if not attributes and not walker.sheet.knows(tag):
        _begin(tag, walker)
        return _Open(tag)
    written = attributes.get("style")
    style = css.look(written) if written else css.NO_LOOK
    look = walker.sheet.look(tag, attributes, style) if walker.sheet else style
    if look.hidden or "hidden" in attributes:
        return None
    _begin(tag, walker)
    opened = _Open(tag)
    if attributes.get("id") in _REST_IDS:
        walker.rule()
    elif _is_quote(tag, attributes, style.declared):
        walker.end_line()
        opened.start = len(walker.lines)
    _enter_look(opened, attributes, look, walker)
    return opened


def _enter_look(
    opened: _Open, attributes: Mapping[str, str | None], look: css.Look, walker: _Walker
) -> None:
    """A font or colour of its own hides an element's text, or shows it in one that is hidden."""
    font, colour = look.unreadable_font, look.unreadable_colour
    if colour is None and not _COLOURED.isdisjoint(attributes):
        colour = False
    if font is not None:
        walker.fonts.append(font)
        opened.font = True
    if colour is not None:
        walker.colours.append(colour)
        opened.colour = True


def _is_quote(tag: str, attributes: Mapping[str, str | None], style: css.Declarations) -> bool:
    if not _QUOTE_CLASSES.isdisjoint((attributes.get("class") or "").split()):
        return True
    if tag == "blockquote":
        return attributes.get("type") == "cite" or "border-left" in style
    return attributes.get("name") == "quote" or bool(
        _QUOTE_ID.fullmatch(attributes.get("id") or "")
    )


def _begin(tag: str, walker: _Walker) -> None:
    if tag in _SPACED:
        walker.blank_line()
    elif tag in _BLOCKS:
        walker.end_line()
    if tag == "pre":
        walker.pre += 1
    elif tag == "li":
        walker.add("- ")
    elif tag in ("td", "th"):
        walker.add(" ")


def _leave(opened: _Open, walker: _Walker) -> None:
    if opened.tag in _BLOCKS or opened.start >= 0:
        walker.end_line()
    if opened.start >= 0:
        walker.quotes.append((opened.start, len(walker.lines)))
    if opened.font:
        walker.fonts.pop()
    if opened.colour:
        walker.colours.pop()
    if opened.tag == "pre":
        walker.pre -= 1
    if opened.tag in _SPACED:
        walker.blank_line()
