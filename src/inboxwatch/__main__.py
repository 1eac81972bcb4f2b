"""``python -m inboxwatch``: the same as the console script."""

from inboxwatch.cli import main

if __name__ == "__main__":
    main()
