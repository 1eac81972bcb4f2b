"""A mail in, a decision and a reply out. ``make golden`` writes the files anew, to be read."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from inboxwatch.app.triage import Triage
from inboxwatch.config.build import build_all
from inboxwatch.config.load import load_config
from inboxwatch.core.reply.serialise import serialise
from inboxwatch.core.summary import decision_fields
from inboxwatch.mail.files import read_mails
from inboxwatch.model.message import RawMessage, Role

HERE = Path(__file__).parent
MAILS = sorted((HERE / "mails").glob("*.eml"))
AT = datetime(2026, 11, 21, 20, 14, tzinfo=ZoneInfo("Europe/Berlin"))
"""A Saturday evening."""


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.stem)
def test_decision_and_reply_are_as_they_were(path: Path, request: pytest.FixtureRequest) -> None:
    built = build_all(load_config(HERE / "config.yaml"), secret=b"golden")
    role = Role.JUNK if path.stem.startswith("junk-") else Role.INBOX
    (raw,) = read_mails(path, role=role)
    assert isinstance(raw, RawMessage)
    decision = Triage(built.policy, built.customers, AT).judge(raw)
    fields = {**decision_fields(decision), "source": path.name}
    told = json.dumps(fields, indent=2, ensure_ascii=False) + "\n"
    _compare(path.with_suffix(".json"), told.encode(), request)
    draft = decision.reply.draft
    reply = serialise(draft, AT) if draft else b""
    _compare(path.with_suffix(".reply"), reply.replace(b"\r\n", b"\n"), request)


def _compare(path: Path, octets: bytes, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-golden"):
        path.unlink(missing_ok=True)
        if octets:
            path.write_bytes(octets)
    before = path.read_bytes() if path.exists() else b""
    assert octets.decode() == before.decode(), (
        f"{path.name} changed; make golden, and read the diff"
    )


def test_there_are_golden_mails() -> None:
    assert len(MAILS) >= 10
