"""Missing details: what a mail says of its case, in five languages, and what it does not."""

from __future__ import annotations

import re
import time

import pytest

from inboxwatch.core.reply.details import (
    _PARTS_OF_DAYS,
    _WORDS_FOR_DAYS,
    details_text,
    folded,
    holds,
    missing,
)
from inboxwatch.model.playbook import Detail
from inboxwatch.model.policy import Topic

ORDER, AMOUNT, DATE, CARD = (
    Detail.ORDER_NUMBER,
    Detail.AMOUNT,
    Detail.DATE,
    Detail.CARD_LAST_FOUR,
)


LONG = "Thank you for the lovely shop and for everything in it. " * 4


@pytest.mark.parametrize(
    ("detail", "text"),
    [
        (ORDER, "Where is my frame? Order 7204"),
        (ORDER, "My order number is 45-1183-22."),
        (ORDER, "order no. 2024"),
        (ORDER, "Order #1234 has not arrived"),
        (ORDER, "It is about #88412"),
        (ORDER, "order id: AB12345"),
        (ORDER, "My booking reference: X7-44812"),
        (ORDER, "I mean 4503321, as on the label"),
        (ORDER, "The code on the bill is R-20431"),
        (ORDER, "Meine Bestellung 4711 ist nicht da"),
        (ORDER, "Bestellnummer: 2026-118"),
        (ORDER, "Bestell-Nr. 99812"),
        (ORDER, "Die Auftragsnummer lautet 55123"),
        (ORDER, "ma commande n° 88123"),
        (ORDER, "Numéro de commande : 661234"),
        (ORDER, "mi pedido 77123 no ha llegado"),
        (ORDER, "número de pedido: 5512"),
        (ORDER, "Mijn bestelling 33121 is stuk"),
        (ORDER, "bestelnummer 771"),
        (AMOUNT, "you charged me $400"),
        (AMOUNT, "it cost 49,90 €"),
        (AMOUNT, "EUR 1.200,00 were booked"),
        (AMOUNT, "I paid 30 pounds"),
        (AMOUNT, "Es wurden 12,- abgebucht"),
        (AMOUNT, "25 Franken zu viel"),
        (AMOUNT, "on m'a prélevé 35 euros"),
        (AMOUNT, "me cobraron 20 dólares"),
        (DATE, "I ordered on 2026-11-03"),
        (DATE, "on 3/11/2026"),
        (DATE, "on 11/23/26"),
        (DATE, "am 12.3. bestellt"),
        (DATE, "vom 12.03.2026"),
        (DATE, "on March 3rd"),
        (DATE, "the 3rd of March"),
        (DATE, "3. März"),
        (DATE, "le 1er août"),
        (DATE, "el 3 de marzo"),
        (DATE, "op 4 mei"),
        (DATE, "It came yesterday"),
        (DATE, "seit gestern"),
        (DATE, "on Monday"),
        (DATE, "le 12/03 j'ai commandé"),
        (CARD, "my card ending in 4242"),
        (CARD, "Visa **** 4242"),
        (CARD, "XXXX-XXXX-XXXX-4242"),
        (CARD, "the last four digits are 0119"),
        (CARD, "die letzten vier Ziffern sind 4242"),
        (CARD, "Meine Kreditkarte endet auf 4242"),
        (CARD, "les quatre derniers chiffres : 4242"),
        (CARD, "tarjeta terminada en 4242"),
        (CARD, "de laatste vier cijfers zijn 4242"),
        (CARD, "card 4242"),
        (CARD, "4242 4242 4242 4242"),
    ],
)
def test_what_a_mail_holds(detail: Detail, text: str) -> None:
    assert holds(folded("", text), detail)
    assert holds(folded("", f"{LONG}7 pages.\n{LONG}{text}\n{LONG}"), detail)


