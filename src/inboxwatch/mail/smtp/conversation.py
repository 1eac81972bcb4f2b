"""One SMTP conversation: greeting, TLS, login, and transactions step by step.

``transport`` imports it, and smtplib with it, when it connects.
"""

from __future__ import annotations

import re
import smtplib
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from inboxwatch.core.text import one_line
from inboxwatch.errors import LoginRefusedError, UnreachableError
from inboxwatch.mail.redact import without_login
from inboxwatch.mail.smtp import answers
from inboxwatch.mail.smtp.logins import LOGINS
from inboxwatch.mail.smtp.wire import Deadline, SlowAnswerError, Smtp, SmtpOverTls
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
    """A connection, greeted and logged in. Raises AccountError if it does not come that far.

    ``too_slow`` says why the server is of no use for now: it did not come to an end in time.
    The password is kept for as long as the server may repeat it (rule O12).
    """

    def __init__(self, settings: SmtpSettings, helo: str) -> None:
        self._settings = settings
        self.alive = False
        self.too_slow = ""
        self._secret = ""
        refuse_plaintext(settings.host, settings.security)
        try:
            self._client = _connected(settings, helo)
        except SMTP_ERRORS as error:
            raise _unreachable(settings, answers.reason(error), error) from error
        try:
            _greet(self._client, settings)
            self._log_in()
        except SMTP_ERRORS as error:
            self.drop()
            cause = None if self._secret else error  # which would tell in the log what was said
            raise _unreachable(settings, self._reason(error), error) from cause
        except BaseException:
            self.drop()
            raise
        self.alive = True

    def announced(self) -> str:
        """The server's extensions that matter here, safe to print."""
        features = self._client.esmtp_features
        known = (f"{name} {features[name]}".split() for name in _ANNOUNCED if name in features)
        told = self._hidden(", ".join(" ".join(words) for words in known))
        return one_line(told, 300).upper() or "ready"

    def renew(self) -> bool:
        """Whether the connection is there and ready for the next transaction."""
        if self.alive:
            self._client.deadline.begin_whole()
            with suppress(*SMTP_ERRORS):
                if self._client.rset()[0] in answers.OK:
                    return True
        self.drop()
        return False

    def close(self) -> None:
        """Hang up; what QUIT is answered matters to nobody (rule X03). Never raises."""
        if self.alive:
            with suppress(*SMTP_ERRORS):
                self._client.silence = _FAREWELL_TIMEOUT
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
            self._client.deadline.end_whole()
        except SMTP_ERRORS as error:
            return self._broke_off(DeliveryKind.TEMPORARY, "DATA", error)
        if code != answers.GO_AHEAD:
            return self._refused("DATA", code, answer)
        try:
            # No server may deliver it without the final dot: until that, nothing has happened.
            self._client.deadline.begin_step()
            self._client.send(wire_form(octets))
        except SMTP_ERRORS as error:
            return self._broke_off(DeliveryKind.TEMPORARY, "the text", error)
        return self._dot()

    def _dot(self) -> Delivery:
        """The final dot. Whatever breaks from here on leaves the end unknown (rule X03)."""
        try:
            self._client.deadline.begin_step(self._settings.final_timeout)
            self._client.silence = self._settings.final_timeout
            self._client.send(b".\r\n")
            code, answer = self._client.getreply()
            self._client.silence = self._settings.read_timeout
        except SMTP_ERRORS as error:
            return self._broke_off(DeliveryKind.UNKNOWN, "the final dot", error)
        if code in answers.OK:
            return Delivery(DeliveryKind.ACCEPTED, self._said(code, answer))
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
        text = f"{self._settings.place} answered {step} with {self._said(code, answer)}"
        return Delivery(kind, text)

    def _broke_off(self, kind: DeliveryKind, step: str, error: BaseException) -> Delivery:
        self.drop()
        text = f"{self._settings.place} broke off at {step}: {self._reason(error)}"
        if isinstance(error, SlowAnswerError):
            self.too_slow = text
        return Delivery(kind, text)

    # What it says

    def _said(self, code: int, answer: bytes) -> str:
        """An answer, safe to print: any may repeat the login, long after it (rules I31, O12)."""
        return answers.said(code, self._hidden(answer.decode("utf-8", "replace")).encode())

    def _reason(self, error: BaseException) -> str:
        return answers.reason(error, self._hidden)

    def _hidden(self, text: str) -> str:
        return without_login(text, self._settings.user, self._secret)

    def _log_in(self) -> None:
        """Log in if a user is given. Raises LoginRefusedError, or UnreachableError for a 4yz."""
        settings = self._settings
        if not settings.user or settings.password is None:
            return
        offered = self._client.esmtp_features.get("auth", "").upper().split()
        login = next((login for name, login in LOGINS if name in offered), None)
        if login is None:
            raise UnreachableError(
                f"{settings.place} offers no way to log in that inboxwatch knows (PLAIN, LOGIN)",
                next_step="check smtp.port and smtp.security; without a login, leave smtp.user out",
            )
        self._secret = settings.password()
        code, answer = login(self._client, settings.user, self._secret)
        if code == answers.AUTHENTICATED:
            return
        if code in answers.TEMPORARY:
            raise UnreachableError(
                f"{settings.place} takes no login at the moment: {self._said(code, answer)}",
                next_step="the next run tries again",
            )
        raise LoginRefusedError(
            f"{settings.place} refused user and password: {self._said(code, answer)}",
            next_step="check smtp.user and the password; many providers want an app password",
        )


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


def _connected(settings: SmtpSettings, helo: str) -> Smtp:
    """A connection after its greeting, over TLS if that is implicit (rule T01)."""
    server = (settings.host, settings.port)
    deadline = Deadline(settings.read_timeout, settings.ready_timeout)
    if settings.security != "tls":
        return Smtp(
            *server,
            local_hostname=helo,
            timeout=settings.connect_timeout,
            deadline=deadline,
        )
    return SmtpOverTls(
        *server,
        local_hostname=helo,
        timeout=settings.connect_timeout,
        context=client_context(settings.ca_file),
        deadline=deadline,
    )


def _greet(client: Smtp, settings: SmtpSettings) -> None:
    """EHLO; STARTTLS and a second EHLO if that is asked for, or nothing at all (rules T02, T03)."""
    client.silence = settings.read_timeout
    client.ehlo_or_helo_if_needed()
    if settings.security == "starttls":
        client.starttls(context=client_context(settings.ca_file))
        client.ehlo_or_helo_if_needed()


def _unreachable(settings: SmtpSettings, reason: str, error: BaseException) -> UnreachableError:
    return UnreachableError(
        f"{settings.place} cannot be used: {reason}",
        next_step=certificate_advice(error) or "check smtp.host and smtp.port",
    )
