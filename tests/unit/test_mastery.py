"""Mastery by clause, topic and source: the interval over learners, the order, and what is said of it."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pingouin
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm, t
from statsmodels.stats.proportion import proportion_confint

from eprofessionalism import standards
from eprofessionalism_graders.cohort.analysis.clustered import clustered_share, standard_error
from eprofessionalism_graders.cohort.analysis.mastery import MASTERY, clearly_lowest, mastery, own_percents
from eprofessionalism_graders.cohort.document import Answer, Note
from eprofessionalism_graders.cohort.figures.mastery import Mastered, by_unit
from eprofessionalism_graders.cohort.sections import mastery as module
from eprofessionalism_graders.cohort.sections.known import Known
from eprofessionalism_graders.cohort.sections.mastery import NO_TOPIC, NOT_COMPARED, section
from eprofessionalism_graders.cohort.sittings import Sat
from eprofessionalism_graders.cohort.topics import topics
from eprofessionalism_graders.cohort.words import number, phrase

tried = settings(max_examples=60, deadline=None)


def answers(rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["learner", "item", "unit", "points", "max_points"])


# ---- The interval ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def gaps() -> pd.DataFrame:
    """Right or wrong with gaps, 12 people and 11 items (real-statistics.com, in pingouin), one row an answer."""
    wide = pingouin.read_dataset("cronbach_wide_missing")
    return wide.reset_index(names="learner").melt(id_vars="learner", value_name="points").dropna()


def test_the_standard_error_is_statsmodels_cluster_robust_one_on_real_answers(gaps):
    own = gaps.groupby("learner")["points"].agg(["sum", "count"])
    model = sm.OLS(gaps["points"].to_numpy(), np.ones(len(gaps)))
    robust = model.fit(cov_type="cluster", cov_kwds={"groups": gaps["learner"].to_numpy()}, use_t=True)
    assert clustered_share(own["sum"], own["count"]).percent == pytest.approx(100 * robust.params[0])
    assert standard_error(own["sum"], own["count"]) == pytest.approx(100 * robust.bse[0])


def test_with_unequal_points_it_is_that_of_a_weighted_mean():
    dice = np.random.default_rng(1)
    learner, most = np.repeat(np.arange(30), 7), dice.integers(1, 5, 210).astype(float)
    earned = most * dice.beta(3, 1, 210)
    model = sm.WLS(earned / most, np.ones(210), weights=most)
    robust = model.fit(cov_type="cluster", cov_kwds={"groups": learner}, use_t=True)
    own = pd.DataFrame({"learner": learner, "earned": earned, "most": most}).groupby("learner").sum()
    assert clustered_share(own["earned"], own["most"]).percent == pytest.approx(100 * robust.params[0])
    assert standard_error(own["earned"], own["most"]) == pytest.approx(100 * robust.bse[0])


def test_of_one_answer_a_learner_it_is_wilsons_interval_with_students_quantile():
    right = np.array([1.0] * 17 + [0.0] * 8)
    share = clustered_share(right, np.ones(25))
    alpha = 2 * norm.sf(t.ppf(0.975, 24))
    low, high = proportion_confint(0.68 * 24, 24, alpha=alpha, method="wilson")
    assert share == pytest.approx((68.0, 100 * low, 100 * high))


@pytest.mark.parametrize(("mean", "learners"), [(0.7, 24), (0.9, 24), (0.5, 240)])
def test_it_holds_the_true_share_about_95_times_in_100_where_wilsons_alone_does_not(mean, learners):
    dice, each, trials = np.random.default_rng(7), 8, 2000
    able = dice.beta(1.5 * mean, 1.5 * (1 - mean), (trials, learners))  # answers of one learner correlate by 0.4
    right = dice.binomial(each, able)
    most = np.full(learners, each)
    held = [share.low <= 100 * mean <= share.high for share in (clustered_share(row, most) for row in right)]
    low, high = proportion_confint(right.sum(axis=1), each * learners, method="wilson")
    assert 0.925 <= np.mean(held) <= 0.97
    assert np.mean((low <= mean) & (mean <= high)) < 0.80


@tried
@given(st.lists(st.tuples(st.floats(0, 1), st.integers(1, 9)), min_size=1, max_size=30))
def test_it_holds_the_percentage_within_0_and_100(pairs):
    most = [count for _, count in pairs]
    share = clustered_share([part * count for part, count in pairs], most)
    assert -1e-9 <= share.percent <= 100 + 1e-9
    if len(pairs) < 5:
        assert np.isnan([share.low, share.high]).all()
    else:
        assert 0 <= share.low <= share.percent + 1e-6
        assert share.percent - 1e-6 <= share.high <= 100


@pytest.mark.parametrize("part", [0.0, 0.5, 1.0])
def test_it_is_not_empty_where_all_learners_did_alike(part):
    share = clustered_share(np.full(20, 4 * part), np.full(20, 4))
    assert share.high - share.low > 10


def test_more_learners_make_it_narrower_and_more_answers_of_the_same_kind_do_not():
    points, most = np.tile([0.0, 1.0, 2.0, 2.0], 6), np.full(24, 2.0)
    once, twice = clustered_share(points, most), clustered_share(2 * points, 2 * most)
    more = clustered_share(np.tile(points, 4), np.tile(most, 4))
    assert twice == pytest.approx(once)
    assert more.high - more.low < 0.6 * (once.high - once.low)


def test_of_nobody_there_is_nothing():
    assert np.isnan(clustered_share([], [])).all()


# ---- The table -------------------------------------------------------------------------------------------------------


def test_mastery_is_the_percent_of_all_points_and_the_lowest_comes_first():
    found = mastery(
        answers(
            [("ana", "i1", "x", 1, 2), ("bea", "i1", "x", 2, 2), ("ana", "i2", "x", 3, 6), ("ana", "i3", "y", 0, 1)]
        )
    )
    assert list(found.columns) == list(MASTERY)
    assert list(found["unit"]) == ["y", "x"]
    assert list(found["percent"]) == [0, 60]
    assert found.iloc[1][["learners", "questions", "answers"]].tolist() == [2, 2, 3]
    assert found[["low", "high"]].isna().all(axis=None)


def test_nobodys_answers_make_an_empty_table():
    assert mastery(answers([])).empty


def test_each_learner_has_a_percentage_of_each_unit():
    rows = [("ana", "i1", "x", 1, 2), ("ana", "i2", "x", 2, 2), ("bea", "i1", "x", 0, 2), ("bea", "i3", "y", 1, 1)]
    assert own_percents(answers(rows)) == {"x": {"ana": 75.0, "bea": 0.0}, "y": {"bea": 100.0}}


def paired(differences) -> pd.DataFrame:
    """Two units: what each learner has more on the second, in parts of 10 points."""
    rows = [(f"l{place}", "i1", "low", 5 - by, 10) for place, by in enumerate(differences)]
    return answers([*rows, *((f"l{place}", "i2", "high", 5, 10) for place in range(len(differences)))])


def test_a_unit_is_clearly_lowest_by_learners_own_differences():
    assert clearly_lowest(paired([2, 1, 2, 3, 2, 1]), ["low", "high"]) == "low"


@pytest.mark.parametrize(
    "differences",
    [[4, -3, 2, -2, 1, -1], [0] * 8, [2, 2, 2]],
    ids=["some more, some less", "all the same", "too few learners"],
)
def test_else_none_is(differences):
    assert clearly_lowest(paired(differences), ["low", "high"]) is None


def test_of_one_unit_none_is_the_lowest():
    assert clearly_lowest(paired([2, 2, 2, 3, 2]), ["low"]) is None


# ---- The section -----------------------------------------------------------------------------------------------------


def wrong_on(items):
    """Everybody has everything right but for these questions, and every third learner even these."""
    return lambda learner, item: 1.0 if item.id not in items or learner % 3 == 0 else 0.25


@pytest.fixture(scope="module")
def weak(scripted, course):
    """24 learners who do not know the topic of one case."""
    about = topics(course[0])
    subject = course[0]["08-misinformation"].subject
    return scripted(24, wrong_on({item for item, topic in about.items() if topic == subject})).results


def table(found, name) -> pd.DataFrame:
    return next(one.frame for one in found.tables if one.name == name)


def test_the_topic_that_they_know_least_is_the_title(weak):
    assert section(weak).title == "They know least of one topic: health claims passed on (50%)"


def test_the_answer_is_the_duty_they_know_least_with_its_percentage_in_the_test(weak):
    found = section(weak)
    clauses = table(found, "mastery-clauses")
    duties = clauses[(clauses["role"] == "duty") & ~clauses["few_questions"]]
    lowest = duties[duties["percent"] == duties["percent"].min()]
    named = [clause for clause in lowest["clause"] if standards.clauses()[clause].body in found.answer]
    percent = float(lowest["percent"].iloc[0])
    assert named
    assert percent < 60
    assert f"”, {percent:.0f}% (" in found.answer
    assert "Percent of the points in the test after the course" in found.answer


def test_the_answers_first_sentence_is_a_line_and_enough(weak):
    said = Answer("Which clause is weak?", section(weak).answer)
    assert len(said.first) < 190
    assert said.first.endswith(").")
    assert said.rest.startswith("Percent of the points")


FORMS = {"90-a": SimpleNamespace(form="A"), "91-b": SimpleNamespace(form="B"), "01-case": SimpleNamespace(form="")}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ([("90-a", "x", 4), ("91-b", "y", 6)], "40% on form A, 60% on form B, one question each"),
        (
            [("90-a", "x", 4), ("90-a", "z", 2), ("91-b", "y", 6)],
            "30% on two questions of form A, 60% on one of form B",
        ),
        ([("90-a", "x", 4)], "one question"),
        ([("90-a", "x", 4), ("01-case", "y", 6)], "two questions"),
    ],
)  # fmt: skip
def test_what_was_earned_on_each_form_is_told_apart(asked, said):
    rows = [(f"l{n}", item, "U", float(points), 10.0) for _, item, points in asked for n in range(6)]
    made = answers(rows).assign(assignment=[name for name, *_ in asked for _ in range(6)])
    found = Known(mastery(made).assign(few_questions=False), made, tested=True)
    assert module._basis(found, "U", SimpleNamespace(banks=FORMS)) == said


@pytest.fixture
def doubts(scripted, course, monkeypatch):
    """Ten learners who all fail one question of form A, whose key is in doubt; and its topic."""
    wrong = next(item.id for item in course[0]["90-form-a"].items.values() if not item.is_text)
    monkeypatch.setattr(Sat, "doubted", property(lambda self: (wrong,) if wrong in self.items else ()))
    results = scripted(10, lambda learner, item: 0.0 if item.id == wrong else 0.75 - learner / 100).results
    return results, wrong, topics(course[0])[wrong]


def test_a_question_in_doubt_counts_for_no_topic_and_it_is_said_what_it_would_have_changed(doubts):
    results, wrong, topic = doubts
    found = section(results)
    rows = table(found, "mastery-topics").set_index("unit")["percent"]
    after = results.tables.responses[results.tables.responses["sitting"] == "post"]
    after = after[after["item"].map(topics(results.banks)) == topic]
    percents = {
        kept: 100 * part["points"].sum() / part["max_points"].sum()
        for kept, part in ((True, after[after["item"] != wrong]), (False, after))
    }
    assert rows[topic] == pytest.approx(percents[True])
    assert percents[True] > percents[False] + 5
    note = next(block.text for block in found.blocks if isinstance(block, Note))
    name = phrase(topic)
    assert note == (
        f"Left out: question 1 of form A, whose key is in doubt. If it counted, {name} would have "
        f"{percents[False]:.0f}% instead of {percents[True]:.0f}% and the lowest topic would be {name} "
        f"({percents[False]:.0f}%)."
    )


def known_of(rows, few=()) -> Known:
    """Units with each learner's points of 10 on each question: unit, item, points by learner."""
    made = answers([(f"l{n}", item, unit, float(p), 10.0) for unit, item, points in rows for n, p in enumerate(points)])
    frame = mastery(made)
    frame["few_questions"] = frame["unit"].isin(few)
    return Known(frame, made, tested=True)


