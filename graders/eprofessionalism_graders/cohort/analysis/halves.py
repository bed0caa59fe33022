"""Reliability from two halves of a test: the items in odd places and those in even ones."""

from __future__ import annotations

from math import sqrt

import numpy as np

from eprofessionalism_graders.cohort.analysis.coding import Floats


def split_half(covariance: Floats) -> float:
    """Correlation of the halves, stepped up to the length of the whole.

    2r / (1 + r) (Spearman, and Brown, Br J Psychol 1910;3:271-322); where one half has an item more, Horst's formula
    for unequal lengths (Educ Psychol Meas 1951;11:368-371), of which that is a case.

    Args:
        covariance: of the items, in the order of the test.

    Returns:
        NaN where a half is the same for everybody, or the halves do not go together (a correlation up to 0).
    """
    odd, even, between = _halves(covariance)
    if min(odd, even) <= 0 or between <= 0:
        return np.nan
    square = min(between**2 / (odd * even), 1.0)
    share = np.ceil(len(covariance) / 2) / len(covariance)
    product = share * (1 - share)
    if square == 1:
        return 1.0
    return float((sqrt(square**2 + 4 * square * (1 - square) * product) - square) / (2 * product * (1 - square)))


def guttman(covariance: Floats) -> float:
    """Guttman's lambda 4 of the same halves, which does not take their spreads for equal.

    2 (1 - (var(odd) + var(even)) / var(T)) (Guttman, Psychometrika 1945;10:255-282); also called after Flanagan and
    Rulon.

    Args:
        covariance: of the items, in the order of the test.

    Returns:
        NaN where all totals are the same.
    """
    odd, even, between = _halves(covariance)
    whole = odd + even + 2 * between
    return 4 * between / whole if whole > 0 else np.nan


def _halves(covariance: Floats) -> tuple[float, float, float]:
    """Variances of the two halves, and their covariance."""
    odd = np.arange(len(covariance)) % 2 == 0
    first, second, between = (covariance[np.ix_(*half)].sum() for half in ((odd, odd), (~odd, ~odd), (odd, ~odd)))
    return float(first), float(second), float(between)
