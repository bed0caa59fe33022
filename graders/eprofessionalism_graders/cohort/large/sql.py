"""Names, values and files as SQL writes them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def literal(text: object) -> str:
    """A text as SQL writes it."""
    return "'" + str(text).replace("'", "''") + "'"


def quoted(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def listed(values: Iterable[object]) -> str:
    """Texts as a list of SQL."""
    return ", ".join(map(literal, values))


def scan(files: Iterable[Path]) -> str:
    """Parquet files as a table; it has `filename` and `file_row_number` besides its columns."""
    return f"read_parquet([{listed(files)}], union_by_name = true, hive_partitioning = false)"
