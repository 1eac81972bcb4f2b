"""``inboxwatch demo``: the main job on a small shop's mail, with servers of its own."""

from __future__ import annotations

import shlex
import shutil
import signal
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inboxwatch.cli.screen import echo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from rich.text import Text

    from inboxwatch.core.run_summary import RunReport
    from inboxwatch.demo.server import DemoServers

BEFORE_THE_SHOW = timedelta(hours=3)
"""How long before the first scene the empty mailboxes are taken as the baseline."""

SHOWN_IN_FULL = "weekend.en"
"""The reply that is shown in full, to give an idea of what they read like."""


class StageClock:
    """A clock that shows the instant it was set to."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """The instant of the scene."""
        return self.at

    def monotonic(self) -> float:
        """Real seconds: the servers are real."""
        return time.monotonic()


def demo(
    keep: Annotated[
        bool,
        typer.Option("--keep", help="Leave the servers up to try every other command on them."),
    ] = False,
) -> None:
    """Play four moments of a small bicycle shop: mail comes in, is triaged, and answered.

    An IMAP and an SMTP server start in this process, on loopback; nothing leaves the machine.
    Needs the servers of the extra named demo, which make demo installs.

    Examples:

      inboxwatch demo

      inboxwatch demo --keep
    """
    servers = _servers()
    folders = tempfile.TemporaryDirectory(prefix="inboxwatch-demo-")
    with _ended_like_ctrl_c(), folders as folder, servers:
        from inboxwatch.demo.shop import write_configuration

        path = write_configuration(Path(folder), servers)
        _play(path, servers, weeks=_weeks_since_the_show() if keep else 0)
        if keep:
            _wait(path)


@contextmanager
def _ended_like_ctrl_c() -> Iterator[None]:
    """Let SIGTERM end it as Ctrl-C does: its files are removed."""

    def interrupt(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _servers() -> DemoServers:
    from inboxwatch.errors import UsageError

    try:
        from inboxwatch.demo.server import DemoServers as Servers
    except ImportError as missing:
        raise UsageError(
            f"the demo needs {missing.name}, which comes with the extra named demo",
            next_step="in a clone: make demo, or pip install '.[demo]'",
        ) from None
    return Servers()


def _weeks_since_the_show() -> int:
    """Whole weeks to shift the scenes so that the other commands, by the real clock, find them."""
    from inboxwatch.cli.clock import SystemClock
    from inboxwatch.demo.scenario import scenes

    last = scenes()[-1].at
    return (SystemClock(last.tzinfo).now() - last) // timedelta(weeks=1) if last.tzinfo else 0


def _play(path: Path, servers: DemoServers, *, weeks: int) -> None:
    from inboxwatch.app.run import run
    from inboxwatch.cli.screen import show
    from inboxwatch.cli.wiring import open_house
    from inboxwatch.demo.scenario import scenes
    from inboxwatch.render.terminal import heading

    played = scenes(weeks)
    clock = StageClock(played[0].at - BEFORE_THE_SHOW)
    reports: list[RunReport] = []

    def one_run() -> RunReport:
        with open_house(path, clock=clock) as house:
            return run(house.desk())

    one_run()
    show(_opening())
    for scene in played:
        clock.at = scene.at
        scene.deliver(servers)
        report = one_run()
        reports.append(report)
        show([heading(scene.title, scene.at)])
        show(_scene_lines(report))
    show(_closing(reports, servers))
    show(_attention(path, clock))


def _opening() -> Iterator[Text]:
    from rich.text import Text

    yield Text("Acme Bikes, four moments of a week of mail", "bold")
    yield Text(
        "The mailboxes were empty when inboxwatch first looked: the baseline, nobody is answered.\n"
        "Each mail: priority (9 first), its number, how long it has waited, who, subject;\n"
        "below it why, and what became of its reply.",
        "dim",
    )


def _scene_lines(report: RunReport) -> Iterator[Text]:
    from inboxwatch.cli.screen import columns
    from inboxwatch.core.run_summary import brakes
    from inboxwatch.core.summary import outcome_fields
    from inboxwatch.render.run import run_lines, warning_lines

    outcomes = [outcome_fields(outcome) for outcome in report.outcomes]
    yield from run_lines(report, outcomes, width=columns())
    yield from warning_lines(report, brakes(report))


def _closing(reports: list[RunReport], servers: DemoServers) -> Iterator[Text]:
    """The replies that arrived at the sink, and those kept back with their rules."""
    from rich.text import Text

    from inboxwatch.core.summary import outcome_fields
    from inboxwatch.render.terminal import fit, heading, refusal_words, reply_lines, who

    fields: list[Mapping[str, Any]] = [
        outcome_fields(outcome) for report in reports for outcome in report.outcomes
    ]
    yield heading(f"{len(servers.sent)} replies arrived at the SMTP server")
    for mail in fields:
        if mail["outcome"]["state"] == "sent":
            yield from reply_lines(mail)
    yield from _one_reply(fields)
    held = [mail for mail in fields if mail["reply"]["decision"] == "hold" and not _is_spam(mail)]
    yield heading(f"{len(held)} held for a person")
    for mail in held:
        line = Text("  ", no_wrap=True, overflow="ellipsis")
        line.append(fit(who(mail), 40))
        line.append(" ")
        line.append("; ".join(refusal_words(one) for one in mail["reply"]["refusals"]), "dim")
        yield line


def _attention(path: Path, clock: StageClock) -> Iterator[Text]:
    """What needs a person after the last scene: escalations, and a promise that falls due."""
    from inboxwatch.app.attention import gather
    from inboxwatch.cli.screen import columns
    from inboxwatch.cli.wiring import open_house
    from inboxwatch.core.attention import item_fields
    from inboxwatch.render.cases import attention_lines
    from inboxwatch.render.terminal import heading

    with open_house(path, clock=clock, dry_run=True) as house:
        schedule = house.rules.built[0].schedule
        items = gather(house.journal, clock.now(), lambda: schedule)
    yield heading(f"{len(items)} things need a person, and what to do next")
    fields = [item_fields(one, clock.now()) for one in items]
    yield from attention_lines(fields, clock.now(), width=columns())


def _is_spam(mail: Mapping[str, Any]) -> bool:
    """Whether a mail of the spam folder stays there; nobody has to look at it."""
    return mail["rescue"] is not None and mail["rescue"]["decision"] == "leave"


def _one_reply(fields: list[Mapping[str, Any]]) -> Iterator[Text]:
    """One of the replies in full, to show what they read like."""
    from rich.text import Text

    from inboxwatch.core.text import printable
    from inboxwatch.render.terminal import heading

    replies = [mail["reply"] for mail in fields if mail["outcome"]["state"] == "sent"]
    funny = [reply for reply in replies if reply["tone"] == "funny"]
    if not funny:
        return
    reply = next((one for one in funny if one["template"] == SHOWN_IN_FULL), funny[0])
    yield heading(f"One of them in full: {reply['template']}")
    yield Text(printable(reply["text"], keep="\n"), "green")


TO_TRY = (
    "queue",
    "attention",
    "promises",
    "customers show c-02",
    "goodwill propose 30 10 --by Kim",
    "explain 3",
    "run --dry-run",
    "check",
)
"""Commands that show something of the demo's mail."""


