"""Delivery reports: about whose mail they are, and whether it failed for good (RFC 3464, rule A39).

Total and bounded: any octets give a report or None. Reports of success or of a delay are none,
since nothing came back.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from inboxwatch.core.message.address import parse_addresses
from inboxwatch.core.message.body import transfer_decoded
from inboxwatch.core.message.header import read_header, split_octets
from inboxwatch.model.message import DeliveryReport

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from inboxwatch.core.message.header import Header
    from inboxwatch.core.message.mime import Leaf
    from inboxwatch.model.message import Address

MAX_OCTETS = 64 * 1024
"""Octets of one part that are read."""
MAX_GROUPS = 50
"""Groups of fields of one report that are read: the first is about the message (RFC 3464 2.1)."""
MAX_RECIPIENTS = 20
MAX_IDS = 20

STATUS_TYPES = frozenset({"message/delivery-status", "message/global-delivery-status"})
ORIGINAL_TYPES = frozenset(
    {
        "message/global",
        "message/global-headers",
        "message/rfc822",
        "message/rfc822-headers",
        "text/rfc822",
        "text/rfc822-headers",
    }
)
FAILED_RECIPIENTS = "x-failed-recipients"

_BLANK = re.compile(rb"\r?\n[ \t]*\r?\n")
_ID = re.compile(r"<[!-;=?-~]{1,250}>")
_WRITTEN_ID = re.compile(r"(?im)^[> \t]{0,8}message-id:[ \t]{0,8}(<[!-;=?-~]{1,250}>)")
_STATUS = re.compile(r"\s*([245])\.\d{1,3}\.\d{1,3}")
_CODE = re.compile(r"\b([45])\d\d\b")


class _Failure(Struct, frozen=True):
    """A recipient whose mail failed; ``address`` is None if it cannot be read."""

    address: Address | None
    permanent: bool


def read_report(header: Header, leaves: Sequence[Leaf], text: str) -> DeliveryReport | None:
    """What a delivery report says of mail that failed, or None if it says no such thing.

    ``text`` is the mail's own, in which old programs quote the mail that they return.
    """
    status = [leaf for leaf in leaves if leaf.part.content_type in STATUS_TYPES]
    named = header.fields.get(FAILED_RECIPIENTS, ())
    if not status and not named:
        return None
    groups = [group for leaf in status for group in _groups(leaf)]
    failures = [failure for group in groups if (failure := _failure(group))]
    if not status:
        failures = [_Failure(one, permanent=True) for one in parse_addresses(named, MAX_RECIPIENTS)]
    if not failures:
        return None
    return DeliveryReport(
        message_ids=_message_ids(header, groups, leaves, text),
        recipients=tuple(
            dict.fromkeys(one.address for one in failures[:MAX_RECIPIENTS] if one.address)
        ),
        permanent=any(failure.permanent for failure in failures),
    )


def _groups(leaf: Leaf) -> Iterator[Header]:
    """The groups of fields of a status part, which empty lines divide."""
    for octets in _BLANK.split(_octets(leaf), MAX_GROUPS)[:MAX_GROUPS]:
        if octets.strip():
            yield read_header(octets.lstrip(b"\r\n"))


def _octets(leaf: Leaf) -> bytes:
    return transfer_decoded(leaf.octets[:MAX_OCTETS], leaf.encoding)[0]


def _failure(group: Header) -> _Failure | None:
    """The recipient of one group, unless its mail arrived, is delayed, or it names none.

    Without a status the report's word that it failed counts: who is not written to again is safe.
    """
    recipient = group.first("original-recipient") or group.first("final-recipient")
    if not recipient:
        return None
    action = group.first("action").strip().lower()
    status = _STATUS.match(group.first("status")) or _CODE.search(group.first("diagnostic-code"))
    first = status[1] if status else ""
    failed = action.startswith("failed") if action else first in ("4", "5")
    return _Failure(_recipient(group), permanent=first != "4") if failed else None


def _recipient(group: Header) -> Address | None:
    """Whom we wrote to if the report knows it, else where the mail went in the end (2.3.1)."""
    written = (group.first("original-recipient"), group.first("final-recipient"))
    return next(iter(parse_addresses(written, 1)), None)


def _message_ids(
    header: Header, groups: Sequence[Header], leaves: Sequence[Leaf], text: str
) -> tuple[str, ...]:
    """The ids that the returned mail may have, the surest first."""
    values = [
        read_header(split_octets(_octets(leaf))[0]).first("message-id")
        for leaf in leaves
        if leaf.part.content_type in ORIGINAL_TYPES
    ]
    values += [group.first("x-original-message-id") for group in groups]
    values += [match[1] for match in _WRITTEN_ID.finditer(text[:MAX_OCTETS])]
    for name in ("in-reply-to", "references"):
        values += header.fields.get(name, ())
    found = dict.fromkeys(one for value in values for one in _ID.findall(value))
    return tuple(found)[:MAX_IDS]
