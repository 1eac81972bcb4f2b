from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.utils import parseaddr, parsedate_to_datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from inboxwatch.demo.scenario import SCENES, Delivery, Scene
from inboxwatch.demo.shop import CUSTOMERS

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import EmailMessage

BERLIN = ZoneInfo("Europe/Berlin")
MAILS = [(scene, mail) for scene in SCENES for mail in scene.mails]
ADDRESSES = {row.email for row in CUSTOMERS if row.email}


def parsed(mail: Delivery) -> EmailMessage:
    return message_from_bytes(mail.octets, policy=policy.default)


def sender(mail: Delivery) -> str:
    return parseaddr(raw(mail, "From"))[1]


def raw(mail: Delivery, name: str) -> str:
    """A field as it stands there, unfolded and undecoded."""
    head = mail.octets.partition(b"\r\n\r\n")[0].decode("latin-1").replace("\r\n", "\n")
    found = re.search(rf"^{name}: (.*(?:\n[ \t].*)*)", head, re.MULTILINE)
    return re.sub(r"\n[ \t]+", " ", found[1]).strip() if found else ""


def name_of(case: tuple[Scene, Delivery]) -> str:
    return f"{case[0].at:%a-%H}-{case[1].about}"


every_mail = pytest.mark.parametrize(("scene", "mail"), MAILS, ids=map(name_of, MAILS))


def test_scenes_play_at_their_instants() -> None:
    assert [scene.at for scene in SCENES] == [
        datetime(2026, 11, 18, 10, 30, tzinfo=BERLIN),
        datetime(2026, 11, 18, 20, 15, tzinfo=BERLIN),
        datetime(2026, 11, 21, 20, 14, tzinfo=BERLIN),
        datetime(2026, 11, 23, 8, 40, tzinfo=BERLIN),
    ]


def test_there_are_about_forty_mails() -> None:
    assert 38 <= len(MAILS) <= 48


def test_mail_arrives_after_the_scene_before_its_own() -> None:
    for before, scene in zip((None, *SCENES), SCENES, strict=False):
        arrivals = [scene.arrival(mail) for mail in scene.mails]
        assert arrivals == sorted(arrivals)
        assert arrivals[-1] < scene.at
        assert scene.at - arrivals[0] < timedelta(hours=24)
        assert before is None or arrivals[0] > before.at


def test_scenario_is_the_same_in_every_process() -> None:
    script = """
import sys
from inboxwatch.demo.scenario import SCENES
for scene in SCENES:
    for mail in scene.mails:
        sys.stdout.buffer.write(mail.octets)
"""
    elsewhere = {**os.environ, "PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo"}
    run = subprocess.run(
        [sys.executable, "-c", script], env=elsewhere, capture_output=True, check=True
    )
    assert run.stdout == b"".join(mail.octets for _, mail in MAILS)


def test_message_ids_are_unique() -> None:
    counted = Counter(raw(mail, "Message-ID") for _, mail in MAILS)
    assert counted.most_common(1)[0][1] == 1
    assert all(re.fullmatch(r"<[^<>@\s]+@[a-z0-9.-]+\.example>", one) for one in counted)


@every_mail
def test_lines_end_with_crlf(scene: Scene, mail: Delivery) -> None:
    assert scene
    assert mail.octets.endswith(b"\r\n")
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", mail.octets)
    assert max(map(len, mail.octets.split(b"\r\n"))) <= 998


@every_mail
def test_stdlib_parses_it(scene: Scene, mail: Delivery) -> None:
    message = parsed(mail)
    assert scene
    assert not message.defects
    for part in message.walk():
        assert not part.defects
        part.get_payload(decode=True)


@every_mail
def test_mail_carries_what_servers_write(scene: Scene, mail: Delivery) -> None:
    message = parsed(mail)
    assert mail.octets.startswith(b"Return-Path: <")
    assert len(message.get_all("Received", [])) == 2
    stamps = [text.rpartition(";")[2] for text in message.get_all("Received", [])]
    assert parsedate_to_datetime(stamps[0]) == scene.arrival(mail)
    written = parsedate_to_datetime(raw(mail, "Date"))
    assert parsedate_to_datetime(stamps[1]) == written
    assert scene.arrival(mail) - written == timedelta(minutes=1)


@every_mail
def test_everybody_lives_in_a_reserved_domain(scene: Scene, mail: Delivery) -> None:
    assert scene
    text = mail.octets.decode("latin-1")
    hosts = re.findall(r"@([a-z0-9.-]+)|(?:https?://)([a-z0-9.-]+)", text, re.IGNORECASE)
    assert all((left or right).rstrip(".").endswith(".example") for left, right in hosts)


@every_mail
def test_ordinary_mail_is_authenticated(scene: Scene, mail: Delivery) -> None:
    assert scene
    results = raw(mail, "Authentication-Results")
    domain = sender(mail).rpartition("@")[2]
    expected = {
        "spoofed customer": f"dmarc=fail header.from={domain}",
        "swallowed fleet": "",
    }.get(mail.about, f"dmarc=pass header.from={domain}")
    assert results.endswith(expected) if expected else results == ""
    assert not results or results.startswith("mx.acme.example; ")


