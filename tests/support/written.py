"""The beginning of a configuration with one account, for tests that need no server."""

from __future__ import annotations

ONE_ACCOUNT = """\
version: 1
timezone: Europe/Berlin
team: {name: Acme Support, sign: Jo}
accounts:
  support:
    address: support@acme.example
    imap: {host: imap.acme.example, user: support, password_env: SECRET}
    smtp: {host: smtp.acme.example, user: support, password_env: SECRET}
"""
