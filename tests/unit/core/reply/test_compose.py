"""Composing: variables, subject, text, ids and addresses of a reply."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from tests.support.build import BERLIN, NOW, account, address, message, policy, template, world

from inboxwatch.core.reply.choose import Choice
from inboxwatch.core.reply.clean import person_name, quotable, reply_subject
from inboxwatch.core.reply.compose import compose, finished
from inboxwatch.core.reply.sandbox import TemplateFault
from inboxwatch.core.reply.vocabulary import VARIABLES
from inboxwatch.model.customer import Customer, CustomerMatch, MatchKind
from inboxwatch.model.playbook import Detail
from inboxwatch.model.policy import Topic
from inboxwatch.model.schedule import Moment

if TYPE_CHECKING:
    from inboxwatch.model.decision import Draft
    from inboxwatch.model.message import Message
    from inboxwatch.model.world import World

OPENING = datetime(2026, 11, 23, 9, 0, tzinfo=BERLIN)
CLOSED = Moment(NOW, "evening", "evening", False, OPENING)
OPEN = Moment(NOW, "business", "business", True, None)


def composed(
    body: str = "{{ greeting_name }}",
    mail: Message | None = None,
    moment: Moment = CLOSED,
    customer: Customer | None = None,
    in_world: World | None = None,
    subject: str = "",
    language: str = "en",
    *,
    due: datetime | None = None,
    signals: frozenset[str] = frozenset(),
) -> Draft:
    mail = mail or message()
    built = template("evening", body=body, subject=subject, language=language)
    assert mail.sender is not None
    return compose(
        message=mail,
        choice=Choice(built, "because"),
        world=in_world or world(),
        moment=moment,
        customer=CustomerMatch(customer, MatchKind.ADDRESS) if customer else None,
        destination=mail.sender,
        due=due,
        signals=signals,
    )


def said(variable: str, **given: object) -> str:
    return composed(f"[{{{{ {variable} }}}}]", **given).text[1:-2]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("variable", "expected"),
    [
        ("account_address", "support@acme.example"),
        ("asks_details", "False"),
        ("missing_details", ""),
        ("promise", ""),
        ("customer_name", ""),
        ("greeting_name", "there"),
        ("team_name", "Acme Support"),
        ("sign", "Jo and the Acme team"),
        ("period", "evening"),
        ("incident", ""),
        ("is_answer", "True"),
        ("is_open", "False"),
        ("is_vip", "False"),
        ("has_next_opening", "True"),
        ("next_opening", "Monday, 23 November, 09:00 (CET)"),
        ("next_opening_short", "Monday, 09:00"),
        ("received", "Wednesday, 18 November, 10:30 (CET)"),
        ("subject", "A question"),
        ("delay", ""),
    ],
)
def test_every_variable(variable: str, expected: str) -> None:
    assert said(variable) == expected


def test_every_variable_is_tested_above() -> None:
    (mark,) = test_every_variable.pytestmark  # type: ignore[attr-defined]
    assert {row[0] for row in mark.args[1]} == VARIABLES.keys() - {"customer_tags"}


def test_values_are_plain() -> None:
    for name in VARIABLES.keys() - {"customer_tags"}:
        said(name, moment=OPEN)
    assert said("next_opening", moment=OPEN) == ""
    assert said("has_next_opening", moment=OPEN) == "False"


@pytest.mark.parametrize(
    ("language", "zone", "expected"),
    [
        ("en", None, "Monday, 23 November, 09:00 (CET)"),
        ("de", None, "Montag, 23. November, 09:00 Uhr (MEZ)"),
        ("fr", None, "lundi 23 novembre à 09:00 (CET)"),
        ("en", "America/New_York", "Monday, 23 November, 03:00 (EST)"),
        ("en", "Asia/Tokyo", "Monday, 23 November, 17:00 (JST)"),
        ("en", "Pacific/Auckland", "Monday, 23 November, 21:00 (NZDT)"),
        ("en", "America/Sao_Paulo", "Monday, 23 November, 05:00 (UTC-03:00)"),
        ("en", "Asia/Kathmandu", "Monday, 23 November, 13:45 (UTC+05:45)"),
        ("en", "Not/AZone", "Monday, 23 November, 09:00 (CET)"),
        ("en", "Europe", "Monday, 23 November, 09:00 (CET)"),
        ("en", "../../etc/passwd", "Monday, 23 November, 09:00 (CET)"),
        ("es", None, "lunes, 23 de noviembre de 2026, 09:00 (CET)"),
        ("pt-BR", None, "segunda-feira, 23 de novembro de 2026, 09:00 (CET)"),
        ("xx", None, "Monday, 23 November, 09:00 (CET)"),
    ],
)
def test_the_opening_is_said_in_the_readers_language_and_time(
    language: str, zone: str | None, expected: str
) -> None:
    customer = Customer("c1", timezone=zone)
    assert said("next_opening", language=language, customer=customer) == expected


def test_a_far_opening_is_said_with_its_date_even_in_short() -> None:
    far = replace(CLOSED, next_opening=OPENING + timedelta(days=21))
    assert said("next_opening_short", moment=far) == "Monday, 14 December, 09:00"


@pytest.mark.parametrize(
    ("lay", "language", "expected"),
    [
        (timedelta(seconds=20), "en", ""),
        (timedelta(hours=-3), "en", ""),
        (timedelta(hours=5), "en", "5 hours"),
        (timedelta(days=2, hours=1), "en", "2 days"),
        (timedelta(hours=5), "de", "5 Stunden"),
    ],
)
def test_how_long_a_mail_lay_in_the_spam_folder(
    lay: timedelta, language: str, expected: str
) -> None:
    assert said("delay", mail=message(received=NOW - lay), language=language) == expected


DUE = datetime(2026, 11, 23, 13, 15, tzinfo=BERLIN)
IF_PROMISED = "{% if promise %}By {{ promise }}.{% endif %}\nHello"


@pytest.mark.parametrize(
    ("language", "zone", "expected"),
    [
        ("en", None, "Monday, 23 November, 13:15"),
        ("de", "Asia/Tokyo", "Montag, 23. November, 21:15 Uhr"),
        ("fr", "America/New_York", "lundi 23 novembre à 07:15"),
    ],
)
def test_a_promise_is_said_in_the_readers_language_and_time(
    language: str, zone: str | None, expected: str
) -> None:
    customer = Customer("c1", timezone=zone)
    told = said("promise", language=language, customer=customer, due=DUE)
    assert told.rpartition(" (")[0] == expected


@pytest.mark.parametrize(
    ("body", "subject", "due", "promised", "good_until"),
    [
        ("By {{ promise }}", "", DUE, DUE, DUE),
        ("By {{ promise | upper }}", "", DUE, DUE, DUE),
        ("Back {{ next_opening }}", "", DUE, None, OPENING),
        ("Back {{ next_opening_short }}, by {{ promise }}", "", DUE, DUE, OPENING),
        ("Hello", "By {{ promise }}", DUE, DUE, DUE),
        ("Hello", "", DUE, None, None),
        (IF_PROMISED, "", None, None, None),
        (IF_PROMISED, "", DUE, DUE, DUE),
        ("{% if promise %}Soon.{% else %}Hello{% endif %}", "", DUE, None, None),
        (
            "Hi{% if is_open %}{{ promise }}{% else %}{{ next_opening }}{% endif %}",
            "",
            DUE,
            None,
            OPENING,
        ),
    ],
)
def test_only_what_the_text_says_is_promised(
    body: str,
    subject: str,
    due: datetime | None,
    promised: datetime | None,
    good_until: datetime | None,
) -> None:
    draft = composed(body, subject=subject, due=due)
    assert (draft.promise, draft.good_until) == (promised, good_until)


def test_missing_details_are_asked_for_in_the_language_of_the_text() -> None:
    topic = Topic("billing", (Detail.ORDER_NUMBER, Detail.DATE), frozenset({"money-back"}))
    in_world = world(policy=policy(topics=(topic,)))
    signals = frozenset({"money-back"})
    text = composed("{{ asks_details }}: {{ missing_details }}", in_world=in_world, signals=signals)
    assert text.text == "True: your order number and the date\n"
    german = said("missing_details", language="de", in_world=in_world, signals=signals)
    assert german == "Ihre Bestellnummer und das Datum"
    mail = message(subject="Order 7204", text="bought yesterday")
    assert said("asks_details", mail=mail, in_world=in_world, signals=signals) == "False"
    assert said("asks_details", in_world=in_world) == "False"
    assert said("asks_details", language="pt", in_world=in_world, signals=signals) == "False"


def test_an_unknown_arrival_gives_no_delay() -> None:
    mail = message(received=NOW - timedelta(days=3), received_known=False)
    assert said("delay", mail=mail) == ""


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Ann Miller", "Ann Miller"),
        ("  Ann\r\nMiller ", "Ann Miller"),
        ("Miller, Ann", "Ann Miller"),
        ("Miller, Ann, PhD", "Miller Ann PhD"),
        ("Zoë O'Neil-Łukasz", "Zoë O'Neil-Łukasz"),
        ("李小龍", "李小龍"),
        ("आनंद", "आनंद"),
        ("Dr. Ann (Sales) Miller", "Dr Ann Sales Miller"),
        ("Ann \u202egnp.exe", ""),
        ("J. R. R. Tolkien", "J R R Tolkien"),
        ("Prof. Dr. Ann Miller", "Prof Dr Ann Miller"),
        ("Ann Miller Jr.", "Ann Miller Jr"),
        ("You have won a prize", ""),
        ("You won. Click", ""),
        ("Congratulations!", ""),
        ("Claim it: now", ""),
        ("Congratulations, you won", ""),
        ("evil.example", ""),
        ("恭喜\u3002请点击", ""),
        ("WIN $$$ http://evil", ""),
        ("WIN at www.evil.example", ""),
        ("ann@evil.example", ""),
        ("ann\uff20evil.example", ""),
        ("call 0800 123", ""),
        ("R2D2", "R D"),
        ("{{ sign }}", ""),
        ("\U0001f600", ""),
        ("---", ""),
        ("'Ann'", "Ann"),
        ("", ""),
        ("x" * 100, "x" * 60),
        ("=?utf-8?q?a=0ab?=", ""),
    ],
)
def test_only_names_are_greeted(written: str, expected: str) -> None:
    assert person_name(written) == expected


def test_a_listed_customer_may_have_any_name() -> None:
    long = "María de los Ángeles García"
    assert person_name(long) == ""
    assert person_name(long, listed=True) == long
    stranger = replace(message(), sender=address("ann@customer.example", long))
    assert said("customer_name", mail=stranger) == ""
    assert said("customer_name", mail=stranger, customer=Customer("c1")) == long
    assert said("customer_name", mail=stranger, customer=Customer("c1", "Yahoo!")) == "Yahoo"


def test_the_customers_record_outranks_the_display_name() -> None:
    mail = replace(message(), sender=address("ann@customer.example", "Princess"))
    assert said("greeting_name", mail=mail) == "Princess"
    assert said("greeting_name", mail=mail, customer=Customer("c1", "Ann Miller")) == "Ann Miller"
    assert said("greeting_name", mail=mail, customer=Customer("c1")) == "Princess"


@pytest.mark.parametrize(
    ("original", "expected"),
    [
        ("A question", "Re: A question"),
        ("Re: A question", "Re: A question"),
        ("RE: AW: SV: Antw: re: A question", "Re: A question"),
        ("Re[4]: Re (2): A question", "Re: A question"),
        ("回复：A question", "Re: A question"),  # noqa: RUF001 - the colon of Chinese mail
        ("Re:A question", "Re: A question"),
        ("Fwd: A question", "Re: Fwd: A question"),
        ("Reply: A question", "Re: Reply: A question"),
        ("A question Re: x", "Re: A question Re: x"),
        ("hi \nBcc: eve@evil.example", "Re: hi Bcc: […]"),
        ("see https://evil.example/a?b=c now", "Re: see […] now"),
        ("Win at evil.example/x", "Re: Win at evil. example/x"),
        ("AW: www.evil.example", "Re: […]"),
        ("write to eve@evil.example", "Re: write to […]"),
        ("Order 17, 2 < 3, version 1.2", "Re: Order 17, 2 < 3, version 1.2"),
        ("trailing\r", "Re: trailing"),
        ("a\x00b\x85c\u2028d", "Re: a b c d"),
        ("\u202egnp.exe\u2066", "Re: gnp. exe"),
        ("=?utf-8?q?=0ABcc=3A_x?=", "Re: = ?utf-8?q?=0ABcc=3A_x?="),
        ("\ud800surrogate", "Re: surrogate"),
        ("", ""),
        ("Re: ", ""),
        ("\u200b", ""),
    ],
)
def test_reply_subjects(original: str, expected: str) -> None:
    assert reply_subject(original) == expected
    assert reply_subject(expected) == expected


def test_a_megabyte_of_subject_is_cut_at_two_hundred_characters() -> None:
    assert len(reply_subject("\U0001f600" * 500_000)) == 200
    assert reply_subject("Re: " * 250_000) == ""
    family = "x" * 193 + "\U0001f469\u200d\U0001f4bb"
    assert reply_subject("ab" + family) == "Re: ab" + "x" * 193 + "\U0001f469"


@pytest.mark.parametrize(
    ("subject", "language", "expected"),
    [
        ("", "en", "Your message to Acme Support"),
        ("Re:", "de", "Ihre Nachricht an Acme Support"),
        ("\r\n", "fr", "Votre message à Acme Support"),
    ],
)
def test_without_a_subject_there_is_a_fixed_text(
    subject: str, language: str, expected: str
) -> None:
    assert composed(mail=message(subject=subject), language=language).subject == expected


@pytest.mark.parametrize(
    ("source", "original", "expected"),
    [
        ("Hello {{ greeting_name }}", "x", "Hello there"),
        ("Re: {{ subject }}", "Re: AW: x", "Re: x"),
        ("Re: AW: Re: {{ subject }}", "x", "Re: x"),
        ("Re: your booking at acme.example", "x", "Re: your booking at acme.example"),
        ("Auto: {{ subject }}", "Auto: Auto: x", "Auto: x"),
        ("{{ subject }}", "see http://evil.example/x now", "see […] now"),
        ("{{ subject }}", "", "Your message to Acme Support"),
    ],
)
def test_a_template_may_have_a_subject(source: str, original: str, expected: str) -> None:
    assert composed(mail=message(subject=original), subject=source).subject == expected


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("see https://evil.example/a?b=c now", "see […] now"),
        ("HTTPS://EVIL.EXAMPLE", "[…]"),
        ("www.evil.example/x", "[…]"),
        ("write to eve@evil.example", "write to […]"),
        ("go to evil.example today", "go to evil. example today"),
        ("<a href='https://evil.example'>win</a>", "win"),
        ("<script>alert(1)</script>", "alert(1)"),
        ("2 < 3 and 5 > 4", "2 4"),
        ("version 1.2 of my order", "version 1.2 of my order"),
        ("RE: Invoice", "Invoice"),
    ],
)
def test_the_body_repeats_no_link_and_no_markup(subject: str, expected: str) -> None:
    assert quotable(subject) == expected


def test_mail_is_data_and_never_template() -> None:
    mail = message(subject="{{ 7*7 }} {% include 'x' %}")
    assert said("subject", mail=mail) == "{{ 7*7 }} {% include 'x' %}"


@pytest.mark.parametrize(
    ("rendered", "expected"),
    [
        ("a", "a\n"),
        ("\n\n a \r\nb\rc\n\n\n\n\nd\n\n", " a\nb\nc\n\nd\n"),
        ("a  \n-- \nJo", "a\n-- \nJo\n"),
        ("a\x00\x1b[31mb\u202ec", "a[31mbc\n"),
        ("a\tb", "a    b\n"),
        ("a\u2028b\x85c", "a\nb\nc\n"),
        ("From x\n.\n", "From x\n.\n"),
        ("Hello ,\na , b\n", "Hello,\na , b\n"),
        ("Guten Tag ,\n", "Guten Tag,\n"),
    ],
)
def test_a_finished_text(rendered: str, expected: str) -> None:
    assert finished(rendered) == expected


def test_absurd_lines_are_wrapped_at_spaces() -> None:
    text = finished("word " * 400)
    assert all(len(line) <= 990 for line in text.split("\n"))
    assert text.split() == ["word"] * 400


def test_absurd_lines_without_spaces_are_broken_between_characters() -> None:
    text = finished("ä" * 1200)
    assert all(len(line.encode()) <= 990 for line in text.split("\n"))
    assert text.replace("\n", "") == "ä" * 1200


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (" \n\n", "empty"),
        ("x\n" * 3000, "octets"),
        ("{{ nobody }}", "no variable 'nobody'"),
        ("{% if %}", "line 1"),
    ],
)
def test_a_reply_that_cannot_be_composed_is_a_fault(body: str, reason: str) -> None:
    with pytest.raises(TemplateFault, match=reason):
        composed(body)


def test_the_message_id_is_the_same_for_every_attempt() -> None:
    first, again = composed(), composed(moment=OPEN)
    assert first.message_id == again.message_id
    assert first.message_id.startswith("<iw.")
    assert first.message_id.endswith("@acme.example>")
    assert len(first.message_id) <= 70


def test_the_message_id_differs_by_mail_account_and_secret() -> None:
    other_mail = composed(mail=message(reply_key="key-2"))
    other_secret = composed(in_world=world(policy=policy(secret=b"t" * 32)))
    other_account = composed(in_world=replace(world(), account=account("billing")))
    ids = {d.message_id for d in (composed(), other_mail, other_secret, other_account)}
    assert len(ids) == 4


def test_threading() -> None:
    mail = message(message_id="<c@x.example>", references=("<a@x.example>", "<b@x.example>"))
    draft = composed(mail=mail)
    assert draft.in_reply_to == "<c@x.example>"
    assert draft.references == ("<a@x.example>", "<b@x.example>", "<c@x.example>")


@pytest.mark.parametrize(
    ("fields", "in_reply_to", "references"),
    [
        ({"message_id": None}, "", ()),
        ({"message_id": "foo"}, "", ()),
        ({"message_id": "<a b@x>"}, "", ()),
        ({"message_id": "<a@x>\r\nBcc: e"}, "", ()),
        ({"message_id": "<" + "a" * 251 + ">"}, "", ()),
        ({"in_reply_to": ("<p@x>",)}, "<m1@customer.example>", ("<p@x>", "<m1@customer.example>")),
        ({"in_reply_to": ("<p@x>", "<q@x>")}, "<m1@customer.example>", ("<m1@customer.example>",)),
        (
            {"references": ("<a@x>", "<a@x>", "bad", "<m1@customer.example>", "<é@x>")},
            "<m1@customer.example>",
            ("<a@x>", "<m1@customer.example>"),
        ),
        ({"message_id": None, "references": ("<a@x>",)}, "", ("<a@x>",)),
    ],
)
def test_only_well_formed_ids_are_repeated(
    fields: dict[str, object], in_reply_to: str, references: tuple[str, ...]
) -> None:
    draft = composed(mail=message(**fields))  # type: ignore[arg-type]
    assert draft.in_reply_to == in_reply_to
    assert draft.references == references


def test_ten_thousand_references_keep_the_first_and_the_last() -> None:
    ids = tuple(f"<{n}@x.example>" for n in range(10_000))
    draft = composed(mail=message(references=ids))
    assert draft.references[0] == ids[0]
    assert draft.references[1:-1] == ids[-19:]
    assert draft.references[-1] == draft.in_reply_to


def test_sixty_long_ids_stay_under_two_kilobytes() -> None:
    ids = tuple(f"<{'A' * 180}{n:02}@prod.outlook.example>" for n in range(60))
    draft = composed(mail=message(references=ids))
    assert draft.references[0] == ids[0]
    assert draft.references[-2:] == (ids[-1], draft.in_reply_to)
    assert sum(len(ref) + 1 for ref in draft.references) <= 2048


@pytest.mark.parametrize(
    ("recipients", "expected"),
    [
        ({"support@acme.example"}, "support@acme.example"),
        ({"help@acme.example", "eve@evil.example"}, "help@acme.example"),
        ({"help@acme.example", "support@acme.example"}, "support@acme.example"),
        ({"eve@evil.example"}, "support@acme.example"),
        (set(), "support@acme.example"),
    ],
)
def test_the_reply_comes_from_the_address_written_to(recipients: set[str], expected: str) -> None:
    ours = account(addresses=frozenset({"support@acme.example", "help@acme.example"}))
    mail = message(recipients=frozenset(recipients))
    assert composed(mail=mail, in_world=replace(world(), account=ours)).from_address == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "support@acme.example"),
        ({"envelope_from": "bounces@acme.example"}, "bounces@acme.example"),
        ({"envelope_from": "bounces@acme.example", "null_sender": True}, ""),
    ],
)
def test_the_envelope_sender(fields: dict[str, object], expected: str) -> None:
    ours = replace(world(), account=account(**fields))  # type: ignore[arg-type]
    assert composed(in_world=ours).envelope_from == expected


def test_the_rest_of_a_draft() -> None:
    draft = composed(in_world=replace(world(), account=account(reply_to="people@acme.example")))
    assert (draft.template, draft.handle, draft.kind) == (
        "evening.en",
        "evening",
        "acknowledgement",
    )
    assert (draft.tone, draft.language, draft.why) == ("sincere", "en", "because")
    assert (draft.to, draft.from_name) == ("ann@customer.example", "Acme Support")
    assert draft.reply_to == "people@acme.example"
    assert draft.loop_marker == policy().loop_marker


@pytest.mark.parametrize("year", [1, 9999])
def test_the_ends_of_time_can_be_said(year: int) -> None:
    mail = message(received=datetime(year, 1 if year == 1 else 12, 31, 23, 59, tzinfo=UTC))
    far = mail.received.replace(day=1, hour=0) if year == 1 else mail.received
    mail = replace(mail, received=far)
    assert said("received", mail=mail, customer=Customer("c1", timezone="America/New_York"))
    assert said("received", mail=mail, customer=Customer("c1", timezone="Asia/Tokyo"))
    assert said("delay", mail=mail) == ("2027 years" if year == 1 else "")


def test_a_language_without_words_greets_without_a_gap() -> None:
    assert composed("Hola {{ greeting_name }},\n", language="es").text == "Hola,\n"


def test_instants_compare_across_zones() -> None:
    moment = replace(CLOSED, next_opening=OPENING.astimezone(UTC))
    assert said("next_opening", moment=moment) == "Monday, 23 November, 09:00 (CET)"


def test_html_and_precedence_only_if_configured() -> None:
    plain = composed(in_world=world())
    assert (plain.html, plain.precedence) == ("", "")
    rich = composed(in_world=world(policy=policy(html=True, precedence="bulk")), language="de")
    assert rich.precedence == "bulk"
    assert '<html lang="de">' in rich.html
    assert replace(rich, html="", precedence="") == composed(language="de")


def test_the_html_is_the_finished_text_with_the_links_of_the_template() -> None:
    body = "About {{ subject }}:\n\n- see https://acme.example/help\n"
    mail = message(subject="<b>https://acme.example/evil</b> & co")
    rich = composed(body, mail, in_world=world(policy=policy(html=True)))
    assert "<p>About […] &amp; co:</p>" in rich.html
    link = "https://acme.example/help"
    assert f'<ul>\n<li>see <a href="{link}">{link}</a></li>\n</ul>' in rich.html
    assert rich.html.count("href") == 1


@pytest.mark.parametrize("length", [5, 30, 40, 50])
def test_our_message_id_has_at_most_seventy_characters(length: int) -> None:
    spec = f"support@{'a' * (length - 5)}.com"
    made = composed(in_world=replace(world(), account=account(spec=spec))).message_id
    assert len(made) <= 70 or length > 48
    assert len(made.partition("@")[0]) >= len("<iw.") + 16
