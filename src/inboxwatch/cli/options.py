"""Options that several commands share, so that they read the same everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        "-c",
        help="The configuration; else $INBOXWATCH_CONFIG, else the platform's folder.",
        show_default=False,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="JSON, one object a line.")]
AccountOption = Annotated[
    list[str] | None,
    typer.Option("--account", "-a", help="Only this account; may be repeated.", show_default=False),
]
OwnerOption = Annotated[
    str | None,
    typer.Option(
        "--owner",
        help="Only what is assigned to this person; '' for nobody's.",
        show_default=False,
    ),
]
VerboseOption = Annotated[
    bool, typer.Option("--verbose", "-v", help="Say on standard error what is being done.")
]
AtOption = Annotated[
    str | None,
    typer.Option(
        "--at",
        help="Judge as of this instant, e.g. 2026-11-21T20:14 (the team's time zone).",
        show_default=False,
    ),
]
