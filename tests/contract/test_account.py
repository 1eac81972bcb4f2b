"""What every Account does, in memory or over IMAP."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from inboxwatch.core.message.parse import parse
from inboxwatch.errors import MailboxError, UnreachableError
from inboxwatch.model.message import MessageRef, Role

if TYPE_CHECKING:
    from tests.support.accounts import Server

WHEN = datetime(2026, 11, 18, 8, 30, 5, tzinfo=UTC)
HOSTILE_IDS = (
    '<a@x>"\r\nX1 DELETE Spam\r\n',
    "<a@x>\nX1 DELETE Spam",
    "<a b@x>",
    "a@x",
    "<" + "a" * 300 + "@x>",
    "<ä@x>",
    "",
)


def mail(number: int, text: str = "Hello.", extra: str = "") -> bytes:
    lines = (
        *([extra] if extra else []),
        f"Message-ID: <m{number}@customer.example>",
        "From: ann@customer.example",
        "To: support@acme.example",
        f"Subject: Question {number}",
        "",
        text,
        "",
    )
    return "\r\n".join(lines).encode()


def test_the_mailboxes_of_each_role_are_found(server: Server) -> None:
    found = server.account.mailboxes()
    assert (found.inbox, found.junk, found.sent, found.drafts, found.notes) == (
        "INBOX",
        (server.spam,),
        server.sent,
        server.box("Drafts"),
        (),
    )


def test_an_empty_mailbox_has_a_state_and_no_mail(server: Server) -> None:
    state = server.account.state("INBOX")
    assert (state.uidnext, state.exists) == (server.base + 1, 0)
    assert state.uidvalidity > 0
    assert server.all("INBOX") == []


def test_new_mail_shows_in_the_next_state(server: Server) -> None:
    before = server.account.state("INBOX")
    server.put("INBOX", mail(1), WHEN)
    after = server.account.state("INBOX")
    assert (after.uidnext, after.exists) == (before.uidnext + 1, 1)
    assert after.uidvalidity == before.uidvalidity


def test_all_states_at_once_are_those_of_each_mailbox(server: Server) -> None:
    server.put("INBOX", mail(1), WHEN)
    server.put(server.spam, mail(2), WHEN)
    server.put(server.box("迷惑メール"), mail(3), WHEN)
    names = ("INBOX", server.spam, server.sent, server.box("迷惑メール"))
    told = server.account.states(names)
    one_by_one = {name: server.account.state(name) for name in names}
    assert list(told) == list(names)
    assert {name: (one.uidvalidity, one.uidnext, one.exists) for name, one in told.items()} == {
        name: (one.uidvalidity, one.uidnext, one.exists) for name, one in one_by_one.items()
    }
    server.put(server.spam, mail(4), WHEN)  # while Sent or another is the opened one
    assert server.account.states((server.spam,))[server.spam].exists == 2
    assert server.account.states(()) == {}


def test_a_mailbox_that_is_not_there_leaves_the_states_of_the_others(server: Server) -> None:
    server.put("INBOX", mail(1), WHEN)
    missing = ("No such mailbox", 'Na"me', "*", "Spa%")
    told = server.account.states((*missing[:2], "INBOX", *missing[2:], server.spam))
    assert [type(told[name]) for name in missing] == [MailboxError] * 4
    assert (told["INBOX"].exists, told[server.spam].exists) == (1, 0)


def test_new_mail_shows_in_the_next_state_of_a_mailbox_that_is_open(server: Server) -> None:
    server.put("INBOX", mail(1), WHEN)
    assert server.numbers(server.all("INBOX")) == [1]
    server.put("INBOX", mail(2), WHEN)
    assert server.account.state("INBOX").exists == 2
    assert server.numbers(server.all("INBOX")) == [1, 2]


def test_a_mail_comes_with_everything_the_server_knows(server: Server) -> None:
    server.put(server.spam, mail(7, "Three\r\n\r\nparagraphs"), WHEN)
    (found,) = server.all(server.spam, Role.JUNK)
    uidvalidity = server.account.state(server.spam).uidvalidity
    assert found.ref == MessageRef("support", server.spam, uidvalidity, server.base + 1)
    assert found.source == f"support/{server.spam};uid={server.base + 1}"
    assert found.role is Role.JUNK
    assert found.header.startswith(b"Message-ID: <m7@customer.example>\r\n")
    assert found.header.endswith(b"Subject: Question 7\r\n")
    assert found.body == b"Three\r\n\r\nparagraphs\r\n"
    assert found.received == WHEN
    assert found.received.tzinfo is not None
    assert found.size == len(mail(7, "Three\r\n\r\nparagraphs"))


def test_headers_alone(server: Server) -> None:
    server.put("INBOX", mail(1), WHEN)
    (found,) = server.all("INBOX", headers_only=True)
    assert found.body == b""
    assert b"Subject: Question 1" in found.header
    assert found.size > len(found.header)


def test_reading_changes_no_flag(server: Server) -> None:
    for number in range(3):
        server.put("INBOX", mail(number), WHEN)
    state = server.account.state("INBOX")
    uids = server.uids(1, 2, 3)
    before = server.account.flags("INBOX", state.uidvalidity, uids)
    server.all("INBOX")
    server.all("INBOX", headers_only=True)
    after = server.account.flags("INBOX", state.uidvalidity, uids)
    assert before == after == dict.fromkeys(uids, frozenset())


def test_ranges_with_holes_and_beyond_the_end(server: Server) -> None:
    for number in range(12):
        server.put("INBOX", mail(number), WHEN)
    state = server.account.state("INBOX")
    for uid in server.uids(3, 9):
        server.remove("INBOX", uid)

    def fetched(*ranges: tuple[int, int]) -> list[int]:
        wanted = [(server.base + first, server.base + last) for first, last in ranges]
        batches = server.account.fetch("INBOX", Role.INBOX, state.uidvalidity, wanted)
        return server.numbers(message for batch in batches for message in batch)

    assert fetched((2, 5), (8, 10)) == [2, 4, 5, 8, 10]
    assert fetched((8, 10), (2, 2)) == [2, 8, 10]
    assert fetched((3, 3)) == []
    assert fetched((12, 500)) == [12]
    assert fetched((13, 500)) == []
    assert fetched() == []


def test_mail_from_long_before_need_not_be_brought(server: Server) -> None:
    for days in (40, 9, 3, 0):
        server.put("INBOX", mail(days), WHEN - timedelta(days=days))
    state = server.account.state("INBOX")
    ranges = [(1, state.uidnext - 1)]

    def since(days: int) -> list[int]:
        batches = server.account.fetch(
            "INBOX", Role.INBOX, state.uidvalidity, ranges, since=WHEN - timedelta(days=days)
        )
        return server.numbers(message for batch in batches for message in batch)

    assert since(50) == [1, 2, 3, 4]
    assert since(5) == [3, 4]
    assert since(0) == [4]


def test_batches_are_bounded_and_uids_rise(server: Server) -> None:
    for number in range(120):
        server.put("INBOX", mail(number), WHEN + timedelta(seconds=number))
    state = server.account.state("INBOX")
    ranges = [(1, state.uidnext - 1)]
    batches = list(server.account.fetch("INBOX", Role.INBOX, state.uidvalidity, ranges))
    assert all(0 < len(batch) <= 50 for batch in batches)
    assert server.numbers(m for batch in batches for m in batch) == list(range(1, 121))


def test_octets_are_bounded_and_the_size_is_true(server: Server) -> None:
    line = "x" * 76 + "\r\n"
    big = mail(1, line * 8000, "X-Long: " + f"{'y' * 70}\r\n " * 6000 + "end")
    server.put("INBOX", big, WHEN)
    (found,) = server.all("INBOX")
    assert len(found.header) == 256 * 1024
    assert len(found.body) == 128 * 1024
    assert found.size == len(big)


def behind_a_file(*texts: str, nested: bool = False) -> bytes:
    """A mail whose file comes first, and is larger than what is fetched."""
    line = "iVBORw0KGgo" * 7 + "\r\n"
    file = (
        "Content-Type: application/pdf; name=a.pdf\r\n"
        "Content-Disposition: attachment; filename=a.pdf\r\n"
        f"Content-Transfer-Encoding: base64\r\n\r\n{line * 2500}"
    )
    whole = "".join(f"--in\r\n{one}\r\n" for one in (file, *texts)) + "--in--\r\n"
    if nested:
        kind = "Content-Type: multipart/related; boundary=in"
        whole = f"--out\r\n{kind}\r\n\r\n{whole}--out--\r\n"
    head = mail(1).partition(b"\r\n\r\n")[0].decode()
    outer = "out" if nested else "in"
    kind = f'MIME-Version: 1.0\r\nContent-Type: multipart/mixed;\r\n boundary="{outer}"'
    return f"{head}\r\n{kind}\r\n\r\n{whole}".encode()


PLAIN = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" + (
    b64encode("Where is my parcel to Málaga?".encode()).decode()
)
HTML = "Content-Type: text/html\r\n\r\n<p>Where is it?</p>"


@pytest.mark.parametrize("nested", [False, True])
def test_the_text_behind_a_large_file_comes_all_the_same(server: Server, nested: bool) -> None:
    octets = behind_a_file(HTML, PLAIN, nested=nested)
    server.put("INBOX", octets, WHEN)
    server.put("INBOX", behind_a_file(), WHEN)
    server.put("INBOX", mail(3), WHEN)
    first, second, third = server.all("INBOX")
    read = parse(first)
    assert read.text.strip() == "Where is my parcel to Málaga?"
    assert "text-truncated" not in read.defects
    assert (first.size, len(first.body)) == (len(octets), 128 * 1024)
    assert first.body.startswith(b"--")
    assert second.body == behind_a_file().partition(b"\r\n\r\n")[2][: 128 * 1024]
    assert third.body == b"Hello.\r\n"


def test_what_came_is_counted_over_all_connections(server: Server) -> None:
    assert server.account.octets == 0
    server.put("INBOX", mail(1, "x" * 5000), WHEN)
    server.all("INBOX")
    once = server.account.octets
    assert 5000 < once < 20_000
    server.account.close()
    assert server.account.octets >= once
    server.all("INBOX")
    assert server.account.octets > once + 5000


@pytest.mark.parametrize("headers_only", [False, True])
def test_other_calls_between_two_batches_do_not_disturb(server: Server, headers_only: bool) -> None:
    for number in range(60):
        server.put("INBOX", mail(number), WHEN)
    server.put(server.spam, mail(99), WHEN)
    state = server.account.state("INBOX")
    seen = []
    ranges = [(1, state.uidnext - 1)]
    batches = server.account.fetch(
        "INBOX", Role.INBOX, state.uidvalidity, ranges, headers_only=headers_only
    )
    for batch in batches:
        seen.extend(server.numbers(batch))
        assert server.account.mark_answered(batch[0].ref) == ""
        assert server.account.state(server.spam).exists == 1
    assert seen == list(range(1, 61))


def test_another_uidvalidity_is_an_error_before_anything_is_read(server: Server) -> None:
    server.put("INBOX", mail(1), WHEN)
    stale = server.account.state("INBOX").uidvalidity + 1
    with pytest.raises(UnreachableError, match="UIDVALIDITY"):
        list(server.account.fetch("INBOX", Role.INBOX, stale, [(1, 1)]))
    assert server.account.flags("INBOX", stale, [1]) == {}


def test_flags_of_vanished_mails_are_left_out(server: Server) -> None:
    for number in range(3):
        server.put("INBOX", mail(number), WHEN)
    uidvalidity = server.account.state("INBOX").uidvalidity
    one, two, three = server.uids(1, 2, 3)
    assert set(server.account.flags("INBOX", uidvalidity, [one, two, three])) == {one, two, three}
    server.remove("INBOX", two)
    assert set(server.account.flags("INBOX", uidvalidity, [one, two, three, 777])) == {one, three}
    assert server.account.flags("INBOX", uidvalidity, []) == {}


def test_changed_flags_are_those_of_after_a_state(server: Server) -> None:
    """Where the server keeps no modseq all of them come; what is gone shows in no case."""
    for number in range(4):
        server.put("INBOX", mail(number), WHEN)
    one, two, three, four = uids = server.uids(1, 2, 3, 4)
    before = server.account.states(("INBOX",))["INBOX"]
    uidvalidity, since = before.uidvalidity, before.modseq
    keywords = server.account.keywords
    assert keywords("INBOX", uidvalidity, [three], ["$iw-up"], []) == ""
    server.account.close()
    after = server.account.states(("INBOX",))["INBOX"]
    flags = server.account.flags
    changed = flags("INBOX", uidvalidity, uids, changed_since=since)
    assert changed[three] == {"$iw-up"}
    assert set(changed) == ({three} if since else set(uids))
    assert (after.modseq > since) == bool(since)
    assert flags("INBOX", uidvalidity, [one, two], changed_since=since) == (
        {} if since else {one: frozenset(), two: frozenset()}
    )
    server.remove("INBOX", four)
    assert four not in flags("INBOX", uidvalidity, uids, changed_since=since)
    assert (after.uidvalidity, after.uidnext, after.exists) == (uidvalidity, before.uidnext, 4)
    assert flags("INBOX", uidvalidity + 1, uids, changed_since=since) == {}


@pytest.mark.needs("changes")
def test_opening_and_asking_tell_the_same_modseq(server: Server) -> None:
    server.put("INBOX", mail(1), WHEN)
    told = server.account.states(("INBOX", server.spam))
    assert told["INBOX"].modseq > 0
    assert told == {name: server.account.state(name) for name in ("INBOX", server.spam)}


def test_an_answered_mail_is_marked_but_not_seen(server: Server) -> None:
    server.put("INBOX", mail(1), WHEN)
    ref = server.all("INBOX")[0].ref
    assert ref is not None
    assert server.account.mark_answered(ref) == ""
    flags = server.account.flags("INBOX", ref.uidvalidity, [ref.uid])[ref.uid]
    assert flags == {"\\Answered", "$InboxwatchReplied"}


def test_marking_says_what_it_could_not_do(server: Server) -> None:
    server.put("INBOX", mail(1), WHEN)
    ref = server.all("INBOX")[0].ref
    assert ref is not None
    stale = MessageRef(ref.account, ref.mailbox, ref.uidvalidity + 1, ref.uid)
    assert "UIDVALIDITY" in server.account.mark_answered(stale)
    assert server.account.flags("INBOX", ref.uidvalidity, [ref.uid]) == {ref.uid: frozenset()}
    server.remove("INBOX", ref.uid)
    assert "no longer there" in server.account.mark_answered(ref)


def test_append_is_done_once_for_a_message_id(server: Server) -> None:
    octets = mail(1)
    for _ in range(3):
        server.account.append(server.sent, octets, ["\\Seen"], WHEN, "<m1@customer.example>")
    server.account.append(server.sent, mail(2), ["\\Seen"], WHEN, "<m2@customer.example>")
    first, second = server.all(server.sent, Role.SENT)
    assert first.header + b"\r\n" + first.body == octets
    assert (first.flags, first.received) == ({"\\Seen"}, WHEN)
    assert b"<m2@customer.example>" in second.header


def test_a_copy_that_came_before_midnight_is_found_after_it(server: Server) -> None:
    """SEARCH SINCE knows dates only, and those in the server's zone (rule I09)."""
    server.put(server.sent, mail(1), WHEN)
    midnight = (WHEN + timedelta(days=1)).replace(hour=0, minute=0, second=1)
    server.account.append(server.sent, mail(1), ["\\Seen"], midnight, "<m1@customer.example>")
    assert server.numbers(server.all(server.sent, Role.SENT)) == [1]


