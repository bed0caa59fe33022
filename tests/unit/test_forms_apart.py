"""Whether two forms are unequally hard: the difference, whom it concerns, and what is said of it; or nothing."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from eprofessionalism.items import Item, ItemBank, Option
from eprofessionalism_graders.cohort.analysis.intervals import Estimate
from eprofessionalism_graders.cohort.document import Note
from eprofessionalism_graders.cohort.forms_apart import (
    FEWEST_TO_COMPARE,
    FormsApart,
    Taken,
    finding,
    forms_apart,
    reasons,
)
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.sections import passing
from eprofessionalism_graders.cohort.summary import Assessment
from eprofessionalism_graders.cohort.tables import Tables

FOUND = FormsApart(Taken("A", 87, 49), Taken("B", 91, 70), Estimate(4.95, 3.81, 6.1), 70, 127, 99, ("ana", "bea"))


def bank(form: str, case: str = "") -> ItemBank:
    item = Item(f"{case or form}-1", "sba", "Which?", 1, (Option("a", "a"), Option("b", "b")), assessment=True)
    return ItemBank(case or f"90-form-{form.lower()}", "Form", 10, "digest", {item.id: item}, {}, form=form)


def cohort(harder: float, orders=(40, 40), gain=5.0, seed=1, pass_mark=70.0) -> Results:
    """Learners in two orders, A first and B first; form A is harder by so many points."""
    random = np.random.default_rng(seed)
    rows = []
    for form, count in zip("AB", orders, strict=True):
        for place in range(count):
            able = random.normal(66, 9)
            before = able - harder * (form == "A") + random.normal(0, 4)
            after = able + gain - harder * (form == "B") + random.normal(0, 4)
            rows.append((f"{form}{place}", form, before, after, np.nan))
    return of(
        pd.DataFrame(rows, columns=["learner", "pre_form", "pre_percent", "post_percent", "retake_percent"]), pass_mark
    )


def of(learners: pd.DataFrame, pass_mark=70.0, *others: ItemBank) -> Results:
    best = learners[["post_percent", "retake_percent"]].max(axis=1)
    learners = learners.assign(passed=(best.round(6) >= pass_mark).astype("boolean").mask(best.isna()))
    learners = learners.astype(dict.fromkeys(["pre_percent", "post_percent", "retake_percent"], "Float64"))
    learners = learners.astype({"learner": "string", "pre_form": "string"})
    banks = {one.case: one for one in (bank("A"), bank("B"), *others)}
    tables = Tables(pd.DataFrame(), learners, pd.DataFrame())
    percents = tuple(map(float, learners["post_percent"].dropna()))
    test = Assessment(percents, int(learners["passed"].sum()), pass_mark)
    summary = SimpleNamespace(assessment=test, overall=SimpleNamespace(total=len(learners)))
    return Results("course", tables, banks, {}, pass_mark, summary)


def gains(results: Results) -> list[pd.Series]:
    learners = results.tables.learners
    gained = (learners["post_percent"] - learners["pre_percent"]).astype("float64")
    return [gained[learners["pre_form"] == form] for form in "AB"]


# ---- The difference --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("harder", "form"), [(6, "A"), (-6, "B")])
def test_the_harder_form_and_its_difference_are_found_whatever_was_learned(harder, form):
    for gain in (0, 12):
        found = forms_apart(cohort(harder, gain=gain))
        assert (found.harder.form, found.easier.form) == (form, "BA"[form == "B"])
        assert 0 < found.difference.low < found.difference.value < found.difference.high
        assert found.difference.low < 6 < found.difference.high


def test_the_difference_is_half_of_welchs_of_the_gains():
    """scipy's interval of two means is the independent computation; the bootstrap comes within a tenth of a point."""
    results = cohort(6, orders=(90, 90))
    found, (first, second) = forms_apart(results).difference, gains(results)
    welch = stats.ttest_ind(first, second, equal_var=False).confidence_interval()
    assert found.value == pytest.approx((first.mean() - second.mean()) / 2)
    assert (found.low, found.high) == pytest.approx((welch.low / 2, welch.high / 2), abs=0.1)


