"""Differential item functioning, against printed worked examples, scipy's own, and cohorts where it is known."""

from __future__ import annotations

from itertools import combinations
from math import isnan, log, nan

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.datasets import china_smoking

from eprofessionalism_graders.cohort.analysis import dif as module
from eprofessionalism_graders.cohort.analysis.dif import adjusted, bands, dif, ets_class, partial_class
from eprofessionalism_graders.cohort.analysis.strata import mantel, mantel_haenszel, standardized_difference

# Bickel, Hammel & O'Connell, Science 1975;187:398-404: men and women, admitted and rejected, in six departments.
BERKELEY = np.array(
    [
        [[512, 313], [89, 19]],
        [[353, 207], [17, 8]],
        [[120, 205], [202, 391]],
        [[138, 279], [131, 244]],
        [[53, 138], [94, 299]],
        [[22, 351], [24, 317]],
    ],
    dtype=float,
).transpose(1, 2, 0)


def rows_of(tables):
    """Scores, group and stratum of every person of 2 x 2 tables."""
    rows = [
        (1.0 - wrong, bool(focal), stratum)
        for (focal, wrong, stratum), count in np.ndenumerate(tables)
        for _ in range(int(count))
    ]
    scores, focal, strata = zip(*rows, strict=True)
    return np.array(scores), np.array(focal), np.array(strata)


def cohort(draw, size=300, apart=0.5, harder=0.0, parts=1):
    """Twenty items of two groups that differ in ability; the first is harder for the second group by so many logits."""
    ability = np.concatenate([draw.normal(0, 1, size), draw.normal(apart, 1, size)])
    focal = np.repeat([False, True], size)
    logits = ability[:, None] - np.linspace(-1.5, 1.5, 20)
    logits[:, 0] -= harder * focal
    right = sum(draw.random(logits.shape) < 1 / (1 + np.exp(-logits)) for _ in range(parts)) / parts
    names = [f"i{n:02d}" for n in range(20)]
    people = [f"l{n:04d}" for n in range(2 * size)]
    return pd.DataFrame(right, people, names), pd.Series(np.where(focal, "new", "old"), people)


# ---- Statistics ------------------------------------------------------------------------------------------------------


def test_the_berkeley_admissions_have_the_odds_ratio_that_r_prints():
    # R, mantelhaen.test(UCBAdmissions), as the vignette of vcdExtra prints it: X-squared = 1.4269, p = 0.2323, odds
    # ratio 0.9046968 (0.7719074 to 1.0603298).
    found = mantel_haenszel(BERKELEY)
    assert found.odds_ratio == pytest.approx(0.9046968, abs=5e-8)
    assert found.chi2 == pytest.approx(1.4269, abs=5e-5)
    assert found.p == pytest.approx(0.2323, abs=5e-5)
    reach = 1.959964 * found.error
    limits = np.exp((found.delta + np.array([reach, -reach])) / -2.35)
    assert limits == pytest.approx([0.7719074, 1.0603298], abs=5e-7)


def test_smoking_in_china_has_the_odds_ratio_that_agresti_prints():
    # Agresti, An Introduction to Categorical Data Analysis, table 3.3; SAS prints 2.174 and 280.138 for these data.
    tables = china_smoking.load_pandas().data.to_numpy(dtype=float).reshape(-1, 2, 2).transpose(1, 2, 0)
    assert mantel_haenszel(tables).odds_ratio == pytest.approx(2.17, abs=0.005)
    assert mantel_haenszel(tables).delta == pytest.approx(-2.35 * log(2.17), abs=0.006)
    assert mantel(*rows_of(tables))[0] == pytest.approx(280.1, abs=0.05)


