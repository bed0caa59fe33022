"""The page with names: who may need a talk and why, and everybody's results."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import pandas as pd
import pytest

from eprofessionalism_graders.cohort import page, people, report, standing, words
from eprofessionalism_graders.cohort.doubt import Doubted
from eprofessionalism_graders.cohort.evaluation import Evaluation, Said
from eprofessionalism_graders.cohort.everybody import everybody
from eprofessionalism_graders.cohort.precise import Form
from eprofessionalism_graders.cohort.sittings import sat
from eprofessionalism_graders.incidents import Incident
from eprofessionalism_graders.roster import Learner

PAST, FUTURE = datetime(2020, 1, 1, tzinfo=UTC), datetime(2999, 1, 1, tzinfo=UTC)


def wrong(*rows):
    """Answers that were very sure and wrong, as (learner, item, sitting, about privacy)."""
    frame = pd.DataFrame(rows, columns=["learner", "item", "sitting", "about_privacy"])
    return frame.astype({"about_privacy": "boolean"})


NOBODY_WRONG = wrong()


@pytest.fixture(scope="module")
def results(invented):
    return invented.results


@pytest.fixture(scope="module")
def items(results):
    """The questions of the first two cases."""
    return [item for bank in list(results.banks.values())[:2] for item in bank.items.values()]


def named(results, found):
    """Reasons by learner's id."""
    learners = results.tables.learners
    ids = dict(zip(learners["first_name"] + " " + learners["last_name"], learners["learner"], strict=True))
    return {ids[talk.name]: talk.reasons for talk in found}


def test_who_finished_and_passed_needs_no_talk(results):
    learners = results.tables.learners
    fine = learners[(learners["status"] == "complete") & learners["passed"].fillna(False)]["learner"]
    assert len(fine) > 5
    assert not set(fine) & named(results, people.talks(results, NOBODY_WRONG)).keys()


def test_each_reason_stands_with_whom_it_is_true_of(results):
    found = named(results, people.talks(results, NOBODY_WRONG, due=PAST))
    for row in results.tables.learners.to_dict("records"):
        reasons = " ".join(found.get(row["learner"], ()))
        assert ("Handed in nothing." in reasons) == (row["status"] == "missing")
        assert ("Not finished: " in reasons) == (row["status"] == "partly")
        assert ("Not passed: " in reasons) == (row["passed"] is False)


def test_who_is_just_below_the_pass_mark_is_not_said_to_be_at_it(results):
    learners = results.tables.learners
    just = learners.assign(passed=learners["passed"].where(learners.index != 0, False))
    just = just.assign(post_percent=just["post_percent"].where(just.index != 0, 69.97))
    near = replace(results, tables=replace(results.tables, learners=just))
    (said,) = named(near, people.talks(near, NOBODY_WRONG, due=FUTURE))[learners["learner"][0]]
    assert said.startswith("Not passed: 69.9%")


def test_before_the_course_is_due_nobody_is_late(results):
    found = named(results, people.talks(results, NOBODY_WRONG, due=FUTURE))
    assert all("Not passed" in reason for reasons in found.values() for reason in reasons)
    assert len(found) == int((~results.tables.learners["passed"].fillna(True)).sum())


def test_before_anybody_has_begun_nobody_needs_a_talk(make_cohort):
    assert people.talks(make_cohort([Learner("ana"), Learner("bea")]).results, NOBODY_WRONG, due=PAST) == ()


def test_very_sure_and_wrong_on_privacy_is_a_reason_from_twice_on_or_once_after_the_course(results, items):
    one, two, *_ = (item.id for item in items)
    found = people.talks(
        results,
        wrong(
            ("d001", one, "practice", True),
            ("d002", one, "practice", True),
            ("d002", two, "practice", True),
            ("d003", one, "post", True),
            ("d004", one, "practice", False),
            ("d004", two, "post", False),
        ),
        due=FUTURE,
    )
    by_learner = named(results, found)
    private = {who: why for who, reasons in by_learner.items() for why in reasons if "privacy" in why}
    assert private == {
        "d002": f"Very sure and wrong on patient privacy. Two times, such as: {items[0].stem}",
        "d003": f"Very sure and wrong on patient privacy. {items[0].stem}",
    }


