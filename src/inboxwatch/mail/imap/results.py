"""The topmost authserv-id of a mail, from the answer to a FETCH of little (rule S15)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

RESULTS = "BODY.PEEK[HEADER.FIELDS (AUTHENTICATION-RESULTS)]<0.8192>"
"""What to fetch."""

_TOPMOST = re.compile(r"\A\s*(?:\([^()]*\)\s*)*\"?([^\s;\"()=]{1,255})\"?[^;=]*(;|\Z)")
WITHOUT_ID = "topmost-without-id"
"""What S01 calls a server whose field begins with a result, as Exchange Online's does."""


def topmost_authserv_id(answer: Mapping[bytes, object]) -> tuple[str, ...]:
    """The authserv-id of the first Authentication-Results in one FETCH answer, if there is one."""
    key = next((key for key in answer if key.startswith(b"BODY[HEADER.FIELDS")), None)
    value = answer.get(key) if key is not None else None
    text = value.decode("latin-1") if isinstance(value, bytes) else ""
    first = re.split(r"\r?\n(?![ \t])", text, maxsplit=1)[0]
    _, _, content = first.partition(":")
    if not content.strip():
        return ()
    match = _TOPMOST.match(content)
    return (match[1].lower(),) if match else (WITHOUT_ID,)
