# ruff: noqa: RUF001  # the languages of mail have other letters
from __future__ import annotations

import time

import pytest

from inboxwatch.core.message.quote import new_text

ATTRIBUTIONS = [
    "On Mon, 16 Nov 2026 at 09:30, Ann Example <ann@x.example> wrote:",
    "On Nov 16, 2026, at 9:30 AM, Ann wrote:",
    "On 16/11/2026 09:30, Ann Example wrote:",
    "Am 16.11.2026 um 09:30 schrieb Ann Example:",
    "Am Mo., 16. Nov. 2026 um 09:30 Uhr schrieb Ann <ann@x.example>:",
    "Le lun. 16 nov. 2026 à 09:30, Ann <ann@x.example> a écrit :",
    "El lun, 16 nov 2026 a las 9:30, Ann (<ann@x.example>) escribió:",
    "Il giorno lun 16 nov 2026 alle ore 09:30 Ann <ann@x.example> ha scritto:",
    "Op ma 16 nov 2026 om 09:30 schreef Ann <ann@x.example>:",
    "Em seg., 16 de nov. de 2026 às 09:30, Ann <ann@x.example> escreveu:",
    "Den mån 16 nov. 2026 kl 09:30 skrev Ann <ann@x.example>:",
    "Den man. 16. nov. 2026 kl. 09.30 skrev Ann <ann@x.example>:",
    "ma 16. marrask. 2026 klo 9.30 Ann (ann@x.example) kirjoitti:",
    "pon., 16 lis 2026 o 09:30 Ann <ann@x.example> napisał(a):",
    "po 16. 11. 2026 v 9:30 odesílatel Ann <ann@x.example> napsal:",
    "пн, 16 нояб. 2026 г. в 09:30, Ann <ann@x.example>:",
    "16.11.2026 09:30, Ann пишет:",
    "пн, 16 лист. 2026 р. о 09:30 Ann <ann@x.example> пише:",
    "Ann <ann@x.example> ezt írta (időpont: 2026. nov. 16., H, 9:30):",
    "În lun., 16 nov. 2026 la 09:30, Ann <ann@x.example> a scris:",
    "Ann <ann@x.example>, 16 Kas 2026 Pzt, 09:30 tarihinde şunu yazdı:",
    "Στις Δευ 16 Νοε 2026 στις 9:30 π.μ., ο χρήστης Ann <ann@x.example> έγραψε:",
    "2026年11月16日(月) 9:30 Ann <ann@x.example>:",
    "Ann <ann@x.example> 于2026年11月16日周一 09:30写道：",
    "Vào Th 2, 16 thg 11, 2026 vào lúc 09:30 Ann <ann@x.example> đã viết:",
    "Ann Example <ann@x.example> wrote:",
    "2026-11-16 9:30 GMT+01:00 Ann <ann@x.example>:",
    "2026/11/16 Ann Example <ann@x.example>",
    "---- On Mon, 16 Nov 2026 09:30:00 +0100 Ann <ann@x.example> wrote ----",
    "*On Mon, 16 Nov 2026 at 09:30, Ann <ann@x.example> wrote:*",
    "On Mon, 16 Nov 2026 at 09:30, Ann Example <\nann@x.example> wrote:",
    "Op ma 16 nov 2026 om 09:30 schreef Ann <ann@x.example> het\nvolgende geschreven:",
]


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
@pytest.mark.parametrize("quote", ["\n> Old text\n> more", "\nOld text\nmore", "\n\n> Old\n>\n"])
def test_a_quote_goes_with_its_attribution(attribution: str, quote: str) -> None:
    assert new_text(f"New text.\n\n{attribution}{quote}") == "New text."


