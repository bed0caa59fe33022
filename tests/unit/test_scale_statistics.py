"""Statistics of a scale: against published numbers, pingouin, statsmodels and pandas, and for scales that are ill."""

import warnings

import numpy as np
import pandas as pd
import pingouin
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import stats
from statsmodels.multivariate.factor import Factor

from eprofessionalism_graders.cohort import scale_statistics
from eprofessionalism_graders.cohort.analysis.counts import Counts
from eprofessionalism_graders.cohort.analysis.halves import guttman, split_half
from eprofessionalism_graders.cohort.analysis.omega import omega
from eprofessionalism_graders.cohort.analysis.precision import (
    BANDS,
    CONDITIONAL,
    conditional_sem,
    livingston,
    sem_by_band,
)
from eprofessionalism_graders.cohort.analysis.scale import COLUMNS, SCALE_STATISTICS, scale_statistics_of

tried = settings(max_examples=40, deadline=None)
PARTIAL = st.sampled_from([0.0, 0.5, 1.0, np.nan])

# A quiz of ten items by ten students (Wuensch KL. The Kuder-Richardson 20. East Carolina University: KR20.txt), whose
# page prints the p and q of each item and 5.84, the variance of the totals with n.
QUIZ = (
    """1111110110 1011011101 1111011001 0010001000 0000010010 1110111111 1101110111 1111111101 0101111101 1101101110"""
)

# Ratings of six targets by four judges (Shrout PE, Fleiss JL. Psychol Bull 1979;86:420-428, table 2), as R's psych has
# them in its tests too.
JUDGES = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


@pytest.fixture(scope="module")
def quiz() -> np.ndarray:
    return np.array([[float(mark) for mark in student] for student in QUIZ.split()])


@pytest.fixture(scope="module")
def traits() -> pd.DataFrame:
    """Big five scores of 500 students, the first turned round (Dolan et al. Struct Equ Modeling 2009;16:295-314)."""
    scores = pingouin.read_dataset("pairwise_corr").drop(columns="Subject")
    return scores.assign(Neuroticism=5 - scores["Neuroticism"])


def made(learners: int, items: int, seed: int = 1) -> np.ndarray:
    """Right or wrong, with one ability behind it."""
    random = np.random.default_rng(seed)
    chance = stats.norm.cdf(random.normal(size=(learners, 1)) - np.linspace(-1, 1, items))
    return (random.random((learners, items)) < chance).astype(float)


# ---- Against published numbers ---------------------------------------------------------------------------------------


def test_kr20_of_a_published_quiz(quiz):
    found = scale_statistics(quiz, fewest=2)
    p = np.array([0.7, 0.7, 0.6, 0.7, 0.6, 0.8, 0.7, 0.7, 0.5, 0.6])
    assert found["value"]["kr20"] == pytest.approx(10 / 9 * (1 - (p * (1 - p)).sum() / 5.84), abs=1e-12)
    assert found["value"]["alpha"] == found["value"]["kr20"]


def test_alpha_of_shrout_and_fleiss_is_their_icc_for_the_mean_of_fixed_judges():
    """ICC(3,4) = 0.91 in their table 4; alpha is the same coefficient."""
    assert scale_statistics(np.array(JUDGES), fewest=2)["value"]["alpha"] == pytest.approx(0.91, abs=0.005)


