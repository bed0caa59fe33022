"""A matrix of scores as small whole numbers, which are quick to count and never round.

Scores are held as whole micro-points (a millionth of a point), so that sums of thirds are the same in any order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

MICRO = 1_000_000
"""So many micro-points are a point."""

Integers: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]
Scores: TypeAlias = "pd.DataFrame | npt.NDArray[Any]"
"""Points, learners x items; NaN or NA where an answer is missing."""

_BLOCK = 1 << 16
"""So many cells are looked at together: they fit in a processor's cache."""

_FEW = 16
"""Up to so many values of a score it is quicker to look for each of them than to look each score up."""

_MOST_POINTS = 1e11
"""A score beyond this would not fit, with those of many other items, in 64 bits of micro-points."""


@dataclass(frozen=True, slots=True)
class Coded:
    """Scores by their level.

    Args:
        items: names of the items, the columns of the matrix.
        levels: every score that occurs, in micro-points, ascending.
        codes: items x learners: which level; `len(levels)` where an answer is missing.
        totals: a learner's sum in micro-points, missing answers as 0.
        complete: whether a learner answered every item.
    """

    items: tuple[str, ...]
    levels: Integers
    codes: npt.NDArray[np.unsignedinteger[Any]]
    totals: Integers
    complete: npt.NDArray[np.bool_]


def micro(points: Any) -> Integers:
    """Points as whole micro-points.

    Raises:
        ValueError: a score is infinite or beyond 10^11 points.
    """
    values = np.asarray(points, dtype=np.float64)
    if not (np.abs(values) <= _MOST_POINTS).all():
        raise ValueError(f"scores: expected points up to {_MOST_POINTS:g}, found {np.abs(values).max():g}")
    return np.rint(values * MICRO).astype(np.int64)


def coded(scores: Scores) -> Coded:
    """Code a matrix of points, a block of learners at a time.

    Args:
        scores: points, learners x items; NaN where an answer is missing.

    Raises:
        ValueError: not a matrix of numbers, a score is infinite, or two items have one name.
    """
    items, matrix = _matrix(scores)
    return _few_levels(items, matrix) or _any_levels(items, matrix)


def _matrix(scores: Scores) -> tuple[tuple[str, ...], npt.NDArray[Any]]:
    """Names of the columns and the numbers, not copied where they are floats already."""
    if isinstance(scores, pd.DataFrame):
        items = tuple(str(name) for name in scores.columns)
        matrix = scores.to_numpy(dtype=np.float64, na_value=np.nan)
    else:
        matrix = np.asarray(scores)
        matrix = matrix if matrix.dtype in (np.float32, np.float64) else matrix.astype(np.float64)
        if matrix.ndim != 2:
            raise ValueError(f"scores: expected learners x items, found {matrix.ndim} dimension(s)")
        items = tuple(str(number) for number in range(matrix.shape[1]))
    if len(set(items)) < len(items):
        double = sorted({name for name in items if items.count(name) > 1})
        raise ValueError(f"scores: expected a name of its own for each item, found twice: {', '.join(double)}")
    return items, matrix


def _blocks(matrix: npt.NDArray[Any]) -> Iterator[tuple[slice, npt.NDArray[Any]]]:
    rows = max(1, _BLOCK // max(1, matrix.shape[1]))
    for start in range(0, len(matrix), rows):
        part = slice(start, start + rows)
        yield part, matrix[part]


def _few_levels(items: tuple[str, ...], matrix: npt.NDArray[Any]) -> Coded | None:
    """The quick way: each block is compared with every value that is known. None where there are many values."""
    values = _distinct(matrix[: _BLOCK // max(1, matrix.shape[1])])
    while len(values) <= _FEW:
        found = _with_values(items, matrix, values)
        if isinstance(found, Coded):
            return found
        values = np.append(values, found)
    return None


def _distinct(block: npt.NDArray[Any]) -> npt.NDArray[Any]:
    found = np.unique(block)
    return np.asarray(found[~np.isnan(found)])


def _with_values(
    items: tuple[str, ...], matrix: npt.NDArray[Any], values: npt.NDArray[Any]
) -> Coded | npt.NDArray[Any]:
    """The matrix coded; or, where a block has others than these values, those."""
    levels, rank = np.unique(micro(values), return_inverse=True)
    codes = np.empty((matrix.shape[1], len(matrix)), np.uint8)
    totals = np.zeros(len(matrix), np.int64)
    complete = np.ones(len(matrix), np.bool_)
    for part, block in _blocks(matrix):
        code, known = np.zeros_like(block, np.uint8), np.zeros_like(block, np.bool_)
        for value, level in zip(values, rank, strict=True):
            same = block == value
            known |= same
            code += same * np.uint8(level)
        if not known.all():
            missing = np.isnan(block)
            if not (known | missing).all():
                return _distinct(block[~known])
            code[missing] = len(levels)
            complete[part] = ~missing.any(axis=1)
        codes[:, part] = code.T
        for place in np.flatnonzero(levels):
            totals[part] += levels[place] * (codes[:, part] == place).sum(axis=0, dtype=np.uint32)
    return Coded(items, levels, codes, totals, complete)


def _any_levels(items: tuple[str, ...], matrix: npt.NDArray[Any]) -> Coded:
    """The general way: levels are numbered as they are met, and put in order at the end."""
    width = np.uint32
    codes = np.empty((matrix.shape[1], len(matrix)), width)
    totals = np.empty(len(matrix), np.int64)
    complete = np.empty(len(matrix), np.bool_)
    met = pd.Index([], dtype=np.int64)
    for part, block in _blocks(matrix):
        here, values = pd.factorize(block.ravel())
        found = micro(values)
        met = met.append(pd.Index(found).difference(met, sort=False))
        codes[:, part] = np.append(met.get_indexer(pd.Index(found)), -1)[here].astype(width).reshape(block.shape).T
        points = np.append(found, 0)[here].reshape(block.shape)
        totals[part], complete[part] = points.sum(axis=1), (here >= 0).reshape(block.shape).all(axis=1)
    return _in_order(Coded(items, met.to_numpy(), codes, totals, complete))


def _in_order(found: Coded) -> Coded:
    """Levels ascending, and codes no wider than it takes."""
    order = np.argsort(found.levels)
    width = np.min_scalar_type(len(order))
    rank = np.full(len(order) + 1, len(order), width)
    rank[order] = np.arange(len(order), dtype=width)
    codes = np.empty(found.codes.shape, width)
    for row, old in zip(codes, found.codes, strict=True):
        row[:] = rank[np.minimum(old, len(order))]
    return Coded(found.items, found.levels[order], codes, found.totals, found.complete)
