"""The template linter: what it finds, and what only looks like it."""

from __future__ import annotations

import pytest
from tests.support.build import template

from inboxwatch.core.reply.lint import RULES, lint
from inboxwatch.model.policy import Tone


def rules_of(body: str, language: str = "en") -> set[str]:
    return {finding.rule.id for finding in lint((template(body=body, language=language),))}


FOUND = [
    ("clock-time", "en", "We are back at 9:00."),
    ("clock-time", "en", "We open at 9 a.m. again."),
    ("clock-time", "en", "Back by 5pm"),
    ("clock-time", "en", "We are open from 9 to 5."),
    ("clock-time", "en", "Call us until noon"),
    ("clock-time", "en", "nine o\u2019clock sharp"),
    ("clock-time", "de", "Wir sind um 9 Uhr wieder da."),
    ("clock-time", "de", "ab neun Uhr"),
    ("clock-time", "de", "Wir sind bis 17 da; ab 9."),
    ("clock-time", "fr", "Nous rouvrons à 9 h."),
    ("clock-time", "fr", "dès 9h30"),
    ("clock-time", "fr", "à neuf heures"),
    ("clock-time", "es", "Abrimos a las 9"),
    ("clock-time", "nl", "Wij zijn om 9 uur terug"),
    ("weekday", "en", "We are back on Monday."),
    ("weekday", "en", "Our Cyber Monday was long"),
    ("weekday", "en", "Open Mon-Fri"),
    ("weekday", "de", "Am Montagmorgen sind wir da"),
    ("weekday", "de", "Mo bis Fr"),
    ("weekday", "fr", "Nous serons là lundi."),
    ("weekday", "es", "hasta el miércoles"),
    ("weekday", "nl", "tot maandag"),
    ("date", "en", "We are closed until 2 January."),
    ("date", "en", "back on 2027-01-02"),
    ("date", "de", "ab dem 2. Januar"),
    ("date", "de", "bis 2.1. geschlossen"),
    ("date", "fr", "jusqu'au 2 janvier"),
    ("date", "es", "hasta el 2 de enero"),
    ("date", "nl", "tot 2 januari"),
    ("deadline", "en", "We answer within 24 hours."),
    ("deadline", "en", "You hear from us within\ntwo business days"),
    ("deadline", "en", "See you tomorrow!"),
    ("deadline", "en", "on the next business day"),
    ("deadline", "en", "We will answer you today."),
    ("deadline", "de", "Wir antworten in zwei Tagen."),
    ("deadline", "de", "innerhalb von 24 Stunden"),
    ("deadline", "de", "Bis morgen!"),
    ("deadline", "de", "Wir melden uns noch heute"),
    ("deadline", "fr", "Nous répondons sous 24 heures."),
    ("deadline", "fr", "À demain"),
    ("deadline", "es", "Respondemos en dos días"),
    ("deadline", "es", "Hasta mañana"),
    ("deadline", "nl", "binnen twee werkdagen"),
    ("soon", "en", "We will answer right away."),
    ("soon", "en", "Somebody will write to you as soon as possible."),
    ("soon", "en", "Back soon!"),
    ("deadline", "en", "Please note that we reply within 24 hours."),
    ("soon", "en", "Please be patient, we will be back shortly."),
    ("soon", "de", "Bitte haben Sie Geduld, wir antworten bald."),
    ("soon", "de", "Wir melden uns umgehend."),
    ("soon", "de", "In Kürze erhalten Sie eine Antwort"),
    ("soon", "fr", "Nous vous répondrons dans les plus brefs délais."),
    ("soon", "fr", "À bientôt"),
    ("soon", "es", "Nuestro equipo le responderá cuanto antes."),
    ("soon", "nl", "We antwoorden zo snel mogelijk."),
    ("blame", "en", "You should have read the manual."),
    ("blame", "en", "As we told you, it is shipped."),
    ("blame", "en", "Our colleague has failed to answer."),
    ("blame", "en", "This was your own mistake."),
    ("blame", "en", "You forgot the number"),
    ("blame", "de", "Sie hätten die Anleitung lesen sollen."),
    ("blame", "de", "Wie wir Ihnen schon schrieben"),
    ("blame", "de", "Unser Kollege hat das leider vergessen."),
    ("blame", "de", "Das ist Ihre Schuld."),
    ("blame", "fr", "Vous auriez dû nous le dire."),
    ("blame", "fr", "Comme nous vous l\u2019avons déjà dit"),
    ("blame", "fr", "Notre collègue a fait une erreur."),
    ("blame", "es", "Usted debería haber llamado"),
    ("blame", "es", "como ya le dijimos"),
    ("blame", "nl", "U had de handleiding moeten lezen"),
    ("blame", "nl", "zoals eerder gezegd"),
    ("insult", "en", "Only an idiot would ask."),
    ("insult", "de", "So ein Trottel"),
    ("insult", "fr", "C'est stupide"),
    ("insult", "es", "Qué tontos"),
    ("insult", "nl", "Wat een sukkel"),
    ("unknown-variable", "en", "Hello {{ costumer_name }}"),
    ("clock-time", "en", "{% if promise %}x{% else %}Back at 9:00{% endif %}"),
    ("weekday", "en", "Back {{ next_opening | default('on Monday', true) }}"),
    ("clock-time", "pt", "Voltamos 9:00"),
    ("clock-time", "en", "We open at nine"),
    ("clock-time", "en", "We open at nine\n\nJo"),
    ("clock-time", "en", "Back at one."),
    ("clock-time", "en", "Back at nine in the morning"),
    ("clock-time", "en", "Back at half past nine"),
    ("clock-time", "en", "a quarter to ten."),
    ("clock-time", "en", "from nine to five."),
    ("clock-time", "en", "by 17h"),
    ("clock-time", "en", "until 17h30"),
    ("clock-time", "de", "bis 17 h"),
    ("clock-time", "de", "Wir öffnen um halb neun"),
    ("clock-time", "de", "viertel nach neun"),
    ("clock-time", "de", "Wir öffnen um neun."),
    ("clock-time", "de", "Um neun wieder da"),
    ("clock-time", "fr", "Nous rouvrons à neuf heures et demie."),
    ("clock-time", "fr", "avant 17h"),
    ("clock-time", "es", "hasta las nueve y media"),
    ("clock-time", "es", "Abrimos a las nueve"),
    ("clock-time", "es", "hasta 17h"),
    ("clock-time", "nl", "Wij zijn om negen uur terug"),
    ("clock-time", "nl", "om elf uur"),
    ("clock-time", "nl", "Wij openen om half negen."),
    ("clock-time", "nl", "kwart over negen."),
    ("clock-time", "nl", "tot 17u30"),
    ("weekday", "en", "We are back on Mon"),
    ("weekday", "en", "Closed Mon. and Tue."),
    ("weekday", "de", "Wir sind am Mo wieder da"),
    ("weekday", "de", "Mo. wieder da"),
    ("weekday", "fr", "ouvert lun.-ven."),
    ("weekday", "fr", "de retour le lun. 3"),
    ("weekday", "es", "lun. a vie."),
    ("weekday", "es", "Volvemos el lun"),
    ("weekday", "nl", "Wij zijn er ma. weer"),
    ("weekday", "nl", "open ma-vr"),
    ("weekday", "nl", "ma t/m vr"),
    ("deadline", "en", "within 24h"),
    ("deadline", "en", "You have it in 2h"),
    ("deadline", "en", "You have it in 2 hrs"),
    ("deadline", "en", "An answer takes 24 hours at most"),
    ("deadline", "en", "An answer takes up to 24 hours"),
    ("deadline", "en", "You hear from us after 24 hours"),
    ("deadline", "en", "You hear from us after two days"),
    ("deadline", "en", "within the hour"),
    ("deadline", "en", "You hear from us before the weekend"),
    ("deadline", "en", "by close of business"),
    ("deadline", "de", "in 24 Std."),
    ("deadline", "de", "binnen 24h"),
    ("deadline", "de", "nach 24 Stunden"),
    ("deadline", "de", "Es dauert 24 Stunden höchstens"),
    ("deadline", "de", "vor dem Wochenende"),
    ("deadline", "fr", "sous 24h"),
    ("deadline", "fr", "sous 24 h"),
    ("deadline", "fr", "en 30 min"),
    ("deadline", "fr", "24 heures maximum"),
    ("deadline", "fr", "dans l\u2019heure"),
    ("deadline", "fr", "avant le week-end"),
    ("deadline", "es", "dentro de 24h"),
    ("deadline", "es", "en 24 hs"),
    ("deadline", "es", "24 horas como máximo"),
    ("deadline", "es", "antes del fin de semana"),
    ("deadline", "nl", "binnen 24u"),
    ("deadline", "nl", "na 24 uur"),
    ("deadline", "nl", "binnen het uur"),
    ("deadline", "nl", "voor het weekend"),
    ("weekday", "en", "{{ 'Mon' ~ 'day' }}"),
    ("weekday", "en", "We are back on Mon{{ 'day' }}"),
    ("weekday", "en", "{{ next_opening | default('on Mon' ~ 'day', true) }}"),
    ("weekday", "en", "{{ 'Mon' 'day' }}"),
    ("clock-time", "en", "Back at {{ 9 ~ ':00' }}"),
    ("deadline", "en", "You hear from us within {{ 24 }} hours"),
]


