from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.unit.config.conftest import ACCOUNT, HEAD, SCHEDULE

from inboxwatch.config.finding import config_path, find_config
from inboxwatch.config.load import load_config
from inboxwatch.config.schema import Config
from inboxwatch.config.wording import PATTERNS
from inboxwatch.errors import ConfigError, ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable

    from inboxwatch.errors import Problem

    Load = Callable[..., Config]
    Faults = Callable[..., list[Problem]]


def account(text: str) -> str:
    return f"accounts:\n  support:\n    address: support@acme.example\n    {text}\n"


def bomb(level: str) -> bytes:
    """A document whose every level holds the one before nine times."""
    levels = (level.format(i, ", ".join([f"*a{i - 1}"] * 9)) for i in range(1, 40))
    return ("a0: &a0 {x: 1}\n" + "".join(levels)).encode()


def imap(text: str) -> str:
    return account(f"imap: {{host: imap.acme.example, {text}}}")


def test_the_file_named_on_the_command_line_comes_first(tmp_path: Path) -> None:
    named, other = tmp_path / "named.yaml", tmp_path / "other.yaml"
    named.touch()
    other.touch()
    environ = {"INBOXWATCH_CONFIG": str(other)}
    assert find_config(named, environ) == named
    assert find_config(None, environ) == other


def test_then_comes_the_platforms_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    path = tmp_path / "inboxwatch" / "config.yaml"
    path.parent.mkdir()
    path.touch()
    assert find_config(None, {}) == path
    assert config_path(None, {"INBOXWATCH_CONFIG": ""}) == path