def test_groups_that_are_not_apart_are_not_made_so_by_the_continuity_correction():
    # R: mantelhaen.test(array(c(5, 5, 5, 5, 4, 4, 2, 2), c(2, 2, 2))): X-squared = 0, p = 1.
    found = mantel_haenszel(np.dstack([[[5.0, 5], [5, 5]], [[4, 2], [4, 2]]]))
    assert (found.chi2, found.p) == pytest.approx((0, 1))


def test_strata_with_one_group_alone_add_nothing():
    alone = np.dstack([BERKELEY, [[30.0, 20], [0, 0]]])
    assert mantel_haenszel(alone) == mantel_haenszel(BERKELEY)


def test_without_both_outcomes_nothing_is_told():
    assert isnan(mantel_haenszel(np.array([[[30.0], [0]], [[20], [0]]])).delta)
    assert isnan(mantel_haenszel(np.array([[[30.0], [0]], [[20], [9]]])).p)


def test_mantels_test_of_one_stratum_is_that_of_a_correlation():
    draw = np.random.default_rng(3)
    scores, focal = draw.choice([0, 0.25, 0.5, 1], 80), draw.random(80) < 0.4
    chi2, p = mantel(scores, focal, np.zeros(80, dtype=np.int64))
    told = stats.pearsonr(scores, focal).statistic
    assert chi2 == pytest.approx(79 * told**2)
    assert p == pytest.approx(stats.chi2.sf(79 * told**2, 1))


def test_mantels_test_has_the_mean_and_spread_of_all_ways_to_draw_the_groups():
    scores, strata = np.array([0, 0.5, 1, 1, 0, 0.5, 0.5]), np.array([0, 0, 0, 0, 1, 1, 1])
    found = []
    for one in ([0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]):
        for other in ([4], [5], [6]):
            focal = np.isin(np.arange(7), one + other)
            found.append(scores[focal].sum())
    focal = np.isin(np.arange(7), [2, 3, 4])
    expected = (scores[focal].sum() - np.mean(found)) ** 2 / np.var(found)
    assert mantel(scores, focal, strata)[0] == pytest.approx(expected)


def test_the_standardised_difference_weighs_strata_by_the_focal_group():
    scores = np.array([1, 0, 0.5, 0.5, 1, 1, 0.0, 1])
    focal = np.array([False, False, True, True, True, False, True, False])
    strata = np.array([0, 0, 0, 0, 0, 1, 1, 2])
    found = standardized_difference(scores, focal, strata)
    assert found.value == pytest.approx((3 * (2 / 3 - 0.5) + 1 * (0 - 1)) / 4)
    assert isnan(standardized_difference(scores, focal, np.arange(8)).value)


def test_the_interval_of_the_difference_is_that_of_all_ways_to_deal_out_the_groups():
    """The spread of the difference over every way to draw two of four, and one of three, is its standard error."""
    scores, strata = np.array([0, 0.5, 1, 1, 0, 0.5, 0.5]), np.array([0, 0, 0, 0, 1, 1, 1])
    draws = [[*one, other] for one in combinations(range(4), 2) for other in range(4, 7)]
    found = [standardized_difference(scores, np.isin(np.arange(7), draw), strata) for draw in draws]
    error = np.std([one.value for one in found])
    assert [(one.high - one.low) / 2 for one in found] == pytest.approx([1.959964 * error] * len(draws), rel=1e-6)


def test_the_interval_of_the_difference_holds_the_truth_about_as_often_as_it_says():
    draw, held = np.random.default_rng(14), 0
    for _ in range(400):
        strata, focal = np.repeat(np.arange(12), 10), draw.random(120) < 0.4
        scores = draw.choice([0, 0.5, 1], 120, p=[0.3, 0.3, 0.4]) + 0.1 * focal + 0.05 * strata
        found = standardized_difference(scores, focal, strata)
        held += found.low <= 0.1 <= found.high
    assert held / 400 == pytest.approx(0.95, abs=3 * np.sqrt(0.95 * 0.05 / 400))


