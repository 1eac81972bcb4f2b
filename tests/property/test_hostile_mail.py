"""Every hostile shape of rule P01 is decided, in bounded work and with a bounded result.

Work is counted in calls, not timed; ``benchmarks/hostile_way.py`` has seconds and memory.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.support.build import NOW, policy
from tests.support.steps import steps
from tests.support.traps import TRAPS

from inboxwatch.app.judging import read
from inboxwatch.app.triage import Triage
from inboxwatch.core.summary import decision_fields
from inboxwatch.mail.files import split
from inboxwatch.model.customer import Customers
from inboxwatch.model.message import RawMessage, Role

if TYPE_CHECKING:
    from inboxwatch.model.decision import Decision

CALLS = 1_000_000
"""Far more than any shape needs, and far less than one that takes quadratic time."""

PARSED, TOLD = 2_000_000, 1_000_000
"""Characters of what is kept of a mail while it is decided, and octets of its decision as JSON."""


@pytest.fixture(scope="module")
def triage() -> Triage:
    return Triage(policy(), Customers(), NOW)


def raw(octets: bytes, role: Role) -> RawMessage:
    header, body, _ = split(octets)
    return RawMessage("trap", role, header, body, NOW, len(octets))


@pytest.mark.parametrize("name", TRAPS)
def test_a_hostile_mail_is_decided_in_bounded_work(name: str, triage: Triage) -> None:
    octets = TRAPS[name]()
    found: list[Decision] = []
    assert steps(lambda: found.append(triage.judge(raw(octets, Role.JUNK)))) < CALLS
    assert "undecided" not in found[0].defects
    assert len(json.dumps(decision_fields(found[0])).encode("ascii")) < TOLD
    message = read(raw(octets, Role.INBOX))
    kept = [message.full_text, message.text, *(v for vs in message.headers.values() for v in vs)]
    assert sum(map(len, kept)) < PARSED
