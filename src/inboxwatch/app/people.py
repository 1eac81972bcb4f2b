"""Look at people: what is known of a customer or of anybody who wrote, and what the team noted."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from inboxwatch.core.attention import ledger_fields
from inboxwatch.core.goodwill import goodwill_fields
from inboxwatch.core.message.address import AddressError, canonical_form, parse_address
from inboxwatch.errors import UsageError
from inboxwatch.model.customer import Contact, natural

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime, tzinfo

    from inboxwatch.model.customer import Customer, Directory, Note
    from inboxwatch.model.message import Address
    from inboxwatch.model.outcome import Promise
    from inboxwatch.model.playbook import Goodwill
    from inboxwatch.ports import Journal, StoredMail

MAILS = 1000
"""How many of somebody's mails are looked at, the newest of them."""

MAX_NOTE = 10_000
"""Characters of a note."""

SCHEMA = 1


class Asked(Struct, frozen=True):
    """Who is asked for: a customer, by the id or an address of theirs, or anybody's address."""

    customer: Customer | None
    address: Address | None = None

    @property
    def holders(self) -> tuple[str, ...]:
        """What notes about them are kept under."""
        customer = self.customer
        known = (customer.id, *customer.emails) if customer else ()
        return (*known, *((self.address.exact,) if self.address else ()))

    @property
    def senders(self) -> tuple[str, ...]:
        """The canonical addresses that are theirs; of a customer's colleague, their own one."""
        customer, address = self.customer, self.address
        if address and not (customer and address.exact in customer.emails):
            return (address.canonical,)
        return tuple(map(canonical_form, customer.emails)) if customer else ()

    @property
    def is_whole(self) -> bool:
        """Whether a customer was asked for by name, and not one person of theirs."""
        customer, address = self.customer, self.address
        return customer is not None and (address is None or address.exact in customer.emails)

    @property
    def domains(self) -> tuple[str, ...]:
        """The domains whose people are theirs, where nobody was asked for by address."""
        return self.customer.domains if self.customer and not self.address else ()


class Person(Struct, frozen=True):
    """What is known of somebody.

    ``mails`` are the newest first, ``promises`` and ``credits`` the earliest first.
    """

    asked: Asked
    contact: Contact | None
    notes: tuple[Note, ...]
    mails: tuple[StoredMail, ...]
    promises: tuple[Promise, ...] = ()
    credits: tuple[Goodwill, ...] = ()

    @property
    def waiting(self) -> tuple[StoredMail, ...]:
        """The mails that wait for an answer of a person."""
        return tuple(mail for mail in self.mails if standing(mail) == "waiting")

    @property
    def is_known(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.asked.customer or self.contact or self.notes or self.mails)


def find(directory: Directory, who: str) -> Asked:
    """Whom an id or an address means. Raises UsageError for what is neither."""
    text = who.strip()
    if customer := directory.with_id(text):
        return Asked(customer)
    try:
        address = parse_address(text)
    except AddressError:
        raise UsageError(
            f"there is no customer {who!r}",
            next_step="name an address, or an id that inboxwatch customers list shows",
        ) from None
    around = directory.around(address)
    by_domain = around.by_domain.get(address.domain)
    return Asked(around.by_address.get(address.exact) or by_domain, address)


def look(
    journal: Journal,
    directory: Directory,
    asked: Asked,
    priority_of: Callable[[StoredMail], int] = lambda mail: mail.priority,
) -> Person:
    """Everything that is remembered about somebody; ``priority_of`` is that of a mail as of now."""
    mails = journal.mails_of(asked.senders, asked.domains, MAILS)
    if asked.domains:
        mails = tuple(one for one in mails if not _somebody_elses(one.sender, directory, asked))
    contacts = filter(None, map(journal.contact, asked.senders))
    return Person(
        asked=asked,
        contact=_whole(contacts),
        notes=journal.notes_on(asked.holders),
        mails=tuple(replace(one, priority=priority_of(one)) for one in mails),
        promises=tuple(
            one for one in journal.promises() if _is_theirs(one.recipient, directory, asked)
        ),
        credits=credits_of(journal.goodwills(), directory, asked),
    )


def credits_of(
    ledger: Iterable[Goodwill], directory: Directory, asked: Asked
) -> tuple[Goodwill, ...]:
    """What was proposed to somebody; to a customer under whatever address they wrote."""
    holder = asked.customer.id if asked.customer and asked.is_whole else None
    return tuple(
        one
        for one in ledger
        if one.customer_id == holder or _is_theirs(one.party, directory, asked)
    )


def whole(directory: Directory, sender: str, recognised: str) -> Asked:
    """The customer of an address with all of their addresses, else the address alone.

    ``recognised`` is the id of the customer as whom the sender was known once, or empty.
    """
    try:
        asked = find(directory, sender)
    except UsageError:  # an address of a form that a person cannot type
        asked = Asked(None)
    customer = asked.customer or directory.with_id(recognised)
    return Asked(customer) if customer else asked


