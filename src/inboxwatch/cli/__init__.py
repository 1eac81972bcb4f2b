"""The command line: one command a file; wires the adapters; one boundary for errors."""


def main() -> None:
    """Run the command line and exit with one of the codes of ``docs/exit-codes.md``."""
    from inboxwatch.cli.commands import app

    app(prog_name="inboxwatch")