def test_a_missing_file_names_the_next_step(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        find_config(tmp_path / "absent.yaml", {})
    assert "inboxwatch init" in caught.value.next_step
    assert caught.value.code is ExitCode.CONFIG
    assert caught.value.problems[0].file == str(tmp_path / "absent.yaml")


def test_a_folder_is_no_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        find_config(tmp_path, {})
    assert "is a folder" in caught.value.problems[0].message
    assert "inboxwatch init" in caught.value.next_step
    (tmp_path / "config.yaml").write_text("", "utf-8")
    with pytest.raises(ConfigError) as caught:
        find_config(tmp_path, {})
    assert caught.value.next_step == f"name the file in it: --config {tmp_path}/config.yaml"


def test_defaults_are_filled_in(load: Load) -> None:
    config = load()
    support = config.accounts["support"]
    assert (support.imap.port, support.imap.security) == (993, "tls")
    assert support.imap.user == "support@acme.example"
    assert (support.smtp.host, support.smtp.port) == ("imap.acme.example", 465)
    assert support.smtp.password_env == "PASSWORD"
    assert (support.mailboxes.inbox, support.mailboxes.junk) == ("INBOX", "auto")
    assert config.replies.enabled is False
    assert config.schedule.open == ("business",)


def test_paths_are_relative_to_the_file(load: Load, tmp_path: Path) -> None:
    config = load("customers: {files: [customers.csv, /abs.csv]}\ntemplates: {path: ours}\n")
    assert config.source == tmp_path / "config.yaml"
    assert config.customers.files[0] == tmp_path / "customers.csv"
    assert str(config.customers.files[1]) == "/abs.csv"
    assert config.templates.path == tmp_path / "ours"
    assert config.state.path == tmp_path / "state.db"
    assert config.log_path == tmp_path / "inboxwatch.log"


def test_paths_do_not_depend_on_where_the_program_stands(
    load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load()
    monkeypatch.chdir(tmp_path)
    relative = type(tmp_path)("config.yaml")
    assert load_config(relative).state.path == tmp_path / "state.db"


@pytest.mark.parametrize(
    ("security", "imap_port", "smtp_port"), [("tls", 993, 465), ("starttls", 143, 587)]
)
def test_the_ports_follow_the_security(
    load: Load, security: str, imap_port: int, smtp_port: int
) -> None:
    support = load(account=imap(f"password_env: X, security: {security}")).accounts["support"]
    assert (support.imap.port, support.smtp.port) == (imap_port, smtp_port)
    assert support.smtp.security == security


def test_smtp_may_have_a_login_of_its_own(load: Load) -> None:
    text = (
        "imap: {host: a.example, password_env: A, security: starttls}\n"
        "    smtp: {host: b.example, security: tls, user: relay, password_env: B}"
    )
    smtp = load(account=account(text)).accounts["support"].smtp
    assert (smtp.host, smtp.port, smtp.user, smtp.password_env) == ("b.example", 465, "relay", "B")


def test_a_password_of_its_own_replaces_that_of_imap_whatever_its_kind(load: Load) -> None:
    text = "imap: {host: a.example, password_command: [pass, a]}\n    smtp: {password_env: B}"
    smtp = load(account=account(text)).accounts["support"].smtp
    assert (smtp.password_command, smtp.password_env) == ((), "B")


def test_an_empty_user_means_a_relay_without_login(load: Load) -> None:
    text = 'imap: {host: a.example, password_env: A}\n    smtp: {host: b.example, user: ""}'
    smtp = load(account=account(text)).accounts["support"].smtp
    assert (smtp.user, smtp.password_env) == ("", "")


@pytest.mark.parametrize(
    ("written", "read"),
    [("auto", "auto"), ("none", "none"), ("Spam", "Spam"), ("[Spam, Bulk]", ("Spam", "Bulk"))],
)
def test_junk_is_a_name_or_a_list(load: Load, written: str, read: object) -> None:
    text = f"imap: {{host: a.example, password_env: A}}\n    mailboxes: {{junk: {written}}}"
    assert load(account=account(text)).accounts["support"].mailboxes.junk == read


def test_an_unquoted_date_stays_text(load: Load) -> None:
    config = load(
        schedule=SCHEDULE + "  closures: [2026-12-24]\n  holidays: {days: [2026-12-31]}\n"
    )
    assert config.schedule.closures == ("2026-12-24",)
    assert config.schedule.holidays.days == ("2026-12-31",)


def test_slots_may_be_a_list(load: Load) -> None:
    written = 'schedule:\n  business: {mon: ["09:00-10:00", "11:00-12:00"]}\n'
    assert load(schedule=written).schedule.periods == {
        "business": {"mon": "09:00-10:00, 11:00-12:00"}
    }


def test_a_password_shows_nowhere(load: Load) -> None:
    config = load(account=imap("password: hunter2-canary"))
    assert "hunter2" not in repr(config)
    assert "hunter2" not in str(config.model_dump())


@pytest.mark.parametrize(
    ("parts", "place", "says", "step"),
    [
        pytest.param(
            {"account": imap("password_env: X, prot: 993")},
            (7, 54),
            "accounts.support.imap.prot: unknown key",
            "did you mean port?",
            id="unknown key",
        ),
        pytest.param(
            {"more": "imap: {host: x}\n"},
            (10, 1),
            "imap: unknown key",
            "it belongs to accounts.NAME",
            id="key of another section",
        ),
        pytest.param(
            {"account": imap("password_env:X")},
            (7, 37),
            "accounts.support.imap.password_env:…: unknown key",
            "a space is missing after password_env:",
            id="no space after the colon",
        ),
        pytest.param(
            {"more": "replies: {enabled: false, enabled: true}\n"},
            (10, 27),
            "the key enabled is given twice",
            "see line 10",
            id="duplicate key",
        ),
        pytest.param(
            {"schedule": "schedule:\n  business: {mon-fri: 9:00}\n"},
            (9, 23),
            "YAML reads 9:00 as the number 540",
            'write "9:00", in quotes',
            id="sexagesimal",
        ),
        pytest.param(
            {"more": "replies: {limits: {run: 010}}\n"},
            (10, 25),
            "YAML reads 010 as the number 8",
            "in quotes, or the number without",
            id="octal",
        ),
        pytest.param(
            {"schedule": SCHEDULE + "  holidays: {country: no}\n"},
            (10, 23),
            "schedule.holidays.country: YAML reads no as yes or no",
            'write "no"',
            id="Norway",
        ),
        pytest.param(
            {"account": ACCOUNT.replace("  support:", "  no:")},
            (5, 3),
            "YAML reads the key no as bool, not as text",
            'write "no"',
            id="Norway as a key",
        ),
        pytest.param(
            {"schedule": SCHEDULE + "  holidays: {country: Germany}\n"},
            (10, 23),
            "'Germany' is not the ISO code of a country",
            "did you mean DE?",
            id="country",
        ),
        pytest.param(
            {"schedule": SCHEDULE + "  holidays: {country: DE, region: XX}\n"},
            (10, 35),
            "'XX' is not a region of DE",
            "there are BB, BE",
            id="region",
        ),
        pytest.param(
            {"head": HEAD.replace("Berlin", "Brelin")},
            (2, 11),
            "timezone: 'Europe/Brelin' is not a time zone",
            "did you mean Europe/Berlin",
            id="time zone",
        ),
        pytest.param(
            {"head": HEAD.replace("Europe/Berlin", "Europe")},
            (2, 11),
            "'Europe' is not a time zone",
            "",
            id="a folder of time zones",
        ),
        pytest.param(
            {"schedule": SCHEDULE + "  open: [bzness]\n"},
            (10, 10),
            "schedule.open.0: there is no period bzness",
            "did you mean business?",
            id="unknown period",
        ),
        pytest.param(
            {"schedule": 'schedule:\n  office: {mon: "09:00-10:00"}\n'},
            (8, 1),
            "there is no period business",
            "there are office",
            id="no open period",
        ),
        pytest.param(
            {"schedule": 'schedule:\n  business: {mon: "09:00-12:00, 11:00-13:00"}\n'},
            (9, 13),
            "mon 09:00-12:00 and mon 11:00-13:00 overlap",
            "",
            id="overlap",
        ),
        pytest.param(
            {"schedule": SCHEDULE + '  late: {mn: "18:00-22:00"}\n'},
            (10, 10),
            "'mn' is not a day",
            "write mon",
            id="day",
        ),
        pytest.param(
            {"schedule": SCHEDULE + '  late: {mon: "18:00-17:00"}\n'},
            (10, 15),
            "'18:00-17:00' ends before it starts",
            "if it goes over midnight",
            id="slot backwards",
        ),
        pytest.param(
            {"schedule": SCHEDULE + "  hollidays: {country: DE}\n"},
            (10, 3),
            "hollidays is not a period",
            "did you mean holidays?",
            id="slip in holidays",
        ),
        pytest.param(
            {"schedule": SCHEDULE + '  night: {daily: "22:00-06:00"}\n'},
            (10, 3),
            "night is not a period",
            "leave it out",
            id="night",
        ),
        pytest.param(
            {"schedule": SCHEDULE + '  closures: ["2027-01-02..2026-12-24"]\n'},
            (10, 14),
            "schedule.closures.0: '2027-01-02..2026-12-24' ends before it starts",
            "",
            id="closure",
        ),
        pytest.param(
            {"account": ACCOUNT.replace("support@", "support@@")},
            (6, 14),
            "accounts.support.address: 'support@@acme.example' is not an address",
            "",
            id="address",
        ),
        pytest.param(
            {"account": account("imap: {password_env: X}")},
            (7, 5),
            "accounts.support.imap.host: is missing",
            "write it like host: imap.acme.example",
            id="no host",
        ),
        pytest.param(
            {"account": account("imap: {host: imap.acme.example}")},
            (7, 5),
            "accounts.support.imap: there is no password",
            "give one of password_command, password_env, password_file, password_keyring",
            id="no password",
        ),
        pytest.param(
            {"account": imap("password_env: X, password_command: [a]")},
            (7, 37),
            "password_command and password_env are given",
            "keep one of them",
            id="two passwords",
        ),
        pytest.param(
            {"account": imap("password: x"), "mode": 0o640},
            (7, 37),
            "a password stands here, and others can read this file",
            "chmod 600",
            id="readable password",
        ),
        pytest.param(
            {"account": imap("password_env: X, security: none")},
            (7, 64),
            "without encryption the password would go to imap.acme.example in the clear",
            "none is for this machine only",
            id="plaintext",
        ),
        pytest.param(
            {"account": imap("password_env: X, security: ssl")},
            (7, 64),
            "security: has to be 'tls', 'starttls' or 'none', not the text ssl",
            "",
            id="security",
        ),
        pytest.param(
            {"account": imap("password_env: X, ca_file: absent.pem")},
            (7, 63),
            "there is no file absent.pem",
            "",
            id="certificates",
        ),
        pytest.param(
            {"account": ACCOUNT + "    aliases: help@acme.example\n"},
            (8, 14),
            "aliases: has to be a list",
            "write [help@acme.example]",
            id="not a list",
        ),
        pytest.param(
            {"account": ACCOUNT + "    envelope_from: bounces@other.example\n"},
            (8, 20),
            "bounces would go to bounces@other.example, which no account watches",
            "use the address or an alias",
            id="envelope sender",
        ),
        pytest.param(
            {"account": ACCOUNT + "    language: no\n"},
            (8, 15),
            "language: YAML reads no as yes or no",
            'write "no"',
            id="Norwegian",
        ),
        pytest.param(
            {"account": ACCOUNT + "    authentication: {trust: ['mx one']}\n"},
            (8, 30),
            "'mx one' is not an authserv-id",
            "",
            id="authserv-id",
        ),
        pytest.param(
            {"more": "rescue: {order_numbers: ['AC-[0-9']}\n"},
            (10, 26),
            "RE2 cannot read /AC-[0-9/",
            "missing ]: [0-9",
            id="order numbers",
        ),
        pytest.param(
            {"more": "rescue: {mode: inbx}\n"},
            (10, 16),
            "has to be 'report', 'review' or 'inbox', not the text inbx",
            "did you mean inbox?",
            id="rescue mode",
        ),
        pytest.param(
            {"more": "rescue: {reply_max_age: 91d}\n"},
            (10, 25),
            "is more than 90 days",
            "older mail is better answered by a person",
            id="rescue reply age",
        ),
        pytest.param(
            {"more": "replies: {overrides: {A01: [c-1]}}\n"},
            (10, 23),
            "'A01' is not a rule that can be turned off",
            "only A08, A12",
            id="hard rule",
        ),
        pytest.param(
            {"more": "replies: {limits: {run: 0}}\n"},
            (10, 25),
            "replies.limits.run: has to be at least 1, not 0",
            "",
            id="no limit",
        ),
        pytest.param(
            {"more": "replies: {limits: {run: true}}\n"},
            (10, 25),
            "replies.limits.run: has to be a whole number, not true",
            "",
            id="limit of the wrong type",
        ),
        pytest.param(
            {"more": "replies: {limits: {max_per_houer: 3}}\n"},
            (10, 20),
            "unknown key",
            "there are sender_interval",
            id="unknown limit",
        ),
        pytest.param(
            {"more": "replies: {max_age: 30d}\n"},
            (10, 20),
            "30d is too long",
            "at most 7d",
            id="max_age",
        ),
        pytest.param(
            {"more": "replies: {limits: {sender_interval: 1h}}\n"},
            (10, 37),
            "1h is too short",
            "at least 24h",
            id="interval",
        ),
        pytest.param(
            {"more": "triage: {points: {money: 3}}\n"},
            (10, 19),
            "no signal is called money",
            "did you mean money-back?",
            id="signal",
        ),
        pytest.param(
            {"more": "service_level: {first_answer: 1h, urgent_answer: 4h}\n"},
            (10, 50),
            "service_level.urgent_answer: 4h is longer than first_answer",
            "urgent mail is answered within 1h or less",
            id="urgent mail that waits longer",
        ),
        pytest.param(
            {"more": "replies: {rules: {a: {signals: outages, mode: hold}}}\n"},
            (10, 32),
            "replies.rules.a.signals: no signal is called outages",
            "did you mean outage?",
            id="the one signal of a rule",
        ),
        pytest.param(
            {"more": "replies: {rules: {a: {signals: [anger, outages], mode: hold}}}\n"},
            (10, 40),
            "replies.rules.a.signals.1: no signal is called outages",
            "did you mean outage?",
            id="a signal of a rule",
        ),
        pytest.param(
            {"more": "replies: {rules: {a: {customer: vipp, mode: hold}}}\n"},
            (10, 33),
            "replies.rules.a.customer: has to be",
            "did you mean vip?",
            id="the one customer of a rule",
        ),
        pytest.param(
            {"more": "replies: {rules: {a: {mailbox: inbix, mode: hold}}}\n"},
            (10, 32),
            "replies.rules.a.mailbox: has to be",
            "did you mean inbox?",
            id="the one mailbox of a rule",
        ),
        pytest.param(
            {"more": "replies: {rules: {a: {language: German, mode: hold}}}\n"},
            (10, 33),
            "replies.rules.a.language: is not a language code, not the text German",
            "write it like en or pt-BR",
            id="the one language of a rule",
        ),
        pytest.param(
            {"more": "replies: {topics: {a: {phrases: x, ask: amuont}}}\n"},
            (10, 41),
            "replies.topics.a.ask: has to be",
            "did you mean amount?",
            id="the one detail of a topic",
        ),
        pytest.param(
            {"more": "state:\n"},
            (10, 7),
            "state: has no value",
            "leave the key out",
            id="empty section",
        ),
        pytest.param(
            {"head": HEAD.replace("1", "2", 1)}, (1, 10), "has to be 1, not 2", "", id="version"
        ),
        pytest.param({"schedule": ""}, (1, 1), "schedule: is missing", "", id="no schedule"),
        pytest.param(
            {"more": "replies: {rules: {a: {account: [support, support1], mode: hold}}}\n"},
            (10, 42),
            "replies.rules.a.account.1: there is no account support1",
            "did you mean support?",
            id="account of a rule",
        ),
        pytest.param(
            {"more": "replies: {rules: {a: {account: x, mode: hold}}}\n"},
            (10, 32),
            "replies.rules.a.account: there is no account x",
            "there are support",
            id="the one account of a rule",
        ),
        pytest.param(
            {"more": "notify: {to: [jo@acme.example], account: support1}\n"},
            (10, 42),
            "notify.account: there is no account support1",
            "did you mean support?",
            id="account of the notices",
        ),
        pytest.param(
            {"more": "replies: {rules: {a: {period: [night, evening], mode: hold}}}\n"},
            (10, 39),
            "replies.rules.a.period.1: there is no period evening",
            "there are business, closure",
            id="period of a rule",
        ),
        pytest.param(
            {"more": "replies:\n  rules:\n    a: {mode: hold}\n    b: {tags: x, mode: send}\n"},
            (13, 5),
            "replies.rules.b: no mail reaches it: a before it matches all that it matches",
            "put it before a, or give a a condition",
            id="a rule behind one without conditions",
        ),
    ],
)
def test_a_problem_has_its_place_and_the_next_step(
    faults: Faults, parts: dict[str, object], place: tuple[int, int], says: str, step: str
) -> None:
    (problem,) = faults(**parts)
    assert (problem.line, problem.column) == place
    assert says in problem.message
    assert step in problem.next_step


def test_a_slip_does_not_hide_a_template_that_is_missing(faults: Faults) -> None:
    rules = "replies: {rules: {a: {signals: outages, templates: [night, weeknd]}}}\n"
    signal, missing = faults(rules)
    assert "no signal is called outages" in signal.message
    assert missing.message == "replies.rules.a.templates.1: no template is called weeknd"
    assert missing.next_step == "did you mean weekend?"


def test_a_slip_does_not_hide_a_file_that_is_no_template(faults: Faults, tmp_path: Path) -> None:
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "late.md.j2").write_text("Hello\n", "utf-8")
    _, broken = faults("templates: {path: ours}\nstate: {pathh: x}\n")
    assert broken.file.endswith("late.md.j2")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("period: [night, business]", "period: night"),
        ("customer: known", "customer: vip"),
        ("tags: [a, b]", "tags: b, signals: outage"),
        ("answered_at_least: 1", "answered_at_least: 2, answered_at_most: 5"),
        ("answered_at_most: 1", "answered_at_most: 0"),
        ("language: de, mailbox: junk", "language: [de], mailbox: [junk], account: support"),
    ],
)
def test_a_rule_that_no_mail_reaches_is_a_problem(load: Load, first: str, second: str) -> None:
    rules = "replies:\n  rules:\n    x: {%s, mode: hold}\n    y: {%s, mode: hold}\n"
    with pytest.raises(ConfigError) as caught:
        load(rules % (first, second))
    (problem,) = caught.value.problems
    assert problem.message.startswith("replies.rules.y: no mail reaches it: x before it")
    assert list(load(rules % (second, first)).replies.rules) == ["x", "y"]


