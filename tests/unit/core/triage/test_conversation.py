"""What the exchange so far says."""

from __future__ import annotations

import pytest

from inboxwatch.core.triage.conversation import facts
from inboxwatch.model.world import History


@pytest.mark.parametrize(("mails", "further"), [(0, 0), (1, 1), (28, 28), (-1, 0)])
def test_further_mails_are_the_senders_others_without_an_answer(mails: int, further: int) -> None:
    assert facts(History(sender_mails=mails)).further_mails == further
