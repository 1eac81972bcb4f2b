"""Keeping a login out of what a server says about it: some repeat the whole command (rule O12)."""

from __future__ import annotations

import base64

LEFT_OUT = "(its answer repeats the login and is left out)"


def without_login(text: str, user: str, password: str) -> str:
    """A server's text, or a note in its place if the password is in it in any form it was sent in.

    White space is passed over: a server may fold what it repeats.
    """
    if not password:
        return text
    told = "".join(text.split())
    forms = (password, _encoded(password), _encoded(f"\0{user}\0{password}"))
    return LEFT_OUT if any("".join(form.split()) in told for form in forms) else text


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")
