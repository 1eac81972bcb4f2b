"""One connection, logged in: every command we send, and the one place where errors are mapped."""

from __future__ import annotations

import re
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from imapclient.imap_utf7 import decode as decode_utf7
from imapclient.response_parser import parse_response
from msgspec import Struct

from inboxwatch import __version__
from inboxwatch.core.backoff import SETUP
from inboxwatch.errors import (
    AccountError,
    InboxwatchError,
    MailboxError,
    TooLongError,
    UnreachableError,
)
from inboxwatch.mail.imap import checks, refusals, wire
from inboxwatch.mail.imap.names import MailboxNames, word
from inboxwatch.mail.redact import without_login
from inboxwatch.mail.tls import certificate_advice, client_context, refuse_plaintext

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inboxwatch.mail.discover import Listed
    from inboxwatch.mail.imap.reader import Flight
    from inboxwatch.mail.imap.settings import ImapSettings

_LOGOUT_TIMEOUT = 5.0
_UNSAFE = re.compile(r"[\r\n\0]")
_UID = re.compile(rb"\bUID (\d{1,10})\b", re.IGNORECASE)


class Opened(Struct, frozen=True):
    """What SELECT or EXAMINE said; ``uidnext`` is None where the server leaves it out."""

    mailbox: str
    readonly: bool
    uidvalidity: int
    uidnext: int | None
    exists: int
    permanent: frozenset[str]
    modseq: int = 0

    def keeps(self, flag: str) -> bool:
        """Whether PERMANENTFLAGS allows a flag, in any case of letters."""
        return bool({flag.lower(), "\\*"} & self.permanent)


