"""Two groups compared within strata: odds ratio of Mantel and Haenszel, Mantel's test, and a difference in means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import log, nan, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from statsmodels.stats.contingency_tables import StratifiedTable

from eprofessionalism_graders.cohort.analysis.intervals import LEVEL, Estimate, Floats

DELTA = -2.35
"""What makes of a logarithm of odds a delta, the unit of ETS."""

TWO_SIDED = float(stats.norm.ppf((1 + LEVEL) / 2))


@dataclass(frozen=True, slots=True)
class CommonOdds:
    """The odds ratio that strata have in common, delta with its standard error, and the test of no difference."""

    odds_ratio: float
    delta: float
    error: float
    chi2: float
    p: float


def mantel_haenszel(tables: NDArray[np.float64]) -> CommonOdds:
    """The Mantel-Haenszel odds ratio of strata of 2 x 2 tables, by statsmodels.

    alpha = sum(a d / n) / sum(b c / n) and delta = -2.35 ln alpha, whose standard error is 2.35 times that of ln alpha
    (Robins, Breslow & Greenland, Biometrics 1986;42:311-323). The test has the continuity correction of 0.5, except
    where the groups are no further apart than that: there it would make something of nothing (as in R's
    `mantelhaen.test`). Without two groups and both outcomes in a stratum there is nothing to compare, and all are not a
    number.

    Sources: Mantel & Haenszel, J Natl Cancer Inst 1959;22:719-748; Holland & Thayer, in Wainer & Braun (eds.), Test
    Validity (1988), pages 129-145.

    Args:
        tables: 2 x 2 x strata: rows are the reference and the focal group, columns right and wrong.
    """
    told = tables[:, :, (tables.sum(axis=1) > 0).all(axis=0)]
    if not (told[0, 0] * told[1, 1]).any() or not (told[0, 1] * told[1, 0]).any():
        return CommonOdds(nan, nan, nan, nan, nan)
    found = StratifiedTable(told)
    expected = told[0].sum(axis=0) * told[:, 0].sum(axis=0) / told.sum(axis=(0, 1))
    test = found.test_null_odds(correction=bool(abs((told[0, 0] - expected).sum()) >= 0.5))
    ratio = float(found.oddsratio_pooled)
    error = abs(DELTA) * float(found.logodds_pooled_se)
    return CommonOdds(ratio, DELTA * log(ratio), error, float(test.statistic), float(test.pvalue))


def mantel(scores: Floats, focal: NDArray[np.bool_], strata: NDArray[np.int64]) -> tuple[float, float]:
    """Mantel's chi-square of scores that may be partial, and its p-value.

    chi² = (sum over strata of F - E(F))² / sum of var(F), with F the sum of the focal group's scores,
    E(F) = nF / n · sum(y), and var(F) = nR nF / (n² (n - 1)) · (n sum(y²) - sum(y)²). Of scores of 0 and 1 it is the
    Mantel-Haenszel chi-square without correction. Not a number where nothing varies.

    Source: Mantel, J Am Stat Assoc 1963;58:690-700.
    """
    excess = variance = 0.0
    for one in _compared(scores, focal, strata):
        excess += one.in_focal / one.n * (one.n - one.in_focal) * one.apart
        variance += one.in_focal * (one.n - one.in_focal) / one.n * one.variance
    if variance <= 1e-12:
        return nan, nan
    chi2 = float(excess**2 / variance)
    return chi2, float(stats.chi2.sf(chi2, 1))


def standardized_difference(scores: Floats, focal: NDArray[np.bool_], strata: NDArray[np.int64]) -> Estimate:
    """How much higher the focal group's mean score is at the same ability, in the unit of the scores.

    d = sum(nF (mean F - mean R)) / sum(nF) over strata: the focal group's number is the weight. Its interval is
    d ± 1.96 SE, SE² = sum(nF² s² (1 / nF + 1 / nR)) / sum(nF)², with s² the variance (n - 1) of both groups' scores in
    the stratum: that of Mantel's test, as if learners had been dealt out to the groups at random.

    Sources: Dorans & Kulick, J Educ Meas 1986;23:355-368; for partial scores Zwick, Donoghue & Grima, J Educ Meas
    1993;30:233-251; the standard error Zwick & Thayer, J Educ Behav Stat 1996;21:187-201, who found this one, of two,
    to perform better. Not a number where no stratum has both groups; without an interval where nothing varies.
    """
    told = list(_compared(scores, focal, strata))
    weights = sum(one.in_focal for one in told)
    if not weights:
        return Estimate(nan)
    value = sum(one.in_focal * one.apart for one in told) / weights
    spread = sum(one.in_focal**2 * one.variance * (1 / one.in_focal + 1 / (one.n - one.in_focal)) for one in told)
    if spread <= 1e-12:
        return Estimate(value)
    reach = TWO_SIDED * sqrt(spread) / weights
    return Estimate(value, value - reach, value + reach)


@dataclass(frozen=True, slots=True)
class _Compared:
    """A stratum with both groups: how many, by how much the focal group's mean is higher, the variance of all."""

    n: int
    in_focal: int
    apart: float
    variance: float


def _compared(scores: Floats, focal: NDArray[np.bool_], strata: NDArray[np.int64]) -> Iterator[_Compared]:
    for stratum in np.unique(strata):
        here, there = scores[(strata == stratum) & focal], scores[(strata == stratum) & ~focal]
        if len(here) and len(there):
            together = np.concatenate([here, there])
            yield _Compared(len(together), len(here), float(here.mean() - there.mean()), float(together.var(ddof=1)))