def from_customer(mail: Delivery) -> bool:
    return sender(mail) in ADDRESSES


CATEGORIES: dict[str, Callable[[Delivery], bool]] = {
    "delivery status": lambda m: parsed(m).get_param("report-type") == "delivery-status",
    "null return path": lambda m: raw(m, "Return-Path") == "<>",
    "read receipt": lambda m: parsed(m).get_param("report-type") == "disposition-notification",
    "out of office": lambda m: raw(m, "Auto-Submitted") == "auto-replied",
    "unmarked vacation": lambda m: (
        raw(m, "Return-Path") != "<>" and raw(m, "Precedence") == "auto_reply"
    ),
    "mailing list": lambda m: bool(raw(m, "List-Id")),
    "newsletter": lambda m: bool(raw(m, "List-Unsubscribe")) and not raw(m, "List-Id"),
    "invitation": lambda m: any(
        part.get_content_type() == "text/calendar" and part.get_param("method") == "REQUEST"
        for part in parsed(m).walk()
    ),
    "no-reply": lambda m: sender(m).startswith("no-reply@"),
    "genuine customer in Spam": lambda m: (
        m.mailbox == "Spam"
        and from_customer(m)
        and "dmarc=pass" in raw(m, "Authentication-Results")
    ),
    "spoofed customer in Spam": lambda m: (
        m.mailbox == "Spam"
        and from_customer(m)
        and "dmarc=fail" in raw(m, "Authentication-Results")
    ),
    "display-name trick": lambda m: (
        not from_customer(m) and any(one in raw(m, "From") for one in ADDRESSES)
    ),
    "domain customer in Spam": lambda m: (
        m.mailbox == "Spam" and sender(m).endswith("@nordwind.example")
    ),
    "plain spam": lambda m: m.mailbox == "Spam" and m.about == "spam" and not from_customer(m),
    "HTML only": lambda m: (
        parsed(m).get_content_type() == "text/html" and not raw(m, "List-Unsubscribe")
    ),
    "wrong charset": lambda m: b"charset=utf-8" in m.octets and not is_utf8(m.octets),
    "unknown charset": lambda m: parsed(m).get_content_charset() == "x-steampunk-8",
    "raw 8-bit subject": lambda m: not raw(m, "Subject").isascii(),
    "hostile subject": lambda m: "\x1b[" in raw(m, "Subject") and "[red]x[/]" in raw(m, "Subject"),
    "German": lambda m: "Viele Grüße" in text(m),
    "French": lambda m: "Merci d'avance" in text(m),
    "not to us": lambda m: "acme.example" not in raw(m, "To") and not raw(m, "List-Id"),
    "thank-you": lambda m: "Merci beaucoup" in text(m),
    "attachment": lambda m: any(parsed(m).iter_attachments()),
    "manager": lambda m: "speak to a manager" in text(m),
    "survey": lambda m: {"$400.", "$9,"} <= set(text(m).split()),
    "quoted text": lambda m: "\n> " in text(m),
    "encoded name": lambda m: "=?utf-8?" in raw(m, "From"),
}


def is_utf8(octets: bytes) -> bool:
    try:
        octets.decode()
    except UnicodeDecodeError:
        return False
    return True


def text(mail: Delivery) -> str:
    part = parsed(mail).get_body(("plain", "html"))
    octets = part.get_payload(decode=True) if part else b""
    return octets.decode("utf-8", "replace").replace("\r\n", "\n")  # type: ignore[union-attr]


@pytest.mark.parametrize("category", CATEGORIES)
def test_category_is_there(category: str) -> None:
    assert any(CATEGORIES[category](mail) for _, mail in MAILS)


@pytest.mark.parametrize("mail", [mail for _, mail in MAILS if mail.about.startswith("28 mails")])
def test_the_long_exchange_is_one_conversation(mail: Delivery) -> None:
    assert len(raw(mail, "References").split()) >= 26
    assert raw(mail, "In-Reply-To") == raw(mail, "References").split()[-1]


def test_a_customer_writes_twice_within_one_scene() -> None:
    counted = Counter((scene.at, sender(mail)) for scene, mail in MAILS if mail.mailbox == "INBOX")
    assert counted[SCENES[0].at, "yuki@tan.example"] == 2


def test_the_furious_customer_wrote_before() -> None:
    hers = [scene.at for scene, mail in MAILS if sender(mail) == "dana@whitlock.example"]
    assert hers == [SCENES[0].at, SCENES[1].at, SCENES[2].at]


@pytest.mark.parametrize(
    "addresses",
    [
        {"klara@vogt.example", "klara.vogt@holzwerkstatt.example"},
        {"ruth@castellan.example", "ruth.castellan@city-choir.example"},
    ],
)
def test_one_customer_writes_from_two_addresses(addresses: set[str]) -> None:
    assert addresses <= {sender(mail) for _, mail in MAILS}
    assert len({row.id for row in CUSTOMERS if row.email in addresses}) == 1


def test_every_customer_has_written() -> None:
    writers = {sender(mail) for _, mail in MAILS}
    domains = {address.rpartition("@")[2] for address in writers}
    assert all(row.email in writers or row.domain in domains for row in CUSTOMERS)
