"""What every Transport does, in memory or over SMTP."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from tests.support.fake_transport import FakeTransport, Sent
from tests.support.smtp_server import smtp_server

from inboxwatch.mail.smtp import SmtpSettings, SmtpTransport
from inboxwatch.model.outcome import DeliveryKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inboxwatch.model.outcome import Delivery
    from inboxwatch.ports import Transport

US = "support@acme.example"
ANN = "ann@customer.example"
MAIL = b"From: support@acme.example\r\nSubject: Re: Hi\r\n\r\nHello Ann.\r\n"


@dataclass(slots=True)
class Way:
    """A transport and the plan of the server behind it."""

    transport: Transport
    answers: dict[str, int | None]
    sent: list[Sent]
    taken: list[Sent]

    def deliver(
        self, brake: str = "", sender: str = US, octets: bytes = MAIL, recipient: str = ANN
    ) -> Delivery:
        return self.transport.deliver(sender, recipient, octets, brake=lambda: brake)


@pytest.fixture(params=["memory", "smtp"])
def way(request: pytest.FixtureRequest) -> Iterator[Way]:
    with opened(request.param) as made:
        yield made


@pytest.fixture(params=["memory", "smtp"])
def way_without_utf8(request: pytest.FixtureRequest) -> Iterator[Way]:
    with opened(request.param, smtputf8=False) as made:
        yield made


@contextmanager
def opened(kind: str, *, smtputf8: bool = True) -> Iterator[Way]:
    if kind == "memory":
        fake = FakeTransport(smtputf8=smtputf8)
        yield Way(fake, fake.answers, fake.sent, fake.taken)
        fake.close()
        return
    with smtp_server(smtputf8=smtputf8) as server:
        real = SmtpTransport(SmtpSettings(server.host, server.port, "none"))
        yield Way(real, server.answers, server.sent, server.taken)
        real.close()


def test_a_mail_goes_out_with_exactly_its_envelope_and_octets(way: Way) -> None:
    delivery = way.deliver()
    assert delivery.kind is DeliveryKind.ACCEPTED
    assert delivery.detail.startswith("250")
    assert way.sent == [Sent(US, ANN, MAIL)]


def test_the_null_sender(way: Way) -> None:
    assert way.deliver(sender="").kind is DeliveryKind.ACCEPTED
    assert way.sent[0].envelope_from == ""


JOERG = "jörg@customer.example"


def test_an_address_beyond_ascii_goes_out_as_it_is(way: Way) -> None:
    octets = f"To: {JOERG}\r\n\r\nHello.\r\n".encode()
    assert way.deliver(octets=octets, recipient=JOERG).kind is DeliveryKind.ACCEPTED
    assert way.sent == [Sent(US, JOERG, octets)]


def test_without_smtputf8_it_is_kept_and_the_next_mail_goes_out(way_without_utf8: Way) -> None:
    stopped = way_without_utf8.deliver(recipient=JOERG)
    assert stopped.kind is DeliveryKind.STOPPED
    assert "SMTPUTF8" in stopped.detail
    assert way_without_utf8.sent == way_without_utf8.taken == []
    assert way_without_utf8.deliver().kind is DeliveryKind.ACCEPTED


def test_a_refused_null_sender_is_final_and_no_other_sender_is_tried(way: Way) -> None:
    way.answers["mail"] = 550
    assert way.deliver(sender="").kind is DeliveryKind.PERMANENT
    assert way.sent == way.taken == []


@pytest.mark.parametrize("phase", ["mail", "rcpt", "data", "dot"])
@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (421, DeliveryKind.TEMPORARY),
        (450, DeliveryKind.TEMPORARY),
        (550, DeliveryKind.PERMANENT),
        (554, DeliveryKind.PERMANENT),
    ],
)
def test_a_refusal_is_what_its_code_says(
    way: Way, phase: str, code: int, kind: DeliveryKind
) -> None:
    way.answers[phase] = code
    delivery = way.deliver()
    assert delivery.kind is kind
    assert str(code) in delivery.detail
    assert way.sent == []
    way.answers.clear()
    assert way.deliver().kind is DeliveryKind.ACCEPTED


@pytest.mark.parametrize(
    ("phase", "kind"),
    [
        ("mail", DeliveryKind.TEMPORARY),
        ("rcpt", DeliveryKind.TEMPORARY),
        ("data", DeliveryKind.TEMPORARY),
        ("dot", DeliveryKind.UNKNOWN),
    ],
)
def test_a_connection_that_breaks_off(way: Way, phase: str, kind: DeliveryKind) -> None:
    way.answers[phase] = None
    assert way.deliver().kind is kind
    assert way.sent == []
    assert way.taken == ([Sent(US, ANN, MAIL)] if phase == "dot" else [])
    way.answers.clear()
    assert way.deliver().kind is DeliveryKind.ACCEPTED


def test_the_brake_stops_before_data_and_lets_go_again(way: Way) -> None:
    delivery = way.deliver(brake="INBOXWATCH_NO_SEND is set")
    assert (delivery.kind, delivery.detail) == (DeliveryKind.STOPPED, "INBOXWATCH_NO_SEND is set")
    assert way.sent == way.taken == []
    assert way.deliver().kind is DeliveryKind.ACCEPTED


def test_the_brake_is_asked_once_and_only_if_the_envelope_was_taken(way: Way) -> None:
    asked: list[int] = []

    def brake() -> str:
        asked.append(len(way.sent))
        return ""

    way.transport.deliver(US, ANN, MAIL, brake=brake)
    assert asked == [0]
    way.answers["rcpt"] = 550
    way.transport.deliver(US, ANN, MAIL, brake=brake)
    assert asked == [0]


def test_several_mails_one_after_the_other(way: Way) -> None:
    assert [way.deliver().kind for _ in range(3)] == [DeliveryKind.ACCEPTED] * 3
    assert len(way.sent) == 3


def test_check_says_what_is_there_and_sends_nothing(way: Way) -> None:
    assert way.transport.check()
    assert way.sent == []
    way.transport.close()
    way.transport.close()
