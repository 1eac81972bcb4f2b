"""The public suffix list that ships with the program, by top-level domain (publicsuffix.org)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=1)
def rules_by_top_level() -> dict[str, str]:
    """The rules of the list, one a line, by their top-level domain in A-labels."""
    from publicsuffixlist import PSLFILE  # noqa: PLC0415  # for the first domain

    rules: dict[str, list[str]] = {}
    for line in Path(PSLFILE).read_text("utf-8").splitlines():
        if line and not line.startswith("//"):
            rules.setdefault(line.rpartition(".")[2], []).append(line)
    return {a_label(top): "\n".join(found) for top, found in rules.items()}


def a_label(label: str) -> str:
    """A label in ASCII (RFC 5890); one that cannot be written so stays as it is."""
    if label.isascii():
        return label
    import idna  # noqa: PLC0415  # for the first label that is not ASCII

    try:
        return idna.encode(label).decode("ascii")
    except idna.IDNAError:
        return label
