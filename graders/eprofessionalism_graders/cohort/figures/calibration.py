"""How often an answer was right at each certainty, against how often it should be for that certainty to pay.

The test and the cases stand one below the other and are told apart by their dots: nobody had been taught in a case.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING

from eprofessionalism_graders.cohort.figures.base import (
    ACCENT,
    ACCENT_WASH,
    EDGE,
    WARM,
    Plot,
    bar,
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
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

BAND = 58.0


@dataclass(frozen=True, slots=True)
class Level:
    """A certainty: its words, answers, share right with the limits of its interval, and between what it pays most.

    `where` is where these answers were given; those of the test have a filled dot (`filled`), others a ring.
    """

    word: str
    answers: int
    percent: float
    low: float
    high: float
    pays: tuple[float, float]
    where: str = ""
    filled: bool = True

    @property
    def label(self) -> str:
        """The certainty and where it was stated."""
        return f"{self.word}, {self.where}" if self.where else self.word

    @property
    def is_within(self) -> bool:
        """Whether the share lies where this certainty pays most."""
        return self.pays[0] <= self.percent <= self.pays[1]


def against_certainty(levels: Sequence[Level]) -> Plot:
    """A dot for each certainty with its interval, on a band that says where that certainty pays most."""
    said = "; ".join(f"{one.label.lower()} {one.percent:.0f}" for one in levels)
    last = levels[-1]
    alt = f"Percent of answers that were right, by how sure the learner was: {said}. "
    alt += f"{last.word} pays from {last.pays[0]:.0f} percent on."
    rows = [
        (
            one.label,
            str(one.answers),
            f"{one.percent:.0f}",
            interval(one.low, one.high),
            f"{one.pays[0]:.0f} to {one.pays[1]:.0f}",
        )
        for one in levels
    ]
    columns = ("Stated", "Answers", "Right, %", "95% interval", "Pays most at, %")
    return plot(lambda width: _paint(width, levels), alt, columns, rows)


def _paint(width: float, levels: Sequence[Level]) -> Drawing:
    drawing, axes = canvas(width, BAND * len(levels) + 26)
    across = scale(8, width - 56)
    for number, one in enumerate(levels):
        top = BAND * number
        name = f"{one.label}: {one.answers} answer{'s' * (one.answers != 1)}"
        named_row(axes, width, top, name, f"{one.percent:.0f}%", 46)
        _level(axes, one, across, top + 41)
    ticks(axes, across, BAND * len(levels))
    return drawing


def _level(axes: Axes, one: Level, across: Callable[[float], float], middle: float) -> None:
    left, right = map(across, one.pays)
    bar(axes, left, middle - 10, right - left, 20, ACCENT_WASH)
    for edge in (left, right):
        line(axes, edge, middle - 10, edge, middle + 10, EDGE)
    color = ACCENT if one.is_within else WARM
    if not isnan(one.low):
        line(axes, across(one.low), middle, across(one.high), middle, color, thick=3)
    dot(axes, across(one.percent), middle, 5.5, color, filled=one.filled)
