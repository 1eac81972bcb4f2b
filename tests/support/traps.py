"""Mails that were made to be costly, each shape that rule P01 names and its kin, as whole mails.

A shape is a row of ``TRAPS``. The octets are what an attacker sends, up to 10 MB and more; where
what matters would lie behind what is read of a mail, it is made to fit (256 KB of header, 128 KB of
body).
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from benchmarks import hostile
from tests.support import baits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MB = 1_000_000
HEAD = 240_000
BODY = 128 * 1024
SENDER = "ann.adler0@firm0.example"


def header(*more: str, leave_out: tuple[str, ...] = ()) -> str:
    """The fields of a genuine mail of a customer; ``more`` as written, before the empty line."""
    fields = {
        "Return-Path": f"<{SENDER}>",
        "Received": "from mail.firm0.example by mx.acme.example; Fri, 20 Nov 2026 16:00:00 +0000",
        "Authentication-Results": "mx.acme.example; dmarc=pass header.from=firm0.example",
        "From": f"Ann Adler <{SENDER}>",
        "To": "support@acme.example",
        "Subject": "A question",
        "Date": "Fri, 20 Nov 2026 16:00:00 +0000",
        "Message-ID": "<trap@firm0.example>",
        "MIME-Version": "1.0",
    }
    kept = [f"{name}: {value}" for name, value in fields.items() if name not in leave_out]
    return "\r\n".join([*kept, *more]) + "\r\n"


def _field(name: str, value: str, body: str = "How do I change my address?") -> bytes:
    """A mail with one field of the attacker's own, in place of ours if we have one."""
    return f"{header(f'{name}: {value}', leave_out=(name,))}\r\n{body}\r\n".encode()


def _on_top(name: str, value: str) -> bytes:
    """A mail with a field above all others, where those of trusted servers stand."""
    return f"{name}: {value}\r\n{header()}\r\nhello\r\n".encode()


def _text(text: str) -> bytes:
    return f"{header('Content-Type: text/plain; charset=utf-8')}\r\n{text}".encode()


def _html(html: str) -> bytes:
    return f"{header('Content-Type: text/html; charset=utf-8')}\r\n{html}".encode()


def _sent_as(content_type: str, encoding: str, body: bytes) -> bytes:
    fields = (f"Content-Type: {content_type}", f"Content-Transfer-Encoding: {encoding}")
    return header(*fields).encode() + b"\r\n" + body


