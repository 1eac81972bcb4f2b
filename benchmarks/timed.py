"""Run one command and write what it used into a file, as JSON: wall, cpu, peak and exit code.

    python -I -S timed.py REPORT COMMAND [ARGUMENT...]

The peak that Linux reports for a process counts the memory of whoever started it, so that a
benchmark holding a mailbox in its hands would measure itself. This small process stands between.
Of a command that starts others, the memory of all of them together counts, looked at twenty times a
second; CPU is that of all of them anyway.
"""

from __future__ import annotations

import json
import os
import select
import sys
import time

LOOK = 50
"""Milliseconds between two looks at the processes of the command."""


def main() -> None:
    """Start the command, wait for it, and report seconds and octets."""
    report, *command = sys.argv[1:]
    begun = time.perf_counter()
    process = os.posix_spawn(command[0], command, os.environ)
    together = watch(process)
    _, status, usage = os.wait4(process, 0)
    used = {
        "wall": time.perf_counter() - begun,
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak": max(usage.ru_maxrss * 1024, together),
        "code": os.waitstatus_to_exitcode(status),
    }
    with open(report, "w", encoding="ascii") as file:  # noqa: PTH123 - pathlib would make this process three times as large
        json.dump(used, file)


def watch(process: int) -> int:
    """Wait for the end of a process; the most that it held together with those it started."""
    most = 0
    end = select.poll()
    end.register(os.pidfd_open(process), select.POLLIN)
    while not end.poll(LOOK):
        family = descendants(process)
        if family:  # one process alone tells its own peak, to the octet
            most = max(most, sum(map(held, (process, *family))))
    return most


def descendants(process: int) -> list[int]:
    """The processes that a process started, and those that they did."""
    found: list[int] = []
    folder = f"/proc/{process}/task"
    try:
        for thread in os.listdir(folder):  # noqa: PTH208 - as above
            with open(f"{folder}/{thread}/children", encoding="ascii") as file:  # noqa: PTH123 - as above
                found += map(int, file.read().split())
    except OSError:  # it, or one of its threads, has just ended
        pass
    return found + [one for child in found for one in descendants(child)]


def held(process: int) -> int:
    """Octets of a process's memory; what several share counts in parts."""
    try:
        with open(f"/proc/{process}/smaps_rollup", encoding="ascii") as file:  # noqa: PTH123 - as above
            return sum(int(line.split()[1]) * 1024 for line in file if line.startswith("Pss:"))
    except OSError:
        return 0


if __name__ == "__main__":
    main()
