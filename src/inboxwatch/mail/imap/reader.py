"""Reading messages: one FETCH is on its way while the answer to the one before is read."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from msgspec import Struct, field

from inboxwatch.mail.imap import checks, records, wire
from inboxwatch.mail.imap.copied import uid_set
from inboxwatch.mail.imap.status import Surveyor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from inboxwatch.mail.imap.records import Row


class Flight(Struct):
    """A FETCH that was sent, and what has come of it so far."""

    tag: bytes
    asked: tuple[tuple[int, ...], tuple[str, ...]]
    wanted: frozenset[int]
    rows: dict[int, Row] = field(default_factory=dict)

    def takes(self, uid: object, row: Row) -> bool:
        """Whether a response is about one of the messages that were asked for (rule I06)."""
        if not isinstance(uid, int) or uid not in self.wanted:
            return False
        self.rows.setdefault(uid, {}).update(row)
        return True


class Reader(Surveyor):
    """A session that fetches messages of the opened mailbox by UID.

    At most one FETCH is ahead. Any command that is no FETCH waits for its end first.
    """

    def fetch(
        self, uids: Sequence[int], items: Sequence[str], *, changed_since: int = 0
    ) -> Mapping[int, Row]:
        """UID FETCH by number; UIDs that are gone are missing from the answer (rule I06)."""
        if not uids:
            return {}
        with self._guard("fetching"):
            return self._landed(self._sent(uids, items, changed_since=changed_since))

    def fetch_ahead(
        self, uids: Sequence[int], items: Sequence[str], then: Sequence[int] = ()
    ) -> Mapping[int, Row]:
        """The same; and before the answer is read, the same items of ``then`` are asked for."""
        with self._guard("fetching", settle=False):
            flight, self._ahead = self._ahead, None
            if flight is None or flight.asked != (tuple(uids), tuple(items)):
                if flight is not None:
                    self._landed(flight)
                flight = self._sent(uids, items)
            if then:
                self._ahead = self._sent(then, items)
            return self._landed(flight)

    def fetch_beside(self, uids: Sequence[int], items: Sequence[str]) -> Mapping[int, Row]:
        """The same of messages that the FETCH ahead does not ask for, and that is kept."""
        with self._guard("fetching", settle=False):
            return self._landed(self._sent(uids, items))

    def _sent(self, uids: Sequence[int], items: Sequence[str], *, changed_since: int = 0) -> Flight:
        imap = self._client._imap  # noqa: SLF001 - imapclient waits for each answer
        since = f"(CHANGEDSINCE {changed_since:d})" if changed_since else None
        tag = imap._command("UID", "FETCH", uid_set(uids), f"({' '.join(items)})", since)  # noqa: SLF001 - the same
        asked = (tuple(uids), tuple(items))
        return Flight(tag, asked, frozenset(uids))

    def _landed(self, flight: Flight) -> Mapping[int, Row]:
        """Wait for the end of a FETCH; what comes for the one ahead is kept for it."""
        imap = self._client._imap  # noqa: SLF001 - as above
        imap.begin()
        for row in records.rows(imap, flight.tag):
            checks.shape(row)
            uid = row.get(b"UID")
            if not flight.takes(uid, row) and self._ahead is not None:
                self._ahead.takes(uid, row)
        return flight.rows

    def _settle(self) -> None:
        """Wait for the end of the FETCH ahead, if there is one, and forget what it brings."""
        flight, self._ahead = self._ahead, None
        if flight is None:
            return
        imap = self._client._imap  # noqa: SLF001 - as above
        imap.begin()
        with suppress(wire.RefusedError):
            for _ in records.rows(imap, flight.tag):
                pass
