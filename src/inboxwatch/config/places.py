"""YAML with places: the data of a document, and where each of its keys and values stands.

Two habits of YAML 1.1 are kept from doing harm here: a key given twice is an error instead of the
last one winning, and numbers that are not written as such (``9:00`` is 540, ``010`` is 8) are
reported instead of read (rule T07). Dates stay text.
"""

from __future__ import annotations

import re

import yaml
from msgspec import Struct
from yaml.constructor import SafeConstructor

from inboxwatch.errors import Problem

try:
    from yaml import CSafeLoader as _SafeLoader
except ImportError:  # PyYAML was built without libyaml
    from yaml import SafeLoader as _SafeLoader  # type: ignore[assignment]

_TIMESTAMP = "tag:yaml.org,2002:timestamp"
_INT = "tag:yaml.org,2002:int"
_TEXT = "tag:yaml.org,2002:str"
_NULL = "tag:yaml.org,2002:null"
_PLAIN_NUMBER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
QUOTE_IT = "put a password with a comma or a bracket in it in quotes"
SECRET_KEYS = frozenset({"password"})
"""Keys whose values are never shown."""

MAX_VALUES = 100_000
"""Keys, values and items of a configuration, with what an alias stands for counted each time."""

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


class Spot(Struct, frozen=True):
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
        self._children: dict[int, dict[str, tuple[yaml.Node, yaml.Node]]] = {}
        loader = _Loader(text)
        try:
            self._root = loader.get_single_node()
            if self._root is not None and self._of_fair_size(self._root):
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
            step = self._step(value, part)
            if step is None:
                return Spot(key, value, found=False)
            key, value = step[0] or key, step[1]
        return Spot(key, value, found=True)

    def spoilt(self, path: Path) -> bool:
        """Whether the value at a path has been reported already, for what YAML makes of it."""
        return id(self.spot(path).value) in self._spoilt

    def beside_a_secret(self, path: Path) -> bool:
        """Whether a path ends in what may be the rest of a password: ``{password: abc,def}``.

        YAML reads that as two keys, of which the second has no value (rule O12).
        """
        spot = self.spot(path)
        if not spot.found or spot.key is None or not _may_be_secret(spot.key, spot.value):
            return False
        return _has_secret(self.spot(path[:-1]).value)

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

    def _of_fair_size(self, root: yaml.Node) -> bool:
        weight = _weight(root)
        if weight is None:
            message = "an alias stands inside what it stands for"
            self.problems.append(Problem(message, self.file, next_step="write it out"))
        elif weight > MAX_VALUES:
            message = f"more than {MAX_VALUES} values: not a configuration"
            step = "aliases count as often as they are used"
            self.problems.append(Problem(message, self.file, next_step=step))
        return weight is not None and weight <= MAX_VALUES

    def _step(
        self, node: yaml.Node | None, part: str | int
    ) -> tuple[yaml.Node | None, yaml.Node] | None:
        if isinstance(node, yaml.MappingNode):
            if id(node) not in self._children:
                self._children[id(node)] = {
                    key.value: (key, value)
                    for key, value in node.value
                    if isinstance(key, yaml.ScalarNode)
                }
            return self._children[id(node)].get(str(part))
        if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            return None, node.value[part]
        return None

    def _look_through(self, root: yaml.Node) -> None:
        seen: set[int] = set()
        waiting = [(root, "")]
        while waiting:
            node, name = waiting.pop()
            if id(node) in seen:
                continue
            seen.add(id(node))
            if isinstance(node, yaml.MappingNode):
                self._look_at_keys(node, secret=name in SECRET_KEYS)
                inherited = name if name in SECRET_KEYS else ""
                waiting += [(value, inherited or str(key.value)) for key, value in node.value]
            elif isinstance(node, yaml.SequenceNode):
                waiting += [(item, name) for item in node.value]
            else:
                self._look_at_scalar(node, name)

    def _look_at_keys(self, node: yaml.MappingNode, *, secret: bool) -> None:
        lines: dict[str, int] = {}
        beside = _has_secret(node)
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.problems.append(self._at(key, "a key has to be text"))
                continue
            hidden = secret or (beside and _may_be_secret(key, value))
            if key.value in lines:
                name = "a key" if hidden else f"the key {shown_key(key.value)}"
                message = f"{name} is given twice"
                self.problems.append(self._at(key, message, f"see line {lines[key.value]}"))
            lines.setdefault(key.value, key.start_mark.line + 1)
            if key.tag not in {_TEXT, "tag:yaml.org,2002:merge"}:
                kind = key.tag.rpartition(":")[2]
                name = "a key" if hidden else f"the key {key.value}"
                step = QUOTE_IT if hidden else f'write "{key.value}"'
                message = f"YAML reads {name} as {kind}, not as text"
                self.problems.append(self._at(key, message, step))
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
        number = SafeConstructor().construct_yaml_int(yaml.ScalarNode(_INT, text))
        return str(number)
    except ValueError:
        return "?"


def _has_secret(node: yaml.Node | None) -> bool:
    keys = node.value if isinstance(node, yaml.MappingNode) else ()
    return any(_is_secret(key) for key, _ in keys)


def _is_secret(key: yaml.Node) -> bool:
    return isinstance(key, yaml.ScalarNode) and key.value.partition(":")[0] in SECRET_KEYS


def _may_be_secret(key: yaml.Node, value: yaml.Node | None) -> bool:
    """Whether a key beside a password may be the rest of it, as in ``{password: abc,def}``."""
    return value is not None and value.tag == _NULL and not _is_secret(key)


def _weight(root: yaml.Node) -> int | None:
    """How many nodes there are when every alias is written out, or None if that has no end."""
    weights: dict[int, int] = {}
    entered: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting[-1]
        below = _below(node)
        if id(node) in weights or all(id(child) in weights for child in below):
            weight = 1 + sum(weights[id(child)] for child in below)
            weights[id(node)] = min(weight, MAX_VALUES + 1)  # or a bomb makes it a giant number
            waiting.pop()
            continue
        entered.add(id(node))
        open_ones = [child for child in below if id(child) not in weights]
        if any(id(child) in entered for child in open_ones):
            return None
        waiting += open_ones
    return weights[id(root)]


def _below(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [part for pair in node.value for part in pair]
    return node.value if isinstance(node, yaml.SequenceNode) else []
