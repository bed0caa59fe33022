"""Charts of published figures, drawn at build time: `datasets/published-figures.csv` in, one SVG a figure out.

The same rows give the same bytes at every build. Text stays text: letters turned into outlines would change with the
version of the font renderer, and be five times as many bytes. A picture in a page cannot know that page's colours, so
each figure brings its own paper.
"""

from __future__ import annotations

import csv
import io
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

from eprofessionalism import standards
from eprofessionalism.authoring.findings import Finding, FindingsError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

    from eprofessionalism.authoring.model import Figure

PUBLISHED_FILE = "published-figures.csv"
COLUMNS = (
    "id", "topic", "measure", "value", "unit", "numerator", "denominator", "population", "year", "source", "fact",
    "verified", "note",
)  # fmt: skip
TOPICS = ("prevalence", "re-identification", "enforcement", "conflicts")
UNITS = ("percent", "count", "usd")
VERIFIED = ("primary", "secondary")

# The light colours of the course: paper, hairline, ink, accent.
PAPER, TRACK, INK, ACCENT = "#fbf8f2", "#e2dacb", "#1e2a31", "#0e5a58"
SANS = "-apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Helvetica Neue', 'Liberation Sans', Arial, sans-serif"

# One unit is one CSS pixel at the drawing's own width. A phone's column (350) shrinks 18 to 13, the smallest the course
# prints; the widest column (672) is never filled, for the drawing is not shown wider than itself.
WIDTH = 480
TEXT = 18
MARGIN = 20
LINE = 24
BAR = 22
GAP = 20
VALUE_ROOM = 66
LINE_CHARACTERS = 44


@dataclass(frozen=True, slots=True)
class Published:
    """One published figure. `value` is as printed, in `unit`; counts are None where the study gives none."""

    id: str
    topic: str
    measure: str
    value: Decimal
    unit: str
    numerator: int | None
    denominator: int | None
    population: str
    year: int
    source: str
    fact: str
    verified: str
    note: str

    @property
    def printed(self) -> str:
        """The value as it stands at a mark: `33%`, `25`, `$10,000`."""
        match self.unit:
            case "percent":
                return f"{self.value}%"
            case "usd":
                return f"${self.value:,}"
            case _:
                return f"{self.value:,}"


def load_published(path: Path) -> dict[str, Published]:
    """Read the table of published figures, by id in the order of the file.

    Raises:
        FindingsError: every mistake in the table, each with its line.
    """
    try:
        lines = list(csv.reader(path.read_text(encoding="utf-8").splitlines(keepends=True), strict=True))
    except (OSError, ValueError, csv.Error) as error:
        raise FindingsError([_finding(path, 1, "file", "a table in UTF-8", str(error), "restore the file")]) from error
    header = tuple(lines[0]) if lines else ()
    if header != COLUMNS:
        found = ", ".join(header) or "nothing"
        raise FindingsError([_finding(path, 1, "header", ", ".join(COLUMNS), found, "name the columns in this order")])
    return _read_rows(path, lines[1:])


def _finding(path: Path, line: int, where: str, expected: str, found: str, remedy: str) -> Finding:
    return Finding(f"{path.parent.name}/{path.name}", line, where, expected, found, remedy)


def _read_rows(path: Path, lines: Sequence[Sequence[str]]) -> dict[str, Published]:
    rows: dict[str, Published] = {}
    findings: list[Finding] = []
    for number, cells in enumerate(lines, start=2):
        entry = dict(zip(COLUMNS, cells, strict=False))
        problems = list(_problems(entry, cells, rows))
        if problems:
            name = entry.get("id") or "row"
            findings += [_finding(path, number, f"{name} / {column}", *problem) for column, *problem in problems]
        else:
            rows[entry["id"]] = _row(entry)
    if findings:
        raise FindingsError(findings)
    return rows


def _problems(
    entry: Mapping[str, str], cells: Sequence[str], known: Mapping[str, Published]
) -> Iterator[tuple[str, str, str, str]]:
    """What is wrong with one row, as (column, expected, found, remedy)."""
    if len(cells) != len(COLUMNS):
        yield "row", f"{len(COLUMNS)} cells", str(len(cells)), "quote cells that hold a comma"
        return
    if entry["id"] in known or not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", entry["id"]):
        yield "id", "a new id of lower-case words and hyphens", repr(entry["id"]), "give the row an id of its own"
    for column, allowed in {"topic": TOPICS, "unit": UNITS, "verified": VERIFIED}.items():
        if entry[column] not in allowed:
            yield column, " or ".join(allowed), repr(entry[column]), "use one of these words"
    for column in ("measure", "population", "source"):
        if not entry[column].strip():
            yield column, "some words", "nothing", "say it in words"
    if entry["fact"] not in standards.facts():
        yield "fact", "a fact of facts.yaml", repr(entry["fact"]), "name the fact behind the figure"
    yield from _number_problems(entry)


def _number_problems(entry: Mapping[str, str]) -> Iterator[tuple[str, str, str, str]]:
    value = _decimal(entry["value"])
    if value is None or value < 0 or (entry["unit"] == "percent" and value > 100):
        yield "value", "a number of its unit, 0 or more", repr(entry["value"]), "write the number alone, e.g. 41.6"
    for column in ("numerator", "denominator", "year"):
        if not re.fullmatch(r"[0-9]*", entry[column]) or (column == "year" and len(entry[column]) != 4):
            yield column, "a whole number", repr(entry[column]), "write digits only; leave an unknown count empty"
    counts = [entry[column] for column in ("numerator", "denominator") if entry[column].isdecimal()]
    if len(counts) == 2 and int(counts[0]) > int(counts[1]):
        yield "numerator", f"at most the denominator, {counts[1]}", counts[0], "see which of the two is wrong"


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text) if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text) else None
    except InvalidOperation:
        return None


