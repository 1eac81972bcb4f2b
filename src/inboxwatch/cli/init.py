"""``inboxwatch init``: ask what must be known, try the login, write a working configuration."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inboxwatch.cli.options import ConfigOption

if TYPE_CHECKING:
    from collections.abc import Mapping

    from inboxwatch.ports import Account

KNOWN_HOSTS: Mapping[str, tuple[str, str]] = {
    "gmail.com": ("imap.gmail.com", "smtp.gmail.com"),
    "googlemail.com": ("imap.gmail.com", "smtp.gmail.com"),
    "outlook.com": ("outlook.office365.com", "smtp-mail.outlook.com"),
    "hotmail.com": ("outlook.office365.com", "smtp-mail.outlook.com"),
    "yahoo.com": ("imap.mail.yahoo.com", "smtp.mail.yahoo.com"),
    "fastmail.com": ("imap.fastmail.com", "smtp.fastmail.com"),
    "icloud.com": ("imap.mail.me.com", "smtp.mail.me.com"),
    "gmx.de": ("imap.gmx.net", "mail.gmx.net"),
    "gmx.net": ("imap.gmx.net", "mail.gmx.net"),
    "web.de": ("imap.web.de", "smtp.web.de"),
    "mailbox.org": ("imap.mailbox.org", "smtp.mailbox.org"),
    "posteo.de": ("posteo.de", "posteo.de"),
}
"""IMAP and SMTP hosts of providers whose names do not follow from the address."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What the configuration is written from."""

    team: str
    sign: str
    address: str
    imap_host: str
    imap_port: int
    imap_security: str
    smtp_host: str
    smtp_port: int
    smtp_security: str
    user: str
    password_line: str
    ca_file: str
    timezone: str
    hours: str
    trust: tuple[str, ...] = ()


def init(
    config: ConfigOption = None,
    address: Annotated[str | None, typer.Option(help="The team's address.")] = None,
    team: Annotated[str | None, typer.Option(help="The team's name, as customers know it.")] = None,
    imap_host: Annotated[str | None, typer.Option(help="The IMAP server.")] = None,
    imap_port: Annotated[int, typer.Option(help="Its port.")] = 993,
    imap_security: Annotated[str, typer.Option(help="tls, starttls, or none (loopback).")] = "tls",
    smtp_host: Annotated[str | None, typer.Option(help="The SMTP server.")] = None,
    smtp_port: Annotated[int, typer.Option(help="Its port.")] = 587,
    smtp_security: Annotated[
        str, typer.Option(help="tls, starttls, or none (loopback).")
    ] = "starttls",
    ca_file: Annotated[Path | None, typer.Option(help="A private certificate authority.")] = None,
    user: Annotated[str | None, typer.Option(help="The login; usually the address.")] = None,
    password_file: Annotated[Path | None, typer.Option(help="A file with the password.")] = None,
    timezone: Annotated[str | None, typer.Option(help="The team's time zone.")] = None,
    hours: Annotated[str, typer.Option(help="Business hours from Monday to Friday.")] = (
        "09:00-17:00"
    ),
    trust: Annotated[
        list[str] | None, typer.Option(help="An authserv-id to trust.", show_default=False)
    ] = None,
) -> None:
    """Write a first configuration: ask, try the login, show what was found. Sends nothing.

    Whatever an option names is not asked for. Replies stay switched off.

    Examples:

      inboxwatch init

      inboxwatch init --address support@acme.example --password-file ~/.support-password
    """
    from inboxwatch.cli.wiring import target_config

    target = target_config(config)
    _refuse_overwriting(target)
    address = address or _ask("The team's mail address")
    guessed = hosts_for(address)
    team = team or _ask("The team's name", address.partition("@")[2].partition(".")[0].title())
    imap_host = imap_host or _ask("IMAP server", guessed[0])
    smtp_host = smtp_host or _ask("SMTP server", guessed[1])
    user = user or _ask("Login", address)
    password_line = _password(target, password_file)
    answers = Answers(
        team=team,
        sign=f"The {team} team",
        address=address,
        imap_host=imap_host,
        imap_port=imap_port,
        imap_security=imap_security,
        smtp_host=smtp_host,
        smtp_port=smtp_port,
        smtp_security=smtp_security,
        user=user,
        password_line=password_line,
        ca_file=str(ca_file.resolve()) if ca_file else "",
        timezone=timezone or _ask("Time zone", system_timezone()),
        hours=hours,
        trust=tuple(trust or ()),
    )
    _try_and_write(target, answers)


def hosts_for(address: str) -> tuple[str, str]:
    """The IMAP and SMTP hosts that an address suggests."""
    domain = address.partition("@")[2].lower()
    return KNOWN_HOSTS.get(domain, (f"imap.{domain}", f"smtp.{domain}"))


def system_timezone() -> str:
    """The machine's time zone by its name, or UTC when the machine does not say."""
    link = Path("/etc/localtime")
    parts = link.resolve().parts if link.is_symlink() else ()
    name = "/".join(parts[parts.index("zoneinfo") + 1 :]) if "zoneinfo" in parts else ""
    return name.removeprefix("posix/") or "UTC"


def _refuse_overwriting(target: Path) -> None:
    from inboxwatch.errors import UsageError

    if target.exists():
        raise UsageError(
            f"{target} is there already",
            next_step="edit it, or name another file with --config",
        )


