"""``inboxwatch template``: the reply templates listed, shown, tried out, checked and copied."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inboxwatch.cli.boundary import guarded
from inboxwatch.cli.options import AtOption, ConfigOption, JsonOption

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from inboxwatch.config.schema import Config
    from inboxwatch.config.templates import Listed

group = typer.Typer(
    help="""List, show, preview, check and copy the reply templates.

    Examples:

      inboxwatch template list

      inboxwatch template preview weekend --at 2026-11-28T20:00

      inboxwatch template copy weekend
    """,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="A name that list shows.")]
LanguageOption = Annotated[
    str | None,
    typer.Option(
        "--language",
        "-l",
        help="Which translation, such as de; else the first account's.",
        show_default=False,
    ),
]


def list_(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """List all templates: period, tone, languages, shipped or own, and which are replaced.

    Examples:

      inboxwatch template list

      inboxwatch template list --json
    """
    from inboxwatch.cli.policies import read_config
    from inboxwatch.cli.screen import show, write_line
    from inboxwatch.config.templates import list_templates
    from inboxwatch.errors import ConfigError
    from inboxwatch.render.json import to_line

    listed, problems = list_templates(read_config(config).templates.path)
    rows = [_fields(one) for one in listed]
    if as_json:
        for row in rows:
            write_line(to_line(row))
    else:
        from inboxwatch.render.templates import list_table

        show([list_table(rows)])
    if problems:
        raise ConfigError(problems, next_step="mend the files named")


def show_(name: NameArgument, config: ConfigOption = None, language: LanguageOption = None) -> None:
    """Show a template as it is written.

    Examples:

      inboxwatch template show weekend

      inboxwatch template show weekend --language de
    """
    from inboxwatch.cli.policies import read_config
    from inboxwatch.cli.screen import write_line
    from inboxwatch.core.text import printable

    one = found(read_config(config), name, language)
    text = Path(one.template.origin).read_text("utf-8-sig")
    write_line(printable(text.rstrip("\n"), keep="\n\t"))


def preview(
    name: NameArgument,
    config: ConfigOption = None,
    at: AtOption = None,
    customer: Annotated[
        str | None,
        typer.Option("--customer", help="The id of the customer who writes.", show_default=False),
    ] = None,
    mail: Annotated[
        str | None,
        typer.Option("--mail", help="A mail file to answer; else a sample is.", show_default=False),
    ] = None,
    language: LanguageOption = None,
    html: Annotated[
        str | None,
        typer.Option("--html", help="Write a page there instead; - prints it.", show_default=False),
    ] = None,
) -> None:
    """Render a template as a reply. Sends nothing, and no rule refuses.

    Without --at the instant is the next one of the template's own period.

    Examples:

      inboxwatch template preview weekend

      inboxwatch template preview rescued --language de --at 2026-11-23T09:10

      inboxwatch template preview business --mail question.eml --html reply.html
    """
    from inboxwatch.cli.template_preview import rendered

    fields = rendered(name, config=config, at=at, customer=customer, mail=mail, language=language)
    _show_preview(fields, html)


def lint(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Read all templates for what they must not say, and render them with hostile values.

    Errors (exit code 10) are times and promises in literal text, blame, insults, unknown
    variables, and templates that fail. Notes are missing translations, funny texts without a
    sincere twin, and subjects that can be empty.

    Examples:

      inboxwatch template lint

      inboxwatch template lint --json
    """
    from inboxwatch.cli.policies import read_config
    from inboxwatch.cli.screen import show, write_line
    from inboxwatch.cli.template_lint import lint_findings
    from inboxwatch.errors import ExitCode
    from inboxwatch.render.json import to_line
    from inboxwatch.render.templates import lint_line, lint_summary

    findings = lint_findings(read_config(config))
    for fields in findings:
        if as_json:
            write_line(to_line(fields))
        else:
            show([lint_line(fields)])
    if not as_json:
        show([lint_summary(findings)])
    if any(fields["stops"] for fields in findings):
        raise typer.Exit(ExitCode.CONFIG)


