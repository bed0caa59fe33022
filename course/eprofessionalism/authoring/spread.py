"""How far a mean of differences can be trusted: its standard error, and its 95 % interval."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from statistics import NormalDist, fmean, stdev
from typing import NamedTuple

FEWEST = 5
"""Of fewer differences their spread is not known well enough to say anything."""


class Interval(NamedTuple):
    """Between what bounds a mean lies."""

    low: float
    high: float


def standard_error(differences: Sequence[float]) -> float:
    """The standard error of a mean, in the unit of the differences: s / sqrt(n)."""
    return stdev(differences) / sqrt(len(differences))


def interval(differences: Sequence[float], level: float = 0.95) -> Interval | None:
    """Student's t interval of a mean: mean ± t(n - 1) · s / sqrt(n), in the unit of the differences; None for too few.

    Why t and not the bootstrap: for samples as small as ours (a bank has some tens of items of a type) the percentile
    bootstrap is too narrow, because it has no factor for the unknown spread (Hesterberg T. What Teachers Should Know
    About the Bootstrap. Am Stat 2015;69(4):371-386).

    Args:
        differences: one for each thing that was measured; they are taken as independent.
        level: the part of such intervals that hold the true mean.
    """
    if len(differences) < FEWEST:
        return None
    reach = t_quantile((1 + level) / 2, len(differences) - 1) * standard_error(differences)
    return Interval(fmean(differences) - reach, fmean(differences) + reach)


def t_quantile(probability: float, degrees: int) -> float:
    """A quantile of Student's t, right to three digits from four degrees of freedom on.

    Source: Abramowitz and Stegun, Handbook of Mathematical Functions (1964), formula 26.7.5.
    """
    x: float = NormalDist().inv_cdf(probability)
    terms = (
        x,
        (x**3 + x) / 4,
        (5 * x**5 + 16 * x**3 + 3 * x) / 96,
        (3 * x**7 + 19 * x**5 + 17 * x**3 - 15 * x) / 384,
        (79 * x**9 + 776 * x**7 + 1482 * x**5 - 1920 * x**3 - 945 * x) / 92160,
    )
    return float(sum(term / degrees**power for power, term in enumerate(terms)))
