"""How many labelled mails are rightly told apart: written by a person, or by a machine.

    python benchmarks/cases.py FILE

FILE has JSON lines with the columns id, expect (``reply`` or ``no-reply``), cls, why and raw_b64.
Only the rules about what a mail *is* count: such collections are old, and written to others.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from labelled import judge, octets, path_argument, read_rows

if TYPE_CHECKING:
    from labelled import Decision

RULES = frozenset(
    {"A01", "A02", *(f"A{number:02}" for number in range(4, 16)), "A30", "A31", "A32"}
)


def verdict(decision: Decision) -> str:
    """What the rules about what a mail is say: ``no-reply`` if one of them refuses."""
    return "no-reply" if RULES & set(refusing(decision)) else "reply"


def refusing(decision: Decision) -> list[str]:
    """The rules that refuse a reply."""
    return [refusal["rule"] for refusal in decision["reply"]["refusals"]]


def main() -> None:
    """Judge the file and print what was right, by class, and every miss."""
    rows = read_rows(path_argument("Tell people from machines."))
    decisions = judge([octets(row, number) for number, row in enumerate(rows)])
    right: Counter[tuple[str, str]] = Counter()
    total: Counter[tuple[str, str]] = Counter()
    misses = []
    for row, decision in zip(rows, decisions, strict=True):
        group = (row.get("cls", ""), row["expect"])
        total[group] += 1
        if verdict(decision) == row["expect"]:
            right[group] += 1
        else:
            why = " ".join(str(row.get("why", "")).split())[:100]
            rules = ", ".join(refusing(decision)) or "none"
            misses.append(f"  {row['id']}: expected {row['expect']} ({why}); refusing: {rules}")
    print(f"{right.total()} of {total.total()} rightly judged; every file gave one decision")
    for group in sorted(total):
        print(f"  {' '.join(group)}: {right[group]} of {total[group]}")
    if misses:
        print("misses:")
        print("\n".join(misses))


if __name__ == "__main__":
    main()
