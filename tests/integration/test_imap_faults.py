"""What becomes of an account whose server is silent, rude, broken or hostile."""

from __future__ import annotations

import logging
import socket
import time
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from threading import Event
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from tests.support.scripted_imap import CAPABILITIES, Peer, Scripted, scripted
from tests.support.tls import ServerFiles, make_server_files

from inboxwatch.core.backoff import (
    CONNECTIONS,
    KIND_OF_CODE,
    PERMANENT,
    QUOTA,
    REFUSED,
    SETUP,
    THROTTLED,
    UNAVAILABLE,
)
from inboxwatch.errors import (
    AccountError,
    ConfigError,
    ExitCode,
    LoginRefusedError,
    MailboxError,
    UnreachableError,
)
from inboxwatch.mail.imap import ImapAccount, ImapSettings
from inboxwatch.model.message import MessageRef, Role

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from inboxwatch.model.message import RawMessage

SECRET = "s3cret-canary"


def settings(server: Scripted, **changes: object) -> ImapSettings:
    built = ImapSettings(
        "support",
        server.host,
        server.port,
        "none",
        "support@acme.example",
        lambda: SECRET,
        connect_timeout=2.0,
        read_timeout=0.3,
    )
    return replace(built, **changes)  # type: ignore[arg-type]


def connecting(server: Scripted, **changes: object) -> AccountError:
    """The error of a connect that must fail; its text is one printable line without the secret."""
    with pytest.raises(AccountError) as caught:
        ImapAccount(settings(server, **changes)).connect()
    assert caught.value.message.isprintable()
    assert SECRET not in caught.value.message
    return caught.value


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> ServerFiles:
    return make_server_files(tmp_path_factory.mktemp("tls"))


# Before the login


def test_nobody_listens() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    error = connecting(Scripted("127.0.0.1", port))
    assert isinstance(error, UnreachableError)
    assert f"127.0.0.1:{port}" in error.message
    assert error.next_step


def test_a_host_that_does_not_exist() -> None:
    account = ImapAccount(settings(Scripted("mail.invalid", 993), security="tls"))
    with pytest.raises(UnreachableError, match=r"mail\.invalid"):
        account.connect()


def test_a_server_that_accepts_and_is_silent() -> None:
    begun = time.monotonic()
    with scripted(lambda peer: peer.hear() and None) as server:
        error = connecting(server, connect_timeout=0.3)
    assert isinstance(error, UnreachableError)
    assert "timed out" in error.message
    assert time.monotonic() - begun < 3


def _bye(peer: Peer) -> None:
    peer.say("* BYE \x1b[31mgo away\x07 Too many connections")


def _garbage(peer: Peer) -> None:
    peer.say(b"\x00\xff\xfe HTTP/1.1 400 Bad Request \x80", b"<html>")


def _preauth(peer: Peer) -> None:
    peer.say("* PREAUTH welcome back")
    peer.answer(f"* CAPABILITY {CAPABILITIES}")
    peer.hear()


def _no_imap(peer: Peer) -> None:
    peer.say("* OK ready")
    peer.answer("* CAPABILITY POP3")


def _empty(peer: Peer) -> None:
    del peer


def _empty_tagged_text(peer: Peer) -> None:
    """Legal since RFC 9051, but imaplib gives up on it (rule I33)."""
    peer.say("* OK ready")
    tag = peer.hear().partition(" ")[0]
    peer.say(f"* CAPABILITY {CAPABILITIES}", f"{tag} OK")


def _endless_line(peer: Peer) -> None:
    peer.say("* OK " + "x" * 1_100_000)


@pytest.mark.parametrize(
    "script", [_bye, _garbage, _preauth, _no_imap, _empty, _empty_tagged_text, _endless_line]
)
def test_a_greeting_that_is_no_welcome(script: Callable[[Peer], None]) -> None:
    with scripted(script) as server:
        error = connecting(server)
    assert isinstance(error, UnreachableError)
    assert not any("AUTHENTICATE" in line or "LOGIN" in line for line in server.heard)


# The login


@pytest.mark.parametrize(
    ("end", "kind"),
    [
        ("NO [AUTHENTICATIONFAILED] Authentication failed.", LoginRefusedError),
        ("NO [AUTHORIZATIONFAILED] no", LoginRefusedError),
        ("NO [EXPIRED] your password is old", LoginRefusedError),
        ("NO [PRIVACYREQUIRED] not in the clear", LoginRefusedError),
        ("NO [CONTACTADMIN] locked, try again later", LoginRefusedError),
        ("NO Invalid credentials (Failure)", LoginRefusedError),
        ("BAD nothing of the kind", LoginRefusedError),
        ("NO [UNAVAILABLE] Maximum number of connections from user+IP", UnreachableError),
        ("NO [ALERT] Too many simultaneous connections. (Failure)", UnreachableError),
        ("NO [LIMIT] slow down", UnreachableError),
        ("NO [INUSE] open elsewhere", UnreachableError),
        ("NO Temporary authentication failure.", UnreachableError),
        ("NO \x1b]0;owned\x07[AUTHENTICATIONFAILED]", LoginRefusedError),
    ],
)
def test_a_login_that_is_refused(end: str, kind: type[AccountError]) -> None:
    def script(peer: Peer) -> None:
        peer.say("* OK ready")
        peer.answer(f"* CAPABILITY {CAPABILITIES}")
        peer.login(end)

    with scripted(script) as server:
        error = connecting(server)
    assert type(error) is kind
    assert server.connections == 1, "a refused login must not be tried again"


