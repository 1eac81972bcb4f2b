"""Asking for many mails at once, and for fewer where one of them spoils the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from inboxwatch.errors import UnreachableError

Flags = frozenset[str]


class OneMailError(Exception):
    """What failed may be the fault of one mail; the cause is the UnreachableError."""

    def __init__(self, fault: UnreachableError) -> None:
        super().__init__(fault.message)
        self.fault = fault


class Halves(Struct):
    """Flags as they come; ``ask`` tells those of some UIDs, or raises OneMailError.

    A mail whose flags alone cannot be had is passed over: it is ``found`` with no flags, so that
    nobody takes it for gone. Two of them with no answer in between are the server's fault, and so
    is one where no answer came at all.
    """

    ask: Callable[[tuple[int, ...]], Mapping[int, Flags]]
    found: dict[int, Flags] = field(default_factory=dict)
    answered: bool = False
    fault: UnreachableError | None = None

    def look(self, uids: tuple[int, ...]) -> None:
        """Ask for some UIDs, and for each half of them where the answer cannot be had."""
        try:
            self.found.update(self.ask(uids))
        except OneMailError as error:
            if len(uids) == 1:
                self._pass_over(uids[0], error.fault)
                return
            middle = len(uids) // 2
            self.look(uids[:middle])
            self.look(uids[middle:])
        else:
            self.answered, self.fault = True, None

    def _pass_over(self, uid: int, fault: UnreachableError) -> None:
        if self.fault is not None:
            raise fault
        self.fault = fault
        self.found[uid] = frozenset()

    def end(self) -> Mapping[int, Flags]:
        """All that was found. Raises UnreachableError if the server answered nothing at all."""
        if self.fault is not None and not self.answered:
            raise self.fault
        return self.found
