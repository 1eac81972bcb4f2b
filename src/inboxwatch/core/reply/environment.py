"""The jinja2 environment of the reply templates, and the part of its language that they may use.

What jinja2's own sandbox does not stop is stopped here (rule O03): work at compile time, memory,
time, and whatever hangs on an attribute. Only ``core.reply.sandbox`` uses this module.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from jinja2 import StrictUndefined, Template, nodes
from jinja2.exceptions import TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from msgspec import Struct

from inboxwatch.core.reply.sandbox import TemplateFault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SOURCE_LIMIT: Final = 16 * 1024
DEPTH_LIMIT: Final = 40
NUMBER_LIMIT: Final = 1_000_000

FILTERS: Final = frozenset(
    {"capitalize", "d", "default", "length", "lower", "string", "title", "trim", "truncate"}
    | {"upper"}
)
TESTS: Final = frozenset({"eq", "equalto", "in", "ne", "none", "string"})

ALLOWED: Final[frozenset[type[nodes.Node]]] = frozenset(
    {
        nodes.Template,
        nodes.Output,
        nodes.TemplateData,
        nodes.Name,
        nodes.Const,
        nodes.If,
        nodes.CondExpr,
        nodes.Compare,
        nodes.Operand,
        nodes.And,
        nodes.Or,
        nodes.Not,
        nodes.Concat,
        nodes.Filter,
        nodes.Test,
        nodes.Keyword,
    }
)

WORDS: Final[Mapping[type[nodes.Node], str]] = {
    nodes.Getattr: "a dot (attribute)",
    nodes.Getitem: "a bracket (item or slice)",
    nodes.Call: "a call",
    nodes.For: "a loop",
    nodes.Mul: "multiplication",
    nodes.Pow: "a power",
    nodes.Mod: "the % operator",
    nodes.Assign: "set",
    nodes.AssignBlock: "set",
    nodes.Include: "include",
    nodes.Import: "import",
    nodes.FromImport: "import",
    nodes.Extends: "extends",
    nodes.Macro: "a macro",
    nodes.CallBlock: "call",
    nodes.FilterBlock: "a filter block",
    nodes.Block: "a block",
    nodes.With: "with",
}
"""What to call the commoner things that are refused; the others are called what jinja2 does."""


class ReplyEnvironment(ImmutableSandboxedEnvironment):
    """jinja2 without globals, attributes and calls, and with a handful of filters and tests."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def __init__(self) -> None:
        super().__init__(
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            optimized=False,
            cache_size=0,
        )
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in sorted(FILTERS)}
        self.tests = {name: self.tests[name] for name in sorted(TESTS)}

    def is_safe_attribute(self, obj: object, attr: str, value: object) -> bool:
        """No attribute is safe: the values of a context have none that a text could need."""
        del obj, attr, value
        return False

    def is_safe_callable(self, obj: object) -> bool:
        """Nothing is called from a template."""
        del obj
        return False

    def call_binop(self, context: object, operator: str, left: object, right: object) -> object:
        """The operators that can make much out of little never run."""
        del context, left, right
        raise TemplateFault(f"the {operator} operator is not available in templates")


class Compiled(Struct, frozen=True):
    """A template ready to render, and the variables it uses with the line of their first use."""

    template: Template
    variables: Mapping[str, int]

    def generate(self, context: Mapping[str, object]) -> Iterator[str]:
        """The rendered text in pieces. Raises TemplateFault."""
        try:
            yield from self.template.generate(context)
        except TemplateFault:
            raise
        except TemplateError as error:
            raise TemplateFault(error.message or type(error).__name__) from error
        except Exception as error:  # whatever a filter raises, its arguments are the template's
            raise TemplateFault(f"{type(error).__name__}: {error}") from error


_ENVIRONMENT = ReplyEnvironment()


