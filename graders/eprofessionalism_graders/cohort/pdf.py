"""`report.pdf`: the report on paper, from the same objects as the page. Pictures stay drawings, their words stay words.

The same report gives the same bytes. Its letters are DejaVu's and STIX's, which matplotlib brings: both may be put into
a document, and know what names and titles are written with in Europe.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from eprofessionalism.authoring.figures import SANS
from eprofessionalism_graders.cohort.document import Answer, Figure, Note, Report, Section, Share, Table
from eprofessionalism_graders.cohort.figures.base import (
    ACCENT,
    EDGE,
    SOFT,
    SURFACE,
    TEXT,
    WARM,
    WARM_WASH,
    one_line,
)
from eprofessionalism_graders.cohort.paper import BODY, HEAD, LEAD, SMALL, TITLE, Paper, table
from eprofessionalism_graders.cohort.words import Step, capital

DRAWN = 780.0
"""Pictures are drawn so many pixels wide, and stand as wide as the text: their letters are of 8 points."""

HIGHEST = 200.0
"""A taller picture, in millimetres, is made smaller: it has to stand on one page with its heading."""

SMALLER = 12.8
"""Letters in pictures, in pixels, for `TEXT` of the page: DejaVu runs wider than what a page is read in."""

GUTTER = 7.0
"""Millimetres between the two columns of answers, and `INDENT` before what could be done next."""

INDENT = 6.0

FOR_WHOM = "For the course director; may contain answers of the test · No learner is named here"
"""What stands first: a printed report is easily left where learners see it."""

NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)
"""What a document without answers is dated: it has to be dated somehow, and the day it was made is no part of it."""


def written(report: Report, date: datetime | None = None, steps: Sequence[Step] = ()) -> bytes:
    """The report as PDF.

    Args:
        report: what it says.
        date: of the last answer, which the document is dated with.
        steps: what could be done next.
    """
    report = replace(report, title=one_line(report.title))  # a foot and a bookmark are one line
    paper = Paper(report.title)
    paper.set_creation_date(date or NO_DATE)
    _first_page(paper, report, steps)
    for section in report.sections:
        _section(paper, section)
    return bytes(paper.output())


# ---- The first page --------------------------------------------------------------------------------------------------


def _first_page(paper: Paper, report: Report, steps: Sequence[Step]) -> None:
    paper.start_section(report.title)
    paper.write_in("sans", BODY, WARM, bold=True)
    paper.say(FOR_WHOM, after=1)
    if report.caution:
        paper.say(report.caution, after=1)
    paper.write_in("serif", TITLE, bold=True)
    paper.say(report.title, after=1)
    paper.write_in("sans", BODY, SOFT)
    paper.say(report.about, after=4)
    parts = [report.progress, *[()] * len(report.answers)]
    answers = [partial(_answer, paper, *pair) for pair in zip(report.answers, parts, strict=False)]
    for first in range(0, len(answers), 2):
        paper.beside(answers[first : first + 2], GUTTER)
    for note in report.notes:
        _note(paper, Note(note, caution=True))
    if steps:
        _steps(paper, steps)


def _answer(paper: Paper, answer: Answer, progress: Sequence[Share]) -> None:
    paper.rule()
    paper.ln(2)
    paper.write_in("sans", SMALL, WARM, bold=True)
    paper.say(answer.question, after=0.5)
    paper.write_in("serif", LEAD)
    paper.say(answer.first, after=1.5)
    if progress:
        _progress(paper, progress)
    if answer.rest:
        paper.write_in("sans", BODY, SOFT)
        paper.say(answer.rest)


def _steps(paper: Paper, steps: Sequence[Step]) -> None:
    """What could be done next, numbered."""
    paper.rule(EDGE)
    paper.ln(2)
    paper.write_in("serif", HEAD, bold=True)
    paper.say("What you could do next", after=1)
    for number, step in enumerate(steps, start=1):
        paper.room(12)
        paper.write_in("serif", LEAD, WARM, bold=True)
        paper.cell(INDENT, paper.font_size, f"{number}.")
        with paper.within(paper.l_margin + INDENT, paper.r_margin):
            paper.write_in("sans", BODY, bold=True)
            paper.add(capital(step.what))
            paper.write_in("sans", BODY)
            paper.add(step.how)
            paper.ln()
        paper.ln(1.5)


def _progress(paper: Paper, parts: Sequence[Share]) -> None:
    """A bar cut by how far the learners are, and its key; the three differ in ground and edge, as on the page."""
    total, left = sum(part.count for part in parts) or 1, paper.l_margin
    looks = ((ACCENT, ACCENT, 0), (WARM_WASH, WARM, 0), (SURFACE, EDGE, 1))
    paper.set_line_width(0.4)
    for part, (face, edge, dash) in zip(parts, looks, strict=True):
        wide = paper.epw * part.count / total
        paper.set_fill_color(face)
        paper.set_draw_color(edge)
        paper.set_dash_pattern(dash)
        if part.count:
            paper.rect(left + 0.2, paper.y, max(wide - 1, 0.6), 4, style="DF")
        left += wide
    paper.set_dash_pattern()
    paper.ln(6)
    paper.write_in("sans", BODY, SOFT)
    paper.say(" · ".join(f"{part.count} {part.name}" for part in parts))


# ---- Parts -----------------------------------------------------------------------------------------------------------


def _section(paper: Paper, section: Section) -> None:
    shown = [block for block in section.blocks if not (isinstance(block, Figure) and block.folded)]
    pictures = {block.name: _Picture(block, paper.epw) for block in shown if isinstance(block, Figure)}
    first = shown[0] if shown else None
    _heading(paper, section, 24 if not isinstance(first, Figure) else pictures[first.name].room(paper))
    for block in shown:
        if isinstance(block, Figure):
            _figure(paper, pictures[block.name])
        else:
            _block(paper, block)


def _heading(paper: Paper, section: Section, below: float) -> None:
    """Heading and lead, on a new page where they and what stands below have no room on this one."""
    paper.write_in("sans", BODY)
    lead = paper.tall(section.lead)
    paper.write_in("serif", HEAD, bold=True)
    paper.room(12 + paper.tall(section.title) + lead + below)
    if paper.y > paper.t_margin:
        paper.ln(5)
    paper.rule(EDGE)
    paper.ln(2)
    paper.start_section(one_line(section.title))
    paper.say(section.title, after=1)
    paper.write_in("sans", BODY, SOFT)
    paper.say(section.lead, after=3)


def _block(paper: Paper, block: Note | Table) -> None:
    """A note, or a table that stands open; what is folded stands on the page alone, and in its CSV file."""
    match block:
        case Note(title=""):
            _note(paper, block)
        case Table(folded=False):
            _frame(paper, block)


def _note(paper: Paper, note: Note) -> None:
    paper.write_in("sans", BODY)
    paper.say(f"Mind: {note.text}" if note.caution else note.text, after=3)


def _figure(paper: Paper, picture: _Picture) -> None:
    paper.room(picture.room(paper))
    paper.write_in("sans", BODY, SOFT)
    if picture.caption:
        paper.say(picture.caption, after=1)
    paper.image(io.BytesIO(picture.svg), w=picture.wide, h=picture.tall, alt_text=picture.alt)
    paper.ln(4)


class _Picture:
    """A figure as a drawing for paper, and how wide and tall it stands there, in millimetres."""

    def __init__(self, figure: Figure, wide: float) -> None:
        self.caption, self.alt = figure.caption, figure.plot.alt
        svg = figure.plot.svg(DRAWN).decode().replace(SANS, "sans")
        # A size without a unit is in the drawing's own; a pixel would be three quarters of that to fpdf2.
        self.svg = svg.replace(f"font-size: {TEXT}px", f"font-size: {SMALLER}").encode()
        tall = float(svg.split('height="', 1)[1].split('"', 1)[0]) * wide / DRAWN
        scale = min(1.0, HIGHEST / tall)
        self.wide, self.tall = wide * scale, tall * scale

    def room(self, paper: Paper) -> float:
        """How many millimetres it needs with its caption."""
        paper.write_in("sans", BODY)
        return self.tall + 1 + (paper.tall(self.caption) if self.caption else 0)


def _frame(paper: Paper, shown: Table) -> None:
    """A table as the page shows it."""
    titles, right = [column.title for column in shown.columns], [bool(column.format) for column in shown.columns]
    table(paper, shown.caption, titles, shown.rows(), right)
