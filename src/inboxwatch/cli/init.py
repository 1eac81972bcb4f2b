"""``inboxwatch init``: ask what must be known, try the login, write a working configuration."""

from __future__ import annotations

import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec import Struct
from msgspec.structs import replace

from inboxwatch.cli.options import ConfigOption
from inboxwatch.cli.screen import echo

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from inboxwatch.errors import AccountError, ConfigError
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


NOBODY = ("", "none")
"""What says that no authserv-id is trusted."""

EVENING_ENDS = 22 * 60
"""Minutes from midnight until which the evening lasts."""

_HOUR = re.compile(r"(?<![\d:])(\d{1,2})(?::(\d{2}))?(?![\d:])", re.ASCII)


class Answers(Struct, frozen=True):
    """What the configuration is written from; ``trust`` is None while nobody has said whom."""

    team: str
    address: str
    imap_port: int
    imap_security: str
    smtp_port: int
    smtp_security: str
    ca_file: str
    timezone: str
    hours: str
    trust: tuple[str, ...] | None = None
    imap_host: str = ""
    smtp_host: str = ""
    user: str = ""
    password_line: str = ""
    own_hops: int = 1


class Given(Struct, frozen=True):
    """What options say of the login; after a refused one everything is asked for anew."""

    imap_host: str | None = None
    smtp_host: str | None = None
    user: str | None = None
    password_file: Path | None = None


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
    hours: Annotated[str | None, typer.Option(help="Business hours, Monday to Friday.")] = None,
    trust: Annotated[
        list[str] | None, typer.Option(help="An authserv-id to trust, or none.", show_default=False)
    ] = None,
) -> None:
    """Write a first configuration: ask, try the login, show what was found. Sends nothing.

    Whatever an option names is not asked for. Replies stay switched off.

    Examples:

      inboxwatch init

      inboxwatch init --address support@acme.example --password-file ~/.support-password
    """
    from inboxwatch.cli.policies import target_config
    from inboxwatch.cli.questions import ask

    target = target_config(config)
    _refuse_overwriting(target)
    trusted = _given_trust(trust)
    address = ask("address", "The team's mail address", address, check=_check_address)
    zone, day = system_timezone(), "09:00-17:00"
    answers = Answers(
        address=address,
        team=ask("team", "The team's name", team, _team_of(address)),
        timezone=ask("timezone", "Time zone", timezone, zone, check=_check_timezone),
        hours=whole_hours(
            ask("hours", "Business hours, Monday to Friday", hours, day, check=_check_hours)
        ),
        imap_port=imap_port,
        imap_security=imap_security,
        smtp_port=smtp_port,
        smtp_security=smtp_security,
        ca_file=str(ca_file.resolve()) if ca_file else "",
        trust=trusted,
    )
    _try_until_it_works(target, answers, Given(imap_host, smtp_host, user, password_file))


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


def _team_of(address: str) -> str:
    return address.partition("@")[2].partition(".")[0].title()


def _check_address(text: str) -> None:
    from inboxwatch.core.message.address import parse_address

    parse_address(text)


def _check_timezone(text: str) -> None:
    from inboxwatch.config.regions import check_timezone

    check_timezone(text)


def _check_hours(text: str) -> None:
    from inboxwatch.config.hours import parse_period

    parse_period({"mon-fri": whole_hours(text)})


def whole_hours(text: str) -> str:
    """Hours as a configuration has them: ``9-17`` and ``9:00-17:00`` become ``09:00-17:00``."""
    return _HOUR.sub(lambda match: f"{match[1]:0>2}:{match[2] or '00'}", text.strip())


def _given_trust(given: list[str] | None) -> tuple[str, ...] | None:
    """The names of ``--trust``; an empty one and ``none`` say that nobody is to be trusted."""
    from inboxwatch.config.schema.account import check_identity
    from inboxwatch.errors import UsageError

    if given is None:
        return None
    names = tuple(name for name in map(str.strip, given) if name.lower() not in NOBODY)
    for name in names:
        try:
            check_identity(name)
        except ValueError as fault:
            raise UsageError(f"--trust: {fault}") from None
    return names


def quoted(text: str) -> str:
    """A text as a YAML scalar, whatever is in it."""
    import json

    return json.dumps(text, ensure_ascii=False)


def _try_until_it_works(target: Path, answers: Answers, given: Given) -> None:
    """Ask for servers and login until they work, and only then write anything that stays."""
    from inboxwatch.cli import questions
    from inboxwatch.errors import AccountError, ConfigError
    from inboxwatch.store.files import private_folder

    private_folder(target.parent)
    imap, smtp = hosts_for(answers.address)
    while True:
        tried = replace(
            answers,
            imap_host=questions.ask("imap-host", "IMAP server", given.imap_host, imap),
            smtp_host=questions.ask("smtp-host", "SMTP server", given.smtp_host, smtp),
            user=questions.ask("user", "Login", given.user, answers.address),
        )
        try:
            with _password(target, given.password_file) as (line, secret):
                tried = _logged_in(target, replace(tried, password_line=line))
        except (AccountError, ConfigError) as error:
            if not questions.somebody_there():
                raise
            _tell_what_failed(error)
            given = Given()
            imap, smtp = tried.imap_host, tried.smtp_host
        else:
            _write(target, tried, secret)
            return


def _tell_what_failed(error: AccountError | ConfigError) -> None:
    from inboxwatch.cli.boundary import say

    problems = "".join(f"\n  {one.message}" for one in getattr(error, "problems", ()))
    say(f"\n{error.message}{problems}\nNothing was written. Once more:\n")


