"""Composing a reply: every value of its fields and its text, without a MIME object in sight.

What templates may say is in ``vocabulary``. A variable is only worked out if the template uses it.
"""

from __future__ import annotations

import hmac
import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from inboxwatch.core.reply.clean import (
    header_text,
    reply_subject,
    without_repeated_prefix,
    without_reply_prefix,
)
from inboxwatch.core.reply.sandbox import TemplateFault, render, variables
from inboxwatch.core.reply.vocabulary import INSTANTS, VARIABLES, Facts
from inboxwatch.core.reply.wording import words, zone_of
from inboxwatch.model.decision import Draft

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from inboxwatch.core.reply.choose import Choice
    from inboxwatch.core.reply.tags import Tags
    from inboxwatch.model.customer import CustomerMatch
    from inboxwatch.model.message import Address, Message
    from inboxwatch.model.policy import AccountPolicy, Template
    from inboxwatch.model.schedule import Moment
    from inboxwatch.model.world import World

TEXT_LIMIT: Final = 4096
"""Octets of a reply's text (rule A41)."""
LINE_LIMIT: Final = 990
"""Octets of one line of it; RFC 5321 4.5.3.1.6 allows 998, dot-stuffing may add one."""
SIGNATURE_MARK: Final = "-- "
"""The one line whose space at the end means something (RFC 3676 4.3)."""
REFERENCES_LIMIT: Final = 2048
LAST_REFERENCES: Final = 20
MESSAGE_ID_LIMIT: Final = 70
"""Characters of our own, where the domain leaves room for half a digest at least (rule F14)."""

MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}>")
_TEXT_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"
    "\ud800-\udfff]"
)
_OTHER_WORDS = "at another time"
_BLANK_LINES = re.compile(r"\n{3,}")
_GREETING_GAP = re.compile(r"(\w+(?: \w+){0,2}) +,")
"""``Hello ,``: what is left of ``Hello {{ customer_name }},`` when the name is not known."""


def compose(
    *,
    message: Message,
    choice: Choice,
    world: World,
    moment: Moment,
    customer: CustomerMatch | None,
    destination: Address,
    due: datetime | None = None,
    signals: frozenset[str] = frozenset(),
) -> Draft:
    """The reply to one mail, complete but for its date.

    ``due`` is what it may promise; ``signals`` tell what the mail is about.
    Raises TemplateFault if the template cannot be rendered; the caller then holds (rule O04).
    """
    template = choice.template
    zone_name = customer.customer.timezone if customer else None
    zone = zone_of(zone_name, world.policy.schedule.timezone)
    facts = Facts(
        message,
        world,
        moment,
        customer,
        template.language,
        zone,
        due,
        signals,
        incident=choice.incident,
        is_answer=not choice.ahead,
    )
    subject, body = (_Filled.of(source, facts) for source in (template.subject, template.body))
    return _draft(choice, destination, facts, subject, body)


def _draft(
    choice: Choice, destination: Address, facts: Facts, subject: _Filled, body: _Filled
) -> Draft:
    template, message, world = choice.template, facts.message, facts.world
    account = world.account
    named = {**subject.named(facts), **body.named(facts)}
    text = finished(body.text)
    return Draft(
        template=f"{template.name}.{template.language}",
        handle=template.name,
        kind=template.kind.value,
        tone=template.tone.value,
        language=template.language,
        why=choice.why,
        to=destination.spec,
        from_name=header_text(account.display_name),
        from_address=_from_address(message, account),
        envelope_from="" if account.null_sender else account.envelope_from or account.address.spec,
        reply_to=account.reply_to,
        subject=_subject(subject, facts),
        text=text,
        message_id=_message_id(message, world, template.name),
        in_reply_to=_valid_id(message.message_id),
        references=_references(message),
        loop_marker=world.policy.loop_marker,
        html=_html(text, template) if world.policy.html else "",
        precedence=world.policy.precedence,
        promise=named.get("promise"),
        good_until=min(named.values(), default=None),
    )


def _html(text: str, template: Template) -> str:
    from inboxwatch.core.reply.html import html_of  # noqa: PLC0415 - most replies are plain text

    return html_of(text, template.body, template.language)