def test_the_law_school_admission_test_is_as_r_has_it(lsat):
    """R 4.2.2, x <- the 1,000 x 5 matrix, t <- rowSums(x): psych 2.2.9's alpha(x)$total$raw_alpha and $feldt; sd(t)
    sqrt(1 - alpha), and the same of Feldt's ends; l and u of psych's fa(x, 1, fm = "minres") on the scale of points,
    sum(l)^2 / (sum(l)^2 + sum(u)); e1071's skewness(t, type = 2); t.test(t)$conf.int."""
    found = scale_statistics(lsat)
    value = found["value"]
    assert value["alpha"] == value["kr20"] == pytest.approx(0.2949971922, abs=1e-10)
    assert found.loc["alpha", ["low", "high"]].tolist() == pytest.approx([0.2234737879, 0.3618025317], abs=1e-9)
    assert value["sem"] == pytest.approx(0.8690666124, abs=1e-9)
    assert found.loc["sem", ["low", "high"]].tolist() == pytest.approx([0.8268660882, 0.9120858168], abs=1e-9)
    assert value["omega"] == pytest.approx(0.306849254, abs=1e-6)
    assert value["skew"] == pytest.approx(-0.6910108761, abs=1e-9)
    assert (value["mean"], value["sd"]) == pytest.approx((3.819, 1.035041212), abs=1e-9)
    assert found.loc["mean", ["low", "high"]].tolist() == pytest.approx([3.754770843, 3.883229157], abs=1e-8)


# ---- Against independent computations on real data -------------------------------------------------------------------


@pytest.mark.parametrize("name", ["likert", "gaps", "traits"])
def test_alpha_and_its_interval_are_as_pingouin_has_them(name, request):
    scores = request.getfixturevalue(name)
    whole = scores.dropna()  # pingouin's listwise deletion takes its degrees of freedom from before it
    alpha, interval = pingouin.cronbach_alpha(whole)
    found = scale_statistics(scores, fewest=2).loc["alpha"]
    assert found["value"] == pytest.approx(alpha, abs=2e-6 if name == "traits" else 1e-12)
    assert [round(found["low"], 3), round(found["high"], 3)] == pytest.approx(interval.tolist())
    assert found["n"] == len(whole)
    deleted, _ = pingouin.cronbach_alpha(scores, nan_policy="listwise")
    assert found["value"] == pytest.approx(deleted, abs=2e-6)


@pytest.mark.filterwarnings("ignore:The inplace keyword:DeprecationWarning")  # of pandas, from inside pingouin
def test_the_interval_is_that_of_the_icc_for_the_mean_of_fixed_judges():
    ratings = pd.DataFrame(JUDGES).melt(ignore_index=False, var_name="judge").reset_index(names="target")
    found = scale_statistics(np.array(JUDGES), fewest=2).loc["alpha"]
    table = pingouin.intraclass_corr(ratings, targets="target", raters="judge", ratings="value")
    icc = table.set_index("Type").loc["ICC(C,k)"]
    assert found["value"] == pytest.approx(icc["ICC"], abs=1e-9)
    assert [found["low"], found["high"]] == pytest.approx(list(icc["CI95"]), abs=0.006)


@pytest.mark.parametrize("name", ["likert", "gaps", "traits"])
def test_totals_are_described_as_pandas_and_scipy_do(name, request):
    total = request.getfixturevalue(name).dropna().sum(axis=1)
    found = scale_statistics(request.getfixturevalue(name), fewest=2)
    expected = {"mean": total.mean(), "sd": total.std(), "min": total.min(), "max": total.max(), "skew": total.skew()}
    assert found["value"][list(expected)].to_dict() == pytest.approx(expected, rel=1e-6)
    interval = stats.t.interval(0.95, len(total) - 1, total.mean(), stats.sem(total))
    assert (found["low"]["mean"], found["high"]["mean"]) == pytest.approx(interval, rel=1e-6)
    sem = total.std() * np.sqrt(1 - found["value"]["alpha"])
    assert found["value"]["sem"] == pytest.approx(sem, rel=1e-6)
    assert found["low"]["sem"] < sem < found["high"]["sem"]


@pytest.mark.parametrize("name", ["likert", "gaps", "traits"])
def test_the_halves_are_as_numpy_correlates_them(name, request):
    whole = request.getfixturevalue(name).dropna()
    odd, even = whole.iloc[:, ::2].sum(axis=1), whole.iloc[:, 1::2].sum(axis=1)
    found = scale_statistics(request.getfixturevalue(name), fewest=2)["value"]
    rulon = 1 - (odd - even).var() / (odd + even).var()  # Rulon 1939, from the differences
    assert found["guttman"] == pytest.approx(rulon, abs=1e-5)
    if whole.shape[1] % 2 == 0:
        r = np.corrcoef(odd, even)[0, 1]
        assert found["split_half"] == pytest.approx(2 * r / (1 + r), abs=1e-5)


