"""What a mail says, and the words that say it."""

from __future__ import annotations

import time

import pytest

from inboxwatch.config.lexicon import load_lexicon
from inboxwatch.core.triage.fold import LIMIT, MAX_EVIDENCE, fold, plain_text
from inboxwatch.core.triage.signals import find_signals
from inboxwatch.core.triage.table import SIGNAL_NAMES
from inboxwatch.model.policy import Lexicon, Phrase

SHIPPED, _ = load_lexicon()


def lexicon(**signals: str) -> Lexicon:
    """A lexicon of English phrases, given per signal and divided by semicolons."""
    return Lexicon(
        tuple(
            Phrase(name.replace("_", "-"), text.strip(), "en")
            for name, texts in signals.items()
            for text in texts.split(";")
        )
    )


def names(text: str, words: Lexicon = SHIPPED, subject: str = "") -> tuple[str, ...]:
    return tuple(signal.name for signal in find_signals(subject, text, words))


def evidence_of(text: str, name: str, words: Lexicon = SHIPPED) -> str | None:
    return {s.name: s.evidence for s in find_signals("", text, words)}.get(name)


SMALL = lexicon(
    anger="angry; furious*; so mad; -mad max",
    urgency="urgent; rush",
    money_back="refund; refund*",
    legal="l\u00e0wyer",
    thanks="thanks; -thanks for nothing",
    negators="not; no; don't; without; -not only",
    conjunctions="but; why",
    wishes="want; need",
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I am angry", ("anger",)),
        ("ANGRY customer!", ("anger",)),
        ("so\n  mad at you", ("anger",)),
        ("I write to the angryclub", ()),
        ("un-angry, x_angry", ("anger",)),
        ("furiously typing", ("anger",)),
        ("a curious furiou thing", ()),
        ("mad max was so mad max", ()),
        ("LAWYER and law\u00ffer", ("legal",)),
        ("lawyers", ()),
        ("My l\u00e0wyer", ("legal",)),
        ("my la\u0300wyer", ("legal",)),
        ("thanks for nothing", ()),
        ("thanks", ("thanks",)),
    ],
)
def test_phrases_stand_on_word_boundaries_whatever_case_marks_and_white_space(
    text: str, found: tuple[str, ...]
) -> None:
    assert names(text, SMALL) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I am not angry", ()),
        ("I am not at all really so angry", ("anger",)),
        ("I am not at all angry", ()),
        ("No, urgent!", ("urgency",)),
        ("There is no rush", ()),
        ("I do not know why it is urgent", ("urgency",)),
        ("not cheap but urgent", ("urgency",)),
        ("not only urgent", ("urgency",)),
        ("It is not good.\n\nUrgent", ("urgency",)),
        ("not angry, then angry", ("anger",)),
        ("I don\u2019t want a refund", ()),
        ("I don't need any refund", ()),
        ("I did not get the refund", ("money-back",)),
        ("still no refund", ("money-back",)),
    ],
)
def test_negation_reaches_three_words_within_its_clause(text: str, found: tuple[str, ...]) -> None:
    assert names(text, SMALL) == found


def test_evidence_is_the_words_as_they_stand_with_the_whole_word_of_a_stem() -> None:
    text = "I\u2019m really  FURIOUSLY angry"
    assert evidence_of(text, "anger", SMALL) == "FURIOUSLY"
    straight = lexicon(anger="i'm mad", urgency="stra\u00dfe gesperrt")
    assert evidence_of("Well, I\u2019m  MAD", "anger", straight) == "I\u2019m MAD"
    assert evidence_of("die Stra\u00dfe gesperrt!", "urgency", straight) == "Stra\u00dfe gesperrt"
    assert evidence_of("die Strasse gesperrt!", "urgency", straight) == "Strasse gesperrt"


def test_evidence_is_one_short_line() -> None:
    stem = lexicon(anger="so mad*")
    found = evidence_of("so mad" + "d" * 500, "anger", stem)
    assert found is not None
    assert len(found) == MAX_EVIDENCE
    assert found.endswith("\u2026")


