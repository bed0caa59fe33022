"""The report's figures: matplotlib draws, the page colours.

Each is drawn twice, for a narrow and for a wide place, so that letters keep their size; the page shows the one that
fits. Colours are put in as the course's tokens, so that a figure follows the page into the dark and onto paper.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from markupsafe import Markup

from eprofessionalism.authoring.figures import SANS, canvas, to_svg
from eprofessionalism_graders.cohort.summary import Assessment, CaseResult, Sureness

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NARROW, WIDE = 300, 580
TEXT = 14
LINE = 20
BINS = tuple(range(0, 101, 10))

# What matplotlib draws with, and the token that the page puts in its place.
INK, SOFT, HAIR, EDGE = "#1e2a31", "#4b5860", "#e2dacb", "#78838a"
ACCENT, WARM, SURFACE = "#0e5a58", "#9c411c", "#ffffff"
TOKENS = {
    INK: "ink", SOFT: "ink-soft", HAIR: "hairline", EDGE: "edge", ACCENT: "accent", WARM: "warm", SURFACE: "surface",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plot:
    """A figure in both widths, what it says to whoever does not see it, and the same as a table."""

    narrow: Markup
    wide: Markup
    alt: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def _plot(paint: Callable[[float], bytes], alt: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Plot:
    table = tuple(map(tuple, rows))
    return Plot(_inline(paint(NARROW)), _inline(paint(WIDE)), alt, tuple(columns), table)


def _inline(svg: bytes) -> Markup:
    """An SVG as a part of the page: no style sheet and no ids of its own, the page's colours and letters."""
    text = re.sub(r"\s*<defs>.*?</defs>", "", svg.decode(), flags=re.DOTALL)
    text = re.sub(r' (id|xmlns:xlink|version)="[^"]*"', "", text)
    text = text.replace(SANS, "var(--ep-sans)")
    for color, token in TOKENS.items():
        text = text.replace(color, f"var(--ep-{token})")
    # What matplotlib wrote is markup already: it escapes the text that is drawn.
    return Markup(text.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))  # noqa: S704


# ---- Distribution of the assessment ----------------------------------------------------------------------------------


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
        f"Histogram of the post-test. {len(assessment.percents)} results from {low:.0f} to {high:.0f} percent; "
        f"{assessment.reached} at or above the pass mark of {assessment.pass_mark:g}, "
        f"{len(assessment.percents) - assessment.reached} below."
    )
    rows = [(_bin_name(low, high), str(count)) for low, high, count in bins if count]
    return _plot(lambda width: _paint_bins(width, bins, assessment.pass_mark), alt, ("Percent", "Learners"), rows)


def merged_distribution(bins: Sequence[tuple[float, float, int]], without: int | None, pass_mark: float) -> Plot:
    """A distribution in bins that were taken together, as shares of all learners in steps of 5 percent.

    Whoever has no result is in `without`, or in the lowest bin where that is None.
    """
    names = [_bin_name(low, high) for low, high, _ in bins]
    rows = [(name, f"about {share}%") for name, (_, _, share) in zip(names, bins, strict=True)]
    if without is None:
        rows[0] = (f"{names[0]}, or no result", rows[0][1])
    else:
        rows.insert(0, ("no result", f"about {without}%"))
    said = "; ".join(f"{name}: {share} of the learners" for name, share in rows)
    alt = f"Histogram of the post-test in wide steps of percent. {said}. The pass mark is {pass_mark:g}."
    return _plot(lambda width: _paint_bins(width, bins, pass_mark, unit="%"), alt, ("Percent", "Learners"), rows)


def _bin_name(low: float, high: float) -> str:
    return f"{low:g} to {high:g}" if high == BINS[-1] else f"{low:g} to under {high:g}"


