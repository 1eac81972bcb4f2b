"""The accounts: addresses, servers, mailboxes, and whose verdicts are trusted."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, Strict, model_validator

from inboxwatch.config.schema.base import (
    Email,
    EmailOrDomain,
    FilePath,
    Kind,
    Language,
    Section,
    Text,
    key,
    part,
)

PASSWORD_KEYS = (
    "password_command",
    "password_env",
    "password_file",
    "password_keyring",
    "password",
)
_PORTS = {
    "imap": {"tls": 993, "starttls": 143, "none": 143},
    "smtp": {"tls": 465, "starttls": 587, "none": 25},
}


def _host(text: str) -> str:
    if not text or any(sign in text for sign in "/@ \t\r\n") or "://" in text:
        raise ValueError(f"{text!r} is not a host: write its name alone, like imap.acme.example")
    return text


def check_identity(text: str) -> str:
    """An authserv-id as it is. Raises ValueError for what cannot be one (rule S15)."""
    if not text or any(sign.isspace() or sign in ';()"' for sign in text):
        raise ValueError(f"{text!r} is not an authserv-id: write it like mx.acme.example")
    return text


def _mailbox_names(value: object) -> object:
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list | tuple) or not names:
        raise ValueError("write auto, none, a name, or a list of names")
    if any(not isinstance(name, str) or not name.strip() for name in names):
        raise ValueError("a name in the list is not text")
    return value if isinstance(value, str) else tuple(names)


def _domain(text: str) -> str:
    """A domain as it is. Raises ValueError for what is none."""
    from inboxwatch.core.message.address import ascii_domain  # noqa: PLC0415 - seldom written

    ascii_domain(text)
    if "." not in text or text.startswith(("@", ".")):
        raise ValueError(f"{text!r} is not a domain: write it like old-provider.example")
    return text


Domain = Annotated[str, AfterValidator(_domain), Kind("domain")]
Host = Annotated[str, AfterValidator(_host), Kind("host")]
Port = Annotated[int, Strict(), Field(ge=1, le=65535), Kind("port")]
Identity = Annotated[str, AfterValidator(check_identity), Kind("text")]
MailboxNames = Annotated[
    str | tuple[str, ...],
    BeforeValidator(_mailbox_names),
    Kind("`auto`, `none`, a name, or a list of names"),
]
MailboxName = Annotated[Text, Kind("`auto`, `none`, or a name")]
AccountName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]


class Imap(Section):
    """Where mail is read, and how to log in there."""

    host: Host = key(..., "Name or address of the server.", "imap.acme.example", live=True)
    security: Literal["tls", "starttls", "none"] = key(
        "tls",
        "TLS from the first octet, STARTTLS and nothing without it, or none, which is for servers "
        "on this machine only. Certificates are always verified.",
        "tls",
    )
    port: Port = key(0, "The port.", 993, means="993, or 143 without tls")
    user: str = key(
        "", "The name to log in with.", "support@acme.example", means="the account's address"
    )
    password_command: tuple[str, ...] = key(
        (),
        "A command, as a list and run without a shell, whose first line of output is the password.",
        ["pass", "show", "mail/support"],
        means="none",
        live=True,
    )
    password_env: str = key(
        "", "The environment variable that holds the password.", "SUPPORT_PASSWORD", means="none"
    )
    password_file: FilePath | None = key(
        None,
        "A file whose first line is the password; only its owner may be able to read it.",
        "support.password",
        means="none",
    )
    password_keyring: str = key(
        "",
        "The service under which the system's keyring has the password of the user. Needs "
        "`pip install 'inboxwatch[keyring]'`.",
        "inboxwatch",
        means="none",
    )
    password: SecretStr | None = key(
        None,
        "The password itself. Then only the owner may be able to read the configuration.",
        "correct horse battery staple",
        means="none",
    )
    ca_file: FilePath | None = key(
        None,
        "Certificates (PEM) to trust besides the system's, for a server with a private authority.",
        "acme-ca.pem",
        means="the system's certificates",
    )


class Smtp(Imap):
    """How replies go out. Whatever is not given is as for imap; the port follows the security."""

    host: Host = key(
        "", "Name or address of the server.", "smtp.acme.example", live=True, means="as for imap"
    )
    security: Literal["tls", "starttls", "none"] = key(
        "tls", "As for imap.", "tls", means="as for imap"
    )
    port: Port = key(0, "The port.", 465, means="465, or 587 with starttls, or 25 with none")
    user: str = key(
        "",
        'The name to log in with; "" sends without logging in, for a relay that asks for none.',
        "support@acme.example",
        means="as for imap",
    )
    password_command: tuple[str, ...] = key(
        (),
        "As for imap, like the other password keys; without any, the password is that of imap.",
        ["pass", "show", "mail/support"],
        means="as for imap",
    )
    ca_file: FilePath | None = key(
        None, "Certificates (PEM), as for imap.", "acme-ca.pem", means="as for imap"
    )


class Mailboxes(Section):
    """The mailboxes by role; `auto` finds them, `none` leaves the role out."""

    inbox: Text = key("INBOX", "Where new mail arrives.", "INBOX")
    junk: MailboxNames = key("auto", "The spam folder, or several.", "auto")
    sent: MailboxName = key("auto", "Where copies of the replies go.", "auto")
    drafts: MailboxName = key("auto", "Where replies go that a person is to send.", "auto")


class AuthenticationTrust(Section):
    """Whose word on the sender of a mail is taken; without any, nobody's."""

    trust: tuple[Identity, ...] = key(
        (),
        "The authserv-ids that your own mail server writes into Authentication-Results, or "
        "`topmost-without-id` for Exchange Online. `inboxwatch check` shows what your mail has.",
        ["mx.acme.example"],
        means="nobody",
    )
    own_hops: Annotated[int, Strict(), Field(ge=1, le=10), Kind("whole number from 1 to 10")] = key(
        1,
        "How many Received fields your own servers add to a mail that comes in. What stands below "
        "them was written by whoever sent it and is not believed.",
        2,
    )
    trusted_arc_sealers: tuple[Domain, ...] = key(
        (),
        "The domains of forwarding servers and lists whose ARC seals you take for a proof of who "
        "wrote, such as your old provider's. Enough to rescue a mail, never to answer it.",
        ["old-provider.example"],
        means="none",
    )