def test_calling_the_forms_by_each_others_letters_changes_the_letters_alone():
    results = cohort(6)
    learners = results.tables.learners
    swapped = learners.assign(pre_form=learners["pre_form"].map({"A": "B", "B": "A"}).astype("string"))
    found, turned = (
        forms_apart(results),
        forms_apart(replace(results, tables=replace(results.tables, learners=swapped))),
    )
    assert turned.harder == replace(found.harder, form="B")
    assert turned.between == found.between
    assert turned.difference.value == pytest.approx(found.difference.value)
    assert turned.difference.low == pytest.approx(found.difference.low, abs=0.1)


def test_of_forms_that_chance_could_make_differ_nothing_is_said():
    results = cohort(0.3)
    first, second = gains(results)
    assert stats.ttest_ind(first, second).pvalue > 0.1
    assert forms_apart(results) is None


def test_of_too_few_in_either_order_nothing_is_said_however_large_the_difference():
    few = FEWEST_TO_COMPARE - 1
    assert forms_apart(cohort(15, orders=(few, 60))) is None
    assert forms_apart(cohort(15, orders=(60, few))) is None
    assert forms_apart(cohort(15, orders=(few + 1, few + 1))) is not None


def test_who_has_one_result_alone_is_counted_among_the_takers_and_not_in_the_difference():
    results = cohort(6)
    learners = results.tables.learners
    late = learners.assign(learner="x" + learners["learner"], pre_percent=pd.NA, post_percent=99.0, passed=True)
    both = pd.concat([learners, late.astype(learners.dtypes)], ignore_index=True)
    found, alone = (
        forms_apart(replace(results, tables=replace(results.tables, learners=one))) for one in (both, learners)
    )
    assert found.difference == alone.difference
    assert (found.harder.learners, found.harder.passed) == (80, alone.harder.passed + 40)


def test_where_another_test_counts_too_the_forms_are_not_held_against_each_other():
    results = cohort(6)
    assert forms_apart(of(results.tables.learners, 70.0, bank("", "95-own"))) is None


def test_without_two_orders_there_is_nothing():
    assert forms_apart(cohort(6, orders=(60, 0))) is None
    learners = cohort(6).tables.learners
    assert forms_apart(of(learners.assign(pre_form=pd.NA))) is None


# ---- Whom it concerns ------------------------------------------------------------------------------------------------


def test_whoever_lies_between_the_mark_less_the_difference_and_the_mark_is_named():
    results = cohort(6)
    found = forms_apart(results)
    taken = results.tables.learners.set_index("learner").query("pre_form == 'B'")["post_percent"]
    expected = taken[(taken >= 70 - found.difference.value) & (taken < 70)]
    assert len(expected) > 3
    assert found.between == tuple(expected.index)
    assert found.harder == Taken("A", 40, int((taken >= 70).sum()))


def test_ends_count_as_in_the_mark_and_who_passed_at_the_second_attempt_is_not_named():
    results = cohort(6)
    learners = results.tables.learners
    difference = forms_apart(results).difference.value
    # These three have no result of the test before, so that the difference stays as it is.
    more = pd.DataFrame(
        [
            ("at", "B", np.nan, 70 - difference, np.nan),
            ("below", "B", np.nan, 70 - difference - 0.01, np.nan),
            ("mark", "B", np.nan, 70 - 1e-9, np.nan),
            ("again", "B", np.nan, 69.0, 75.0),
            ("still", "B", np.nan, 69.0, 50.0),
            ("easier", "A", np.nan, 69.0, np.nan),
        ],
        columns=["learner", "pre_form", "pre_percent", "post_percent", "retake_percent"],
    )
    found = forms_apart(of(pd.concat([learners[more.columns].astype(object), more.astype(object)], ignore_index=True)))
    assert found.difference.value == difference
    assert set(found.between) & set(more["learner"]) == {"at", "still"}


def test_so_many_would_pass_with_a_lower_mark_on_the_harder_form_or_a_higher_one_on_the_easier():
    results = cohort(6)
    found, learners = forms_apart(results), results.tables.learners
    value = found.difference.value
    assert (found.lower, found.higher) == (70 - value, 70 + value)
    on_a, on_b = (learners.loc[learners["pre_form"] == first, "post_percent"] for first in "BA")
    assert found.passing_lower == (on_a >= 70 - value).sum() + (on_b >= 70).sum()
    assert found.passing_higher == (on_a >= 70).sum() + (on_b >= 70 + value).sum()
    assert found.passing_higher < found.harder.passed + found.easier.passed < found.passing_lower


# ---- What is said ----------------------------------------------------------------------------------------------------


