"""Answers to and from Parquet, as pandas frames."""

# ruff: noqa: S608 - names and values of SQL are ours, or quoted by `schema`
from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from eprofessionalism_graders.cohort.large.schema import (
    COLUMNS,
    REMEDY,
    TYPES,
    Source,
    parquet_files,
    source,
)
from eprofessionalism_graders.cohort.large.sql import literal, quoted
from eprofessionalism_graders.cohort.large.values import twice
from eprofessionalism_graders.errors import UserError
from eprofessionalism_graders.files import clear, temporary


def write_answers(frame: pd.DataFrame, path: Path, offering: str) -> None:
    """Write the answers of one offering as a Parquet file, whole or not at all, for its owner alone.

    Texts are written as they are: what a spreadsheet would run as a formula is harmless in Parquet. Half of a
    surrogate pair, which UTF-8 cannot hold, becomes a question mark.

    Args:
        frame: columns as in `tables.RESPONSES`; one that is missing is empty in the file.
        path: of the file; its folder is made where there is none.
        offering: what the column `offering` says in each row, such as `2026-fall`.

    Raises:
        UserError: the file cannot be written.
    """
    answers = pd.DataFrame({name: _column(frame, name, kind) for name, kind in COLUMNS.items()})
    answers = answers.assign(offering=offering).astype(dict(COLUMNS))
    part = temporary(path, "part")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))
        with duckdb.connect() as connection:
            connection.register("answers", answers)
            columns = ", ".join(_typed(quoted(name), name) for name in COLUMNS)
            copy = f"COPY (SELECT {columns} FROM answers) TO {literal(part)} (FORMAT parquet, USE_TMP_FILE false)"
            connection.execute(copy)
        part.replace(path)
    except (duckdb.Error, OSError) as error:
        clear(part)
        raise UserError(f"{path}: expected to write the answers here, found: {error}; choose another place") from error


def _column(frame: pd.DataFrame, name: str, kind: str) -> pd.Series[Any]:
    if name not in frame:
        return pd.Series([None] * len(frame), dtype=object)
    column = frame[name].reset_index(drop=True)
    if kind == "string":
        return column.map(lambda text: str(text).encode(errors="replace").decode(), na_action="ignore")
    return column


def read_answers(folder: Path, needed: Sequence[str] = ()) -> pd.DataFrame:
    """Read all Parquet files of a folder as one frame with the columns and types of `schema.COLUMNS`, and `file`.

    Where a file has no column `offering`, its name says which one it is of; `schema.DEFAULTS` has what else is taken
    for granted. `file` is the name of the file. A folder without such files, or none at all, is an empty frame.

    Args:
        folder: with the files.
        needed: columns that must be there, and for which nothing is taken for granted.

    Raises:
        UserError: a file cannot be read or does not fit, or has an answer twice; the message says which, what was
            expected and found.
    """
    files, types = parquet_files(folder), COLUMNS | {"file": "string"}
    if not files:
        return pd.DataFrame(columns=pd.Index(types), dtype=object).astype(types)
    with duckdb.connect() as connection:
        found = source(connection, files, needed)
        columns = ", ".join(_typed(_value(found, name), name) for name in COLUMNS)
        try:
            again = twice(connection, found)
            query = f"SELECT {columns}, parse_filename(filename) AS file FROM {found.scan}"
            frame = connection.execute(query).df()
        except duckdb.Error as error:
            raise UserError(f"{folder}: expected numbers and texts as named, found: {error}; {REMEDY}") from error
    if again:
        raise UserError(again)
    return frame.astype(types)


def _value(found: Source, name: str) -> str:
    return found.points if name == "points" else found.value(name)


def _typed(value: str, name: str) -> str:
    return f"CAST({value} AS {TYPES[COLUMNS[name]]}) AS {quoted(name)}"
