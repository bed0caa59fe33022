"""How many of a cohort agree with each of a few statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eprofessionalism_graders.cohort.figures.base import (
    ACCENT,
    ACCENT_WASH,
    HAIR,
    LETTER,
    LINE,
    SOFT,
    SURFACE,
    Plot,
    canvas,
    folded,
    plot,
    text,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

KEY, BAR, GAP = 34.0, 14.0, 18.0
"""How tall the key and a bar are, and what is below a bar, in pixels."""

SAID = 92.0
"""Pixels beside a bar for its percent and of how many answers."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """A statement, and how many agreed fully, agreed at all, and answered."""

    statement: str
    fully: int
    agreed: int
    answers: int

    @property
    def percent(self) -> float:
        """Who agreed at all."""
        return 100 * self.agreed / self.answers


def agreeing(found: Sequence[Agreement], level: str, other: str) -> Plot:
    """A bar for each statement that was rated, in the order given.

    Args:
        found: the statements; each has answers.
        level: what full agreement was called, for instance `Agree`.
        other: what the agreement below it was called.
    """
    most, least = found[0], found[-1]
    alt = f"Bars: how many agree with each statement. Most with “{most.statement}”: {most.agreed} of {most.answers}."
    if len(found) > 1:
        alt += f" Fewest with “{least.statement}”: {least.agreed} of {least.answers}."
    rows = [
        (one.statement, str(one.fully), str(one.agreed - one.fully), str(one.answers), f"{one.percent:.0f}%")
        for one in found
    ]
    return plot(
        lambda width: _paint(width, found, (level, other)),
        alt,
        ("Statement", level, other, "Answers", "Agreed"),
        rows,
    )


def _paint(width: float, found: Sequence[Agreement], levels: tuple[str, str]) -> Drawing:
    lines = [folded(one.statement, width, 3) for one in found]
    drawing, axes = canvas(width, KEY + sum(LINE * len(words) + BAR + GAP for words in lines))
    _key(axes, levels)
    top = KEY
    for one, words in zip(found, lines, strict=True):
        for number, said in enumerate(words, start=1):
            text(axes, 0, top + LINE * number - 5, said)
        top += LINE * len(words)
        _bar(axes, one, top, width - SAID)
        text(axes, width - SAID + 42, top + 13, f"{one.percent:.0f}%", bold=True, align="right")
        text(axes, width, top + 13, f"of {one.answers}", SOFT, align="right")
        top += BAR + GAP
    return drawing


def _key(axes: Axes, levels: tuple[str, str]) -> None:
    x = 1.0
    for name, face in zip(levels, (ACCENT, ACCENT_WASH), strict=True):
        _piece(axes, x, 3, 14, face)
        text(axes, x + 20, 15, name, SOFT)
        x += 44 + LETTER * len(name)


def _bar(axes: Axes, one: Agreement, top: float, wide: float) -> None:
    """The whole length is all who answered."""
    full, rest = (wide * count / one.answers for count in (one.fully, one.agreed - one.fully))
    _piece(axes, 1, top + 1, wide, SURFACE, HAIR)
    for x, long, face in ((1.0, full, ACCENT), (1 + full, rest, ACCENT_WASH)):
        if long:
            _piece(axes, x, top + 1, long, face)


def _piece(axes: Axes, x: float, y: float, wide: float, face: str, edge: str = ACCENT) -> None:
    from matplotlib.patches import Rectangle

    axes.add_patch(Rectangle((x, y), wide, BAR, facecolor=face, edgecolor=edge, linewidth=1, clip_on=False))
