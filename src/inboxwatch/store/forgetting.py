"""Forgetting: a person is erased from every table of the state.

Conversations that are theirs alone go as a whole. Of those in which others write as well, their
mails and all that hangs on them go. What then still holds an address or a full name of theirs
loses it. That their mails were answered is kept as keyed hashes (``store.forgotten``).
"""
# ruff: noqa: S608 - the statements are made of names and words of ours

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING

from inboxwatch.core.forgetting import is_a_persons, is_telling
from inboxwatch.model.person import Erased
from inboxwatch.store.forgotten import keep_forgotten
from inboxwatch.store.keeping import RETENTION
from inboxwatch.store.part import Part
from inboxwatch.store.scrubbing import scrub, waiting
from inboxwatch.store.values import storable, to_micros

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from inboxwatch.model.person import Forgettable

_LISTS = (
    "party",
    "exact",
    "whole",
    "gone_mail",
    "gone_entry",
    "gone_key",
    "gone_swept",
    "old",
    "touched",
)

_FIND = (
    """INSERT INTO gone_mail SELECT id FROM mail
    WHERE sender_canonical IN (SELECT id FROM party)""",
    """INSERT INTO gone_entry SELECT id FROM outbox
    WHERE recipient_canonical IN (SELECT id FROM party)
    OR envelope_canonical IN (SELECT id FROM party) OR recipient IN (SELECT id FROM exact)
    OR mail_id IN (SELECT id FROM gone_mail)""",
    # the reports that a reply to them came back
    """INSERT OR IGNORE INTO gone_mail SELECT mail FROM rebound
    WHERE entry IN (SELECT id FROM gone_entry)""",
    """INSERT OR IGNORE INTO gone_key SELECT reply_key FROM mail
    WHERE id IN (SELECT id FROM gone_mail)""",
    """INSERT OR IGNORE INTO gone_key SELECT reply_key FROM outbox
    WHERE id IN (SELECT id FROM gone_entry)""",
    """INSERT OR IGNORE INTO gone_swept SELECT id FROM sweep_mail
    WHERE mail IN (SELECT id FROM gone_mail) OR reply_key IN (SELECT id FROM gone_key)""",
    """INSERT OR IGNORE INTO gone_key SELECT reply_key FROM sweep_mail
    WHERE id IN (SELECT id FROM gone_swept)""",
    """INSERT INTO touched
    SELECT conversation FROM mail WHERE id IN (SELECT id FROM gone_mail)
    UNION SELECT conversation FROM outbox WHERE id IN (SELECT id FROM gone_entry)
    UNION SELECT conversation FROM topic WHERE party IN (SELECT id FROM party)
    UNION SELECT conversation FROM own_mail JOIN own_recipient ON own_mail = own_mail.id
        WHERE recipient IN (SELECT id FROM party)
    UNION SELECT conversation FROM pledge WHERE recipient IN (SELECT id FROM party)
    UNION SELECT conversation FROM answer WHERE party IN (SELECT id FROM party)""",
    """INSERT INTO old SELECT id FROM touched WHERE NOT EXISTS (
        SELECT 1 FROM mail WHERE conversation = touched.id AND automatic = 0
        AND id NOT IN (SELECT id FROM gone_mail))
    AND NOT EXISTS (SELECT 1 FROM outbox WHERE conversation = touched.id
        AND id NOT IN (SELECT id FROM gone_entry))""",
    """INSERT OR IGNORE INTO gone_mail SELECT id FROM mail
    WHERE conversation IN (SELECT id FROM old)""",
)
"""Whose rows are whose, before anything is deleted."""

_MAILS, _ENTRIES = "SELECT id FROM gone_mail", "SELECT id FROM gone_entry"
_PARTY, _EXACT = "SELECT id FROM party", "SELECT id FROM exact"
_ESCALATIONS = f"""SELECT id FROM escalation WHERE party IN ({_PARTY})
    OR customer IN (SELECT id FROM whole) OR mail IN ({_MAILS})"""

