"""Words that tell nothing about what a mail is about, and those that mail to a shop is full of.

In the folded form of ``fold``: lower case, no accents. English, German, French, Spanish and Dutch.
"""

from __future__ import annotations

from typing import Final

_FILLERS: Final = (
    # English
    "a about actually after again all already also although always am an and any anybody anyone "
    "anything anyway are around as ask asked asking at away back be because been before being "
    "best both but by bye call came can cannot cant cheers come could couldnt course day days "
    "dear did didnt do does doesnt doing done dont each either else even ever every everybody "
    "everyone everything far few find first for from further gave get gets getting give given go "
    "goes going gone good got great greetings guys had hadnt happen happened happens hard has "
    "hasnt have havent having he hello help her here hers hey hi him his hope hoping how however "
    "i id if ill im in instead into is isnt it its ive just keep kind kindly know last least less "
    "let lets like little long look looking lot made make makes making many may maybe me mean "
    "might mine more morning most much must my myself need needed needs never new next nice no "
    "nobody none not nothing now of off often oh ok okay on once one only onto or other others "
    "our ours out over own part people per perhaps please pls possible put quite rather re really "
    "regards right said same saw say says see seem seems seen send sending sent several shall she "
    "should shouldnt since sir so some somebody someone something sorry still such sure take "
    "taken takes talk team tell than thank thanks that thats the their theirs them then there "
    "theres these they thing things think this those though thought through till time times to "
    "today told tomorrow tonight too took tried try trying two under until up upon us use used "
    "using very via wait waiting want wanted wants was wasnt way we week weeks well went were "
    "werent weve what whats when where wheres whether which while who whom whose why will wish "
    "with within without wonder wondering wont work working works would wouldnt write writing "
    "wrote year years yes yesterday yet you youre your yours yourself evening afternoon sincerely "
    "ago able urgent urgently asap important another anymore madam folks hour hours minute "
    "minutes month months "
    # German
    "aber alle allem allen alles als also am an ander andere anderen auch auf aus bei beim "
    "bereits besten bin bis bisher bist bitte da dabei dafur damit danke dank dann daran das dass "
    "dazu dein dem den denn der des deshalb dich die dies diese diesem diesen dieser dieses dir "
    "doch dort du durch ein eine einem einen einer eines einfach einmal er es etwas euch euer "
    "eure fur ganz gar geehrte geehrter geht genau gern gerne gerade gestern gibt gruß gruße "
    "gruss grusse gut guten gute hab habe haben hallo hat hatte hatten herren heute hier hin ich "
    "ihm ihn ihnen ihr ihre ihrem ihren ihrer im immer in ins ist ja jetzt kann kannst kein keine "
    "keinen konnen konnte konnten konnt lassen leider liebe lieber liebes liebesteam machen mal "
    "man mehr mein meine meinem meinen meiner mich mir mit mochte morgen muss mussen nach nachdem "
    "nein nicht nichts noch nun nur ob oder ohne schon schonen sehr sein seine seit sich sie sind "
    "so sollte soll sonst tag tage und uns unser unsere unter vielen viel viele vielleicht vom "
    "von vor wann war warum was weil weiter welche wenn wer werden wie wieder will wir wird wo "
    "woche wochen wurde wurden wusste zu zum zur zwei damen freundlichen freundliche freundlich "
    "mfg lg vg uhr dringend wichtig schreibe schreiben frage fragen "
    # French
    "ai alors apres au aucun aujourdhui auriez aussi autre aux avant avec avez avoir avons bien "
    "bon bonjour bonsoir ca car ce cela celle celui ces cest cet cette chez ci comme comment "
    "cordialement cordiales dans de deja depuis des deux dire dois donc du elle en encore est et "
    "etait ete etes etre eu faire fait faut fois il ils jai je jour jours la le les leur lui ma "
    "madame mais meme merci mes messieurs mieux moi mois moins mon monsieur ne ni nos notre nous "
    "ont ou oui par parce pas pendant peu peut peux plus plusieurs point pour pourquoi pourriez "
    "pouvez pouvoir puis quand que quel quelle quelque quelques qui quil quoi rien sa sans se "
    "semaine semaines ses si sil sinon soit son sont sous suis sur ta te tes tout toute toutes "
    "tous toujours tres trop tu un une va vais vers veuillez voici voir vos votre vous vraiment y "
    "salutations distinguees heure heures hier demain "
    # Spanish
    "ahora al algo algun alguna alguno antes aqui asi aun ayer bien buen buena buenas buenos cada "
    "como con cual cuando cuanto cuenten de decir del desde dia dias donde dos el ella ellos en "
    "entonces era eres es esa ese eso esta estaba estamos estan estar estas este esto estos estoy "
    "favor fue gracias ha hace hacer han hasta hay he hemos hola hoy la las le les lo los luego "
    "manana mas me mejor mi mis mucho muchas muchos muy nada ni no nos nosotros nuestra nuestro "
    "nunca o os otra otro para pero poco podria pueden puede puedo por porque pues que quien "
    "quiero quisiera saber sabe saludo saludos se sea ser si sido sin sobre solo son soy su sus "
    "tambien tan tanto te tengo tiene tienen toda todavia todo todos tu tus un una unas uno unos "
    "usted ustedes va veces vez voy ya yo estimado estimada estimados cordial semana semanas hora "
    "horas atentamente "
    # Dutch
    "aan af al alle alleen alles als alvast andere bedankt beste bij ben bent dag dagen dan dank "
    "dat de deze die dit doen door dus echt een eens eerder eigenlijk en er even gaan gaat geen "
    "geeft goed goede graag groet groeten had heb hebben hebt heeft heel helaas het hier hoe hoi "
    "hoor ik iemand iets in is ja jij jou jouw jullie kan kon kunnen kunt laat maar maken meer "
    "meerdere met mij mijn mijne misschien moet morgen na naar net niet niets nog nu of om omdat "
    "ondanks ons onze ook op over pas per sinds sommige te tegen toch toe toen tot u uit uur uw "
    "van vandaag veel via vind volgens voor vraag vragen vriendelijke waar waarom wanneer waren "
    "was wat we weer weet week weken wel welke wie wij wil willen worden wordt zal ze zeer zich "
    "zij zijn zo zou zonder geachte hartelijke gisteren "
)

