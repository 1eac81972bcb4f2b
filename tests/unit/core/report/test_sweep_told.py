"""The facts of a sweep's report, from sweeps as the journal keeps them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from tests.support.build import week
from tests.support.kept import DAY, FRIDAY, NOW, PROVEN, forged, kept_sweep, mail, moved, run
from tests.support.reports import HOSTILE

from inboxwatch.core.report.document import Cards, Figures
from inboxwatch.core.report.sweep import SECTIONS, sweep
from inboxwatch.core.report.sweep_past import Kept
from inboxwatch.core.report.sweep_told import sweep_facts
from inboxwatch.core.sweep import SweepReport
from inboxwatch.errors import LoginRefusedError
from inboxwatch.model.decision import RescueDecision
from inboxwatch.model.message import MessageRef
from inboxwatch.model.outcome import AccountFailure
from inboxwatch.model.sweep import SweepMail, SweepMode, SweepOutcome
from inboxwatch.render.reports.csv import as_csv
from inboxwatch.render.reports.html import as_html
from inboxwatch.render.reports.json import report_fields
from inboxwatch.render.reports.markdown import as_markdown
from inboxwatch.render.reports.terminal import as_text

if TYPE_CHECKING:
    from inboxwatch.core.report.sweep_facts import Mistake, SweepFacts, SweptMail


def facts(*mails: SweepMail, others: tuple[Kept, ...] = (), **fields: object) -> SweepFacts:
    report = SweepReport(**{"sweep": run(), "mails": mails, **fields})  # type: ignore[arg-type]
    return sweep_facts(report, others, week())


def only(*mails: SweepMail, **fields: object) -> SweptMail:
    (found,) = facts(*mails, **fields).mails  # type: ignore[arg-type]
    return found


def test_a_rescued_mail_comes_with_everything_that_a_lead_asks() -> None:
    one = only(moved(reply="sent"))
    assert (one.customer, one.sender, one.mail_id) == ("Ann Customer", "ann@customer.example", 1)
    assert (one.received, one.found_at) == (FRIDAY, NOW)
    assert (one.category, one.filtered) == ("bulk", "Rspamd took it for a mass mailing.")
    assert [(ground.id, ground.met, ground.evidence) for ground in one.grounds] == [
        ("proven", True, "dmarc=pass")
    ]
    assert (one.outcome, one.moved_to) == ("moved", "INBOX")
    assert one.went_out == "an apology, 2 d 16 h after the mail came"


@pytest.mark.parametrize(
    ("reply", "went_out", "detail"),
    [
        ("", "", ""),
        ("unknown", "an apology that may or may not", ""),
        ("held", "", "waits for a person"),
        ("drafted", "", "among the drafts"),
        ("retry", "", "waits for the next run"),
        ("refused", "", "was refused"),
    ],
)
def test_nobody_is_said_to_have_an_apology_that_did_not_go_out(
    reply: str, went_out: str, detail: str
) -> None:
    one = only(moved(reply=reply))
    assert one.went_out.startswith(went_out)
    assert bool(one.went_out) == bool(went_out)
    assert detail in one.detail


@pytest.mark.parametrize("rule", ["S22", "S23"])
def test_a_forged_mail_says_as_whom_it_poses(rule: str) -> None:
    one = only(forged(rule=rule))
    assert (one.decision, one.pretends) == (RescueDecision.LEAVE, "customer.example")
    assert [ground.id for ground in one.grounds if not ground.met] == ["own-domain"]


def test_a_person_is_told_where_the_judgement_names_one() -> None:
    told = {"poses_as": "Ann (customer c-1)", "suspicion": "suspicious: x", "shown_name": "Eve"}
    spoof = forged()
    one = only(replace(spoof, judgement={**spoof.judgement, **told}))
    assert (one.pretends, one.suspicion, one.shown_name) == (*told.values(),)
    assert only(forged()).shown_name == "Ann"


def test_why_a_strangers_mail_is_offered_is_a_ground() -> None:
    judgement = {"conditions": [], "why": "order 4711 of ours"}
    one = only(mail(decision=RescueDecision.REVIEW, judgement=judgement, customer=None))
    assert (one.belongs_to, one.grounds) == ("order 4711 of ours", ())


def test_what_a_person_chose_is_told_as_genuine() -> None:
    one = only(moved(decision=RescueDecision.REVIEW, by_hand=True))
    assert (one.decision, one.by_hand) == (RescueDecision.RESCUE, True)
    left = only(mail(decision=RescueDecision.REVIEW))
    assert (left.decision, left.by_hand) == (RescueDecision.REVIEW, False)


def test_how_often_somebody_wrote_counts_no_forged_mail_and_no_copy() -> None:
    copy = replace(mail(2), ref=MessageRef("support", "Junk", 1, 9))
    same = forged(sender="ann@customer.example", customer=("Ann Customer", "c-1"))
    found = facts(mail(1), mail(2), copy, same).mails
    assert [one.wrote for one in found] == [2, 2, 2, 1]


def test_a_mail_was_found_when_the_first_sweep_found_it() -> None:
    earlier = Kept(run(4, NOW - 2 * DAY), (mail(decision=RescueDecision.REVIEW),))
    found = facts(mail(), others=(earlier,))
    assert found.mails[0].found_at == NOW - 2 * DAY
    # nobody moved it: it lies there still
    assert found.mails[0].lay_until == NOW
    assert [one.lay_until for one in found.taken] == [NOW]


def test_what_was_moved_lay_there_until_then_and_what_was_not_until_now() -> None:
    earlier = Kept(run(4, NOW - 2 * DAY), (moved(2), mail(3)))
    ended = run(ended_at=NOW + timedelta(minutes=5))
    found = facts(moved(1), mail(4), others=(earlier,), sweep=ended)
    assert {one.subject: one.lay_until for one in found.mails} == {
        "Question 1": NOW,
        "Question 2": NOW - 2 * DAY,
        "Question 4": NOW + timedelta(minutes=5),
    }
    # the third was not seen again: nobody knows more than the sweep that saw it last
    assert {one.lay_until for one in found.taken} == {one.lay_until for one in found.mails}


def test_what_a_person_rescues_again_after_an_undo_is_genuine_and_no_mistake() -> None:
    undone = Kept(run(4, NOW - DAY), (moved(outcome=SweepOutcome.UNDONE),))
    seen = Kept(run(3, NOW - DAY / 2), (mail(outcome=SweepOutcome.RETURNED),))
    again = moved(by_hand=True)
    found = facts(again, others=(undone, seen))
    assert [one.outcome for one in found.mails] == ["moved"]
    assert (found.mistakes, len(found.taken)) == ((), 1)
    later = facts(others=(undone, seen, Kept(run(4, NOW - DAY / 4), (again,))))
    assert (len(later.mails), later.mistakes) == (1, ())


def test_what_a_forged_mail_was_told_before_is_no_time_lost() -> None:
    earlier = Kept(run(4, NOW - 2 * DAY), (mail(decision=RescueDecision.LEAVE),))
    assert only(mail(), others=(earlier,)).found_at == NOW


def test_what_runs_and_other_sweeps_moved_in_the_span_is_told() -> None:
    by_run = Kept(run(4, NOW - DAY, since=None, examined={}), (moved(2), mail(3)))
    old = Kept(run(3, NOW - 31 * DAY), (moved(4, received=NOW - 32 * DAY),))
    elsewhere = Kept(run(2, NOW - DAY), (moved(5, ref=MessageRef("sales", "Spam", 1, 5)),))
    found = facts(mail(), others=(by_run, old, elsewhere, Kept(run(5), (mail(),))))
    assert [one.subject for one in found.mails] == ["Question 1", "Question 2"]
    assert [(one.id, one.mode) for one in found.sweeps] == [(5, "apply"), (4, "run")]
    assert (found.sweeps[1].moved, found.sweeps[1].told) == ({"support": 1}, {"support": 2})
    # the trend has all of twelve weeks, whatever became of it
    assert min(one.received for one in found.taken) == NOW - 32 * DAY
    assert len(found.taken) == 4


def test_what_a_killed_sweep_moved_is_told_by_the_one_that_takes_it_up() -> None:
    killed = Kept(run(4, NOW - 40 * DAY, ended_at=None), (moved(2, received=NOW - 41 * DAY),))
    found = facts(others=(killed,), taken_up=killed.mails)
    assert [one.subject for one in found.mails] == ["Question 2"]
    assert any("interrupted" in note for note in found.notes)


def test_what_lies_twelve_weeks_back_is_no_trend() -> None:
    assert facts(mail(received=NOW - 85 * DAY)).taken == ()


def test_doubtful_and_forged_mail_is_no_trend() -> None:
    assert facts(mail(decision=RescueDecision.REVIEW), forged()).taken == ()


def test_what_did_not_prove_a_sender_is_the_fault() -> None:
    unproven = {**PROVEN, "met": False, "evidence": "dkim=fail"}
    one = moved(decision=RescueDecision.REVIEW, by_hand=True, judgement={"conditions": [unproven]})
    assert [taken.fault for taken in facts(one).taken] == ["dkim=fail"]


def mistake(*mails: SweepMail, outcome: SweepOutcome) -> tuple[SweepFacts, Mistake]:
    earlier = Kept(run(4, NOW - 40 * DAY), (moved(outcome=outcome, reply="sent"),))
    found = facts(*mails, others=(earlier,))
    (one,) = found.mistakes
    return found, one


@pytest.mark.parametrize("now", [SweepOutcome.REPORTED, SweepOutcome.RETURNED])
def test_what_was_undone_is_a_mistake_and_nothing_else(now: SweepOutcome) -> None:
    found, one = mistake(mail(outcome=now), outcome=SweepOutcome.UNDONE)
    assert (found.mails, found.taken) == ((), ())
    assert (one.at, one.mended) == (NOW - 40 * DAY, "sweep 4 was undone")
    assert "an apology went out" in one.what


def test_what_somebody_put_back_by_hand_is_a_mistake() -> None:
    returned = mail(outcome=SweepOutcome.RETURNED, detail="somebody put it back")
    found, one = mistake(returned, outcome=SweepOutcome.MOVED)
    assert (found.mails, found.taken) == ((), ())
    assert one.mended == "somebody put it back; it is left alone"


def test_a_doubtful_mail_that_was_put_back_is_one_to_look_at_and_promised_to_nobody() -> None:
    earlier = Kept(run(4, NOW - DAY), (moved(decision=RescueDecision.REVIEW),))
    back = mail(decision=RescueDecision.REVIEW, outcome=SweepOutcome.RETURNED)
    found = facts(back, others=(earlier,), sweep=run(mode=SweepMode.REPORT))
    assert [one.decision for one in found.mails] == [RescueDecision.REVIEW]
    again = facts(mail(outcome=SweepOutcome.RETURNED), sweep=run(mode=SweepMode.REPORT))
    assert again.notes == ()


def test_a_forged_mail_with_the_id_of_a_rescued_one_is_no_mistake() -> None:
    earlier = Kept(run(4, NOW - DAY), (moved(),))
    forgery = mail(decision=RescueDecision.LEAVE)
    found = facts(forgery, others=(earlier,))
    assert found.mistakes == ()
    assert len(found.taken) == 1


def test_the_notes_say_what_to_do_next_and_what_failed() -> None:
    failure = AccountFailure("sales", LoginRefusedError("sales: no", next_step="look"))
    found = facts(moved(), failures=(failure,), interrupted=True)
    assert found.notes == (
        "sales: no: look",
        "The sweep was ended before it had seen everything.",
        "To put everything back: inboxwatch sweep --undo 5",
    )
    reported = facts(mail(), sweep=run(mode=SweepMode.REPORT))
    assert reported.notes == (
        "This sweep moved nothing. To move what is genuine: inboxwatch sweep --apply",
    )
    assert facts(mail(decision=RescueDecision.REVIEW)).notes == ()


def test_several_sweeps_do_not_count_a_mail_twice() -> None:
    other = Kept(run(4, NOW - DAY, examined={"support": 30}), (moved(2),))
    (figures, *_) = sweep(facts(mail(), others=(other,))).sections
    assert isinstance(figures, Figures)
    assert {one.name: one.value for one in figures.figures}["examined"] == 40


def test_the_names_of_the_sections_are_known() -> None:
    assert tuple(one.name for one in sweep(facts()).sections) == SECTIONS


def test_nothing_of_a_judgement_is_taken_for_granted() -> None:
    odd = {"conditions": [1, {}], "refusals": "no", "filtered": [], "why": None}
    one = only(mail(judgement=odd, sender="", from_text="", subject=""))
    assert (one.sender, one.category, one.filtered) == ("(no sender)", "unknown", "")
    assert facts(mail(judgement={})).mails[0].grounds == ()


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_mail_is_text_in_every_form(text: str) -> None:
    document = sweep(kept_sweep(text))
    for render in (as_text, as_html, as_csv, as_markdown):
        told = render(document)
        assert not any(bad in told for bad in ("\x1b", "\u202e", "\x00", "http:", "https:"))
    assert "<script" not in as_html(document)
    counts = {one.name: len(one.cards) for one in document.sections if isinstance(one, Cards)}
    assert counts == {"rescued": 3, "by_hand": 0, "review": 1, "refused": 1}
    assert report_fields(document)["sections"]
