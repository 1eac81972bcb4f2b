from __future__ import annotations

import pytest

from inboxwatch.errors import MailboxError
from inboxwatch.mail.discover import Listed, Wanted, discover


def rows(delimiter: str | None, *names: str | tuple[str, str]) -> list[Listed]:
    """Rows of LIST: a name, or a name with its attributes."""
    pairs = [(name, "") if isinstance(name, str) else name for name in names]
    return [Listed(tuple(attributes.split()), delimiter, name) for name, attributes in pairs]


GMAIL = rows(
    "/",
    ("INBOX", "\\HasNoChildren"),
    ("[Gmail]", "\\HasChildren \\Noselect"),
    ("[Gmail]/All Mail", "\\All \\HasNoChildren"),
    ("[Gmail]/Entwürfe", "\\Drafts \\HasNoChildren"),
    ("[Gmail]/Gesendet", "\\HasNoChildren \\Sent"),
    ("[Gmail]/Spam", "\\HasNoChildren \\Junk"),
    ("[Gmail]/Papierkorb", "\\HasNoChildren \\Trash"),
)
GMAIL_XLIST = rows(
    "/",
    ("Inbox", "\\Inbox"),
    ("[Gmail]/Drafts", "\\Drafts"),
    ("[Gmail]/Sent Mail", "\\Sent"),
    ("[Gmail]/Spam", "\\Spam"),
)
EXCHANGE = rows(
    "/", "Archive", "Calendar", "Deleted Items", "Drafts", "INBOX", "Junk Email", "Sent Items"
)
EXCHANGE_GERMAN = rows("/", "INBOX", "Entwürfe", "Gesendete Objekte", "Junk-E-Mail", "Kalender")
YAHOO = rows("/", "Bulk Mail", "Draft", "Inbox", "Sent", "Trash")
COURIER = rows(".", "INBOX", "INBOX.Spam", "INBOX.Drafts", "INBOX.Sent", "INBOX.Projects.Spam")
CYRUS = rows(".", "INBOX", ("INBOX.spam", "\\spam"), "INBOX.Sent", "INBOX.Drafts")
DOVECOT = rows(
    "/", "INBOX", ("Spam", "\\HasNoChildren \\Junk"), ("Sent", "\\Sent"), ("Drafts", "\\Drafts")
)
FLAT = rows(None, "INBOX", "Junk", "Sent", "Drafts")
BACKSLASH = rows("\\", "INBOX", "Mail", "INBOX\\Junk E-mail", "INBOX\\Sent Items")


@pytest.mark.parametrize(
    ("listed", "junk", "sent", "drafts"),
    [
        (GMAIL, ("[Gmail]/Spam",), "[Gmail]/Gesendet", "[Gmail]/Entwürfe"),
        (GMAIL_XLIST, ("[Gmail]/Spam",), "[Gmail]/Sent Mail", "[Gmail]/Drafts"),
        (EXCHANGE, ("Junk Email",), "Sent Items", "Drafts"),
        (EXCHANGE_GERMAN, ("Junk-E-Mail",), "Gesendete Objekte", "Entwürfe"),
        (YAHOO, ("Bulk Mail",), "Sent", "Draft"),
        (COURIER, ("INBOX.Spam",), "INBOX.Sent", "INBOX.Drafts"),
        (CYRUS, ("INBOX.spam",), "INBOX.Sent", "INBOX.Drafts"),
        (DOVECOT, ("Spam",), "Sent", "Drafts"),
        (FLAT, ("Junk",), "Sent", "Drafts"),
        (BACKSLASH, ("INBOX\\Junk E-mail",), "INBOX\\Sent Items", None),
    ],
    ids=[
        "gmail",
        "gmail-xlist",
        "exchange",
        "exchange-german",
        "yahoo",
        "courier",
        "cyrus",
        "dovecot",
        "flat",
        "backslash",
    ],
)
def test_providers(
    listed: list[Listed], junk: tuple[str, ...], sent: str | None, drafts: str | None
) -> None:
    found = discover(listed, Wanted())
    assert (found.inbox, found.junk, found.sent, found.drafts) == ("INBOX", junk, sent, drafts)


@pytest.mark.parametrize(
    "name",
    [
        "迷惑メール",
        "Courrier indésirable",
        "Courrier inde\u0301sirable",
        "SPAM",
        "Нежелательная почта",
        "[Google Mail]/Spam",
    ],
)
def test_whole_names_in_many_languages(name: str) -> None:
    assert discover(rows("/", "INBOX", name), Wanted()).junk == (name,)


@pytest.mark.parametrize(
    "name", ["Junk Drawer", "Spam Report", "Projects/Spam", "Spam/Old", "Kein Spam", "Spa"]
)
def test_a_part_of_a_name_is_no_reason(name: str) -> None:
    found = discover(rows("/", "INBOX", name), Wanted())
    assert found.junk == ()


