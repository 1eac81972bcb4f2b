from __future__ import annotations

from email.header import Header as StdHeader

import pytest

from inboxwatch.core.message.header import (
    MAX_FIELDS,
    MAX_VALUE,
    base64_octets,
    decode_words,
    read_header,
    split_octets,
)


@pytest.mark.parametrize(
    ("octets", "header", "body"),
    [
        (b"A: b\r\n\r\nbody\r\n", b"A: b\r\n", b"body\r\n"),
        (b"A: b\n\nbody\n", b"A: b\n", b"body\n"),
        (b"A: b\r\rbody\r", b"A: b\r", b"body\r"),
        (b"A: b\n\r\nbody", b"A: b\n", b"body"),
        (b"A: b\r\r\nC: d\r\r\n\r\r\nbody\r\r\n", b"A: b\r\r\nC: d\r\r\n", b"body\r\r\n"),
        (b"\r\r\nbody\r\r\n", b"", b"body\r\r\n"),
        (b"A: b\r\nC: d", b"A: b\r\nC: d", b""),
        (b"\r\nbody\r\n\r\nmore", b"", b"body\r\n\r\nmore"),
        (b"\nbody", b"", b"body"),
        (b"A: b\n\nfirst\r\n\r\nsecond", b"A: b\n", b"first\r\n\r\nsecond"),
        (b"", b"", b""),
    ],
)
def test_header_and_body_are_split_whatever_the_line_ends(
    octets: bytes, header: bytes, body: bytes
) -> None:
    assert split_octets(octets) == (header, body)


def test_fields_are_unfolded_and_all_instances_kept_in_order() -> None:
    header = read_header(b"X-A: one\r\n\ttwo\r\n three\r\nx-a : second\r\nB:\r\n")
    assert header.fields == {"x-a": ("one\ttwo three", "second"), "b": ("",)}
    assert header.defects == ()


def test_trace_keeps_the_order_between_different_fields() -> None:
    header = read_header(
        b"Authentication-Results: mx.example; spf=pass\nReceived: by a\nX-Mailer: m\n"
        b"ARC-Seal: i=1\nReceived: by b\nAuthentication-Results: other.example\n"
    )
    assert header.trace == (
        ("authentication-results", "mx.example; spf=pass"),
        ("received", "by a"),
        ("arc-seal", "i=1"),
        ("received", "by b"),
        ("authentication-results", "other.example"),
    )


@pytest.mark.parametrize("name", ["Date", "FROM", "Message-ID", "MIME-Version", "subject", "To"])
def test_results_below_the_writers_own_fields_are_no_trace(name: str) -> None:
    header = read_header(
        f"Received: by a\n{name}: x\nAuthentication-Results: mx.example; dmarc=pass\n"
        "X-Spam-Flag: YES\nReceived: by b\n".encode()
    )
    assert [one for one, _ in header.trace] == ["received", "x-spam-flag", "received"]
    assert "authentication-results" in header.fields


def test_a_bare_cr_does_not_begin_a_field_that_the_server_never_saw() -> None:
    header = read_header(b"Subject: x\rAuthentication-Results: mx.example; dmarc=pass\r\nA: b\r\n")
    assert "authentication-results" not in header.fields
    assert decode_words(header.first("subject")).startswith("x Authentication-Results")


def test_cr_before_the_end_of_a_line_is_no_part_of_a_value() -> None:
    assert read_header(b"A: b\r\r\n c\r\r\r\nD: e\r\r\n").fields == {"a": ("b c",), "d": ("e",)}


@pytest.mark.parametrize("character", ["\u037e", "\u1fef", "\u212a"])
def test_nothing_in_a_header_becomes_ascii_that_was_not_written_so(character: str) -> None:
    octets = f"A{character}: b\nA: e\u0301{character}u\u0308{character}\n".encode()
    assert read_header(octets).fields == {"a": (f"é{character}ü{character}",)}


def test_a_mail_with_cr_alone_is_read() -> None:
    assert read_header(b"A: b\r c\rD: e\r").fields == {"a": ("b c",), "d": ("e",)}


@pytest.mark.parametrize(
    ("octets", "value"),
    [
        ("Subject: Grüße\r\n".encode(), "Grüße"),
        ("Subject: Grüße\r\n".encode("latin-1"), "Grüße"),
        (b"X: \xff\r\nSubject: Gr\xc3\xbc\xc3\x9fe\r\n", "Grüße"),
    ],
)
def test_eight_bit_headers_are_utf_8_or_else_latin_1(octets: bytes, value: str) -> None:
    header = read_header(octets)
    assert header.first("subject") == value
    assert header.defects == ("8-bit-header",)


