"""Setting a standard: the arithmetic against published numbers, the files that an instructor lays beside, the words."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pingouin
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, ttest_1samp

from eprofessionalism.authoring.findings import FindingsError
from eprofessionalism_graders.cohort.analysis.judging import (
    AGAINST,
    PASSING,
    RATED,
    against,
    agreement,
    borderline_group,
    cuts,
    mean_squares,
    panel,
    passing,
    rated,
    reach,
    reached,
)
from eprofessionalism_graders.cohort.doubt import Doubted
from eprofessionalism_graders.cohort.figures.base import LETTER, NARROW, WIDE
from eprofessionalism_graders.cohort.figures.judging import Round, judges, share_at
from eprofessionalism_graders.cohort.judges import read_borderline, read_judges
from eprofessionalism_graders.cohort.sections import judged as judged_tables
from eprofessionalism_graders.cohort.sections.judged import RATES
from eprofessionalism_graders.cohort.sections.judging import section

DOCS = Path(__file__).parents[2] / "docs" / "instructors"
FORM = "90-form-a"
tried = settings(max_examples=60, deadline=None)

# Six targets rated by four judges (Shrout PE, Fleiss JL. Psychol Bull 1979;86:420-428, table 2; table 3 has the mean
# squares 11.24, 32.49 and 1.02, table 4 the coefficients).
SHROUT = pd.DataFrame([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])


# ---- Agreement -------------------------------------------------------------------------------------------------------


def test_agreement_is_what_shrout_and_fleiss_printed():
    found = agreement(SHROUT)
    assert (round(found.single, 2), round(found.mean, 2)) == (0.29, 0.62)
    assert [round(square, 2) for square in mean_squares(SHROUT.to_numpy(float))] == [11.24, 32.49, 1.02]


@pytest.mark.filterwarnings("ignore:The inplace keyword in DataFrame.dropna")  # pingouin's own, for pandas 4
@pytest.mark.parametrize("scores", ["shrout", "icc"])
def test_agreement_and_its_interval_are_pingouins(scores):
    if scores == "icc":  # wines and judges (real-statistics.com, in pingouin)
        long = pingouin.read_dataset("icc").rename(columns={"Wine": "target", "Judge": "judge", "Scores": "rating"})
    else:
        long = SHROUT.rename_axis("target").reset_index().melt(id_vars="target", var_name="judge", value_name="rating")
    table = pingouin.intraclass_corr(long, "target", "judge", "rating").set_index("Type")
    found = agreement(long.pivot(index="target", columns="judge", values="rating"))
    assert found.single == pytest.approx(table.loc["ICC(A,1)", "ICC"])
    assert found.mean == pytest.approx(table.loc["ICC(A,k)", "ICC"])
    assert (found.low, found.high) == pytest.approx(tuple(table.loc["ICC(A,k)", "CI95"]), abs=0.00501)
    assert (found.single_low, found.single_high) == pytest.approx(tuple(table.loc["ICC(A,1)", "CI95"]), abs=0.00501)


@pytest.mark.filterwarnings("ignore:The inplace keyword in DataFrame.dropna")  # pingouin's own, for pandas 4
def test_judges_who_differ_by_a_constant_alone_have_an_interval_of_more_than_a_point():
    """The limit of what pingouin has for judges who differ by hardly more than a constant."""
    ratings = pd.DataFrame(
        {judge: np.array([10.0, 30, 20, 50, 40, 60]) + more for judge, more in zip("abc", (0, 5, 9), strict=True)}
    )
    found = agreement(ratings)
    assert found.low < found.mean - 0.05
    assert found.mean < found.high
    near = ratings + 1e-4 * np.random.default_rng(1).normal(size=ratings.shape)
    long = near.rename_axis("target").reset_index().melt(id_vars="target", var_name="judge", value_name="rating")
    told = pingouin.intraclass_corr(long, "target", "judge", "rating").set_index("Type").loc["ICC(A,k)", "CI95"]
    assert (found.low, found.high) == pytest.approx(tuple(told), abs=0.00501)


def test_the_more_lenient_judge_agrees_less_and_the_order_of_judges_is_nothing():
    shifted = SHROUT.assign(**{"3": SHROUT[3] + 10}).drop(columns=3)
    assert agreement(shifted).mean < agreement(SHROUT).mean
    assert agreement(SHROUT[[3, 1, 0, 2]]) == pytest.approx(agreement(SHROUT))


def test_judges_who_agree_wholly_have_an_agreement_of_one():
    assert agreement(pd.DataFrame({name: [10.0, 30, 20, 50, 40] for name in "abc"})) == pytest.approx((1,) * 6)


@pytest.mark.parametrize(
    "table", [SHROUT[[0, 1]], SHROUT.head(4), SHROUT * 0 + 5.0], ids=["two judges", "four questions", "all the same"]
)
def test_of_too_little_no_agreement_is_said(table):
    assert agreement(table) is None


def test_a_judge_who_left_one_out_is_left_out():
    gap = SHROUT.assign(late=[5, None, 5, 6, 7, 8])
    assert agreement(gap) == agreement(SHROUT)
    assert list(cuts(gap, np.ones(6)).index) == [0, 1, 2, 3]
    assert rated(gap).equals(rated(SHROUT))


# ---- Cuts ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def example() -> pd.DataFrame:
    return pd.read_csv(DOCS / "angoff-example.csv")


def ratings(example, round_) -> tuple[pd.DataFrame, pd.Series]:
    rows = example[example["round"] == round_]
    return rows.drop(columns=["points", "round"]).set_index("question"), rows["points"]


@pytest.mark.parametrize(("round_", "expected"), [(1, (72.2, 4.6, 1.6)), (2, (72.1, 2.4, 0.8))])
def test_the_worked_example_of_the_guide_comes_out_as_printed(example, round_, expected):
    found = panel(cuts(*ratings(example, round_)))
    assert found.judges == 8
    assert tuple(round(number, 1) for number in found[1:]) == expected
    printed = " | ".join(f"{number:.1f}" for number in found[1:])
    assert printed in (DOCS / "pass-mark.md").read_text(encoding="utf-8")


def test_the_questions_furthest_apart_are_those_that_the_guide_says_were_discussed(example):
    apart = rated(ratings(example, 1)[0])["apart"]
    assert {16, 18, 20} <= set(apart.index[apart >= 35])
    assert apart.max() == 40


def test_cuts_and_panel_of_real_ratings_are_those_of_r():
    """Eight wines by four judges, 0 to 10 (real-statistics.com, in pingouin), as questions of a point each, in percent.
    R: cu <- 10 * colMeans(x); mean(cu); sd(cu); t.test(cu)$stderr."""
    rows = pingouin.read_dataset("icc")
    found = cuts(10 * rows.pivot(index="Wine", columns="Judge", values="Scores"), np.ones(8))
    assert found.tolist() == pytest.approx([51.25, 53.75, 42.5, 43.75])
    assert panel(found) == pytest.approx((4, 47.8125, 5.53163252, 2.76581626))
    interval = ttest_1samp(found, 0).confidence_interval(0.95)
    assert (47.8125 - reach(panel(found)), 47.8125 + reach(panel(found))) == pytest.approx(tuple(interval))


def test_a_cut_weighs_a_question_by_its_points():
    table = pd.DataFrame({"ann": [50, 80], "bob": [60, 60]})
    assert list(cuts(table, [1, 2])) == pytest.approx([70, 60])


def test_of_one_judge_there_is_no_error():
    found = panel(pd.Series([70.0]))
    assert found.mean == 70
    assert np.isnan([found.sd, found.se]).all()


def test_how_each_question_was_rated():
    found = rated(pd.DataFrame({"ann": [50, 80], "bob": [60, 60]}))
    assert list(found.columns) == list(RATED)
    assert found.to_numpy().tolist() == [[55, 50, 60, 10], [70, 60, 80, 20]]


def test_judges_against_what_borderline_learners_did():
    table = pd.DataFrame({"ann": [60, 80, 70], "bob": [50, 50, 50]}, index=[1, 2, 3])
    found = against(table, pd.Series({1: 50.0, 2: 70.0, 3: np.nan})).set_index("judge")
    assert [*found.reset_index().columns] == list(AGAINST)
    assert found.loc["ann"].tolist() == pytest.approx([10, 10, 2, 1])
    assert found.loc["bob", ["differs", "off"]].tolist() == [-10, 10]
    assert np.isnan(found.loc["bob", "correlation"])


# ---- The borderline group --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("learners", [7, 15, 31])
def test_the_interval_of_the_median_is_the_exact_bootstraps(learners):
    """The median of a draw is at most the k-th value of n = 2m - 1 as often as m or more of n draws fall on the first
    k, which is binomial (the bootstrap: Efron, Ann Stat 1979;7:1-26)."""
    values = np.sort(np.random.default_rng(learners).normal(68, 9, learners))
    most = binom.sf((learners + 1) // 2 - 1, learners, np.arange(1, learners + 1) / learners)
    exact = values[np.searchsorted(most, [0.025, 0.975])]
    found = borderline_group(values)
    assert (found.low, found.high) == pytest.approx(tuple(exact))
    assert (found.median, found.mean, found.learners) == (np.median(values), values.mean(), learners)


def test_the_mark_of_a_real_group_and_its_interval_are_those_of_r():
    """36 pupils' scores (in pingouin). R: b <- boot(x, function(v, i) median(v[i]), R = 1e5);
    quantile(b$t, c(.025, .975))."""
    found = borderline_group(pingouin.read_dataset("ancova")["Scores"])
    assert found == pytest.approx((36, 19.5, 23.05555556, 15, 28))


def test_of_four_borderline_learners_no_mark_is_read_off():
    assert borderline_group([60, 65, 70, 75]) is None


def test_borderline_learners_who_all_had_the_same_have_it_as_their_interval():
    assert borderline_group([66.0] * 6)[1:] == (66, 66, 66, 66)


@tried
@given(st.lists(st.floats(0, 100), min_size=5, max_size=40))
def test_the_median_lies_in_its_interval(percents):
    found = borderline_group(percents)
    assert found.low - 1e-9 <= found.median <= found.high + 1e-9


# ---- Who would pass --------------------------------------------------------------------------------------------------


def test_whoever_is_at_the_mark_passes():
    found = passing([60, 70 - 1e-9, 70.01, 80], {"now": 70, "higher": 70.1})
    assert list(found.columns) == list(PASSING)
    assert list(found["passing"]) == [3, 1]
    assert list(found["share"]) == [75, 25]


@tried
@given(st.lists(st.floats(0, 100), min_size=1, max_size=30), st.floats(0, 100), st.floats(0, 100))
def test_the_higher_the_mark_the_fewer_pass(percents, one, other):
    low, high = sorted((one, other))
    found = passing(percents, {"low": low, "high": high})["share"]
    assert found["low"] >= found["high"]
    assert found["low"] == pytest.approx(share_at(percents, low))


def test_of_no_results_there_is_no_share():
    assert passing([], {"now": 70})["share"].isna().all()


def test_each_test_has_its_own_mark():
    assert reached([([60, 70 - 1e-9, 80], 70), ([60, 59], 60)]) == 3
    assert reached([]) == 0


# ---- The files -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def banks(course):
    return course[0]


@pytest.fixture
def laid(tmp_path, banks):
    """Lay a file of ratings beside an offering, by default for form A, and read the folder."""

    def lay(text: str, name: str = FORM) -> dict[str, pd.DataFrame]:
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        return read_judges(tmp_path, banks)

    return lay


def sheet(rounds=(1, 2), judges=3, **changed) -> str:
    """Ratings as a panel fills the template in; `changed` are cells of `column_question_round`, `ann_3_1="x"`."""
    names = ["ann", "bob", "cy", "di"][:judges]
    lines = [",".join(["question", "points", "round", *names])]
    for round_ in rounds:
        for question in range(1, 21):
            cells = {"question": str(question), "points": "", "round": str(round_)}
            cells |= {name: str(50 + question + place) for place, name in enumerate(names)}
            cells |= {column: changed[key] for column in cells if (key := f"{column}_{question}_{round_}") in changed}
            lines.append(",".join(cells.values()))
    return "\n".join(lines) + "\n"


def findings(error) -> list[tuple[int, str, str, str]]:
    return [(one.line, one.where, one.expected, one.found) for one in error.value.findings]


def test_a_filled_table_is_read_with_the_points_of_the_questions(laid, banks):
    found = laid(sheet())[FORM]
    assert list(found.columns) == ["question", "points", "round", "ann", "bob", "cy"]
    assert len(found) == 40
    assert list(found["points"][:20]) == [item.points for item in banks[FORM].items.values()]
    assert found.loc[found["round"] == 2, "cy"].iloc[-1] == 72


def test_the_template_filled_by_four_is_read_without_the_empty_columns(laid):
    template = pd.read_csv(DOCS / "angoff-template.csv", dtype=str, keep_default_na=False)
    template.loc[template["round"] == "1", ["judge_1", "judge_2", "judge_3", "judge_4"]] = "65"
    found = laid(template.to_csv(index=False))[FORM]
    assert list(found.columns[3:]) == ["judge_1", "judge_2", "judge_3", "judge_4"]
    assert set(found["round"]) == {1}  # nobody has rated in the second round yet


def test_a_judge_may_be_away_in_a_round(laid):
    away = {f"bob_{question}_2": "" for question in range(1, 21)}
    found = laid(sheet(**away))[FORM]
    assert found.loc[found["round"] == 2, "bob"].isna().all()
    assert found.loc[found["round"] == 1, "bob"].notna().all()


def test_a_file_as_a_spreadsheet_saves_it_is_read(tmp_path, banks):
    text = sheet().replace("\n", ",,\r\n") + ",,,,,,,\r\n"
    (tmp_path / f"{FORM}.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert read_judges(tmp_path, banks)[FORM].shape == (40, 6)


def test_without_a_folder_there_are_no_ratings(tmp_path, banks):
    assert read_judges(tmp_path / "judges", banks) == {}


@pytest.mark.parametrize(
    ("changed", "line", "where", "expected", "found"),
    [
        ({"ann_3_1": "101"}, 4, "ann", "a number from 0 to 100", "“101”"),
        ({"bob_20_2": "-1"}, 41, "bob", "a number from 0 to 100", "“-1”"),
        ({"cy_1_1": "70%"}, 2, "cy", "a number from 0 to 100", "“70%”"),
        ({"ann_3_2": ""}, 24, "ann", "a rating for every question in round 2, or for none", "“”"),
        ({"points_1_1": "7"}, 2, "points", "1, as question 1 of the test has, or nothing", "“7”"),
        ({"question_2_1": "21"}, 3, "question", "the number of a question, 1 to 20", "“21”"),
        ({"question_2_1": "1"}, 3, "question", "each question once a round (it is on line 2)", "“1”"),
        ({"round_2_1": "one"}, 3, "round", "1, 2 or another digit", "“one”"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_column(laid, changed, line, where, expected, found):
    with pytest.raises(FindingsError) as error:
        laid(sheet(**changed))
    assert (line, where, expected, found) in findings(error)


def test_a_round_without_a_question_is_refused_and_the_question_named(laid):
    text = "\n".join(line for line in sheet(rounds=(1,)).splitlines() if not line.startswith("7,"))
    with pytest.raises(FindingsError) as error:
        laid(text)
    assert (20, "question", "every question in round 1", "no line for 7") in findings(error)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "an empty file"),
        ("question,points,ann\n", "no round"),
        ("question,points,round\n", "no judge"),
        ("question,points,round,ann,ann\n", "“ann”"),
    ],
)
def test_other_columns_are_refused(laid, text, found):
    with pytest.raises(FindingsError) as error:
        laid(text)
    ((line, where, _, said),) = findings(error)
    assert (line, where, said) == (1, "columns", found)


def test_an_empty_table_is_refused(laid):
    with pytest.raises(FindingsError, match="expected ratings from 0 to 100, found none"):
        laid((DOCS / "angoff-template.csv").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["90-form-x", "01-friend-requests"])
def test_a_file_of_another_name_is_refused_and_the_tests_are_named(laid, name):
    with pytest.raises(FindingsError, match=r"expected the name of a test of this offering .*90-form-a"):
        laid(sheet(), name)


def test_a_file_that_is_no_text_is_refused(tmp_path, banks):
    (tmp_path / f"{FORM}.csv").write_bytes(b"\xff\xfe\x00q")
    with pytest.raises(FindingsError, match="expected a CSV file in UTF-8"):
        read_judges(tmp_path, banks)


def test_a_comma_for_a_point_is_refused(laid):
    with pytest.raises(FindingsError, match="part cells by commas"):
        laid(sheet(ann_1_1="72,5"))


def test_borderline_learners_are_read_each_pair_once(tmp_path):
    path = tmp_path / "borderline.csv"
    path.write_text("learner,judge\nana,j1\nbea,j1\nana,j2\nana,j1\n", encoding="utf-8")
    assert read_borderline(path, {"ana", "bea"}).to_numpy().tolist() == [["ana", "j1"], ["bea", "j1"], ["ana", "j2"]]
    path.write_text("learner\nana\n", encoding="utf-8")
    assert read_borderline(path, {"ana"}).to_numpy().tolist() == [["ana", ""]]


def test_without_a_list_of_borderline_learners_there_are_none(tmp_path):
    assert list(read_borderline(tmp_path / "borderline.csv", set()).columns) == ["learner", "judge"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("learner,judge\nana,j1\nzoe,j1\n", (3, "learner", "the id of a learner on the roster", "“zoe”")),
        ("name\nana\n", (1, "columns", "the columns learner and judge", "no learner")),
        ("learner,grade\nana,C\n", (1, "columns", "learner and judge alone", "“grade”")),
    ],
)
def test_a_mistake_in_the_list_is_named(tmp_path, text, expected):
    path = tmp_path / "borderline.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FindingsError) as error:
        read_borderline(path, {"ana"})
    assert findings(error) == [expected]


# ---- The section -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def judged(scripted, banks, tmp_path_factory):
    """Ten learners with 5, 15, … 95 percent in every question; a panel; and its section."""
    results = scripted(10, lambda learner, item: (learner * 10 + 5) / 100).results

    def make(text: str | None = None, borderline=(), **more: str):
        folder = tmp_path_factory.mktemp("judges")
        for name, content in ({FORM: text} if text else {}).items() | more.items():
            (folder / f"{name}.csv").write_text(content, encoding="utf-8")
        named = pd.DataFrame([(f"d{place:03}", "j") for place in borderline], columns=["learner", "judge"])
        return section(replace(results, judges=read_judges(folder, banks), borderline=named))

    return make


def flat(*marks, rounds=(1, 2)) -> str:
    """Judges who rate every question alike."""
    names = [f"judge_{number}" for number, _ in enumerate(marks, start=1)]
    rows = [[question, "", round_, *marks] for round_ in rounds for question in range(1, 21)]
    text = StringIO()
    pd.DataFrame(rows, columns=["question", "points", "round", *names]).to_csv(text, index=False)
    return text.getvalue()


def table(found, name) -> pd.DataFrame:
    return next(one.frame for one in found.tables if one.name == name)


def test_without_judges_there_is_no_section(judged):
    assert judged() is None


def test_the_mark_of_the_panel_and_what_it_would_do_are_said(judged):
    assert judged(flat(50, 52, 54, 56)).title == "The panel would set 53% (clearly below 70%)"


@pytest.mark.parametrize(
    ("marks", "said"),
    [
        ((60, 70, 80, 74), "71% (not clearly above 70%)"),
        ((60, 70, 80, 70), "70% (as now)"),
        # SE 1.77 of three judges: 1.96 of these reach to 70.0, and Student's 4.30 to 65.9.
        ((70, 74, 76.1), "73.4% (not clearly above 70%)"),
        ((72, 73, 74), "73% (clearly above 70%)"),
    ],
)
def test_a_mark_is_clearly_another_where_its_interval_leaves_the_present_one_out(judged, marks, said):
    assert judged(flat(*marks)).title == f"The panel would set {said}"


def test_a_forms_mark_is_for_those_who_took_that_form(judged):
    """Learners 0, 2, 4 … begin with form A, so that 1, 3, 5, 7, 9 take it after the course: 15, 35, 55, 75, 95."""
    found = judged(flat(50, 52, 54, 56))
    rates = table(found, "pass-rates").set_index("name")
    assert list(rates.index) == ["Present pass mark", "Panel, form A", "Panel, one mark for every form"]
    assert list(rates["mark"]) == pytest.approx([70, 53, 53])
    assert list(zip(rates["passing"], rates["learners"], strict=True)) == [(3, 10), (3, 5), (5, 10)]
    assert next(one for one in found.tables if one.name == "pass-rates").folded


def test_with_a_mark_for_each_form_everybody_is_held_to_their_own(judged):
    """Form B is the test after the course of 5, 25, 45, 65, 85 percent."""
    found = judged(flat(50, 52, 54, 56), **{"91-form-b": flat(66, 66, 66)})
    rates = table(found, "pass-rates").set_index("name")
    counted = rates[["passing", "learners"]].astype(int)
    assert counted.loc["Panel, form A"].tolist() == [3, 5]
    assert counted.loc["Panel, form B"].tolist() == [1, 5]
    assert counted.loc["Panel, each form its own mark"].tolist() == [4, 10]
    assert np.isnan(rates.loc["Panel, each form its own mark", "mark"])
    assert rates.loc["Panel, one mark for every form", "mark"] == pytest.approx(59.5)
    assert found.title == "The panel would set 53% on form A (clearly below 70%) and 66% on form B (clearly below 70%)"
    assert found.lead.startswith("With the panel’s own mark for each form, 4 would pass at once, not 3.")


def test_the_first_round_and_one_error_around_the_mark_stand_in_the_file_alone(judged):
    found = judged(flat(70, 75, 80))
    rates = next(one for one in found.tables if one.name == "pass-rates")
    assert list(rates.frame.columns) == list(RATES)
    assert [column.name for column in rates.columns] == ["name", "mark", "low", "high", "passing", "learners"]
    row = rates.frame.set_index("name").loc["Panel, form A"]
    se = np.std([70, 75, 80], ddof=1) / np.sqrt(3)
    assert row[["se", "first_mark"]].tolist() == pytest.approx([se, 75])
    assert row[["low", "high"]].tolist() == pytest.approx(list(ttest_1samp([70, 75, 80], 0).confidence_interval(0.95)))
    # Of 15, 35, 55, 75 and 95 percent, at 75 less 2.9, at 75, and at 75 and 2.9.
    assert row[["passing_below", "first_passing", "passing_above"]].tolist() == [2, 2, 1]


def test_a_form_that_nobody_took_after_the_course_has_no_row(judged):
    found = judged(flat(50, 52, 54), **{"92-form-c": flat(60, 60, 60)})
    names = list(table(found, "pass-rates")["name"])
    assert "Panel, form C" not in names
    assert "Panel, each form its own mark" not in names


def test_two_forms_give_one_mark_and_a_row_each(judged):
    found = judged(flat(50, 50, 56), **{"91-form-b": flat(60, 60, 66)})
    assert found.title.endswith("set 52% on form A (clearly below 70%) and 62% on form B (not clearly below 70%)")
    assert set(table(found, "panels")["test"]) == {"Twenty questions, form A", "Twenty questions, form B"}


def test_marks_are_said_to_a_tenth_and_form_by_form(judged):
    """Form A is taken by 15, 35, 55, 75, 95 percent, form B by 5, 25, 45, 65, 85: as many reach these as reach 70."""
    found = judged(flat(60, 60, 61), **{"91-form-b": flat(80, 80, 81)})
    assert "60.3% on form A (clearly below 70%) and 80.3% on form B (clearly above 70%)" in found.title
    assert found.lead.startswith("With the panel’s own mark for each form, 3 would pass at once, as now.")
    one = judged(flat(60, 60, 61), **{"92-form-c": flat(80, 80, 81)})
    assert "60.3% on form A (clearly below 70%) and 80.3% on form C (clearly above 70%)" in one.title
    assert not one.lead.startswith("With")


def test_the_questions_on_which_judges_lay_furthest_apart_come_first(judged):
    text = sheet(ann_7_1="5", cy_7_1="95", ann_9_2="1")
    rows = table(judged(text), "rated-questions")
    assert rows["question"].iloc[0] == 7
    assert rows["apart"].iloc[0] == 90
    # Form A is the test after the course for five of the ten, those with an even number or an odd one.
    assert round(rows["facility"].iloc[0], 6) in (45, 55)


def test_two_judges_set_no_mark_and_it_is_said(judged):
    found = judged(flat(50, 60))
    assert found.title == "Too few have judged to say anything of the pass mark"
    assert any("Two judges rated" in getattr(block, "text", "") for block in found.blocks)
    assert "pass-marks" not in [figure.name for figure in found.figures]


def notes(found) -> list[str]:
    return [block.text for block in found.blocks if hasattr(block, "text")]


def test_borderline_learners_give_a_mark_for_the_form_that_they_took_and_are_not_pooled(judged):
    """All who took form A after the course, with 15, 35, 55, 75, 95 percent, and four with form B."""
    found = judged(borderline=[1, 3, 5, 7, 9, 0, 2, 4, 6])
    assert found.title == "Borderline learners had 55% on form A (not clearly below 70%)"
    assert "a median of 55% on form A (5 learners, 95% interval 15 to 95)." in found.lead
    rates = table(found, "pass-rates").set_index("name")
    assert rates["mark"].to_dict() == pytest.approx({"Present pass mark": 70, "Borderline group, form A": 55})
    assert rates.loc["Borderline group, form A", ["low", "high", "passing", "learners"]].tolist() == pytest.approx(
        [15, 95, 3, 5]
    )
    few = "Fewer than five borderline learners have a result of form B: no mark is read off so few."
    assert notes(found) == [few]
    both = judged(borderline=range(10))
    assert both.title.endswith("55% on form A (not clearly below 70%) and 45% on form B (not clearly below 70%)")
    assert not notes(both)


def test_too_few_borderline_learners_give_none_and_it_is_said(judged):
    found = judged(borderline=range(3))
    assert notes(found) == [
        "Fewer than five borderline learners have a result of form A, or of form B: no mark is read off so few."
    ]
    assert not found.tables


def test_of_fewer_than_five_it_is_not_counted_who_would_pass_and_it_is_said(scripted, banks, tmp_path):
    """Of eight learners the first half of a form's takers: four with form A, four with form B."""
    (tmp_path / f"{FORM}.csv").write_text(flat(50, 52, 54), encoding="utf-8")
    results = scripted(8, lambda learner, _: (learner * 10 + 5) / 100).results
    found = section(replace(results, judges=read_judges(tmp_path, banks)))
    assert list(table(found, "pass-rates")["name"]) == ["Present pass mark", "Panel, one mark for every form"]
    assert notes(found) == [
        "Fewer than five learners have a result of form A: how many would pass there is not counted."
    ]