_ERASE: tuple[tuple[str, str], ...] = (
    # what asked for a person goes on for the customer's other addresses
    (
        "",
        f"""UPDATE escalation SET mail = (
            SELECT MAX(mail.id) FROM request JOIN mail ON mail.reply_key = request.reply_key
            WHERE escalation = escalation.id AND mail.id NOT IN ({_MAILS}))
        WHERE mail IN ({_MAILS}) AND party NOT IN ({_PARTY})
        AND customer NOT IN (SELECT id FROM whole)
        AND EXISTS (SELECT 1 FROM request JOIN mail ON mail.reply_key = request.reply_key
            WHERE escalation = escalation.id AND mail.id NOT IN ({_MAILS}))""",
    ),
    (
        "request",
        f"""DELETE FROM request WHERE reply_key IN (SELECT id FROM gone_key)
        OR escalation IN ({_ESCALATIONS})""",
    ),
    ("escalation", f"DELETE FROM escalation WHERE id IN ({_ESCALATIONS})"),
    ("sweep_mail", "DELETE FROM sweep_mail WHERE id IN (SELECT id FROM gone_swept)"),
    ("", f"UPDATE sweep_mail SET mail = NULL WHERE mail IN ({_MAILS})"),
    ("surge_mail", f"DELETE FROM surge_mail WHERE mail IN ({_MAILS}) OR sender IN ({_PARTY})"),
    ("trace", f"DELETE FROM trace WHERE mail IN ({_MAILS}) OR sender IN ({_PARTY})"),
    ("correction", f"DELETE FROM correction WHERE mail IN ({_MAILS})"),
    ("goodwill", f"DELETE FROM goodwill WHERE mail IN ({_MAILS}) OR party IN ({_PARTY})"),
    (
        "rebound",
        f"""DELETE FROM rebound WHERE mail IN ({_MAILS}) OR entry IN ({_ENTRIES})
        OR recipient_canonical IN ({_PARTY})""",
    ),
    ("promise", f"DELETE FROM promise WHERE entry IN ({_ENTRIES})"),
    (
        "message_id",
        f"""DELETE FROM message_id WHERE owner IN ({_PARTY}) OR id IN (
            SELECT message_id FROM mail WHERE id IN ({_MAILS}) AND message_id <> ''
            UNION SELECT message_id FROM outbox WHERE id IN ({_ENTRIES}))""",
    ),
    (
        "",
        f"""UPDATE own_mail SET parent = '' WHERE parent IN (
            SELECT message_id FROM mail WHERE id IN ({_MAILS}))""",
    ),
    ("outbox", f"DELETE FROM outbox WHERE id IN ({_ENTRIES})"),
    ("", f"UPDATE outbox SET mail_id = NULL WHERE mail_id IN ({_MAILS})"),
    ("topic", f"DELETE FROM topic WHERE party IN ({_PARTY})"),
    ("answer", f"DELETE FROM answer WHERE party IN ({_PARTY})"),
    ("pledge", f"DELETE FROM pledge WHERE recipient IN ({_PARTY})"),
    (
        "",
        f"""UPDATE own_mail SET text = '' WHERE id IN (
            SELECT own_mail FROM own_recipient WHERE recipient IN ({_PARTY}))""",
    ),
    ("own_recipient", f"DELETE FROM own_recipient WHERE recipient IN ({_PARTY})"),
    ("contact", f"DELETE FROM contact WHERE address IN ({_PARTY})"),
    (
        "note",
        f"DELETE FROM note WHERE holder IN ({_EXACT}) OR holder IN (SELECT id FROM whole)",
    ),
    ("genuine", f"DELETE FROM genuine WHERE address IN ({_EXACT})"),
    *((one.table, statement) for one in RETENTION for statement in one.with_old),
    ("mail", f"DELETE FROM mail WHERE id IN ({_MAILS})"),
)
"""What is deleted, in this order, so that nothing refers to what is gone."""

_CUSTOMER = "$.customer.name"


class ForgettingPart(Part):
    """Erases people; for whoever holds the lock."""

    def erase(self, person: Forgettable, at: datetime) -> Erased:
        """Erase somebody, in one transaction; afterwards ``overwrite`` leaves nothing in the file.

        Raises StateError.
        """
        with self._database.writing() as sql:
            for name in _LISTS:
                sql.execute(f"CREATE TEMP TABLE {name} (id PRIMARY KEY)")
            terms = _find(sql, person)
            keys = [row[0] for row in sql.execute("SELECT id FROM gone_key")]
            counts = _erased(sql)
            counts["words"] = scrub(sql, terms)
            left = waiting(sql, terms)
            keep_forgotten(sql, keys, to_micros(at))
            for name in _LISTS:
                sql.execute(f"DROP TABLE {name}")
        return Erased({name: n for name, n in counts.items() if n}, terms, left)

    def overwrite(self) -> None:
        """Write the state anew, so that nothing of what was deleted is left in its files."""
        self._database.rewrite()


