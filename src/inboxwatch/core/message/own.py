"""Mail that people of the team wrote, as what the journal keeps of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxwatch.model.conversation import OwnMail

if TYPE_CHECKING:
    from collections.abc import Collection

    from inboxwatch.model.message import Message


def by_a_person(message: Message) -> bool:
    """Whether a mail of ours was written by a person: our automatic replies say so themselves."""
    return message.header("auto-submitted").strip().lower() in ("", "no")


def own_mail(message: Message, own: Collection[str]) -> OwnMail:
    """What a mail of ours tells: who wrote to whom, when, and what; ``own`` are our addresses."""
    related = (message.message_id or "", *message.in_reply_to, *message.references)
    return OwnMail(
        related_ids=tuple(dict.fromkeys(related)),
        at=message.received,
        author=message.sender.exact if message.sender else "",
        recipients=tuple(sorted(message.recipients.difference(own))),
        subject=message.subject,
        text=message.text,
    )
