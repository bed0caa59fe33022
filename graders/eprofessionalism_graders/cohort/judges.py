"""What a standard-setting panel wrote down: `judges/ASSIGNMENT.csv` and `borderline.csv` beside an offering.

A file of ratings has the form of `docs/instructors/angoff-template.csv`: a line for each question and round, with a
column for each judge. A judge's column may be empty in a round, or in both; within a round it is whole or empty.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pandas as pd

from eprofessionalism.authoring.findings import Finding, FindingsError
from eprofessionalism.items import Item, ItemBank
from eprofessionalism_graders.cells import original

HEAD = ("question", "points", "round")
"""The first columns of a file of ratings; the others are judges."""

BORDERLINE = ("learner", "judge")
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
_ROUND = re.compile(r"[1-9]")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a CSV file: the number of the line it ends on, and its cells by column."""

    number: int
    cells: Mapping[str, str]


def read_judges(folder: Path, banks: Mapping[str, ItemBank]) -> dict[str, pd.DataFrame]:
    """The ratings of a panel by assignment: columns `question`, `points`, `round`, and one for each judge.

    `question` is its number on the page, from 1. Points that are left out are those of the question. Rounds in which
    nobody rated, and judges who rated in none, are left out; who left a round out has no ratings there.

    Args:
        folder: `judges` in the offering; nothing is read where there is none.
        banks: the questions by assignment.

    Raises:
        FindingsError: everything that is wrong with the files, each with its line and column.
    """
    found: dict[str, pd.DataFrame] = {}
    findings: list[Finding] = []
    for path in sorted(folder.glob("*.csv")):
        bank = banks.get(path.stem)
        if bank is None or not bank.is_test:
            tests = ", ".join(name for name, bank in banks.items() if bank.is_test) or "none here"
            expected, remedy = f"the name of a test of this offering ({tests})", "give the file the name of its test"
            findings.append(Finding(str(path), 1, "file name", expected, f"“{path.stem}”", remedy))
            continue
        try:
            found[path.stem] = _read_ratings(path, bank)
        except FindingsError as error:
            findings += error.findings
    if findings:
        raise FindingsError(findings)
    return found


def read_borderline(path: Path, learners: Container[str]) -> pd.DataFrame:
    """The learners whom a judge holds to be borderline: columns `learner` and `judge`, each pair once.

    Args:
        path: `borderline.csv` in the offering; without it there are no rows.
        learners: ids on the roster.

    Raises:
        FindingsError: everything that is wrong with the file, each with its line and column.
    """
    if not path.exists():
        return pd.DataFrame(columns=list(BORDERLINE), dtype="string")
    header, lines = _read(path)
    findings = list(_header_findings(path, header, BORDERLINE[:1], BORDERLINE))
    findings += [] if findings else [found for line in lines for found in _unknown(path, line, learners)]
    if findings:
        raise FindingsError(findings)
    rows = [(line.cells["learner"], line.cells.get("judge", "")) for line in lines]
    return pd.DataFrame(list(dict.fromkeys(rows)), columns=list(BORDERLINE), dtype="string")


def _unknown(path: Path, line: _Line, learners: Container[str]) -> Iterator[Finding]:
    if line.cells["learner"] not in learners:
        found, remedy = f"“{line.cells['learner']}”", "write the id as the roster has it, or take the line out"
        yield Finding(str(path), line.number, "learner", "the id of a learner on the roster", found, remedy)


# ---- Ratings ---------------------------------------------------------------------------------------------------------


def _read_ratings(path: Path, bank: ItemBank) -> pd.DataFrame:
    header, lines = _read(path)
    findings = list(_header_findings(path, header, HEAD))
    if findings:
        raise FindingsError(findings)
    judges, items = header[len(HEAD) :], _scored(bank)
    findings += _place_findings(path, lines, items)
    findings += [found for line in lines for found in _cell_findings(path, line, judges)]
    if findings:
        raise FindingsError(findings)
    by_round: dict[str, list[_Line]] = {}
    for line in lines:
        by_round.setdefault(line.cells["round"], []).append(line)
    kept: list[_Line] = []
    for rows in by_round.values():
        findings += _gaps(path, rows, judges, items)
        kept += rows if any(row.cells[judge] for row in rows for judge in judges) else []
    if not (kept or findings):
        expected, remedy = "ratings from 0 to 100", "enter those of each judge, or take the file away"
        findings.append(Finding(str(path), 2, "ratings", expected, "none", remedy))
    if findings:
        raise FindingsError(findings)
    return _frame(kept, judges, items)


def _scored(bank: ItemBank) -> dict[str, Item]:
    """The questions of a test that are scored by rule, by their number on the page."""
    return {str(place): item for place, item in enumerate(bank.items.values(), start=1) if not item.is_text}


