"""A private Dovecot on loopback, with TLS, for as long as a ``with`` block or the tests last."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from imapclient.imap_utf7 import encode as encode_utf7
from tests.support.started import (
    HOST,
    DidNotStartError,
    end,
    free_port,
    missing,
    own,
    owner,
    start,
    started,
)
from tests.support.tls import make_server_files

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator, Mapping
    from datetime import datetime

USER = "support@acme.example"
PASSWORD = "correct horse"
START_TIMEOUT = 10.0

_CONFIGURATION = """\
protocols = imap
listen = {host}
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/dovecot.log
{tls}
disable_plaintext_auth = no
auth_mechanisms = plain login
{internal}
first_valid_uid = 1
mail_location = maildir:{root}/mail/%u
mail_max_userip_connections = 100
mail_fsync = never
service imap-login {{
  {chroot}
  inet_listener imap {{
    address = {host}
    port = {plain_port}
  }}
  inet_listener imaps {{
    address = {host}
    port = {tls_port}
    ssl = {tls_listener}
  }}
}}
service anvil {{
  {chroot}
}}
service stats {{
  {chroot}
}}
passdb {{
  driver = passwd-file
  args = {root}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={root}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Spam {{
    auto = subscribe
    special_use = \\Junk
  }}
  mailbox Sent {{
    auto = subscribe
    special_use = \\Sent
  }}
  mailbox Drafts {{
    auto = subscribe
    special_use = \\Drafts
  }}
}}
"""


ACL = """\
mail_plugins = acl
plugin {
  acl = vfile
}
protocol imap {
  mail_plugins = acl imap_acl
}
"""
"""What ends the configuration of a Dovecot that keeps rights."""


@dataclass(slots=True)
class Dovecot:
    """A running server. ``port`` speaks TLS if there is any, ``plain_port`` STARTTLS and none."""

    root: Path
    port: int
    plain_port: int
    ca_file: Path | None
    user: str
    password: str
    process: subprocess.Popen[bytes]
    host: str = HOST
    _delivered: Iterator[int] = field(default_factory=lambda: count(1))

    def deliver(
        self, mailbox: str, octets: bytes, when: datetime, *, user: str = "", flags: str = ""
    ) -> None:
        """Put a mail where a delivery agent would; ``flags`` are Maildir letters (``S``: seen).

        The file's time is the INTERNALDATE, to the second.
        """
        folder = self.maildir(mailbox, user=user)
        name = f"{int(when.timestamp())}.M{next(self._delivered):08}P1.test"
        temporary = folder / "tmp" / name
        temporary.write_bytes(octets)
        os.utime(temporary, (when.timestamp(), when.timestamp()))
        own(temporary)
        temporary.rename(folder / "cur" / f"{name}:2,{flags}" if flags else folder / "new" / name)

    def allow(self, mailbox: str, rights: str, *, user: str = "") -> None:
        """Leave the user these rights on a mailbox, under ``ACL``."""
        path = self.maildir(mailbox, user=user) / "dovecot-acl"
        path.write_text(f"owner {rights}\n", "utf-8")
        own(path)

    def maildir(self, mailbox: str, *, user: str = "") -> Path:
        """The Maildir of a mailbox, made if it is not there."""
        home = self.root / "mail" / (user or self.user)
        name = encode_utf7(mailbox).decode().replace("/", ".")
        folder = home if mailbox == "INBOX" else home / f".{name}"
        for sub in (home, folder, *(folder / part for part in ("cur", "new", "tmp"))):
            if not sub.exists():
                sub.mkdir(parents=True, mode=0o700)
                own(sub)
        return folder

    def log(self) -> str:
        """What Dovecot wrote so far."""
        path = self.root / "dovecot.log"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    def stop(self) -> None:
        """End the server; may be called twice."""
        end(self.process)


def dovecot_binary() -> str | None:
    """Where Dovecot is, if it is installed with its IMAP part."""
    path = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    imap = any(
        Path(folder, "imap").exists() for folder in ("/usr/lib/dovecot", "/usr/libexec/dovecot")
    )
    return path if imap else None


def require_dovecot() -> str:
    """The binary; else skip the test, or fail it where CI=true says that nothing may be missing."""
    path = dovecot_binary()
    if path is None:
        missing("Dovecot's IMAP server is not installed (Debian: apt-get install dovecot-imapd)")
    return path


def _write(root: Path, users: Mapping[str, str], *, tls: bool) -> tuple[int, int, Path | None]:
    (uid, gid), superuser = owner(), os.getuid() == 0
    own_name = "" if superuser else _user_name()
    files = make_server_files(root) if tls else None
    plain_port, tls_port = free_port(), free_port()
    text = _CONFIGURATION.format(
        host=HOST,
        root=root,
        plain_port=plain_port,
        tls_port=tls_port if tls else 0,
        tls_listener="yes" if tls else "no",
        tls=f"ssl = yes\nssl_cert = <{files.certificate}\nssl_key = <{files.key}"
        if files
        else "ssl = no",
        internal=""
        if superuser
        else f"default_internal_user = {own_name}\ndefault_login_user = {own_name}\n"
        f"default_internal_group = {_group_name()}",
        chroot="chroot =",
        uid=uid,
        gid=gid,
    )
    (root / "dovecot.conf").write_text(text, "utf-8")
    lines = (f"{user}:{{PLAIN}}{password}::::::\n" for user, password in users.items())
    (root / "users").write_text("".join(lines), "utf-8")
    (root / "mail").mkdir()
    own(root / "mail")
    return plain_port, tls_port, files.ca_file if files else None


def _user_name() -> str:
    import pwd  # noqa: PLC0415 - not on every platform that can import this module

    return pwd.getpwuid(os.getuid()).pw_name


def _group_name() -> str:
    import grp  # noqa: PLC0415 - not on every platform that can import this module

    return grp.getgrgid(os.getgid()).gr_name


def _is_up(server: Dovecot) -> bool:
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            with socket.create_connection((HOST, server.plain_port), 1):
                return True
        except OSError:
            time.sleep(0.02)  # the server's own start; there is nothing to be told by
    return False


@contextmanager
def dovecot(
    root: Path | None = None,
    *,
    users: Mapping[str, str] | None = None,
    tls: bool = True,
    more: str = "",
) -> Iterator[Dovecot]:
    """Run Dovecot for a ``with`` block, as root or as an ordinary user.

    ``more`` ends its configuration.

    Its files lie in a short path of their own, since sockets allow no long ones and the mail's
    owner has to reach them; ``root`` gets a copy of the log. Skips if Dovecot is not installed.
    Somebody else may take a free port first: then it starts again with another one.
    """
    with ExitStack() as stack:
        yield started(stack, lambda: _once(root, users=users, tls=tls, more=more))


@contextmanager
def _once(
    root: Path | None, *, users: Mapping[str, str] | None, tls: bool, more: str
) -> Iterator[Dovecot]:
    binary = require_dovecot()
    users = dict(users or {USER: PASSWORD})
    home = Path(tempfile.mkdtemp(prefix="iw-dovecot-"))
    home.chmod(0o755)
    try:
        plain_port, tls_port, ca_file = _write(home, users, tls=tls)
        with (home / "dovecot.conf").open("a", encoding="utf-8") as configuration:
            configuration.write(more)
        arguments = [binary, "-F", "-c", str(home / "dovecot.conf")]
        process = start(arguments)
        user, password = next(iter(users.items()))
        port = tls_port if tls else plain_port
        server = Dovecot(home, port, plain_port, ca_file, user, password, process)
        try:
            if not _is_up(server):
                raise DidNotStartError(f"Dovecot did not start:\n{server.log()}")
            yield server
        finally:
            server.stop()
            if root is not None and root.is_dir():
                (root / "dovecot.log").write_text(server.log(), "utf-8")
    finally:
        shutil.rmtree(home, ignore_errors=True)