@given(st.lists(st.tuples(*[st.integers(1, 30)] * 4), min_size=1, max_size=6))
def test_delta_turns_its_sign_with_the_groups(cells):
    tables = np.array(cells, dtype=float).reshape(-1, 2, 2).transpose(1, 2, 0)
    there, back = mantel_haenszel(tables), mantel_haenszel(tables[::-1])
    assert there.delta == pytest.approx(-back.delta, abs=1e-9)
    assert there.p == pytest.approx(back.p)


# ---- Classes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("delta", "error", "p", "expected"),
    [
        (0.99, 0.1, 0.001, "A"),  # below 1
        (3.0, 2.0, 0.13, "A"),  # not significant
        (1.49, 0.01, 0.001, "B"),  # significantly above 1, and below 1.5
        (-1.7, 0.5, 0.001, "B"),  # above 1.5, and not significantly above 1
        (-1.7, 0.4, 0.001, "C"),
        (1.5, 0.3, 0.001, "C"),
        (float("nan"), 1.0, 0.5, ""),
    ],
)
def test_ets_classes_ask_for_size_and_significance(delta, error, p, expected):
    assert ets_class(delta, error, p) == expected


@pytest.mark.parametrize(
    ("effect", "p", "expected"),
    [
        (0.17, 0.001, "A"),
        (0.4, 0.05, "A"),
        (-0.2, 0.01, "B"),
        (0.25, 0.01, "B"),
        (-0.26, 0.01, "C"),
        (float("nan"), 1, ""),
    ],
)
def test_classes_with_partial_credit_are_naeps(effect, p, expected):
    assert partial_class(effect, p) == expected


# ---- Items -----------------------------------------------------------------------------------------------------------


def test_real_answers_have_the_odds_ratios_and_differences_of_r(lsat):
    """The LSAT by every second person. R, x <- the matrix, t <- rowSums(x), g <- rep(c("odd", "even"), 500),
    s <- cut(t, c(-1, 1, 2, 3, 4, 5)): mantelhaen.test(table(g, x[, j], s)), and sum(w * d) / sum(w) of the strata's
    differences d in means, w how many are even."""
    groups = pd.Series(["odd", "even"] * 500)
    found = dif(pd.DataFrame(lsat), groups, "odd", "even")
    odds = [1.027936439, 1.007815632, 1.030639794, 0.9767163459, 0.9382021499]
    lows = [0.617522105, 0.7229468874, 0.7423792817, 0.691320555, 0.6204149787]
    assert found["odds_ratio"].tolist() == pytest.approx(odds)
    assert found["delta_high"].tolist() == pytest.approx(-2.35 * np.log(lows))
    assert found["chi2"].tolist() == pytest.approx(
        [0.01112551548, 0.002101424915, 0.009298731367, 0.002054394132, 0.0384560374], abs=1e-9
    )
    assert found["p"].tolist() == pytest.approx([0.9159968759, 0.9634367396, 0.9231791223, 0.9638479222, 0.8445302451])
    assert found["difference"].tolist() == pytest.approx(
        [-0.1659493833, -0.1144751791, -0.4194217458, 0.2994442475, 0.5670687274]
    )
    assert found["class"].tolist() == ["A"] * 5


def test_the_berkeley_admissions_as_a_whole_are_as_r_has_them():
    """Admitted and rejected as two items, whose sum is the same for all: so departments alone are the strata. R, with
    z a department of UCBAdmissions: difference in percent sum(w * d) / sum(w), d of admitted shares, w women; its
    standard error sqrt(sum(w^2 * v * (1 / w + 1 / m))) / sum(w), v the variance of both together."""
    right, focal, strata = rows_of(BERKELEY)
    people = pd.DataFrame({"admitted": right, "rejected": 1 - right})
    groups, departments = (pd.Series(values).astype(str) for values in (focal, strata))
    found = dif(people, groups, "False", "True", within=departments).set_index("item").loc["admitted"]
    assert found["odds_ratio"] == pytest.approx(0.9046968, abs=5e-8)
    assert (found["chi2"], found["p"]) == pytest.approx((1.4269462, 0.2322635), abs=5e-7)
    assert found["difference"] == pytest.approx(0.1087790053)
    reach = 1.959964 * 1.581351159
    assert found["difference_low"] == pytest.approx(0.1087790053 - reach, abs=1e-5)
    assert found["difference_high"] == pytest.approx(0.1087790053 + reach, abs=1e-5)


