"""What the items of a test are worth: as it is said, or as the scores show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
import pandas as pd

from eprofessionalism_graders.cohort.analysis.coding import MICRO, Floats, unique
from eprofessionalism_graders.cohort.analysis.counts import Counts

Maximum: TypeAlias = "float | Sequence[float] | Mapping[str, float] | pd.Series[float] | None"
"""Points: a number for all items, one an item, or by name, of more items too; nothing where it is not known."""


def maxima(counts: Counts, maximum: Maximum) -> Floats:
    """What each item is worth, in points, in the order of the items.

    Without `maximum` 1 where all scores are 0 or 1; else the highest score of the item, NaN where that is not above 0.

    Raises:
        ValueError: what is given is not above 0, or not one number for each item.
    """
    if maximum is None:
        highest = _highest(counts)
        binary = counts.cells["score"].isin((0, MICRO)).all()
        return np.ones(len(highest)) if binary else np.where(highest > 0, highest, np.nan)
    given = np.asarray(_by_name(counts.items, maximum), dtype=np.float64)
    if given.ndim and given.shape != (len(counts.items),):
        raise ValueError(
            f"maximum: expected one number, or one for each of {len(counts.items)} items, found {given.size}"
        )
    worth = np.broadcast_to(given, len(counts.items)).astype(np.float64)
    for item, most in zip(counts.items, worth, strict=True):
        if not 0 < most < np.inf:
            raise ValueError(f"maximum: expected points above 0 for item “{item}”, found {most:g}")
    return worth


def refuse_beyond(counts: Counts, worth: Floats) -> None:
    """Nothing, where no score is above the maximum of its item; a maximum that is not known is none.

    Raises:
        ValueError: one is: a wrong maximum, or a column that holds something else than scores.
    """
    for item, most, found in zip(counts.items, worth, _highest(counts), strict=True):
        if found > most + 1 / MICRO:
            raise ValueError(f"scores: expected at most {most:g} points, the maximum of item “{item}”, found {found:g}")


def _highest(counts: Counts) -> Floats:
    """The highest score that each item was given, in points; NaN where nobody answered."""
    highest = counts.cells.groupby("item", observed=False)["score"].max()
    return highest.to_numpy(np.float64, na_value=np.nan) / MICRO


def _by_name(items: Sequence[str], maximum: Maximum) -> object:
    """What is given by name in the order of the items, those of other items left out; all else as it is."""
    if not isinstance(maximum, Mapping | pd.Series):
        return maximum
    given = pd.Series(maximum)
    given.index = pd.Index(unique(given.index, "maximum"))
    if lacking := [item for item in items if item not in given.index]:
        raise ValueError(f"maximum: expected one for each item, found none for {', '.join(lacking)}")
    return given[list(items)]
