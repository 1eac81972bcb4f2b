"""What keys must be to each other: one row for each rule, over the document as it is written.

The rows look at the written data and not at the validated one, so that they find their faults
however many others there are. What has the wrong shape is the schema's to report.
"""

from __future__ import annotations

import stat
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from inboxwatch.config.addresses import exact_address, is_loopback
from inboxwatch.config.schema.account import PASSWORD_KEYS
from inboxwatch.config.schema.schedule import Schedule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from inboxwatch.config import places

RESERVED = {
    "closure": "closures have a key of their own: closures",
    "holiday": "holidays have a key of their own: holidays",
    "night": "night is all time that no other period covers: leave it out",
    "break": "the time between two slots of one day is a break by itself: leave it out",
    "rescued": "rescued is the template for mail found in the spam folder: choose another name",
}
GUESSES = 50
"""How many slips are guessed at, and among how many names: each guess takes its time."""

RULE_CONDITIONS = ("account", "period", "customer", "tags", "signals", "language", "mailbox")
"""The conditions of a reply rule that hold a list, of which one member is enough."""
_OTHERS = 0o077


class Fault(Struct, frozen=True):
    """A fault at a path of the document: at its value, or at its key.

    ``whole`` says that the key itself is the fault, so that what stands below it does not matter.
    """

    path: places.Path
    message: str
    next_step: str = ""
    at_key: bool = False
    whole: bool = False


class Written(Struct, frozen=True):
    """The written data, the file it stands in, and that file's permission bits."""

    data: Any
    source: Path
    mode: int

    def at(self, *path: str) -> dict[str, Any]:
        """The mapping at a path, or an empty one if there is none."""
        here = self.data
        for part in path:
            here = here.get(part) if isinstance(here, dict) else None
        return here if isinstance(here, dict) else {}

    def listed(self, above: tuple[str, ...], key: str) -> Iterator[tuple[places.Path, str]]:
        """The texts of a key that holds one or a list of them, with their paths."""
        value = self.at(*above).get(key)
        if isinstance(value, str):
            yield (*above, key), value
        for i, one in enumerate(value if isinstance(value, list) else ()):
            if isinstance(one, str):
                yield (*above, key, i), one

    def logins(self) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
        """The imap and smtp sections of all accounts, with their paths."""
        for account in self.at("accounts"):
            for name in ("imap", "smtp"):
                if section := self.at("accounts", account, name):
                    yield ("accounts", account, name), section


def _one_password(written: Written) -> Iterator[Fault]:
    for path, section in written.logins():
        written_keys = {str(name).partition(":")[0] for name in section}
        given = [name for name in PASSWORD_KEYS if name in written_keys]
        if len(given) > 1:
            listed = " and ".join(given)
            yield Fault((*path, given[-1]), f"{listed} are given", "keep one of them", at_key=True)
        if not given and path[-1] == "imap":
            keys = ", ".join(PASSWORD_KEYS[:-1])
            yield Fault(path, "there is no password", f"give one of {keys}", at_key=True)


def _private_passwords(written: Written) -> Iterator[Fault]:
    for path, section in written.logins():
        if "password" in section and written.mode & _OTHERS:
            step = f"chmod 600 {written.source}, or use password_command"
            message = "a password stands here, and others can read this file"
            yield Fault((*path, "password"), message, step, at_key=True)
        name = section.get("password_file")
        if isinstance(name, str) and (mode := _mode(written.source.parent, name)) & _OTHERS:
            message = f"others can read {name} (mode {mode & 0o777:o})"
            yield Fault((*path, "password_file"), message, f"chmod 600 {name}")


def _mode(base: Path, name: str) -> int:
    try:
        return (base / Path(name).expanduser()).stat().st_mode
    except (OSError, ValueError, RuntimeError):  # found out with its reason when it is needed
        return 0


def _certificates(written: Written) -> Iterator[Fault]:
    for path, section in written.logins():
        name = section.get("ca_file")
        if not isinstance(name, str):
            continue
        if not (mode := _mode(written.source.parent, name)):
            yield Fault((*path, "ca_file"), f"there is no file {name}")
        elif not stat.S_ISREG(mode):
            yield Fault((*path, "ca_file"), f"{name} is not a regular file")


def _plaintext(written: Written) -> Iterator[Fault]:
    for account in written.at("accounts"):
        imap = written.at("accounts", account, "imap")
        for name in ("imap", "smtp"):
            own = written.at("accounts", account, name)
            section = {**imap, **own}
            host = section.get("host")
            if not own.keys() & {"host", "security"} or not isinstance(host, str) or not host:
                continue  # as for imap, where it is reported
            if section.get("security") == "none" and not is_loopback(host):
                path = ("accounts", account, name, "security")
                message = f"without encryption the password would go to {host} in the clear"
                yield Fault(path, message, "none is for this machine only; write tls or starttls")


def _open_periods(written: Written) -> Iterator[Fault]:
    schedule = written.at("schedule")
    names = [name for name in schedule if name not in Schedule.model_fields]
    given = schedule.get("open", ["business"])
    if not schedule or not isinstance(given, list):
        return
    here = "open" in schedule
    known, steps = frozenset(names), _period_steps(names)
    for i, name in enumerate(given):
        if isinstance(name, str) and name not in known:
            path: places.Path = ("schedule", "open", i) if here else ("schedule",)
            yield Fault(path, f"there is no period {name}", steps(name), at_key=not here)


