"""What was proposed to customers as goodwill, and who approved it."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from inboxwatch.errors import StateError
from inboxwatch.model.playbook import Goodwill, GoodwillState, Offer
from inboxwatch.store.part import Part
from inboxwatch.store.values import (
    OddValueError,
    row_id,
    storable,
    to_instant,
    to_micros,
    to_optional_instant,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence
    from datetime import datetime


class GoodwillPart(Part):
    """What ``ports.goodwill`` says of each method holds."""

    def propose(
        self, mail_id: int, offer: Offer, permit: Callable[[Sequence[Goodwill]], str]
    ) -> Goodwill | str:
        """Enter a proposal for the customer of a mail."""
        with self._database.writing() as sql:
            account, party = _customer(sql, mail_id)
            refused = permit(_ledger(sql))
            if refused:
                return refused
            row = (
                mail_id,
                account,
                party,
                str(offer.amount),
                offer.currency,
                storable(offer.by),
                storable(offer.note),
                to_micros(offer.at),
                GoodwillState.PROPOSED.value,
            )
            found_id = int(sql.execute(_INSERT, row).lastrowid or 0)
            return next(one for one in _ledger(sql) if one.id == found_id)

    def decide_goodwill(
        self, goodwill_id: int, state: GoodwillState, by: str, at: datetime
    ) -> Goodwill | None:
        """A person decides a proposal."""
        goodwill_id = row_id(goodwill_id)
        with self._database.writing() as sql:
            changed = sql.execute(
                """UPDATE goodwill SET state = ?, decided_by = ?, decided_at = ?
                WHERE id = ? AND state = ?""",
                (state.value, storable(by), to_micros(at), goodwill_id, GoodwillState.PROPOSED),
            ).rowcount
            found = [one for one in _ledger(sql) if one.id == goodwill_id]
        return found[0] if changed else None

    def goodwills(self) -> tuple[Goodwill, ...]:
        """The ledger, oldest first."""
        with self._database.reading() as sql:
            return _ledger(sql)

    def asked_money_back(self, mail_id: int, since: datetime) -> int:
        """How many mails of a sender have asked for money back."""
        with self._database.reading() as sql:
            _, party = _customer(sql, mail_id)
            row = sql.execute(_ASKED, (party, to_micros(since))).fetchone()
        return int(row[0])


_INSERT = """INSERT INTO goodwill (
    mail, account, party, amount, currency, proposed_by, note, proposed_at, state
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"""

_LEDGER = """SELECT goodwill.id, goodwill.mail, goodwill.account, party, amount, currency,
    proposed_at, proposed_by, note, state, goodwill.decided_at, decided_by,
    json_extract(decision, '$.customer.id')
FROM goodwill JOIN mail ON mail.id = goodwill.mail ORDER BY goodwill.id"""

_ASKED = """SELECT COUNT(DISTINCT reply_key) FROM mail, json_each(mail.decision, '$.signals')
WHERE sender_canonical = ? AND received > ? AND automatic = 0 AND unproven = 0
AND json_each.value = 'money-back'"""


def _customer(sql: sqlite3.Connection, mail_id: int) -> tuple[str, str]:
    row = sql.execute(
        "SELECT account, sender_canonical FROM mail WHERE id = ?", (mail_id,)
    ).fetchone()
    if row is None:
        raise StateError(f"the state has no mail {mail_id}", next_step="run `queue` again")
    return row[0], row[1]


def _ledger(sql: sqlite3.Connection) -> tuple[Goodwill, ...]:
    return tuple(map(_goodwill, sql.execute(_LEDGER).fetchall()))


def _goodwill(row: tuple[Any, ...]) -> Goodwill:
    found_id, mail, account, party, amount, currency, at, by, note, state, *decision = row
    decided_at, decided_by, customer_id = decision
    try:
        offer = Offer(Decimal(amount), currency, to_instant(at), by, note)
        return Goodwill(
            id=found_id,
            mail_id=mail,
            account=account,
            party=party,
            offer=offer,
            state=GoodwillState(state),
            decided_at=to_optional_instant(decided_at),
            decided_by=decided_by,
            customer_id=str(customer_id or ""),
        )
    except (InvalidOperation, TypeError, ValueError) as error:
        raise OddValueError(f"{amount!r:.40}, {state!r:.40} in the goodwill ledger") from error
