"""Four providers as their servers show themselves: capabilities, LIST, flags, and the sources."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Provider:
    """What one provider's IMAP server says. ``sources`` are where it was seen or is documented."""

    name: str
    sources: tuple[str, ...]
    greeting: str
    before: str
    """Capabilities until the login."""
    after: str
    """Capabilities from then on."""
    tells: str
    """How those are told at the login: in a response ``code``, ``untagged``, or only if asked."""
    welcome: str
    namespace: str
    listing: tuple[str, ...]
    """Rows of LIST, from the attributes on."""
    flags: str
    permanent: str
    inbox: str = "INBOX"
    junk: tuple[str, ...] = ()
    sent: str | None = None
    drafts: str | None = None

    @property
    def delimiter(self) -> str:
        return self.listing[0].rpartition(") ")[2].split()[0]

    @property
    def mailboxes(self) -> tuple[str, ...]:
        """The names of LIST that can be opened, as they stand there."""
        rows = (row for row in self.listing if "\\noselect" not in row.lower())
        return tuple(re.sub(r'^\([^)]*\) "." ', "", row) for row in rows)

    def has(self, capability: str) -> bool:
        """Whether it is announced after the login."""
        return capability in self.after.split()

    def keeps(self, flag: str) -> bool:
        """Whether a flag can be set for good."""
        return bool({flag, "\\*"} & set(self.permanent.split()))


GMAIL = Provider(
    name="Gmail",
    sources=(
        "https://developers.google.com/gmail/imap/imap-extensions (LIST, X-GM-EXT-1)",
        "https://github.com/cypress-io/cypress/issues/24352 (greeting, capabilities, SELECT)",
    ),
    greeting="* OK Gimap ready for requests from 127.0.0.1 k2if6111336rvb.0",
    before=(
        "IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID XLIST CHILDREN X-GM-EXT-1 XYZZY SASL-IR "
        "AUTH=XOAUTH2 AUTH=PLAIN AUTH=PLAIN-CLIENTTOKEN AUTH=OAUTHBEARER AUTH=XOAUTH"
    ),
    after=(
        "IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID XLIST CHILDREN X-GM-EXT-1 UIDPLUS "
        "COMPRESS=DEFLATE ENABLE MOVE CONDSTORE ESEARCH UTF8=ACCEPT LIST-EXTENDED LIST-STATUS "
        "LITERAL- SPECIAL-USE APPENDLIMIT=35651584"
    ),
    tells="untagged",
    welcome="support@acme.example authenticated (Success)",
    namespace='(("" "/")) NIL NIL',
    listing=(
        r'(\HasNoChildren) "/" "INBOX"',
        r'(\HasChildren \Noselect) "/" "[Gmail]"',
        r'(\All \HasNoChildren) "/" "[Gmail]/All Mail"',
        r'(\Drafts \HasNoChildren) "/" "[Gmail]/Drafts"',
        r'(\HasNoChildren \Important) "/" "[Gmail]/Important"',
        r'(\HasNoChildren \Sent) "/" "[Gmail]/Sent Mail"',
        r'(\HasNoChildren \Junk) "/" "[Gmail]/Spam"',
        r'(\Flagged \HasNoChildren) "/" "[Gmail]/Starred"',
        r'(\HasNoChildren \Trash) "/" "[Gmail]/Trash"',
    ),
    flags=r"\Answered \Flagged \Draft \Deleted \Seen $NotPhishing $Phishing",
    permanent=r"\Answered \Flagged \Draft \Deleted \Seen $NotPhishing $Phishing \*",
    junk=("[Gmail]/Spam",),
    sent="[Gmail]/Sent Mail",
    drafts="[Gmail]/Drafts",
)

GMAIL_GERMAN = replace(
    GMAIL,
    name="Gmail in German",
    listing=(
        r'(\HasNoChildren) "/" "INBOX"',
        r'(\HasNoChildren) "/" "Spam"',  # a label that somebody gave this name
        r'(\HasChildren \Noselect) "/" "[Google Mail]"',
        r'(\All \HasNoChildren) "/" "[Google Mail]/Alle Nachrichten"',
        r'(\Drafts \HasNoChildren) "/" "[Google Mail]/Entw&APw-rfe"',
        r'(\HasNoChildren \Sent) "/" "[Google Mail]/Gesendet"',
        r'(\HasNoChildren \Junk) "/" "[Google Mail]/Spam"',
        r'(\HasNoChildren \Trash) "/" "[Google Mail]/Papierkorb"',
    ),
    junk=("[Google Mail]/Spam",),
    sent="[Google Mail]/Gesendet",
    drafts="[Google Mail]/Entwürfe",
)
"""The names follow the language of the account, the attributes do not."""

