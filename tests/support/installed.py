"""The installed command as a subprocess, with a configuration against test servers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.postfix import Postfix
    from tests.support.smtp_server import SmtpServer
    from tests.support.started import ImapServer

ENTRY = "tests.support.entry"
TIMEOUT = 120


@dataclass
class Installed:
    """A folder with config.yaml, from which commands are run."""

    folder: Path
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def config(self) -> Path:
        return self.folder / "config.yaml"

    @property
    def state(self) -> Path:
        return self.folder / "state" / "state.db"

    def start(self, *words: str, module: str = "inboxwatch") -> subprocess.Popen[str]:
        """Begin a command; standard input is empty and nothing is a terminal."""
        environ = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
        environ |= {"INBOXWATCH_CONFIG": str(self.config), "HOME": str(self.folder)}
        environ |= {"XDG_CACHE_HOME": str(self.folder / ".cache"), **self.environ}
        return subprocess.Popen(
            [sys.executable, "-m", module, *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=environ,
        )

    def __call__(self, *words: str, module: str = "inboxwatch") -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        process = self.start(*words, module=module)
        try:
            out, err = process.communicate(timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        return subprocess.CompletedProcess(words, process.returncode, out, err)

    def json(self, *words: str) -> list[dict[str, Any]]:
        """Run a command with ``--json`` and read its objects."""
        done = self(*words, "--json")
        return [json.loads(line) for line in done.stdout.splitlines()]

    def write(self, text: str) -> Installed:
        """Write the configuration, readable by its owner alone, as if that were a while ago."""
        self.config.write_text(text, "utf-8")
        self.config.chmod(0o600)
        a_while_ago = time.time() - 10  # what was written just now would not be kept
        os.utime(self.config, (a_while_ago, a_while_ago))
        return self


SCHEDULE = """\
schedule:
  business: {mon-fri: "09:00-12:30, 13:30-18:00"}
  evening: {mon-fri: "18:00-23:00"}
  weekend: {sat-sun: "00:00-24:00"}
  open: [business]
"""

CUSTOMERS = """\
id,name,email,domain,vip,tags,language,timezone,notes
c-1,Ann Archer,ann@archer.example,,,,,,
c-2,Bert Bloom,bert@bloom.example,,yes,,,,
c-3,Cleo Crane,cleo@crane.example,,,,,,
"""


def installed(
    folder: Path,
    imap: ImapServer,
    smtp: SmtpServer | Postfix,
    *,
    replies: bool = True,
    mode: str = "send",
    html: bool = False,
) -> Installed:
    """A configuration for one account on a private server, and an SMTP server."""
    folder.mkdir(exist_ok=True)
    (folder / "customers.csv").write_text(CUSTOMERS, "utf-8")
    password = folder / "password"
    password.write_text(imap.password + "\n", "utf-8")
    password.chmod(0o600)
    return Installed(folder).write(
        f"""\
version: 1
timezone: Europe/Berlin
team: {{name: Acme Support, sign: "Jo and the Acme team"}}
accounts:
  support:
    address: support@acme.example
    imap:
      host: {imap.host}
      port: {imap.port}
      user: {imap.user}
      password_file: password
      {f"ca_file: {imap.ca_file}" if imap.ca_file else "security: none"}
    smtp: {{host: {smtp.host}, port: {smtp.port}, security: none, user: ""}}
    authentication: {{trust: [mx.acme.example]}}
{SCHEDULE}
customers: {{files: [customers.csv]}}
replies: {{enabled: {str(replies).lower()}, mode: {mode}{", html: true" if html else ""}}}
state: {{path: state/state.db}}
"""
    )
