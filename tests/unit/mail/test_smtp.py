"""SMTP against a scripted server, for what a well-behaved one never says."""

from __future__ import annotations

import base64
import re
import socket
import ssl
import struct
import time
from contextlib import suppress
from threading import Event
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.support.scripted_imap import Peer, Scripted, scripted
from tests.support.smtp_server import smtp_server
from tests.support.tls import ServerFiles, make_server_files

from inboxwatch.errors import (
    AccountError,
    InboxwatchError,
    LoginRefusedError,
    UnreachableError,
)
from inboxwatch.mail.smtp import SmtpSettings, SmtpTransport, files_sent_copies
from inboxwatch.mail.smtp.conversation import wire_form
from inboxwatch.model.outcome import Delivery, DeliveryKind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

US, ANN = "support@acme.example", "ann@customer.example"
MAIL = b"Subject: Re: Hi\r\n\r\nHello.\r\n"
SECRET = "s3cret-canary"


def settings(server: Scripted, **changes: object) -> SmtpSettings:
    built = SmtpSettings(
        server.host, server.port, "none", connect_timeout=2.0, read_timeout=0.3, final_timeout=0.3
    )
    return replace(built, **changes)  # type: ignore[arg-type]


def deliver(
    server: Scripted,
    recipient: str = ANN,
    octets: bytes = MAIL,
    sender: str = US,
    **changes: object,
) -> Delivery:
    transport = SmtpTransport(settings(server, **changes))
    try:
        return transport.deliver(sender, recipient, octets, brake=lambda: "")
    finally:
        transport.close()


def greet(peer: Peer, *extensions: str) -> None:
    peer.say("220 mx ready")
    peer.hear()
    lines = ["mx", *extensions]
    peer.say(*(f"250-{line}" for line in lines[:-1]), f"250 {lines[-1]}")


def take(peer: Peer, dot: str = "250 queued") -> None:
    """MAIL, RCPT, DATA and the text; then ``dot``."""
    for answer in ("250 ok", "250 ok", "354 go"):
        peer.hear()
        peer.say(answer)
    while peer.hear() != "." and not peer.gone:
        pass
    if dot:
        peer.say(dot)


def accept(*extensions: str, dot: str = "250 queued") -> Callable[[Peer], None]:
    def script(peer: Peer) -> None:
        greet(peer, *extensions)
        take(peer, dot)
        peer.hear()
        peer.say("221 bye")

    return script


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> ServerFiles:
    return make_server_files(tmp_path_factory.mktemp("tls"))


def server_context(files: ServerFiles) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.certificate, files.key)
    return context


def reset(peer: Peer) -> None:
    """Cut the connection with a reset instead of a farewell."""
    peer.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.connection.close()


# The envelope


def verbs(heard: list[str]) -> list[str]:
    """Commands with their verbs in lower case: Python's versions write them differently."""
    return [
        re.sub(r"^[A-Za-z]+( (from|to)(?=:))?", _lower, line, flags=re.IGNORECASE) for line in heard
    ]


def _lower(match: re.Match[str]) -> str:
    return match[0].lower()


def test_the_commands_of_one_transaction() -> None:
    with scripted(accept("SIZE 1000000", "DSN", "8BITMIME", "SMTPUTF8")) as server:
        assert deliver(server).kind is DeliveryKind.ACCEPTED
    assert verbs(server.heard[:4]) == [
        "ehlo acme.example",
        f"mail from:<{US}> SIZE={len(MAIL)}",
        f"rcpt to:<{ANN}> NOTIFY=NEVER",
        "data",
    ]
    assert server.heard[4:] == [
        "Subject: Re: Hi",
        "",
        "Hello.",
        ".",
        "quit",
    ]


def test_a_plain_server_gets_no_options() -> None:
    with scripted(accept()) as server:
        assert deliver(server, sender="").kind is DeliveryKind.ACCEPTED
    said = verbs(server.heard[:3])
    assert said == ["ehlo localhost", "mail from:<>", f"rcpt to:<{ANN}>"]


