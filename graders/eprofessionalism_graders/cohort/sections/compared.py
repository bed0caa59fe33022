"""What the sections on groups and on years share: columns, differences in words, and their picture."""

from __future__ import annotations

import pandas as pd

from eprofessionalism_graders.cohort.analysis.intervals import Estimate
from eprofessionalism_graders.cohort.document import Column, Figure
from eprofessionalism_graders.cohort.figures.comparing import Mean, by_name

RANGE = (Column("low", "95% from", ".0f"), Column("high", "to", ".0f"))
SIGNED = (Column("difference", "Difference", "+.1f"), Column("low", "95% from", "+.1f"), Column("high", "to", "+.1f"))
TOGETHER = (SIGNED[0], Column("low", "95% together, from", "+.1f"), SIGNED[2])
"""Differences with intervals that hold each by itself, or all together."""

DESCRIBED = (
    Column("learners", "Results"),
    Column("mean", "Mean, %", ".0f"),
    *RANGE,
    Column("passed", "Passed"),
    Column("share", "%", ".0f"),
    Column("share_low", "95% from", ".0f"),
    Column("share_high", "to", ".0f"),
)
"""Columns of `analysis.comparing.described` as they are shown, after the name."""

SHARES = ("share", "share_low", "share_high")
"""Those of them that are shares of the learners."""

SAME = "The same as a table, and who passed at the first attempt"


def estimate(row: pd.Series[float]) -> Estimate:
    """The difference in a row of `analysis.comparing.DIFFERENCES`."""
    return Estimate(float(row["difference"]), float(row["low"]), float(row["high"]))


def apart(gap: Estimate, than: str) -> str:
    """A clear difference in points, with its interval: `4 points lower than the others (1 to 7)`."""
    low, high = sorted((abs(gap.low), abs(gap.high)))
    ends = f"{_end(low)} to {_end(high)}"
    points = f"{abs(gap.value):.0f}"
    return f"{points} point{'s' * (points != '1')} {'higher' if gap.sign > 0 else 'lower'} than {than} ({ends})"


def _end(value: float) -> str:
    """An end of an interval that leaves zero out: rounded, it must not be zero."""
    return f"{value:.0f}" if value >= 0.5 else "just over 0"


def figure(name: str, what: str, described: pd.DataFrame, pass_mark: float, basis: str) -> Figure:
    """The means of `analysis.comparing.described` with their intervals."""
    means = [
        Mean(str(one), int(count), float(mean), float(low), float(high))
        for one, count, mean, low, high in described[["name", "learners", "mean", "low", "high"]].itertuples(
            index=False
        )
    ]
    caption = f"Mean percent by {what.lower()} with its 95% interval: {basis}. The scale is cut to where they lie."
    return Figure(name, caption, by_name(means, what, pass_mark))
