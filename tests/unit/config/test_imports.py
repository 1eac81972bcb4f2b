"""Customer lists to be imported: every format, every encoding, and whatever is wrong with them."""

from __future__ import annotations

import csv
import os
from io import StringIO
from typing import TYPE_CHECKING

import pytest

from inboxwatch.config.imports.csv_rows import MAX_ROW_LINES, read_csv
from inboxwatch.config.imports.lines import MAX_LINE, Lines, open_lines
from inboxwatch.config.imports.reading import MAX_CELL, Intake, read_customers
from inboxwatch.model.customer import Customer

if TYPE_CHECKING:
    from pathlib import Path

    from inboxwatch.errors import Problem

VCARD = """\
BEGIN:VCARD\r
VERSION:4.0\r
UID:urn:uuid:17\r
N:Shaw;Ann;;;\r
FN:Ann Sh\r
 aw\r
item1.EMAIL;TYPE="home,work";PREF=1:Ann@Shaw.example\r
EMAIL:ann.shaw@mail.example\r
CATEGORIES:press,early\r
LANG;PREF=1:en\r
TZ:Europe/London\r
NOTE:Likes tea\\nand\\, at times\\, cake\r
END:VCARD\r
"""


def taken(
    path: Path, content: str | bytes, *, encoding: str = "utf-8"
) -> tuple[list[Customer], list[Problem]]:
    """The customers and the problems of a file with this content."""
    octets = content.encode(encoding) if isinstance(content, str) else content
    file = path / "customers"
    file.write_bytes(octets)
    problems: list[Problem] = []
    return [one for _, one in read_customers(file, problems.append)], problems


def told(problems: list[Problem]) -> list[tuple[int | None, str]]:
    return [(one.line, one.message) for one in problems]


def test_a_row_of_csv_is_a_customer_as_in_the_configuration(tmp_path: Path) -> None:
    found, problems = taken(
        tmp_path,
        "id,name,email,domain,vip,tags,language,timezone,notes,no_replies\n"
        'c-1,Ann  Shaw,"Ann@Shaw.example; a@x.example",shaw.example,yes,"press; early",en,'
        'Europe/London,"one\ntwo",yes\n',
    )
    assert problems == []
    assert found == [
        Customer(
            "c-1",
            "Ann Shaw",
            ("ann@shaw.example", "a@x.example"),
            ("shaw.example",),
            vip=True,
            tags=("press", "early"),
            language="en",
            timezone="Europe/London",
            notes="one\ntwo",
            no_replies=True,
        )
    ]


def test_an_object_of_json_lines_is_the_same(tmp_path: Path) -> None:
    found, problems = taken(
        tmp_path,
        '{"id": 17, "name": "Ann Shaw", "emails": ["Ann@Shaw.example", "a@x.example"],'
        ' "domain": "shaw.example", "vip": true, "tags": ["press"], "language": "en",'
        ' "notes": null, "no_replies": false, "segment": {"of": "theirs"}}\n'
        "\n"
        '{"email": "bob@x.example"}',
    )
    assert problems == []
    assert found == [
        Customer(
            "17",
            "Ann Shaw",
            ("ann@shaw.example", "a@x.example"),
            ("shaw.example",),
            vip=True,
            tags=("press",),
            language="en",
        ),
        Customer("bob@x.example", "", ("bob@x.example",)),
    ]


def test_a_vcard_is_a_customer(tmp_path: Path) -> None:
    found, problems = taken(tmp_path, VCARD)
    assert problems == []
    assert found == [
        Customer(
            "urn:uuid:17",
            "Ann Shaw",
            ("ann@shaw.example", "ann.shaw@mail.example"),
            tags=("press", "early"),
            language="en",
            timezone="Europe/London",
            notes="Likes tea\nand, at times, cake",
        )
    ]


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        ("N:Shaw;Ann;;;", "Ann Shaw"),
        (r"N:Sh\;aw;Ann\, Dr;;;", "Ann, Dr Sh;aw"),
        ("ORG:Acme;Support", "Acme"),
        ("FN:", ""),
        (r"FN:back\\slash\\", "back\\slash\\"),
        ('fn;x="a:b;c":Ann', "Ann"),
    ],
)
def test_a_vcard_without_fn_has_the_name_it_has(tmp_path: Path, lines: str, name: str) -> None:
    card = f"BEGIN:VCARD\nVERSION:3.0\n{lines}\nEMAIL:a@x.example\nEND:VCARD\n"
    (found,), problems = taken(tmp_path, card)
    assert (found.id, found.name, problems) == ("a@x.example", name, [])