def test_units_on_the_same_questions_stand_together_and_others_do_not():
    low, high = [2, 3, 4, 3, 2, 3], [8, 9, 7, 8, 9, 8]
    found = known_of([("a", "i1", low), ("b", "i2", high), ("c", "i1", low), ("d", "i1", low), ("d", "i2", high)])
    assert found.together("abcd") == [["a", "c"], ["d"], ["b"]]
    assert found.together("bcd") == [["c"], ["d"], ["b"]]
    assert found.questions("d") == 2


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([[3] * 8, [3, 4, 2, 5, 3, 4, 2, 3], [9] * 8], "Lowest: t0 30%, t1 32%; too close to call"),
        (
            [[3] * 8, [2, 4] * 4, [4, 2, 4, 2, 4, 2, 4, 3], [9] * 8],
            "Lowest: t0 30%, t1 30%; too close to call, and so is one more",
        ),
        ([[3] * 8, [2, 4] * 4, [4, 2] * 4], NO_TOPIC),
        ([[10] * 8, [10] * 8], NO_TOPIC),
        ([[3] * 8], NO_TOPIC),
    ],
    ids=["two", "three", "all", "all know all", "one topic"],
)  # fmt: skip
def test_topics_too_close_to_call_are_named_unless_it_may_be_any(rows, said):
    found = known_of([(f"T{n}", f"i{n}", points * 3) for n, points in enumerate(rows)])
    assert module._lowest(found) == said


