"""How well the language of short support mails is told, by the words in which people write.

python benchmarks/languages.py
"""

from __future__ import annotations

import time

from inboxwatch.core.reply.language import detect

MAILS = {
    "en": (
        "My saddle came loose after two days. What now?",
        "Can I change the delivery address of my order?",
        "Do you repair wheels of other makers as well?",
        "The invoice is missing, please send it again.",
        "When will my parcel arrive? It was due on Monday.",
        "I cannot log in any more since the update.",
        "Please cancel my order, I found it elsewhere.",
        "The colour is wrong. I ordered red and got blue.",
        "Is the children's trailer back in stock soon?",
        "How long is the warranty on the battery?",
        "Hi, the chain is still not here. Any news?",
        "Could you call me back tomorrow morning please?",
        "Your site is down, nobody here can pay.",
        "I was charged twice, kindly refund one of them.",
        "Where can I drop off my bike for a service?",
        "Thank you so much, the new brakes work perfectly!",
    ),
    "de": (
        "Mein Sattel hat sich nach zwei Tagen gelöst. Was nun?",
        "Kann ich die Lieferadresse meiner Bestellung noch ändern?",
        "Repariert ihr auch Laufräder anderer Hersteller?",
        "Die Rechnung fehlt, bitte noch einmal schicken.",
        "Wann kommt mein Paket? Es sollte am Montag da sein.",
        "Seit dem Update kann ich mich nicht mehr anmelden.",
        "Bitte stornieren Sie meine Bestellung.",
        "Die Farbe stimmt nicht, ich hatte Rot bestellt.",
        "Gibt es den Kinderanhänger bald wieder?",
        "Wie lange habe ich Garantie auf den Akku?",
        "Hallo, die Kette ist immer noch nicht da.",
        "Können Sie mich morgen früh zurückrufen?",
        "Ihre Seite geht nicht, hier kann keiner zahlen.",
        "Mir wurde doppelt abgebucht, bitte erstatten.",
        "Wo kann ich mein Rad zur Inspektion abgeben?",
        "Vielen Dank, die neuen Bremsen sind wunderbar!",
    ),
    "fr": (
        "Ma selle s'est desserrée au bout de deux jours.",
        "Puis-je encore modifier l'adresse de livraison ?",
        "Réparez-vous aussi les roues d'autres marques ?",
        "Il manque la facture, merci de la renvoyer.",
        "Quand arrive mon colis ? Il était prévu lundi.",
        "Je n'arrive plus à me connecter depuis hier.",
        "Merci d'annuler ma commande, je me suis trompé.",
        "La couleur n'est pas bonne, j'avais pris le rouge.",
        "La remorque enfant sera-t-elle bientôt disponible ?",
        "Quelle est la durée de garantie de la batterie ?",
        "Bonjour, la chaîne n'est toujours pas arrivée.",
        "Pouvez-vous me rappeler demain matin ?",
        "Votre site ne marche pas, impossible de payer.",
        "J'ai été débité deux fois, remboursez-moi.",
        "Où puis-je déposer mon vélo pour une révision ?",
        "Merci beaucoup, les nouveaux freins sont parfaits !",
    ),
    "es": (
        "El sillín se soltó a los dos días. ¿Qué hago?",
        "¿Puedo cambiar la dirección de entrega del pedido?",
        "¿Reparan también ruedas de otras marcas?",
        "Falta la factura, envíenla otra vez por favor.",
        "¿Cuándo llega mi paquete? Lo esperaba el lunes.",
        "No puedo entrar en mi cuenta desde ayer.",
        "Quiero cancelar mi pedido, me he equivocado.",
        "El color no es correcto, yo pedí el rojo.",
        "¿Volverá pronto el remolque para niños?",
        "¿Cuánto dura la garantía de la batería?",
        "Hola, la cadena todavía no ha llegado.",
        "¿Me pueden llamar mañana por la mañana?",
        "Su página no funciona, no podemos pagar.",
        "Me han cobrado dos veces, devuélvanme una.",
        "¿Dónde puedo dejar la bici para la revisión?",
        "Muchas gracias, los frenos nuevos van genial.",
    ),
    "nl": (
        "Mijn zadel zat na twee dagen al los. Wat nu?",
        "Kan ik het bezorgadres van mijn bestelling wijzigen?",
        "Repareren jullie ook wielen van andere merken?",
        "De factuur ontbreekt, graag nog eens sturen.",
        "Wanneer komt mijn pakket? Het zou maandag komen.",
        "Sinds de update kan ik niet meer inloggen.",
        "Graag mijn bestelling annuleren, alvast bedankt.",
        "De kleur klopt niet, ik had rood besteld.",
        "Komt de kinderkar binnenkort weer op voorraad?",
        "Hoe lang heb ik garantie op de accu?",
        "Hallo, de ketting is er nog steeds niet.",
        "Kunt u mij morgenochtend terugbellen?",
        "Jullie site doet het niet, niemand kan betalen.",
        "Er is twee keer afgeschreven, graag terugstorten.",
        "Waar kan ik mijn fiets brengen voor een beurt?",
        "Heel erg bedankt, de nieuwe remmen zijn super!",
    ),
}
"""Mails of 25 to 50 letters, in the languages for which there are templates."""

