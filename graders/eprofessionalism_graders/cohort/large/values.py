"""Scores and points that cannot be, and answers that stand twice: refused, since they would bend every mean.

What a Parquet file says of its own columns (the least and the most of each stretch of rows) settles most files without
a look at their rows; only of the others the numbers are read.
"""

# ruff: noqa: S608 - names and values of SQL are ours, or quoted
from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import duckdb

from eprofessionalism_graders.cohort.analysis.coding import MOST_POINTS
from eprofessionalism_graders.cohort.large.sql import listed, scan

if TYPE_CHECKING:
    from eprofessionalism_graders.cohort.large.schema import Source

NUMBERS = ("score", "points", "max_points")
_ROUNDING = 1e-6  # a micro-point: thirds of points may add up to a hair more than there are
Range: TypeAlias = tuple[float, float]


# ---- Scores and points -----------------------------------------------------------------------------------------------


def impossible(connection: duckdb.DuckDBPyConnection, found: Mapping[Path, Collection[str]]) -> Iterator[str]:
    """The first score that is not from 0 to 1, or points that are not from 0 to what the question carries, in a line.

    What is missing, or no number, is none of these.

    Args:
        connection: to DuckDB.
        found: the columns of each file, whose types fit.
    """
    files = _doubtful(connection, found)
    if not files:
        return
    there = set[str]().union(*(found[path] for path in files))
    numbers = {name: f"CAST({name} AS DOUBLE)" if name in there else "NULL" for name in NUMBERS}
    wrong = {
        name: f"coalesce(({number} < 0 OR {number} > {_most(name, numbers)}) AND NOT isnan({number}), false)"
        for name, number in numbers.items()
        if name in there
    }
    query = f"""
        SELECT filename, file_row_number + 1, {", ".join(wrong.values())}, {", ".join(numbers.values())}
        FROM {scan(files)} WHERE {" OR ".join(wrong.values())} ORDER BY ALL LIMIT 1
    """
    for path, row, *rest in connection.execute(query).fetchall():
        values = dict(zip(NUMBERS, rest[len(wrong) :], strict=True))
        name = next(name for name, is_wrong in zip(wrong, rest, strict=False) if is_wrong)
        yield f"{path}, column {name}, row {row}: expected {_expected(name, values)}, found {values[name]:g}"


def _most(name: str, numbers: Mapping[str, str]) -> str:
    """What a number may be at most, as SQL."""
    if name == "points":
        return f"coalesce({numbers['max_points']}, {MOST_POINTS}) + {_ROUNDING}"
    return str(1 + _ROUNDING if name == "score" else MOST_POINTS)


def _expected(name: str, values: Mapping[str, float | None]) -> str:
    if name == "score":
        return "a score from 0 to 1"
    most = values["max_points"] if name == "points" else None
    return f"points from 0 to {MOST_POINTS:g}" if most is None else f"points from 0 to max_points, {most:g}"


def _doubtful(connection: duckdb.DuckDBPyConnection, found: Mapping[Path, Collection[str]]) -> list[Path]:
    """The files that do not say of themselves that all their numbers can be."""
    rows = connection.execute(f"""
        SELECT file_name, row_group_id, path_in_schema, TRY_CAST(stats_min_value AS DOUBLE),
            TRY_CAST(stats_max_value AS DOUBLE)
        FROM parquet_metadata([{listed(found)}])
        WHERE path_in_schema IN ({listed(NUMBERS)}) AND stats_null_count IS DISTINCT FROM num_values
    """).fetchall()
    stretches: dict[tuple[Path, int], dict[str, Range | None]] = defaultdict(dict)
    for path, stretch, name, low, high in rows:
        stretches[Path(path), stretch][name] = None if low is None or high is None else (low, high)
    return sorted({path for (path, _), ranges in stretches.items() if not _can_be(ranges)})


def _can_be(ranges: Mapping[str, Range | None]) -> bool:
    """Whether all numbers of a stretch of rows can be, by the least and the most of each column."""
    said = {name: found for name, found in ranges.items() if found}
    if len(said) < len(ranges):
        return False
    fewest = said.get("max_points", (MOST_POINTS,))[0]
    most = {"score": 1, "points": fewest, "max_points": MOST_POINTS}
    return all(low >= 0 and high <= most[name] + _ROUNDING for name, (low, high) in said.items())


# ---- Titles that stand twice -----------------------------------------------------------------------------------------


def shared_titles(connection: duckdb.DuckDBPyConnection, files: Collection[Path]) -> list[tuple[str, list[str]]]:
    """Each title of an offering that stands in several files, with the names of these files.

    No row is read: known is what stands alone in a stretch of rows, as in a file that one offering was exported to.
    """
    rows = connection.execute(f"""
        SELECT stats_min_value, list(DISTINCT parse_filename(file_name) ORDER BY parse_filename(file_name))
        FROM parquet_metadata([{listed(files)}]) WHERE path_in_schema = 'offering'
        AND stats_min_value = stats_max_value GROUP BY ALL HAVING count(DISTINCT file_name) > 1 ORDER BY ALL
    """)
    return rows.fetchall()


# ---- Answers that stand twice ----------------------------------------------------------------------------------------

ANSWER = ("offering", "assignment", "sitting", "learner", "item")
"""What makes an answer one: of it there is but one row."""


def twice(connection: duckdb.DuckDBPyConnection, found: Source) -> str:
    """An answer that stands twice, in a line; empty where there is none. Reads all rows."""
    names = ", ".join(f"CAST({found.value(name)} AS VARCHAR) AS {name}" for name in ANSWER)
    query = (
        f"SELECT {names} FROM {found.scan} WHERE {found.scored} GROUP BY ALL HAVING count(*) > 1 ORDER BY ALL LIMIT 1"
    )
    rows = connection.execute(query).fetchall()
    return told_twice(connection, found, dict(zip(ANSWER, rows[0], strict=True))) if rows else ""


def told_twice(connection: duckdb.DuckDBPyConnection, found: Source, answer: Mapping[str, str]) -> str:
    """In which files and rows an answer stands more than once, in a line, and what to do.

    Args:
        connection: to DuckDB.
        found: the files.
        answer: what `ANSWER` names.
    """
    where = " AND ".join(found.where(name, [answer[name]]) for name in ANSWER)
    query = f"SELECT filename, file_row_number + 1 FROM {found.scan} WHERE {where} AND {found.scored} ORDER BY ALL"
    (first, row), *_, (other, again) = connection.execute(query).fetchall()
    what = "of learner {learner} to {item} ({assignment}, {sitting})".format_map(answer)
    if first == other:
        said = f"expected one answer {what} in “{answer['offering']}”, found another in row {again}"
        return f"{first}, row {row}: {said}; keep one row of each learner and question"
    remedy = "if one is a copy, take it away; else change the title of one in its offering.toml and export it again"
    said = f"both call their offering “{answer['offering']}”, and have an answer {what}"
    return f"{first} and {Path(other).name} {said}; {remedy}"
