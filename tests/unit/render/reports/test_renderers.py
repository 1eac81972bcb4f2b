"""Every renderer: what it says, and that hostile texts stay texts in each of them."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata

import pytest
from msgspec.structs import replace
from rich.console import Console
from selectolax.lexbor import LexborHTMLParser
from tests.support.reports import HOSTILE, document, hostile
from tests.support.swept import sweep_facts

from inboxwatch.core.report.document import (
    Bar,
    Document,
    Figure,
    Figures,
    Trend,
    only,
    percent,
)
from inboxwatch.core.report.sweep import sweep
from inboxwatch.render.json import to_line
from inboxwatch.render.reports.csv import as_csv
from inboxwatch.render.reports.html import as_html
from inboxwatch.render.reports.json import report_fields
from inboxwatch.render.reports.markdown import as_markdown, escaped
from inboxwatch.render.reports.terminal import as_text, report_lines

UNSAFE = re.compile(
    "[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
RENDERERS = (as_text, as_html, as_csv, as_markdown, lambda one: to_line(report_fields(one)))


@pytest.mark.parametrize("render", RENDERERS)
def test_nothing_hostile_comes_through_as_it_was(render: object) -> None:
    told = render(hostile())  # type: ignore[operator]
    assert not UNSAFE.search(told)
    told.encode("utf-8")


@pytest.mark.parametrize("render", [as_text, as_html, as_csv, as_markdown])
def test_no_address_of_a_page_is_live(render: object) -> None:
    told = render(hostile())  # type: ignore[operator]
    assert not re.search(r"(?i)https?:|www\.", told)


@pytest.mark.parametrize("render", RENDERERS)
def test_an_empty_report_is_a_report(render: object) -> None:
    sample = document()
    empty = Document(sample.name, "Nothing", sample.since, sample.until, ())
    assert "Nothing" in render(empty) or render(empty) == ""  # type: ignore[operator]


@pytest.mark.parametrize("width", [40, 80, 160])
def test_the_terminal_keeps_to_its_width(width: int) -> None:
    lines = as_text(document(), width=width).splitlines()
    assert max(map(len, lines)) <= max(width, 76)
    assert "2 h 10 min" in as_text(document(), width=160)


@pytest.mark.parametrize("width", [40, 60, 80])
def test_no_column_of_a_table_gets_lost_on_a_narrow_terminal(width: int) -> None:
    (sweeps,) = only(sweep(sweep_facts()), ("sweeps",)).sections
    told = as_text(replace(document(), sections=(sweeps,)), width=width)
    assert {"moves", "genuine", "480"} <= set(told.split())
    assert ("What it does: moves what is genuine" in told) == (width < 80)


def test_a_terminal_without_colours_gets_no_escape_sequence() -> None:
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, no_color=True, width=80, markup=False)
    for line in report_lines(hostile(), width=80):
        console.print(line)
    told = out.getvalue()
    assert {found[:3] for found in re.findall(r"\x1b.{0,3}", told)} <= {
        "\x1b[0",
        "\x1b[1",
        "\x1b[2",
    }
    assert "\x1b[2J" not in told


@pytest.mark.parametrize("width", [40, 60, 75, 76, 120])
def test_the_heat_map_shows_all_hours_however_narrow(width: int) -> None:
    told = as_text(only(document(), ("map",)), width=width).splitlines()
    assert max(map(len, told)) <= width
    assert not any("…" in line for line in told)
    if width >= 76:
        assert any("22 23" in line for line in told)
    else:
        assert [line[:5] for line in told if line[2:5] == ":00"] == [
            f"{hour:02d}:00" for hour in range(24)
        ]


def test_a_heat_map_of_hours_down_has_the_counts_of_one_of_days_down() -> None:
    narrow = as_text(only(document(), ("map",)), width=60).splitlines()
    nine = next(line for line in narrow if line.startswith("09:00"))
    # Monday to Sunday at nine: day * 9 modulo 7, a star where the business is closed
    assert nine.split()[1:] == ["0", "2", "4", "6", "1", "3*", "5*"]


def test_a_trend_is_a_chart_with_text_and_names_only_where_something_was() -> None:
    one = only(document(), ("trend",))
    told = as_text(one)
    assert "week 0 ··········█▄ last" in told
    assert "Nothing in the other 10 of the 12 weeks since week 0." in told
    assert "week 3" not in told
    assert "week 3" not in as_markdown(one)
    page = LexborHTMLParser(as_html(one))
    assert len(page.css("svg rect")) == 12
    assert [node.text(strip=True) for node in page.css(".told tbody tr")] == ["week 102", "last1"]
    assert len(as_csv(one).splitlines()) == 13


def test_a_trend_of_nothing_says_so() -> None:
    bars = tuple(Bar(str(number), 0) for number in range(12))
    trend = Trend("trend", "By week", "Week of", "mails", bars, empty="None at all.")
    one = replace(document(), sections=(trend,))
    for render in (as_text, as_markdown, as_html):
        assert "None at all" in render(one)
        assert "Nothing in" not in render(one)


def test_business_time_has_no_days_in_any_form() -> None:
    one = only(document(), ("hours",))
    for render in (as_text, as_markdown, as_html):
        told = render(one)
        assert "110 h 55 min" in told
        assert "55 h 55 min" in told
        assert " d " not in told
    assert "110.92" in as_csv(one)
    assert '"business time (hours)"' in as_csv(one)
    (section,) = report_fields(one)["sections"]  # type: ignore[misc]
    assert section["unit"] == "seconds"
    assert section["bars"][0]["value"] == (110 * 60 + 55) * 60


def test_a_share_is_the_same_in_every_form() -> None:
    figures = Figures("figures", "F", (Figure("share", "Answered", percent(1, 31), "%"),))
    one = replace(document(), sections=(figures,))
    for render in (as_text, as_html, as_markdown):
        assert "3 %" in render(one)
    assert '"Answered",3,"%"' in as_csv(one)
    assert '"value":3' in to_line(report_fields(one)).replace(" ", "")


def test_details_are_folded_away_and_their_sum_is_told() -> None:
    one = only(document("secret detail"), ("cards",))
    for render in (as_text, as_markdown):
        assert "All are met" in render(one)
    page = LexborHTMLParser(as_html(one))
    assert [node.text() for node in page.css("details > summary")] == ["All are met"] * 2
    assert all("open" not in node.attributes for node in page.css("details"))


def test_csv_of_mails_has_a_row_for_each_with_columns() -> None:
    head, first, second = csv.reader(io.StringIO(as_csv(only(document("=1"), ("cards",)))))
    assert head == [
        "Subject",
        "Sender",
        "Poses as",
        "Lay there (hours)",
        "Why",
        "Summary",
        "Details",
    ]
    assert first == second == ["'=1", "'=1", "", "72.0", "'=1; '=1", "All are met", "'=1"]


def test_the_heat_map_tells_in_words_what_came_while_closed() -> None:
    told = as_text(only(document(), ("map",)))
    saturday = next(line for line in told.splitlines() if line.startswith("Sat"))
    assert "*" in saturday
    assert "·" in saturday
    monday = next(line for line in told.splitlines() if line.startswith("Mon"))
    assert "*" not in monday


def test_html_holds_no_element_or_attribute_of_a_mail() -> None:
    page = LexborHTMLParser(as_html(hostile()))
    tags = {node.tag for node in page.css("*")}
    assert tags.isdisjoint({"script", "img", "iframe", "object", "form", "link", "base", "b"})
    assert len(page.css("style")) == 1
    for node in page.css("*"):
        for name in node.attributes:
            assert not name.startswith("on")
            assert name not in {"src", "style", "action", "srcset"}
    assert all((one.attributes["href"] or "").startswith("#s") for one in page.css("a"))
    for text in (
        "<script>window.ran=1</script>",
        "{{ 7*7 }}{% raw %}",
        "&lt;b&gt;&#x3c;script&#62;",
    ):
        assert any(node.text(strip=True) == text for node in page.css("h3"))


def test_html_allows_its_own_style_by_hash_and_nothing_else() -> None:
    page = as_html(document())
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    assert "default-src 'none'; style-src 'sha256-" in policy[1]
    assert "unsafe" not in policy[1]


def test_html_has_the_structure_that_a_screen_reader_needs() -> None:
    page = LexborHTMLParser(as_html(document()))
    assert len(page.css("h1")) == len(page.css("main")) == 1
    tables = page.css("table")
    assert len(page.css("table > caption")) == len(tables) == 5
    assert all(node.attributes.get("scope") for node in page.css("th"))


def test_csv_is_safe_in_a_spreadsheet_and_keeps_negative_numbers() -> None:
    rows = list(csv.reader(io.StringIO(as_csv(hostile()))))
    for row in rows:
        for cell in row:
            began = unicodedata.normalize("NFKC", cell).lstrip()[:1]
            assert began not in {"=", "+", "@", "|"}
            assert began != "-" or cell in {"-5", "-"}
            assert not re.search(r";\s*[=+@|-]", unicodedata.normalize("NFKC", cell))
    assert ",-5," in as_csv(document())
    assert '"-5"' not in as_csv(document())


def test_csv_of_one_table_is_that_table_alone_and_raw_on_request() -> None:
    one = only(document("=1+1"), ("table",))
    head, first, _ = csv.reader(io.StringIO(as_csv(one)))
    assert head == ["Subject", "Mails", "Received", "Waited (hours)", "Who", "Rule"]
    assert first == ["'=1+1", "-5", "2026-11-16T00:00:00+00:00", "2.17", "'=1+1", ""]
    _, raw, _ = csv.reader(io.StringIO(as_csv(one, raw=True)))
    assert raw[0] == "=1+1"


def test_json_has_stable_names_and_values_as_they_are() -> None:
    fields = json.loads(to_line(report_fields(document("<b>"))))
    assert (fields["schema"], fields["type"], fields["name"]) == (1, "report", "sample")
    by_name = {one["name"]: one for one in fields["sections"]}
    assert by_name["table"]["rows"][0] == {
        "subject": "<b>",
        "mails": -5,
        "at": "2026-11-16T00:00:00+00:00",
        "waited": 7800.0,
        "who": "<b>",
        "rule": None,
    }
    assert [one["kind"] for one in fields["sections"]] == [
        "figures",
        "table",
        "table",
        "bars",
        "bars",
        "bars",
        "heat-map",
        "cards",
    ]


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_escapes_everything_that_could_be_markup(text: str) -> None:
    told = escaped(text)
    assert not re.search(r"(?<!\\)[<>\[\]*_`|#&]", told.replace("\\\\", ""))
    assert "\n" not in told
    table = as_markdown(only(document(text), ("table",))).splitlines()[-2:]
    assert all(len(re.findall(r"(?<!\\)\|", line)) == 7 for line in table)