def test_what_is_wrong_with_a_vcard_costs_that_card(tmp_path: Path) -> None:
    old = "BEGIN:VCARD\nVERSION:2.1\nFN:Old\nEMAIL:o@x.example\nEND:VCARD\n"
    encoded = VCARD.replace("NOTE:", "NOTE;ENCODING=QUOTED-PRINTABLE:")
    bare = "BEGIN:VCARD\nVERSION:3.0\nFN:Nobody\nTEL:1\nEND:VCARD\n"
    versionless = "BEGIN:VCARD\nFN:x\nEND:VCARD\n"
    group = "BEGIN:VCARD\nVERSION:4.0\nKIND:group\nUID:g\nFN:Friends\nEND:VCARD\n"
    unfinished = "BEGIN:VCARD\nVERSION:3.0\nEMAIL:u@x.example\n"
    found, problems = taken(
        tmp_path, old + encoded + bare + versionless + group + unfinished + VCARD + unfinished
    )
    assert [one.name for one in found] == ["Ann Shaw"]
    assert told(problems) == [
        (1, "the card is of version '2.1'"),
        (6, "NOTE is written as in vCard 2.1"),
        (19, "the row has neither an id nor an address"),
        (24, "the card has no VERSION"),
        (33, "the card has no END:VCARD"),
        (49, "the card has no END:VCARD"),
    ]


def test_a_photo_is_passed_over_however_long_its_line_is(tmp_path: Path) -> None:
    photo = f"PHOTO;ENCODING=b:{'A' * 3 * MAX_LINE}\r\n"
    (found,), problems = taken(tmp_path, VCARD.replace("NOTE:", f"{photo}NOTE:"))
    assert (found.id, problems) == ("urn:uuid:17", [])
    assert found.notes.startswith("Likes tea")


@pytest.mark.parametrize(
    "line",
    [
        "[1]",
        "x",
        '{"email": "a@x.example"',
        "[" * 100_000,
        '{"email": "\ud800"}'.encode("utf-8", "surrogatepass"),
        '{"email": {"of": "x"}}',
        '{"email": [1]}',
        '{"emial": "a@x.example"}',
        '{"vip": "perhaps", "email": "a@x.example"}',
        '{"name": "Ann"}',
        b'{"name": "J\xf6rg", "email": "a@x.example"}',
        '{"name": "' + "x" * 2 * MAX_LINE + '", "email": "a@x.example"}',
    ],
)
def test_a_line_of_json_that_is_wrong_costs_itself(tmp_path: Path, line: str | bytes) -> None:
    octets = line if isinstance(line, bytes) else line.encode()
    before, behind = '{"name": "Jürgen", "email": "b@x.example"}\n', '\n{"email": "c@x.example"}\n'
    found, problems = taken(tmp_path, before.encode() + octets + behind.encode())
    assert [one.id for one in found] == ["b@x.example", "c@x.example"]
    assert found[0].name == "Jürgen"
    assert [one.line for one in problems] == [2]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("c-2,x,not an address,", "'not' is not an address"),
        (",x,,", "the row has neither an id nor an address"),
        ("c-2,x,a@x.example,,,", None),
        ("c-2,x,a@x.example,,,more", "the row has more cells than the header"),
        ("c-2,\0,a@x.example,", "name holds a character that is none to read"),
        ("c-2,\x1b[31mx,a@x.example,", "name holds a character that is none to read"),
        (f"c-2,{'x' * MAX_CELL}x,a@x.example,", "name has 20,001 characters"),
        (f"c-2,{'x' * 15_000},a@x.example,{'y' * 15_000}", "the row has more than 20,000"),
        (f"c-2,{'x' * 200_000},a@x.example,", "not CSV: field larger than field limit"),
        (f"c-2,{'x,' * MAX_LINE}", "the row has more cells than the header"),
        ('c-2,"x"y,a@x.example,', "not CSV: ',' expected after '\"'"),
        ('c-2,"never closed,a@x.example,', "a quote is opened here and not closed"),
        ("c-2,x,a@x.example,gmail.com", "gmail.com is a public mail provider"),
    ],
)
def test_a_row_of_csv_that_is_wrong_costs_itself(
    tmp_path: Path, row: str, message: str | None
) -> None:
    before, behind = "id,name,email,domain\nc-1,Ann,ann@x.example,\n", "\nc-3,Cy,cy@x.example,\n"
    found, problems = taken(tmp_path, before + row + behind)
    ids = [one.id for one in found]
    assert ids == (["c-1", "c-3"] if message else ["c-1", "c-2", "c-3"])
    assert [one.line for one in problems[:1]] == ([3] if message else [])
    assert all(one.message.startswith(message or "") for one in problems[:1])


