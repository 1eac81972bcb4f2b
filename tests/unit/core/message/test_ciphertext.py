from __future__ import annotations

import pytest

from inboxwatch.core.message.ciphertext import is_ciphertext, is_sealed, without_ciphertext
from inboxwatch.core.message.parse import parse_octets
from inboxwatch.model.message import Message, Part, Role

ARMOUR = "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n=abcd\n-----END PGP MESSAGE-----"
ATTACHED = "Content-Type: application/pkcs7-mime; name=x.pdf.p7m\nContent-Disposition: attachment\n"
OPEN = "-----BEGIN PGP MESSAGE-----"


@pytest.mark.parametrize(
    ("text", "clear"),
    [
        (ARMOUR, ""),
        (f"Hello,\n{ARMOUR}\nAnn", "Hello,\n\nAnn"),
        (f"{ARMOUR}\nor\n  {ARMOUR}\n", "\nor\n\n"),
        (f"a\n{OPEN}\ncut off", "a\n"),
        (ARMOUR.replace("MESSAGE--", "MESSAGE, PART 1/2--"), ""),
        (f"I see {OPEN} at the top", f"I see {OPEN} at the top"),
        (f"> {OPEN}\n> x", f"> {OPEN}\n> x"),
        ("-----BEGIN PGP SIGNED MESSAGE-----\nHi", "-----BEGIN PGP SIGNED MESSAGE-----\nHi"),
        ("Hello", "Hello"),
    ],
)
def test_armour_in_a_text(text: str, clear: str) -> None:
    assert without_ciphertext(text) == clear


def test_many_beginnings_take_linear_time() -> None:
    assert without_ciphertext(f"{OPEN}\n" * 10_000) == ""


@pytest.mark.parametrize(
    ("kind", "parameters", "expected"),
    [
        ("application/pkcs7-mime", {"smime-type": "enveloped-data"}, True),
        ("application/pkcs7-mime", {"smime-type": "authEnveloped-data"}, True),
        ("application/x-pkcs7-mime", {}, True),
        ("application/pkcs7-mime", {"smime-type": "Signed-Data"}, False),
        ("application/pkcs7-mime", {"smime-type": "certs-only"}, False),
        ("application/pkcs7-signature", {}, False),
        ("application/pgp-encrypted", {}, True),
        ("application/octet-stream", {}, False),
        ("text/plain", {"smime-type": "enveloped-data"}, False),
    ],
)
def test_parts(kind: str, parameters: dict[str, str], *, expected: bool) -> None:
    assert is_ciphertext(Part(kind, parameters, "", "", 0)) is expected


def test_what_seals_its_parts() -> None:
    assert is_sealed(Part("multipart/encrypted", {}, "", "", 0))
    assert not is_sealed(Part("multipart/signed", {}, "", "", 0))


def read(kind: str, body: str, *, size: int | None = None) -> Message:
    mail = f"From: ann@x.example\nContent-Type: {kind}\n\n{body}".replace("\n", "\r\n").encode()
    return parse_octets(mail, source="t", role=Role.INBOX, received=None, size=size)


SEALED = "--b\n\nhQEMA\n--b--\n"


@pytest.mark.parametrize(
    ("kind", "body", "text"),
    [
        ("multipart/encrypted; boundary=b", SEALED, ""),
        ("multipart/encrypted", SEALED, ""),
        (
            "multipart/encrypted; boundary=b",
            "--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\nx\n--c--\n--b--\n",
            "",
        ),
        ("multipart/encrypted; boundary=b", "--b\nContent-Type: multipart/mixed\n\nx\n--b--\n", ""),
        (
            "multipart/mixed; boundary=a",
            f"--a\nContent-Type: multipart/encrypted; boundary=b\n\n{SEALED}\n--a\n\nfoot\n--a--\n",
            "foot",
        ),
        ("application/pkcs7-mime", "MIAG", ""),
        ("text/plain", f"Hello\n{ARMOUR}", "Hello"),
        ("text/html", f"<p>{OPEN}<br>hQ</p>", ""),
        (
            "multipart/alternative; boundary=a",
            f"--a\n\n{ARMOUR}\n--a\nContent-Type: text/html\n\n<pre>{ARMOUR}</pre>\n--a--\n",
            "",
        ),
    ],
)
def test_nothing_of_it_is_read(kind: str, body: str, text: str) -> None:
    mail = read(kind, body)
    assert mail.text.strip() == text
    assert "hQ" not in mail.full_text
    assert "encrypted" in mail.defects


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (
            "multipart/mixed; boundary=a",
            f"--a\n\nSee the file.\n--a\n{ATTACHED}\nMIAG\n--a--\n",
        ),
        ("multipart/signed; boundary=a", "--a\n\nSee the file.\n--a--\n"),
    ],
)
def test_a_readable_mail_is_not_encrypted(kind: str, body: str) -> None:
    mail = read(kind, body)
    assert mail.text == "See the file."
    assert "encrypted" not in mail.defects


def test_an_encrypted_mail_that_was_cut_is_not_badly_formed() -> None:
    mail = read("application/pkcs7-mime", "MIAG", size=10_000_000)
    assert "text-truncated" not in mail.defects
