"""All generated files by their path in the repository."""

from __future__ import annotations

import json

from inboxwatch.config.reference.example import example_file
from inboxwatch.config.reference.page import page
from inboxwatch.config.reference.rescue_page import rescue_page
from inboxwatch.config.reference.signals_page import signals_page
from inboxwatch.config.schema import Config


def documents() -> dict[str, str]:
    """The texts of the example, the reference pages and the JSON Schema."""
    return {
        "config.example.yaml": example_file(),
        "docs/configuration.md": page(),
        "docs/config.schema.json": _json_schema(),
        "docs/rescue.md": rescue_page(),
        "docs/signals.md": signals_page(),
    }


def _json_schema() -> str:
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Config.model_json_schema(),
        "title": "Configuration of inboxwatch",
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
