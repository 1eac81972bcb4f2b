"""Why a server would move nothing, asked before anybody is answered (RFC 4314, RFC 6851)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxwatch.errors import MailboxError
from inboxwatch.mail.imap.refusals import said

if TYPE_CHECKING:
    from inboxwatch.mail.imap.session import Opened
    from inboxwatch.mail.imap.writer import Writer

_OUT, _IN = frozenset({"t", "e"}), frozenset({"i"})
"""The rights that a move needs (RFC 6851 section 4): mark as deleted and remove; insert."""

_OLD = "d"
"""Both of those for going out, on a server of RFC 2086; beside new ones it says nothing."""


def obstacle(session: Writer, opened: Opened, target: str) -> str:
    """Why nothing can be moved from the opened mailbox to ``target``; empty if nothing is known."""
    if opened.readonly:
        return f"{said(opened.mailbox)} is read-only"
    if _lacks(session, opened.mailbox, _OUT):
        return f"the server lets nobody remove mail from {said(opened.mailbox)}"
    if _lacks(session, target, _IN):
        return f"the server lets nobody put mail into {said(target)}"
    return ""


def _lacks(session: Writer, mailbox: str, needed: frozenset[str]) -> bool:
    """Whether rights are known to be missing; a server that does not tell may allow everything."""
    try:
        rights = session.rights(mailbox)
    except MailboxError:
        return False
    if rights is None or needed <= set(rights):
        return False
    return needed is _IN or _OLD not in rights or bool(_OUT & set(rights))
