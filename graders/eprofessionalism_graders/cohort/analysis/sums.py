"""Sums of counted scores as whole numbers, so that nothing is lost by rounding and no spread is nearly zero."""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

import numpy as np

from eprofessionalism_graders.cohort.analysis.coding import Integers

_LARGEST = 2**62


class Sums(NamedTuple):
    """What variances and covariances of two scores are made of, over `n` learners."""

    n: int
    x: int
    xx: int
    y: int
    yy: int
    xy: int

    @property
    def var_x(self) -> int:
        """The variance of x times n (n - 1)."""
        return self.n * self.xx - self.x**2

    @property
    def var_y(self) -> int:
        """The variance of y times n (n - 1)."""
        return self.n * self.yy - self.y**2

    @property
    def cov(self) -> int:
        """The covariance times n (n - 1)."""
        return self.n * self.xy - self.x * self.y

    def less(self) -> Sums:
        """With y - x in place of y: from item and total to item and rest."""
        return Sums(self.n, self.x, self.xx, self.y - self.x, self.yy - 2 * self.xy + self.xx, self.xy - self.xx)


def total(n: Integers, *factors: Integers) -> int:
    """The sum of n times the factors, exactly, whatever its size."""
    largest = int(n.sum())
    for factor in factors:
        largest *= int(np.abs(factor).max(initial=0))
    product = n if largest < _LARGEST else n.astype(object)
    for factor in factors:
        product = product * factor
    return int(product.sum())


def sums(n: Integers, x: Integers, y: Integers) -> Sums:
    """The sums of two scores that n learners each have."""
    return Sums(total(n), total(n, x), total(n, x, x), total(n, y), total(n, y, y), total(n, x, y))


def correlation(found: Sums) -> float:
    """Pearson's correlation; NaN where either score is the same for all."""
    spread = found.var_x * found.var_y
    return found.cov / sqrt(spread) if spread > 0 else np.nan


def deviation(spread: int, n: int) -> float:
    """The standard deviation (with n - 1) whose variance times n (n - 1) is given; NaN for fewer than two."""
    return sqrt(spread / (n * (n - 1))) if n > 1 else np.nan
