"""Where the words of a signal stand."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inboxwatch.core.triage.signals import find_signals
from inboxwatch.model.decision import Place
from inboxwatch.model.policy import Lexicon, Phrase

SMALL = Lexicon((Phrase("anger", "so mad", "en"), Phrase("anger", "zornig", "de")))


@pytest.mark.parametrize(
    ("subject", "text", "place"),
    [
        ("", "so mad", Place("text", 0, 1)),
        ("so mad", "at you", Place("subject", 0, 1)),
        ("I am  so mad", "", Place("subject", 6, 1)),
        ("Hi", "Hello,\n\n  I am\n  so\n mad", Place("text", 17, 4)),
        ("Hi", "\n\n(so mad)", Place("text", 3, 3)),
        ("Hi", "a\r\nb\r\nso mad", Place("text", 6, 3)),
        ("Hi", "\u200b \u200ba so mad", Place("text", 5, 1)),
        ("", "caf\u00e9 so mad", Place("text", 5, 1)),
        ("", "cafe\u0301 so mad", Place("text", 6, 1)),
        ("", "cafe\u0301-so mad", Place("text", 0, 1)),
        ("", "\U0001f621 so mad", Place("text", 2, 1)),
    ],
)
def test_the_place_of_words(subject: str, text: str, place: Place) -> None:
    (signal,) = [one for one in find_signals(subject, text, SMALL) if one.name == "anger"]
    if signal.evidence == "so mad":
        assert signal.place == place


@settings(max_examples=200, deadline=None)
@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60),
    st.text(alphabet=st.sampled_from(" \n\tab\u00e9\u0301,.\r\u200b"), max_size=60),
)
def test_the_place_is_where_the_words_are(before: str, after: str) -> None:
    for signal in find_signals("", f"{before} zornig {after}", SMALL):
        if signal.evidence == "zornig":
            text = f"{before} zornig {after}"
            assert signal.place is not None
            offset = signal.place.offset
            assert text[offset : offset + 6].lower() == "zornig"
            assert signal.place.line == text.count("\n", 0, offset) + 1


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60), st.text(max_size=200))
def test_any_text_has_places_within_it(subject: str, text: str) -> None:
    for signal in find_signals(subject, f"{text} so mad", SMALL):
        assert signal.place is not None
        written = subject if signal.place.field == "subject" else f"{text} so mad"
        assert 0 <= signal.place.offset < max(len(written), 1)
