"""What a run with nothing new says to its servers: little, and the same each time."""

from __future__ import annotations

from contextlib import contextmanager
from imaplib import IMAP4
from typing import TYPE_CHECKING

import pytest
from tests.support.build import NOW, account, policy
from tests.support.dovecot import Dovecot, dovecot
from tests.support.house import House, letter
from tests.support.proxy import Proxy, proxy

from inboxwatch.app.desk import Desk, Doors, Rules
from inboxwatch.app.run import run
from inboxwatch.mail.imap import ImapAccount, ImapSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inboxwatch.core.run_summary import RunReport

pytestmark = pytest.mark.dovecot

SUPPORT, SALES = "support@acme.example", "sales@acme.example"
OPENING = ("SELECT", "EXAMINE", "FETCH", "SEARCH", "UID", "STORE")


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with dovecot(users=dict.fromkeys((SUPPORT, SALES), "pw"), tls=False) as running:
        yield running


@contextmanager
def listening(server: Dovecot, house: House) -> Iterator[tuple[Proxy, RunReport]]:
    """One run over both accounts, as a process does it, and what it said."""
    with proxy(server.host, server.plain_port) as wire:
        accounts = {
            name: ImapAccount(ImapSettings(name, wire.host, wire.port, "none", user, lambda: "pw"))
            for name, user in (("support", SUPPORT), ("sales", SALES))
        }
        desk = Desk(
            rules=Rules(lambda: (house.policy, house.customers)),
            replies_enabled=house.policy.replies_enabled,
            doors={name: Doors(one, house.transport) for name, one in accounts.items()},
            journal=house.journal,
            clock=house.clock,
        )
        report = run(desk)
        for one in accounts.values():
            one.close()
        yield wire, report
    house.clock.pass_by(minutes=5)


def words(wire: Proxy) -> list[str]:
    return [one.split()[0] for one in wire.commands()]


def test_a_run_with_nothing_new_opens_nothing(server: Dovecot) -> None:
    both = {"support": account(), "sales": account("sales", SALES)}
    house = House(policy=policy(accounts=both, replies_enabled=False))
    for number in range(3):
        for user in (SUPPORT, SALES):
            octets = letter(f"c{number}@shop{number}.example", to=user)
            server.deliver("INBOX", octets.replace(b"\n", b"\r\n"), NOW, user=user)
    server.deliver("Spam", letter("s@shop.example").replace(b"\n", b"\r\n"), NOW, user=SUPPORT)
    with listening(server, house) as (_, report):
        assert report.failures == ()
        assert len(house.journal.open_mails()) == 6

    for _ in range(2):
        with listening(server, house) as (wire, report):
            assert report.failures == ()
            assert report.outcomes == ()
        told = [one for one in wire.commands() if "STATUS" in one]
        assert not set(words(wire)) & set(OPENING), wire.commands()
        assert len(told) == len(wire.said) == 2
        assert all(one.startswith('LIST "" (') for one in told)
        assert words(wire).count("LOGOUT") == 2

    # and what changes afterwards is found all the same, in the account where it was
    ref = next(mail.ref for mail in house.journal.open_mails() if mail.ref.account == "sales")
    with IMAP4(server.host, server.plain_port) as person:
        person.login(SALES, "pw")
        person.select(ref.mailbox)
        person.uid("STORE", str(ref.uid), "+FLAGS", r"(\Answered)")
    server.deliver("INBOX", letter("new@shop.example").replace(b"\n", b"\r\n"), NOW, user=SUPPORT)
    with listening(server, house) as (wire, report):
        assert report.closed == 1
        assert [one.decision.account for one in report.outcomes] == ["support"]
    assert words(wire).count("EXAMINE") == 2
    assert words(wire).count("NOOP") == 1  # where new mail was read just now
    fetched = [one for one in wire.commands() if "FETCH" in one and "(UID FLAGS)" in one]
    assert len(fetched) == 2
    assert all("CHANGEDSINCE" in one for one in fetched)
