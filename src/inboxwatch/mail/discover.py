"""Which mailbox has which role: a pure function over what LIST said (rules I11 to I16)."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from msgspec import Struct

from inboxwatch.core.text import one_line
from inboxwatch.errors import MailboxError
from inboxwatch.model.message import Role
from inboxwatch.ports import Mailboxes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Names = str | tuple[str, ...]
"""``"auto"``, one name, or several; levels are written with ``/``."""

AUTO = "auto"
_UNSELECTABLE = frozenset({"\\noselect", "\\nonexistent"})
_SHOWN = 20
_NO_INBOX = frozenset({"\\all", "\\drafts", "\\flagged", "\\junk", "\\sent", "\\trash"})
"""What marks a mailbox in which mail is not new, or is found a second time (rule A16)."""


class Listed(Struct, frozen=True):
    """One line of LIST: attributes, the hierarchy delimiter (None: flat), the decoded name."""

    attributes: tuple[str, ...]
    delimiter: str | None
    name: str

    @property
    def selectable(self) -> bool:
        """Whether it can hold mail at all (rule I15)."""
        return not _UNSELECTABLE.intersection(a.lower() for a in self.attributes)


class Known(Struct, frozen=True):
    """How a role is recognised: special-use attributes first, then whole names (rule I16)."""

    role: Role
    attributes: frozenset[str]
    names: frozenset[str]


class Wanted(Struct, frozen=True):
    """What the configuration asks for."""

    inbox: str = "INBOX"
    junk: Names = AUTO
    sent: Names = AUTO
    drafts: Names = AUTO
    review: str = ""


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _names(*names: str) -> frozenset[str]:
    return frozenset(_folded(name) for name in names)


# fmt: off
JUNK = Known(Role.JUNK, frozenset({"\\junk", "\\spam"}), _names(
    "Junk", "Junk E-mail", "Junk Email", "Junk-E-Mail", "Junk Mail", "Spam", "[Gmail]/Spam",
    "[Google Mail]/Spam", "Bulk", "Bulk Mail", "Spamverdacht", "Unerwünscht",
    "Courrier indésirable", "Indésirables", "Correo no deseado", "Posta indesiderata",
    "Ongewenste e-mail", "Skräppost", "Uønsket e-post", "Uønsket mail", "Roskaposti",
    "Lixo Eletrônico", "Lixo eletrónico", "Wiadomości-śmieci", "Nevyžádaná pošta",
    "Нежелательная почта", "Спам", "迷惑メール", "垃圾邮件", "垃圾郵件", "스팸",
))
SENT = Known(Role.SENT, frozenset({"\\sent"}), _names(
    "Sent", "Sent Items", "Sent Messages", "Sent Mail", "Sent-Mail", "[Gmail]/Sent Mail",
    "[Google Mail]/Sent Mail", "Gesendet", "Gesendete Objekte",
    "Gesendete Elemente", "Itens enviados",  # codespell:ignore elemente,itens
    "Éléments envoyés", "Messages envoyés", "Enviados", "Elementos enviados", "Posta inviata",
    "Verzonden items", "Skickat", "Sendte elementer", "Sendt post", "Lähetetyt",
    "Elementy wysłane", "Odeslaná pošta", "Отправленные", "送信済みアイテム", "已发送邮件",
    "寄件備份", "보낸 편지함",
))
DRAFTS = Known(Role.DRAFTS, frozenset({"\\drafts"}), _names(
    "Drafts", "Draft", "[Gmail]/Drafts", "[Google Mail]/Drafts", "Entwürfe", "Brouillons",
    "Borradores", "Bozze", "Concepten", "Utkast", "Kladder", "Luonnokset", "Rascunhos",
    "Wersje robocze", "Koncepty", "Черновики", "下書き", "草稿", "임시 보관함",
))
# fmt: on


def discover(
    rows: Iterable[Listed], wanted: Wanted, *, account: str = "", prefix: str = ""
) -> Mailboxes:
    r"""Find the mailbox of each role: configuration, then special use, then whole names.

    ``prefix`` is the personal namespace (``INBOX.``), which may be left out of configured names
    and stands before the table's. Several ``\\Junk`` mailboxes are all read. Names are never
    guessed by a part of them (rule I11). Raises MailboxError for a configured name that is not
    there, with what is, and for an inbox that the server marks as something else.
    """
    tree = _Tree(tuple(row for row in rows if row.selectable), account, prefix)
    junk = tree.find(JUNK, wanted.junk)
    sent = tree.find(SENT, wanted.sent)
    drafts = tree.find(DRAFTS, wanted.drafts)
    asked = ((JUNK, wanted.junk, junk), (SENT, wanted.sent, sent), (DRAFTS, wanted.drafts, drafts))
    review, has_review = tree.review(wanted.review)
    return Mailboxes(
        inbox=tree.inbox(wanted.inbox),
        junk=junk,
        sent=next(iter(sent), None),
        drafts=next(iter(drafts), None),
        review=review,
        has_review=has_review,
        notes=tuple(
            tree.note(known) for known, names, found in asked if names == AUTO and not found
        ),
    )


class _Tree(Struct, frozen=True):
    rows: tuple[Listed, ...]
    account: str
    prefix: str

    def find(self, known: Known, names: Names) -> tuple[str, ...]:
        if names != AUTO:
            several = (names,) if isinstance(names, str) else names
            return tuple(self.configured(name, known.role) for name in several)
        return self._by_attribute(known) or self._by_name(known)

    def _by_attribute(self, known: Known) -> tuple[str, ...]:
        return tuple(
            row.name
            for row in self.rows
            if known.attributes.intersection(a.lower() for a in row.attributes)
        )

    def _by_name(self, known: Known) -> tuple[str, ...]:
        found = tuple(row.name for row in self.rows if self._spelling(row) & known.names)
        return found if known.role is Role.JUNK else found[:1]

    def _spelling(self, row: Listed) -> frozenset[str]:
        """The name with ``/`` between its levels, with and without the namespace's prefix."""
        bare = row.name
        for prefix in (self.prefix, f"INBOX{row.delimiter}" if row.delimiter else ""):
            if prefix and bare.casefold().startswith(prefix.casefold()):
                bare = bare[len(prefix) :]
                break
        both = (row.name, bare)
        if not row.delimiter or row.delimiter == "/":
            return _names(*both)
        return _names(*(name.replace(row.delimiter, "/") for name in both))

    def inbox(self, name: str) -> str:
        """The mailbox of new mail: none that the server marks for mail of another kind (A16)."""
        found = self.configured(name, Role.INBOX)
        marks = {a for row in self.rows if row.name == found for a in row.attributes}
        other = next((mark for mark in sorted(marks) if mark.lower() in _NO_INBOX), "")
        if other and found != "INBOX":
            raise MailboxError(
                f"{self.account or 'the account'} has {one_line(found, 100)!r} for its inbox, "
                f"which the server marks as {one_line(other, 40)}",
                next_step="set mailboxes.inbox to the mailbox where new mail arrives",
            )
        return found

    def review(self, name: str) -> tuple[str, bool]:
        """The server's spelling of a name, and whether that is there; else how it is to be made."""
        if not name or name.upper() == "INBOX":
            return name.upper(), bool(name)
        spellings = self._spellings(name)
        found = (one for one in spellings if any(row.name == one for row in self.rows))
        there = next(found, None)
        return (there, True) if there else (spellings[2 if self.prefix else 1], False)

    def configured(self, name: str, role: Role) -> str:
        """The server's spelling of a configured name; INBOX alone ignores case (rule I13)."""
        if name.upper() == "INBOX":
            return "INBOX"
        for candidate in self._spellings(name):
            if any(row.name == candidate for row in self.rows):
                return candidate
        key = role.value
        raise MailboxError(
            f"{self.account or 'the account'} has no mailbox {one_line(name, 100)!r}, which "
            f"mailboxes.{key} names; it has {self.listing()}",
            next_step=f"correct mailboxes.{key}, or leave it at "
            + ("INBOX" if role is Role.INBOX else "auto"),
        )

    def _spellings(self, name: str) -> Sequence[str]:
        delimiter = next((row.delimiter for row in self.rows if row.delimiter), None)
        translated = name.replace("/", delimiter) if delimiter else name
        below = f"INBOX{delimiter}{translated}" if delimiter else translated
        return (name, translated, f"{self.prefix}{translated}", below)

    def note(self, known: Known) -> str:
        key = known.role.value
        return (
            f"no {key} mailbox was found: set mailboxes.{key}, or create one; "
            f"{self.account or 'the account'} has {self.listing()}"
        )

    def listing(self) -> str:
        names = [one_line(row.name, 100) for row in self.rows]
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        return (", ".join(names[:_SHOWN]) or "none") + more
