"""The picture of a report in the documentation: a made-up week, always the same, in Chromium.

``make picture`` writes it.
"""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from pathlib import Path

from tests.support.browser import open_browser
from tests.support.build import BERLIN
from tests.support.build import week as hours_of_week

from inboxwatch.core.report.facts import WeekFacts
from inboxwatch.core.report.week import week
from inboxwatch.model.outcome import Promise
from inboxwatch.model.report import MailFact
from inboxwatch.render.reports.html import as_html

SINCE = datetime(2026, 11, 16, tzinfo=BERLIN)
BY_DAY = (31, 22, 23, 15, 16, 4, 8)
HOURS = (9, 14, 10, 16, 8, 11, 19, 15, 13, 21)
SIZE = (1000, 1250)


def _mail(number: int, day: int, place: int) -> MailFact:
    received = SINCE + timedelta(days=day, hours=HOURS[place % len(HOURS)], minutes=7 * place % 60)
    soon = timedelta(minutes=20 + 37 * number % 420)
    return MailFact(
        id=number,
        account="support",
        conversation=number,
        party=f"p{number}@customer.example",
        sender=f"p{number}@customer.example",
        subject=f"Question {number}",
        received=received,
        role="inbox",
        priority=1 + number % 9,
        automatic=False,
        answered_at=received + soon if number % 6 else None,
        signals=("rescued-customer",) if number % 40 == 1 else (),
        reply="send",
        reply_state="sent" if number % 12 else "held",
    )


def _facts() -> WeekFacts:
    places = ((day, place) for day, count in enumerate(BY_DAY) for place in range(count))
    mails = tuple(_mail(number, *place) for number, place in enumerate(places, 1))
    due = SINCE + timedelta(days=1)
    promises = tuple(
        Promise(number, number, "support", "a@customer.example", number, due, kept_at=kept)
        for number in range(1, 29)
        for kept in [due + timedelta(hours=1 if number % 7 == 0 else -1)]
    )
    until = SINCE + timedelta(days=7)
    return WeekFacts(SINCE, until, hours_of_week(), mails, promises, (), (), {})


def main(path: Path) -> None:
    """Write the picture."""
    with open_browser() as browser:
        page = browser.new_page(viewport={"width": SIZE[0], "height": SIZE[1]})
        page.set_content(as_html(week(_facts())))
        page.screenshot(path=path)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
