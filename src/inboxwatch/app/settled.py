"""How a mail stands with the people of the team: open, or settled by whom, when, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxwatch.core.zone import iso

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from inboxwatch.model.case import Deed, Settled
    from inboxwatch.ports import StoredMail

DONE = "done"
"""Why a mail is closed about which a person said so."""


def deed_fields(deed: Deed, zone: tzinfo | None) -> dict[str, object]:
    """What somebody did, as an object."""
    return {
        "at": iso(deed.at, zone),
        "by": deed.by.value if deed.by else None,
        "owner": deed.owner,
        "note": deed.note,
    }


def done_fields(
    before: StoredMail, deeds: Sequence[Deed], deed: Deed, settled: Settled
) -> dict[str, object]:
    """What ``done`` did, as an object; ``before`` is how the mail stood, ``deeds`` what was done.

    ``was`` says how the mail had left the queue already, and is empty where it had not.
    """
    zone = deed.at.tzinfo
    earlier = [one for one in deeds if one.at >= before.received]
    return {
        "type": "done",
        "id": before.id,
        "by": deed.by.value if deed.by else None,
        "owner": deed.owner,
        "closed": settled.mails,
        "escalations": settled.escalations,
        "was": _was(before, earlier=bool(earlier)),
        "before": deed_fields(earlier[-1], zone) if earlier else None,
    }


def _was(before: StoredMail, *, earlier: bool) -> str:
    if earlier:
        return DONE
    if before.answered_at is not None:
        return "answered by a person"
    return before.closed