ROWS = [
    *((code, kind) for code, kind in sorted(KIND_OF_CODE.items())),
    ("ALERT] Too many simultaneous connections. (Failure)", CONNECTIONS),
    ("UNAVAILABLE] Maximum number of connections from user+IP exceeded", CONNECTIONS),
    ("ALERT] Account exceeded command or bandwidth limits. (Failure)", QUOTA),
    ("LIMIT] LOGIN Rate limit hit", THROTTLED),
    ("ALERT] Server busy", UNAVAILABLE),
    ("ALERT] please try again later", UNAVAILABLE),
    ("ALERT] Invalid credentials (Failure)", REFUSED),
    ("CONTACTADMIN] locked, try again later", REFUSED),
]
"""What a server may answer to a login, and the row of the table that says when to try again."""


@pytest.mark.parametrize(("text", "kind"), ROWS)
def test_a_refusal_names_its_row(text: str, kind: str) -> None:
    def script(peer: Peer) -> None:
        peer.say("* OK ready")
        peer.answer(f"* CAPABILITY {CAPABILITIES}")
        peer.login(f"NO [{text}" if "]" in text else f"NO [{text}] said")

    with scripted(script) as server:
        error = connecting(server)
    assert error.kind == kind
    assert error.next_step
    assert isinstance(error, LoginRefusedError) is (kind in PERMANENT)
    assert server.connections == 1


@pytest.mark.parametrize(("text", "kind"), [row for row in ROWS if row[1] not in PERMANENT])
def test_a_refusal_names_its_row_later_as_well(text: str, kind: str) -> None:
    def script(peer: Peer) -> None:
        peer.welcome()
        peer.answer(end=f"NO [{text}" if "]" in text else f"NO [{text}] said")
        peer.hear()

    with scripted(script) as server:
        account = ImapAccount(settings(server))
        with pytest.raises(UnreachableError) as caught:
            account.state("INBOX")
        account.close()
    assert caught.value.kind == kind
    assert caught.value.next_step


def test_a_goodbye_for_too_many_connections_names_its_row() -> None:
    with scripted(lambda peer: peer.say("* BYE [UNAVAILABLE] Too many connections")) as server:
        assert connecting(server).kind == CONNECTIONS


def test_a_refused_login_is_remembered() -> None:
    def script(peer: Peer) -> None:
        peer.say("* OK ready")
        peer.answer(f"* CAPABILITY {CAPABILITIES}")
        peer.login("NO [AUTHENTICATIONFAILED] no")

    with scripted(script) as server:
        account = ImapAccount(settings(server))
        for call in (account.connect, account.mailboxes, lambda: account.state("INBOX")):
            with pytest.raises(LoginRefusedError):
                call()
        account.close()
    assert server.connections == 1


def test_a_password_that_cannot_be_had_is_a_fault_of_this_account_alone() -> None:
    def password() -> str:
        raise ConfigError((), next_step="set MAIL_PASSWORD")

    def script(peer: Peer) -> None:
        peer.say("* OK ready")
        peer.answer(f"* CAPABILITY {CAPABILITIES}")
        peer.hear()

    with scripted(script) as server:
        error = connecting(server, password=password)
    assert (error.code, error.next_step) == (ExitCode.CONFIG, "set MAIL_PASSWORD")
    assert error.kind == SETUP
    assert len([line for line in server.heard if line]) == 1


def test_a_refusal_of_the_plain_login_command() -> None:
    def script(peer: Peer) -> None:
        peer.say("* OK ready")
        peer.answer("* CAPABILITY IMAP4rev1")
        assert peer.answer(end="NO [AUTHENTICATIONFAILED] no").startswith("LOGIN ")

    with scripted(script) as server:
        error = connecting(server)
    assert type(error) is LoginRefusedError
    assert "b'" not in error.message


def test_a_goodbye_instead_of_an_answer_to_the_login() -> None:
    def script(peer: Peer) -> None:
        peer.say("* OK ready")
        peer.answer(f"* CAPABILITY {CAPABILITIES}")
        peer.hear()
        peer.say("+ ")
        peer.hear()
        peer.say("* BYE [UNAVAILABLE] restarting")

    with scripted(script) as server:
        assert type(connecting(server)) is UnreachableError


def test_a_password_beyond_ascii_arrives() -> None:
    with scripted(Peer.welcome) as server:
        account = ImapAccount(settings(server, password=lambda: "pässwörd"))
        account.connect()
        account.close()
    # base64 of NUL user NUL password in UTF-8
    assert "AHN1cHBvcnRAYWNtZS5leGFtcGxlAHDDpHNzd8O2cmQ=" in server.heard


@pytest.mark.parametrize("password", ["a\r\nX1 DELETE INBOX", "a\nb", "a\0b"])
def test_a_line_break_in_a_password_is_never_sent(password: str) -> None:
    def script(peer: Peer) -> None:
        peer.say("* OK ready")
        peer.answer("* CAPABILITY IMAP4rev1")
        peer.hear()

    with scripted(script) as server:
        connecting(server, password=lambda: password)
    assert [line.split()[1] for line in server.heard if line] == ["CAPABILITY"]


def test_capabilities_from_before_the_login_are_forgotten() -> None:
    def script(peer: Peer) -> None:
        peer.say("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN X-BEFORE] ready")
        peer.answer("* CAPABILITY IMAP4rev1 AUTH=PLAIN X-BEFORE")
        peer.login("OK in")
        peer.answer("* CAPABILITY IMAP4rev1 SPECIAL-USE LIST-EXTENDED")
        peer.answer('* LIST (\\Junk) "/" Spam')
        peer.answer("* BYE bye")

    with scripted(script) as server:
        account = ImapAccount(settings(server))
        assert account.mailboxes().junk == ("Spam",)
        account.close()
    assert any(line.endswith('LIST "" "*" RETURN (SPECIAL-USE)') for line in server.heard)