def test_a_server_that_knows_only_helo() -> None:
    def script(peer: Peer) -> None:
        peer.say("220 mx ready")
        peer.hear()
        peer.say("502 what?")
        peer.hear()
        peer.say("250 mx")
        take(peer)

    with scripted(script) as server:
        assert deliver(server).kind is DeliveryKind.ACCEPTED
    assert server.heard[1] == "helo acme.example"


def test_a_local_part_beyond_ascii_needs_smtputf8() -> None:
    with scripted(accept("SMTPUTF8", "8BITMIME")) as server:
        assert deliver(server, "jörg@xn--fa-hia.example").kind is DeliveryKind.ACCEPTED
    assert server.heard[1].endswith("> SMTPUTF8")
    assert verbs(server.heard[2:3]) == ["rcpt to:<jörg@xn--fa-hia.example>"]


@pytest.mark.parametrize("extensions", [(), ("8BITMIME",), ("SMTPUTF8",)])
@pytest.mark.parametrize(
    ("recipient", "octets"),
    [("jörg@xn--fa-hia.example", MAIL), (ANN, "From: jö@acme.example\r\n\r\nx\r\n".encode())],
)
def test_without_smtputf8_nothing_is_sent_and_a_person_decides(
    extensions: tuple[str, ...], recipient: str, octets: bytes
) -> None:
    with scripted(accept(*extensions)) as server:
        stopped = deliver(server, recipient, octets)
    assert stopped.kind is DeliveryKind.STOPPED
    assert "SMTPUTF8" in stopped.detail
    assert not any(line.startswith("mail") for line in verbs(server.heard))


def test_a_header_in_utf8_is_announced() -> None:
    octets = "To: jörg@xn--fa-hia.example\r\n\r\nHello.\r\n".encode()
    with scripted(accept("SMTPUTF8", "8BITMIME")) as server:
        assert deliver(server, "jörg@xn--fa-hia.example", octets).kind is DeliveryKind.ACCEPTED
    assert server.heard[1].endswith("> BODY=8BITMIME SMTPUTF8")


def test_after_an_address_in_utf8_the_next_mail_is_plain_again() -> None:
    def script(peer: Peer) -> None:
        greet(peer, "SMTPUTF8", "8BITMIME")
        take(peer)
        peer.hear()
        peer.say("250 reset")
        take(peer)

    with scripted(script) as server:
        transport = SmtpTransport(settings(server))
        for recipient in ("jörg@xn--fa-hia.example", ANN):
            delivery = transport.deliver(US, recipient, MAIL, brake=lambda: "")
            assert delivery.kind is DeliveryKind.ACCEPTED
        transport.close()
    mails = [line for line in verbs(server.heard) if line.startswith("mail")]
    assert [line.endswith("SMTPUTF8") for line in mails] == [True, False]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("550 5.7.509 no", DeliveryKind.PERMANENT),
        ("421 4.7.0 not now", DeliveryKind.TEMPORARY),
    ],
)
def test_a_refused_null_sender_is_said_so_and_no_other_is_tried(
    answer: str, kind: DeliveryKind
) -> None:
    def script(peer: Peer) -> None:
        greet(peer)
        peer.hear()
        peer.say(answer)
        peer.hear()

    with scripted(script) as server:
        refused = deliver(server, sender="")
    assert refused.kind is kind
    assert "null_sender" in refused.detail
    assert answer in refused.detail
    assert [line for line in verbs(server.heard) if line.startswith("mail")] == ["mail from:<>"]


def test_one_recipient_refused_is_a_mail_not_sent() -> None:
    def script(peer: Peer) -> None:
        greet(peer)
        for said in ("250 ok", "550 5.1.1 nobody of that name"):
            peer.hear()
            peer.say(said)
        peer.hear()

    with scripted(script) as server:
        refused = deliver(server)
    assert refused.kind is DeliveryKind.PERMANENT
    assert "RCPT TO" in refused.detail
    assert "5.1.1" in refused.detail
    assert "data" not in verbs(server.heard)


