"""Who grieves or is in danger, in five languages, and who only speaks that way."""

from __future__ import annotations

import pytest

from inboxwatch.config.lexicon import load_lexicon
from inboxwatch.core.triage.signals import find_signals

SHIPPED, _ = load_lexicon()
PEOPLE = {"bereavement", "danger", "self-harm"}


def people(text: str) -> set[str]:
    return {signal.name for signal in find_signals("", text, SHIPPED)} & PEOPLE


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("My husband died last week. How do I close his account?", "bereavement"),
        ("my father has passed away", "bereavement"),
        ("We lost my mother in May and I have the death certificate", "bereavement"),
        ("I am writing about my late wife's contract", "bereavement"),
        ("My daughter sadly passed on Monday", "bereavement"),
        ("mein Mann ist gestorben", "bereavement"),
        ("Meine Mutter ist letzte Woche verstorben.", "bereavement"),
        ("Nach dem Tod meines Vaters möchte ich kündigen", "bereavement"),
        ("Wir haben einen Trauerfall", "bereavement"),
        ("Mon mari est décédé", "bereavement"),
        ("Ma mère est morte hier", "bereavement"),
        ("J'ai perdu mon mari", "bereavement"),
        ("Mi padre ha muerto", "bereavement"),
        ("Mi marido falleció ayer", "bereavement"),
        ("Por la muerte de mi madre", "bereavement"),
        ("Mijn man is overleden", "bereavement"),
        ("Ik heb mijn vrouw verloren", "bereavement"),
        ("my daughter is in hospital with a fractured skull", "danger"),
        ("Your charger caught fire", "danger"),
        ("The battery exploded and burned my son's leg", "danger"),
        ("The crib collapsed with my baby in it", "danger"),
        ("My brakes failed and I crashed", "danger"),
        ("I had an accident with your bike", "danger"),
        ("I got an electric shock from the lamp", "danger"),
        ("He broke his arm", "danger"),
        ("Nobody was injured, but it was close", "danger"),
        ("Der Akku hat gebrannt, meine Tochter ist verletzt", "danger"),
        ("Der Akku hat gebrannt", "danger"),
        ("Ich bin gestürzt und liege im Krankenhaus", "danger"),
        ("Die Bremse hat versagt, ich bin fast verunglückt", "danger"),
        ("Das Ladegerät ist explodiert", "danger"),
        ("Ich habe mir die Hand verbrannt", "danger"),
        ("Le chargeur a pris feu", "danger"),
        ("Ma fille est blessée et à l'hôpital", "danger"),
        ("Les freins ont lâché et j'ai eu un accident", "danger"),
        ("La batterie a explosé", "danger"),
        ("El cargador prendió fuego", "danger"),
        ("La batería explotó y mi hijo está herido", "danger"),
        ("Estoy en el hospital, los frenos fallaron", "danger"),
        ("De accu is ontploft", "danger"),
        ("De lader vloog in brand", "danger"),
        ("Mijn zoon is gewond en ligt in het ziekenhuis", "danger"),
        ("De remmen weigerden", "danger"),
        ("I slipped on your cleaner and have a broken wrist", "danger"),
        ("The lamp smells burnt and we nearly had a fire", "danger"),
        ("My house burned down", "danger"),
        ("Der Akku fing Feuer", "danger"),
        ("Meine Frau ist gestern von uns gegangen", "bereavement"),
        ("Mijn vader is vorige week gestorven", "bereavement"),
        ("I want to end my life", "self-harm"),
        ("I can't live anymore", "self-harm"),
        ("Me voy a matar", "self-harm"),
        ("I just don't want to live any more", "self-harm"),
        ("I feel suicidal", "self-harm"),
        ("I am thinking about suicide", "self-harm"),
        ("Ich denke an Suizid", "self-harm"),
        ("Je pense au suicide", "self-harm"),
        ("Pienso en el suicidio", "self-harm"),
        ("Ich will nicht mehr leben", "self-harm"),
        ("Ich werde mir das Leben nehmen", "self-harm"),
        ("Je veux mettre fin à mes jours", "self-harm"),
        ("J'ai envie de mourir", "self-harm"),
        ("Quiero quitarme la vida", "self-harm"),
        ("No quiero vivir más", "self-harm"),
        ("Ik wil niet meer leven", "self-harm"),
        ("Ik denk aan zelfmoord", "self-harm"),
    ],
)
def test_grief_and_danger_are_heard(text: str, signal: str) -> None:
    assert signal in people(text)


@pytest.mark.parametrize(
    "text",
    [
        "my phone died",
        "My laptop has passed away, haha",
        "What a killer price!",
        "Did you know that suicide is a leading cause of death?",
        "Do you sell the film Suicide Squad?",
        "Das ist ja kein Selbstmordkommando",
        "it broke my heart",
        "I am dying to try it",
        "I nearly died laughing",
        "This cake is to die for",
        "My inbox exploded, sorry for the late answer",
        "Do you have an exploded view of the drill?",
        "I ordered two by accident",
        "You guys are on fire!",
        "Sales have exploded in popularity",
        "Is this the bleeding edge version?",
        "I lost my mother's ring, do you sell a copy?",
        "The app crashed when I opened it",
        "I crashed the app",
        "I cut my hair and it hurt my feelings",
        "My dog passed the test",
        "My heart attacked the problem; a fire sale; the fireplace; accidentally",
        "My table has a broken leg",
        "Mein Handy ist gestorben",
        "Ich bin vor Langeweile fast gestorben",
        "Der Laden ist für mich gestorben",
        "Sie haben meine Rechte verletzt",
        "Die Preise sind explodiert",
        "Ich habe mich in Unkosten gestürzt",
        "Die App ist abgestürzt",
        "Das ist kein Beinbruch",
        "Die CD hat gebrannt werden sollen, ein Verbrennungsmotor",
        "Mon téléphone est mort",
        "C'était à mourir de rire, j'ai explosé de rire",
        "Vos prix ont explosé",
        "Je cherche une facture et la carte du parcours",
        "J'ai envie de mourir de rire",
        "Mi teléfono ha muerto",
        "Casi me muero de risa",
        "Los precios han explotado",
        "He ingresado el dinero y quiero la factura",
        "I can't live anymore without this cream",
        "Mijn telefoon is dood",
        "Mijn laptop is gestorven",
        "Ik heb per ongeluk twee besteld",
        "Ik heb bijna gestorven van het lachen",
        "Ik wil niet meer van jullie leven op krediet",
    ],
)
def test_figures_of_speech_are_not_taken_at_their_word(text: str) -> None:
    assert people(text) == set()


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("Das ist jetzt das dritte Mal, dass ich schreibe", "waiting"),
        ("Ich schreibe Ihnen jetzt zum dritten Mal", "waiting"),
        ("This is the third time I am writing", "waiting"),
        ("C'est la troisième fois que je vous écris", "waiting"),
        ("Es la tercera vez que les escribo", "waiting"),
        ("Dit is de derde keer dat ik jullie schrijf", "waiting"),
        ("this is sh*t", "anger"),
        ("what the F***", "anger"),
        ("Where is my parcel \U0001f621", "anger"),
        ("\U0001f92c\U0001f92c", "anger"),
    ],
)
def test_who_writes_again_or_swears_behind_a_mask_is_heard(text: str, signal: str) -> None:
    assert signal in {found.name for found in find_signals("", text, SHIPPED)}
