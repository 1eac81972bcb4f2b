from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.build import message

from inboxwatch.core.message.filter_words import CATEGORIES
from inboxwatch.core.message.filtered import _READERS, filtered, in_words
from inboxwatch.core.message.header import FILTER_FIELDS
from inboxwatch.core.message.parse import parse_octets
from inboxwatch.model.message import Filtered, Role

HOP = ("Received", "from sender by mx.acme.example; Wed, 18 Nov 2026 09:30:00 +0000")
TRUST = ("mx.acme.example",)
ONLINE = ("topmost-without-id",)
FOREFRONT = "X-Forefront-Antispam-Report"


def read(*trace: tuple[str, str], trust: tuple[str, ...] = TRUST) -> Filtered | None:
    return filtered(message(role=Role.JUNK, trace=trace), trust)


def test_every_field_has_a_reader_but_the_score_that_says_nothing_alone() -> None:
    assert FILTER_FIELDS - set(_READERS) == {"x-spam-score"}


ASSASSIN = (
    "Yes, score=7.2 required=5.0 tests=BAYES_99,DKIM_VALID,HTML_MESSAGE,URIBL_BLACK autolearn=no"
)
AMAVIS = (
    "Yes, score=7.2 tagged_above=2 required=6.31 tests=[BAYES_99=3.5, RDNS_NONE=0.8, SPF_PASS=-0.1]"
)
RSPAMD = (
    "default: True [7.20 / 15.00]; R_SPF_ALLOW(-0.20)[x]; DBL_SPAM(2.10)[a.example]; "
    "BAYES_SPAM(5.10)[99.9%]"
)


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        (
            "X-Spam-Status",
            ASSASSIN,
            Filtered("SpamAssassin", "spam", 7.2, 5.0, ("BAYES_99", "URIBL_BLACK")),
        ),
        (
            "X-Spam-Status",
            AMAVIS,
            Filtered("SpamAssassin", "spam", 7.2, 6.31, ("BAYES_99", "RDNS_NONE")),
        ),
        (
            "X-Spam-Status",
            "Yes, score=15.0 required=5.0",
            Filtered("SpamAssassin", "spam", 15.0, 5.0, grave=True),
        ),
        (
            "X-Spam-Status",
            "Yes, score=6 required=5 tests=FROM_PHISHING_LIST",
            Filtered("SpamAssassin", "phishing", 6.0, 5.0, ("FROM_PHISHING_LIST",), grave=True),
        ),
        ("X-Spam-Status", "No, score=1.2 required=5.0 tests=BAYES_50", None),
        ("X-Spam-Status", "Yes", Filtered("SpamAssassin", "spam")),
        ("X-Spam-Flag", "YES", Filtered("The spam filter", "spam")),
        ("X-Spam-Flag", "NO", None),
        (
            "X-Spamd-Result",
            RSPAMD,
            Filtered("Rspamd", "spam", 7.2, None, ("BAYES_SPAM", "DBL_SPAM")),
        ),
        (
            "X-Spamd-Result",
            "default: True [16.00 / 15.00]; BAYES_SPAM(5.10)[99.9%]",
            Filtered("Rspamd", "spam", 16.0, None, ("BAYES_SPAM",), grave=True),
        ),
        (
            "X-Spamd-Result",
            "default: True [7 / 15]; CLAM_VIRUS(7.00)[Eicar]",
            Filtered("Rspamd", "malware", 7.0, None, ("CLAM_VIRUS",), grave=True),
        ),
        ("X-Spamd-Result", "default: False [-1.20 / 15.00]; BAYES_HAM(-3.00)[99.9%]", None),
        ("X-Spamd-Result", "nonsense", None),
        ("X-Rspamd-Action", "add header", Filtered("Rspamd", "spam")),
        ("X-Rspamd-Action", "reject", Filtered("Rspamd", "spam", grave=True)),
        ("X-Rspamd-Action", "no action", None),
        (
            "X-Spam-Hits",
            "BAYES_99 3.5, ME_VAD -2, LANGUAGES en",
            Filtered("The spam filter", "spam", reasons=("BAYES_99",)),
        ),
        ("X-Spam-Hits", "ME_VAD -2, LANGUAGES en", None),
        (
            FOREFRONT,
            "CIP:192.0.2.1;LANG:en;SCL:5;SFV:SPM;CAT:SPM;DIR:INB;",
            Filtered("Microsoft 365", "spam", 5.0, None, ("CAT:SPM", "SFV:SPM")),
        ),
        (
            FOREFRONT,
            "CIP:192.0.2.1;SCL:8;SFV:SPM;CAT:PHSH;",
            Filtered("Microsoft 365", "phishing", 8.0, None, ("CAT:PHSH", "SFV:SPM"), grave=True),
        ),
        (
            FOREFRONT,
            "SCL:5;SFV:SPM;CAT:SPOOF;",
            Filtered("Microsoft 365", "spoof", 5.0, None, ("CAT:SPOOF", "SFV:SPM"), grave=True),
        ),
        (
            FOREFRONT,
            "SCL:9;SFV:SPM;CAT:MALW;",
            Filtered("Microsoft 365", "malware", 9.0, None, ("CAT:MALW", "SFV:SPM"), grave=True),
        ),
        (
            FOREFRONT,
            "SCL:6;SFV:NSPM;CAT:BULK",
            Filtered("Microsoft 365", "bulk", 6.0, None, ("CAT:BULK",)),
        ),
        (
            FOREFRONT,
            "SCL:9;SFV:SPM;CAT:SPM;",
            Filtered("Microsoft 365", "spam", 9.0, None, ("CAT:SPM", "SFV:SPM"), grave=True),
        ),
        (FOREFRONT, "SCL:8", Filtered("Microsoft 365", "spam", 8.0, grave=True)),
        (FOREFRONT, "SCL:6", Filtered("Microsoft 365", "spam", 6.0)),
        (
            FOREFRONT,
            "SCL:6;SFV:SPM;CAT:HSPM",
            Filtered("Microsoft 365", "spam", 6.0, None, ("CAT:HSPM", "SFV:SPM"), grave=True),
        ),
        (
            "X-Amavis-Alert",
            "INFECTED, message contains virus: Eicar-Test",
            Filtered("Amavis", "malware", grave=True),
        ),
        (
            "X-Amavis-Alert",
            "BANNED, message contains .exe",
            Filtered("Amavis", "malware", grave=True),
        ),
        ("X-Amavis-Alert", "BAD HEADER SECTION, Non-encoded 8-bit data", None),
        (
            "X-Virus-Status",
            "Infected (Eicar-Test-Signature)",
            Filtered("The virus scanner", "malware", grave=True),
        ),
        ("X-Virus-Status", "Yes", Filtered("The virus scanner", "malware", grave=True)),
        ("X-Virus-Status", "Clean", None),
        (FOREFRONT, "CIP:192.0.2.1;SCL:1;SFV:NSPM;CAT:NONE;", None),
        (FOREFRONT, "SCL:-1;SFV:SKN;CAT:NONE;", None),
        ("X-Gm-Spam", "1", Filtered("Google", "spam")),
        ("X-Gm-Phishy", "1", Filtered("Google", "phishing", grave=True)),
        ("X-Gm-Phishy", "0", None),
        (
            "X-Proofpoint-Spam-Details",
            "rule=phish policy=default score=100 bulkscore=0",
            Filtered("Proofpoint", "phishing", 100.0, grave=True),
        ),
        ("X-Proofpoint-Spam-Details", "rule=notspam policy=default score=0", None),
        ("X-UI-Filterresults", "junk:10;V03:K0:x", Filtered("GMX or web.de", "spam")),
        ("X-UI-Filterresults", "notjunk:1;V03:K0:x", None),
        ("X-YahooFilteredBulk", "192.0.2.1", Filtered("Yahoo", "bulk")),
        (
            "X-Barracuda-Spam-Status",
            "Yes, SCORE=6.10 using TAG_LEVEL=3.5 tests=HTML_MESSAGE, BSF_SC0_MV0448",
            Filtered("Barracuda", "spam", 6.1, 3.5, ("BSF_SC0_MV0448",)),
        ),
    ],
)
def test_what_filters_say(field: str, value: str, expected: Filtered | None) -> None:
    assert read((field, value), HOP) == expected