@lru_cache(maxsize=512)
def compiled(source: str) -> Compiled:
    """Check and compile a template, once for each source. Raises TemplateFault."""
    if len(source) > SOURCE_LIMIT:
        raise TemplateFault(f"longer than {SOURCE_LIMIT} characters")
    try:
        tree = _ENVIRONMENT.parse(source)
        names = check(tree)
        return Compiled(_ENVIRONMENT.from_string(tree), names)
    except TemplateFault:
        raise
    except TemplateSyntaxError as error:
        raise TemplateFault(error.message or "cannot be read", error.lineno) from error
    except RecursionError as error:
        raise TemplateFault("nested too deeply") from error
    except Exception as error:  # jinja2 lets ValueError and others pass for absurd sources
        raise TemplateFault(f"{type(error).__name__}: {error}") from error


class Literals(Struct, frozen=True):
    """The literal text of a template: ``text`` with ``GAP`` for values, and where its lines are.

    ``starts`` pairs the offset of each piece of ``text`` with the line of the source it begins in.
    """

    text: str
    starts: tuple[tuple[int, int], ...]

    def line(self, offset: int) -> int:
        """The line of the source, counted from 1, that holds an offset of ``text``."""
        begin, line = self.starts[bisect_right(self.starts, offset, key=itemgetter(0)) - 1]
        return line + self.text.count("\n", begin, offset)


GAP: Final = "\ufffc"
"""Stands for a value in literal text: no word goes across it."""


def literals(source: str) -> Literals:
    """What a template says whatever its values are, constants of its expressions included.

    Raises TemplateFault for a source that is no template.
    """
    compiled(source)
    pieces: list[str] = []
    starts: list[tuple[int, int]] = []
    size = 0
    for line, piece in _pieces(source):
        starts.append((size, line))
        pieces.append(piece)
        size += len(piece)
    return Literals("".join(pieces), (*starts,) or ((0, 1),))


def _pieces(source: str) -> Iterator[tuple[int, str]]:
    """The pieces of a template's text, each with its line; ``GAP`` for each word of an expression.

    Constants that ``~`` joins, or that stand alone, join what is beside them as they will in print.
    """
    printed = False
    for line, kind, text in _ENVIRONMENT.lex(source):
        if kind in ("variable_begin", "variable_end"):
            printed = kind == "variable_begin"
        elif kind == "data":
            yield line, text
        elif printed and kind != "whitespace" and text != "~":
            yield line, {"string": text[1:-1], "integer": text}.get(kind, GAP)


def check(tree: nodes.Template) -> Mapping[str, int]:
    """Walk a parsed template; its variables with lines, or TemplateFault for what is not allowed.

    The parser folds no constants, so nothing of the template has been evaluated before this.
    """
    names: dict[str, int] = {}
    waiting: list[tuple[nodes.Node, int]] = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        _refuse(node, depth)
        if isinstance(node, nodes.Name):
            names[node.name] = min(node.lineno, names.get(node.name, node.lineno))
        waiting.extend((child, depth + 1) for child in node.iter_child_nodes())
    return names


def _refuse(node: nodes.Node, depth: int) -> None:
    if depth > DEPTH_LIMIT:
        raise TemplateFault("nested too deeply", node.lineno)
    if type(node) not in ALLOWED:
        word = WORDS.get(type(node), type(node).__name__.lower())
        raise TemplateFault(f"{word} is not available in templates", node.lineno)
    if isinstance(node, nodes.Const):
        _refuse_const(node)
    if isinstance(node, (nodes.Filter, nodes.Test)):
        _refuse_name(node)


def _refuse_const(node: nodes.Const) -> None:
    value = node.value
    if isinstance(value, (float, complex)) or (
        isinstance(value, int) and abs(value) > NUMBER_LIMIT
    ):
        raise TemplateFault("only whole numbers up to a million are available", node.lineno)


def _refuse_name(node: nodes.Filter | nodes.Test) -> None:
    kind, known = ("filter", FILTERS) if isinstance(node, nodes.Filter) else ("test", TESTS)
    if node.name not in known:
        listed = ", ".join(sorted(known))
        raise TemplateFault(
            f"the {kind} '{node.name}' is not available in templates ({listed} are)", node.lineno
        )
    if node.dyn_args is not None or node.dyn_kwargs is not None:
        raise TemplateFault("* and ** are not available in templates", node.lineno)
