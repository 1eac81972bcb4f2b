"""``python -m inboxwatch.config.reference [--check]``, in the top folder of the repository."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from inboxwatch.config.reference.write import documents


def main(arguments: list[str] | None = None) -> int:
    """Write the generated files, or with ``--check`` say which of them are not current."""
    parser = argparse.ArgumentParser(prog="python -m inboxwatch.config.reference")
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 if not current")
    check = parser.parse_args(arguments).check
    stale = [name for name, text in documents().items() if _read(Path(name)) != text]
    for name in stale:
        if not check:
            Path(name).parent.mkdir(exist_ok=True)
            Path(name).write_text(documents()[name], "utf-8")
        sys.stdout.write(f"{name}: {'not current' if check else 'written'}\n")
    return 1 if check and stale else 0


def _read(path: Path) -> str:
    return path.read_text("utf-8") if path.is_file() else ""


if __name__ == "__main__":
    sys.exit(main())