def test_the_finding_has_the_shares_with_counts_and_the_interval():
    said = finding(FOUND)
    assert "Form A is about 5 points harder than form B (95% interval 3.8 to 6.1" in said
    assert "49 of 87 passed on form A (56%) and 70 of 91 on form B (77%)" in said
    assert "About 65% (64 to 66) on form A is worth 70% on form B; two learners who have not passed" in said
    assert "ana" not in said


@pytest.mark.parametrize(("harder", "form"), [(6, "A"), (-6, "B")])
def test_what_each_test_by_itself_makes_the_difference_is_welchs_of_those_who_took_both(harder, form):
    results = cohort(harder)
    found, learners = forms_apart(results), results.tables.learners
    assert found.harder.form == form
    for column, apart in (("pre_percent", found.apart_before), ("post_percent", found.apart_after)):
        on_a_first, on_b_first = (learners.loc[learners["pre_form"] == name, column].astype(float) for name in "AB")
        a, b = (on_a_first, on_b_first) if column == "pre_percent" else (on_b_first, on_a_first)
        hard, easy = (a, b) if form == "A" else (b, a)
        welch = stats.ttest_ind(easy, hard, equal_var=False)
        assert apart.value == pytest.approx(easy.mean() - hard.mean())
        assert (apart.low, apart.high) == pytest.approx(tuple(welch.confidence_interval(0.95)))


def test_the_finding_says_what_is_taken_for_granted_where_it_is_known():
    assert "takes for granted" not in finding(FOUND)
    told = replace(FOUND, apart_before=Estimate(4.18, 0.62, 7.74), apart_after=Estimate(-0.72, -2.67, 8.76))
    assert (
        "as much is learned whichever form comes first. Between learners, the forms were 4.2 (0.6 to 7.7) points apart "
        "before the course and −0.7 (−2.7 to 8.8) after it."
    ) in finding(told)


def test_each_learner_has_a_reason():
    said = "Took form A, about 5 points harder than form B, and missed the mark by no more than that."
    assert list(reasons(FOUND)) == [("ana", said), ("bea", said)]


def test_where_nobody_is_concerned_there_is_a_finding_and_no_reason():
    found = replace(FOUND, between=())
    assert "nobody who has not passed lies between the two" in finding(found)
    assert not list(reasons(found))


def test_of_nothing_nothing_is_said():
    assert (finding(None), list(reasons(None))) == ("", [])


@pytest.mark.parametrize(
    ("points", "said"), [(0.4, "less than a point"), (1.2, "about 1 point harder"), (2, "about 2 points")]
)
def test_small_differences_are_said_as_they_are(points, said):
    assert f"is {said}" in finding(replace(FOUND, difference=Estimate(points, points / 2, points * 2)))


# ---- Its place: who passed -------------------------------------------------------------------------------------------


def test_the_section_warns_where_the_forms_differ_and_only_there():
    warned, calm = (passing.section(cohort(harder)) for harder in (6, 0))
    notes = [block for block in warned.blocks if isinstance(block, Note)]
    assert [note.caution for note in notes] == [True]
    assert "Form A is about" in notes[0].text
    assert not [block for block in calm.blocks if isinstance(block, Note)]
    assert [figure.caption for figure in calm.figures] == [
        "Learners by percent of the points of the test after the course, first attempt."
    ]


@pytest.mark.parametrize(
    ("percents", "by_retake", "said"),
    [
        ([80, 90], 0, "2 of 2 passed"),
        ([20, 10], 0, "0 of 2 passed"),
        ([80, 90, 10], 1, "3 of 3 passed: two at once, one at the second attempt"),
        ([20, 10], 1, "1 of 2 passed, one at the second attempt"),
        ([80] * 119 + [10] * 59, 17, "136 of 178 passed: 119 at once, 17 at the second attempt"),
    ],
)
def test_the_title_counts_who_passed_and_when(percents, by_retake, said):
    passed = sum(percent >= 70 for percent in percents) + by_retake
    assert passing.title(Assessment(tuple(map(float, percents)), passed, 70, by_retake)) == said


def test_who_has_no_result_is_not_counted_as_failed():
    results = cohort(6)
    results.tables.learners.loc[:1, "post_percent"] = pd.NA
    results.summary.overall.total = 82
    assert "Two learners without a result are left out." in passing.section(results).lead
