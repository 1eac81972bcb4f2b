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
    ],
)
def test_shown_text_is_not_left_out(shown: str) -> None:
    assert html_to_text(shown) == "refund"


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
    "spaces": "<p>" + " " * 250_000,
}


@pytest.mark.parametrize("shape", HOSTILE)
def test_hostile_html_takes_linear_time(shape: str) -> None:
    start = time.process_time()
    html_to_text(HOSTILE[shape])
    assert time.process_time() - start < 1
