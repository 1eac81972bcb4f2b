from __future__ import annotations

import pytest

from inboxwatch.core.message.structured import (
    MAX_COMMENT_DEPTH,
    MAX_FIELD,
    UnreadableError,
    tokens,
    without_comments,
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("no", "no"),
        ("  no ", "no"),
        ("(a) no (b)", "no"),
        ("(a (nested (deep))) no", "no"),
        (r"(a \) still) no", "no"),
        ('("quotes mean nothing here) no', "no"),
        ('x "(no comment)"', 'x "(no comment)"'),
        (r"a\(b", r"a\(b"),
        ("", ""),
    ],
)
def test_without_comments(value: str, expected: str) -> None:
    assert without_comments(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        "(never closed",
        "a) b (c)",
        '(x) "never closed',
        "(x) \\",
        "(" * (MAX_COMMENT_DEPTH + 2) + ")" * (MAX_COMMENT_DEPTH + 2),
        "(" * 60_000,
        "(a)" + "x" * MAX_FIELD,
    ],
)
def test_what_breaks_the_grammar_or_the_bounds(value: str) -> None:
    with pytest.raises(UnreadableError):
        without_comments(value)


def test_tokens() -> None:
    assert list(tokens('a=b; c = "d\\"; e=f" (x=y)')) == [
        ("word", "a"),
        ("mark", "="),
        ("word", "b"),
        ("mark", ";"),
        ("space", " "),
        ("word", "c"),
        ("space", " "),
        ("mark", "="),
        ("space", " "),
        ("quoted", 'd"; e=f'),
        ("space", " "),
        ("space", " "),
    ]
