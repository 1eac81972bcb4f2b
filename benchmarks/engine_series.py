"""The series that every program runs in turn on one mailbox."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from engine_programs import SERIES, Floor, Ours, Program
from engine_results import OURS, Results
from measure import MeasureError, Usage, once

if TYPE_CHECKING:
    from pathlib import Path

    from engine_mailbox import Mailbox
    from houses import Dovecot, SmtpServer

RECORD = "record"
"""The user on whom the floor's commands are recorded."""


class Stand(NamedTuple):
    """The servers, the mailbox and the programs of one measurement, and its results so far."""

    folder: Path
    server: Dovecot
    sink: SmtpServer
    mailbox: Mailbox
    programs: list[Program]
    results: Results


def measure_size(stand: Stand, counts: dict[str, int], goes: int, *, replies: bool = False) -> int:
    """All programs in turn, the whole series each time; how many octets the mailbox has.

    With ``replies`` ours runs once more, on ten more new mails, and sends what it decides. A
    program that fails is named as missing and takes no further turn. Raises MeasureError if ours
    fails where the floor's commands are recorded.
    """
    size = sum(counts.values())
    octets = _record(stand, size, counts)
    programs = list(stand.programs)
    for go in range(goes):
        say(f"{size:,} mails, {go + 1} of {goes}")
        turn = go % max(1, len(programs))
        programs = _in_turn(stand, [*programs[turn:], *programs[:turn]], counts)
        for program in programs:
            if isinstance(program, Ours) and replies:
                _replying(stand, program, size)
    return octets


def _in_turn(stand: Stand, programs: list[Program], counts: dict[str, int]) -> list[Program]:
    """One series of each program on a cold copy; those that did not fail."""
    size = sum(counts.values())
    for program in programs:
        stand.mailbox.copy(user_of(program.name, size), counts)
        program.prepare(user_of(program.name, size), stand.server.port)
    os.sync()
    for stage in SERIES:
        if stage == "new":
            stand.mailbox.deliver(tuple(user_of(one.name, size) for one in programs))
        programs = [one for one in programs if _measured(stand, one, size, stage)]
    return programs


def _measured(stand: Stand, program: Program, size: int, stage: str) -> bool:
    """Keep what a program used, or why it failed; whether it did not."""
    try:
        used = run(program, size, stage)
    except MeasureError as error:
        say(str(error))
        stand.results.missing[f"{program.name} on {size:,} mails"] = reason_of(error)
        return False
    stand.results.note(stand.results.runs, (size, stage, program.name), used)
    return True


def _replying(stand: Stand, ours: Ours, size: int) -> None:
    """Ours once more, on ten more new mails, whose replies go out."""
    user = user_of(OURS, size)
    ours.configure(user, stand.server.port, mode="send")
    run(ours, size, "same")  # so that the changed configuration has been read
    stand.mailbox.deliver((user,))
    used = run(ours, size, "new")
    stand.results.note(stand.results.runs, (size, "replies", OURS), used)


def _record(stand: Stand, size: int, counts: dict[str, int]) -> int:
    """Run ours once through a recorder, for the floor; it warms everything up as well."""
    say(f"{size:,} mails, what ours asks for is recorded")
    user = user_of(RECORD, size)
    octets = stand.mailbox.copy(user, counts)
    for floor in (one for one in stand.programs if isinstance(one, Floor)):
        for stage in floor.record(user, stand.server.port):
            if stage == "first":
                stand.mailbox.deliver((user,))
    return octets


def run(program: Program, size: int, stage: str) -> Usage:
    """One run of a program. Raises MeasureError."""
    return once(program.command(user_of(program.name, size), stage), env=program.env)


def user_of(program: str, size: int) -> str:
    """The user whose mailbox a program reads."""
    return f"{program}-{size}"


def reason_of(error: Exception) -> str:
    """Why something was not measured; what a command said may name places on this machine."""
    told = str(error)
    known = isinstance(error, MeasureError) and "\n" not in told
    return told if known else "failed; standard error has said why"


def say(text: str) -> None:
    """Tell whoever waits how far it is."""
    sys.stderr.write(f"{datetime.now(UTC):%H:%M:%S} {text}\n")