@pytest.mark.parametrize(("rule", "language", "body"), FOUND)
def test_what_is_found(rule: str, language: str, body: str) -> None:
    assert rules_of(body, language) == {rule}


def test_every_rule_about_one_text_is_found_in_every_language_it_has_words_in() -> None:
    worded = {"clock-time", "weekday", "date", "deadline", "soon", "blame", "insult"}
    there = {(rule, language) for rule, language, _ in FOUND}
    assert {(rule, lang) for rule in worded for lang in ("en", "de", "fr", "es", "nl")} <= there


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("en", "We are back on {{ next_opening }}, and answer by {{ promise }}."),
        ("en", "{# back on Monday at 9:00 #}Hello"),
        ("en", "{% if period == 'monday' %}Hello{% endif %}"),
        ("en", "It cost 12.50 and the scale is 1.2.3 of 24/7."),
        ("en", "Please answer as soon as possible if it is urgent."),
        ("en", "Tell us as soon as you know more."),
        ("en", "You should have received a number with your order."),
        ("en", "It is not your fault, and never your mistake."),
        ("en", "Today is a public holiday where we are."),
        ("en", "Since 3 May 1998 we sell bicycles."),
        ("en", "At one point a person reads this; at any hour you may write."),
        ("en", "One of us will answer you by and by."),
        ("de", "Guten Morgen! Jeden Morgen kochen wir Kaffee."),
        ("de", "Es liegt gleich neben der ersten."),
        ("de", "Sie haben nichts falsch gemacht. Das ist nicht Ihre Schuld."),
        ("de", "Sobald Sie antworten, sehen wir es. Bitte antworten Sie bald."),
        ("fr", "Ce message arrive à une heure où personne n'est au bureau."),
        ("fr", "Ce n'est pas votre faute."),
        ("fr", "Répondez dès que possible si c'est urgent."),
        ("es", "Es inútil escribir de nuevo; por la mañana hay café."),
        ("nl", "Goede morgen, u hoeft niets te doen."),
        ("en", "Wir antworten um 9 Uhr"),
        ("de", "Es geht uns so-so."),
        ("nl", "Het gaat zo-zo."),
        ("en", "24 hours a day we think of bicycles."),
        ("en", "Bicycles are on our minds up to 24 hours a day."),
        ("en", "The lamp has burnt for 24h, the night is two hours old."),
        ("en", "After a long day, we enjoy the weekend in the sun."),
        ("en", "We work two by two, at two desks, with five to ten people."),
        ("en", "One by one. On money, on monsters; Mon ami."),
        ("en", "Half of us read it, and a quarter to three people write."),
        ("en", "{{ 'Mon' ~ period ~ 'day' }} {{ 'Mon' if is_open else 'day' }}"),
        ("en", "Re {{ subject | truncate(9) }}:30, within {{ subject | truncate(24) }} hours"),
        ("de", "24 Stunden am Tag denken wir an Fahrräder; so ist das, am Sofa."),
        ("de", "Wir haben 24h gearbeitet. Das Wochenende ist da, der Tag ist um."),
        ("de", "Nach einem langen Tag sind wir bis auf zwei Leute zu Hause."),
        ("de", "Nach Fr. Meier fragen Sie am besten gleich. Das halbe Team liest."),
        ("fr", "24 heures sur 24 nous pensons aux vélos, au bord de la mer."),
        ("fr", "Le jeu. Du jeu, ce sera amusant."),
        ("fr", "Nous passons le week-end à la maison."),
        ("es", "24 horas al día pensamos en bicicletas, junto al mar. El mar."),
        ("es", "El fin de semana es largo."),
        ("nl", "24 uur per dag denken wij aan fietsen. Tot zo."),
        ("nl", "Op zo een dag, in het weekend, lezen wij veel. Half werk is geen werk."),
    ],
)
def test_what_only_looks_like_it(language: str, body: str) -> None:
    assert rules_of(body, language) == set()


