"""What deciding past mail again would change, as lines and as objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from inboxwatch.core.text import one_line
from inboxwatch.render.words import count
from inboxwatch.render.wrap import wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from inboxwatch.core.replay import Replay


def replay_lines(
    report: Replay, since: str, compared: tuple[Path, Path] | None, *, width: int
) -> Iterator[Text]:
    """What is compared, each mail that changes, with what; then how many do not.

    ``compared`` are the present configuration and the one that was tried.
    """
    yield from wrapped(_heading(since, compared), width=width, indent=0, style="bold")
    for one in report.changed:
        line = Text(no_wrap=True, overflow="ellipsis")
        line.append(f"{'#' + str(one.mail_id):>5} ", "dim")
        line.append(one_line(one.sender, 60))
        line.append(f"  {one_line(one.subject, 120) or '(no subject)'}", "bold")
        yield line
        for change in one.changes:
            before, after = one_line(change.before, 200), one_line(change.after, 200)
            told = f"{change.what}: {before} → {after}"
            yield from wrapped(told, width=width, indent=6)
    for failure in report.failures:
        place = f"{failure.account}/{failure.mailbox}"
        yield Text(f"{one_line(place, 80)}: {one_line(failure.error.message, 300)}", "red")
    if report.changed:
        yield from wrapped(f"{summary_text(report.kinds)}.", width=width, indent=0)
    yield Text(_total(report), "bold")


def _heading(since: str, compared: tuple[Path, Path] | None) -> str:
    if compared is None:
        told = "what was decided then → what would be decided now, by the present configuration"
        return f"Mail of the last {since}: {told}, customers and program"
    present, tried = (one_line(str(one), 200) for one in compared)
    return f"Mail of the last {since}: {present} → {tried}"


def summary_text(kinds: Mapping[str, int]) -> str:
    """How many mails change in which way, in words."""
    return ", ".join(f"{number} {_KINDS[kind]}" for kind, number in kinds.items())


_KINDS = {
    "priority up": "with a higher priority",
    "priority down": "with a lower one",
    "reply": "with another reply",
    "customer": "of another customer",
    "rescue": "rescued otherwise",
    "escalation": "escalated otherwise",
    "other": "otherwise in signals or the next step",
}


def _total(report: Replay) -> str:
    told = [f"{count(len(report.changed), 'mail')} would be decided otherwise, {report.same} not"]
    told += [f"{report.gone} moved or deleted since"] if report.gone else []
    told += [f"{report.skipped} of accounts that are not in it"] if report.skipped else []
    return f"{'; '.join(told)}."


def replay_fields(
    report: Replay, compared: tuple[Path, Path] | None
) -> Iterator[dict[str, object]]:
    """An object for each mail that changes, and one for the whole."""
    for one in report.changed:
        yield {
            "schema": 1,
            "type": "replayed",
            "id": one.mail_id,
            "from": one.sender,
            "subject": one.subject,
            "changes": [
                {"what": change.what, "before": change.before, "after": change.after}
                for change in one.changes
            ],
        }
    yield {
        "schema": 1,
        "type": "replay",
        "compared": [str(one) for one in compared] if compared else None,
        "changed": len(report.changed),
        "kinds": report.kinds,
        "same": report.same,
        "gone": report.gone,
        "skipped": report.skipped,
        "failures": [
            {"account": one.account, "mailbox": one.mailbox, "message": one.error.message}
            for one in report.failures
        ],
    }
