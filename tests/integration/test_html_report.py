"""The HTML reports in a real browser: nothing leaves, nothing runs, everybody can read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Self

import pytest
from axe_playwright_python.sync_playwright import Axe
from tests.support.browser import open_browser
from tests.support.kept import kept_sweep
from tests.support.reports import HOSTILE, document, hostile
from tests.support.swept import sweep_facts

from inboxwatch.core.report.sweep import sweep
from inboxwatch.render.reports.html import as_html

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.chromium

PAGES = {
    "every kind of section": document,
    "hostile mail": hostile,
    "a sweep": lambda: sweep(sweep_facts()),
    "a sweep of hostile mail": lambda: sweep(sweep_facts(" ".join(HOSTILE))),
    "a sweep from the journal": lambda: sweep(kept_sweep(" ".join(HOSTILE))),
}
Scheme = Literal["light", "dark"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.fixture(scope="module", params=PAGES)
def file(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(as_html(PAGES[request.param]()), "utf-8")
    return path


class Visit:
    """A page in a window of its own, with all that it asked for, said, and ran."""

    def __init__(
        self,
        browser: Browser,
        file: Path,
        *,
        width: int = 1280,
        scheme: Scheme = "light",
        without_policy: bool = False,
        until: Literal["load", "networkidle"] = "load",
    ) -> None:
        self._context = browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme=scheme,
            bypass_csp=without_policy,
        )
        self.page: Page = self._context.new_page()
        self.asked: list[str] = []
        self.said: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: self.said.append(f"dialog: {dialog.message}"))
        self.page.goto(file.as_uri(), wait_until=until)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._context.close()


@pytest.mark.parametrize("without_policy", [False, True])
def test_no_request_leaves_and_nothing_of_a_mail_runs(
    browser: Browser, file: Path, without_policy: bool
) -> None:
    with Visit(browser, file, without_policy=without_policy, until="networkidle") as visit:
        assert visit.asked == [file.as_uri()]
        assert visit.said == []
        assert visit.page.evaluate("window.ran === undefined")
        assert visit.page.evaluate("document.scripts.length") == 0
        assert visit.page.evaluate("document.images.length") == 0


def test_the_policy_stops_a_script_style_and_image_that_were_put_in(
    browser: Browser, file: Path, tmp_path: Path
) -> None:
    bad = (
        "<main><script>window.ran = 1</script><style>h1 {color: rgb(1, 2, 3)}</style>"
        '<img src="file:///etc/hostname" onerror="window.ran = 1"><p style="color: red">x</p>'
    )
    broken = tmp_path / "broken.html"
    broken.write_text(file.read_text("utf-8").replace("<main>", bad), "utf-8")
    with Visit(browser, broken) as visit:
        assert visit.page.evaluate("window.ran === undefined")
        colour = "getComputedStyle(document.querySelector('h1')).color"
        assert visit.page.evaluate(colour) != "rgb(1, 2, 3)"
        assert len(visit.said) >= 3


@pytest.mark.parametrize("width", [375, 890, 900, 1280])
def test_nothing_is_wider_than_the_window(browser: Browser, file: Path, width: int) -> None:
    with Visit(browser, file, width=width) as visit:
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
        outside = visit.page.evaluate(
            """width => [...document.querySelectorAll('main *')]
            .filter(one => !one.closest('.hidden') && getComputedStyle(one).clipPath === 'none')
            .filter(one => !one.closest('.rows thead') || width > 896)
            .filter(one => one.getBoundingClientRect().right > width + 1)
            .map(one => one.outerHTML.slice(0, 200))""",
            width,
        )
        assert outside == []


@pytest.mark.parametrize(("width", "scheme"), [(375, "light"), (1280, "dark")])
def test_contrast_and_structure_pass_axe(
    browser: Browser, file: Path, width: int, scheme: Scheme
) -> None:
    with Visit(browser, file, width=width, scheme=scheme) as visit:
        found = Axe().run(visit.page)
        assert found.violations_count == 0, found.generate_report()


def test_light_and_dark_follow_the_reader(browser: Browser, file: Path) -> None:
    colours = []
    for scheme in ("light", "dark"):
        with Visit(browser, file, scheme=scheme) as visit:
            style = "getComputedStyle(document.body)"
            colours.append(visit.page.evaluate(f"[{style}.backgroundColor, {style}.color]"))
    light, dark = colours
    assert light[0] == "rgb(255, 255, 255)"
    assert dark[0] != light[0]
    assert dark[1] != light[1]


def test_it_prints(browser: Browser, file: Path) -> None:
    with Visit(browser, file, scheme="dark") as visit:
        visit.page.emulate_media(media="print")
        assert visit.page.evaluate("getComputedStyle(document.body).backgroundColor") == (
            "rgb(255, 255, 255)"
        )
        assert visit.page.evaluate("getComputedStyle(document.querySelector('nav')).display") == (
            "none"
        )
        assert visit.page.pdf(format="A4").startswith(b"%PDF")


def test_charts_have_their_numbers_as_text(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(as_html(document()), "utf-8")
    with Visit(browser, path, width=375) as visit:
        chart = visit.page.locator("table.chart")
        assert chart.get_by_role("rowheader").all_inner_texts() == ["A question", "another"]
        assert chart.locator(".value").all_inner_texts() == ["3", "1.5"]
        widths = [
            box["width"] for one in chart.locator("rect").all() if (box := one.bounding_box())
        ]
        assert widths[0] == pytest.approx(2 * widths[1], abs=1)
        monday_at_nine = visit.page.locator("table.heat tbody tr").nth(9).locator("td").nth(0)
        assert monday_at_nine.inner_text().strip().startswith("0")
        assert "open" in (monday_at_nine.text_content() or "")
