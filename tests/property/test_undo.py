"""Whatever copies lie around and whenever it is killed, a sweep moves and takes back its own."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.killed import KilledError, killing
from tests.unit.app.test_sweep import genuine, house, sweep
from tests.unit.app.test_undo import nameless

from inboxwatch.app.put_back import undo

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.house import House

MAKERS: tuple[Callable[[], bytes], ...] = (genuine, nameless, lambda: genuine(2))
KINDS = st.sampled_from(range(len(MAKERS)))


def lying(at: House, mailbox: str) -> list[bytes]:
    return sorted(mail.octets for mail in at.account.boxes[mailbox].mails.values())


@settings(deadline=None, max_examples=60)
@given(
    inbox=st.lists(KINDS, max_size=3),
    spam=st.lists(KINDS, min_size=1, max_size=4),
    told=st.booleans(),
    kills=st.lists(st.booleans(), max_size=3),
    undo_kills=st.lists(st.booleans(), max_size=3),
)
def test_every_mail_is_where_it_belongs(
    inbox: list[int], spam: list[int], told: bool, kills: list[bool], undo_kills: list[bool]
) -> None:
    at = house()
    at.account.told = told
    originals = {at.deliver(MAKERS[kind](), "INBOX") for kind in inbox}
    for kind in spam:
        at.deliver(MAKERS[kind](), "Spam")
    at.clock.pass_by(minutes=1)
    in_inbox, in_spam = lying(at, "INBOX"), lying(at, "Spam")
    for moved in kills:
        with killing(at, moved=moved), suppress(KilledError):
            sweep(at, apply=True)
    sweep(at, apply=True)
    assert (lying(at, "INBOX"), lying(at, "Spam")) == (sorted(in_inbox + in_spam), [])
    numbers = at.journal.undoable()
    for number in numbers:
        for moved in undo_kills:
            with killing(at, moved=moved), suppress(KilledError):
                undo(at.desk(), number)
        undo(at.desk(), number)
    assert set(at.account.boxes["INBOX"].mails) == originals
    assert (lying(at, "INBOX"), lying(at, "Spam")) == (in_inbox, in_spam)
    assert at.journal.undoable() == ()
    assert at.journal.unsettled_swept() == ()
    assert kills or at.journal.open_mails() == ()