def _ask(question: str, default: str = "") -> str:
    from inboxwatch.errors import UsageError

    if not sys.stdin.isatty():
        option = "--" + question.lower().split("'")[0].replace(" ", "-")
        raise UsageError(
            f"{question}? Nobody is there to answer",
            next_step=f"run it in a terminal, or give every answer as an option ({option} …)",
        )
    answer: str = typer.prompt(question, default=default or None)
    return answer.strip()


def _password(target: Path, password_file: Path | None) -> str:
    """The configuration's line on the password; a typed one goes to a private file beside it."""
    from inboxwatch.errors import UsageError
    from inboxwatch.store.files import private_file, private_folder

    if password_file is not None:
        return f"password_file: {quoted(str(password_file.expanduser().resolve()))}"
    if not sys.stdin.isatty():
        raise UsageError("the password is missing", next_step="name a file with --password-file")
    secret: str = typer.prompt(
        "Password (not shown; an app password where there is one)", hide_input=True
    )
    private_folder(target.parent)
    private_file(target.parent / "password").write_text(secret + "\n", encoding="utf-8")
    return "password_file: password"


def quoted(text: str) -> str:
    """A text as a YAML scalar, whatever is in it."""
    import json

    return json.dumps(text, ensure_ascii=False)


def _try_and_write(target: Path, answers: Answers) -> None:
    """Log in with what was answered; only a configuration that works is written."""
    from dataclasses import replace

    from inboxwatch.cli.wiring import open_doors, read_config_text

    doors = open_doors(read_config_text(configuration(answers), beside=target))["support"]
    try:
        doors.account.connect()
        found = doors.account.mailboxes()
        typer.echo(f"IMAP: logged in; inbox {found.inbox}, spam {', '.join(found.junk) or 'none'}")
        typer.echo(f"SMTP: {doors.transport.check()}")
        trust = answers.trust or _choose_trust(doors.account, found.inbox)
    finally:
        doors.account.close()
        doors.transport.close()
    _write(target, replace(answers, trust=trust))


def _choose_trust(account: Account, inbox: str) -> tuple[str, ...]:
    """Show which servers wrote Authentication-Results, and trust those the user names (S15)."""
    from inboxwatch.cli.check import by_number, proposal
    from inboxwatch.core.text import one_line

    seen = account.authserv_ids(inbox)
    if not seen:
        typer.echo(f"Trust: {proposal(seen)}.")
        return ()
    typer.echo("Authentication-Results on top of the last mails in INBOX were written by:")
    for name, number in by_number(seen):
        typer.echo(f"  {one_line(name, 60):<40} {number} mails")
    if not sys.stdin.isatty():
        return ()
    typer.echo(
        "Trust a name only if it is your own provider's: whoever it vouches for\n"
        "in the spam folder counts as proven genuine."
    )
    return _trusted(seen)


def _trusted(seen: Mapping[str, int]) -> tuple[str, ...]:
    """The names that the user picks, asked for again until each of them was seen."""
    while True:
        answer: str = typer.prompt("Trust which (commas between, empty for none)", default="")
        named = tuple(name.strip().lower() for name in answer.split(",") if name.strip())
        strange = [name for name in named if name not in seen]
        if not strange:
            return named
        typer.echo(f"  {strange[0]!r} is not among them.")


def _write(target: Path, answers: Answers) -> None:
    from inboxwatch.store.files import private_file, private_folder

    private_folder(target.parent)
    private_file(target).write_text(configuration(answers), encoding="utf-8")
    from inboxwatch.cli.wiring import target_config

    where = "" if target == target_config(None) else f" --config {target}"
    typer.echo(
        f"\nWritten: {target}\n\n"
        "Next:\n"
        f"  inboxwatch check{where}\n"
        f"  inboxwatch run{where}\n"
        "    (the first run is a baseline: it answers nobody)\n"
        f"  inboxwatch queue{where}\n\n"
        "Replies are switched off until you set replies.enabled: true."
    )


def configuration(answers: Answers) -> str:
    """The configuration as text, essential keys only."""
    ca_line = f"\n      ca_file: {quoted(answers.ca_file)}" if answers.ca_file else ""
    trust = ", ".join(quoted(name) for name in answers.trust)
    return f"""\
# inboxwatch: all keys are described in config.example.yaml and docs/configuration.md.
version: 1
timezone: {quoted(answers.timezone)}
team: {{name: {quoted(answers.team)}, sign: {quoted(answers.sign)}}}
accounts:
  support:
    address: {quoted(answers.address)}
    imap:
      host: {quoted(answers.imap_host)}
      port: {answers.imap_port}
      security: {quoted(answers.imap_security)}
      user: {quoted(answers.user)}
      {answers.password_line}{ca_line}
    smtp:
      host: {quoted(answers.smtp_host)}
      port: {answers.smtp_port}
      security: {quoted(answers.smtp_security)}
    authentication: {{trust: [{trust}]}}
schedule:
  business: {{mon-fri: {quoted(answers.hours)}}}
  weekend: {{sat-sun: "00:00-24:00"}}
  open: [business]
replies: {{enabled: false, mode: send}}
state: {{path: state.db}}
"""
