"""A report with every kind of section, and one in which every text is hostile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from inboxwatch.core.report.document import (
    Bar,
    Bars,
    BusinessTime,
    Card,
    Cards,
    Column,
    Document,
    Fact,
    Figure,
    Figures,
    HeatMap,
    Kind,
    Table,
    Trend,
)

SINCE = datetime(2026, 11, 16, tzinfo=UTC)
UNTIL = datetime(2026, 11, 23, tzinfo=UTC)

HOSTILE = (
    "<script>window.ran=1</script>",
    '"><img src=x onerror="window.ran=1">',
    "'><svg/onload=window.ran=1>",
    "</style><style>*{display:none}</style>",
    "{{ 7*7 }}{% raw %}",
    "&lt;b&gt;&#x3c;script&#62;",
    "[red]markup[/red] [/nope] [link=https://evil.example]x[/link]",
    "\x1b]8;;https://evil.example\x07click\x1b]8;;\x07 \x1b[2J \x9b31m",
    "\u202egnp.exe\u2066 \u200bzero\ufeff\u00ad",
    "https://evil.example/login?a=1 and www.evil.example HTTP://EVIL.example",
    "javascript:alert(1) data:text/html,<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    '  \uff1dHYPERLINK("http://evil.example")',
    "a;=cmd|' /C calc'!A0",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1\r\n=2",
    "| a | b |\n|---|---|",
    "# title *bold* _it_ `code` [x](http://evil.example) ![y](http://evil.example/p.png)",
    "1. list",
    "a\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307" * 3,
    "\ud800 lone",
    "\x00nul",
    "x" * 3000,
    "مرحبا بالعالم",
    "",
)
"""Subjects and names as senders choose them."""


def document(text: str = "A question", *, name: str = "sample") -> Document:
    """Every kind of section, with ``text`` wherever a text can be somebody else's."""
    hours = tuple(tuple((day * hour) % 7 for hour in range(24)) for day in range(7))
    is_open = tuple(tuple(day < 5 and 9 <= hour < 18 for hour in range(24)) for day in range(7))
    columns = (
        Column("subject", "Subject"),
        Column("mails", "Mails", Kind.NUMBER),
        Column("at", "Received", Kind.INSTANT),
        Column("waited", "Waited", Kind.DURATION),
        Column("who", "Who"),
        Column("rule", "Rule"),
    )
    row = (text, -5, SINCE, timedelta(hours=2, minutes=10), text, None)
    card = Card(
        text,
        (Fact("Sender", text), Fact("Lay there", timedelta(days=3))),
        (text, text),
        "All are met",
        (text,),
    )
    weeks = (*(Bar(f"week {number}", 0) for number in range(10)), Bar("week 10", 2), Bar("last", 1))
    opened = tuple(
        replace(one, value=BusinessTime(hours=55 * one.size, minutes=55)) for one in weeks[-2:]
    )
    return Document(
        name=name,
        title=f"A report {text}"[:200],
        since=SINCE,
        until=UNTIL,
        notes=(text,),
        sections=(
            Figures(
                "figures",
                "How it went",
                (
                    Figure("mails", "Mails", 1, "mails", text),
                    Figure("share", "Answered", 50, "%"),
                    Figure("median", "First answer", timedelta(minutes=45)),
                    Figure("none", "Nothing", None),
                ),
                about=text,
            ),
            Table("table", "Held", columns, (row, row)),
            Table("empty", "Nothing here", columns, (), empty=text),
            Bars("bars", "Lost", "Week", "mails", (Bar(text, 3), Bar("another", 1.5))),
            Trend("trend", "Week by week", "Week of", "mails", weeks),
            Trend("hours", "Hours by week", "Week of", "business time", opened),
            HeatMap("map", "Hours", "mails", hours, is_open, (text,)),
            Cards(
                "cards",
                "Mails",
                (card, card),
                "Subject",
                (
                    Column("sender", "Sender"),
                    Column("poses_as", "Poses as"),
                    Column("lay_there", "Lay there", Kind.DURATION),
                ),
                about=text,
                left=2,
            ),
        ),
    )


def hostile() -> Document:
    """The same, once for each hostile text, as one report."""
    sections = (
        replace(section, title=f"{section.title} {number}")
        for number, text in enumerate(HOSTILE)
        for section in document(text).sections
    )
    return Document(
        name="hostile",
        title=f"Hostile {HOSTILE[0]}",
        since=SINCE,
        until=UNTIL,
        notes=HOSTILE,
        sections=tuple(sections),
    )
