"""What was learned, against printed values, pingouin's and scipy's own, and cohorts whose learning is known."""

from __future__ import annotations

from dataclasses import replace
from math import isnan, nan, sqrt

import numpy as np
import pandas as pd
import pingouin
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from eprofessionalism.items import Item, ItemBank, Option
from eprofessionalism.journal import Record
from eprofessionalism_graders.cohort.analysis import intervals, learning
from eprofessionalism_graders.cohort.analysis.learning import Paired
from eprofessionalism_graders.cohort.document import Figure, Note, Table
from eprofessionalism_graders.cohort.figures import learning as figures
from eprofessionalism_graders.cohort.handins import Handin, Mark
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.sections import gained
from eprofessionalism_graders.cohort.sections import learning as module
from eprofessionalism_graders.cohort.sections.learning import NO_COMPARISON, section
from eprofessionalism_graders.cohort.sittings import Sat
from eprofessionalism_graders.cohort.summary import summarize
from eprofessionalism_graders.cohort.tables import Course, build_tables
from eprofessionalism_graders.roster import Learner

# Lakens, Front Psychol 2013;4:863: ten people rate two movies; t(9) = 4.74, d_z = 1.50, d_av = 1.13, g_av = 1.08.
MOVIES = np.array([[9.0, 6, 7, 8, 7, 9, 8, 8, 8, 7], [9.0, 7, 8, 9, 8, 9, 9, 10, 9, 9]])
HOSTILITY = pingouin.read_dataset("rm_anova_wide").dropna(subset=["Before", "1 week"])


def of(before, after, first=None) -> Paired:
    sides = [pd.Series(side, dtype="float64") for side in (before, after)]
    return learning.paired(*sides, None if first is None else pd.Series(list(first), dtype="object"))


def cohort(draw, sizes, learned=12.0, easier=8.0) -> Paired:
    """Two orders of sizes; form B is easier by so many points, and the course teaches so many."""
    first = np.repeat(["A", "B"], sizes)
    ability = draw.normal(50, 12, sum(sizes))
    ease = np.where(first == "A", 0, easier)
    before = ability + ease + draw.normal(0, 6, len(first))
    return of(before, ability + learned + easier - ease + draw.normal(0, 6, len(first)), first)


def measures(found: Paired) -> pd.DataFrame:
    return learning.change(found).set_index("measure")


# ---- Statistics ------------------------------------------------------------------------------------------------------


def test_the_effect_is_that_of_lakens_and_pingouin():
    before, after = MOVIES
    assert stats.ttest_rel(after, before).statistic == pytest.approx(4.74, abs=0.005)  # the printed example
    found = measures(of(before, after)).loc["hedges_g", "value"]
    assert found == pytest.approx(pingouin.compute_effsize(after, before, paired=True, eftype="hedges"))
    assert found == pytest.approx(1.13 * (1 - 3 / (4 * 20 - 9)), abs=0.005)


def test_the_effect_is_the_printed_one_of_pingouins_handbook():
    before, after = [1, 3, 5, 7, 9, 11, 13], [1, 2, 3, 4, 5, 6, 7]
    assert learning.hedges_g(of(before, after).pairs()) == pytest.approx(-0.8222477210374874)


def test_gain_and_effect_of_a_real_data_set_are_pingouins():
    before, after = (HOSTILITY[column].to_numpy(dtype=float) for column in ("Before", "1 week"))
    found = measures(of(before, after))
    assert found.loc["gain", "value"] == pytest.approx((after - before).mean())
    assert found.loc["hedges_g", "value"] == pytest.approx(
        pingouin.compute_effsize(after, before, paired=True, eftype="hedges")
    )


def test_the_interval_of_a_real_gain_is_the_bootstraps_of_paired_differences(monkeypatch):
    """scipy's own on the differences; and boot's in R, with dice of its own: g <- after - before; set.seed(2);
    b <- boot(g, function(v, i) mean(v[i]), R = 4e5); boot.ci(b, conf = 0.9805551861998407, type = "bca"), which is
    `expanded([11])`: (-1.0364, 1.2273). As many draws as that, since 9,999 leave the upper end of 11 people in doubt
    by 0.05."""
    monkeypatch.setattr(intervals, "RESAMPLES", 400_000)
    before, after = (HOSTILITY[column].to_numpy(dtype=float) for column in ("Before", "1 week"))
    found = tuple(measures(of(before, after)).loc["gain", ["low", "high"]])
    level = intervals.expanded([len(before)])
    assert level == pytest.approx(0.9805551861998407)
    dice = np.random.default_rng(intervals.SEED)
    told = stats.bootstrap(
        (after - before,), np.mean, n_resamples=intervals.RESAMPLES, confidence_level=level, method="BCa", rng=dice
    ).confidence_interval
    assert found == pytest.approx((told.low, told.high), abs=1e-9)
    assert found == pytest.approx((-1.0364, 1.2273), abs=0.02)


