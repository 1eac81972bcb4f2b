"""Wiring: from a configuration to a policy, doors, journal and lock, each opened when needed."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from msgspec import Struct

from inboxwatch.app.desk import NOBODY, Desk, Doors, Rules
from inboxwatch.cli.clock import SystemClock
from inboxwatch.config.load import find_config, load_config
from inboxwatch.errors import ConfigError, Problem, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from inboxwatch.config.build import Built
    from inboxwatch.config.schema import Config
    from inboxwatch.model.customer import Directory
    from inboxwatch.model.message import Address
    from inboxwatch.model.policy import Policy
    from inboxwatch.model.schedule import Schedule
    from inboxwatch.model.trial import TrialResult
    from inboxwatch.ports import Clock, Journal
    from inboxwatch.ports.notifier import Notifier

NO_SEND_VARIABLE = "INBOXWATCH_NO_SEND"
NO_SEND_FILE = "no-send"
"""The kill switch (rule L13): the variable set to anything but 0, or this file beside the state."""

STAMP_KEY = "files read"
"""Under this key the journal keeps which state of the team's files was found to be right."""


VERIFIED_KEY = "templates verified"
"""Under this key the journal keeps which set of templates has been tried out."""


class House(Struct, frozen=True):
    """Everything that ``run`` and ``check`` work with."""

    config: Config
    rules: Rules
    doors: Mapping[str, Doors]
    journal: Journal
    clock: Clock
    dry_run: bool

    def desk(
        self,
        *,
        stop: Callable[[], bool] = lambda: False,
        progress: Callable[[str, str, int, int], None] = lambda *_: None,
    ) -> Desk:
        """The desk of one run."""
        return Desk(
            rules=self.rules,
            replies_enabled=self.config.replies.enabled,
            doors=self.doors,
            journal=self.journal,
            clock=self.clock,
            brake=partial(brake, self.config.state.path.parent),
            stop=stop,
            progress=progress,
            dry_run=self.dry_run,
            notifier=self._notifier(),
        )

    def _notifier(self) -> Notifier:
        """Mail to those whom the configuration names, through a way out that is open."""
        written = self.config.notify
        if not written.to:
            return NOBODY
        from inboxwatch.app.notify import MailNotifier

        account = self.way_out
        return MailNotifier(
            recipients=written.to,
            account=account,
            policy=lambda: self.rules.built[0],
            transport=self.doors[account].transport,
            clock=self.clock,
            brake=partial(brake, self.config.state.path.parent),
        )

    @property
    def way_out(self) -> str:
        """The account through which the team is written to: the one of ``notify``, or the first."""
        named = self.config.notify.account
        return named if named in self.doors and named else next(iter(self.doors))

    @property
    def configured_at(self) -> datetime:
        """When the configuration was last written."""
        return datetime.fromtimestamp(self.config.source.stat().st_mtime, UTC)

    @property
    def accounts_without_trust(self) -> tuple[str, ...]:
        """The accounts in which nobody can be proven genuine (rule S15)."""
        return tuple(
            name for name in self.doors if not self.config.accounts[name].authentication.trust
        )


class Records(Struct, frozen=True):
    """What the commands that only read work with."""

    config: Config
    journal: Journal
    clock: Clock


def brake(state_folder: Path) -> str:
    """Why nothing may be sent now, or nothing (rule L13)."""
    if os.environ.get(NO_SEND_VARIABLE, "0") not in ("", "0"):
        return f"${NO_SEND_VARIABLE} is set"
    switch = state_folder / NO_SEND_FILE
    there = os.path.lexists(switch)  # a link counts wherever it leads
    return f"the file {switch} is there" if there else ""


def target_config(explicit: Path | None) -> Path:
    """Where ``init`` writes: the file named, else where it would be looked for."""
    from inboxwatch.config.load import config_path

    return config_path(explicit, os.environ).absolute()


def read_config(explicit: Path | None) -> Config:
    """The written configuration, checked. Raises ConfigError with all of its problems."""
    return load_config(find_config(explicit, os.environ))


def load_policy(explicit: Path | None) -> tuple[Policy, Directory]:
    """Policy and customers without any journal: for judging files."""
    config = read_config(explicit)
    built = _built(config)
    return built.policy, known_customers(config, built)


def known_customers(config: Config, built: Built) -> Directory:
    """The customers of the configuration together with those that were imported."""
    from inboxwatch.app.known import Known
    from inboxwatch.store.customers import StoredCustomers

    return Known(built.customers, StoredCustomers(config.customers_path))


