"""YAML with places: the data of a document, and where each of its keys and values stands.

Two habits of YAML 1.1 are kept from doing harm here: a key given twice is an error instead of the
last one winning, and numbers that are not written as such (``9:00`` is 540, ``010`` is 8) are
reported instead of read (rule T07). Dates stay text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import yaml

from inboxwatch.errors import Problem

try:
    from yaml import CSafeLoader as _SafeLoader
except ImportError:  # PyYAML was built without libyaml
    from yaml import SafeLoader as _SafeLoader  # type: ignore[assignment]

_TIMESTAMP = "tag:yaml.org,2002:timestamp"
_INT = "tag:yaml.org,2002:int"
_TEXT = "tag:yaml.org,2002:str"
_PLAIN_NUMBER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
SECRET_KEYS = frozenset({"password"})
"""Keys whose values are never shown."""

Path = tuple[str | int, ...]


def shown_key(text: object) -> str:
    """A key for a message: where the space after the colon is missing, the value stays hidden."""
    key, colon, value = str(text).partition(":")
    return f"{key}:…" if colon and value else str(text)


class _Loader(_SafeLoader):
    """A safe loader to which a date is text."""


_Loader.yaml_implicit_resolvers = {
    first: [row for row in rows if row[0] != _TIMESTAMP]
    for first, rows in _SafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a path leads: the key's and the value's node, as deep as the document goes."""

    key: yaml.Node | None
    value: yaml.Node | None
    found: bool

    @property
    def raw(self) -> str:
        """A scalar as it is written, else the empty string."""
        return str(self.value.value) if isinstance(self.value, yaml.ScalarNode) else ""

    @property
    def tag(self) -> str:
        """The last word of the value's tag, such as ``bool``."""
        return str(self.value.tag).rpartition(":")[2] if self.value is not None else ""


class Document:
    """One YAML document: ``data``, the ``problems`` of its form, and places by path."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.data: object = None
        self.problems: list[Problem] = []
        self._root: yaml.Node | None = None
        self._spoilt: set[int] = set()
        loader = _Loader(text)
        try:
            self._root = loader.get_single_node()
            if self._root is not None:
                self._look_through(self._root)
                self.data = loader.construct_document(self._root)
        except yaml.MarkedYAMLError as error:
            self.problems.append(self._syntax(error))
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            # A character that YAML has no room for, or nesting without end: no place is known.
            self.problems.append(Problem(f"not YAML: {type(error).__name__}", file))
        finally:
            loader.dispose()

    def spot(self, path: Path) -> Spot:
        """The nodes at a path, or those of the nearest ancestor that is there."""
        key, value = None, self._root
        for part in path:
            step = _step(value, part)
            if step is None:
                return Spot(key, value, found=False)
            key, value = step[0] or key, step[1]
        return Spot(key, value, found=True)

    def spoilt(self, path: Path) -> bool:
        """Whether the value at a path has been reported already, for what YAML makes of it."""
        return id(self.spot(path).value) in self._spoilt

    def problem(
        self, path: Path, message: str, next_step: str = "", *, at_key: bool = False
    ) -> Problem:
        """A problem at a path: at its value, or at its key."""
        spot = self.spot(path)
        node = spot.key if spot.key is not None and (at_key or not spot.found) else spot.value
        return self._at(node, message, next_step)

    def _at(self, node: yaml.Node | None, message: str, next_step: str = "") -> Problem:
        if node is None:
            return Problem(message, self.file, 1, 1, next_step)
        mark = node.start_mark
        return Problem(message, self.file, mark.line + 1, mark.column + 1, next_step)

    def _syntax(self, error: yaml.MarkedYAMLError) -> Problem:
        # What YAML quotes may be the beginning of a password (rule O12).
        said = re.sub(r"\s*['\"][^'\"]{2,}.*", "", str(error.problem or error.context or ""))
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (None, None)
        return Problem(
            f"not YAML: {said}",
            self.file,
            line,
            column,
            "look at the indentation, and put values with signs such as : # * & ! % @ in quotes",
        )

    def _look_through(self, root: yaml.Node) -> None:
        seen: set[int] = set()
        waiting = [(root, "")]
        while waiting:
            node, name = waiting.pop()
            if id(node) in seen:
                continue
            seen.add(id(node))
            if isinstance(node, yaml.MappingNode):
                self._look_at_keys(node)
                waiting += [(value, str(key.value)) for key, value in node.value]
            elif isinstance(node, yaml.SequenceNode):
                waiting += [(item, name) for item in node.value]
            else:
                self._look_at_scalar(node, name)

    def _look_at_keys(self, node: yaml.MappingNode) -> None:
        lines: dict[str, int] = {}
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.problems.append(self._at(key, "a key has to be text"))
                continue
            if key.value in lines:
                message = f"the key {shown_key(key.value)} is given twice"
                self.problems.append(self._at(key, message, f"see line {lines[key.value]}"))
            lines.setdefault(key.value, key.start_mark.line + 1)
            if key.tag not in {_TEXT, "tag:yaml.org,2002:merge"}:
                kind = key.tag.rpartition(":")[2]
                message = f"YAML reads the key {key.value} as {kind}, not as text"
                self.problems.append(self._at(key, message, f'write "{key.value}"'))
                key.tag = _TEXT

    def _look_at_scalar(self, node: yaml.Node, name: str) -> None:
        if node.tag != _INT or _PLAIN_NUMBER.fullmatch(node.value):
            return
        if name in SECRET_KEYS:
            message, step = "YAML does not read this password as text", "put it in quotes"
        else:
            message = f"YAML reads {node.value} as the number {_number(node.value)}"
            step = f'write "{node.value}" in quotes, or the number without signs before it'
            step = f'write "{node.value}", in quotes' if ":" in node.value else step
        self.problems.append(self._at(node, message, step))
        self._spoilt.add(id(node))
        node.tag = _TEXT


def _number(text: str) -> str:
    try:
        return str(yaml.safe_load(text))
    except ValueError:
        return "?"


def _step(node: yaml.Node | None, part: str | int) -> tuple[yaml.Node | None, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in reversed(node.value):
            if key.value == str(part):
                return key, value
    elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return None, node.value[part]
    return None