def test_rules_that_only_overlap_are_none(load: Load) -> None:
    rules = """\
replies:
  rules:
    a: {period: [night, business], customer: vip, mode: hold}
    b: {period: night, mode: hold}
    c: {customer: [vip, unknown], mode: hold}
    d: {customer: known, answered_at_most: 1, mode: hold}
    e: {customer: known, mode: hold}
    f: {mode: draft}
"""
    assert list(load(rules).replies.rules) == list("abcdef")


def test_rules_of_the_wrong_shape_are_the_schemas_to_report(faults: Faults) -> None:
    found = faults("replies: {rules: {a: 1, b: {tags: {x: 1}, mode: hold}, c: [x]}}\n")
    assert {problem.message.partition(":")[0] for problem in found} == {
        "replies.rules.a",
        "replies.rules.b.tags",
        "replies.rules.c",
    }


def test_all_problems_come_at_once_in_the_order_of_the_file(faults: Faults) -> None:
    found = faults(
        "rescue: {mode: attic}\nreplies: {limits: {run: 0}}\nnonsense: 1\n",
        head=HEAD.replace("Berlin", "Nowhere"),
        account=imap("security: none, prot: 1"),
        schedule='schedule:\n  business: {mon: 9:00, tue: "x"}\n  open: [nothing]\n',
    )
    assert [problem.line for problem in found] == [2, 7, 7, 7, 9, 9, 10, 11, 12, 13]