def _place_findings(path: Path, lines: Sequence[_Line], items: Mapping[str, Item]) -> Iterator[Finding]:
    """What is wrong with question, points and round."""
    seen: dict[tuple[str, str], int] = {}
    for line in lines:
        question, round_ = line.cells["question"], line.cells["round"]
        if question not in items:
            expected = f"the number of a question, {min(items, key=int)} to {max(items, key=int)}"
            yield _wrong(path, line, "question", expected, "number the questions as the page does")
        elif not _has_points(line, items[question]):
            expected = f"{items[question].points:g}, as question {question} of the test has, or nothing"
            yield _wrong(path, line, "points", expected, "see whether the line is that of another question")
        if not _ROUND.fullmatch(round_):
            yield _wrong(path, line, "round", "1, 2 or another digit", "say in which round these ratings were given")
        first = seen.setdefault((question, round_), line.number)
        if first != line.number:
            expected = f"each question once a round (it is on line {first})"
            yield _wrong(path, line, "question", expected, "take one of the two lines out")


def _has_points(line: _Line, item: Item) -> bool:
    points = line.cells["points"]
    return not points or (bool(_NUMBER.fullmatch(points)) and abs(float(points) - item.points) < 1e-9)


def _cell_findings(path: Path, line: _Line, judges: Sequence[str]) -> Iterator[Finding]:
    """Ratings that are no number from 0 to 100."""
    for judge in judges:
        text = line.cells[judge]
        if text and not (_NUMBER.fullmatch(text) and float(text) <= 100):
            yield _wrong(
                path, line, judge, "a number from 0 to 100", "write it with a point and without a percent sign"
            )


def _gaps(path: Path, lines: Sequence[_Line], judges: Sequence[str], items: Mapping[str, Item]) -> Iterator[Finding]:
    """What is missing in a round in which somebody has rated: questions, and ratings of a judge who gave others."""
    if not any(line.cells[judge] for line in lines for judge in judges):
        return
    missing = sorted(items.keys() - {line.cells["question"] for line in lines}, key=int)
    round_ = lines[0].cells["round"]
    if missing:
        expected, found = f"every question in round {round_}", f"no line for {', '.join(missing)}"
        yield Finding(str(path), lines[-1].number, "question", expected, found, "add these lines, with every rating")
    for judge in judges:
        empty = [line for line in lines if not line.cells[judge]]
        if len(empty) < len(lines):
            expected = f"a rating for every question in round {round_}, or for none"
            remedy = "ask this judge for it, or empty the judge’s column in this round"
            yield from (_wrong(path, line, judge, expected, remedy) for line in empty)


def _frame(lines: Sequence[_Line], judges: Sequence[str], items: Mapping[str, Item]) -> pd.DataFrame:
    rated = [judge for judge in judges if any(line.cells[judge] for line in lines)]
    columns: dict[str, pd.Series[Any]] = {
        "question": pd.Series([int(line.cells["question"]) for line in lines], dtype="Int64"),
        "points": pd.Series([items[line.cells["question"]].points for line in lines], dtype="float64"),
        "round": pd.Series([int(line.cells["round"]) for line in lines], dtype="Int64"),
    }
    for judge in rated:
        columns[judge] = pd.Series([line.cells[judge] or None for line in lines], dtype="float64")
    return pd.DataFrame(columns).sort_values(["round", "question"], ignore_index=True)


# ---- Lines -----------------------------------------------------------------------------------------------------------


def _read(path: Path) -> tuple[list[str], list[_Line]]:
    """The header of a CSV file as spreadsheets write it, and its lines that are not empty, cells trimmed."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        reader = csv.reader(text.splitlines(keepends=True), strict=True)
        rows = [(reader.line_num, [original(cell.strip()).strip() for cell in row]) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        remedy = "save it from the spreadsheet as “CSV UTF-8”, separated by commas"
        raise FindingsError([Finding(str(path), 1, "file", "a CSV file in UTF-8", str(error), remedy)]) from error
    full = [(number, cells) for number, cells in rows if any(cells)]
    header = full[0][1] if full else []
    while header and not header[-1]:  # empty columns that a spreadsheet left at the end
        header = header[:-1]
    found = [_too_long(path, number, len(header)) for number, cells in full[1:] if any(cells[len(header) :])]
    if found:
        raise FindingsError(found)
    lines = [_Line(number, dict(zip_longest(header, cells[: len(header)], fillvalue=""))) for number, cells in full[1:]]
    return header, lines


def _too_long(path: Path, number: int, columns: int) -> Finding:
    expected, remedy = f"at most {columns} cells, as the first line has", "part cells by commas, and numbers by points"
    return Finding(str(path), number, "row", expected, "more", remedy)


def _header_findings(
    path: Path, header: Sequence[str], first: Sequence[str], allowed: Iterable[str] | None = None
) -> Iterator[Finding]:
    """Columns that are not there, stand twice, or are not known."""
    expected = "the columns " + ",".join([*first, "and one for each judge"] if allowed is None else allowed)
    found = ",".join(header) or "an empty file"
    if tuple(header[: len(first)]) != tuple(first) or (allowed is None and len(header) == len(first)):
        remedy = "begin with a line of column names, parted by commas"
        yield Finding(str(path), 1, "columns", expected, found, remedy)
        return
    for name in dict.fromkeys(header):
        if not name or header.count(name) > 1 or (allowed is not None and name not in allowed):
            remedy = "give every column a name of its own" if allowed is None else "take this column out"
            yield Finding(str(path), 1, "columns", expected, f"“{name}”", remedy)


def _wrong(path: Path, line: _Line, column: str, expected: str, remedy: str) -> Finding:
    return Finding(str(path), line.number, column, expected, f"“{line.cells[column]}”", remedy)