@pytest.mark.parametrize(
    "address",
    [
        "a@b>\r\nRCPT TO:<evil@x.example",
        "a@b\nDATA",
        "a b@c.example",
        "a@b\0",
        "<a@b>",
        "",
        "nobody",
    ],
)
def test_an_address_that_could_be_a_command_is_never_sent(address: str) -> None:
    with scripted(accept()) as server:
        delivery = deliver(server, address)
    assert delivery.kind is DeliveryKind.PERMANENT
    assert delivery.detail.isprintable()
    assert server.connections == 0


# The octets


@pytest.mark.parametrize(
    ("octets", "wire"),
    [
        (b"a\r\n.\r\nb", b"a\r\n..\r\nb\r\n"),
        (b".a\n..b\rc", b"..a\r\n...b\r\nc\r\n"),
        (b"From here\r\n", b"From here\r\n"),
        (b"", b"\r\n"),
        (b"a\n\n", b"a\r\n\r\n"),
    ],
)
def test_the_form_on_the_wire(octets: bytes, wire: bytes) -> None:
    assert wire_form(octets) == wire


@given(st.lists(st.sampled_from([b".", b"\r\n", b"a", b"From ", b"\xc3\xa4"])).map(b"".join))
def test_no_mail_can_end_its_own_data(octets: bytes) -> None:
    wire = wire_form(octets)
    assert b"\r\n.\r\n" not in b"\r\n" + wire
    lines = [line[1:] if line.startswith(b".") else line for line in wire.split(b"\r\n")]
    taken = b"\r\n".join(lines)
    assert taken == (octets if octets.endswith(b"\r\n") else octets + b"\r\n")


def test_octets_arrive_unchanged() -> None:
    octets = b"Subject: x\r\n\r\nFrom now on\r\n.\r\n..\r\n.hidden\r\n" + b"x" * 900 + b"\r\n"
    with smtp_server() as server:
        assert deliver(Scripted(server.host, server.port), octets=octets).kind is (
            DeliveryKind.ACCEPTED
        )
    assert server.sent[0].octets == octets
    assert server.greeted_with == ["acme.example"]


# The end of a transaction


@pytest.mark.parametrize(
    ("dot", "kind"),
    [
        ("250-taken\r\n250 2.0.0 \x1b[31mid 7", DeliveryKind.ACCEPTED),
        ("251 forwarded", DeliveryKind.ACCEPTED),
        ("451 later", DeliveryKind.TEMPORARY),
        ("552 too big", DeliveryKind.PERMANENT),
        ("", DeliveryKind.UNKNOWN),
        ("\x00\x01garbage", DeliveryKind.UNKNOWN),
        ("354 go on", DeliveryKind.UNKNOWN),
        ("221 bye", DeliveryKind.UNKNOWN),
        ("250" + "x" * 10_000, DeliveryKind.UNKNOWN),
    ],
)
def test_what_the_answer_to_the_final_dot_means(dot: str, kind: DeliveryKind) -> None:
    with scripted(accept(dot=dot)) as server:
        delivery = deliver(server)
    assert delivery.kind is kind
    assert delivery.detail
    assert delivery.detail.isprintable()


def test_a_silent_server_after_the_dot_is_unknown() -> None:
    def script(peer: Peer) -> None:
        greet(peer)
        take(peer, dot="")
        peer.hear()

    with scripted(script) as server:
        assert deliver(server).kind is DeliveryKind.UNKNOWN


def test_a_server_that_hangs_up_after_its_250_has_the_mail() -> None:
    def script(peer: Peer) -> None:
        greet(peer)
        take(peer)

    with scripted(script) as server:
        assert deliver(server).kind is DeliveryKind.ACCEPTED


