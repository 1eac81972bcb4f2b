"""What each server lacks, and why: tests that need it have to fail there, and docs tell of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that a server does not do, and what follows for whoever uses it."""

    server: str
    ability: str
    why: str


LACKS = (
    Lack(
        "pymap",
        "any-message-id",
        "SEARCH compares with a Message-ID as Python's email package understood it, without quotes",
    ),
)


def lacking(server: str, *abilities: str) -> list[Lack]:
    """Those of the abilities that a server lacks."""
    return [lack for lack in LACKS if lack.server == server and lack.ability in abilities]
