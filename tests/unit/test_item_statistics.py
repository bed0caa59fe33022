"""Statistics of items: against pandas and statsmodels on published data, by hand, and what must always hold."""

import numpy as np
import pandas as pd
import pingouin
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from eprofessionalism_graders import cohort
from eprofessionalism_graders.cohort import item_statistics, scale_statistics
from eprofessionalism_graders.cohort.analysis.counts import Counts
from eprofessionalism_graders.cohort.analysis.items import ITEM_STATISTICS, RELATIONS, item_statistics_of


@pytest.fixture(scope="module")
def ratings() -> pd.DataFrame:
    """Wines as learners, judges as items, 0 to 9 points (real-statistics.com, in pingouin)."""
    return pingouin.read_dataset("icc").pivot(index="Wine", columns="Judge", values="Scores")


@pytest.fixture(scope="module")
def insects() -> pd.DataFrame:
    """How much 93 people want to kill four kinds of insects, 0 to 10, with gaps (Ryan et al. 2013, in pingouin)."""
    rows = pingouin.read_dataset("rm_anova")
    kind = rows["Disgustingness"].str[0] + rows["Frighteningness"].str[0]
    return rows.assign(kind=kind).pivot(index="Subject", columns="kind", values="DesireToKill")


tried = settings(max_examples=40, deadline=None)


PARTIAL = st.sampled_from([0.0, 0.5, 1.0])


def frames(elements=PARTIAL | st.just(np.nan)):  # noqa: B008 - a strategy is a constant
    shape = st.tuples(st.integers(0, 14), st.integers(1, 6))
    return shape.flatmap(lambda size: arrays.arrays(np.float64, size, elements=elements)).map(pd.DataFrame)


# ---- Against published numbers ---------------------------------------------------------------------------------------


def test_lsat_items_are_as_difficult_and_as_related_as_published(lsat):
    """Proportions correct as published with the data; alpha of the other items as pingouin's `cronbach_alpha`."""
    found = item_statistics(lsat)
    assert found["facility"].round(1).tolist() == [92.4, 70.9, 55.3, 76.3, 87.0]
    assert found["alpha_if_dropped"].round(4).tolist() == [0.2754, 0.2376, 0.2168, 0.2459, 0.2663]


# Values of R 4.2.2, x <- the 1,000 x 5 matrix, t <- rowSums(x); `ul` cuts the groups of 27 % in R's own code:
# ul <- function(y) {
#   m <- tapply(y, t, mean); k <- tapply(y, t, length); s <- .27 * length(y)
#   take <- function(o) sum(m[o] * pmin(k[o], pmax(0, s - c(0, cumsum(k[o])[-length(k)])))) / s
#   100 * (take(length(k):1) - take(seq_along(k))) }
LSAT_IN_R = {
    # psych 2.2.9: alpha(x)$item.stats$r.drop and alpha(x)$alpha.drop$raw_alpha
    "item_rest": [0.1128326889, 0.1531781201, 0.1727789433, 0.1444280952, 0.1215964025],
    "alpha_if_dropped": [0.2753562108, 0.2375839046, 0.2167994629, 0.2459327104, 0.2662944112],
    # Moodle's, as its documentation has them: sapply(1:5, function(j) 100 * cor(x[, j], t - x[, j]))
    "discrimination_index": [11.28326889, 15.31781201, 17.27789433, 14.44280952, 12.15964025],
    # 100 * cov(x[, j], t - x[, j]) / cov(sort(x[, j]), sort(t - x[, j]))
    "discriminative_efficiency": [18.48172207, 20.00266658, 21.88995437, 17.72019643, 18.77477125],
    # w <- sqrt(sapply(1:5, function(j) cov(x[, j], t))); 100 * w / sum(w)
    "effective_weight": [13.88309394, 22.74277012, 24.8548524, 21.36796767, 17.15131586],
    "upper_lower": [19.66244726, 63.14580403, 81.08766995, 53.69901547, 32.03469292],  # apply(x, 2, ul)
}


def test_relations_of_the_lsats_items_are_those_of_r(lsat):
    found = item_statistics(lsat)
    assert set(LSAT_IN_R) == set(RELATIONS)
    for name, expected in LSAT_IN_R.items():
        np.testing.assert_allclose(found[name], expected, rtol=1e-8, err_msg=name)


def test_relations_of_partial_scores_with_gaps_are_those_of_r(insects):
    """R, x <- na.omit(insects), else as of the LSAT; upper less lower in percent of 10 points."""
    found = item_statistics(insects, maximum=10)
    expected = {
        "item_rest": [0.637617206, 0.5248480312, 0.5862485407, 0.6992464148],
        "alpha_if_dropped": [0.7300785061, 0.7947451458, 0.7528045996, 0.6957875241],
        "discriminative_efficiency": [66.68826092, 54.05785393, 59.76516875, 72.43344523],
        "upper_lower": [44.94668911, 59.73765432, 46.44921437, 56.66105499],
    }
    for name, values in expected.items():
        np.testing.assert_allclose(found[name], values, rtol=1e-8, err_msg=name)
    assert found[["n", "n_complete"]].to_numpy().tolist() == [[92, 88], [91, 88], [91, 88], [93, 88]]