@pytest.mark.needs("any-message-id")
def test_a_message_id_with_quotes_is_found_again(server: Server) -> None:
    """Not on pymap, which compares with the id as Python's email package understood it."""
    odd = '<a"b\\c@customer.example>'
    octets = mail(1).replace(b"<m1@customer.example>", odd.encode())
    for _ in range(2):
        server.account.append(server.sent, octets, [], WHEN, odd)
    assert server.numbers(server.all(server.sent)) == [1]
    assert server.account.has_message(server.sent, odd)


def test_a_message_is_found_by_its_message_id(server: Server) -> None:
    server.put(
        server.sent, mail(1, text="Message-ID: <m3@customer.example>"), WHEN - timedelta(days=40)
    )
    server.put("INBOX", mail(2), WHEN)
    assert server.account.has_message(server.sent, "<m1@customer.example>")
    assert not server.account.has_message(server.sent, "<m@customer.example>")
    assert not server.account.has_message(server.sent, "<m2@customer.example>")
    assert not server.account.has_message(server.sent, "<m3@customer.example>")
    state = server.account.state(server.sent)
    assert server.account.flags(server.sent, state.uidvalidity, server.uids(1)) == {
        server.base + 1: frozenset()
    }


def test_what_was_filed_or_deleted_meanwhile_is_seen(server: Server) -> None:
    assert not server.account.has_message(server.sent, "<m1@customer.example>")
    server.put(server.sent, mail(1), WHEN)
    assert server.account.has_message(server.sent, "<m1@customer.example>")
    server.remove(server.sent, server.base + 1)
    assert not server.account.has_message(server.sent, "<m1@customer.example>")


