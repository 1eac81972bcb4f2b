"""A private Postfix on loopback that delivers into a private Dovecot, for a ``with`` block."""

from __future__ import annotations

import os
import shutil
import smtplib
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.started import HOST, end, free_port, missing, owner, start

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator, Sequence

    from tests.support.dovecot import Dovecot

START_TIMEOUT = 15.0
DELIVERY_TIMEOUT = 20.0

_MAIN = """\
compatibility_level = 3.6
queue_directory = {root}/queue
data_directory = {root}/data
mail_owner = postfix
setgid_group = postdrop
myhostname = mx.acme.example
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = {host}
inet_protocols = ipv4
smtputf8_enable = yes
smtpd_relay_restrictions = reject_unauth_destination
smtpd_reject_unlisted_recipient = yes
alias_maps =
alias_database =
local_transport = error:nobody lives here
default_transport = error:this server writes to nobody else
relay_transport = error:this server writes to nobody else
virtual_mailbox_domains = {domains}
virtual_mailbox_base = {mail}
virtual_mailbox_maps = texthash:{root}/boxes
virtual_minimum_uid = 1
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
maillog_file = {root}/postfix.log
maillog_file_prefixes = {root}
"""

_MASTER = """\
{host}:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
virtual unix - n n - - virtual
postlog unix-dgram n - n - 1 postlogd
"""

_QUEUE = {
    **dict.fromkeys(("active", "bounce", "corrupt", "defer", "deferred", "flush"), 0o700),
    **dict.fromkeys(("hold", "incoming", "private", "saved", "trace"), 0o700),
    "public": 0o2710,
    "maildrop": 0o1730,
}
"""The folders of the queue, which ``postfix check`` would make in seconds rather than at once."""


@dataclass(slots=True)
class Postfix:
    """A running server: takes mail on ``host:port`` and delivers it into Dovecot's Maildirs."""

    root: Path
    port: int
    process: subprocess.Popen[bytes]
    host: str = HOST

    def submit(self, sender: str, recipient: str, octets: bytes) -> None:
        """Hand a mail over as any client would."""
        with smtplib.SMTP(self.host, self.port, timeout=10) as client:
            client.sendmail(sender, [recipient], octets)

    def settle(self) -> None:
        """Wait until the queue is empty: everything taken has been delivered."""
        deadline = time.monotonic() + DELIVERY_TIMEOUT
        while any(self._queued()):
            if time.monotonic() > deadline:
                raise RuntimeError(f"Postfix still holds mail:\n{self.log()}")
            time.sleep(0.05)  # the server's own work; its queue is all there is to look at

    def _queued(self) -> Iterator[Path]:
        for name in ("maildrop", "incoming", "active", "deferred", "bounce", "defer"):
            yield from (path for path in (self.root / "queue" / name).rglob("*") if path.is_file())

    def log(self) -> str:
        """What Postfix wrote so far."""
        path = self.root / "postfix.log"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    def stop(self) -> None:
        """End the server; may be called twice."""
        end(self.process)


def require_postfix() -> str:
    """Postfix's master; else skip, or fail where CI=true says that nothing may be missing."""
    folders = ("/usr/lib/postfix/sbin", "/usr/libexec/postfix")
    master = next((f"{folder}/master" for folder in folders if Path(folder, "master").exists()), "")
    if not master:
        missing("Postfix is not installed (Debian: apt-get install postfix)")
    if os.getuid() != 0:
        missing("Postfix can be started by root only: run these tests as root, as in a container")
    return master


def _write(root: Path, port: int, dovecot: Dovecot, addresses: Sequence[str]) -> None:
    domains = sorted({address.rpartition("@")[2] for address in addresses})
    uid, gid = owner()
    main = _MAIN.format(
        root=root,
        host=HOST,
        domains=", ".join(domains),
        mail=dovecot.root / "mail",
        uid=uid,
        gid=gid,
    )
    (root / "main.cf").write_text(main, "utf-8")
    (root / "master.cf").write_text(_MASTER.format(host=HOST, port=port), "utf-8")
    boxes = "".join(f"{address} {address}/\n" for address in addresses)
    (root / "boxes").write_text(boxes, "utf-8")
    (root / "queue" / "pid").mkdir(parents=True)
    (root / "data").mkdir()
    shutil.chown(root / "data", "postfix")
    for name, mode in _QUEUE.items():
        folder = root / "queue" / name
        folder.mkdir()
        shutil.chown(folder, "postfix", "postdrop" if mode > 0o777 else "root")
        folder.chmod(mode)


def _wait_until_up(server: Postfix) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            with smtplib.SMTP(HOST, server.port, timeout=5) as client:
                client.noop()
                return
        except OSError:
            time.sleep(0.05)  # the server's own start; there is nothing to be told by
    raise RuntimeError(f"Postfix did not start:\n{server.log()}")


@contextmanager
def postfix(dovecot: Dovecot, addresses: Sequence[str]) -> Iterator[Postfix]:
    """Run Postfix for a ``with`` block; it knows ``addresses`` and writes to nobody else.

    Configuration, queue and log lie in a folder of their own; nothing of the machine's own Postfix
    is read or touched. Skips where it is not installed, or where we are not root; fails under CI.
    """
    master = require_postfix()
    home = Path(tempfile.mkdtemp(prefix="iw-postfix-"))
    home.chmod(0o755)
    try:
        port = free_port()
        _write(home, port, dovecot, addresses)
        for address in addresses:
            dovecot.maildir("INBOX", user=address)
        process = start([master, "-d", "-c", str(home)])
        server = Postfix(home, port, process)
        try:
            _wait_until_up(server)
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)
