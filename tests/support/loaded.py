"""The program, which at its end writes the names of all modules it has loaded into ``$LOADED``."""

from __future__ import annotations

import atexit
import os
import runpy
import sys


def tell() -> None:
    """Called when the interpreter ends, whatever the exit code."""
    with open(os.environ["LOADED"], "w", encoding="utf-8") as file:  # noqa: PTH123 - loads nothing
        file.write("\n".join(sys.modules))


if __name__ == "__main__":
    atexit.register(tell)
    runpy.run_module("inboxwatch", run_name="__main__")
