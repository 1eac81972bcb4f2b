"""Flags and keywords on mail, where the server keeps them (rules F22, I15, I28)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxwatch.mail.imap import fetch as fetching
from inboxwatch.mail.imap.refusals import said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inboxwatch.mail.imap.session import Opened
    from inboxwatch.mail.imap.writer import Writer
    from inboxwatch.model.message import MessageRef

REPLIED = "$InboxwatchReplied"


def fault(opened: Opened, uidvalidity: int) -> str:
    """Why nothing may be written to UIDs of a mailbox; empty if it may (rules X06, I15)."""
    if opened.uidvalidity != uidvalidity:
        return "the mailbox's UIDVALIDITY changed"
    return "the mailbox is read-only" if opened.readonly else ""


def mark_answered(session: Writer, opened: Opened, ref: MessageRef, needed: Sequence[str]) -> str:
    """Set what is ``needed`` and our keyword on a mail; why not, or nothing."""
    place = f"{said(ref.mailbox)};uid={ref.uid}"
    why_not = fault(opened, ref.uidvalidity)
    if why_not:
        return f"{place} was not marked: {why_not}"
    wanted = [flag for flag in (*needed, REPLIED) if opened.keeps(flag)]
    missing = [flag for flag in needed if flag not in wanted]
    if missing:
        return f"{place} was not marked: the server does not keep {missing[0]}"
    if not wanted:
        return ""
    session.change_flags((ref.uid,), wanted)
    answer = session.fetch((ref.uid,), ("UID", "FLAGS")).get(ref.uid)
    if answer is None:
        return f"{place} was not marked: it is no longer there"
    kept = {flag.lower() for flag in fetching.flags_of(answer)}
    lost = [flag for flag in needed if flag.lower() not in kept]
    return f"{place}: the server did not keep {lost[0]}" if lost else ""


def keywords(
    session: Writer,
    opened: Opened,
    uidvalidity: int,
    wanted: tuple[Sequence[int], Sequence[str], Sequence[str]],
) -> str:
    """Add and remove keywords of some mails, ``(uids, add, remove)``; what could not be set."""
    uids, add, remove = wanted
    why_not = fault(opened, uidvalidity)
    if why_not:
        return f"no keywords were set in {said(opened.mailbox)}: {why_not}"
    kept = [flag for flag in add if opened.keeps(flag)]
    if kept:
        session.change_flags(uids, kept)
    removable = [flag for flag in remove if opened.keeps(flag)]
    if removable:
        session.change_flags(uids, removable, add=False)
    lost = [flag for flag in add if flag not in kept]
    told = f"{said(opened.mailbox)} does not keep {', '.join(lost)}"
    return told if lost else ""
