"""How often an answer was right at each certainty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING

from eprofessionalism_graders.cohort.figures.base import (
    ACCENT,
    Plot,
    canvas,
    dot,
    interval,
    line,
    named_row,
    plot,
    scale,
    ticks,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

BAND = 58.0


@dataclass(frozen=True, slots=True)
class Level:
    """A certainty: its words, answers, and the share right with the limits of its interval, in percent."""

    word: str
    answers: int
    percent: float
    low: float
    high: float


def against_certainty(levels: Sequence[Level], where: str) -> Plot:
    """A dot for each certainty with its interval; `where` says in which part of the course it was stated."""
    said = "; ".join(f"{one.word.lower()} {one.percent:.0f}" for one in levels)
    alt = f"Percent of answers that were right, by how sure the learner was {where}: {said}."
    rows = [(one.word, str(one.answers), f"{one.percent:.0f}", interval(one.low, one.high)) for one in levels]
    columns = ("Stated", "Answers", "Right, %", "95% interval")
    return plot(lambda width: _paint(width, levels), alt, columns, rows)


def _paint(width: float, levels: Sequence[Level]) -> Drawing:
    drawing, axes = canvas(width, BAND * len(levels) + 26)
    across = scale(8, width - 56)
    for number, one in enumerate(levels):
        top = BAND * number
        name = f"{one.word}: {one.answers} answer{'s' * (one.answers != 1)}"
        named_row(axes, width, top, name, f"{one.percent:.0f}%", 46)
        if not isnan(one.low):
            line(axes, across(one.low), top + 41, across(one.high), top + 41, ACCENT, thick=3)
        dot(axes, across(one.percent), top + 41, 5.5)
    ticks(axes, across, BAND * len(levels))
    return drawing
