"""Until when something has to be done, in five languages, and what is no deadline."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.support.build import NOW, message

from inboxwatch.config.lexicon import load_lexicon
from inboxwatch.core.triage.deadline import written_at
from inboxwatch.core.triage.fold import LIMIT, MAX_EVIDENCE
from inboxwatch.core.triage.signals import find_signals

SHIPPED, _ = load_lexicon()
BERLIN = ZoneInfo("Europe/Berlin")
WEDNESDAY = datetime(2026, 11, 18, 10, 0, tzinfo=BERLIN)


def due(text: str, written: datetime = WEDNESDAY) -> str | None:
    found = [
        signal.due
        for signal in find_signals("", text, SHIPPED, written)
        if signal.name in {"deadline", "distant-deadline"}
    ]
    assert len(found) <= 1
    return found[0] if found else None


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("I need it by Friday", "2026-11-20"),
        ("I need it by Wednesday", "2026-11-25"),
        ("Please reply by next Monday, 23 November at 5pm", "2026-11-23T17:00+01:00"),
        ("Please answer no later than 3 December.", "2026-12-03"),
        ("Friday at the latest, please", "2026-11-20"),
        ("We need an answer within 24 hours", "2026-11-19T10:00+01:00"),
        ("Please fix this within two business days", "2026-11-20"),
        ("I need it by January 15th", "2027-01-15"),
        ("I need it by 2026-12-24", "2026-12-24"),
        ("Please send it by the end of the week", "2026-11-20"),
        ("Please send it by the end of the month", "2026-11-30"),
        ("I need it before Christmas", "2026-12-25"),
        ("I need it before Easter", "2027-03-28"),
        ("Please reply by 5 pm", "2026-11-18T17:00+01:00"),
        ("Please reply by 9:30", "2026-11-19T09:30+01:00"),
        ("I need it tomorrow at the latest", "2026-11-19"),
        ("I need the bike tomorrow at seven", "2026-11-19"),
        ("We need them on Friday", "2026-11-20"),
        ("I need my wheel back tomorrow.", "2026-11-19"),
        ("Please pay by 03/12", "2026-12-03"),
        ("Please pay by 11/30/2026", "2026-11-30"),
        ("The deadline is 25 November", "2026-11-25"),
        ("You have until Friday to reply", "2026-11-20"),
        ("I need it by the 25th", "2026-11-25"),
        ("Ich brauche es bis Freitag", "2026-11-20"),
        ("Bitte antworten Sie bis spätestens 30. November 2026", "2026-11-30"),
        ("Ich brauche es bis zum 24.12.", "2026-12-24"),
        ("Bitte innerhalb von drei Tagen erledigen", "2026-11-21"),
        ("Ich setze Ihnen eine Frist bis zum 1. Dezember", "2026-12-01"),
        ("Bitte bis morgen 17 Uhr liefern", "2026-11-19T17:00+01:00"),
        ("Bitte liefern Sie bis übermorgen", "2026-11-20"),
        ("Ich muss es bis Monatsende haben", "2026-11-30"),
        ("J'en ai besoin avant vendredi", "2026-11-20"),
        ("Merci de répondre d'ici demain", "2026-11-19"),
        ("au plus tard le 30 novembre", "2026-11-30"),
        ("Merci de me répondre sous 48 heures", "2026-11-20T10:00+01:00"),
        ("Veuillez livrer avant la fin du mois", "2026-11-30"),
        ("Il me le faut pour le 1er décembre", "2026-12-01"),
        ("Lo necesito antes del viernes", "2026-11-20"),
        ("Necesito una respuesta para mañana", "2026-11-19"),
        ("a más tardar el 30 de noviembre", "2026-11-30"),
        ("Respondan en un plazo de 24 horas, por favor", "2026-11-19T10:00+01:00"),
        ("Espero su respuesta antes de fin de mes", "2026-11-30"),
        ("Ik heb het voor vrijdag nodig", "2026-11-20"),
        ("Graag antwoord uiterlijk 30 november", "2026-11-30"),
        ("Graag binnen 2 dagen leveren", "2026-11-20"),
        ("Het moet voor het einde van de week geleverd zijn", "2026-11-20"),
    ],
)
def test_a_deadline_has_its_date(text: str, date: str) -> None:
    assert due(text) == date
    assert due(f"Hello,\n\n{text}.\n\nBest regards") == date


@pytest.mark.parametrize(
    "text",
    [
        "It will arrive by Friday",
        "You said it would arrive by Friday, please answer",
        "I ordered it before Monday, please answer",
        "No rush, it does not need to be here by Friday",
        "Not before Friday, please",
        "There is no deadline",
        "Please send it by mail",
        "By the way, I need a new lamp",
        "We need it by 10.11.2026",
        "We need it by 31 June",
        "I need it by Friday 99999999999999999999",
        "Ich bin bis Freitag im Urlaub, bitte warten",
        "Bitte nicht vor Freitag liefern",
        "Ich brauche die Rechnung für mein Büro",
        "Je suis absent jusqu'à vendredi, merci",
        "C'est pour mon mari, merci",
        "Estoy de vacaciones hasta el lunes, espero su respuesta",
        "Ik ben tot vrijdag op vakantie, graag antwoord daarna",
    ],
)
def test_what_is_no_deadline(text: str) -> None:
    assert due(text) in {None, "2026-11-20"} if "9999" in text else due(text) is None


def test_a_near_deadline_raises_and_a_distant_one_does_not() -> None:
    near = find_signals("", "I need it by 25 November", SHIPPED, WEDNESDAY)
    distant = find_signals("", "I need it by 26 November", SHIPPED, WEDNESDAY)
    assert [signal.name for signal in near] == ["deadline"]
    assert [signal.name for signal in distant] == ["distant-deadline"]


@pytest.mark.parametrize(
    "text",
    [
        "No rush, but please answer by Friday",
        "Keine Eile, aber bitte bis Freitag",
        "Ce n'est pas urgent, merci de répondre avant vendredi",
        "No hay prisa, pero necesito la respuesta antes del viernes",
        "Het heeft geen haast, graag voor vrijdag",
    ],
)
def test_no_rush_makes_a_deadline_a_distant_one(text: str) -> None:
    found = {signal.name: signal.due for signal in find_signals("", text, SHIPPED, WEDNESDAY)}
    assert found.get("distant-deadline") == "2026-11-20"
    assert not found.keys() & {"deadline", "urgency"}


def test_the_next_of_several_counts() -> None:
    assert due("I need it by 30 November. Please answer by Friday.") == "2026-11-20"


def test_the_evidence_is_the_words_and_the_date() -> None:
    (found,) = find_signals("", "Well, I need it by\n  Friday!", SHIPPED, WEDNESDAY)
    assert found.evidence == "by Friday (2026-11-20)"
    assert found.place is not None
    assert (found.place.offset, found.place.line) == (16, 1)


def test_words_without_a_date_are_a_deadline_all_the_same() -> None:
    (found,) = find_signals("", "I need it in time for my wedding", SHIPPED, WEDNESDAY)
    assert (found.name, found.due) == ("deadline", "")
    assert due("I need it by Friday", datetime(2026, 11, 18, tzinfo=UTC)) == "2026-11-20"


def test_the_clock_is_that_of_the_writer() -> None:
    sydney = datetime(2026, 11, 19, 8, 0, tzinfo=ZoneInfo("Australia/Sydney"))
    same = sydney.astimezone(BERLIN)
    assert due("I need it by tomorrow", sydney) == "2026-11-20"
    assert due("I need it by tomorrow", same) == "2026-11-19"


def test_a_date_that_cannot_be_true_is_not_believed() -> None:
    honest = NOW + timedelta(hours=1)
    assert written_at(message(date=honest), BERLIN) == honest
    assert written_at(message(date=NOW - timedelta(days=3)), BERLIN) == NOW
    assert written_at(message(date=NOW.replace(tzinfo=None)), BERLIN) == NOW
    assert written_at(message(date=None), BERLIN).utcoffset() == timedelta(hours=1)


@pytest.mark.parametrize("written", [datetime.max, datetime.min, datetime(2024, 2, 29)])  # noqa: DTZ001, DTZ901
def test_the_ends_of_the_calendar_are_no_fault(written: datetime) -> None:
    at = written.replace(tzinfo=UTC)
    for text in ("by Friday", "within 3 months", "by 29 February", "before Easter", "by 9:30"):
        find_signals("", f"please, {text} or {text} please", SHIPPED, at)


@pytest.mark.parametrize("unit", ["please by ", "by friday ", "no later than the ", "the on of "])
def test_hostile_text_takes_no_time_to_speak_of(unit: str) -> None:
    text = "please by " + unit * (LIMIT // len(unit))
    find_signals("", "please by friday", SHIPPED, WEDNESDAY)
    begun = time.perf_counter()
    found = find_signals("", text, SHIPPED, WEDNESDAY)
    assert time.perf_counter() - begun < 1
    assert all(len(signal.evidence) <= MAX_EVIDENCE for signal in found)