# ---- Against independent computations on real data -------------------------------------------------------------------


@pytest.mark.parametrize("name", ["likert", "gaps", "ratings"])
def test_relations_to_the_other_items_are_as_pandas_has_them(name, request):
    scores = request.getfixturevalue(name)
    whole = scores.dropna()
    total = whole.sum(axis=1)
    found = item_statistics(scores, fewest=2)
    roots = {}
    for item in scores:
        rest = total - whole[item]
        row = found.loc[str(item)]
        assert row["item_rest"] == pytest.approx(whole[item].corr(rest), abs=1e-12)
        assert row["discrimination_index"] == pytest.approx(100 * whole[item].corr(rest), abs=1e-10)
        best = np.cov(np.sort(whole[item]), np.sort(rest))[0, 1]
        assert row["discriminative_efficiency"] == pytest.approx(100 * whole[item].cov(rest) / best, abs=1e-9)
        alpha, _ = pingouin.cronbach_alpha(whole.drop(columns=item))
        assert row["alpha_if_dropped"] == pytest.approx(alpha, abs=1e-12)
        roots[item] = np.sqrt(whole[item].cov(total)) if whole[item].cov(total) >= 0 else np.nan
    expected = 100 * pd.Series(roots) / pd.Series(roots).sum()
    np.testing.assert_allclose(found["effective_weight"], expected, atol=1e-9)


@pytest.mark.parametrize("name", ["likert", "gaps", "ratings"])
def test_means_and_spreads_are_over_all_who_answered(name, request):
    scores = request.getfixturevalue(name)
    found = item_statistics(scores)
    assert found["n"].tolist() == scores.notna().sum().tolist()
    assert found["missing"].tolist() == scores.isna().sum().tolist()
    np.testing.assert_allclose(found["mean"], scores.mean(), rtol=1e-12)
    np.testing.assert_allclose(found["sd"], scores.std(), rtol=1e-12)


def test_facility_of_right_or_wrong_has_wilsons_interval(gaps):
    found = item_statistics(gaps)
    right, n = gaps.sum(), gaps.notna().sum()
    low, high = proportion_confint(right, n, method="wilson")
    np.testing.assert_allclose(found["facility"], 100 * right / n)
    np.testing.assert_allclose(found["facility_low"], 100 * low)
    np.testing.assert_allclose(found["facility_high"], 100 * high)


def test_facility_of_partial_scores_has_students_interval_within_0_and_100(ratings):
    found = item_statistics(ratings, maximum=10)
    percent = 10 * ratings
    low, high = stats.t.interval(0.95, len(ratings) - 1, percent.mean(), percent.sem())
    np.testing.assert_allclose(found["facility"], percent.mean())
    np.testing.assert_allclose(found["facility_low"], np.clip(low, 0, 100))
    np.testing.assert_allclose(found["facility_high"], np.clip(high, 0, 100))
    spread = pd.DataFrame({"low": [0, 0, 0, 0, 0.5, 2], "high": [2, 2, 2, 2, 1.5, 0]})
    assert item_statistics(spread, 2)["facility_low"]["low"] == 0
    assert item_statistics(spread, 2)["facility_high"]["high"] == 100


@tried
@given(frames(PARTIAL))
def test_upper_less_lower_is_the_mean_over_all_ways_to_break_ties(scores):
    """Whoever of one total is cut off by the 27 %, on average the groups are as the fractions have it."""
    size = 0.27 * len(scores)
    upper_lower = item_statistics(scores, 1, fewest=1)["upper_lower"]
    if size < 1:
        assert upper_lower.isna().all()
        return
    total = scores.sum(axis=1)
    order = total.sort_values(kind="stable").index
    expected = scores.groupby(total).transform("mean").loc[order].to_numpy()
    share = np.clip(size - np.arange(len(scores)), 0, 1)
    gap = (expected[::-1] - expected) * share[:, None]
    np.testing.assert_allclose(upper_lower, 100 * gap.sum(axis=0) / size, atol=1e-9)


# ---- By hand ---------------------------------------------------------------------------------------------------------


def test_upper_less_lower_of_a_hundred_distinct_totals_is_the_plain_difference():
    scores = pd.DataFrame({"asked": [0.0] * 50 + [1.0] * 50, "rest": np.arange(100.0)})
    scores.loc[[2, 75], "asked"] = [1, 0]
    expected = 100 * (scores["asked"][-27:].mean() - scores["asked"][:27].mean())
    assert item_statistics(scores, {"asked": 1, "rest": 99}).loc["asked", "upper_lower"] == pytest.approx(expected)