def _period_steps(names: list[str]) -> Callable[[str], str]:
    """What to do about a period that is none of ``names``: a likely slip, or those there are."""
    listed = ", ".join(names[:GUESSES]) + (" and more" if len(names) > GUESSES else "")
    left = iter(range(GUESSES))

    def step(name: str) -> str:
        guess = next(left, None) is not None
        near = get_close_matches(name, names[:GUESSES], 1, 0.6) if guess else ()
        return f"did you mean {near[0]}?" if near else f"there are {listed or 'none'}"

    return step


def _period_names(written: Written) -> Iterator[Fault]:
    for name, value in written.at("schedule").items():
        if name in Schedule.model_fields:
            continue
        if name in RESERVED:
            step = RESERVED[name]
        elif isinstance(value, dict) and _has_days(value):
            continue
        elif near := get_close_matches(name, Schedule.model_fields, 1, 0.75):
            step = f"did you mean {near[0]}?"
        else:
            continue
        path = ("schedule", name)
        yield Fault(path, f"{name} is not a period", step, at_key=True, whole=True)


def _has_days(value: dict[str, Any]) -> bool:
    return any(":" in str(slots) for slots in value.values())


def _senders(written: Written) -> Iterator[Fault]:
    accounts = written.at("accounts")
    own = {exact for name in accounts for exact in _own(written.at("accounts", name))}
    for name in accounts:
        account = written.at("accounts", name)
        given, path = account.get("envelope_from"), ("accounts", name, "envelope_from")
        if given is None:
            continue
        if account.get("null_sender") is True:
            message = "null_sender and an address for the envelope exclude each other"
            yield Fault(path, message, "keep one of them", at_key=True)
        elif (exact := _exact(given)) and exact not in own:
            message = f"bounces would go to {given}, which no account watches"
            yield Fault(path, message, "use the address or an alias of one of the accounts")


def _own(account: dict[str, Any]) -> Iterator[str]:
    aliases = account.get("aliases")
    for text in (account.get("address"), *(aliases if isinstance(aliases, list) else ())):
        if exact := _exact(text):
            yield exact


def _exact(text: object) -> str:
    try:
        return exact_address(text) if isinstance(text, str) else ""
    except ValueError:
        return ""


def _same_mailbox(written: Written) -> Iterator[Fault]:
    seen: dict[tuple[object, ...], str] = {}
    for name, account in written.at("accounts").items():
        imap = written.at("accounts", name, "imap")
        if not isinstance(account, dict) or not isinstance(imap.get("host"), str):
            continue
        inbox = written.at("accounts", name, "mailboxes").get("inbox", "INBOX")
        user = imap.get("user") or account.get("address")
        mailbox = (imap["host"].lower(), str(imap.get("port", "")), str(user), str(inbox))
        if mailbox in seen:
            message = f"{seen[mailbox]} and {name} read the same mailbox"
            yield Fault(("accounts", name), message, "give the address as an alias", at_key=True)
        seen.setdefault(mailbox, name)


def _rule_names(written: Written) -> Iterator[Fault]:
    """Accounts and periods that a reply rule names and that do not exist."""
    named = [name for name in written.at("schedule") if name not in Schedule.model_fields]
    known = {"account": [*written.at("accounts")], "period": [*named, *RESERVED]}
    for rule in written.at("replies", "rules"):
        for key, names in known.items():
            for path, name in written.listed(("replies", "rules", rule), key):
                if name not in names:
                    yield _unknown(path, key, name, names)


def _notified_through(written: Written) -> Iterator[Fault]:
    """The account through which notices go, if it does not exist."""
    names = [*written.at("accounts")]
    for path, name in written.listed(("notify",), "account"):
        if name not in names:
            yield _unknown(path, "account", name, names)


def _unknown(path: places.Path, what: str, name: str, names: list[str]) -> Fault:
    near = get_close_matches(name, names, 1, 0.6)
    step = f"did you mean {near[0]}?" if near else f"there are {', '.join(names)}"
    return Fault(path, f"there is no {what} {name}", step)


def _idle_rules(written: Written) -> Iterator[Fault]:
    """Reply rules that no mail reaches, since one before them matches all the same mails."""
    rules = written.at("replies", "rules")
    before: list[str] = []
    for name in filter(lambda name: isinstance(rules[name], dict), rules):
        first = next((one for one in before if _covers(rules[one], rules[name])), None)
        if first is not None:
            message = f"no mail reaches it: {first} before it matches all that it matches"
            step = f"put it before {first}, or give {first} a condition"
            yield Fault(("replies", "rules", name), message, step, at_key=True)
        before.append(name)


def _covers(first: dict[str, Any], second: dict[str, Any]) -> bool:
    """Whether every mail that the second rule matches is matched by the first one as well."""
    if not _answers(first)[0] <= _answers(second)[0] <= _answers(second)[1] <= _answers(first)[1]:
        return False
    pairs = ((_members(first, key), _members(second, key)) for key in RULE_CONDITIONS)
    return all(not wide or (narrow and narrow <= wide) for wide, narrow in pairs)


def _members(rule: dict[str, Any], key: str) -> set[str]:
    value = rule.get(key) or []
    members = {str(one) for one in (value if isinstance(value, list) else [value])}
    return members | {"vip"} if key == "customer" and "known" in members else members


def _answers(rule: dict[str, Any]) -> tuple[float, float]:
    """The least and the most answers for which a rule is."""
    least, most = rule.get("answered_at_least", 0), rule.get("answered_at_most")
    least = least if isinstance(least, int) else 0
    return least, most if isinstance(most, int) else float("inf")


CHECKS: tuple[Callable[[Written], Iterator[Fault]], ...] = (
    _one_password,
    _private_passwords,
    _certificates,
    _plaintext,
    _open_periods,
    _period_names,
    _senders,
    _same_mailbox,
    _rule_names,
    _notified_through,
    _idle_rules,
)
