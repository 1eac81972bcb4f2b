"""Mail of people who were forgotten, as keyed hashes: none of it is answered again."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

from inboxwatch.store.values import storable

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable


def is_forgotten(sql: sqlite3.Connection, reply_key: str) -> bool:
    """Whether a mail is one of somebody who was forgotten."""
    return bool(forgotten_of(sql, (reply_key,)))


def forgotten_of(sql: sqlite3.Connection, reply_keys: Iterable[str]) -> frozenset[str]:
    """Those of some reply keys."""
    if sql.execute("SELECT 1 FROM forgotten LIMIT 1").fetchone() is None:
        return frozenset()
    secret = _secret(sql)
    return frozenset(
        key
        for key in reply_keys
        if sql.execute("SELECT 1 FROM forgotten WHERE key = ?", (_hash(secret, key),)).fetchone()
    )


def keep_forgotten(sql: sqlite3.Connection, reply_keys: Iterable[str], at: int) -> None:
    """Remember that the mails with these keys are not to be answered."""
    secret = _secret(sql)
    sql.executemany(
        "INSERT OR REPLACE INTO forgotten (key, at) VALUES (?, ?)",
        [(_hash(secret, key), at) for key in reply_keys],
    )


def _secret(sql: sqlite3.Connection) -> bytes:
    row = sql.execute("SELECT value FROM meta WHERE key = 'secret'").fetchone()
    return bytes(row[0]) if row else b""


def _hash(secret: bytes, reply_key: str) -> bytes:
    return hmac.digest(secret, b"forgotten\0" + storable(reply_key).encode(), hashlib.sha256)