def test_a_finding_has_its_line_in_the_file_and_its_words() -> None:
    body = "Hello\n{% if promise %}\nx\n{% endif %}\nwe are back on\nMonday\n"
    (finding,) = lint((template(body=body, origin="a.j2", first_line=8),))
    assert (finding.template.origin, finding.line, finding.rule.id) == ("a.j2", 13, "weekday")
    assert finding.message == "a weekday that no schedule has computed: “Monday”"


def test_words_that_two_rows_find_are_told_once() -> None:
    found = lint((template(body="You hear from us within 24 hours at most, or in 2h."),))
    assert [one.evidence for one in found] == ["“within 24 hours”", "“in 2h”"]


def test_a_value_is_never_linted() -> None:
    assert rules_of("Hello {{ subject }}, {{ received }}") == set()


def test_the_subject_is_read_as_well() -> None:
    (finding,) = lint((template(subject="Back on Monday"),))
    assert (finding.rule.id, finding.line) == ("weekday", None)


@pytest.mark.parametrize(
    ("subject", "empty"),
    [
        ("{{ next_opening }}", True),
        ("  ", True),
        ("{% if promise %}x{% endif %}", True),
        ("Back: {{ next_opening }}", False),
        ("{{ subject }}", False),
        ("", False),
    ],
)
def test_subjects_that_come_out_empty(subject: str, empty: bool) -> None:
    found = {finding.rule.id for finding in lint((template(subject=subject),))}
    assert found == ({"empty-subject"} if empty else set())