def test_the_normalised_gain_of_real_results_and_its_interval_are_those_of_r():
    """Ten people before and after (in pingouin), as percent. R: g <- function(d, i) (mean(d$Post[i]) - mean(d$Pre[i]))
    / (100 - mean(d$Pre[i])); boot(d, g, R = 1e5), BCa at `expanded([10])`."""
    rows = pingouin.read_dataset("rm_anova2").query("Metric == 'Product'")
    sides = rows.pivot(index="Subject", columns="Time", values="Performance")
    found = measures(of(sides["Pre"], sides["Post"])).loc["normalized_gain"]
    assert found["value"] == pytest.approx(0.02366863905)
    assert (found["low"], found["high"]) == pytest.approx((-0.0236, 0.0569), abs=0.003)


def test_the_normalised_gain_is_hakes_with_its_trap():
    # By his formula, (after - before) / (100 - before), from 70 to 80 is a third, and from 90 to 95 a half.
    assert learning.normalized_gain([(np.array([60.0, 80]), np.array([75.0, 85]))]) == pytest.approx(1 / 3)
    just_below = learning.normalized_gain([(np.array([89.999]), np.array([95.0]))])
    assert just_below == pytest.approx(0.5, abs=0.001)


def test_near_the_ceiling_there_is_no_normalised_gain():
    found = measures(of(np.linspace(85, 95, 20), np.linspace(86, 99, 20)))
    assert found.loc["normalized_gain", ["value", "low", "high"]].isna().all()


def test_close_below_the_ceiling_the_normalised_gain_keeps_its_interval():
    """Many draws begin from 90 on; which of them are drawn does not decide whether there is a gain."""
    before = np.linspace(83, 94, 40)
    found = measures(of(before, before + np.tile([1.0, 5.0], 20))).loc["normalized_gain"]
    assert found["value"] == pytest.approx(3 / 11.5)
    assert found["low"] < 3 / 11.5 < found["high"]


def test_learning_and_the_forms_difficulty_are_told_apart_in_a_cohort_without_chance():
    first = ["A"] * 15 + ["B"] * 5
    ability = np.linspace(30, 60, 20)
    before = np.where(np.array(first) == "A", ability, ability + 8)
    after = np.where(np.array(first) == "A", ability + 8, ability) + 12
    found = measures(of(before, after, first))
    assert found.loc["gain", "value"] == pytest.approx(12)
    assert found.loc["form_difference", "value"] == pytest.approx(8)
    assert (after - before).mean() == pytest.approx(16)  # what the plain mean would have said


def test_learning_is_recovered_without_bias_from_unequal_orders_and_forms():
    draw = np.random.default_rng(4)
    found = [cohort(draw, (24, 8)).pairs() for _ in range(400)]
    error = 3 * sqrt(2 * 36 * (1 / 24 + 1 / 8) / 4 / 400)
    assert np.mean([learning.gain(pairs) for pairs in found]) == pytest.approx(12, abs=error)
    assert np.mean([learning.form_difference(pairs) for pairs in found]) == pytest.approx(8, abs=error)


def test_the_interval_of_the_gain_holds_the_truth_about_as_often_as_it_says(monkeypatch):
    monkeypatch.setattr(intervals, "RESAMPLES", 999)
    draw = np.random.default_rng(8)
    found = [cohort(draw, (14, 6)).estimate(learning.gain) for _ in range(200)]
    held = np.mean([one.low <= 12 <= one.high for one in found])
    assert held == pytest.approx(0.95, abs=3 * sqrt(0.95 * 0.05 / len(found)))


def test_the_effect_leaves_the_forms_difficulty_out_of_the_spread():
    alike, apart = (cohort(np.random.default_rng(2), (60, 60), easier=easier) for easier in (0.0, 30.0))
    values = [float(learning.hedges_g(found.pairs())) for found in (alike, apart)]
    assert values[0] == pytest.approx(values[1])


def test_with_few_in_one_order_the_orders_are_not_told_apart():
    found = of(range(20), range(5, 25), "A" * 16 + "B" * 4)
    assert not found.balanced
    assert isnan(measures(found).loc["form_difference", "value"])


def test_nothing_is_said_of_fewer_than_ten():
    assert learning.change(of(range(9), range(9))).empty
    assert not learning.change(of(range(10), range(10))).empty


