from __future__ import annotations

import idna
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from inboxwatch.core.message.address import AddressError, ascii_domain, registered_label
from inboxwatch.core.rescue.lookalike import Site, keys, lookalike, mixed, nearby, questions
from inboxwatch.core.rescue.looks import mixes_scripts, skeleton, unicode_label
from inboxwatch.core.rescue.names import name_key, ours


def site(domain: str) -> Site:
    written = ascii_domain(domain)
    return Site(written, registered_label(written))


IMITATED = [
    ("аcme.com", "acme.com"),  # noqa: RUF001 - a Cyrillic letter is the attack
    ("сосоа.com", "cocoa.com"),  # noqa: RUF001 - all letters are Cyrillic
    ("αcme.com", "acme.com"),  # noqa: RUF001 - a Greek one
    ("acmé.com", "acme.com"),
    ("аррlе.com", "apple.com"),  # noqa: RUF001 - Cyrillic letters
    ("xn--pple-43d.com", "apple.com"),
    ("müller.de", "muller.de"),
    ("acrne.com", "acme.com"),
    ("arnazon.com", "amazon.com"),
    ("vvalker.com", "walker.com"),
    ("paypa1.com", "paypal.com"),
    ("g00gle.com", "google.com"),
    ("goog1e.com", "google.com"),
    ("ac-me.com", "acme.com"),
    ("north-wind.com", "northwind.com"),
    ("northwind.com", "north-wind.com"),
    ("acme.org", "acme.com"),
    ("acme.co", "acme.com"),
    ("acme.com.co", "acme.com"),
    ("acme.co.uk", "acme.com"),
    ("mail.acme.net", "acme.com"),
    ("northwnd.com", "northwind.com"),
    ("northwindd.com", "northwind.com"),
    ("northwimd.com", "northwind.com"),
    ("nrothwind.com", "northwind.com"),
    ("northiwnd.com", "northwind.com"),
    ("northwindx.org", "northwind.com"),
    ("customer.example.evil.com", "customer.example"),
    ("acme.com.evil.org", "acme.com"),
    ("mail.acme.com.evil.org", "acme.com"),
]

NOT_IMITATED = [
    ("acme.com", "acme.com"),
    ("mail.acme.com", "acme.com"),
    ("ACME.com", "acme.com"),
    ("ａcme.com", "acme.com"),  # noqa: RUF001 - full width: the same domain after UTS 46
    ("beta.com", "acme.com"),
    ("acne.com", "acme.com"),
    ("abc.de", "abc.com"),
    ("southwind.com", "northwind.com"),
    ("northwinds-shop.com", "northwind.com"),
    ("acme-evil.com", "acme.com"),
]


@pytest.mark.parametrize(("domain", "known"), IMITATED)
def test_look_alikes(domain: str, known: str) -> None:
    told = lookalike(site(domain), [site(known)])
    assert known in told
    assert site(domain).domain in told


@pytest.mark.parametrize(("domain", "known"), NOT_IMITATED)
def test_no_look_alikes(domain: str, known: str) -> None:
    assert lookalike(site(domain), [site(known)]) == ""


@pytest.mark.parametrize(("domain", "known"), IMITATED)
def test_what_is_imitated_is_found_by_the_keys(domain: str, known: str) -> None:
    assert set(questions(site(domain))) & set(keys(site(known).label))
    crowd = (site(known).domain, "beta.com", "northern-lights.com")
    assert list(nearby(site(domain), crowd)) == [site(known).domain]


def test_a_known_domain_imitates_none() -> None:
    assert lookalike(site("acme.de"), [site("acme.com"), site("acme.de")]) == ""


LETTERS = "abcdenorw"


