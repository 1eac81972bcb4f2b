"""Values of the model with sensible defaults: a genuine, new mail to our address, and its world."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from inboxwatch.core.reply.language import Spoken
from inboxwatch.core.reply.occasion import Occasion
from inboxwatch.model.customer import Customer, Customers
from inboxwatch.model.message import (
    Address,
    Message,
    MessageRef,
    RawMessage,
    ReturnPath,
    ReturnPathKind,
    Role,
)
from inboxwatch.model.policy import AccountPolicy, Kind, Lexicon, Policy, Team, Template, Tone
from inboxwatch.model.schedule import Holidays, Moment, Period, Schedule, Slot
from inboxwatch.model.world import History, World

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
"""A Wednesday, 10:30 in Berlin: business hours."""


def address(spec: str, name: str = "") -> Address:
    """An Address made by hand, without the parser."""
    local, _, domain = spec.rpartition("@")
    domain = domain.lower()
    exact = f"{local.lower()}@{domain}"
    canonical = f"{local.lower().split('+')[0]}@{domain}"
    organisational = ".".join(domain.split(".")[-2:])
    return Address(local, domain, exact, canonical, organisational, name)


def message(
    sender: str = "ann@customer.example",
    subject: str = "A question",
    text: str = "How do I change my address?",
    headers: dict[str, str | tuple[str, ...]] | None = None,
    **fields: object,
) -> Message:
    """A genuine, new mail from ``sender`` to support@acme.example."""
    given = {
        name.lower(): value if isinstance(value, tuple) else (value,)
        for name, value in (headers or {}).items()
    }
    built = Message(
        source="test",
        role=Role.INBOX,
        received=NOW,
        flags=frozenset(),
        ref=MessageRef("support", "INBOX", 1, 1),
        headers={"from": (sender,), "to": ("support@acme.example",), **given},
        sender=address(sender),
        from_text=sender,
        return_path=ReturnPath(ReturnPathKind.ADDRESS, address(sender)),
        reply_to=(),
        recipients=frozenset({"support@acme.example"}),
        recipient_count=1,
        message_id="<m1@customer.example>",
        in_reply_to=(),
        references=(),
        subject=subject,
        date=NOW,
        parts=(),
        text=text,
        full_text=text,
        reply_key="key-1",
    )
    return replace(built, **fields)


def raw(octets: bytes, role: Role = Role.INBOX, received: datetime | None = NOW) -> RawMessage:
    """A RawMessage from a whole mail; line ends may be LF."""
    octets = octets.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    header, _, body = octets.partition(b"\r\n\r\n")
    return RawMessage("test", role, header + b"\r\n", body, received, len(octets))


def week() -> Schedule:
    """The schedule of the example configuration: two business slots, evening, weekend."""
    slots = {
        "business": tuple(
            slot for day in range(5) for slot in (Slot(day, 540, 750), Slot(day, 810, 1080))
        ),
        "evening": tuple(Slot(day, 1080, 1380) for day in range(5)),
        "weekend": tuple(Slot(day, 0, 1440) for day in (5, 6)),
    }
    return Schedule(
        BERLIN,
        tuple(Period(name, slots[name]) for name in ("business", "evening", "weekend")),
        frozenset({"business"}),
        Holidays(),
    )


def template(period: str = "business", **fields: object) -> Template:
    """A short sincere template for a period."""
    built = Template(
        name=period,
        period=period,
        kind=Kind.ACKNOWLEDGEMENT,
        tone=Tone.SINCERE,
        language="en",
        body="Hello {{ customer_name }},\n\nwe have your mail.\n\n{{ sign }}\n",
    )
    return replace(built, **fields)


def account(
    name: str = "support", spec: str = "support@acme.example", **fields: object
) -> AccountPolicy:
    """The policy of one account; reserved domains are allowed, since everything is loopback."""
    built = AccountPolicy(
        name=name,
        address=address(spec),
        display_name="Acme Support",
        addresses=frozenset({address(spec).exact}),
        test_domains_allowed=True,
    )
    return replace(built, **fields)


def policy(**fields: object) -> Policy:
    """A policy with one account and replies switched on."""
    one = account()
    built = Policy(
        team=Team("Acme Support", "Jo and the Acme team"),
        accounts={one.name: one},
        own_addresses=frozenset({one.address.canonical}),
        own_domains=frozenset({"acme.example"}),
        schedule=week(),
        templates=tuple(template(p) for p in ("business", "evening", "weekend", "night")),
        lexicon=Lexicon(),
        replies_enabled=True,
        secret=b"s" * 32,
    )
    return replace(built, **fields)


def world(**fields: object) -> World:
    """The world at NOW for a policy with one account."""
    built_policy = fields.pop("policy", None) or policy()
    first = next(iter(built_policy.accounts.values()))  # type: ignore[attr-defined]
    built = World(now=NOW, policy=built_policy, account=first)  # type: ignore[arg-type]
    return replace(built, **fields)


def occasion(language: str = "en", **fields: object) -> Occasion:
    """A calm first mail from nobody known, at the weekend."""
    built = Occasion(
        moment=Moment(NOW, "weekend", "weekend", False, None),
        account="support",
        sender="ann@customer.example",
        spoken=Spoken(language),
        history=History(),
        priority=3,
    )
    return replace(built, **fields)


def customers(*known: Customer) -> Customers:
    """An index of customers."""
    return Customers(
        {email: customer for customer in known for email in customer.emails},
        {domain: customer for customer in known for domain in customer.domains},
    )
