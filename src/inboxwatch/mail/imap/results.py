"""The trace of a mail from the answer to a FETCH of little (rule S15)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxwatch.core.message.header import OF_THE_WRITER, read_header

if TYPE_CHECKING:
    from collections.abc import Mapping

_FIELDS = " ".join(("received", "authentication-results", *sorted(OF_THE_WRITER))).upper()
TRACE = f"BODY.PEEK[HEADER.FIELDS ({_FIELDS})]<0.16384>"
"""What to fetch: the trace, and the fields of the writer, which tell where it ends."""


def trace(answer: Mapping[bytes, object]) -> tuple[tuple[str, str], ...]:
    """The Received and Authentication-Results fields in one FETCH answer, in their order."""
    key = next((key for key in answer if key.startswith(b"BODY[HEADER.FIELDS")), None)
    value = answer.get(key) if key is not None else None
    return read_header(value).trace if isinstance(value, bytes) else ()
