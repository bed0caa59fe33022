"""Answers of earlier offerings, as they lie in `earlier/`: read, and what of them cannot be compared."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from eprofessionalism_graders.cohort.large.answers import read_answers
from eprofessionalism_graders.cohort.large.schema import parquet_files

NEEDED = ("assignment", "sitting", "max_points")
"""Columns without which years cannot be compared: a test would be mixed with cases, or weighed wrongly."""

_SAME = ["learner", "assignment", "item", "sitting", "at"]


def read_earlier(folder: Path, now: pd.DataFrame, title: str) -> tuple[pd.DataFrame, list[str]]:
    """The answers of earlier offerings, and notes on files of which something is to be minded.

    A file with answers of this offering itself is left out: it would be compared with itself.

    Args:
        folder: `earlier` in the offering; nothing is read where there is none.
        now: the answers of this offering.
        title: its title.

    Raises:
        UserError: a file cannot be read, lacks a column, or holds what cannot be.
    """
    frame = read_answers(folder, NEEDED)
    own = _own_files(frame, now)
    kept = frame[~frame["file"].isin(own)]
    notes = [_left_out(folder / name) for name in sorted(own)]
    files = [path for path in parquet_files(folder) if path.name not in own]
    notes += [note for path in files for note in _notes(path, kept[kept["file"] == path.name], title)]
    return kept.drop(columns="file"), [*notes, *_shared(folder, kept)]


def _own_files(frame: pd.DataFrame, now: pd.DataFrame) -> set[str]:
    """The files in which an answer of this offering stands: the same learner, question and moment."""
    told = now.loc[now["at"].notna(), _SAME].drop_duplicates().astype("string")
    return set(frame[[*_SAME, "file"]].merge(told, on=_SAME)["file"])


def _left_out(path: Path) -> str:
    return f"{path}: not compared; expected answers of an earlier offering, found this offering’s own"


def _notes(path: Path, rows: pd.DataFrame, title: str) -> Iterator[str]:
    if not ((rows["sitting"] == "post") & rows["points"].notna()).any():
        yield f"{path}: nothing to compare; expected scored answers after the course (sitting post), found none"
    elif (rows["offering"] == title).any():
        yield f"{path}: has the title of this offering, “{title}”; another title would tell the years apart"


def _shared(folder: Path, frame: pd.DataFrame) -> Iterator[str]:
    """Titles that several files share, whose answers are taken as those of one offering."""
    for title, files in frame.groupby("offering")["file"].unique().items():
        if len(files) > 1:
            names = " and ".join(sorted(files))
            yield f"{folder}: {names} have the same title, “{title}”, and are taken as one offering"
