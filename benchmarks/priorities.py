"""How well priorities tell what is pressing from what is not, on labelled texts.

    python benchmarks/priorities.py FILE

FILE has JSON lines with the columns id, body, label and label_kind (``sentiment``, ``intent`` ...).
The figure is the area under the ROC curve: the share of pairs, one pressing text and one calm, in
which the pressing one got the higher priority, ties counted half. 0.5 is chance, 1 is perfect.

The labels are not the signals' own, so that precision and recall are against the labels in which a
signal is to be expected, among all texts of their kind: a lower bound of the first, since others
may rightly have the signal too.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from labelled import judge, octets, path_argument, read_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


SHOWN = 4
"""Signals of a label that are shown."""


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


class Expectation(NamedTuple):
    """The labels of a kind in whose texts one of the signals is to be heard."""

    what: str
    signals: frozenset[str]
    kind: str
    labels: frozenset[str]


_TROUBLE = (
    "anger insult abuse-or-threat complaint problem waiting outage money-back charged-wrongly"
)
EXPECTATIONS = (
    Expectation(
        "security",
        frozenset({"security"}),
        "intent",
        frozenset({"compromised_card", "lost_or_stolen_card", "card_swallowed"}),
    ),
    Expectation(
        "charged-wrongly",
        frozenset({"charged-wrongly"}),
        "intent",
        frozenset(
            {
                "card_payment_wrong_exchange_rate",
                "direct_debit_payment_not_recognised",
                "extra_charge_on_statement",
                "transaction_charged_twice",
                "wrong_amount_of_cash_received",
            }
        ),
    ),
    Expectation(
        "money-back",
        frozenset({"money-back"}),
        "intent",
        frozenset({"Refund_not_showing_up", "request_refund"}),
    ),
    Expectation(
        "something is wrong", frozenset(_TROUBLE.split()), "sentiment", frozenset({"negative"})
    ),
    Expectation("thanks", frozenset({"thanks"}), "sentiment", frozenset({"positive"})),
    Expectation(
        "question", frozenset({"question"}), "needs-answer(sentence)", frozenset({"request"})
    ),
)


class Judged(NamedTuple):
    """One text: its label, and what was decided."""

    kind: str
    label: str
    priority: int
    signals: frozenset[str]


def precision_and_recall(expectation: Expectation, judged: Iterable[Judged]) -> str:
    """How many of those with the signal were expected, and how many of the expected have it."""
    rows = [one for one in judged if one.kind == expectation.kind]
    heard = [not expectation.signals.isdisjoint(one.signals) for one in rows]
    meant = [one.label in expectation.labels for one in rows]
    both = sum(one and two for one, two in zip(heard, meant, strict=True))
    if not any(heard) or not any(meant):
        return f"{expectation.what}: not in this file"
    shares = f"precision {both / sum(heard):.2f}, recall {both / sum(meant):.2f}"
    return f"{expectation.what}: {shares} ({sum(heard)} heard, {sum(meant)} expected)"


def area(pressing: Sequence[int], calm: Sequence[int]) -> float:
    """The area under the ROC curve of priorities; both need at least one value."""
    below, twice = Counter(calm), 0
    for one in pressing:
        twice += sum(count * (2 * (one > other) + (one == other)) for other, count in below.items())
    return twice / (2 * len(pressing) * len(calm))


def answer(question: Question, judged: Iterable[Judged]) -> str:
    """One question answered by every text of its kind."""
    pressing, calm = [], []
    for one in judged:
        if one.kind != question.kind:
            continue
        if one.label in question.pressing:
            pressing.append(one.priority)
        elif not question.calm or one.label in question.calm:
            calm.append(one.priority)
    if not pressing or not calm:
        return f"{question.what}: not in this file"
    figures = f"{area(pressing, calm):.3f} ({len(pressing)} against {len(calm)})"
    return f"{question.what}: area under the curve {figures}"


def main() -> None:
    """Judge the file, print areas, precision and recall, and what each label comes to."""
    rows = read_rows(path_argument("Tell pressing texts from calm ones."))
    decisions = judge([octets(row, number) for number, row in enumerate(rows)])
    judged = [
        Judged(
            str(row["label_kind"]),
            str(row["label"]),
            int(decision["priority"]),
            frozenset(decision["signals"]),
        )
        for row, decision in zip(rows, decisions, strict=True)
    ]
    for question in QUESTIONS:
        print(answer(question, judged))
    print("signals against the labels in which they are to be expected:")
    for expectation in EXPECTATIONS:
        print(f"  {precision_and_recall(expectation, judged)}")
    print("labels:")
    for line in labels(judged):
        print(f"  {line}")


def labels(judged: Iterable[Judged]) -> Iterator[str]:
    """The mean priority of each label, and the share of its texts that have each signal."""
    groups: dict[tuple[str, str], list[Judged]] = defaultdict(list)
    for one in judged:
        groups[one.kind, one.label].append(one)
    for (kind, label), found in sorted(groups.items()):
        heard = Counter(signal for one in found for signal in one.signals)
        shares = ", ".join(
            f"{signal} {count / len(found):.0%}" for signal, count in heard.most_common(SHOWN)
        )
        mean = sum(one.priority for one in found) / len(found)
        yield f"{kind} {label}: mean priority {mean:.2f} of {len(found)}; {shares}"


if __name__ == "__main__":
    main()