def test_none_is_for_loopback(load: Load) -> None:
    text = "imap: {host: 127.0.0.1, security: none, password_env: X}\n    smtp: {host: localhost}"
    smtp = load(account=account(text)).accounts["support"].smtp
    assert (smtp.security, smtp.port) == ("none", 25)


def test_none_inherited_by_a_remote_smtp_host_is_refused(faults: Faults) -> None:
    text = "imap: {host: '::1', security: none, password_env: X}\n    smtp: {host: out.example}"
    (problem,) = faults(account=account(text))
    assert "accounts.support.smtp.security" in problem.message
    assert "out.example" in problem.message


def test_a_private_file_may_hold_the_password(load: Load) -> None:
    password = load(account=imap("password: pa55"), mode=0o600).accounts["support"].imap.password
    assert password is not None
    assert password.get_secret_value() == "pa55"


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_readable_password_file_is_refused(faults: Faults, tmp_path: Path, mode: int) -> None:
    (tmp_path / "pw").write_text("x")
    (tmp_path / "pw").chmod(mode)
    (problem,) = faults(account=imap("password_file: pw"))
    assert f"others can read pw (mode {mode:o})" in problem.message
    assert problem.next_step == "chmod 600 pw"


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("config.yaml", "the configuration"),
        ("sub/../config.yaml", "the configuration"),
        ("link", "the configuration"),
        ("hard", "the configuration"),
        ("kept", "the state"),
        ("kept-wal", "the state"),
        ("kept-shm", "the state"),
        ("kept.lock", "the state"),
        ("kept.customers.db", "the imported customers"),
        ("customers", "a customers file"),
        ("pw", "a password file"),
        ("ours/own.md.j2", "one of the templates"),
    ],
)
def test_the_log_is_no_file_that_is_used_otherwise(
    load: Load, faults: Faults, tmp_path: Path, name: str, what: str
) -> None:
    more = "state: {path: kept}\ncustomers: {files: [customers.1]}\ntemplates: {path: ours}\n"
    (tmp_path / "pw").write_text("x")
    (tmp_path / "pw").chmod(0o600)
    (tmp_path / "customers.1").write_text("id,email\n")
    for folder in ("sub", "ours"):
        (tmp_path / folder).mkdir()
    (tmp_path / "ours" / "own.md.j2").write_text("")
    login = account("imap: {host: imap.acme.example, password_file: pw}")
    load(f"{more}log: {{path: own.log}}\n", account=login)
    (tmp_path / "link").symlink_to("config.yaml")
    (tmp_path / "hard").hardlink_to(tmp_path / "config.yaml")
    problem = faults(f"{more}log: {{path: {name}}}\n", account=login)[0]
    assert problem.message == f"log.path: the log would be written over {what}"
    assert (problem.line is not None, bool(problem.next_step)) == (True, True)


