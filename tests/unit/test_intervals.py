"""Intervals, against scipy's, statsmodels' and pingouin's own and against what they claim to cover."""

from __future__ import annotations

from math import isnan, nan

import numpy as np
import pingouin
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from eprofessionalism_graders.cohort.analysis import intervals
from eprofessionalism_graders.cohort.analysis.intervals import Estimate, bootstrap, difference, expanded, mean, share

PENGUINS = pingouin.read_dataset("penguins")
ADELIE, CHINSTRAP = (
    PENGUINS.loc[PENGUINS["species"] == species, "flipper_length_mm"].dropna().to_numpy()
    for species in ("Adelie", "Chinstrap")
)
SAMPLES = st.lists(st.floats(0, 100), min_size=5, max_size=30)


def bounds(found: Estimate) -> tuple[float, float]:
    return found.low, found.high


def test_a_mean_has_students_interval():
    found = mean(ADELIE)
    assert found.value == pytest.approx(189.9536423841)
    assert bounds(found) == pytest.approx(DescrStatsW(ADELIE).tconfint_mean())


def test_a_difference_has_welchs_interval():
    found = difference([(ADELIE, CHINSTRAP)])
    expected = CompareMeans(DescrStatsW(CHINSTRAP), DescrStatsW(ADELIE)).tconfint_diff(usevar="unequal")
    assert bounds(found) == pytest.approx(expected)
    told = pingouin.ttest(CHINSTRAP, ADELIE, correction=True)
    assert bounds(found) == pytest.approx(tuple(told["CI95"].iloc[0]), abs=0.006)


def test_a_difference_over_strata_is_the_mean_of_theirs_whatever_their_sizes():
    few, many = (np.array([50.0, 60, 70]), np.array([60.0, 70, 80])), (np.full(99, 20.0), np.full(99, 22.0))
    assert difference([few, many]).value == pytest.approx((10 + 2) / 2)


def test_a_contrast_of_means_has_the_interval_of_a_weighted_welch_test():
    rows = PENGUINS.dropna(subset=["flipper_length_mm", "sex"])
    cells = {key: part["flipper_length_mm"].to_numpy() for key, part in rows.groupby(["species", "sex"])}
    found = difference([(cells[kind, "female"], cells[kind, "male"]) for kind in ("Adelie", "Gentoo")])
    weights = np.array([-0.5, 0.5, -0.5, 0.5])
    used = [cells[kind, sex] for kind in ("Adelie", "Gentoo") for sex in ("female", "male")]
    parts = np.array([w**2 * np.var(x, ddof=1) / len(x) for w, x in zip(weights, used, strict=True)])
    degrees = parts.sum() ** 2 / sum(part**2 / (len(x) - 1) for part, x in zip(parts, used, strict=True))
    expected = stats.t.interval(0.95, degrees, float(weights @ [x.mean() for x in used]), np.sqrt(parts.sum()))
    assert bounds(found) == pytest.approx(expected)


def test_a_share_has_wilsons_interval_as_newcombe_printed_it():
    # Newcombe, Stat Med 1998;17:857-872, table I, method 3 without continuity correction.
    printed = {
        (81, 263): (0.2553, 0.3662),
        (15, 148): (0.0624, 0.1605),
        (0, 20): (0, 0.1611),
        (1, 29): (0.0061, 0.1718),
    }
    for (count, total), limits in printed.items():
        assert bounds(share(count, total)) == pytest.approx([100 * limit for limit in limits], abs=0.005)


def test_of_nothing_there_is_no_share():
    assert isnan(share(0, 0).value)


def test_too_few_values_have_no_interval():
    assert not mean([50.0, 60, 70, 80]).known
    assert mean([50.0, 60, 70, 80]).value == 65
    assert isnan(mean([]).value)
    assert not bootstrap(lambda rows: np.arange(4.0)[rows].mean(-1), [4]).known


def test_missing_values_are_left_out_and_not_counted_as_zero():
    assert mean([*ADELIE, nan]) == mean(ADELIE)


def test_values_that_are_all_alike_have_no_interval():
    assert not mean([70.0] * 10).known
    assert not bootstrap(lambda rows: np.full(10, 70.0)[rows].mean(-1), [10]).known


def test_the_bootstrap_is_scipys_at_the_level_of_small_samples():
    found = bootstrap(lambda rows: ADELIE[rows].mean(-1), [len(ADELIE)])
    told = stats.bootstrap(
        (ADELIE,),
        np.mean,
        n_resamples=intervals.RESAMPLES,
        confidence_level=expanded([len(ADELIE)]),
        method="BCa",
        rng=np.random.default_rng(intervals.SEED),
        batch=intervals.BATCH // len(ADELIE),
    ).confidence_interval
    assert bounds(found) == pytest.approx((told.low, told.high), abs=0.05)
    assert bounds(found) == pytest.approx(bounds(mean(ADELIE)), abs=0.1)


def test_the_bootstrap_gives_the_same_for_the_same():
    found = [bootstrap(lambda rows: CHINSTRAP[rows].std(-1), [len(CHINSTRAP)]) for _ in range(2)]
    assert found[0].known
    assert found[0] == found[1]


def test_the_level_of_one_sample_is_hesterbergs():
    # As R's resample has it (ExpandProbs; Hesterberg 2015): Φ⁻¹(alpha') sqrt((n - 1) / n) = t(alpha; n - 1).
    n = 10
    tail = stats.norm.cdf(-np.sqrt(n / (n - 1)) * stats.t.ppf(0.975, n - 1))
    assert expanded([n]) == pytest.approx(1 - 2 * tail)
    assert expanded([100_000]) == pytest.approx(0.95, abs=1e-4)
    assert expanded([5, 30]) > expanded([20, 20]) > 0.95


def test_a_very_large_sample_needs_no_jackknife(monkeypatch):
    monkeypatch.setattr(intervals, "LARGEST_JACKKNIFE", 50)
    monkeypatch.setattr(intervals, "RESAMPLES", 999)
    found = bootstrap(lambda rows: ADELIE[rows].mean(-1), [len(ADELIE)])
    assert bounds(found) == pytest.approx(bounds(mean(ADELIE)), abs=0.3)


@pytest.mark.parametrize("sizes", [(5, 5), (5, 30), (12,)])
def test_a_bootstrap_interval_holds_the_truth_about_as_often_as_it_says(monkeypatch, sizes):
    monkeypatch.setattr(intervals, "RESAMPLES", 999)
    draw, cohorts, held = np.random.default_rng(1), 400, 0
    for _ in range(cohorts):
        samples = [draw.normal(12, 15, size) for size in sizes]
        found = bootstrap(
            lambda *rows, of=samples: np.mean([x[row].mean(-1) for x, row in zip(of, rows, strict=True)], axis=0), sizes
        )
        held += found.low <= 12 <= found.high
    assert held / cohorts == pytest.approx(0.95, abs=3 * np.sqrt(0.95 * 0.05 / cohorts))


@given(SAMPLES, SAMPLES)
def test_a_difference_turns_its_sign_with_its_sides(first, second):
    there, back = difference([(first, second)]), difference([(second, first)])
    assert there.value == pytest.approx(-back.value, abs=1e-9)
    assert there.sign == -back.sign


@given(SAMPLES)
def test_a_mean_lies_in_its_interval(values):
    found = mean(values)
    assert not found.known or found.low <= found.value <= found.high
