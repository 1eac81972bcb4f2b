from __future__ import annotations

import time

import pytest

from inboxwatch.core.message.html import html_to_text
from inboxwatch.core.message.quote import new_text

RULE = "_" * 32


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<div>one</div><div>two</div>", "one\ntwo"),
        ("one<br>two<br/><br>three", "one\ntwo\n\nthree"),
        ("<div>one</div><div><br></div><div>two</div>", "one\n\ntwo"),
        ("<p>a <b>bold</b>\n   word</p>", "a bold word"),
        ("a&nbsp;b &lt;c&gt; &euro;", "a b <c> €"),
        ("<ul><li>one</li><li>two</li></ul>", "- one\n- two"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<pre>one\n  two\n\nthree</pre>", "one\ntwo\n\nthree"),
        ("<a href='https://x.example'>link</a>", "link"),
        ("one<hr>two", f"one\n{RULE}\ntwo"),
        ("plain text, no tag", "plain text, no tag"),
        ("<p>unclosed", "unclosed"),
        ("", ""),
        ("<frameset><frame></frameset>", ""),
        ("<!DOCTYPE x [<!ENTITY a 'b'>]><p>&a;</p>", "]>\n\n&a;"),
    ],
)
def test_blocks_become_lines(html: str, text: str) -> None:
    assert html_to_text(html) == text


@pytest.mark.parametrize(
    "hidden",
    [
        "<style>p {color: red}</style>",
        "<script>alert('refund')</script>",
        "<head><title>refund</title></head>",
        "<!-- refund -->",
        "<template>refund</template>",
        '<div style="display:none">refund</div>',
        '<div style="DISPLAY: None !important; color: red">refund</div>',
        '<span style="visibility: hidden">refund</span>',
        '<font style="font-size:0">refund</font>',
        '<font style="font-size: 0px; line-height:0">refund</font>',
        '<div style="max-height:0px; overflow:hidden">refund</div>',
        '<div style="mso-hide:all">refund</div>',
        '<div style="opacity:0">refund</div>',
        "<div hidden>refund</div>",
        '<div style="font-size:1px">refund</div>',
        "<select><option>refund</option></select>",
        '<div style="font-size:0.1px">refund</div>',
        '<div style="font-size:.5pt">refund</div>',
        '<div style="font-size:1.0px !important">refund</div>',
        '<div style="font-size:14px;font-size:0">refund</div>',
        '<div style="font-size:0.05em">refund</div>',
        '<div style="font-size:1%">refund</div>',
        '<div style="opacity:.0">refund</div>',
        '<div style="opacity:0.01">refund</div>',
        '<div style="opacity: 0%">refund</div>',
        '<div style="display:none!important;display:block">refund</div>',
        '<div style="display:/**/none">refund</div>',
        '<div style="max-height:0;overflow:hidden;mso-hide:all">refund</div>',
        '<div style="width:0;overflow:clip">refund</div>',
        '<div style="color:#fff;background:#ffffff">refund</div>',
        '<div style="color: white; background-color: rgb(255, 255, 255)">refund</div>',
        '<div style="color:#000;background-color:black">refund</div>',
        '<div style="color:transparent">refund</div>',
        '<div style="color:#fff;background:#fff"><b>refund</b></div>',
    ],
)
def test_hidden_text_is_left_out(hidden: str) -> None:
    assert html_to_text(f"<p>seen</p>{hidden}<p>too</p>") == "seen\n\ntoo"


@pytest.mark.parametrize(
    "shown",
    [
        '<div style="font-size:0"><span style="font-size:14px">refund</span></div>',
        '<div style="opacity:0.9">refund</div>',
        '<div style="display:inline-block;width:98%">refund</div>',
        '<div style="max-height:0px">refund</div>',
        '<div style="font-size:0.9em">refund</div>',
        '<div style="font-size:9px">refund</div>',
        '<div style="font-size:80%">refund</div>',
        '<div style="font-size:0;font-size:12px">refund</div>',
        '<div style="fill-opacity:0">refund</div>',
        '<div style="overflow:hidden;max-height:100px">refund</div>',
        '<div style="color:#fff;background:#000">refund</div>',
        '<div style="color:#fff;background:#fff url(dark.png)">refund</div>',
        '<div style="color:#fff;background-color:#fff;background-image:url(a.png)">refund</div>',
        '<div style="color:#fff">refund</div>',
        '<div style="color:#fff;background:#fff"><p style="color:#000">refund</p></div>',
        '<div style="color:#fff;background:#fff"><p bgcolor="#000">refund</p></div>',
    ],
)
def test_shown_text_is_not_left_out(shown: str) -> None:
    assert html_to_text(shown) == "refund"


