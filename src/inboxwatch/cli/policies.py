"""From the written configuration to policy and customers, read when they are needed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from inboxwatch.app.desk import Rules
from inboxwatch.config.load import find_config, load_config
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
    from inboxwatch.config.load import config_path

    return config_path(explicit, os.environ).absolute()


def read_config(explicit: Path | None) -> Config:
    """The written configuration, checked. Raises ConfigError with all of its problems."""
    return load_config(find_config(explicit, os.environ))


def read_config_text(text: str, *, beside: Path) -> Config:
    """A configuration that is not written yet, checked as if it lay at ``beside``."""
    import tempfile

    from inboxwatch.store.files import private_folder

    private_folder(beside.parent)
    with tempfile.NamedTemporaryFile("w", dir=beside.parent, suffix=".yaml") as file:
        file.write(text)
        file.flush()
        return load_config(Path(file.name))


def load_policy(explicit: Path | None) -> tuple[Policy, Directory]:
    """Policy and customers without any journal: for judging files."""
    config = read_config(explicit)
    built = _built(config)
    return built.policy, known_customers(config, built.customers)


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


def rules_for(config: Config, journal: Journal, *, tested: bool) -> Rules:
    """Policy and customers: at once after any of their files changed, else when first needed.

    If they are to be ``tested``, the tests in the configuration run then as well.

    So a mistake is told by the next run, and a run that finds nothing new reads none of them.
    """

    def build() -> tuple[Policy, Directory]:
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