SEPARATORS = [
    "-----Original Message-----",
    "----- Original Message -----",
    "-----Ursprüngliche Nachricht-----",
    "-------- Originalnachricht --------",
    "-----Message d'origine-----",
    "-----Mensaje original-----",
    "-----Messaggio originale-----",
    "-----Oorspronkelijk bericht-----",
    "-----Mensagem original-----",
    "-----Oprindelig meddelelse-----",
    "-----Ursprungligt meddelande-----",
    "-----Исходное сообщение-----",
    "-----Wiadomość oryginalna-----",
    "-----邮件原件-----",
    "---------- Forwarded message ---------",
    "---------- Weitergeleitete Nachricht ---------",
    "-------- Message transféré --------",
    "Begin forwarded message:",
    "Anfang der weitergeleiteten Nachricht:",
    "Début du message transféré :",
]


@pytest.mark.parametrize("separator", SEPARATORS)
def test_what_stands_above_a_separator_is_new(separator: str) -> None:
    assert new_text(f"New text.\n\n{separator}\n\nOld text.") == "New text."


@pytest.mark.parametrize("separator", SEPARATORS)
def test_a_forward_with_nothing_above_is_its_own_text(separator: str) -> None:
    forward = f"{separator}\nFrom: Ann <ann@x.example>\nDate: Mon\nSubject: a very\nlong one\n"
    assert new_text(f"\n{forward}To: Bob\n\n\nWhere is it?\n\n-- \nAnn") == "Where is it?"


def test_a_telephone_signature_alone_is_nothing_above_a_forward() -> None:
    text = "Sent from my iPhone\n\nBegin forwarded message:\n\nFrom: a@x.example\n\nWhere is it?"
    assert new_text(text) == "Where is it?"


HEADERS = [
    "From: Ann <ann@x.example>\nSent: Monday\nTo: Bob\nSubject: Order",
    "*From:* Ann\n*Sent:* Monday\n*To:* Bob\n*Subject:* Order",
    "**From: **Ann\n**Date: **Monday\n**To: **Bob\n**Subject: **Order",
    "Von: Ann\nGesendet: Montag\nAn: Bob\nBetreff: Bestellung",
    "De : Ann\nEnvoyé : lundi\nÀ : Bob\nObjet : Commande",
    "De: Ann\nEnviado: lunes\nPara: Bob\nAsunto: Pedido",
    "Da: Ann\nInviato: lunedì\nA: Bob\nOggetto: Ordine",
    "Van: Ann\nVerzonden: maandag\nAan: Bob\nOnderwerp: Bestelling",
    "Fra: Ann\nSendt: mandag\nTil: Bob\nEmne: Ordre",
    "Från: Ann\nSkickat: måndag\nTill: Bob\nÄmne: Order",
    "Od: Ann\nWysłano: poniedziałek\nDo: Bob\nTemat: Zamówienie",
    "От: Ann\nОтправлено: понедельник\nКому: Bob\nТема: Заказ",
    "发件人： Ann\n发送时间： 2026\n收件人： Bob\n主题： x",
    "Subject: Order\nFrom: ann@x.example\nTo: a@x.example, b@x.example,\n c@x.example\nDate: Mon",
    "________________________________\nFrom: Ann\nSent: Monday\nTo: Bob\nSubject: Order",
    "________________________________\nXa: Ann <ann@x.example>\nXb: 3.5.2026\nXc: Bob",
]