# TLS


def test_plain_text_to_another_machine_is_refused_before_connecting() -> None:
    asked: list[int] = []

    def password() -> str:
        asked.append(1)
        return SECRET

    other = settings(Scripted("imap.acme.example", 143), password=password)
    with pytest.raises(UnreachableError, match="another one"):
        ImapAccount(other).connect()
    assert asked == []


def test_starttls_that_is_not_offered() -> None:
    def script(peer: Peer) -> None:
        peer.say("* OK ready")
        peer.answer(f"* CAPABILITY {CAPABILITIES}")
        peer.hear()

    with scripted(script) as server:
        error = connecting(server, security="starttls")
    assert type(error) is UnreachableError
    assert "STARTTLS" in error.message
    assert not any("AUTHENTICATE" in line for line in server.heard)


@pytest.mark.parametrize("end", ["NO not today", "BAD what?"])
def test_starttls_that_is_refused(end: str) -> None:
    def script(peer: Peer) -> None:
        peer.say("* OK ready")
        peer.answer(f"* CAPABILITY {CAPABILITIES} STARTTLS")
        peer.answer(end=end)
        peer.hear()

    with scripted(script) as server:
        connecting(server, security="starttls")
    assert not any("AUTHENTICATE" in line for line in server.heard)


def test_an_answer_injected_before_tls_is_forgotten(files: ServerFiles) -> None:
    def script(peer: Peer) -> None:
        peer.say("* OK ready")
        peer.answer(f"* CAPABILITY {CAPABILITIES} STARTTLS")
        tag = peer.hear().partition(" ")[0]
        peer.say(f"{tag} OK begin\r\n* CAPABILITY IMAP4rev1 LOGINDISABLED X-INJECTED")
        peer.starttls(files)
        for _ in range(2):
            if peer.answer(f"* CAPABILITY {CAPABILITIES}").startswith("AUTHENTICATE"):
                break
        peer.login("OK in")
        peer.answer(f"* CAPABILITY {CAPABILITIES}")

    with scripted(script) as server:
        account = ImapAccount(
            settings(server, security="starttls", ca_file=files.ca_file, read_timeout=2.0)
        )
        try:
            account.connect()
        except UnreachableError:
            return  # the injected octets broke the handshake: as good
        assert "X-INJECTED" not in str(account._session._wire.capabilities())  # type: ignore[union-attr]
        account.close()


@pytest.mark.parametrize("fault", ["unknown authority", "wrong host", "expired"])
@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_that_does_not_convince(
    tmp_path: Path, files: ServerFiles, fault: str, security: str
) -> None:
    hosts = ("other.example",) if fault == "wrong host" else ("127.0.0.1",)
    theirs = make_server_files(tmp_path, hosts=hosts, expired=fault == "expired")
    trusted = files.ca_file if fault == "unknown authority" else theirs.ca_file

    def script(peer: Peer) -> None:
        if security == "starttls":
            peer.say("* OK ready")
            peer.answer(f"* CAPABILITY {CAPABILITIES} STARTTLS")
            peer.answer()
        peer.starttls(theirs)
        peer.hear()

    with scripted(script) as server:
        error = connecting(server, security=security, ca_file=trusted, read_timeout=2.0)
    assert type(error) is UnreachableError
    assert "ca_file" in error.next_step
    assert not any("AUTHENTICATE" in line for line in server.heard)


def test_an_authority_file_that_is_not_there(tmp_path: Path) -> None:
    error = connecting(Scripted("127.0.0.1", 1), security="tls", ca_file=tmp_path / "none.pem")
    assert "none.pem" in error.message


# Reading


def _fetching(server: Scripted, **changes: object) -> list[int]:
    account = ImapAccount(settings(server, **changes))
    try:
        batches = account.fetch("INBOX", Role.INBOX, 7, [(1, 9)])
        return [message.ref.uid for batch in batches for message in batch if message.ref]
    finally:
        account.close()


def _row(uid: int, header: bytes = b"Subject: x\r\n\r\n", date: str = "") -> bytes:
    date = date or "18-Nov-2026 08:30:05 +0000"
    return (
        b'* %d FETCH (UID %d FLAGS () INTERNALDATE "%s" RFC822.SIZE 20 BODY[HEADER]<0> {%d}\r\n%s'
        b" BODY[TEXT]<0> {3}\r\nhi\n)" % (uid, uid, date.encode(), len(header), header)
    )


def test_a_literal_of_eight_gigabytes_is_not_even_begun() -> None:
    def script(peer: Peer) -> None:
        peer.welcome()
        peer.select()
        peer.answer("* SEARCH 1")
        peer.hear()
        peer.say("* 1 FETCH (UID 1 BODY[HEADER]<0> {8000000000}")
        peer.hear()

    with scripted(script) as server, pytest.raises(UnreachableError, match="8000000000 octets"):
        _fetching(server)
    assert server.connections <= 2