def test_shares_are_drawn_and_said_of_twenty_and_counted_of_fewer(scripted, banks, tmp_path, judged):
    (tmp_path / f"{FORM}.csv").write_text(flat(50, 52, 54, 56), encoding="utf-8")
    results = scripted(20, lambda learner, _: (learner * 4 + 10) / 100).results
    found = section(replace(results, judges=read_judges(tmp_path, banks)))
    rates = table(found, "pass-rates").set_index("name")["share"]
    assert rates["Present pass mark"] == pytest.approx(25)  # of 10, 14, … 86 percent those with 70 or more
    assert np.isnan(rates["Panel, form A"])  # of ten
    cut, share = found.figures
    assert "it is 25 percent; at 53.0, the mark of the panel, 45 percent" in share.plot.alt
    assert ("53", "45") in share.plot.rows
    assert share.plot.wide
    few = judged(flat(50, 52, 54, 56))
    assert [figure.name for figure in few.figures] == [cut.name]
    assert "share" not in [column.name for column in next(t for t in few.tables if t.name == "pass-rates").columns]


def test_who_would_pass_without_the_questions_in_doubt_is_a_row_of_its_own(scripted, banks, tmp_path, monkeypatch):
    """Learners 2, 3, … have everything but the first question of form A, which is three points of 26 or so."""
    (tmp_path / f"{FORM}.csv").write_text(flat(50, 52, 54), encoding="utf-8")
    first, *_ = banks[FORM].items
    results = scripted(10, lambda learner, item: 0.0 if item.id == first else 0.71).results
    made = replace(results, judges=read_judges(tmp_path, banks))
    before = table(section(made), "pass-rates").set_index("name")
    assert "Present pass mark, without the questions in doubt" not in before.index
    monkeypatch.setattr(judged_tables, "doubted", lambda _: (Doubted(first, FORM, "question 1 of form A"),))
    after = table(section(made), "pass-rates").set_index("name")
    assert before.loc["Present pass mark", ["passing", "learners"]].tolist() == [5, 10]
    assert after.loc["Present pass mark, without the questions in doubt", ["passing", "learners"]].tolist() == [10, 10]
    monkeypatch.setattr(judged_tables, "doubted", lambda _: (Doubted("x", "92-form-c", "question 1 of form C"),))
    assert "Present pass mark, without the questions in doubt" not in set(table(section(made), "pass-rates")["name"])


