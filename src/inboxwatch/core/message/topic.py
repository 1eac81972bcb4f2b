"""What two mails of one conversation share where no Message-ID ties them together."""

from __future__ import annotations

from inboxwatch.core.message.subjects import without_prefixes

FEWEST = 4
"""Characters of a subject that says anything."""

MOST = 200


def topic_of(subject: str) -> str:
    """A subject without "Re:" and its like, its case and spaces; empty if it says nothing."""
    bare = " ".join(without_prefixes(subject[: 2 * MOST].casefold()).split())[:MOST]
    return bare if len(bare) >= FEWEST else ""


def continued_topic(subject: str) -> str:
    """The topic of a subject that says with "Re:" or its like that it goes on, else nothing."""
    lowered = " ".join(subject[: 2 * MOST].casefold().split())
    return topic_of(subject) if without_prefixes(lowered) != lowered else ""
