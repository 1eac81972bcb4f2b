"""Local parts behind which nobody reads: machines, lists, and the no-reply family (A30, A31)."""

from __future__ import annotations

import re
from functools import lru_cache

MAX_LOCAL = 320
"""Characters looked at; no address that can be written to has a longer local part."""

_MAIL_SYSTEMS = frozenset(
    {"listserv", "mail-daemon", "mailer-daemon", "mailerdaemon", "mailman", "majordomo"}
)
_MACHINES = _MAIL_SYSTEMS | {
    "apache",
    "auto-reply",
    "autoreply",
    "bounce",
    "bounces",
    "cron",
    "daemon",
    "nobody",
    "root",
    "www-data",
}
_ENDINGS = ("-bounce", "-bounces", "-request", "-owner")
_BEGINNINGS = ("owner-", "srs0=", "srs1=", "prvs=", "btv1==", "msprvs1=")
_ROLES = ("postmaster", "abuse")

_NO_REPLY = re.compile(
    r"(?:.*[._+\-])?(?:do[._\-]?)?(?:no|not|non|dont)[._\-]?(?:t[._\-]?)?repl(?:y|ies)(?:[._+\-].*)?"
)
_SEPARATORS: dict[int, None] = dict.fromkeys(map(ord, "._-"))
_NO_REPLY_WORDS = frozenset(
    {
        "bittenichtantworten",
        "dotreply",
        "keineantwort",
        "naoresponda",
        "naoresponder",
        "neodpovidat",
        "nepasrepondre",
        "nichtantworten",
        "nietbeantwoorden",
        "nonrispondere",
        "noresponda",
        "noresponder",
        "svarainte",
        "svarikke",
    }
)
_BATV = re.compile(r"(?:prvs=[^=]*|btv1==[^=]*=|msprvs1=[^=]*)=(.+)")


def _base(lowered: str) -> str:
    """What stands before a tag."""
    return lowered.partition("+")[0].partition("=")[0]


def is_machine(local: str) -> bool:
    """Whether a local part names a machine or the administration of a list (rule A30, hard).

    ``-request`` and the like count at the end only: ``a-request-b`` is somebody's name.
    """
    lowered = local[:MAX_LOCAL].lower()
    base = _base(lowered)
    return (
        base in _MACHINES
        or base.endswith(_ENDINGS)
        or lowered.startswith(_BEGINNINGS)
        or "-confirm+" in lowered
    )


def is_mail_system(local: str) -> bool:
    """Whether a local part is that of a mail system itself, or of list software."""
    return _base(local[:MAX_LOCAL].lower()) in _MAIL_SYSTEMS


def is_sending_program(local: str) -> bool:
    """Whether a local part is a machine's that may send on a person's behalf: a web server's."""
    return is_machine(local) and not is_mail_system(local)


def is_role(local: str) -> bool:
    """Whether a local part is postmaster or abuse, which people read as well (rule A30, soft)."""
    return local[:MAX_LOCAL].lower().startswith(_ROLES)


def is_no_reply(local: str) -> bool:
    """Whether a local part asks not to be answered, in any of the usual ways (rule A31)."""
    lowered = local[:MAX_LOCAL].lower()
    if "repl" in lowered and _NO_REPLY.fullmatch(lowered):
        return True
    return _base(lowered).translate(_SEPARATORS) in _NO_REPLY_WORDS


@lru_cache(maxsize=1024)
def is_telling(local: str) -> bool:
    """Whether a local part is of any kind that is told apart here; people's are not."""
    return is_machine(local) or is_role(local) or is_no_reply(local)


def untagged(local: str) -> str:
    """The local part inside a bounce address tag (BATV), or the local part as it is."""
    match = _BATV.fullmatch(local[:MAX_LOCAL].lower()) if "=" in local else None
    return match[1] if match else local
