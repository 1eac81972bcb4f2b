"""What holds for every priority."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.support.build import NOW

from inboxwatch.config.lexicon import load_lexicon
from inboxwatch.core.triage.aging import aged
from inboxwatch.core.triage.score import SIGNALS, Facts, score
from inboxwatch.core.triage.signals import find_signals
from inboxwatch.model.conversation import Repeated
from inboxwatch.model.customer import Customer, CustomerMatch, MatchKind
from inboxwatch.model.decision import Signal
from inboxwatch.model.message import Finding, Role
from inboxwatch.model.policy import TriagePolicy

SHIPPED, _ = load_lexicon()
RAISING = tuple(row.name for row in SIGNALS if row.points >= 0)
ORDER = {row.name: place for place, row in enumerate(SIGNALS)}

matches = st.builds(
    lambda vip, kind: CustomerMatch(Customer("c", vip=vip), kind),
    st.booleans(),
    st.sampled_from(MatchKind),
)
facts = st.fixed_dictionaries(
    {
        "customer": st.none() | matches,
        "rescued": st.booleans(),
        "automatic": st.sampled_from([(), (Finding("A01", "Auto-Submitted"),)]),
        "sender_mails": st.integers(0, 40),
        "unproven": st.booleans(),
        "role": st.sampled_from([Role.INBOX, Role.JUNK]),
        "waited": st.integers(0, 40).map(lambda hours: timedelta(hours=hours)),
        "level": st.integers(1, 16).map(lambda hours: timedelta(hours=hours)),
        "customer_mails": st.integers(1, 30),
        "human_answers": st.integers(0, 30),
        "repeated": st.none() | st.just(Repeated(2, 1, NOW)),
        "contact_since": st.none() | st.just(datetime(2026, 11, 2, tzinfo=UTC)),
    }
).map(lambda known: Facts(**known))
name_sets = st.frozensets(st.sampled_from(sorted(ORDER)))
policies = st.tuples(st.integers(1, 9), st.integers(1, 9)).map(
    lambda caps: TriagePolicy(base=caps[0], unproven_cap=caps[1])
)
RANDOM_POINTS = st.dictionaries(st.sampled_from(sorted(ORDER)), st.integers(-9, 9))


def found(names: frozenset[str]) -> tuple[Signal, ...]:
    return tuple(Signal(name, "") for name in sorted(names, key=ORDER.__getitem__))


@settings(max_examples=200, deadline=None)
@given(name_sets, facts, policies, RANDOM_POINTS)
def test_the_reasons_add_up_to_a_priority_from_1_to_9(
    names: frozenset[str], known: Facts, policy: TriagePolicy, points: dict[str, int]
) -> None:
    policy = replace(policy, points=points)
    priority, reasons = score(found(names), known, policy)
    assert 1 <= priority <= 9
    assert sum(reason.points for reason in reasons) == priority
    assert (priority, reasons) == score(found(names), known, policy)
    if known.unproven:
        assert priority <= policy.unproven_cap
    if known.automatic:
        assert priority == 1


@settings(max_examples=200, deadline=None)
@given(name_sets, facts, policies, RANDOM_POINTS, st.integers(0, 400))
def test_what_a_person_rescues_is_9_and_stays_so_while_it_waits(
    names: frozenset[str], known: Facts, policy: TriagePolicy, points: dict[str, int], hours: int
) -> None:
    policy = replace(policy, points=points)
    known = replace(known, automatic=(), rescued=True, by_hand=True, unproven=False, role=Role.JUNK)
    priority, reasons = score(found(names), known, policy)
    assert priority == sum(reason.points for reason in reasons) == 9
    assert ("rescued-customer", "a person said so") in {(r.signal, r.evidence) for r in reasons}
    fields = {
        "priority": priority,
        "reasons": [{"signal": r.signal, "points": r.points, "evidence": ""} for r in reasons],
        "authentication": {"status": "unverified"},
        "role": "junk",
        "customer": None,
        "signals": [r.signal for r in reasons],
        "reply": {"refusals": []},
    }
    assert aged(fields, timedelta(hours=hours), known.level, policy)["priority"] == 9


@settings(max_examples=200, deadline=None)
@given(name_sets, st.sampled_from(RAISING), facts, policies)
def test_more_of_what_is_wrong_never_lowers(
    names: frozenset[str], more: str, known: Facts, policy: TriagePolicy
) -> None:
    before, _ = score(found(names), known, policy)
    assert score(found(names | {more}), known, policy)[0] >= before
    again = replace(known, sender_mails=known.sender_mails + 1)
    assert score(found(names), again, policy)[0] >= before
    longer = replace(known, waited=known.waited + timedelta(hours=1))
    assert score(found(names), longer, policy)[0] >= before
    another = replace(known, customer_mails=known.customer_mails + 1)
    assert score(found(names), another, policy)[0] >= before
    said_again = replace(known, repeated=Repeated(3, 2, NOW))
    assert score(found(names), said_again, policy)[0] >= before
    written_to = replace(known, contact_since=datetime(2026, 11, 2, tzinfo=UTC))
    assert score(found(names), written_to, policy)[0] >= before
    rescued = replace(known, rescued=True)
    assert score(found(names), rescued, policy)[0] >= before
    vip = replace(known, customer=CustomerMatch(Customer("c", vip=True), MatchKind.ADDRESS))
    assert score(found(names), vip, policy)[0] >= before


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80), st.text(max_size=400))
def test_any_text_gives_signals_whose_words_stand_in_it(subject: str, text: str) -> None:
    signals = find_signals(subject, text, SHIPPED)
    assert [signal.name for signal in signals] == sorted(
        {signal.name for signal in signals}, key=ORDER.__getitem__
    )
    assert all(0 < len(signal.evidence) <= 80 for signal in signals)
    assert signals == find_signals(subject, text, SHIPPED)


@settings(max_examples=200, deadline=None)
@given(name_sets, facts, policies, st.integers(0, 400), st.integers(0, 40))
def test_waiting_in_the_queue_never_lowers_and_keeps_the_bounds(
    names: frozenset[str], known: Facts, policy: TriagePolicy, hours: int, more: int
) -> None:
    known = replace(known, automatic=(), role=Role.INBOX)
    priority, reasons = score(found(names), known, policy)
    fields = {
        "priority": priority,
        "reasons": [{"signal": r.signal, "points": r.points, "evidence": ""} for r in reasons],
        "authentication": {"status": "failed" if known.unproven else "authenticated"},
        "role": "inbox",
        "customer": None,
        "signals": [],
        "reply": {"refusals": []},
    }
    waited = known.waited + timedelta(hours=hours)
    then = aged(fields, waited, known.level, policy)["priority"]
    assert (
        priority
        <= then
        <= aged(fields, waited + timedelta(hours=more), known.level, policy)["priority"]
    )
    assert then <= (policy.unproven_cap if known.unproven else 9)