def test_there_is_one_signal_of_a_name_with_its_first_words_in_the_order_of_the_table() -> None:
    found = find_signals("thanks", "urgent: I am angry. So mad!", SMALL)
    assert [(s.name, s.evidence) for s in found] == [
        ("anger", "angry"),
        ("urgency", "urgent"),
        ("thanks", "thanks"),
    ]


def test_subject_and_text_are_both_read_but_no_phrase_spans_them() -> None:
    assert names("hello", SMALL, subject="Urgent") == ("urgency",)
    assert names("mad at you", SMALL, subject="so") == ()


def test_a_lexicon_without_phrases_finds_nothing() -> None:
    assert names("I am angry", Lexicon()) == ()


@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        ("I was billed $400 instead of $9.", "$400 instead of $9"),
        ("Mir wurden 400 \u20ac statt 9,00 \u20ac abgebucht", "400 \u20ac statt 9,00 \u20ac"),
        ("pr\u00e9lev\u00e9 45,90 EUR au lieu de 22 EUR", "45,90 EUR au lieu de 22 EUR"),
        ("cobrado 1.000,50 euros en lugar de 100 euros", "1.000,50 euros en lugar de 100 euros"),
        ("\u20ac 20 in plaats van \u20ac 2", "\u20ac 20 in plaats van \u20ac 2"),
        ("USD 1,000 should be USD 100", "USD 1,000 should be USD 100"),
        ("You charged me 12 pounds and then 14 pounds", "12 pounds and then 14 pounds"),
        ("CHF 1'200 statt CHF 120", "CHF 1'200 statt CHF 120"),
    ],
)
def test_two_amounts_that_disagree_are_a_wrong_charge(text: str, evidence: str) -> None:
    assert evidence_of(text, "charged-wrongly") == evidence


@pytest.mark.parametrize(
    "text",
    [
        "It costs $10, or $12 with the case.",
        "I took the $9 plan instead of the 9.00 $ one",
        "I paid $400 instead of 9 EUR",
        "I want the 400 page book instead of the 9 page book for $5",
        "An invoice for $10 and" + " many words" * 40 + " $12",
    ],
)
def test_amounts_that_do_not_disagree_are_none(text: str) -> None:
    assert "charged-wrongly" not in names(text)


@pytest.mark.parametrize(
    ("text", "shouting"),
    [
        ("WHERE IS THE PARCEL I BOUGHT", True),
        ("WO IST DENN DAS P\u00c4CKCHEN GEBLIEBEN", True),
        ("THANK YOU SO MUCH FOR THE BOOK", False),
        ("The parcel is late!!! Where is it", True),
        ("Thank you!!!", False),
        ("A nice day to you!!!", False),
        ("My flight is LHR-JFK on BA, seat 12A", False),
        ("OK", False),
    ],
)
def test_shouting_is_anger_unless_it_cheers(text: str, shouting: bool) -> None:
    assert ("anger" in names(text)) is shouting


