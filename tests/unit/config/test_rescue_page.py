from __future__ import annotations

from inboxwatch.config.reference.rescue_page import FINDING_EXAMPLES, rescue_page
from inboxwatch.core.rescue.conditions import CONDITIONS
from inboxwatch.core.rescue.findings import FINDINGS


def test_every_condition_and_every_finding_stands_on_the_page() -> None:
    page = rescue_page()
    assert tuple(FINDING_EXAMPLES) == tuple(FINDINGS)
    assert all(f"| `{row.id}` | {row.title} |" in page for row in CONDITIONS)
    assert all(f"| {name} | {meaning} |" in page for name, meaning in FINDINGS.items())
