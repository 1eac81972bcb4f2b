"""All commands in one application."""

from __future__ import annotations

from inboxwatch.cli.application import application

app = application()
