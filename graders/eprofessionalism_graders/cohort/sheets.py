"""Every table and figure of a report as a CSV file: the numbers that a reader may want to go on with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import pandas as pd

from eprofessionalism_graders import cells
from eprofessionalism_graders.cohort.document import Figure, Section, Table
from eprofessionalism_graders.cohort.tables import csv_text

_Block = TypeVar("_Block", Table, Figure)

FOLDER = "tables"
"""The folder of a report in which they lie."""


def place(name: str) -> str:
    """Where the file of a table or figure lies, from the page."""
    return f"{FOLDER}/{name}.csv"


def anchor(name: str) -> str:
    """Where a table stands on the page: what a link names, which opens a fold that it stands in."""
    return f"table-{name}"


def files(sections: Iterable[Section]) -> dict[str, str]:
    """The content of each file, by its place; a figure that has the name of a table shows the table's numbers.

    Raises:
        ValueError: two tables or two figures have one name.
    """
    listed = list(sections)
    figures = _named(figure for section in listed for figure in section.figures)
    tables = _named(table for section in listed for table in section.tables)
    both: dict[str, Table | Figure] = {**figures, **tables}
    return {place(name): _text(block) for name, block in both.items()}


def _named(blocks: Iterable[_Block]) -> dict[str, _Block]:
    found: dict[str, _Block] = {}
    for block in blocks:
        if block.name in found:
            raise ValueError(f"{block.name}: expected one table or figure of this name, found two; name one otherwise")
        found[block.name] = block
    return found


def _text(block: Table | Figure) -> str:
    if isinstance(block, Figure):
        return cells.written([block.plot.columns, *block.plot.rows])
    return csv_text(plain(block.frame))


def plain(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with all that is neither number nor yes-or-no as text, so that it is made harmless as text."""
    kinds = frame.dtypes.items()
    return frame.astype({name: "string" for name, kind in kinds if not pd.api.types.is_numeric_dtype(kind)})
