"""Mails that were made to be costly: too many parts, too deep, too long, too many addresses.

Each takes the header of an ordinary mail and gives a whole one.
"""

from __future__ import annotations


def many_parts(header: str, count: int = 10_000) -> bytes:
    """Thousands of empty parts."""
    one = "--b\r\nContent-Type: text/plain\r\n\r\n\r\n"
    return f"{header}Content-Type: multipart/mixed; boundary=b\r\n\r\n{one * count}".encode()


def deep(header: str, depth: int = 3000) -> bytes:
    """Parts within parts."""
    levels = "".join(
        f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(depth)
    )
    return f"{header}{levels}\r\nat the bottom\r\n".encode()


def many_fields(header: str, octets: int = 200_000) -> bytes:
    """A header of many fields."""
    fields = "".join(f"X-Filler-{n}: {'x' * 60}\r\n" for n in range(octets // 76))
    return f"{header}{fields}\r\nhello\r\n".encode()


def long_field(header: str, octets: int = 200_000) -> bytes:
    """A header with one endless field, folded."""
    folds = "x\r\n " * (octets // 4)
    return f"{header}X-Filler: {folds}\r\n\r\nhello\r\n".encode()


def many_addresses(header: str, count: int = 5000) -> bytes:
    """Thousands of recipients."""
    others = ",\r\n ".join(f"Reader {n} <r{n}@crowd{n % 50}.example>" for n in range(count))
    return f"{header}Cc: {others}\r\n\r\nhello\r\n".encode()


def brackets(header: str, octets: int = 100_000) -> bytes:
    """Comments in comments, quotes that never end, and a wall of markup."""
    half = octets // 2
    text = "<div>" * (half // 5) + "&" * half
    return f'{header}Cc: {"(" * half}"\r\nContent-Type: text/html\r\n\r\n{text}'.encode()


def many_quotes(header: str, lines: int = 4000) -> bytes:
    """A text in which every line could be the beginning of a quote."""
    line = "On 3 May 2026 10:00 somebody wrote:\r\n> yes\r\n-- \r\nFrom: a\r\n"
    return f"{header}\r\n{line * lines}".encode()


SHAPES = (many_parts, deep, many_fields, long_field, many_addresses, brackets, many_quotes)
