"""What filters' short names mean to somebody who reads no header fields, a row a sign."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MAX_SIGNS = 4
"""Signs that are told in one sentence; the rest rarely decided."""

CATEGORIES: Mapping[str, str] = MappingProxyType(
    {
        "spam": "spam",
        "bulk": "a mass mailing",
        "phishing": "an attempt to steal passwords or money (phishing)",
        "malware": "mail with harmful software",
        "spoof": "mail in somebody else's name",
        "unknown": "unwanted mail",
    }
)

_SIGNS: tuple[tuple[str, str], ...] = (
    ("$Phishing", "it carries the server's mark for phishing"),
    ("CAT:BULK", "it looks like a newsletter or an advertisement"),
    ("CAT:MALW", "harmful software was found in it"),
    ("CAT:AMP", "harmful software was found in it"),
    ("CAT:SPOOF", "the sender's address seems to be forged"),
    ("CAT:DIMP", "its domain imitates a protected one"),
    ("CAT:UIMP", "it imitates a protected person"),
    ("CAT:GIMP", "it imitates somebody whom the reader knows"),
    ("CAT:INTOS", "it pretends to come from inside"),
    ("CAT:OSPM", "this side seemed to send spam"),
    ("CAT:HSPM", "the filter is very sure"),
    ("SFV:SKB", "its sender stands on the block list of the mailbox"),
    ("SFV:BLK", "its sender stands on the block list of the mailbox"),
    ("SFV:SKS", "a rule of the mail system marked it"),
    ("BAYES", "its words are like those of earlier spam"),
    ("NEURAL_SPAM", "its words are like those of earlier spam"),
    ("FUZZY", "the same text went to many"),
    ("RAZOR2", "the same text went to many"),
    ("PYZOR", "the same text went to many"),
    ("DCC_CHECK", "the same text went to many"),
    ("URIBL", "it links to a site on a block list"),
    ("DBL_", "it links to a site on a block list"),
    ("SURBL", "it links to a site on a block list"),
    ("URI_", "its links look unusual"),
    ("RCVD_IN_", "the server that sent it stands on a block list"),
    ("RBL_", "the server that sent it stands on a block list"),
    ("SPF_SOFTFAIL", "its server is not among those of the sender's domain (SPF)"),
    ("SPF_FAIL", "its server is not among those of the sender's domain (SPF)"),
    ("R_SPF_FAIL", "its server is not among those of the sender's domain (SPF)"),
    ("R_SPF_SOFTFAIL", "its server is not among those of the sender's domain (SPF)"),
    ("DKIM_INVALID", "its signature does not hold (DKIM)"),
    ("R_DKIM_REJECT", "its signature does not hold (DKIM)"),
    ("DMARC_POLICY", "the sender's domain asks to distrust such mail (DMARC)"),
    ("KAM_DMARC", "the sender's domain asks to distrust such mail (DMARC)"),
    ("RDNS_", "the server that sent it has no proper name"),
    ("HFILTER_HOSTNAME", "the server that sent it has no proper name"),
    ("FREEMAIL", "it came from a free mail provider"),
    ("FORGED_", "its header looks forged"),
    ("SPOOF", "its header looks forged"),
    ("PHISH", "it looks like an attempt to steal passwords"),
    ("MISSING_", "its header lacks what mail programs write"),
    ("SUBJ_", "its subject is written as spam's often is"),
    ("SUBJECT_", "its subject is written as spam's often is"),
    ("HTML_", "its HTML is built as spam's often is"),
    ("MIME_", "it is built as spam's often is"),
    ("MONEY", "it speaks of much money"),
    ("ADVANCE_FEE", "it speaks of much money"),
    ("UPPERCASE", "it is written in capitals"),
)


def signs(names: Iterable[str]) -> tuple[str, ...]:
    """The first few of a filter's tests in words, each meaning once; unknown ones by their name."""
    told: dict[str, None] = {}
    unknown: list[str] = []
    for name in names:
        meaning = _meaning(name)
        if meaning:
            told[meaning] = None
        elif ":" not in name:
            unknown.append(name)
    if not told:
        told = dict.fromkeys(unknown)
    return tuple(told)[:MAX_SIGNS]


def _meaning(name: str) -> str:
    return next((words for start, words in _SIGNS if start in name), "")