@pytest.mark.parametrize("header", HEADERS)
def test_a_header_block_begins_a_quote(header: str) -> None:
    assert new_text(f"New text.\n\n{header}\n\nOld text.") == "New text."
    assert new_text(f"{header}\n\nForwarded text.") == "Forwarded text."


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("New\n\n> Old", "New"),
        ("> Old", "> Old"),
        ("> Old\n\nNew", "> Old\n\nNew"),
        ("On 16 Nov 2026 09:30, Ann wrote:\n> Old\nNew", "New"),
        ("On 16 Nov 2026 09:30, Ann wrote:\n> Old\n\nNew\n\n-- \nBob", "New"),
        ("On 16 Nov 2026 09:30, Ann wrote:\n> Old", ""),
        ("Ann wrote:\n> One?\nYes.\n> Two?\nNo.", "> One?\nYes.\n> Two?\nNo."),
        (
            "Hi,\n\nAnn wrote:\n> One?\nYes.\n> Two?\nNo.\n> Three",
            "Hi,\n\n> One?\nYes.\n> Two?\nNo.",
        ),
        ("Hi,\n\nAnn wrote:\n> Old\n\nNew", "Hi,\n\nNew"),
        ("New\n\nAnn <a@x.example> wrote:\n> Old and long\nwrapped", "New"),
        ("New\n> On 16 Nov 2026, Ann wrote:\n>\n> Old", "New"),
        ("> a\n\nNew\n> b", "> a\n\nNew"),
    ],
)
def test_marked_quotes(text: str, new: str) -> None:
    assert new_text(text) == new


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("Text\n-- \nAnn\nSales", "Text"),
        ("Text\n--\nAnn", "Text"),
        ("Text\n\n\u2014\nAnn", "Text"),
        ("Text\n__________________\nA list's footer", "Text"),
        ("-- \nAnn", "-- \nAnn"),
        ("Text\n\nSent from my iPhone", "Text"),
        ("Text\n\nVon meinem Mobilgerät gesendet", "Text"),
        ("Text\n\nEnvoyé de mon iPhone", "Text"),
        ("Text\n\nGet Outlook for iOS<https://x.example>", "Text"),
        ("Text\n\nОтправлено с iPhone", "Text"),
        ("Text\n\nBest regards\nAnn", "Text\n\nBest regards\nAnn"),
        ("\n\nText\n\n", "Text"),
        ("", ""),
        ("\n \n", ""),
    ],
)
def test_signatures(text: str, new: str) -> None:
    assert new_text(text) == new


@pytest.mark.parametrize(
    "text",
    [
        "Your shop sent me this:\na broken cup.",
        "On Monday I wrote:\nplease cancel.",
        "What I need from you:\n- a refund\n- an answer",
        "Name: Ann\nOrder: 4711\nDate: 3 May 2026\nProblem: broken",
        "From: my account\nIt is locked.",
        "Get my phone fixed.",
        "Please help.\n\nSent you an e-mail last week.",
        "Please help.\n\nGet the app working please!",
        "Items:\n-----\ncup\nplate",
        "Total: 20 -- that is too much\n\nAnn",
        "He said: no.",
        "ann@x.example is my address:\nuse it.",
    ],
)
def test_what_people_write_stays(text: str) -> None:
    assert new_text(text) == text


@pytest.mark.parametrize(
    "text",
    [
        ">" * 250_000,
        ">\n" * 125_000,
        "\n" * 250_000,
        " " * 250_000,
        "On 3 May 2026 wrote a@x.example:\n" * 8000,
        "On 3 May 2026 10:00 Ann wrote:\n> x\ny\n" * 7000,
        "From: a\n" * 30_000,
        "From: a\nTo: b\n\n" * 16_000,
        "Sent from my iPhone\n" * 12_000,
        "-----\nA: b\n" * 20_000,
        "---------- Forwarded message ----------\n" * 6000,
        "x\n--\n> y\n" * 25_000,
        "On 1 wrote " * 25_000 + ":",
        ("- " * 190 + "\n") * 600,
        ("*" * 399 + "x\n") * 600,
        ("*" * 399 + "\n") * 600,
        ("a" * 398 + ":\n") * 600,
        ("a@" * 198 + ":\n") * 600,
        ("--" + "original message" + "-" * 300 + "x-\n") * 700,
        ("-- " * 100 + "-\n") * 700,
        ("_ " * 100 + "x\n\n") * 1000,
        ("A" + " " * 390 + ":\n") * 600,
        ("On 1" + "1" * 300 + " wrote:\n") * 700,
        (" " * 190 + "x\n\n") * 1000 + "Sent from my iPhone",
    ],
)
def test_hostile_text_takes_linear_time(text: str) -> None:
    start = time.process_time()
    new_text(text)
    assert time.process_time() - start < 1
