"""Mail addresses, parsed strictly: what two programs could read differently is refused.

``alice@example.com <evil@x.example>`` is Alice to one parser and the other to the mail server that
checked it (rule S21), so the sender is never guessed. Recipients are read leniently: what does not
parse is skipped.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from inboxwatch.core.message import charset
from inboxwatch.core.message.header import decode_words
from inboxwatch.core.suffixes import rules_below
from inboxwatch.model.message import Address, ReturnPath, ReturnPathKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publicsuffixlist import PublicSuffixList

MAX_ADDRESS = 254
"""Characters of an address (RFC 5321 4.5.3.1.3, without the brackets)."""
MAX_TEXT = 4096
MAX_NAME = 120
_GMAIL = frozenset({"gmail.com", "googlemail.com"})

_ATEXT = r"[^\x00-\x20\x7f-\x9f()<>\[\]:;@\\,.\"]"
_DOT_ATOM = rf"{_ATEXT}++(?>(?:\.{_ATEXT}++)*)"
_QUOTED = r'"(?>(?:[^"\\\x00-\x08\x0a-\x1f\x7f]++|\\[\x20-\x7e])*)"'
_COMMENT = r'\([^()<>@"\\]*+\)'
_SPEC = re.compile(rf'({_DOT_ATOM}|"{_DOT_ATOM}")@({_DOT_ATOM})')
_PHRASE = re.compile(rf"(?>(?:{_QUOTED}|{_COMMENT}|(?>(?:{_ATEXT}|[.\s])+))*)")
_PHRASE_TOKEN = re.compile(rf"({_QUOTED})|({_COMMENT})|[^\"(]++")
_TRAILING_COMMENT = re.compile(rf"\s*+({_COMMENT})$")
_COMMENTS_ONLY = re.compile(r"(?>(?:\s++|\((?>(?:[^()\\]++|\\.)*)\))*)", re.DOTALL)
_DELIMITER = re.compile(r'["(),:;<>]')
_STRING_END = re.compile(r'(?>(?:[^"\\]++|\\.)*)"', re.DOTALL)
_COMMENT_END = re.compile(r"[^()\\]*+(?>(?:\\.[^()\\]*+)*)([()])", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)")
_PLAIN_DOMAIN = re.compile(
    r"(?!.*-\.)(?!.*--)(?:[a-z0-9][a-z0-9-]{0,62}\.)*[a-z0-9-]{0,62}[a-z0-9]"
)


class AddressError(ValueError):
    """Text that is not exactly one address; ``code`` says why, short and kebab-case."""

    def __init__(self, message: str, code: str = "invalid") -> None:
        super().__init__(message)
        self.code = code


@lru_cache(maxsize=64)
def _suffixes(top: str) -> PublicSuffixList | None:
    """What the list says about one top-level domain: all of it takes 45 ms to read."""
    from publicsuffixlist import PublicSuffixList  # noqa: PLC0415  # for the first address

    rules = rules_below(top)
    if rules is None:
        return None
    return PublicSuffixList(rules, accept_unknown=False, accept_encoded_idn=not rules.isascii())


def organisational_domain(domain: str) -> str:
    """The registrable domain, or the domain itself where the list knows none (rule S09).

    ``domain`` is in A-labels, as ``ascii_domain`` returns it.
    """
    return _registrable(domain) or domain


@lru_cache(maxsize=4096)  # of most domains both are asked
def _registrable(domain: str) -> str:
    suffixes = _suffixes(domain.removesuffix(".").rpartition(".")[2])
    return str((suffixes and suffixes.privatesuffix(domain)) or "")


def registered_label(domain: str) -> str:
    """The label of a domain that its owner chose: ``acme`` of ``mail.acme.co.uk``.

    Where the list knows no suffix, the last but one. ``domain`` is in A-labels.
    """
    if owned := _registrable(domain):
        return owned.partition(".")[0]
    return domain.removesuffix(".").rpartition(".")[0].rpartition(".")[2]


@lru_cache(maxsize=4096)
def ascii_domain(domain: str) -> str:
    """A domain as lower-case A-labels by UTS 46 (rule F20); raises AddressError."""
    lowered = domain.lower()
    if len(lowered) <= MAX_ADDRESS and lowered.isascii() and _PLAIN_DOMAIN.fullmatch(lowered):
        return lowered
    if len(domain) > MAX_ADDRESS:
        raise AddressError("the domain is too long")
    import idna  # noqa: PLC0415 - for the first domain that is not plain

    try:
        return idna.encode(domain, uts46=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError) as error:
        raise AddressError("the domain is not valid") from error


def make_address(local: str, domain: str, name: str = "") -> Address:
    """An Address of its parts, not checked but for the domain; raises AddressError (rule L04)."""
    domain = ascii_domain(domain)
    local = charset.normalise(local)
    lowered = local.lower()
    return Address(
        local=local,
        domain=domain,
        exact=f"{lowered}@{domain}",
        canonical=_canonical(lowered, domain),
        organisational=organisational_domain(domain),
        name=name,
    )


def canonical_form(exact: str) -> str:
    """``Address.canonical`` of an ``Address.exact``; raises AddressError for what is none."""
    local, _, domain = exact.rpartition("@")
    return _canonical(local, ascii_domain(domain))


def _canonical(lowered: str, domain: str) -> str:
    key = lowered.partition("+")[0] or lowered
    if domain in _GMAIL:
        key, domain = key.replace(".", "") or key, "gmail.com"
    return f"{key}@{domain}"


@lru_cache(maxsize=1024)
def parse_address(text: str) -> Address:
    """Exactly one mailbox, with or without a display name; raises AddressError (rule S21).

    Accepted: ``a@x``, ``<a@x>``, ``Name <a@x>``, ``"Name" <a@x>``, ``a@x (Name)``. Refused: groups,
    routes, address literals, comments inside the address, a bare ``@`` in the name, and local
    parts that only quoting makes valid.
    """
    text = text.strip()
    if len(text) > MAX_TEXT:
        raise AddressError("the address is too long")
    text, comment = _without_comment(text)
    if text.endswith(">"):
        phrase, bracket, spec = text[:-1].rpartition("<")
        if not bracket or not _PHRASE.fullmatch(phrase):
            raise _refusal(text)
        name = _phrase_text(phrase) or clean_name(comment)
    else:
        spec, name = text, clean_name(comment)
    match = _SPEC.fullmatch(spec)
    if match is None:
        raise _refusal(text)
    return make_address(_local_part(match[1], spec), match[2], name)


def _without_comment(text: str) -> tuple[str, str]:
    match = _TRAILING_COMMENT.search(text, max(text.rfind("("), 0)) if text.endswith(")") else None
    return (text[: match.start()].rstrip(), match[1][1:-1]) if match else (text, "")


def _local_part(written: str, spec: str) -> str:
    local = written.strip('"')
    if len(spec) > MAX_ADDRESS:
        raise AddressError("the address is too long")
    if not local.isprintable() or "=?" in local or charset.becomes_ascii(spec):
        raise AddressError("the local part holds what no address holds")
    return local


def _refusal(text: str) -> AddressError:
    parts = list(chunks(text, ","))
    if sum("@" in part for part in parts) > 1:
        return AddressError("more than one address", "several")
    if ":" in text and text.rstrip().endswith(";"):
        return AddressError("a group instead of an address", "group")
    if "@" not in text:
        return AddressError("no domain", "no-domain")
    return AddressError("not an address that every mail program reads alike")


def _phrase_text(phrase: str) -> str:
    if '"' not in phrase and "(" not in phrase:
        return clean_name(phrase)
    words: list[str] = []
    for token in _PHRASE_TOKEN.finditer(phrase):
        quoted, comment = token[1], token[2]
        if quoted is not None:
            words.append(_ESCAPED.sub(r"\1", quoted[1:-1]))
        else:
            words.append(token[0] if comment is None else f" {comment} ")
    return clean_name("".join(words))


def clean_name(text: str) -> str:
    """A display name on one line, decoded, without controls, at most 120 characters (F15)."""
    if not text:
        return ""
    return decode_words(text).strip(" '\"")[:MAX_NAME].rstrip()


def parse_from(values: tuple[str, ...]) -> tuple[Address | None, tuple[str, ...]]:
    """The one sender of the From fields, or None and why (rules A14, S21).

    Defects: from-missing, from-several, from-group, from-no-domain, from-invalid.
    """
    if not any(value.strip() for value in values):
        return None, ("from-missing",)
    if len(values) > 1:
        return None, ("from-several",)
    try:
        return parse_address(values[0]), ()
    except AddressError as error:
        return None, (f"from-{error.code}",)


def parse_addresses(values: tuple[str, ...], limit: int = 100) -> tuple[Address, ...]:
    """All addresses of some fields in order, at most ``limit``; what does not parse is skipped.

    Takes linear time whatever the text (rule P01); members of groups count, and semicolons
    separate, as Outlook writes them.
    """
    found: list[Address] = []
    for value in values:
        for chunk in chunks(value, ",;:"):
            if len(found) >= limit:
                return tuple(found)
            if "@" not in chunk:
                continue
            try:
                found.append(parse_address(chunk))
            except AddressError:
                continue
    return tuple(found)


def chunks(text: str, separators: str) -> Iterator[str]:
    """A list of addresses cut at separators outside quoted strings, comments and angle brackets."""
    start = at = 0
    while match := _DELIMITER.search(text, at):
        mark, at = match[0], match.end()
        if mark == '"':
            at = _after(_STRING_END, text, at)
        elif mark == "(":
            at = _after_comment(text, at)
        elif mark == "<":
            at = text.find(">", at) + 1 or len(text)
        elif mark in separators:
            yield text[start : match.start()]
            start = at
    yield text[start:]


def _after(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else len(text)


def _after_comment(text: str, at: int) -> int:
    if text.find(")", at) < 0:
        return len(text)
    depth = 1
    while depth and (match := _COMMENT_END.match(text, at)):
        depth += 1 if match[1] == "(" else -1
        at = match.end()
    return at if not depth else len(text)


def parse_return_path(values: tuple[str, ...]) -> ReturnPath:
    """The envelope sender of the topmost Return-Path; NULL if any instance is (rules A02, A03)."""
    if not values:
        return ReturnPath(ReturnPathKind.ABSENT)
    if any(_is_null(value) for value in values):
        return ReturnPath(ReturnPathKind.NULL)
    try:
        return ReturnPath(ReturnPathKind.ADDRESS, parse_address(values[0]))
    except AddressError:
        return ReturnPath(ReturnPathKind.INVALID)


def _is_null(value: str) -> bool:
    text, _ = _without_comment(value[:MAX_TEXT].strip())
    if text.startswith("<") and text.endswith(">"):
        text = text[1:-1]
    return _COMMENTS_ONLY.fullmatch(text) is not None