def test_a_server_that_accepts_and_resets_has_the_mail() -> None:
    def script(peer: Peer) -> None:
        greet(peer)
        take(peer)
        reset(peer)

    with scripted(script) as server:
        assert deliver(server).kind is DeliveryKind.ACCEPTED


def test_a_server_that_resets_instead_of_answering_the_dot_is_unknown() -> None:
    def script(peer: Peer) -> None:
        greet(peer)
        take(peer, dot="")
        reset(peer)

    with scripted(script) as server:
        delivery = deliver(server)
    assert delivery.kind is DeliveryKind.UNKNOWN
    assert "the final dot" in delivery.detail


def test_a_server_may_take_its_time_over_the_final_dot() -> None:
    taken = Event()

    def script(peer: Peer) -> None:
        greet(peer)
        take(peer, dot="")
        taken.wait(0.3)  # longer than any other answer may take
        peer.say("250 queued at last")

    with scripted(script) as server:
        slow = deliver(server, read_timeout=0.1, final_timeout=5.0)
    assert slow == Delivery(DeliveryKind.ACCEPTED, "250 queued at last")


@pytest.mark.parametrize("farewell", ["500 what?", "421 busy", "\x00\xff", "", "reset"])
def test_whatever_quit_is_answered_the_mail_was_sent(farewell: str) -> None:
    def script(peer: Peer) -> None:
        greet(peer)
        take(peer)
        peer.hear()
        if farewell == "reset":
            reset(peer)
        elif farewell:
            peer.say(farewell)

    with scripted(script) as server:
        assert deliver(server).kind is DeliveryKind.ACCEPTED
    assert verbs(server.heard)[-1] == "quit"


@pytest.mark.parametrize("phase", range(3))
def test_a_silent_server_before_the_text_is_temporary(phase: int) -> None:
    def script(peer: Peer) -> None:
        greet(peer)
        for answer in ("250 ok", "250 ok")[:phase]:
            peer.hear()
            peer.say(answer)
        peer.hear()
        peer.hear()

    with scripted(script) as server:
        assert deliver(server).kind is DeliveryKind.TEMPORARY


def test_an_old_connection_that_timed_out_is_replaced() -> None:
    def script(peer: Peer) -> None:
        greet(peer)
        take(peer)
        peer.say("421 idle for too long")

    with scripted(script) as server:
        transport = SmtpTransport(settings(server))
        kinds = [transport.deliver(US, ANN, MAIL, brake=lambda: "").kind for _ in range(2)]
        transport.close()
    assert kinds == [DeliveryKind.ACCEPTED, DeliveryKind.ACCEPTED]
    assert server.connections == 2


def test_a_fault_of_the_brake_sends_nothing() -> None:
    def brake() -> str:
        raise RuntimeError("the switch cannot be read")

    with scripted(accept()) as server:
        transport = SmtpTransport(settings(server))
        with pytest.raises(RuntimeError):
            transport.deliver(US, ANN, MAIL, brake=brake)
        transport.close()
    assert "DATA" not in server.heard


# Before the transaction


@pytest.mark.parametrize("greeting", ["554 go away", "421 busy", "\x00\xff", "* OK IMAP4", ""])
def test_no_welcome_is_temporary_for_a_mail_and_an_error_for_a_check(greeting: str) -> None:
    def script(peer: Peer) -> None:
        if greeting:
            peer.say(greeting)

    with scripted(script) as server:
        assert deliver(server).kind is DeliveryKind.TEMPORARY
        with pytest.raises(UnreachableError) as caught:
            SmtpTransport(settings(server)).check()
    assert caught.value.message.isprintable()