def test_a_search_in_a_mailbox_that_is_not_there_says_so(server: Server) -> None:
    with pytest.raises(MailboxError, match="No such mailbox"):
        server.account.has_message("No such mailbox", "<m1@customer.example>")


@pytest.mark.parametrize("hostile", HOSTILE_IDS)
def test_a_hostile_message_id_never_becomes_a_command(server: Server, hostile: str) -> None:
    with pytest.raises(MailboxError, match="not a Message-ID"):
        server.account.append(server.sent, mail(1), ["\\Seen"], WHEN, hostile)
    with pytest.raises(MailboxError, match="not a Message-ID"):
        server.account.has_message(server.sent, hostile)
    assert server.all(server.sent) == []
    assert server.account.state(server.spam).exists == 0


def test_a_mailbox_name_in_another_script(server: Server) -> None:
    for name in (server.box("Entwürfe & Ähnliches"), server.box("迷惑メール")):
        server.put(name, mail(1), WHEN)
        (found,) = server.all(name)
        assert found.ref is not None
        assert found.ref.mailbox == name
        assert server.account.mark_answered(found.ref) == ""


@pytest.mark.parametrize("name", ["No such mailbox", 'Na"me\\d', "a\r\nX1 DELETE Spam"])
def test_a_mailbox_that_is_not_there_is_named(server: Server, name: str) -> None:
    with pytest.raises(MailboxError) as caught:
        server.account.state(name)
    assert "\n" not in caught.value.message
    with pytest.raises(MailboxError):
        list(server.account.fetch(name, Role.INBOX, 1, [(1, 1)]))
    assert server.account.state(server.spam).exists == 0


