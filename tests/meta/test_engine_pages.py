"""What the documentation shows of the engine's benchmark is what was measured."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar
from xml.etree import ElementTree as ET

import pytest

ROOT = Path(__file__).parents[2]
BENCHMARKS = ROOT / "benchmarks"
STORED = BENCHMARKS / "results" / "engine.json"
MEND = "run python benchmarks/engine.py --write"
SVG = "{http://www.w3.org/2000/svg}"


def module(name: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(BENCHMARKS)
    return import_module(name)


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> Any:
    return module("engine_pages", monkeypatch)


@pytest.fixture
def plot(monkeypatch: pytest.MonkeyPatch) -> Any:
    return module("engine_plot", monkeypatch)


@pytest.fixture
def results(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Two goes on 25,000 mails and on 100,000, and what they add with nothing new."""
    made = module("engine_results", monkeypatch)
    usage = module("measure", monkeypatch).Usage
    machine = {"cores": "2", "system": "Linux", "python": "3.11.2", "dovecot": "2.3.19"}
    found = made.Results("2026-11-27", machine, {"imapfilter": "2.8.1"}, 20_000, 5_000, goes=2)
    seconds = {"inboxwatch": (8.0, 0.25), "floor": (1.0, 0.05), "imapfilter": (20.0, 15.0)}
    for size in (25_000, 100_000):
        for program, (first, same) in seconds.items():
            for more in (1.0, 1.1):
                used = usage(first * more, first, 60_000_000, 0)
                found.note(found.runs, (size, "first", program), used)
                used = usage(same, same, 50_000_000, 0)
                found.note(found.runs, (size, "same", program), used)
                grown = same * (1.0 if size == found.size or program == "floor" else 1.2)
                found.note(found.again, (size, "same", program), usage(grown, same, 1, 0))
    found.help = {"with rich": [0.2, 0.21, 0.22]}
    found.accounts = {
        "first triage, without the silent one": [5.0],
        "first triage, with the silent one": [10.0],
    }
    found.missing = {"imapautofiler": "could not be installed from PyPI"}
    return found


def test_the_pages_show_the_stored_results(pages: Any) -> None:
    told = pages.documents(pages.read(STORED), pages.DOCS, official=True)
    assert pages.README in told
    for path, text in told.items():
        assert path.read_text("utf-8") == text, f"{path}: {MEND}"
    names = (str(ROOT), str(Path.home()), "/tmp/")  # noqa: S108 - what must not be told
    assert not [name for name in names if name in STORED.read_text("utf-8")]


def test_the_readme_has_a_place_for_the_table(pages: Any, results: Any) -> None:
    told = pages.documents(results, pages.DOCS, official=True)[pages.README]
    before, _, rest = told.partition(pages.BEGIN)
    between, _, after = rest.partition(pages.END)
    assert before
    assert after.startswith("\n## ")
    assert between == pages.readme(results)
    assert "8.4 s" in between
    assert "benchmarks.svg" in between


def test_figures_stand_beside_their_targets(pages: Any, results: Any) -> None:
    shown = {one.what: one for one in pages.figures(results)}
    first = shown["first triage, of the time of imapfilter 2.8.1, 17 header and 3 body rules"]
    assert (first.shown, first.spread, first.met) == ("0.40 times", "0.40 to 0.40", "yes")
    assert shown["first triage, of the time of the floor"].met == "yes"
    assert shown["the most memory in any of our runs"].shown == "60 MB"
    assert shown["nothing new"].shown == "250 ms"
    growth = shown["what we add to the server's own time when the mailbox is 4 times as large"]
    assert (growth.shown, growth.met) == ("1.25 times", "no")
    silent = shown["20 accounts, first triage: the 19 others beside a silent one"]
    assert (silent.shown, silent.met) == ("2.00 times", "no")


def test_what_was_not_measured_is_named(pages: Any, results: Any) -> None:
    text = pages.page(results)
    assert "imapautofiler: could not be installed from PyPI" in text
    (row,) = (line for line in text.splitlines() if line.startswith("| imapautofiler"))
    assert row.count("not measured") == 3
    figures = {one.what: one.met for one in pages.figures(results)}
    assert figures["--help with TYPER_USE_RICH=0, CPU"] == "not measured"


