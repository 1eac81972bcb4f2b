"""Each server does what the table of docs/servers.md says, and lacks what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.support.abilities import ABILITIES, FIXTURES, LACKS, PAGE, SERVERS, lacking, page
from tests.support.accounts import KINDS, param, settings_for
from tests.support.provider_imap import provider_server

from inboxwatch.mail.imap import ImapAccount

if TYPE_CHECKING:
    from tests.support.accounts import Server
    from tests.support.providers import Provider


def told(account: ImapAccount) -> dict[str, bool]:
    """What a server can do, as it shows itself."""
    return {one.id: one.probe(account, "INBOX") for one in ABILITIES if one.probe}


def in_the_table(server: str) -> dict[str, bool]:
    return {one.id: not lacking(server, one.id) for one in ABILITIES if one.probe}


@pytest.mark.parametrize(
    "server", [param(kind) for kind in KINDS if kind != "memory"], indirect=True
)
def test_a_server_does_what_the_table_says(server: Server) -> None:
    assert isinstance(server.account, ImapAccount)
    assert told(server.account) == in_the_table(server.kind)


@pytest.mark.parametrize("provider", FIXTURES.values(), ids=FIXTURES)
def test_a_provider_does_what_the_table_says(provider: Provider) -> None:
    with provider_server(provider) as server:
        account = ImapAccount(settings_for(server))
        assert told(account) == in_the_table(provider.name)
        account.close()


def test_the_page_has_the_table() -> None:
    text = PAGE.read_text("utf-8")
    assert "| The server … |" in text
    assert text == page(text), "run python -m tests.support.abilities"


def test_the_table_names_what_is_there() -> None:
    assert {one.server for one in LACKS} <= {*SERVERS, *FIXTURES}
    assert {one.ability for one in LACKS} <= {one.id for one in ABILITIES}
    assert {name.lower() for name in SERVERS} == set(KINDS) - {"memory"}
