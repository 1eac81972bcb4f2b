"""The tables of single mails and counts in the report of everything."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from inboxwatch.core.attention import promise_state
from inboxwatch.core.report.document import Column, Kind, Table
from inboxwatch.core.report.words import SUBJECT, cut

if TYPE_CHECKING:
    from inboxwatch.core.report.answers import Question
    from inboxwatch.core.report.document import Cell
    from inboxwatch.core.report.facts import WeekFacts
    from inboxwatch.model.report import MailFact

RESCUED: Final = "rescued-customer"

ROWS_AT_MOST: Final = 200
"""Rows of a table of single mails; how many more there are is said."""


def unanswered(facts: WeekFacts, asked: tuple[Question, ...]) -> Table:
    """The questions that wait, the most urgent first."""
    waiting = [one for one in asked if not one.is_answered and not one.mail.closed]
    ordered = sorted(waiting, key=lambda one: (-one.mail.priority, one.mail.received))
    rows = tuple(
        (
            one.mail.id,
            one.mail.priority,
            who(one.mail),
            cut(one.mail.subject, SUBJECT),
            one.mail.received.astimezone(facts.schedule.timezone),
        )
        for one in ordered
    )
    columns = (
        Column("mail", "Mail", Kind.NUMBER),
        Column("priority", "Priority", Kind.NUMBER),
        Column("from", "From"),
        Column("subject", "Subject"),
        Column("received", "Received", Kind.INSTANT),
    )
    return _limited(
        Table("unanswered", "Nobody has answered yet", columns, rows, empty="Nothing waits.")
    )


def who(mail: MailFact) -> str:
    """Whose mail it is: the customer's name with the address, or the address alone."""
    return f"{mail.customer} <{mail.sender}>" if mail.customer else mail.sender


def escalations(facts: WeekFacts) -> Table:
    """What had to reach a person."""
    zone = facts.schedule.timezone
    rows = tuple(
        (
            one.mail_id,
            one.party,
            ", ".join(one.causes),
            one.requests,
            one.opened_at.astimezone(zone),
            one.closed_at.astimezone(zone) if one.closed_at else None,
        )
        for one in facts.escalations
    )
    columns = (
        Column("mail", "Mail", Kind.NUMBER),
        Column("customer", "Customer"),
        Column("causes", "Because of"),
        Column("requests", "Asked", Kind.NUMBER),
        Column("opened", "Since", Kind.INSTANT),
        Column("closed", "Closed", Kind.INSTANT),
    )
    return _limited(Table("escalations", "Escalations", columns, rows, empty="There was none."))


def promises(facts: WeekFacts) -> Table:
    """Those that were not kept in time; the others are a number."""
    zone = facts.schedule.timezone
    states = [(one, promise_state(one, facts.until)) for one in facts.promises]
    rows = tuple(
        (
            one.mail_id,
            one.recipient,
            "automatic reply" if one.entry_id else one.name or one.author,
            one.due_at.astimezone(zone),
            one.kept_at.astimezone(zone) if one.kept_at else None,
        )
        for one, state in states
        if state in ("late", "overdue")
    )
    columns = (
        Column("mail", "Mail", Kind.NUMBER),
        Column("to", "To"),
        Column("by", "Promised by"),
        Column("due", "Due", Kind.INSTANT),
        Column("kept", "Answered", Kind.INSTANT),
    )
    title = "Promises that were not kept in time"
    return _limited(Table("promises", title, columns, rows, empty="Every promise was kept."))


def rescued(facts: WeekFacts, people: tuple[MailFact, ...]) -> Table:
    """The mail of customers that lay in the spam folder."""
    zone = facts.schedule.timezone
    rows = tuple(
        (
            one.id,
            who(one),
            cut(one.subject, SUBJECT),
            one.received.astimezone(zone),
            one.answered_at.astimezone(zone) if one.answered_at else None,
        )
        for one in people
        if RESCUED in one.signals
    )
    columns = (
        Column("mail", "Mail", Kind.NUMBER),
        Column("customer", "Customer"),
        Column("subject", "Subject"),
        Column("received", "Received", Kind.INSTANT),
        Column("answered", "Answered", Kind.INSTANT),
    )
    title = "Customers' mail that the spam filter had taken"
    return _limited(Table("rescued", title, columns, rows, empty="There was none."))


def surges(facts: WeekFacts) -> Table:
    """Many senders with one topic."""
    zone = facts.schedule.timezone
    rows = tuple(
        (
            one.id,
            cut(one.phrase, SUBJECT) or "much the same text",
            one.senders,
            one.mails,
            one.first_at.astimezone(zone),
            one.template or None,
            one.closed_at.astimezone(zone) if one.closed_at else None,
        )
        for one in facts.surges
    )
    columns = (
        Column("surge", "Surge", Kind.NUMBER),
        Column("about", "About"),
        Column("senders", "Senders", Kind.NUMBER),
        Column("mails", "Mails", Kind.NUMBER),
        Column("first", "Since", Kind.INSTANT),
        Column("template", "Answered with"),
        Column("closed", "Closed", Kind.INSTANT),
    )
    return Table("surges", "Surges", columns, rows, empty="There was none.")


def held(facts: WeekFacts, people: tuple[MailFact, ...]) -> Table:
    """Why replies waited for a person; a mail that several rules hold counts for each."""
    held = [one for one in people if one.reply == "hold"]
    by_rule = Counter(rule for one in held for rule in one.held_by)
    free = sum(not one.held_by for one in held)
    rows: list[tuple[Cell, ...]] = [
        (rule, facts.titles.get(rule, ""), count)
        for rule, count in sorted(by_rule.items(), key=lambda one: (-one[1], one[0]))
    ]
    if free:
        rows.append((None, "The configuration has replies wait for a person.", free))
    columns = (
        Column("rule", "Rule"),
        Column("title", "What it says"),
        Column("mails", "Mails", Kind.NUMBER),
    )
    return Table(
        "held",
        "Replies that were held, and why",
        columns,
        tuple(rows),
        about=f"{len(held)} held; a mail that several rules hold counts for each." if held else "",
        empty="No reply was held.",
    )


def _limited(table: Table) -> Table:
    """A table with as many rows as somebody reads; what is left out is said."""
    left = len(table.rows) - ROWS_AT_MOST
    if left <= 0:
        return table
    about = f"{table.about} {left} more not shown.".strip()
    return Table(
        table.name, table.title, table.columns, table.rows[:ROWS_AT_MOST], about, table.empty
    )