def test_results_are_read_as_they_were_written(pages: Any, results: Any, tmp_path: Path) -> None:
    pages.publish(tmp_path, results)
    assert pages.read(tmp_path / "engine.json") == results
    assert (tmp_path / "benchmarks.md").read_text("utf-8") == pages.page(results)
    assert pages.BEGIN in pages.README.read_text("utf-8")


def test_the_picture_is_drawn_to_both_scales_and_told_in_words(plot: Any, results: Any) -> None:
    root = ET.fromstring(plot.draw(results))  # noqa: S314 - our own
    assert root.get("role") == "img"
    ids = {one.get("id"): one for one in root if one.get("id")}
    assert set((root.get("aria-labelledby") or "").split()) <= set(ids)
    words = ids["words"].text or ""
    assert "inboxwatch: 8.4 s for 25,000, 8.4 s for 100,000" in words
    assert "imapautofiler" not in words
    assert "prefers-color-scheme: dark" in (root.findtext(f"{SVG}style") or "")
    panel = plot.Panel(results, "first", 0, 0, 2)
    assert panel.y(1.0) - panel.y(10.0) == panel.y(10.0) - panel.y(100.0) == plot.PANEL / 2
    assert plot.LEFT < panel.x(25_000) < panel.x(100_000) < plot.WIDTH - plot.RIGHT


@pytest.mark.parametrize(
    ("seconds", "told"), [(0.0442, "44 ms"), (0.9996, "1.0 s"), (9.94, "9.9 s"), (9.96, "10 s")]
)
def test_times_are_written_as_people_read_them(plot: Any, seconds: float, told: str) -> None:
    assert plot.words(seconds) == told


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--only", "help", "--out", "docs"], "whole measurements"),
        (["--programs", "floor,nothing"], "there is no nothing"),
    ],
)
def test_what_cannot_be_measured_is_refused(words: list[str], why: str) -> None:
    done = subprocess.run(
        [sys.executable, str(BENCHMARKS / "engine.py"), *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert why in done.stderr


class Fixed:
    """A program that is always the same command, and a mailbox that is none."""

    def __init__(self, name: str, command: str) -> None:
        self.name = name
        self.turns: list[str] = []
        self._command = command

    def prepare(self, user: str, port: int) -> None:
        self.turns.append(f"{user} at {port}")

    def command(self, user: str, stage: str) -> list[str]:
        self.turns.append(f"{user}: {stage}")
        return [sys.executable, "-c", self._command]

    env: ClassVar[dict[str, str]] = {}

    def copy(self, user: str, counts: dict[str, int]) -> int:
        self.turns.append(f"{user}: {counts}")
        return 7

    def deliver(self, users: tuple[str, ...]) -> None:
        self.turns.append(f"new mail for {' and '.join(users)}")


def test_a_program_that_fails_is_named_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    series = module("engine_series", monkeypatch)
    results = module("engine_results", monkeypatch).Results("", {}, {}, 4, 1)
    good, bad = Fixed("good", "pass"), Fixed("bad", "raise SystemExit('no: /a/place')")
    mailbox, server = Fixed("mailbox", ""), SimpleNamespace(port=143)
    stand = series.Stand(tmp_path, server, None, mailbox, [bad, good], results)
    assert series.measure_size(stand, {"INBOX": 4, "Spam": 1}, 2) == 7
    assert results.missing == {"bad on 5 mails": "failed; standard error has said why"}
    kept = [(one.program, one.stage, len(one.wall)) for one in results.runs]
    assert kept == [("good", "first", 2), ("good", "new", 2), ("good", "same", 2)]
    assert bad.turns == ["bad-5 at 143", "bad-5: first"]
    assert mailbox.turns.count("new mail for good-5") == 2


def test_memory_is_that_of_a_process_and_those_it_started(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    timed = module("timed", monkeypatch)
    inner = "import sys; x = bytearray(30_000_000); print('there', flush=True); sys.stdin.read()"
    outer = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}])"
    with subprocess.Popen(
        [sys.executable, "-c", outer], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == b"there\n"
        (child,) = timed.descendants(process.pid)
        assert timed.held(child) > 30_000_000
        process.communicate()
    assert timed.descendants(process.pid) == []
    assert timed.held(process.pid) == 0