@pytest.mark.parametrize("items", [4, 5, 9])
@pytest.mark.parametrize("r", [0.1, 0.3, 0.8])
def test_halves_of_parallel_items_give_the_reliability_of_the_whole(items, r):
    parallel = np.full((items, items), r) + (1 - r) * np.eye(items)
    expected = items * r / (1 + (items - 1) * r)
    assert split_half(parallel) == pytest.approx(expected)
    if items % 2 == 0:
        assert guttman(parallel) == pytest.approx(expected)


@pytest.mark.parametrize("name", ["likert", "made", "reversed"])
def test_omega_is_that_of_principal_axes_by_statsmodels(name, request):
    """Iterated principal axes and minres have the same solution where both come to rest."""
    scores = {"made": made(400, 12), "reversed": made(400, 12) * ([1] * 11 + [-1])}.get(name)
    scores = request.getfixturevalue("likert") if scores is None else scores
    covariance = np.cov(np.asarray(scores, dtype=float), rowvar=False)
    sd = np.sqrt(np.diag(covariance))
    axes = Factor(corr=covariance / np.outer(sd, sd), n_factor=1, method="pa", smc=False).fit(maxiter=20_000, tol=1e-9)
    if (axes.uniqueness <= 0.005).any():
        assert np.isnan(omega(covariance).value)
        return
    common = (axes.loadings[:, 0] @ sd) ** 2
    assert omega(covariance).value == pytest.approx(common / (common + axes.uniqueness @ sd**2), abs=1e-5)


def test_omega_of_a_known_model_is_its_own():
    loadings, unique = np.array([0.4, 0.9, 1.5, 0.2, 0.7]), np.array([0.5, 0.3, 2.0, 0.1, 0.6])
    covariance = np.outer(loadings, loadings) + np.diag(unique)
    expected = loadings.sum() ** 2 / (loadings.sum() ** 2 + unique.sum())
    assert omega(covariance).value == pytest.approx(expected, rel=1e-8)
    against = np.diag([1, 1, 1, -1, 1])
    assert omega(against @ covariance @ against).against == (3,)
    equal = np.full((6, 6), 0.3) + 0.7 * np.eye(6)
    assert omega(equal).value == pytest.approx(6 * 0.3 / (1 + 5 * 0.3))  # alpha, of items that load alike


def test_omega_says_why_there_is_none():
    heywood = np.array([[1, 0.9, 0.9], [0.9, 1, 0.4], [0.9, 0.4, 1]])
    assert "Heywood" in omega(heywood).note
    assert "no one factor" in omega(np.eye(5)).note
    assert "three items" in omega(np.diag([1.0, 1, 0, 0])).note
    assert all(np.isnan(omega(case).value) for case in (heywood, np.eye(5), np.zeros((2, 2))))


# ---- At a cut, and at each total -------------------------------------------------------------------------------------


def test_errors_at_each_total_of_the_lsat_are_those_of_each_learners_own_answers(lsat):
    """By another route than the formula: of a learner's answers to P items drawn at random, the sum has the variance
    P s², s² that of the answers (n - 1). R: sapply(0:5, function(k) mean(sqrt(5 * apply(x[t == k, ], 1, var)))). And
    Keats's: kr21 <- 5 / 4 * (1 - mean(t) * (5 - mean(t)) / (5 * var(t))); lord * sqrt((1 - kr20) / (1 - kr21)), where
    var has n - 1, and ours n in that place: a difference of 2 in 10,000."""
    found = conditional_sem(lsat)
    assert found["lord"].tolist() == pytest.approx([0, 1, 1.224744871, 1.224744871, 1, 0], abs=1e-9)
    assert found["keats"].tolist() == pytest.approx(
        [0, 0.9372845886, 1.147934493, 1.147934493, 0.9372845886, 0], abs=2e-4
    )
    assert found["n"].tolist() == np.bincount(lsat.sum(axis=1).astype(int)).tolist()