class Account(Section):
    """One mailbox account of the team."""

    address: Email = key(..., "The address customers write to.", "support@acme.example", live=True)
    name: str = key(
        "", "The name that replies are sent under.", "Acme Support", means="the team's name"
    )
    aliases: tuple[EmailOrDomain, ...] = key(
        (),
        "Other addresses of this account. `@acme.example` is the address's own name at another "
        "domain.",
        ["help@acme.example", "@acme-shop.example"],
        means="none",
    )
    imap: Imap = key(..., "Where mail is read.", {"host": "imap.acme.example"}, live=True)
    smtp: Smtp = part(
        "How replies go out; whatever is not given is as for imap.",
        {"host": "smtp.acme.example"},
        live=True,
        means="as for imap",
    )
    mailboxes: Mailboxes = part("The mailboxes by role.", {"junk": "auto"})
    authentication: AuthenticationTrust = part(
        "Whose word on the sender of a mail is taken.",
        {"trust": ["mx.acme.example"]},
    )
    own_lists: tuple[Text, ...] = key(
        (),
        "The List-Ids of your own groups, such as a shared support@ of Google Workspace or "
        "Microsoft 365: their mail is answered, all other lists' is not.",
        ["support.acme.example"],
        means="none",
    )
    forms: tuple[Email, ...] = key(
        (),
        "The addresses of contact forms that write the customer into Reply-To. Their mail has to "
        "be authenticated; then Reply-To is the customer, and gets the reply.",
        ["forms@acme-shop.example"],
        means="none",
    )
    forwarded_from: tuple[Email, ...] = key(
        (),
        "Addresses whose mail is forwarded to this account: Delivered-To and its like may name "
        "them where To and Cc do not.",
        ["help@old-acme.example"],
        means="none",
    )
    mode: Literal["send", "draft", "hold"] | None = key(
        None,
        "What becomes of this account's replies: sent, put into the drafts, or kept in the outbox.",
        "draft",
        means="replies.mode",
    )
    language: Language = key("en", "The language of replies to customers without their own.", "en")
    envelope_from: Email | None = key(
        None,
        "The envelope sender of replies, to which bounces return: one of your accounts' addresses.",
        "support@acme.example",
        means="the account's address",
    )
    null_sender: bool = key(
        False,  # noqa: FBT003 - the default of a key
        "Send replies with the empty envelope sender; several providers refuse that.",
        False,  # noqa: FBT003 - its example
    )
    reply_to: Email | None = key(
        None,
        "A Reply-To for replies: an address that people read.",
        "support@acme.example",
        means="none",
    )
    answered_flag: bool = key(
        True,  # noqa: FBT003 - the default of a key
        "Whether mail that got an automatic reply is flagged as answered; switch it off if people "
        "take that flag for their own answers. The keyword $InboxwatchReplied is set all the same.",
        False,  # noqa: FBT003 - its example
    )
    trust_from_when_no_return_path: bool = key(
        False,  # noqa: FBT003 - the default of a key
        "Answer to From when your server records no Return-Path, if the sender is authenticated.",
        False,  # noqa: FBT003 - its example
    )

    @model_validator(mode="after")
    def _fill(self) -> Self:
        user = self.imap.user or self.address
        imap = self.imap.model_copy(
            update={"user": user, "port": self.imap.port or _PORTS["imap"][self.imap.security]}
        )
        return self.model_copy(update={"imap": imap, "smtp": _inherit(self.smtp, imap)})


def _inherit(smtp: Smtp, imap: Imap) -> Smtp:
    given = smtp.model_fields_set
    wanted = {"host", "security", "user", "ca_file"} - given
    if "user" not in given or smtp.user:
        wanted |= set() if given & set(PASSWORD_KEYS) else set(PASSWORD_KEYS)
    update = {name: getattr(imap, name) for name in wanted}
    security = update.get("security", smtp.security)
    return smtp.model_copy(update={**update, "port": smtp.port or _PORTS["smtp"][security]})
