"""How many mails come down to exactly their new text, without quotes and signature.

    python benchmarks/quotes.py FILE

FILE has JSON lines with the columns id, expect, and raw_b64 (a mail) or body (its text). Texts are
equal if they are with runs of white space folded.
"""

from __future__ import annotations

from labelled import judge, octets, path_argument, read_rows

SHOWN = 160


def folded(text: str) -> str:
    """A text with every run of white space as one space."""
    return " ".join(text.split())


def main() -> None:
    """Judge the file and print how many are equal, and every miss."""
    rows = read_rows(path_argument("Compare new texts."))
    decisions = judge([octets(row, number) for number, row in enumerate(rows)])
    misses = []
    for row, decision in zip(rows, decisions, strict=True):
        wanted, found = folded(row["expect"]), folded(decision["text"])
        if wanted != found:
            misses.append(f"  {row['id']}\n    want {wanted[:SHOWN]!r}\n    got  {found[:SHOWN]!r}")
    print(f"{len(rows) - len(misses)} of {len(rows)} new texts are equal")
    print("\n".join(misses))


if __name__ == "__main__":
    main()