@pytest.mark.parametrize(("cut", "expected"), [(3, 0.5664489896), (4, 0.3159166716)])
def test_livingston_of_the_lsat_is_what_totals_of_two_such_tests_share_about_the_cut(lsat, cut, expected):
    """By another route than alpha: two tests of such items have P² times the mean covariance of two items in common. R:
    C <- cov(x); tru <- 25 * mean(C[row(C) != col(C)]); d <- (mean(t) - cut)^2; (tru + d) / (var(t) + d)."""
    assert livingston(scale_statistics(lsat), cut) == pytest.approx(expected, abs=1e-9)


def test_errors_of_low_and_high_scores_of_students_are_those_of_r(traits):
    """R: d <- rowSums(x[, c(1, 3, 5)]) - rowSums(x[, c(2, 4)]); b <- floor(3 * (rank(t, ties.method = "min") - 1) /
    500); tapply(d, b, sd), and sqrt(v * (n - 1) / qchisq(c(.975, .025), n - 1)) for the interval."""
    found = sem_by_band(traits)
    assert found["n"].tolist() == [168, 167, 165]
    assert found["sem"].tolist() == pytest.approx([0.7033202629, 0.67335827, 0.6597891271], abs=1e-6)
    assert found["low"].tolist() == pytest.approx([0.6353005185, 0.6080598048, 0.5954563874], abs=1e-6)
    assert found["high"].tolist() == pytest.approx([0.7877802727, 0.7544923316, 0.7398293571], abs=1e-6)
    assert found["highest"].tolist() == pytest.approx([15.4375, 16.3125, 19.64583], abs=1e-5)


def test_livingston_is_alpha_at_the_mean_and_rises_away_from_it(quiz):
    found = scale_statistics(quiz, fewest=2)
    alpha, mean, sd = (found["value"][name] for name in ("alpha", "mean", "sd"))
    assert livingston(found, mean) == pytest.approx(alpha)
    assert livingston(found, mean + sd) == pytest.approx((alpha + 1) / 2)
    assert livingston(found, mean - sd) == pytest.approx((alpha + 1) / 2)
    assert np.isnan(livingston(scale_statistics(quiz, fewest=len(quiz) + 1), mean))


def test_lords_error_and_keats_at_each_total(quiz):
    found = conditional_sem(quiz)
    assert list(found) == list(CONDITIONAL)
    assert found.index.tolist() == list(range(11))
    assert found.loc[[0, 5, 8, 10], "lord"].tolist() == pytest.approx([0, np.sqrt(25 / 9), 4 / 3, 0])
    assert found["n"].tolist() == [0, 0, 2, 0, 0, 0, 0, 4, 2, 2, 0]
    total = quiz.sum(axis=1)
    kr21 = 10 / 9 * (1 - total.mean() * (10 - total.mean()) / (10 * total.var()))
    assert np.average(found["lord"] ** 2, weights=found["n"]) == pytest.approx(total.var() * (1 - kr21))
    sem = scale_statistics(quiz, fewest=2)["value"]["sem"]
    assert np.average(found["keats"] ** 2, weights=found["n"]) == pytest.approx(sem**2)


def test_errors_at_each_total_are_only_for_items_that_are_right_or_wrong(quiz, likert):
    assert conditional_sem(likert).empty
    assert conditional_sem(quiz * np.arange(1, 11)).empty
    twice = conditional_sem(2 * quiz)
    assert twice.index.tolist() == list(range(0, 22, 2))
    np.testing.assert_allclose(twice["keats"], 2 * conditional_sem(quiz)["keats"])
    assert conditional_sem(quiz, fewest=30)["keats"].isna().all()
    assert conditional_sem(np.zeros((4, 0))).empty


