"""`report.pdf`: the report on paper, from the same objects as the page. Pictures stay drawings, their words stay words.

The same report gives the same bytes. Its letters are DejaVu's and STIX's, which matplotlib brings: both may be put into
a document, and know what names and titles are written with in Europe.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from fpdf import XPos, YPos

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
    WIDE,
    one_line,
)
from eprofessionalism_graders.cohort.paper import BODY, HEAD, LEAD, SMALL, TITLE, Paper, table

if TYPE_CHECKING:
    from fpdf.outline import OutlineSection

DRAWN, SHOWN = float(WIDE), 136.0
"""Pictures are drawn so many pixels wide, and stand so many millimetres wide: their letters are as the text's."""

HIGHEST = 205.0
"""A taller picture, in millimetres, is made smaller: it has to stand on one page with its heading."""

SMALLER = 12.5
"""Letters in pictures, for `TEXT` of the page: DejaVu runs wider than what a page is read in."""

NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)
"""What a document without answers is dated: it has to be dated somehow, and the day it was made is no part of it."""


def written(report: Report, date: datetime | None = None) -> bytes:
    """The report as PDF.

    Args:
        report: what it says.
        date: of the last answer, which the document is dated with.
    """
    report = replace(report, title=one_line(report.title))  # a foot and a bookmark are one line
    paper = Paper(report.title)
    paper.set_creation_date(date or NO_DATE)
    _first_page(paper, report)
    for section in report.sections:
        _section(paper, section)
    return bytes(paper.output())


# ---- The first page --------------------------------------------------------------------------------------------------


def _first_page(paper: Paper, report: Report) -> None:
    paper.start_section(report.title)
    paper.write_in("sans", BODY, WARM, bold=True)
    paper.say("Cohort report · No learner is named here", after=1)
    paper.write_in("serif", TITLE, bold=True)
    paper.say(report.title, after=1)
    paper.write_in("sans", BODY, SOFT)
    paper.say(report.about, after=4)
    for number, answer in enumerate(report.answers):
        _answer(paper, answer, report.progress if number == 0 else ())
    for note in report.notes:
        _note(paper, Note(note, caution=True))
    if report.sections:
        paper.insert_toc_placeholder(lambda _, outline: _contents(paper, outline))


def _answer(paper: Paper, answer: Answer, progress: Sequence[Share]) -> None:
    paper.rule()
    paper.ln(2)
    paper.write_in("sans", SMALL, WARM, bold=True)
    paper.say(answer.question, after=0.5)
    paper.write_in("serif", LEAD)
    paper.say(answer.first)
    if answer.rest:
        paper.write_in("sans", BODY, SOFT)
        paper.say(answer.rest)
    if progress:
        _progress(paper, progress)


def _progress(paper: Paper, parts: Sequence[Share]) -> None:
    """A bar cut by how far the learners are, and its key; the three differ in ground and edge."""
    total, left = sum(part.count for part in parts) or 1, paper.l_margin
    looks = ((ACCENT, ACCENT), (WARM_WASH, WARM), (SURFACE, EDGE))
    paper.set_line_width(0.4)
    for part, (face, edge) in zip(parts, looks, strict=True):
        wide = paper.epw * part.count / total
        paper.set_fill_color(face)
        paper.set_draw_color(edge)
        if part.count:
            paper.rect(left + 0.2, paper.y, max(wide - 1, 0.6), 4, style="DF")
        left += wide
    paper.ln(6)
    paper.write_in("sans", BODY, SOFT)
    paper.say(" · ".join(f"{part.count} {part.name}" for part in parts))


def _contents(paper: Paper, outline: list[OutlineSection]) -> None:
    """What was found, and on which page."""
    paper.ln(3)
    paper.write_in("sans", SMALL, WARM, bold=True)
    paper.say("What was found", after=1)
    paper.write_in("sans", BODY)
    for entry in outline[1:]:
        if entry.level == 0:
            link = paper.add_link(page=entry.page_number)
            paper.cell(paper.epw - 12, 5.4, paper.fitting(entry.name, paper.epw - 14), link=link)
            paper.cell(12, 5.4, str(entry.page_number), align="R", link=link, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    paper.ln(2)
    paper.write_in("sans", SMALL, SOFT)
    paper.say("The numbers behind the pictures, and every question, stand in index.html and in the files beside it.")


# ---- Parts -----------------------------------------------------------------------------------------------------------


def _section(paper: Paper, section: Section) -> None:
    pictures = {figure.name: _Picture(figure) for figure in section.figures}
    first = section.blocks[0] if section.blocks else None
    _heading(paper, section.title, 45 + (pictures[first.name].tall if isinstance(first, Figure) else 0))
    paper.write_in("sans", BODY, SOFT)
    paper.say(section.lead, after=3)
    for block in section.blocks:
        if isinstance(block, Figure) and not block.folded:
            _figure(paper, block, pictures[block.name])
        elif isinstance(block, Note | Table):
            _block(paper, block)


def _heading(paper: Paper, title: str, below: float) -> None:
    """A heading, on a new page where what belongs below it has no room on this one."""
    paper.ln(5)
    paper.room(below)
    paper.rule(EDGE)
    paper.ln(2)
    paper.start_section(one_line(title))
    paper.write_in("serif", HEAD, bold=True)
    paper.say(title, after=1)


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


def _figure(paper: Paper, figure: Figure, picture: _Picture) -> None:
    paper.room(picture.tall + 12)
    paper.write_in("sans", BODY, SOFT)
    if figure.caption:
        paper.say(figure.caption, after=1)
    paper.image(io.BytesIO(picture.svg), w=picture.wide, h=picture.tall, alt_text=figure.plot.alt)
    paper.ln(4)


class _Picture:
    """A figure as a drawing for paper, and how wide and tall it stands there, in millimetres."""

    def __init__(self, figure: Figure) -> None:
        svg = figure.plot.svg(DRAWN).decode().replace(SANS, "sans")
        self.svg = svg.replace(f"font-size: {TEXT}px", f"font-size: {SMALLER}px").encode()
        tall = float(svg.split('height="', 1)[1].split('"', 1)[0]) * SHOWN / DRAWN
        scale = min(1.0, HIGHEST / tall)
        self.wide, self.tall = SHOWN * scale, tall * scale


def _frame(paper: Paper, shown: Table) -> None:
    """A table as the page shows it."""
    titles, right = [column.title for column in shown.columns], [bool(column.format) for column in shown.columns]
    table(paper, shown.caption, titles, shown.rows(), right)
