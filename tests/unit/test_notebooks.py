"""Built notebooks: deterministic, locked, and holding no assessment key."""

from __future__ import annotations

import json

import nbformat
import pytest

from eprofessionalism.authoring import build
from eprofessionalism.authoring.build import Checkout
from eprofessionalism.authoring.loader import load_case
from eprofessionalism.authoring.notebook import build_case
from eprofessionalism.items import parse_items


@pytest.fixture(scope="module")
def checkout():
    return Checkout()


@pytest.fixture(scope="module")
def cases(checkout):
    return build.load_checked(checkout)


@pytest.fixture(scope="module")
def built(checkout, cases):
    return build.build_all(cases, checkout.published)


def notebooks(built):
    return {name: json.loads(data) for name, data in built.items() if name.endswith(".ipynb")}


def test_two_builds_give_the_same_bytes(checkout, cases, built):
    assert build.build_all(cases, checkout.published) == built


def test_what_is_committed_is_what_the_cases_build(checkout, built):
    assert build.compare(built, checkout.notebooks) == []


def test_a_missing_changed_or_left_over_file_is_found(built, tmp_path):
    build.write(built, tmp_path)
    name = next(iter(built))
    (tmp_path / name).write_bytes(b"changed")
    (tmp_path / "stray.txt").write_text("stray")
    gone = list(built)[1]
    (tmp_path / gone).unlink()
    assert {finding.where for finding in build.compare(built, tmp_path)} == {name, "stray.txt", gone}
    written, removed = build.write(built, tmp_path)
    assert (set(written), removed) == ({name, gone}, ["stray.txt"])
    assert build.compare(built, tmp_path) == []


def test_every_notebook_is_valid_and_its_ids_are_unique(built):
    for notebook in notebooks(built).values():
        nbformat.validate(notebook)
        ids = [cell["id"] for cell in notebook["cells"]]
        assert len(set(ids)) == len(ids)


def test_two_parts_of_one_name_are_never_built(checkout, tmp_path):
    folder = tmp_path / "90-form-a"
    folder.mkdir()
    text = (checkout.bank / "90-form-a" / "case.yaml").read_text()
    scene = "story:\n  - {scene: closing, when: Now, title: Twice, text: Once more.}\n"
    (folder / "case.yaml").write_text(text.replace("story:\n", scene, 1))
    with pytest.raises(ValueError, match="90-form-a-closing: two parts of the page have this name"):
        build_case(load_case(folder), build.figure_drawer(checkout.published))


def test_no_cell_can_be_edited_and_no_code_is_seen(built):
    for notebook in notebooks(built).values():
        for cell in notebook["cells"]:
            assert cell["metadata"]["editable"] is False
            assert cell["cell_type"] == "markdown" or cell["metadata"]["jupyter"] == {"source_hidden": True}


def test_each_item_has_one_cell_that_carries_its_points(built, cases):
    for slug, case in cases.items():
        cells = notebooks(built)[f"{slug}/{slug}.ipynb"]["cells"]
        graded = [cell["metadata"]["nbgrader"] for cell in cells if cell["metadata"].get("nbgrader", {}).get("grade")]
        asked = () if case.content.module == "survey" else case.content.items
        assert {cell["grade_id"]: cell["points"] for cell in graded} == {item.item: item.worth for item in asked}
        assert all(cell["locked"] != cell["solution"] for cell in graded)


def test_html_blocks_hold_no_blank_line_that_would_end_them(built):
    for notebook in notebooks(built).values():
        for cell in notebook["cells"]:
            if cell["metadata"]["eprofessionalism"]["block"] != "text" and cell["cell_type"] == "markdown":
                assert all(line.strip() for line in cell["source"])


def test_assessment_items_hold_no_key_and_practice_items_hold_all(built):
    for name, data in built.items():
        if not name.endswith("items.json"):
            continue
        for entry, item in zip(json.loads(data)["items"], parse_items(json.loads(data)).items.values(), strict=True):
            if item.assessment or item.survey:
                assert not {"key", "feedback", "then", "after"} & entry.keys()
            elif not item.is_text:
                assert set(item.key) == set(item.feedback) == set(item.option_ids)


def test_markup_in_a_case_is_text_on_the_page(checkout, tmp_path):
    source = (checkout.bank / "90-form-a" / "case.yaml").read_text()
    folder = tmp_path / "90-form-a"
    folder.mkdir()
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    title = next(line for line in source.splitlines() if line.startswith("title:"))
    (folder / "case.yaml").write_text(source.replace(title, f'title: "{evil}"', 1))
    files = build_case(load_case(folder), build.figure_drawer(checkout.published))
    page = json.loads(files["90-form-a.ipynb"])
    text = "".join("".join(cell["source"]) for cell in page["cells"] if cell["cell_type"] == "markdown")
    assert "<script" not in text
    assert "&lt;script&gt;" in text


def test_the_case_digest_changes_with_the_case(checkout, tmp_path):
    source = (checkout.bank / "90-form-a" / "case.yaml").read_text()
    digests = set()
    for minutes in ("11", "12"):
        folder = tmp_path / minutes / "90-form-a"
        folder.mkdir(parents=True)
        line = next(line for line in source.splitlines() if line.startswith("minutes:"))
        (folder / "case.yaml").write_text(source.replace(line, f"minutes: {minutes}", 1))
        files = build_case(load_case(folder), build.figure_drawer(checkout.published))
        digests.add(json.loads(files["items.json"])["digest"])
    assert len(digests) == 2
