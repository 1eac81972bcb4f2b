from __future__ import annotations

import pytest
from msgspec.structs import replace
from tests.support.build import account, address, message, policy

from inboxwatch.core.message.automatic import _ROWS, _Row, automatic_findings, is_automatic
from inboxwatch.core.message.localparts import is_machine, is_no_reply
from inboxwatch.core.message.markers import Case
from inboxwatch.model.message import Message, Part, ReturnPath, ReturnPathKind

POLICY = policy()
ACCOUNT = account()


def ids(mail: Message, **account_fields: object) -> set[str]:
    found = automatic_findings(mail, POLICY, account(**account_fields))
    assert all(finding.evidence for finding in found)
    return {finding.id for finding in found}


class _Seen(dict[str, tuple[str, ...]]):
    """A header without fields that remembers which ones it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def __contains__(self, name: object) -> bool:
        self.names.append(str(name))
        return False

    def get(self, name: str, *_: object) -> None:  # type: ignore[override]
        self.names.append(name)


def part(content_type: str, depth: int = 1, **parameters: str) -> Part:
    return Part(content_type, parameters, "", "", depth)


def returned_to(spec: str) -> ReturnPath:
    return ReturnPath(ReturnPathKind.ADDRESS, address(spec))


def test_a_genuine_mail_matches_nothing() -> None:
    mail = message(
        headers={
            "Delivered-To": "support@acme.example",
            "Content-Type": 'multipart/mixed; boundary=":-(b"',
            "X-Mailer": "A mailer (that forgot to close",
            "Message-ID": "<iw.not-ours@customer.example>",
            "Precedence": "normal",
            "X-Auto-Response-Suppress": "DR, RN",
            "X-Loop": "customer@customer.example",
        },
        parts=(part("multipart/mixed", 0), part("text/plain"), part("application/pdf")),
    )
    assert ids(mail) == set()
    assert not is_automatic(automatic_findings(mail, POLICY, ACCOUNT))


@pytest.mark.parametrize("row", [row for row in _ROWS if row.fields], ids=lambda row: row.id)
def test_a_row_names_every_field_that_it_looks_at(row: _Row) -> None:
    seen = _Seen()
    row.find(Case(replace(message(), headers=seen), POLICY, account(own_lists={"x.example"})))
    assert set(seen.names) <= row.fields | {"list-id"}
    assert row.fields <= {"list-id", *seen.names}


@pytest.mark.parametrize(
    "values",
    [("no",), ("No",), ("NO ",), ("no; x=1",), ("(human) no",), ("no (really)",), ("no", "NO")],
)
def test_auto_submitted_no_is_no_marker(values: tuple[str, ...]) -> None:
    assert ids(message(headers={"Auto-Submitted": values})) == set()


@pytest.mark.parametrize(
    "values",
    [
        ("auto-replied",),
        ('AUTO-REPLIED; owner-email="a@b.example"',),
        ("(c) auto-generated",),
        ("auto-notified",),
        ("x-foo",),
        ("",),
        ("nope",),
        ("no, auto-replied",),
        ("no", "auto-replied"),
        ("(" * 200 + "no",),
        ("no (never closed",),
        ('"no"',),
        ("no",) * 51,
    ],
)
def test_any_other_auto_submitted_refuses(values: tuple[str, ...]) -> None:
    mail = message(headers={"Auto-Submitted": values})
    assert ids(mail) == {"A01"}
    assert is_automatic(automatic_findings(mail, POLICY, ACCOUNT))


def test_a_null_return_path() -> None:
    mail = message(return_path=ReturnPath(ReturnPathKind.NULL))
    assert ids(mail) == {"A02"}
    assert is_automatic(automatic_findings(mail, POLICY, ACCOUNT))


def test_a_return_path_that_holds_no_address_refuses_and_may_still_be_a_persons() -> None:
    mail = message(
        headers={"Return-Path": "<ann..b>"}, return_path=ReturnPath(ReturnPathKind.INVALID)
    )
    assert ids(mail) == {"A02"}
    assert not is_automatic(automatic_findings(mail, POLICY, ACCOUNT))


def test_a_return_path_without_domain_that_names_the_mail_system() -> None:
    mail = message(
        headers={"Return-Path": "<MAILER-DAEMON>"}, return_path=ReturnPath(ReturnPathKind.INVALID)
    )
    assert ids(mail) == {"A02", "A30"}
    assert is_automatic(automatic_findings(mail, POLICY, ACCOUNT))


@pytest.mark.parametrize(
    "parts",
    [
        (part("multipart/report", 0),),
        (part("multipart/mixed", 0), part("multipart/report"), part("text/plain", 2)),
        (part("multipart/mixed", 0), part("message/delivery-status")),
        (part("multipart/mixed", 0), part("message/global-delivery-status")),
        (part("multipart/mixed", 0), part("message/disposition-notification")),
        (part("multipart/mixed", 0), part("message/feedback-report")),
    ],
)
def test_reports_by_their_parts(parts: tuple[Part, ...]) -> None:
    assert ids(message(parts=parts)) == {"A04"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("multipart/report; \treport-type=delivery-status", {"A04"}),
        ("Multipart/Report (a comment)", {"A04"}),
        ("multipart/mixed; x=multipart/report", set()),
        ("application/pdf; name=report:).pdf", set()),
    ],
)
def test_reports_by_the_content_type_field(value: str, expected: set[str]) -> None:
    assert ids(message(headers={"Content-Type": value})) == expected


def test_a_second_content_type_counts_as_well() -> None:
    assert ids(message(headers={"Content-Type": ("text/plain", "multipart/report")})) == {"A04"}


def test_a_forwarded_mail_is_no_report() -> None:
    assert ids(message(parts=(part("multipart/mixed", 0), part("message/rfc822")))) == set()


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"X-Failed-Recipients": "bob@other.example"}, {"A05"}),
        ({"Precedence": "Bulk"}, {"A06"}),
        ({"Precedence": " BULK (x)"}, {"A06"}),
        ({"Precedence": "junk"}, {"A06"}),
        ({"Precedence": ("normal", "list")}, {"A06"}),
        ({"X-Precedence": "auto_reply"}, {"A06"}),
        ({"Precedence": "bulky"}, set()),
        ({"Precedence": "first-class"}, set()),
        ({"Precedence": ""}, set()),
        ({"List-Id": "<talk.other.example>"}, {"A07"}),
        ({"List-Post": "NO"}, {"A07"}),
        ({"List-Help": "<mailto:x@other.example>"}, {"A07"}),
        ({"List-Subscribe": "<mailto:x@other.example>"}, {"A07"}),
        ({"List-Owner": "<mailto:x@other.example>"}, {"A07"}),
        ({"List-Archive": "<https://other.example>"}, {"A07"}),
        ({"List-Unsubscribe": "<mailto:x@other.example>"}, {"A08"}),
        ({"List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}, {"A08"}),
        ({"Feedback-ID": "1:2:3:ses"}, {"A12"}),
        ({"X-MSFBL": "abc"}, {"A12"}),
        ({"X-CSA-Complaints": "abuse@other.example"}, {"A12"}),
        ({"X-Mailer": "MailChimp Mailer - **CID1**"}, {"A12"}),
        ({"X-Mailer": "Apple Mail (2.3)"}, set()),
    ],
)
def test_lists_and_bulk(headers: dict[str, str], expected: set[str]) -> None:
    assert ids(message(headers=headers)) == expected


OWN_GROUP = {
    "List-Id": "Support <support.acme.example>",
    "List-Post": "<mailto:support@acme.example>",
    "List-Unsubscribe": "<mailto:support+unsubscribe@acme.example>",
    "Precedence": "list",
}


@pytest.mark.parametrize("own", ["support.acme.example", "<Support.Acme.Example>"])
def test_a_group_of_the_team_is_no_list(own: str) -> None:
    assert ids(message(headers=OWN_GROUP), own_lists=frozenset({own})) == set()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"List-Id": "<talk.other.example>"}, {"A06", "A07", "A08"}),
        ({"List-Id": ("<support.acme.example>", "<x.other.example>")}, {"A06", "A07", "A08"}),
        ({"List-Id": "<support.acme.example.evil.example>"}, {"A06", "A07", "A08"}),
        ({"Precedence": "bulk"}, {"A06"}),
        ({"List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}, {"A08"}),
        ({"List-Unsubscribe": ("<mailto:a@x.example>", "<mailto:b@y.example>")}, {"A08"}),
    ],
)
def test_what_a_group_of_the_team_does_not_excuse(
    change: dict[str, str], expected: set[str]
) -> None:
    mail = message(headers={**OWN_GROUP, **change})
    assert ids(mail, own_lists=frozenset({"support.acme.example"})) == expected


@pytest.mark.parametrize(
    ("value", "refuses"),
    [
        ("OOF", True),
        ("All", True),
        ("ALL", True),
        ("AutoReply", True),
        ("dr, Rn, oof", True),
        ("-1", True),
        ("48", True),
        ("16", True),
        ("32", True),
        ("DR, RN", False),
        ("DR, NDR, RN, NRN", False),
        ("None", False),
        ("", False),
        ("15", False),
        ("0", False),
    ],
)
def test_response_suppress(value: str, refuses: bool) -> None:
    found = ids(message(headers={"X-Auto-Response-Suppress": value}))
    assert found == ({"A09"} if refuses else set())


@pytest.mark.parametrize(
    ("name", "value", "refuses"),
    [
        ("X-Autoreply", "yes", True),
        ("X-Autoreply", "", True),
        ("X-Autoreply", "No", False),
        ("X-Autorespond", "", True),
        ("X-Autoresponse", "x", True),
        ("X-AutoReply-From", "x@other.example", True),
        ("X-Mail-Autoreply", "1", True),
        ("X-Autogenerated", "Reply", True),
        ("X-Auto-Generated", "true", True),
        ("X-POST-MessageClass", "9; Autoresponder", True),
        ("X-POST-MessageClass", "1; Message", False),
        ("Delivered-To", "Autoresponder", True),
        ("Delivered-To", "support@acme.example", False),
        ("X-FC-MachineGenerated", "true", True),
        ("X-FC-MachineGenerated", "false", False),
        ("X-AMAZON-MAIL-RELAY-TYPE", "notification", True),
        ("X-AMAZON-MAIL-RELAY-TYPE", "person", False),
        ("X-MS-Exchange-Inbox-Rules-Loop", "x@other.example", True),
        ("X-Cron-Env", "<SHELL=/bin/sh>", True),
    ],
)
def test_marks_of_other_responders(name: str, value: str, refuses: bool) -> None:
    assert ids(message(headers={name: value})) == ({"A10"} if refuses else set())


@pytest.mark.parametrize(
    ("fields", "refuses"),
    [
        ({"headers": {"X-Loop": "support@acme.example"}}, True),
        ({"headers": {"X-Loop": "loop of Support@Acme.Example"}}, True),
        ({"headers": {"X-Loop": "Yes"}}, True),
        ({"headers": {"X-Loop": "true, more"}}, True),
        ({"headers": {"X-Loop": "yesterday"}}, False),
        ({"headers": {"X-Loop": "list@other.example"}}, False),
        ({"headers": {"X-Inboxwatch-Loop": POLICY.loop_marker}}, True),
        ({"headers": {"X-Inboxwatch-Loop": ("x", POLICY.loop_marker.upper())}}, True),
        ({"headers": {"X-Inboxwatch-Loop": "0" * 32}}, False),
        ({"message_id": "<iw.1f2e@acme.example>"}, True),
        ({"message_id": "<IW.1f2e@ACME.example>"}, True),
        ({"message_id": "<iw.1f2e@other.example>"}, False),
        ({"message_id": "<x.iw.1f2e@acme.example>"}, False),
    ],
)
def test_our_own_mail_that_came_back(fields: dict[str, object], refuses: bool) -> None:
    assert ids(message(**fields)) == ({"A11"} if refuses else set())


@pytest.mark.parametrize(
    ("method", "refuses"),
    [
        ("REQUEST", True),
        ("reply", True),
        ("CANCEL", True),
        ("COUNTER", True),
        ("DECLINECOUNTER", True),
        ("PUBLISH", False),
        ("", False),
    ],
)
def test_invitations(method: str, refuses: bool) -> None:
    parameters = {"method": method} if method else {}
    parts = (part("multipart/mixed", 0), part("text/calendar", 1, **parameters))
    assert ids(message(parts=parts)) == ({"A13"} if refuses else set())


def test_an_invitation_of_exchange() -> None:
    headers = {"Content-Class": "urn:content-classes:calendarmessage"}
    assert ids(message(headers=headers)) == {"A13"}
    assert ids(message(headers={"Content-Class": "urn:content-classes:message"})) == set()


@pytest.mark.parametrize(
    ("defect", "words"),
    [
        ("from-missing", "missing"),
        ("from-several", "more than one"),
        ("from-group", "group"),
        ("from-no-domain", "no domain"),
        ("from-invalid", "alike"),
    ],
)
def test_no_single_sender(defect: str, words: str) -> None:
    mail = replace(message(headers={"From": "ann"}, defects=(defect,)), sender=None)
    (finding,) = automatic_findings(mail, POLICY, ACCOUNT)
    assert finding.id == "A14"
    assert words in finding.evidence
    assert not is_automatic((finding,))


@pytest.mark.parametrize(
    "value", ["MAILER-DAEMON", "<MAILER-DAEMON>", "Mail System <mailer-daemon@a@b>"]
)
def test_a_mail_system_without_an_address_is_automatic(value: str) -> None:
    mail = replace(message(headers={"From": value}), sender=None)
    assert ids(mail) == {"A14", "A30"}
    assert is_automatic(automatic_findings(mail, POLICY, ACCOUNT))


@pytest.mark.parametrize(
    "subject",
    [
        "Auto: my car is broken",
        "Automatic reply: your order",
        "Re: Out of Office",
        "RE: Fwd: AW[2]: Abwesenheitsnotiz: Urlaub",
        "Réponse automatique : bonjour",
        "Autosvar: hej",
        "Respuesta automática: hola",
        "Automatisch antwoord: hallo",
        "Risposta automatica: ciao",
        "Автоматический ответ: привет",
        "自動応答: こんにちは",
        "Undelivered Mail Returned to Sender",
        "Undeliverable: your order",
        "Delivery Status Notification (Failure)",
        "Mail delivery failed: returning message to sender",
        "failure notice",
        "Unzustellbar: Ihre Bestellung",
    ],
)
def test_automatic_subjects_hold_and_do_not_make_automatic(subject: str) -> None:
    mail = message(subject=subject)
    (finding,) = automatic_findings(mail, POLICY, ACCOUNT)
    assert finding.id == "A15"
    assert finding.soft
    assert not is_automatic((finding,))


@pytest.mark.parametrize(
    "subject",
    [
        # English
        "Your order 17 (delivery failed)",
        "Re: Your order 17 (Delivery Failure)",
        "Your order 17 (undeliverable)",
        "Your order 17 [Undeliverable]",
        "Your order 17 [UNDELIVERED]",
        "Your order 17 (mail delivery failed)",
        "Your order 17 [Delivery Status Notification (Failure)]",
        "Your order 17 - delivery failure",
        "Your order 17 - Delivery Status Notification (Failure)",
        "Your order 17 - undeliverable",
        "Your order 17 \u2013 undelivered mail",
        "Your order 17 \u2014 Non-delivery report.",
        # German
        "Ihre Bestellung 17 (unzustellbar)",
        "Ihre Bestellung 17 [Zustellung fehlgeschlagen]",
        "Ihre Bestellung 17 (nicht zustellbar)",
        "Ihre Bestellung 17 - Unzustellbar",
        "Ihre Bestellung 17 - Zustellungsfehler",
        # French
        "Votre commande 17 (non remis)",
        "Votre commande 17 [Échec de la remise]",
        "Votre commande 17 (\u00c9chec de remise)",
        "Votre commande 17 - avis de non-remise",
        # Spanish
        "Su pedido 17 [Error de entrega]",
        "Su pedido 17 - aviso de no entrega",
        "Su pedido 17 (no se puede entregar)",
        # Dutch
        "Uw bestelling 17 (onbestelbaar)",
        "Uw bestelling 17 [bezorging mislukt]",
        "Uw bestelling 17 - Onbestelbaar",
        # the end of a long one
        "x" * 500 + " (undeliverable)",
    ],
)
def test_subjects_that_end_as_a_bounce_does_hold_and_do_not_make_automatic(subject: str) -> None:
    mail = message(subject=subject)
    (finding,) = automatic_findings(mail, POLICY, ACCOUNT)
    assert (finding.id, finding.soft) == ("A15", True)
    assert not is_automatic((finding,))


@pytest.mark.parametrize(
    "subject",
    [
        "Why did my delivery fail?",
        "My package: delivery failed",
        "My package - delivery failed",
        "Delivery failed",
        "My parcel (delivery failed twice)",
        "My parcel (second delivery failed)",
        "My parcel (delivery failed), please help",
        "My parcel - delivery failed again",
        "My parcel was not delivered",
        "My parcel - not delivered",
        "Order 17 (not delivered)",
        "Order 17 (not delivered yet)",
        "Order 17 (returned to sender)",
        "Order 17 (delivered)",
        "Is the address undeliverable?",
        "Is my address (undeliverable)?",
        "my mail-undeliverable",
        "Bestellung 17 (nicht zugestellt)",
        "Paket - nicht zugestellt",
        "Paket - Zustellung fehlgeschlagen",
        "Meine Lieferung ist unzustellbar",
        "Warum ist die Zustellung fehlgeschlagen?",
        "Mon colis - non remis",
        "Mon colis n'est pas remis",
        "Pourquoi un \u00e9chec de la remise ?",
        "Commande 17 (non livr\u00e9e)",
        "Mon colis - \u00e9chec de la distribution",
        "Pedido 17 (no entregado)",
        "Mi pedido - no entregado",
        "Mi paquete no entregado",
        "Bestelling 17 (niet bezorgd)",
        "Mijn pakket - niet bezorgd",
        "Mijn pakket - bezorging mislukt",
        "Mijn pakket is niet bezorgd",
    ],
)
def test_subjects_of_people_about_deliveries(subject: str) -> None:
    assert ids(message(subject=subject)) == set()


@pytest.mark.parametrize(
    "subject",
    [
        "My automatic reply does not work",
        "Autograph of the author",
        "Question about out of office replies",
        "",
        "Re: Re: Re:",
        "I: a question",
        "Retour: undeliverable",
    ],
)
def test_subjects_of_people(subject: str) -> None:
    assert ids(message(subject=subject)) == set()


MACHINES = [
    "MAILER-DAEMON",
    "mail-daemon",
    "daemon",
    "listserv",
    "majordomo",
    "mailman",
    "root",
    "bounce",
    "bounces",
    "news-bounces",
    "bounces+123=x",
    "bounces+ann=customer.example",
    "news-request",
    "owner-news",
    "news-owner",
    "news-confirm+abc",
    "autoreply",
    "auto-reply",
    "nobody",
    "www-data",
    "apache",
    "cron",
    "SRS0=x=y=z=ann",
    "srs1=x",
    "prvs=123=ann",
    "btv1==1==ann",
    "msprvs1=1=ann",
    "news-request+tag",
]
PEOPLE = ["a-request-b", "daemonic", "ann.root", "bouncer", "owner", "request", "cronenberg", "ann"]


@pytest.mark.parametrize("local", MACHINES)
def test_machines(local: str) -> None:
    assert is_machine(local)
    assert ids(message(sender=f"{local}@customer.example")) == {"A30"}
    envelope = returned_to(f"{local}@other.example")
    assert ids(message(sender="bob@customer.example", return_path=envelope)) == {"A30"}


@pytest.mark.parametrize("local", PEOPLE)
def test_people_with_names_like_machines(local: str) -> None:
    assert ids(message(sender=f"{local}@customer.example")) == set()


@pytest.mark.parametrize("local", ["postmaster", "Postmaster-Team", "abuse", "abuse-desk"])
def test_roles_that_people_read_are_soft_and_not_automatic(local: str) -> None:
    mail = message(sender=f"{local}@customer.example")
    found = automatic_findings(mail, POLICY, ACCOUNT)
    assert {finding.id for finding in found} == {"A30"}
    assert all(finding.soft for finding in found)
    assert not is_automatic(found)


NO_REPLY = [
    "noreply",
    "no-reply",
    "no_reply",
    "no.reply",
    "NoReply",
    "donotreply",
    "do-not-reply",
    "do_not_reply",
    "do.not.reply",
    "dont-reply",
    "dontreply",
    "non-reply",
    "not-reply",
    "noreplies",
    "shop-noreply",
    "shop.no-reply",
    "noreply-orders",
    "noreply+abc",
    "no-reply.shop",
    "dotreply",
    "nepasrepondre",
    "ne-pas-repondre",
    "nicht-antworten",
    "nichtantworten",
    "noresponder",
    "no-responder",
]
HUMAN = [
    "nora.reply",
    "noreplyhuman",
    "piano.reply",
    "reply",
    "ann.noah",
    "replyno",
    "noah",
    "nothing",
    "anno-replyx",
    "volcano",
    "piano",
    "donot",  # codespell:ignore
]


@pytest.mark.parametrize("local", NO_REPLY)
def test_the_no_reply_family(local: str) -> None:
    assert is_no_reply(local)
    found = automatic_findings(message(sender=f"{local}@customer.example"), POLICY, ACCOUNT)
    assert {finding.id for finding in found} == {"A31"}
    assert is_automatic(found)


@pytest.mark.parametrize("local", HUMAN)
def test_look_alikes_of_the_no_reply_family(local: str) -> None:
    assert not is_no_reply(local)
    assert ids(message(sender=f"{local}@customer.example")) == set()


@pytest.mark.parametrize("spec", ["www-data@web.example", "noreply@web.example"])
def test_a_contact_form_gets_no_reply_and_stays_a_persons_mail(spec: str) -> None:
    found = automatic_findings(message(return_path=returned_to(spec)), POLICY, ACCOUNT)
    assert found
    assert not is_automatic(found)


def test_a_mail_system_as_envelope_sender_is_automatic() -> None:
    mail = message(return_path=returned_to("mailer-daemon@other.example"))
    assert is_automatic(automatic_findings(mail, POLICY, ACCOUNT))


@pytest.mark.parametrize(
    "spec", ["prvs=0123abc=ann@customer.example", "btv1==0123abc==ann@customer.example"]
)
def test_a_bounce_tag_around_the_senders_own_address_is_left_to_the_destination(spec: str) -> None:
    assert ids(message(return_path=returned_to(spec))) == set()
    assert ids(message(sender="bob@customer.example", return_path=returned_to(spec))) == {"A30"}


@pytest.mark.parametrize(
    "fields",
    [
        {"sender": "support@acme.example"},
        {"sender": "Support+x@ACME.example"},
        {"return_path": returned_to("support@acme.example")},
    ],
)
def test_our_own_addresses(fields: dict[str, object]) -> None:
    assert ids(message(**fields)) == {"A32"}


def test_our_envelope_sender() -> None:
    mail = message(sender="returns@acme.example")
    assert ids(mail) == set()
    assert ids(mail, envelope_from="Returns@acme.example") == {"A32"}


def test_evidence_is_one_short_line_without_controls() -> None:
    mail = message(headers={"Auto-Submitted": "x\x1b[31m\n" + "y" * 500})
    (finding,) = automatic_findings(mail, POLICY, ACCOUNT)
    assert finding.evidence.isprintable()
    assert len(finding.evidence) <= 130
