from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import pytest
from tests.support.tls import make_server_files

from inboxwatch.errors import UnreachableError
from inboxwatch.mail.tls import client_context, is_loopback, refuse_plaintext

if TYPE_CHECKING:
    from pathlib import Path


def test_the_context_verifies_everything(tmp_path: Path) -> None:
    for ca_file in (None, make_server_files(tmp_path).ca_file):
        context = client_context(ca_file)
        assert context.verify_mode is ssl.CERT_REQUIRED
        assert context.check_hostname
        assert context.minimum_version == ssl.TLSVersion.TLSv1_2


def test_a_private_authority_stands_alone(tmp_path: Path) -> None:
    context = client_context(make_server_files(tmp_path).ca_file)
    assert [
        dict(field[0] for field in ca["subject"])["commonName"] for ca in context.get_ca_certs()
    ] == ["inboxwatch test authority"]


@pytest.mark.parametrize("content", [None, b"not a certificate"])
def test_an_authority_that_cannot_be_read(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UnreachableError, match=r"ca\.pem"):
        client_context(path)


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("localhost", True),
        ("LOCALHOST", True),
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("[::1]", True),
        ("0.0.0.0", False),  # noqa: S104 - as a name of a host, not to bind to
        ("localhost.acme.example", False),
        ("127.0.0.1.acme.example", False),
        ("192.0.2.1", False),
        ("", False),
    ],
)
def test_what_is_this_machine(host: str, ours: bool) -> None:
    assert is_loopback(host) is ours
    if ours:
        refuse_plaintext(host, "none")
    else:
        with pytest.raises(UnreachableError):
            refuse_plaintext(host, "none")
    refuse_plaintext(host, "tls")
    refuse_plaintext(host, "starttls")
