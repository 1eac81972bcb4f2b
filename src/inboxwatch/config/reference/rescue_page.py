"""``docs/rescue.md``: what brings a mail back from the spam folder, and what keeps it there."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from inboxwatch.config.reference.tables import table
from inboxwatch.core.rescue.conditions import CONDITIONS
from inboxwatch.core.rescue.findings import FINDINGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_HEAD = """\
# Customers' mail in the spam folder

Every mail in the spam folder is judged: **rescue** (a customer, proven genuine), **review** (a
person should look) or **leave**. `inboxwatch explain` shows each condition below with what tells
that it is met or not, `triage --json` has them in `rescue.conditions`. This page is written from
the program's tables by `make docs`.

"""

_CONDITIONS = """\
## What a rescue takes

All of these. What imitates a domain, was forged, is harmful, or was sent by a list or a program
is left where it is, whoever is named in it. Of what remains, a known customer's mail is offered
for review, and so is a customer's by the domain alone.

"""

_STRANGERS = """
## Strangers

A stranger's mail is never rescued. It is offered for review, unless something above says worse of
it than that a proof is missing, if one of these ties it to you:

- it answers an automatic reply of yours, by its Message-ID;
- it belongs to a conversation in which somebody of the team has answered;
- somebody of the team has written to the address;
- it names an order number as `rescue.order_numbers` describes it.

"""

_FINDINGS = """\
## What speaks against a mail

"""

_TAIL = """
## Names and domains

- The team's names are those of the team and of the accounts; a word that is the label of a domain
  of yours counts as well. Customers' names are compared as wholes, in any order of their words
  and as they look, with the configuration's customers and all imported ones. A short single name
  is nobody's.
- A domain imitates another if the two look the same once letters of other scripts, `rn` for `m`,
  `1` for `l`, `0` for `o` and hyphens are folded, if only its ending differs (from 4 characters
  on), if it is one slip away (from 6 characters on), if it begins like the other and is somebody
  else's, or if it mixes scripts. It is compared with your own domains and those of customers, and
  never with a public mail provider's: `gmial.com` is not found. A domain that is a customer's
  itself imitates none.
- Both are looked at in the spam folder only, and not for a customer proven by the address.

## Attachments

None is ever opened. Every name counts that a mail program may find in the header of one, and each
at its worst; so do those in mails within the mail, three deep, and in uuencoded text. What has
names that disagree or break the grammar, no name where one is needed, or cannot be looked into
(winmail.dat) counts as a program. Archives (zip) are judged by their own name alone.

## What is trusted

- `authentication.trust` names whose word counts, `own_hops` how many of your own servers a mail
  passes: what stands below was written by the sender. Spam filters' fields are read above that
  line as well; Exchange Online writes its report further down, and it counts where
  `topmost-without-id` is trusted.
- Results below the first of the writer's own fields (From, To, Subject, Date, Message-ID,
  MIME-Version) are never believed, and below the Received that follows the first result only what
  speaks against the writer is. A server has to strip results in its own name from mail that comes
  in (RFC 8601 5), as the large providers do; where yours neither strips them nor writes its own,
  leave `rescue.mode` at `report`. A server's name counts in the letters that you trust alone, in
  any case: a full-width letter, a soft hyphen, a quote or a dot at the end makes it another's.
- At public mail providers an answer has to go to the very address that wrote; elsewhere to the
  same organisation. Every part of Reply-To has to be a plain address.
- `authentication.trusted_arc_sealers` names forwarders whose ARC seal counts. Your own server has
  to find the chain whole, and every sealer from the last one back to the one that vouches has to
  be listed.
"""


def rescue_page() -> str:
    """The whole page."""
    parts = (_conditions(), _findings())
    conditions, findings = ("\n".join(part) for part in parts)
    return _HEAD + _CONDITIONS + conditions + _STRANGERS + _FINDINGS + findings + _TAIL


def _conditions() -> Iterator[str]:
    rows = ((f"`{row.id}`", row.title) for row in CONDITIONS)
    yield from table("Condition, Met when", rows)


def _findings() -> Iterator[str]:
    rows = ((name, meaning, FINDING_EXAMPLES[name]) for name, meaning in FINDINGS.items())
    yield from table("Finding, Meaning, Example", rows)


FINDING_EXAMPLES: Mapping[str, str] = MappingProxyType(
    {
        "A14": "From: ann@shaw.example, ben@shaw.example",
        "A43": "a mail of several megabytes, of which only the beginning was fetched",
        "S01": "`authentication.trust` is empty",
        "S06": "a quote that does not end in Authentication-Results",
        "S07": "Authentication-Results: mx.acme.example; dmarc=fail",
        "S08": "Authentication-Results: mx.acme.example; dmarc=temperror",
        "S10": "arc=pass, sealed by old-provider.example, which saw dmarc=pass",
        "S11": "SPF passes for help@old-acme.example, which forwards to you",
        "S14": "no Authentication-Results of a trusted server",
        "S20": "From: ann@elsewhere.example, who is no customer",
        "S21": "From: ann@shaw.example <ben@other.example>",
        "S22": 'From: "Acme Support" <x@elsewhere.example>',
        "S23": "From: ann@sh4w.example, From: ann@shavv.example",
        "S24": "Reply-To: ann@elsewhere.example, From: ann@shaw.example",
        "S25": "X-Forefront-Antispam-Report: CAT:PHSH or SCL:9, X-Virus-Status: Infected",
        "S26": "invoice.pdf.exe, or one file with two names",
    }
)
"""What each finding has in view."""
