"""What the team noted about somebody stays with the team (rule F24)."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from tests.support.build import NOW, customers, message, policy

from inboxwatch.config.templates import load_templates, verify_templates
from inboxwatch.core.decide import preview
from inboxwatch.core.reply.lint import lint
from inboxwatch.core.reply.sandbox import TemplateFault
from inboxwatch.core.reply.vocabulary import VARIABLES
from inboxwatch.model.customer import Customer
from inboxwatch.model.world import World

NOTE = "SECRETNOTE"
ANN = Customer(
    "c-1", "Ann", ("ann@customer.example",), tags=(f"{NOTE}-tag",), notes=f"{NOTE}: pays late"
)
TEMPLATES, _ = load_templates(None)
POLICY = policy()
WORLD = World(NOW, POLICY, next(iter(POLICY.accounts.values())), customers(ANN))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: f"{one.name}.{one.language}")
def test_no_shipped_reply_tells_notes_or_tags(template: object) -> None:
    draft = preview(message(), WORLD, template)  # type: ignore[arg-type]
    assert NOTE not in draft.text + draft.subject + draft.html + draft.from_name


@pytest.mark.parametrize("name", sorted(VARIABLES.keys() - {"customer_tags"}))
def test_no_variable_tells_notes(name: str) -> None:
    template = replace(TEMPLATES[0], body=f"Words {{{{ {name} }}}}")
    assert NOTE not in preview(message(), WORLD, template).text


def test_a_template_that_asks_for_notes_is_told_why_not() -> None:
    (found,) = lint([replace(TEMPLATES[0], body="Well, {{ notes }}")])
    assert found.rule.stops
    assert found.message == (
        "a variable that does not exist: notes; what the team notes about a customer is never in a "
        "reply"
    )


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{% if 'Fleet' in customer_tags %}Fleet{% else %}None{% endif %}", "Fleet"),
        ("{% if 'fle' in customer_tags %}Fleet{% else %}None{% endif %}", "None"),
        ("{% if customer_tags %}Some{% else %}None{% endif %}", "Some"),
        ("{% if is_vip %}Dear{% else %}Hello{% endif %}", "Dear"),
    ],
)
def test_a_template_may_ask_for_tags(source: str, expected: str) -> None:
    ann = replace(ANN, tags=("FLEET", "x"), vip=True)
    world = replace(WORLD, customers=customers(ann))
    assert preview(message(), world, replace(TEMPLATES[0], body=source)).text == f"{expected}\n"


@pytest.mark.parametrize(
    "source",
    [
        "{{ customer_tags }}",
        "{{ 'x' ~ customer_tags }}",
        "{{ customer_tags|upper }}",
        "{{ customer_tags|length }}",
        "{{ customer_tags|default('') }}",
    ],
)
def test_no_template_says_tags(source: str) -> None:
    template = replace(TEMPLATES[0], body=f"Words {source}")
    with pytest.raises(TemplateFault):
        preview(message(), WORLD, template)
    (problem,) = verify_templates([template])
    assert "customer_tags" in str(problem) or "Tags" in str(problem)


def test_every_branch_that_asks_for_a_tag_is_tried() -> None:
    body = "A{% if 'a' in customer_tags %}B{% elif 'b' in customer_tags %}{{ customer_tags }}"
    body += "{% endif %}"
    assert verify_templates([replace(TEMPLATES[0], body=body)])


@pytest.mark.parametrize("source", ["{{ notes }}", "{{ note }}", "{{ customer.notes }}"])
def test_no_template_can_ask_for_notes(source: str) -> None:
    with pytest.raises(TemplateFault):
        preview(message(), WORLD, replace(TEMPLATES[0], body=source))