def test_efficiency_is_100_where_the_scores_could_not_go_better_with_the_rest():
    scores = pd.DataFrame({"a": [0, 0, 1, 1], "b": [0, 1, 2, 3], "c": [0, 2, 2, 5]})
    assert item_statistics(scores, fewest=4)["discriminative_efficiency"].tolist() == pytest.approx([100] * 3)
    assert item_statistics(scores.assign(c=-scores["c"]), fewest=4).loc["c", "discriminative_efficiency"] < 0


def test_maximum_is_one_for_right_or_wrong_else_what_was_reached_or_is_said():
    nobody = pd.DataFrame({"a": [0, 0, 0], "b": [1, 1, 0]})
    assert item_statistics(nobody)["facility"].tolist() == pytest.approx([0, 200 / 3])
    partial = pd.DataFrame({"a": [0, 1.0, 2], "b": [0.5, 0.5, 0]})
    assert item_statistics(partial)["maximum"].tolist() == [2, 0.5]
    assert item_statistics(partial, 2)["facility"].tolist() == pytest.approx([50, 50 / 3])
    assert item_statistics(partial, [4, 1])["intended_weight"].tolist() == [80, 20]
    assert item_statistics(partial, pd.Series({"b": 1, "a": 4}))["maximum"].tolist() == [4, 1]
    assert item_statistics(partial, {"of another test": 9, "b": 1, "a": 4})["maximum"].tolist() == [4, 1]
    assert item_statistics(partial.to_numpy(), pd.Series([4, 1]))["maximum"].tolist() == [4, 1]
    assert item_statistics(partial.set_axis([7, 8], axis=1), {7: 4, 8: 1})["maximum"].tolist() == [4, 1]


def test_an_item_that_earned_nobody_anything_has_no_maximum_of_its_own():
    partial = pd.DataFrame({"a": [0, 0.5] * 5, "never": [0.0] * 10})
    assert item_statistics(partial).loc["never", ["maximum", "facility", "facility_low"]].isna().all()
    assert item_statistics(partial, 1).loc["never", ["maximum", "facility"]].tolist() == [1, 0]


@pytest.mark.parametrize(
    ("maximum", "says"),
    [
        ([1, 2, 3], "or one for each of 2 items, found 3"),
        ({"a": 2}, "one for each item, found none for b"),
        ({"a": 2, "B": 1}, "found none for b"),
        (pd.Series({"x": 2, "y": 1}), "found none for a, b"),
        (pd.Series([2, 1, 1], ["a", "b", "b"]), "found twice: b"),
        (0, "above 0 for item “a”, found 0"),
        ([2, -1], "above 0 for item “b”, found -1"),
        ([2, np.nan], "above 0 for item “b”, found nan"),
        (1, "at most 1 points, the maximum of item “a”, found 3"),
    ],
)
def test_a_maximum_that_cannot_be_is_refused(maximum, says):
    with pytest.raises(ValueError, match=says):
        item_statistics(pd.DataFrame({"a": [0, 3.0, 1], "b": [0.5, 0.5, 0]}), maximum)


def test_extra_credit_in_a_gradebook_gives_a_facility_without_an_interval():
    counts = Counts.from_matrix(pd.DataFrame({"a": [0, 1.0] * 5, "b": [1, 1.5] * 5}))
    found = item_statistics_of(counts, 1)
    assert found.loc["b", "facility"] == pytest.approx(125)
    assert found.loc["b", ["facility_low", "facility_high"]].isna().all()
    assert found.loc["a", ["facility_low", "facility_high"]].notna().all()


def test_points_below_0_have_no_interval_and_are_not_cut_off():
    found = item_statistics(pd.DataFrame({"a": [-1, 1.0] * 9 + [-1], "b": [0, 1.0] * 9 + [1]}), 1)
    assert found.loc["a", "facility"] == pytest.approx(-100 / 19)
    assert found.loc["a", ["facility_low", "facility_high"]].isna().all()


def test_what_is_masked_is_missing():
    masked = np.ma.array([[1, 0], [1, 99], [0, 1]], mask=[[0, 0], [0, 1], [0, 0]])
    found = item_statistics(masked)
    assert found[["n", "missing", "n_complete", "maximum"]].to_numpy().tolist() == [[3, 0, 2, 1], [2, 1, 2, 1]]


