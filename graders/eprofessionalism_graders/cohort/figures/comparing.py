"""Groups and years beside each other: a dot with its interval for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, isnan
from typing import TYPE_CHECKING

from eprofessionalism_graders.cohort.figures.base import (
    ACCENT,
    HAIR,
    WARM,
    Plot,
    canvas,
    dot,
    folded,
    interval,
    line,
    mark_words,
    plot,
    scale,
    text,
    ticks,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

HEAD, BAND = 26.0, 54.0


@dataclass(frozen=True, slots=True)
class Mean:
    """A group or a year: its name, how many have a result, and their mean percent with its interval."""

    name: str
    learners: int
    mean: float
    low: float
    high: float


def by_name(found: Sequence[Mean], what: str, pass_mark: float) -> Plot:
    """The mean of each with its interval, in the order given, and the pass mark; `what` heads the table."""
    said = "; ".join(f"{one.name} {one.mean:.0f}" for one in found)
    alt = f"Mean percent of the post-test by {what.lower()}, with 95 percent intervals: {said}."
    alt += f" The pass mark is {pass_mark:g}."
    rows = [(one.name, str(one.learners), f"{one.mean:.0f}", interval(one.low, one.high)) for one in found]
    columns = (what, "Learners with a result", "Mean, %", "95% interval")
    return plot(lambda width: _paint(width, found, pass_mark), alt, columns, rows)


def _paint(width: float, found: Sequence[Mean], pass_mark: float) -> Drawing:
    drawing, axes = canvas(width, HEAD + BAND * len(found) + 26)
    values = _axis(found, pass_mark)
    across = scale(8, width - 56, values[0], values[-1])
    mark_words(axes, across(pass_mark), 16, width, pass_mark)
    line(axes, across(pass_mark), 4, across(pass_mark), HEAD, WARM, dashed=True)
    for number, one in enumerate(found):
        top = HEAD + BAND * number
        line(axes, 0, top, width, top, HAIR)
        label = f"{one.name}, {one.learners} learner{'s' * (one.learners != 1)}"
        text(axes, 0, top + 19, folded(label, width, 1)[0])
        line(axes, across(pass_mark), top + 28, across(pass_mark), top + 49, WARM, dashed=True)
        if not isnan(one.low):
            low, high = (across(min(max(end, values[0]), values[-1])) for end in (one.low, one.high))
            line(axes, low, top + 38, high, top + 38, ACCENT, thick=3)
        dot(axes, across(one.mean), top + 38, 5)
        text(axes, width, top + 43, f"{one.mean:.0f}%", bold=True, align="right")
    ticks(axes, across, HEAD + BAND * len(found), values)
    return drawing


def _axis(found: Sequence[Mean], pass_mark: float) -> tuple[float, ...]:
    """Two tens that have all between them, and what is in the middle: positions, unlike bars, need no zero."""
    ends = [end for one in found for end in (one.mean, one.low, one.high) if not isnan(end)] + [pass_mark]
    low, high = max(10 * floor(min(ends) / 10), 0), min(10 * ceil(max(ends) / 10), 100)
    low = max(min(low, high - 20), 0)
    high = max(high, low + 20)
    return low, (low + high) / 2, high
