"""The roster of an offering: `roster.csv` with the columns `id,last_name,first_name,email,group`; `id` is required.

Ids become folder names, so nothing but what the contract allows gets past this module.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from eprofessionalism.authoring.findings import Finding, FindingsError
from eprofessionalism_graders.cells import original

ROSTER_FILE = "roster.csv"
COLUMNS = ("id", "last_name", "first_name", "email", "group")
COLUMN = 128  # characters that a name has room for in nbgrader's gradebook
_ID = re.compile(r"[A-Za-z0-9._@-]{1,64}")


@dataclass(frozen=True, slots=True)
class Learner:
    """One line of the roster."""

    id: str
    last_name: str = ""
    first_name: str = ""
    email: str = ""
    group: str = ""


def is_id(text: str) -> bool:
    """Whether a learner may be called so: letters, digits and `._@-`, at most 64 of them, and not dots alone."""
    return _ID.fullmatch(text) is not None and text.strip(".") != ""


def read_roster(path: Path) -> list[Learner]:
    """Read a roster as spreadsheets write it: a byte order mark and Windows line ends are fine.

    Raises:
        FindingsError: everything that is wrong with it, each with its line.
    """
    name = str(path)
    rows = list(_rows(path, name))
    header = rows[0] if rows else (1, [])
    findings = list(_header_findings(name, *header))
    if findings:
        raise FindingsError(findings)
    learners: dict[str, tuple[int, Learner]] = {}
    for line, cells in rows[1:]:
        findings += _row_findings(name, line, cells, header[1], learners)
    if not learners and not findings:
        findings.append(Finding(name, 1, "roster", "at least one learner", "none", "add a line for each learner"))
    if findings:
        raise FindingsError(findings)
    return [learner for _, learner in learners.values()]


def _rows(path: Path, name: str) -> Iterator[tuple[int, list[str]]]:
    """The lines that are not empty, with the number of the line on which each ends, and their cells trimmed.

    A cell that we made neutral for spreadsheets, as `forms.csv` has them, is read as what it was.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
        reader = csv.reader(text.splitlines(keepends=True), strict=True)
        for row in reader:
            trimmed = [original(cell.strip()).strip() for cell in row]
            if any(trimmed):
                yield reader.line_num, trimmed
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        remedy = "save it from the spreadsheet as “CSV UTF-8”, separated by commas"
        raise FindingsError([Finding(name, 1, "roster", "a CSV file in UTF-8", str(error), remedy)]) from error


def _header_findings(name: str, line: int, header: list[str]) -> Iterator[Finding]:
    expected = "the columns " + ",".join(COLUMNS)
    if "id" not in header:
        found = ",".join(header) or "an empty file"
        yield Finding(name, line, "columns", expected, found, "begin with a line of column names; only id is required")
        return
    for column in dict.fromkeys(header):
        if column not in COLUMNS:
            yield Finding(name, line, "columns", expected, f"“{column}”", "take this column out")
        elif header.count(column) > 1:
            yield Finding(name, line, "columns", "each column once", f"“{column}” again", "take one of them out")


def _row_findings(
    name: str, line: int, cells: list[str], header: list[str], learners: dict[str, tuple[int, Learner]]
) -> Iterator[Finding]:
    """Add one learner, or say what is wrong with the line."""
    if len(cells) > len(header):
        found = f"{len(cells)} cells"
        yield Finding(name, line, "row", f"at most {len(header)} cells", found, "put text that holds a comma in quotes")
        return
    learner = Learner(**dict(zip(header, cells, strict=False)))
    if not is_id(learner.id):
        expected = "an id of 1 to 64 letters, digits or ._@- and not of dots alone"
        yield Finding(name, line, "id", expected, f"“{learner.id}”", "give this learner another id")
        return
    key = learner.id.casefold()
    if key in learners:
        first, other = learners[key]
        found = f"“{learner.id}” after “{other.id}” on line {first}"
        yield Finding(name, line, "id", "ids that differ regardless of case", found, "change one of the two")
        return
    yield from _width_findings(name, line, learner)
    learners[key] = (line, learner)


def _width_findings(name: str, line: int, learner: Learner) -> Iterator[Finding]:
    """What the gradebook has no room for: an SQLite file takes it nevertheless, a database server does not."""
    for column in ("last_name", "first_name", "email"):
        text: str = getattr(learner, column)
        if len(text) > COLUMN or "\0" in text:
            found = "a null character" if "\0" in text else f"{len(text)}"
            yield Finding(name, line, column, f"at most {COLUMN} characters of text", found, "shorten or correct it")
