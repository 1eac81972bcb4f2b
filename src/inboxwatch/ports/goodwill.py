"""The part of the journal that keeps what was proposed to customers as goodwill."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from inboxwatch.model.playbook import Goodwill, GoodwillState, Offer


class Goodwills(Protocol):
    """The ledger of goodwill. Every method is one transaction."""

    def propose(
        self, mail_id: int, offer: Offer, permit: Callable[[Sequence[Goodwill]], str]
    ) -> Goodwill | str:
        """Enter a proposal for the customer of a mail, unless ``permit`` says why not.

        ``permit`` sees the whole ledger, inside the transaction. Raises StateError without the
        mail.
        """

    def decide_goodwill(
        self, goodwill_id: int, state: GoodwillState, by: str, at: datetime
    ) -> Goodwill | None:
        """A person decides a proposal; None when it is none, or decided by now."""

    def goodwills(self) -> tuple[Goodwill, ...]:
        """The ledger, oldest first."""

    def asked_money_back(self, mail_id: int, since: datetime) -> int:
        """How many mails of the sender of this one have asked for money back since then."""