@pytest.mark.parametrize(
    ("detail", "text"),
    [
        (ORDER, "Where is my order?"),
        (ORDER, "Call me at +49 30 1234567"),
        (ORDER, "my phone is 5551234567"),
        (ORDER, "0301234567"),
        (ORDER, "Tel.: 1234567"),
        (ORDER, "I ordered two frames in 2026"),
        (ORDER, "my order 2026 was fine"),
        (ORDER, "order 150 € of tea"),
        (ORDER, "an order of 3 bikes"),
        (ORDER, "It cost 123456 EUR"),
        (ORDER, "order 12.03.2026"),
        (ORDER, "I ordered on 20260312"),
        (ORDER, "10115 Berlin"),
        (ORDER, "in order to be 100 percent sure"),
        (ORDER, "the case is closed 24/7"),
        (ORDER, "Bestellung fehlt seit 3 Wochen"),
        (AMOUNT, "order 7204"),
        (AMOUNT, "you charged me twice"),
        (AMOUNT, "I want my 2 euro pallets"[:12]),
        (DATE, "in 2026"),
        (DATE, "open 24/7"),
        (DATE, "it costs 12.50"),
        (DATE, "version 2.10.3"),
        (DATE, "order 7204"),
        (DATE, "I may 3 times have written"[:5]),
        (DATE, "half 1/2"),
        (CARD, "my card was charged in 2026"),
        (CARD, "my card was charged"),
        (CARD, "order 7204"),
        (CARD, "call 5551234"),
        (CARD, "4,242.00 was taken from my card"),
    ],
)
def test_what_only_looks_like_it(detail: Detail, text: str) -> None:
    assert not holds(folded("", text), detail)
    assert not holds(folded("", f"{LONG}{text}\n{LONG}"), detail)


BILLING = Topic("billing", (ORDER, AMOUNT, DATE), frozenset({"charged-wrongly"}))
DELIVERY = Topic("delivery", (ORDER,), phrases=("not  arrived", "Lieferung", "größe"))


@pytest.mark.parametrize(
    ("signals", "subject", "text", "expected"),
    [
        ({"charged-wrongly"}, "Wrong bill", "You charged me twice", (ORDER, AMOUNT, DATE)),
        ({"charged-wrongly"}, "Order 7204", "You took $9 twice", (DATE,)),
        ({"charged-wrongly"}, "Order 7204", "You took $9 on Monday", ()),
        ({"charged-wrongly"}, "My parcel", "has not arrived", (ORDER, AMOUNT, DATE)),
        (set(), "My parcel", "has NOT\narrived", (ORDER,)),
        (set(), "Lieferung 4711 fehlt", "", (ORDER,)),
        (set(), "Lieferung fehlt", "Bestellung 4711", ()),
        (set(), "Die GRÖSSE passt nicht", "", (ORDER,)),
        (set(), "Lieferungen", "", ()),
        ({"praise"}, "Thank you", "for everything", ()),
    ],
)
def test_the_first_topic_asks_for_what_is_missing(
    signals: set[str], subject: str, text: str, expected: tuple[Detail, ...]
) -> None:
    assert missing((BILLING, DELIVERY), frozenset(signals), subject, text) == expected


def test_no_topics_nothing_missing() -> None:
    assert missing((), frozenset({"charged-wrongly"}), "x", "y") == ()


@pytest.mark.parametrize(
    ("details", "language", "expected"),
    [
        ((), "en", ""),
        ((ORDER,), "en", "your order number"),
        ((ORDER, DATE), "en", "your order number and the date"),
        ((ORDER, AMOUNT, DATE), "de", "Ihre Bestellnummer, den Betrag und das Datum"),
        (
            (ORDER, CARD),
            "fr-CA",
            "votre numéro de commande et les quatre derniers chiffres de la carte",
        ),
        ((ORDER,), "pt", ""),
    ],
)
def test_details_in_words(details: tuple[Detail, ...], language: str, expected: str) -> None:
    assert details_text(details, language) == expected


@pytest.mark.parametrize(
    "hostile",
    [
        "order " * 4000,
        "1 " * 10_000,
        "card " + "x" * 20_000,
        "12." * 8000,
        "€ " * 9000,
        "a-" * 10_000,
        "order number " * 2000,
        "+1 (" * 5000,
        "**" * 10_000,
    ],
)
def test_hostile_text_costs_no_time(hostile: str) -> None:
    began = time.process_time()
    about = folded(hostile, hostile)
    for detail in Detail:
        holds(about, detail)
    assert time.process_time() - began < 1


def test_every_word_for_a_day_has_a_part_that_is_looked_for_first() -> None:
    words = re.sub(r"\\b|\(\?:|\(|\)|s\?", "", _WORDS_FOR_DAYS.pattern).split("|")
    english = {"mon", "tues", "wednes", "thurs", "fri", "satur"}
    spelled = [f"{one}day" if one in english else one for one in words]
    assert len(spelled) > 40
    assert all(_WORDS_FOR_DAYS.fullmatch(word) for word in spelled)
    assert [word for word in spelled if not any(part in word for part in _PARTS_OF_DAYS)] == []