def login_script(answer: str, offered: str = "AUTH PLAIN LOGIN") -> Callable[[Peer], None]:
    def script(peer: Peer) -> None:
        greet(peer, offered)
        peer.hear()
        peer.say(answer)
        peer.hear()

    return script


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("535 5.7.8 no", LoginRefusedError),
        ("530 must not", LoginRefusedError),
        ("454 4.7.0 later", UnreachableError),
        ("421 busy", UnreachableError),
    ],
)
def test_a_refused_login(answer: str, kind: type[AccountError]) -> None:
    with scripted(login_script(answer)) as server:
        transport = SmtpTransport(settings(server, user=US, password=lambda: SECRET))
        with pytest.raises(AccountError) as caught:
            transport.check()
        again = transport.deliver(US, ANN, MAIL, brake=lambda: "")
        transport.close()
    assert type(caught.value) is kind
    assert SECRET not in caught.value.message
    assert again.kind is DeliveryKind.TEMPORARY
    assert server.connections == 1


def test_a_password_that_cannot_be_had_leaves_the_mail_for_the_next_run() -> None:
    def password() -> str:
        raise InboxwatchError("the password command failed")

    with scripted(login_script("")) as server:
        delivery = deliver(server, user=US, password=password)
    assert delivery == Delivery(DeliveryKind.TEMPORARY, "the password command failed")
    assert not any("AUTH" in line for line in server.heard)


def test_a_server_without_a_login_we_know() -> None:
    with scripted(login_script("", offered="AUTH GSSAPI")) as server:
        assert deliver(server, user=US, password=lambda: SECRET).kind is DeliveryKind.TEMPORARY
    assert not any("AUTH" in line for line in server.heard)


@pytest.mark.parametrize("offered", ["AUTH PLAIN", "AUTH LOGIN", "AUTH=LOGIN PLAIN"])
def test_logins(offered: str) -> None:
    def script(peer: Peer) -> None:
        greet(peer, offered)
        if "AUTH PLAIN" not in peer.hear():
            peer.say("334 VXNlcm5hbWU6")
            peer.hear()
        peer.say("235 in")
        take(peer)

    with scripted(script) as server:
        assert deliver(server, user=US, password=lambda: "pässwörd").kind is DeliveryKind.ACCEPTED
    heard = base64.b64decode(
        server.heard[2] if "LOGIN" in server.heard[1] else server.heard[1].split()[-1]
    )
    assert heard.decode().endswith("pässwörd")


def test_check_names_what_is_announced() -> None:
    with smtp_server(logins={US: SECRET}) as server:
        place = Scripted(server.host, server.port)
        transport = SmtpTransport(
            settings(place, user=US, password=lambda: SECRET, read_timeout=5.0)
        )
        text = transport.check()
    assert text.startswith(f"{server.host}:{server.port}: AUTH ")
    assert "SMTPUTF8" in text
    assert server.logins == [(US, SECRET)]


# Answers without an end