@contextmanager
def _password(target: Path, password_file: Path | None) -> Iterator[tuple[str, str]]:
    """The configuration's line on the password for the trial, and the password if it was typed.

    A typed one lies in a private file while the login is tried, and is gone afterwards.
    """
    import tempfile

    from inboxwatch.cli.questions import ask_secret

    if password_file is not None:
        yield f"password_file: {quoted(str(password_file.expanduser().resolve()))}", ""
        return
    secret = ask_secret("password-file", "Password (not shown; an app password if there is one)")
    with tempfile.NamedTemporaryFile("w", dir=target.parent, prefix=".init-") as file:
        file.write(secret + "\n")
        file.flush()
        yield f"password_file: {quoted(file.name)}", secret


def _logged_in(target: Path, answers: Answers) -> Answers:
    """Log in with what was answered, show what was found, ask whom to trust."""
    from inboxwatch.cli.doors import open_doors
    from inboxwatch.cli.policies import read_config_text
    from inboxwatch.core.text import one_line

    doors = open_doors(read_config_text(configuration(answers), beside=target))["support"]
    try:
        doors.account.connect()
        found = doors.account.mailboxes()
        echo("IMAP: logged in. The mailboxes:")
        spam = ", ".join(found.junk)
        named = {"inbox": found.inbox, "spam": spam, "sent": found.sent, "drafts": found.drafts}
        for role, name in named.items():
            echo(f"  {role:<7} {one_line(name or 'none found', 200)}")
        echo(f"SMTP: {one_line(doors.transport.check(), 200)}")
        if answers.trust is not None:
            return answers
        trust, own_hops = _choose_trust(doors.account, found.inbox)
        return replace(answers, trust=trust, own_hops=own_hops)
    finally:
        doors.account.close()
        doors.transport.close()


def _choose_trust(account: Account, inbox: str) -> tuple[tuple[str, ...], int]:
    """Show which servers wrote Authentication-Results, and trust those the user names (S15).

    Also how many hops of the team's own stand above what they write.
    """
    from inboxwatch.cli import questions
    from inboxwatch.core.message.authres import OWN_HOPS
    from inboxwatch.core.message.survey import proposal, survey, told
    from inboxwatch.core.text import one_line

    found = survey(account.traces(inbox))
    seen = {one.name: one.topmost for one in found.ids if one.topmost}
    if not seen:
        echo(f"Trust: {told(found)}.")
        return (), OWN_HOPS
    echo("Authentication-Results on top of the last mails in INBOX were written by:")
    for name, number in seen.items():
        echo(f"  {one_line(name, 60):<40} {number} mails")
    if not questions.somebody_there():
        return (), OWN_HOPS
    echo(
        "Trust a name only if it is your own provider's: whoever it vouches for\n"
        "in the spam folder counts as proven genuine."
    )
    trust = _trusted(seen)
    proposed = proposal(found)
    return trust, proposed.own_hops if proposed and proposed.trust in trust else OWN_HOPS


def _trusted(seen: Mapping[str, int]) -> tuple[str, ...]:
    """The names that the user picks, asked for again until each of them was seen."""
    while True:
        answer: str = typer.prompt("Trust which (commas between, empty for none)", default="")
        given = (name.strip().lower() for name in answer.split(","))
        named = tuple(name for name in given if name not in NOBODY)
        strange = [name for name in named if name not in seen]
        if not strange:
            return named
        echo(f"  {strange[0]!r} is not among them.")


def _write(target: Path, answers: Answers, secret: str) -> None:
    from inboxwatch.cli.policies import target_config
    from inboxwatch.store.files import private_file

    if secret:
        kept = target.with_name(f"{target.stem}.password")
        private_file(kept).write_text(secret + "\n", encoding="utf-8")
        answers = replace(answers, password_line=f"password_file: {quoted(kept.name)}")
    private_file(target).write_text(configuration(answers), encoding="utf-8")
    where = "" if target == target_config(None) else f" --config {target}"
    echo(
        f"\nWritten: {target}\n\n"
        "Next:\n"
        f"  inboxwatch check{where}\n"
        f"  inboxwatch run{where}\n"
        "    (the first run is a baseline: it answers nobody)\n"
        f"  inboxwatch queue{where}\n\n"
        "Replies are switched off until you set replies.enabled: true."
    )


def _evening(hours: str) -> str:
    """The line of the evening: from the last closing time to 22:00, if there is any between."""
    from inboxwatch.config.hours import parse_slots

    end = parse_slots(hours)[-1][1]
    if end >= EVENING_ENDS:
        return ""
    return f'  evening: {{mon-fri: "{end // 60:02}:{end % 60:02}-22:00"}}\n'


def configuration(answers: Answers) -> str:
    """The configuration as text, essential keys only."""
    ca_line = f"\n      ca_file: {quoted(answers.ca_file)}" if answers.ca_file else ""
    trust = ", ".join(quoted(name) for name in answers.trust or ())
    hops = f", own_hops: {answers.own_hops}" if answers.own_hops > 1 else ""
    return f"""\
# inboxwatch: all keys are described in config.example.yaml and docs/configuration.md.
version: 1
timezone: {quoted(answers.timezone)}
team: {{name: {quoted(answers.team)}, sign: {quoted(f"The {answers.team} team")}}}
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
    authentication: {{trust: [{trust}]{hops}}}
schedule:
  business: {{mon-fri: {quoted(answers.hours)}}}
{_evening(answers.hours)}  weekend: {{sat-sun: "00:00-24:00"}}
  open: [business]
  # Public holidays, on which you are closed: put in your country (and region), and take the # out.
  # holidays: {{country: DE, region: BE}}
replies: {{enabled: false, mode: send}}
state: {{path: state.db}}
"""