def _find(sql: sqlite3.Connection, person: Forgettable) -> tuple[str, ...]:
    """Fill the lists; the addresses and names by which the person may stand anywhere."""
    _fill(sql, "party", person.addresses)
    exact = {*person.exact, *_exact_forms(sql, person)}
    _fill(sql, "exact", exact)
    _fill(sql, "whole", map(storable, person.customers))
    _fill(sql, "gone_swept", _swept(sql, person))
    for statement in _FIND:
        sql.execute(statement)
    names = {name for name in (*person.names, *_known_as(sql)) if is_telling(name)}
    names |= {name for name in _own_names(sql) if is_a_persons(name)}
    names = {name for name in names if name.casefold() not in person.spared}
    return tuple(sorted({*exact, *person.addresses})) + tuple(sorted(names))


def _fill(sql: sqlite3.Connection, name: str, values: Iterable[object]) -> None:
    sql.executemany(f"INSERT OR IGNORE INTO {name} VALUES (?)", [(one,) for one in values])


_EXACT_FORMS = (
    "SELECT DISTINCT sender FROM mail WHERE sender_canonical IN (SELECT id FROM party)",
    "SELECT DISTINCT recipient FROM outbox WHERE recipient_canonical IN (SELECT id FROM party)",
    "SELECT holder FROM note",
    "SELECT address FROM genuine",
)


def _exact_forms(sql: sqlite3.Connection, person: Forgettable) -> Iterator[str]:
    """The forms in which their addresses were written, with what stands behind a plus."""
    for statement in _EXACT_FORMS:
        for (text,) in sql.execute(statement).fetchall():
            if _canonical(text) in person.addresses:
                yield text


def _swept(sql: sqlite3.Connection, person: Forgettable) -> Iterator[int]:
    """The lines of sweeps that tell of mail of theirs, which a run may never have seen."""
    rows = sql.execute(
        "SELECT id, json_extract(about, '$.sender') FROM sweep_mail WHERE json_valid(about)"
    ).fetchall()
    yield from (number for number, sender in rows if _canonical(sender or "") in person.addresses)


def _canonical(text: str) -> str:
    from inboxwatch.core.message.address import (  # noqa: PLC0415 - runs never forget
        AddressError,
        canonical_form,
    )

    with suppress(AddressError):
        return storable(canonical_form(text))
    return ""


def _known_as(sql: sqlite3.Connection) -> Iterator[str]:
    """What the team calls them: names of customers, which can be trusted."""
    rows = sql.execute(
        f"""SELECT json_extract(decision, '{_CUSTOMER}') FROM mail
        WHERE id IN ({_MAILS}) AND sender_canonical IN ({_PARTY}) AND json_valid(decision)
        AND json_extract(decision, '$.customer.match') = 'address'"""
    )
    yield from (name or "" for (name,) in rows.fetchall())


def _own_names(sql: sqlite3.Connection) -> Iterator[str]:
    """What they call themselves, which can be anything."""
    rows = sql.execute(
        f"""SELECT json_extract(decision, '$.from_text') FROM mail
        WHERE id IN ({_MAILS}) AND sender_canonical IN ({_PARTY}) AND json_valid(decision)
        UNION SELECT json_extract(about, '$.from_text') FROM sweep_mail
        WHERE id IN (SELECT id FROM gone_swept) AND json_valid(about)"""
    )
    yield from (_name(from_text) for (from_text,) in rows.fetchall())
    rows = sql.execute(
        f"""SELECT name FROM surge_mail WHERE sender IN ({_PARTY})
        UNION SELECT name FROM trace WHERE sender IN ({_PARTY})"""
    )
    yield from (name for (name,) in rows.fetchall())


def _name(from_text: object) -> str:
    """The display name of a From."""
    return str(from_text or "").rpartition("<")[0].strip(" \"'")


def _erased(sql: sqlite3.Connection) -> Counter[str]:
    counts: Counter[str] = Counter()
    for table, statement in _ERASE:
        done = sql.execute(statement).rowcount
        if table and statement.lstrip().startswith("DELETE"):
            counts[table] += done
    return counts
