"""A server that repeats the login does not get it into our messages."""

from __future__ import annotations

import base64

import pytest

from inboxwatch.mail.redact import LEFT_OUT, without_login

USER, PASSWORD = "jo@acme.example", "correct horse"
PLAIN = base64.b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()


@pytest.mark.parametrize(
    "said",
    [
        f'cannot LOGIN {USER} "{PASSWORD}"',
        "cannot LOGIN correct\r\n horse",
        f"you said {PLAIN}",
        f"you said {PLAIN[:20]}\r\n {PLAIN[20:]}",
        f"you said {base64.b64encode(PASSWORD.encode()).decode()}",
    ],
)
def test_what_repeats_the_password_is_left_out(said: str) -> None:
    assert without_login(said, USER, PASSWORD) == LEFT_OUT


def test_what_does_not_is_kept() -> None:
    said = f"[AUTHENTICATIONFAILED] {USER} is unknown"
    assert without_login(said, USER, PASSWORD) == said
    assert without_login(said, USER, "") == said