def _paint_bins(width: float, bins: Sequence[tuple[float, float, int]], pass_mark: float, unit: str = "") -> bytes:
    height, top, base = 210.0, 52.0, 178.0
    drawing, axes = canvas(width, height)
    across = _scale(6, width - 12)
    tallest = max(count / (high - low) for low, high, count in bins)
    for low, high, count in bins:
        if count:
            tall = (base - top) * count / (high - low) / tallest
            passing = low >= pass_mark
            _box(axes, across(low) + 1.5, base - tall, across(high) - across(low) - 3, tall, filled=passing)
            _text(axes, (across(low) + across(high)) / 2, base - tall - 5, f"{count}{unit}", bold=True, align="center")
    _line(axes, across(0), base, across(100), base, EDGE)
    for percent in (0, 20, 40, 60, 80, 100):
        align = {0: "left", 100: "right"}.get(percent, "center")
        _text(axes, across(percent), base + 18, f"{percent}%" if percent == 100 else str(percent), SOFT, align=align)
    _line(axes, across(pass_mark), 22, across(pass_mark), base, WARM, dashed=True)
    side, step = ("right", -5) if pass_mark > 50 else ("left", 5)
    _text(axes, across(pass_mark) + step, 32, f"pass mark {pass_mark:g}%", WARM, align=side)
    return to_svg(drawing)


# ---- Cases -----------------------------------------------------------------------------------------------------------


def cases(results: Sequence[CaseResult]) -> Plot:
    """Each learner's percentage in each case as a dot, with the mean as a line."""
    shown = [result for result in results if result.percents and not result.assessment]
    means = "; ".join(f"{result.title} {result.mean:.0f}" for result in shown)
    alt = f"Dot plot of percentages by case, one dot a learner who finished. Means: {means}. Ranges are in the table."
    rows = [
        (r.title, str(len(r.percents)), f"{r.mean:.0f}", f"{min(r.percents):.0f} to {max(r.percents):.0f}")
        for r in shown
    ]
    columns = ("Case", "Finished", "Mean, %", "Lowest to highest")
    return _plot(lambda width: _paint_cases(width, shown), alt, columns, rows)


def _paint_cases(width: float, results: Sequence[CaseResult]) -> bytes:
    band, axis = 66.0, 26.0
    drawing, axes = canvas(width, band * len(results) + axis)
    across = _scale(8, width - 56)
    for number, result in enumerate(results):
        top = band * number
        if number:
            _line(axes, 0, top, width, top, HAIR)
        _text(axes, 0, top + 19, result.title)
        _dots(axes, result.percents, across, top + 44)
        mean = result.mean or 0
        _line(axes, across(mean), top + 28, across(mean), top + 60, WARM, thick=3)
        _text(axes, width, top + 49, f"{mean:.0f}%", bold=True, align="right")
    _ticks(axes, across, band * len(results) + 16, band * len(results))
    return to_svg(drawing)


