"""Answers in a folder of Parquet files on one machine: looked through and counted."""

# ruff: noqa: S608 - names and values of SQL are ours, or quoted by `schema`

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pandas as pd

from eprofessionalism_graders.cohort.analysis.counts import Counts
from eprofessionalism_graders.cohort.large.counting import Asked, count
from eprofessionalism_graders.cohort.large.schema import REMEDY, Source, parquet_files, source
from eprofessionalism_graders.cohort.large.values import shared_titles
from eprofessionalism_graders.errors import UserError

__all__ = ["Asked", "contents", "counts", "files_of", "merged", "opened", "the_only"]

CONTENTS = {
    "assignment": "the assignment",
    "sitting": "practice, pre, post or retake",
    "offering": "the offering",
    "item": "the item; reflections are left out",
    "type": "its type",
    "answers": "how many there are",
    "maximum": "points that it carries; missing where no file says so",
    "seconds": "median time on it; missing where no file says so",
}
"""Columns of `contents`."""


@contextmanager
def opened(threads: int | None = None, memory: str | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB of its own in memory, that spills to a temporary folder.

    Args:
        threads: how many it may use; else one a processor.
        memory: how much it may use, such as `1GB`; else four fifths of the machine's.
    """
    with tempfile.TemporaryDirectory(prefix="eprof-counts-") as scratch:
        config: dict[str, str | bool | int | float | list[str]] = {"temp_directory": scratch}
        config |= {"preserve_insertion_order": False, "perfect_ht_threshold": 20}  # a million learners by number
        config |= {"threads": threads} if threads else {}
        config |= {"memory_limit": memory} if memory else {}
        with duckdb.connect(config=config) as connection:
            yield connection


def counts(
    folder: Path | Sequence[Path], asked: Asked | None = None, threads: int | None = None, memory: str | None = None
) -> Counts:
    """Count the answers to one assignment in one sitting, over all offerings of a folder.

    A learner of an offering who has not answered every item has no total, as in `Counts.from_answers`. Reflections are
    left out.

    Args:
        folder: with the files, or the files themselves.
        asked: which answers; where nothing is said, there must be but one assignment and sitting.
        threads: how many DuckDB may use; else one a processor.
        memory: how much it may use, such as `1GB`.

    Raises:
        UserError: the files cannot be read or do not fit, or a learner answers an item twice.
    """
    files = files_of(folder) if isinstance(folder, Path) else list(folder)
    with opened(threads, memory) as connection:
        found = source(connection, files)
        return count(connection, found, asked or the_only(connection, found))


def files_of(folder: Path) -> list[Path]:
    """The files of a folder.

    Raises:
        UserError: there are none.
    """
    files = parquet_files(folder)
    if not files:
        raise UserError(f"{folder}: expected files *.parquet in this folder, found none; {REMEDY}")
    return files


def the_only(connection: duckdb.DuckDBPyConnection, found: Source) -> Asked:
    """The one assignment and sitting that there is.

    Raises:
        UserError: there are more, or none.
    """
    said = [tuple(found.values(name) or ()) for name in ("assignment", "sitting")]
    if all(len(values) == 1 for values in said):
        return Asked(said[0][0], said[1][0])
    names = ", ".join(f"{found.value(name)} AS {name}" for name in ("assignment", "sitting"))
    rows = connection.execute(f"SELECT DISTINCT {names} FROM {found.scan} ORDER BY ALL").fetchall()
    if len(rows) != 1:
        there = ", ".join(f"{assignment} ({sitting})" for assignment, sitting in rows) or "no answers"
        raise UserError(f"{found.place}: expected answers to one assignment in one sitting, found {there}")
    return Asked(*rows[0])


def merged(folder: Path) -> list[tuple[str, list[str]]]:
    """Each offering that lies in several files, by the title that these say of it, with the names of the files."""
    with opened() as connection:
        return shared_titles(connection, files_of(folder))


def contents(connection: duckdb.DuckDBPyConnection, found: Source) -> pd.DataFrame:
    """What there is: a row for each item of each offering in each sitting, with the columns of `CONTENTS`."""
    names = ("assignment", "sitting", "offering", "item")
    texts = ", ".join(f"CAST({found.value(name)} AS VARCHAR) AS {name}" for name in names)
    kind, most, seconds = (found.value(name) for name in ("type", "max_points", "seconds"))
    query = f"""
        SELECT {texts}, any_value({kind}) AS type, count(*) AS answers, max(CAST({most} AS DOUBLE)) AS maximum,
            median(CAST({seconds} AS DOUBLE)) AS seconds
        FROM {found.scan} WHERE {found.scored} GROUP BY ALL ORDER BY ALL
    """
    return connection.execute(query).df()
