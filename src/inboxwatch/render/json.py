"""Report models as JSON, one object a line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def to_line(fields: Mapping[str, object]) -> str:
    """One object on one line, in ASCII: safe for terminals, logs and every reader (rule O14)."""
    return _encoded(fields)


_encoded = json.JSONEncoder(check_circular=False).encode