def asked_apart(*groups) -> Known:
    """Units, each asked of 12 learners of its own but for those that stand together."""
    made = [
        (f"{place}-{n}", f"i-{unit}", unit, points + n % 2, 10.0)
        for place, group in enumerate(groups)
        for unit, points in group
        for n in range(12)
    ]
    frame = mastery(answers(made)).assign(few_questions=False)
    return Known(frame, answers(made), tested=True)


def test_what_different_learners_were_asked_is_called_not_compared_and_not_close():
    found = asked_apart([("T0", 2), ("T2", 7)], [("T1", 4)])
    assert found.close_to_lowest() == []
    assert [found.is_compared("T0", other) for other in ("T1", "T2")] == [False, True]
    assert module._lowest(found) == f"Lowest: t0 25%, t1 45%; {NOT_COMPARED}"
    assert module._rank(found, {"T0", "T1"}) == "Lowest, but not compared (the next was asked of different learners),"
    assert module._rank(found, {"T0", "T2"}) == "Weakest"
    assert module._lowest(asked_apart([("T0", 2)], [("T1", 4)])) == NO_TOPIC


@pytest.mark.parametrize("few", [("a",), ("a", "b")], ids=["one topic", "no topic"])
def test_without_two_topics_that_rest_on_enough_none_is_called_the_lowest(few):
    found = known_of([("a", "i1", [3] * 12), ("b", "i2", [9] * 12)], few=few)
    assert module._lowest(found) == NO_TOPIC


