"""What a million customers cost: importing them, importing them again, looking one up.

python benchmarks/customers.py
"""

from __future__ import annotations

import random
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from measure import MB, Row, Spread, inboxwatch, megabytes, once, seconds, table
from shop import write_configuration

from inboxwatch.core.message.address import make_address
from inboxwatch.store.customers import StoredCustomers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from inboxwatch.model.message import Address

CUSTOMERS = 1_000_000
FIRMS = 20_000
"""Customers who are known by a domain as well."""

LOOK_UPS = 20_000
_HIGH = 0.99


def rows() -> Iterator[Row]:
    """The import as whole processes, and look-ups within one."""
    with tempfile.TemporaryDirectory(prefix="iw-bench-") as name:
        folder = Path(name)
        config = write_configuration(folder)
        (folder / "customers.csv").write_text("id,email\n", "ascii")  # those listed do not count
        csv_file, vcards = folder / "million.csv", folder / "cards.vcf"
        write_customers(csv_file)
        yield from _imports(config, csv_file, f"import of {CUSTOMERS:,} customers")
        yield from _imports(config, csv_file, "importing the same again")
        stored = folder / "state.customers.db"
        yield Row("the file of the customers", f"{stored.stat().st_size / MB:.0f} MB")
        yield from _look_ups(StoredCustomers(stored))
        vcards.write_text("".join(_cards(CUSTOMERS // 10)), "ascii")
        yield from _imports(config, vcards, f"import of {CUSTOMERS // 10:,} vCards into them")


def email(number: int) -> str:
    """The address of a customer; its order says nothing of the number."""
    return f"{number * 2_654_435_761 % 2**32:08x}.ann@firm{number % 50_000}.example"


def write_customers(file: Path, count: int = CUSTOMERS) -> None:
    """The made-up customers as CSV."""
    file.write_text("".join(_csv(count)), "ascii")


def _csv(count: int) -> Iterator[str]:
    yield "id,name,email,domain,vip,tags,language,timezone,notes,no_replies\n"
    for number in range(count):
        domain = f"house{number}.example" if number < FIRMS else ""
        vip = "yes" if number % 100 == 0 else ""
        name, language = f"Ann Number {number}", ("en", "de", "")[number % 3]
        yield f"c-{number},{name},{email(number)},{domain},{vip},press;early,{language},,,\n"


def _cards(count: int) -> Iterator[str]:
    for number in range(count):
        yield (
            f"BEGIN:VCARD\r\nVERSION:4.0\r\nUID:v-{number}\r\nFN:Card {number}\r\n"
            f"EMAIL;TYPE=work:card{number}@card{number % 999}.example\r\nCATEGORIES:press\r\n"
            "NOTE:Some words about them\\, on one\r\n  folded line\r\nEND:VCARD\r\n"
        )


def _imports(config: Path, file: Path, what: str) -> Iterator[Row]:
    used = once(inboxwatch("customers", "import", str(file), "--config", str(config)))
    yield Row(f"{what}, clock", seconds(Spread.of([used.wall]))[0], "once", target="60 s")
    peak = megabytes(Spread.of([used.peak]))[0]
    yield Row(f"{what}, peak", peak, "once", target="300 MB")


def _look_ups(stored: StoredCustomers) -> Iterator[Row]:
    """One look-up asks for the address and for the domain of a sender at once."""
    rng = random.Random(5)  # noqa: S311 - the same ones every time
    numbers = rng.sample(range(CUSTOMERS), LOOK_UPS)
    known = [_address(email(number)) for number in numbers]
    firms = [_address(f"eve@house{number % FIRMS}.example") for number in numbers]
    strangers = [_address(f"eve@nowhere{number}.example") for number in numbers]
    for what, senders in (("a customer", known), ("a domain", firms), ("a stranger", strangers)):
        yield _times(f"look-up of {what}", stored.around, senders, "50 µs")
    yield _times("whom a stranger resembles", stored.resembling, strangers, "1 ms")


def _address(spec: str) -> Address:
    return make_address(*spec.split("@"))


def _times(what: str, call: Callable[[Any], object], asked: Iterable[object], target: str) -> Row:
    took: list[float] = []
    for one in asked:
        begun = time.perf_counter()
        call(one)
        took.append(time.perf_counter() - begun)
    took.sort()
    median, high = _at(took, 0.5), _at(took, _HIGH)
    return Row(
        what, f"{median:.0f} µs", f"{took[0] * 1e6:.0f}-{high:.0f} (99 of 100)", target=target
    )


def _at(sorted_times: Sequence[float], share: float) -> float:
    return sorted_times[int(share * (len(sorted_times) - 1))] * 1e6


if __name__ == "__main__":
    print(table(rows()))
