"""What ``inboxwatch template lint`` finds, from every check there is, as plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from inboxwatch.config.schema import Config
    from inboxwatch.errors import Problem
    from inboxwatch.model.policy import Template


def lint_findings(config: Config) -> list[Mapping[str, Any]]:
    """Files that are no templates, templates that fail, and what the linter finds, by file."""
    from inboxwatch.cli.policies import known_customers
    from inboxwatch.config.build import unknown_periods
    from inboxwatch.config.customers import load_customers
    from inboxwatch.config.templates import (
        NO_VARIABLE,
        UNKNOWN_VARIABLE,
        UNUSED,
        load_templates,
        meant_variable,
        unused_templates,
        used_languages,
        verify_templates,
    )
    from inboxwatch.core.reply.lint import lint as lint_all
    from inboxwatch.errors import ConfigError

    customers, wrong = load_customers(config.customers.files)
    if wrong:
        raise ConfigError(wrong, next_step="mend the files named and run `inboxwatch check`")
    templates, unread = load_templates(config.templates.path)
    known = known_customers(config, customers)
    used = used_languages((one.language for one in config.accounts.values()), known)
    found = lint_all(templates, used)
    told = {one.template.origin for one in found if one.rule.id == UNKNOWN_VARIABLE}
    failed = [
        one
        for one in verify_templates(templates)
        if one.file not in told or NO_VARIABLE not in one.message
    ]
    named = [rule.templates for rule in config.replies.rules.values()]
    rows = [_problem("file", one) for one in (*unread, *unknown_periods(config, templates))]
    rows += [_problem("rendering", one) for one in failed]
    rows += [
        {
            **_row(one.rule.id, one.template, one.line, _said(one.message, meant_variable(one))),
            "stops": one.rule.stops,
        }
        for one in found
    ]
    rows += [_row("never-used", one, 1, UNUSED) for one in unused_templates(templates, named)]
    return sorted(rows, key=lambda row: (str(row["file"]), row["line"] or 0))


def _row(rule: str, template: Template, line: int | None, message: str) -> Mapping[str, Any]:
    return {
        "rule": rule,
        "stops": False,
        "file": template.origin,
        "line": line,
        "template": template.name,
        "language": template.language,
        "message": message,
    }


def _said(message: str, step: str) -> str:
    return f"{message} ({step})" if step else message


def _problem(rule: str, problem: Problem) -> Mapping[str, Any]:
    return {
        "rule": rule,
        "stops": True,
        "file": problem.file,
        "line": problem.line,
        "template": None,
        "language": None,
        "message": _said(problem.message, problem.next_step),
    }
