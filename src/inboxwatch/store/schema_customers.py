"""The tables of the imported customers, which lie in a file of their own beside the state."""

from __future__ import annotations

APPLICATION_ID = 0x49425743
"""Marks a database as one of customers (``PRAGMA application_id``): the letters IBWC."""

VERSION = 2

WITH_LIKENESS = 2
"""From this version on there are the tables by which look-alikes are found."""

LIKENESS_STATEMENTS = (
    # key is how a customer's name looks (core.rescue.names)
    """CREATE TABLE name (
        key TEXT NOT NULL,
        customer INTEGER NOT NULL,
        PRIMARY KEY (key, customer)
    ) WITHOUT ROWID""",
    # key is how a half of a domain looks, or all of it (core.rescue.lookalike); a domain stays
    # until an import forgets everybody who is not in it, or who used it alone is forgotten
    """CREATE TABLE site (
        key TEXT NOT NULL,
        domain TEXT NOT NULL,
        PRIMARY KEY (key, domain)
    ) WITHOUT ROWID""",
)

STATEMENTS = (
    # number is what key refers to; round is the import that last brought the customer
    """CREATE TABLE customer (
        number INTEGER PRIMARY KEY,
        round INTEGER NOT NULL,
        id TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        emails TEXT NOT NULL,
        domains TEXT NOT NULL,
        vip INTEGER NOT NULL,
        tags TEXT NOT NULL,
        language TEXT,
        timezone TEXT,
        no_replies INTEGER NOT NULL,
        notes TEXT NOT NULL
    )""",
    # key is an address, or @ and a domain
    """CREATE TABLE key (
        key TEXT PRIMARY KEY,
        customer INTEGER NOT NULL
    ) WITHOUT ROWID""",
    "CREATE TABLE round (number INTEGER PRIMARY KEY, at INTEGER NOT NULL)",
    *LIKENESS_STATEMENTS,
)
