"""Whatever a mail holds, its reply says exactly what was meant, or there is none (F13, F15)."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import compat32
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.support.build import NOW, account, address, message, policy, template, world

from inboxwatch.core.reply.choose import Choice
from inboxwatch.core.reply.compose import compose
from inboxwatch.core.reply.sandbox import TemplateFault
from inboxwatch.core.reply.serialise import SerialiseFault, serialise
from inboxwatch.model.customer import Customer, CustomerMatch, MatchKind
from inboxwatch.model.schedule import Moment

if TYPE_CHECKING:
    from email.message import Message

HOME = "https://acme.example/help"
BODY = (
    "Hello {{ greeting_name }},\nabout {{ subject }} from {{ account_address }}\n"
    f"- see {HOME}\n{{{{ sign }}}}\n"
)
ALWAYS = ["From", "To", "Subject", "Date", "Message-ID"]
THREADING = {"In-Reply-To", "References"}
REST = [
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "X-Loop",
    "X-Inboxwatch-Loop",
    "Content-Language",
    "MIME-Version",
    "Content-Type",
]
PLAIN = ["Content-Transfer-Encoding"]
TAGS = {"html", "head", "meta", "body", "p", "br", "ul", "li", "a"}

nasty = st.sampled_from(
    [
        "\r\nBcc: eve@evil.example\r\n",
        "=?utf-8?q?=0ABcc=3A_x?=",
        "=?utf-8?b?Cg==?=",
        "=?",
        "?=",
        "\r",
        "\n\n",
        "\x00",
        "\x85",
        "\u2028",
        "\u202e",
        "\ud800",
        "{{ sign }}",
        '"',
        "\\",
        "<a@b>",
        "@",
        "Re: ",
        " " * 80,
        "x" * 300,
        "\U0001f469\u200d\U0001f4bb" * 40,
        "مرحبا",
    ]
)
texts = st.lists(st.one_of(nasty, st.text(st.characters(codec=None), max_size=30)), max_size=6).map(
    "".join
)
ids = st.one_of(
    texts, texts.map(lambda text: f"<{text}>"), st.integers().map(lambda n: f"<{n}@x.example>")
)


@settings(max_examples=150, deadline=None)
@given(
    subject=texts,
    name=texts,
    display_name=texts,
    local=st.one_of(st.just("ann"), texts),
    message_id=st.none() | ids,
    references=st.lists(ids, max_size=40).map(tuple),
    customer_name=st.none() | texts,
    template_subject=st.sampled_from(["", "{{ subject }}", "Re: {{ customer_name }}"]),
    html=st.booleans(),
)
def test_a_reply_says_what_was_meant_or_is_refused(
    subject: str,
    name: str,
    display_name: str,
    local: str,
    message_id: str | None,
    references: tuple[str, ...],
    customer_name: str | None,
    template_subject: str,
    *,
    html: bool,
) -> None:
    sender = replace(address("ann@customer.example", name), local=local)
    customer = None if customer_name is None else Customer("c1", customer_name)
    try:
        draft = compose(
            message=message(subject=subject, message_id=message_id, references=references),
            choice=Choice(template(body=BODY, subject=template_subject), "test"),
            world=world(policy=policy(html=html), account=account(display_name=display_name)),
            moment=Moment(NOW, "business", "business", True, None),
            customer=CustomerMatch(customer, MatchKind.ADDRESS) if customer else None,
            destination=sender,
        )
        octets = serialise(draft, NOW)
    except (TemplateFault, SerialiseFault):
        return
    head, _, body = octets.partition(b"\r\n\r\n")
    foreign = [line for line in head.split(b"\r\n") if not line.isascii()]
    assert foreign == ([] if draft.to.isascii() else [f"To: {draft.to}".encode()])
    assert body.isascii()
    assert b"\r" not in octets.replace(b"\r\n", b"")
    assert b"\n" not in octets.replace(b"\r\n", b"")
    assert max(map(len, octets.split(b"\r\n"))) <= 998
    read = message_from_bytes(octets, policy=compat32)
    names = ALWAYS + REST + ([] if html else PLAIN)
    assert [field for field in read.keys() if field not in THREADING] == names  # noqa: SIM118
    assert len(read.get_all("To", [])) == 1
    assert set(str(read.get("References", "")).split()) == set(draft.references)
    assert b"eve@evil.example" not in octets.partition(b"\r\nSubject")[0].partition(b"\r\nTo")[2]
    assert len(draft.subject) <= 200
    assert len(draft.text.encode()) <= 4096
    assert texts_of(read) == [draft.text, draft.html][: 1 + html]
    if html:
        seen = Reader(draft.html)
        assert set(seen.tags) <= TAGS
        assert set(seen.links) == {HOME}


def texts_of(read: Message) -> list[str]:
    """The decoded texts of a mail or of its parts."""
    parts = [part for part in read.walk() if not part.is_multipart()]
    octets = [bytes(part.get_payload(decode=True)) for part in parts]  # type: ignore[arg-type]
    return [text.decode().replace("\r\n", "\n") for text in octets]


class Reader(HTMLParser):
    """The tags of a document, and where they point."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.feed(document)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [
            value or "" for name, value in attrs if name not in ("lang", "charset", "dir")
        ]


@settings(max_examples=60, deadline=None)
@given(subject=texts, name=texts, reference=ids)
def test_an_ordinary_sender_always_gets_a_reply(subject: str, name: str, reference: str) -> None:
    sender = address("ann@customer.example", name)
    draft = compose(
        message=replace(message(subject=subject, references=(reference,)), sender=sender),
        choice=Choice(template(body=BODY), "test"),
        world=world(),
        moment=Moment(NOW, "business", "business", True, None),
        customer=None,
        destination=sender,
    )
    assert serialise(draft, NOW)
