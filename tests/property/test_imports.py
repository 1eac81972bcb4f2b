"""Whatever lies in a customer list, reading it raises nothing and gives customers to be kept."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from inboxwatch.config.addresses import exact_address, exact_domain
from inboxwatch.config.imports.reading import read_customers

PIECES = st.sampled_from(
    [
        *("BEGIN:VCARD\n", "END:VCARD\n", "VERSION:3.0\n", "EMAIL:", "FN:", "N:;", " folded\n"),
        *('{"email": "', '"}\n', '{"tags": [', "[[[[", "\\u0000", "\\ud800", "id,email,notes\n"),
        *("c-1,", "a@x.example", "\n", "\r", '"', ";", ",", "\\", "\0", "\x1b", "ü", "gmail.com"),
    ]
)
texts = st.lists(PIECES | st.text(max_size=5), max_size=30).map("".join)
octets = (
    st.binary(max_size=200)
    | texts.map(lambda text: text.encode("utf-8", "surrogatepass"))
    | st.tuples(st.sampled_from([b"\xff\xfe", b"\xfe\xff"]), st.binary(max_size=200)).map(b"".join)
    | st.tuples(texts, st.integers(0, 3)).map(
        lambda one: (b"\xff\xfe" + one[0].encode("utf-16-le", "surrogatepass"))[: -one[1] or None]
    )
)


@settings(max_examples=300, deadline=None)
@given(octets)
def test_any_octets_give_customers_and_problems_and_nothing_else(content: bytes) -> None:
    problems: list[object] = []
    with TemporaryDirectory() as folder:
        path = Path(folder, "customers")
        path.write_bytes(content)
        found = list(read_customers(path, problems.append))
    for line, customer in found:
        assert line >= 1
        assert customer.id
        assert not re.search("[\0\x1b\ud800-\udfff]", customer.id + customer.name + customer.notes)
        assert customer.emails == tuple(map(exact_address, customer.emails))
        assert customer.domains == tuple(map(exact_domain, customer.domains))
