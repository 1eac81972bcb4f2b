"""``inboxwatch check``: whether everything is as it should be before anything is switched on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from msgspec import Struct

from inboxwatch.cli.options import AccountOption, ConfigOption, JsonOption

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from inboxwatch.cli.wiring import House
    from inboxwatch.core.message.survey import Survey
    from inboxwatch.model.customer import Directory
    from inboxwatch.model.policy import Policy, Template
    from inboxwatch.model.trial import Difference

SHOWN_NAMES = 5
"""Ignored files of the template folder that are named."""


class Finding(Struct, frozen=True):
    """One line of the check: what was looked at, whether it is well, and what was found.

    ``differences`` are those of a test in the configuration.
    """

    about: str
    ok: bool
    text: str
    code: int = 0
    differences: tuple[Difference, ...] = ()


def check(
    config: ConfigOption = None,
    account: AccountOption = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Leave out the servers: no login.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Check the configuration, run its tests, render every template, log in, find the mailboxes.

    Nothing is sent and nothing is changed.

    Examples:

      inboxwatch check

      inboxwatch check --offline
    """
    from inboxwatch.cli.screen import columns, show, write_line
    from inboxwatch.cli.wiring import open_house
    from inboxwatch.render.json import to_line
    from inboxwatch.render.terminal import check_line
    from inboxwatch.render.trials import difference_lines

    findings: list[Finding] = []
    with open_house(config, only=account, dry_run=True, tested=False, afresh=True) as house:
        for finding in _all(house, offline=offline):
            findings.append(finding)
            if as_json:
                write_line(to_line(_fields(finding)))
            else:
                show([check_line(finding.about, finding.text, ok=finding.ok)])
                show(difference_lines(finding.differences, width=columns()))
    code = _code(findings)
    if code:
        raise typer.Exit(code)


def _fields(finding: Finding) -> dict[str, object]:
    from inboxwatch.render.trials import difference_fields

    fields: dict[str, object] = {
        "about": finding.about,
        "ok": finding.ok,
        "text": finding.text,
    }
    if finding.differences:
        fields["differences"] = difference_fields(finding.differences)
    return fields


def _all(house: House, *, offline: bool) -> Iterator[Finding]:
    from inboxwatch.cli.wiring import brake

    yield Finding("configuration", ok=True, text=str(house.config.source))
    policy, customers = house.rules.built
    yield from _templates(policy)
    yield from _ignored(house.config.templates.path)
    yield from _notes(policy, customers)
    yield Finding("customers", ok=True, text=f"{len(customers):,} known")
    yield language_finding(policy, wanted=house.config.replies.detect_language)
    yield _replies(policy, brake(house.config.state.path.parent))
    yield from _tests(house)
    if not offline:
        for name in house.doors:
            yield from _account(house, name)


def _templates(policy: Policy) -> Iterator[Finding]:
    """Every template was rendered with hostile samples when the house was opened."""
    periods: dict[str, list[Template]] = {}
    for template in policy.templates:
        periods.setdefault(template.period, []).append(template)
    wanted = dict.fromkeys(
        (*(period.name for period in policy.schedule.periods), *_ALWAYS, *periods)
    )
    for period in wanted:
        names = _by_name(periods.get(period, []))
        fallback = "answered with the business or night template"
        yield Finding(f"template {period or 'by rules'}", ok=True, text=names or fallback)


def _ignored(own: Path | None) -> Iterator[Finding]:
    """What lies in the team's folder and is no template: perhaps it was meant to be one."""
    from inboxwatch.config.templates import ignored_files

    if own is None or not (names := ignored_files(own)):
        return
    more = f" and {len(names) - SHOWN_NAMES} more" if len(names) > SHOWN_NAMES else ""
    verb = "is" if len(names) == 1 else "are"
    told = f"{', '.join(names[:SHOWN_NAMES])}{more} {verb} ignored"
    step = "a template is named like weekend.md.j2 or weekend.de.md.j2"
    yield Finding("template folder", ok=True, text=f"note: {told}; {step}")


def _notes(policy: Policy, customers: Directory) -> Iterator[Finding]:
    """What the linter only notes; what it refuses kept the house from opening."""
    from pathlib import Path

    from inboxwatch.config.templates import UNUSED, unused_templates, used_languages
    from inboxwatch.core.reply.lint import UNTRANSLATED, lint

    used = used_languages((one.language for one in policy.accounts.values()), customers)
    for finding in lint(policy.templates, used):
        if finding.rule.id == UNTRANSLATED:  # what there is not is in no file
            yield _noted(f"{finding.message}; English is used then")
        else:
            yield _noted(f"{finding.message} ({Path(finding.template.origin).name})")
    for one in unused_templates(policy.templates, (rule.templates for rule in policy.rules)):
        text = f"{UNUSED} ({Path(one.origin).name})"
        yield _noted(text)


def _noted(text: str) -> Finding:
    """What is worth a look and keeps nothing from working."""
    return Finding("template note", ok=True, text=f"note: {text}")


