"""One SMTP conversation: greeting, TLS, login, and transactions step by step.

``transport`` imports it, and smtplib with it, when it connects.
"""

from __future__ import annotations

import base64
import re
import smtplib
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from inboxwatch.core.text import one_line
from inboxwatch.errors import LoginRefusedError, UnreachableError
from inboxwatch.mail.redact import without_login
from inboxwatch.mail.smtp import answers
from inboxwatch.mail.smtp.wire import Smtp, SmtpOverTls
from inboxwatch.mail.tls import certificate_advice, client_context, refuse_plaintext
from inboxwatch.model.outcome import Delivery, DeliveryKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from inboxwatch.mail.smtp.settings import SmtpSettings

SMTP_ERRORS: Final = (smtplib.SMTPException, OSError, EOFError, ValueError)
"""Everything a conversation with a broken server raises; ValueError: answers that are no SMTP."""

_FAREWELL_TIMEOUT = 5.0
_NULL_SENDER = "the null sender (set null_sender to false if it takes none)"
"""What is refused with an empty MAIL FROM: no other sender is tried instead (rule F03)."""
_ANNOUNCED = ("starttls", "auth", "size", "8bitmime", "smtputf8", "dsn")
_LINE_END = re.compile(rb"\r\n|\r|\n")
_LEADING_DOT = re.compile(rb"(?m)^\.")


class Conversation:
    """A connection, greeted and logged in. Raises AccountError if it does not come that far."""

    def __init__(self, settings: SmtpSettings, helo: str) -> None:
        self._settings = settings
        self.alive = False
        refuse_plaintext(settings.host, settings.security)
        try:
            self._client = _connected(settings, helo)
        except SMTP_ERRORS as error:
            raise _unreachable(settings, error) from error
        try:
            _greet(self._client, settings)
            _log_in(self._client, settings)
        except SMTP_ERRORS as error:
            self.drop()
            raise _unreachable(settings, error) from error
        except BaseException:
            self.drop()
            raise
        self.alive = True

    def announced(self) -> str:
        """The server's extensions that matter here, safe to print."""
        features = self._client.esmtp_features
        known = (f"{name} {features[name]}".split() for name in _ANNOUNCED if name in features)
        return one_line(", ".join(" ".join(words).upper() for words in known), 300) or "ready"

    def renew(self) -> bool:
        """Whether the connection is there and ready for the next transaction."""
        if self.alive:
            with suppress(*SMTP_ERRORS):
                if self._client.rset()[0] in answers.OK:
                    return True
        self.drop()
        return False

    def close(self) -> None:
        """Hang up; what QUIT is answered matters to nobody (rule X03). Never raises."""
        if self.alive:
            with suppress(*SMTP_ERRORS):
                self._wait_at_most(_FAREWELL_TIMEOUT)
                self._client.quit()
        self.drop()

    def drop(self) -> None:
        """Cut the connection."""
        self.alive = False
        with suppress(OSError):
            self._client.close()

    def deliver(
        self, envelope_from: str, recipient: str, octets: bytes, brake: Callable[[], str]
    ) -> Delivery:
        """MAIL, RCPT, the brake, DATA and the dot (rules L13, F23, X03)."""
        try:
            refused = self._envelope(envelope_from, recipient, octets)
            if refused is not None:
                return refused
            stop = brake()
            if stop:
                return Delivery(DeliveryKind.STOPPED, stop)
            return self._data(octets)
        except BaseException:  # the brake's own fault, or an interruption in mid-transaction
            self.drop()
            raise

    def _envelope(self, envelope_from: str, recipient: str, octets: bytes) -> Delivery | None:
        """MAIL and RCPT; None if both were taken. Bounces to NOTIFY=NEVER (rule F05)."""
        utf8 = not (envelope_from + recipient).isascii() or not header_of(octets).isascii()
        if utf8 and not self._carries_utf8():
            text = f"{self._settings.place} has no SMTPUTF8, which {one_line(recipient, 100)} needs"
            return Delivery(DeliveryKind.STOPPED, text)
        options = self._mail_options(octets, utf8=utf8)
        never = ("NOTIFY=NEVER",) if self._client.has_extn("dsn") else ()
        for step, command, address, wanted in (
            ("MAIL FROM", self._client.mail, envelope_from, options),
            ("RCPT TO", self._client.rcpt, recipient, never),
        ):
            try:
                code, answer = command(f"<{address}>", wanted)
            except SMTP_ERRORS as error:
                return self._broke_off(DeliveryKind.TEMPORARY, step, error)
            if code not in answers.OK:
                return self._refused(step if address else _NULL_SENDER, code, answer)
        return None

    def _carries_utf8(self) -> bool:
        """A server with SMTPUTF8 has 8BITMIME as well (RFC 6531 3.1), or cannot take the header."""
        return self._client.has_extn("smtputf8") and self._client.has_extn("8bitmime")

    def _mail_options(self, octets: bytes, *, utf8: bool) -> Sequence[str]:
        """Only what this mail needs, and only what is offered (rule F20)."""
        eight_bit = not octets.isascii() and self._client.has_extn("8bitmime")
        return (
            *((f"SIZE={len(octets)}",) if self._client.has_extn("size") else ()),
            *(("BODY=8BITMIME",) if eight_bit else ()),
            *(("SMTPUTF8",) if utf8 else ()),
        )

    def _data(self, octets: bytes) -> Delivery:
        try:
            code, answer = self._client.docmd("DATA")
        except SMTP_ERRORS as error:
            return self._broke_off(DeliveryKind.TEMPORARY, "DATA", error)
        if code != answers.GO_AHEAD:
            return self._refused("DATA", code, answer)
        try:
            # No server may deliver it without the final dot: until that, nothing has happened.
            self._client.send(wire_form(octets))
        except SMTP_ERRORS as error:
            return self._broke_off(DeliveryKind.TEMPORARY, "the text", error)
        return self._dot()

    def _dot(self) -> Delivery:
        """The final dot. Whatever breaks from here on leaves the end unknown (rule X03)."""
        try:
            self._wait_at_most(self._settings.final_timeout)
            self._client.send(b".\r\n")
            code, answer = self._client.getreply()
            self._wait_at_most(self._settings.read_timeout)
        except SMTP_ERRORS as error:
            return self._broke_off(DeliveryKind.UNKNOWN, "the final dot", error)
        if code in answers.OK:
            return Delivery(DeliveryKind.ACCEPTED, answers.said(code, answer))
        return self._refused("the final dot", code, answer, otherwise=DeliveryKind.UNKNOWN)

    def _refused(
        self,
        step: str,
        code: int,
        answer: bytes,
        otherwise: DeliveryKind = DeliveryKind.TEMPORARY,
    ) -> Delivery:
        kind = otherwise
        if code in answers.PERMANENT:
            kind = DeliveryKind.PERMANENT
        elif code in answers.TEMPORARY:
            kind = DeliveryKind.TEMPORARY
        else:
            self.drop()  # an answer that is no answer: the stream is out of step
        text = f"{self._settings.place} answered {step} with {answers.said(code, answer)}"
        return Delivery(kind, text)

    def _broke_off(self, kind: DeliveryKind, step: str, error: BaseException) -> Delivery:
        self.drop()
        text = f"{self._settings.place} broke off at {step}: {answers.reason(error)}"
        return Delivery(kind, text)

    def _wait_at_most(self, seconds: float) -> None:
        if self._client.sock is not None:
            self._client.sock.settimeout(seconds)


