"""What a person does about a surge: give it a text, write ahead, close it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from inboxwatch.app.desk import MADE_OF_KEPT, log
from inboxwatch.app.run import DEFERRED_KEY
from inboxwatch.app.surges import LOOKED_AT
from inboxwatch.core.message.address import AddressError, parse_address
from inboxwatch.core.reply.ahead import key_of, write_ahead
from inboxwatch.core.reply.sandbox import TemplateFault
from inboxwatch.core.reply.serialise import SerialiseFault, serialise
from inboxwatch.core.schedule import moment
from inboxwatch.core.text import one_line
from inboxwatch.core.triage.fingerprint import Kind, kind_of, scheme
from inboxwatch.errors import UsageError
from inboxwatch.model.decision import Effect, Refusal
from inboxwatch.model.outcome import AHEAD, OutboxState
from inboxwatch.model.policy import Tone
from inboxwatch.model.world import World
from inboxwatch.ports import Claim

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from inboxwatch.app.desk import Desk
    from inboxwatch.model.customer import Customer, Directory
    from inboxwatch.model.message import Address
    from inboxwatch.model.outcome import OutboxEntry
    from inboxwatch.model.policy import Policy
    from inboxwatch.model.surge import Surge
    from inboxwatch.model.world import History
    from inboxwatch.ports import Journal, StoredMail

ABOUT_LIMIT: Final = 120
"""Characters of the words for what a surge is about: they become a subject."""

TAG_SHARE, TAG_LIFT, TAG_LEAST = 0.5, 2.0, 3
"""A tag tells whom a surge hits when so large a share of its customers has it, so many times the
share of all customers, and so many of them at least."""


class Answered(Struct, frozen=True):
    """A surge that was given a text; ``again`` are its mails that the next run decides anew."""

    surge: Surge
    again: tuple[int, ...] = ()


class Ahead(Struct, frozen=True):
    """A customer whom a surge may hit next, why, and the draft, or why there is none."""

    customer: Customer
    why: str
    entry: OutboxEntry | None = None
    declined: str = ""


class Prepared(Struct, frozen=True):
    """What ``drafts`` did, and how many customers are left for a further call."""

    surge: Surge
    done: tuple[Ahead, ...]
    left: int = 0


def answer(desk: Desk, surge_id: int, template: str, about: str) -> Answered:
    """Assign a template to an open surge, for its unanswered mails and those to come.

    Raises UsageError for a surge or a template that is not there.
    """
    _open_surge(desk.journal, surge_id)
    _require_template(desk.policy, template)
    words = one_line(about, ABOUT_LIMIT)
    again = tuple(desk.journal.answer_surge(surge_id, template, words, desk.clock.now()))
    _without_tripwire(desk.journal, again)
    log.info("surge %d is answered with %s: %d mails again", surge_id, template, len(again))
    return Answered(surge_of(desk.journal, surge_id), again)


def close(desk: Desk, surge_id: int) -> Surge:
    """Close an open surge. Raises UsageError."""
    _open_surge(desk.journal, surge_id)
    desk.journal.close_surge(surge_id, desk.clock.now())
    log.info("surge %d is closed", surge_id)
    return surge_of(desk.journal, surge_id)


def surge_of(journal: Journal, surge_id: int) -> Surge:
    """A surge by its number. Raises UsageError when there is none."""
    surge = journal.surge(surge_id)
    if surge is None:
        raise UsageError(
            f"there is no surge {surge_id}", next_step="inboxwatch surge --all shows the numbers"
        )
    return surge


def _open_surge(journal: Journal, surge_id: int) -> Surge:
    surge = surge_of(journal, surge_id)
    if surge.closed_at is not None:
        raise UsageError(
            f"surge {surge_id} is closed", next_step="inboxwatch surge shows the open ones"
        )
    return surge


def _require_template(policy: Policy, name: str) -> None:
    found = [one for one in policy.templates if one.name == name]
    if not found:
        known = ", ".join(sorted({one.name for one in policy.templates if not one.period}))
        raise UsageError(
            f"there is no template {name!r}", next_step=f"without a period there are {known}"
        )
    if any(one.tone is Tone.FUNNY for one in found):
        raise UsageError(
            f"{name} is funny, and many people have the same trouble",
            next_step="take a sincere one, such as incident",
        )


def _without_tripwire(journal: Journal, again: Sequence[int]) -> None:
    """Many mails that are decided once more are no sign that a mailbox looks new (rule X08)."""
    before = journal.remembered(DEFERRED_KEY) or ""
    known = {int(one) for one in before.split()}
    if not known.issuperset(again):
        journal.remember(DEFERRED_KEY, " ".join(map(str, sorted(known.union(again)))))


def drafts(desk: Desk, surge_id: int, *, tags: Sequence[str] = (), limit: int = 20) -> Prepared:
    """Prepare mails to customers whom a surge may hit next, held for a person to send.

    Customers with one of ``tags``; without any, those who share a tag with most of the surge's
    customers, and those who wrote about the like before. Raises UsageError when the surge has no
    template yet, or when it was not said what it is about.
    """
    surge = _open_surge(desk.journal, surge_id)
    if not surge.template or not surge.about:
        raise UsageError(
            f"surge {surge_id} has no text yet, or nobody said what it is about",
            next_step=f"inboxwatch surge answer {surge_id} --template incident --about WORDS",
        )
    mails = _mails(desk.journal, surge)
    wanted = _whom(desk, surge, mails, tags)
    account = _account(desk, mails)
    taken = _taken(desk.journal)
    fresh = [one for one in wanted if key_of(surge, one.customer) not in taken]
    done = tuple(_write(desk, surge, account, one) for one in fresh[:limit])
    return Prepared(surge, done, max(0, len(fresh) - limit))


def _mails(journal: Journal, surge: Surge) -> list[StoredMail]:
    found = (journal.mail(one) for one in journal.surge_mails(surge.id, LOOKED_AT))
    return [one for one in found if one is not None]


def _account(desk: Desk, mails: Iterable[StoredMail]) -> str:
    """The account that most of the mails came to."""
    counted = Counter(mail.ref.account for mail in mails if mail.ref.account in desk.doors)
    return counted.most_common(1)[0][0] if counted else next(iter(desk.doors))


def _taken(journal: Journal) -> frozenset[str]:
    """The customers who were written to before, whatever became of it."""
    return frozenset(
        one.reply_key for one in journal.outbox(tuple(OutboxState)) if one.kind == AHEAD
    )


def _whom(
    desk: Desk, surge: Surge, mails: Sequence[StoredMail], tags: Sequence[str]
) -> list[Ahead]:
    """Customers who have not written about it, each once, with the reason; VIPs first."""
    wrote = {_customer_id(mail) for mail in mails}
    senders = {mail.sender for mail in mails}
    chosen = {tag.casefold() for tag in tags} or _telling_tags(desk.customers, wrote)
    found: dict[str, Ahead] = {}
    if not tags:
        for customer in _wrote_of_it(desk, surge):
            found.setdefault(customer.id, Ahead(customer, "wrote of the like before"))
    for customer in desk.customers.everybody():
        shared = sorted(tag for tag in customer.tags if tag.casefold() in chosen)
        if shared:
            found.setdefault(customer.id, Ahead(customer, f"tag {shared[0]}"))
    left = [
        one
        for one in found.values()
        if one.customer.id not in wrote
        and senders.isdisjoint(one.customer.emails)
        and _may_be_written_to(one.customer, desk.policy)
    ]
    return sorted(left, key=lambda one: (not one.customer.vip, one.why.startswith("tag")))


def _customer_id(mail: StoredMail) -> str:
    customer = mail.decision.get("customer")
    return str(customer.get("id", "")) if isinstance(customer, dict) else ""


def _telling_tags(known: Directory, wrote: set[str]) -> set[str]:
    """The tags that the surge's customers have far more often than customers have."""
    here = list(filter(None, map(known.with_id, wrote)))
    counted = Counter(tag.casefold() for one in here for tag in one.tags)
    usual = Counter(tag.casefold() for one in known.everybody() for tag in one.tags)
    return {
        tag
        for tag, count in counted.items()
        if count >= max(TAG_LEAST, TAG_SHARE * len(here))
        and count / len(here) >= TAG_LIFT * usual[tag] / len(known)
    }


