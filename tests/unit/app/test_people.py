"""Who is known: customers from both places, and what is remembered of anybody."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from tests.support.build import NOW, address, customers
from tests.support.house import House, letter
from tests.support.journal import answer, keep, record
from tests.support.memory_journal import MemoryJournal

from inboxwatch.app.known import Known
from inboxwatch.app.people import MAX_NOTE, find, look, note, person_fields
from inboxwatch.errors import StateError, UsageError
from inboxwatch.model.customer import Customer, Customers

if TYPE_CHECKING:
    from inboxwatch.model.customer import Directory
    from inboxwatch.model.message import Address

ANN = Customer("c-1", "Ann", ("ann@customer.example", "ann@home.example"), notes="pays late")
FIRM = Customer("c-2", "Firm", (), ("customer.example", "firm.example"))
IMPORTED = Customer("c-3", "Other Ann", ("ann@customer.example", "cy@x.example"), ("x.example",))
BOTH = Known(customers(ANN), customers(FIRM, IMPORTED))
HOUR = timedelta(hours=1)


def match(directory: Directory, spec: str) -> tuple[str, str]:
    """The ids of those as whom a sender is recognised: by address, and by domain."""
    sender = address(spec)
    around = directory.around(sender)
    found = around.by_address.get(sender.exact), around.by_domain.get(sender.domain)
    return tuple(one.id if one else "" for one in found)  # type: ignore[return-value]


def test_the_configuration_has_the_last_word_and_an_address_outranks_a_domain() -> None:
    assert match(BOTH, "ann@customer.example") == ("c-1", "c-2")
    assert match(BOTH, "eve@customer.example") == ("", "c-2")
    assert match(BOTH, "cy@x.example") == ("c-3", "c-3")
    assert match(BOTH, "eve@evil.example") == ("", "")
    assert BOTH.around(None) == Customers()
    assert [one and one.id for one in map(BOTH.with_id, ("c-1", "c-3", "c-9"))] == [
        "c-1",
        "c-3",
        None,
    ]
    assert len(BOTH) == 3


def test_a_run_recognises_imported_customers_and_decides_with_those_around_alone() -> None:
    house = House(customers=Known(customers(), customers(ANN)))  # type: ignore[arg-type]
    house.after_baseline()
    house.deliver(letter("ann@home.example"))
    house.deliver(letter("eve@customer.example"))
    found = [one.decision.customer for one in house.run().outcomes]
    assert [one.customer.id if one else None for one in found] == ["c-1", None]


def test_customers_that_cannot_be_read_end_the_run_and_answer_nobody() -> None:
    class Broken(Customers, frozen=True):
        def around(self, sender: Address | None) -> Customers:  # noqa: ARG002 - as in Directory
            raise StateError("the customers are damaged")

    house = House().after_baseline()
    house.customers = Broken()
    house.deliver(letter())
    with pytest.raises(StateError):
        house.run()
    assert house.transport.sent == []


def test_whom_a_person_wrote_to_is_a_known_contact_from_then_on() -> None:
    house = House(customers=customers()).after_baseline()
    house.deliver(letter("support@acme.example", to="eve@new.example"), "Sent")
    house.deliver(letter("eve@new.example", at=house.clock.now()))
    house.deliver(letter("mallory@other.example"))
    house.run()
    house.clock.pass_by(hours=1)
    house.deliver(letter("eve@new.example", text="One more question", at=house.clock.now()))
    newest = house.run().outcomes[0].decision
    assert "known-contact" in newest.signals
    assert not house.journal.contact("mallory@other.example")


def test_our_automatic_replies_make_nobody_a_contact() -> None:
    house = House(customers=customers()).after_baseline()
    reply = letter(
        "support@acme.example", to="eve@new.example", headers="Auto-Submitted: auto-replied\n"
    )
    house.deliver(reply, "Sent")
    house.run()
    assert house.journal.contact("eve@new.example") is None


@pytest.mark.parametrize(
    ("who", "customer", "senders"),
    [
        ("c-1", "c-1", ("ann@customer.example", "ann@home.example")),
        (" Ann@Home.example ", "c-1", ("ann@customer.example", "ann@home.example")),
        ("Eve <eve@firm.example>", "c-2", ("eve@firm.example",)),
        ("nobody+news@nowhere.example", None, ("nobody@nowhere.example",)),
    ],
)
def test_one_is_asked_for_by_id_or_address(
    who: str, customer: str | None, senders: tuple[str, ...]
) -> None:
    asked = find(BOTH, who)
    assert (asked.customer and asked.customer.id, asked.senders) == (customer, senders)


@pytest.mark.parametrize("who", ["", "c-99", "ann", "a@b@c", "\0", "x" * 10_000])
def test_what_is_neither_is_refused(who: str) -> None:
    with pytest.raises(UsageError, match="no customer"):
        find(BOTH, who)


def test_what_is_remembered_of_a_customer() -> None:
    journal = MemoryJournal()
    keep(
        journal,
        record(1, "ann@customer.example", received=NOW - 3 * HOUR, priority=8),
        record(2, "ann@home.example", received=NOW - 2 * HOUR, priority=5),
        record(3, "ann@home.example", received=NOW - HOUR, closed="deleted"),
        record(4, "ann@home.example", automatic=True),
        record(5, "eve@customer.example"),
    )
    answer(journal, "<m1@customer.example>", at=NOW)
    note(journal, find(BOTH, "ann@home.example"), " called \n", NOW)
    fields = person_fields(look(journal, BOTH, find(BOTH, "c-1")), NOW)
    assert fields["notes"] == [
        {"at": None, "text": "pays late"},
        {"at": NOW.isoformat(), "text": "called"},
    ]
    assert [(one["id"], one["standing"]) for one in fields["mails"]] == [  # type: ignore[index, attr-defined]
        (4, "automatic mail"),
        (3, "deleted"),
        (2, "waiting"),
        (1, "answered"),
    ]
    told = (fields["waiting"], fields["waiting_since"], fields["priority"])
    assert told == (1, (NOW - 2 * HOUR).isoformat(), 5)


def test_the_mails_of_a_firm_are_not_those_of_customers_of_their_own() -> None:
    journal = MemoryJournal()
    keep(journal, record(1, "ann@customer.example"), record(2, "eve@customer.example"))
    person = look(journal, BOTH, find(BOTH, "c-2"))
    assert [mail.id for mail in person.mails] == [2]
    colleague = look(journal, BOTH, find(BOTH, "bob@firm.example"))
    assert (colleague.mails, colleague.is_known) == ((), True)


def test_a_note_is_kept_with_the_customer_or_with_the_address() -> None:
    journal = MemoryJournal()
    holders = [
        note(journal, find(BOTH, who), "text", NOW)
        for who in ("c-2", "ann@home.example", "eve@firm.example", "new@nowhere.example")
    ]
    assert holders == ["c-2", "c-1", "eve@firm.example", "new@nowhere.example"]
    assert len(look(journal, BOTH, find(BOTH, "ann@customer.example")).notes) == 1
    assert len(look(journal, BOTH, find(BOTH, "eve@firm.example")).notes) == 2
    assert not look(journal, BOTH, find(BOTH, "unknown@nowhere.example")).is_known


@pytest.mark.parametrize("text", ["", " \n", "x" * (MAX_NOTE + 1)])
def test_a_note_says_something_and_not_too_much(text: str) -> None:
    with pytest.raises(UsageError):
        note(MemoryJournal(), find(BOTH, "c-1"), text, NOW)
