"""What was done to the state, for the terminal: backups, restores, and what was let go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.text import Text

from inboxwatch.core.text import one_line
from inboxwatch.render.words import count
from inboxwatch.render.wrap import wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PATH = 400


def backup_lines(fields: Mapping[str, Any]) -> Iterator[Text]:
    """A backup that was written."""
    name = one_line(fields["file"], _PATH)
    yield Text(f"{name}: the state as of {_run(fields)}, looked through and sound", "green")
    yield Text("  It holds mail: keep it as private as the mailboxes.", "dim")
    yield Text(
        "  Not in it: the configuration, templates, passwords, and customers that were imported.",
        "dim",
    )


def restore_lines(fields: Mapping[str, Any], *, width: int) -> Iterator[Text]:
    """A state that was put back, and what that means for replies."""
    name = one_line(fields["file"], _PATH)
    yield Text(f"The state is that of {name}, as of {_run(fields)}.", "green")
    yield Text("  What went out since then is unknown to it. Therefore:")
    waited = count(fields["unknown"], "reply", "replies")
    told = (
        "nobody whose mail is in a mailbox by the next run gets an automatic reply;",
        f"{waited} that waited may have gone out: `inboxwatch outbox` has them, `outbox retry` "
        "looks into Sent first, none is sent by itself;"
        if fields["unknown"]
        else "",
        "somebody who was answered in between and writes again may get one more reply;",
        "what people did since then (done, notes, corrections) is not in it.",
    )
    for one in filter(None, told):
        yield from _item(one, width)
    if fields["kept"]:
        kept = one_line(fields["kept"], _PATH)
        text = f"The state of before is {kept}: it holds mail as well; delete it once you do not "
        yield from wrapped(
            f"{text}need it, with -wal and -shm beside it.", width=width, indent=len("  ")
        )


def _item(text: str, width: int, style: str = "") -> Iterator[Text]:
    """A row of a list, wrapped under itself."""
    mark = "  - "
    for number, line in enumerate(wrapped(text, width=width, indent=len(mark), style=style)):
        yield line if number else Text(f"{mark}{line.plain.lstrip()}", style)


def _run(fields: Mapping[str, Any]) -> str:
    at = fields["as_of"]
    return f"the run of {at.replace('T', ' ')[:16]}" if at else "before its first run"


_ROWS = {
    "mail": ("mail", "mails"),
    "texts": ("text of a mail that stays", "texts of mails that stay"),
    "outbox": ("reply", "replies"),
    "own_mail": ("mail of the team", "mails of the team"),
    "escalation": ("closed escalation", "closed escalations"),
    "surge": ("closed surge", "closed surges"),
    "sweep_mail": ("line of a sweep", "lines of sweeps"),
    "contact": ("contact", "contacts"),
    "run": ("run", "runs"),
}
"""What is worth a line; the rest goes with these."""


def prune_lines(fields: Mapping[str, Any]) -> Iterator[Text]:
    """What the state let go of, or would."""
    counts = fields["counts"]
    told = [count(counts[name], *words) for name, words in _ROWS.items() if counts.get(name)]
    older = f"older than {fields['keep']}"
    if not counts:
        yield Text(f"Nothing to let go of: nothing is {older} that nobody needs.", "green")
    else:
        verb = "Would let go of" if fields["dry_run"] else "Let go of"
        yield Text(f"{verb} what is {older}: {', '.join(told) or 'a few notes of runs'}.")
    if fields["waiting"]:
        old = count(fields["waiting"], "mail as old waits", "mails as old wait")
        yield Text(f"  {old} in the queue, and what is open stays: see `inboxwatch done --help`.")
    if fields["octets"] < fields["octets_before"]:
        before, after = (f"{fields[name] / 1e6:.1f} MB" for name in ("octets_before", "octets"))
        yield Text(f"  The state is {after}, and was {before}.", "dim")
    if fields["dry_run"]:
        yield Text("  Nothing was changed.", "dim")


_ERASED = {
    **_ROWS,
    "note": ("note", "notes"),
    "goodwill": ("proposed credit", "proposed credits"),
    "correction": ("correction", "corrections"),
    "escalation": ("escalation", "escalations"),
    "surge_mail": ("place in a surge", "places in surges"),
    "genuine": ("word that they are genuine", "words that they are genuine"),
    "words": ("other text that names them", "other texts that name them"),
}
"""What is worth a line of what is erased."""


def forget_lines(fields: Mapping[str, Any], *, width: int) -> Iterator[Text]:
    """What was erased of somebody, or would be, and what is out of reach."""
    who = ", ".join(one_line(one, 80) for one in fields["addresses"])
    verb = "Would erase" if fields["dry_run"] else "Erased"
    told = ", ".join(_erased(fields))
    yield Text(f"{verb} {told} of {who}." if told else f"Nothing is known of {who}.")
    for one in fields.get("also", ()):
        yield Text(f"  {one_line(one, 80)} is theirs as well, and stays: name it to forget it.")
    yield Text("  Out of reach, and left as it is:")
    for text, style in _out_of_reach(fields):
        yield from _item(text, width, style)
    if not fields["dry_run"]:
        yield Text("  None of their old mail is answered: that is kept as keyed hashes.", "dim")


def _erased(fields: Mapping[str, Any]) -> Iterator[str]:
    counts = fields["counts"]
    for name, words in _ERASED.items():
        if counts.get(name):
            yield count(counts[name], *words)
    if fields["imported"]:
        of = "of an imported customer"
        yield count(fields["imported"], f"address {of}", f"addresses {of}")
    if fields["log_lines"]:
        yield count(fields["log_lines"], "line of the log", "lines of the log")


def _out_of_reach(fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each thing with its style."""
    yield "their mail in the mailboxes; it is known again where a mailbox is read anew", ""
    for place in fields["written"]:
        yield f"{one_line(place, _PATH)} names them: delete that line", "yellow"
    if fields["waiting"]:
        may = "to others that may still go out"
        waiting = count(
            fields["waiting"], f"reply {may} and names them", f"replies {may} and name them"
        )
        settle = "settle them with `inboxwatch outbox` before, or the name stays in them for"
        yield f"{waiting}: {settle} `retention.keep`", "yellow"
    for path in fields["backups"]:
        yield f"{one_line(path, _PATH)}, a state of before: delete it", "yellow"
    yield "backups, reports that were written or mailed, and mail that went out", ""