def copy(name: NameArgument, config: ConfigOption = None, language: LanguageOption = None) -> None:
    """Copy a shipped template into your own folder, where it replaces the shipped one.

    Nothing is ever overwritten.

    Examples:

      inboxwatch template copy weekend

      inboxwatch template copy weekend --language de
    """
    from inboxwatch.cli.policies import read_config
    from inboxwatch.cli.screen import write_line
    from inboxwatch.config.templates import list_templates
    from inboxwatch.core.text import printable

    written = read_config(config)
    folder = _own_folder(written)
    one = found(written, name, language, own=False)
    source = Path(one.template.origin)
    target = folder / source.name
    _copied(source, target)
    write_line(printable(f"{target} is yours now: change it, then run inboxwatch template lint"))
    listed, _ = list_templates(folder)
    others = sorted(
        f"{also.template.name}.{also.template.language}"
        for also in listed
        if also.replaced_by == target.name and also.template.name != name
    )
    if others:
        write_line(f"It also replaces {', '.join(others)}; copy those that should stay.")


def _fields(one: Listed) -> dict[str, object]:
    template = one.template
    return {
        "name": template.name,
        "period": template.period or None,
        "kind": template.kind.value,
        "tone": template.tone.value,
        "language": template.language,
        "origin": "own" if one.own else "shipped",
        "replaced_by": one.replaced_by or None,
        "file": template.origin,
    }


def found(
    config: Config,
    name: str,
    language: str | None,
    *,
    spoken: str | None = None,
    own: bool | None = None,
) -> Listed:
    """The template of a name, own ones first. Raises UsageError when there is none.

    Without ``language`` it is in the one ``spoken`` by the reader, else the first account's.
    """
    from difflib import get_close_matches

    from inboxwatch.config.templates import list_templates
    from inboxwatch.errors import UsageError

    listed, _ = list_templates(config.templates.path)
    there = [one for one in listed if own is None or one.own is own]
    named = [one for one in there if one.template.name == name]
    if not named:
        near = get_close_matches(name, {one.template.name for one in there}, 1, 0.6)
        step = f"did you mean {near[0]}?" if near else "inboxwatch template list shows the names"
        raise UsageError(f"there is no template {name!r}", next_step=step)
    first = next(iter(config.accounts.values())).language
    return _in_language(named, language, spoken or first)


def _in_language(named: Sequence[Listed], wanted: str | None, spoken: str) -> Listed:
    """The translation wanted, else the one spoken, else English, else the first there is."""
    from inboxwatch.errors import UsageError

    by_language = {one.template.language.lower(): one for one in reversed(named)}
    if wanted is not None:
        if wanted.lower() in by_language:
            return by_language[wanted.lower()]
        there = ", ".join(sorted(by_language))
        raise UsageError(
            f"{named[0].template.name} is not there in {wanted!r}", next_step=f"it is in {there}"
        )
    tag = spoken.lower()
    for language in (tag, tag.partition("-")[0], "en"):
        if language in by_language:
            return by_language[language]
    return named[0]


def _own_folder(config: Config) -> Path:
    from inboxwatch.errors import ConfigError, Problem

    if config.templates.path is None:
        problem = Problem(
            "there is no folder of your own templates yet",
            str(config.source),
            next_step="write into it:  templates: {path: our-templates}",
        )
        raise ConfigError((problem,), next_step="then copy again; the folder is made for you")
    return config.templates.path


def _copied(source: Path, target: Path) -> None:
    from inboxwatch.errors import UsageError

    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            file.write(source.read_bytes())
    except FileExistsError:
        raise UsageError(
            f"{target} is there already, and nothing is overwritten",
            next_step="change that file, or move it away first",
        ) from None
    except OSError as error:
        raise UsageError(f"{target} cannot be written: {error.strerror}") from None


def _show_preview(fields: Mapping[str, Any], html: str | None) -> None:
    from inboxwatch.cli.screen import show, write_line
    from inboxwatch.render.templates import preview_lines
    from inboxwatch.render.templates_page import preview_page

    if html is None:
        show(preview_lines(fields))
    elif html == "-":
        write_line(preview_page(fields))
    else:
        _write_page(Path(html), preview_page(fields))


def _write_page(path: Path, page: str) -> None:
    from inboxwatch.errors import UsageError

    try:
        path.write_text(page, "utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from None


for name, command in (
    ("list", list_),
    ("show", show_),
    ("preview", preview),
    ("lint", lint),
    ("copy", copy),
):
    group.command(name)(guarded(command))
