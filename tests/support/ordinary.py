"""A year of ordinary mail to a shop, from a seed: its weeks, its Mondays, its December."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from inboxwatch.core.triage.fingerprint import fingerprint_of
from inboxwatch.model.surge import Trace

if TYPE_CHECKING:
    from collections.abc import Iterator

BEGINS = datetime(2026, 1, 5, tzinfo=UTC)

OPENINGS = (
    "Hello,",
    "Hi there,",
    "Dear team,",
    "Good morning,",
    "Hey,",
    "To whom it may concern,",
    "",
)
CLOSINGS = ("Thanks!", "Best regards", "Kind regards", "Cheers", "Many thanks in advance", "")
ITEMS = (
    "delta kite",
    "box kite",
    "stunt kite",
    "repair kit",
    "line winder",
    "carbon spar",
    "wind sock",
    "beginner set",
    "trainer handles",
    "carrying bag",
)
TOPICS = (
    "my {item} has not arrived yet, the order is from last week",
    "the {item} came with a broken spar and I would like a replacement",
    "how long does delivery of the {item} take at the moment",
    "I want to return the {item}, which address do I use",
    "please send me the invoice for the {item} again",
    "is the {item} in stock in blue, or only in red",
    "can I change the delivery address for the {item}",
    "I was charged twice for the {item}, please check",
    "the discount code for the {item} does not work at the checkout",
    "my password does not work and I cannot see the order of the {item}",
    "which line length do you recommend for the {item}",
    "when will I get the refund for the {item}",
    "do you ship the {item} to Norway, and what does it cost",
    "the tracking link of my {item} shows an error",
    "I would like to cancel the order of the {item}",
)
EXTRAS = (
    "It is a present for my {who}.",
    "My {who} is waiting for it.",
    "I tried to call, but the line was busy.",
    "We are leaving for the coast on Friday.",
    "Otherwise I am very happy with your shop.",
    "The number is {number}.",
    "I bought one before and it was great.",
    "",
    "",
    "",
)
PEOPLE = ("son", "daughter", "nephew", "wife", "husband", "class", "neighbour", "grandson")
HOURS = (1, 1, 1, 1, 1, 2, 4, 8, 14, 18, 18, 16, 14, 15, 16, 15, 14, 13, 12, 11, 10, 7, 4, 2)
WEEKDAYS = (1.5, 1.1, 1.0, 1.0, 0.9, 0.5, 0.6)


def text(rng: random.Random) -> str:
    """One ordinary mail; a few topics and things are most of them."""
    topic = TOPICS[min(int(rng.expovariate(0.25)), len(TOPICS) - 1)]
    item = ITEMS[min(int(rng.expovariate(0.5)), len(ITEMS) - 1)]
    extra = rng.choice(EXTRAS).format(who=rng.choice(PEOPLE), number=rng.randrange(10**5, 10**6))
    said = topic.format(item=item)
    return f"{rng.choice(OPENINGS)}\n\n{said}. {extra}\n\n{rng.choice(CLOSINGS)}"


def ordinary(days: int, a_day: float, seed: int) -> Iterator[Trace]:
    """The traces of so many days, oldest first, with a rush before Christmas."""
    rng = random.Random(seed)  # noqa: S311 - the same mails every time
    number = 0
    for day in range(days):
        begins = BEGINS + timedelta(days=day)
        rush = 1 + max(0, begins.timetuple().tm_yday - 320) / 20
        many = int(a_day * WEEKDAYS[begins.weekday()] * rush * rng.uniform(0.7, 1.3))
        hours = sorted(rng.choices(range(24), HOURS, k=many))
        for hour in hours:
            number += 1
            at = begins + timedelta(hours=hour, minutes=rng.randrange(60))
            made = fingerprint_of("", text(rng)).traits
            yield Trace(number, f"c{rng.randrange(8000)}@x.example", at, made)
