"""Where mailboxes stand, asked of servers that tell it in one go, one by one, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.support.scripted_imap import CAPABILITIES, Peer, scripted

from inboxwatch.errors import MailboxError, UnreachableError
from inboxwatch.mail.imap import ImapAccount, ImapSettings
from inboxwatch.ports import MailboxState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.support.scripted_imap import Scripted

MOVES = f"{CAPABILITIES} MOVE"
LIST_STATUS = f"{CAPABILITIES} LIST-EXTENDED LIST-STATUS CONDSTORE"

STATES = ("UIDVALIDITY 7 UIDNEXT 10 MESSAGES 9", "UIDVALIDITY 8 UIDNEXT 3 MESSAGES 0")


def account_at(server: Scripted) -> ImapAccount:
    where = ("support", server.host, server.port, "none", "support@acme.example", lambda: "pw")
    return ImapAccount(ImapSettings(*where, connect_timeout=2.0, read_timeout=0.5))


def asked(server: Scripted, *mailboxes: str) -> Mapping[str, MailboxState | MailboxError]:
    account = account_at(server)
    try:
        return account.states(mailboxes)
    finally:
        account.close()


def commands(server: Scripted) -> list[str]:
    """What the client said after its login, without tags."""
    words = [line.partition(" ")[2] for line in server.heard if line]
    begin = next(n for n, word in enumerate(words) if word.startswith("AUTHENTICATE"))
    return words[begin + 2 :]


def test_a_server_that_knows_list_status_is_asked_once() -> None:
    def script(peer: Peer) -> None:
        peer.welcome(LIST_STATUS)
        peer.answer(
            '* LIST () "/" Spam',
            f"* STATUS Spam ({STATES[1]} HIGHESTMODSEQ 12)",
            '* LIST () "/" INBOX',
            f'* STATUS "inbox" ({STATES[0]} HIGHESTMODSEQ 9223372036854775807)',
            f"* STATUS Another ({STATES[0]})",
        )
        peer.answer("* BYE bye")

    with scripted(script) as server:
        told = asked(server, "INBOX", "Spam")
    assert told == {
        "INBOX": MailboxState(7, 10, 9, 2**63 - 1),
        "Spam": MailboxState(8, 3, 0, 12),
    }
    items = "UIDVALIDITY UIDNEXT MESSAGES HIGHESTMODSEQ"
    assert commands(server) == [
        f'LIST "" ("INBOX" "Spam") RETURN (STATUS ({items}))',
        "LOGOUT",
    ]


@pytest.mark.parametrize("end", ["NO not today", "BAD what is that?"])
def test_a_list_that_is_refused_is_asked_for_one_by_one(end: str) -> None:
    def script(peer: Peer) -> None:
        peer.welcome(LIST_STATUS)
        peer.answer(end=end)
        peer.answer(f"* STATUS INBOX ({STATES[0]})")
        peer.answer("* BYE bye")

    with scripted(script) as server:
        assert asked(server, "INBOX") == {"INBOX": MailboxState(7, 10, 9)}


def test_a_name_that_lists_others_is_none_to_list() -> None:
    def script(peer: Peer) -> None:
        peer.welcome(LIST_STATUS)
        assert peer.answer(f"* STATUS a*b ({STATES[0]})").startswith("STATUS")
        peer.answer("* BYE bye")

    with scripted(script) as server:
        assert asked(server, "a*b") == {"a*b": MailboxState(7, 10, 9)}
    assert not any("LIST" in one for one in commands(server))


def test_all_mailboxes_are_asked_for_before_the_first_answer() -> None:
    """Answers in another order, with a literal for a name, digits for one, and one in any case."""

    def script(peer: Peer) -> None:
        peer.welcome(MOVES)
        tags = [peer.hear().partition(" ")[0] for _ in range(4)]
        peer.say(
            f"* STATUS {{4}}\r\nSpam ({STATES[1]})",
            f"* STATUS 2026 ({STATES[0]})",
            f"{tags[1]} OK done",
            f"* STATUS iNBOX ({STATES[0]})",
            f"{tags[0]} OK done",
            f"{tags[2]} OK done",
            f"* STATUS NIL ({STATES[1]})",
            f"{tags[3]} OK done",
        )
        peer.answer("* BYE bye")

    with scripted(script) as server:
        told = asked(server, "INBOX", "Spam", "2026", "NIL")
    one, other = MailboxState(7, 10, 9), MailboxState(8, 3, 0)
    assert told == {"INBOX": one, "Spam": other, "2026": one, "NIL": other}
    assert [one.partition(" ")[0] for one in commands(server)] == ["STATUS"] * 4 + ["LOGOUT"]


def test_a_server_that_makes_numbers_up_is_asked_by_opening_alone() -> None:
    """Courier has neither MOVE nor CONDSTORE, and its STATUS of a new mailbox means nothing."""

    def script(peer: Peer) -> None:
        peer.welcome()
        peer.select(uidnext=10, exists=9)
        peer.answer("* BYE bye")

    with scripted(script) as server:
        assert asked(server, "INBOX") == {"INBOX": MailboxState(7, 10, 9)}
    assert not any("STATUS" in one for one in commands(server))


@pytest.mark.parametrize(
    "told",
    [
        "UIDVALIDITY 7 MESSAGES 9",
        "UIDVALIDITY 7 UIDNEXT NIL MESSAGES 9",
        "UIDVALIDITY 7 UIDNEXT 0 MESSAGES 9",
        "UIDVALIDITY 0 UIDNEXT 10 MESSAGES 9",
        "UIDVALIDITY 7 UIDNEXT 10",
        "UIDVALIDITY 7 UIDNEXT 10 MESSAGES",
        "",
    ],
)
def test_what_a_status_leaves_open_is_told_by_opening(told: str) -> None:
    def script(peer: Peer) -> None:
        peer.welcome(MOVES)
        peer.answer(f'* STATUS "INBOX" ({told})')
        assert peer.select().startswith("EXAMINE")
        peer.answer("* BYE bye")

    with scripted(script) as server:
        assert asked(server, "INBOX") == {"INBOX": MailboxState(7, 10, 9)}


@pytest.mark.parametrize("end", ["NO [NONEXISTENT] no such mailbox", "BAD no", "NO [NOPERM] no"])
def test_a_status_that_is_refused_is_an_error_of_its_mailbox_if_opening_is_too(end: str) -> None:
    def script(peer: Peer) -> None:
        peer.welcome(MOVES)
        first, second = (peer.hear().partition(" ")[0] for _ in range(2))
        peer.say(f"{first} {end}", f"* STATUS Spam ({STATES[1]})", f"{second} OK done")
        assert peer.answer(end="NO [NONEXISTENT] really").startswith("EXAMINE")
        peer.answer("* BYE bye")

    with scripted(script) as server:
        told = asked(server, "Gone", "Spam")
    assert isinstance(told["Gone"], MailboxError)
    assert "really" in told["Gone"].message
    assert told["Spam"] == MailboxState(8, 3, 0)
    assert server.connections == 1


def test_the_opened_mailbox_is_never_asked_for_by_status() -> None:
    def script(peer: Peer) -> None:
        peer.welcome(LIST_STATUS)
        peer.select()
        assert peer.answer(f"* STATUS Spam ({STATES[1]})").startswith('STATUS "Spam"')
        assert peer.select(exists=8).startswith("EXAMINE")
        peer.answer("* BYE bye")

    with scripted(script) as server:
        account = account_at(server)
        account.state("INBOX")
        told = account.states(("INBOX", "Spam"))
        account.close()
    assert told == {"INBOX": MailboxState(7, 10, 8), "Spam": MailboxState(8, 3, 0)}


@pytest.mark.parametrize(
    "told",
    [
        "INBOX (UIDVALIDITY 7 UIDNEXT 10 MESSAGES 10)",
        "INBOX (UIDVALIDITY 7 UIDNEXT 4294967296 MESSAGES 1)",
        "INBOX (UIDVALIDITY 4294967296 UIDNEXT 10 MESSAGES 1)",
        "INBOX (UIDVALIDITY 99999999999 UIDNEXT 10 MESSAGES 1)",
        "INBOX (UIDVALIDITY 7 UIDNEXT 4294967295 MESSAGES 20000001)",
        "INBOX",
        "INBOX (UIDVALIDITY 7",
        "INBOX (UIDVALIDITY 7)) UIDNEXT (",
        f"INBOX ({STATES[0]}) ({STATES[0]})",
        f"INBOX ({STATES[0]})\r\n* STATUS INBOX ({STATES[1]})",
        f"INBOX ({STATES[0]})\r\n* STATUS inbox ({STATES[1]})\r\n* STATUS INBOX ({STATES[0]})",
        "{5}\r\nINBOX (UIDVALIDITY 7 UIDNEXT 10 MESSAGES 10)",
    ],
)
def test_a_status_that_cannot_be_true_is_asked_for_by_opening_that_mailbox_alone(told: str) -> None:
    def script(peer: Peer) -> None:
        peer.welcome(MOVES)
        tags = [peer.hear().partition(" ")[0] for _ in range(2)]
        peer.say(f"* STATUS {told}", f"{tags[0]} OK done")
        peer.say(f"* STATUS Spam ({STATES[1]})", f"{tags[1]} OK done")
        assert peer.select().startswith("EXAMINE")
        peer.answer("* BYE bye")

    with scripted(script) as server:
        states = asked(server, "INBOX", "Spam")
    assert states == {"INBOX": MailboxState(7, 10, 9), "Spam": MailboxState(8, 3, 0)}
    assert [one.split()[0] for one in commands(server)] == ["STATUS", "STATUS", "EXAMINE", "LOGOUT"]
    assert server.connections == 1


@pytest.mark.parametrize("modseq", ["NIL", "0", "9223372036854775808", "(1)"])
def test_a_modseq_that_is_none_is_none(modseq: str) -> None:
    def script(peer: Peer) -> None:
        peer.welcome(f"{CAPABILITIES} CONDSTORE")
        peer.answer(f"* STATUS INBOX ({STATES[0]} HIGHESTMODSEQ {modseq})")
        peer.answer("* BYE bye")

    with scripted(script) as server:
        assert asked(server, "INBOX") == {"INBOX": MailboxState(7, 10, 9)}


def test_a_server_that_hangs_up_between_the_states_is_asked_once_more() -> None:
    def first(peer: Peer) -> None:
        peer.welcome(MOVES)
        peer.hear()
        peer.say(f"* STATUS INBOX ({STATES[0]})")

    def second(peer: Peer) -> None:
        peer.welcome(MOVES)
        for name, told in zip(("INBOX", "Spam"), STATES, strict=True):
            peer.answer(f"* STATUS {name} ({told})")
        peer.answer("* BYE bye")

    with scripted(first, second) as server:
        assert set(asked(server, "INBOX", "Spam")) == {"INBOX", "Spam"}
    assert server.connections == 2


@pytest.mark.parametrize("told", ["* OK [HIGHESTMODSEQ 90] yes", "* OK [NOMODSEQ] none"])
def test_changes_are_asked_for_only_of_a_mailbox_that_keeps_a_modseq(told: str) -> None:
    def script(peer: Peer) -> None:
        peer.welcome(f"{CAPABILITIES} CONDSTORE")
        peer.answer("* 9 EXISTS", "* OK [UIDVALIDITY 7] v", "* OK [UIDNEXT 10] n", told)
        peer.answer("* 3 FETCH (UID 3 FLAGS (\\Answered) MODSEQ (91))")
        peer.answer("* BYE bye")

    with scripted(script) as server:
        account = account_at(server)
        found = account.flags("INBOX", 7, [3, 4], changed_since=80)
        account.close()
    assert found == {3: frozenset({"\\Answered"})}
    fetched = next(line for line in commands(server) if "FETCH" in line)
    assert fetched.endswith(" (CHANGEDSINCE 80)") == ("HIGHEST" in told)


def _flagged(bad: set[int], spoil: Callable[[Peer, str], None]) -> Callable[[Peer], None]:
    """A server that spoils every answer to a FETCH with some mails in it."""

    def script(peer: Peer) -> None:
        peer.welcome()
        while line := peer.hear():
            tag, _, rest = line.partition(" ")
            if "UID FETCH" not in rest:
                peer.say(
                    "* 9 EXISTS", "* OK [UIDNEXT 10] n", "* OK [UIDVALIDITY 7] v", f"{tag} OK done"
                )
                continue
            spans = [[int(end) for end in one.split(":")] for one in rest.split()[2].split(",")]
            uids = {uid for span in spans for uid in range(span[0], span[-1] + 1)}
            for uid in sorted(uids - bad):
                peer.say(f"* {uid} FETCH (UID {uid} FLAGS (\\Seen))")
            if uids & bad:
                spoil(peer, tag)
            else:
                peer.say(f"{tag} OK done")

    return script


def _keywords(peer: Peer, tag: str) -> None:
    peer.say(b"* 3 FETCH (UID 3 FLAGS (%s))" % (b"keyword " * 130_000), f"{tag} OK done")


def _refused(peer: Peer, tag: str) -> None:
    peer.say(f"{tag} NO this one is broken")


@pytest.mark.parametrize("spoil", [_keywords, _refused])
@pytest.mark.parametrize("bad", [1, 3, 8])
def test_a_mail_whose_flags_cannot_be_had_hides_no_other_and_is_not_gone(
    spoil: Callable[[Peer, str], None], bad: int
) -> None:
    with scripted(_flagged({bad}, spoil)) as server:
        account = account_at(server)
        found = account.flags("INBOX", 7, range(1, 9))
        account.close()
    assert found.pop(bad) == frozenset()
    assert found == {uid: frozenset({"\\Seen"}) for uid in range(1, 9) if uid != bad}


@pytest.mark.parametrize("bad", [{1, 2, 3, 4, 5, 6, 7, 8}, {3, 4}])
def test_where_flags_of_neighbours_cannot_be_had_the_server_is_at_fault(bad: set[int]) -> None:
    with scripted(_flagged(bad, _refused)) as server:
        account = account_at(server)
        with pytest.raises(UnreachableError, match="this one is broken"):
            account.flags("INBOX", 7, range(1, 9))
        with pytest.raises(UnreachableError, match="this one is broken"):
            account.flags("INBOX", 7, [3])
        account.close()


def test_a_server_that_hangs_up_over_flags_is_not_asked_again_and_again() -> None:
    with scripted(_flagged({3}, lambda peer, _: peer.connection.close())) as server:
        account = account_at(server)
        with pytest.raises(UnreachableError, match="broke off"):
            account.flags("INBOX", 7, range(1, 9))
        account.close()
    assert server.connections == 1
