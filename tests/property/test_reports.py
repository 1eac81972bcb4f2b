"""Whatever a text holds, every form of a report stays what it is."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser
from tests.support.reports import document

from inboxwatch.core.report.words import shown
from inboxwatch.render.json import to_line
from inboxwatch.render.reports.csv import as_csv
from inboxwatch.render.reports.html import as_html
from inboxwatch.render.reports.json import report_fields
from inboxwatch.render.reports.markdown import escaped
from inboxwatch.render.reports.terminal import as_text

PIECES = st.sampled_from(
    [
        "<b>",
        "</td>",
        '"',
        "'",
        "&#60;",
        "{{",
        "}}",
        "{%",
        "|",
        "\\",
        "`",
        "\n",
        "\r",
        "\x1b[2J",
        "=",
        "\uff1d",
        "+",
        "@",
        ";",
        "\t",
        "[/]",
        "](",
        "http://",
        "www.",
        "a.b",
        "\u202e",
        "\ud800",
        "# ",
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=8), max_size=12).map("".join)
TAGS = [node.tag for node in LexborHTMLParser(as_html(document("a"))).css("*")]
TABLES = len(list(csv.reader(io.StringIO(as_csv(document("a"))))))


@given(TEXTS)
def test_what_is_shown_is_one_printable_line(text: str) -> None:
    told = shown(text)
    assert told == told.strip()
    assert not any(unicodedata.category(one) in {"Cc", "Cs", "Zl", "Zp"} for one in told)
    assert "http://" not in told.lower()


@given(TEXTS)
@settings(max_examples=40, deadline=None)
def test_a_page_has_the_elements_that_it_has_with_any_other_text(text: str) -> None:
    page = LexborHTMLParser(as_html(document(text)))
    spans = {"p", "span"}  # what is said of a section is left out where it is empty
    assert [tag for tag in (node.tag for node in page.css("*")) if tag not in spans] == [
        tag for tag in TAGS if tag not in spans
    ]


@given(TEXTS)
@settings(max_examples=60, deadline=None)
def test_a_spreadsheet_runs_nothing(text: str) -> None:
    rows = list(csv.reader(io.StringIO(as_csv(document(text)))))
    assert len(rows) == TABLES
    for cell in (cell for row in rows for cell in row if cell != "-5"):
        assert not re.match(r"\s*[=+\-@|]", unicodedata.normalize("NFKC", cell))


@given(TEXTS)
@settings(max_examples=60, deadline=None)
def test_json_and_the_terminal_hold(text: str) -> None:
    fields = json.loads(to_line(report_fields(document(text))))
    assert fields["notes"] == [text]
    told = as_text(document(text))
    assert "\x1b" not in told
    told.encode("utf-8")


@given(TEXTS)
def test_markdown_is_escaped(text: str) -> None:
    bare = re.sub(r"\\[!-/:-@\[-`{-~]", "", escaped(text))
    assert not re.search(r"[<>\[\]*_`|#&\\]", bare)