@given(
    st.text(LETTERS, min_size=6, max_size=12),
    st.integers(0, 12),
    st.sampled_from(LETTERS),
    st.integers(0, 3),
)
def test_one_slip_is_always_found_and_always_told(
    label: str, at: int, letter: str, kind: int
) -> None:
    at %= len(label)
    changed = (
        label[:at] + letter + label[at:],
        label[:at] + label[at + 1 :],
        label[:at] + letter + label[at + 1 :],
        label[:at] + label[at : at + 2][::-1] + label[at + 2 :],
    )[kind]
    known, written = skeleton(label), skeleton(changed)
    assume(min(len(known), len(written)) >= 6)
    assume(known == label and written == changed)
    assume(changed != label)
    sender = Site(f"{changed}.com", changed)
    assert lookalike(sender, [Site(f"{label}.com", label)])
    assert set(questions(sender)) & set(keys(label))
    assert list(nearby(sender, [f"{label}.com"]))


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_text_raises(one: str, other: str) -> None:
    assert isinstance(skeleton(one), str)
    assert isinstance(name_key(one), str)
    assert isinstance(ours(one, (other,), (other,)), str)
    assert isinstance(mixes_scripts(one), bool)
    assert isinstance(unicode_label(one), str)
    sender, known = Site(one, one.partition(".")[0]), Site(other, other.partition(".")[0])
    assert isinstance(lookalike(sender, [known]), str)
    assert all(questions(sender))
    assert list(keys(known.label))


@pytest.mark.parametrize(
    ("label", "is_mixed"),
    [
        ("аcme", True),  # noqa: RUF001 - Cyrillic and Latin
        ("αcme", True),  # noqa: RUF001 - Greek and Latin
        ("асме", False),
        ("müller", False),
        ("acme-24", False),
        ("東京shop", False),
        ("ひらがなカタカナ", False),
    ],
)
def test_scripts_that_nobody_mixes(label: str, is_mixed: bool) -> None:
    assert mixes_scripts(label) is is_mixed
    try:
        domain = ascii_domain(f"{label}.example")
    except (AddressError, idna.IDNAError):
        return
    assert bool(mixed(domain)) is is_mixed


@pytest.mark.parametrize("label", ["xn--", "xn--\udc80", "xn--99999999999", "xn--a"])
def test_punycode_that_says_nothing(label: str) -> None:
    assert isinstance(unicode_label(label), str)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ann Archer", "Archer, Ann"),
        ("Ann Archer", "ANN  ARCHER"),
        ("Ann Archer", "Аnn Archer"),  # noqa: RUF001 - a Cyrillic letter
        ("Ann Archer", "Ann A\u200brcher"),
        ("Ann Archer", "Ａnn Archer"),  # noqa: RUF001 - full width
        ("José Núñez", "Jose Nunez"),
        ("Nordwind GmbH", "nordwind gmbh"),
    ],
)
def test_names_that_look_the_same(one: str, other: str) -> None:
    assert name_key(one)
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize("name", ["", "Ann", "A. B.", "...", "12345"])
def test_names_that_say_too_little(name: str) -> None:
    assert name_key(name) == ("a b" if name == "A. B." else "")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Acme Support", "Acme Support"),
        ("support acme", "Acme Support"),
        ("Acme Billing", "acme"),
        ("Αcme Billing", "acme"),  # noqa: RUF001 - a Greek letter
        ("Acrne Support", "Acme Support"),
        ("Ann Archer", ""),
        ("Acmeology", ""),
        ("Support", ""),
        ("", ""),
        ("!!!", ""),
    ],
)
def test_our_own_names(name: str, shown: str) -> None:
    assert ours(name, ("Acme Support",), ("acme", "shp")) == shown


@pytest.mark.parametrize(
    ("domain", "label"),
    [
        ("acme.com", "acme"),
        ("mail.acme.co.uk", "acme"),
        ("customer.example", "customer"),
        ("mail.customer.example", "customer"),
        ("localhost", ""),
        ("co.uk", "co"),
    ],
)
def test_the_label_that_was_registered(domain: str, label: str) -> None:
    assert registered_label(domain) == label