def test_nothing_below_the_boundary_is_read() -> None:
    assert read(HOP, HOP, ("X-Spam-Status", ASSASSIN)) is None
    assert read(HOP, ("X-Spam-Status", ASSASSIN)) is not None
    assert read(HOP, HOP, (FOREFRONT, "SCL:8;CAT:PHSH")) is None


def test_a_verdict_below_cannot_soften_the_one_above() -> None:
    found = read((FOREFRONT, "SCL:8;CAT:PHSH"), HOP, (FOREFRONT, "SCL:5;CAT:SPM"))
    assert found is not None
    assert found.category == "phishing"


def test_exchange_online_writes_its_report_among_the_senders_fields() -> None:
    found = read(HOP, HOP, HOP, (FOREFRONT, "SCL:8;CAT:PHSH"), trust=ONLINE)
    assert found is not None
    assert found.grave
    assert read(HOP, HOP, ("X-Spam-Status", ASSASSIN), trust=ONLINE) is None


def test_the_gravest_of_several_counts_and_then_the_one_that_gives_reasons() -> None:
    phishing = ("X-Gm-Phishy", "1")
    found = read(("X-Spam-Status", ASSASSIN), phishing, HOP)
    assert found is not None
    assert found.by == "Google"
    plain = read(("X-Spam-Flag", "YES"), ("X-Spam-Status", ASSASSIN), HOP)
    assert plain is not None
    assert plain.by == "SpamAssassin"


