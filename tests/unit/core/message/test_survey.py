from __future__ import annotations

import pytest

from inboxwatch.core.message.survey import Proposal, proposal, survey, told, trusted_words

AR = "Authentication-Results"
HOP = ("Received", "from a.example by mx.acme.example; Wed, 18 Nov 2026 09:30:00 +0000")
OWN = ("Received", "by 2002:a05:1 with SMTP id x1; Wed, 18 Nov 2026 01:30:00")
MX = (AR, "mx.acme.example; dmarc=pass header.from=c.example")
EVIL = (AR, "evil.example; dmarc=pass header.from=c.example")
ONLINE = (AR, "spf=pass smtp.mailfrom=c.example; dmarc=pass header.from=c.example")
PLAIN = (HOP, MX, HOP)


@pytest.mark.parametrize(
    ("traces", "proposed", "words"),
    [
        ([], None, "no mail in INBOX carries Authentication-Results on top"),
        ([(HOP,)], None, "no mail in INBOX carries Authentication-Results on top"),
        (
            [PLAIN] * 200,
            Proposal("mx.acme.example", 1),
            (
                "mx.acme.example stands on top of 200 of the last 200 mails, always at one place "
                "(below 1 Received): authentication: {trust: [mx.acme.example]}"
            ),
        ),
        (
            [(MX, HOP)] * 10,
            Proposal("mx.acme.example", 1),
            (
                "mx.acme.example stands on top of 10 of the last 10 mails, always at one place "
                "(above all Received): authentication: {trust: [mx.acme.example]}"
            ),
        ),
        (
            [(HOP, HOP, MX, HOP, EVIL)] * 18 + [PLAIN, (EVIL,)],
            Proposal("mx.acme.example", 2),
            (
                "mx.acme.example stands on top of 19 of the last 20 mails, always within reach: "
                "authentication: {trust: [mx.acme.example], own_hops: 2}"
            ),
        ),
        (
            [(OWN, HOP, MX, HOP)] * 10,
            Proposal("mx.acme.example", 1),
            (
                "mx.acme.example stands on top of 10 of the last 10 mails, always at one place "
                "(below 1 Received): authentication: {trust: [mx.acme.example]}"
            ),
        ),
        (
            [(HOP, HOP, HOP, ONLINE, HOP)] * 10,
            Proposal("topmost-without-id", 1),
            (
                "topmost-without-id stands on top of 10 of the last 10 mails, without a name, as "
                "Exchange Online writes it: authentication: {trust: [topmost-without-id]}"
            ),
        ),
        (
            [PLAIN] * 12 + [(EVIL,)] * 8,
            None,
            (
                "no single id stands on nearly every mail at the same place: mx.acme.example (12), "
                "evil.example (8)"
            ),
        ),
        (
            [(*[HOP] * 11, MX)] * 10,
            None,
            "no single id stands on nearly every mail at the same place: mx.acme.example (10)",
        ),
        ([((AR, '"'),)], None, "no mail in INBOX carries Authentication-Results on top"),
    ],
)
def test_what_is_proposed_by_the_last_mails(
    traces: list[tuple[tuple[str, str], ...]], proposed: Proposal | None, words: str
) -> None:
    found = survey(traces)
    assert proposal(found) == proposed
    assert told(found) == words


def test_every_id_is_counted_with_where_it_stands() -> None:
    found = survey([PLAIN, (HOP, HOP, MX, MX, EVIL), (EVIL, HOP), (HOP,)])
    assert (found.mails, found.with_results) == (4, 3)
    mx, evil = found.ids
    assert (mx.name, mx.mails, mx.topmost, mx.hops) == ("mx.acme.example", 2, 2, {1: 1, 2: 1})
    assert (evil.name, evil.mails, evil.topmost, evil.hops) == ("evil.example", 2, 1, {2: 1, 0: 1})
    assert (mx.below(1), mx.below(2)) == (1, 2)


@pytest.mark.parametrize(
    ("traces", "trust", "hops", "ok", "words"),
    [
        ([PLAIN] * 3, ("mx.acme.example",), 1, True, "mx.acme.example (on 3 of the last 3 mails)"),
        (
            [PLAIN] * 3,
            ("MX.acme.example", "other.example"),
            1,
            True,
            "mx.acme.example (on 3 of the last 3 mails), other.example",
        ),
        ([], ("mx.acme.example",), 1, True, "mx.acme.example"),
        ([PLAIN] * 3, ("old.example",), 1, False, "old.example: on none of the last 3 mails; mx"),
        ([(HOP, *PLAIN)] * 3, ("mx.acme.example",), 1, False, "own_hops: 2}"),
        ([(HOP, *PLAIN)] * 3, ("mx.acme.example",), 2, True, "mx.acme.example (on 3 of"),
        ([(HOP, HOP, ONLINE)], ("topmost-without-id",), 1, True, "topmost-without-id (on 1 of"),
    ],
)
def test_whether_what_is_trusted_is_what_the_mails_carry(
    traces: list[tuple[tuple[str, str], ...]],
    trust: tuple[str, ...],
    hops: int,
    ok: bool,
    words: str,
) -> None:
    well, text = trusted_words(survey(traces), trust, hops)
    assert well is ok
    assert words in text
