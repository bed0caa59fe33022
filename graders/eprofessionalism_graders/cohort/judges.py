"""What a standard-setting panel wrote down: `judges/ASSIGNMENT.csv` and `borderline.csv` beside an offering.

A file of ratings has the form of `docs/instructors/angoff-template.csv`: a line for each question and round, with a
column for each judge. A judge's column may be empty in a round, or in both; within a round it is whole or empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from eprofessionalism.authoring.findings import Finding, FindingsError
from eprofessionalism.items import Item, ItemBank
from eprofessionalism_graders.cohort.lines import Line, absent, brief, doubled, read, wrong

HEAD = ("question", "points", "round")
"""The columns of a file of ratings beside those of the judges."""

BORDERLINE = ("learner", "judge")
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
_SIGNED = re.compile(r"[-−+]?[0-9]+(\.[0-9]+)?")
_ROUND = re.compile(r"[1-9]")


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


def read_borderline(path: Path, learners: Iterable[str]) -> pd.DataFrame:
    """The learners whom a judge holds to be borderline: columns `learner` and `judge`, each pair once.

    Args:
        path: `borderline.csv` in the offering; without it there are no rows.
        learners: ids on the roster, which differ regardless of case, as ids in the file are read.

    Raises:
        FindingsError: everything that is wrong with the file, each with its line and column.
    """
    if not path.exists():
        return pd.DataFrame(columns=list(BORDERLINE), dtype="string")
    header, lines = read(path, BORDERLINE)
    findings = [*absent(path, header, BORDERLINE[:1], "the columns learner and judge"), *doubled(path, header)]
    if not findings:
        expected, remedy = "learner and judge alone", "take this column out"
        strange = [name for name in header if name not in BORDERLINE]
        findings = [Finding(str(path), 1, "columns", expected, f"“{name}”", remedy) for name in strange]
    if findings:
        raise FindingsError(findings)
    ids = {learner.casefold(): learner for learner in learners}
    remedy = "write the id as the roster has it, or take the line out"
    strangers = [line for line in lines if line.cells["learner"].casefold() not in ids]
    findings = [wrong(path, line, "learner", "the id of a learner on the roster", remedy) for line in strangers]
    if findings:
        raise FindingsError(brief(findings))
    rows = [(ids[line.cells["learner"].casefold()], line.cells.get("judge", "")) for line in lines]
    return pd.DataFrame(list(dict.fromkeys(rows)), columns=list(BORDERLINE), dtype="string")


def read_panel(
    folder: Path, borderline: Path, banks: Mapping[str, ItemBank], learners: Iterable[str]
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Ratings and borderline learners; see `read_judges` and `read_borderline`.

    Raises:
        FindingsError: everything that is wrong with either.
    """
    findings: list[Finding] = []
    ratings, named = dict[str, pd.DataFrame](), pd.DataFrame()
    try:
        ratings = read_judges(folder, banks)
    except FindingsError as error:
        findings += error.findings
    try:
        named = read_borderline(borderline, learners)
    except FindingsError as error:
        findings += error.findings
    if findings:
        raise FindingsError(findings)
    return ratings, named


# ---- Ratings ---------------------------------------------------------------------------------------------------------


def _read_ratings(path: Path, bank: ItemBank) -> pd.DataFrame:
    header, lines = read(path, HEAD)
    judges, items = [name for name in header if name not in HEAD], _scored(bank)
    findings = [*_column_findings(path, header, judges, lines)]
    if findings:
        raise FindingsError(findings)
    findings += _place_findings(path, lines, items)
    findings += [found for line in lines for found in _cell_findings(path, line, judges)]
    if findings:
        raise FindingsError(brief(findings))
    by_round: dict[str, list[Line]] = {}
    for line in lines:
        by_round.setdefault(line.cells["round"], []).append(line)
    kept: list[Line] = []
    for rows in by_round.values():
        findings += [*_gaps(path, rows, judges, items), *_shares(path, rows, judges)]
        kept += rows if any(row.cells[judge] for row in rows for judge in judges) else []
    if not (kept or findings):
        expected, remedy = "ratings from 0 to 100", "enter those of each judge, or take the file away"
        findings.append(Finding(str(path), 2, "ratings", expected, "none", remedy))
    if findings:
        raise FindingsError(brief(findings))
    return _frame(kept, judges, items)


