"""Mixed support mail from a seed: the same number and seed give the same octets.

    python benchmarks/mails.py FOLDER [--count 2000] [--seed 20261121] [--maildir]

writes ``.eml`` files, or delivers into a Maildir. Every address is in a ``.example`` domain.
"""

from __future__ import annotations

import argparse
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import hostile
from letters import (
    Letter,
    answering,
    as_html,
    blob,
    header,
    multipart,
    part,
    quoted,
    words,
)
from phrases import ANGRY, NEWS, NOTICES, VOICES
from shop import CUSTOMERS, customer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SEED = 20261121
COUNT = 2000
LAST = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
"""When the last mail was sent; the others went before it, four minutes apart."""


class Mail(NamedTuple):
    """A finished mail: its kind, when it was sent, and its octets with CRLF."""

    kind: str
    when: datetime
    octets: bytes


def mixed(count: int = COUNT, seed: int = SEED, *, until: datetime = LAST) -> Iterator[Mail]:
    """``count`` mails of all kinds in the shares of ``KINDS``, oldest first."""
    rng = random.Random(seed)  # noqa: S311 - the same mails every time
    parts = sum(kind.share for kind in KINDS)
    kinds = [kind for kind in KINDS for _ in range(round(kind.share * count / parts))]
    kinds = (kinds + [KINDS[0]] * count)[:count]
    rng.shuffle(kinds)
    for number, kind in enumerate(kinds):
        when = until - timedelta(minutes=4 * (count - 1 - number))
        name, email = customer(rng.randrange(2 * CUSTOMERS))
        letter = Letter(rng, number, when, name, email, rng.choice(VOICES))
        yield Mail(kind.name, when, kind.write(letter))


# Kinds


def question(letter: Letter) -> bytes:
    """A plain question, in the charset its country's mail programs used to use."""
    subject = letter.rng.choice(letter.voice.subjects)
    text = words(letter, letter.rng.randrange(2, 9))
    return header(letter, subject).encode() + part(text, charset=letter.voice.charset)


def angry(letter: Letter) -> bytes:
    """Somebody has had enough."""
    text = "\r\n".join(letter.rng.choices(ANGRY, k=4)) + f"\r\n\r\n{letter.name}\r\n"
    return header(letter, "STILL NO ANSWER!!!").encode() + part(text)


def html_only(letter: Letter) -> bytes:
    """A mail with nothing but HTML."""
    subject = letter.rng.choice(letter.voice.subjects)
    return header(letter, subject).encode() + part(as_html(words(letter, 6)), "html")


def reply(letter: Letter) -> bytes:
    """Text and HTML, with our last answer quoted below."""
    text = words(letter, letter.rng.randrange(1, 6)) + "\r\n" + quoted(letter)
    both = multipart(letter, "alternative", part(text), part(as_html(text), "html"))
    subject = "Re: " + letter.rng.choice(letter.voice.subjects)
    return header(letter, subject, answering(letter)).encode() + both


def thread(letter: Letter) -> bytes:
    """The newest mail of a long conversation, with all of it quoted."""
    depth = letter.rng.randrange(8, 25)
    text = words(letter, 2) + "\r\n" + quoted(letter, depth)
    both = multipart(letter, "alternative", part(text), part(as_html(text), "html"))
    return header(letter, "Re: AW: Re: Order", answering(letter, depth)).encode() + both


def with_attachments(letter: Letter) -> bytes:
    """A text with one to three files of some 100 KB."""
    files = [
        blob(letter, letter.rng.randrange(40_000, 240_000), f"photo{n}.jpg")
        for n in range(letter.rng.randrange(1, 4))
    ]
    mail = multipart(letter, "mixed", part(words(letter, 4)), *files)
    return header(letter, letter.rng.choice(letter.voice.subjects)).encode() + mail


def newsletter(letter: Letter) -> bytes:
    """A newsletter: a little text, and tables of HTML."""
    news = letter.rng.choices(NEWS, k=40)
    cells = "".join(
        f'<table width="100%" cellpadding="0"><tr><td style="padding:12px;color:#222">'
        f'<a href="https://news.example/?u={n:032x}">{line}</a></td></tr></table>\r\n'
        for n, line in enumerate(news)
    )
    html = f"<html><body>{cells}</body></html>\r\n"
    both = multipart(letter, "alternative", part("\r\n".join(news)), part(html, "html"))
    fields = ("List-Unsubscribe: <https://news.example/out>", "Feedback-ID: 77:news:example")
    sender = f"news@letters{letter.number % 30}.example"
    return header(letter, NEWS[letter.number % 5], *fields, sender=sender).encode() + both