def test_who_has_one_result_is_counted_apart_and_in_no_mean():
    before, after = pd.Series([50.0, 60, nan, nan]), pd.Series([70.0, nan, 90, nan])
    assert learning.paired(before, after).learners == 1
    found = learning.presence(before, after).set_index("took")
    assert list(found["learners"]) == [1, 1, 1, 1]
    assert found.loc["both", ["before", "after"]].tolist() == [50, 70]
    assert isnan(found.loc["before only", "after"])


def test_who_came_back_is_compared_with_who_did_not_by_welch():
    draw = np.random.default_rng(6)
    before = pd.Series(draw.normal(60, 10, 40))
    after = pd.Series(np.where(np.arange(40) < 25, before + 10, nan))
    found = learning.attrition(before, after, pd.Series([None] * 40, dtype="object"))
    told = stats.ttest_ind(before[:25], before[25:], equal_var=False).confidence_interval()
    assert (found.low, found.high) == pytest.approx((told.low, told.high))
    assert isnan(learning.attrition(before[:28], after[:28], pd.Series(["A"] * 28)).value)


def test_who_came_back_is_compared_on_real_data_as_r_does():
    """Flippers of penguins stand for results: females did not come back. R, of the Adelies: t.test(male, female). With
    two kinds as two forms it is the mean of the two differences."""
    birds = pingouin.read_dataset("penguins").dropna(subset=["flipper_length_mm", "sex"]).reset_index(drop=True)
    after = birds["flipper_length_mm"].where(birds["sex"] == "male")
    adelie = birds["species"] == "Adelie"
    found = learning.attrition(birds["flipper_length_mm"][adelie], after[adelie], birds["species"][adelie])
    assert (found.value, found.low, found.high) == pytest.approx((4.616438356, 2.614448044, 6.618428668))
    two = birds["species"] != "Chinstrap"
    found = learning.attrition(birds["flipper_length_mm"][two], after[two], birds["species"][two])
    means = birds[two].groupby(["species", "sex"])["flipper_length_mm"].mean().unstack()
    assert found.value == pytest.approx((means["male"] - means["female"]).mean())


def test_topics_are_balanced_like_the_whole_and_the_weakest_comes_first():
    first = pd.Series(["A"] * 15 + ["B"] * 5)
    ability = np.linspace(30, 60, 20)
    ease = np.where(first == "A", 0, 8)
    before = pd.DataFrame({"fog": ability + ease, "sea": ability})
    after = pd.DataFrame({"fog": ability + 20 - ease, "sea": ability + 3})
    found = learning.by_topic(before, after, first, {"fog": 4, "sea": 2}).set_index("topic")
    assert list(found.index) == ["sea", "fog"]
    assert found.loc["fog", "gain"] == pytest.approx(12)
    assert found.loc["sea", "gain"] == pytest.approx(3)


def test_a_topics_percent_weighs_questions_by_their_points():
    points = pd.DataFrame({"a": [1.0, 0.0], "b": [0.0, 2.0], "c": [1.0, 1.0]})
    found = learning.topic_percents(points, pd.Series({"a": 1.0, "b": 3.0, "c": 1.0}), {"a": "x", "b": "x", "c": "y"})
    assert found["x"].tolist() == [25, 50]
    assert found["y"].tolist() == [100, 100]


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100)), min_size=10, max_size=25), st.floats(-20, 20))
def test_the_same_points_for_all_are_gained_and_change_no_spread(rows, more):
    before, after = map(np.array, zip(*rows, strict=True))
    plain, moved = of(before, after).pairs(), of(before, after + more).pairs()
    assert learning.gain(moved) == pytest.approx(learning.gain(plain) + more, abs=1e-9)


# ---- The part of the report ------------------------------------------------------------------------------------------


def form(letter: str) -> ItemBank:
    items = {
        f"f{letter}-{n}": Item(
            f"f{letter}-{n}", "sba", f"Stem {n}?", 1.0, (Option("a", "A"), Option("b", "B")), assessment=True
        )
        for n in range(4)
    }
    return ItemBank(f"9-{letter}", f"Form {letter}", 10, "d", items, {}, subject="Fog", module="form", form=letter)


BANKS = {"9-A": form("A"), "9-B": form("B")}


def handin(letter: str, right: int) -> Handin:
    answers = {
        f"f{letter}-{n}": Record("commit", f"f{letter}-{n}", "a", None, "2026-10-01T08:00:00Z") for n in range(4)
    }
    return Handin(
        answers, dict.fromkeys(answers, 1), False, {name: Mark(float(n < right)) for n, name in enumerate(answers)}
    )


