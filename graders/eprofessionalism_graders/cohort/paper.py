"""Paper: A4 pages with our margins and letters, and what stands on them whatever it says: paragraphs and tables."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fpdf import FPDF, FontFace, XPos, YPos
from fpdf.enums import MethodReturnValue
from fpdf.prefs import ViewerPreferences

from eprofessionalism_graders.cohort.figures.base import HAIR, INK, SOFT, one_line

# A letter that our fonts lack is a box on paper; the guide says so, and nobody needs a line in the terminal for each.
logging.getLogger("fpdf.output").setLevel(logging.ERROR)

FONTS = {
    ("sans", ""): "DejaVuSans.ttf",
    ("sans", "B"): "DejaVuSans-Bold.ttf",
    ("serif", ""): "STIXGeneral.ttf",
    ("serif", "B"): "STIXGeneralBol.ttf",
}
SIDE, TOP, BOTTOM = 18.0, 16.0, 28.0
"""Margins in millimetres: nothing is lost where the page, A4, is printed on the shorter and wider letter paper."""

GAP = 3.0
"""Millimetres between the columns of a table."""

LEADING = 1.4
"""From one line to the next, for the size of the letters."""

WHOLE = 50.0
"""A paragraph of fewer millimetres is not cut by the end of a page."""

MOST_ROWS = 40
"""Rows of a table on paper. The longest have the rows first that need to be looked at; nobody reads on for pages."""

LONGEST_WORD = 45.0
"""A longer word, in millimetres, is broken: it would leave the other columns no room."""

SMALL, BODY, LEAD, HEAD, TITLE = 8.0, 8.5, 12.0, 15.0, 21.0
"""Sizes of letters in points."""


class Paper(FPDF):
    """Pages with our margins, letters and foot."""

    def __init__(self, title: str) -> None:
        super().__init__(format="A4")
        self.of = title
        self.set_margins(SIDE, TOP)
        self.c_margin = 0
        self.set_auto_page_break(auto=True, margin=BOTTOM)
        for (family, style), name in FONTS.items():
            self.add_font(family, style, _font(name))
        self.set_fallback_fonts(["sans"], exact_match=False)
        self.set_title(f"Cohort report: {title}")
        self.set_author("eprofessionalism")
        self.set_lang("en")
        self.viewer_preferences = ViewerPreferences(display_doc_title=True)
        self.set_display_mode("fullwidth")
        self.add_page()

    def footer(self) -> None:
        """The title and the number of the page."""
        self.set_y(-20)
        self.write_in("sans", SMALL, SOFT)
        self.cell(self.epw - 20, 5, self.of, new_x=XPos.RIGHT, new_y=YPos.TOP)
        self.cell(20, 5, str(self.page_no()), align="R")

    def write_in(self, family: str, size: float, color: str = INK, *, bold: bool = False) -> None:
        """Set letters and their colour."""
        self.set_font(family, "B" if bold else "", size)
        self.set_text_color(color)

    def say(self, text: str, *, after: float = 2.0) -> None:
        """A paragraph in the letters that are set, on one page unless it is very long."""
        tall = self.tall(text)
        if tall <= WHOLE:
            self.room(tall)
        self._paragraph(text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(after)

    def tall(self, text: str) -> float:
        """How many millimetres a paragraph takes in the letters that are set."""
        return float(self._paragraph(text, dry_run=True, output=MethodReturnValue.HEIGHT))

    def _paragraph(self, text: str, **how: Any) -> Any:
        return self.multi_cell(self.epw, self.font_size * LEADING, one_line(text), align="L", **how)

    def room(self, tall: float) -> None:
        """A new page, unless so many millimetres are left on this one or nothing stands on it."""
        if self.y > self.t_margin and self.will_page_break(tall):
            self.add_page(same=True)

    def rule(self, color: str = HAIR) -> None:
        """A line over the whole width."""
        self.set_draw_color(color)
        self.set_line_width(0.2)
        self.line(self.l_margin, self.y, self.w - self.r_margin, self.y)

    def add(self, text: str) -> None:
        """Words in the letters that are set, after those that stand in the line."""
        self.write(self.font_size * LEADING, f"{one_line(text)} ")

    @contextmanager
    def within(self, left: float, right: float) -> Iterator[None]:
        """Other margins for a while; what is written then stands in lines of its own."""
        before = self.l_margin, self.r_margin
        self.set_left_margin(left)
        self.set_right_margin(right)
        yield
        self.set_left_margin(before[0])
        self.set_right_margin(before[1])
        self.set_x(before[0])

    def beside(self, columns: Sequence[Callable[[], None]], gap: float) -> None:
        """What is written by each, in two columns beside each other; one that runs over the page has the next below."""
        wide = (self.epw - gap) / 2
        page, top, bottom = self.page, self.y, self.y
        for place, write in enumerate(columns):
            if self.page == page:
                self.set_y(top)
            with self.within(SIDE + place * (wide + gap), SIDE + (1 - place) * (wide + gap)):
                write()
            bottom = max(bottom, self.y) if self.page == page else self.y
        self.set_y(bottom)


def _font(name: str) -> Path:
    import matplotlib

    return Path(matplotlib.get_data_path()) / "fonts" / "ttf" / name


def table(
    paper: Paper, caption: str, titles: Sequence[str], rows: Iterable[Sequence[str]], right: Sequence[bool]
) -> None:
    """A table under its caption.

    Args:
        paper: where it stands.
        caption: what it shows.
        titles: of its columns.
        rows: its cells as a reader sees them; of more than `MOST_ROWS` the first.
        right: which columns are numbers, and stand on the right.
    """
    paper.room(24)
    paper.write_in("sans", SMALL, SOFT)
    paper.say(caption, after=0.5)
    cells = [tuple(map(one_line, row)) for row in (titles, *rows)]
    widths = _widths(paper, cells)
    left_out = len(cells) - 1 - MOST_ROWS
    paper.write_in("sans", SMALL)
    paper.set_draw_color(HAIR)
    with paper.table(
        borders_layout="HORIZONTAL_LINES",
        col_widths=widths,
        headings_style=FontFace(emphasis="BOLD", color=SOFT),
        line_height=paper.font_size * 1.35,
        padding=(0.6, GAP / 2),
        text_align=tuple("RIGHT" if number else "LEFT" for number in right),
        v_align="TOP",
        width=paper.epw,
    ) as lines:
        for row in cells[: 1 + MOST_ROWS]:
            lines.row(row)
    if left_out > 0:
        paper.say(f"{left_out} more rows stand in the page’s own table and in its CSV file.", after=0)
    paper.ln(4)


def _widths(paper: Paper, cells: Sequence[Sequence[str]]) -> tuple[float, ...]:
    """Each column as wide as its longest word needs, the rest shared by how much stands in them."""
    paper.write_in("sans", SMALL, bold=True)  # as the headings, which are the widest
    columns = list(zip(*cells, strict=True))
    least = [
        GAP + min(max(map(paper.get_string_width, " ".join(column).split()), default=0.0), LONGEST_WORD)
        for column in columns
    ]
    most = [GAP + max(map(paper.get_string_width, column)) for column in columns]
    wanted = [max(long - short, 0.1) for long, short in zip(most, least, strict=True)]
    spare = max(paper.epw - sum(least), 0)
    return tuple(short + spare * want / sum(wanted) for short, want in zip(least, wanted, strict=True))