def test_errors_of_low_and_high_totals_are_the_spread_of_the_halves_apart():
    scores = pd.DataFrame(made(99, 8)) * 1.5
    total, apart = scores.sum(axis=1), scores.iloc[:, ::2].sum(axis=1) - scores.iloc[:, 1::2].sum(axis=1)
    found = sem_by_band(scores)
    assert list(found) == list(BANDS)
    assert found["n"].sum() == 99
    for row in found.itertuples():
        own = apart[total.between(row.lowest, row.highest)]
        assert len(own) == row.n
        assert row.sem == pytest.approx(own.std())
        assert row.low < row.sem < row.high
    assert (found["lowest"].iloc[1:].to_numpy() > found["highest"].iloc[:-1].to_numpy()).all()
    pooled = np.sqrt((found["sem"] ** 2 * (found["n"] - 1)).sum() / (99 - len(found)))
    assert pooled == pytest.approx(total.std() * np.sqrt(1 - guttman(scores.cov().to_numpy())), rel=0.05)
    assert sem_by_band(scores[:40])["sem"].isna().all()
    assert sem_by_band(np.zeros((0, 4))).empty


def test_the_interval_of_a_bands_error_holds_it_19_times_in_20():
    """Made scores whose error is known: true totals alike, halves apart by 2."""
    random = np.random.default_rng(11)
    hits = 0
    for _ in range(400):
        halves = np.round(50 + random.normal(scale=np.sqrt(2), size=(25, 2)), 3)
        row = sem_by_band(halves, bands=1).iloc[0]
        hits += row["low"] <= 2 <= row["high"]
    assert hits / 400 == pytest.approx(0.95, abs=0.03)


# ---- Scales that are ill ---------------------------------------------------------------------------------------------


def test_from_too_few_learners_there_is_a_note_and_no_reliability():
    found = scale_statistics(made(9, 10))
    for name in ("alpha", "kr20", "omega", "split_half", "guttman", "sem"):
        assert np.isnan(found["value"][name])
        assert found["note"][name] == "needs 10 learners who answered everything; there are 9"
    assert found["value"][["mean", "sd", "skew"]].notna().all()
    some = scale_statistics(made(10, 10))
    assert some["note"]["alpha"] == some["note"]["kr20"] == "from 10 learners: rough, see the interval"
    enough = scale_statistics(made(30, 10))
    assert enough["note"]["alpha"] == ""
    assert enough["value"][["alpha", "split_half", "guttman", "sem"]].notna().all()
    assert enough["note"]["omega"] == "needs 50 learners who answered everything; there are 30"
    assert scale_statistics(made(89, 30))["note"]["omega"].startswith("needs 90 ")
    assert scale_statistics(made(90, 30))["value"]["omega"] > 0.5


def test_kr20_stands_only_where_every_item_is_right_or_wrong(likert, quiz):
    assert "kr20" in scale_statistics(quiz).index
    assert "kr20" not in scale_statistics(likert).index
    assert list(scale_statistics(quiz).index) == list(SCALE_STATISTICS)
    assert list(scale_statistics(quiz)) == list(COLUMNS)


def test_an_alpha_below_zero_warns_of_keys_and_makes_no_error_of_measurement():
    scores = made(200, 2)
    scores[:, 1] = 1 - scores[:, 0]
    scores[:20, 1] = 1
    found = scale_statistics(scores)
    assert found["value"]["alpha"] < 0
    assert found["high"]["alpha"] < 0
    assert "wrong key" in found["note"]["alpha"]
    assert np.isnan(found["value"]["sem"])
    assert np.isnan(found["value"]["split_half"])
    assert found["note"]["split_half"]
    assert np.isnan(livingston(found, 1))


def test_an_alpha_below_zero_that_may_be_chance_accuses_no_key():
    found = scale_statistics(np.random.default_rng(1).integers(0, 2, (40, 6)).astype(float)).loc["alpha"]
    assert found["value"] < 0 < found["high"]
    assert found["note"] == "below zero: that may be chance, as its interval is not"


def test_without_items_nobody_left_anything_out():
    assert scale_statistics(np.zeros((40, 0)))["note"]["mean"] == "there are no items"