def test_p_values_of_many_questions_are_adjusted_as_r_does():
    """R: p.adjust(c(0.01, 0.02, 0.03, 0.04, 0.9), "BH")."""
    found = adjusted(pd.Series([0.03, nan, 0.9, 0.01, 0.04, 0.02]))
    assert found.tolist() == pytest.approx([0.05, nan, 0.9, 0.05, 0.05, 0.05], nan_ok=True)
    assert adjusted(pd.Series([nan, nan])).isna().all()
    assert adjusted(pd.Series([], dtype="float64")).empty


def test_a_question_that_is_harder_for_one_group_is_found():
    found = dif(*cohort(np.random.default_rng(5), harder=1.2), "old", "new").set_index("item")
    assert found.loc["i00", "class"] == "C"
    assert found.loc["i00", "harder_for"] == "new"
    # A difference of 1.2 logits is 2.35 · 1.2 = 2.82 on the scale of delta.
    assert found.loc["i00", "delta_low"] < -2.82 < found.loc["i00", "delta_high"]


@pytest.mark.parametrize("parts", [1, 3])
def test_a_group_that_knows_more_has_no_dif_for_that(parts):
    draw = np.random.default_rng(6)
    found = pd.concat([dif(*cohort(draw, 80, apart=0.6, parts=parts), "old", "new") for _ in range(25)])
    assert found["class"].isin(["B", "C"]).mean() < 0.08  # 0.05 and three standard errors of 500 questions
    assert abs(found["difference"].mean()) < 1


def test_partial_credit_has_no_odds_ratio_and_still_a_class():
    found = dif(*cohort(np.random.default_rng(7), harder=1.2, parts=3), "old", "new").set_index("item")
    assert isnan(found.loc["i00", "delta"])
    assert found.loc["i00", "class"] == "C"
    assert found.loc["i00", "difference"] < -10


def test_too_small_a_group_gives_no_rows():
    scores, groups = cohort(np.random.default_rng(8), module.FEWEST_IN_GROUP)
    assert len(dif(scores, groups, "old", "new")) == 20
    assert dif(scores.iloc[1:], groups, "old", "new").empty


def test_others_and_learners_with_a_missing_answer_stay_out():
    scores, groups = cohort(np.random.default_rng(9), 80)
    more = pd.DataFrame(1.0, [f"x{n}" for n in range(60)], scores.columns)
    holes = scores.copy()
    holes.iloc[0, 3] = np.nan
    everybody = pd.concat([holes, more])
    found = dif(everybody, pd.concat([groups, pd.Series("other", more.index)]), "old", "new")
    assert set(found["reference"]) == {79}
    assert set(found["focal"]) == {80}


def test_learners_are_compared_within_one_sitting():
    """A group that took the test before the course is not held against one that took it afterwards."""
    scores, groups = cohort(np.random.default_rng(10), 100)
    within = pd.Series(np.where(groups == "old", "pre", "post"), scores.index)
    assert set(dif(scores, groups, "old", "new", within=within)["class"]) == {""}


def test_bands_have_about_equally_many_and_keep_the_order():
    totals = np.random.default_rng(12).normal(60, 12, 150)
    found = bands(totals)
    assert np.bincount(found).tolist() == pytest.approx([10] * 15, abs=2)
    assert (np.diff(found[np.argsort(totals)]) >= 0).all()
    assert set(bands(np.full(50, 7.0))) <= {0, 1}
