"""What every drawing is made of: a plot, its colours, and strokes. Matplotlib draws, the page colours.

A drawing is a function from a width in pixels to a matplotlib figure. The page draws it for a narrow and for a wide
place, so that letters keep their size, and shows the one that fits; the PDF draws it once more. Colours are put into
the page as the course's tokens, so that a figure follows it into the dark and onto paper.
"""

from __future__ import annotations

import re
import textwrap
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isnan
from typing import TYPE_CHECKING, TypeAlias

from markupsafe import Markup

from eprofessionalism.authoring.figures import SANS, canvas, to_svg

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

    Paint: TypeAlias = Callable[[float], Drawing]

__all__ = [
    "ACCENT", "ACCENT_WASH", "EDGE", "HAIR", "INK", "LETTER", "LINE", "NARROW", "SOFT", "SURFACE",
    "TEXT", "WARM", "WARM_WASH", "WIDE", "Plot", "area", "bar", "box", "canvas", "curve",
    "dot", "folded", "interval", "line", "mark_words", "named_row", "one_line", "plot", "scale", "text", "ticks",
]  # fmt: skip

NARROW, WIDE = 300, 580
"""Widths in pixels that a drawing is made for. A panel of 34 rem or more has room for the wide one."""

TEXT = 14
"""Size of letters in pixels; `LINE` is from one line of words to the next."""

LINE = 20
LETTER = 7.6
"""About what a letter of a word is wide, in pixels, so that words do not run into what stands beside them."""

# What matplotlib draws with, and the token that the page puts in its place.
INK, SOFT, HAIR, EDGE = "#1e2a31", "#4b5860", "#e2dacb", "#78838a"
ACCENT, ACCENT_WASH, WARM, WARM_WASH, SURFACE = "#0e5a58", "#e4f0ed", "#9c411c", "#faece2", "#ffffff"
TOKENS = {
    INK: "ink", SOFT: "ink-soft", HAIR: "hairline", EDGE: "edge", SURFACE: "surface",
    ACCENT: "accent", ACCENT_WASH: "accent-wash", WARM: "warm", WARM_WASH: "warm-wash",
}  # fmt: skip


@dataclass(frozen=True)
class Plot:
    """A figure that is drawn for any width, what it says to whoever does not see it, and the same as a table.

    Args:
        paint: draws it for a width in pixels, 300 or more.
        alt: the finding, and the numbers that show it, in a sentence or two.
        columns: titles of the table; the first column heads the rows.
        rows: its cells as a reader sees them.
    """

    paint: Paint
    alt: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @cached_property
    def narrow(self) -> Markup:
        """The drawing for a phone, as a part of a page."""
        return _inline(self.svg(NARROW))

    @cached_property
    def wide(self) -> Markup:
        """The drawing for a wide panel, as a part of a page."""
        return _inline(self.svg(WIDE))

    def svg(self, width: float) -> bytes:
        """The drawing for a width as SVG, in the colours it was drawn with."""
        with warnings.catch_warnings():
            # A letter that matplotlib's font lacks is in the reader's: the words stay words.
            warnings.filterwarnings("ignore", r"Glyph \d+ .*missing from font", UserWarning)
            return to_svg(self.paint(width))


def plot(paint: Paint, alt: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Plot:
    """A plot of what `paint` draws."""
    return Plot(paint, alt, tuple(columns), tuple(map(tuple, rows)))


def _inline(svg: bytes) -> Markup:
    """An SVG as a part of the page: no style sheet and no ids of its own, the page's colours and letters."""
    markup = re.sub(r"\s*<defs>.*?</defs>", "", svg.decode(), flags=re.DOTALL)
    markup = re.sub(r' (id|xmlns:xlink|version)="[^"]*"', "", markup)
    markup = markup.replace(SANS, "var(--ep-sans)")
    for color, token in TOKENS.items():
        markup = markup.replace(color, f"var(--ep-{token})")
    # What matplotlib wrote is markup already: it escapes the text that is drawn.
    return Markup(markup.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))  # noqa: S704


# ---- Scales ----------------------------------------------------------------------------------------------------------


def scale(left: float, right: float, low: float = 0, high: float = 100) -> Callable[[float], float]:
    """From values between `low` and `high`, percent unless said otherwise, to pixels."""
    return lambda value: left + (right - left) * (value - low) / (high - low)


