from __future__ import annotations

import io
import os
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inboxwatch.mail.files import (
    BODY_LIMIT,
    HEADER_LIMIT,
    Unreadable,
    read_mails,
    split,
)
from inboxwatch.model.message import RawMessage, Role

MTIME = datetime(2026, 3, 1, 12, tzinfo=UTC)
RECEIVED = (
    b"Received: from a.example by mx.acme.example; Sat, 21 Nov 2026 20:14:00 +0100\n"
    b"Received: from b.example by a.example; Fri, 20 Nov 2026 01:00:00 +0000\n"
)
DATE = b"Date: Thu, 19 Nov 2026 10:00:00 +0200\n"
MAIL = b"From: ann@customer.example\nSubject: Hi\n\nHello.\n"


def write(path: Path, octets: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(octets)
    os.utime(path, (MTIME.timestamp(), MTIME.timestamp()))
    return path


def mails(path: Path, role: Role = Role.INBOX) -> list[RawMessage]:
    found = list(read_mails(path, role=role))
    assert all(isinstance(mail, RawMessage) for mail in found), found
    return [mail for mail in found if isinstance(mail, RawMessage)]


# A single mail


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_a_single_mail(tmp_path: Path, end: bytes) -> None:
    octets = MAIL.replace(b"\n", end)
    path = write(tmp_path / "0001.eml", octets)
    (mail,) = mails(path, Role.JUNK)
    assert mail.source == str(path)
    assert mail.role is Role.JUNK
    assert mail.header == b"From: ann@customer.example" + end + b"Subject: Hi" + end
    assert mail.body == b"Hello." + end
    assert mail.size == len(octets)
    assert (mail.flags, mail.ref) == (frozenset(), None)


@pytest.mark.parametrize(
    ("header", "when"),
    [
        (RECEIVED + DATE, datetime(2026, 11, 21, 20, 14, tzinfo=timezone(timedelta(hours=1)))),
        (DATE + RECEIVED, datetime(2026, 11, 21, 20, 14, tzinfo=timezone(timedelta(hours=1)))),
        (DATE, datetime(2026, 11, 19, 10, tzinfo=timezone(timedelta(hours=2)))),
        (b"Received: nonsense\n" + DATE, datetime(2026, 11, 19, 8, tzinfo=UTC)),
        (b"Received: by x;\n\tSat, 21 Nov 2026\n 20:14:00 +0000 (UTC)\n", None),
        (b"Date: Thu, 19 Nov 2026 10:00:00 -0000\n", datetime(2026, 11, 19, 10, tzinfo=UTC)),
        (b"X-Date: Thu, 19 Nov 2026 10:00:00 +0000\n", MTIME),
        (b"Date: Thu, 99 Nov 2026 10:00:00 +9999\n", MTIME),
        (b"Date: Fri, 31 Dec 9999 23:59:59 -2300\n", MTIME),
        (b"Date: \xff\xfe\x00\n", MTIME),
        (b"", MTIME),
    ],
)
@pytest.mark.parametrize("end", [b"\n", b"\r"])
def test_when_it_was_received(
    tmp_path: Path, header: bytes, when: datetime | None, end: bytes
) -> None:
    octets = b"A: b\n" + header + b"\nbody"
    (mail,) = mails(write(tmp_path / "m.eml", octets.replace(b"\n", end)))
    assert mail.received == (when or datetime(2026, 11, 21, 20, 14, tzinfo=UTC))
    assert mail.received is not None
    assert mail.received.tzinfo is not None


def test_a_date_in_the_body_is_not_the_mails(tmp_path: Path) -> None:
    (mail,) = mails(write(tmp_path / "m.eml", b"A: b\n\n" + DATE))
    assert mail.received == MTIME


@pytest.mark.parametrize(
    ("octets", "header", "body"),
    [
        (b"", b"", b""),
        (b"\n\nbody", b"", b"\nbody"),
        (b"\r\nbody", b"", b"body"),
        (b"A: b", b"A: b", b""),
        (b"A: b\n\n", b"A: b\n", b""),
        (b"A: b\r\n\r\nbody", b"A: b\r\n", b"body"),
        (b"A: b\n\r\nbody", b"A: b\n", b"body"),
        (b"From x Sat Nov 21 20:14:00 2026\nA: b\n\nbody", b"A: b\n", b"body"),
        (b"From the start\nA: b\n\nbody", b"From the start\nA: b\n", b"body"),
        (b"From x Sat Nov 21 20:14:00 2026\n\nbody", b"", b"body"),
        (b"\r\rbody", b"", b"\rbody"),
        (b"A: b\r", b"A: b\r", b""),
        (b"A: b\r\rbody\r\rmore", b"A: b\r", b"body\r\rmore"),
        (b"From x Sat Nov 21 20:14:00 2026\rA: b\r\rbody", b"A: b\r", b"body"),
        (b"From me\rSat Nov 21 20:14:00\r\rb", b"From me\rSat Nov 21 20:14:00\r", b"b"),
        (b"A: b\r\rB: c\n\nbody", b"A: b\r\rB: c\n", b"body"),
    ],
)
def test_splitting(octets: bytes, header: bytes, body: bytes) -> None:
    assert split(octets)[:2] == (header, body)


@given(
    st.binary(max_size=400)
    | st.lists(st.sampled_from([b"\r", b"\n", b"A: b", b"From "])).map(b"".join)
)
@settings(max_examples=300, deadline=None)
def test_splitting_loses_nothing_but_the_empty_line(octets: bytes) -> None:
    header, body, skipped = split(octets)
    rest = octets[skipped:]
    assert rest.startswith(header)
    assert rest.endswith(body)
    empty = rest[len(header) : len(rest) - len(body)]
    assert empty in {b"", b"\r"} or (empty.endswith(b"\n") and not empty[:-1].strip(b"\r"))


def test_a_huge_mail_is_cut_and_its_size_is_true(tmp_path: Path) -> None:
    octets = b"A: " + b"x" * 100 + b"\n\n" + b"y" * 3_000_000
    (mail,) = mails(write(tmp_path / "m.eml", octets))
    assert len(mail.body) == BODY_LIMIT
    assert mail.size == len(octets)
    (mail,) = mails(write(tmp_path / "n.eml", b"A: " + b"x" * 3_000_000))
    assert (len(mail.header), mail.body) == (HEADER_LIMIT, b"")


def test_a_saved_mail_with_a_from_line_stays_one_mail(tmp_path: Path) -> None:
    octets = b"From x@y.example  Sat Nov 21 20:14:00 2026\n" + MAIL
    (mail,) = mails(write(tmp_path / "m.eml", octets))
    assert mail.source.endswith("m.eml")
    assert mail.received == datetime(2026, 11, 21, 20, 14, tzinfo=UTC)
    assert mail.header.startswith(b"From: ann")
    assert mail.size == len(MAIL)


# mbox


def test_an_mbox(tmp_path: Path) -> None:
    path = write(
        tmp_path / "old.mbox",
        b"From ann@customer.example Sat Nov 21 20:14:00 2026\n"
        + MAIL
        + b">From the start\n>>From twice\nFrom here on\n> From quoted\n\n"
        + b"From  - Sun Nov 22 01:02:03 2026 +0100\r\n"
        + b"Subject: second\r\n\r\nOne.\r\n\r\nFrom now on\r\n\r\n"
        + b"From MAILER-DAEMON Mon Nov 23 00:00:00 CET 2026\n"
        + DATE
        + b"\nthird",
    )
    first, second, third = mails(path)
    assert [m.source for m in (first, second, third)] == [f"{path}#{n}" for n in (1, 2, 3)]
    assert first.received == datetime(2026, 11, 21, 20, 14, tzinfo=UTC)
    assert first.body == b"Hello.\nFrom the start\n>From twice\nFrom here on\n> From quoted\n"
    assert second.received == datetime(2026, 11, 22, 0, 2, 3, tzinfo=UTC)
    assert second.body == b"One.\r\n\r\nFrom now on\r\n"
    assert second.size == len(second.header) + 2 + len(second.body)
    assert third.body == b"third"
    assert third.received is not None


def test_an_mbox_whose_lines_end_in_cr_alone(tmp_path: Path) -> None:
    octets = (
        b"From ann@customer.example Sat Nov 21 20:14:00 2026\n"
        + MAIL
        + b">From the start\nFrom here on\n\n"
        + b"From bob@customer.example Sun Nov 22 20:14:00 2026\n"
        + b"Subject: second\n\n"
        + b"x" * 70_000
        + b"\n\n"
        + b"From bob@customer.example Mon Nov 23 20:14:00 2026\n"
        + DATE
        + b"\nthird"
    )
    path = write(tmp_path / "old.mbox", octets.replace(b"\n", b"\r"))
    first, second, third = mails(path)
    assert [mail.source for mail in (first, second, third)] == [f"{path}#{n}" for n in (1, 2, 3)]
    assert first.header == b"From: ann@customer.example\rSubject: Hi\r"
    assert first.body == b"Hello.\rFrom the start\rFrom here on\r"
    assert first.received == datetime(2026, 11, 21, 20, 14, tzinfo=UTC)
    assert (second.header, second.body) == (b"Subject: second\r", b"x" * 70_000 + b"\r")
    assert (third.header, third.body) == (DATE.replace(b"\n", b"\r"), b"third")


def test_a_mail_of_cr_alone_that_begins_like_an_mbox(tmp_path: Path) -> None:
    octets = b"From me\rDate: Sat Nov 21 20:14:00 2026\r\rbody"
    (mail,) = mails(write(tmp_path / "mail.txt", octets))
    assert (mail.source, mail.body) == (str(tmp_path / "mail.txt"), b"body")


def test_an_mbox_whose_from_line_has_no_date_that_counts(tmp_path: Path) -> None:
    path = write(tmp_path / "m.mbox", b"From x Sat Nov 99 20:14:00 2026\n" + DATE + b"\nbody\n")
    (mail,) = mails(path)
    assert mail.received == datetime(2026, 11, 19, 8, tzinfo=UTC)


def test_a_large_mbox_is_never_in_memory(tmp_path: Path) -> None:
    import tracemalloc  # noqa: PLC0415 - only here

    one = b"From x Sat Nov 21 20:14:00 2026\nA: b\n\n" + (b"y" * 999 + b"\n") * 3000 + b"\n"
    path = tmp_path / "big.mbox"
    with path.open("wb") as stream:
        for _ in range(10):
            stream.write(one)
        stream.write(b"From x Sat Nov 21 20:14:00 2026\nA: b\n\n" + b"z" * 5_000_000)
    tracemalloc.start()
    sizes = [
        mail.size for mail in read_mails(path, role=Role.INBOX) if isinstance(mail, RawMessage)
    ]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sizes == [3_000_006] * 10 + [5_000_006]
    assert peak < 4_000_000


# Maildir and folders


def test_a_maildir(tmp_path: Path) -> None:
    box = tmp_path / "Maildir"
    (box / "tmp").mkdir(parents=True)
    write(box / "tmp" / "000.M1.host", b"half")
    write(box / "cur" / "2.M1.host:2,RSx", RECEIVED + MAIL)
    write(box / "cur" / "1.M1.host:2,", MAIL)
    write(box / "new" / "3.M1.host", b"From x Sat Nov 21 20:14:00 2026\n" + MAIL)
    write(box / "new" / ".hidden", MAIL)
    found = mails(box)
    assert [Path(mail.source).name for mail in found] == [
        "1.M1.host:2,",
        "2.M1.host:2,RSx",
        "3.M1.host",
    ]
    assert [mail.flags for mail in found] == [
        frozenset(),
        frozenset({"\\Answered", "\\Seen"}),
        frozenset(),
    ]
    assert [mail.received for mail in found[:2]] == [MTIME, MTIME]


def test_a_folder_in_the_order_of_names(tmp_path: Path) -> None:
    for name in ("b/2.eml", "b/1.EML", "a/9.eml", "0.eml", "note.txt", "c/x.eml.bak"):
        write(tmp_path / name, MAIL)
    assert [Path(mail.source).relative_to(tmp_path).as_posix() for mail in mails(tmp_path)] == [
        "0.eml",
        "a/9.eml",
        "b/1.EML",
        "b/2.eml",
    ]


def test_a_folder_without_mail_says_so(tmp_path: Path) -> None:
    (found,) = read_mails(tmp_path, role=Role.INBOX)
    assert isinstance(found, Unreadable)
    assert ".eml" in found.error


def test_what_cannot_be_read_does_not_stop_the_next(tmp_path: Path) -> None:
    write(tmp_path / "1.eml", MAIL)
    (tmp_path / "2.eml").symlink_to(tmp_path / "gone")
    (tmp_path / "3.eml").mkdir()
    os.mkfifo(tmp_path / "4.eml")
    write(tmp_path / "5.eml", MAIL)
    found = list(read_mails(tmp_path, role=Role.INBOX))
    assert [type(mail).__name__ for mail in found] == [
        "RawMessage",
        "Unreadable",
        "Unreadable",
        "RawMessage",
    ]
    assert [mail.error for mail in found if isinstance(mail, Unreadable)] == [
        "No such file or directory",
        "it is not a regular file",
    ]


@pytest.mark.parametrize("name", ["none.eml", "none.mbox", "none", "nul\0.eml"])
def test_a_path_that_is_not_there(tmp_path: Path, name: str) -> None:
    (found,) = read_mails(tmp_path / name, role=Role.INBOX)
    assert isinstance(found, Unreadable)
    assert found.error


# Standard input


def standard_input(monkeypatch: pytest.MonkeyPatch, octets: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(octets)))


@pytest.mark.parametrize("path", ["-", Path("-")])
def test_standard_input(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    standard_input(monkeypatch, MAIL)
    (mail,) = read_mails(path, role=Role.JUNK, at=at)
    assert isinstance(mail, RawMessage)
    assert (mail.source, mail.received, mail.size) == ("-", at, len(MAIL))
    assert mail.body == b"Hello.\n"


def test_an_mbox_on_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    standard_input(monkeypatch, (b"From x Sat Nov 21 20:14:00 2026\n" + MAIL + b"\n") * 2)
    assert [mail.source for mail in read_mails("-", role=Role.INBOX)] == ["-#1", "-#2"]


def test_nothing_on_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    standard_input(monkeypatch, b"")
    (mail,) = read_mails("-", role=Role.INBOX)
    assert isinstance(mail, RawMessage)
    assert (mail.header, mail.body, mail.received, mail.size) == (b"", b"", None, 0)
