"""The distribution of the test after the course."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from eprofessionalism_graders.cohort.figures.base import (
    EDGE,
    LETTER,
    SOFT,
    WARM,
    Plot,
    box,
    canvas,
    line,
    mark_words,
    plot,
    scale,
    text,
)
from eprofessionalism_graders.cohort.summary import Assessment

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

GAP = 5
"""Pixels between a number and the line at the pass mark."""

BINS = tuple(range(0, 101, 10))


def edges(pass_mark: float) -> list[float]:
    """Tens, and the pass mark, so that no bar has learners of both kinds."""
    return sorted({*map(float, BINS), float(pass_mark)})


def histogram(percents: Iterable[float], edges: Sequence[float]) -> list[int]:
    """How many percentages fall between neighbouring edges; one on an edge belongs above it, 100 to the last bin."""
    counts = [0] * (len(edges) - 1)
    for percent in percents:
        above = sum(percent >= edge - 1e-9 for edge in edges)
        counts[min(max(above, 1), len(counts)) - 1] += 1
    return counts


def distribution(assessment: Assessment) -> Plot:
    """How many learners reached which percentage, with the pass mark."""
    limits = edges(assessment.pass_mark)
    counts = histogram(assessment.percents, limits)
    bins = [(low, high, count) for (low, high), count in zip(pairwise(limits), counts, strict=True)]
    low, high = min(assessment.percents), max(assessment.percents)
    alt = (
        f"Histogram of the test after the course, first attempt. {len(assessment.percents)} results from {low:.0f} to "
        f"{high:.0f} percent; {assessment.reached} at or above the pass mark of {assessment.pass_mark:g}, "
        f"{len(assessment.percents) - assessment.reached} below."
    )
    rows = [(bin_name(low, high), str(count)) for low, high, count in bins if count]
    return plot(lambda width: _paint_bins(width, bins, assessment.pass_mark), alt, ("Percent", "Learners"), rows)


def bin_name(low: float, high: float) -> str:
    """A bin by its limits in percent."""
    return f"{low:g} to {high:g}" if high == BINS[-1] else f"{low:g} to under {high:g}"


def _beside(mark: float, middle: float, half: float) -> float:
    """Where words of this half width stand, as near the middle of their bar as the line at the mark lets them."""
    room = half + GAP
    return max(middle, mark + room) if middle >= mark else min(middle, mark - room)


def _paint_bins(width: float, bins: Sequence[tuple[float, float, int]], pass_mark: float) -> Drawing:
    height, top, base = 210.0, 52.0, 178.0
    drawing, axes = canvas(width, height)
    across = scale(6, width - 12)
    tallest = max(count / (high - low) for low, high, count in bins)
    for low, high, count in bins:
        if count:
            tall = (base - top) * count / (high - low) / tallest
            passing = low >= pass_mark
            box(axes, across(low) + 1.5, base - tall, across(high) - across(low) - 3, tall, filled=passing)
            said = str(count)
            middle = _beside(across(pass_mark), (across(low) + across(high)) / 2, LETTER * len(said) / 2)
            text(axes, middle, base - tall - 5, said, bold=True, align="center")
    line(axes, across(0), base, across(100), base, EDGE)
    for percent in (0, 20, 40, 60, 80, 100):
        align = {0: "left", 100: "right"}.get(percent, "center")
        text(axes, across(percent), base + 18, f"{percent}%" if percent == 100 else str(percent), SOFT, align=align)
    line(axes, across(pass_mark), 22, across(pass_mark), base, WARM, dashed=True)
    mark_words(axes, across(pass_mark), 32, width, pass_mark)
    return drawing
