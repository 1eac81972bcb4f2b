"""The lines of a text file, whatever wrote it: numbered, bounded, and a few of them put back."""

from __future__ import annotations

import codecs
import os
import re
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING

from inboxwatch.config.files import refuse_others

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import BinaryIO, TextIO

MAX_LINE = 1_000_000
"""Characters of a line that are kept; a customer has fewer."""

_CHUNK = 1 << 20
_NO_ESCAPES = "surrogateescape"
_LONE = "inboxwatch-lone"
_ESCAPED = re.compile("[\udc80-\udcff]+")
_NOT_ASCII = re.compile("[^\x00-\x7f\udc80-\udcff]")


def _lone(error: UnicodeError) -> tuple[str, int]:
    """What is no UTF-16 becomes one lone surrogate: the escapes of Python know octets only."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "\udc80", error.end


codecs.register_error(_LONE, _lone)


class Lines:
    """An iterator over lines, each with its end; ``number`` is that of the last one, from 1.

    ``cut`` tells that the last one was longer than MAX_LINE and is kept in part.
    """

    def __init__(self, file: TextIO) -> None:
        self.number = 0
        self.cut = False
        self._file = file
        self._again: deque[str] = deque()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._again:
            line = self._again.popleft()
        else:
            line = self._file.readline(MAX_LINE)
            if not line:
                raise StopIteration
        self.number += 1
        self.cut = len(line) >= MAX_LINE and line[-1] not in "\r\n"
        if self.cut:
            self._pass_over()
        return line

    def put_back(self, lines: Sequence[str]) -> None:
        """Let these come again; they are the last ones that came."""
        self._again.extendleft(reversed(lines))
        self.number -= len(lines)

    def _pass_over(self) -> None:
        while (rest := self._file.readline(MAX_LINE)) and rest[-1] not in "\r\n":
            pass


@contextmanager
def open_lines(path: Path) -> Iterator[Lines]:
    """The lines of a regular file in the encoding that it seems to have.

    UTF-16 by its mark, UTF-8 if most of what is not ASCII is, else what Windows writes. An octet
    that is no character there becomes a lone surrogate. Raises OSError with a ``strerror``.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    try:
        refuse_others(os.fstat(descriptor).st_mode)
        with os.fdopen(descriptor, "rb", closefd=False) as octets:
            encoding = _encoding(octets)
        os.lseek(descriptor, 0, os.SEEK_SET)
        errors = _LONE if encoding == "utf-16" else _NO_ESCAPES
        with os.fdopen(
            descriptor, "r", encoding=encoding, errors=errors, newline="", closefd=False
        ) as text:
            yield Lines(text)
    finally:
        os.close(descriptor)


def _encoding(file: BinaryIO) -> str:
    chunk = file.read(_CHUNK)
    if chunk.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    decoder = codecs.getincrementaldecoder("utf-8-sig")(_NO_ESCAPES)
    right = wrong = 0
    while chunk:
        text = decoder.decode(chunk)
        if not text.isascii():
            wrong += len(_ESCAPED.findall(text))
            right += len(_NOT_ASCII.findall(text))
        chunk = file.read(_CHUNK)
    wrong += len(decoder.decode(b"", final=True))
    return "utf-8-sig" if right >= wrong else "cp1252"