def _is_theirs(address: str, directory: Directory, asked: Asked) -> bool:
    """Whether an address is that of the person, or of somebody in a customer's domain."""
    try:
        found = parse_address(address)
    except AddressError:
        return False
    if found.canonical in asked.senders:
        return True
    return found.domain in asked.domains and not _somebody_elses(address, directory, asked)


def _somebody_elses(address: str, directory: Directory, asked: Asked) -> bool:
    """Whether an address in a customer's domain is of one who is a customer by address."""
    try:
        sender = parse_address(address)
    except AddressError:
        return False
    owner = directory.around(sender).by_address.get(sender.exact)
    return owner is not None and asked.customer is not None and owner.id != asked.customer.id


def _whole(contacts: Iterable[Contact]) -> Contact | None:
    found = tuple(contacts)
    if not found:
        return None
    return Contact(min(one.first_at for one in found), max(one.last_at for one in found))


def standing(mail: StoredMail) -> str:
    """How a mail stands: waiting, answered, or why it needs nobody."""
    if mail.answered_at is not None:
        return "answered"
    return mail.closed or ("automatic mail" if mail.automatic else "waiting")


def note(journal: Journal, asked: Asked, text: str, now: datetime) -> str:
    """Write something down about somebody; what it is kept under. Raises UsageError."""
    words = text.strip()
    if not words:
        raise UsageError("the note is empty", next_step="write what the team should know")
    if len(words) > MAX_NOTE:
        raise UsageError(
            f"the note has {len(words):,} characters", next_step=f"at most {MAX_NOTE:,}: shorten it"
        )
    customer = asked.customer
    holder = customer.id if customer and asked.is_whole else asked.holders[-1]
    journal.add_note(holder, now, words)
    return holder


def noted_about(directory: Directory, holders: Iterable[str]) -> Iterator[Customer]:
    """The customers who hold notes, by their ids or by one of their addresses."""
    for holder in holders:
        try:
            customer = find(directory, holder).customer
        except UsageError:  # of a customer who is no more
            continue
        if customer is not None and holder in (customer.id, *customer.emails):
            yield customer


def by_id(customer: Customer) -> str:
    """What customers are ordered by."""
    return natural(customer.id)


def customer_fields(customer: Customer) -> dict[str, object]:
    """A customer as plain values, without the notes: those are for ``person_fields`` alone."""
    return {
        "schema": SCHEMA,
        "type": "customer",
        "id": customer.id,
        "name": customer.name,
        "emails": list(customer.emails),
        "domains": list(customer.domains),
        "vip": customer.vip,
        "tags": list(customer.tags),
        "language": customer.language,
        "timezone": customer.timezone,
        "no_replies": customer.no_replies,
    }


def person_fields(person: Person, now: datetime) -> dict[str, object]:
    """What is known of somebody as plain values, instants in the zone of ``now``."""
    customer, address, zone = person.asked.customer, person.asked.address, now.tzinfo
    waiting, contact = person.waiting, person.contact
    return {
        "schema": SCHEMA,
        "type": "person",
        "address": address.exact if address else None,
        "customer": customer_fields(customer) if customer else None,
        "contact": _contact(contact, zone) if contact else None,
        "notes": note_fields(person.asked, person.notes, zone),
        "waiting": len(waiting),
        "waiting_since": _told(min((one.received for one in waiting), default=None), zone),
        "priority": max((one.priority for one in waiting), default=None),
        "mails": [_mail(mail, zone) for mail in person.mails],
        "promises": [ledger_fields(one, now) for one in person.promises],
        "goodwill": [goodwill_fields(one, now) for one in person.credits],
    }


def note_fields(
    asked: Asked, notes: Iterable[Note], zone: tzinfo | None
) -> list[dict[str, object]]:
    """What the team knows of somebody: of the customer list first, then what it wrote down."""
    customer = asked.customer
    listed = [{"at": None, "text": customer.notes}] if customer and customer.notes else []
    written = [{"at": _told(one.at, zone), "text": one.text} for one in notes]
    return [dict(one) for one in chain(listed, written)]


def _contact(contact: Contact, zone: tzinfo | None) -> Mapping[str, object]:
    return {"first_at": _told(contact.first_at, zone), "last_at": _told(contact.last_at, zone)}


def _mail(mail: StoredMail, zone: tzinfo | None) -> Mapping[str, object]:
    return {
        "id": mail.id,
        "received": _told(mail.received, zone),
        "from": mail.sender,
        "subject": mail.subject,
        "priority": mail.priority,
        "standing": standing(mail),
        "answered_at": _told(mail.answered_at, zone),
    }


def _told(at: datetime | None, zone: tzinfo | None) -> str | None:
    return at.astimezone(zone).isoformat() if at else None
