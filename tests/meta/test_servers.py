"""A server that is missing stops nobody but the continuous integration."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.support.browser import require_chromium
from tests.support.courier import require_courier
from tests.support.cyrus import require_cyrus
from tests.support.dovecot import require_dovecot
from tests.support.postfix import require_postfix

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT, SOMEBODY = 0, 1000


@pytest.fixture(params=["true", ""])
def outcome(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> type[BaseException]:
    """What a test ends with where nothing may be missing, and elsewhere."""
    monkeypatch.setenv("CI", request.param)
    return pytest.fail.Exception if request.param else pytest.skip.Exception


@pytest.mark.parametrize(
    ("require", "there", "user", "reason"),
    [
        (require_dovecot, False, ROOT, "not installed"),
        (require_postfix, False, ROOT, "not installed"),
        (require_cyrus, False, ROOT, r"run \.ci/servers"),
        (require_courier, False, ROOT, r"run \.ci/servers"),
        (require_postfix, True, SOMEBODY, "by root only"),
    ],
)
def test_what_is_missing_skips_and_fails_under_ci(
    require: Callable[[], str | Path],
    there: bool,
    user: int,
    reason: str,
    outcome: type[BaseException],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Path, "exists", lambda _path: there)
    monkeypatch.setattr(os, "getuid", lambda: user)
    with pytest.raises(outcome, match=reason):
        require()


def test_without_chromium_tests_skip_and_fail_under_ci(
    outcome: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(outcome, match="not installed"):
        require_chromium()


def test_a_postfix_that_root_can_start_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "exists", lambda _path: True)
    monkeypatch.setattr(os, "getuid", lambda: ROOT)
    assert require_postfix().endswith("/master")
