"""Debian's Chromium, driven by Playwright, for pages that a person opens."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser


def require_chromium() -> str:
    """The binary; else skip the test, or fail it where CI=true says that nothing may be missing."""
    path = shutil.which("chromium")
    if path is not None:
        return path
    message = "Chromium is not installed (Debian: apt-get install chromium)"
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(message)
    pytest.skip(message)


@contextmanager
def open_browser() -> Iterator[Browser]:
    """A browser with nothing in it, for as long as the block lasts."""
    binary = require_chromium()
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - heavy, and only here

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=binary)
        try:
            yield browser
        finally:
            browser.close()
