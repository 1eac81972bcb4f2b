"""Fuzzing: the same examples every time, or with ``make fuzz`` many more and other ones.

``FUZZ`` in the environment says how many times as many.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

TIMES = int(os.environ.get("FUZZ") or 0)

fuzzed = settings(
    max_examples=200 * max(TIMES, 1),
    derandomize=not TIMES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
"""For tests that hold a parser of ours against the standard library's."""

TROUBLE = st.sampled_from(
    [
        *(b"\r\n", b"\n", b"\r", b"\r\r\n", b"\0", b" ", b"\t", b"\x0b", b"\x0c", b"\x1a", b"\x1c"),
        *(
            b":",
            b";",
            b",",
            b'"',
            b"\\",
            b"(",
            b")",
            b"<",
            b">",
            b"@",
            b"[",
            b"]",
            b"=",
            b"/",
            b".",
        ),
        *(b"=?", b"?=", b"?Q?", b"?B?", b"=?utf-8?Q?=C3=BC?=", b"'", b"*", b"--", b"%", b"!", b"#"),
        *(b"\xff", b"\xe4", b"\xed\xa0\x80", b"\xc2\x85", b"\xc2\xa0", "\u2028\u202e".encode()),
        *("\u037e".encode(), "\u212a".encode(), "\u1fef".encode(), "\u0338".encode()),
        *(
            "\u0315\u0300".encode(),
            "\uff1a\uff20".encode(),
            "\xad\u200b".encode(),
            "\u0131\u0130".encode(),
        ),
    ]
)
"""Pieces that change what a parser makes of the rest."""


def mutated(valid: st.SearchStrategy[bytes], most: int = 5) -> st.SearchStrategy[bytes]:
    """Valid octets with some pieces put in, left out, written over, or doubled."""

    @st.composite
    def changed(draw: st.DrawFn) -> bytes:
        octets = bytearray(draw(valid))
        for _ in range(draw(st.integers(1, most))):
            at = draw(st.integers(0, len(octets)))
            length = draw(st.integers(0, 8))
            piece = bytes(octets[at : at + length])
            put = draw(st.one_of(TROUBLE, st.binary(max_size=4), st.just(b""), st.just(piece * 2)))
            octets[at : at + length] = put
        return bytes(octets)

    return changed()


def hostile(valid: st.SearchStrategy[bytes], most: int = 200) -> st.SearchStrategy[bytes]:
    """Octets of all sorts: valid, mutated, made of troublesome pieces, and raw."""
    pieces = st.lists(TROUBLE | st.sampled_from([b"a", b"b1", b"x.example"]), max_size=30)
    return valid | mutated(valid) | pieces.map(b"".join) | st.binary(max_size=most)
