"""Whatever was sent before: no text twice while another fits, and no joke behind a closed gate."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st
from tests.support.build import NOW, occasion, template

from inboxwatch.core.reply.choose import choose
from inboxwatch.core.reply.tone import SIGNALS, closed_gates
from inboxwatch.model.message import Role
from inboxwatch.model.policy import ReplyRule, Template, Tone
from inboxwatch.model.schedule import Moment
from inboxwatch.model.world import History

if TYPE_CHECKING:
    from inboxwatch.core.reply.occasion import Occasion

PERIODS = ("business", "evening", "weekend", "night", "rescued")
NAMES = tuple("abcdef")
LANGUAGES = ("en", "de", "pt-BR")

templates = st.lists(
    st.builds(
        lambda name, period, tone, language: template(
            period, name=name, tone=tone, language=language
        ),
        st.sampled_from(NAMES),
        st.sampled_from(PERIODS),
        st.sampled_from(Tone),
        st.sampled_from(LANGUAGES),
    ),
    max_size=12,
    unique_by=lambda one: (one.name, one.language),
).map(tuple)
histories = st.builds(
    lambda used, mails, answers: History(
        last_used={name: NOW - timedelta(hours=age) for name, age in used.items()},
        sender_mails=mails,
        human_answers=answers,
    ),
    st.dictionaries(st.sampled_from(NAMES), st.integers(-48, 10_000)),
    st.integers(0, 2),
    st.integers(0, 2),
)
rules = st.lists(
    st.builds(
        lambda names, periods: ReplyRule("r", periods=frozenset(periods), templates=tuple(names)),
        st.lists(st.sampled_from(NAMES), max_size=4, unique=True),
        st.sets(st.sampled_from(PERIODS), max_size=2),
    ),
    max_size=2,
).map(tuple)
occasions = st.builds(
    lambda period, language, history, signals, rescued, priority, money, sender: occasion(
        language,
        moment=Moment(NOW, period, period, period == "business", None),
        history=history,
        signals=frozenset(signals),
        rescued=rescued,
        role=Role.JUNK if rescued else Role.INBOX,
        priority=priority,
        money=money,
        sender=sender,
    ),
    st.sampled_from(PERIODS[:-1]),
    st.sampled_from((*LANGUAGES, "de-AT", "fi")),
    histories,
    st.sets(st.sampled_from((*SIGNALS, "thanks", "urgency")), max_size=2),
    st.booleans(),
    st.integers(1, 9),
    st.booleans(),
    st.sampled_from(("ann@a.example", "bob@b.example", "")),
)


def alike(one: Template, chosen: Template, *, by_rule: bool) -> bool:
    """Whether a template fits wherever the chosen one does."""
    return one.language == chosen.language and (by_rule or one.period == chosen.period)


@given(occasions, templates, rules)
def test_no_text_twice_while_another_fits(
    mail: Occasion, known: tuple[Template, ...], written: tuple[ReplyRule, ...]
) -> None:
    choice = choose(mail, known, written)
    if choice is None or choice.template.name not in mail.history.last_used:
        return
    used = mail.history.last_used
    by_rule = choice.why.startswith("rule r,") or choice.why == "rule r"
    names = choice.rule.templates if choice.rule and by_rule else NAMES
    others = [
        one
        for one in known
        if alike(one, choice.template, by_rule=by_rule)
        and one.name in names
        and (one.tone is Tone.SINCERE or not closed_gates(mail))
        and (one.period != "rescued" or mail.rescued)
    ]
    assert choice.template in others
    assert all(one.name in used for one in others)
    assert used[choice.template.name] == min(used[one.name] for one in others)


@given(occasions, templates, rules)
def test_no_joke_behind_a_closed_gate(
    mail: Occasion, known: tuple[Template, ...], written: tuple[ReplyRule, ...]
) -> None:
    choice = choose(mail, known, written)
    if closed_gates(mail) and choice is not None:
        assert choice.template.tone is Tone.SINCERE


@given(occasions, templates, rules)
def test_the_same_mail_gets_the_same_text(
    mail: Occasion, known: tuple[Template, ...], written: tuple[ReplyRule, ...]
) -> None:
    choice = choose(mail, known, written)
    again = choose(mail, known[::-1], written)
    assert (choice and choice.template) == (again and again.template)
