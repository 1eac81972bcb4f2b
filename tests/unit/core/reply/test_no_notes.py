"""What the team noted about somebody stays with the team (rule F24)."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from tests.support.build import NOW, customers, message, policy

from inboxwatch.config.templates import load_templates
from inboxwatch.core.decide import preview
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


@pytest.mark.parametrize("name", sorted(VARIABLES))
def test_no_variable_tells_notes(name: str) -> None:
    template = replace(TEMPLATES[0], body=f"Words {{{{ {name} }}}}")
    assert NOTE not in preview(message(), WORLD, template).text


@pytest.mark.parametrize("source", ["{{ notes }}", "{{ note }}", "{{ customer.notes }}"])
def test_no_template_can_ask_for_notes(source: str) -> None:
    with pytest.raises(TemplateFault):
        preview(message(), WORLD, replace(TEMPLATES[0], body=source))