def _row(entry: Mapping[str, str]) -> Published:
    return Published(
        id=entry["id"],
        topic=entry["topic"],
        measure=entry["measure"],
        value=Decimal(entry["value"]),
        unit=entry["unit"],
        numerator=int(entry["numerator"]) if entry["numerator"] else None,
        denominator=int(entry["denominator"]) if entry["denominator"] else None,
        population=entry["population"],
        year=int(entry["year"]),
        source=entry["source"],
        fact=entry["fact"],
        verified=entry["verified"],
        note=entry["note"],
    )


def source_line(rows: Sequence[Published]) -> str:
    """The caption's last sentence: whose figures these are, with year and denominators, each study once."""
    studies = dict.fromkeys(row.source for row in rows)
    parts = [f"{study}: {_asked([row for row in rows if row.source == study])}" for study in studies]
    return f"Source: {'. '.join(parts)}."


def _asked(rows: Sequence[Published]) -> str:
    """Who was counted, once for each group: `47 of 78` where the counts are known, else how many were asked."""
    groups = dict.fromkeys(row.population for row in rows)
    return "; ".join(_group(group, [row for row in rows if row.population == group]) for group in groups)


def _group(population: str, rows: Sequence[Published]) -> str:
    counts = [
        f"{row.numerator:,} of {row.denominator:,}" for row in rows if row.numerator is not None and row.denominator
    ]
    if len(counts) == len(rows):
        return f"{', '.join(counts)} {population}"
    asked = sorted({row.denominator for row in rows if row.denominator})
    return f"{' and '.join(f'{n:,}' for n in asked)} {population}" if asked else f"{population} (number not published)"


def draw(figure: Figure, published: Mapping[str, Published]) -> bytes:
    """One figure of a case as SVG: a horizontal bar a row, its label above it and its value at the mark.

    Raises:
        ValueError: a row is unknown or is no percentage, or labels and rows differ in number.
    """
    if len(figure.rows) != len(figure.labels):
        raise ValueError(f"{figure.figure}: expected {len(figure.rows)} labels, found {len(figure.labels)}; one a row")
    rows = [_percentage(figure.figure, name, published) for name in figure.rows]
    labels = [textwrap.wrap(label, LINE_CHARACTERS) for label in figure.labels]
    return _bars(labels, rows)


def _percentage(figure: str, name: str, published: Mapping[str, Published]) -> Published:
    row = published.get(name)
    if row is None or row.unit != "percent":
        found = "no such row" if row is None else f"a value in {row.unit}"
        raise ValueError(f"{figure}: expected {name} to be a percentage in {PUBLISHED_FILE}, found {found}")
    return row


def _bars(labels: Sequence[Sequence[str]], rows: Sequence[Published]) -> bytes:
    heights = [len(lines) * LINE + BAR + GAP for lines in labels]
    height = 2 * MARGIN + sum(heights) - GAP
    drawing, axes = canvas(WIDTH, height)
    drawing.patch.set_facecolor(PAPER)
    top = float(MARGIN)
    for lines, row, used in zip(labels, rows, heights, strict=True):
        _bar(axes, lines, row, top)
        top += used
    return to_svg(drawing)


def _bar(axes: Axes, lines: Sequence[str], row: Published, top: float) -> None:
    from matplotlib.patches import Rectangle

    for number, line in enumerate(lines):
        axes.text(MARGIN, top + number * LINE + TEXT, line, color=INK, size=TEXT, parse_math=False)
    top += len(lines) * LINE + 4
    whole = WIDTH - 2 * MARGIN - VALUE_ROOM
    length = whole * float(row.value) / 100
    for long, color in ((whole, TRACK), (length, ACCENT)):
        axes.add_patch(Rectangle((MARGIN, top), long, BAR - 4, facecolor=color, clip_on=False))
    axes.text(MARGIN + length + 8, top + BAR - 7, row.printed, color=INK, size=TEXT, weight="bold", parse_math=False)


def canvas(width: float, height: float) -> tuple[Drawing, Axes]:
    """An empty drawing with one frameless plane over all of it; units are pixels, counted down from the top left."""
    from matplotlib.figure import Figure as Drawing

    drawing = Drawing(figsize=(width / 72, height / 72), dpi=72, facecolor="none")
    axes = drawing.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_axis_off()
    axes.set_xlim(0, width)
    axes.set_ylim(height, 0)
    return drawing, axes


def to_svg(drawing: Drawing) -> bytes:
    """A drawing as SVG: the same bytes for the same drawing, sizes in pixels, text in the reader's own sans."""
    from matplotlib import rc_context

    buffer = io.BytesIO()
    nothing = {"Date": None, "Creator": None, "Format": None, "Type": None}
    with rc_context({"svg.hashsalt": "eprofessionalism", "svg.fonttype": "none", "path.simplify": False}):
        drawing.savefig(buffer, format="svg", metadata=nothing, facecolor=drawing.get_facecolor())
    text = buffer.getvalue().decode()
    text = text[text.index("<svg") :]
    text = re.sub(r'(<svg[^>]*?) width="([0-9.]+)pt" height="([0-9.]+)pt"', r'\1 width="\2" height="\3"', text)
    text = re.sub(r"font-family: [^;\"]*", f"font-family: {SANS}", text)
    text = re.sub(r' transform="rotate\(-0 [^"]*"', "", text)
    return (text.replace("\r\n", "\n").rstrip() + "\n").encode()