def test_a_goodbye_in_the_middle_is_followed_by_one_new_connection() -> None:
    def first(peer: Peer) -> None:
        peer.welcome()
        peer.select()
        peer.answer("* SEARCH 1 2 3")
        peer.hear()
        peer.say(_row(1), "* BYE maintenance")

    def second(peer: Peer) -> None:
        peer.welcome()
        peer.select()
        for uid in (1, 2, 3):
            assert f"UID FETCH {uid} " in peer.answer(_row(uid))
        peer.answer("* BYE bye")

    with scripted(first, second) as server:
        assert _fetching(server) == [1, 2, 3]
    assert server.connections == 2


def test_one_poisonous_mail_does_not_take_the_ones_before_it_along() -> None:
    def script(peer: Peer) -> None:
        peer.welcome()
        peer.select()
        while (line := peer.hear()) and "FETCH" not in line:
            peer.say("* SEARCH 1 2", f"{line.split()[0]} OK done")
        if " 1 " in line:
            peer.say(_row(1), f"{line.split()[0]} OK done")
            peer.hear()
        peer.say("* 2 FETCH (UID 2 BODY[HEADER]<0> (((")

    with scripted(script) as server:
        account = ImapAccount(settings(server))
        batches = account.fetch("INBOX", Role.INBOX, 7, [(1, 9)])
        assert [message.ref.uid for message in next(batches) if message.ref] == [1]
        with pytest.raises(UnreachableError):
            next(batches)
        account.close()


def uids_of(text: str) -> list[int]:
    """The UIDs of a set as a command writes it."""
    spans = [[int(end) for end in span.split(":")] for span in text.split(",")]
    return [uid for span in spans for uid in range(span[0], span[-1] + 1)]


def _hoarding(withheld: set[int], end: str = "") -> Callable[[Peer], None]:
    """A server that answers ``end`` where it is asked for some mails, or hangs up."""

    def script(peer: Peer) -> None:
        peer.welcome()
        peer.select()
        while line := peer.hear():
            tag, _, rest = line.partition(" ")
            if not rest.startswith("UID FETCH"):
                known = "* SEARCH 1 2 3 4" if "SEARCH" in rest else "* OK [UIDVALIDITY 7] valid"
                peer.say(known, f"{tag} OK done")
                continue
            asked = uids_of(rest.split()[2])
            if withheld & set(asked):
                if not end:
                    return
                peer.say(f"{tag} {end}")
                continue
            peer.say(*(_row(uid) for uid in asked), f"{tag} OK done")

    return script


@pytest.mark.parametrize("end", ["", "NO some messages could not be fetched", "BAD what?"])
def test_a_mail_that_is_not_handed_out_does_not_keep_those_behind_it(end: str) -> None:
    with scripted(_hoarding({2}, end)) as server:
        account = ImapAccount(settings(server))
        batches = list(account.fetch("INBOX", Role.INBOX, 7, [(1, 9)]))
        account.close()
    came = [(one.ref.uid, bool(one.withheld)) for batch in batches for one in batch if one.ref]
    assert came == [(1, False), (2, True), (3, False), (4, False)]
    assert all(one.withheld.isprintable() for batch in batches for one in batch)


def test_mails_side_by_side_that_are_not_handed_out_are_withheld_if_the_newest_comes() -> None:
    with scripted(_hoarding({2, 3})) as server:
        account = ImapAccount(settings(server))
        batches = list(account.fetch("INBOX", Role.INBOX, 7, [(1, 9)]))
        account.close()
    came = [(one.ref.uid, bool(one.withheld)) for batch in batches for one in batch if one.ref]
    assert came == [(1, False), (2, True), (3, True), (4, False)]


def test_a_mail_asked_for_alone_is_withheld_if_the_newest_comes() -> None:
    """So it is tried again and counted while nothing new comes behind it."""
    with scripted(_hoarding({2})) as server:
        account = ImapAccount(settings(server))
        ((one,),) = account.fetch("INBOX", Role.INBOX, 7, [(2, 2)])
        account.close()
    assert "broke off" in one.withheld


@pytest.mark.parametrize("withheld", [{4}, {1, 2, 3, 4}, {3, 4}])
def test_where_it_may_be_the_server_nothing_is_called_withheld(withheld: set[int]) -> None:
    with scripted(_hoarding(withheld)) as server:
        account = ImapAccount(settings(server))
        came: list[RawMessage] = []
        batches = account.fetch("INBOX", Role.INBOX, 7, [(1, 9)])
        with pytest.raises(UnreachableError):
            came.extend(one for batch in batches for one in batch)
        account.close()
    assert not any(one.withheld for one in came)


def test_a_busy_server_is_not_asked_for_each_mail() -> None:
    with scripted(_hoarding({2}, "NO [OVERQUOTA] enough for today")) as server:
        account = ImapAccount(settings(server))
        with pytest.raises(UnreachableError) as caught:
            list(account.fetch("INBOX", Role.INBOX, 7, [(1, 9)]))
        account.close()
    assert caught.value.kind == QUOTA
    assert sum("FETCH" in line for line in server.heard) == 1


def test_an_answer_that_mixes_everything_is_read_by_uid() -> None:
    """Unsolicited data, another order, duplicates, a strange date (rule I06)."""

    def script(peer: Peer) -> None:
        peer.welcome()
        peer.select()
        peer.answer("* SEARCH 3", "* SEARCH 1 2 99", "* 4 EXPUNGE")
        peer.answer(
            _row(3, date="not a date"),
            "* 12 EXISTS",
            "* 1 FETCH (UID 1 FLAGS (\\Seen))",
            _row(1),
            _row(1),
            "* 8 FETCH (UID 8 FLAGS (\\Flagged 123))",
            "* OK [ALERT] \x1b[2Jread this",
        )
        peer.select(exists=2)
        assert peer.answer("* SEARCH") == "UID SEARCH UID 2"
        peer.answer("* BYE bye")

    with scripted(script) as server:
        account = ImapAccount(settings(server))
        (batch,) = account.fetch("INBOX", Role.INBOX, 7, [(1, 9)])
        account.close()
    assert [message.ref.uid for message in batch if message.ref] == [1, 3]
    assert [message.received is None for message in batch] == [False, True]
    assert batch[0].body == b"hi\n"


