"""What a quick look rules out, the long patterns would not have matched either."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inboxwatch.core.message import attribution

_SIGNATURES = [whole for _, whole in attribution._DEVICE_SIGNATURES]
_ANY_SIGNATURE = re.compile(rf"[\W_]*+(?:{'|'.join(_SIGNATURES)})[\W_]*", re.IGNORECASE)
_WORDS = sorted(
    {
        word
        for table in (
            attribution._ORIGINAL,
            attribution._FORWARDED,
            attribution._DEVICE,
            attribution._SENT,
            attribution._GET,
            *_SIGNATURES,
        )
        for word in re.findall(r"[^\W\d_]+", table)
    }
)
_ASCII = st.characters(codec="ascii", exclude_characters="\n")
_MARKS = ["--", "---", "-", ":", "\uff1a", "*", "_", ">", "[", " ", "\t", "\xa0", "\u017f", "x"]
_LINES = st.lists(
    st.sampled_from(_WORDS) | st.sampled_from(_WORDS).map(str.upper) | st.sampled_from(_MARKS),
    max_size=9,
).map("".join) | st.lists(st.sampled_from(_WORDS), max_size=6).map(" ".join)
_PHRASES = st.sampled_from(
    attribution._phrases(attribution._ORIGINAL) + attribution._phrases(attribution._FORWARDED)
)
_MARKERS = st.builds(
    lambda *parts: "".join(parts),
    st.sampled_from(["", "*", "-- ", "-----", " _", "\t", "\x1c"]),
    _PHRASES.map(str.title) | _PHRASES,
    st.sampled_from(["", ":", " :", "  :", "_:", "\t:", "\uff1a", "-----", " --", " from x --"]),
    st.sampled_from(["", " ", "*", "_*", "\x1c", "x"]),
)


@given(line=_LINES | _MARKERS)
def test_a_line_is_a_marker_if_its_pattern_says_so(line: str) -> None:
    assert attribution.is_original(line) == bool(attribution._original().fullmatch(line))
    assert attribution.is_forwarded(line) == bool(attribution._forwarded().fullmatch(line))


@given(line=_LINES)
def test_a_line_is_a_devices_if_its_pattern_says_so(line: str) -> None:
    expected = _ANY_SIGNATURE.fullmatch(line) is not None
    assert attribution.is_device_signature(line) == expected


@pytest.mark.parametrize("pattern", _SIGNATURES[:-2])  # those in Latin letters
# patterns with word boundaries are hard to meet
@settings(suppress_health_check=[HealthCheck.filter_too_much], deadline=None)
@given(data=st.data())
def test_every_signature_in_ascii_has_a_hint(pattern: str, data: st.DataObject) -> None:
    written = st.from_regex(re.compile(pattern, re.IGNORECASE), fullmatch=True, alphabet=_ASCII)
    assert attribution.is_device_signature(data.draw(written))
