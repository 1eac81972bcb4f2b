"""Sets of UIDs in commands, and what COPYUID tells."""

from __future__ import annotations

import pytest

from inboxwatch.mail.imap.copied import Copied, copied, uid_set


@pytest.mark.parametrize(
    ("uids", "text"),
    [((7,), "7"), ((3, 4, 5, 9), "3:5,9"), ((9, 1, 2, 2, 8), "1:2,8:9"), ((), "")],
)
def test_neighbours_are_grouped(uids: tuple[int, ...], text: str) -> None:
    assert uid_set(uids) == text


def test_sets_are_paired_in_their_order() -> None:
    told = copied([b"38505 304,319:320 3956:3958"], (304, 319, 320))
    assert told == Copied(told=True, uidvalidity=38505, uids={304: 3956, 319: 3957, 320: 3958})


def test_several_answers_are_taken_together() -> None:
    told = copied([b"7 1 11", b"7 3 12"], (1, 2, 3))
    assert told.uids == {1: 11, 3: 12}


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"7 1",
        b"7 1 2 3",
        b"x 1 2",
        b"7 1:2 5",
        b"7 1 0",
        b"7 1: 5",
        b"7 4 5",  # not asked for
        b"7 1:4294967295 1:4294967295",
        b"7 1 4294967296",
        b"7 1,,2 5:6",
    ],
)
def test_what_does_not_fit_tells_nothing(answer: bytes) -> None:
    assert copied([answer], (1, 2)) == Copied()