def test_the_state_is_not_where_the_log_lies_by_itself(load: Load, faults: Faults) -> None:
    load("state: {path: other.log}\n")
    (problem,) = faults("state: {path: inboxwatch.log}\n")
    assert problem.message == "state.path: the log would be written over the state"


@pytest.mark.parametrize(
    ("more", "told", "step"),
    [
        ("goodwill: {currency: XXXX}", "is not a currency code, not the text XXXX", "EUR"),
        ('notify: {account: "x\\u202e"}', "is not a name", "letters"),
        *(
            (f"goodwill: {{most: {amount}}}", "has to be an amount below", "like 25 or 12.50")
            for amount in ("1e400", ".nan", "-.inf", "true", "1.234", "12345678901", "x", "[1]")
        ),
        ("goodwill: {most: }", "has no value", "leave the key out"),
        (f"surge: {{windows: [{', '.join(['1h'] * 5000)}]}}", "has 5,000 items", "at most 4"),
    ],
)
def test_what_is_wrong_is_told_in_our_words(
    faults: Faults, more: str, told: str, step: str
) -> None:
    problem = faults(f"{more}\n")[0]
    assert told in problem.message
    assert step in problem.next_step
    assert problem.line is not None


def test_every_pattern_of_the_schema_has_its_words() -> None:
    schema = json.dumps(Config.model_json_schema())
    patterns = {json.loads(one) for one in re.findall(r'"pattern": ("(?:[^"\\]|\\.)*")', schema)}
    assert patterns - {r"^\d+\s*[mhdw]$"} <= PATTERNS.keys()


