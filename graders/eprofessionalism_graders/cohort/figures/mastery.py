"""How much learners earned on the questions about each thing, as bars with their intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING

from eprofessionalism_graders.cohort.figures.base import (
    ACCENT,
    HAIR,
    INK,
    LINE,
    SURFACE,
    WARM,
    Plot,
    bar,
    canvas,
    folded,
    line,
    plot,
    scale,
    text,
    ticks,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

BAND = 50.0
"""From one bar to the next where its name takes one line."""

FEW = "few questions"


@dataclass(frozen=True, slots=True)
class Mastered:
    """One bar: what it is about, percent of the points with the limits of its interval, and whether it is thin."""

    name: str
    percent: float
    low: float
    high: float
    few: bool = False

    @property
    def label(self) -> str:
        """The name as it stands over the bar."""
        return f"{self.name} ({FEW})" if self.few else self.name


def by_unit(found: Sequence[Mastered], what: str, weakest: str = "") -> Plot:
    """Bars in the order given, the one called `weakest` in the second colour; `what` heads the table."""
    first, last = found[0], found[-1]
    alt = f"Bars: percent of the points by {what.lower()}. Lowest: {first.name}, {first.percent:.0f}"
    alt += f"{_between(first, ' (95% interval {:.0f} to {:.0f})')}; highest: {last.name}, {last.percent:.0f}."
    rows = [(one.label, f"{one.percent:.0f}", _between(one, "{:.0f} to {:.0f}") or "–") for one in found]
    return plot(lambda width: _paint(width, found, weakest), alt, (what, "Points, %", "95% interval"), rows)


def _between(one: Mastered, words: str) -> str:
    return "" if isnan(one.low) else words.format(one.low, one.high)


def _paint(width: float, found: Sequence[Mastered], weakest: str) -> Drawing:
    labels = [folded(one.label, width) for one in found]
    bottom = sum(BAND + LINE * (len(lines) - 1) for lines in labels)
    drawing, axes = canvas(width, bottom + 30)
    across, top = scale(0, width - 56), 0.0
    for one, lines in zip(found, labels, strict=True):
        for words in lines:
            text(axes, 0, top + 17, words, bold=one.name == weakest)
            top += LINE
        _bar(axes, one, across, top + 5, WARM if one.name == weakest else ACCENT)
        text(axes, width, top + 16, f"{one.percent:.0f}%", bold=True, align="right")
        top += BAND - LINE
    ticks(axes, across, bottom)
    return drawing


def _bar(axes: Axes, one: Mastered, across: Callable[[float], float], top: float, color: str) -> None:
    bar(axes, 0, top, across(100), 12, HAIR)
    bar(axes, 0, top, across(one.percent), 12, color)
    if isnan(one.low):
        return
    for stroke, thick in ((SURFACE, 6.0), (INK, 3.0)):  # a rim of the ground keeps the stroke apart from the bar
        line(axes, across(one.low), top + 6, across(one.high), top + 6, stroke, thick=thick)
