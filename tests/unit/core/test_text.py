"""Foreign text is made visible before anybody sees it."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from inboxwatch.core.links import defanged, harmless
from inboxwatch.core.text import cell_width, file_ending, one_line, printable


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b[2J", "\\x1b[2J"),
        ("a\x9bb", "a\\x9bb"),
        ("a\x00b", "a\\x00b"),
        ("\u202eevil", "\\u202eevil"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("\U000e0041", "\\U000e0041"),
        ("\ud800", "\\ud800"),
        ("line\rbreak", "line\\x0dbreak"),
        ("Grüße, 你好 🦈", "Grüße, 你好 🦈"),
        ("[red]x[/red]", "[red]x[/red]"),
    ],
)
def test_controls_become_visible_and_letters_stay(hostile: str, shown: str) -> None:
    assert printable(hostile) == shown


def test_a_line_feed_stays_only_where_it_is_wanted() -> None:
    assert printable("a\nb") == "a\\x0ab"
    assert printable("a\nb", keep="\n") == "a\nb"


def test_a_pile_of_combining_marks_is_capped() -> None:
    assert printable("e" + "\u0301" * 40) == "e" + "\u0301" * 3


def test_one_line_folds_white_space_and_cuts_with_an_ellipsis() -> None:
    assert one_line(" a\n\t b  c ", 4) == "a b…"


@given(st.text())
def test_whatever_comes_in_what_comes_out_can_be_printed(text: str) -> None:
    shown = one_line(text)
    shown.encode("utf-8")
    assert not any(ord(c) < 0x20 or 0x7F <= ord(c) <= 0x9F for c in shown)


def test_wide_characters_take_two_columns() -> None:
    assert cell_width("abc") == 3
    assert cell_width("你好") == 4
    assert cell_width("e\u0301") == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("see https://evil.example/a.b", "see hxxps://evil[.]example/a.b"),
        ("HTTP://EVIL.example", "hxxp://EVIL[.]example"),
        ("www.evil.example", "www[.]evil[.]example"),
        ("evil.example/login.php now", "evil[.]example/login.php now"),
        ("http://a.b?u=https://c.d/e", "hxxp://a[.]b?u=hxxps://c[.]d/e"),
        ("ftp://a.b", "fxp://a[.]b"),
        ("smb://a.b/c", "smb[:]//a[.]b/c"),
        ("xhttp://a.b", "xhttp[:]//a[.]b"),
        ("evil.com", "evil[.]com"),
        (
            "(evil.com), “evil.co.uk”: a_b.evil.com!",
            "(evil[.]com), “evil[.]co[.]uk”: a_b[.]evil[.]com!",
        ),
        ("evil.com:8080/x", "evil[.]com:8080/x"),
        ("evil.example:8080", "evil[.]example:8080"),
        ("evil.example?x=1", "evil[.]example?x=1"),
        ("evil.example./x", "evil[.]example./x"),
        ("пример.рф/x пример.рф", "пример[.]рф/x пример[.]рф"),
        ("evil.xn--p1ai/x evil.xn--p1ai", "evil[.]xn--p1ai/x evil[.]xn--p1ai"),
        ("evil。com ｅｖｉｌ．ｃｏｍ", "evil[.]com ｅｖｉｌ[.]ｃｏｍ"),  # noqa: RUF001 - full width
        ("उदाहरण.भारत", "उदाहरण[.]भारत"),
        ("https:evil.example https:/evil.example/", "hxxps:evil.example hxxps:/evil[.]example/"),
        ("https:evil.com", "hxxps:evil[.]com"),
        ("http：//evil.example/ http：／／evil.com", "hxxp://evil[.]example/ hxxp://evil[.]com"),  # noqa: RUF001 - full width
        (
            "1.2.3.4/x 1.2.3.4:80 http://1.2.3.4",
            "1[.]2[.]3[.]4/x 1[.]2[.]3[.]4:80 hxxp://1[.]2[.]3[.]4",
        ),
        ("//evil.example", "//evil[.]example"),
        ("ann@evil.example/x @evil.com", "ann@evil[.]example/x @evil[.]com"),
        ("http://ann:x@evil.com.", "hxxp://ann:x@evil[.]com."),
        (
            "a.b.c.d.e.f.g.h.i.j.k.evil.com",
            "a[.]b[.]c[.]d[.]e[.]f[.]g[.]h[.]i[.]j[.]k[.]evil[.]com",
        ),
        (f"{'a' * 80}.com", f"{'a' * 80}[.]com"),
    ],
)
def test_no_address_of_a_page_works(text: str, words: str) -> None:
    assert defanged(text) == words
    assert defanged(words) == words


@pytest.mark.parametrize(
    "text",
    [
        "It was not delivered. Please help.",
        "See http. Please: or ftp: now",
        "and/or, 24/7, a.b, e.g. this, z.B. das, i.e./viz., U.S. and e.V.",
        "invoice.pdf, photo.jpg and list.xlsx",
        "versions 1.2.3, 1.2.3.4 and v2.0/3.1, 3.50 EUR, 3.50/kg, 19.11.2026, 10.30",
        "delivered.Please help",
        "ann.me@customer.com, <bob@mail.customer.co.uk>",
        "你好。我是安娜。",
        "rescue.mode, sweep: why?",
    ],
)
def test_what_is_no_address_of_a_page_stays(text: str) -> None:
    assert defanged(text) == text


def test_what_is_harmless_is_cleaned_before_its_links_are_broken() -> None:
    assert harmless("a\u200b.evil.com\n\x1b x") == r"a\u200b[.]evil[.]com \x1b x"


LINK = st.sampled_from(
    ("http", "s", ":", "/", ".", "evil", "com", "1.2.3.4", "@", "?", "x", " ", "\uff1a")
)


@given(st.lists(LINK).map("".join))
@example("httpss\uff1ahttp")
def test_no_link_is_left_and_twice_is_as_once(text: str) -> None:
    told = defanged(text)
    assert defanged(told) == told
    assert re.search(r"https?[:\uff1a]\S|(?<![@\w])evil\.com\b(?!@)", told) is None


@pytest.mark.parametrize(
    ("name", "ending"),
    [("a.PDF", "pdf"), ("a.tar.gz", "gz"), ("a.exe .", "exe"), ("exe", ""), ("a．ｅｘｅ", "exe")],  # noqa: RUF001 - full width
)
def test_the_ending_of_a_name(name: str, ending: str) -> None:
    assert file_ending(name) == ending
