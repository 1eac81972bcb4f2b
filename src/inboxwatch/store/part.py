"""What the parts of the journal have in common: the one database they write to."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inboxwatch.store.database import Database


class Part:
    """A group of the journal's methods over one database; ``sqlite`` composes them."""

    def __init__(self, database: Database) -> None:
        self._database = database
