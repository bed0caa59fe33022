"""Percentages of few, which a table leaves to their counts."""

from __future__ import annotations

import pandas as pd

from eprofessionalism_graders.cohort.words import ENOUGH_FOR_PERCENT


def without_percents(frame: pd.DataFrame, of: str, *percents: str) -> pd.DataFrame:
    """A table without the percentages of its rows in which they are of fewer than `ENOUGH_FOR_PERCENT`.

    Args:
        frame: the table.
        of: the column with what they are shares of.
        percents: the columns with the percentages and their intervals.
    """
    few = frame[of] < ENOUGH_FOR_PERCENT
    return frame.assign(**{name: frame[name].mask(few) for name in percents})