def test_of_fewer_than_20_learners_the_lowest_topic_is_a_hint_and_no_clause_is_named(scripted, course):
    about = topics(course[0])
    hard = {item for item, topic in about.items() if topic == "Health claims passed on"}
    found = section(scripted(19, wrong_on(hard)).results)
    percent = table(found, "mastery-topics").set_index("unit")["percent"]["Health claims passed on"]
    assert found.title == f"Lowest in the test: health claims passed on ({percent:.0f}%); two questions each, so a hint"
    assert found.answer == "Too few to say which clause: 19 learners took the test after the course."
    assert "none is clearly known least" in found.figures[0].caption


def test_a_clause_is_named_only_where_three_questions_are_in_the_column_that_ranks(weak):
    found = section(weak)
    clauses = table(found, "mastery-clauses")
    assert (clauses["few_questions"] == (clauses["questions"].fillna(0) < 3)).all()
    rich_in_cases = clauses["few_questions"] & (clauses["practice_questions"] >= 3)
    assert rich_in_cases.any()
    enough = clauses[(clauses["role"] == "duty") & ~clauses["few_questions"]]
    assert f" of {number(len(enough))} clauses with three questions or more: “" in found.answer
    thin = known_of([("a", "i1", [3] * 24), ("b", "i2", [9] * 24)], few=("a", "b"))
    assert module._answer(thin, weak) == (
        "Too few questions to say which clause: none has three in the test after the course."
    )


