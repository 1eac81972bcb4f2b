from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from inboxwatch.config.customers import MAX_PROBLEMS, load_customers

if TYPE_CHECKING:
    from collections.abc import Callable

    from inboxwatch.errors import Problem
    from inboxwatch.model.customer import Customers

    Read = Callable[..., tuple[Customers, tuple[Problem, ...]]]

HEADER = "id,name,email,domain,vip,tags,language,timezone,notes\n"


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Load customers from the octets or text of one file or several."""

    def run(*contents: str | bytes) -> tuple[Customers, tuple[Problem, ...]]:
        files = []
        for i, content in enumerate(contents):
            path = tmp_path / f"customers{i}.csv"
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
            files.append(path)
        return load_customers(files)

    return run


def test_a_customer_has_all_that_the_row_says(read: Read) -> None:
    row = 'c-17, Ann  Shaw ,Ann@Shaw.example,shaw.example,yes,"press; early",'
    customers, problems = read(f"{HEADER}{row}en-GB,Europe/London,VIP!\n")
    assert problems == ()
    ann = customers.by_address["ann@shaw.example"]
    assert ann is customers.by_domain["shaw.example"]
    assert (ann.id, ann.name, ann.vip, ann.tags) == ("c-17", "Ann Shaw", True, ("press", "early"))
    assert (ann.language, ann.timezone, ann.notes) == ("en-GB", "Europe/London", "VIP!")


@pytest.mark.parametrize(
    "cell",
    [
        "a@x.example; b@x.example",
        "a@x.example b@x.example",
        "a@x.example,b@x.example",
        " a@x.example ,\tb@x.example;",
    ],
)
def test_several_addresses_in_one_cell(read: Read, cell: str) -> None:
    customers, problems = read(f'{HEADER}c-1,,"{cell}"\n')
    assert problems == ()
    assert list(customers.by_address) == ["a@x.example", "b@x.example"]
    assert len(customers) == 1


def test_rows_with_one_id_are_one_customer_also_across_files(read: Read) -> None:
    customers, problems = read(
        HEADER + "c-1,Ann,a@x.example,,,press,,,first\nc-1,Ann S,b@x.example,,yes,early,en,,\n",
        "id,email,notes\nc-1,c@x.example,second\n",
    )
    assert problems == ()
    assert len(customers) == 1
    ann = customers.by_address["c@x.example"]
    assert ann is customers.by_address["a@x.example"]
    assert ann.emails == ("a@x.example", "b@x.example", "c@x.example")
    assert (ann.name, ann.vip, ann.tags, ann.language) == ("Ann", True, ("press", "early"), "en")
    assert ann.notes == "first\nsecond"


def test_a_customer_who_wants_no_replies(read: Read) -> None:
    customers, problems = read(
        "id,email,No replies\nc-1,a@x.example,yes\nc-2,b@x.example,\nc-1,c@x.example,no\n"
    )
    assert problems == ()
    assert customers.by_address["c@x.example"].no_replies
    assert not customers.by_address["b@x.example"].no_replies


def test_without_an_id_the_address_stands_for_it(read: Read) -> None:
    customers, problems = read("email,vip\nAnn@X.example,yes\nann@x.example,no\n")
    assert problems == ()
    assert customers.by_address["ann@x.example"].id == "ann@x.example"
    assert customers.by_address["ann@x.example"].vip


@pytest.mark.parametrize(
    ("cell", "key"),
    [
        ("Ann.Shaw@Shaw.EXAMPLE", "ann.shaw@shaw.example"),
        ("ann+shop@shaw.example", "ann+shop@shaw.example"),
        ("ann@bücher.example", "ann@xn--bcher-kva.example"),
        ("ann@faß.example", "ann@xn--fa-hia.example"),
        ("ann@xn--bcher-kva.example", "ann@xn--bcher-kva.example"),
        ("o'hara@shaw.example", "o'hara@shaw.example"),
    ],
)
def test_addresses_become_their_exact_form(read: Read, cell: str, key: str) -> None:
    customers, problems = read(f"email\n{cell}\n")
    assert problems == ()
    assert list(customers.by_address) == [key]


@pytest.mark.parametrize(
    ("cell", "key"),
    [
        ("Acme.EXAMPLE", "acme.example"),
        ("@acme.example", "acme.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("mail.acme.example", "mail.acme.example"),
    ],
)
def test_domains_become_a_labels(read: Read, cell: str, key: str) -> None:
    customers, problems = read(f"id,domain\nc-1,{cell}\n")
    assert problems == ()
    assert list(customers.by_domain) == [key]


@pytest.mark.parametrize(
    "octets",
    [
        b"\xef\xbb\xbfid,name,email\r\nc-1,J\xc3\xb6rg,j@x.example\r\n",
        "id;name;email\r\nc-1;Jörg;j@x.example\r\n".encode(),
        "sep=;\nid;name;email\nc-1;Jörg;j@x.example\n".encode(),
        "id\tname\temail\nc-1\tJörg\tj@x.example\n".encode(),
        "id,name,email\nc-1,Jörg,j@x.example\n".encode("cp1252"),
        "id\tname\temail\r\nc-1\tJörg\tj@x.example\r\n".encode("utf-16"),
        'ID,"Name",E-Mail\nc-1,Jörg,j@x.example\n'.encode(),
        "phone,id,name,email\n123,c-1,Jörg,j@x.example\n".encode(),
        "id,name,email,,\nc-1,Jörg,j@x.example,,\n,,,,\n\n".encode(),
    ],
)
def test_files_of_spreadsheets(read: Read, octets: bytes) -> None:
    customers, problems = read(octets)
    assert problems == ()
    assert customers.by_address["j@x.example"].name == "Jörg"


def test_latin_1_is_the_last_resort(read: Read) -> None:
    customers, problems = read(b"id,name,email\nc-1,J\xf6rg \x81,j@x.example\n")
    assert problems == ()
    assert customers.by_address["j@x.example"].name.startswith("Jörg")


@pytest.mark.parametrize(
    ("text", "line", "says", "step"),
    [
        (HEADER + "c-1,,not-an-address\n", 2, "'not-an-address' is not an address", ""),
        (
            HEADER + "c-1,,a@x.example\nc-2,,A@X.example\n",
            3,
            "a@x.example belongs to customer c-1 as well",
            "customers0.csv:2",
        ),
        (
            HEADER + "c-1,,,x.example\nc-2,,,x.example\n",
            3,
            "x.example belongs to customer c-1 as well",
            "customers0.csv:2",
        ),
        (HEADER + "c-1,,,gmail.com\n", 2, "gmail.com is a public mail provider", "whole address"),
        (HEADER + "c-1,,,GMX.de\n", 2, "gmx.de is a public mail provider", "whole address"),
        (HEADER + "c-1,,,mail.yahoo.com\n", 2, "mail.yahoo.com is a public mail provider", ""),
        (HEADER + "c-1,,,*.x.example\n", 2, "'*.x.example' is not a domain", "write it like"),
        (HEADER + "c-1,,,localhost\n", 2, "'localhost' is not a whole domain", ""),
        (HEADER + "c-1,,a@x.example,,maybe\n", 2, "vip is 'maybe'", "yes or no"),
        ("email,no_replies\na@x.example,perhaps\n", 2, "no_replies is 'perhaps'", "yes or no"),
        (
            HEADER + "c-1,,a@x.example,,,,english\n",
            2,
            "'english' is not a language code",
            "en or pt-BR",
        ),
        (
            HEADER + "c-1,,a@x.example,,,,,Berlin\n",
            2,
            "'Berlin' is not a time zone",
            "Europe/Berlin",
        ),
        (HEADER + ",Ann,,x.example\n", 2, "neither an id nor an address", ""),
        ("id,emial\nc-1,a@x.example\n", 1, "there is no column emial", "did you mean email?"),
        ("name,vip\nAnn,yes\n", 1, "neither a column id nor a column email", "id,name,email"),
        ("id,email,e-mail\n", 1, "a column is there twice", ""),
        ("email\na@x.example,extra\n", 2, "more cells than the header", "quotes"),
        (HEADER + 'c-1,"Ann\nShaw",a@x.example\nc-2,,bad\n', 4, "'bad' is not an address", ""),
        ("", 1, "neither a column id nor a column email", ""),
    ],
)
def test_a_problem_has_its_line(read: Read, text: str, line: int, says: str, step: str) -> None:
    _, (problem,) = read(text)
    assert problem.line == line
    assert says in problem.message
    assert step in problem.next_step


def test_a_row_with_a_problem_does_not_spoil_the_others(read: Read) -> None:
    customers, problems = read(HEADER + "c-1,,bad\nc-2,,b@x.example\nc-3,,also bad\n")
    assert list(customers.by_address) == ["b@x.example"]
    assert [problem.line for problem in problems] == [2, 4, 4]


def test_empty_cells_behind_the_last_column_are_nothing(read: Read) -> None:
    customers, problems = read("id,email\nc-1,a@x.example,,,\n")
    assert (list(customers.by_address), problems) == (["a@x.example"], ())


def test_an_address_of_two_customers_in_two_files(read: Read) -> None:
    _, (problem,) = read("id,email\nc-1,a@x.example\n", "id,email\nc-2,a@x.example\n")
    assert problem.file.endswith("customers1.csv")
    assert problem.next_step == "see customers0.csv:2"


def test_problems_are_bounded(read: Read) -> None:
    _, problems = read("email\n" + "bad\n" * 1000)
    assert len(problems) == MAX_PROBLEMS + 1
    assert "more problems" in problems[-1].message


def test_a_missing_file_is_a_problem(tmp_path: Path) -> None:
    customers, (problem,) = load_customers([tmp_path / "absent.csv"])
    assert len(customers) == 0
    assert "cannot be read" in problem.message
    assert problem.line is None


def test_a_cell_without_end_is_a_problem(read: Read) -> None:
    _, (problem,) = read("email,notes\na@x.example,x\n" + '"' + "x" * 200_000)
    assert "not CSV" in problem.message


def test_any_octets_are_read_or_reported(read: Read) -> None:
    customers, problems = read(bytes(range(256)) * 20)
    assert problems
    assert len(customers) == 0


def test_a_quote_that_is_not_closed_is_told_with_its_line(tmp_path: Path) -> None:
    rows = [f"c-{n},Name {n},n{n}@shop.example" for n in range(200)]
    rows[10] = 'c-10,"Name 10,n10@shop.example'
    file = tmp_path / "customers.csv"
    file.write_text("id,name,email\n" + "\n".join(rows) + "\n", "utf-8")
    _, problems = load_customers([file])
    assert [problem.line for problem in problems] == [12]
    assert "not closed" in problems[0].message


def test_a_pipe_or_a_device_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    files = [tmp_path / "pipe", Path("/dev/zero"), tmp_path]
    _, problems = load_customers(files)
    assert [problem.file for problem in problems] == [str(path) for path in files]
    assert "cannot be read: it is not a regular file" in problems[0].message
    assert "cannot be read: it is not a regular file" in problems[1].message
    assert "cannot be read: it is a folder" in problems[2].message
