"""The public suffix list that ships with the program, by top-level domain (publicsuffix.org)."""

from __future__ import annotations

from functools import cache
from pathlib import Path


def rules_below(top: str) -> str | None:
    """The rules of the list below a top-level domain, one a line; None where it has none.

    ``top`` is in A-labels. The others are only made for one of them: that takes a library of 5 ms.
    A name that is no top-level domain costs a look into a set: mail may hold thousands.
    """
    if top not in _endings():
        top = _by_a_label().get(top, "") if top.startswith("xn--") else ""
    return _rules(top) if top else None


@cache
def _by_a_label() -> dict[str, str]:
    return {a_label(end): end for end in _endings() if not end.isascii() and _rules(end)}


@cache
def _endings() -> frozenset[str]:
    """What lines of the list end with: its top-level domains, and words of its comments."""
    return frozenset(line.rpartition(".")[2] for line in _list().splitlines())


@cache  # of what the list ends lines with alone
def _rules(top: str) -> str | None:
    """The lines of the list that are a top-level domain or lie below it, found by how they end."""
    text = _list()
    rules: list[str] = []
    for end in (f"\n{top}\n", f".{top}\n"):
        place = text.find(end)
        while place >= 0:
            begin = text.rfind("\n", 0, place + 1) + 1
            line = text[begin : place + len(end) - 1]
            if not line.startswith("//"):
                rules.append(line)
            place = text.find(end, place + 1)
    return "\n".join(rules) or None


@cache
def _list() -> str:
    from publicsuffixlist import PSLFILE  # noqa: PLC0415  # for the first domain

    return f"\n{Path(PSLFILE).read_text('utf-8')}\n"


def a_label(label: str) -> str:
    """A label in ASCII (RFC 5890); one that cannot be written so stays as it is."""
    if label.isascii():
        return label
    import idna  # noqa: PLC0415  # for the first label that is not ASCII

    try:
        return idna.encode(label).decode("ascii")
    except idna.IDNAError:
        return label