@pytest.mark.parametrize(
    ("octets", "defect"),
    [
        (b"A: b\r\nB: \0\r\n", "nul"),
        (b"no colon here\r\nA: b\r\n", "header-garbage"),
        (b" begins folded\r\nA: b\r\n", "header-garbage"),
        (b"a name: b\r\nA: b\r\n", "header-garbage"),
        (b"A: b\r\n" * (MAX_FIELDS + 1), "header-truncated"),
        (b"A: b\r\nB: " + b"x" * (MAX_VALUE + 1), "header-truncated"),
        (b"A: b\r\n" + b"B: c\r\n" * 100_000, "header-truncated"),
    ],
)
def test_faulty_headers_lose_nothing_else(octets: bytes, defect: str) -> None:
    header = read_header(octets)
    assert defect in header.defects
    assert header.fields["a"][0] == "b"


def test_an_mbox_line_is_no_defect() -> None:
    assert read_header(b"From ann@x.example Mon Nov 16 09:00:00 2026\nA: b\n").defects == ()


@pytest.mark.parametrize(
    ("text", "decoded"),
    [
        ("plain", "plain"),
        ("=?utf-8?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("=?UTF-8?b?R3LDvMOfZQ==?= Ann", "Grüße Ann"),
        ("=?utf-8?q?a_b?= =?utf-8?q?c?=", "a bc"),
        ("=?utf-8?b?8J+Y?= =?utf-8?b?gA==?=", "\U0001f600"),
        ("=?utf-8?q?a?= x =?utf-8?q?b?=", "a x b"),
        ("=?iso-8859-1?q?=E4?= =?utf-8?q?=C3=A4?=", "ää"),
        ("=?utf-8*de?q?=C3=A4?=", "ä"),
        ("=?utf-8?B?a?=", ""),
        ("=?utf-8?B?R3LDvMOfZQ?=", "Grüße"),
        ("=?utf-8?B?!!!?=", "=?utf-8?B?!!!?="),
        ("=?x-unknown?B?R3LDvMOfZQ==?=", "Grüße"),
        ("=?utf-8?Q?=ff?=", "\ufffd"),
        ("=?utf-8?Q?=C3=A4=ff?=", "ä\ufffd"),
        ("hi =?UTF-8?Q?=0A?=Bcc: x", "hi Bcc: x"),
        ("=?utf-8?q?a=00b?=", "a b"),
        ("=?utf-8?q?unclosed", "=?utf-8?q?unclosed"),
        ("=?utf-8?x?a?=", "=?utf-8?x?a?="),
        ("=?unicode_escape?q?=5Cud800?=", "\\ud800"),
    ],
)
def test_encoded_words(text: str, decoded: str) -> None:
    assert decode_words(text) == decoded


@pytest.mark.parametrize("text", ["Grüße aus Köln", "日本語の件名" * 10, "Ж" * 200, "a" * 300])
@pytest.mark.parametrize("label", ["utf-8", "iso-8859-5", "gb18030"])
def test_encoded_words_of_the_standard_library_are_read_back(text: str, label: str) -> None:
    try:
        text.encode(label)
    except UnicodeEncodeError:
        label = "utf-8"
    assert decode_words(StdHeader(text, label).encode().replace("\n", "")) == text


@pytest.mark.parametrize(
    ("octets", "decoded"),
    [
        (b"SGVsbG8=", b"Hello"),
        (b"SGVs\r\nbG8=\r\n", b"Hello"),
        (b"SGVsbG8", b"Hello"),
        (b"SGVsbG8=\r\n-- \r\na list's footer", b"Hello"),
        (b"SGVsb", b"Hel"),
        (b"", b""),
        (b"This is no base64, is it?", None),
    ],
)
def test_base64_that_was_cut_or_is_none(octets: bytes, decoded: bytes | None) -> None:
    assert base64_octets(octets) == decoded


def test_a_header_as_long_as_what_is_read_of_one_may_go_on() -> None:
    assert "header-truncated" in read_header(b"A: " + b"x" * (256 * 1024 - 3)).defects
    assert "header-truncated" not in read_header(b"A: b\r\n").defects
