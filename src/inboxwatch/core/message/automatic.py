"""What a mail is: a bounce, a list's, an invitation, our own (rules A01 to A15, A30 to A32).

A rule is a row of ``_ROWS``: its id and a predicate that returns the evidence, or the empty string.
"""

from __future__ import annotations

import re
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from msgspec import Struct

from inboxwatch.core.message import localparts, markers
from inboxwatch.core.message.markers import Case, any_value, shown
from inboxwatch.core.message.subjects import looks_automatic
from inboxwatch.core.text import one_line
from inboxwatch.model.message import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from inboxwatch.model.message import Address, Message
    from inboxwatch.model.policy import AccountPolicy, Policy

LOOP_FIELD = "x-inboxwatch-loop"
MESSAGE_ID_PREFIX = "<iw."

_TOKEN_ENDS = re.compile(r"[\s;,]+")
_YES = frozenset({"yes", "true"})
_FROM_DEFECTS = {
    "from-missing": "From is missing or empty",
    "from-several": "From names more than one address",
    "from-group": "From is a group",
    "from-no-domain": "From has no domain",
}


# --- A11, A32: our own mail -------------------------------------------------------------------


def _loop(case: Case) -> str:
    message = case.message
    if LOOP_FIELD in message.headers:
        marker = case.policy.loop_marker
        for value in message.headers[LOOP_FIELD]:
            if marker in value.lower():
                return shown(LOOP_FIELD, value)
    if _is_own_id(message.message_id or "", case.policy.own_domains):
        return shown("message-id", message.message_id or "")
    return any_value(message, "x-loop", lambda value: _is_loop(value, case), str.strip)


def _is_own_id(message_id: str, own_domains: Collection[str]) -> bool:
    lowered = message_id.lower()
    if not lowered.startswith(MESSAGE_ID_PREFIX):
        return False
    return lowered.rpartition("@")[2].rstrip("> ") in own_domains


def _is_loop(value: str, case: Case) -> bool:
    if not _YES.isdisjoint(_TOKEN_ENDS.split(value)):
        return True
    exact = (one for account in case.policy.accounts.values() for one in account.addresses)
    return any(own in value for own in (*case.policy.own_addresses, *exact))


def _own_address(case: Case) -> str:
    for label, address in _addresses(case.message):
        if (
            address.canonical in case.policy.own_addresses
            or address.exact in case.account.addresses
            or address.exact == case.account.envelope_from.lower()
        ):
            return one_line(f"{label}: {address.exact} is one of our own", markers.MAX_EVIDENCE)
    return ""


def _addresses(message: Message) -> Iterable[tuple[str, Address]]:
    if message.sender is not None:
        yield "From", message.sender
    if message.return_path.address is not None:
        yield "Return-Path", message.return_path.address


# --- A14, A15: From and Subject ---------------------------------------------------------------


def _no_sender(case: Case) -> str:
    if case.message.sender is not None:
        return ""
    known = (_FROM_DEFECTS[defect] for defect in case.message.defects if defect in _FROM_DEFECTS)
    return next(known, "From is not one address that every mail program reads alike")


def _subject(case: Case) -> str:
    subject = case.message.subject
    return shown("subject", subject) if looks_automatic(subject) else ""


# --- A30, A31: addresses behind which nobody reads --------------------------------------------


def _in_from(matches: Callable[[str], bool]) -> Callable[[Case], str]:
    def find(case: Case) -> str:
        sender = case.message.sender
        if sender is None:
            bare = _bare_name(case.message.header("from"))
            return shown("from", case.message.header("from")) if matches(bare) else ""
        return shown("from", sender.exact) if matches(sender.local) else ""

    return find


def _bare_name(value: str) -> str:
    """What stands where an address should: old mail systems write ``From: MAILER-DAEMON``."""
    words = value.rpartition("<")[2].partition(">")[0].partition("@")[0].split(maxsplit=1)
    return words[0] if words else ""


