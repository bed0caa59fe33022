"""What a director could do next: which steps there are, in which order, and that each counts and names nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import pandas as pd
import pytest

from eprofessionalism_graders.cohort import discussing, page, report, standing, steps, words
from eprofessionalism_graders.cohort.analysis.flags import Flag
from eprofessionalism_graders.cohort.analysis.intervals import Estimate
from eprofessionalism_graders.cohort.discussing import to_discuss
from eprofessionalism_graders.cohort.doubt import Doubted
from eprofessionalism_graders.cohort.forms_apart import FormsApart, Taken
from eprofessionalism_graders.cohort.keys_in_doubt import Counts, KeysInDoubt
from eprofessionalism_graders.cohort.topics import topics
from eprofessionalism_graders.roster import Learner


@pytest.fixture(scope="module")
def cohort(invented):
    return invented


def said_to_do(results, *more, **named):
    return {step.what: step for step in steps.steps(results, *more, **named)}


def test_next_steps_count_and_name_nobody(cohort):
    learners = cohort.tables.learners
    found = said_to_do(cohort.results)
    nearly = len(standing.last_test_alone(cohort.results))
    stopped, nothing = (int((learners["status"] == status).sum()) for status in ("partly", "missing"))
    assert min(nearly, stopped - nearly, nothing) > 0
    assert f"Ask {words.counted(nearly, 'learner')} for the last test alone." in found
    write = f"{words.those(stopped - nearly)} stopped on the way and {words.those(nothing)} handed in nothing"
    assert f"Write to {write}." in found
    assert f"Read a sample of the {cohort.summary.to_mark} reflections that are not marked." in found
    few = replace(cohort.results, summary=replace(cohort.summary, to_mark=3))
    assert "Mark three reflections." in said_to_do(few)
    for person in cohort.roster:
        told = " ".join(f"{step.what} {step.how}" for step in found.values())
        assert person.last_name not in told


def with_learners(results, **columns):
    """The same results with other values in some columns of the first learner."""
    learners = results.tables.learners.copy()
    for name, value in columns.items():
        learners.loc[0, name] = value
    return replace(results, tables=replace(results.tables, learners=learners))


def test_who_failed_and_has_no_second_attempt_is_counted(cohort):
    before = len(standing.no_second_attempt(cohort.results))
    first = cohort.tables.learners["learner"][0]
    waiting = with_learners(cohort.results, passed=False, post_percent=60.0, retake_percent=pd.NA)
    assert first in standing.no_second_attempt(waiting)
    assert f"Open the second attempt for {words.counted(before + 1, 'learner')}." in said_to_do(waiting)
    done = with_learners(cohort.results, passed=False, post_percent=60.0, retake_percent=65.0)
    assert len(standing.no_second_attempt(done)) == before
    without = {name: bank for name, bank in cohort.results.banks.items() if bank.form != "C"}
    assert standing.no_second_attempt(replace(waiting, banks=without)) == []


def test_who_failed_twice_is_to_be_talked_with(cohort):
    waiting = with_learners(cohort.results, passed=False, post_percent=60.0, retake_percent=pd.NA)
    done = with_learners(cohort.results, passed=False, post_percent=60.0, retake_percent=65.0)
    first, before = cohort.tables.learners["learner"][0], standing.failed_again(waiting)
    assert standing.failed_again(done) == [first, *before]
    assert f"Talk with {words.those(len(before) + 1)} have not passed in two attempts." in said_to_do(done)


def test_of_one_it_is_said_that_it_is_one(monkeypatch):
    monkeypatch.setattr(steps, "no_second_attempt", lambda _: [])
    monkeypatch.setattr(steps, "failed_again", lambda _: ["ana"])
    (step,) = steps._second_attempt(None)
    assert step.what == "Talk with the one who has not passed in two attempts."
    monkeypatch.setattr(steps, "last_test_alone", lambda _: [])
    overall = SimpleNamespace(partly=1, missing=1)
    (step,) = steps._reminders(SimpleNamespace(summary=SimpleNamespace(overall=overall)))
    assert step.what == "Write to the one who stopped on the way and the one who handed in nothing."


def test_a_sample_is_asked_for_only_where_a_case_has_more_than_that():
    def found(finished, partly):
        return SimpleNamespace(case=SimpleNamespace(percents=range(finished), partly=partly, title="A"))

    assert steps._sample(found(9, 1)) == "those of “A”"
    assert steps._sample(found(9, 2)) == "ten of “A”"
    assert steps._sample(None) == "ten of one case"


def test_steps_about_learners_lead_to_their_names(cohort):
    found = steps.steps(with_learners(cohort.results, passed=False, post_percent=60.0, retake_percent=pd.NA))
    named = [step for step in found if step.link == "people.html"]
    assert [step.what.split()[0] for step in named] == ["Open", "Talk", "Ask", "Write"]
    made = page.render("own.html", report.own_content(cohort.report, cohort.results, found))
    assert made.count('href="people.html">Names</a>') == 4


def test_before_the_due_date_nobody_is_to_be_written_to(make_cohort):
    nobody = make_cohort([Learner("ana"), Learner("bea")]).results
    (before, *_) = steps.steps(nobody, datetime(2999, 12, 1, tzinfo=UTC))
    assert before.what == "Wait: nothing is due before 1 December."
    (after, *_) = steps.steps(nobody, datetime(2020, 12, 1, tzinfo=UTC))
    assert after.what == "Write to two who handed in nothing."


# ---- Keys in doubt ---------------------------------------------------------------------------------------------------

DOUBT = KeysInDoubt(
    tuple(Doubted(name, "90", f"question {number} of form {name}") for name, number in (("A", 3), ("B", 14))),
    Counts(119, 136),
    Counts(124, 138),
    42,
    (("ana", ()), ("bea", ()), ("cem", ())),
    1,
)
NO_CHANGE = replace(DOUBT, questions=DOUBT.questions[:1], then=DOUBT.now, would_pass=(), would_fail=0)


def test_keys_in_doubt_come_before_anybody_fails_with_what_hangs_on_them():
    (step,) = steps._keys(DOUBT)
    assert step.what == "Check the keys of question 3 of form A and question 14 of form B before you fail anybody."
    assert step.how == (
        "Without these two, 124 instead of 119 would have passed at once, three of the 42 not passed would pass and "
        "one of the 136 passed would not."
    )
    assert step.link == "people.html"


def test_where_no_result_hangs_on_a_key_that_is_said():
    (step,) = steps._keys(NO_CHANGE)
    assert step.what == "Check the key of question 3 of form A before you fail anybody."
    assert step.how == "Without it, nobody’s result would change."
    assert not step.link
    assert not list(steps._keys(None))


def test_keys_are_checked_before_marks_are_set_and_learners_written_to(cohort, monkeypatch):
    monkeypatch.setattr(steps, "keys_in_doubt", lambda _: DOUBT)
    monkeypatch.setattr(steps, "own_marks", lambda _: panels(113))
    waiting = with_learners(cohort.results, passed=False, post_percent=60.0, retake_percent=pd.NA)
    first, second, third, *_ = steps.steps(waiting)
    assert (first.what[:5], second.what[:5], third.what[:5]) == ("Check", "Set a", "Open ")


# ---- A mark for each form --------------------------------------------------------------------------------------------

APART = FormsApart(Taken("A", 87, 49), Taken("B", 91, 70), Estimate(4.95, 3.81, 6.1), 70, 127, 99, ("ana", "bea"))


def panels(passing: int, *, differs: bool = True):
    return SimpleNamespace(said="69.5% on form A and 74% on form B", passing=passing, now=119, differs=differs)


def test_with_a_panel_the_marks_are_the_panels():
    (step,) = steps._marks(panels(113), APART)
    assert step.what == "Set a mark for each form before you fail anybody."
    assert step.how == (
        "Form A is about 5 points harder. The panel’s: 69.5% on form A and 74% on form B; with these, 113 pass at once,"
        " not 119. Keeping 70% on form B would mean about 65% on form A (127 pass at once, not 119)."
        " The settings hold one mark; docs/instructors/pass-mark.md says how to apply two."
    )
    (alone,) = steps._marks(panels(113), None)
    assert alone.how == (
        f"The panel’s: 69.5% on form A and 74% on form B; with these, 113 pass at once, not 119. {steps.BY_HAND}"
    )


def test_without_a_panel_the_direction_is_the_directors_choice():
    (step,) = steps._marks(None, APART)
    assert step.how == (
        "Form A is about 5 points harder: 56% passed on it, 77% on form B. To ask the same of both, take about 65% on "
        "form A (127 pass at once, not 119), or about 75% on form B (99). Which of the two is your choice. "
        f"{steps.BY_HAND}"
    )
    assert step.link == "people.html"


def test_marks_that_change_nothing_are_no_step():
    assert not list(steps._marks(None, None))
    assert not list(steps._marks(None, replace(APART, between=())))
    assert not list(steps._marks(panels(119, differs=False), replace(APART, between=())))
    (same,) = steps._marks(panels(119, differs=False), APART)
    assert "with these, 119 pass at once, as now." in same.how


# ---- The question to begin a discussion with -------------------------------------------------------------------------


def stories(cohort):
    """The telling questions of cases with the assignment, the lowest first."""
    asked = [
        (question.facility, name, question)
        for name, bank in cohort.results.banks.items()
        if bank.module == "case"
        for question in cohort.summary.questions[name]
        if discussing.is_telling(question)
    ]
    return sorted(asked, key=lambda one: one[0])


def test_the_topic_is_that_of_the_test_on_which_least_was_earned(cohort):
    about = topics(cohort.results.banks)
    rows = cohort.tables.responses[cohort.tables.responses["sitting"] == "post"]
    rows = rows[rows["score"].notna() & (rows["type"] != "reflection")]
    sums = rows.groupby(rows["item"].map(about))[["points", "max_points"]].sum()
    percents = 100 * sums["points"] / sums["max_points"]
    found = discussing.lowest_topic(cohort.results)
    assert (found.name, found.percent) == (percents.idxmin(), pytest.approx(percents.min()))


def test_a_discussion_begins_with_the_lowest_sound_question_on_that_topic(cohort, monkeypatch):
    about, lowest = topics(cohort.results.banks), discussing.lowest_topic(cohort.results)
    on_topic = [one for one in stories(cohort) if about[one[2].item.id] == lowest.name]
    first, second = (question for _, _, question in on_topic[:2])
    monkeypatch.setattr(discussing, "suspicious", lambda _: set())
    assert to_discuss(cohort.results).question == first
    monkeypatch.setattr(discussing, "suspicious", lambda _: {first.item.id})
    found = to_discuss(cohort.results)
    assert (found.question, found.topic) == (second, lowest)
    (step,) = (step for step in steps.steps(cohort.results) if step.what.startswith("Begin"))
    assert step.what == f"Begin the discussion with question {second.number} of “{found.case.title}”."
    assert step.how == (
        f"After the course they earned least on {words.phrase(lowest.name)} ({lowest.percent:.0f}%). In the cases no "
        f"question on it that looks sound earned less than this one, {second.facility:.0f}% of the points: "
        f"{second.item.stem}"
    )
    assert not step.link
    (sample,) = (step for step in steps.steps(cohort.results) if step.what.startswith("Read a sample"))
    assert sample.how.startswith(f"For instance ten of “{found.case.title}”.")


def test_without_a_test_it_is_the_lowest_of_all(cohort, monkeypatch):
    monkeypatch.setattr(discussing, "suspicious", lambda _: set())
    monkeypatch.setattr(discussing, "lowest_topic", lambda _: None)
    found = to_discuss(cohort.results)
    assert (found.question, found.topic) == (stories(cohort)[0][2], None)
    (step,) = steps._teaching(found, {})
    assert step.how.startswith("In the cases no question that looks sound earned less than this one, ")


@pytest.mark.parametrize(
    ("kinds", "is_suspicious"),
    [(("hard",), True), (("weak", "easy"), True), (("unused", "slow"), False), (("easy",), False), ((), False)],
)
def test_no_discussion_begins_with_a_question_that_may_be_wrong(monkeypatch, kinds, is_suspicious):
    flagged = SimpleNamespace(flags={"x": [Flag("x", kind, 50) for kind in kinds]})
    monkeypatch.setattr(discussing, "sat", lambda _: [flagged])
    assert discussing.suspicious(None) == ({"x"} if is_suspicious else set())


def test_a_discussion_leads_to_the_hand_out_where_there_is_one(cohort):
    found = to_discuss(cohort.results)
    path, asked = f"share/handouts/{found.case.assignment}.html", found.question.number
    pages = {"with": f'<li id="question-{asked}">', "without": f'<li id="question-{asked}1">'}
    for kind, text in pages.items():
        (step,) = (one for one in steps.steps(cohort.results, written={path: text}) if one.link.startswith("share"))
        link = f"{path}#question-{asked}" if kind == "with" else path
        assert step.link == link
        assert step.how.endswith("The one-page hand-out has no room for this question: read it out.") is (
            kind != "with"
        )
        assert f'href="{link}"' in page.render("own.html", report.own_content(cohort.report, cohort.results, [step]))