@pytest.mark.parametrize("flag", ["$Phishing", "$phishing"])
def test_the_servers_mark_for_phishing_counts(flag: str) -> None:
    found = filtered(message(role=Role.JUNK, flags=frozenset({flag})), TRUST)
    assert found is not None
    assert found.grave
    assert in_words(found) == (
        "The mail server took it for an attempt to steal passwords or money (phishing): it carries "
        "the server's mark for phishing."
    )


def test_fields_keep_their_place_from_the_octets_on() -> None:
    octets = (
        b"X-Spam-Status: Yes, score=7.2 required=5.0\r\n\ttests=BAYES_99 autolearn=no\r\n"
        b"Received: from a by b; Wed, 18 Nov 2026 09:30:00 +0000\r\n"
        b"From: ann@customer.example\r\n\r\nHello"
    )
    parsed = parse_octets(octets, source="test", role=Role.JUNK, received=None)
    assert filtered(parsed, TRUST) == Filtered("SpamAssassin", "spam", 7.2, 5.0, ("BAYES_99",))


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (
            Filtered("SpamAssassin", "spam", 7.2, 5.0, ("BAYES_99", "URIBL_BLACK", "BAYES_999")),
            (
                "SpamAssassin took it for spam, with 7.2 points where 5 suffice: its words are "
                "like those of earlier spam; it links to a site on a block list."
            ),
        ),
        (Filtered("Rspamd", "spam", 7.2), "Rspamd took it for spam, with 7.2 points."),
        (Filtered("Yahoo", "bulk"), "Yahoo took it for a mass mailing."),
        (
            Filtered("Barracuda", "spam", reasons=("BSF_SC0_MV0448",)),
            "Barracuda took it for spam: BSF_SC0_MV0448.",
        ),
        (
            Filtered("Microsoft 365", "spam", 5.0, None, ("CAT:SPM", "SFV:SPM")),
            "Microsoft 365 took it for spam, with 5 points.",
        ),
    ],
)
def test_in_words(verdict: Filtered, words: str) -> None:
    assert in_words(verdict) == words


@given(st.sampled_from(sorted(FILTER_FIELDS)), st.text(max_size=300))
def test_no_value_raises_and_every_verdict_can_be_told(field: str, value: str) -> None:
    found = read((field, value), HOP)
    if found is not None:
        assert found.category in CATEGORIES
        assert 0 < len(in_words(found)) <= 300
        assert in_words(found).isprintable()