def test_who_has_not_passed_comes_first_and_the_lowest_before_all(results, items):
    learners = results.tables.learners
    last = learners["learner"].iloc[-1]
    noted = [Incident(last, "", "odd", "left"), Incident(last, "", "odder", "left")]
    missing = learners[learners["status"] == "missing"]["learner"].iloc[0]
    talks = people.talks(results, wrong((missing, items[0].id, "post", True)), noted, PAST)
    found = named(results, talks)
    assert [reason.split()[0] for reason in found[missing]] == ["Very", "Handed"]
    assert "Two things found in what was handed in; see below." in found[last]
    kinds = [one.kind for one in talks]
    assert kinds == sorted(kinds, key=[people.FAILED, people.PRIVACY, people.FOUND, people.OPEN].index)
    failed = learners[learners["passed"] == False].set_index("learner")  # noqa: E712 # NA is neither
    best = failed[["post_percent", "retake_percent"]].max(axis=1).sort_values(kind="stable")
    assert len(best) > 1
    assert list(found)[: len(best)] == list(best.index)


def test_who_has_only_the_last_test_to_take_is_reminded_first(results):
    nearly = standing.last_test_alone(results)
    reminders = [one for one in people.talks(results, NOBODY_WRONG, due=PAST) if one.reminder]
    assert 0 < len(nearly) < len(reminders)
    assert list(named(results, reminders))[: len(nearly)] == nearly
    for one in reminders[: len(nearly)]:
        assert one.reasons == ("Not finished: the test after the course.",)


@pytest.mark.parametrize(
    ("value", "said"), [(69.56, "69.5"), (69.97, "69.9"), (69.4, "69"), (70.0, "70"), (69.9999999, "70"), (70.4, "70")]
)
def test_no_rounding_puts_a_result_across_the_pass_mark(value, said):
    assert words.percent(value, 70) == said


def test_a_mark_between_two_whole_percents_is_not_rounded_over_either():
    assert words.percent(66.45, 66.4) == "66.4"
    assert words.percent(66.35, 66.4) == "66"


@pytest.mark.parametrize(
    ("best", "again", "error", "said"),
    [
        (69.56, False, None, "Not passed: 69.5%."),
        (66.0, False, 4.2, "Not passed: 66%. That is within the test’s error of 70%."),
        (65.0, False, 4.2, "Not passed: 65%."),
        (66.0, True, 4.2, "Not passed: 66%, the better of two attempts. That is within the test’s error of 70%."),
    ],
)
def test_how_far_somebody_is_from_passing_is_said(best, again, error, said):
    assert words.not_passed(best, 70, again=again, error=error) == said


def test_who_failed_and_has_no_second_attempt_is_told_so(results):
    found = named(results, people.talks(results, NOBODY_WRONG, due=FUTURE))
    waiting = standing.no_second_attempt(results)
    assert {who for who, reasons in found.items() if "No second attempt yet." in reasons[0]} == set(waiting)


def test_the_tests_error_is_that_of_the_section_on_precision_and_unknown_of_few(results, monkeypatch):
    assert standing.errors(results) == {}
    monkeypatch.setattr(standing, "FIRST_LOOK", 5)
    forms = [Form(one, results.pass_mark) for one in sat(results) if one.bank.is_test]
    assert {"A", "B"} <= {form.sat.bank.form for form in forms}
    expected = {form.sat.bank.form: form.value("sem_percent") for form in forms}
    assert standing.errors(results) == {form: round(value) for form, value in expected.items() if value > 0}


