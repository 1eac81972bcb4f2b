"""The matcher finds what looking at each place of a text finds."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from inboxwatch.core.triage.matcher import Span, matcher_for
from inboxwatch.core.triage.phrase import is_exception, variants
from inboxwatch.model.policy import Lexicon, Phrase

HEARD, EXCEPTED = "thanks", "anger"
WORDS = st.sampled_from(("ab", "abc", "b a", "'a", "a-b", "ab ab", "(a|b) ab", "ab (b|c|ab a)"))
ENTRIES = st.builds(
    lambda no, word, more, stem: f"{no}{word}{more}{stem}",
    st.sampled_from(("", "", "-")),
    WORDS,
    st.sampled_from(("", "", " b", " ab abc b (a|b)")),
    st.sampled_from(("", "*")),
)
LEXICONS = st.lists(st.tuples(st.sampled_from((HEARD, EXCEPTED)), ENTRIES), max_size=6).filter(
    lambda rows: all(_is_entry(text) for _, text in rows)
)
TEXTS = st.lists(st.sampled_from(("ab", "abc", "a", "b", " ", " ", "-", "'", "_", "\n", "\u00df")))


def _is_entry(text: str) -> bool:
    try:
        return bool(variants(text))
    except ValueError:
        return False


@settings(max_examples=600, deadline=None)
@given(LEXICONS, TEXTS.map("".join))
def test_phrases_are_found_at_every_place_where_they_stand(
    rows: list[tuple[str, str]], text: str
) -> None:
    lexicon = Lexicon(tuple(Phrase(signal, entry, "en") for signal, entry in rows))
    expected = {}
    for signal in (HEARD, EXCEPTED):
        spans = _spans(text, [entry for name, entry in rows if name == signal])
        if spans:
            expected[signal] = spans
    found = matcher_for(lexicon).find(text, text)
    assert {name: set(spans) for name, spans in found.items()} == {
        name: set(spans) for name, spans in expected.items()
    }
    assert {name: spans[0] for name, spans in found.items()} == {
        name: min(spans, key=lambda span: (span[0], -span[1])) for name, spans in expected.items()
    }


def _spans(text: str, entries: list[str]) -> list[Span]:
    """All places of phrases of one signal that no exception overlaps."""
    found: list[Span] = []
    excepted: list[Span] = []
    for entry in entries:
        for phrase in variants(entry):
            (excepted if is_exception(entry) else found).extend(_of(text, phrase))
    return [
        (start, end)
        for start, end in found
        if not any(start < last and first < end for first, last in excepted)
    ]


def _of(text: str, phrase: str) -> list[Span]:
    words = phrase.removesuffix("*")
    spans: list[Span] = []
    for start in range(len(text)):
        end = start + len(words)
        inside = start > 0 and text[start - 1].isalnum() and text[start].isalnum()
        if text[start:end] != words or inside:
            continue
        while phrase != words and text[end : end + 1].isalnum():
            end += 1
        if not text[end : end + 1].isalnum():
            spans.append((start, end))
    return spans
