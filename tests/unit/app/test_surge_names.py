"""One sender under many names: told once, held for a person, and no alarm about a customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.build import customers, policy
from tests.support.house import House, letter
from tests.support.reddit import EVERYDAY, NIGHT, night, writes

from inboxwatch.model.customer import Customer
from inboxwatch.model.policy import Limits
from inboxwatch.model.surge import Suspicion

if TYPE_CHECKING:
    from inboxwatch.model.surge import Surge

WIDE = Limits(run=500, account_hour=500, day=900, tripwire=500)
NAMES = ("Amber Lee", "Bo Dahl", "Cleo Park", "Dan Roth", "Eve Klein", "Finn Gray", "Gus Bell")


def house() -> House:
    """A house after its baseline in which a few people wrote about this and that."""
    here = House(policy=policy(limits=WIDE)).after_baseline()
    for number in range(12):
        writes(here, f"p{number}@shop{number}.example", EVERYDAY[number % len(EVERYDAY)])
        here.clock.pass_by(minutes=50)
    assert here.run().alerts == ()
    here.clock.pass_by(days=2)
    return here


def only(here: House) -> Surge:
    (surge,) = here.journal.surges()
    return surge


def rules(here: House) -> list[str]:
    """The rules that held the mails of a run."""
    outcomes = here.run().outcomes
    return [one.rule for outcome in outcomes for one in outcome.decision.reply.refusals]


def claims(here: House, *senders: str) -> None:
    """Each of them claims the promotion, one after the other."""
    for number, sender in enumerate(senders):
        writes(here, sender, NIGHT[number % len(NIGHT)])
        here.clock.pass_by(minutes=3)


def test_tags_in_an_address_are_names_of_one_sender() -> None:
    here = house()
    claims(here, *(f"ann+{number}@guests.example" for number in range(8)))
    (alert,) = here.run().alerts
    assert alert.title == "One sender writes about “promo code” under 8 names"
    assert "One new sender writes it under many names" in alert.lines[1]
    surge = only(here)
    assert (surge.senders, surge.names, surge.suspicion) == (1, 8, Suspicion.SENDER)
    assert here.run().alerts == ()


def test_an_address_under_ever_other_names_is_one_sender() -> None:
    here = house()
    for number, name in enumerate(NAMES):
        subject, text = NIGHT[number]
        octets = letter("deals@guests.example", subject=subject, text=text, at=here.clock.now())
        plain, named = b"From: deals@", f'From: "{name}" <deals@guests.example>\nX-Was: '.encode()
        here.deliver(octets.replace(plain, named))
        here.clock.pass_by(minutes=3)
    held = rules(here)
    assert "L14" in held
    assert only(here).suspicion is Suspicion.SENDER


def test_what_they_write_waits_for_a_person() -> None:
    here = house()
    claims(here, *(f"ann+{number}@guests.example" for number in range(6)))
    here.run()
    sent = len(here.transport.sent)
    here.clock.pass_by(hours=1)
    claims(here, "ann+again@guests.example")
    assert "L14" in rules(here)
    assert len(here.transport.sent) == sent
    assert only(here).names == 7


def test_a_customer_may_use_as_many_names_as_they_like() -> None:
    known = Customer("c-1", "Ann", tuple(f"ann+{number}@guests.example" for number in range(8)))
    here = House(policy=policy(limits=WIDE), customers=customers(known)).after_baseline()
    claims(here, *known.emails)
    assert here.run().alerts == ()


def test_whoever_has_written_before_is_not_new() -> None:
    here = house()
    writes(here, "ann@guests.example", EVERYDAY[3])
    here.run()
    here.clock.pass_by(days=3)
    claims(here, *(f"ann+{number}@guests.example" for number in range(8)))
    assert here.run().alerts == ()


def test_other_matters_under_other_names_are_none_of_it() -> None:
    here = house()
    for number in range(8):
        writes(here, f"office+{number}@guests.example", EVERYDAY[number])
    assert here.run().alerts == ()


def test_what_many_others_write_as_well_is_their_surge() -> None:
    here = house()
    night(here, 12)
    claims(here, *(f"ann+{number}@guests.example" for number in range(6)))
    (alert,) = here.run().alerts
    assert alert.title.startswith("13 senders write about")