def test_a_quote_that_is_never_closed_costs_no_other_row(tmp_path: Path) -> None:
    rows = [f"c-{number},x,a{number}@x.example" for number in range(200)]
    rows[20] = 'c-20,"x,a20@x.example'
    found, problems = taken(tmp_path, "\n".join(("id,name,email", *rows)))
    assert len(found) == 199
    assert told(problems) == [(22, "a quote is opened here and not closed")]


@pytest.mark.parametrize("header", ["", "name,phone", "id,emial", "id,id", '"' + "x" * 200_000])
def test_a_header_that_names_nothing_is_a_problem(tmp_path: Path, header: str) -> None:
    found, problems = taken(tmp_path, f"{header}\nc-1,a@x.example\n")
    assert found == []
    assert problems[0].line == 1


@pytest.mark.parametrize("wrong", [b"x", b"\x00\xd8", b"\x00\xdc"], ids=["cut", "high", "low"])
def test_what_is_no_utf_16_costs_its_own_row(tmp_path: Path, wrong: bytes) -> None:
    good = "id,name\nc-1,Ann\nc-2,".encode("utf-16-le")
    rest = b"" if wrong == b"x" else "\nc-3,Bo\n".encode("utf-16-le")
    found, problems = taken(tmp_path, b"\xff\xfe" + good + wrong + rest)
    assert [one.id for one in found] == (["c-1", "c-3"] if rest else ["c-1"])
    assert told(problems) == [(3, "name holds a character that is none to read")]


def test_of_an_open_quote_no_line_is_read_more_than_twice(tmp_path: Path) -> None:
    lines, read = 2000, 0

    class Counted(Lines):
        def __next__(self) -> str:
            nonlocal read
            read += 1
            return super().__next__()

    text = StringIO('id,email\nc-1,"' + "x\n" * lines)
    found = list(read_csv(Counted(text), Intake(tmp_path, lambda _: None)))
    assert len(found) == lines - 1
    assert read <= lines + MAX_ROW_LINES + 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_encoding_separator_and_line_end(
    tmp_path: Path, encoding: str, separator: str, end: str
) -> None:
    rows = (("id", "name", "email"), ("c-1", "Jörg Müßig", "j@x.example"))
    text = end.join(separator.join(row) for row in rows)
    found, problems = taken(tmp_path, f"sep={separator}{end}{text}{end}", encoding=encoding)
    assert [(one.id, one.name) for one in found] == [("c-1", "Jörg Müßig")]
    assert problems == []


def test_one_row_in_another_encoding_does_not_spoil_the_rest(tmp_path: Path) -> None:
    right = "id,name,email\nc-1,Jörg,j@x.example\nc-2,Zoë,z@x.example\n".encode()
    found, problems = taken(tmp_path, right + "c-3,Jörg,k@x.example\n".encode("latin-1"))
    assert [one.name for one in found] == ["Jörg", "Zoë"]
    assert [one.line for one in problems] == [4]


def test_binary_garbage_ends_in_problems(tmp_path: Path) -> None:
    found, problems = taken(tmp_path, bytes(range(256)) * 500)
    assert found == []
    assert problems


@pytest.mark.parametrize("kind", ["missing", "folder", "pipe"])
def test_what_is_no_file_is_a_problem_and_never_waited_for(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "customers.csv"
    if kind == "folder":
        path.mkdir()
    if kind == "pipe":
        os.mkfifo(path)
    problems: list[Problem] = []
    assert list(read_customers(path, problems.append)) == []
    assert [(one.file, one.line) for one in problems] == [(str(path), None)]
    assert problems[0].message.startswith("cannot be read: ")


def test_formulas_are_words_like_any_other(tmp_path: Path) -> None:
    found, problems = taken(tmp_path, "id,name,email\n=1+1,\"=cmd|' /C calc'!A0\",a@x.example\n")
    assert [(one.id, one.name) for one in found] == [("=1+1", "=cmd|' /C calc'!A0")]
    assert problems == []


def test_lines_can_be_put_back(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    path.write_text("a\nb\nc\n", "utf-8")
    with open_lines(path) as lines:
        taken_lines = [next(lines), next(lines)]
        lines.put_back(taken_lines[1:])
        assert (next(lines), lines.number) == ("b\n", 2)
        assert (list(lines), lines.number) == (["c\n"], 3)


def test_the_field_limit_of_the_csv_module_is_what_we_count_on() -> None:
    assert csv.field_size_limit() < MAX_LINE
