"""The public suffix list that ships with the program, by top-level domain (publicsuffix.org)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=64)
def rules_below(top: str) -> str | None:
    """The rules of the list below a top-level domain, one a line; None where it has none.

    ``top`` is in A-labels. The others are only made for one of them: that takes a library of 5 ms.
    """
    found = _rules(top)
    if not found and top.startswith("xn--"):
        found = _rules(_by_a_label().get(top, top))
    return "\n".join(found) if found else None


@lru_cache(maxsize=1)
def _by_a_label() -> dict[str, str]:
    tops = {line.rpartition(".")[2] for line in _list().splitlines() if not line.startswith("//")}
    return {a_label(top): top for top in tops if not top.isascii()}


def _rules(top: str) -> list[str]:
    """The lines of the list that are a top-level domain or lie below it, found by how they end."""
    text, end = _list(), f"{top}\n"
    rules: list[str] = []
    place = text.find(end) if top else -1
    while place >= 0:
        line = text[text.rfind("\n", 0, place) + 1 : place + len(top)]
        if line.rpartition(".")[2] == top and not line.startswith("//"):
            rules.append(line)
        place = text.find(end, place + len(end))
    return rules


@lru_cache(maxsize=1)
def _list() -> str:
    from publicsuffixlist import PSLFILE  # noqa: PLC0415  # for the first domain

    return Path(PSLFILE).read_text("utf-8") + "\n"


def a_label(label: str) -> str:
    """A label in ASCII (RFC 5890); one that cannot be written so stays as it is."""
    if label.isascii():
        return label
    import idna  # noqa: PLC0415  # for the first label that is not ASCII

    try:
        return idna.encode(label).decode("ascii")
    except idna.IDNAError:
        return label