def header_of(octets: bytes) -> bytes:
    """The octets of a mail before its first empty line."""
    return octets.partition(b"\r\n\r\n")[0]


def wire_form(octets: bytes) -> bytes:
    """A mail between DATA and the final dot: CRLF line ends, leading dots doubled (RFC 5321 4.5.2).

    Nothing else is touched: ``From `` stays ``From `` (rule F18).
    """
    lines = _LINE_END.sub(b"\r\n", octets)
    stuffed = _LEADING_DOT.sub(b"..", lines)
    return stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n"


def _connected(settings: SmtpSettings, helo: str) -> smtplib.SMTP:
    """A connection after its greeting, over TLS if that is implicit (rule T01)."""
    server = (settings.host, settings.port)
    if settings.security != "tls":
        return Smtp(*server, local_hostname=helo, timeout=settings.connect_timeout)
    return SmtpOverTls(
        *server,
        local_hostname=helo,
        timeout=settings.connect_timeout,
        context=client_context(settings.ca_file),
    )


def _greet(client: smtplib.SMTP, settings: SmtpSettings) -> None:
    """EHLO; STARTTLS and a second EHLO if that is asked for, or nothing at all (rules T02, T03)."""
    if client.sock is not None:
        client.sock.settimeout(settings.read_timeout)
    client.ehlo_or_helo_if_needed()
    if settings.security == "starttls":
        client.starttls(context=client_context(settings.ca_file))
        client.ehlo_or_helo_if_needed()


def _log_in(client: smtplib.SMTP, settings: SmtpSettings) -> None:
    """Log in if a user is given. Raises LoginRefusedError, or UnreachableError for a 4yz."""
    if not settings.user or settings.password is None:
        return
    offered = client.esmtp_features.get("auth", "").upper().split()
    login = next((login for name, login in _LOGINS if name in offered), None)
    if login is None:
        raise UnreachableError(
            f"{settings.place} offers no way to log in that inboxwatch knows (PLAIN, LOGIN)",
            next_step="check smtp.port and smtp.security; without a login, leave smtp.user out",
        )
    password = settings.password()
    code, answer = login(client, settings.user, password)
    if code == answers.AUTHENTICATED:
        return
    said = without_login(answers.said(code, answer), settings.user, password)
    if code in answers.TEMPORARY:
        raise UnreachableError(
            f"{settings.place} takes no login at the moment: {said}",
            next_step="the next run tries again",
        )
    raise LoginRefusedError(
        f"{settings.place} refused user and password: {said}",
        next_step="check smtp.user and the password; many providers want an app password",
    )


def _plain(client: smtplib.SMTP, user: str, password: str) -> tuple[int, bytes]:
    """RFC 4616; smtplib's own cannot send a password beyond ASCII."""
    return client.docmd("AUTH", f"PLAIN {_base64(f'{chr(0)}{user}{chr(0)}{password}')}")


def _login(client: smtplib.SMTP, user: str, password: str) -> tuple[int, bytes]:
    code, answer = client.docmd("AUTH", f"LOGIN {_base64(user)}")
    return client.docmd(_base64(password)) if code == answers.CHALLENGE else (code, answer)


_LOGINS = (("PLAIN", _plain), ("LOGIN", _login))


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")


def _unreachable(settings: SmtpSettings, error: BaseException) -> UnreachableError:
    return UnreachableError(
        f"{settings.place} cannot be used: {answers.reason(error)}",
        next_step=certificate_advice(error) or "check smtp.host and smtp.port",
    )