def _wrote_of_it(desk: Desk, surge: Surge) -> Iterator[Customer]:
    """Customers whose earlier mail shares something telling with the surge."""
    keys = frozenset(key for key in surge.keys if kind_of(key) is not Kind.EVERYDAY)
    since = surge.first_at - MADE_OF_KEPT
    traces = desk.journal.traces(since, surge.first_at, scheme=scheme(), limit=LOOKED_AT)
    for trace in reversed(traces):
        if trace.known and not keys.isdisjoint(trace.traits):
            mail = desk.journal.mail(trace.mail_id)
            customer = _known_by_address(desk.customers, mail.sender) if mail else None
            if customer is not None:
                yield customer


def _known_by_address(known: Directory, address: str) -> Customer | None:
    try:
        sender = parse_address(address)
    except AddressError:
        return None
    return known.around(sender).by_address.get(sender.exact)


def _may_be_written_to(customer: Customer, policy: Policy) -> bool:
    unwanted = policy.no_reply_addresses
    address = customer.emails[0] if customer.emails else ""
    domain = f"@{address.rpartition('@')[2]}"
    return bool(address) and not customer.no_replies and unwanted.isdisjoint((address, domain))


def _write(desk: Desk, surge: Surge, account: str, ahead: Ahead) -> Ahead:
    """One customer by themselves: what speaks against a draft is part of the result."""
    customer, now = ahead.customer, desk.clock.now()
    try:
        recipient = parse_address(customer.emails[0])
        world = World(now=now, policy=desk.policy, account=desk.policy.accounts[account])
        here = moment(desk.policy.schedule, now)
        draft = write_ahead(surge, customer, recipient, world, here)
        octets = serialise(draft, now, asked=False)
    except (AddressError, TemplateFault, SerialiseFault) as fault:
        return Ahead(customer, ahead.why, declined=one_line(str(fault), 200))
    claim = Claim(
        account=account,
        reply_key=key_of(surge, customer),
        handle=draft.handle,
        kind=AHEAD,
        recipient=draft.to,
        recipient_canonical=recipient.canonical,
        recipient_domain=recipient.organisational,
        envelope_from=draft.envelope_from,
        message_id=draft.message_id,
        octets=octets,
        claimed_at=now,
        state=OutboxState.HELD,
        promise=draft.promise,
        good_until=draft.good_until,
    )
    claimed = desk.journal.claim(claim, lambda past, _: _refused(desk, recipient, past))
    declined = "; ".join(f"{one.rule} {one.evidence}" for one in claimed.refusals)
    return Ahead(customer, ahead.why, claimed.entry, declined)


def _refused(desk: Desk, recipient: Address, past: History) -> tuple[Refusal, ...]:
    """A39, and nobody who is waiting for an answer is written to as if they had not asked."""
    mute, at = desk.policy.limits.bounce_mute, past.bounced_at
    if at is not None and at > desk.clock.now() - mute:
        evidence = f"a mail to {recipient.exact} came back"
        return (Refusal("A39", "H", Effect.NONE, one_line(evidence, 160)),)
    if past.sender_mails:
        return (Refusal("A18", "H", Effect.NONE, "a mail of theirs waits for an answer"),)
    return ()