def test_a_template_that_cannot_be_read_is_left_to_the_sandbox() -> None:
    assert rules_of("{% for x in y %}at 9:00{% endfor %}") == set()


def test_a_funny_text_needs_a_sincere_one_of_its_period_and_language() -> None:
    funny = template("weekend", tone=Tone.FUNNY, origin="a.j2")
    assert [one.rule.id for one in lint((funny,))] == ["no-sincere-twin"]
    assert lint((funny, template("weekend"))) == []
    others = (template("weekend", language="de"), template("evening"))
    assert [one.message for one in lint((funny, *others))] == [
        "a funny text without a sincere one beside it: weekend in en"
    ]


def test_a_language_that_is_used_needs_every_text_that_another_one_has() -> None:
    given = (
        template("weekend"),
        template("evening", origin="e.j2"),
        template("weekend", language="de"),
        template("night", language="nl"),
    )
    assert lint(given, frozenset({"en"})) == []
    (finding,) = lint(given, frozenset({"en", "de-AT"}))
    assert (finding.rule.id, finding.line) == ("missing-translation", 1)
    assert finding.message == "a language that is used has no text: de for evening"
    messages = [one.message.rpartition(": ")[2] for one in lint(given, frozenset({"en", "es"}))]
    assert messages == ["es for weekend, evening"]


def test_faults_of_the_set_are_notes_and_those_of_words_stop_a_run() -> None:
    notes = {rule.id for rule in RULES.values() if not rule.stops}
    assert notes == {"empty-subject", "missing-translation", "no-sincere-twin"}


def test_a_template_without_a_period_needs_no_twin_and_is_translated_by_its_name() -> None:
    outage = template("", name="outage", tone=Tone.FUNNY)
    (finding,) = lint((outage,), frozenset({"en", "de"}))
    assert finding.message.endswith("de for template outage")
    assert lint((outage, template("", name="outage", language="de")), frozenset({"de"})) == []
