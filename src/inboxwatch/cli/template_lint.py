"""What ``inboxwatch template lint`` finds, from every check there is, as plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from inboxwatch.config.schema import Config
    from inboxwatch.errors import Problem


def lint_findings(config: Config) -> list[Mapping[str, Any]]:
    """Files that are no templates, templates that fail, and what the linter finds, by file."""
    from inboxwatch.config.build import unknown_periods
    from inboxwatch.config.customers import load_customers
    from inboxwatch.config.templates import load_templates, used_languages, verify_templates
    from inboxwatch.core.reply.lint import lint as lint_all
    from inboxwatch.errors import ConfigError

    customers, wrong = load_customers(config.customers.files)
    if wrong:
        raise ConfigError(wrong, next_step="mend the files named and run `inboxwatch check`")
    templates, unread = load_templates(config.templates.path)
    used = used_languages((one.language for one in config.accounts.values()), customers)
    found = lint_all(templates, used)
    told = {one.template.origin for one in found if one.rule.id == "unknown-variable"}
    failed = [one for one in verify_templates(templates) if one.file not in told]
    rows = [_problem("file", one) for one in (*unread, *unknown_periods(config, templates))]
    rows += [_problem("rendering", one) for one in failed]
    rows += [
        {
            "rule": one.rule.id,
            "stops": one.rule.stops,
            "file": one.template.origin,
            "line": one.line,
            "template": one.template.name,
            "language": one.template.language,
            "message": one.message,
        }
        for one in found
    ]
    return sorted(rows, key=lambda row: (str(row["file"]), row["line"] or 0))


def _problem(rule: str, problem: Problem) -> Mapping[str, Any]:
    step = f" ({problem.next_step})" if problem.next_step else ""
    return {
        "rule": rule,
        "stops": True,
        "file": problem.file,
        "line": problem.line,
        "template": None,
        "language": None,
        "message": f"{problem.message}{step}",
    }
