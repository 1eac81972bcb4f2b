"""An SMTP server in a thread that refuses or hangs up where a test says so."""

# ruff: noqa: N802 - aiosmtpd finds handlers by such names

from __future__ import annotations

import socket
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from tests.support.fake_transport import Sent

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator

HOST = "127.0.0.1"


@dataclass(slots=True)
class SmtpServer:
    """The plan (as of FakeTransport) and what came in."""

    answers: dict[str, int | None] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    taken: list[Sent] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)
    greeted_with: list[str] = field(default_factory=list)
    host: str = HOST
    port: int = 0


class _Session(SMTP):
    plan: SmtpServer

    async def smtp_DATA(self, arg: str) -> None:
        if "data" not in self.plan.answers:
            await super().smtp_DATA(arg)
            return
        await self.push(_end(self, self.plan, "data"))


def _end(session: SMTP, plan: SmtpServer, phase: str) -> str:
    code = plan.answers.get(phase, 250)
    if code is None:
        session.transport.abort()
        return "421 gone"
    return f"{code} planned"


class _Handler:
    def __init__(self, plan: SmtpServer) -> None:
        self.plan = plan

    async def handle_EHLO(
        self, server: SMTP, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        del server, envelope
        session.host_name = hostname
        self.plan.greeted_with.append(hostname)
        return responses

    async def handle_MAIL(
        self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        del session
        envelope.mail_from = address or "<>"  # aiosmtpd takes an empty one for none
        envelope.mail_options.extend(options)
        return _end(server, self.plan, "mail")

    async def handle_RCPT(
        self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        del session, options
        answer = _end(server, self.plan, "rcpt")
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:
        del session
        sender = envelope.mail_from.removeprefix("<>")
        mail = Sent(sender, envelope.rcpt_tos[0], bytes(envelope.original_content))
        answer = _end(server, self.plan, "dot")
        if self.plan.answers.get("dot", 250) is None:
            self.plan.taken.append(mail)
        elif answer.startswith("2"):
            self.plan.sent.append(mail)
        return answer


@contextmanager
def smtp_server(
    *,
    logins: dict[str, str] | None = None,
    tls: ssl.SSLContext | None = None,
    implicit_tls: bool = False,
    smtputf8: bool = True,
) -> Iterator[SmtpServer]:
    """Run the server for a ``with`` block; ``tls`` offers STARTTLS, or begins with TLS."""
    plan = SmtpServer()
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        plan.port = probe.getsockname()[1]

    def authenticate(_s: Any, _session: Any, _e: Any, _mechanism: str, data: Any) -> AuthResult:
        user, password = data.login.decode(), data.password.decode()
        plan.logins.append((user, password))
        return AuthResult(success=(logins or {}).get(user) == password, handled=False)

    class Planned(_Session):
        pass

    Planned.plan = plan

    class Running(Controller):
        def factory(self) -> SMTP:
            return Planned(self.handler, **self.SMTP_kwargs)

    options: dict[str, Any] = {"enable_SMTPUTF8": smtputf8}
    if logins is not None:
        options |= {"authenticator": authenticate, "auth_require_tls": False}
    if tls is not None and not implicit_tls:
        options |= {"tls_context": tls}
    controller = Running(
        _Handler(plan),
        hostname=HOST,
        port=plan.port,
        ssl_context=tls if implicit_tls else None,
        **options,
    )
    controller.start()
    try:
        yield plan
    finally:
        controller.stop()
