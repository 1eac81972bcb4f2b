"""How the tests in a configuration went: in one line, or as a difference below each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from inboxwatch.core.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from inboxwatch.model.trial import Difference, TrialResult

INDENT = " " * 23
"""Below the text of a line of ``check``."""
_LONGEST = 300


def trial_text(result: TrialResult) -> str:
    """``test "…": priority 8.. expected, 6 came out; …``, for where there is one line."""
    told = (f"{one.what} {one.expected} expected, {one.got} came out" for one in result.differences)
    return one_line(f"test {result.trial.name!r}: {'; '.join(told)}", 600)


def difference_lines(differences: Sequence[Difference]) -> Iterator[Text]:
    """What was expected and what came out, as a diff."""
    for one in differences:
        yield Text(f"{INDENT}{one.what}", "dim")
        yield Text(f"{INDENT}- {one_line(one.expected, _LONGEST)}", "green")
        yield Text(f"{INDENT}+ {one_line(one.got, _LONGEST)}", "red")


def difference_fields(differences: Sequence[Difference]) -> list[dict[str, str]]:
    """The same as plain values."""
    return [{"what": one.what, "expected": one.expected, "got": one.got} for one in differences]