def _by_name(templates: Sequence[Template]) -> str:
    """``weekend (de, en), weekend-sincere (de, en)``."""
    languages: dict[str, list[str]] = {}
    for template in templates:
        languages.setdefault(template.name, []).append(template.language)
    told = (f"{name} ({', '.join(sorted(spoken))})" for name, spoken in sorted(languages.items()))
    return ", ".join(told)


_ALWAYS = ("business", "night", "holiday", "closure", "rescued")


def language_finding(policy: Policy, *, wanted: bool) -> Finding:
    """How the language of a reply is found, and what is missing for more."""
    about = "language"
    if policy.detects_language:
        return Finding(about, ok=True, text="by the customer's record, else the mail itself")
    text = "by the customer's record, else the account's"
    if not wanted:
        return Finding(about, ok=True, text=f"{text} (replies.detect_language is off)")
    missing = "; to have it detected, install the extra: pip install 'inboxwatch[languages]'"
    return Finding(about, ok=True, text=text + missing)


def _replies(policy: Policy, stopped: str) -> Finding:
    if policy.replies_enabled and stopped:
        return Finding("replies", ok=False, text=f"switched on, but nothing is sent: {stopped}")
    if policy.replies_enabled:
        return Finding("replies", ok=True, text="switched on")
    text = "switched off: mail is triaged, nobody is answered (replies.enabled)"
    return Finding("replies", ok=True, text=text)


def _tests(house: House) -> Iterator[Finding]:
    """The tests in the configuration, those that fail one by one."""
    from inboxwatch.cli.policies import try_tests
    from inboxwatch.errors import ExitCode

    results = try_tests(house.config, house.rules)
    if not results:
        return
    failed = [result for result in results if result.differences]
    for result in failed:
        code, name = int(ExitCode.CONFIG), result.trial.name
        yield Finding("test", ok=False, text=name, code=code, differences=result.differences)
    passed = len(results) - len(failed)
    yield Finding("tests", ok=not failed, text=f"{passed} of {len(results)} passed")


def _account(house: House, name: str) -> Iterator[Finding]:
    from inboxwatch.core.message.survey import survey
    from inboxwatch.errors import AccountError

    doors = house.doors[name]
    try:
        doors.account.connect()
        found = doors.account.mailboxes()
        places = [f"inbox {found.inbox}", *(f"junk {junk}" for junk in found.junk)]
        places += [f"sent {found.sent}"] if found.sent else []
        places += [f"drafts {found.drafts}"] if found.drafts else []
        text = "logged in; " + ", ".join(places) + _left_alone(house, name)
        yield Finding(f"{name}: IMAP", ok=True, text=text)
        for note in found.notes:
            yield Finding(f"{name}: mailboxes", ok=False, text=note)
        yield _trust(house, name, survey(doors.account.traces(found.inbox)))
    except AccountError as error:
        yield _failed(f"{name}: IMAP", error)
    try:
        yield Finding(f"{name}: SMTP", ok=True, text=doors.transport.check())
    except AccountError as error:
        yield _failed(f"{name}: SMTP", error)


def _left_alone(house: House, name: str) -> str:
    """That runs leave an account alone for now, though it is well, and how to have it read."""
    from inboxwatch.app.conditions import left_alone
    from inboxwatch.cli.doors import changed_at
    from inboxwatch.core.backoff import due

    now = house.clock.now()
    condition = left_alone(house.journal, now, changed_at(house.config)).get(name)
    until = due(condition) if condition else None
    if until is None:
        return ""
    when = until.astimezone(now.tzinfo).strftime("%H:%M")
    return f"; left alone by runs until {when}: inboxwatch run --account {name}"


def _failed(about: str, error: object) -> Finding:
    from inboxwatch.errors import AccountError

    if not isinstance(error, AccountError):
        return Finding(about, ok=False, text=str(error))
    step = f"; next: {error.next_step}" if error.next_step else ""
    return Finding(about, ok=False, text=f"{error.message}{step}", code=int(error.code))


def _trust(house: House, name: str, found: Survey) -> Finding:
    """What the account trusts, or what it could trust by what was seen in INBOX (rule S15)."""
    from inboxwatch.core.message.survey import told, trusted_words
    from inboxwatch.core.text import one_line

    written = house.config.accounts[name].authentication
    about = f"{name}: trust"
    if not written.trust:
        return Finding(about, ok=True, text=f"none, so rescue is off; {one_line(told(found))}")
    ok, text = trusted_words(found, written.trust, written.own_hops)
    return Finding(about, ok=ok, text=one_line(text))


def _code(findings: Sequence[Finding]) -> int:
    """That of a failed test, else the accounts' common code, else 3 when some of it failed."""
    from inboxwatch.errors import ExitCode

    codes = {finding.code for finding in findings if finding.code}
    accounts = {finding.about.split(":")[0] for finding in findings if ":" in finding.about}
    failed = {finding.about.split(":")[0] for finding in findings if finding.code}
    if not codes:
        return ExitCode.DONE
    if ExitCode.CONFIG in codes:
        return ExitCode.CONFIG
    return codes.pop() if len(codes) == 1 and failed == accounts else ExitCode.INCOMPLETE