OTHERS = {
    "pl": (
        "Kiedy dotrze moja paczka? Miała być w poniedziałek.",
        "Proszę anulować moje zamówienie, pomyliłem się.",
        "Czy naprawiacie także koła innych marek?",
    ),
    "it": (
        "Quando arriva il mio pacco? Doveva arrivare lunedì.",
        "Posso ancora cambiare l'indirizzo di consegna?",
        "La sella si è allentata dopo due giorni, che faccio?",
    ),
    "pt": (
        "Quando chega a minha encomenda? Era para segunda-feira.",
        "Quero cancelar o meu pedido, enganei-me na cor.",
        "Ainda posso mudar a morada de entrega?",
    ),
    "sv": (
        "När kommer mitt paket? Det skulle komma i måndags.",
        "Kan jag fortfarande ändra leveransadressen?",
        "Färgen är fel, jag hade beställt en röd.",
    ),
    "da": (
        "Hvornår kommer min pakke? Den skulle være kommet mandag.",
        "Kan jeg stadig ændre leveringsadressen?",
        "Farven er forkert, jeg havde bestilt rød.",
    ),
    "ru": ("Когда придёт моя посылка? Её ждали в понедельник.",),
    "tr": ("Paketim ne zaman gelecek? Pazartesi gelmesi gerekiyordu.",),
    "ro": ("Când ajunge coletul meu? Trebuia să vină luni.",),
    "af": ("Wanneer kom my pakkie? Dit sou Maandag gekom het.",),
    "ca": ("Quan arriba el meu paquet? Havia d'arribar dilluns.",),
}
"""Mails in languages for which there are none: they must not be taken for one of those above."""

UNCLEAR = (
    "ok thanks",
    "Ok, thanks!",
    "Super, danke!",
    "thx",
    "Merci!",
    "Info",
    "Hallo",
    "Order 4711",
    "See attached",
    "Best regards",
    "ok",
    "ja",
    "no",
    "Rechnung",
    "Gracias!",
    "Dank je",
    "FYI",
    "done",
    "Test",
    "Ping",
    "Re: re: re:",
    "bike",
    "https://shop.example/order/12345?lang=nl&x=de",
    "+49 170 1234567",
    "12.11.2026 14:30",
    "Sent from my iPhone",
    "Ann Shaw",
    "Shimano Deore XT 12-fach RD-M8100",
    "OK super",
    "Schwalbe Marathon 28 x 1.75",
)
"""What says too little to be believed."""


def main() -> None:
    """Print how many are told right, wrong and not at all, and what one costs."""
    print(f"{'language':10} right wrong untold")
    for language, texts in MAILS.items():
        found = [detect(text, MAILS) for text in texts]
        right, untold = found.count(language), found.count(None)
        print(f"{language:10} {right:5} {len(found) - right - untold:5} {untold:6}")
    others = [text for texts in OTHERS.values() for text in texts]
    print(f"other languages: {sum(detect(text, MAILS) is None for text in others)} of", end=" ")
    print(f"{len(others)} left untold")
    print(f"unclear: {sum(detect(text, MAILS) is None for text in UNCLEAR)} of", end=" ")
    print(f"{len(UNCLEAR)} left untold")
    everything = [text for texts in MAILS.values() for text in texts]
    begin = time.perf_counter()
    for text in everything:
        detect(text, MAILS)
    cost = (time.perf_counter() - begin) / len(everything)
    print(f"{cost * 1e6:.0f} microseconds a mail, once the model is read")


if __name__ == "__main__":
    main()
