"""What ``check`` says about the language of replies."""

from __future__ import annotations

from tests.support.build import policy

from inboxwatch.cli.check import language_finding


def test_detection_at_work() -> None:
    finding = language_finding(policy(detects_language=True), wanted=True)
    assert (finding.ok, finding.text) == (True, "by the customer's record, else the mail itself")


def test_detection_that_is_wanted_and_not_installed() -> None:
    finding = language_finding(policy(detects_language=False), wanted=True)
    assert finding.ok
    assert finding.text.endswith("install the extra: pip install 'inboxwatch[languages]'")


def test_detection_that_is_not_wanted() -> None:
    finding = language_finding(policy(detects_language=False), wanted=False)
    assert finding.ok
    assert "install" not in finding.text
    assert finding.text.endswith("(replies.detect_language is off)")