@pytest.mark.parametrize(
    ("css", "element"),
    [
        (".x{display:none}", '<div class="a x b">refund</div>'),
        (".X { DISPLAY : None !important; }", '<div class="x">refund</div>'),
        ("p.x{visibility:hidden}", '<p class="x">refund</p>'),
        ("#x{font-size:0}", '<div id="x">refund</div>'),
        ("u, .a , .x{font-size:1px}", '<div class="x">refund</div>'),
        ("aside{display:none}", "<aside>refund</aside>"),
        ("span{display:none}", "<span>refund</span>"),
        ("<!-- .x{display:none} -->", '<div class="x">refund</div>'),
        ("@import url(a.css); /* { */ .x{display:none}", '<div class="x">refund</div>'),
        ("@media print{.y{color:red}} .x{display:none}", '<div class="x">refund</div>'),
        (".x{opacity:0}", '<div class="x">refund</div>'),
        (".x{display:none!important}", '<div class="x" style="display:block">refund</div>'),
        (".x{display:none", '<div class="x">refund</div>'),
    ],
)
def test_what_a_style_block_hides_is_left_out(css: str, element: str) -> None:
    for html in (
        f"<html><head><style>{css}</style></head><body><p>seen</p>{element}<p>too</p></body></html>",
        f"<p>seen</p>{element}<p>too</p><style type='text/css'>{css}</style>",
    ):
        assert html_to_text(html) == "seen\n\ntoo"


@pytest.mark.parametrize(
    ("css", "element"),
    [
        (".x{display:none}", '<div class="xx">refund</div>'),
        (".x{display:none} .x{display:block}", '<div class="x">refund</div>'),
        (".x{display:none}", '<div class="x" style="display:block">refund</div>'),
        (".x{display:none} #y{display:block}", '<div class="x" id="y">refund</div>'),
        ("p.x{display:none}", '<div class="x">refund</div>'),
        (".y .x{display:none}", '<div class="x">refund</div>'),
        (".x:hover{display:none}", '<div class="x">refund</div>'),
        ("@media (max-width:600px){.x{display:none}}", '<div class="x">refund</div>'),
        ("@media (max-width:600px){.y{color:red} .x{display:none}}", '<div class="x">refund</div>'),
        ("span{display:none}", "<b>refund</b>"),
        (".x{font-size:0}", '<div class="x"><span style="font-size:14px">refund</span></div>'),
        (".x{font-size:0} .y{font-size:9pt}", '<div class="x"><p class="y">refund</p></div>'),
        (".x{font-size:0} .x .y{font-size:9pt}", '<div class="x"><p class="y">refund</p></div>'),
        ("*{display:none}", "<div>refund</div>"),
        (".x{color:#fff;background:#fff}", '<div class="x">refund</div>'),
        ("{display:none} } .{display:none} #{display:none}", '<div class="x" id="">refund</div>'),
    ],
)
def test_what_a_style_block_shows_stays(css: str, element: str) -> None:
    assert html_to_text(f"<style>{css}</style>{element}") == "refund"


def test_a_style_block_for_paper_hides_nothing() -> None:
    assert html_to_text('<style media="print">.x{display:none}</style><p class=x>hi') == "hi"


def test_a_style_block_that_is_not_closed_ends_with_itself() -> None:
    html = "<style>.y{color:red</style><style>.x{display:none}</style><p class=x>no</p><p>hi</p>"
    assert html_to_text(html) == "hi"