def _leaving_out(answer: Callable[[int], bytes], there: str = "1 2 3") -> Callable[[Peer], None]:
    """A server with an OK to everything, and ``answer`` to each UID of a FETCH."""

    def script(peer: Peer) -> None:
        peer.welcome()
        searched = 0
        while line := peer.hear():
            tag, _, rest = line.partition(" ")
            told = ["* 3 EXISTS", "* OK [UIDNEXT 10] n", "* OK [UIDVALIDITY 7] valid"]
            if "SEARCH" in rest:
                told = [f"* SEARCH {there if searched else '1 2 3'}"]
                searched += 1
            if "UID FETCH" in rest:
                peer.say(*map(answer, uids_of(rest.split()[2])), f"{tag} OK done")
                continue
            peer.say(*told, f"{tag} OK done")

    return script


def _came(server: Scripted) -> list[tuple[int, bool]]:
    account = ImapAccount(settings(server))
    try:
        batches = list(account.fetch("INBOX", Role.INBOX, 7, [(1, 9)]))
    finally:
        account.close()
    return [(one.ref.uid, bool(one.withheld)) for batch in batches for one in batch if one.ref]


_STRUCTURE = b'BODYSTRUCTURE (%s "MIXED") ' % (b'("TEXT" "PLAIN" NIL NIL NIL "(\\"" 10 1)' * 900)
_PARTIAL = b"BODY[HEADER]<0.262144>"


@pytest.mark.parametrize(
    "answer",
    [
        b"* 2 EXISTS",
        b"* 2 FETCH (UID 2 FLAGS ())",
        _row(2).replace(b"UID 2 ", b""),
        _row(2).replace(b"BODY[HEADER]<0>", b"BODY[MIME]<0>"),
    ],
)
def test_a_mail_that_is_there_and_left_out_of_an_answer_is_withheld(answer: bytes) -> None:
    with scripted(_leaving_out(lambda uid: answer if uid == 2 else _row(uid))) as server:
        assert _came(server) == [(1, False), (2, True), (3, False)]


def test_a_mail_that_is_left_out_because_it_is_gone_is_no_fault() -> None:
    answer = _leaving_out(lambda uid: b"* 2 EXISTS" if uid == 2 else _row(uid), there="")
    with scripted(answer) as server:
        assert _came(server) == [(1, False), (3, False)]


@pytest.mark.parametrize("answer", [b"* 2 EXISTS", b"* 2 FETCH (FLAGS ())"])
def test_an_ok_with_nothing_that_can_be_used_is_nonsense(answer: bytes) -> None:
    with (
        scripted(_leaving_out(lambda _: answer)) as server,
        pytest.raises(UnreachableError, match="its header is not told"),
    ):
        _came(server)


@pytest.mark.parametrize(
    "changed",
    [
        lambda row: row.replace(b"UID 2 ", b"UID 2 " + _STRUCTURE),
        lambda row: row.replace(b"(UID 2 ", b"(" + _STRUCTURE + b"UID 2 "),
        lambda row: row[:-1] + b" " + _STRUCTURE[:-1] + b")",
        lambda row: row.replace(b"BODY[HEADER]<0>", _PARTIAL),
    ],
)
def test_what_was_not_asked_for_or_is_named_otherwise_costs_no_mail(
    changed: Callable[[bytes], bytes],
) -> None:
    with scripted(_leaving_out(lambda uid: changed(_row(2)) if uid == 2 else _row(uid))) as server:
        assert _came(server) == [(1, False), (2, False), (3, False)]


_SECRET = b"Return-Path: <ann@private.example>\r\n\r\n"


