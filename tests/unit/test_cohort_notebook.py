"""The instructor's notebook: it runs as it is on a report's tables, and is nobody's case."""

from __future__ import annotations

import re
from base64 import b64decode
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from eprofessionalism import library
from eprofessionalism.authoring.build import INSTRUCTOR, NOTEBOOKS, compare
from eprofessionalism_graders.cohort.analysis.items import item_statistics
from eprofessionalism_graders.cohort.results import points_matrix

NOTEBOOK = Path(__file__).parents[2] / NOTEBOOKS / INSTRUCTOR / "cohort.ipynb"


@pytest.fixture(scope="module")
def beside(invented, tmp_path_factory):
    """A folder with the report of an invented cohort."""
    folder = tmp_path_factory.mktemp("offering")
    (folder / "report").mkdir()
    for name, text in invented.tables.files().items():
        (folder / "report" / name).write_text(text, encoding="utf-8")
    return folder


def run(folder: Path, **settings: str) -> list:
    """What each cell shows after the notebook has run in a folder, with some of its settings changed."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")
    for name, value in settings.items():
        first.source, changed = re.subn(rf'^{name} = "[^"]*"', f'{name} = "{value}"', first.source, flags=re.MULTILINE)
        assert changed == 1
    NotebookClient(
        notebook, timeout=180, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    ).execute()
    return [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]


@pytest.fixture(scope="module")
def shown(beside):
    """What each cell shows after the notebook has run as it is, beside a report."""
    return run(beside)


def test_it_is_kept_without_results_and_is_a_sound_notebook():
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in notebook.cells)


def test_it_runs_as_it_is_and_draws_one_picture_that_has_words_too(shown):
    assert not [output for output in shown if output.output_type == "error"]
    pages = [output["data"]["text/html"] for output in shown if "<img" in output.get("data", {}).get("text/html", "")]
    assert len(pages) == 1
    alt, source = re.search(r'alt="([^"]+)" src="data:image/png;base64,([^"]+)"', pages[0]).groups()
    assert b64decode(source).startswith(b"\x89PNG")
    assert re.findall(r"(\d+): \d+ and ", alt) == [str(number) for number in range(1, 21)]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"OFFERING": "none"}, r"none/report: expected a report, found none; run eprof report, or set OFFERING"),
        ({"FORM": "form-a"}, r"expected one of \[.*\('90-form-a', 'post'\).*\], found \('form-a', 'post'\)"),
        ({"FORM": "01-friend-requests"}, r"expected one of \[.*\('01-friend-requests', 'practice'\)"),
    ],
)
def test_a_wrong_setting_is_told_with_what_is_possible(beside, settings, said):
    with pytest.raises(CellExecutionError, match=said):
        run(beside, **settings)


def test_it_runs_on_a_case_too_named_from_another_folder(beside, tmp_path):
    outputs = run(tmp_path, OFFERING=str(beside), FORM="01-friend-requests", SITTING="practice")
    assert "fr-1-request" in " ".join(output["data"].get("text/plain", "") for output in outputs if "data" in output)


def test_it_says_what_the_report_says(invented, shown):
    text = " ".join(output["data"].get("text/plain", "") for output in shown if "data" in output)
    assert f"{len(invented.tables.responses)}, 24, " in text
    bank = invented.results.banks["90-form-a"]
    points = points_matrix(invented.tables.responses, bank, "post")
    facility = item_statistics(points, {name: item.points for name, item in bank.items.items()})["facility"]
    for item, percent in facility.items():
        row = next(line for line in text.splitlines() if line.startswith(f"{item} "))
        assert float(row.split()[3]) == pytest.approx(percent, abs=0.005)
        assert int(row.split()[1]) == list(bank.items).index(item) + 1


def test_it_is_no_case_of_the_course_and_building_leaves_it_alone(tmp_path):
    assert INSTRUCTOR not in library.built_cases()
    beside, below = tmp_path / INSTRUCTOR / "mine.ipynb", tmp_path / "01-a" / INSTRUCTOR / "mine.ipynb"
    for path in (beside, below):
        path.parent.mkdir(parents=True)
        path.write_text("{}")
    assert [finding.where for finding in compare({}, tmp_path)] == ["01-a/instructor/mine.ipynb"]
