"""inboxwatch watches a team's support mailboxes, the spam folder included.

The rooms of the house and the way a mail goes are drawn in ``docs/architecture.md``.
"""

__version__ = "0.1.0"