def endless(peer: Peer, line: str) -> None:
    """Say a line again and again until the client has gone, at most for 100 MB."""
    lines = b"\r\n".join([line.encode()] * 1000)
    for _ in range(100_000_000 // len(lines)):
        try:
            peer.connection.sendall(lines + b"\r\n")
        except OSError:
            return


ENDLESS = ["250-mx", "250-" + "x" * 4000]


@pytest.mark.parametrize("line", ENDLESS)
@pytest.mark.parametrize("phase", range(5))
def test_an_answer_without_end_before_the_text_is_temporary(phase: int, line: str) -> None:
    def script(peer: Peer) -> None:
        for answer in ("220 mx ready", "250 mx", "250 ok", "250 ok")[:phase]:
            peer.say(answer)
            peer.hear()
        endless(peer, line)

    with scripted(script) as server:
        delivery = deliver(server, read_timeout=5.0)
    assert delivery.kind is DeliveryKind.TEMPORARY
    assert "one answer" in delivery.detail
    assert server.connections == 1


@pytest.mark.parametrize("line", ENDLESS)
def test_an_answer_without_end_to_the_final_dot_is_unknown(line: str) -> None:
    def script(peer: Peer) -> None:
        greet(peer)
        take(peer, dot="")
        endless(peer, line)

    with scripted(script) as server:
        delivery = deliver(server, final_timeout=5.0)
    assert delivery.kind is DeliveryKind.UNKNOWN
    assert "one answer" in delivery.detail


@pytest.mark.parametrize("security", ["tls", "starttls", "none"])
def test_an_answer_without_end_is_an_error_for_a_check(files: ServerFiles, security: str) -> None:
    def script(peer: Peer) -> None:
        if security == "tls":
            peer.starttls(files)
        elif security == "starttls":
            greet(peer, "STARTTLS")
            peer.hear()
            peer.say("220 go")
            peer.starttls(files)
        endless(peer, ENDLESS[0])

    with scripted(script) as server:
        place = settings(server, security=security, ca_file=files.ca_file, read_timeout=5.0)
        with pytest.raises(UnreachableError, match="one answer of more than") as caught:
            SmtpTransport(place).check()
    assert caught.value.message.isprintable()
    assert "certificate" not in caught.value.next_step


def test_an_answer_of_many_lines_is_read() -> None:
    with scripted(accept(*(f"X-FEATURE-{n}" for n in range(60)), "DSN")) as server:
        assert deliver(server).kind is DeliveryKind.ACCEPTED
    assert "NOTIFY=NEVER" in server.heard[2]


# TLS


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_tls_is_used_and_verified(files: ServerFiles, tmp_path: Path, security: str) -> None:
    stranger = make_server_files(tmp_path)
    with smtp_server(
        logins={US: SECRET}, tls=server_context(files), implicit_tls=security == "tls"
    ) as server:
        place = Scripted(server.host, server.port)
        changes = {
            "security": security,
            "user": US,
            "password": lambda: SECRET,
            "read_timeout": 5.0,
        }
        good = deliver(place, ca_file=files.ca_file, **changes)
        bad = deliver(place, ca_file=stranger.ca_file, **changes)
    assert good.kind is DeliveryKind.ACCEPTED
    assert bad.kind is DeliveryKind.TEMPORARY
    assert "certificate" in bad.detail
    assert len(server.logins) == len(server.sent) == 1


def test_starttls_that_was_stripped_ends_before_the_password() -> None:
    with scripted(accept("AUTH PLAIN")) as server:
        delivery = deliver(server, security="starttls", user=US, password=lambda: SECRET)
    assert delivery.kind is DeliveryKind.TEMPORARY
    assert "STARTTLS" in delivery.detail
    assert not any("AUTH" in line for line in server.heard)


def test_plain_text_to_another_machine_is_refused() -> None:
    delivery = deliver(Scripted("smtp.acme.example", 25), user=US, password=lambda: SECRET)
    assert delivery.kind is DeliveryKind.TEMPORARY
    assert "another one" in delivery.detail


@pytest.mark.parametrize(
    ("host", "files_it"),
    [("smtp.gmail.com", True), ("SMTP.Office365.com.", True), ("smtp.acme.example", False)],
)
def test_who_files_what_it_sends(host: str, files_it: bool) -> None:
    assert files_sent_copies(host) is files_it


def test_a_password_is_never_shown() -> None:
    shown = repr(SmtpSettings("h", 25, "none", user=US, password=lambda: SECRET))
    assert "password" not in shown


# Servers that take their time


def drip(peer: Peer, begin: str = "250-") -> None:
    """An octet now and then, each in good time, and never an end."""
    with suppress(OSError):
        peer.connection.sendall(begin.encode())
        while not peer.gone:
            peer.connection.sendall(b"x")
            Event().wait(0.05)


def dripping_at(step: int) -> Callable[[Peer], None]:
    """A server that takes ``step`` lines of a transaction before it only drips."""

    def script(peer: Peer) -> None:
        if step:
            greet(peer)
        for answer in ("250 ok", "250 ok", "354 go")[: max(0, step - 1)]:
            peer.hear()
            peer.say(answer)
        if step == 4:
            while peer.hear() != "." and not peer.gone:
                pass
        elif step:
            peer.hear()
        drip(peer, "250-" if step else "220-")

    return script


@pytest.mark.parametrize("step", range(5))
def test_a_dripping_server_is_left_at_the_end_of_a_step(step: int) -> None:
    begun = time.monotonic()
    with scripted(dripping_at(step)) as server:
        transport = SmtpTransport(settings(server))
        first = transport.deliver(US, ANN, MAIL, brake=lambda: "")
        again = transport.deliver(US, ANN, MAIL, brake=lambda: "")
        transport.close()
    assert time.monotonic() - begun < 5.0
    assert first.kind is (DeliveryKind.UNKNOWN if step == 4 else DeliveryKind.TEMPORARY)
    assert "did not end within" in first.detail
    assert again.kind is DeliveryKind.TEMPORARY
    assert server.connections == 1
    assert transport.down() == first.detail


def test_what_comes_before_data_has_a_time_of_its_own() -> None:
    def script(peer: Peer) -> None:
        greet(peer)
        while peer.hear():
            Event().wait(0.2)
            peer.say("250 ok")

    with scripted(script) as server:
        late = deliver(server, ready_timeout=0.3, read_timeout=5.0)
    assert late.kind is DeliveryKind.TEMPORARY
    assert "not ready for a mail within 0.3 seconds" in late.detail


def test_the_next_mail_on_a_connection_has_its_own_time() -> None:
    def script(peer: Peer) -> None:
        greet(peer)
        take(peer)
        peer.hear()
        peer.say("250 reset")
        take(peer)

    with scripted(script) as server:
        transport = SmtpTransport(settings(server, ready_timeout=0.4))
        kinds = []
        for _ in range(2):
            kinds.append(transport.deliver(US, ANN, MAIL, brake=lambda: "").kind)
            Event().wait(0.5)
        transport.close()
    assert kinds == [DeliveryKind.ACCEPTED] * 2
    assert transport.down() == ""


def test_a_server_that_cannot_be_reached_is_tried_once() -> None:
    def script(peer: Peer) -> None:
        while not peer.gone:
            peer.hear()

    with scripted(script) as server:
        transport = SmtpTransport(settings(server, connect_timeout=0.2))
        assert transport.down() == ""
        answers = [transport.deliver(US, ANN, MAIL, brake=lambda: "") for _ in range(3)]
    assert {answer.kind for answer in answers} == {DeliveryKind.TEMPORARY}
    assert {answer.detail for answer in answers} == {transport.down()}
    assert server.connections == 1


def test_a_mail_refused_for_now_says_nothing_about_the_server() -> None:
    def script(peer: Peer) -> None:
        greet(peer)
        peer.hear()
        peer.say("450 later")
        peer.hear()

    with scripted(script) as server:
        transport = SmtpTransport(settings(server))
        assert transport.deliver(US, ANN, MAIL, brake=lambda: "").kind is DeliveryKind.TEMPORARY
        assert transport.down() == ""
        transport.close()


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "dot", "gone"])
@pytest.mark.parametrize("padding", ["", "y" * 250])
def test_a_server_that_repeats_the_login_later_is_not_quoted(step: str, padding: str) -> None:
    login = base64.b64encode(f"\0{US}\0{SECRET}".encode()).decode()
    code = "550" if step == "dot" else "450"

    def script(peer: Peer) -> None:
        greet(peer, "AUTH PLAIN")
        peer.hear()
        peer.say("235 welcome")
        for name, answer in (("MAIL", "250 ok"), ("RCPT", "250 ok"), ("DATA", "354 go")):
            peer.hear()
            if name == step:
                peer.say(f"{code} {padding} {login} is {SECRET}")
                return
            if step == "gone":
                peer.say(f"{login} {SECRET}")
                return
            peer.say(answer)
        while peer.hear() != "." and not peer.gone:
            pass
        peer.say(f"{code} {padding} {login} is {SECRET}")

    with scripted(script) as server:
        refused = deliver(server, user=US, password=lambda: SECRET)
    assert SECRET not in refused.detail
    assert login[:30] not in refused.detail
    assert "left out" in refused.detail