def results(count: int, gained: int = 1, stay: int | None = None) -> Results:
    """Learners, half of whom begin with each form, with 1 to 3 of four right before; `stay` of them take both."""
    roster = [Learner(f"l{n:03d}", "Last", "First", "", "") for n in range(count)]
    first = {learner.id: "AB"[n % 2] for n, learner in enumerate(roster)}
    handed = {}
    for n, learner in enumerate(roster):
        own = first[learner.id]
        right = 1 + n // 2 % 3
        handed[learner.id, f"9-{own}"] = handin(own, right)
        if stay is None or n < stay:
            other = "B" if own == "A" else "A"
            handed[learner.id, f"9-{other}"] = handin(other, min(right + gained * (n % 5 > 0), 4))
    tables = build_tables(Course(roster, BANKS, first, 70), {name: {} for name in BANKS}, handed)
    keys = {name: {} for name in BANKS}
    return Results("Autumn", tables, BANKS, keys, 70, summarize(tables, BANKS, keys, 70))


def blocks(found, kind):
    return [block for block in found.blocks if isinstance(block, kind)]


def test_the_report_says_by_how_much_they_scored_higher_and_that_this_need_not_be_learning():
    found = section(results(40))
    assert found.title == "They scored 20 points higher after the course"
    assert "The 40 who took both tests" in found.answer
    assert "95% interval" in found.answer
    assert found.lead.startswith(NO_COMPARISON)
    assert [figure.name for figure in blocks(found, Figure)] == ["learning", "learning-by-topic"]
    rows = next(table for table in blocks(found, Table) if table.name == "learning-measures")
    assert set(rows.frame["measure"]) == set(learning.MEASURES)  # all came back
    assert rows.frame.set_index("measure").loc["gain", "value"] == pytest.approx(20)


def test_without_a_change_no_learning_is_claimed():
    assert section(results(40, gained=0)).title == "Hardly any change: 49% before the course, 49% after it"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ((7.1, 6.0, 8.3), "They scored 7 points higher after the course"),
        ((1.2, 0.1, 2.3), "They scored 1 point higher after the course"),
        ((-7.1, -8.3, -6.0), "They scored 7 points lower after the course"),
        ((0.3, 0.1, 0.5), "Hardly any change: 60% before the course, 60% after it"),
        ((3.0, -1.0, 7.0), "No clear change: 60% before the course, 63% after it"),
        ((0.0, -9.0, 9.0), "No clear change: 60% before the course, 60% after it"),
        ((3.0, nan, nan), "60% before the course, 63% after it"),
        ((0.7, -0.1, 1.6), "No clear change: 60% before the course, 61% after it"),
    ],
)
def test_the_heading_says_what_the_interval_bears_out(change, said):
    assert module._title(_found(60.0, change)) == said


def test_the_means_are_as_exact_as_their_difference_needs():
    assert module._means(_found(66.2, (7.1, 6.0, 8.3))) == ("66%", "73%")
    assert module._means(_found(65.4, (9.3, 8.0, 10.0))) == ("65.4%", "74.7%")  # not 65 and 75, which would be 10


def _found(before, gain):
    rows = [("before", before, nan, nan), ("after", before + gain[0], nan, nan), ("gain", *gain)]
    change = pd.DataFrame(rows, columns=list(learning.CHANGE))
    return module._Found(pd.DataFrame(), of(range(10), range(10)), change, intervals.Estimate(nan))


def test_the_benchmark_has_this_cohorts_own_value_beside_it_and_the_normalised_gain_is_folded():
    found = section(results(40))
    measured = table_of(found, "learning-measures").frame.set_index("measure").loc["hedges_g"]
    notes = blocks(found, Note)
    (yardstick,) = (note for note in notes if "0.48 to 0.75" in note.text)
    assert yardstick.text.startswith(f"The gain is {measured['value']:.2f} ({measured['low']:.2f} to ")
    (trap,) = (note for note in notes if note.title)
    assert trap.title.startswith("Normalised gain: ")


def test_the_topics_stand_once_as_a_picture_and_once_as_a_table_with_intervals():
    found = section(results(40))
    names = [table.name for table in found.tables]
    assert names.count("learning-by-topic") == 1
    assert {"95% from", "to"} <= {column.title for column in table_of(found, "learning-by-topic").columns}


def test_a_question_in_doubt_counts_for_no_topics_gain_and_it_is_said(monkeypatch):
    whole = section(results(40))
    item = next(iter(BANKS["9-A"].items))
    monkeypatch.setattr(Sat, "doubted", property(lambda self: (item,) if item in self.items else ()))
    found = section(results(40))
    before, after = (table_of(one, "learning-by-topic").frame for one in (whole, found))
    assert after["questions"].sum() == before["questions"].sum() - 1
    said = "Left out: question 1 of form A, whose key is in doubt."
    captions = [block.caption.endswith(said) for part in (whole, found) for block in part.figures]
    assert captions == [False, False, False, True]
    assert found.title == whole.title