def load_built(explicit: Path | None) -> tuple[Config, Built]:
    """The configuration and all that is built of it, with no template tried out yet."""
    from inboxwatch.config.build import build_all

    config = read_config(explicit)
    return config, build_all(config)


def load_schedule(explicit: Path | None) -> Schedule:
    """The hours of the business alone."""
    from inboxwatch.config.build import build_schedule

    return build_schedule(read_config(explicit))


def _built(config: Config, journal: Journal | None = None) -> Built:
    """Policy and customers, with every template tried out. Raises ConfigError with all faults."""
    from inboxwatch.config.build import build_all
    from inboxwatch.config.templates import faults_of_templates, load_templates

    try:
        built = build_all(config, secret=journal.secret() if journal else b"")
    except ConfigError as error:
        templates, _ = load_templates(config.templates.path)
        faults = faults_of_templates(templates) if config.templates.path else ()
        raise ConfigError((*error.problems, *faults), next_step=error.next_step) from None
    _verify(config, built.policy, journal)
    return built


def _verify(config: Config, policy: Policy, journal: Journal | None = None) -> None:
    """Try out the team's own templates, once for each set of them where a journal remembers it.

    The words that no template may say by itself are looked for as well (rule F24). The shipped
    ones alone are tried out by our tests. Raises ConfigError (rules O03, O04).
    """
    if config.templates.path is None:
        return
    from inboxwatch.config.templates import faults_of_templates, templates_digest

    digest = templates_digest(policy.templates)
    if journal is not None and journal.remembered(VERIFIED_KEY) == digest:
        return
    problems = faults_of_templates(policy.templates)
    if problems:
        raise ConfigError(problems, next_step="mend the template and run `inboxwatch check`")
    if journal is not None:
        journal.remember(VERIFIED_KEY, digest)


def _rules(config: Config, journal: Journal, *, tested: bool) -> Rules:
    """Policy and customers: at once after any of their files changed, else when first needed.

    If they are to be ``tested``, the tests in the configuration run then as well.

    So a mistake is told by the next run, and a run that finds nothing new reads none of them.
    """

    def build() -> tuple[Policy, Directory]:
        built = _built(config, journal)
        return built.policy, known_customers(config, built)

    rules = Rules(build)
    stamp = _stamp(config)
    if journal.remembered(STAMP_KEY) != stamp:
        _ = rules.built
        if tested and config.test_before_run:
            _pass_tests(config, rules)
        journal.remember(STAMP_KEY, stamp)
    return rules


def _pass_tests(config: Config, rules: Rules) -> None:
    """Run the tests in the configuration. Raises ConfigError with all that fail."""
    if not config.tests:
        return
    from inboxwatch.render.trials import trial_texts

    failed = [result for result in try_tests(config, rules) if result.differences]
    if failed:
        told = (text for one in failed for text in trial_texts(one))
        problems = tuple(Problem(text, str(config.source)) for text in told)
        step = "mend the tests or the configuration; `inboxwatch check` shows what came out"
        title = "1 test that fails" if len(failed) == 1 else f"{len(failed)} tests that fail"
        raise ConfigError(problems, next_step=step, title=title)


def try_tests(config: Config, rules: Rules) -> tuple[TrialResult, ...]:
    """How the tests in the configuration go. Raises ConfigError for tests that are none."""
    from inboxwatch.config.trials import build_trials
    from inboxwatch.core.trial import try_all

    return try_all(build_trials(config), *rules.built)


def _stamp(config: Config) -> str:
    """What tells that nothing changed: the program, and size and time of every file that counts."""
    from inboxwatch import __version__

    mails = (test.mail.file for test in config.tests)
    named = (*config.customers.files, config.templates.path, config.phrases.path, *mails)
    files = [config.source, config.customers_path]
    for path in filter(None, named):
        try:
            files.extend(sorted(path.iterdir()))
        except OSError:  # a file, or nothing that can be read: found out with its reason below
            files.append(path)
    return f"{__version__} " + " ".join(_mark(path) for path in files)


def _mark(path: Path) -> str:
    try:
        found = path.stat()
    except OSError:
        return f"{path}:missing"
    return f"{path}:{found.st_size}:{found.st_mtime_ns}"


