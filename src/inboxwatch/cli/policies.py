"""From the written configuration to policy and customers, read when they are needed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from inboxwatch.app.desk import Rules
from inboxwatch.config.finding import find_config
from inboxwatch.errors import ConfigError, Problem

if TYPE_CHECKING:
    from inboxwatch.config.build import Built
    from inboxwatch.config.schema import Config
    from inboxwatch.model.customer import Customers, Directory
    from inboxwatch.model.policy import Policy
    from inboxwatch.model.schedule import Schedule
    from inboxwatch.model.trial import TrialResult
    from inboxwatch.ports import Journal

STAMP_KEY = "files read"
"""Under this key the journal keeps which state of the team's files was found to be right."""

VERIFIED_KEY = "templates verified"
"""Under this key the journal keeps which set of templates has been tried out."""


def target_config(explicit: Path | None) -> Path:
    """Where ``init`` writes: the file named, else where it would be looked for."""
    from inboxwatch.config.finding import config_path

    return config_path(explicit, os.environ).absolute()


def read_config(explicit: Path | None, *, afresh: bool = False, keep: bool = False) -> Config:
    """The written configuration, checked: what was kept of it counts unless asked ``afresh``.

    With ``keep`` it is kept for the next command. Raises ConfigError with all of its problems.
    """
    from inboxwatch.cli.kept import keep_config, recall_config

    path = find_config(explicit, os.environ)
    recalled = None if afresh else recall_config(path.absolute())
    if recalled is not None:
        return recalled
    from inboxwatch.config.load import load_config

    config = load_config(path)
    if keep:
        keep_config(config)
    return config


def read_config_text(text: str, *, beside: Path) -> Config:
    """A configuration that is not written yet, checked as if it lay at ``beside``."""
    import tempfile

    from inboxwatch.config.load import load_config
    from inboxwatch.store.files import private_folder

    private_folder(beside.parent)
    with tempfile.NamedTemporaryFile("w", dir=beside.parent, suffix=".yaml") as file:
        file.write(text)
        file.flush()
        return load_config(Path(file.name))


def load_policy(explicit: Path | None) -> tuple[Policy, Directory]:
    """Policy and customers without any journal: for judging files."""
    return _policy_and_customers(read_config(explicit, keep=True), keep=True)


def _policy_and_customers(
    config: Config, journal: Journal | None = None, *, keep: bool = False
) -> tuple[Policy, Directory]:
    """What was kept of the policy and still counts, else built of all files, and the customers.

    Raises ConfigError with all that is wrong.
    """
    from inboxwatch.cli import kept

    stamp = _stamp(config)
    policy = kept.recall_policy(config, stamp)
    if policy is None:
        built = _built(config, journal)
        if keep:
            kept.keep_policy(config, built.policy, stamp)
        return built.policy, known_customers(config, built.customers)
    from inboxwatch.config.customers import read_customers

    listed = read_customers(config.customers.files)
    return _of_now(policy, config, journal), known_customers(config, listed)


def _of_now(policy: Policy, config: Config, journal: Journal | None) -> Policy:
    """A kept policy with the secret of the journal, and with what is installed now."""
    from msgspec.structs import replace

    from inboxwatch.core.reply.language import can_detect_language

    detects = config.replies.detect_language and can_detect_language()
    return replace(policy, secret=journal.secret() if journal else b"", detects_language=detects)


def known_customers(config: Config, listed: Customers) -> Directory:
    """The customers of the configuration together with those that were imported.

    Where none ever were, SQLite is not loaded either.
    """
    from inboxwatch.app.known import Known
    from inboxwatch.model.customer import Customers

    if not os.path.lexists(config.customers_path):
        return Known(listed, Customers())
    from inboxwatch.store.customers import StoredCustomers

    return Known(listed, StoredCustomers(config.customers_path))


def load_built(explicit: Path | None) -> tuple[Config, Built]:
    """The configuration and all that is built of it, with no template tried out yet."""
    from inboxwatch.config.build import build_all

    config = read_config(explicit)
    return config, build_all(config)


def load_schedule(explicit: Path | None) -> Schedule:
    """The hours of the business alone."""
    from inboxwatch.config.terms import build_schedule

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


def rules_for(
    config: Config, journal: Journal, *, tested: bool, afresh: bool = False, keep: bool = False
) -> Rules:
    """Policy and customers: at once after any of their files changed, else when first needed.

    If they are to be ``tested``, the tests in the configuration run then as well.

    So a mistake is told by the next run, and a run that finds nothing new reads none of them. What
    was kept of the policy counts unless asked ``afresh``; with ``keep`` it is kept for next time.
    """

    def build() -> tuple[Policy, Directory]:
        if not afresh:
            return _policy_and_customers(config, journal, keep=keep)
        built = _built(config, journal)
        return built.policy, known_customers(config, built.customers)

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
    built = rules.built
    if not config.tests:
        return ()
    from inboxwatch.config.trials import build_trials
    from inboxwatch.core.trial import try_all

    return try_all(build_trials(config), *built)


def _stamp(config: Config) -> str:
    """What tells that nothing changed: the program, and the marks of all files that count.

    The configuration's own is that of when it was read: what was built of it belongs to no other.
    """
    from inboxwatch import __version__
    from inboxwatch.config.files import mark

    mails = (test.mail.file for test in config.tests)
    named = (*config.customers.files, config.templates.path, config.phrases.path, *mails)
    files = [config.customers_path]
    for path in filter(None, named):
        try:
            files.extend(sorted(path.iterdir()))
        except OSError:  # a file, or nothing that can be read: found out with its reason below
            files.append(path)
    marks = [f"{config.source}:{config.mark}", *(f"{path}:{mark(path)}" for path in files)]
    return f"{__version__} " + " ".join(marks)