class _Filled(Struct, frozen=True):
    """A source of a template, the variables that it uses worked out, and its text."""

    source: str
    values: Mapping[str, str | bool | Tags]
    text: str

    @classmethod
    def of(cls, source: str, facts: Facts) -> _Filled:
        if not source:
            return cls("", {}, "")
        values = {name: VARIABLES[name](facts) for name in variables(source) if name in VARIABLES}
        return cls(source, values, render(source, values))

    def named(self, facts: Facts) -> Mapping[str, datetime]:
        """The instants that the text really says, by the variable that says them.

        One that is only asked for, or stands in a branch not taken, is not said: the text stays
        the same whatever its words are.
        """
        found = {name: INSTANTS[name](facts) for name in INSTANTS.keys() & self.values.keys()}
        return {name: instant for name, instant in found.items() if instant and self._says(name)}

    def _says(self, name: str) -> bool:
        if str(self.values[name]) in self.text:
            return True
        return render(self.source, {**self.values, name: _OTHER_WORDS}) != self.text


def finished(text: str) -> str:
    """A rendered text as it goes out: line feeds, short lines, one line feed at the end.

    Raises TemplateFault if nothing is left, or more than 4 KB (rule A41).
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    text = text.replace("\u2029", "\n").replace("\x85", "\n").replace("\t", "    ")
    raw_lines = text.split("\n")
    if not all(map(str.isprintable, raw_lines)):
        raw_lines = _TEXT_CONTROL.sub("", text).split("\n")
    lines = [line if line == SIGNATURE_MARK else line.rstrip() for line in raw_lines]
    if len(max(lines, key=len)) * 4 > LINE_LIMIT:
        lines = [short for line in lines for short in _wrapped(line)]
    text = "\n".join(lines).strip("\n")
    if "\n\n\n" in text:
        text = _BLANK_LINES.sub("\n\n", text)
    if " ," in text and (gap := _GREETING_GAP.match(text)):
        text = f"{gap[1]},{text[gap.end() :]}"
    if not text.strip():
        raise TemplateFault("the text is empty")
    octets = len(text.encode())
    if octets >= TEXT_LIMIT:
        raise TemplateFault(f"the text has {octets} octets, and a reply has at most {TEXT_LIMIT}")
    return f"{text}\n"


def _wrapped(line: str) -> list[str]:
    """``line`` in pieces of at most ``LINE_LIMIT`` octets, broken at spaces where there are any."""
    pieces = []
    while len(line.encode()) > LINE_LIMIT:
        head = line.encode()[:LINE_LIMIT].decode(errors="ignore")
        cut = head.rfind(" ")
        cut = cut if cut > 0 else len(head)
        pieces.append(line[:cut].rstrip())
        line = line[cut:].lstrip()
    return [*pieces, line]


def _subject(written: _Filled, facts: Facts) -> str:
    """The template's subject, else ``Re: `` and the original one, else a fixed text (F11, L10)."""
    if written.source:
        said = without_repeated_prefix(header_text(written.text))
        bare = without_reply_prefix(said)
        said = said if said == bare else header_text(f"Re: {bare}" if bare else "")
    else:
        said = reply_subject(facts.message.subject)
    fixed = words(facts.language).subject.format(team=facts.world.policy.team.name)
    return said or header_text(fixed)


def _from_address(message: Message, account: AccountPolicy) -> str:
    """The account's address, or the one of its aliases that the mail was written to (F06)."""
    written_to = message.recipients & account.addresses
    if account.address.exact in written_to or not written_to:
        return account.address.spec
    return min(written_to)


def _message_id(message: Message, world: World, handle: str) -> str:
    """The same for every attempt at this reply (rule F14)."""
    account = world.account
    parts = (account.name, message.reply_key, handle)
    key = "\0".join(parts).encode("utf-8", "surrogateescape")
    digest = hmac.digest(world.policy.secret, key, "sha256").hex()
    room = MESSAGE_ID_LIMIT - len("<iw.@>") - len(account.address.domain)
    return f"<iw.{digest[: min(32, max(16, room))]}@{account.address.domain}>"


def _valid_id(message_id: str | None) -> str:
    return message_id if message_id and MESSAGE_ID.fullmatch(message_id) else ""


def _references(message: Message) -> tuple[str, ...]:
    """The parent's references and its own id (RFC 5322 3.6.4), the first and the last of many.

    Only well-formed ids, at most 2 KB of them (rules F12, F13).
    """
    single = message.in_reply_to if len(message.in_reply_to) == 1 else ()
    candidates = message.references or single
    parent = _valid_id(message.message_id)
    earlier = [ref for ref in dict.fromkeys(candidates) if _valid_id(ref) and ref != parent]
    ids = [*earlier, *([parent] if parent else [])]
    if len(ids) > LAST_REFERENCES + 1:
        ids = [ids[0], *ids[-LAST_REFERENCES:]]
    while sum(len(ref) + 1 for ref in ids) > REFERENCES_LIMIT:
        del ids[1]
    return tuple(ids)