@pytest.mark.parametrize(
    ("post", "retake", "form"), [(60.0, None, "B"), (60.0, 60.0, "B"), (60.0, 69.0, "C"), (69.0, 60.0, "B")]
)
def test_the_error_is_that_of_the_form_of_the_better_result(results, monkeypatch, post, retake, form):
    """A learner who began with form A; each form has an error that reaches 70 from the better result, and no other."""
    error = 70.0 - max(post, retake or 0)
    for errors, is_within in (({form: error}, True), ({form: error - 0.01, "A": 99.0}, False)):
        monkeypatch.setattr(standing, "errors", lambda _, found=errors: found)
        columns = {"pre_form": "A", "post_percent": post, "retake_percent": retake, "passed": False}
        near = with_learner(results, **columns)
        (said,) = named(near, people.talks(near, NOBODY_WRONG, due=FUTURE))[results.tables.learners["learner"][0]]
        assert ("within the test’s error" in said) == is_within


def test_of_which_forms_the_error_is_not_known_is_said_where_it_matters(results, monkeypatch):
    near = with_learner(results, pre_form="A", post_percent=60.0, retake_percent=65.0, passed=False)
    alone = replace(near, tables=replace(near.tables, learners=near.tables.learners.iloc[:1]))
    for known, said in (({"A", "B"}, " The error of form C is not known: too few have taken it."), ({"C"}, "")):
        monkeypatch.setattr(standing, "errors", lambda _, found=known: dict.fromkeys(found, 1.0))
        (block,) = people.blocks(people.talks(alone, NOBODY_WRONG, due=FUTURE), alone)
        assert block.rule.endswith(f"The lowest comes first.{said}")


def with_learner(results, **columns):
    """The same results with other values in some columns of the first learner."""
    learners = results.tables.learners.copy()
    for name, value in columns.items():
        learners.loc[0, name] = value
    return replace(results, tables=replace(results.tables, learners=learners))


def test_who_would_pass_without_a_key_in_doubt_has_that_as_a_reason(results, monkeypatch):
    failed = standing.failed(results)["learner"].iloc[0]
    doubt = SimpleNamespace(would_pass=((failed, (Doubted("x", "90", "question 3 of form A"),)),))
    monkeypatch.setattr(people.keys_in_doubt, "keys_in_doubt", lambda _: doubt)
    found = named(results, people.talks(results, NOBODY_WRONG, due=FUTURE))
    assert found[failed][1] == "Would pass without question 3 of form A, whose key is in doubt."


def test_who_has_only_not_finished_needs_a_reminder_and_stands_last(results):
    found = people.talks(results, NOBODY_WRONG, due=PAST)
    assert [one.reminder for one in found] == [one.reasons[0].startswith(("Not fin", "Handed")) for one in found]
    assert [one.reminder for one in found] == sorted(one.reminder for one in found)


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ((0, 0, 0, 0), "Nobody, as far as the answers show. Names and"),
        ((1, 0, 0, 0), "One has not passed. Names and"),
        (
            (42, 13, 0, 62),
            "42 have not passed; 13 more were very sure and wrong on patient privacy. 62 others have",
        ),
        ((0, 1, 0, 1), "One was very sure and wrong on patient privacy. One other has not finished. Names and"),
        ((1, 0, 2, 0), "One has not passed; something odd was found in what two more handed in. Names and"),
        ((0, 0, 0, 1), "Nobody, as far as the answers show. One has not finished. Names and"),
    ],
)
def test_talks_and_reminders_are_counted_apart(counts, said):
    assert words.talks(*counts).startswith(said)


def test_what_is_not_finished_is_named(results):
    titles = {bank.title for bank in results.banks.values() if not bank.is_test}
    found = named(results, people.talks(results, NOBODY_WRONG, due=PAST))
    partly = results.tables.learners[results.tables.learners["status"] == "partly"]
    assert len(partly)
    for row in partly.to_dict("records"):
        (said,) = (reason for reason in found[row["learner"]] if reason.startswith("Not finished"))
        open_cases = [title for title in titles if f"“{title}”" in said]
        assert open_cases or "cases" in said or "the test after the course" in said
        assert ("the test after the course" in said) == (row["post_status"] != "complete")