@pytest.mark.parametrize("mark", ["\\All", "\\Sent", "\\DRAFTS", "\\Trash", "\\Flagged", "\\Junk"])
def test_an_inbox_is_no_mailbox_of_another_kind(mark: str) -> None:
    listed = rows("/", "INBOX", ("Support", f"\\HasNoChildren {mark}"))
    with pytest.raises(MailboxError, match="'Support' for its inbox") as caught:
        discover(listed, Wanted(inbox="Support"))
    assert mark in str(caught.value)
    assert "mailboxes.inbox" in caught.value.next_step


def test_an_inbox_of_ones_own() -> None:
    listed = rows("/", ("INBOX", "\\Junk"), ("Support", "\\HasNoChildren"))
    assert discover(listed, Wanted(inbox="Support")).inbox == "Support"
    assert discover(listed, Wanted()).inbox == "INBOX"


def test_special_use_goes_before_names() -> None:
    listed = rows("/", "INBOX", "Spam", ("Quarantäne", "\\Junk"))
    assert discover(listed, Wanted()).junk == ("Quarantäne",)


def test_several_junk_mailboxes_are_all_read() -> None:
    by_use = rows("/", "INBOX", ("Junk", "\\Junk"), ("Spam", "\\JUNK"))
    assert discover(by_use, Wanted()).junk == ("Junk", "Spam")
    assert discover(rows("/", "INBOX", "Junk", "Spam"), Wanted()).junk == ("Junk", "Spam")


@pytest.mark.parametrize("attribute", ["\\Noselect", "\\NoSelect", "\\NonExistent"])
def test_what_cannot_be_opened_does_not_count(attribute: str) -> None:
    listed = rows("/", "INBOX", ("Spam", f"\\Junk {attribute}"))
    assert discover(listed, Wanted()).junk == ()
    with pytest.raises(MailboxError):
        discover(listed, Wanted(junk="Spam"))


def test_notes_name_what_is_there() -> None:
    found = discover(rows("/", "INBOX", "Archive", "Sent"), Wanted(), account="support")
    assert len(found.notes) == 2
    assert found.notes[0].startswith("no junk mailbox was found: set mailboxes.junk")
    assert "support has INBOX, Archive, Sent" in found.notes[0]
    assert "drafts" in found.notes[1]


def test_a_role_that_is_not_wanted_is_no_note() -> None:
    found = discover(rows("/", "INBOX", "Spam"), Wanted(junk=(), sent=(), drafts=()))
    assert (found.junk, found.sent, found.drafts, found.notes) == ((), None, None, ())


@pytest.mark.parametrize(
    ("listed", "prefix", "written", "meant"),
    [
        (DOVECOT, "", "Spam", "Spam"),
        (COURIER, "", "INBOX/Spam", "INBOX.Spam"),
        (COURIER, "", "INBOX.Spam", "INBOX.Spam"),
        (COURIER, "", "Spam", "INBOX.Spam"),
        (COURIER, "INBOX.", "Projects/Spam", "INBOX.Projects.Spam"),
        (rows("/", "INBOX", "Mail/Spam"), "Mail/", "Spam", "Mail/Spam"),
        (BACKSLASH, "", "INBOX/Junk E-mail", "INBOX\\Junk E-mail"),
        (FLAT, "", "Junk", "Junk"),
    ],
)
def test_configured_names_are_translated(
    listed: list[Listed], prefix: str, written: str, meant: str
) -> None:
    assert discover(listed, Wanted(junk=(written,)), prefix=prefix).junk == (meant,)
    assert discover(listed, Wanted(junk=written), prefix=prefix).junk == (meant,)


def test_inbox_ignores_case_and_nothing_else_does() -> None:
    assert discover(DOVECOT, Wanted(inbox="inbox")).inbox == "INBOX"
    with pytest.raises(MailboxError, match=r"mailboxes\.sent"):
        discover(DOVECOT, Wanted(sent="sent"))


def test_a_configured_name_that_is_not_there_names_what_is() -> None:
    hostile = rows("/", "INBOX", "Spam", "\x1b[31mred")
    with pytest.raises(MailboxError) as caught:
        discover(hostile, Wanted(junk=("Jnuk",)), account="support")
    assert "support has no mailbox 'Jnuk', which mailboxes.junk names" in caught.value.message
    assert "INBOX, Spam" in caught.value.message
    assert caught.value.message.isprintable()
    assert "auto" in caught.value.next_step


def test_a_long_list_is_cut() -> None:
    listed = rows("/", "INBOX", *(f"Project {n}" for n in range(100)))
    assert discover(listed, Wanted()).notes[0].endswith("and 81 more")


def test_the_namespace_stands_before_the_names_of_the_table() -> None:
    listed = rows("/", "INBOX", "Mail/Spam", "Mail/Sent")
    found = discover(listed, Wanted(), prefix="Mail/")
    assert (found.junk, found.sent) == (("Mail/Spam",), "Mail/Sent")
