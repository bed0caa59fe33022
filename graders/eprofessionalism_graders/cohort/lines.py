"""The lines of a small CSV file that an instructor has written, and what is wrong with it as a table."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path

from eprofessionalism.authoring.findings import Finding, FindingsError
from eprofessionalism_graders.cells import original

FEW = 5
"""So many mistakes of one kind are named one by one; of more, the first and their number."""

_SAVE = "save it from the spreadsheet as “CSV UTF-8”, separated by commas"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a CSV file: the number of the line it ends on, and its cells by column."""

    number: int
    cells: Mapping[str, str]


def read(path: Path, named: Collection[str]) -> tuple[list[str], list[Line]]:
    """The header of a CSV file as spreadsheets write it, and its lines that are not empty, cells trimmed.

    Args:
        path: of the file.
        named: columns whose names count in large letters too.

    Raises:
        FindingsError: it is no CSV file in UTF-8, or a line has more cells than the header.
    """
    full = [(number, cells) for number, cells in _rows(path, _text(path)) if any(cells)]
    header = full[0][1] if full else []
    while header and not header[-1]:  # empty columns that a spreadsheet left at the end
        header = header[:-1]
    for mark, name in ((";", "semicolons"), ("\t", "tabs")):
        if len(header) == 1 and mark in header[0]:
            raise FindingsError([Finding(str(path), 1, "columns", "cells parted by commas", f"{name}", _SAVE)])
    header = [name.lower() if name.lower() in named else name for name in header]
    found = [_too_long(path, number, len(header)) for number, cells in full[1:] if any(cells[len(header) :])]
    if found:
        raise FindingsError(brief(found))
    lines = [Line(number, dict(zip_longest(header, cells[: len(header)], fillvalue=""))) for number, cells in full[1:]]
    return header, lines


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = "letters that are not UTF-8"
        raise FindingsError([Finding(str(path), 1, "file", "a CSV file in UTF-8", found, _SAVE)]) from error
    except OSError as error:
        found, remedy = error.strerror or str(error), "see that it is a file that you may read"
        raise FindingsError([Finding(str(path), 1, "file", "a CSV file in UTF-8", found, remedy)]) from error


def _rows(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    reader, last = csv.reader(text.splitlines(keepends=True), strict=True), 0
    try:
        for row in reader:
            last = reader.line_num
            yield last, [original(cell.strip()).strip() for cell in row]
    except csv.Error as error:
        found = f"a quotation mark where none can be, or one that is not closed ({error})"
        remedy = "take the quotation marks of this line out"
        raise FindingsError([Finding(str(path), last + 1, "row", "cells parted by commas", found, remedy)]) from error


def _too_long(path: Path, number: int, columns: int) -> Finding:
    expected, remedy = f"at most {columns} cells, as the first line has", "part cells by commas, and numbers by points"
    return Finding(str(path), number, "row", expected, "more", remedy)


def wrong(path: Path, line: Line, column: str, expected: str, remedy: str) -> Finding:
    """What is wrong with a cell."""
    return Finding(str(path), line.number, column, expected, f"“{line.cells[column]}”", remedy)


def absent(path: Path, header: Sequence[str], needed: Sequence[str], expected: str) -> Iterator[Finding]:
    """Columns that must be there and are not, in one finding."""
    missing = [name for name in needed if name not in header]
    if missing:
        found = f"no {' and no '.join(missing)}" if header else "an empty file"
        yield Finding(str(path), 1, "columns", expected, found, "name the columns so in the first line")


def doubled(path: Path, header: Sequence[str]) -> Iterator[Finding]:
    """Columns without a name, or with that of another."""
    for name in dict.fromkeys(header):
        if not name or header.count(name) > 1:
            expected, remedy = "each column once, with a name", "give every column a name of its own"
            yield Finding(str(path), 1, "columns", expected, f"“{name}”", remedy)


def brief(findings: Iterable[Finding]) -> list[Finding]:
    """The findings; of many mistakes of one kind in a file, the first, which says how many more there are."""
    kinds: dict[tuple[str, str, str], list[Finding]] = defaultdict(list)
    for finding in sorted(findings):
        kinds[finding.file, finding.expected, finding.remedy].append(finding)
    return [told for kind in kinds.values() for told in (kind if len(kind) <= FEW else [_first(kind)])]


def _first(kind: Sequence[Finding]) -> Finding:
    return replace(kind[0], found=f"{kind[0].found}, and {len(kind) - 1} more like it")