def test_two_accounts_must_not_read_one_mailbox(faults: Faults) -> None:
    again = ACCOUNT.partition("\n")[2].replace("support:", "again:")
    (problem,) = faults(account=ACCOUNT + again)
    assert "support and again read the same mailbox" in problem.message


@pytest.mark.parametrize(
    "password",
    ["hunter2: x", "*hunter2", "!hunter2", "0123456", "@hunter2", "[hunter2", "yes", "{a: 1}"],
)
def test_no_problem_shows_a_password(faults: Faults, password: str) -> None:
    text = f"imap:\n      host: imap.acme.example\n      password: {password}"
    shown = " ".join(str(problem) for problem in faults(account=account(text)))
    assert "hunter2" not in shown
    assert "0123456" not in shown


@pytest.mark.parametrize(
    "rest",
    [
        "hunter2",
        "hunter2: ",
        "hunter2:x",
        "port:hunter2",
        "0123456",
        "hunter2, hunter2",
        "x,hunter2",
    ],
)
def test_what_follows_a_comma_in_a_password_is_not_shown(faults: Faults, rest: str) -> None:
    found = faults(account=imap(f"password: abc,{rest}"))
    shown = " ".join(str(problem) for problem in found)
    assert "hunter2" not in shown
    assert "0123456" not in shown
    assert "in quotes" in shown
    assert all(problem.line == 7 for problem in found)


