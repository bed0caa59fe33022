"""McDonald's omega: how much of the spread of a total comes from the one thing that its items have in common."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from eprofessionalism_graders.cohort.analysis.coding import Floats

_SWEEPS, _TOLERANCE = 5_000, 1e-10
_HEYWOOD = 0.995
"""A communality beyond this leaves an item without error of its own: R's factanal keeps uniquenesses above 0.005."""


class Omega(NamedTuple):
    """The coefficient, NaN where the model fails; why, or what to look at; and which items load below zero."""

    value: float
    note: str = ""
    against: tuple[int, ...] = ()


def omega(covariance: Floats) -> Omega:
    """Omega of the sum of all items under a model of one factor.

    (sum of loadings)² / ((sum of loadings)² + sum of unique variances), of loadings in points (McDonald, Test Theory,
    1999). The loadings are those of least squares on correlations, found item by item in turn, each with the
    least squares answer to all others until none moves (minres: Harman and Jones, Psychometrika 1966;31:351-368);
    times the item's standard deviation. Items that are the same for all have no part in it. For items scored
    0 or 1 a linear factor is an approximation (Green and Yang, Psychometrika 2009;74:155-167).

    Args:
        covariance: of the items, in squared points.
    """
    sd = np.sqrt(np.diagonal(covariance))
    varying = np.flatnonzero(sd > 0)
    if len(varying) < 3:
        return Omega(np.nan, "a model of one factor needs three items that are not the same for everybody")
    sd = sd[varying]
    loadings = _one_factor(covariance[np.ix_(varying, varying)] / np.outer(sd, sd))
    if loadings is None:
        return Omega(np.nan, "no one factor behind the items was found")
    if (loadings**2 > _HEYWOOD).any():
        return Omega(np.nan, "the model of one factor leaves an item no error of its own (a Heywood case)")
    common = (loadings @ sd) ** 2
    against = tuple(int(item) for item in varying[loadings < 0])
    return Omega(float(common / (common + (1 - loadings**2) @ sd**2)), against=against)


def _one_factor(correlations: Floats) -> Floats | None:
    """Loadings of the factor, most of them positive; None where they come to no rest."""
    loadings = np.full(len(correlations), 0.5)
    others = correlations - np.eye(len(correlations))
    squares = float(loadings @ loadings)
    for _ in range(_SWEEPS):
        moved = 0.0
        for item, row in enumerate(others):
            old = loadings[item]
            rest = squares - old**2
            if rest < _TOLERANCE:
                return None
            new = float(row @ loadings) / rest
            loadings[item], squares = new, rest + new**2
            moved = max(moved, abs(new - old))
        if moved < _TOLERANCE:
            return np.asarray(loadings * (np.sign(loadings.sum()) or 1))
    return None
