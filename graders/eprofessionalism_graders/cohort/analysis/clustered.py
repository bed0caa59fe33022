"""A percentage of points of which one learner gave several: what it is, and how far it can be trusted.

Answers of one learner are alike, so that they are no sample of as many independent answers; the learners are.
"""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.stats import t

from eprofessionalism_graders.cohort.analysis.intervals import FEWEST, LEVEL
from eprofessionalism_graders.cohort.chance import wilson


class Share(NamedTuple):
    """A percentage and its 95 % interval, in percent; `low` and `high` are NaN where too few learners are behind it."""

    percent: float
    low: float
    high: float


def clustered_share(points: npt.ArrayLike, most: npt.ArrayLike) -> Share:
    """Percent of the points that were earned, with an interval over learners.

    The percentage is a ratio of sums, R = sum(y) / sum(x). Its variance over n learners is that of a ratio estimator
    (Cochran WG. Sampling Techniques. 3rd ed. New York: Wiley; 1977; without the correction for a finite population),
    n / (n - 1) · sum((y - R x)²) / sum(x)², which is also the cluster-robust variance of a weighted mean.
    The interval is Wilson's (1927, J Am Stat Assoc 22:209-212) with the effective sample size R (1 - R) / variance
    in place of the number of answers and Student's t with n - 1 degrees of freedom in place of the normal quantile, as
    for proportions of complex samples (Korn EL, Graubard BI. Surv Methodol 1998;24:193-201; Dean N, Pagano M. J Surv
    Stat Methodol 2015;3:484-503). So it stays within 0 and 100 and is not empty where all learners did alike: where
    the variance is 0 each learner counts as one answer.

    Args:
        points: what each learner earned, one number a learner.
        most: what each learner could have earned, above 0, in the same unit.

    Returns:
        Percent. Without learners all three are NaN; of fewer than 5 the interval is.
    """
    earned, whole = np.asarray(points, dtype=float), np.asarray(most, dtype=float)
    learners = len(earned)
    if not learners:
        return Share(np.nan, np.nan, np.nan)
    ratio = float(earned.sum() / whole.sum())
    if learners < FEWEST:
        return Share(100 * ratio, np.nan, np.nan)
    size = _effective(ratio, earned, whole)
    low, high = wilson(ratio * size, size, float(t.ppf((1 + LEVEL) / 2, learners - 1)))
    return Share(100 * ratio, 100 * low, 100 * high)


def standard_error(points: npt.ArrayLike, most: npt.ArrayLike) -> float:
    """The standard error of the percentage of `clustered_share`, in percent; NaN for fewer than two learners."""
    earned, whole = np.asarray(points, dtype=float), np.asarray(most, dtype=float)
    if len(earned) < 2:
        return float("nan")
    return 100 * sqrt(_variance(float(earned.sum() / whole.sum()), earned, whole))


def _variance(ratio: float, earned: npt.NDArray[np.float64], whole: npt.NDArray[np.float64]) -> float:
    learners = len(earned)
    return float(learners / (learners - 1) * ((earned - ratio * whole) ** 2).sum() / whole.sum() ** 2)


def _effective(ratio: float, earned: npt.NDArray[np.float64], whole: npt.NDArray[np.float64]) -> float:
    """As many independent answers would know the percentage as well as these."""
    variance, binomial = _variance(ratio, earned, whole), ratio * (1 - ratio)
    return binomial / variance if variance > 1e-12 and binomial > 1e-12 else float(len(earned))
