"""A customer's tags in a reply template: they may be asked for, and are never said."""

from __future__ import annotations

from msgspec import Struct

from inboxwatch.core.reply.sandbox import TemplateFault


class Tags(Struct, frozen=True):
    """Tags, folded; ``'fleet' in customer_tags`` asks for one, however it is written.

    They are the team's own words ("slow payer"), so that a text that says them is at fault.
    """

    folded: frozenset[str] = frozenset()

    def __contains__(self, asked: object) -> bool:
        return isinstance(asked, str) and asked.casefold() in self.folded

    def __bool__(self) -> bool:
        return bool(self.folded)

    def __str__(self) -> str:
        """Raise TemplateFault."""
        raise TemplateFault(
            "customer_tags are never said to a customer; ask for one: 'fleet' in customer_tags"
        )


def tags_of(written: tuple[str, ...]) -> Tags:
    """The tags of a customer."""
    return Tags(frozenset(map(str.casefold, written)))