def test_a_wrongly_keyed_item_is_named_beside_omega():
    scores = pd.DataFrame(made(300, 8)).rename(columns="item {}".format)
    scores["item 3"] = 1 - scores["item 3"]
    assert scale_statistics(scores)["note"]["omega"] == "runs against the other items: item 3"


def test_items_that_are_the_same_for_all_are_counted_and_noted():
    scores = made(200, 6)
    scores[:, 2] = 1
    found = scale_statistics(scores)
    assert found["value"]["alpha"] == pytest.approx(pingouin.cronbach_alpha(pd.DataFrame(scores))[0])
    assert found["note"]["alpha"] == "1 of 6 items have one and the same score from everybody"
    assert found["value"]["omega"] > 0


def test_learners_with_gaps_are_left_out_and_counted():
    scores = made(200, 6)
    scores[:7, 3] = np.nan
    found = scale_statistics(scores)
    assert (found["n"] == 193).all()
    assert found["note"]["mean"] == "7 of 200 learners left something out and are not counted"
    pd.testing.assert_frame_equal(found.drop("mean"), scale_statistics(scores[7:]).drop("mean"), rtol=1e-12)


@pytest.mark.parametrize(
    "scores",
    [
        np.zeros((0, 3)),
        np.zeros((4, 0)),
        np.full((40, 3), np.nan),
        np.ones((40, 3)),
        made(40, 1),
        made(1, 4),
        made(2, 4),
        np.vstack([np.full((39, 3), 1 / 3), [[1, 1, 1]]]),
        np.hstack([made(200, 3), np.ones((200, 3))]),
        np.repeat(made(200, 1), 4, axis=1),
    ],
    ids=[
        "nobody",
        "no items",
        "all missing",
        "all right",
        "one item",
        "one",
        "two",
        "one apart",
        "half same",
        "copies",
    ],
)
def test_an_ill_scale_raises_nothing_and_says_why(scores):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = scale_statistics(scores)
        conditional_sem(scores)
        sem_by_band(scores)
    assert not np.isinf(found[["value", "low", "high"]].to_numpy(dtype=float)).any()
    assert (found["value"].notna() | (found["note"] != "")).all()


@tried
@given(
    st.tuples(st.integers(0, 12), st.integers(1, 6)).flatmap(lambda size: arrays.arrays(float, size, elements=PARTIAL))
)
def test_every_statistic_has_a_number_or_a_note_whatever_is_missing(scores):
    found = scale_statistics(scores, fewest=2)
    assert not np.isinf(found[["value", "low", "high"]].to_numpy(dtype=float)).any()
    assert (found["value"].notna() | (found["note"] != "")).all()
    whole = pd.DataFrame(scores).dropna()
    if len(whole) > 1 and scores.shape[1] > 1 and whole.sum(axis=1).var():
        alpha, _ = pingouin.cronbach_alpha(whole)
        assert found["value"]["alpha"] == pytest.approx(alpha, abs=1e-9)


@tried
@given(arrays.arrays(float, (12, 4), elements=PARTIAL), st.permutations(range(12)), st.permutations(range(4)))
def test_neither_the_order_of_learners_nor_of_items_makes_a_difference(scores, rows, columns):
    by_order = ["split_half", "guttman"]  # which halve the test by the place of the items
    moved = scale_statistics(scores[rows][:, columns], fewest=2).drop(by_order)
    pd.testing.assert_frame_equal(moved, scale_statistics(scores, fewest=2).drop(by_order), rtol=1e-9)


def test_parts_of_a_cohort_give_the_very_same_digits_where_counts_are_enough():
    scores = made(300, 8)
    parts = scale_statistics_of(Counts.from_matrix(scores[:100]) + Counts.from_matrix(scores[100:]))
    matrix = ["omega", "split_half", "guttman"]
    pd.testing.assert_frame_equal(parts.drop(matrix), scale_statistics(scores).drop(matrix), check_exact=True)
    assert parts.loc[matrix, "value"].isna().all()
    assert parts.loc[matrix, "note"].str.contains("side by side").all()
