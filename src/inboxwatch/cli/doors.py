"""The adapters of the accounts, and what the command line names of them."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from inboxwatch.app.desk import Doors
from inboxwatch.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from inboxwatch.config.schema import Config
    from inboxwatch.model.message import Address


def open_doors(
    config: Config,
    only: Iterable[str] | None = None,
    *,
    begin: Callable[[str], bool] = lambda _: False,
) -> dict[str, Doors]:
    """The adapters of every account, or of those named; only those connect that ``begin``."""
    wanted = list(only) if only else list(config.accounts)
    require_accounts(config, wanted)
    return {name: _doors(config, name, begin=begin(name)) for name in wanted}


def require_accounts(config: Config, named: Iterable[str] | None) -> None:
    """Raise UsageError for an account that the configuration does not have."""
    for name in named or ():
        if name not in config.accounts:
            raise UsageError(
                f"there is no account {name!r}",
                next_step=f"the configuration has {', '.join(config.accounts)}",
            )


def written_at(config: Config) -> datetime:
    """When a configuration was last written."""
    return _modified(config.source)


def changed_at(config: Config) -> dict[str, datetime]:
    """When somebody last wrote the configuration or the password file of each account's login."""
    found = ((name, _changed_at(config, name)) for name in config.accounts)
    return {name: at for name, at in found if at is not None}


def _changed_at(config: Config, name: str) -> datetime | None:
    """None where no file is there: a configuration that is only tried is gone by now."""
    secret = config.accounts[name].imap.password_file
    files = (config.source, *((config.source.parent / secret,) if secret else ()))
    found: list[datetime] = []
    for file in files:
        with suppress(OSError):  # the login tells that a file cannot be read
            found.append(_modified(file))
    return max(found, default=None)


def _modified(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _doors(config: Config, name: str, *, begin: bool) -> Doors:
    from inboxwatch.config.secrets import password
    from inboxwatch.mail.imap.account import ImapAccount
    from inboxwatch.mail.imap.settings import ImapSettings
    from inboxwatch.mail.smtp.settings import SmtpSettings, files_sent_copies
    from inboxwatch.mail.smtp.transport import SmtpTransport

    written = config.accounts[name]
    imap, smtp, boxes = written.imap, written.smtp, written.mailboxes
    base = config.source.parent
    account = ImapAccount(
        ImapSettings(
            name=name,
            host=imap.host,
            port=imap.port,
            security=imap.security,
            user=imap.user,
            password=partial(password, imap, base=base, environ=os.environ),
            ca_file=imap.ca_file,
            inbox=boxes.inbox,
            junk=_names(boxes.junk),
            sent=_names(boxes.sent),
            drafts=_names(boxes.drafts),
            review=config.rescue.mailbox,
            answered_flag=written.answered_flag,
        )
    )
    if begin:
        account.begin()
    transport = SmtpTransport(
        SmtpSettings(
            host=smtp.host,
            port=smtp.port,
            security=smtp.security,
            user=smtp.user,
            password=partial(password, smtp, base=base, environ=os.environ),
            ca_file=smtp.ca_file,
        )
    )
    files_sent = files_sent_copies(smtp.host)
    return Doors(
        account,
        transport,
        files_sent,
        flags_answered=written.answered_flag,
        host=imap.host,
        changed_at=_changed_at(config, name),
    )


def _names(written: str | tuple[str, ...]) -> str | tuple[str, ...]:
    """Mailbox names as the mail room takes them: ``none`` is no name at all."""
    return () if written == "none" else written


def read_recipients(texts: Iterable[str]) -> tuple[Address, ...]:
    """Addresses from the command line. Raises UsageError for what is none."""
    from inboxwatch.core.message.address import AddressError, parse_address

    try:
        return tuple(parse_address(text) for text in texts)
    except AddressError as error:
        raise UsageError(f"--recipient: {error}") from None