def test_from_few_who_answered_all_nothing_is_said_of_relations_as_nothing_is_of_reliability():
    scores = pd.DataFrame(np.random.default_rng(3).integers(0, 2, (14, 6)).astype(float))
    scores.iloc[:5, 0] = np.nan
    found = item_statistics(scores)
    assert found["n_complete"].tolist() == [9] * 6
    assert found[list(RELATIONS)].isna().all(axis=None)
    assert found[["facility", "facility_low", "sd"]].notna().all(axis=None)
    assert np.isnan(scale_statistics(scores)["value"]["alpha"])
    scores.iloc[0, 0] = 1
    assert item_statistics(scores)[list(RELATIONS)].notna().any().all()
    assert scale_statistics(scores)["n"]["alpha"] == item_statistics(scores)["n_complete"].iloc[0] == 10
    assert item_statistics(scores, fewest=11)[list(RELATIONS)].isna().all(axis=None)


def test_an_item_against_the_others_has_no_effective_weight_and_none_is_lost():
    scores = pd.DataFrame({"a": [0, 1, 2, 3], "b": [0, 1, 2, 4], "odd": [1.0, 0.5, 0.5, 0]})
    weights = item_statistics(scores, fewest=4)["effective_weight"]
    assert np.isnan(weights["odd"])
    assert weights.sum() == pytest.approx(100)


# ---- What must always hold -------------------------------------------------------------------------------------------


@tried
@given(frames())
def test_nothing_is_infinite_and_nothing_raised_whatever_is_missing(scores):
    found = item_statistics(scores, fewest=1)
    assert list(found) == list(ITEM_STATISTICS)
    assert not np.isinf(found.to_numpy()).any()
    assert (found["n"] + found["missing"]).eq(len(scores)).all()
    assert found["item_rest"].dropna().between(-1 - 1e-9, 1 + 1e-9).all()
    inside = found.dropna(subset=["facility_low"])
    assert (inside["facility_low"] <= inside["facility"] + 1e-9).all()
    assert (inside["facility"] <= inside["facility_high"] + 1e-9).all()


@tried
@given(frames(), st.randoms())
def test_neither_the_order_of_learners_nor_of_items_makes_a_difference(scores, random):
    rows, columns = list(scores.index), list(scores)
    random.shuffle(rows)
    random.shuffle(columns)
    found = item_statistics(scores.loc[rows, columns], fewest=1).loc[[str(name) for name in scores]]
    pd.testing.assert_frame_equal(found, item_statistics(scores, fewest=1), rtol=1e-12)


@tried
@given(frames(), st.integers(0, 14))
def test_parts_of_a_cohort_give_the_very_same_digits(scores, cut):
    parts = Counts.from_matrix(scores[:cut]) + Counts.from_matrix(scores[cut:])
    whole = item_statistics(scores, fewest=1)
    pd.testing.assert_frame_equal(item_statistics_of(parts, fewest=1), whole, check_exact=True)


def test_scores_of_thirds_keep_their_relations():
    thirds = pd.DataFrame(np.random.default_rng(4).integers(0, 4, (200, 6)) / 3)
    whole = (3 * thirds).round()
    np.testing.assert_allclose(item_statistics(thirds)["item_rest"], item_statistics(whole)["item_rest"], atol=1e-5)


def test_nobody_and_one_item_alone_are_no_error():
    assert item_statistics(np.zeros((0, 2)))[["n", "missing"]].to_numpy().tolist() == [[0, 0], [0, 0]]
    assert item_statistics(np.full((3, 2), np.nan))["missing"].tolist() == [3, 3]
    alone = item_statistics(np.array([[0], [1], [1]]), fewest=1).iloc[0]
    assert np.isnan(alone["item_rest"])
    assert alone["effective_weight"] == pytest.approx(100)
    assert np.isnan(alone["alpha_if_dropped"])


def test_totals_far_beyond_one_machine_word_squared_are_summed_exactly():
    """A million learners of sixty thirds: squares of totals in micro-points do not fit in 64 bits."""
    scores = np.random.default_rng(2).integers(0, 4, (50, 60)) / 3 * 100_000
    large = Counts.from_matrix(scores)
    many = Counts.from_table(large.cells.assign(n=large.cells["n"] * 20_000), large.items, 1_000_000)
    expected = item_statistics_of(large)
    found = item_statistics_of(many)
    np.testing.assert_allclose(found["item_rest"], expected["item_rest"], rtol=1e-12)
    np.testing.assert_allclose(found["alpha_if_dropped"], expected["alpha_if_dropped"], rtol=1e-12)


def test_what_columns_and_rows_are_stands_beside_the_functions():
    scores = pd.DataFrame(np.random.default_rng(1).integers(0, 2, (20, 4)))
    assert list(item_statistics(scores, 1).columns) == list(cohort.ITEM_STATISTICS)
    assert set(scale_statistics(scores).index) <= set(cohort.SCALE_STATISTICS)
    assert all(hasattr(cohort, name) for name in cohort.__all__)
