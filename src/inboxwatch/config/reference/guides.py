"""The parts of the reference page that no schema can tell, by the section they belong to."""

from __future__ import annotations

HEAD = """\
# Configuration

inboxwatch reads one YAML file: the one given with `--config`, else the one that
`$INBOXWATCH_CONFIG` names, else `config.yaml` in the platform's configuration folder (on Linux
`~/.config/inboxwatch/`). `inboxwatch init` writes a first one,
[config.example.yaml](../config.example.yaml) shows every key, and `inboxwatch check` reports all
mistakes at once, each with its line and column. Paths are relative to the file.

Unknown keys, keys given twice and values of the wrong type are errors: a slip must not mean "no
limit". Editors that know JSON Schema can use [config.schema.json](config.schema.json).

This much is enough to begin with:

```yaml
version: 1
timezone: Europe/Berlin
team: {name: Acme Support, sign: Jo and the Acme team}
accounts:
  support:
    address: support@acme.example
    imap: {host: imap.acme.example, password_command: [pass, show, mail/support]}
    smtp: {host: smtp.acme.example}
schedule:
  business: {mon-fri: "09:00-12:30, 13:30-18:00"}
```

Put times, and other values with a colon, in quotes: YAML reads a bare `9:00` as the number 540.
"""

_PASSWORDS = """\
#### Passwords

Give exactly one of the password keys. A command, an environment variable, a file or the keyring
keep the password out of the configuration:

```yaml
accounts:
  support:
    address: support@acme.example
    imap:
      host: imap.acme.example
      password_command: [pass, show, mail/support]
```

A command is a list of words. No shell runs it, so that nothing in it is expanded; it has 30
seconds, and the first line of its output is the password. A password file, or a configuration with
a `password` in it, must be readable by its owner alone (`chmod 600`).
"""

_ALIASES = """\
Mail is answered only if it was written to one of an account's addresses, so list all of them
as aliases. `support+shop@acme.example` needs no alias of its own, and `@acme.example` stands
for the same name at another domain.
"""

_SCHEDULE = """\
A period is a name with days and their hours. `business`, `evening` and `weekend` have reply
templates already; a period of your own needs a template of its own. All time that no period covers
is `night`, and the gap between two slots of an open period on one day is a `break`, which is
answered like business.

```yaml
schedule:
  business:
    mon-thu: "09:00-12:30, 13:30-18:00"
    fri: "09:00-15:00"
  evening: {mon-thu: "18:00-22:00"}
  late: {"fri,sat": "22:00-02:00"}
  weekend: {sat-sun: "00:00-24:00"}
  open: [business]
```

| Days | Mean |
| --- | --- |
| `mon` | one day; `monday` means the same |
| `mon,wed` | several days |
| `mon-fri`, `fri-mon` | a stretch of the week, also over its end |
| `daily` | every day |

| Hours | Mean |
| --- | --- |
| `"09:00-17:00"` | one slot |
| `"09:00-12:30, 13:30-18:00"` | several slots |
| `"22:00-02:00"` | over midnight, into the next day |
| `"00:00-24:00"` | the whole day |

When several periods cover an instant, the first of these counts: closure, holiday, weekend,
business, evening, then your own in the order in which they are written. Slots of one period must
not overlap.

Closures are days and hours at which the business is shut, whatever the week says:

```yaml
schedule:
  business: {mon-fri: "09:00-17:00"}
  closures:
    - 2026-12-24..2027-01-02          # both days whole
    - 2026-12-08                      # one day
    - "2026-11-27 from 15:00"         # until that midnight
    - "2026-12-04 12:00-14:00"        # some hours
```
"""

_HOLIDAYS = """\
```yaml
schedule:
  business: {mon-fri: "09:00-17:00"}
  holidays: {country: DE, region: BE, days: [2026-12-31]}
```
"""

_CUSTOMERS = """\
The first line of a file names its columns, of which `id` or `email` is needed; other columns are
passed over. Commas, semicolons or tabs may separate the cells.

```csv
id,name,email,domain,vip,tags,language,timezone,notes,no_replies
c-1,Ann Shaw,"ann@shaw.example, ann.shaw@mail.example",,yes,"press; early",en,Europe/London,,
c-2,Beta Works,,beta.example,,,de,,Asks for invoices in January,yes
```

| Column | What it is |
| --- | --- |
| `id` | the customer; rows with the same id are one customer, also in different files |
| `name` | for the queue and for greetings |
| `email` | one address or several, separated by comma, semicolon or space |
| `domain` | the domains of the customer's people; an exact address outranks them |
| `vip` | yes or no |
| `tags` | words of your own, separated by comma or semicolon |
| `language` | the language to reply in, such as `en` or `pt-BR` |
| `timezone` | the time zone in which times are told, such as `Europe/London` |
| `notes` | what to remember |
| `no_replies` | yes for a customer who wants no automatic replies |

An address or a domain of two customers is an error, and so is the domain of a public mail provider:
anybody can have an address there.

Long lists are better imported: [customers.md](customers.md).
"""

