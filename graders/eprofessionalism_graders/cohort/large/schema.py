"""What a Parquet file of answers holds: one row an answer, as `eprof export --to parquet` writes it.

Only learner, item and score (or points) must be there. What else is missing has a plain default: the offering is the
name of the file, there is one assignment, and every row is an answer to a single-best-answer question after the course.
"""

# ruff: noqa: S608 - names and values of SQL are ours, or quoted by `schema`
from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from eprofessionalism_graders.cohort.large.sql import listed, literal, quoted, scan
from eprofessionalism_graders.cohort.large.values import impossible
from eprofessionalism_graders.cohort.tables import RESPONSES
from eprofessionalism_graders.errors import UserError

COLUMNS = {"offering": "string"} | RESPONSES
"""Columns of a table of answers over offerings, and their types in pandas. A learner is one of an offering."""

DEFAULTS = {"assignment": "answers", "type": "sba", "sitting": "post"}
"""What stands where a file has no such column, or no value in it."""

TYPES = {"string": "VARCHAR", "Int64": "BIGINT", "Float64": "DOUBLE", "boolean": "BOOLEAN"}
"""Types in DuckDB by those in pandas."""

_WHOLE = {f"{sign}{size}INT" for sign in ("", "U") for size in ("TINY", "SMALL", "BIG", "HUGE")}
_WHOLE |= {"INTEGER", "UINTEGER"}
_NUMBERS = _WHOLE | {"FLOAT", "DOUBLE", "DECIMAL"}
_TEXTS = _WHOLE | {"VARCHAR", "ENUM", "UUID", "DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "TIMESTAMP_NS"}
_FITTING = {"string": _TEXTS, "Int64": _NUMBERS, "Float64": _NUMBERS, "boolean": {"BOOLEAN"}}
_EXPECTED = {"string": "text", "Int64": "whole numbers", "Float64": "numbers", "boolean": "true or false"}
REMEDY = "write the files with `eprof export DIR --to parquet`, or name and type the columns as datasets/README.md does"


def parquet_files(folder: Path) -> list[Path]:
    """The Parquet files of a folder in order of their names."""
    return sorted(path for path in folder.glob("*.parquet") if path.is_file())


@dataclass(frozen=True, slots=True)
class Source:
    """Parquet files that fit together, and how SQL reads them.

    Args:
        files: their paths, one or more.
        columns: names and DuckDB types of all columns that one of them has, as far as they are ours.
        named: whether each row says of itself which offering it is of; else the name of its file does.
        said: by file and text column, all its values, where the file tells without being read: each of its stretches
            (row groups) has but one.
    """

    files: tuple[Path, ...]
    columns: Mapping[str, str]
    named: bool
    said: Mapping[tuple[Path, str], frozenset[str]]

    @property
    def place(self) -> str:
        """The folder, for messages."""
        return str(self.files[0].parent)

    @property
    def scan(self) -> str:
        """The files as a table in SQL."""
        return scan(self.files)

    def value(self, column: str) -> str:
        """A column as SQL, of the type that the files have; what is missing has its default."""
        if column == "offering":
            return self._offering
        default = DEFAULTS.get(column)
        if column not in self.columns:
            return literal(default) if default else "NULL"
        return f"coalesce(CAST({quoted(column)} AS VARCHAR), {literal(default)})" if default else quoted(column)

    @property
    def _offering(self) -> str:
        if self.named:
            return "offering"
        name = "parse_filename(filename, true)"
        return f"coalesce(CAST(offering AS VARCHAR), {name})" if "offering" in self.columns else name

    @property
    def points(self) -> str:
        """Points earned, as SQL; without them the score, worth one point where nothing says more."""
        most = " * coalesce(CAST(max_points AS DOUBLE), 1)" if "max_points" in self.columns else ""
        ways = ["CAST(points AS DOUBLE)"] if "points" in self.columns else []
        ways += [f"CAST(score AS DOUBLE){most}"] if "score" in self.columns else []
        return ways[0] if len(ways) == 1 else f"coalesce({', '.join(ways)})"

    def values(self, column: str) -> frozenset[str] | None:
        """All values of `offering`, `assignment`, `sitting` or `type`; None where the files would have to be read."""
        found = [self.said.get((path, column)) for path in self.files]
        return None if None in found else frozenset[str]().union(*(values for values in found if values))

    def only(self, offerings: Sequence[str]) -> Source:
        """The files that may have answers of these offerings; all of them where none has."""
        wanted, said = set(offerings), self.said
        files = [path for path in self.files if not wanted.isdisjoint(said.get((path, "offering"), wanted))]
        return replace(self, files=tuple(files) or self.files)

    def where(self, column: str, values: Collection[str]) -> str:
        """The condition that a text column has one of these values, or its default where that is one of them."""
        there = self.values(column)
        if there is not None and there <= set(values):
            return "true"
        wanted = listed(values)
        if column == "offering" or column not in self.columns:
            return f"CAST({self.value(column)} AS VARCHAR) IN ({wanted})"
        missing = f" OR {quoted(column)} IS NULL" if DEFAULTS.get(column) in values else ""
        return f"(CAST({quoted(column)} AS VARCHAR) IN ({wanted}){missing})"

    @property
    def scored(self) -> str:
        """The condition that a row is no learner's own words."""
        types = self.values("type")
        return "true" if types is not None and "reflection" not in types else "type IS DISTINCT FROM 'reflection'"


def source(connection: duckdb.DuckDBPyConnection, files: Sequence[Path], needed: Sequence[str] = ()) -> Source:
    """Look at the columns of files, and at the numbers in them, and see that they fit.

    Args:
        connection: to DuckDB.
        files: one or more.
        needed: columns that each must have, with a value in each row, besides learner, item and points or score.

    Raises:
        UserError: everything that does not fit, with file, column, what was expected and what was found.
    """
    found = {path: _columns(connection, path) for path in files}
    problems = [line for path, columns in found.items() for line in _problems(path, columns, needed)]
    problems = problems or [line for path in files for line in _gaps(connection, path, needed)]
    problems = problems or list(impossible(connection, found))
    if problems:
        raise UserError("\n".join([*problems, REMEDY[0].upper() + REMEDY[1:] + "."]))
    columns = {name: kind for own in found.values() for name, kind in own.items() if name in COLUMNS}
    named = all("offering" in own for own in found.values()) and not _missing(connection, files, "offering")
    return Source(tuple(files), columns, named, _said(connection, found))


def _said(
    connection: duckdb.DuckDBPyConnection, found: Mapping[Path, Mapping[str, str]]
) -> dict[tuple[Path, str], frozenset[str]]:
    names = ("offering", *DEFAULTS)
    rows = connection.execute(f"""
        SELECT file_name, path_in_schema, list(DISTINCT stats_min_value) FROM parquet_metadata([{listed(found)}])
        WHERE path_in_schema IN ({listed(names)}) GROUP BY ALL
        HAVING bool_and(coalesce(
            stats_min_value = stats_max_value AND min_is_exact AND max_is_exact AND stats_null_count = 0, false))
    """).fetchall()
    said = {(Path(path), column): frozenset(values) for path, column, values in rows}
    defaults = {
        (path, name): frozenset([DEFAULTS.get(name, path.stem)])
        for path, columns in found.items()
        for name in names
        if name not in columns
    }
    return said | defaults


def _columns(connection: duckdb.DuckDBPyConnection, path: Path) -> dict[str, str]:
    """Columns of one file and their types in DuckDB, without what stands in brackets."""
    try:
        rows = connection.execute(f"DESCRIBE SELECT * FROM {scan([path])}").fetchall()
    except (duckdb.Error, OSError) as error:
        expected, reason = "expected a Parquet file that can be read", str(error).splitlines()[0]
        found = reason if _is_parquet(path) else "this is no Parquet file, whatever its name says"
        raise UserError(f"{path}: {expected}, found: {found}; {REMEDY}") from error
    return {name: str(kind).split("(", maxsplit=1)[0] for name, kind, *_ in rows}


def _is_parquet(path: Path) -> bool:
    """Whether a file begins as Parquet files do; one that cannot be read may be one."""
    try:
        with path.open("rb") as file:
            return file.read(4) in (b"PAR1", b"PARE")
    except OSError:
        return True


def _problems(path: Path, columns: Mapping[str, str], needed: Sequence[str]) -> Iterator[str]:
    there = ", ".join(columns)
    for name in ("learner", "item"):
        if name not in columns:
            yield f"{path}: expected a column {name}, found {there}"
    if not columns.keys() >= set(needed):
        yield f"{path}: expected the columns {', '.join(needed)} too, found {there}"
    if not {"score", "points"} & columns.keys():
        yield f"{path}: expected a column points, or score from 0 to 1; found {there}"
    for name, kind in columns.items():
        wanted = COLUMNS.get(name)
        if wanted and kind not in _FITTING[wanted]:
            yield f"{path}, column {name}: expected {_EXPECTED[wanted]}, found {kind}"


def _gaps(connection: duckdb.DuckDBPyConnection, path: Path, needed: Sequence[str]) -> Iterator[str]:
    for name in ("learner", "item", *needed):
        rows = _missing(connection, [path], name)
        if rows:
            yield f"{path}, column {name}: expected a value in each row, found {rows} row(s) without one"


def _missing(connection: duckdb.DuckDBPyConnection, files: Sequence[Path], column: str) -> int:
    """Rows that have nothing in a column; quick, since the files say so themselves."""
    query = f"SELECT count(*) FROM {scan(files)} WHERE {quoted(column)} IS NULL"
    return int(connection.execute(query).fetchall()[0][0])