def _fill(piece: str, octets: int) -> str:
    return piece * (octets // len(piece.encode()))


# Parts


def _nested_forwards(depth: int = 2000) -> bytes:
    inner = "Content-Type: message/rfc822\r\n\r\n" * depth
    return f"{header()}{inner}Subject: at the bottom\r\n\r\nhello\r\n".encode()


def _growing_boundaries(depth: int = 400) -> bytes:
    """Parts within parts, each boundary the beginning of the next one."""
    levels = "".join(
        f"Content-Type: multipart/mixed; boundary={'b' * (n + 1)}\r\n\r\n--{'b' * (n + 1)}\r\n"
        for n in range(depth)
    )
    return f"{header()}{levels}\r\nat the bottom\r\n".encode()


def _nearly_boundaries() -> bytes:
    """Delimiters by the thousand, none of which is one."""
    body = _fill("\r\n--bb", BODY)
    return f"{header('Content-Type: multipart/mixed; boundary=b')}\r\n{body}".encode()


def _wide_levels(depth: int = 15, width: int = 300) -> bytes:
    """On every level hundreds of parts, the last of which goes on."""
    body = ""
    for level in range(depth):
        parts = f"--b{level}\r\n\r\nx\r\n" * width
        body += f"{parts}--b{level}\r\nContent-Type: multipart/mixed; boundary=b{level + 1}\r\n\r\n"
    return f"{header('Content-Type: multipart/mixed; boundary=b0')}\r\n{body}".encode()


def _alternatives(depth: int = 18) -> bytes:
    """Choices within choices, each with a text of its own."""
    body = ""
    for level in range(depth):
        texts = f"--b{level}\r\nContent-Type: text/plain\r\n\r\n \r\n" * 10
        inner = f"Content-Type: multipart/alternative; boundary=b{level + 1}\r\n\r\n"
        body += f"{texts}--b{level}\r\n{inner}"
    return f"{header('Content-Type: multipart/alternative; boundary=b0')}\r\n{body}".encode()


def _many_html_parts(count: int = 190) -> bytes:
    """Hundreds of HTML parts, each of which starts a parser."""
    part = "--b\r\nContent-Type: text/html\r\n\r\n" + "<p>x</p>" * 70 + "\r\n"
    return f"{header('Content-Type: multipart/mixed; boundary=b')}\r\n{part * count}".encode()


def _part_headers() -> bytes:
    """Parts that are nothing but fields, each of them other ones."""
    parts = "".join(
        f"--b\r\nContent-Type: text/plain; name=n{n}; x={'y' * 400}\r\n"
        f"Content-Disposition: inline; filename=f{n}\r\nX-{n}: {n}\r\n\r\nx\r\n"
        for n in range(200)
    )
    return f"{header('Content-Type: multipart/mixed; boundary=b')}\r\n{parts}".encode()


# Headers


def _million_lines() -> bytes:
    return header().encode() + b"A: b\r\n" * 1_000_000 + b"\r\nhello\r\n"


def _million_folds() -> bytes:
    return header().encode() + b"X-Filler: x" + b"\r\n " * 1_000_000 + b"\r\n\r\nhello\r\n"


def _garbage_lines() -> bytes:
    return header().encode() + b"!\r\n" * 1_000_000 + b"\r\nhello\r\n"


def _same_field(name: str, value: str = "x") -> bytes:
    """One field as often as it fits."""
    return f"{header()}{_fill(f'{name}: {value}' + chr(13) + chr(10), HEAD)}\r\nhello\r\n".encode()


def _8_bit_header() -> bytes:
    return header().encode() + b"X-\xe4: \xff\xfe\xed\xa0\x80\r\n" * 15_000 + b"\r\nhello\r\n"


def _marks() -> bytes:
    """Combining marks without end, sorting which takes quadratic time."""
    return _field("Subject", "a" + "\u0315\u0300" * 50_000, "a" + "\u0315\u0300" * 30_000)


def _no_header_end() -> bytes:
    return b"A" * (10 * MB)


def _cr_only() -> bytes:
    return (header() + "\r\n" + "hello\r\n" * 100_000).replace("\r\n", "\r").encode()


# Words, addresses, ids, parameters


def _words(word: str, octets: int = 60_000) -> bytes:
    """Encoded words by the thousand, in every field that is decoded."""
    text = _fill(f"{word} ", octets)
    more = [f"{name}: {text}" for name in ("Subject", "From", "Reply-To")]
    return f"{header(*more, leave_out=('Subject', 'From'))}\r\nhello\r\n".encode()


def _address_fields(value: str) -> bytes:
    """One value in every field that holds addresses."""
    names = ("From", "To", "Cc", "Reply-To", "Return-Path", "Delivered-To", "Sender", "X-Loop")
    more = [f"{name}: {value}" for name in names]
    return f"{header(*more, leave_out=('From', 'To', 'Return-Path'))}\r\nhello\r\n".encode()


def _many_domains() -> bytes:
    """Recipients of whom no two have a domain or a top-level domain in common."""
    others = ", ".join(f"r@x{n}.crowd{n}.example{n}" for n in range(2000))
    idn = ", ".join(f"r@ü{n}.exämple" for n in range(2000))
    return _field("Cc", f"{others}, {idn}\r\nTo: {idn}\r\nReply-To: {others}")


def _references(count: int = 100_000) -> bytes:
    ids = "\r\n ".join(f"<{n}@x>" for n in range(count))
    return _field("References", f"{ids}\r\nIn-Reply-To: {ids}")


def _parameters(one: str, name: str = "Content-Type", main: str = "text/plain") -> bytes:
    return _field(name, f"{main}{_fill(one, 60_000)}")


def _sections(count: int = 5000) -> bytes:
    pieces = "".join(f"; filename*{n}*=%41" for n in range(count))
    absurd = "; filename*999999999999*=x; filename*00000000001=y"
    return _field("Content-Disposition", f"attachment{absurd}{pieces}")


# Results of authentication, traces


def _results(count: int = 3000) -> bytes:
    results = ";\r\n ".join(f"dkim=fail header.d=x{n}.example header.s=s{n}" for n in range(count))
    return _on_top("Authentication-Results", f"mx.acme.example; {results}")


def _results_on_top(count: int = 900) -> bytes:
    lines = "Authentication-Results: mx.acme.example; dmarc=pass\r\n" * count
    return f"{lines}{header()}\r\nhello\r\n".encode()


def _denied_passes(fields: int = 50) -> bytes:
    """As many passes as denials, each of which is held against each."""
    one = "; ".join(
        f"dkim={'pass' if n % 2 else 'fail'} header.d=x.example header.s=s{n}" for n in range(95)
    )
    lines = f"Authentication-Results: mx.acme.example; {one}\r\n" * fields
    return f"{lines}{header()}\r\nhello\r\n".encode()


def _trace(count: int = 2000) -> bytes:
    hop = "Received: from a by b; Fri, 20 Nov 2026 16:00:00 +0000\r\n"
    seal = "ARC-Authentication-Results: i=1; x; dmarc=pass\r\n"
    return f"{(hop + seal) * (count // 2)}{header()}\r\nhello\r\n".encode()


# Texts


def _encoded(octets: bytes) -> bytes:
    return base64.b64encode(octets)


def _uuencoded() -> bytes:
    line = "M" + "0" * 60 + "\r\n"
    return _text("begin 644 file.bin\r\n" + _fill(line, 10 * MB) + "`\r\nend\r\n")


def _codecs() -> Iterator[tuple[str, bytes]]:
    """Charsets that are slow, dangerous, or none."""
    for label in (
        "utf-7",
        "punycode",
        "idna",
        "unicode_escape",
        "undefined",
        "bogus",
        "hex",
        "zip",
    ):
        yield label, b"+ADw-" * (BODY // 5)
    for label in ("iso-2022-jp", "iso-2022-kr", "iso-2022-jp-2", "hz"):
        yield label, b"\x1b$B\x1b(B~{~}" * (BODY // 10)
    yield "utf-16", b"\xff\xfe" + b"\x00\xd8" * (BODY // 2)
    yield "utf-32", b"\xff\xfe\x00\x00" + b"\xff\xff\xff\x7f" * (BODY // 4)
    yield "gb18030", b"\x81\x30\x81" * (BODY // 3)
    yield "big5", b"\xa1" * BODY


# The table


def _parts_traps() -> dict[str, Callable[[], bytes]]:
    return {
        "10,000 parts": lambda: hostile.many_parts(header()),
        "50,000 parts": lambda: hostile.many_parts(header(), 50_000),
        "parts 900 deep": lambda: hostile.deep(header(), 900),
        "parts 3,000 deep": lambda: hostile.deep(header()),
        "mails within mails": _nested_forwards,
        "boundaries that begin each other": _growing_boundaries,
        "delimiters that are none": _nearly_boundaries,
        "hundreds of parts on each level": _wide_levels,
        "choices within choices": _alternatives,
        "hundreds of HTML parts": _many_html_parts,
        "parts of fields": _part_headers,
    }


def _header_traps() -> dict[str, Callable[[], bytes]]:
    return {
        "a header of 200 KB": lambda: hostile.many_fields(header()),
        "a header of 10 MB": lambda: hostile.many_fields(header(), 10 * MB),
        "a header of a million lines": _million_lines,
        "a field of 200 KB, folded": lambda: hostile.long_field(header()),
        "a field folded a million times": _million_folds,
        "a million lines of no field": _garbage_lines,
        "no end of the header": _no_header_end,
        "a header of 8-bit octets": _8_bit_header,
        "marks without end": _marks,
        "lines that end in CR": _cr_only,
        "NUL": lambda: _text("\0" * BODY),
        "Subject, 15,000 times": lambda: _same_field("Subject"),
        "From, 10,000 times": lambda: _same_field("From", SENDER),
        "Content-Type, thousands": lambda: _same_field("Content-Type", "multipart/mixed"),
        "Return-Path, thousands": lambda: _same_field("Return-Path", f"<{SENDER}>"),
        "List-Id, thousands": lambda: _same_field("List-Id", "<x>"),
        "a Subject of 60 KB": lambda: _field("Subject", "re: " * 15_000),
        "a Message-ID of 60 KB": lambda: _field("Message-ID", "<" * 60_000),
        "dates": lambda: _same_field("Date", "Fri, 20 Nov 2026 16:00:00 +0000"),
        "a date of 60 KB": lambda: _field("Date", "Fri, " + "1" * 60_000),
        "a date of digits": lambda: _field("Date", "1" * 190 + ":1:1 " + "9" * 5),
        "a Received of 60 KB": lambda: _on_top("Received", ";" * 60_000),
        "an Auto-Submitted of 60 KB": lambda: _field("Auto-Submitted", "no(" * 20_000),
        "a Precedence of 60 KB": lambda: _field("Precedence", " ,;" * 20_000),
        "an X-Spam-Status of 60 KB": lambda: _on_top("X-Spam-Status", "Yes, score=" * 5500),
        "an X-Spamd-Result of 60 KB": lambda: _on_top("X-Spamd-Result", "A(0.00)[" * 7500),
    }


def _field_traps() -> dict[str, Callable[[], bytes]]:
    quotes, comments = '"' * 20_000, "(" * 20_000
    return {
        "5,000 recipients": lambda: hostile.many_addresses(header()),
        "40,000 recipients": lambda: hostile.many_addresses(header(), 40_000),
        "recipients of 4,000 domains": _many_domains,
        "20,000 quotes": lambda: _address_fields(quotes),
        "comments, 20,000 deep": lambda: _address_fields(comments),
        "comments, 1,000 deep, closed": lambda: _address_fields("(" * 1000 + ")" * 1000 + SENDER),
        "comments in a row": lambda: _address_fields("(a)" * 1300 + SENDER),
        "comments, many and short": lambda: _address_fields("(a" * 9000 + ")" * 9000 + ","),
        "groups": lambda: _address_fields("a:b@x.example;" * 4000),
        "groups within groups": lambda: _address_fields("a:" * 20_000 + "b@x.example;"),
        "angle brackets": lambda: _address_fields("<" * 20_000),
        "at signs": lambda: _address_fields("a@" * 2000),
        "dots": lambda: _address_fields("a." * 2000 + "@x"),
        "escapes": lambda: _address_fields('"' + "\\a" * 2000 + '" <a@x.example>'),
        "labels of a domain": lambda: _address_fields("a@" + "a." * 2000 + "example"),
        "a domain of marks": lambda: _address_fields("a@" + "\u0315\u0300" * 120 + ".example"),
        "a domain of xn--": lambda: _address_fields("a@" + "xn--a." * 40 + "example"),
        "routes": lambda: _address_fields("<" + "@a," * 1300 + ":a@x.example>"),
        "encoded words": lambda: _words("=?utf-8?Q?=C3=BC?="),
        "encoded words of base64": lambda: _words("=?utf-8?B?w7w=?="),
        "encoded words that never end": lambda: _words("=?utf-8?Q?"),
        "encoded words of question marks": lambda: _words("=?a?b?c?"),
        "encoded words of 64 KB": lambda: _words("=?utf-8?Q?" + "=41" * 19_000 + "?="),
        "encoded words of no charset": lambda: _words("=?x-unknown?B?a?="),
        "encoded words of utf-7": lambda: _words("=?utf-7?Q?+ADw-?="),
        "encoded words of iso-2022-jp": lambda: _words("=?iso-2022-jp?B?GyRCGyhC?="),
        "encoded words, each another charset": lambda: _field(
            "Subject", " ".join(f"=?cp{n}?Q?=FF?=" for n in range(4000))
        ),
        "100,000 References": _references,
        "References without ends": lambda: _field("References", "<a@" * 20_000),
        "5,000 parameters": lambda: _parameters("; a=b"),
        "parameters of quotes": lambda: _parameters('; a="\\'),
        "parameters that never are": lambda: _parameters("; a"),
        "parameters of blanks": lambda: _parameters("; " + " " * 70),
        "sections of a parameter": _sections,
        "sections without order": lambda: _parameters("; a*9*=b; a*0*=c'd'e"),
        "a boundary of 60 KB": lambda: _parameters("b", main="multipart/mixed; boundary="),
        "a type of 60 KB": lambda: _parameters("/a"),
        "a name of 8 KB": lambda: _field("Content-Type", 'x/y; name="' + "../" * 2700 + '"'),
    }


def _authentication_traps() -> dict[str, Callable[[], bytes]]:
    field = "Authentication-Results"
    return {
        "3,000 results": _results,
        "passes and denials": _denied_passes,
        "results on top, 900 times": _results_on_top,
        "results with comments": lambda: _on_top(field, "mx.acme.example; " + "(" * 60_000),
        "results with short comments": lambda: _on_top(field, "mx.acme.example; " + "(a)" * 20_000),
        "results with quotes": lambda: _on_top(field, 'mx.acme.example; a="' + '\\"' * 30_000),
        "results of equals signs": lambda: _on_top(field, "mx.acme.example; " + "a=" * 30_000),
        "results of semicolons": lambda: _on_top(field, "mx.acme.example" + ";" * 60_000),
        "results of words": lambda: _on_top(field, "mx.acme.example; " + "a " * 30_000),
        "results of blanks": lambda: _on_top(field, "mx.acme.example; a" + " " * 60_000 + "\\"),
        "properties": lambda: _on_top(field, "mx.acme.example; dkim=pass" + " header.d=a" * 5000),
        "2,000 hops": _trace,
    }


def _html_traps() -> dict[str, Callable[[], bytes]]:
    style = "<style>" + "a,.b,#c,d .e{display:none}" * 2500 + "</style>"
    return {
        "brackets and entities": lambda: hostile.brackets(header()),
        "10 MB of HTML": lambda: _html(_fill("<table><tr><td>cell</table>\r\n", 10 * MB)),
        "HTML 25,000 deep": lambda: _html(_fill("<div>", BODY)),
        "HTML of formatting": lambda: _html(_fill("<p><b><i>", BODY)),
        "HTML of wrong nesting": lambda: _html(_fill("<a><table><b></a>", BODY)),
        "HTML of tables": lambda: _html(_fill("<table><td>", BODY)),
        "HTML of lists": lambda: _html(_fill("<ul><li>x", BODY)),
        "HTML of selects": lambda: _html(_fill("<select><option>", BODY)),
        "HTML of templates": lambda: _html(_fill("<template>", BODY)),
        "HTML of svg": lambda: _html(_fill("<svg><desc>", BODY)),
        "HTML of ends": lambda: _html(_fill("</p></div>", BODY)),
        "HTML of quotes": lambda: _html(_fill("<blockquote type=cite>a", BODY)),
        "HTML of breaks": lambda: _html(_fill("<br>", BODY)),
        "HTML of pre": lambda: _html(_fill("<pre>\n\n", BODY)),
        "entities": lambda: _html(_fill("&lt;&amp;&#x41;", BODY)),
        "entities without ends": lambda: _html(_fill("&amp&CounterClockwiseContourIntegra", BODY)),
        "a DTD of entities": lambda: _html(
            "<!DOCTYPE x [" + '<!ENTITY a "&a;&a;">' * 6000 + "]><p>&a;"
        ),
        "attributes": lambda: _html("<p" + "".join(f" a{n}=b" for n in range(15_000)) + ">x"),
        "attributes of many tags": lambda: _html(_fill("<p a=b c=d e=f g=h i=j k=l>", BODY)),
        "attributes that never end": lambda: _html(_fill('<p a="', BODY)),
        "attributes of equals signs": lambda: _html("<p " + "=" * BODY),
        "tags that never end": lambda: _html(_fill("<a ", BODY)),
        "angle brackets alone": lambda: _html("<" * BODY),
        "comments that never end": lambda: _html(_fill("<!--", BODY)),
        "styles": lambda: _html(style + _fill("<p class='b e' id=c>x", 60_000)),
        "styles, one a tag": lambda: _html(
            "".join(f"<p style='color:#{n:06x};font-size:{n}px'>x" for n in range(2700))
        ),
        "styles of classes": lambda: _html(
            "<style>.a{display:none}</style>" + f"<p class='{'b ' * 900}'>x" * 70
        ),
        "styles without ends": lambda: _html("<style>" + _fill("a{display:none;/*", BODY)),
        "styles of declarations": lambda: _html("<p style='" + "a:b;" * 480 + "'>x" * 60),
        "style blocks": lambda: _html(_fill("<style>p{opacity:0}</style>", BODY)),
        "style braces": lambda: _html("<style>display:none" + "{" * 60_000),
        "style selectors": lambda: _html("<style>" + "a," * 30_000 + "b{display:none}</style>x"),
        "a data URL of 128 KB": lambda: _html("<img src='data:" + "A" * BODY + "'>"),
    }


def _text_traps() -> dict[str, Callable[[], bytes]]:
    towers = "".join(f"{'>' * (n % 400)} x\r\n" for n in range(640))
    encoded = {
        f"a text in {label}": lambda label=label, body=body: _sent_as(
            f"text/plain; charset={label}", "8bit", body
        )
        for label, body in _codecs()
    }
    return encoded | {
        "every line a quote": lambda: hostile.many_quotes(header()),
        "one line of 10 MB": lambda: _text("x" * 10 * MB),
        "one line of 10 MB of blanks": lambda: _text(" " * 10 * MB + "x"),
        "10 MB of lines": lambda: _text(_fill("line after line of some log\r\n", 10 * MB)),
        "empty lines": lambda: _text("\r\n" * 5 * MB),
        "towers of quotes": lambda: _text(towers),
        "one tower": lambda: _text(">" * BODY + " x"),
        "a tower with gaps": lambda: _text("> " * (BODY // 2) + "x"),
        "lines of one quote": lambda: _text(_fill(">\r\n", BODY)),
        "quotes and answers": lambda: _text(_fill("> a\r\nb\r\n", BODY)),
        "base64 without end": lambda: _sent_as("text/plain", "base64", b"QUFB" * (2500 * 1000)),
        "base64 that is none": lambda: _sent_as("text/plain", "base64", b"Q=!" * 40_000),
        "base64 of HTML": lambda: _sent_as("text/html", "base64", _encoded(b"<div>" * 19_000)),
        "quoted-printable": lambda: _sent_as("text/plain", "quoted-printable", b"=41" * 43_000),
        "quoted-printable of folds": lambda: _sent_as(
            "text/plain", "quoted-printable", b"a=\r\n" * 32_000
        ),
        "quoted-printable of blanks": lambda: _sent_as(
            "text/plain", "quoted-printable", b" " * BODY
        ),
        "uuencode": _uuencoded,
        "a PGP message": lambda: _text(_fill("-----BEGIN PGP MESSAGE-----\r\n", BODY)),
        "a text of marks": lambda: _text("a" + "\u0315\u0300" * (BODY // 4)),
        "a text of bidi controls": lambda: _text(_fill("\u202e\u2066", BODY)),
        "a text of emoji": lambda: _text(_fill("👩‍👩‍👧‍👦", BODY)),
        "a text of Han": lambda: _text(_fill("请问我的订单在哪里", BODY)),
        "a text of one word": lambda: _text(_fill("refund ", BODY)),
        "a text of anger": lambda: _text(_fill("I WANT TO SPEAK TO A MANAGER!!! ", BODY)),
        "a text of dates": lambda: _text(_fill("by 3 May 2026 10:00, 1.2.2026, ", BODY)),
        "a text of numbers": lambda: _text(_fill("1,234.56 EUR 0800 123456 ", BODY)),
        "a text of digits": lambda: _text("1" * BODY),
        "a text of addresses": lambda: _text(_fill("mail.a@x.example ", BODY)),
        "a text of links": lambda: _text(_fill("https://x.example/?a=b&c=d ", BODY)),
        "a text of questions": lambda: _text(_fill("where is it? ", BODY)),
        "a text of swear words": lambda: _text(_fill("f.u.c.k s*h*i*t ", BODY)),
        "a text of thousands of words": lambda: _text(" ".join(f"w{n:x}" for n in range(22_000))),
        "a text of signatures": lambda: _text(_fill("-- \r\nAnn\r\n", BODY)),
        "a text of rules": lambda: _text(_fill("_" * 32 + "\r\n", BODY)),
        "a text of forwards": lambda: _text(_fill("---- Forwarded message ----\r\n", BODY)),
        "a text of headers": lambda: _text(_fill("From: a\r\nSent: b\r\nTo: c\r\n", BODY)),
        "a text of attributions": lambda: _text(_fill("On 3 May 2026, Ann <a@x> wrote:\r\n", BODY)),
        "attributions that never end": lambda: _text(_fill("On 3 May 2026, Ann ", BODY)),
        "attributions, folded": lambda: _text(_fill("On 3 May 2026,\r\nAnn <a@x>\r\n", BODY)),
        "a text of deadlines": lambda: _text(_fill("within 3 business days until Friday ", BODY)),
        "a text of promises": lambda: _text(_fill("we will call you back tomorrow. ", BODY)),
    }


TRAPS: dict[str, Callable[[], bytes]] = {
    **_parts_traps(),
    **_header_traps(),
    **_field_traps(),
    **_authentication_traps(),
    **_html_traps(),
    **_text_traps(),
}


_READ = (
    "Authentication-Results", "Auto-Submitted", "Content-Disposition", "Content-Transfer-Encoding",
    "Content-Type", "Date", "Feedback-ID", "In-Reply-To", "List-Id", "List-Unsubscribe",
    "Message-ID", "Precedence", "Received", "References", "Reply-To", "X-Amavis-Alert",
    "X-Auto-Response-Suppress", "X-Forefront-Antispam-Report", "X-Gm-Spam", "X-Mailer",
    "X-Rspamd-Action", "X-Spam-Flag", "X-Spam-Score", "X-Spam-Status", "X-Spamd-Result",
    "X-UI-Filterresults", "X-Virus-Status",
)  # fmt: skip
"""Fields that something is read from, besides those with addresses."""


def _in_every_field(text: str) -> bytes:
    value = " ".join(text.split())[:2000] * 3
    fields = (f"{name}: {value}" for name in _READ)
    return header(*fields, leave_out=("Date", "Message-ID")).encode() + b"\r\nhello\r\n"


def pattern_traps() -> Iterator[tuple[str, bytes]]:
    """For each repetition in each regular expression of the core, a mail that feeds it (P17)."""
    for name, text in baits.baits():
        lines = "\r\n".join([text] * 40)
        long = baits.stretched(text, 60_000)
        for place, mail in (
            ("a text", _text(f"{long}\r\n{lines}")),
            ("lines", _text(_fill(f"{text}\r\n", BODY))),
            ("HTML", _html(f"<p>{long}")),
            ("every field", _in_every_field(text)),
            ("addresses", _address_fields(" ".join(text.split()) + f"\r\nSubject: {text}")),
        ):
            yield f"{name} in {place}", mail
