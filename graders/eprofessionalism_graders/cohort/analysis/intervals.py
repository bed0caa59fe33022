"""95 % intervals of means, shares and differences, and the bootstrap for what has no formula of its own."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import isnan, nan, sqrt
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

LEVEL = 0.95
RESAMPLES, SEED = 9_999, 2026
"""How often the bootstrap draws, and from where: so the same answers always give the same interval."""

FEWEST = 5
"""From fewer values no interval is given: their spread is not known well enough."""

LARGEST_JACKKNIFE = 2_000
"""With more values the bootstrap's correction, which leaves out each of them in turn, changes nothing that is shown."""

NOTHING = 1e-20
"""A variance below this is that of rounding."""

BATCH = 4_000_000
"""So many values are drawn at a time, to keep memory small."""

Floats: TypeAlias = NDArray[np.float64]
Picks: TypeAlias = NDArray[np.int64]
Statistic: TypeAlias = Callable[..., Any]
"""Of one array of row numbers a stratum, rows along the last axis: the statistic of each draw."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its 95 % interval; not a number where there are too few to tell."""

    value: float
    low: float = nan
    high: float = nan

    @property
    def known(self) -> bool:
        """Whether there is an interval."""
        return not (isnan(self.low) or isnan(self.high))

    @property
    def sign(self) -> int:
        """1 where the whole interval is above zero, -1 where it is below, else 0."""
        if not self.known:
            return 0
        return int(self.low > 0) - int(self.high < 0)


def mean(values: ArrayLike) -> Estimate:
    """A mean with Student's t interval, in the unit of the values: mean ± t(n - 1) · s / sqrt(n).

    Why t and not the bootstrap: of samples as small as a group of learners the percentile bootstrap's interval is too
    narrow (Hesterberg, Am Stat 2015;69:371-386). Missing values are left out; below `FEWEST` there is no interval.
    """
    found = _present(values)
    return difference([(np.zeros(0), found)])


def share(count: int, total: int) -> Estimate:
    """A share in percent with Wilson's score interval (Wilson, J Am Stat Assoc 1927;22:209-212), by statsmodels.

    It holds for small numbers too, and never leaves 0 to 100. Of nothing there is no share.
    """
    if not total:
        return Estimate(nan)
    low, high = proportion_confint(count, total, alpha=1 - LEVEL, method="wilson")
    return Estimate(100 * count / total, 100 * float(low), 100 * float(high))


def together(count: int) -> float:
    """The level at which so many intervals hold all together 95 times in 100, or more often: 1 - 0.05 / count.

    Source: Dunn, J Am Stat Assoc 1961;56:52-64, by Bonferroni's inequality.
    """
    return 1 - (1 - LEVEL) / max(count, 1)


def difference(strata: Iterable[tuple[ArrayLike, ArrayLike]], level: float = LEVEL) -> Estimate:
    """How much higher the second of two samples is, in its unit: the mean, over strata, of their differences in means.

    Strata have equal weights, so that it makes no difference how many of each sample took which form of a test. Of one
    stratum this is Welch's interval. With k strata of variances s² / n, one for each sample of a stratum:
    variance = sum(s² / n) / k², and degrees of freedom variance² / sum((s² / n / k²)² / (n - 1)).

    Source: Welch, Biometrika 1947;34:28-35, whose approximation holds for any weighted sum of means.

    Args:
        strata: pairs of samples. A first sample that is empty is left out of the sum. Missing values are left out.
        level: of the interval.
    """
    pairs = [(_present(first), _present(second)) for first, second in strata]
    samples = [sample for pair in pairs for sample in pair if sample.size]
    if not samples:
        return Estimate(nan)
    value = float(np.mean([_center(second) - _center(first) for first, second in pairs]))
    if min(sample.size for sample in samples) < 2 or sum(sample.size for sample in samples) < FEWEST:
        return Estimate(value)
    parts = np.array([sample.var(ddof=1) / sample.size for sample in samples]) / len(pairs) ** 2
    variance = float(parts.sum())
    if variance < NOTHING:
        return Estimate(value)
    degrees = variance**2 / sum(part**2 / (sample.size - 1) for part, sample in zip(parts, samples, strict=True))
    reach = float(stats.t.ppf((1 + level) / 2, degrees)) * sqrt(variance)
    return Estimate(value, value - reach, value + reach)


def _center(sample: Floats) -> float:
    return float(sample.mean()) if sample.size else 0.0


def _present(values: ArrayLike) -> Floats:
    found = np.asarray(values, dtype=np.float64)
    return found[~np.isnan(found)]


def bootstrap(statistic: Statistic, sizes: Sequence[int]) -> Estimate:
    """A statistic with its bias-corrected and accelerated bootstrap interval, by scipy.

    Rows are drawn with replacement within each stratum, as the strata were given and not found. The bootstrap draws
    `RESAMPLES` times from `SEED`, and its level is widened for small samples (`expanded`). Where every draw gives the
    same, or a stratum has fewer than two rows, there is no interval.

    Source: Efron, J Am Stat Assoc 1987;82:171-185.

    Args:
        statistic: of one array of row numbers a stratum, rows along the last axis.
        sizes: how many rows each stratum has.
    """
    rows = tuple(np.arange(size) for size in sizes)
    value = float(statistic(*rows))
    if isnan(value) or min(sizes) < 2 or sum(sizes) < FEWEST:
        return Estimate(value)

    def drawn(*picks: Picks, axis: int) -> Any:  # noqa: ARG001 - scipy names the axis, which is always the last
        return statistic(*picks)

    with warnings.catch_warnings():
        # Draws that are all alike have no interval: scipy warns and gives none.
        warnings.simplefilter("ignore")
        found = stats.bootstrap(
            rows,
            drawn,
            vectorized=True,
            n_resamples=RESAMPLES,
            confidence_level=expanded(sizes),
            batch=max(BATCH // sum(sizes), 1),
            method="BCa" if sum(sizes) <= LARGEST_JACKKNIFE else "percentile",
            rng=np.random.default_rng(SEED),
        ).confidence_interval
    return Estimate(value, float(found.low), float(found.high))


def expanded(sizes: Sequence[int]) -> float:
    """The level at which a bootstrap's percentiles hold a mean 95 times in 100, for samples of these sizes.

    2 Φ(t(df) · c) - 1. Draws of n values spread less than the values do, by (n - 1) / n, for which c makes up, and know
    nothing of how uncertain that spread is, for which t does. Of one sample c = sqrt(n / (n - 1)) and df = n - 1; of
    several, taken as equally spread and weighted, c² = sum(1 / n) / sum((n - 1) / n²) and Welch's
    df = sum(1 / n)² / sum(1 / (n² (n - 1))).

    Source, for one sample: the expanded percentiles of Hesterberg, Am Stat 2015;69:371-386, as the documentation of his
    R package resample has them (`ExpandProbs`); for several it is our extension.
    """
    n = np.asarray(sizes, dtype=np.float64)
    degrees = (1 / n).sum() ** 2 / (1 / (n**2 * (n - 1))).sum()
    correction = sqrt((1 / n).sum() / ((n - 1) / n**2).sum())
    reach = float(stats.t.ppf((1 + LEVEL) / 2, degrees)) * correction
    return float(2 * stats.norm.cdf(reach) - 1)