def _column_findings(
    path: Path, header: Sequence[str], judges: Sequence[str], lines: Sequence[Line]
) -> Iterator[Finding]:
    """Columns that are missing, stand twice, or are no judge's."""
    expected = "the columns question, points and round, and one more for each judge"
    findings = [*absent(path, header, HEAD, expected), *doubled(path, header)]
    if not (findings or judges):
        findings.append(Finding(str(path), 1, "columns", expected, "no judge", "add a column for each judge"))
    yield from findings
    for judge in () if findings else judges:
        texts = [line.cells[judge] for line in lines if line.cells[judge]]
        if texts and not any(map(_SIGNED.match, texts)):
            yield Finding(str(path), 1, judge, "the ratings of a judge", "not one number", "take this column out")


def _scored(bank: ItemBank) -> dict[str, Item]:
    """The questions of a test that are scored by rule, by their number on the page."""
    return {str(place): item for place, item in enumerate(bank.items.values(), start=1) if not item.is_text}


def _place_findings(path: Path, lines: Sequence[Line], items: Mapping[str, Item]) -> Iterator[Finding]:
    """What is wrong with question, points and round."""
    seen: dict[tuple[str, str], int] = {}
    for line in lines:
        question, round_ = line.cells["question"], line.cells["round"]
        if question not in items:
            expected = f"the number of a question, {min(items, key=int)} to {max(items, key=int)}"
            yield wrong(path, line, "question", expected, "number the questions as the page does")
        elif not _has_points(line, items[question]):
            expected = f"{items[question].points:g}, as question {question} of the test has, or nothing"
            yield wrong(path, line, "points", expected, "see whether the line is that of another question")
        if not _ROUND.fullmatch(round_):
            yield wrong(path, line, "round", "1, 2 or another digit", "say in which round these ratings were given")
        first = seen.setdefault((question, round_), line.number)
        if first != line.number:
            expected = f"each question once a round (it is on line {first})"
            yield wrong(path, line, "question", expected, "take one of the two lines out")


def _has_points(line: Line, item: Item) -> bool:
    points = line.cells["points"]
    return not points or (bool(_NUMBER.fullmatch(points)) and abs(float(points) - item.points) < 1e-9)


def _cell_findings(path: Path, line: Line, judges: Sequence[str]) -> Iterator[Finding]:
    """Ratings that are no number from 0 to 100."""
    for judge in judges:
        text = line.cells[judge]
        if text and not (_NUMBER.fullmatch(text) and float(text) <= 100):
            yield wrong(path, line, judge, "a number from 0 to 100", _remedy(text))


def _remedy(text: str) -> str:
    """What to do about a rating that is none."""
    if text.endswith("%"):
        return "write it without a percent sign"
    if _SIGNED.fullmatch(text):
        return "a rating is how many of 100 borderline learners would be right; ask this judge"
    if _SIGNED.fullmatch(text.replace(",", ".")):
        return "write it with a point"
    return "write the number alone; who did not rate in this round has an empty column in it"


def _shares(path: Path, lines: Sequence[Line], judges: Sequence[str]) -> Iterator[Finding]:
    """Judges whose ratings in a round are parts of one, and not of a hundred."""
    for judge in judges:
        rated = [line for line in lines if line.cells[judge]]
        if rated and max(float(line.cells[judge]) for line in rated) <= 1:
            found = f"none above 1 in round {rated[0].cells['round']}"
            expected, remedy = "ratings from 0 to 100", "write 45, not 0.45"
            yield Finding(str(path), rated[0].number, judge, expected, found, remedy)


def _gaps(path: Path, lines: Sequence[Line], judges: Sequence[str], items: Mapping[str, Item]) -> Iterator[Finding]:
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
            yield from (wrong(path, line, judge, expected, remedy) for line in empty)


def _frame(lines: Sequence[Line], judges: Sequence[str], items: Mapping[str, Item]) -> pd.DataFrame:
    rated = [judge for judge in judges if any(line.cells[judge] for line in lines)]
    columns: dict[str, pd.Series[Any]] = {
        "question": pd.Series([int(line.cells["question"]) for line in lines], dtype="Int64"),
        "points": pd.Series([items[line.cells["question"]].points for line in lines], dtype="float64"),
        "round": pd.Series([int(line.cells["round"]) for line in lines], dtype="Int64"),
    }
    for judge in rated:
        columns[judge] = pd.Series([line.cells[judge] or None for line in lines], dtype="float64")
    return pd.DataFrame(columns).sort_values(["round", "question"], ignore_index=True)