def ticks(
    axes: Axes,
    across: Callable[[float], float],
    base: float,
    values: Sequence[float] = (0, 50, 100),
    *,
    unit: str = "%",
    signed: bool = False,
) -> None:
    """A line under a drawing with a few values below it; the last has the unit. It needs 26 pixels below `base`."""
    line(axes, across(values[0]), base, across(values[-1]), base, EDGE)
    for value in values:
        align = {values[0]: "left", values[-1]: "right"}.get(value, "center")
        words = (f"{value:+g}" if signed and value else f"{value:g}").replace("-", "\u2212")
        text(axes, across(value), base + 18, words + unit * (value == values[-1]), SOFT, align=align)


# ---- Strokes: units are pixels, counted from the top left -----------------------------------------------------------


def text(
    axes: Axes, x: float, y: float, words: str, color: str = INK, *, bold: bool = False, align: str = "left"
) -> None:
    """Words in one line, which stands on `y`; `align` is `left`, `center` or `right` of `x`."""
    weight = "bold" if bold else "normal"
    # A dollar sign is a dollar sign, not the beginning of a formula.
    axes.text(x, y, one_line(words), color=color, size=TEXT, weight=weight, ha=align, parse_math=False)


def named_row(axes: Axes, width: float, top: float, name: str, value: str, down: float) -> None:
    """A row's hairline, unless it is the first; its name, and its value at the right, `down` below the top."""
    if top:
        line(axes, 0, top, width, top, HAIR)
    text(axes, 0, top + 19, name)
    text(axes, width, top + down, value, bold=True, align="right")


def mark_words(axes: Axes, x: float, y: float, width: float, pass_mark: float) -> None:
    """What the line at `x` is, on the side of it that has more room: the pass mark, in percent."""
    step, align = (-6, "right") if x > width / 2 else (6, "left")
    text(axes, x + step, y, f"pass mark {pass_mark:g}%", WARM, align=align)


def interval(low: float, high: float) -> str:
    """The ends of an interval in percent as a cell of a table; a dash where there is none."""
    return "–" if isnan(low) else f"{low:.0f} to {high:.0f}"


def one_line(words: str) -> str:
    """Words without line ends and whatever else cannot be seen: a control character would spoil a drawing."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in words).split())


def folded(words: str, wide: float, most: int = 2) -> list[str]:
    """Words in at most so many lines of that many pixels; what does not fit ends in an ellipsis."""
    return textwrap.wrap(words, max(int(wide / LETTER), 8), max_lines=most, placeholder=" …")


def line(
    axes: Axes, x1: float, y1: float, x2: float, y2: float, color: str, *, thick: float = 1, dashed: bool = False
) -> None:
    """A straight line."""
    curve(axes, [(x1, y1), (x2, y2)], color, thick=thick, dashed=dashed)


def curve(
    axes: Axes, points: Sequence[tuple[float, float]], color: str, *, thick: float = 1, dashed: bool = False
) -> None:
    """A line through points."""
    from matplotlib.lines import Line2D

    style: tuple[float, Sequence[float]] = (0, (5, 3) if dashed else ())
    xs, ys = [x for x, _ in points], [y for _, y in points]
    axes.add_line(Line2D(xs, ys, color=color, linewidth=thick, linestyle=style, clip_on=False))


def area(axes: Axes, points: Sequence[tuple[float, float]], color: str) -> None:
    """A filled area within points."""
    from matplotlib.patches import Polygon

    axes.add_patch(Polygon(points, closed=True, facecolor=color, edgecolor="none", clip_on=False))


def bar(axes: Axes, x: float, y: float, wide: float, tall: float, color: str) -> None:
    """A plain bar, down and right of a point."""
    from matplotlib.patches import Rectangle

    axes.add_patch(Rectangle((x, y), wide, tall, facecolor=color, edgecolor="none", clip_on=False))


def box(axes: Axes, x: float, y: float, wide: float, tall: float, *, filled: bool) -> None:
    """A bar of one of two kinds: full, or outlined in the second colour, so that colour is not needed to tell."""
    from matplotlib.patches import Rectangle

    face, edge = (ACCENT, ACCENT) if filled else (SURFACE, WARM)
    axes.add_patch(Rectangle((x, y), wide, tall, facecolor=face, edgecolor=edge, linewidth=2, clip_on=False))


def dot(axes: Axes, x: float, y: float, radius: float = 7, color: str = ACCENT, *, filled: bool = True) -> None:
    """A dot with a thin rim of the ground, or a ring of its colour."""
    from matplotlib.patches import Circle

    face, edge, thick = (color, SURFACE, min(1.0, radius / 4)) if filled else (SURFACE, color, 2)
    axes.add_patch(Circle((x, y), radius, facecolor=face, edgecolor=edge, linewidth=thick, clip_on=False, zorder=3))
