"""What the people and the machines of the benchmarks' mail say. All of it was written for them."""

from __future__ import annotations

from typing import NamedTuple


class Voice(NamedTuple):
    """One language: greetings, sentences, farewells, the line over a quote, and a charset."""

    language: str
    charset: str
    greetings: tuple[str, ...]
    sentences: tuple[str, ...]
    farewells: tuple[str, ...]
    attribution: str
    subjects: tuple[str, ...]


VOICES = (
    Voice(
        "en",
        "utf-8",
        ("Hello,", "Dear team,", "Hi there,", "Good morning,"),
        (
            "the lamp of my order has not come yet, and the tracking page says nothing.",
            "Could you tell me whether the blue one fits a frame from 2019?",
            "I would like to change the delivery address, as we are moving next week.",
            "The invoice names the wrong company; please send a corrected one.",
            "Is it possible to return one of the two bags without the other?",
            "I tried the steps in the manual twice and the light stays red.",
            "There is no hurry, but an answer before the weekend would be lovely.",
            "We ordered twelve of them in spring and were very happy with the quality.",
        ),
        ("Best regards", "Kind regards", "Thank you", "Cheers"),
        "On Mon, 16 Nov 2026 at 09:30, Acme Support <support@acme.example> wrote:",
        ("Question about my order", "Delivery address", "Wrong invoice", "Does it fit?"),
    ),
    Voice(
        "de",
        "iso-8859-1",
        ("Guten Tag,", "Hallo,", "Sehr geehrte Damen und Herren,"),
        (
            "meine Bestellung ist noch nicht angekommen, und die Verfolgung zeigt nichts.",
            "Können Sie mir sagen, ob das blaue Modell an einen Rahmen von 2019 passt?",
            "Ich möchte die Lieferadresse ändern, da wir nächste Woche umziehen.",
            "Auf der Rechnung steht die falsche Firma; bitte schicken Sie eine berichtigte.",
            "Die Schritte der Anleitung habe ich zweimal versucht, das Licht bleibt rot.",
            "Es eilt nicht, aber eine Antwort vor dem Wochenende wäre schön.",
        ),
        ("Mit freundlichen Grüßen", "Viele Grüße", "Beste Grüße"),
        "Am Mo., 16. Nov. 2026 um 09:30 Uhr schrieb Acme Support <support@acme.example>:",
        ("Frage zur Bestellung", "Rückfrage", "Falsche Rechnung", "Lieferadresse ändern"),
    ),
    Voice(
        "fr",
        "utf-8",
        ("Bonjour,", "Madame, Monsieur,"),
        (
            "ma commande n'est pas encore arrivée et le suivi ne montre rien depuis des jours.",
            "Pourriez-vous me dire si le modèle bleu convient à un cadre de 2019 ?",
            "Je voudrais changer l'adresse de livraison, car nous déménageons bientôt.",
            "La facture porte le nom d'une autre société, merci de la corriger.",
            "J'ai essayé deux fois les étapes du manuel, le voyant reste rouge.",
        ),
        ("Cordialement", "Bien à vous", "Merci d'avance"),
        "Le lun. 16 nov. 2026 à 09:30, Acme Support <support@acme.example> a écrit :",
        ("Question sur ma commande", "Adresse de livraison", "Facture erronée"),
    ),
    Voice(
        "es",
        "utf-8",
        ("Hola,", "Buenos días:"),
        (
            "mi pedido todavía no ha llegado y el seguimiento no muestra nada desde hace días.",
            "¿Podrían decirme si el modelo azul sirve para un cuadro de 2019?",
            "Quisiera cambiar la dirección de entrega porque nos mudamos la semana que viene.",
            "La factura lleva el nombre de otra empresa; les ruego que la corrijan.",
        ),
        ("Un saludo", "Gracias", "Atentamente"),
        "El lun, 16 nov 2026 a las 9:30, Acme Support (<support@acme.example>) escribió:",
        ("Pregunta sobre mi pedido", "Factura equivocada"),
    ),
    Voice(
        "ja",
        "iso-2022-jp",
        ("お世話になっております。",),
        (
            "注文した商品がまだ届きません。追跡ページも数日前から変わっていません。",
            "青いモデルは2019年のフレームに合いますか。",
            "来週引っ越すので、配送先を変更したいです。",
        ),
        ("よろしくお願いいたします。",),
        "2026年11月16日(月) 9:30 Acme Support <support@acme.example>:",
        ("注文について", "配送先の変更"),
    ),
)

ANGRY = (
    "THIS IS THE THIRD TIME I WRITE TO YOU AND NOBODY ANSWERS!!!",
    "I was charged twice, 249.00 EUR each time, and I want my money back today.",
    "This is an absolute disgrace, I have never seen such a useless service.",
    "Let me speak to a manager immediately or you will hear from my lawyer.",
    "Das ist eine Frechheit, ich verlange sofort mein Geld zurück!",
    "C'est scandaleux, je veux être remboursé immédiatement.",
)

NEWS = (
    "Our autumn collection is here, with warm jackets for the whole family.",
    "Only this week: free shipping on everything above 50 EUR.",
    "Read how our readers spend their longest nights, and win a tent for two.",
    "Three recipes for cold evenings, and the tea that goes with them.",
    "Last chance: these prices end on Sunday at midnight.",
)

NOTICES = (
    "Your ticket 48213 was updated by the system.",
    "The nightly backup finished with 0 errors in 00:12:44.",
    "A new sign-in to your account was seen. If this was you, there is nothing to do.",
    "Your parcel will be delivered between 10:00 and 12:00.",
)