@pytest.mark.parametrize(
    ("text", "expected", "unexpected"),
    [
        ("You guys are absolute idiots. I was billed $400 instead of $9.",
         {"insult", "charged-wrongly"}, {"thanks"}),
        ("Don't bother, you guys are absolute idiots.", {"insult", "no-contact-wanted"}, set()),
        ("Don't bother with a refund, just repair it", set(), {"no-contact-wanted"}),
        ("I want to speak to a manager. This is my third mail!",
         {"manager-request", "waiting"}, set()),
        ("My lawyer will be in touch", {"legal"}, set()),
        ("Please cancel my subscription", {"leaving"}, set()),
        ("I do not want to cancel my subscription", set(), {"leaving"}),
        ("Our site is down and we cannot take orders", {"outage"}, set()),
        ("My card was stolen, please block it", {"security"}, set()),
        ("I need this by Friday, it is urgent", {"urgency"}, set()),
        ("I will find you and kill you, go to hell", {"abuse-or-threat"}, set()),
        ("In answer to your survey", {"survey-answer"}, set()),
        ("Thank you, it works now", {"thanks"}, {"problem"}),
        ("Thanks for nothing", {"anger"}, {"thanks"}),
        ("Thanks in advance", set(), {"thanks"}),
        ("Do you ship to Norway, and how long does it take?", set(), set(SIGNAL_NAMES)),
        ("What is your refund policy?", set(), set(SIGNAL_NAMES)),
        ("Das ist nicht dringend, keine Eile.", set(), set(SIGNAL_NAMES)),
        ("Ich warte seit drei Wochen auf meine R\u00fcckerstattung!",
         {"waiting", "money-back"}, set()),
        ("Ihr seid unf\u00e4hig. Ich will Ihren Chef sprechen, sonst gehe ich zum Anwalt.",
         {"insult", "manager-request", "legal"}, set()),
        ("Vielen Dank, alles hat geklappt", {"thanks"}, {"problem"}),
        ("Je ne suis pas en col\u00e8re, ce n'est pas urgent", set(), set(SIGNAL_NAMES)),
        ("Je veux parler \u00e0 un responsable. Troisi\u00e8me mail sans r\u00e9ponse.",
         {"manager-request", "waiting"}, set()),
        ("Ma carte a \u00e9t\u00e9 vol\u00e9e", {"security"}, set()),
        ("J'ai \u00e9t\u00e9 d\u00e9bit\u00e9 deux fois, c'est inadmissible",
         {"charged-wrongly", "anger"}, set()),
        ("No estoy enfadado, no es urgente", set(), set(SIGNAL_NAMES)),
        ("Me han cobrado dos veces, es una verg\u00fcenza", {"charged-wrongly", "anger"}, set()),
        ("Quiero hablar con un responsable, nadie responde", {"manager-request", "waiting"}, set()),
        ("Mijn pas is gestolen!", {"security"}, set()),
        ("Ik wil geen terugbetaling, het heeft geen haast", set(), set(SIGNAL_NAMES)),
        ("Belachelijk! Ik wacht al twee weken op mijn geld", {"anger", "waiting"}, set()),
        ("I bought it 14 months ago and love it", set(), {"waiting"}),
        ("I ordered it three weeks ago", {"waiting"}, set()),
        ("I waited fifteen minutes at your counter", set(), {"waiting"}),
        ("I waited 20 minutes in your shop.", set(), {"waiting"}),
        ("I have waited three weeks", {"waiting"}, set()),
        ("Your van was 90 minutes late", {"problem"}, {"waiting"}),
        ("The van came two hours late", {"problem"}, {"waiting"}),
        ("40 minutes on hold", {"waiting"}, set()),
        ("Your colleague told me that is normal.", set(), {"complaint"}),
        ("Your colleague told me that you would call", {"complaint"}, set()),
        ("Two cargo bikes out of service", {"problem"}, set()),
        ("They lost their brakes this morning", {"danger"}, set()),
        ("a toll-free number for direct flights, storing data, the privacy policy on top",
         set(), set(SIGNAL_NAMES)),
    ],
)  # fmt: skip
def test_the_shipped_phrases(text: str, expected: set[str], unexpected: set[str]) -> None:
    found = set(names(text))
    assert expected <= found
    assert not unexpected & found


@pytest.mark.parametrize(
    "unit",
    ["no ", "not only ", "angry ", "$1 ", "charged $1 ", "A! ", "1", " \n", "'", "disappoint"],
)
def test_hostile_text_takes_no_time_to_speak_of(unit: str) -> None:
    text = unit * (2 * LIMIT // len(unit))
    find_signals("", "", SHIPPED)
    start = time.perf_counter()
    find_signals(text, text, SHIPPED)
    assert time.perf_counter() - start < 2


def test_only_the_beginning_of_an_endless_text_is_read() -> None:
    assert names("x " * LIMIT + "urgent", SMALL) == ()


@pytest.mark.parametrize(
    "text",
    ["\u0130stanbul STRA\u00dfE", "d\u00e9j\u00e0 \u01c6 \ufb01n", "\u0391\u03a3 \u2019\u2011"],
)
def test_folding_moves_no_character(text: str) -> None:
    plain = plain_text(text, text)
    assert len(fold(plain)) == len(plain)