def test_the_traces_of_the_last_mails_come_in_their_order(server: Server) -> None:
    results = "Authentication-Results: mx.acme.example;\r\n dmarc=pass header.from=c.example"
    hop = "Received: from a.example by mx.acme.example; Wed, 18 Nov 2026 09:30:00 +0000"
    server.put("INBOX", mail(1, extra=f"{results}\r\nX-Spam-Flag: YES\r\n{hop}"), WHEN)
    server.put("INBOX", mail(2, extra=f"{hop}\r\n{results}"), WHEN)
    server.put("INBOX", mail(3), WHEN)
    told = ("authentication-results", "mx.acme.example; dmarc=pass header.from=c.example")
    first, second, third = server.account.traces("INBOX")
    by = ("received", hop.partition(": ")[2])
    assert (first[0], second[-1]) == (told, told)
    assert by in first
    assert by in second
    assert told not in third
    assert list(server.account.traces("INBOX", last=1)) == [third]
    server.put("INBOX", mail(4, text=f"Hi.\r\n{results}").replace(b"\r\n\r\nHi.", b""), WHEN)
    assert list(server.account.traces("INBOX", last=1)) == [()]  # below what the writer wrote
    assert list(server.account.traces(server.spam)) == []


def test_closing_twice_and_going_on(server: Server) -> None:
    server.put("INBOX", mail(1), WHEN)
    server.account.connect()
    server.account.close()
    server.account.close()
    assert server.numbers(server.all("INBOX")) == [1]