EXCHANGE_ONLINE = Provider(
    name="Exchange Online",
    sources=(
        "https://github.com/huacnlee/omamail/pull/90 (capabilities, names)",
        "https://github.com/jstedfast/MailKit/issues/1282 (greeting, both capabilities, NAMESPACE)",
        "https://github.com/RainLoop/rainloop-webmail/issues/686 (SELECT, PERMANENTFLAGS)",
    ),
    greeting="* OK The Microsoft Exchange IMAP4 service is ready.",
    before=(
        "IMAP4 IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR UIDPLUS ID UNSELECT CHILDREN IDLE "
        "NAMESPACE LITERAL+"
    ),
    after=(
        "IMAP4 IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR UIDPLUS MOVE ID UNSELECT "
        "CLIENTACCESSRULES CLIENTNETWORKPRESENCELOCATION BACKENDAUTHENTICATE CHILDREN IDLE "
        "NAMESPACE LITERAL+"
    ),
    tells="if asked",
    welcome="AUTHENTICATE completed.",
    namespace='(("" "/")) NIL NIL',
    listing=(
        r'(\HasNoChildren) "/" Archive',
        r'(\HasNoChildren) "/" Calendar',
        r'(\HasNoChildren) "/" "Deleted Items"',
        r'(\HasNoChildren) "/" Drafts',
        r'(\Marked \HasNoChildren) "/" INBOX',
        r'(\HasNoChildren) "/" "Junk Email"',
        r'(\HasNoChildren) "/" "Sent Items"',
    ),
    flags=r"\Seen \Answered \Flagged \Deleted \Draft $MDNSent",
    permanent=r"\Seen \Answered \Flagged \Deleted \Draft $MDNSent",
    junk=("Junk Email",),
    sent="Sent Items",
    drafts="Drafts",
)

EXCHANGE_GERMAN = replace(
    EXCHANGE_ONLINE,
    name="Exchange Online in German",
    listing=(
        r'(\HasNoChildren) "/" Entw&APw-rfe',
        r'(\HasNoChildren) "/" "Gesendete Elemente"',
        r'(\Marked \HasNoChildren) "/" INBOX',
        r'(\HasNoChildren) "/" Junk-E-Mail',
        r'(\HasNoChildren) "/" Kalender',
    ),
    junk=("Junk-E-Mail",),
    sent="Gesendete Elemente",
    drafts="Entwürfe",
)
"""Without attributes the names are all there is."""

OUTLOOK_COM = replace(
    EXCHANGE_ONLINE,
    name="Outlook.com",
    listing=(
        r'(\HasNoChildren) "/" Archive',
        r'(\Marked \HasNoChildren \Trash) "/" Deleted',
        r'(\Marked \HasNoChildren \Drafts) "/" Drafts',
        r'(\Marked \HasNoChildren) "/" Inbox',
        r'(\Marked \HasNoChildren \Junk) "/" Junk',
        r'(\HasNoChildren) "/" Notes',
        r'(\HasNoChildren \Sent) "/" Sent',
    ),
    junk=("Junk",),
    sent="Sent",
)
"""The same server for private users: it marks the uses without announcing SPECIAL-USE."""

