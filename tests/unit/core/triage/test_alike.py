"""The same text again, whoever signs it."""

from __future__ import annotations

import pytest

from inboxwatch.core.triage.alike import is_same_text

TEXT = (
    "thank you for your message. We are very sorry for the trouble. Your request is important to "
    "us and was handed to the department in charge. Please bear with us."
)


@pytest.mark.parametrize(
    "other",
    [
        TEXT,
        TEXT.upper(),
        f"Dear Ann,\n\n{TEXT}\n\nJo",
        TEXT.replace("your message", "your mail of Monday"),
        TEXT.replace(" ", "\n  "),
    ],
)
def test_a_name_or_a_line_break_changes_nothing(other: str) -> None:
    assert is_same_text(f"Dear Bob, {TEXT} Kim", other)


@pytest.mark.parametrize(
    "other",
    [
        "",
        "Your parcel was found in Hamburg and comes on Monday, I have asked the driver myself.",
        f"{TEXT} {'I have looked into it: your parcel lies in Hamburg and will come by. ' * 2}",
    ],
)
def test_an_answer_of_its_own_is_another_text(other: str) -> None:
    assert not is_same_text(TEXT, other)


def test_short_texts_are_never_the_same() -> None:
    assert not is_same_text("Thank you, we will look into it.", "Thank you, we will look into it.")