REPLIES = {
    "gmail": '<div dir="ltr">New</div><br><div class="gmail_quote"><div class="gmail_attr">'
    "On Mon, Ann wrote:<br></div><blockquote class='gmail_quote'>Old</blockquote></div>",
    "apple": "New<br><blockquote type='cite'>On 3 May, Ann wrote:<br>Old</blockquote>",
    "thunderbird": '<p>New</p><div class="moz-cite-prefix">Am 3.5. schrieb Ann:</div>'
    '<blockquote type="cite" cite="mid:x">Old</blockquote>',
    "yahoo": '<div>New</div><div id="yahoo_quoted_12" class="yahoo_quoted">Ann wrote: Old</div>',
    "proton": '<div>New</div><div class="protonmail_quote">Ann wrote:<br>Old</div>',
    "outlook": '<p>New</p><div id="appendonsend"></div><hr tabindex="-1" style="width:98%">'
    '<div id="divRplyFwdMsg"><b>From:</b> Ann &lt;ann@x.example&gt;<br><b>Sent:</b> Monday<br>'
    "<b>To:</b> Bob<br><b>Subject:</b> Order</div><div>Old</div>",
    "outlook-word": '<p class="MsoNormal">New</p><div style="border-top:solid #E1E1E1 1.0pt">'
    '<p class="MsoNormal"><b>Von:</b> Ann &lt;ann@x.example&gt;<br><b>Gesendet:</b> Montag<br>'
    "<b>An:</b> Bob<br><b>Betreff:</b> Bestellung</p></div><p>Old</p>",
    "outlook-unknown-language": '<p>New</p><div id="divRplyFwdMsg">'
    "<b>Xa:</b> Ann &lt;ann@x.example&gt;<br><b>Xb:</b> 3.5.2026<br><b>Xc:</b> Bob</div>Old",
    "zimbra": "<div>New</div><hr id='zwchr'><div><b>From: </b>a@x.example<br><b>To: </b>b@x.example"
    "<br><b>Sent: </b>Monday<br><b>Subject: </b>Order<br></div><div>Old</div>",
    "gmx": '<div>New</div><div name="quote" style="border-left:2px solid">Old</div>',
}


@pytest.mark.parametrize("program", REPLIES)
def test_the_new_text_of_a_reply(program: str) -> None:
    text = html_to_text(REPLIES[program])
    assert "Old" in text
    assert new_text(text) == "New"


def test_a_forward_is_no_quote() -> None:
    text = html_to_text(
        '<div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------'
        "<br>From: Ann &lt;ann@x.example&gt;<br>Date: Mon<br>Subject: Order<br>To: Bob<br></div>"
        "<br><br><p>Where is it?</p></div>"
    )
    assert new_text(text) == "Where is it?"


def test_an_interleaved_reply_keeps_its_quotes() -> None:
    text = html_to_text(
        "<blockquote type=cite>One?</blockquote>Yes.<blockquote type=cite>Two?</blockquote>No."
    )
    assert text == "> One?\n\nYes.\n\n> Two?\n\nNo."
    assert new_text(text) == text


HOSTILE = {
    "nested": "<div>" * 200_000,
    "nested lists": "<ul><li>" * 30_000,
    "self-closed": "<div/>" * 40_000,
    "formatting": "<p>" + "".join(f"<b a{n}>" for n in range(10_000)) + "<p>x" * 30_000,
    "attributes": "<a " + " ".join(f"a{n}=1" for n in range(30_000)) + ">x",
    "attributes with brackets": "<a " + " ".join(f'a{n}="<>"' for n in range(20_000)) + ">x",
    "foster parents": "<table>" + "<div>x" * 30_000,
    "stray ends": "<div>" * 20_000 + "</p>" * 40_000,
    "paragraphs": "<p>x" * 60_000,
    "quotes": "<blockquote type=cite>" * 10_000 + "x",
    "comments": "<!--" * 60_000,
    "hidden from us": "<!--><" + "div><" * 40_000,
    "brackets": "<" * 250_000,
    "lines": "<pre>" + "\n" * 250_000,
    "rules": "<style>" + ".x{display:none}" * 16_000 + "</style><p class=x>",
    "open rules": "<style>" + "{" * 250_000,
    "selectors": "<style>" + ",.x" * 80_000 + "{display:none}</style><p class=x>",
    "comments in rules": "<style>" + "/*" * 120_000,
    "style blocks": "<style>.x{display:none}</style>" * 8_000,
    "classes": "<style>.y{display:none}</style>" + f"<p class='{'x ' * 900}'>x" * 130,
    "declarations": "<p style='" + "color:#fff;" * 20_000 + "'>x",
    "spaces": "<p>" + " " * 250_000,
}


@pytest.mark.parametrize("shape", HOSTILE)
def test_hostile_html_takes_linear_time(shape: str) -> None:
    start = time.process_time()
    html_to_text(HOSTILE[shape])
    assert time.process_time() - start < 1
