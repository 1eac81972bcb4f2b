"""The least that any program in Python would have to do for the same work.

python floors.py parse FOLDER
python floors.py imap HOST PORT USER PASSWORD MAILBOX...
python floors.py replay HOST PORT USER PASSWORD FILE
"""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path


def parse(folder: str) -> None:
    """Read every mail of a folder with the standard library, and decode its text parts.

    Mails nested so deep that the standard library cannot parse them are left out.
    """
    from email import message_from_bytes, policy  # noqa: PLC0415 - the other floor has no need of it

    for path in sorted(Path(folder).iterdir()):
        with suppress(RecursionError):
            message = message_from_bytes(path.read_bytes(), policy=policy.compat32)
            for part in message.walk():
                if part.get_content_maintype() == "text":
                    part.get_payload(decode=True)


def imap(host: str, port: str, user: str, password: str, *mailboxes: str) -> None:
    """Log in, ask how far each mailbox is, log out."""
    import imaplib  # noqa: PLC0415 - the other floor has no need of it

    server = imaplib.IMAP4(host, int(port))
    server.login(user, password)
    for mailbox in mailboxes:
        server.status(mailbox, "(MESSAGES UIDNEXT UIDVALIDITY)")
    server.logout()


def replay(host: str, port: str, user: str, password: str, file: str) -> None:
    """Say what ``recording.py`` recorded, and throw the answers away; prints how many octets.

    Every command waits for the answer that it waited for when it was recorded, each connection by
    itself.
    """
    import json  # noqa: PLC0415 - the other floors have no need of it
    import threading  # noqa: PLC0415 - as above

    conversations = json.loads(Path(file).read_text("ascii"))
    octets: list[int] = []

    def say(steps: list[list[str]]) -> None:
        octets.append(_say(host, int(port), f'LOGIN "{user}" "{password}"', steps))

    threads = [threading.Thread(target=say, args=(steps,)) for steps in conversations]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(octets) < len(conversations):
        raise SystemExit(1)
    print(sum(octets))


def _say(host: str, port: int, login: str, steps: list[list[str]]) -> int:
    """One connection: log in, and the steps; how many octets came."""
    import socket  # noqa: PLC0415 - the other floors have no need of it

    buffer = bytearray(1 << 18)
    view = memoryview(buffer)
    total = 0
    with socket.create_connection((host, port)) as server:
        end = b""

        def wait(tag: bytes) -> None:
            nonlocal total, end
            wanted = b"\n" + tag + b" "
            while wanted not in end:
                count = server.recv_into(view)
                if not count:
                    raise EOFError
                total += count
                piece = bytes(view[:count])
                found = (end + piece).find(wanted)
                end = (end + piece)[found if found >= 0 else -100 :]

        server.sendall(f"floor {login}\r\n".encode())
        wait(b"floor")
        for after, line in steps:
            if after:
                wait(after.encode())
            server.sendall(line.encode())
        server.shutdown(socket.SHUT_WR)
        while count := server.recv_into(view):
            total += count
    return total


FLOORS = {"parse": parse, "imap": imap, "replay": replay}

if __name__ == "__main__":
    FLOORS[sys.argv[1]](*sys.argv[2:])
