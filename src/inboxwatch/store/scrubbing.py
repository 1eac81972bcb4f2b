"""Taking a person out of what has to stay: which columns hold text of mail, and how each is read.

What is no text of mail (mailboxes, accounts, states, ids, templates) is never rewritten, whatever
somebody chose for a name.
"""
# ruff: noqa: S608 - the statements are made of names of ours

from __future__ import annotations

import json
from enum import Enum
from typing import TYPE_CHECKING, Any

from inboxwatch.core.forgetting import Eraser
from inboxwatch.store.keeping import OPEN_STATES
from inboxwatch.store.values import storable, to_json

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable


class Form(Enum):
    """What stands in a column: text, text of ours with addresses in it, addresses, JSON."""

    TEXT = "text"
    TOLD = "told"
    ADDRESSES = "addresses"
    JSON = "json"
    LIST = "list"
    PAST = "past"


TEXTS: dict[str, dict[str, Form]] = {
    "breaker": {"why": Form.TOLD},
    "deed": {"note": Form.TEXT},
    "goodwill": {"note": Form.TEXT},
    "mail": {
        "subject": Form.TEXT,
        "decision": Form.JSON,
        "past": Form.PAST,
        "reply_to": Form.ADDRESSES,
    },
    "note": {"text": Form.TEXT},
    "outbox": {"detail": Form.TOLD},
    "own_mail": {"text": Form.TEXT},
    "pledge": {"words": Form.TEXT, "name": Form.TEXT},
    "surge": {"about": Form.TEXT, "phrase": Form.TEXT},
    "surge_mail": {"name": Form.TEXT},
    "sweep": {"notes": Form.LIST},
    "sweep_mail": {"detail": Form.TOLD, "about": Form.JSON, "earlier": Form.JSON},
    "topic": {"subject": Form.TEXT},
    "trace": {"name": Form.TEXT},
}
"""The columns that may name somebody, in rows that stay, beside the octets of replies."""

NO_TEXT: dict[str, frozenset[str]] = {
    "alert": frozenset({"key"}),
    "answer": frozenset({"party", "author"}),
    "attempt": frozenset({"account", "mailbox", "error"}),
    "breaker": frozenset({"account"}),
    "condition": frozenset({"account", "mailbox", "kind", "error", "next_step"}),
    "contact": frozenset({"address"}),
    "correction": frozenset({"reasons"}),
    "deed": frozenset({"by", "owner"}),
    "escalation": frozenset({"account", "party", "causes", "closed_by", "customer"}),
    "genuine": frozenset({"address"}),
    "goodwill": frozenset(
        {"account", "party", "amount", "currency", "proposed_by", "state", "decided_by"}
    ),
    "look": frozenset({"account", "mailbox"}),
    "mail": frozenset(
        {
            "account",
            "mailbox",
            "reply_key",
            "sender_canonical",
            "closed",
            "role",
            "sender",
            "message_id",
        }
    ),
    "mailbox": frozenset({"account", "mailbox"}),
    "message_id": frozenset({"id", "owner"}),
    "meta": frozenset({"key"}),
    "note": frozenset({"holder"}),
    "outbox": frozenset(
        {
            "reply_key",
            "state",
            "account",
            "recipient_domain",
            "recipient_canonical",
            "handle",
            "kind",
            "recipient",
            "envelope_from",
            "message_id",
            "envelope_canonical",
        }
    ),
    "own_mail": frozenset({"message_id", "author", "account", "parent"}),
    "own_recipient": frozenset({"recipient"}),
    "placed": frozenset({"account", "mailbox"}),
    "pledge": frozenset({"account", "author", "recipient"}),
    "rebound": frozenset({"account", "recipient_canonical", "kind"}),
    "request": frozenset({"reply_key"}),
    "run": frozenset({"counts"}),
    "standing": frozenset({"owner"}),
    "surge": frozenset({"suspicion", "template"}),
    "surge_mail": frozenset({"sender"}),
    "sweep": frozenset({"mode", "accounts", "examined"}),
    "sweep_mail": frozenset(
        {
            "outcome",
            "account",
            "mailbox",
            "place_mailbox",
            "reply_key",
            "moved_to",
            "next_mailbox",
        }
    ),
    "topic": frozenset({"party"}),
    "trace": frozenset({"sender"}),
    "traffic": frozenset({"account"}),
}
"""All other columns of text: names and words of ours, of the team, and keys of rows."""

