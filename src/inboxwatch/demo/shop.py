"""Acme Bikes: the configuration and the customers of the demo's shop."""

from __future__ import annotations

import csv
import io
import json
import os
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from inboxwatch.demo.server import DemoServers

_CONFIGURATION = """\
# The demo's configuration. The servers it names live as long as the demo runs.
version: 1
timezone: Europe/Berlin
team: {{name: Acme Bikes, sign: "Jo and the Acme team"}}
accounts:
  support:
    address: support@acme.example
    aliases: [help@acme.example]
    imap:
      host: 127.0.0.1
      port: {imap_port}
      security: none
      user: {user}
      password_file: password
    smtp: {{host: 127.0.0.1, port: {smtp_port}, security: none}}
    mailboxes: {{inbox: INBOX, junk: auto, sent: auto, drafts: auto}}
    authentication: {{trust: [mx.acme.example]}}
schedule:
  business: {{mon-fri: "09:00-12:30, 13:30-18:00"}}
  evening: {{mon-fri: "18:00-23:00"}}
  weekend: {{sat-sun: "00:00-24:00"}}
  open: [business]
  holidays: {{country: DE, region: BE}}
  closures: ["2026-12-24..2027-01-02", "2026-11-27 from 15:00"]
customers: {{files: [customers.csv]}}
replies: {{enabled: true, mode: send}}
rescue: {{mode: report, reply: false}}
goodwill: {{most: 25, currency: EUR, approvers: [Jo]}}
tests:
  - name: who is angry is not joked with
    at: 2026-11-21 20:14
    mail: {{from: gus@hardwick.example, subject: useless, text: You are absolute idiots.}}
    expect: {{priority: 6.., signals: insult, reply: hold}}
  - name: a calm question is answered at the weekend
    at: 2026-11-21 12:00
    mail: {{from: otto@zeppel.example, subject: A bell, text: "Do you have bells?"}}
    expect: {{priority: ..4, customer: none, reply: send}}
state: {{path: {state}}}
"""


class CustomerRow(NamedTuple):
    """One line of customers.csv; two lines with one id are one customer with two addresses."""

    id: str
    name: str
    email: str = ""
    domain: str = ""
    vip: str = ""
    tags: str = ""
    language: str = ""
    timezone: str = ""
    notes: str = ""


CUSTOMERS = (
    CustomerRow("c-01", "Dana Whitlock", "dana@whitlock.example", tags="touring"),
    CustomerRow("c-02", "Ruth Castellan", "ruth@castellan.example", tags="regular"),
    CustomerRow("c-02", "Ruth Castellan", "ruth.castellan@city-choir.example", tags="regular"),
    CustomerRow(
        "c-03",
        "Ingrid Solberg",
        "ingrid@solberg-touring.example",
        vip="yes",
        tags="fleet",
        timezone="Europe/Oslo",
    ),
    CustomerRow("c-04", "Klara Vogt", "klara@vogt.example", language="de"),
    CustomerRow("c-04", "Klara Vogt", "klara.vogt@holzwerkstatt.example", language="de"),
    CustomerRow("c-05", "Étienne Marchand", "etienne@marchand.example", language="fr"),
    CustomerRow("c-06", "Nordwind Logistik", domain="nordwind.example", tags="fleet"),
    CustomerRow("c-07", "Yuki Tan", "yuki@tan.example"),
    CustomerRow("c-08", "Per Lindqvist", "per@lindqvist.example"),
    CustomerRow("c-09", "Bella Ferro", "bella@velo-coop.example"),
    CustomerRow(
        "c-10",
        "Gus Hardwick",
        "gus@hardwick.example",
        notes="Blunt, but he pays on time. No jokes; Jo calls him back herself.",
    ),
    CustomerRow("c-11", "Leo Brandt", "leo@brandt.example", tags="billing"),
    CustomerRow("c-12", "Mina Okafor", "mina@okafor.example"),
    CustomerRow("c-13", "Tom Pereira", "tom@pereira.example", tags="café"),
    CustomerRow("c-14", "Hanna Brückner", "hanna@brueckner.example", language="de"),
    CustomerRow("c-15", "Jörg Bäcker", "joerg@baecker.example", language="de"),
    CustomerRow("c-16", "Sylvie Roux", "sylvie@roux.example", language="fr"),
)


def write_configuration(folder: Path, servers: DemoServers, *, state: str = "state.db") -> Path:
    """Write config.yaml, customers.csv and the password into ``folder``; the first one's path.

    The folder is made if it is missing. All of it can be read by its owner alone (rules T05, T06).
    ``state`` is a path, relative to the folder unless absolute.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    configuration = folder / "config.yaml"
    text = _CONFIGURATION.format(
        imap_port=servers.imap_port,
        smtp_port=servers.smtp_port,
        user=json.dumps(servers.user),  # a JSON string is a YAML string whatever is in it
        state=json.dumps(state),
    )
    _write_private(folder / "password", servers.password + "\n")
    _write_private(folder / "customers.csv", _customers_csv())
    _write_private(configuration, text)
    return configuration


def _customers_csv() -> str:
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(CustomerRow._fields)
    writer.writerows(CUSTOMERS)
    return table.getvalue()


def _write_private(path: Path, text: str) -> None:
    """Write a file that was never readable by anybody else, not even while it was empty."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        os.fchmod(descriptor, 0o600)
        file.write(text)
