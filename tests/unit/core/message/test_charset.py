from __future__ import annotations

import time
import unicodedata

import pytest

from inboxwatch.core.message import charset


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("utf-8", "utf-8"),
        ("UTF8", "utf-8"),
        (' "utf-8" ', "utf-8"),
        ("iso-8859-1", "cp1252"),
        ("latin1", "cp1252"),
        ("us-ascii", "ascii"),
        ("gb2312", "gb18030"),
        ("ks_c_5601-1987", "euc_kr"),
        ("windows-1251", "cp1251"),
        ("koi8-r", "koi8-r"),
        ("iso-2022-jp", "iso2022_jp"),
        ("Shift_JIS", "cp932"),
    ],
)
def test_known_charsets(label: str, codec: str) -> None:
    assert charset.codec(label) == codec


@pytest.mark.parametrize(
    "label",
    [
        "utf-7",
        "punycode",
        "idna",
        "unicode_escape",
        "raw_unicode_escape",
        "undefined",
        "rot13",
        "base64",
        "zlib",
        "bogus",
        "",
        "utf-8\0",
        "../../etc/passwd",
        "x" * 1000,
        "ü",
    ],
)
def test_no_other_charset_is_used(label: str) -> None:
    assert charset.codec(label) is None
    assert charset.decode("Grüße +ADw-".encode(), label) == "Grüße +ADw-"


@pytest.mark.parametrize(
    ("octets", "label", "text"),
    [
        ("Grüße".encode(), "", "Grüße"),
        ("Grüße".encode("latin-1"), "", "Grüße"),
        ("Grüße".encode(), "us-ascii", "Grüße"),
        (b"\x93quoted\x94", "iso-8859-1", "\u201cquoted\u201d"),
        (b"\xff\xfe", "utf-8", "\ufffd\ufffd"),
        ("привет".encode("koi8-r"), "koi8-r", "привет"),
        ("日本".encode("iso2022_jp"), "iso-2022-jp", "日本"),
        (b"\x00", "utf-16", "\ufffd"),
    ],
)
def test_decode(octets: bytes, label: str, text: str) -> None:
    assert charset.decode(octets, label) == text


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("a\r\nb\rc\n", "a\nb\nc\n"),
        ("a\0b\x1b[31mc", "ab[31mc"),
        ("re\u200bfund\u00ad", "refund"),
        ("A\ud800B", "A?B"),
        ("e\u0301", "é"),
        ("a\u2028b\u0085c", "a\nb\nc"),
        ("tab\tstays", "tab\tstays"),
        ("\N{FAMILY}\u200d\N{GIRL}", "\N{FAMILY}\u200d\N{GIRL}"),
    ],
)
def test_sane_text(text: str, clean: str) -> None:
    assert charset.sane(text) == clean


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\r\n b\tc", "a b c"),
        ("hi\nBcc: x@y.example", "hi Bcc: x@y.example"),
        ("x\u202egpj.exe", "xgpj.exe"),
        ("a\u2029b\x85c\x00d", "a b c d"),
        ("  a  ", "a"),
    ],
)
def test_one_line(text: str, line: str) -> None:
    assert charset.one_line(text) == line


def test_runs_of_combining_marks_take_linear_time() -> None:
    text = "a" + "\u0315\u0300" * 50_000
    start = time.process_time()
    normal = charset.normalise(text)
    assert time.process_time() - start < 1
    assert unicodedata.is_normalized("NFC", normal)
    assert len(normal) < 40