@contextmanager
def open_house(
    explicit: Path | None,
    *,
    only: Iterable[str] | None = None,
    dry_run: bool = False,
    verbose: bool = False,
    clock: Clock | None = None,
    begin: bool = False,
    tested: bool = True,
    patient: bool = True,
) -> Iterator[House]:
    """Open everything for a run: the log, the lock, the journal, the accounts.

    A dry run works on a copy of the journal and writes nothing anywhere. With ``begin`` the
    accounts start to connect while the rest is opened. Who is ``patient`` waits some seconds for a
    run to end. Raises ConfigError, LockHeldError,
    StateError, UsageError for an account that is not there.
    """
    config = read_config(explicit)
    with ExitStack() as stack:
        _start_log(config, stack, dry_run=dry_run, verbose=verbose)
        _take_lock(config.state.path, stack, dry_run=dry_run, patient=patient)
        doors = open_doors(config, only, begin=begin)
        for one in doors.values():
            stack.callback(one.account.close)
            stack.callback(one.transport.close)
        journal = _open_journal(config.state.path, stack, dry_run=dry_run)
        rules = _rules(config, journal, tested=tested)
        yield House(
            config=config,
            rules=rules,
            doors=doors,
            journal=journal,
            clock=clock or SystemClock(ZoneInfo(config.timezone)),
            dry_run=dry_run,
        )


def _start_log(config: Config, stack: ExitStack, *, dry_run: bool, verbose: bool) -> None:
    from inboxwatch.cli.logs import close_log, log_to_stderr, open_log

    stack.callback(close_log)
    if not dry_run:
        open_log(config.log_path, verbose=verbose)
    if verbose:
        log_to_stderr()


def _take_lock(state: Path, stack: ExitStack, *, dry_run: bool, patient: bool = True) -> None:
    """One process per state (rule X10). A dry run writes no lock file, but respects one."""
    from inboxwatch.store import lock

    path, patience = state.with_name(state.name + ".lock"), lock.PATIENCE if patient else 0.0
    take = lock.respect_lock if dry_run else lock.hold_lock
    stack.enter_context(take(path, patience))


def _open_journal(state: Path, stack: ExitStack, *, dry_run: bool) -> Journal:
    from inboxwatch.store.sqlite import open_journal, scratch_journal

    journal = scratch_journal(state) if dry_run else open_journal(state)
    stack.callback(journal.close)
    return journal


@contextmanager
def open_records(explicit: Path | None, *, from_run: bool = True) -> Iterator[Records]:
    """Open the journal to read it: on a copy, so that nobody is disturbed.

    ``from_run`` tells that there is nothing to read before the first run; StateError is raised
    then, since a state that is not there would otherwise look as if nothing waited.
    """
    from inboxwatch.store.sqlite import scratch_journal

    config = read_config(explicit)
    journal = scratch_journal(config.state.path, create=not from_run)
    try:
        yield Records(config, journal, SystemClock(ZoneInfo(config.timezone)))
    finally:
        journal.close()


@contextmanager
def open_state(explicit: Path | None) -> Iterator[Records]:
    """Open the journal to write it, without any account: under the lock, and with the log.

    Raises ConfigError, LockHeldError, StateError, the latter also before the first run.
    """
    from inboxwatch.store.sqlite import open_journal

    config = read_config(explicit)
    with ExitStack() as stack:
        _start_log(config, stack, dry_run=False, verbose=False)
        _take_lock(config.state.path, stack, dry_run=False)
        journal = open_journal(config.state.path, create=False)
        stack.callback(journal.close)
        yield Records(config, journal, SystemClock(ZoneInfo(config.timezone)))


def read_config_text(text: str, *, beside: Path) -> Config:
    """A configuration that is not written yet, checked as if it lay at ``beside``."""
    import tempfile

    from inboxwatch.store.files import private_folder

    private_folder(beside.parent)
    with tempfile.NamedTemporaryFile("w", dir=beside.parent, suffix=".yaml") as file:
        file.write(text)
        file.flush()
        return load_config(Path(file.name))


def open_doors(
    config: Config, only: Iterable[str] | None = None, *, begin: bool = False
) -> dict[str, Doors]:
    """The adapters of every account, or of those named; connecting only if they should begin."""
    wanted = list(only) if only else list(config.accounts)
    require_accounts(config, wanted)
    return {name: _doors(config, name, begin=begin) for name in wanted}


def require_accounts(config: Config, named: Iterable[str] | None) -> None:
    """Raise UsageError for an account that the configuration does not have."""
    for name in named or ():
        if name not in config.accounts:
            raise UsageError(
                f"there is no account {name!r}",
                next_step=f"the configuration has {', '.join(config.accounts)}",
            )


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
    return Doors(account, transport, files_sent, flags_answered=written.answered_flag)


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
