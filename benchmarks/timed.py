"""Run one command and write what it used into a file, as JSON: wall, cpu, peak and exit code.

    python -I -S timed.py REPORT COMMAND [ARGUMENT...]

The peak that Linux reports for a process counts the memory of whoever started it, so that a
benchmark holding a mailbox in its hands would measure itself. This small process stands between.
"""

from __future__ import annotations

import json
import os
import sys
import time


def main() -> None:
    """Start the command, wait for it, and report seconds and octets."""
    report, *command = sys.argv[1:]
    begun = time.perf_counter()
    process = os.posix_spawn(command[0], command, os.environ)
    _, status, usage = os.wait4(process, 0)
    used = {
        "wall": time.perf_counter() - begun,
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak": usage.ru_maxrss * 1024,
        "code": os.waitstatus_to_exitcode(status),
    }
    with open(report, "w", encoding="ascii") as file:  # noqa: PTH123 - pathlib would make this process three times as large
        json.dump(used, file)


if __name__ == "__main__":
    main()
