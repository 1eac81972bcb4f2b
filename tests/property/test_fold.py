"""Bringing text into one form: the short way for tidy text is the long way."""

from __future__ import annotations

import re
import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from inboxwatch.core.triage.fold import INVISIBLE, fold, plain_text, read

TEXTS = st.text(
    st.sampled_from(f" \n\n\nab.\t\r\x0b\x1c\x85\xa0\u3000\u00c9e\u0301\u2019{INVISIBLE}")
)


@settings(max_examples=600)
@given(TEXTS | st.text("ab\n "), TEXTS | st.text("ab\n "))
def test_plain_text_has_single_spaces_and_its_paragraphs_on_lines(subject: str, text: str) -> None:
    whole = unicodedata.normalize("NFC", f"{subject}\n\n{text}".replace("\r", ""))
    seen = "".join(one for one in whole if one not in INVISIBLE)
    parts = re.split(r"\n[^\S\n]*\n\s*", seen)
    plain = "\n".join(" ".join(part.split()) for part in parts)
    assert plain_text(subject, text) == plain
    assert read(subject, text) == (plain, fold(plain))
