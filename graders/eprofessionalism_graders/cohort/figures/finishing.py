"""How many finished, began, or did not begin each part of the course."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from eprofessionalism_graders.cohort.figures.base import (
    ACCENT,
    EDGE,
    LETTER,
    SOFT,
    SURFACE,
    WARM,
    WARM_WASH,
    Plot,
    canvas,
    folded,
    plot,
    text,
)
from eprofessionalism_graders.cohort.summary import Completion

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

KINDS = (("finished", ACCENT, ACCENT, "-"), ("in part", WARM_WASH, WARM, "-"), ("nothing yet", SURFACE, EDGE, "--"))
"""What the three parts of a bar are called, their ground, their edge and its stroke, as the page has them."""

BAND, KEY, LABELS = 46.0, 34.0, 440
"""From one bar to the next, the height of the key, and the width from which names stand beside the bars."""


def by_part(parts: Sequence[Completion]) -> Plot:
    """A bar for each part of the course, all of one length, cut by how far the learners are."""
    least = min(parts, key=lambda part: part.complete / part.total)
    alt = (
        f"Bars by part of the course: how many learners finished, began, or did not begin it. "
        f"The fewest finished “{least.title}”: {least.complete} of {least.total}."
    )
    rows = [(part.title, *map(str, (part.complete, part.partly, part.missing, part.total))) for part in parts]
    columns = ("Part of the course", "Finished", "In part", "Nothing yet", "Asked")
    return plot(lambda width: _paint(width, parts), alt, columns, rows)


def _paint(width: float, parts: Sequence[Completion]) -> Drawing:
    beside = width >= LABELS
    longest = 12 + LETTER * max(len(part.title) for part in parts)
    left, band = (min(longest, width / 2), 30.0) if beside else (0.0, BAND)
    drawing, axes = canvas(width, KEY + band * len(parts))
    _key(axes, left)
    room = 10 + LETTER * max(len(_said(part)) for part in parts)
    for number, part in enumerate(parts):
        top = KEY + band * number
        text(axes, 0, top + 17, folded(part.title, left - 12 if beside else width, 1)[0])
        _bar(axes, part, left, top + (4 if beside else 23), width - left - room)
        text(axes, width, top + (19 if beside else 37), _said(part), SOFT, align="right")
    return drawing


def _said(part: Completion) -> str:
    return f"{part.complete} of {part.total}"


def _key(axes: Axes, left: float) -> None:
    for (name, *look), x in zip(KINDS, (0, 90, 168), strict=True):
        _piece(axes, left + x + 1, 2, 14, look)
        text(axes, left + x + 21, 15, name, SOFT)


def _bar(axes: Axes, part: Completion, left: float, top: float, wide: float) -> None:
    for count, (_, *look) in zip((part.complete, part.partly, part.missing), KINDS, strict=True):
        long = wide * count / part.total
        if count:
            _piece(axes, left + 1, top, max(long - 3, 2), look)
        left += long


def _piece(axes: Axes, x: float, y: float, wide: float, look: Sequence[str]) -> None:
    from matplotlib.patches import Rectangle

    face, edge, stroke = look
    axes.add_patch(
        Rectangle((x, y), wide, 16, facecolor=face, edgecolor=edge, linewidth=1.5, linestyle=stroke, clip_on=False)
    )
