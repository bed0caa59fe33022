"""A flow picture (alluvial diagram): which ways learners took through the decisions of a case.

Columns are decisions, bands are learners, as wide as there are such; the recommended way has an edge and a tick, so
that colour is not needed to tell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from eprofessionalism_graders.cohort.figures.base import (
    ACCENT,
    ACCENT_WASH,
    EDGE,
    HAIR,
    INK,
    LINE,
    SOFT,
    SURFACE,
    Plot,
    bar,
    canvas,
    folded,
    plot,
    text,
)
from eprofessionalism_graders.cohort.words import ENOUGH_FOR_PERCENT

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

BAR = 10.0
"""Pixels that the bar of an option is wide, and `ASIDE` from there to its label."""

ASIDE = 6.0
ALL = 150.0
"""How tall the bars of a decision are together; `GAP` is between an option and the next, `HEAD` above them."""

GAP = 10.0
HEAD = 28.0
LABEL_LINES = 4
ORDINALS = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth")

Place: TypeAlias = tuple[float, float]
"""Where something stands in a column, in pixels: its top and how tall it is."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision: the texts of its options by id, in printed order, and which of them are recommended."""

    options: Mapping[str, str]
    recommended: frozenset[str]


@dataclass(frozen=True, slots=True)
class Way:
    """One option of each decision, and how many learners took this way."""

    options: tuple[str, ...]
    learners: int


@dataclass(frozen=True, slots=True)
class Flow:
    """The ways through a case; there is at least one decision, and one way."""

    title: str
    decisions: tuple[Decision, ...]
    ways: tuple[Way, ...]

    @property
    def has_key(self) -> bool:
        """Whether it is known of every decision what is recommended."""
        return all(decision.recommended for decision in self.decisions)

    @property
    def learners(self) -> int:
        """How many took every decision."""
        return sum(way.learners for way in self.ways)

    def percent(self, learners: int) -> str:
        """How many of all in percent; empty where all are few."""
        return f"{100 * learners / self.learners:.0f}" if self.learners >= ENOUGH_FOR_PERCENT else ""

    def said(self, learners: int) -> str:
        """How many of all, and in percent where all are not few: `131 (84%)`."""
        percent = self.percent(learners)
        return f"{learners} ({percent}%)" if percent else str(learners)

    def is_recommended(self, way: Way) -> bool:
        """Whether every decision of a way is a recommended one."""
        return all(chosen in one.recommended for one, chosen in zip(self.decisions, way.options, strict=True))

    def words(self, way: Way) -> str:
        """A way in words."""
        pairs = zip(self.decisions, way.options, strict=True)
        return " → ".join(one.options.get(chosen, chosen).rstrip(".") for one, chosen in pairs)

    def count(self, number: int, option: str) -> int:
        """How many decided for an option in the decision of a number, from 0."""
        return sum(way.learners for way in self.ways if way.options[number] == option)


def ways(flow: Flow) -> Plot:
    """The ways through a case as bands."""
    ranked = sorted(flow.ways, key=lambda way: (-way.learners, way.options))
    rows = [(flow.words(way), str(way.learners), flow.percent(way.learners), _mark(flow, way)) for way in ranked]
    columns = ("Way", "Learners", "Percent", "Recommended")
    return plot(lambda width: _paint(width, flow), _alt(flow, ranked[0]), columns, rows)


def _mark(flow: Flow, way: Way) -> str:
    return ("yes" if flow.is_recommended(way) else "no") if flow.has_key else "not known"


def _alt(flow: Flow, first: Way) -> str:
    often = f"The most common one, taken by {flow.said(first.learners)}: {flow.words(first)}"
    often += "" if often.endswith((".", "”", "?")) else "."
    return f"Flow picture: the ways of {flow.learners} learners through “{flow.title}”. {often}{_kept(flow, first)}"


def _kept(flow: Flow, first: Way) -> str:
    """How many took the recommended way, where it is known."""
    if not flow.has_key:
        return ""
    if flow.is_recommended(first):
        return " It is the recommended one."
    kept = sum(way.learners for way in flow.ways if flow.is_recommended(way))
    return f" The recommended one was taken by {flow.said(kept)}."


# ---- Layout ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Node:
    """An option that somebody decided for: where its bar stands, and the lines of its label."""

    option: str
    count: int
    place: Place
    lines: tuple[str, ...]

    @property
    def slot(self) -> float:
        """How tall the bar and its label are, whichever is taller."""
        return max(self.place[1], LINE * (1 + len(self.lines)))


def _nodes(flow: Flow, number: int, room: float) -> list[Node]:
    """The options of one decision, one below the other with room for their labels."""
    nodes: list[Node] = []
    top = HEAD
    for option, words in flow.decisions[number].options.items():
        if count := flow.count(number, option):
            node = Node(option, count, (top, ALL * count / flow.learners), tuple(folded(words, room, LABEL_LINES)))
            nodes.append(node)
            top += node.slot + GAP
    return nodes


def _bands(flow: Flow, number: int, nodes: Sequence[Node]) -> dict[Way, Place]:
    """Where each way stands within the bars of one decision."""
    below = {node.option: node.place[0] for node in nodes}
    found: dict[Way, Place] = {}
    for way in _in_order(flow):
        option, tall = way.options[number], ALL * way.learners / flow.learners
        found[way] = (below[option], tall)
        below[option] += tall
    return found


