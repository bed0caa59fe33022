"""What judges make the pass mark, and how many learners would pass at each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import TYPE_CHECKING

from eprofessionalism_graders.cohort.figures.base import (
    ACCENT,
    EDGE,
    HAIR,
    INK,
    LINE,
    SOFT,
    WARM,
    Plot,
    canvas,
    curve,
    dot,
    folded,
    line,
    mark_words,
    plot,
    scale,
    text,
    ticks,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

BAND, HEAD = 62.0, 26.0
"""From one round to the next, and the room above the first for the words on the pass mark."""


@dataclass(frozen=True, slots=True)
class Round:
    """One round of a panel: its name, and the cut of each judge in percent by the judge's name."""

    name: str
    cuts: Mapping[str, float]

    @property
    def mean(self) -> float:
        """What the panel makes the pass mark."""
        return sum(self.cuts.values()) / len(self.cuts)


def judges(rounds: Sequence[Round], pass_mark: float) -> Plot:
    """A dot for each judge, a stroke for their mean, and the present pass mark as a dashed line."""
    said = "; ".join(
        f"{one.name}, {len(one.cuts)} judges from {min(one.cuts.values()):.0f} to {max(one.cuts.values()):.0f}, "
        f"mean {one.mean:.1f}"
        for one in rounds
    )
    alt = f"Dots: the pass mark in percent that each judge’s ratings come to. {said}. The pass mark is {pass_mark:g}."
    rows = [(one.name, judge, f"{cut:.1f}") for one in rounds for judge, cut in one.cuts.items()]
    return plot(lambda width: _paint_judges(width, rounds, pass_mark), alt, ("Round", "Judge", "Cut, %"), rows)


def _paint_judges(width: float, rounds: Sequence[Round], pass_mark: float) -> Drawing:
    drawing, axes = canvas(width, HEAD + BAND * len(rounds) + 26)
    values = [pass_mark, *(cut for one in rounds for cut in one.cuts.values())]
    low, high = max(0, 10 * floor(min(values) / 10 - 0.5)), min(100, 10 * ceil(max(values) / 10 + 0.5))
    across = scale(8, width - 70, low, high)
    base = HEAD + BAND * len(rounds)
    line(axes, across(pass_mark), 2, across(pass_mark), HEAD, WARM, thick=2, dashed=True)
    mark_words(axes, across(pass_mark), 14, width, pass_mark)
    for number, one in enumerate(rounds):
        top = HEAD + BAND * number
        text(axes, 0, top + 15, folded(one.name, width, 1)[0])
        line(axes, across(pass_mark), top + 22, across(pass_mark), top + 60, WARM, thick=2, dashed=True)
        _stack(axes, list(one.cuts.values()), across, top + 40)
        line(axes, across(one.mean), top + 24, across(one.mean), top + 56, INK, thick=3)
        text(axes, width, top + 45, f"{one.mean:.1f}%", bold=True, align="right")
        line(axes, 0, top + BAND, width, top + BAND, HAIR)
    ticks(axes, across, base, range(low, high + 1, 10))
    return drawing


def _stack(axes: Axes, cuts: Sequence[float], across: Callable[[float], float], middle: float) -> None:
    """Dots that would hide each other stand above and below."""
    columns: dict[int, int] = {}
    for cut in sorted(cuts):
        place = columns.get(round(across(cut) / 10), 0)
        columns[round(across(cut) / 10)] = place + 1
        dot(axes, across(cut), middle + 9 * ((place + 1) // 2) * (-1 if place % 2 else 1), 4.5)


# ---- How many would pass ---------------------------------------------------------------------------------------------


def pass_curve(percents: Sequence[float], pass_mark: float, suggested: float, whose: str) -> Plot:
    """The share of learners who would pass at each mark, with the present mark and a suggested one.

    Args:
        percents: results of the test after the course, one or more.
        pass_mark: in percent.
        suggested: in percent.
        whose: who suggests it, in a word or two.
    """
    steps = [(float(mark), share_at(percents, mark)) for mark in range(0, 101, 5)]
    now, then = share_at(percents, pass_mark), share_at(percents, suggested)
    alt = (
        f"Falling steps: share of {len(percents)} learners who would pass at each possible mark. At the pass mark of "
        f"{pass_mark:g} it is {now:.0f} percent; at {suggested:.1f}, the mark of the {whose}, {then:.0f} percent."
    )
    exact = {pass_mark: now, suggested: then}
    rows = [(f"{mark:.3g}", f"{share:.0f}") for mark, share in sorted({*steps, *exact.items()})]
    columns = ("Pass mark, %", "Would pass, %")
    return plot(lambda width: _paint_curve(width, percents, (pass_mark, suggested), whose), alt, columns, rows)


def share_at(percents: Sequence[float], mark: float) -> float:
    """Percent of the learners at or above a mark, to six decimals."""
    return 100 * sum(round(percent, 6) >= round(mark, 6) for percent in percents) / len(percents)


def _paint_curve(width: float, percents: Sequence[float], marks: tuple[float, float], whose: str) -> Drawing:
    top, base = 64.0, 244.0
    drawing, axes = canvas(width, base + 46)
    low = min(80, 20 * floor(min(*percents, *marks) / 20))
    across, up = scale(52, width - 14, low, 100), scale(base, top)
    for share in (0, 50, 100):
        line(axes, across(low), up(share), across(100), up(share), EDGE if share == 0 else HAIR)
        text(axes, 44, up(share) + 5, f"{share}%", SOFT, align="right")
    curve(axes, [(across(mark), up(share)) for mark, share in _corners(percents, low)], ACCENT, thick=2)
    names = (f"pass mark {marks[0]:g}%", f"{whose} {marks[1]:.3g}%")
    for place, (mark, name, color) in enumerate(zip(marks, names, (WARM, INK), strict=True)):
        passing, y = share_at(percents, mark), 14.0 + LINE * place
        line(axes, 0, y - 5, 24, y - 5, color, thick=2, dashed=place == 0)
        text(axes, 32, y, f"{name}: {passing:.0f}% pass", color)
        line(axes, across(mark), top - 8, across(mark), base, color, thick=2, dashed=place == 0)
    ticks(axes, across, base, range(low, 101, 20))
    text(axes, width - 14, base + 40, "possible pass mark", SOFT, align="right")
    return drawing


def _corners(percents: Sequence[float], low: float) -> list[tuple[float, float]]:
    """The corners of the falling steps: whoever is at a mark passes, just above it no longer."""
    found = [round(percent, 6) for percent in percents]
    corners = [(low, 100.0)]
    for mark in sorted(set(found)):
        above = 100 * sum(percent > mark for percent in found) / len(found)
        corners += [(mark, corners[-1][1]), (mark, above)]
    return [*corners, (100.0, corners[-1][1])]