@pytest.mark.parametrize(
    ("gains", "said"),
    [
        ([(18, 12), (3, -2)], "“t0” gained most (+18), and is still the lowest. "),
        ([(3, 1), (18, 12)], "“t1” gained most (+18). "),
        ([(3, -1), (2, -2)], ""),
    ],
)
def test_the_topic_that_gained_most_is_told_where_it_clearly_gained(gains, said):
    rows = [{"topic": f"t{place}", "gain": gain, "low": low} for place, (gain, low) in enumerate(gains)]
    assert gained._most_gained(pd.DataFrame(rows)) == said


def table_of(found, name) -> Table:
    return next(table for table in blocks(found, Table) if table.name == name)


def test_from_five_learners_it_cannot_be_told():
    found = section(results(5))
    assert found.title == "Whether they learned cannot be told from five learners"
    assert not found.answer
    assert not found.figures


def test_an_offering_without_a_test_before_has_no_such_part():
    given_results = results(20)
    learners = given_results.tables.learners.assign(pre_status="not applicable")
    assert section(replace(given_results, tables=replace(given_results.tables, learners=learners))) is None


def test_who_took_one_test_is_named_and_left_out():
    found = section(results(40, stay=30))
    assert "the 30 with a result of both tests" in found.lead
    assert "not ten with one of the test before it alone" in found.lead
    presence = next(table for table in blocks(found, Table) if table.name == "learning-presence")
    assert list(presence.frame["learners"]) == [30, 10, 0, 0]


@pytest.mark.parametrize("stay", [30, 24])
def test_how_those_began_who_came_back_is_told_with_its_interval_and_stands_in_the_table(stay):
    given_results = results(40, stay=stay)
    found = section(given_results)
    learners = given_results.tables.learners
    gap = learning.attrition(learners["pre_percent"], learners["post_percent"], learners["pre_form"])
    row = table_of(found, "learning-measures").frame.set_index("measure").loc["attrition"]
    assert row[["value", "low", "high"]].tolist() == pytest.approx([gap.value, gap.low, gap.high], abs=1e-3)
    assert row["what"] == "How much higher than the others those began who came back, points"
    (note,) = (block for block in blocks(found, Note) if "came back" in block.text)
    size, word = f"{abs(gap.value):.0f}", "higher" if gap.value > 0 else "lower"
    assert gap.sign == 0
    assert not note.caution
    points = f"{size} point{'s' * (size != '1')} {word}"
    low, high = (f"{end:.0f}".replace("-", "−") for end in (gap.low, gap.high))
    assert note.text.startswith(
        f"The {stay} who came back for the second test had begun {points} than the {40 - stay} who did not "
        f"(95% interval {low} to {high}), which may be chance."
    )


def test_gains_by_topic_of_few_learners_stand_behind_a_fold():
    folded = [section(results(count)).figures[1].folded for count in (19, 20)]
    assert folded == [True, False]


def test_that_gains_by_topic_are_of_other_learners_than_mastery_is_said_with_the_table():
    caption = table_of(section(results(40)), "learning-by-topic").caption
    assert caption.startswith("The same as a table, with intervals; of those who took both tests, both orders of the ")
    assert caption.endswith("differs a little from what all together earned on a topic")


def test_orders_that_cannot_be_told_apart_are_a_warning():
    given_results = results(30)
    learners = given_results.tables.learners.copy()
    learners["pre_form"] = "A"
    found = section(replace(given_results, tables=replace(given_results.tables, learners=learners)))
    assert any(note.caution and "orders of the forms" in note.text for note in blocks(found, Note))


def test_no_name_of_a_learner_is_in_any_table():
    found = section(results(40))
    shown = "".join(table.frame.to_csv() for table in found.tables) + str(
        [figure.plot.rows for figure in found.figures]
    )
    assert "l00" not in shown


def test_the_numbers_of_the_picture_are_numbers_in_its_file():
    sittings = [figures.Sitting(name, (55.0, 65.0), 60.04, 52.5, 67.46) for name in ("before", "after")]
    rows = figures.before_and_after(*sittings).rows
    assert [row[1:] for row in rows[-3:]] == [("60.0", "60.0"), ("52.5", "52.5"), ("67.5", "67.5")]
    assert all(float(cell) >= 0 for row in rows for cell in row[1:])
