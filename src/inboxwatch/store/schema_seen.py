"""What people saw when they corrected a priority, and by which name they promise something."""

from __future__ import annotations

STATEMENTS = (
    # the priority that was shown, and how often each reason counted, as JSON; empty for corrections
    # of before
    "ALTER TABLE correction ADD COLUMN shown INTEGER",
    "ALTER TABLE correction ADD COLUMN reasons TEXT NOT NULL DEFAULT ''",
    # the name in From
    "ALTER TABLE pledge ADD COLUMN name TEXT NOT NULL DEFAULT ''",
)