def _in_envelope(matches: Callable[[str], bool]) -> Callable[[Case], str]:
    """Look at the envelope sender, unless it is the From address inside a bounce tag (BATV).

    Such a mail is left to rule F01, which answers to From or holds.
    """

    def find(case: Case) -> str:
        envelope, sender = case.message.return_path.address, case.message.sender
        if envelope is None:
            value = case.message.header("return-path")
            return shown("return-path", value) if matches(_bare_name(value)) else ""
        if sender is not None and localparts.untagged(envelope.local) == sender.local.lower():
            return ""
        return shown("return-path", envelope.exact) if matches(envelope.local) else ""

    return find


# --- the table --------------------------------------------------------------------------------


class _Row(Struct, frozen=True):
    """One rule; ``soft`` and ``person`` are those of its findings.

    ``fields`` are all the fields it looks at, if it looks at nothing else; ``of_names`` that it
    looks at the local parts of From and Return-Path alone.
    """

    id: str
    find: Callable[[Case], str]
    fields: frozenset[str] = frozenset()
    soft: bool = False
    person: bool = False
    of_names: bool = False


_named = partial(_Row, of_names=True)

_ROWS = (
    _Row("A01", markers.auto_submitted, markers.AUTO_SUBMITTED),
    _Row("A02", markers.null_return_path),
    _Row("A02", markers.invalid_return_path, person=True),
    _Row("A04", markers.report),
    _Row("A05", markers.failed_recipients, markers.FAILED_RECIPIENTS),
    _Row("A06", markers.precedence, markers.PRECEDENCE),
    _Row("A07", markers.mailing_list, markers.LIST),
    _Row("A08", markers.unsubscribe, markers.UNSUBSCRIBE, soft=True, person=True),
    _Row("A09", markers.response_suppress, markers.SUPPRESS),
    _Row("A10", markers.responder, markers.RESPONDERS),
    _Row("A11", _loop),
    _Row("A12", markers.bulk_marker, markers.BULK, soft=True, person=True),
    _Row("A13", markers.calendar),
    _Row("A14", _no_sender, person=True),
    _Row("A15", _subject, soft=True, person=True),
    _named("A30", _in_from(localparts.is_machine)),
    _named("A30", _in_from(localparts.is_role), soft=True, person=True),
    _named("A30", _in_envelope(localparts.is_mail_system)),
    _named("A30", _in_envelope(localparts.is_sending_program), person=True),
    _named("A30", _in_envelope(localparts.is_role), soft=True, person=True),
    _named("A31", _in_from(localparts.is_no_reply), soft=True),
    _named("A31", _in_envelope(localparts.is_no_reply), soft=True, person=True),
    _Row("A32", _own_address),
)

_FIELDS = frozenset[str]().union(*(row.fields for row in _ROWS))


@lru_cache(maxsize=256)
def _rows(fields: frozenset[str], *, names: bool) -> tuple[_Row, ...]:
    """The rows that can match a mail that has these of the fields that rows look at.

    ``names`` tells that one of its local parts is not a person's.
    """
    return tuple(
        row
        for row in _ROWS
        if (names or not row.of_names) and not (row.fields and row.fields.isdisjoint(fields))
    )


def _has_telling_name(message: Message) -> bool:
    """Whether a local part, or what stands in place of an address, has to be looked at."""
    sender, envelope = message.sender, message.return_path.address
    if sender is None or envelope is None:
        return True
    return localparts.is_telling(sender.local) or localparts.is_telling(envelope.local)


def automatic_findings(
    message: Message, policy: Policy, account: AccountPolicy
) -> tuple[Finding, ...]:
    """The rules about what a mail is that match it, all of them, in the order of the rulebook."""
    case = Case(message, policy, account)
    rows = _rows(_FIELDS.intersection(message.headers), names=_has_telling_name(message))
    return tuple(
        [
            Finding(row.id, evidence, row.soft, row.person)
            for row in rows
            if (evidence := row.find(case))
        ]
    )


def is_automatic(findings: Iterable[Finding]) -> bool:
    """Whether findings make a mail automatic for triage.

    Not by a subject alone (rule A15), nor where a person may have written it all the same: a shop's
    mail with an unsubscribe link, a contact form sent by a web server, postmaster.
    """
    return any(not finding.person for finding in findings)