@pytest.mark.parametrize("password", ["{0123456, x: 0123457}", "{0123456}", "[{a: 0123456}]"])
def test_a_password_that_yaml_reads_as_keys_is_not_shown(faults: Faults, password: str) -> None:
    shown = " ".join(str(problem) for problem in faults(account=imap(f"password: {password}")))
    assert "012345" not in shown


def test_an_unknown_key_without_a_value_is_named_where_no_password_is(faults: Faults) -> None:
    (problem,) = faults(account=imap("password_env: X, prot"))
    assert "accounts.support.imap.prot: unknown key" in problem.message


@pytest.mark.parametrize(
    ("more", "number"),
    [
        ("".join(f"key{i}: {i}\n" for i in range(20_000)), 20_000),
        ("triage:\n  points:\n" + "".join(f"    no{i}: 1\n" for i in range(20_000)), 20_000),
        ("replies:\n  no_reply_to:\n" + "    - 9:00\n" * 20_000, 20_000),
    ],
    ids=["keys", "signals", "numbers"],
)
def test_of_very_many_problems_the_first_are_told_and_the_others_counted(
    load: Load, more: str, number: int
) -> None:
    with pytest.raises(ConfigError) as caught:
        load(more)
    assert (len(caught.value.problems), caught.value.more) == (50, number - 50)
    assert caught.value.message == f"the configuration has {number} problems"
    lines = [problem.line or 0 for problem in caught.value.problems]
    assert lines == list(range(lines[0], lines[0] + 50))


def test_very_many_unknown_periods_are_counted_too(load: Load) -> None:
    names = ", ".join(f"open{i}" for i in range(20_000))
    periods = "".join(f"  p{i}: {{mon: '09:00-10:00'}}\n" for i in range(3_000))
    with pytest.raises(ConfigError) as caught:
        load(schedule=f"schedule:\n{periods}  open: [{names}]\n")
    assert caught.value.more == 20_000 - 50
    assert max(len(str(problem)) for problem in caught.value.problems) < 1000


def test_few_problems_are_all_told(load: Load) -> None:
    with pytest.raises(ConfigError) as caught:
        load("".join(f"key{i}: {i}\n" for i in range(50)))
    assert (len(caught.value.problems), caught.value.more) == (50, 0)


def test_a_pipe_or_a_device_is_no_configuration(tmp_path: Path) -> None:
    pipe = tmp_path / "config.yaml"
    os.mkfifo(pipe)
    for path in (pipe, Path("/dev/zero")):
        for use in (load_config, lambda named: find_config(named, {})):
            with pytest.raises(ConfigError) as caught:
                use(path)
            assert "not a regular file" in caught.value.problems[0].message


