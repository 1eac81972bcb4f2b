"""The rules of one top-level domain are those lines of the list that end with it."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest
from publicsuffixlist import PSLFILE

from inboxwatch.core.suffixes import _rules, a_label, rules_below


def test_each_top_level_domain_has_all_its_rules() -> None:
    rules: dict[str, list[str]] = defaultdict(list)
    for line in Path(PSLFILE).read_text("utf-8").splitlines():
        if line and not line.startswith("//"):
            rules[a_label(line.rpartition(".")[2])].append(line)
    assert {top: rules_below(top) for top in rules} == {
        top: "\n".join(found) for top, found in rules.items()
    }


def test_the_list_is_not_searched_for_what_it_does_not_have() -> None:
    before = _rules.cache_info().misses
    assert not any(rules_below(f"no-such-{number}") for number in range(1000))
    assert _rules.cache_info().misses == before


@pytest.mark.parametrize("top", ["", "example", "o", "co.uk", "xn--zzz", "COM"])
def test_what_is_no_top_level_domain_of_the_list_has_none(top: str) -> None:
    assert rules_below(top) is None