@pytest.mark.parametrize(
    ("cases", "test", "said"),
    [
        (["A"], False, "Not finished: “A”."),
        (["A", "B"], True, "Not finished: “A”, “B” and the test after the course."),
        (["A", "B", "C"], True, "Not finished: three cases and the test after the course."),
        ([], True, "Not finished: the test after the course."),
    ],
)
def test_of_many_open_cases_the_number_is_said(cases, test, said):
    assert words.still_open(cases, test) == said


# ---- Everybody -------------------------------------------------------------------------------------------------------


def test_beside_each_name_stands_what_decides_first(invented):
    rows = everybody(invented.results)
    learners = invented.tables.learners.to_dict("records")
    for person, row in zip(rows, learners, strict=True):
        percents = [
            None if pd.isna(row[f"{test}_percent"]) else row[f"{test}_percent"] for test in ("post", "retake", "pre")
        ]
        assert [percent for _, percent in person.tests] == percents
    heads = re.findall(r'<th scope="col"[^>]*>([^<]+)</th>', invented.people.source)
    assert heads[:5] == ["Learner", "Result", "Test after, %", "Second attempt, %", "Test before, %"]
    first = re.search(r"<tbody>\n<tr>(.*?)</tr>", invented.people.source, re.DOTALL)[1]
    cells = re.findall(r"<td[^>]*>(?:<strong>)?([^<]*)", first)
    shown = "–" if rows[0].tests[0][1] is None else words.percent(rows[0].tests[0][1], 70)
    assert cells[:2] == [{True: "passed", False: "not passed", None: "–"}[rows[0].passed], shown]


# ---- The page --------------------------------------------------------------------------------------------------------


def test_every_learner_is_named_with_the_result(invented):
    for person in invented.roster:
        assert f"{person.first_name} {person.last_name}" in invented.people.text
    failed = int((invented.tables.learners["passed"] == False).sum())  # noqa: E712 # NA is neither
    listed = invented.people.text[invented.people.text.index("All 24 learners") :]
    assert listed.count("not passed") == failed


def test_the_numbers_on_the_first_page_are_the_lengths_of_the_lists(invented):
    counts = Counter(talk.kind for talk in invented.talks)
    kinds = (people.FAILED, people.PRIVACY, people.FOUND, people.OPEN)
    assert min(counts[people.FAILED], counts[people.OPEN]) > 0
    assert invented.report.answers[-1].text == words.talks(*(counts[kind] for kind in kinds))
    lists = [part.split("</ul>")[0].count("<li>") for part in invented.people.source.split('<ul class="ep-talks">')[1:]]
    assert lists == [counts[kind] for kind in kinds if counts[kind]]
    for kind, title in zip(kinds, ("Not passed", "patient privacy", "was found", "Have not finished"), strict=True):
        assert not counts[kind] or re.search(rf"{title}.* \({counts[kind]}\)", invented.people.text)


def test_what_was_written_about_the_course_stands_here_and_not_on_the_directors_page(invented, items, taken_apart):
    said = Said(1, items[0], 5, (), ("A <b>canary</b>.", "Same.", "Same."))
    survey = Evaluation("99-evaluation", "What you made of it", 24, 5, (said,))
    content = report.people_content(invented.results, (), (survey,))
    head = {"title": "T", "report": invented.report, "found": None}
    made = taken_apart(page.render("people.html", head | content))
    assert "A <b>canary</b>." in made.text
    assert made.text.count("Same.") == 1
    assert "× 2" in made.text
    whole = report.compose(invented.results, (survey,))
    assert "canary" not in page.render("own.html", report.own_content(whole, invented.results))
