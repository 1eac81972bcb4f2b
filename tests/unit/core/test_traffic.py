"""How near an account is to what its provider lets be read in a day (rule I19)."""

from __future__ import annotations

import pytest

from inboxwatch.core.traffic import LIMITS, MEGABYTE, limit_of, megabytes, warnings

GMAIL = LIMITS[0]
HOSTS = {"support": "imap.gmail.com", "sales": "mail.acme.example"}


@pytest.mark.parametrize("host", ["imap.gmail.com", "IMAP.gmail.com.", "imap.googlemail.com"])
def test_a_provider_is_known_by_its_host(host: str) -> None:
    assert limit_of(host) is GMAIL


@pytest.mark.parametrize("host", ["", "imap.gmail.com.evil.example", "gmail.com", "acme.example"])
def test_any_other_host_has_no_limit_that_is_known(host: str) -> None:
    assert limit_of(host) is None


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        (0, 1999, False),
        (0, 2000, True),
        (1999, 1, True),
        (2000, 1, False),
        (2100, 399, False),
        (2100, 400, True),
        (2500, 400, False),
        (0, 9000, True),
    ],
)
def test_each_step_is_told_by_the_run_that_takes_it(before: int, now: int, told: bool) -> None:
    found = warnings(HOSTS, {"support": before * MEGABYTE}, {"support": now * MEGABYTE})
    assert bool(found) is told


def test_a_warning_says_how_much_of_what() -> None:
    (text,) = warnings(HOSTS, {}, {"support": 2100 * MEGABYTE, "sales": 9000 * MEGABYTE})
    assert text.startswith("support: 2,100 MB of the 2,500 MB were read today that Gmail allows")


def test_octets_in_words() -> None:
    told = [megabytes(number) for number in (0, 49_999, 500_000, 1_000_000, 2_500_000_000)]
    assert told == ["0 MB", "0.0 MB", "0.5 MB", "1 MB", "2,500 MB"]
