"""How each case went."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from eprofessionalism_graders.cohort.figures.base import (
    ACCENT,
    WARM,
    Plot,
    bar,
    canvas,
    dot,
    line,
    named_row,
    plot,
    scale,
    ticks,
)
from eprofessionalism_graders.cohort.summary import CaseResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing


CROWD = 60
"""From so many learners on, dots run into each other and would seem to be a pattern."""


def is_crowd(percents: Iterable[Sequence[float]]) -> bool:
    """Whether there are too many learners to show each."""
    return max(map(len, percents), default=0) >= CROWD


def by_case(results: Sequence[CaseResult]) -> Plot:
    """Each learner's percentage in each case as a dot, or of many the middle half and nine in ten; with the mean."""
    shown = [result for result in results if result.percents and not result.assessment]
    means = "; ".join(f"{result.title} {result.mean:.0f}" for result in shown)
    alt = f"Percent of the points by case, of the learners who finished it. Means: {means}. Spreads are in the table."
    rows = [
        (r.title, str(len(r.percents)), f"{r.mean:.0f}", *(f"{quantile:.0f}" for quantile in _spread(r.percents)))
        for r in shown
    ]
    columns = ("Case", "Finished", "Mean, %", *(f"{percent}th percentile" for percent in SPREAD))
    return plot(lambda width: _paint_cases(width, shown), alt, columns, rows)


SPREAD = (5, 25, 75, 95)
"""Percentiles: nine in ten learners lie between the outer two, half of them between the inner two."""


def _spread(percents: Sequence[float]) -> list[float]:
    import numpy as np

    return [float(value) for value in np.percentile(percents, SPREAD)]


def _paint_cases(width: float, results: Sequence[CaseResult]) -> Drawing:
    many = is_crowd(result.percents for result in results)
    band, axis = 66.0, 26.0
    drawing, axes = canvas(width, band * len(results) + axis)
    across = scale(8, width - 56)
    for number, result in enumerate(results):
        top = band * number
        mean = result.mean or 0
        named_row(axes, width, top, result.title, f"{mean:.0f}%", 49)
        (_box if many else _dots)(axes, result.percents, across, top + 44)
        line(axes, across(mean), top + 30, across(mean), top + 58, WARM, thick=3)
    ticks(axes, across, band * len(results))
    return drawing


def _box(axes: Axes, percents: Sequence[float], across: Callable[[float], float], middle: float) -> None:
    """The middle half as a bar, nine in ten as a line."""
    low, first, third, high = map(across, _spread(percents))
    line(axes, low, middle, high, middle, ACCENT, thick=2)
    bar(axes, first, middle - 8, max(third - first, 2), 16, ACCENT)


def _dots(axes: Axes, percents: Iterable[float], across: Callable[[float], float], middle: float) -> None:
    """Equal or near percentages stand above and below each other, closer where there are many."""
    columns: dict[int, list[float]] = {}
    for percent in sorted(percents):
        columns.setdefault(round(across(percent) / 8), []).append(across(percent))
    step = min(7.0, 32 / max(map(len, columns.values())))
    radius = max(1.6, min(4.0, step / 1.75))
    for stack in columns.values():
        for place, x in enumerate(stack):
            # From the middle outward by turns, so that no slanted line appears which would mean nothing.
            dot(axes, x, middle + step * ((place + 1) // 2) * (-1 if place % 2 else 1), radius)
