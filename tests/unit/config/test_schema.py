from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import pytest
from holidays.registry import COUNTRIES
from pydantic import TypeAdapter

from inboxwatch.config.addresses import is_loopback
from inboxwatch.config.reference.words import default, example, hint, kind, own_keys, value_text
from inboxwatch.config.regions import _source, check_country, check_region
from inboxwatch.config.schema import Config
from inboxwatch.config.schema.base import Example
from inboxwatch.config.schema.walk import section_at, sections

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

KEYS = [
    pytest.param(section, name, field, id=".".join((*path, name)))
    for path, section in sections()
    for name, field in section.model_fields.items()
]


@pytest.mark.parametrize(("section", "name", "field"), KEYS)
def test_every_key_has_type_default_description_and_example(
    section: type, name: str, field: FieldInfo
) -> None:
    assert section
    assert field.description
    assert field.description.endswith(".")
    assert field.examples, name
    assert isinstance(field.json_schema_extra, Example)
    assert kind(field)
    assert default(field)


@pytest.mark.parametrize(("section", "name", "field"), KEYS)
def test_the_example_of_every_key_is_valid(section: type, name: str, field: FieldInfo) -> None:
    assert section
    if kind(field).endswith("section") or name == "ca_file":
        return
    adapter = TypeAdapter(Annotated[(field.annotation, hint(field), *field.metadata)])
    adapter.validate_python(example(field), context={"base": Path("/")})


def test_a_json_schema_has_no_default_that_stands_for_something_else() -> None:
    told = Config.model_json_schema()["$defs"]["Imap"]["properties"]
    assert "default" not in told["port"]
    assert told["security"]["default"] == "tls"


def test_sections_are_found_by_path() -> None:
    assert section_at(()) is Config
    found = section_at(("accounts", "support", "imap"))
    assert found is not None
    assert "password_command" in found.model_fields
    assert section_at(("schedule", "business", "mon")) is None
    assert section_at(("nothing",)) is None


def test_a_live_key_is_one_a_newcomer_has_to_look_at() -> None:
    assert hint(Config.model_fields["accounts"]).live
    assert not hint(Config.model_fields["triage"]).live


def test_smtp_documents_only_what_differs_from_imap() -> None:
    smtp = section_at(("accounts", "support", "smtp"))
    assert smtp is not None
    assert "password_env" in smtp.model_fields
    assert "password_env" not in own_keys(smtp)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("09:00-17:00", '"09:00-17:00"'),
        ("no", '"no"'),
        ("12", '"12"'),
        ("2026-12-24", '"2026-12-24"'),
        ("@acme.example", '"@acme.example"'),
        ("Jo and the Acme team", "Jo and the Acme team"),
        (["a", "b, c"], '[a, "b, c"]'),
        ({"mon": ["x"]}, "{mon: [x]}"),
        (False, "false"),
        ("", '""'),
    ],
)
def test_values_are_written_so_that_yaml_reads_them_back(value: object, text: str) -> None:
    assert value_text(value) == text


@pytest.mark.parametrize(
    ("host", "is_one"),
    [
        ("localhost", True),
        ("LOCALHOST", True),
        ("127.0.0.1", True),
        ("127.8.9.10", True),
        ("::1", True),
        ("[::1]", True),
        ("128.0.0.1", False),
        ("localhost.example", False),
        ("127.0.0.1.example", False),
        ("", False),
    ],
)
def test_loopback(host: str, is_one: bool) -> None:
    assert is_loopback(host) is is_one


@pytest.mark.parametrize(
    ("country", "region"),
    [
        ("DE", "BE"),
        ("AT", "9"),
        ("CH", "ZH"),
        ("US", "CA"),
        ("GB", "SCT"),
        ("ES", "MD"),
        ("AX", ""),
    ],
)
def test_countries_and_regions_of_the_library_are_known(country: str, region: str) -> None:
    assert check_country(country) == country
    if region:
        assert check_region(country, region) == region


def test_the_short_way_to_a_country_finds_what_the_library_has() -> None:
    found = [row[1] for row in COUNTRIES.values() if _source(row[1])]
    assert len(found) > len(COUNTRIES) * 0.9


@pytest.mark.parametrize(
    ("country", "region"), [("DE", "De"), ("DE", "XX"), ("", "BE"), ("LI", "X")]
)
def test_a_region_that_is_not_there(country: str, region: str) -> None:
    with pytest.raises(ValueError, match="region"):
        check_region(country, region)


@pytest.mark.parametrize("code", ["de", "Germany", "XX", "../../x", "DE\n", 'DE"'])
def test_a_country_that_is_not_there(code: str) -> None:
    with pytest.raises(ValueError, match="is not the ISO code of a country"):
        check_country(code)
