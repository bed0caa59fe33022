"""Who chose which option: from those who did worst on the other questions to those who did best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from eprofessionalism_graders.cohort.figures.base import (
    ACCENT,
    EDGE,
    HAIR,
    SOFT,
    WARM,
    Plot,
    canvas,
    curve,
    dot,
    line,
    plot,
    scale,
    text,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

TOP, BASE, HEIGHT = 14.0, 190.0, 216.0
LEFT, RIGHT = 48.0, 60.0
"""Room for the percentages and for the options' letters."""

APART = 17.0
"""Pixels that the letters of two options need between them."""

RIVAL = 5.0
"""An option that fewer of 100 chose in every group is drawn like any other."""


@dataclass(frozen=True, slots=True)
class Curve:
    """An option: its letter, the percent of each group that chose it, and what the key and the finding say of it."""

    letter: str
    shares: tuple[float, ...]
    is_key: bool = False
    is_suspect: bool = False

    @property
    def is_rival(self) -> bool:
        """Whether the finding is about it and it rivals the key: what hardly anybody chose does not."""
        return self.is_suspect and max(self.shares) >= RIVAL

    @property
    def color(self) -> str:
        """The colour it stands out with, if it does."""
        return ACCENT if self.is_key else WARM if self.is_rival else ""


def curves(options: Sequence[Curve], groups: Sequence[str], takers: Sequence[int], finding: str) -> Plot:
    """The share of each group that chose each option; a sound key rises to the right.

    Args:
        options: in the order of the question.
        groups: the names of the groups, those who did worst on the other questions first.
        takers: learners in each group.
        finding: what is wrong, as the alternative text begins.
    """
    said = "; ".join(
        f"{name} ({count}): " + ", ".join(f"{one.letter} {one.shares[place]:.0f}" for one in options)
        for place, (name, count) in enumerate(zip(groups, takers, strict=True))
    )
    alt = f"{finding} Percent that chose each option, by how they did on the other questions: {said}."
    rows = [
        (name, str(count), *(f"{one.shares[place]:.0f}" for one in options))
        for place, (name, count) in enumerate(zip(groups, takers, strict=True))
    ]
    columns = ("On the other questions", "Learners", *(f"{_label(one)}, %" for one in options))
    return plot(lambda width: _paint(width, options, groups), alt, columns, rows)


def _label(option: Curve) -> str:
    return f"{option.letter} ✓" if option.is_key else option.letter


def _paint(width: float, options: Sequence[Curve], groups: Sequence[str]) -> Drawing:
    drawing, axes = canvas(width, HEIGHT)
    across = scale(LEFT + 10, width - RIGHT - 12, 0, max(len(groups) - 1, 1))
    up = scale(BASE, TOP)
    for percent in (0, 50, 100):
        line(axes, LEFT, up(percent), width - RIGHT, up(percent), EDGE if percent == 0 else HAIR)
        text(axes, LEFT - 6, up(percent) + 5, f"{percent}%" if percent == 100 else str(percent), SOFT, align="right")
    # What the finding is about is drawn last, on top of the others.
    for option in sorted(options, key=lambda one: (bool(one.color), one.is_rival)):
        _draw(axes, option, [(across(place), up(share)) for place, share in enumerate(option.shares)])
    heights = _spread([up(one.shares[-1]) for one in options])
    for option, y in zip(options, heights, strict=True):
        words = f"{option.letter} key" if option.is_key else option.letter
        text(axes, width - RIGHT + 6, y + 5, words, option.color or SOFT, bold=bool(option.color))
    text(axes, LEFT, HEIGHT - 6, groups[0], SOFT)
    text(axes, width - RIGHT, HEIGHT - 6, groups[-1], SOFT, align="right")
    return drawing


def _draw(axes: Axes, option: Curve, points: Sequence[tuple[float, float]]) -> None:
    color, marked = option.color or EDGE, bool(option.color)
    curve(axes, points, color, thick=3 if marked else 1.5, dashed=option.is_rival)
    for x, y in points:
        dot(axes, x, y, 5 if marked else 3, color, filled=not option.is_rival)


def _spread(heights: Sequence[float]) -> list[float]:
    """Heights far enough apart for letters, in the same order: pushed down from above, then up from the base."""
    order = sorted(range(len(heights)), key=lambda place: heights[place])
    found = list(heights)
    for upper, lower in pairwise(order):
        found[lower] = max(found[lower], found[upper] + APART)
    limit = BASE
    for place in reversed(order):
        found[place] = min(found[place], limit)
        limit = found[place] - APART
    return found