def _dots(axes: Axes, percents: Iterable[float], across: Callable[[float], float], middle: float) -> None:
    """Equal or near percentages stand above and below each other, closer where there are many."""
    from matplotlib.patches import Circle

    columns: dict[int, list[float]] = {}
    for percent in sorted(percents):
        columns.setdefault(round(across(percent) / 8), []).append(across(percent))
    step = min(7.0, 32 / max(map(len, columns.values())))
    radius, rim = max(1.6, min(4.0, step / 1.75)), min(1.0, step / 7)
    for stack in columns.values():
        for place, x in enumerate(stack):
            # From the middle outward by turns, so that no slanted line appears which would mean nothing.
            y = middle + step * ((place + 1) // 2) * (-1 if place % 2 else 1)
            dot = Circle((x, y), radius, facecolor=ACCENT, edgecolor=SURFACE, linewidth=rim, clip_on=False)
            axes.add_patch(dot)


# ---- Certainty -------------------------------------------------------------------------------------------------------


def sureness(levels: Sequence[Sureness]) -> Plot:
    """Share of right answers by stated certainty, with a 95 % interval: a rough one, as a person gives several."""
    said = "; ".join(f"{level.word.lower()} {level.percent:.0f}" for level in levels)
    alt = f"Percent of answers that were right, by how sure the learner was: {said}. Rough intervals are in the table."
    rows = [
        (level.word, str(level.answers), f"{level.percent:.0f}", f"{level.low:.0f} to {level.high:.0f}")
        for level in levels
    ]
    columns = ("Stated", "Answers", "Right, %", "Rough 95% interval")
    return _plot(lambda width: _paint_sureness(width, levels), alt, columns, rows)


def _paint_sureness(width: float, levels: Sequence[Sureness]) -> bytes:
    from matplotlib.patches import Circle

    band = 54.0
    drawing, axes = canvas(width, band * len(levels) + 26)
    across = _scale(8, width - 56)
    for number, level in enumerate(levels):
        top = band * number
        if number:
            _line(axes, 0, top, width, top, HAIR)
        _text(axes, 0, top + 19, f"{level.word}, {level.answers} answer{'s' * (level.answers != 1)}")
        _line(axes, across(level.low), top + 38, across(level.high), top + 38, ACCENT, thick=3)
        dot = Circle(
            (across(level.percent), top + 38), 7, facecolor=ACCENT, edgecolor=SURFACE, linewidth=1, clip_on=False
        )
        axes.add_patch(dot)
        _text(axes, width, top + 43, f"{level.percent:.0f}%", bold=True, align="right")
    _ticks(axes, across, band * len(levels) + 16, band * len(levels))
    return to_svg(drawing)


# ---- Bars, for what is shared ----------------------------------------------------------------------------------------


def shares(alt: str, columns: Sequence[str], values: Sequence[tuple[str, int]]) -> Plot:
    """Percentages as bars, each under its own words."""
    rows = [(name, f"about {percent}") for name, percent in values]
    return _plot(lambda width: _paint_shares(width, values), alt, columns, rows)


def _paint_shares(width: float, values: Sequence[tuple[str, int]]) -> bytes:
    from matplotlib.patches import Rectangle

    band = 52.0
    drawing, axes = canvas(width, band * len(values))
    whole = width - 56
    for number, (name, percent) in enumerate(values):
        top = band * number
        _text(axes, 0, top + 19, name)
        for long, color in ((whole, HAIR), (whole * percent / 100, ACCENT)):
            axes.add_patch(Rectangle((0, top + 28), long, 12, facecolor=color, clip_on=False))
        _text(axes, width, top + 39, f"{percent}%", bold=True, align="right")
    return to_svg(drawing)


# ---- Strokes ---------------------------------------------------------------------------------------------------------


def _scale(left: float, right: float) -> Callable[[float], float]:
    """From percent to pixels."""
    return lambda percent: left + (right - left) * percent / 100


def _ticks(axes: Axes, across: Callable[[float], float], y: float, base: float) -> None:
    _line(axes, across(0), base, across(100), base, EDGE)
    for percent in (0, 50, 100):
        align = {0: "left", 100: "right"}.get(percent, "center")
        _text(axes, across(percent), y + 2, f"{percent}%" if percent == 100 else str(percent), SOFT, align=align)


def _text(
    axes: Axes, x: float, y: float, words: str, color: str = INK, *, bold: bool = False, align: str = "left"
) -> None:
    weight = "bold" if bold else "normal"
    # A dollar sign is a dollar sign, not the beginning of a formula.
    axes.text(x, y, words, color=color, size=TEXT, weight=weight, ha=align, parse_math=False)


def _line(
    axes: Axes, x1: float, y1: float, x2: float, y2: float, color: str, *, thick: float = 1, dashed: bool = False
) -> None:
    from matplotlib.lines import Line2D

    style: tuple[float, Sequence[float]] = (0, (5, 3) if dashed else ())
    axes.add_line(Line2D([x1, x2], [y1, y2], color=color, linewidth=thick, linestyle=style, clip_on=False))


def _box(axes: Axes, x: float, y: float, wide: float, tall: float, *, filled: bool) -> None:
    """A bar: full where the learner passed, outlined where not, so that colour is not needed to tell."""
    from matplotlib.patches import Rectangle

    face, edge = (ACCENT, ACCENT) if filled else (SURFACE, WARM)
    axes.add_patch(Rectangle((x, y), wide, tall, facecolor=face, edgecolor=edge, linewidth=2, clip_on=False))