_REPLIES = """\
```yaml
replies:
  enabled: true
  mode: draft
  limits: {run: 10, day: 100}
  no_reply_to: [robot@partner.example, "@alerts.example"]
  overrides:
    A08: ["@crm.example"]
```

Most rules that keep a reply back cannot be turned off. These can, for the senders you name:

| Rule | What it refuses |
| --- | --- |
| A08 | mail with List-Unsubscribe, which shops and CRMs put on personal mail as well |
| A12 | mail with the marks of bulk mail, such as Feedback-ID |
| A15 | mail whose subject looks automatic |
| A30 | postmaster and abuse; for the other addresses of machines it cannot be turned off |
| A31 | senders called no-reply and the like, and those in `no_reply_to` |
| A33 | colleagues: senders at the domains of your own accounts |
| A36 | mail that was not written to one of your addresses |
| A38 | mail with more than `limits.recipients` addresses in To and Cc |
| A43 | mail that is badly formed |
| A44 | death, danger and self-harm; insults, threats and words of the law |
| A45 | senders who asked for no answer, or whose record says so |
| A46 | mail of a customer for whom `inboxwatch attention` shows an open escalation |
| F02 | mail of a contact form (`forms`) that is not authenticated, or names no customer |

A contact form is named by its own address, by its domain, or by the customer behind it.
"""

_RULES = """\
Rules are tried in the order in which they are written, and the first that matches wins: its
templates are used in turn, and its mode outranks that of the account. Every condition that a rule
gives has to hold; where a condition lists several things, one of them is enough.

```yaml
replies:
  rules:
    outage:
      signals: [outage, security]
      mailbox: inbox
      templates: [business, night]
      mode: draft
    vip: {customer: vip, mode: hold}
    again: {answered_at_least: 1, mode: hold}
```

A template for one rule alone has no `period` in its front matter, so that no other mail gets it: an
`outage.md.j2` of your own that begins like this, and a rule with `templates: outage`.

```
---
name: outage
kind: acknowledgement
tone: sincere
language: en
---
```

A rule says which of the templates are candidates. Language and tone count as without it, and if
none of them fits, those of the period are used. A rule that no mail can reach, because one before
it matches all the same mails, is an error, and so is a name that nothing has.
[templates.md](templates.md) tells more.
"""

_PHRASES = """\
A folder of UTF-8 files, one for each language: `en.txt`, `de.txt`, `pt-br.txt`. A section is a
signal in brackets, and below it stand its words and phrases, one to a line:

```text
# Words of our own trade.
[outage]
(shop|checkout|website) is (down|offline)
payments fail*
- down jacket*

[!thanks]
thank you
cheers
```

| Written | Means |
| --- | --- |
| `[outage]` | what follows is added to the shipped phrases of that signal and language |
| `[!thanks]` | what follows replaces them |
| `payments fail*` | any ending of the last word: fail, fails, failing |
| `(a\\|b) c` | each alternative: a c, b c; `(a\\|) c` is a c, or c alone |
| `- down jacket*` | an exception: the signal is not found in these words |
| `/order #?[0-9]{6} is lost/` | a regular expression, in whatever case, in the text as written |
| `- /.../` | an exception that is one |
| `# …` | a comment |

Case and accents do not matter to phrases. Regular expressions are searched by
[RE2](https://github.com/google/re2/wiki/Syntax): it has no look-around and no back references, and
no mail can make it slow. `\\/` is a slash inside of one. `inboxwatch check` names the file and the
line of what cannot be read; `inboxwatch explain` shows the words in which a signal was found. The
signals are the keys of `triage.points`; [signals.md](signals.md) has examples of each, and the
sections that are no signals.
"""

_TESTS = """\
A test is a mail and what has to become of it. What it does not say is that of a genuine, new mail
to the account's address, judged with replies switched on:

```yaml
tests:
  - name: an angry customer at the weekend is not joked with
    at: 2026-11-21 20:14
    mail:
      from: ann@example.org
      subject: Third time!
      text: You are idiots. I was charged $400 instead of $9.
    expect: {priority: 8.., signals: [insult, charged-wrongly], reply: hold}
```

`inboxwatch check` runs all tests and shows for each that fails what was expected (`-`) and what
came out (`+`). A run does the same before anything else whenever the configuration, a template, a
phrase list, the customers or the program changed since they last passed, and does not begin while
one fails (exit code 10), unless `test_before_run` is off.
"""

GUIDES: dict[tuple[str, ...], str] = {
    ("accounts", "NAME"): _ALIASES,
    ("accounts", "NAME", "imap"): _PASSWORDS,
    ("schedule",): _SCHEDULE,
    ("schedule", "holidays"): _HOLIDAYS,
    ("customers",): _CUSTOMERS,
    ("phrases",): _PHRASES,
    ("replies",): _REPLIES,
    ("replies", "rules", "NAME"): _RULES,
    ("tests",): _TESTS,
}
"""What follows the table of a section."""
