"""Labelled mail in JSON lines, laid out as files and judged by the command in one go."""

from __future__ import annotations

import argparse
import base64
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from measure import MeasureError, inboxwatch, once
from shop import ADDRESS, write_configuration

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Row = dict[str, Any]
Decision = dict[str, Any]

_LETTER = """\
Return-Path: <somebody@customer.example>
Received: from mail.customer.example by mx.acme.example; Wed, 18 Nov 2026 10:00:00 +0100
From: Somebody <somebody@customer.example>
To: {address}
Subject: {subject}
Date: Wed, 18 Nov 2026 09:59:58 +0100
Message-ID: <{number}@customer.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

{body}
"""


def path_argument(description: str) -> Path:
    """The one argument of a script: the file of labelled rows."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("path", type=Path, help="JSON lines, one labelled mail a line")
    path: Path = parser.parse_args().path
    return path


def read_rows(path: Path) -> list[Row]:
    """All rows of a file."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def octets(row: Mapping[str, Any], number: int) -> bytes:
    """The mail of a row: its own octets, or a letter around its body."""
    if "raw_b64" in row:
        return base64.b64decode(row["raw_b64"])
    subject = " ".join(str(row.get("subject") or "Hello").split())
    letter = _LETTER.format(address=ADDRESS, subject=subject, number=number, body=row["body"])
    return letter.encode("utf-8", "replace")


def judge(mails: Sequence[bytes]) -> list[Decision]:
    """The decision about each mail, in order.

    Raises MeasureError if the command fails or leaves a mail out, which it never may.
    """
    with tempfile.TemporaryDirectory(prefix="iw-bench-") as name:
        folder, place = Path(name), Path(name, "mails")
        place.mkdir()
        names = [f"{number:06}.eml" for number in range(len(mails))]
        for file, mail in zip(names, mails, strict=True):
            (place / file).write_bytes(mail)
        output = folder / "decisions.jsonl"
        config = write_configuration(folder)
        once(inboxwatch("triage", "--json", "-c", str(config), str(place)), output=output)
        decisions = read_rows(output)
    sources = [Path(decision["source"]).name for decision in decisions]
    if sources != names:
        raise MeasureError(f"{len(sources)} objects for {len(names)} files, or not in their order")
    failed = [decision["source"] for decision in decisions if "error" in decision]
    if failed:
        raise MeasureError(f"{len(failed)} files could not be read, {failed[0]} among them")
    return decisions
