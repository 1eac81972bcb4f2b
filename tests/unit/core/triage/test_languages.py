"""Every signal in every language of the shipped lists, and the same words denied or quoted."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from tests.support.build import raw

from inboxwatch.config.lexicon import load_lexicon
from inboxwatch.config.reference.examples import (
    CAP_EXAMPLES,
    CAUSE_EXAMPLES,
    FACT_EXAMPLES,
    HELPER_EXAMPLES,
    LANGUAGES,
    RULE_EXAMPLES,
    SIGNAL_EXAMPLES,
)
from inboxwatch.core.message.parse import parse
from inboxwatch.core.reply.rulebook import RULEBOOK
from inboxwatch.core.triage.escalate import CAUSES
from inboxwatch.core.triage.signals import find_signals
from inboxwatch.core.triage.table import CAPS, FACTS, HELPERS, SIGNAL_NAMES

SHIPPED, _ = load_lexicon()
WRITTEN = datetime(2026, 11, 18, 10, 0, tzinfo=ZoneInfo("Europe/Berlin"))


def names(text: str) -> set[str]:
    return {signal.name for signal in find_signals("", text, SHIPPED, WRITTEN)}


def test_everything_has_an_example() -> None:
    assert tuple(SIGNAL_EXAMPLES) == SIGNAL_NAMES
    assert tuple(CAUSE_EXAMPLES) == tuple(row.name for row in CAUSES)
    assert tuple(FACT_EXAMPLES) == tuple(row.name for row in FACTS)
    assert tuple(CAP_EXAMPLES) == tuple(row.name for row in CAPS)
    assert tuple(HELPER_EXAMPLES) == HELPERS
    assert tuple(RULE_EXAMPLES) == tuple(RULEBOOK)


@pytest.mark.parametrize(
    ("signal", "text"),
    [
        pytest.param(signal, text, id=f"{signal}-{language}")
        for signal, texts in SIGNAL_EXAMPLES.items()
        for language, text in zip(LANGUAGES, texts, strict=True)
    ],
)
def test_a_signal_is_heard_in_its_example(signal: str, text: str) -> None:
    assert signal in names(text)
    assert signal in names(f"Hello,\n\n{text.upper() if 'ß' not in text else text}.")


@pytest.mark.parametrize(
    ("signal", "text"),
    [
        ("anger", "I am not angry"),
        ("anger", "Ich bin nicht wütend"),
        ("anger", "Je ne suis pas furieux"),
        ("anger", "No estoy enfadado"),
        ("anger", "Ik ben niet boos"),
        ("insult", "You are not idiots"),
        ("insult", "Ihr seid keine Idioten"),
        ("insult", "Vous n'êtes pas des idiots"),
        ("insult", "No son unos inútiles"),
        ("insult", "Jullie zijn geen idioten"),
        ("complaint", "I am not disappointed"),
        ("complaint", "Ich bin nicht enttäuscht"),
        ("complaint", "Je ne suis pas déçu"),
        ("complaint", "No estoy decepcionado"),
        ("complaint", "Ik ben niet teleurgesteld"),
        ("urgency", "No rush, it is not urgent"),
        ("urgency", "Das ist nicht dringend, keine Eile"),
        ("urgency", "Ce n'est pas urgent"),
        ("urgency", "No es urgente, no hay prisa"),
        ("urgency", "Het is niet dringend, geen haast"),
        ("deadline", "There is no deadline"),
        ("deadline", "Es gibt keine Deadline"),
        ("deadline", "Il n'y a pas de date limite"),
        ("deadline", "No hay fecha límite"),
        ("deadline", "Er is geen deadline"),
        ("legal", "I do not need a lawyer"),
        ("legal", "Ich brauche keinen Anwalt"),
        ("legal", "Je n'ai pas besoin d'un avocat"),
        ("legal", "No necesito un abogado"),
        ("legal", "Ik heb geen advocaat nodig"),
        ("leaving", "I do not want to cancel my subscription"),
        ("leaving", "Ich möchte mein Abo nicht kündigen"),
        ("leaving", "Je ne veux pas résilier mon abonnement"),
        ("leaving", "No quiero cancelar mi suscripción"),
        ("leaving", "Ik wil mijn abonnement niet opzeggen"),
        ("money-back", "I do not want a refund"),
        ("money-back", "Ich will keine Rückerstattung"),
        ("money-back", "Je ne veux pas de remboursement"),
        ("money-back", "No quiero un reembolso"),
        ("money-back", "Ik wil geen terugbetaling"),
        ("manager-request", "I do not want to speak to a manager"),
        ("manager-request", "Ich will nicht Ihren Chef sprechen"),
        ("manager-request", "Je ne veux pas parler à un responsable"),
        ("manager-request", "No quiero hablar con un responsable"),
        ("manager-request", "Ik wil niet uw leidinggevende spreken"),
        ("outage", "The website is not down"),
        ("security", "My card was not stolen"),
        ("security", "Meine Karte wurde nicht gestohlen"),
        ("security", "Ma carte n'a pas été volée"),
        ("security", "No me han robado la tarjeta"),
        ("security", "Mijn pas is niet gestolen"),
        ("charged-wrongly", "I was not charged twice"),
        ("charged-wrongly", "Es wurde nicht doppelt abgebucht"),
        ("charged-wrongly", "Je n'ai pas été débité deux fois"),
        ("charged-wrongly", "No me han cobrado dos veces"),
        ("charged-wrongly", "Er is niet dubbel afgeschreven"),
        ("thanks", "Thanks for nothing"),
        ("thanks", "Danke für nichts"),
        ("thanks", "Merci pour rien"),
        ("thanks", "Gracias por nada"),
        ("thanks", "Bedankt voor niets"),
    ],
)
def test_a_denied_signal_is_not_heard(signal: str, text: str) -> None:
    assert signal not in names(text)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("On Mon, 16 Nov 2026 at 09:30, Acme <support@acme.example> wrote:", "You are idiots"),
        ("Am Mo., 16. Nov. 2026 um 09:30 schrieb Acme <support@acme.example>:", "Ihr Idioten"),
        ("Le lun. 16 nov. 2026 à 09:30, Acme <support@acme.example> a écrit :", "C'est urgent"),
        ("El lun, 16 nov 2026 a las 9:30, Acme (<support@acme.example>) escribió:", "Es urgente"),
        ("Op ma 16 nov 2026 om 09:30 schreef Acme <support@acme.example>:", "Het is dringend"),
    ],
)
def test_what_is_quoted_is_not_heard(line: str, text: str) -> None:
    head = "From: ann@customer.example\r\nSubject: x\r\nContent-Type: text/plain; charset=utf-8\r\n"
    quoted = f"{head}\r\nFine.\r\n\r\n{line}\r\n> {text}\r\n"
    message = parse(raw(quoted.encode()))
    assert names(text)
    assert find_signals(message.subject, message.text, SHIPPED, WRITTEN) == ()
