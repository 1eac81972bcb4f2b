"""The public suffix list that ships with the program, by top-level domain (publicsuffix.org)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path


def rules_below(top: str) -> str | None:
    """The rules of the list below a top-level domain, one a line; None where it has none.

    ``top`` is in A-labels. The others are only made for one of them: that takes a library of 5 ms.
    """
    found = _rules().get(top)
    return _rules_by_a_label().get(top) if found is None and top.startswith("xn--") else found


@lru_cache(maxsize=1)
def _rules_by_a_label() -> dict[str, str]:
    return {a_label(top): rules for top, rules in _rules().items() if not top.isascii()}


@lru_cache(maxsize=1)
def _rules() -> dict[str, str]:
    """The rules by their top-level domain as the list writes it."""
    from publicsuffixlist import PSLFILE  # noqa: PLC0415  # for the first domain

    rules: dict[str, list[str]] = {}
    for line in Path(PSLFILE).read_text("utf-8").splitlines():
        if line and not line.startswith("//"):
            rules.setdefault(line.rpartition(".")[2], []).append(line)
    return {top: "\n".join(found) for top, found in rules.items()}


def a_label(label: str) -> str:
    """A label in ASCII (RFC 5890); one that cannot be written so stays as it is."""
    if label.isascii():
        return label
    import idna  # noqa: PLC0415  # for the first label that is not ASCII

    try:
        return idna.encode(label).decode("ascii")
    except idna.IDNAError:
        return label