_EVERYDAY: Final = (
    # English
    "account accounts address answer app amount bank bill billing bought box broken brand "
    "business buy buying cancel card cards cash change charge charged check checkout choose city "
    "code color colour company complete computer confirm confirmation contact correct cost "
    "country create credit customer customers date debit deliver delivered delivery detail "
    "details different email emails enter error exchange fee fees fix free gift hotel information "
    "invoice issue item items link list lost log login mail message missing mobile money name "
    "number offer office online open option order ordered ordering orders page paid package "
    "parcel passenger password pay paying payment payments phone pick plan plane policy post "
    "price problem problems product products purchase question questions receive received receipt "
    "refund refunded replace replacement reply request reset response return returned returning "
    "returns review sale screen service ship shipped shipping shop show sign site size sold start "
    "status stock stop store subscription support switch system ticket top total track tracking "
    "transfer type update updated upgrade user wallet website web withdraw withdrawal wrong extra "
    "full transaction balance pending currency rate flight flights booking book booked seat bag "
    "gate hold line agent crew airline airport delayed delay cancelled miss missed arrive arrived "
    "arrival leave left contract meeting report schedule project file attached attachment draft "
    "deal group call comment comments forward copy version note notes "
    # German
    "adresse anfrage antwort artikel bestellen bestellt bestellte bestellung bestellungen betrag "
    "bezahlen bezahlt bestatigung daten email erhalten falsch fehler ware firma geld geliefert "
    "gekauft hilfe karte kaufen konto kunde kunden kundennummer lieferung liefern mail nachricht "
    "name nummer paket passwort preis problem produkt rechnung ruckgabe rucksendung senden seite "
    "shop sendung storno umtausch versand versandt website zahlen zahlung zuruck bestellnummer "
    "rechnungsnummer "
    # French
    "achat acheter adresse article argent banque carte client colis commande commander commandes "
    "compte courriel date email envoi envoyer erreur facture livraison livre message montant mot "
    "nom numero paiement passe payer prix probleme produit question recu recevoir remboursement "
    "reponse retour service site suivi "
    # Spanish
    "articulo banco cliente codigo compra comprar contrasena correo cuenta direccion dinero "
    "entrega enviar envio error factura fecha mensaje nombre numero pago pagar paquete pedido "
    "pedidos precio problema producto pregunta recibido recibir reembolso respuesta servicio "
    "tarjeta telefono tienda web "
    # Dutch
    "adres antwoord artikel bedrag bericht bestellen besteld bestelling bestelnummer betalen "
    "betaling datum factuur fout geld gekocht gegevens klant klantnummer kopen levering leveren "
    "mail naam nummer ontvangen pakket pakketje pakketten prijs probleem product rekening retour "
    "site terug verzending verzonden wachtwoord webshop website winkel "
)

_OFFER: Final = (
    "promo promocode promotion promotional coupon coupons voucher vouchers discount referral "
    "referrals giveaway freebie freebies loophole rebate cashback rabatt rabatte rabattcode "
    "gutschein gutscheine gutscheincode aktionscode werbecode reduction promotionnel parrainage "
    "cupon cupones descuento descuentos promocion promocional korting kortingscode actiecode "
    "waardebon cadeaubon "
)

FILLERS: Final = frozenset(_FILLERS.split())
"""Words that stand in any mail: grammar, greetings, thanks, and the verbs of asking."""

EVERYDAY: Final = frozenset(_EVERYDAY.split())
"""What people write to a shop about on any day: many of them are no news by themselves."""

OFFER_WORDS: Final = frozenset(_OFFER.split())
"""What a thing is called that is given for nothing, or for less."""
