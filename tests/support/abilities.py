"""What servers do and lack, and what becomes of it: one table for the tests and docs/servers.md.

A test that needs an ability has to fail on every server that lacks it here (``needs``), and every
ability that can be asked for is asked of every server. ``python -m tests.support.abilities`` writes
the table into docs/servers.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.providers import EXCHANGE_ONLINE, FASTMAIL, GMAIL, YAHOO

if TYPE_CHECKING:
    from collections.abc import Callable

    from inboxwatch.mail.imap import ImapAccount
    from inboxwatch.mail.imap.writer import Writer

PAGE = Path(__file__).parents[2] / "docs" / "servers.md"


@dataclass(frozen=True, slots=True)
class Ability:
    """Something that inboxwatch makes use of, and what it does without.

    ``probe`` asks a server, with the account's connection, whether it can do it.
    """

    id: str
    title: str
    without: str
    probe: Callable[[ImapAccount, str], bool] | None = None


@dataclass(frozen=True, slots=True)
class Lack:
    """An ability that a server lacks, and why that is known."""

    server: str
    ability: str
    why: str


def _session(account: ImapAccount) -> Writer:
    account.connect()
    assert account._session is not None
    return account._session


def _offers(capability: str) -> Callable[[ImapAccount, str], bool]:
    return lambda account, _: _session(account)._offers(capability)


def _marks_junk(account: ImapAccount, _: str) -> bool:
    rows = _session(account).list()
    return any("\\junk" in map(str.lower, row.attributes) for row in rows)


def _keeps_keywords(account: ImapAccount, mailbox: str) -> bool:
    return _session(account).open(mailbox, readonly=False).keeps("$Anything")


def _tells_uidnext(account: ImapAccount, mailbox: str) -> bool:
    session = _session(account)
    session.open(mailbox, readonly=True)
    return session._examines


ABILITIES = (
    Ability(
        "special-use",
        "marks its spam, Sent and Drafts mailboxes",
        "They are found by their names in many languages; `mailboxes.junk`, `sent` and `drafts` "
        "name others.",
        _marks_junk,
    ),
    Ability(
        "move",
        "moves mail in one step",
        "A mail is copied, marked as deleted, and removed by itself.",
        _offers("MOVE"),
    ),
    Ability(
        "uidplus",
        "tells where a moved mail lies, and removes a single one",
        "A moved mail is looked for by its Message-ID. Without `MOVE` it stays in the spam folder "
        "too, marked as deleted, and that is told.",
        _offers("UIDPLUS"),
    ),
    Ability(
        "keywords",
        "keeps any keyword",
        "`$InboxwatchReplied` is left out, `\\Answered` is set all the same; that `$NotJunk` could "
        "not be set is told.",
        _keeps_keywords,
    ),
    Ability(
        "rights",
        "tells the rights on a mailbox",
        "Whether a mail may be moved shows when it is moved, not before the apology goes out.",
        _offers("ACL"),
    ),
    Ability(
        "lasting-uids",
        "numbers mail for good when it is read only",
        "Mailboxes are opened for writing (`SELECT`) even to read, and nothing is written.",
        _tells_uidnext,
    ),
    Ability(
        "changes",
        "tells what changed since the last look",
        "Nothing is missed; flags are asked for again.",
        _offers("CONDSTORE"),
    ),
    Ability(
        "any-message-id",
        "finds a Message-ID with quotes in it",
        "A copy of such a mail may be filed twice.",
    ),
)

SERVERS = ("Dovecot", "Cyrus", "Courier", "pymap")
"""Those that the tests start and run everything on."""

FIXTURES = {one.name: one for one in (GMAIL, EXCHANGE_ONLINE, YAHOO, FASTMAIL)}
"""Those that the tests know from what others saw of them."""

_NOT_ANNOUNCED = "not among its capabilities"
_NO_KEYWORDS = "PERMANENTFLAGS without `\\*`"

LACKS = (
    Lack("Dovecot", "rights", "the plugin `imap_acl` is not switched on by default"),
    Lack("Courier", "special-use", _NOT_ANNOUNCED),
    Lack("Courier", "move", _NOT_ANNOUNCED),
    Lack("Courier", "changes", _NOT_ANNOUNCED),
    Lack("Courier", "lasting-uids", "UIDs told by EXAMINE go to other mail at the next copy"),
    Lack("pymap", "rights", _NOT_ANNOUNCED),
    Lack("pymap", "changes", _NOT_ANNOUNCED),
    Lack("pymap", "any-message-id", "it compares what Python's email package made of the id"),
    Lack("Gmail", "rights", _NOT_ANNOUNCED),
    Lack("Exchange Online", "special-use", _NOT_ANNOUNCED),
    Lack("Exchange Online", "keywords", _NO_KEYWORDS),
    Lack("Exchange Online", "rights", _NOT_ANNOUNCED),
    Lack("Exchange Online", "changes", _NOT_ANNOUNCED),
    Lack("Yahoo", "special-use", _NOT_ANNOUNCED),
    Lack("Yahoo", "keywords", _NO_KEYWORDS),
    Lack("Yahoo", "rights", _NOT_ANNOUNCED),
    Lack("Yahoo", "changes", _NOT_ANNOUNCED),
)


def lacking(server: str, *abilities: str) -> list[Lack]:
    """Those of the abilities that a server lacks, whatever the case of its name."""
    return [
        lack
        for lack in LACKS
        if lack.server.lower() == server.lower() and lack.ability in abilities
    ]


def table() -> str:
    """The two tables of docs/servers.md."""
    columns = (*SERVERS, *FIXTURES)
    lines = [
        f"| The server … | {' | '.join(columns)} |",
        f"| --- |{' --- |' * len(columns)}",
        *(
            f"| {ability.title} | {' | '.join(_cell(one, ability) for one in columns)} |"
            for ability in ABILITIES
        ),
        "",
        "| Where it does not | What inboxwatch does |",
        "| --- | --- |",
        *(f"| {ability.title} | {ability.without} |" for ability in ABILITIES),
    ]
    return "\n".join(lines) + "\n"


def _cell(server: str, ability: Ability) -> str:
    """What nobody could try at a provider is not claimed."""
    if lacking(server, ability.id):
        return "no"
    return "yes" if ability.probe or server in SERVERS else "?"


_PLACE = re.compile(r"(<!-- table -->\n)(.*?)(<!-- end of the table -->)", re.DOTALL)


def page(text: str) -> str:
    """The page with its tables written anew."""
    return _PLACE.sub(lambda match: f"{match[1]}{table()}{match[3]}", text)


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")
