"""Reading many mails: the next FETCH is on its way, and whatever breaks loses and doubles none."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from tests.support.dovecot import PASSWORD, USER, Dovecot, dovecot
from tests.support.proxy import After, proxy
from tests.support.scripted_imap import Peer, scripted

from inboxwatch.errors import UnreachableError
from inboxwatch.mail.imap import ImapAccount, ImapSettings
from inboxwatch.model.message import Role
from inboxwatch.ports import MailboxState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tests.support.proxy import Fault, Proxy
    from tests.support.scripted_imap import Scripted

    from inboxwatch.model.message import RawMessage

FIRST, SECOND = range(1, 51), range(51, 61)
"""Sixty mails are two FETCHes of headers."""


def account_at(server: Scripted) -> ImapAccount:
    where = ("support", server.host, server.port, "none", "support@acme.example", lambda: "pw")
    return ImapAccount(ImapSettings(*where, connect_timeout=2.0, read_timeout=1.0))


def headers(account: ImapAccount, last: int = 60) -> Iterator[tuple[RawMessage, ...]]:
    return account.fetch("INBOX", Role.INBOX, 7, [(1, last)], headers_only=True)


def uids(batches: Iterable[tuple[RawMessage, ...]]) -> list[int]:
    return [one.ref.uid for batch in batches for one in batch if one.ref]


def read(server: Scripted) -> list[int]:
    account = account_at(server)
    try:
        return uids(headers(account))
    finally:
        account.close()


def row(uid: int) -> bytes:
    header = b"Subject: %d\r\n\r\n" % uid
    size = len(header)
    return b"* %d FETCH (UID %d FLAGS () RFC822.SIZE 20 BODY[HEADER]<0> {%d}\r\n%s)" % (
        uid,
        uid,
        size,
        header,
    )


def rows(numbers: Iterable[int]) -> list[bytes]:
    return [row(uid) for uid in numbers]


def begin(peer: Peer, last: int = 60) -> None:
    """The login, EXAMINE, and a SEARCH that finds all."""
    peer.welcome()
    peer.select(uidnext=last + 1, exists=last)
    peer.answer(f"* SEARCH {' '.join(map(str, range(1, last + 1)))}")


def tag_of(command: str) -> str:
    return command.partition(" ")[0]


def wanted(command: str) -> list[int]:
    """The UIDs of a FETCH."""
    found = re.search(r"UID FETCH ([\d:,]+) ", command)
    assert found, command
    spans = [[int(end) for end in span.split(":")] for span in found[1].split(",")]
    return [uid for span in spans for uid in range(span[0], span[-1] + 1)]


def serve(peer: Peer) -> None:
    """Answer every FETCH of one mail or of many, and all else with OK."""
    while command := peer.hear():
        found = rows(wanted(command)) if "UID FETCH" in command else []
        peer.say(*found, f"{tag_of(command)} OK done")


def again(peer: Peer) -> None:
    """The connection after one that broke."""
    peer.welcome()
    peer.select(uidnext=61, exists=60)
    serve(peer)


def test_the_next_fetch_is_on_its_way_before_the_answer_to_this_one() -> None:
    def script(peer: Peer) -> None:
        begin(peer)
        first, second = peer.hear(), peer.hear()
        assert (wanted(first), wanted(second)) == (list(FIRST), list(SECOND))
        peer.say(*rows(FIRST), f"{tag_of(first)} OK done")
        peer.say(*rows(SECOND), f"{tag_of(second)} OK done")
        peer.answer("* BYE bye")

    with scripted(script) as server:
        assert read(server) == list(range(1, 61))
    assert server.connections == 1


def test_answers_to_both_may_come_in_any_order() -> None:
    """A server may work on two commands at once (RFC 9051 section 5.5)."""

    def script(peer: Peer) -> None:
        begin(peer)
        first, second = peer.hear(), peer.hear()
        peer.say(*rows(reversed(SECOND)), f"{tag_of(second)} OK done")
        peer.say("* 7 EXPUNGE", *rows(reversed(FIRST)), row(99), f"{tag_of(first)} OK done")
        peer.answer("* BYE bye")

    with scripted(script) as server:
        assert read(server) == list(range(1, 61))


def test_a_response_without_a_uid_is_about_nobody() -> None:
    """Its sequence number is no UID (rule I06)."""

    def script(peer: Peer) -> None:
        begin(peer, 3)
        peer.answer(*rows((1, 3)), "* 2 FETCH (FLAGS (\\Answered))", "* 3 FETCH (FLAGS (\\Seen))")
        peer.select(uidnext=4, exists=2)
        assert peer.answer("* SEARCH") == "UID SEARCH UID 2"
        peer.answer("* BYE bye")

    with scripted(script) as server:
        account = account_at(server)
        (batch,) = headers(account, 3)
        account.close()
    assert [(one.ref.uid, one.flags) for one in batch if one.ref] == [
        (1, frozenset()),
        (3, frozenset()),
    ]


@pytest.mark.parametrize("said", range(0, 62, 7))
def test_a_server_that_hangs_up_anywhere_loses_and_doubles_nothing(said: int) -> None:
    def first(peer: Peer) -> None:
        begin(peer)
        one, two = peer.hear(), peer.hear()
        ends = {50: f"{tag_of(one)} OK done", 60: f"{tag_of(two)} OK done"}
        for uid in range(1, said + 1):
            peer.say(row(uid), *([ends[uid]] if uid in ends else []))

    with scripted(first, again) as server:
        assert read(server) == list(range(1, 61))
    assert server.connections == 2 if said < 60 else 1


def test_a_server_that_hangs_up_inside_of_a_literal() -> None:
    def first(peer: Peer) -> None:
        begin(peer)
        one, _ = peer.hear(), peer.hear()
        peer.say(*rows(FIRST), f"{tag_of(one)} OK done", row(51)[:-9])

    with scripted(first, again) as server:
        assert read(server) == list(range(1, 61))


def test_a_refused_fetch_does_not_break_the_one_that_is_ahead() -> None:
    def script(peer: Peer) -> None:
        begin(peer)
        one, two = peer.hear(), peer.hear()
        peer.say(f"{tag_of(one)} NO [LIMIT] not now")
        peer.say(*rows(SECOND), f"{tag_of(two)} OK done")
        peer.select(uidnext=70, exists=60)
        peer.answer("* BYE bye")

    with scripted(script) as server:
        account = account_at(server)
        with pytest.raises(UnreachableError, match="refused fetching"):
            list(headers(account))
        assert account.state("INBOX").uidnext == 70
        account.close()
    assert server.connections == 1


def test_what_is_ahead_and_no_longer_wanted_is_passed_over() -> None:
    def script(peer: Peer) -> None:
        begin(peer)
        one, two = peer.hear(), peer.hear()
        peer.say(*rows(FIRST), f"{tag_of(one)} OK done", *rows(SECOND), f"{tag_of(two)} OK done")
        peer.select(uidnext=70)
        peer.answer("* BYE bye")

    with scripted(script) as server:
        account = account_at(server)
        batches = headers(account)
        assert uids([next(batches)]) == list(FIRST)
        batches.close()  # type: ignore[attr-defined]
        assert account.state("INBOX").uidnext == 70
        account.close()
    assert server.connections == 1


def test_whoever_closes_while_an_answer_is_ahead_does_not_wait_for_it() -> None:
    def script(peer: Peer) -> None:
        begin(peer)
        one, _ = peer.hear(), peer.hear()
        peer.say(*rows(FIRST), f"{tag_of(one)} OK done")
        peer.hear()

    with scripted(script) as server:
        account = account_at(server)
        assert uids([next(headers(account))]) == list(FIRST)
        account.close()
    assert not any("LOGOUT" in line for line in server.heard)


def _gigabytes(peer: Peer) -> None:
    peer.say("* 51 FETCH (UID 51 BODY[HEADER]<0> {8000000000}")
    peer.hear()


def _endless(peer: Peer) -> None:
    with suppress(OSError):
        for _ in range(30):
            peer.connection.sendall(b"* 51 FETCH (UID 51 " * 3000)
    peer.hear()


def _flood(peer: Peer) -> None:
    """Sixty-eight megabytes in small responses that nobody asked for."""
    octets = b"x" * 1_000_000
    for _ in range(68):
        peer.say(b"* 9 FETCH (UID 9 BODY[HEADER]<0> {%d}\r\n%s)" % (len(octets), octets))
        if peer.gone:
            return
    peer.hear()


@pytest.mark.parametrize(
    ("rude", "told"),
    [
        (_gigabytes, "8000000000 octets"),
        (_endless, "a line of more than"),
        (_flood, "longer than 67108864 octets"),
    ],
)
def test_a_flood_ends_the_conversation_and_keeps_what_came_before_and_behind(
    rude: Callable[[Peer], None], told: str
) -> None:
    def script(peer: Peer) -> None:
        peer.welcome()
        peer.select(uidnext=61, exists=60)
        while command := peer.hear():
            if "SEARCH" in command:
                found = [f"* SEARCH {' '.join(map(str, range(1, 61)))}"]
                peer.say(*found, f"{tag_of(command)} OK done")
            elif "FETCH" in command and 51 not in wanted(command):
                peer.say(*rows(wanted(command)), f"{tag_of(command)} OK done")
            elif "FETCH" in command:
                rude(peer)
                return

    with scripted(script) as server:
        account = account_at(server)
        batches = headers(account)
        came = [message for batch in batches for message in batch]
        account.close()
    assert uids([tuple(came)]) == list(range(1, 61))
    assert [(one.ref.uid, told in one.withheld) for one in came if one.ref and one.withheld] == [
        (51, True)
    ]
    assert server.connections == 3


def _keeping_back(bad: set[int], end: str, mails: int) -> Callable[[Peer], None]:
    """A server that answers ``end`` to every FETCH with some mails in it, or hangs up."""

    def script(peer: Peer) -> None:
        peer.welcome()
        while command := peer.hear():
            tag, there = tag_of(command), f"* SEARCH {' '.join(map(str, range(1, mails + 1)))}"
            opened = (
                f"* {mails} EXISTS",
                f"* OK [UIDNEXT {mails + 1}] n",
                "* OK [UIDVALIDITY 7] v",
            )
            if "UID FETCH" not in command:
                peer.say(*([there] if "SEARCH" in command else opened), f"{tag} OK done")
            elif not bad & set(wanted(command)):
                peer.say(*rows(wanted(command)), f"{tag} OK done")
            elif end:
                peer.say(f"{tag} {end}")
            else:
                return

    return script


@pytest.mark.parametrize("end", ["NO message is corrupt", "BAD what?", ""])
def test_a_mail_of_which_no_size_can_be_had_keeps_no_other_back(end: str) -> None:
    with scripted(_keeping_back({30}, end, 60)) as server:
        account = account_at(server)
        came = [one for batch in account.fetch("INBOX", Role.INBOX, 7, [(1, 60)]) for one in batch]
        account.close()
    assert uids([tuple(came)]) == list(range(1, 61))
    assert [one.ref.uid for one in came if one.ref and one.withheld] == [30]


def test_a_server_that_is_too_busy_for_sizes_is_left_alone() -> None:
    with scripted(_keeping_back({30}, "NO [OVERQUOTA] enough", 60)) as server:
        account = account_at(server)
        with pytest.raises(UnreachableError, match="enough"):
            list(account.fetch("INBOX", Role.INBOX, 7, [(1, 60)]))
        account.close()
    assert sum("UID FETCH" in line for line in server.heard) == 1


# A real server


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Dovecot]:
    """A mailbox with mails of all sizes, of which a first run takes several FETCHes."""
    with dovecot(tls=False) as running:
        for number in range(180):
            text = "A line of a letter to the team.\r\n" * (number % 30) ** 2
            octets = f"Subject: {number}\r\nMessage-ID: <{number}@a.example>\r\n\r\n{text}"
            running.deliver("INBOX", octets.encode(), datetime(2026, 11, 18, tzinfo=UTC))
        yield running


def fetched(between: Proxy, *, headers_only: bool) -> list[RawMessage]:
    where = ("support", between.host, between.port, "none", USER, lambda: PASSWORD)
    account = ImapAccount(ImapSettings(*where, connect_timeout=2.0, read_timeout=2.0))
    try:
        state = account.states(("INBOX",))["INBOX"]
        assert isinstance(state, MailboxState)
        wanted = [(1, state.uidnext - 1)]
        batches = account.fetch(
            "INBOX", Role.INBOX, state.uidvalidity, wanted, headers_only=headers_only
        )
        return [one for batch in batches for one in batch]
    finally:
        account.close()


@pytest.mark.dovecot
@pytest.mark.parametrize("headers_only", [True, False])
@pytest.mark.parametrize("reset", [False, True])
def test_a_real_server_that_hangs_up_anywhere_loses_and_doubles_nothing(
    mailbox: Dovecot, headers_only: bool, reset: bool
) -> None:
    with proxy(mailbox.host, mailbox.plain_port) as between:
        whole = fetched(between, headers_only=headers_only)
        assert len({one.ref for one in whole}) == 180
        length = between.from_server
        for share in range(1, 20):
            faults: Iterator[Fault | None] = iter([After(length * share // 20, reset=reset)])
            between.faults = lambda left=faults: next(left, None)
            assert fetched(between, headers_only=headers_only) == whole


# Sizes


def test_the_sizes_of_many_mails_say_how_many_are_fetched_at_once() -> None:
    fetched: list[list[int]] = []

    def script(peer: Peer) -> None:
        begin(peer, 70)
        asked = peer.hear()
        assert asked.endswith("UID FETCH 1:70 (UID RFC822.SIZE)")
        small = [f"* {uid} FETCH (UID {uid} RFC822.SIZE 10000)" for uid in range(1, 61)]
        large = [f"* {uid} FETCH (UID {uid} RFC822.SIZE 900000000)" for uid in range(61, 69)]
        peer.say(*small, *large, f"{tag_of(asked)} OK done")
        while "FETCH" in (command := peer.hear()):
            fetched.append(wanted(command))
            peer.say(*rows(fetched[-1]), f"{tag_of(command)} OK done")
        peer.say(f"{tag_of(command)} OK done")

    with scripted(script) as server:
        account = account_at(server)
        batches = list(account.fetch("INBOX", Role.INBOX, 7, [(1, 70)]))
        account.close()
    assert fetched == [list(range(1, 64)), list(range(64, 69)), [69, 70]]
    assert uids(batches) == list(range(1, 71))
    assert all(len(batch) <= 50 for batch in batches)


# A text behind a large file

HEAD = b"Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
FILE = b"--b\r\nContent-Type: application/pdf\r\n\r\n".ljust(128 * 1024, b"A")


def large(uid: int) -> bytes:
    head = b"BODY[HEADER]<0> {%d}\r\n%s" % (len(HEAD), HEAD)
    text = b"BODY[TEXT]<0> {%d}\r\n%s" % (len(FILE), FILE)
    return b"* %d FETCH (UID %d FLAGS () RFC822.SIZE 900000 %s %s)" % (uid, uid, head, text)


def bodies(server: Scripted) -> list[bytes]:
    account = account_at(server)
    try:
        batches = account.fetch("INBOX", Role.INBOX, 7, [(1, 9)])
        return [one.body for batch in batches for one in batch]
    finally:
        account.close()


def test_the_text_behind_a_file_is_asked_for_by_its_part() -> None:
    def script(peer: Peer) -> None:
        begin(peer, 2)
        peer.answer(large(1), row(2))
        assert peer.answer(
            '* 1 FETCH (UID 1 BODYSTRUCTURE (("application" "pdf" NIL NIL NIL "BASE64" 800000)'
            '("text" "plain" NIL NIL NIL "7BIT" 5 1) "mixed"))'
        ).endswith("UID FETCH 1 (UID BODYSTRUCTURE)")
        assert "BODY.PEEK[2]<0.65536>" in peer.answer(
            "* 1 FETCH (UID 1 BODY[2.MIME]<0> {0}\r\n BODY[2]<0> {5}\r\nHello)"
        )
        peer.answer("* BYE bye")

    with scripted(script) as server:
        first, second = bodies(server)
    assert first.endswith(b"Hello\r\n--b--\r\n")
    assert second == b""


@pytest.mark.parametrize(
    "said",
    [
        ["* BYE I do not understand that mail"],
        ["* 1 FETCH (UID 1 BODYSTRUCTURE (((((("],
        ["* 1 FETCH (UID 1 BODYSTRUCTURE " + "(" * 5000 + ")" * 5000 + ")"],
        ["* 1 FETCH (UID 1 BODYSTRUCTURE (" + "x" * 1_100_000],
        ["* 1 FETCH (UID 1 BODYSTRUCTURE NIL)"],
        ["* 1 FETCH (UID 1 BODYSTRUCTURE 7)"],
    ],
)
def test_a_structure_that_breaks_the_conversation_leaves_the_mail_as_it_was(
    said: list[str],
) -> None:
    def first(peer: Peer) -> None:
        begin(peer, 2)
        peer.answer(large(1), row(2))
        peer.hear()
        peer.say(*said)

    with scripted(first) as server:
        assert bodies(server) == [FILE, b""]


def test_a_structure_that_is_refused_leaves_the_mail_as_it_was() -> None:
    def script(peer: Peer) -> None:
        begin(peer, 1)
        peer.answer(large(1))
        peer.answer(end="NO [SERVERBUG] internal error")
        peer.answer("* BYE bye")

    with scripted(script) as server:
        assert bodies(server) == [FILE]
    assert server.connections == 1


def test_a_structure_of_thousands_of_parts_is_passed_over() -> None:
    part = '("text" "plain" NIL NIL NIL "7BIT" 5 1)'

    def script(peer: Peer) -> None:
        begin(peer, 1)
        peer.answer(large(1))
        peer.answer(f'* 1 FETCH (UID 1 BODYSTRUCTURE ({part * 2000} "mixed"))')
        peer.answer("* BYE bye")

    with scripted(script) as server:
        assert bodies(server) == [FILE]
    assert server.connections == 1


def test_after_a_structure_that_broke_the_conversation_none_is_asked_for() -> None:
    def first(peer: Peer) -> None:
        begin(peer, 3)
        peer.answer(large(1), large(2), row(3))
        peer.hear()
        peer.say("* BYE I do not understand that mail")

    with scripted(first) as server:
        assert bodies(server) == [FILE, FILE, b""]
    assert sum("BODYSTRUCTURE" in line for line in server.heard) == 1
    assert server.connections == 1
