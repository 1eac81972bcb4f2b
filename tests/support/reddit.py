"""The night on which a forum found a loophole, told by those who wrote, and mail of any day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.house import letter

if TYPE_CHECKING:
    from tests.support.house import House

NIGHT = (
    ("Free kites?", "I saw on a forum that the promo code KITE500 gives free kites. Will it ship?"),
    ("Promo code", "Hi, is the promo code from the forum real? I ordered two kites for nothing."),
    ("order", "Just used the promo code someone posted. My total was 0.00. Is that right?"),
    ("My order", "When will my free kites arrive? I used the promo code from the forum."),
    ("Question", "Does the promo code still work? My friend got ten kites for free with it."),
    ("??", "Got the free order with the promo code, thanks! When does it ship?"),
    ("Confirmation", "I ordered with promo code KITE500 and have no confirmation yet."),
    ("Code", "Someone on a forum said the promo code KITE500 works again and again."),
    ("hello", "I used the promo code KITE500 and the checkout said zero. Will you honour this?"),
    ("free order", "Saw the thread about the promo code. Will my free order really be delivered?"),
    ("Your promotion", "The promo code let me order a kite for free, will I be charged later?"),
    ("Code not working", "promo code KITE500 worked yesterday but now it says expired"),
)
"""What people wrote that night, each in words of their own."""

EVERYDAY = (
    ("Address", "How do I change the delivery address of my account?"),
    ("Late parcel", "My parcel was due last week and the tracking has not moved since Tuesday."),
    ("Invoice", "Could you send the invoice for my last purchase to our bookkeeping, please?"),
    ("Spare part", "Do you have a spare spar for the big delta? Mine snapped in a storm."),
    ("Wind", "Which of your models flies well in light wind? It is for my nephew, he is nine."),
    ("Return", "I would like to send the red one back, it clashes with the beach umbrella."),
    ("Opening hours", "Is your workshop open on Saturdays, and can I come with a dog?"),
    ("Refund", "The refund for the torn sail has not reached my bank. Can you have a look?"),
    ("Wholesale", "We run a toy store in Utrecht and would like a price list for resellers."),
    ("Thanks", "The repair is perfect, the children are delighted. Many thanks to the workshop."),
)
"""What people write on any day, each about something else."""


def writes(house: House, sender: str, about: tuple[str, str], **given: object) -> int:
    """Somebody writes now."""
    subject, text = about
    octets = letter(sender, subject=subject, text=text, at=house.clock.now(), **given)  # type: ignore[arg-type]
    return house.deliver(octets)


def night(house: House, senders: int, *, first: int = 0, minutes: float = 2) -> None:
    """So many people write about the promo code, one after the other."""
    for number in range(first, first + senders):
        writes(house, f"guest{number}@host{number}.example", NIGHT[number % len(NIGHT)])
        house.clock.pass_by(minutes=minutes)
