"""What a report is made of, whatever it is written as: the page, the PDF and the CSV files hold the same parts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, TypeAlias

import pandas as pd

from eprofessionalism_graders.cohort.figures.base import Plot

LONG = 24
"""A cell of more letters is read as a text, and its column needs room for some words a line."""

MANY = 7
"""A table of more columns takes the whole width of the page."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column that the page shows: its name in the frame, what it is called, and the format of its numbers.

    A format is one of Python's, such as `.0f` or `+.1f`; text has none. A missing value is a dash.
    """

    name: str
    title: str
    format: str = ""

    def shown(self, value: Any) -> str:
        """A value as a reader sees it."""
        if pd.isna(value):
            return "–"
        return format(value, self.format).replace("-", "−") if self.format else str(value)


@dataclass(frozen=True, slots=True)
class Table:
    """Numbers as a table. `name` is the stem of its CSV file, which has the whole frame; `columns` are those shown.

    The first column heads the rows. A `folded` table stands behind its caption until somebody opens it.
    """

    name: str
    caption: str
    frame: pd.DataFrame
    columns: tuple[Column, ...]
    folded: bool = True

    def rows(self) -> Iterator[tuple[str, ...]]:
        """The cells as a reader sees them."""
        for row in self.frame.to_dict("records"):
            yield tuple(column.shown(row[column.name]) for column in self.columns)

    @property
    def kinds(self) -> tuple[str, ...]:
        """What stands in each column: `num` for numbers, `text` for texts, an empty word for a word or two."""
        shown = list(zip(*self.rows(), strict=True)) or [()] * len(self.columns)
        return tuple(
            "num" if column.format else "text" if any(len(cell) > LONG for cell in cells) else ""
            for column, cells in zip(self.columns, shown, strict=True)
        )


def filled(columns: Sequence[Column], frame: pd.DataFrame) -> tuple[Column, ...]:
    """Those of some columns in which anything stands: a column of dashes says nothing."""
    return tuple(one for one in columns if frame[one.name].notna().any())


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture with a caption that says how to read it; `name` is the stem of its CSV file.

    A table of the section that has the same name holds its numbers, and stands in place of the picture's own table. A
    `folded` picture stands behind its caption until somebody opens it; it must have one.
    """

    name: str
    caption: str
    plot: Plot
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """A paragraph. `caution` is whether it warns; with a `title` it stands behind that until somebody opens it."""

    text: str
    caution: bool = False
    title: str = ""


Block: TypeAlias = Table | Figure | Note


def _is_wide(block: Block) -> bool:
    return isinstance(block, Table) and len(block.columns) > MANY


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report: what was found, in a sentence, and what it rests on.

    Args:
        id: the anchor on the page, lower-case words with hyphens.
        title: what was found, in a few words without a full stop.
        lead: one to three sentences: how it was reckoned and how far it can be trusted.
        blocks: tables, figures and notes, in order.
        answer: the one sentence of it that a director must read, for the first screen; empty where there is none.
        folded: whether all but title and lead stand behind a fold.
    """

    id: str
    title: str
    lead: str
    blocks: tuple[Block, ...] = ()
    answer: str = ""
    folded: bool = False

    @property
    def runs(self) -> Iterator[tuple[bool, list[Block]]]:
        """Its blocks in order, those that stand together at a time, and whether they take the page's whole width."""
        for is_wide, blocks in groupby(self.blocks, _is_wide):
            yield is_wide, list(blocks)

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Its pictures."""
        return tuple(block for block in self.blocks if isinstance(block, Figure))

    @property
    def tables(self) -> tuple[Table, ...]:
        """Its tables."""
        return tuple(block for block in self.blocks if isinstance(block, Table))


@dataclass(frozen=True, slots=True)
class Answer:
    """One of the answers that come first.

    Args:
        question: what a director asks.
        text: the answer, in a sentence or two.
        link: where more of it stands: an anchor on the page or a file beside it; empty where there is no more.
        more: what stands there, in a few words.
    """

    question: str
    text: str
    link: str = ""
    more: str = ""

    @property
    def first(self) -> str:
        """Its first sentence, which has to be enough."""
        return self._parts[0]

    @property
    def rest(self) -> str:
        """What follows, which one may leave out."""
        return self._parts[1] if len(self._parts) > 1 else ""

    @property
    def _parts(self) -> list[str]:
        return re.split(r"(?<=[^.][.?!]) (?=[A-Z“])|(?<=[a-z]{2}[.?!]) (?=[0-9])", self.text, maxsplit=1)


@dataclass(frozen=True, slots=True)
class Share:
    """A part of the whole cohort, in the order of a bar: how many, and what they have done."""

    count: int
    name: str


@dataclass(frozen=True, slots=True)
class Report:
    """All that a report says, whatever it is written as; it names no learner.

    Args:
        title: of the offering.
        about: due date, pass mark, and up to when the answers are.
        answers: what is said first.
        progress: the cohort in parts: finished, begun, not begun.
        notes: what is missing from it, or was not as it should be.
        sections: the evidence.
        caution: what has to be known before any of it; empty where there is nothing.
    """

    title: str
    about: str
    answers: tuple[Answer, ...]
    progress: tuple[Share, Share, Share]
    notes: tuple[str, ...]
    sections: tuple[Section, ...]
    caution: str = ""