def test_certificates_are_a_regular_file(faults: Faults, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "ca.pem")
    (problem,) = faults(account=imap("password_env: X, ca_file: ca.pem"))
    assert "ca_file: ca.pem is not a regular file" in problem.message


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("~nobody-of-this-name/x", "~nobody-of-this-name is no user's home folder"),
        ('"a\\0b"', "holds a NUL character"),
        ("/", "root of the file system"),
        ("x" * 256, "more than 255 octets"),
    ],
)
@pytest.mark.parametrize(
    "key",
    ["state: {path: %s}", "log: {path: %s}", "templates: {path: %s}", "customers: {files: [%s]}"],
)
def test_a_path_that_cannot_be_is_told_with_its_key(
    faults: Faults, key: str, written: str, says: str
) -> None:
    (problem,) = faults(key % written + "\n")
    section, _, name = key.partition(": {")
    assert f"{section}.{name.partition(':')[0]}" in problem.message
    assert says in problem.message
    assert problem.line == 10


def test_a_path_in_the_environment_that_cannot_be_is_told() -> None:
    with pytest.raises(ConfigError) as caught:
        find_config(None, {"INBOXWATCH_CONFIG": "~nobody-of-this-name/x"})
    assert caught.value.problems[0].file == "$INBOXWATCH_CONFIG"
    with pytest.raises(ConfigError) as caught:
        find_config(Path("x" * 256), {})
    assert "cannot be read" in caught.value.problems[0].message


def test_a_password_glued_to_its_key_is_not_shown(faults: Faults) -> None:
    shown = " ".join(str(problem) for problem in faults(account=imap("password:hunter2")))
    assert "hunter2" not in shown
    assert "a space is missing after password:" in shown


@pytest.mark.parametrize(
    ("octets", "says"),
    [
        (b"", "it is empty"),
        (b"- a\n- b\n", "has to be a mapping"),
        (b"just text", "has to be a mapping"),
        (b"a: [1, 2\nb: 3\n", "not YAML"),
        (b"a: 1\n---\nb: 2\n", "not YAML"),
        (b"version: 1\nteam:\n\tname: x\n", "not YAML"),
        (b"name: J\xf6rg\n", "not UTF-8"),
        (b"a: \x00\n", "not YAML"),
        (b"? [a]\n: 1\n", "a key has to be text"),
        (b"a: !!python/object/apply:os.system [ls]\n", "not YAML"),
        (b"a: &a [*a]\n", "an alias stands inside what it stands for"),
        (b"a: &a {<<: *a}\n", "an alias stands inside what it stands for"),
        (b"a: [" + b"1," * 100_001 + b"]\n", "more than 100000 lines and commas"),
        (bomb("a{0}: &a{0} [{1}]\n"), "more than 100000 values"),
        (bomb("a{0}: &a{0}\n  <<: [{1}]\n  b{0}: 1\n"), "more than 100000 values"),
        (bomb("? &a{0} [{1}]\n: 1\n"), "more than 100000 values"),
        (b"[" * 5000, "not YAML"),
        (b"#" * (1 << 20) + b"\n", "larger than 1 MB"),
    ],
)
def test_what_is_no_configuration_is_refused(tmp_path: Path, octets: bytes, says: str) -> None:
    path = tmp_path / "config.yaml"
    path.write_bytes(octets)
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert any(says in problem.message for problem in caught.value.problems)
    assert all(problem.file == str(path) for problem in caught.value.problems)


def test_a_syntax_error_has_its_place(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("version: 1\nteam: {name: x\ntimezone: UTC\n")
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert caught.value.problems[0].line == 3


def test_a_byte_order_mark_and_windows_line_ends_do_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    text = (HEAD + ACCOUNT + SCHEDULE).replace("\n", "\r\n")
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert load_config(path).team.name == "Acme Support"


def test_a_file_that_is_not_there_any_more(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(tmp_path / "absent.yaml")
    assert "cannot be read" in caught.value.problems[0].message


def test_anchors_and_merged_keys_work(load: Load) -> None:
    text = (
        "accounts:\n"
        "  a: &a\n"
        "    address: a@acme.example\n"
        "    imap: &imap {host: h.example, user: a, password_env: X}\n"
        "  b:\n"
        "    <<: *a\n"
        "    address: b@acme.example\n"
        "    imap: {<<: *imap, user: b}\n"
    )
    config = load(account=text)
    assert config.accounts["b"].imap.user == "b"
    assert config.accounts["b"].imap.host == "h.example"