YAHOO = Provider(
    name="Yahoo",
    sources=(
        "https://github.com/jstedfast/MailKit/issues/358 (greeting, capabilities, EXAMINE)",
        "https://github.com/jstedfast/MailKit/issues/242 (NAMESPACE, LIST)",
        "https://github.com/jstedfast/MailKit/issues/274 (the spam folder has no attribute)",
        "https://github.com/postalsys/imapflow/issues/75 (limits)",
    ),
    greeting=(
        "* OK [CAPABILITY IMAP4rev1 ID MOVE NAMESPACE X-ID-ACLID UIDPLUS LITERAL+ CHILDREN "
        "XAPPLEPUSHSERVICE XYMHIGHESTMODSEQ AUTH=PLAIN AUTH=LOGIN AUTH=XOAUTH2] IMAP4rev1 "
        "imapgate-1.8.1_01.20166"
    ),
    before=(
        "IMAP4rev1 ID MOVE NAMESPACE X-ID-ACLID UIDPLUS LITERAL+ CHILDREN XAPPLEPUSHSERVICE "
        "XYMHIGHESTMODSEQ AUTH=PLAIN AUTH=LOGIN AUTH=XOAUTH2"
    ),
    after=(
        "IMAP4rev1 ID MOVE NAMESPACE X-ID-ACLID UIDPLUS LITERAL+ XAPPLEPUSHSERVICE XYMHIGHESTMODSEQ"
    ),
    tells="if asked",
    welcome="AUTHENTICATE completed - Mailbox size in bytes is 34943485",
    namespace='(("" "/")) NIL NIL',
    listing=(
        r'(\HasNoChildren) "/" "Bulk Mail"',
        r'(\HasNoChildren) "/" "Draft"',
        r'(\HasNoChildren) "/" "Inbox"',
        r'(\HasNoChildren) "/" "Notes"',
        r'(\HasNoChildren) "/" "Sent"',
        r'(\HasNoChildren) "/" "Trash"',
    ),
    flags=r"\Answered \Deleted \Draft \Flagged \Seen $Forwarded $Junk $NotJunk",
    permanent=r"\Answered \Deleted \Draft \Flagged \Seen $Forwarded $Junk $NotJunk",
    junk=("Bulk Mail",),
    sent="Sent",
    drafts="Draft",
)

YAHOO_OLD = replace(
    YAHOO,
    name="Yahoo without MOVE",
    before=YAHOO.before.replace(" MOVE", ""),
    after=YAHOO.after.replace(" MOVE", ""),
    greeting=YAHOO.greeting.replace(" MOVE", ""),
    listing=tuple(row.replace('"Bulk Mail"', '"Bulk"') for row in YAHOO.listing),
    junk=("Bulk",),
)
"""As in 2015 (MailKit 242), and with the other name of its spam folder."""

FASTMAIL = Provider(
    name="Fastmail",
    sources=(
        "cyrusimap/cyrus-imapd, docsrc/overview/who_is_cyrus.rst (Fastmail runs Cyrus)",
        "Debian's Cyrus in these tests (capabilities, flags)",
        "https://github.com/N0ury/ImapNote2/issues/3 (everything lies below INBOX)",
    ),
    greeting="* OK IMAP4 ready",
    before="IMAP4rev1 LITERAL+ ID ENABLE AUTH=PLAIN SASL-IR",
    after=(
        "IMAP4rev1 LITERAL+ ID ENABLE ACL ANNOTATE-EXPERIMENT-1 BINARY CATENATE CHILDREN "
        "CONDSTORE CREATE-SPECIAL-USE ESEARCH ESORT LIST-EXTENDED LIST-MYRIGHTS LIST-STATUS "
        "METADATA MOVE MULTIAPPEND NAMESPACE OBJECTID PREVIEW QRESYNC QUOTA RIGHTS=kxten "
        "SAVEDATE SORT SPECIAL-USE STATUS=SIZE UIDPLUS UNSELECT WITHIN XLIST XMOVE IDLE"
    ),
    tells="code",
    welcome="User logged in SESSIONID=<imap1>",
    namespace='(("INBOX." ".")) (("user." ".")) (("" "."))',
    listing=(
        r'(\HasChildren) "." INBOX',
        r'(\HasNoChildren \Archive) "." INBOX.Archive',
        r'(\HasNoChildren \Drafts) "." INBOX.Drafts',
        r'(\HasNoChildren \Sent) "." INBOX.Sent',
        r'(\HasNoChildren \Junk) "." INBOX.Spam',
        r'(\HasNoChildren \Trash) "." INBOX.Trash',
    ),
    flags=r"\Answered \Flagged \Draft \Deleted \Seen",
    permanent=r"\Answered \Flagged \Draft \Deleted \Seen \*",
    junk=("INBOX.Spam",),
    sent="INBOX.Sent",
    drafts="INBOX.Drafts",
)

PROVIDERS = (
    GMAIL,
    GMAIL_GERMAN,
    EXCHANGE_ONLINE,
    EXCHANGE_GERMAN,
    OUTLOOK_COM,
    YAHOO,
    YAHOO_OLD,
    FASTMAIL,
)
