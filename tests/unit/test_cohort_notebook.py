"""The instructor's notebook: it runs as it is on a report's tables, and is nobody's case."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from eprofessionalism import library
from eprofessionalism.authoring.build import INSTRUCTOR, NOTEBOOKS, compare
from eprofessionalism_graders.cohort.analysis.items import item_statistics
from eprofessionalism_graders.cohort.results import points_matrix

NOTEBOOK = Path(__file__).parents[2] / NOTEBOOKS / INSTRUCTOR / "cohort.ipynb"


@pytest.fixture(scope="module")
def shown(invented, tmp_path_factory):
    """The notebook after it has run beside the report of an invented cohort, and what each cell shows."""
    folder = tmp_path_factory.mktemp("offering")
    (folder / "report").mkdir()
    for name, text in invented.tables.files().items():
        (folder / "report" / name).write_text(text, encoding="utf-8")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    NotebookClient(
        notebook, timeout=180, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    ).execute()
    return [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]


def test_it_is_kept_without_results_and_is_a_sound_notebook():
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in notebook.cells)


def test_it_runs_as_it_is_and_draws_one_figure(shown):
    assert not [output for output in shown if output.output_type == "error"]
    assert len([output for output in shown if "image/png" in output.get("data", {})]) == 1


def test_it_says_what_the_report_says(invented, shown):
    text = " ".join(output["data"].get("text/plain", "") for output in shown if "data" in output)
    assert f"{len(invented.tables.responses)}, 24, " in text
    bank = invented.results.banks["90-form-a"]
    points = points_matrix(invented.tables.responses, bank, "post")
    facility = item_statistics(points, {name: item.points for name, item in bank.items.items()})["facility"]
    for item, percent in facility.items():
        row = next(line for line in text.splitlines() if line.startswith(f"{item} "))
        assert float(row.split()[2]) == pytest.approx(percent, abs=0.005)


def test_it_is_no_case_of_the_course_and_building_leaves_it_alone(tmp_path):
    assert INSTRUCTOR not in library.built_cases()
    beside, below = tmp_path / INSTRUCTOR / "mine.ipynb", tmp_path / "01-a" / INSTRUCTOR / "mine.ipynb"
    for path in (beside, below):
        path.parent.mkdir(parents=True)
        path.write_text("{}")
    assert [finding.where for finding in compare({}, tmp_path)] == ["01-a/instructor/mine.ipynb"]