def command_as_started(program: str, python: str) -> str:
    """How to type the command that was started as ``program``: the name alone if it is on PATH."""
    found = shutil.which("inboxwatch")
    if found and Path(found).resolve() == Path(program).resolve():
        return "inboxwatch"
    if Path(program).name == "__main__.py":
        return f"{_nearest(python)} -m inboxwatch"
    return _nearest(program)


def _nearest(path: str) -> str:
    """A path from here if it lies below, else from the root."""
    try:
        near = shlex.quote(str(Path(path).absolute().relative_to(Path.cwd())))
    except ValueError:
        return shlex.quote(str(Path(path).absolute()))
    return near if "/" in near else f"./{near}"


def _wait(path: Path, pause: Callable[[float], None] = time.sleep) -> None:
    """Keep the servers up until the user ends it."""
    command = command_as_started(sys.argv[0], sys.executable)
    tried = "\n".join(f"  {command} {words}" for words in TO_TRY)
    try:
        echo(
            f"\nThe servers stay up. In a second terminal:\n\n"
            f"  export INBOXWATCH_CONFIG={path}\n{tried}\n\n"
            "Ctrl-C ends the demo and removes its files."
        )
        while True:
            pause(3600)
    except KeyboardInterrupt:
        echo("\nThe demo has ended.")