class Session:
    """A logged-in connection. Anything but a clean tagged NO ends it (rule I04)."""

    def __init__(self, settings: ImapSettings) -> None:
        self._settings = settings
        self._names = MailboxNames()
        self.opened: Opened | None = None
        self.alive = False
        self._ahead: Flight | None = None
        self._examines = True
        refuse_plaintext(settings.host, settings.security)
        context = None if settings.security == "none" else client_context(settings.ca_file)
        self._wire: wire.Wire | None = None
        self._secret = ""
        with self._guard("connecting"):
            self._wire = wire.Wire(settings, context)
            self._refuse_preauth()
            if settings.security == "starttls":
                self._wire.starttls(context)
            self._login()
            self._introduce()
        self.alive = True

    # Connecting

    def _refuse_preauth(self) -> None:
        """A server that has logged us in before TLS and password is not ours (rule T02)."""
        if self._client._imap.state != "NONAUTH":  # noqa: SLF001 - imapclient does not tell
            raise UnreachableError(
                f"{self._settings.place} greeted with PREAUTH, as if somebody had logged in",
                next_step="this is no mail server for users, or someone sits in between",
            )

    def _login(self) -> None:
        user, password = self._settings.user, self._password()
        self._secret = password  # kept with the connection: whatever the server says may repeat it
        if _UNSAFE.search(user + password):
            raise refusals.refused_login(self._settings.place, "a line break in user or password")
        imaplib4 = self._client._imap  # noqa: SLF001 - imapclient wraps every error in LoginError
        plain = self._client.has_capability("AUTH=PLAIN")
        self._forget_capabilities()
        try:
            if plain:
                secret = f"\0{user}\0{password}".encode()
                typ, data = imaplib4.authenticate("PLAIN", lambda _: secret)
            else:
                typ, data = imaplib4.login(user, password)
        except wire.Abort:
            raise
        except wire.Failure as error:
            said = self._hidden(wire.text_of(list(error.args)))
            raise refusals.refused_login(self._settings.place, said) from None
        if typ != "OK":
            raise refusals.refused_login(self._settings.place, self._hidden(wire.text_of(data)))

    def _hidden(self, text: str) -> str:
        return without_login(text, self._settings.user, self._secret)

    def _password(self) -> str:
        """The password; that there is none concerns this account alone (rule I32)."""
        try:
            return self._settings.password()
        except InboxwatchError as error:
            text = f"{self._settings.place}: {error.message}"
            failed = AccountError(text, next_step=error.next_step, kind=SETUP)
            failed.code = error.code
            raise failed from error

    def _forget_capabilities(self) -> None:
        """They change with the login; imapclient would keep those of the greeting (T03, I21)."""
        self._client._cached_capabilities = None  # noqa: SLF001 - there is no other way
        self._client._imap.untagged_responses.pop("CAPABILITY", None)  # noqa: SLF001 - the same

    def _introduce(self) -> None:
        """Name and version, no more; some providers want it before they open INBOX (rule I30)."""
        if self._client.has_capability("ID"):
            with suppress(wire.RefusedError):
                self._client.id_({"name": "inboxwatch", "version": __version__})

    # Errors

    @property
    def _client(self) -> wire.Wire:
        if self._wire is None:
            raise UnreachableError(f"{self._settings.place} is not connected")
        return self._wire

    def _settle(self) -> None:
        """Wait for what is still on its way, so that the stream is in step."""

    @contextmanager
    def _guard(self, doing: str, mailbox: str = "", *, settle: bool = True) -> Iterator[None]:
        """Turn whatever a conversation raises into the errors of the port, and end it if needed."""
        try:
            if settle:
                self._settle()
            yield
        except wire.RefusedError as error:
            if not self.alive:  # refused while connecting: nobody will ever use it
                self.drop()
            raise self._refused(doing, mailbox, self._hidden(str(error))) from None
        except wire.WIRE_ERRORS as error:
            self.drop()
            raise self._broken(doing, error) from (None if self._secret else error)
        except BaseException:
            self.drop()
            raise

    def _refused(self, doing: str, mailbox: str, text: str) -> AccountError:
        place = self._settings.place
        if mailbox and not refusals.busy_kind(text):
            of = doing if doing.endswith(" to") else f"{doing} of"
            return MailboxError(
                f"{place} refused {of} {refusals.said(mailbox)!r}: {refusals.said(text)}",
                next_step="check the mailbox's name and rights; `inboxwatch check` lists them",
            )
        return refusals.refused_command(place, doing, text)

    def _broken(self, doing: str, error: BaseException) -> AccountError:
        place = self._settings.place
        text = self._hidden(wire.words_of(error))
        if wire.is_nonsense(error):
            return UnreachableError(
                f"{place} spoke nonsense while {doing}: {refusals.said(text)}",
                next_step="a later run tries again; tell the provider if this stays",
            )
        if isinstance(error, wire.TooLong):
            return TooLongError(
                f"{place} answered with more than is taken while {doing}: {text}",
                next_step="a later run tries again; tell the provider if this stays",
            )
        if isinstance(error, wire.Failure):
            return refusals.hung_up(place, doing, text)
        if isinstance(error, OSError):
            return UnreachableError(
                f"{place} cannot be reached while {doing}: {refusals.said(text)}",
                next_step=certificate_advice(error) or "check host and port; a later run retries",
            )
        return UnreachableError(
            f"{place} answered with something that is not IMAP while {doing} ({text})",
            next_step="a later run tries again",
        )

    @property
    def octets(self) -> int:
        """How many octets came over this connection."""
        return self._wire.octets if self._wire is not None else 0

    def drop(self) -> None:
        """Cut the connection, without a LOGOUT on a stream that may be out of step (rule I04)."""
        self.alive = False
        self.opened = self._ahead = None
        if self._wire is not None:
            self._wire.drop()

    def close(self) -> None:
        """Log out within five seconds, or drop the connection. Never raises.

        It is dropped as well while an answer is on its way that nobody wants any more.
        """
        if self.alive and self._wire is not None and self._ahead is None:
            # The connection is cut next, whatever the server makes of the farewell.
            with suppress(*wire.WIRE_ERRORS, wire.RefusedError):
                self._wire.hurry(_LOGOUT_TIMEOUT)
                self._wire.logout()
        self.drop()

    # Commands

    def list(self) -> tuple[Listed, ...]:
        """All mailboxes, with special-use attributes where the server knows any (rule I11)."""
        with self._guard("listing mailboxes"):
            client = self._client
            if client.has_capability("SPECIAL-USE") and client.has_capability("LIST-EXTENDED"):
                try:
                    rows = self._list_special_use()
                except wire.RefusedError:
                    rows = client.list_folders()
            elif client.has_capability("XLIST"):
                rows = client.xlist_folders()
            else:
                rows = client.list_folders()
            return tuple(self._names.listed(*row) for row in rows)

    def _list_special_use(self) -> Any:  # noqa: ANN401 - imapclient is not typed
        arguments = [b'""', b'"*"', b"RETURN", b"(SPECIAL-USE)"]
        typ, data = self._client._raw_command(b"LIST", arguments, uid=False)  # noqa: SLF001 - trap 9
        self._client._checkok("LIST", typ, data)  # noqa: SLF001 - imapclient has no extended LIST
        typ, data = self._client._imap._untagged_response(typ, data, "LIST")  # noqa: SLF001 - same
        return self._client._proc_folder_list(data)  # noqa: SLF001 - same

    def prefix(self) -> str:
        """The prefix of the personal namespace, or the empty string (rules I12, I13)."""
        with self._guard("asking for namespaces"):
            client = self._client
            if not client.has_capability("NAMESPACE"):
                return ""
            try:
                personal = parse_response(client._command_and_check("namespace"))[0]  # noqa: SLF001 - namespace() fails on NIL
            except wire.RefusedError:
                return ""
            return decode_utf7(personal[0][0]) if personal else ""

    def open(self, mailbox: str, *, readonly: bool) -> Opened:
        """EXAMINE or SELECT, always anew: old servers tell of new mail only then.

        The answer is ``readonly`` too where the server lets nobody write.
        """
        self.opened = None
        with self._guard("opening", mailbox):
            answer, readonly = self._select(self._names.wire(mailbox), readonly=readonly)
            permanent = answer.get(b"PERMANENTFLAGS", answer.get(b"FLAGS", ()))
            sticky = b"UIDNOTSTICKY" not in answer
            self.opened = Opened(
                mailbox,
                readonly,
                checks.number(answer.get(b"UIDVALIDITY", 0)) if sticky else 0,
                checks.number(answer[b"UIDNEXT"]) if b"UIDNEXT" in answer else None,
                checks.number_of_mails(answer.get(b"EXISTS", 0)),
                frozenset(word(flag).lower().strip("()") for flag in permanent),
                checks.modseq(answer.get(b"HIGHESTMODSEQ")),
            )
        return self.opened

    def renew(self) -> None:
        """Have the server look again at the opened mailbox: NOOP (RFC 9051 section 6.1.2)."""
        with self._guard("looking again"):
            self._client.noop()

    def _select(self, name: str, *, readonly: bool) -> tuple[dict[bytes, Any], bool]:
        """What the server told of a mailbox, and whether nothing is to be written there.

        Courier is known by an EXAMINE without UIDNEXT. The UIDs that it gives to new mail by
        EXAMINE, or by STATUS, are taken back when a mail is copied there before the next SELECT
        (against RFC 9051 section 2.3.1.1): its mailboxes are opened by SELECT alone.
        """
        client = self._client
        if readonly and self._examines:
            answer = client.select_folder(name, readonly=True)
            self._examines = b"UIDNEXT" in answer
            if self._examines:
                return answer, True
        try:
            return client.select_folder(name), readonly
        except wire.ReadOnly:
            # imaplib refuses every further command until the next EXAMINE.
            return client.select_folder(name, readonly=True), True

    def check_uidnext(self, uidnext: int) -> None:
        """Raise UnreachableError if the opened mailbox has more mails than UIDs to give them."""
        with self._guard("opening"):
            checks.room(uidnext, self.opened.exists if self.opened else 0)

    def uidnext(self, mailbox: str) -> int | None:
        """UIDNEXT by STATUS, for servers whose EXAMINE does not tell it."""
        with self._guard("asking for the status", mailbox):
            answer = self._client.folder_status(self._names.wire(mailbox), ["UIDNEXT"])
            value = answer.get(b"UIDNEXT")
            return checks.number(value) if value is not None else None

    def search(self, *criteria: str) -> tuple[int, ...]:
        """UID SEARCH; criteria are ours, never a mail's (rule I02). UIDs rise."""
        with self._guard("searching"):
            typ, data = self._client._imap.uid("SEARCH", *criteria)  # noqa: SLF001 - several lines may answer
            self._client._checkok("SEARCH", typ, data)  # noqa: SLF001 - the same
            found = {int(word) for line in data if line for word in line.split() if word.isdigit()}
            return tuple(sorted(found))

    def numbered_uids(self, first: int, last: int) -> tuple[int, ...]:
        """The UIDs at sequence numbers ``first`` to ``last``.

        Sequence numbers stay put from one such FETCH to the next: EXPUNGE may not be told during
        it (RFC 9051 section 7.5.1), and we send nothing in between.
        """
        with self._guard("listing messages"):
            typ, data = self._client._imap.fetch(f"{first}:{last}", "(UID)")  # noqa: SLF001 - fetch() takes no range
            self._client._checkok("FETCH", typ, data)  # noqa: SLF001 - the same
            lines = (row[0] if isinstance(row, tuple) else row for row in data if row)
            found = {int(uid) for line in lines for uid in _UID.findall(line)}
            checks.window(first, last, found)
            return tuple(sorted(found))
