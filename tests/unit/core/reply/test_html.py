"""The HTML alternative: the same text, and no link but the template's (F18, A41)."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxwatch.core.reply.html import html_of, literal_links

HOME = "https://acme.example/help"


class Reader(HTMLParser):
    """What a mail program would see: tags, links, and the words between them."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.said = ""
        self.feed(document)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "style")]

    def handle_data(self, data: str) -> None:
        self.said += data


def test_the_whole_document() -> None:
    text = f"Hello Ann,\n\nplease send\n- the number\n- the date\n\nSee {HOME}.\n\nJo\nAcme & Co\n"
    assert html_of(text, f"See {HOME}.", "en-GB") == (
        "<!DOCTYPE html>\n"
        '<html lang="en-GB">\n'
        '<head><meta charset="utf-8"></head>\n'
        '<body dir="auto">\n'
        "<p>Hello Ann,</p>\n"
        "<p>please send</p>\n"
        "<ul>\n<li>the number</li>\n<li>the date</li>\n</ul>\n"
        f'<p>See <a href="{HOME}">{HOME}</a>.</p>\n'
        "<p>Jo<br>\nAcme &amp; Co</p>\n"
        "</body>\n</html>\n"
    )


@pytest.mark.parametrize(
    ("source", "links"),
    [
        (f"See {HOME}.", {HOME}),
        (f"({HOME}), <{HOME}>", {HOME}),
        ("http://acme.example", {"http://acme.example"}),
        ("https://acme.example/a?b=c&d=e#f", {"https://acme.example/a?b=c&d=e#f"}),
        ("https://acme.example/{{ subject }}", set()),
        ("https://acme.example.{{ subject }}", set()),
        ("https://{{ subject }}", set()),
        ("{{ subject }}https://acme.example", set()),
        ("{{ 'https://acme.example' }}", set()),
        ("{# https://acme.example #}", set()),
        ("https://acme.example{% if is_open %}.evil.example{% endif %}", set()),
        ("ftp://acme.example javascript:x() www.acme.example", set()),
        ("xhttps://acme.example", set()),
        ("https:// nothing", set()),
    ],
)
def test_links_are_what_stands_in_the_template_by_itself(source: str, links: set[str]) -> None:
    assert literal_links(source) == links


@pytest.mark.parametrize(
    "said",
    [
        "https://evil.example",
        f"{HOME}.evil.example",
        f"{HOME}/../../evil",
        f"x{HOME}",
        "javascript:alert(1)",
        f"<a href='{HOME}'>",
    ],
)
def test_what_a_value_brings_is_never_a_link_of_its_own(said: str) -> None:
    read = Reader(html_of(f"about {said}\n", f"See {HOME} about {{{{ subject }}}}", "en"))
    assert [link for link in read.links if link != HOME] == []
    assert read.said.strip() == f"about {said}"


def test_markup_is_shown_and_does_nothing() -> None:
    text = "<script>alert(1)</script> <img src=x onerror=y> &amp; \"quoted\" 'too'\n"
    read = Reader(html_of(text, text, "en"))
    assert read.tags == ["html", "head", "meta", "body", "p"]
    assert read.said.strip() == text.strip()


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]) | st.sampled_from("\n<>&-")))
def test_any_text_is_said_in_full_and_adds_no_tag(text: str) -> None:
    read = Reader(html_of(text, "", "en"))
    assert set(read.tags) <= {"html", "head", "meta", "body", "p", "br", "ul", "li"}
    assert read.links == []
    bare = "".join(line.removeprefix("- ") for line in text.split("\n"))
    assert "".join(read.said.split()) == "".join(bare.split())
