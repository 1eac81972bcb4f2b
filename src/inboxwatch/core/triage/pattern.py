"""Entries of a phrase list that are regular expressions: ``/order #[0-9]+ is lost/``.

They are searched with RE2, whose time is linear in the text whatever the expression, in the text as
it was written; case does not matter. RE2 is loaded only where a list has such an entry.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from inboxwatch.core.triage.phrase import EXCEPTION, MAX_LENGTH, is_exception

if TYPE_CHECKING:
    from inboxwatch.model.policy import Phrase

_WRITTEN = re.compile(rf"({EXCEPTION}?)\s*/((?:[^/\\]|\\.)+)/\s*(?:#.*)?")
_MOST = 20
"""Matches of one expression in one mail that are looked at."""

_MEMORY = 1 << 20
"""Octets that one expression may take: thousands of characters, but not x{1000}{1000}."""


class Pattern(Struct, frozen=True):
    """A compiled expression: the signal that it finds, or from which it takes words away."""

    signal: str
    exception: bool
    expression: Any

    def spans(self, plain: str) -> list[tuple[int, int]]:
        """Where it matches, without matches of nothing."""
        if self.expression.search(plain) is None:  # as in most mail, in less than half the time
            return []
        found = islice(self.expression.finditer(plain), _MOST)
        return [match.span() for match in found if match.end() > match.start()]


def written_pattern(line: str) -> str:
    """The entry in a line of a phrase list, without a comment; empty if it is no expression."""
    found = _WRITTEN.fullmatch(line.strip())
    return f"{found[1]}/{found[2]}/" if found else ""


def is_pattern(text: str) -> bool:
    """Whether an entry is a regular expression."""
    return text.removeprefix(EXCEPTION).startswith("/")


def compiled(phrase: Phrase) -> Pattern:
    """An entry made ready; raises ValueError with what is wrong with it."""
    written = phrase.text.removeprefix(EXCEPTION)[1:-1]
    return Pattern(phrase.signal, is_exception(phrase.text), expression(written))


@lru_cache(maxsize=512)
def expression(written: str) -> Any:  # noqa: ANN401 - re2 has no types
    """An expression without its slashes made ready; raises ValueError with what is wrong."""
    if len(written) > MAX_LENGTH:
        raise ValueError(f"this is longer than {MAX_LENGTH} characters")
    try:
        import re2  # noqa: PLC0415 - only those who write expressions need it
    except ImportError as fault:
        raise ValueError(
            "regular expressions need the package google-re2: pip install google-re2"
        ) from fault
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = _MEMORY
    try:
        made = re2.compile(written, options)
    except re2.error as fault:
        why = fault.args[0] if fault.args else "it cannot be read"
        told = why.decode("utf-8", "replace") if isinstance(why, bytes) else str(why)
        raise ValueError(f"RE2 cannot read /{written}/: {told}") from fault
    if made.search(""):
        raise ValueError(f"/{written}/ matches where nothing is written")
    return made
