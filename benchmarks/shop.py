"""The shop whose mail the benchmarks judge: a configuration, and 5,000 customers."""

from __future__ import annotations

import csv
import os
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

CUSTOMERS = 5000
ADDRESS = "support@acme.example"
AUTHSERV = "mx.acme.example"

_FIRST = ("Ann", "Ben", "Clara", "Dirk", "Eva", "Finn", "Greta", "Hugo", "Ida", "Jan")
_LAST = ("Adler", "Berg", "Costa", "Dupont", "Evans", "Fischer", "Garcia", "Haas", "Ito", "Jansen")
_LANGUAGES = ("en", "de", "fr", "", "", "")

_ACCOUNT = """\
  {name}:
    address: {address}{aliases}
    imap:
      host: {host}
      port: {imap_port}
      security: {security}
      user: {user}
      password_file: password{ca}
    smtp: {{host: {host}, port: {smtp_port}, security: none, user: ""}}
    mailboxes: {{inbox: INBOX, junk: auto, sent: auto, drafts: auto}}
    authentication: {{trust: [mx.acme.example]}}
"""

_CONFIGURATION = """\
version: 1
timezone: Europe/Berlin
team: {{name: Acme Support, sign: "Jo and the Acme team"}}
accounts:
{accounts}\
schedule:
  business: {{mon-fri: "09:00-12:30, 13:30-18:00"}}
  evening: {{mon-fri: "18:00-23:00"}}
  weekend: {{sat-sun: "00:00-24:00"}}
  open: [business]
  holidays: {{country: DE, region: BE}}
  closures: ["2026-12-24..2027-01-02", "2026-11-27 from 15:00"]
customers: {{files: [customers.csv]}}
replies: {{enabled: true, mode: {mode}}}
rescue: {{mode: report, reply: false}}
state: {{path: state.db}}
"""


class Door(NamedTuple):
    """Where one account is read: its name and address, and its user at a port of loopback."""

    port: int = 143
    name: str = "support"
    address: str = ADDRESS
    user: str = ADDRESS


def customer(number: int) -> tuple[str, str]:
    """The name and the address of a customer; numbers beyond the list are strangers of its kind."""
    first, last = _FIRST[number % 10], _LAST[number // 10 % 10]
    return f"{first} {last}", f"{first}.{last}{number}@firm{number % 700}.example".lower()


def write_configuration(
    folder: Path,
    *,
    imap_port: int = 143,
    smtp_port: int = 25,
    password: str = "",
    ca_file: Path | None = None,
) -> Path:
    """Write config.yaml, customers.csv and the password into ``folder``; the first one's path.

    The servers are on loopback; with ``ca_file`` IMAP is spoken over TLS.
    """
    doors = [Door(imap_port)]
    return write_accounts(folder, doors, smtp_port=smtp_port, password=password, ca_file=ca_file)


def write_accounts(
    folder: Path,
    doors: Sequence[Door],
    *,
    smtp_port: int = 25,
    password: str = "",
    ca_file: Path | None = None,
    mode: str = "send",
) -> Path:
    """The same for several accounts, which have one password; ``mode`` is that of the replies."""
    _write_customers(folder / "customers.csv")
    secret = folder / "password"
    secret.touch(0o600)
    secret.write_text(password + "\n", "utf-8")
    accounts = "".join(
        _ACCOUNT.format(
            name=door.name,
            address=door.address,
            aliases="\n    aliases: [help@acme.example]" if door.address == ADDRESS else "",
            host="127.0.0.1",
            imap_port=door.port,
            smtp_port=smtp_port,
            user=door.user,
            security="tls" if ca_file else "none",
            ca=f"\n      ca_file: {ca_file}" if ca_file else "",
        )
        for door in doors
    )
    config = folder / "config.yaml"
    config.touch(0o600)
    config.write_text(_CONFIGURATION.format(accounts=accounts, mode=mode), "utf-8")
    long_ago = config.stat().st_mtime - 3600  # what was written just now would not be kept
    os.utime(config, (long_ago, long_ago))
    return config


def _write_customers(path: Path) -> None:
    columns = ["id", "name", "email", "domain", "vip", "tags", "language", "timezone", "notes"]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        for number in range(CUSTOMERS):
            name, email = customer(number)
            writer.writerow(
                {
                    "id": f"c-{number}",
                    "name": name,
                    "email": email,
                    "vip": "yes" if number % 50 == 0 else "",
                    "tags": "wholesale" if number % 9 == 0 else "",
                    "language": _LANGUAGES[number % len(_LANGUAGES)],
                }
            )
