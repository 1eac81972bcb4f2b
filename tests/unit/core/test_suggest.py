"""What corrections add up to."""

from __future__ import annotations

from msgspec.structs import replace
from tests.support.build import NOW

from inboxwatch.core.suggest import suggest
from inboxwatch.model.correction import Correction
from inboxwatch.model.policy import TriagePolicy

SHIPPED = TriagePolicy()


def corrections(*rows: tuple[str, int]) -> list[Correction]:
    """Mails of priority 4, each with its reasons, and by how much they were corrected."""
    return [
        Correction(number, f"c{number}@x.example", 4, 4 + change, tuple(names.split()), NOW)
        for number, (names, change) in enumerate(rows, 1)
    ]


def told(*rows: tuple[str, int], policy: TriagePolicy = SHIPPED) -> list[tuple[str, int, int]]:
    return [(one.name, one.points, one.proposed) for one in suggest(corrections(*rows), policy)]


def test_three_that_agree_are_a_proposal() -> None:
    assert told(("problem", 1), ("problem", 2)) == []
    assert told(("problem", 1), ("problem", 2), ("problem", 1)) == [("problem", 1, 2)]
    assert told(*[("problem", -1)] * 3) == [("problem", 1, 0)]


def test_those_who_disagree_are_none() -> None:
    assert told(*[("problem", 1)] * 3, *[("problem", -1)] * 2) == []


def test_one_mistake_is_mended_once() -> None:
    rows = [*[("problem anger", 2)] * 3, *[("problem", 2)] * 3]
    assert told(*rows) == [("problem", 1, 3)]


def test_a_change_is_two_points_at_most_from_what_the_team_has() -> None:
    own = TriagePolicy(points={"problem": 8})
    assert told(*[("problem", 5)] * 3, policy=own) == [("problem", 8, 9)]
    assert told(*[("problem", 5)] * 3) == [("problem", 1, 3)]


def test_what_is_no_signal_has_no_points() -> None:
    assert told(*[("ceiling base nonsense", 3)] * 5) == []
    assert suggest((), TriagePolicy()) == ()


def aged(number: int, names: str, change: int, *, waited: int) -> Correction:
    """A mail that people saw at 9, of which so many points are for its waiting."""
    reasons = (*names.split(), "waiting-time")
    times = {"waiting-time": waited}
    return Correction(number, "a@x.example", 9, 9 + change, reasons, NOW, times=times)


def test_what_waiting_has_done_is_blamed_on_waiting() -> None:
    rows = [aged(number, "known-customer", -3, waited=4) for number in range(6)]
    assert [(one.name, one.points, one.proposed) for one in suggest(rows, SHIPPED)] == [
        ("waiting-time", 1, 0)
    ]
    (other,) = corrections(("known-customer", -1))
    mixed = [*rows, replace(other, mail_id=99)]
    assert [one.name for one in suggest(mixed, SHIPPED)] == ["waiting-time"]


def test_nobody_is_said_to_have_wanted_what_an_earlier_proposal_makes() -> None:
    lowered = corrections(*[("anger problem", -1)], *[("anger problem", -2)] * 4)
    for one in suggest(lowered, SHIPPED):
        assert one.up == 0
        assert one.down >= 3


def test_the_evidence() -> None:
    (found,) = suggest(corrections(*[("anger", 1)] * 7), TriagePolicy())
    assert (found.up, found.down, found.mails) == (7, 0, (1, 2, 3, 4, 5))
