"""A matrix of scores as small whole numbers, which are quick to count and never round.

Scores are held as whole micro-points (a millionth of a point), so that sums of thirds are the same in any order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NoReturn, TypeAlias

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

MOST_POINTS = 1e11
"""A score beyond this would not fit, with those of many other items, in 64 bits of micro-points."""

_POINTS = f"points up to {MOST_POINTS:g}"


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


class _BeyondError(ValueError):
    """A score that would not fit."""


def micro(points: Any) -> Integers:
    """Points as whole micro-points.

    Raises:
        ValueError: a score is infinite or beyond 10^11 points.
    """
    values = np.asarray(points, dtype=np.float64)
    if not (np.abs(values) <= MOST_POINTS).all():
        raise _BeyondError(f"scores: expected {_POINTS}, found {np.abs(values).max():g}")
    return np.rint(values * MICRO).astype(np.int64)


def coded(scores: Scores) -> Coded:
    """Code a matrix of points, a block of learners at a time.

    Args:
        scores: points, learners x items; NaN, NA or a mask where an answer is missing. Every column is an item: ids of
            learners belong into the index.

    Raises:
        ValueError: not a matrix of numbers, a score is infinite (column and row are named), or two items have one name.
    """
    frame = scores if isinstance(scores, pd.DataFrame) else _framed(scores)
    items, matrix = unique(frame.columns, "scores"), _numbers(frame)
    try:
        return _few_levels(items, matrix) or _any_levels(items, matrix)
    except _BeyondError:
        row, column = np.argwhere(np.abs(matrix) > MOST_POINTS)[0]
        _refuse(frame, row, column, _POINTS)


def unique(labels: Iterable[object], what: str) -> tuple[str, ...]:
    """Names of items as text.

    Raises:
        ValueError: two are the same; `what` says of what they are.
    """
    found = tuple(map(str, labels))
    if len(set(found)) < len(found):
        double = sorted({name for name in found if found.count(name) > 1})
        raise ValueError(f"{what}: expected a name of its own for each item, found twice: {', '.join(double)}")
    return found


def _framed(scores: Any) -> pd.DataFrame:
    """A matrix as a frame; what is masked is missing."""
    masked = isinstance(scores, np.ma.MaskedArray)
    matrix = scores.astype(np.float64).filled(np.nan) if masked else np.asarray(scores)
    if matrix.ndim != 2:
        kind = type(scores).__name__
        raise ValueError(
            f"scores: expected a frame or matrix, learners x items, found {kind} of dimension {matrix.ndim}"
        )
    return pd.DataFrame(matrix, copy=False)


def _numbers(frame: pd.DataFrame) -> npt.NDArray[Any]:
    """The numbers of a frame, not copied where they are floats already."""
    if not any(dtype.kind in "mM" for dtype in frame.dtypes):  # a date would be taken for its nanoseconds
        kind = np.float32 if (frame.dtypes == np.float32).all() else np.float64
        try:
            return frame.to_numpy(dtype=kind, na_value=np.nan)
        except (TypeError, ValueError):
            pass  # the search below finds what it was
    for column in range(frame.shape[1]):
        for row, cell in enumerate(frame.iloc[:, column]):
            if not _is_number(cell):
                _refuse(frame, row, column, "a number")
    raise ValueError("scores: expected a frame or matrix of numbers")


def _is_number(cell: Any) -> bool:
    try:
        float(np.nan if pd.isna(cell) else cell)
    except (TypeError, ValueError):
        return False
    return True


def _refuse(frame: pd.DataFrame, row: int, column: int, expected: str) -> NoReturn:
    """Say which cell it is: by the name of its column, and that of its row."""
    found, where = str(frame.iloc[row, column]), f"column “{frame.columns[column]}”, row “{frame.index[row]}”"
    raise ValueError(f"scores: expected {expected} in {where}, found “{found}”; ids of learners belong into the index")


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
