"""Questions at a terminal, and the signals that come while one waits."""

from __future__ import annotations

import os
import signal
import sys

import pytest
import typer

from inboxwatch.cli.questions import somebody_there, stopping
from inboxwatch.cli.run import stoppable


def test_nobody_is_there_when_standard_input_was_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert not somebody_there()


def test_ctrl_c_at_a_question_ends_the_question_alone() -> None:
    with stoppable() as stop:
        with pytest.raises(typer.Abort), stopping():
            os.kill(os.getpid(), signal.SIGINT)
        assert not stop()
        os.kill(os.getpid(), signal.SIGINT)
        assert stop()


def test_sigterm_at_a_question_ends_the_command_as_well() -> None:
    with stoppable() as stop:
        with pytest.raises(typer.Abort), stopping():
            os.kill(os.getpid(), signal.SIGTERM)
        assert stop()
