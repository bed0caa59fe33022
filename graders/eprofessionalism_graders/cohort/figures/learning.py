"""What changed between the test before the course and the one after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import copysign, isnan
from typing import TYPE_CHECKING

from eprofessionalism_graders.cohort.figures.base import (
    ACCENT,
    EDGE,
    SOFT,
    WARM,
    Plot,
    bar,
    canvas,
    dot,
    folded,
    line,
    named_row,
    plot,
    scale,
    text,
    ticks,
)
from eprofessionalism_graders.cohort.figures.passing import BINS, histogram
from eprofessionalism_graders.cohort.words import capital

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

BAND, TALL, LABEL = 132.0, 84.0, 90.0
ROW, RING = 50.0, 6.0


@dataclass(frozen=True, slots=True)
class Sitting:
    """One of the two tests: what it is called, the learners' percentages, and their mean with its interval."""

    name: str
    percents: tuple[float, ...]
    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Moved:
    """A topic: mean percent before and after, and the limits of the gain's interval in points of percent."""

    name: str
    before: float
    after: float
    low: float
    high: float


def before_and_after(before: Sitting, after: Sitting) -> Plot:
    """The same learners' results of both tests, one distribution over the other, with their means."""
    sittings = (before, after)
    said = " and ".join(f"{one.mean:.0f} percent {one.name}" for one in sittings)
    alt = (
        f"Two histograms, one over the other, of the {len(before.percents)} learners who took both tests: mean {said}."
    )
    counts = [histogram(one.percents, BINS) for one in sittings]
    rows = [
        (f"{low} to {'under ' * (high < BINS[-1])}{high}", *(str(count) for count in both))
        for (low, high), both in zip(pairwise(BINS), zip(*counts, strict=True), strict=True)
        if any(both)
    ]
    rows.append(("Mean, %", *(f"{one.mean:.1f}" for one in sittings)))
    rows.append(("Mean, 95% from", *(f"{one.low:.1f}" for one in sittings)))
    rows.append(("Mean, 95% to", *(f"{one.high:.1f}" for one in sittings)))
    columns = ("Percent", *(f"Learners {one.name}" for one in sittings))
    return plot(lambda width: _paint_sittings(width, sittings, counts), alt, columns, rows)


def _paint_sittings(width: float, sittings: Sequence[Sitting], counts: Sequence[Sequence[int]]) -> Drawing:
    drawing, axes = canvas(width, BAND * len(sittings) + 26)
    across = scale(6, width - 12)
    tallest = max(count for row in counts for count in row)
    for number, (one, row) in enumerate(zip(sittings, counts, strict=True)):
        base = BAND * (number + 1)
        text(axes, 0, base - BAND + 18, capital(one.name), SOFT)
        for (low, high), count in zip(pairwise(BINS), row, strict=True):
            tall = TALL * count / tallest
            bar(axes, across(low) + 1.5, base - tall, across(high) - across(low) - 3, tall, ACCENT if number else EDGE)
        line(axes, across(0), base, across(100), base, EDGE)
        _mean(axes, across(one.mean), one.mean, base, width)
    # The first mean stands in the second picture too, so that the step from one to the other is seen.
    line(axes, across(sittings[0].mean), BAND * 2 - TALL, across(sittings[0].mean), BAND * 2, WARM, dashed=True)
    ticks(axes, across, BAND * len(sittings), (0, 20, 40, 60, 80, 100))
    return drawing


def _mean(axes: Axes, x: float, mean: float, base: float, width: float) -> None:
    """The mean, as a line from above the bars to their foot, with its value beside the top where there is room."""
    top = base - TALL - 22
    line(axes, x, top, x, base, WARM, thick=3)
    step, align = (8, "left") if x + LABEL < width else (-8, "right")
    text(axes, x + step, top + 12, f"mean {mean:.0f}%", bold=True, align=align)


def by_topic(moved: Sequence[Moved]) -> Plot:
    """Mean before (ring) and after (dot) on each topic, in the order given."""
    said = "; ".join(f"{one.name} {one.before:.0f} to {one.after:.0f}" for one in moved)
    alt = f"Percent of the points by topic, before and after the course: {said}."
    rows = [
        (
            one.name,
            f"{one.before:.0f}",
            f"{one.after:.0f}",
            _signed(one.after - one.before),
            "–" if isnan(one.low) else f"{_signed(one.low)} to {_signed(one.high)}",
        )
        for one in moved
    ]
    columns = ("Topic", "Before, %", "After, %", "Gain, points", "95% interval")
    return plot(lambda width: _paint_topics(width, moved), alt, columns, rows)


def _paint_topics(width: float, moved: Sequence[Moved]) -> Drawing:
    drawing, axes = canvas(width, ROW * len(moved) + 30)
    across = scale(8, width - 56)
    for number, one in enumerate(moved):
        top = ROW * number
        moved_by = one.after - one.before
        named_row(axes, width, top, folded(one.name, width, 1)[0], _signed(moved_by), 41)
        color = ACCENT if one.after >= one.before else WARM
        start = across(one.before) + copysign(RING, moved_by)
        if abs(across(one.after) - across(one.before)) > RING:
            line(axes, start, top + 36, across(one.after), top + 36, color, thick=3)
        dot(axes, across(one.before), top + 36, RING, color, filled=False)
        dot(axes, across(one.after), top + 36, 7, color)
    ticks(axes, across, ROW * len(moved))
    return drawing


def _signed(points: float) -> str:
    shown = f"{points:+.0f}"
    return "0" if shown in ("+0", "-0") else shown.replace("-", "−")
