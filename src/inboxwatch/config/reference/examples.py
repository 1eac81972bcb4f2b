"""An example of everything that a priority may consist of, in the languages of the shipped lists.

Tests hear every signal in its examples; a row without one fails them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES = ("en", "de", "fr", "es", "nl")

SIGNAL_EXAMPLES: Mapping[str, tuple[str, str, str, str, str]] = {
    "self-harm": (
        "I want to end my life",
        "Ich will nicht mehr leben",
        "Je veux me suicider",
        "Quiero suicidarme",
        "Ik wil niet meer leven",
    ),
    "danger": (
        "The charger caught fire",
        "Das Ladegerät ist explodiert",
        "Le chargeur a pris feu",
        "El cargador prendió fuego",
        "De accu is ontploft",
    ),
    "bereavement": (
        "My husband has died",
        "Mein Mann ist gestorben",
        "Mon mari est décédé",
        "Mi padre ha muerto",
        "Mijn man is overleden",
    ),
    "abuse-or-threat": (
        "I know where you live",
        "Ich weiß, wo ihr wohnt",
        "Je sais où vous habitez",
        "Sé dónde viven",
        "Ik weet waar jullie wonen",
    ),
    "insult": (
        "You are idiots",
        "Ihr seid Idioten",
        "Vous êtes des incapables",
        "Son unos inútiles",
        "Jullie zijn idioten",
    ),
    "anger": (
        "I am furious",
        "Ich bin wütend",
        "Je suis furieux",
        "Estoy furioso",
        "Ik ben woedend",
    ),
    "complaint": (
        "I am disappointed with your service",
        "Ich bin enttäuscht von Ihrem Service",
        "Je suis déçu de votre service",
        "Estoy decepcionado con su servicio",
        "Ik ben teleurgesteld in uw service",
    ),
    "manager-request": (
        "I want to speak to a manager",
        "Ich will Ihren Chef sprechen",
        "Je veux parler à un responsable",
        "Quiero hablar con un responsable",
        "Ik wil uw leidinggevende spreken",
    ),
    "legal": (
        "You will hear from my lawyer",
        "Ich gehe zum Anwalt",
        "Je vais contacter mon avocat",
        "Hablaré con mi abogado",
        "Ik schakel mijn advocaat in",
    ),
    "leaving": (
        "Please cancel my subscription",
        "Ich kündige mein Abo",
        "Je veux résilier mon abonnement",
        "Quiero cancelar mi suscripción",
        "Ik wil mijn abonnement opzeggen",
    ),
    "money-back": (
        "I want a refund",
        "Ich will mein Geld zurück",
        "Je veux être remboursé",
        "Quiero que me devuelvan el dinero",
        "Ik wil mijn geld terug",
    ),
    "charged-wrongly": (
        "I was charged $400 instead of $9",
        "Mir wurden 400 € statt 9 € abgebucht",
        "J'ai été débité deux fois",
        "Me han cobrado dos veces",
        "Er is dubbel afgeschreven",
    ),
    "outage": (
        "Your website is down",
        "Ihre Webseite ist nicht erreichbar",
        "Votre site est en panne",
        "La página está caída",
        "De website ligt plat",
    ),
    "security": (
        "My card was stolen",
        "Meine Karte wurde gestohlen",
        "Ma carte a été volée",
        "Me han robado la tarjeta",
        "Mijn pas is gestolen",
    ),
    "problem": (
        "The lamp does not work",
        "Die Lampe funktioniert nicht",
        "La lampe ne fonctionne pas",
        "La lámpara no funciona",
        "De lamp werkt niet",
    ),
    "urgency": (
        "This is urgent",
        "Das ist dringend",
        "C'est urgent",
        "Es urgente",
        "Het is dringend",
    ),
    "deadline": (
        "I need it by Friday",
        "Ich brauche es bis Freitag",
        "J'en ai besoin avant vendredi",
        "Lo necesito para el viernes",
        "Ik heb het uiterlijk vrijdag nodig",
    ),
    "distant-deadline": (
        "I need it by 20 December",
        "Ich brauche es bis zum 20. Dezember",
        "J'en ai besoin avant le 20 décembre",
        "Lo necesito antes del 20 de diciembre",
        "Ik heb het uiterlijk 20 december nodig",
    ),
    "waiting": (
        "This is my third mail, still no answer",
        "Das ist meine dritte Mail, immer noch keine Antwort",
        "Troisième mail, toujours sans réponse",
        "Es mi tercer correo, sigo sin respuesta",
        "Dit is mijn derde mail, nog steeds geen antwoord",
    ),
    "no-contact-wanted": (
        "Do not contact me again",
        "Bitte nicht mehr kontaktieren",
        "Ne me contactez plus",
        "No me escriban más",
        "Neem geen contact meer op",
    ),
    "survey-answer": (
        "Here are my answers to your survey",
        "Hier meine Antworten auf Ihre Umfrage",
        "Voici mes réponses à votre enquête de satisfaction",
        "Aquí van mis respuestas a su encuesta",
        "Hier zijn mijn antwoorden op uw enquête",
    ),
    "thanks": (
        "Thank you, it works now",
        "Vielen Dank, es geht wieder",
        "Merci beaucoup, tout fonctionne",
        "Muchas gracias, ya funciona",
        "Hartelijk dank, het werkt weer",
    ),
}
"""What gives each signal, in the order of ``LANGUAGES``, written on 18 November 2026."""

FACT_EXAMPLES: Mapping[str, str] = {
    "known-customer": "ann@shaw.example is Ann Shaw in customers.csv",
    "vip": "and her record says vip: yes",
    "known-contact": "no customer, but Jo wrote to him last month",
    "rescued-customer": "her mail, signed by her domain, lay in the spam folder",
    "repeated-mail": "two more mails of hers wait: the points count twice",
    "waiting-time": "of a service level of 4 h, 8 h of business time have passed: 3 times",
    "long-exchange": "her sixth mail in the conversation, after five answers: the points twice",
    "repeated-text": "Jo and Kim sent her the same text, but for their names",
    "unknown-in-junk": "a mail of nobody we know in the spam folder",
    "question": "“Does it fit a frame from 2019?”",
}

CAUSE_EXAMPLES: Mapping[str, str] = {
    "self-harm": "I want to end my life",
    "danger": "The charger caught fire and my son is hurt",
    "abuse-or-threat": "I know where you live",
    "legal": "You will hear from my lawyer",
    "manager-request": "I want to speak to a manager",
    "insult": "You are idiots",
    "relationship-at-risk": (
        "her third mail, in the conversation or without an answer, and she is angry; or her sixth "
        "in the conversation, whatever it says"
    ),
}

CAP_EXAMPLES: Mapping[str, str] = {
    "ceiling": "a VIP threatens with a lawyer over a wrong charge: 12 becomes 9",
    "unproven-sender": "the signature of its domain failed: whatever it says, 5 at most",
    "automatic-mail": "a delivery report full of angry words: 1",
    "floor": "a stranger's thanks in the spam folder: -2 becomes 1",
}

HELPER_EXAMPLES: Mapping[str, tuple[str, str]] = {
    "negators": ("Turn a signal into its opposite, up to three words on.", "not at all angry"),
    "conjunctions": ("Single words past which no negator reaches.", "not cheap but urgent"),
    "wishes": (
        "Single words: a negator undoes a request only together with one.",
        "I do not want a refund",
    ),
    "corrections": ("Stand between a wrong and a right amount.", "$400 instead of $9"),
    "billings": ("Tell that an amount was charged.", "charged $12 and then $14"),
    "until": (
        "Before a date, and with a demand in the same sentence, a deadline.",
        "please send it by Friday",
    ),
    "demands": ("Single words for what has to be done.", "I need it by Friday"),
    "unhurried": (
        "Take the hurry out of a deadline, which is a distant one then.",
        "No rush, by Friday would do",
    ),
    "questions": ("Ask something without a question mark.", "please let me know"),
    "rhetorical": ("Only sound like a question.", "Are you kidding?"),
}

RULE_EXAMPLES: Mapping[str, str] = {
    "A01": "Auto-Submitted: auto-replied",
    "A02": "Return-Path: <>",
    "A03": "a mail without any Return-Path",
    "A04": "Content-Type: multipart/report; report-type=delivery-status",
    "A05": "X-Failed-Recipients: ann@shaw.example",
    "A06": "Precedence: bulk",
    "A07": "List-Id: <news.lists.example>",
    "A08": "List-Unsubscribe: <https://news.example/leave>",
    "A09": "X-Auto-Response-Suppress: All",
    "A10": "X-Autoreply: yes",
    "A11": "a reply of ours, with our X-Inboxwatch-Loop in it",
    "A12": "Feedback-ID, as mass mailers set it",
    "A13": "Content-Type: text/calendar; method=REQUEST",
    "A14": "From: ann@shaw.example, ben@shaw.example",
    "A15": "Subject: Out of office until Monday",
    "A16": "a mail flagged as answered",
    "A17": "a mail received ten days ago",
    "A18": "a colleague's answer lies in Sent, newer than the mail",
    "A30": "From: mailer-daemon@mx.example",
    "A31": "From: no-reply@shop.example",
    "A32": "From: support@acme.example, our own",
    "A33": "From: jo@acme.example, a colleague",
    "A34": "From: ann@example.invalid",
    "A36": "a mail to somebody-else@acme.example that reached us all the same",
    "A38": "To and Cc name twelve people",
    "A39": "last week's reply to her came back: no such user",
    "A40": "any mail in the spam folder",
    "A43": "a mail with a nul character in it",
    "A44": "“You will hear from my lawyer”",
    "A45": "“Please do not contact me again”",
    "A46": "“Hello?”, after “I want to speak to your manager” of yesterday",
    "F01": "From: ann@shaw.example, Return-Path: <bounce@mailer.example>",
    "F02": "a contact form's mail without a Reply-To",
    "F15": "a reply whose header would have a line of over 998 octets",
    "F20": "jörg@shaw.example, whose local part is not ASCII",
    "L01": "the same sender had a reply an hour ago",
    "L03": "the twentieth reply of one run has gone out",
    "L05": "Jo wrote in this conversation yesterday",
    "L06": "In-Reply-To names an automatic reply of ours",
    "L07": "half of the mail is the text of our template",
    "L08": "six mails of one sender within ten minutes",
    "L09": "every second reply of this hour came back",
    "L12": "a mail from before `replies.enabled` was set",
    "L13": "INBOXWATCH_NO_SEND=1",
    "L14": "twenty strangers in an hour claim the same prize",
    "O04": "no template for this period in any language",
    "S07": "Authentication-Results: mx.acme.example; dmarc=fail",
    "S10": "a mail that a listed forwarder sealed, in the spam folder",
    "S21": "From: ann@shaw.example <ben@other.example>",
    "S22": 'From: "ann@shaw.example" <x@elsewhere.example>',
    "S24": "Reply-To: ann@elsewhere.example, From: ann@shaw.example",
    "X01": "another run has claimed the reply",
    "X04": "the mail was fetched once more after its reply",
    "X07": "mail of the years before inboxwatch",
    "X08": "sixty replies wanted at once",
    "X09": "the mail was deleted while the reply was made",
    "X12": "a mail that met a bug in this program",
    "X14": "the clock is two days ahead of the mail server's",
}
"""What each rule of the rulebook that keeps a reply back has in view."""