_OURS = """
    account accounts authentication closed decision effect flags id language mailbox match
    message_id period reply_key role rule severity signal signals source status template tone
"""
WORDS_OF_OURS = frozenset(_OURS.split())
"""What stands under these names in JSON is no text of mail either, unless it is an object."""

OBJECTS_OF_OURS = frozenset({"last_used", "ref", "verdict"})
"""Nor is anything in the objects with these names."""


def scrub(sql: sqlite3.Connection, terms: Iterable[str]) -> int:
    """Take addresses and names out of every text; how many values that changed."""
    given = tuple(terms)
    every, addresses = Eraser(given), Eraser(one for one in given if "@" in one)
    forms: dict[Form, Callable[[str], str]] = {
        Form.TEXT: every.without,
        Form.TOLD: addresses.without,
        Form.ADDRESSES: lambda text: " ".join(
            one for one in text.split(" ") if not addresses.has(one)
        ),
        Form.JSON: lambda text: _json(text, every, to_json),
        Form.LIST: lambda text: _json(text, addresses, to_json),
        Form.PAST: lambda text: _json(text, every, _compact),
    }
    changed = 0
    for table, columns in TEXTS.items():
        for column, form in columns.items():
            changed += _column(sql, table, column, every.may_be_in, forms[form])
    return changed + _replies(sql, every)


def waiting(sql: sqlite3.Connection, terms: Iterable[str]) -> int:
    """How many replies to others that may still go out name somebody.

    They are not changed: they go out as they were decided, or not at all.
    """
    return len(_naming(sql, Eraser(terms), "IN"))


def _replies(sql: sqlite3.Connection, eraser: Eraser) -> int:
    from inboxwatch.core.reply.rewrite import without  # noqa: PLC0415 - runs never forget

    changed = [
        (without(octets, eraser.without), row) for row, octets in _naming(sql, eraser, "NOT IN")
    ]
    sql.executemany("UPDATE outbox SET octets = ? WHERE id = ?", changed)
    return len(changed)


def _naming(sql: sqlite3.Connection, eraser: Eraser, which: str) -> list[tuple[int, bytes]]:
    from inboxwatch.core.reply.rewrite import names  # noqa: PLC0415 - as above

    rows = sql.execute(f"SELECT id, octets FROM outbox WHERE state {which} {OPEN_STATES}")
    return [
        (row, octets)
        for row, octets in rows
        if isinstance(octets, bytes) and names(octets, eraser.has)
    ]


def _column(
    sql: sqlite3.Connection,
    table: str,
    column: str,
    looks: Callable[[str], bool],
    change: Callable[[str], str],
) -> int:
    def scrubbed(value: Any) -> Any:  # noqa: ANN401 - whatever SQLite holds
        return change(value) if isinstance(value, str) and looks(value) else value

    sql.create_function("without", 1, scrubbed, deterministic=True)
    statement = f"UPDATE OR REPLACE {table} SET {column} = without({column}) WHERE "
    return sql.execute(f"{statement} without({column}) IS NOT {column}").rowcount


def _json(text: str, eraser: Eraser, write: Callable[[Any], str]) -> str:
    """The strings in some JSON without the terms; what is none is taken for text."""
    if not text:
        return text
    try:
        found = json.loads(text)
        left = _value(found, eraser)
        return text if left == found else storable(write(left))
    except (ValueError, RecursionError):
        return eraser.without(text)


def _value(value: Any, eraser: Eraser) -> Any:  # noqa: ANN401 - whatever JSON holds
    if isinstance(value, str):
        return eraser.without(value)
    if isinstance(value, list):
        return [_value(one, eraser) for one in value]
    if isinstance(value, dict):
        return {name: _field(name, one, eraser) for name, one in value.items()}
    return value


def _field(name: str, value: Any, eraser: Eraser) -> Any:  # noqa: ANN401 - as above
    if name == "past" and isinstance(value, str):  # JSON in JSON
        return _json(value, eraser, _compact)
    if name in OBJECTS_OF_OURS or (name in WORDS_OF_OURS and not isinstance(value, dict)):
        return value
    return _value(value, eraser)


_compact = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode
"""As ``to_past`` writes it."""
