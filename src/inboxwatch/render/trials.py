"""How the tests in a configuration went: a line for each difference, or as a diff."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxwatch.core.text import one_line
from inboxwatch.render.wrap import wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.text import Text

    from inboxwatch.model.trial import Difference, TrialResult

INDENT = 23
"""Below the text of a line of ``check``."""
_LONGEST = 300
_SHORT = 90


def trial_texts(result: TrialResult) -> Iterator[str]:
    """``test "…": priority 8.. expected, 6 came out``, one for each difference."""
    name = one_line(repr(result.trial.name), 80)
    for one in result.differences:
        expected, got = one_line(one.expected, _SHORT), one_line(one.got, _SHORT)
        yield f"test {name}: {one.what} {expected} expected, {got} came out"


def difference_lines(differences: Sequence[Difference], *, width: int) -> Iterator[Text]:
    """What was expected and what came out, as a diff."""
    for one in differences:
        yield from wrapped(one.what, width=width, indent=INDENT, style="dim")
        for mark, text, style in (("-", one.expected, "green"), ("+", one.got, "red")):
            told = f"{mark} {one_line(text, _LONGEST)}"
            yield from wrapped(told, width=width, indent=INDENT, style=style)


def difference_fields(differences: Sequence[Difference]) -> list[dict[str, str]]:
    """The same as plain values."""
    return [{"what": one.what, "expected": one.expected, "got": one.got} for one in differences]
