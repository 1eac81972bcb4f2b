"""Terms are taken out of text, and what only looks like them stays."""

from __future__ import annotations

import json

import pytest

from inboxwatch.core.forgetting import Eraser, is_telling

ERASER = Eraser(["ann@x.example", "Ann Müller"])


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("to ann@x.example.", "to (forgotten)."),
        ("<ANN@X.example>", "<(forgotten)>"),
        ("mailto:ann@x.example?subject=x", "mailto:(forgotten)?subject=x"),
        ("ANN MÜLLER wrote", "(forgotten) wrote"),
        (json.dumps({"name": "Ann Müller"}), '{"name": "(forgotten)"}'),
    ],
)
def test_what_names_somebody_goes(text: str, left: str) -> None:
    assert ERASER.has(text)
    assert ERASER.without(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "joann@x.example",
        "jo-ann@x.example",
        "jo.ann@x.example",
        "ann@x.example.org",
        "ann@x.examples",
        "Ann Müllers",
        "Ann",
        "",
    ],
)
def test_what_is_longer_or_shorter_stays(text: str) -> None:
    assert not ERASER.has(text)
    assert ERASER.without(text) == text


def test_nothing_to_look_for_is_found_nowhere() -> None:
    assert Eraser([""]).without("anything") == "anything"


def test_a_first_name_tells_of_nobody() -> None:
    assert [is_telling(name) for name in ("Ann", "Jo X", "Ann M", "annabella", " Anna ")] == [
        False,
        False,
        True,
        False,
        False,
    ]
