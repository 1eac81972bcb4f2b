"""How well priorities tell what is pressing from what is not, on labelled texts.

    python benchmarks/priorities.py FILE

FILE has JSON lines with the columns id, body, label and label_kind (``sentiment``, ``intent`` ...).
The figure is the area under the ROC curve: the share of pairs, one pressing text and one calm, in
which the pressing one got the higher priority, ties counted half. 0.5 is chance, 1 is perfect.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from labelled import judge, octets, path_argument, read_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Question(NamedTuple):
    """Which labels of a kind are pressing and which are calm; no calm ones means the rest."""

    what: str
    kind: str
    pressing: frozenset[str]
    calm: frozenset[str]


QUESTIONS = (
    Question("negative against the rest", "sentiment", frozenset({"negative"}), frozenset()),
    Question(
        "urgent matters against calm ones",
        "intent",
        frozenset(
            {
                "card_payment_wrong_exchange_rate",
                "compromised_card",
                "direct_debit_payment_not_recognised",
                "extra_charge_on_statement",
                "lost_or_stolen_card",
                "Refund_not_showing_up",
                "transaction_charged_twice",
                "wrong_amount_of_cash_received",
            }
        ),
        frozenset(
            {"age_limit", "country_support", "exchange_rate", "supported_cards_and_currencies"}
        ),
    ),
)


def area(pressing: Sequence[int], calm: Sequence[int]) -> float:
    """The area under the ROC curve of priorities; both need at least one value."""
    below, twice = Counter(calm), 0
    for one in pressing:
        twice += sum(count * (2 * (one > other) + (one == other)) for other, count in below.items())
    return twice / (2 * len(pressing) * len(calm))


def answer(question: Question, rows: Iterable[tuple[str, str, int]]) -> str:
    """One question answered by (kind, label, priority) of every text."""
    pressing, calm = [], []
    for kind, label, priority in rows:
        if kind != question.kind:
            continue
        if label in question.pressing:
            pressing.append(priority)
        elif not question.calm or label in question.calm:
            calm.append(priority)
    if not pressing or not calm:
        return f"{question.what}: not in this file"
    figures = f"{area(pressing, calm):.3f} ({len(pressing)} against {len(calm)})"
    return f"{question.what}: area under the curve {figures}"


def main() -> None:
    """Judge the file, print the areas, and the mean priority of each label."""
    rows = read_rows(path_argument("Tell pressing texts from calm ones."))
    decisions = judge([octets(row, number) for number, row in enumerate(rows)])
    judged = [
        (str(row["label_kind"]), str(row["label"]), int(decision["priority"]))
        for row, decision in zip(rows, decisions, strict=True)
    ]
    for question in QUESTIONS:
        print(answer(question, judged))
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for kind, label, priority in judged:
        groups[kind, label].append(priority)
    for (kind, label), found in sorted(groups.items()):
        print(f"  {kind} {label}: mean priority {sum(found) / len(found):.2f} of {len(found)}")


if __name__ == "__main__":
    main()
