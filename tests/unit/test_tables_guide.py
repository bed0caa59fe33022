"""The page on `tables/` names every file of a report, every column in it, and nothing that there is not."""

from __future__ import annotations

import re
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path

import pandas as pd
import pytest

from eprofessionalism_graders.cohort.judges import read_judges
from eprofessionalism_graders.cohort.sections import evaluating, sections

PAGE = (Path(__file__).parents[2] / "docs" / "instructors" / "tables.md").read_text(encoding="utf-8")


def named(heading: str) -> list[str]:
    """What the first column of the table below a heading names."""
    part = re.split(r"^## ", PAGE.split(f"\n## {heading}\n")[1], flags=re.MULTILINE)[0]
    heads = [line.split("|")[1] for line in part.splitlines() if line.startswith("| `")]
    return [name for head in heads for name in re.findall("`([^`]+)`", head)]


FILES = named("Tables")
COLUMNS = [*named("Columns"), *(f"{name}_{level}" for name in ("mean_rest", "share", "n") for level in (2, 3))]
PICTURES = re.findall("`([^`]+)`", PAGE.split("\n## Pictures\n")[1].split("\n## ")[0])

NOT_HERE = {"judges-and-learners", "questions-by-group", "scale-totals-*"}
"""What takes more learners, a list of borderline learners or a shorter test than the cohort below has."""

ONLY_THERE = {
    *("judge", "differs", "off", "correlation"),
    *(
        "reference",
        "focal",
        "reference_group",
        "focal_group",
        "groups",
        "odds_ratio",
        "delta",
        "delta_low",
        "delta_high",
    ),
    *("difference_low", "difference_high", "effect", "chi2", "p", "adjusted_p", "class", "harder_for"),
}
"""The columns of these alone."""


@pytest.fixture(scope="module")
def blocks(invent, opinions_of, tmp_path_factory):
    """Tables and pictures of a cohort with an earlier year and a panel."""
    cohort, folder = invent(90), tmp_path_factory.mktemp("judges")
    rated = cohort.results.banks["90-form-a"]
    lines = ["question,points,round,one,two,three"]
    for turn in (1, 2):
        lines += [f"{place},,{turn},{50 + place},{60 + place % 7},{70 - place}" for place in range(1, 21)]
    (folder / f"{rated.case}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    earlier = cohort.tables.responses.assign(offering="2025")
    results = replace(cohort.results, judges=read_judges(folder, cohort.results.banks), earlier=earlier)
    parts = [*sections(results), evaluating.section(opinions_of(40))]
    return [table for part in parts for table in part.tables], [one for part in parts for one in part.figures]


def test_every_table_is_named_with_every_column(blocks):
    unknown = {}
    for table in blocks[0]:
        if any(fnmatch(table.name, name) for name in FILES):
            offerings = {"2025", "This offering"} if table.name == "years-questions" else set()
            unknown[table.name] = {*map(str, table.frame.columns)} - {*COLUMNS} - offerings
        else:
            assert any(fnmatch(table.name, name.replace("NN", "*")) for name in PICTURES), table.name
    assert {name: columns for name, columns in unknown.items() if columns} == {}


def test_every_picture_is_named(blocks):
    tables, pictures = blocks
    for name in {one.name for one in pictures} - {one.name for one in tables}:
        assert any(fnmatch(name, known.replace("NN", "*")) for known in PICTURES), name


def test_nothing_is_named_that_there_is_not(blocks):
    tables, pictures = blocks
    names = {one.name for one in (*tables, *pictures)}
    lacking = {name for name in (*FILES, *PICTURES) if not any(fnmatch(one, name.replace("NN", "*")) for one in names)}
    assert lacking <= NOT_HERE
    columns = {str(column) for table in tables for column in table.frame.columns}
    assert sorted(set(COLUMNS) - columns - ONLY_THERE) == []


def test_no_column_is_explained_twice():
    assert len(COLUMNS) == len(set(COLUMNS))
    assert pd.Index(named("Columns")).is_unique
