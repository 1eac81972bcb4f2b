"""Terms are taken out of text, and what only looks like them stays."""

from __future__ import annotations

import json

import pytest

from inboxwatch.core.forgetting import Eraser, is_a_persons, is_telling

ERASER = Eraser(["ann@x.example", "ann+shop@x.example", "a b@x.example", "Ann Müller"])


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("to ann@x.example.", "to (forgotten)."),
        ("<ANN@X.example>", "<(forgotten)>"),
        ("mailto:ann@x.example?subject=x", "mailto:(forgotten)?subject=x"),
        ("\nann@x.example\n", "\n(forgotten)\n"),
        ("_ann@x.example_", "_(forgotten)_"),
        ("-ann@x.example", "-(forgotten)"),
        ("...ann@x.example...", "...(forgotten)..."),
        ("see 'ann@x.example'", "see '(forgotten)'"),
        ("?to=ann%40x.example&x", "?to=(forgotten)&x"),
        ("mailto%3Aann%2Bshop%40x.example", "mailto%3A(forgotten)"),
        ("ann&#64;x.example", "(forgotten)"),
        ('"ann@x.example"', '"(forgotten)"'),
        ('to "a b"@x.example', "to (forgotten)"),
        ("ANN MÜLLER wrote", "(forgotten) wrote"),
        ("-Ann Müller", "-(forgotten)"),
        ("...Ann Müller...", "...(forgotten)..."),
        ("_Ann Müller_", "_(forgotten)_"),
        ("\u201eAnn Müller\u201c", "\u201e(forgotten)\u201c"),
        ("Thanks.Ann Müller's", "Thanks.(forgotten)'s"),
        ("Miss Ann\r\n Müller", "Miss (forgotten)"),
        (ascii("'Ann Müller'"), "\"'(forgotten)'\""),
    ],
)
def test_what_names_somebody_goes(text: str, left: str) -> None:
    assert ERASER.has(text)
    assert ERASER.without(text) == left
    assert ERASER.may_be_in(text)
    assert ERASER.may_be_in(json.dumps(text))


@pytest.mark.parametrize(
    "text",
    [
        "joann@x.example",
        "jo-ann@x.example",
        "jo--ann@x.example",
        "jo.ann@x.example",
        "jo_ann@x.example",
        "jo+ann@x.example",
        "o'ann@x.example",
        "ann@x.example.org",
        "ann@x.example-shop.org",
        "ann@x.examples",
        "Ann Müllers",
        "Mary-Ann Müller",
        "Ann Müller-Smith",
        "Joann Müller",
        "Ann",
        "",
    ],
)
def test_what_is_longer_or_shorter_stays(text: str) -> None:
    assert not ERASER.has(text)
    assert ERASER.without(text) == text


def test_most_texts_need_no_closer_look() -> None:
    assert not ERASER.may_be_in("Hello, where is my parcel? joe@customer.org")
    assert not Eraser([]).may_be_in("ann@x.example")


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


@pytest.mark.parametrize(
    "name",
    [
        "Ann Miller",
        "Will von der Au",
        "Seán O'Neil",
        "Ann-Kathrin J. Müller",
        "ANN MILLER",
        "山田 太郎一郎",
    ],
)
def test_what_looks_like_a_persons_name_is_trusted(name: str) -> None:
    assert is_a_persons(name)


@pytest.mark.parametrize(
    "name",
    [
        "Junk Mail",
        "Sent Items",
        "Gesendete Objekte",
        "my order",
        "My Order",
        "Where Is",
        "answered by a person",
        "Answered By Ann",
        "Acme Support",
        "ann miller",
        "Ann 77",
        "<b>Ann Miller",
        "Ann",
        "Ann M Miller The Very Third",
    ],
)
def test_what_a_stranger_may_call_himself_is_not(name: str) -> None:
    assert not is_a_persons(name)
