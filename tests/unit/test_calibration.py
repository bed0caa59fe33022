"""Certainty against correctness, certainty-based marks, and where learners were very sure and wrong."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pingouin
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from eprofessionalism_graders.cohort.analysis.calibration import (
    CERTAINTY,
    FAIRLY_SURE,
    MARKS,
    NOT_SURE,
    VERY_SURE,
    by_certainty,
    certainty_marks,
    expected_mark,
    gap,
    pays_from,
    surely_wrong,
    sureness_gain,
)
from eprofessionalism_graders.cohort.doubt import doubted
from eprofessionalism_graders.cohort.figures.calibration import Level, against_certainty
from eprofessionalism_graders.cohort.sections import calibration, confident
from eprofessionalism_graders.cohort.sections.confident import QUESTIONS, confident_and_wrong, questions
from eprofessionalism_graders.cohort.topics import is_about_privacy

tried = settings(max_examples=60, deadline=None)


def stated(learners=40, each=6, seed=3) -> pd.DataFrame:
    """Made answers: surer ones are right more often, and learners differ."""
    dice = np.random.default_rng(seed)
    learner = np.repeat(np.arange(learners), each)
    certainty = dice.integers(1, 4, learners * each)
    chance = np.clip(0.15 + 0.2 * certainty + np.repeat(dice.normal(0, 0.15, learners), each), 0.02, 0.98)
    right = dice.random(learners * each) < chance
    return pd.DataFrame({"learner": [f"l{number}" for number in learner], "certainty": certainty, "right": right})


# ---- Certainty-based marking -----------------------------------------------------------------------------------------


def test_the_thresholds_are_gardner_medwins_67_and_80_percent():
    assert [round(pays_from(level)) for level in (NOT_SURE, FAIRLY_SURE, VERY_SURE)] == [0, 67, 80]
    assert pays_from(FAIRLY_SURE) == pytest.approx(200 / 3)
    assert pays_from(VERY_SURE) == pytest.approx(80)


@pytest.mark.parametrize("percent", np.linspace(0.05, 99.95, 251))
def test_at_every_share_the_certainty_whose_range_it_is_earns_most(percent):
    best = max(MARKS, key=lambda level: expected_mark(level, percent))
    assert gap(best, percent) == 0
    assert all(gap(level, percent) != 0 for level in MARKS if level != best)


@pytest.mark.parametrize(
    ("certainty", "percent", "mark"), [(1, 100, 1), (1, 0, 0), (2, 100, 2), (2, 0, -2), (3, 100, 3), (3, 0, -6)]
)
def test_right_earns_1_2_or_3_and_wrong_0_2_or_6_less(certainty, percent, mark):
    assert expected_mark(certainty, percent) == mark


def test_at_a_threshold_the_two_certainties_earn_the_same():
    for level in (FAIRLY_SURE, VERY_SURE):
        assert expected_mark(level, pays_from(level)) == pytest.approx(expected_mark(level - 1, pays_from(level)))


@pytest.mark.parametrize(
    ("certainty", "percent", "expected"),
    [(3, 73, 7), (3, 80, 0), (2, 49, 200 / 3 - 49), (2, 90, -10), (1, 70, -10 / 3)],
)
def test_the_gap_is_how_much_surer_they_were_than_right(certainty, percent, expected):
    assert gap(certainty, percent) == pytest.approx(expected)


def test_marks_as_stated_and_at_best():
    answers = pd.DataFrame(
        {"learner": list("abcdefgh"), "certainty": [3] * 4 + [1] * 4, "right": [1, 0, 1, 0, 1, 1, 1, 1]}
    )
    # Very sure and half right earn (3 + 3 - 6 - 6) / 4 = -1.5, at best 0.5 as unsure; all right 1, at best 3.
    marks = certainty_marks(by_certainty(answers))
    assert marks == pytest.approx(((-1.5 + 1) / 2, (0.5 + 3) / 2))


def test_of_no_answers_there_are_no_marks():
    assert certainty_marks(by_certainty(stated().iloc[:0])) is None


# ---- Calibration against independent computations --------------------------------------------------------------------


def test_the_share_of_each_certainty_is_the_mean_and_its_mark_that_of_each_answer():
    answers = stated()
    marks = [
        MARKS[level][0 if right else 1] for level, right in zip(answers["certainty"], answers["right"], strict=True)
    ]
    mean = answers.assign(mark=marks).groupby("certainty")[["right", "mark"]].mean()
    found = by_certainty(answers).set_index("certainty")
    assert list(found.reset_index().columns) == list(CERTAINTY)
    assert found["percent"].to_numpy() == pytest.approx(100 * mean["right"].to_numpy())
    assert found["mark"].to_numpy() == pytest.approx(mean["mark"].to_numpy())
    assert found["answers"].sum() == len(answers)


def test_shares_and_their_difference_on_real_answers_are_those_of_r():
    """Twenty people, three days, energetic or not (in pingouin): the days stand for certainties 1 to 3. R:
    tapply(y, day, mean). The difference: e <- the first and last day; m <- lm(y ~ (day == 3), e);
    v <- sandwich::vcovCL(m, e$Subject, type = "HC0", cadjust = FALSE) * 20 / 19;
    coef(m)[2] + c(-1, 1) * qt(.975, 19) * sqrt(v[2, 2])."""
    rows = pingouin.read_dataset("cochran")
    days = rows["Time"].map({"Monday": 1, "Wednesday": 2, "Friday": 3})
    answers = pd.DataFrame({"learner": rows["Subject"], "certainty": days, "right": rows["Energetic"] == 1})
    found = by_certainty(answers)
    assert found["percent"].tolist() == pytest.approx([30, 65, 70])
    assert found["mark"].tolist() == pytest.approx([0.3, 2 * 0.65 - 2 * 0.35, 3 * 0.7 - 6 * 0.3])
    assert found["gap"].tolist() == pytest.approx([0, 200 / 3 - 65, 10])
    assert sureness_gain(answers) == pytest.approx((40, 8.148949744, 71.85105026))


def test_how_much_surer_is_righter_is_the_slope_of_a_cluster_robust_regression():
    answers = stated()
    extremes = answers[answers["certainty"] != FAIRLY_SURE]
    very = sm.add_constant((extremes["certainty"] == VERY_SURE).astype(float).to_numpy())
    groups = extremes["learner"].astype("category").cat.codes.to_numpy()
    learners = len(set(groups))
    kinds = {"groups": groups, "use_correction": False}
    robust = sm.OLS(extremes["right"].astype(float).to_numpy(), very).fit(
        cov_type="cluster", cov_kwds=kinds, use_t=True
    )
    gain = sureness_gain(answers)
    assert gain.points == pytest.approx(100 * robust.params[1])
    slope, low = robust.params[1], robust.conf_int()[1][0]
    reach = (slope - low) * np.sqrt(learners / (learners - 1))  # statsmodels' own correction is for other designs
    assert (gain.low, gain.high) == pytest.approx((100 * (slope - reach), 100 * (slope + reach)))


def test_the_interval_of_the_difference_holds_the_truth_about_95_times_in_100():
    held = []
    for seed in range(200):
        dice = np.random.default_rng(seed)
        able = np.repeat(dice.choice([0.2, 0.5, 0.8], 30), 6)
        certainty = np.where(dice.random(180) < 0.5, NOT_SURE, VERY_SURE)  # sure or not at random: the truth is 0
        answers = pd.DataFrame({"learner": np.repeat(np.arange(30), 6), "certainty": certainty})
        gain = sureness_gain(answers.assign(right=dice.random(180) < able))
        held.append(gain.low <= 0 <= gain.high)
    assert 0.90 <= np.mean(held) <= 0.99


def test_of_fewer_than_five_who_were_very_sure_no_difference_is_said():
    answers = stated()
    few = answers[(answers["certainty"] != VERY_SURE) | answers["learner"].isin(["l0", "l1", "l2"])]
    assert sureness_gain(few) is None
    assert sureness_gain(answers[answers["certainty"] == NOT_SURE]) is None
    assert sureness_gain(answers.iloc[:0]) is None


@tried
@given(st.lists(st.tuples(st.sampled_from("abcdefg"), st.sampled_from([1, 2, 3]), st.booleans()), max_size=60))
def test_whatever_is_stated_each_share_lies_in_its_interval(rows):
    found = by_certainty(pd.DataFrame(rows, columns=["learner", "certainty", "right"]))
    known = found.dropna()
    assert (known["low"] <= known["percent"] + 1e-9).all()
    assert (known["percent"] - 1e-9 <= known["high"]).all()
    assert set(found["learners"][found["low"].isna()]) <= {1, 2, 3, 4}
    assert found["answers"].sum() == len(rows)


def test_very_sure_and_wrong_is_less_than_half_of_the_points_and_nothing_that_is_missing():
    answers = pd.DataFrame({"certainty": [3, 3, 3, 2, None], "score": [0.49, 0.5, None, 0.0, 0.0]}).astype(
        {"certainty": "Int64", "score": "Float64"}
    )
    assert list(surely_wrong(answers, 0.5).index) == [0]


# ---- The section -----------------------------------------------------------------------------------------------------

PRIVATE, OTHER = "ps-3-list", "sc-4-asks"


@pytest.fixture(scope="module")
def bold(scripted):
    """Twelve learners: eight very sure and wrong on one question of privacy, all twelve on one of sponsors."""

    def is_bold(learner, item):
        return item.id == OTHER or (item.id == PRIVATE and learner < 8)

    return scripted(
        12, lambda learner, item: 0.0 if is_bold(learner, item) else 1.0, lambda *who: 3 if is_bold(*who) else 2
    ).results


def test_privacy_comes_first_even_where_more_were_wrong_on_another_question(bold):
    found = confident.section(bold)
    which = "question 5 of “What the driver did not know” (8 of 8 very sure answers)"
    assert found.title == f"Most often very sure and wrong on patient privacy: {which}"
    assert found.answer.startswith("Very sure and wrong on patient privacy: eight answers of eight learners, ")
    assert bold.banks["02-patient-stories"].items[PRIVATE].stem in found.answer
    private, others = (table for table in found.tables if table.name.startswith("sure-and-wrong"))
    assert (list(private.frame["item"]), list(private.frame["sure_and_wrong"])) == ([PRIVATE], [8])
    assert (list(others.frame["item"]), list(others.frame["sure_and_wrong"])) == ([OTHER], [12])
    assert (private.folded, others.folded) == (False, True)


def test_the_rate_and_not_the_count_says_where_they_were_most_often_very_sure_and_wrong(scripted):
    """Six of six on one question, seven of twelve on another, and one of one on a third."""
    wrong = {"sc-4-asks": 6, "im-4-hana": 7, "pu-7-november": 1}
    sure = {"sc-4-asks": 6, "im-4-hana": 12, "pu-7-november": 1}
    results = scripted(
        12,
        lambda learner, item: float(learner >= wrong.get(item.id, 0)),
        lambda learner, item: 3 if learner < sure.get(item.id, 0) else 1,
    ).results
    found = questions(results)
    assert list(found["item"][found["sure_and_wrong"] > 0]) == ["sc-4-asks", "im-4-hana", "pu-7-november"]
    assert list(found["very_sure"][found["sure_and_wrong"] > 0]) == [6, 12, 1]
    assert confident.section(results).title.endswith("“No sponsor, no shop” (6 of 6 very sure answers)")


def test_who_was_very_sure_and_wrong_is_told_by_answer_privacy_first(bold):
    found = confident_and_wrong(bold)
    assert list(found.columns) == ["learner", "item", "sitting", "about_privacy"]
    assert list(found["item"]) == [PRIVATE] * 8 + [OTHER] * 12
    assert list(found["learner"][:8]) == [f"d{place:03}" for place in range(8)]
    assert list(found["about_privacy"]) == [True] * 8 + [False] * 12


def test_nobody_is_called_sure_and_wrong_for_a_key_that_is_in_doubt(scripted):
    """The better half has everything right but one question of form A; the others have that alone right."""
    form = scripted(2, lambda *_: 1.0, lambda *_: None).results.banks["90-form-a"]
    odd = next(item.id for item in form.items.values() if item.certainty)
    results = scripted(80, lambda learner, item: float((learner < 40) == (item.id == odd)), lambda *_: 3).results
    out = {one.item for one in doubted(results)}
    assert odd in out
    asked = set(results.tables.responses.dropna(subset=["certainty"])["item"])
    assert set(questions(results)["item"]) == asked - out
    assert out.isdisjoint(confident_and_wrong(results)["item"])
    for part in (confident, calibration):
        assert "Left out: question " in part.section(results).lead


def test_every_question_that_asks_how_sure_one_is_is_counted(bold):
    found = questions(bold)
    asked = {
        item.id: item for name, bank in bold.banks.items() if name != "92-form-c" for item in bank.items.values()
        if item.certainty
    }  # fmt: skip
    assert list(found.columns) == list(QUESTIONS)
    assert set(found["item"]) == set(asked)
    marked = dict(zip(found["item"], found["about_privacy"], strict=True))
    assert marked == {name: is_about_privacy(item.teaches) for name, item in asked.items()}


def test_without_anybody_wrong_on_privacy_the_other_question_is_named(scripted):
    results = scripted(6, lambda _, item: float(item.id != OTHER), lambda _, item: 3 if item.id == OTHER else 1).results
    found = confident.section(results)
    assert found.title == (
        "Most often very sure and wrong: question 3 of “No sponsor, no shop” (6 of 6 very sure answers)"
    )
    assert found.answer.startswith("Very sure and wrong most often: question 3")


def test_where_too_few_were_wrong_on_any_question_none_is_named(scripted):
    few = scripted(12, lambda learner, _: float(learner > 3), lambda learner, _: 3 if learner < 5 else 1).results
    found = confident.section(few)
    assert found.title == "No question had five very sure and wrong answers"
    assert max(table.frame["sure_and_wrong"].max() for table in found.tables) == 4


def test_where_nobody_was_very_sure_and_wrong_only_certainty_is_told(scripted):
    results = scripted(8, lambda _, item: float(len(item.id) % 2), lambda _, item: 1 + 2 * (len(item.id) % 2)).results
    found = calibration.section(results)
    very, unsure = r"(\d+) of \1( \(100%\))?", r"none of \d+( \(0%\))?"
    assert re.fullmatch(
        f"Of the very sure answers in the test, {very} were right; of the unsure ones {unsure}", found.title
    )
    assert found.answer == f"{found.title}."
    assert confident.section(results) is None


def test_without_enough_very_sure_answers_no_percentage_of_them_heads_the_part(scripted):
    results = scripted(8, lambda *_: 1.0, lambda learner, _: 3 if learner < 4 else 2).results
    found = calibration.section(results)
    assert found.title == calibration.UNKNOWN
    assert found.answer == ""


def test_the_test_before_the_course_is_kept_apart(bold):
    responses = bold.tables.responses
    levels = next(table.frame for table in calibration.section(bold).tables if table.name == "certainty")
    before = levels[levels["part"] == "Test before"]
    asked = responses["certainty"].notna()
    assert before["answers"].sum() == (asked & (responses["sitting"] == "pre")).sum()
    for part, sitting in (("Test after", "post"), ("Cases, first answers", "practice")):
        answers = levels[levels["part"] == part]["answers"].sum()
        assert answers == (asked & (responses["sitting"] == sitting)).sum()


def test_what_is_said_first_is_of_the_test_alone(bold):
    found = calibration.section(bold)
    levels = next(table.frame for table in found.tables if table.name == "certainty")
    tested = levels[(levels["part"] == "Test after") & (levels["kind"] == "One best answer")]
    assert found.lead == (
        "Counted are questions with one best answer, in the test after the course: "
        f"{tested['answers'].sum()} answers of 12 learners. Right is the full score."
    )
    (marked,) = (block for block in found.blocks if getattr(block, "title", "").startswith("If each answer"))
    assert "in the test after the course" in marked.text


def test_questions_with_several_right_answers_are_told_apart_and_have_neither_gap_nor_mark(scripted):
    """Very sure: of one best answer all right, of several none; not sure: of one best answer none right."""
    results = scripted(
        12,
        lambda learner, item: float(item.type == "sba" and learner < 6) or 0.9 * (item.type == "mrq"),
        lambda learner, item: 3 if learner < 6 or item.type == "mrq" else 1,
    ).results
    found = calibration.section(results)
    levels = next(table.frame for table in found.tables if table.name == "certainty")
    tested = levels[levels["part"] == "Test after"].set_index(["kind", "stated"])
    best, several = tested.loc["One best answer"], tested.loc["Several right answers"]
    assert best.loc["Very sure", ["percent", "gap", "mark"]].tolist() == [100, 0, 3]
    assert best.loc["Not sure", ["percent", "gap", "mark"]].tolist() == [0, 0, 0]
    assert several.loc["Very sure", "percent"] == 0
    assert several[["gap", "mark"]].isna().all(axis=None)
    (gained,) = (block.text for block in found.blocks if "more often than unsure ones" in getattr(block, "text", ""))
    assert "by 100 percentage points" in gained
    (marked,) = (block.text for block in found.blocks if getattr(block, "title", "").startswith("If each answer"))
    share = best.loc["Very sure", "answers"] / best["answers"].sum()
    assert f"had {3 * share:.2f} each on average" in marked


def test_of_few_who_stated_a_certainty_no_share_is_told_and_no_mark(scripted):
    """Three were very sure; of the nine who were not there is a share."""
    results = scripted(12, lambda *_: 1.0, lambda learner, _: 3 if learner < 3 else 1).results
    found = calibration.section(results)
    levels = next(table.frame for table in found.tables if table.name == "certainty")
    few = levels[levels["stated"] == "Very sure"]
    assert set(few["learners"]) <= {1, 2, 3}
    assert few[["right", "percent", "gap", "mark"]].isna().all(axis=None)
    assert [word for word, *_ in found.figures[0].plot.rows] == ["Not sure"]
    assert found.title == calibration.UNKNOWN
    assert not any(getattr(block, "title", "") for block in found.blocks)


def test_a_test_in_which_too_few_were_very_sure_gives_way_to_the_cases(scripted):
    """In the test three are very sure; in the cases six are, on questions of their own."""
    results = scripted(12, lambda *_: 1.0, lambda learner, item: 3 if learner < (3 if item.assessment else 6) else 1)
    found = calibration.section(results.results)
    assert found.title.startswith("Of the very sure answers in cases, ")
    assert any("in the test after the course fewer than five" in note.lower() for note in cautions(found))


def cautions(found):
    return [block.text for block in found.blocks if getattr(block, "caution", False)]


def test_without_results_of_the_test_the_cases_are_shown_and_it_is_said(bold):
    responses = bold.tables.responses
    cases = replace(bold.tables, responses=responses[responses["sitting"] == "practice"])
    found = calibration.section(replace(bold, tables=cases))
    assert found.title.startswith("Of the very sure answers in cases, ")
    assert "in cases, before their feedback: " in found.lead
    assert any(getattr(block, "caution", False) for block in found.blocks)
    assert "in cases, before their feedback" in found.figures[0].plot.alt


@pytest.mark.parametrize("part", [confident, calibration])
def test_no_learner_is_named_in_the_section(bold, part):
    found = part.section(bold)
    said = [found.title, found.lead, found.answer, *(getattr(block, "text", "") for block in found.blocks)]
    cells = [cell for table in found.tables for row in table.rows() for cell in row]
    cells += [str(cell) for table in found.tables for cell in table.frame.to_numpy().ravel()]
    assert not [text for text in [*said, *cells] if "d000" in text or "d011" in text]


def test_of_four_learners_nothing_is_concluded(scripted):
    results = scripted(4, lambda *_: 0.0, lambda *_: 3).results
    found = calibration.section(results)
    assert found.blocks == ()
    assert "Fewer than five" in found.lead
    assert confident.section(results) is None


def test_where_nobody_says_how_sure_there_is_no_section(scripted, make_cohort):
    for results in (make_cohort([]).results, scripted(6, lambda *_: 1.0, lambda *_: None).results):
        assert calibration.section(results) is None
        assert confident.section(results) is None


def test_the_picture_has_the_test_alone_with_a_dot_for_each_certainty(bold):
    found = calibration.section(bold)
    (figure,) = found.figures
    responses = bold.tables.responses
    asked = (responses["sitting"] == "post") & (responses["type"] == "sba")
    tested = responses[asked & responses["certainty"].notna()]
    assert [(word, int(count)) for word, count, *_ in figure.plot.rows] == [("Fairly sure", len(tested))]
    assert figure.plot.alt.endswith("how sure the learner was in the test after the course: fairly sure 100.")


def test_a_level_without_an_interval_is_drawn_without_one():
    known, unknown = (Level("Very sure", 9, 60, *ends) for ends in ((50, 70), (float("nan"), float("nan"))))
    assert against_certainty([unknown], "x").rows[0][3] == "–"
    lines = [against_certainty([one], "x").wide.count("stroke-width: 3") for one in (known, unknown)]
    assert lines == [1, 0]