def mailing_list(letter: Letter) -> bytes:
    """A mail over a discussion list."""
    fields = (
        "List-Id: Cargo bikes <cargo.lists.example>",
        "List-Post: <mailto:cargo@lists.example>",
        "Precedence: list",
    )
    text = words(letter, 4) + "\r\n" + quoted(letter)
    path = "cargo-bounces@lists.example"
    return header(letter, "[cargo] Lights", *fields, path=path).encode() + part(text)


def bounce(letter: Letter) -> bytes:
    """A mail of ours that could not be delivered (RFC 3464)."""
    status = (
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.firm.example\r\n\r\n"
        f"Final-Recipient: rfc822; {letter.email}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
    )
    returned = "Content-Type: text/rfc822-headers\r\n\r\n" + header(letter, "Re: your order")
    report = multipart(
        letter,
        "report",
        part("Your message could not be delivered: the address is unknown.\r\n"),
        status.encode(),
        returned.encode(),
        parameters="; report-type=delivery-status",
    )
    fields = header(
        letter,
        "Undelivered Mail Returned to Sender",
        "Auto-Submitted: auto-replied",
        sender=f"mailer-daemon@firm{letter.number % 700}.example",
        path="<>",
    )
    return fields.encode() + report


def out_of_office(letter: Letter) -> bytes:
    """An automatic reply."""
    fields = ("Auto-Submitted: auto-replied", "X-Auto-Response-Suppress: All")
    text = "I am away until Monday and will answer when I am back.\r\n"
    return header(letter, "Automatic reply: Order", *fields, path="<>").encode() + part(text)


def notice(letter: Letter) -> bytes:
    """A machine tells something."""
    text = "\r\n".join(letter.rng.choices(NOTICES, k=3))
    sender = f"no-reply@service{letter.number % 40}.example"
    fields = header(letter, NOTICES[0], "Auto-Submitted: auto-generated", sender=sender)
    return fields.encode() + part(text)


def invitation(letter: Letter) -> bytes:
    """An invitation to a meeting."""
    lines = (
        "BEGIN:VCALENDAR",
        "METHOD:REQUEST",
        "BEGIN:VEVENT",
        f"UID:{letter.number}@firm.example",
        "SUMMARY:Planning",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    )
    calendar = "Content-Type: text/calendar; method=REQUEST; charset=utf-8\r\n\r\n"
    calendar += "\r\n".join(lines)
    both = multipart(letter, "alternative", part(words(letter, 2)), calendar.encode())
    return header(letter, "Invitation: Planning").encode() + both


def attack(letter: Letter) -> bytes:
    """Somebody wants to see the program sweat."""
    return letter.rng.choice(hostile.SHAPES)(header(letter, "x"))


class Kind(NamedTuple):
    """A kind of mail and its share, in thousandths."""

    name: str
    share: int
    write: Callable[[Letter], bytes]


KINDS = (
    Kind("question", 250, question),
    Kind("reply", 220, reply),
    Kind("html", 90, html_only),
    Kind("attachments", 80, with_attachments),
    Kind("newsletter", 80, newsletter),
    Kind("thread", 60, thread),
    Kind("angry", 50, angry),
    Kind("bounce", 40, bounce),
    Kind("list", 35, mailing_list),
    Kind("notice", 35, notice),
    Kind("out-of-office", 30, out_of_office),
    Kind("invitation", 25, invitation),
    Kind("hostile", 5, attack),
)


# Places


def write_folder(folder: Path, mails: Iterator[Mail]) -> int:
    """Write mails as numbered ``.eml`` files; how many octets they are."""
    total = 0
    folder.mkdir(parents=True, exist_ok=True)
    for number, mail in enumerate(mails):
        total += (folder / f"{number:05}-{mail.kind}.eml").write_bytes(mail.octets)
    return total


def deliver(maildir: Path, mails: Iterator[Mail]) -> int:
    """Put mails into a Maildir, made if it is not there; how many octets they are."""
    total = 0
    for name in ("cur", "new", "tmp"):
        (maildir / name).mkdir(parents=True, exist_ok=True)
    for number, mail in enumerate(mails):
        name = f"{int(mail.when.timestamp())}.M{number:08}.benchmark"
        total += (maildir / "tmp" / name).write_bytes(mail.octets)
        (maildir / "tmp" / name).rename(maildir / "new" / name)
    return total


def main() -> None:
    """Write a mailbox for trying things out."""
    parser = argparse.ArgumentParser(description="Write mixed support mail.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--maildir", action="store_true")
    given = parser.parse_args()
    place = deliver if given.maildir else write_folder
    octets = place(given.folder, mixed(given.count, given.seed))
    print(f"{given.count:,} mails, {octets / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
