"""Every column of every dataset stands in the data dictionary, and holds what the dictionary says."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from eprofessionalism import standards
from eprofessionalism.authoring.figures import COLUMNS
from eprofessionalism_graders.cohort import evaluation, tables
from eprofessionalism_graders.cohort.found import COLUMNS as INCIDENTS
from eprofessionalism_graders.synthetic import GROUPS

ROOT = Path(__file__).parents[2]
DATASETS = ROOT / "datasets"
TYPES = {"text": r"(?s).+", "integer": r"-?[0-9]+", "number": r"-?[0-9]+(\.[0-9]+)?", "boolean": "True|False"}
OUR_TYPES = {"text": "string", "integer": "Int64", "number": "Float64", "boolean": "boolean"}


def dictionary() -> dict[str, dict[str, dict[str, str]]]:
    """The tables of the README by the file in the heading above them: column, then its cells by name."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    name = ""
    for line in (DATASETS / "README.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            name = line.lstrip("# ")
        elif line.startswith("| `"):
            column, kind, unit, meaning, missing = (cell.strip() for cell in line.strip("|").split("|"))
            cells = {"type": kind, "unit": unit, "meaning": meaning, "missing": missing}
            found.setdefault(name, {})[column.strip("`")] = cells
    return found


def rows(name: str) -> list[dict[str, str]]:
    with (DATASETS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


FILES = sorted(path.name for path in DATASETS.glob("*.csv"))


def test_both_datasets_are_here_and_nothing_else():
    assert FILES == ["published-figures.csv", "sample-cohort.csv"]
    assert not (DATASETS / "__init__.py").exists()


@pytest.mark.parametrize("name", FILES)
def test_a_dataset_has_exactly_the_columns_of_the_dictionary(name):
    assert list(rows(name)[0]) == list(dictionary()[name])


@pytest.mark.parametrize("name", FILES)
def test_every_column_is_described(name):
    for column, cells in dictionary()[name].items():
        assert cells["type"] in TYPES, column
        assert cells["meaning"], column
        assert cells["missing"], column


@pytest.mark.parametrize("name", FILES)
def test_every_cell_is_of_its_columns_type_and_empty_only_where_it_may_be(name):
    for column, cells in dictionary()[name].items():
        for number, row in enumerate(rows(name), start=2):
            if row[column] == "":
                assert cells["missing"] != "never", f"{name}:{number} {column}"
            else:
                assert re.fullmatch(TYPES[cells["type"]], row[column]), f"{name}:{number} {column}: {row[column]!r}"


@pytest.mark.parametrize("name", FILES)
def test_listed_values_are_the_only_ones(name):
    for column, cells in dictionary()[name].items():
        listed = re.fullmatch(r"((?:`[^`]+`(?:, )?)+)", cells["unit"])
        if listed and cells["unit"].count("`") > 2:
            assert {row[column] for row in rows(name)} <= set(re.findall(r"`([^`]+)`", cells["unit"])), column


def test_the_code_reads_and_writes_these_columns():
    found = dictionary()
    assert tuple(found["published-figures.csv"]) == COLUMNS
    assert list(found["sample-cohort.csv"]) == list(tables.RESPONSES)
    assert list(found["items.csv"]) == list(tables.ITEMS)
    assert list(found["evaluation.csv"]) == list(evaluation.COLUMNS)
    assert list(found["incidents.csv"]) == list(INCIDENTS)
    assert list(found["learners.csv"]) == [*tables.LEARNERS, "<assignment>_status", "<assignment>_percent"]


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("sample-cohort.csv", tables.RESPONSES),
        ("items.csv", tables.ITEMS),
        ("learners.csv", tables.LEARNERS),
        ("evaluation.csv", evaluation.COLUMNS),
    ],
)
def test_the_dictionary_and_the_code_agree_on_types(name, columns):
    described = {column: OUR_TYPES[cells["type"]] for column, cells in dictionary()[name].items() if column in columns}
    assert described == columns


def test_published_figures_rest_on_known_facts():
    assert {row["fact"] for row in rows("published-figures.csv")} <= set(standards.facts())


def test_the_sample_fits_the_questions_of_the_course():
    """When this fails the cases have changed: run `eprof demo DIR` and copy DIR/report/responses.csv."""
    known = {}
    for path in sorted((ROOT / "notebooks").glob("*/items.json")):
        bank = json.loads(path.read_text(encoding="utf-8"))
        known |= {
            entry["id"]: (bank["case"], entry["type"], entry["points"]) for entry in bank["items"] if "points" in entry
        }
    sample = rows("sample-cohort.csv")
    assert {row["item"] for row in sample} == set(known)
    assert all((row["assignment"], row["type"], float(row["max_points"])) == known[row["item"]] for row in sample)


def test_the_sample_is_of_twenty_four_learners_some_of_whom_are_missing():
    sample = rows("sample-cohort.csv")
    learners = {row["learner"] for row in sample}
    assert learners < {f"d{number:03d}" for number in range(1, 25)}
    assert {row["group"] for row in sample} == set(GROUPS)
    assert {row["late"] for row in sample} == {"True", "False"}


def test_scores_of_the_sample_are_parts_of_the_points():
    for row in rows("sample-cohort.csv"):
        if row["score"]:
            assert 0 <= float(row["score"]) <= 1
            assert float(row["points"]) == pytest.approx(float(row["score"]) * float(row["max_points"]), abs=1e-5)