@pytest.mark.parametrize(
    "answer",
    [
        _row(2, _SECRET).replace(b"<0> {3}", b"<0> {1}"),
        _row(2, _SECRET).replace(b"{%d}" % len(_SECRET), b"{4}"),
        _row(2, _SECRET).replace(b"FLAGS ()", b"FLAGS (("),
        b"* 2 FETCH (UID 2 BODY[Return-Path: <ann@private.example>] (a))",
        b"* 2 FETCH (UID <ann@private.example> FLAGS ())",
        b"* <ann@private.example> FETCH (UID 2)",
        b"* 2 FETCH <ann@private.example>",
        b"<ann@private.example> Return-Path",
        b"A1A1 OK <ann@private.example> Return-Path",
        b'* 2 FETCH (UID 2 BODY[TEXT]<0> "Return-Path: private.example)',
    ],
)
def test_no_message_repeats_what_could_not_be_read(
    answer: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with scripted(_leaving_out(lambda _: answer)) as server:
        with pytest.raises(UnreachableError) as caught:
            _came(server)
        port = server.port
    told = f"{caught.value.message} {caught.value.next_step} {caplog.text}".lower()
    assert f"(127.0.0.1:{port})" in told
    assert not any(word in told for word in ("return-path", "private", "ann@"))


def test_a_changed_uidvalidity_after_the_reconnect_ends_the_fetch() -> None:
    def first(peer: Peer) -> None:
        peer.welcome()
        peer.select()
        peer.answer("* SEARCH 1 2")
        peer.hear()

    def second(peer: Peer) -> None:
        peer.welcome()
        peer.select(uidvalidity=8)
        peer.hear()

    with scripted(first, second) as server, pytest.raises(UnreachableError, match="UIDVALIDITY"):
        _fetching(server)


def test_a_huge_mailbox_is_listed_in_windows() -> None:
    asked: list[str] = []

    def script(peer: Peer) -> None:
        peer.welcome()
        peer.select(uidnext=4_000_000_000, exists=60_000)
        asked.extend(peer.answer("* 1 FETCH (UID 3999999999)") for _ in range(12))
        peer.hear()

    with scripted(script) as server:
        account = ImapAccount(settings(server))
        batches = account.fetch("INBOX", Role.INBOX, 7, [(1, 3_999_999_998)])
        assert list(batches) == []
        account._session.drop()  # type: ignore[union-attr]
    assert asked[0] == "FETCH 1:5000 (UID)"
    assert asked[-1] == "FETCH 55001:60000 (UID)"


def test_a_server_without_uidnext_and_with_unstable_uids() -> None:
    def script(peer: Peer) -> None:
        peer.welcome()
        while command := peer.hear():
            tag, _, rest = command.partition(" ")
            opened = ("* 2 EXISTS", "* OK [UIDVALIDITY 7] v", "* NO [UIDNOTSTICKY] sorry")
            told = ('* STATUS "INBOX" (UIDNEXT 44)',) if rest.startswith("STATUS") else opened
            peer.say(*told, f"{tag} OK done")

    with scripted(script) as server:
        account = ImapAccount(settings(server))
        for _ in range(2):
            state = account.state("INBOX")
            assert (state.uidvalidity, state.uidnext, state.exists) == (0, 44, 2)
        account.close()
    commands = [line.split()[1] for line in server.heard if len(line.split()) > 1]
    assert commands[-6:] == ["EXAMINE", "SELECT", "STATUS", "SELECT", "STATUS", "LOGOUT"]


def test_a_connection_that_died_while_idle_is_replaced_unseen() -> None:
    def first(peer: Peer) -> None:
        peer.welcome()
        peer.select()

    def second(peer: Peer) -> None:
        peer.welcome()
        peer.select(exists=11, uidnext=12)
        peer.answer("* BYE bye")

    with scripted(first, second) as server:
        account = ImapAccount(settings(server))
        assert account.state("INBOX").exists == 9
        assert account.state("INBOX").exists == 11
        account.close()
    assert server.connections == 2


def test_a_mailbox_that_cannot_be_opened_leaves_the_connection_as_it_is() -> None:
    def script(peer: Peer) -> None:
        peer.welcome()
        peer.answer(end="NO [NONEXISTENT] Unknown \x1b[1mMailbox")
        peer.select()
        peer.answer("* BYE bye")

    with scripted(script) as server:
        account = ImapAccount(settings(server))
        with pytest.raises(MailboxError) as caught:
            account.state("Spam")
        assert caught.value.message.isprintable()
        assert account.state("INBOX").exists == 9
        account.close()
    assert server.connections == 1


# Writing


def test_a_read_only_mailbox_is_a_note() -> None:
    def script(peer: Peer) -> None:
        peer.welcome()
        for _ in range(2):
            peer.answer(
                "* 1 EXISTS",
                "* OK [UIDVALIDITY 7] v",
                "* OK [PERMANENTFLAGS ()] none",
                end="OK [READ-ONLY] done",
            )
        peer.answer("* BYE bye")

    with scripted(script) as server:
        account = ImapAccount(settings(server))
        assert "read-only" in account.mark_answered(MessageRef("support", "Spam", 7, 1))
        account.close()
    assert not any("STORE" in line for line in server.heard)


def test_a_server_that_keeps_no_keywords_gets_only_the_system_flag() -> None:
    def script(peer: Peer) -> None:
        peer.welcome()
        peer.answer(
            "* 1 EXISTS",
            "* OK [UIDVALIDITY 7] v",
            "* OK [PERMANENTFLAGS (\\Answered \\Seen)] no keywords",
        )
        peer.answer()
        peer.answer("* 1 FETCH (UID 1 FLAGS (\\Answered))")
        peer.answer("* BYE bye")

    with scripted(script) as server:
        account = ImapAccount(settings(server))
        assert account.mark_answered(MessageRef("support", "INBOX", 7, 1)) == ""
        account.close()
    stored = [line for line in server.heard if "STORE" in line]
    assert len(stored) == 1
    assert stored[0].endswith("UID STORE 1 +FLAGS.SILENT (\\Answered)")


@pytest.mark.parametrize("kept", ["\\Answered \\*", "\\Answered"])
def test_where_people_use_the_answered_flag_only_the_keyword_is_set(kept: str) -> None:
    def script(peer: Peer) -> None:
        peer.welcome()
        peer.answer("* 1 EXISTS", "* OK [UIDVALIDITY 7] v", f"* OK [PERMANENTFLAGS ({kept})] these")
        while peer.answer("* 1 FETCH (UID 1 FLAGS ($InboxwatchReplied))"):
            pass

    with scripted(script) as server:
        account = ImapAccount(settings(server, answered_flag=False))
        assert account.mark_answered(MessageRef("support", "INBOX", 7, 1)) == ""
        account.close()
    stored = [line.partition("UID STORE ")[2] for line in server.heard if "STORE" in line]
    assert stored == (["1 +FLAGS.SILENT ($InboxwatchReplied)"] if "*" in kept else [])


@pytest.mark.parametrize(
    ("end", "kind"),
    [
        ("NO [TRYCREATE] no such mailbox", MailboxError),
        ("NO [OVERQUOTA] full", UnreachableError),
        ("NO it is read-only", MailboxError),
    ],
)
def test_an_append_that_is_refused_is_not_tried_again(end: str, kind: type[AccountError]) -> None:
    def script(peer: Peer) -> None:
        peer.welcome()
        peer.select()
        peer.answer("* SEARCH")
        tag = peer.hear().partition(" ")[0]
        peer.say(f"{tag} {end}")
        peer.answer("* BYE bye")

    with scripted(script) as server:
        account = ImapAccount(settings(server))
        with pytest.raises(kind):
            account.append(
                "Sent", b"a: b\r\n\r\n", ["\\Seen"], datetime(2026, 11, 18, tzinfo=UTC), "<a@x>"
            )
        account.close()
    assert sum("APPEND" in line for line in server.heard) == 1
    assert server.connections == 1


def test_nothing_of_a_conversation_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    def script(peer: Peer) -> None:
        peer.welcome()
        peer.select()
        peer.answer("* SEARCH 1")
        peer.answer(_row(1, b"Subject: canary-subject\r\n\r\n"))
        peer.answer("* BYE bye")

    with caplog.at_level(logging.DEBUG), scripted(script) as server:
        account = ImapAccount(settings(server))
        assert len(list(account.fetch("INBOX", Role.INBOX, 7, [(1, 9)]))) == 1
        assert account._session._wire._imap.debug == 0  # type: ignore[union-attr]
        account.close()
    assert SECRET not in caplog.text
    assert "canary-subject" not in caplog.text
    assert SECRET not in repr(settings(server))


# What a server says about the login


@pytest.mark.parametrize("end", ["NO {}", "BAD {}", "* BYE {}", "garbage {}"])
def test_a_server_that_repeats_the_login_does_not_get_it_into_our_words(end: str) -> None:
    def script(peer: Peer) -> None:
        peer.say("* OK ready")
        peer.answer("* CAPABILITY IMAP4rev1")
        command = peer.hear()
        tag, _, rest = command.partition(" ")
        told = end.format(f"cannot {rest}")
        peer.say(told if end.startswith(("*", "g")) else f"{tag} {told}")

    with scripted(script) as server:
        connecting(server)  # which looks for the secret in the message


@pytest.mark.parametrize(
    ("uidvalidity", "uidnext"), [(2**63, 4), (7, 2**63 + 1), (2**32, 4), (7, 2**32)]
)
def test_numbers_beyond_32_bits_are_a_fault_of_this_server_alone(
    uidvalidity: int, uidnext: int
) -> None:
    def script(peer: Peer) -> None:
        peer.welcome()
        peer.select(uidvalidity=uidvalidity, uidnext=uidnext)

    with scripted(script) as server:
        account = ImapAccount(settings(server))
        account.connect()
        with pytest.raises(UnreachableError):
            account.state("INBOX")
        account.close()


def refused_state(**numbers: int) -> UnreachableError:
    """The error of asking where a mailbox stands that is said to be like this."""

    def script(peer: Peer) -> None:
        peer.welcome()
        peer.select(**numbers)

    with scripted(script) as server:
        account = ImapAccount(settings(server))
        account.connect()
        with pytest.raises(UnreachableError, match="spoke nonsense") as caught:
            account.state("INBOX")
        account.close()
    assert type(caught.value) is UnreachableError
    assert "support (127.0.0.1:" in caught.value.message
    return caught.value


@pytest.mark.parametrize(
    ("exists", "uidnext"),
    [
        (4_000_000_000, 4_294_967_295),
        (20_000_001, 4_294_967_295),
        (2**32, 10),
        (9, 2**32),
        (9, 1),
        (10, 10),
        (4_000_000_000, 10),
    ],
)
def test_numbers_that_cannot_be_true_are_told_as_nonsense(exists: int, uidnext: int) -> None:
    error = refused_state(exists=exists, uidnext=uidnext)
    assert str(exists) in error.message or str(uidnext) in error.message


@pytest.mark.parametrize(
    ("exists", "uidnext"),
    [(0, 1), (1, 2), (3, 4_294_967_295), (20_000_000, 4_294_967_295), (0, 4_294_967_295)],
)
def test_numbers_that_can_be_true_are_taken(exists: int, uidnext: int) -> None:
    def script(peer: Peer) -> None:
        peer.welcome()
        peer.select(exists=exists, uidnext=uidnext, uidvalidity=4_294_967_295)
        peer.answer("* BYE bye")

    with scripted(script) as server:
        account = ImapAccount(settings(server))
        state = account.state("INBOX")
        account.close()
    assert (state.uidvalidity, state.uidnext, state.exists) == (4_294_967_295, uidnext, exists)


def test_a_uidnext_of_nothing_with_mails_there_is_nonsense() -> None:
    def script(peer: Peer) -> None:
        peer.welcome()
        for _ in ("EXAMINE", "SELECT"):
            peer.answer("* 2 EXISTS", "* OK [UIDVALIDITY 7] v")
        peer.answer('* STATUS "INBOX" (UIDNEXT 2)')

    with scripted(script) as server:
        account = ImapAccount(settings(server))
        with pytest.raises(UnreachableError, match="2 mails below the UID 2"):
            account.state("INBOX")
        account.close()


def test_a_huge_and_almost_empty_range_of_uids_is_one_search() -> None:
    last = 4_294_967_294

    def script(peer: Peer) -> None:
        peer.welcome()
        peer.select(uidnext=last + 1, exists=3)
        assert peer.answer(f"* SEARCH 1 2000000000 {last}").endswith(f"UID SEARCH UID 1:{last}")
        peer.answer(_row(1), _row(2_000_000_000), _row(last))
        peer.answer("* BYE bye")

    with scripted(script) as server:
        account = ImapAccount(settings(server))
        (batch,) = account.fetch("INBOX", Role.INBOX, 7, [(1, last)])
        account.close()
    assert [message.ref.uid for message in batch if message.ref] == [1, 2_000_000_000, last]


def test_a_window_without_a_single_mail_ends_the_listing() -> None:
    def script(peer: Peer) -> None:
        peer.welcome()
        peer.select(uidnext=4_294_967_295, exists=19_000_000)
        peer.answer("* 1 FETCH (UID 4294967295)")
        peer.answer()
        peer.hear()

    with scripted(script) as server:
        account = ImapAccount(settings(server))
        with pytest.raises(UnreachableError, match="spoke nonsense"):
            list(account.fetch("INBOX", Role.INBOX, 7, [(1, 4_294_967_294)]))
        account.close()
    assert sum(" FETCH " in line for line in server.heard) == 2


@pytest.mark.parametrize(
    "items",
    [
        b"FLAGS 7",
        b"FLAGS \\Seen",
        b"FLAGS () BODY[HEADER]<0> (a b)",
        b"FLAGS () BODY[HEADER]<0> {0}\r\n BODY[TEXT]<0> (a b)",
    ],
)
def test_a_fetch_of_the_wrong_shape_is_nonsense(items: bytes) -> None:
    def script(peer: Peer) -> None:
        peer.welcome()
        peer.select()
        peer.answer("* SEARCH 1")
        peer.answer(b"* 1 FETCH (UID 1 " + items + b")")

    with scripted(script) as server:
        with pytest.raises(UnreachableError, match="spoke nonsense") as caught:
            _fetching(server)
        assert caught.value.message.isprintable()
        account = ImapAccount(settings(server))
        with pytest.raises(UnreachableError):
            list(account.fetch("INBOX", Role.INBOX, 7, [(1, 9)], headers_only=True))
        account.close()


def test_flags_of_the_wrong_shape_are_nonsense_where_they_are_asked_for() -> None:
    def script(peer: Peer) -> None:
        peer.welcome()
        peer.select()
        peer.answer("* 1 FETCH (UID 1 FLAGS 7)")

    with scripted(script) as server:
        account = ImapAccount(settings(server))
        with pytest.raises(UnreachableError, match="spoke nonsense"):
            account.flags("INBOX", 7, [1])
        account.close()


# Connecting early


def test_a_login_that_was_begun_is_the_one_that_is_used() -> None:
    def script(peer: Peer) -> None:
        peer.welcome()
        peer.select()

    with scripted(script) as server:
        account = ImapAccount(settings(server))
        account.begin()
        account.connect()
        assert account.state("INBOX").uidvalidity == 7
        account.close()
    assert server.connections == 1


def test_a_login_that_was_begun_and_refused_is_told_to_whoever_asks() -> None:
    def script(peer: Peer) -> None:
        peer.say("* OK ready")
        peer.answer(f"* CAPABILITY {CAPABILITIES}")
        peer.login("NO [AUTHENTICATIONFAILED] no")

    with scripted(script) as server:
        account = ImapAccount(settings(server))
        account.begin()
        for _ in range(2):
            with pytest.raises(LoginRefusedError):
                account.connect()
        account.close()
    assert server.connections == 1


def test_an_account_that_was_begun_and_never_used_is_closed() -> None:
    with scripted(lambda peer: peer.welcome()) as server:
        account = ImapAccount(settings(server))
        account.begin()
        account.close()
    assert server.connections == 1


def drip(peer: Peer, begin: str) -> None:
    """An octet now and then, each in good time, and never an end."""
    with suppress(OSError):
        peer.connection.sendall(begin.encode())
        while True:
            peer.connection.sendall(b"x")
            Event().wait(0.05)


@pytest.mark.parametrize("when", ["greeting", "opening", "literal"])
def test_a_server_that_drips_is_left_in_the_end(when: str) -> None:
    def script(peer: Peer) -> None:
        if when != "greeting":
            peer.welcome()
            peer.hear()
        literal = "* 1 FETCH (UID 1 BODY[] {100000}\r\n"
        drip(peer, literal if when == "literal" else "* OK ")

    begun = time.monotonic()
    with scripted(script) as server:
        account = ImapAccount(settings(server, answer_timeout=0.5))
        with pytest.raises(UnreachableError) as caught:
            account.state("INBOX")
        account.close()
    assert "took longer than 0.5 seconds" in caught.value.message
    assert time.monotonic() - begun < 5.0


@pytest.mark.parametrize("end", ["NO", "BAD", "nonsense"])
def test_a_login_that_is_repeated_later_is_not_quoted(end: str) -> None:
    def script(peer: Peer) -> None:
        peer.welcome()
        peer.answer(end=f"{end} {SECRET} was your password")

    with scripted(script) as server:
        account = ImapAccount(settings(server))
        with pytest.raises(AccountError) as caught:
            account.state("INBOX")
        account.close()
    assert SECRET not in caught.value.message
    told = "".join(traceback.format_exception(caught.value))
    assert SECRET not in told.replace(f'SECRET = "{SECRET}"', "")