def test_a_panel_says_how_far_judges_agree_and_how_reliable_their_mean_is(judged):
    found = next(one for one in judged(sheet()).tables if one.name == "panels")
    assert [column.name for column in found.columns if column.name.startswith("icc")] == [
        "icc_single",
        "icc_single_low",
        "icc_single_high",
        "icc",
    ]
    row = found.frame.iloc[0]
    assert row["icc_single_low"] < row["icc_single"] < row["icc"]


def test_judges_are_held_against_borderline_learners_where_enough_took_that_form(judged):
    found = judged(sheet(), borderline=range(10))
    rows = table(found, "judges-and-learners")
    assert list(rows["judge"]) == ["ann", "bob", "cy"]
    assert (rows["differs"].diff().dropna() == 1).all()  # each expects one point more than the one before
    assert set(rows["learners"]) == {5}
    assert set(rows["questions"]) == {20}
    assert "judges-and-learners" not in [one.name for one in judged(sheet(), borderline=range(4)).tables]


def test_pictures_say_their_finding_and_hold_each_judge(judged):
    (cut,) = judged(flat(50, 52, 54, 56)).figures
    assert [row[1] for row in cut.plot.rows] == [f"judge_{number}" for number in (1, 2, 3, 4)]
    assert {row[0] for row in cut.plot.rows} == {"Form A, round 2"}
    assert "from 50 to 56, mean 53.0" in cut.plot.alt
    assert cut.plot.narrow


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("mark", [5.0, 70.0, 95.0])
def test_the_names_of_rounds_stand_in_full_and_no_line_runs_through_them(width, mark):
    names = ["Form A, round 2", "Form B, round 2"]
    drawing = judges([Round(name, {"ann": 62.0, "bob": 71.0, "cy": 80.0}) for name in names], mark).paint(width)
    (axes,) = drawing.axes
    written = {text.get_text(): text.get_position()[1] for text in axes.texts}
    for name in names:
        bottom, right = written[name], LETTER * len(name)
        for line in axes.lines:
            (first, last), (above, below) = line.get_data()
            assert not (first == last <= right and min(above, below) < bottom and max(above, below) > bottom - 11)
