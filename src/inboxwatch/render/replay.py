"""What deciding past mail again would change, as lines and as objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from inboxwatch.core.text import one_line
from inboxwatch.render.words import count
from inboxwatch.render.wrap import wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inboxwatch.core.replay import Replay


def replay_lines(report: Replay, *, width: int) -> Iterator[Text]:
    """Each mail that changes, with what; then how many do not."""
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
    yield Text(_total(report), "bold")


def _total(report: Replay) -> str:
    told = [f"{count(len(report.changed), 'mail')} would be decided otherwise, {report.same} not"]
    told += [f"{report.gone} moved or deleted since"] if report.gone else []
    told += [f"{report.skipped} of accounts that are not in it"] if report.skipped else []
    return f"{'; '.join(told)}."


def replay_fields(report: Replay) -> Iterator[dict[str, object]]:
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
        "changed": len(report.changed),
        "same": report.same,
        "gone": report.gone,
        "skipped": report.skipped,
        "failures": [
            {"account": one.account, "mailbox": one.mailbox, "message": one.error.message}
            for one in report.failures
        ],
    }