def _in_order(flow: Flow) -> list[Way]:
    """The ways in the printed order of their options, so that bands cross as little as they must."""
    order = [list(decision.options) for decision in flow.decisions]
    return sorted(flow.ways, key=lambda way: [order[number].index(chosen) for number, chosen in enumerate(way.options)])


# ---- Drawing ---------------------------------------------------------------------------------------------------------


def _paint(width: float, flow: Flow) -> Drawing:
    """Two decisions beside each other; of more, each pair of neighbours below the one before."""
    last = len(flow.decisions) - 1
    pairs = [_Pair.of(flow, number, width) for number in range(last)] or [_Pair.of(flow, None, width)]
    drawing, axes = canvas(width, sum(pair.height for pair in pairs))
    top = 0.0
    for pair in pairs:
        pair.draw(axes, top)
        top += pair.height
    return drawing


@dataclass(frozen=True, slots=True)
class _Pair:
    """A decision and the next one, with the bands between them; a single one has everybody before it.

    The labels of the first stand left of its bars, and those of the next one right, so that none lies on a band.
    """

    flow: Flow
    first: int | None
    left: float
    right: float
    before: tuple[Node, ...]
    after: tuple[Node, ...]

    @classmethod
    def of(cls, flow: Flow, first: int | None, width: float) -> _Pair:
        """A pair that begins with the decision of a number, or with everybody."""
        left, right = (0.0, 0.24 * width) if first is None else (0.36 * width, 0.59 * width)
        before = () if first is None else _nodes(flow, first, left - ASIDE)
        after = _nodes(flow, 0 if first is None else first + 1, width - right - BAR - ASIDE)
        return cls(flow, first, left, right, tuple(before), tuple(after))

    @property
    def height(self) -> float:
        """How tall all of it is, in pixels."""
        ends = [column[-1].place[0] + column[-1].slot for column in (self.before, self.after) if column]
        return max(*ends, HEAD + ALL) + GAP

    def draw(self, axes: Axes, top: float) -> None:
        """Bands first, bars and labels over them."""
        number = 0 if self.first is None else self.first + 1
        here = self._everybody(axes, top) if self.first is None else _bands(self.flow, self.first, self.before)
        there = _bands(self.flow, number, self.after)
        # The recommended way lies over the others, for its edge to be seen.
        for way in sorted(here, key=self.flow.is_recommended):
            across = (self.left + BAR, self.right)
            _band(axes, across, here[way], there[way], top, marked=self.flow.is_recommended(way))
        if self.first is not None:
            self._column(axes, self.left, 0.0, self.first, top)
        self._column(axes, self.right, self.right + BAR + ASIDE, number, top)

    def _everybody(self, axes: Axes, top: float) -> dict[Way, Place]:
        start = HEAD + (self.height - HEAD - GAP - ALL) / 2
        text(axes, self.left, top + 16, f"All {self.flow.learners}", SOFT)
        bar(axes, self.left, top + start, BAR, ALL, EDGE)
        found: dict[Way, Place] = {}
        for way in _in_order(self.flow):
            found[way] = (start, ALL * way.learners / self.flow.learners)
            start += found[way][1]
        return found

    def _column(self, axes: Axes, x: float, labels: float, number: int, top: float) -> None:
        """The bars of one decision, and their labels from `labels` on."""
        if self.first is not None:
            head = f"{ORDINALS[number]} decision" if number < len(ORDINALS) else f"Decision {number + 1}"
            text(axes, labels, top + 16, head, SOFT)
        for node in self.before if number == self.first else self.after:
            best = node.option in self.flow.decisions[number].recommended
            start, tall = node.place
            bar(axes, x, top + start, BAR, max(tall, 1.5), ACCENT if best else EDGE)
            said = f"{self.flow.said(node.count)}{' ✓' if best else ''}"
            text(axes, labels, top + start + 15, said, ACCENT if best else INK, bold=True)
            for place, words in enumerate(node.lines, start=1):
                text(axes, labels, top + start + 15 + LINE * place, words)


def _band(axes: Axes, across: tuple[float, float], here: Place, there: Place, top: float, *, marked: bool) -> None:
    """A band from one bar to the next, which leaves and arrives level."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    upper = _bent(across, top + here[0], top + there[0])
    lower = _bent(across, top + here[0] + here[1], top + there[0] + there[1])
    curved, color = [Path.MOVETO, *[Path.CURVE4] * 3], ACCENT if marked else SURFACE
    outline = Path([*upper, *reversed(lower)], [*curved, Path.LINETO, *[Path.CURVE4] * 3])
    axes.add_patch(PathPatch(outline, facecolor=ACCENT_WASH if marked else HAIR, edgecolor="none", clip_on=False))
    for edge in (upper, lower):
        line = Path(edge, curved)
        axes.add_patch(
            PathPatch(line, facecolor="none", edgecolor=color, linewidth=1.5 if marked else 0.75, clip_on=False)
        )


def _bent(across: tuple[float, float], y1: float, y2: float) -> list[tuple[float, float]]:
    """The four points of a Bézier curve between two heights that is level at both ends."""
    left, right = across
    middle = (left + right) / 2
    return [(left, y1), (middle, y1), (middle, y2), (right, y2)]