def test_clauses_of_which_nothing_is_known_have_no_row_and_are_counted(weak):
    responses = weak.tables.responses
    cases = replace(weak.tables, responses=responses[responses["sitting"] == "post"])
    shown = next(one for one in section(replace(weak, tables=cases)).tables if one.name == "mastery-clauses")
    assert shown.frame["percent"].notna().all()
    assert "practice_percent" not in [column.name for column in shown.columns]
    asked = {clause for item in weak.banks.values() for one in item.items.values() for clause in one.teaches}
    assert len(shown.frame) < len({standards.split(cite)[0] for cite in asked})


def test_test_and_cases_are_kept_apart(weak, course):
    topic = table(section(weak), "mastery-topics").set_index("unit").loc[course[0]["08-misinformation"].subject]
    # Every third learner knows it, the others have a quarter: 50 percent in both.
    assert (topic["percent"], topic["practice_percent"]) == pytest.approx((50, 50))
    assert (topic["questions"], topic["answers"], topic["learners"]) == (4, 48, 24)
    assert topic["practice_questions"] == sum(not i.is_text for i in course[0]["08-misinformation"].items.values())
    assert topic["low"] < 50 < topic["high"]


def test_every_topic_of_the_test_and_every_source_of_the_course_has_a_row(weak):
    found = section(weak)
    assert len(table(found, "mastery-topics")) == 10
    bodies = {clause.body for clause in standards.clauses().values()}
    assert set(table(found, "mastery-sources")["unit"]) == bodies


def test_a_source_with_few_questions_is_marked_and_never_said_to_be_the_weakest(weak, course):
    sources = table(section(weak), "mastery-sources")
    asked = {
        body: {
            item.id
            for name, bank in course[0].items()
            for item in bank.items.values()
            if not item.is_text and name in ("90-form-a", "91-form-b")
            for cite in item.teaches
            if standards.clauses()[standards.split(cite)[0]].body == body
        }
        for body in sources["unit"]
    }
    assert {unit for unit, few in zip(sources["unit"], sources["few_questions"], strict=True) if few} == {
        body for body, items in asked.items() if len(items) < 3
    }


def test_where_all_know_all_none_stands_out(scripted):
    found = section(scripted(20, lambda learner, item: 1.0).results)
    assert found.title == NO_TOPIC
    assert found.answer == "None stands out: every clause has 100% of the points in the test after the course."


def test_of_four_learners_nothing_is_concluded(scripted):
    found = section(scripted(4, lambda learner, item: 0.5).results)
    assert found.blocks == ()
    assert found.answer == ""
    assert "Fewer than five" in found.lead


def test_before_anything_is_handed_in_there_is_no_section(make_cohort):
    assert section(make_cohort([]).results) is None


def test_without_results_of_the_test_the_cases_are_shown_and_it_is_said(weak):
    responses = weak.tables.responses
    cases = replace(weak.tables, responses=responses[responses["sitting"] == "practice"])
    found = section(replace(weak, tables=cases))
    assert "first answers in a case" in found.lead
    assert "first answers in a case" in found.answer
    assert any(getattr(block, "caution", False) for block in found.blocks)
    assert table(found, "mastery-sources")["percent"].isna().all()


def test_the_figures_say_their_finding_and_hold_every_row(weak):
    for figure in section(weak).figures:
        assert "Lowest: " in figure.plot.alt
        assert len(figure.plot.rows) in (8, 10)
        assert figure.plot.narrow.count("</text>") > len(figure.plot.rows)


def test_a_bar_without_an_interval_has_a_dash_in_the_table():
    drawn = by_unit([Mastered("A", 40, float("nan"), float("nan"), few=True), Mastered("B", 50, 40, 60)], "Source")
    assert drawn.rows == (("A (few questions)", "40", "–"), ("B", "50", "40 to 60"))
    assert "A (few questions)" in drawn.wide
