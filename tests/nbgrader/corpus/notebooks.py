"""What can be wrong with the notebook. It is no evidence, so not one of these changes a score."""

from __future__ import annotations

import json
import re
import shutil
import sys
from typing import Any

from . import FORM, NO_NOTEBOOK, Submission, entry, graded, named


@entry("not one that can be read")
def not_json(submission: Submission) -> None:
    """The notebook is not JSON."""
    submission.notebook.write_text("{ not a notebook")


@entry("the notebook is empty")
def empty(submission: Submission) -> None:
    """The notebook is a file of no bytes."""
    submission.notebook.write_bytes(b"")


@entry("not one that can be read")
def empty_object(submission: Submission) -> None:
    """The notebook is an empty JSON object."""
    submission.notebook.write_text("{}")


@entry("not one that can be read")
def a_list(submission: Submission) -> None:
    """The notebook is a JSON list of notebooks."""
    submission.notebook.write_text(json.dumps([submission.content()]))


@entry("not one that can be read")
def invalid_utf8(submission: Submission) -> None:
    """The notebook has bytes that are no text."""
    submission.notebook.write_bytes(submission.notebook.read_bytes().replace(b"cell_type", b"cell\xff\xfetype"))


@entry("not one that can be read")
def utf16(submission: Submission) -> None:
    """The notebook was saved in UTF-16 with bytes that are half a character."""
    submission.notebook.write_bytes(submission.notebook.read_text().encode("utf-16") + b"\x00")


@entry("the notebook was changed")
def another_cases_content(submission: Submission) -> None:
    """The notebook of another case lies under this one's name."""
    other = next(submission.other_release.glob("*.ipynb"))
    shutil.copyfile(other, submission.notebook)


@entry("the notebook was changed")
def another_cases_content_in_a_test(submission: Submission) -> None:
    """The notebook of a case lies under the name of the test."""
    another_cases_content(submission)


@entry("missing")
def cell_deleted(submission: Submission) -> None:
    """The first question was deleted."""
    submission.rewrite(lambda cells: cells.remove(next(graded(cells))))


@entry("missing")
def all_cells_deleted(submission: Submission) -> None:
    """Nothing is left in the notebook."""
    submission.rewrite(lambda cells: cells.clear())


@entry("twice")
def cell_duplicated(submission: Submission) -> None:
    """The first question is there twice, with the same id."""
    submission.rewrite(lambda cells: cells.append(next(graded(cells))))


@entry("added")
def cell_duplicated_under_another_id(submission: Submission) -> None:
    """The first question is there twice, the second time with an id of its own."""
    submission.rewrite(lambda cells: cells.append(next(graded(cells)) | {"id": "twin"}))


@entry("another order")
def cells_reordered(submission: Submission) -> None:
    """The cells are in the opposite order."""
    submission.rewrite(lambda cells: cells.reverse())


@entry("the notebook was changed")
def cell_ids_taken_away(submission: Submission) -> None:
    """The cells have no ids, as older programs save them."""
    submission.rewrite(lambda cells: [cell.pop("id") for cell in cells] and None)


def _flag(name: str, value: Any) -> None:
    def spoil(submission: Submission) -> None:
        def change(cells: list[dict[str, Any]]) -> None:
            for cell in list(graded(cells)):
                cell["metadata"]["nbgrader"][name] = value

        submission.rewrite(change)

    title = re.sub("[^a-z0-9]+", "_", f"{name}_changed_to_{value}".lower())
    entry("changed")(named(spoil, title, f"Every question says {name}: {value}."))


for _name, _value in (
    ("grade", False),
    ("solution", True),
    ("task", True),
    ("locked", False),
    ("points", 1000),
    ("points", -1.5),
    ("points", "many"),
    ("grade_id", "the-same"),
    ("grade_id", "../up"),
    ("cell_type", "markdown"),
    ("schema_version", 1),
    ("schema_version", 2),
    ("schema_version", 99),
    ("schema_version", "text"),
):
    _flag(_name, _value)


@entry("changed")
def grade_ids_swapped(submission: Submission) -> None:
    """Two questions have changed their names with one another."""

    def change(cells: list[dict[str, Any]]) -> None:
        one, other, *_ = (cell["metadata"]["nbgrader"] for cell in graded(cells))
        one["grade_id"], other["grade_id"] = other["grade_id"], one["grade_id"]

    submission.rewrite(change)


@entry("changed")
def cell_types_changed(submission: Submission) -> None:
    """Questions are Markdown, and text is code."""

    def change(cells: list[dict[str, Any]]) -> None:
        for cell in cells:
            was_code = cell["cell_type"] == "code"
            cell["cell_type"] = "markdown" if was_code else "code"
            if not was_code:
                cell |= {"outputs": [], "execution_count": None}

    submission.rewrite(change)


def _forge(cells: list[dict[str, Any]]) -> None:
    """Show full marks and more, as the scorer would write them."""
    for cell in graded(cells):
        if cell["cell_type"] == "code":
            cell["outputs"] = [
                {"output_type": "execute_result", "data": {"text/plain": "100"}, "metadata": {}, "execution_count": 1}
            ]


@entry("changed")
def source_changed(submission: Submission) -> None:
    """Each question computes its own full marks, and shows them as its result."""

    def change(cells: list[dict[str, Any]]) -> None:
        _forge(cells)
        for cell in graded(cells):
            cell["source"] = "100"

    submission.rewrite(change)


@entry("", "zero")
def scores_forged_without_an_answer(submission: Submission) -> None:
    """Each question shows full marks as its result, and the record holds nothing but that they were seen."""
    submission.rewrite(_forge)
    submission.journal.write_bytes(b"".join(submission.lines()).replace(b'"commit"', b'"shown"'))


@entry("more than")
def huge_outputs(submission: Submission) -> None:
    """One cell shows thirty million bytes."""
    text = "A line of an endless loop.\n" * 1_200_000

    def change(cells: list[dict[str, Any]]) -> None:
        next(graded(cells))["outputs"] = [{"output_type": "stream", "name": "stdout", "text": text}]

    submission.rewrite(change)
    assert submission.notebook.stat().st_size > 30_000_000


@entry("bytes")
def larger_than_any_disk_would_like(submission: Submission) -> None:
    """The notebook is a file of three thousand million bytes, nearly all of them holes."""
    with submission.notebook.open("r+b") as file:
        file.truncate(3_000_000_000)


@entry("the notebook was changed")
def no_kernelspec(submission: Submission) -> None:
    """The notebook does not say what language it is in."""
    content = submission.content()
    del content["metadata"]["kernelspec"]
    submission.notebook.write_text(json.dumps(content))


@entry("the notebook was changed")
def no_settings(submission: Submission) -> None:
    """The notebook has no metadata at all."""
    submission.notebook.write_text(json.dumps(submission.content() | {"metadata": {}}))


@entry("the notebook")
def without_metadata(submission: Submission) -> None:
    """The notebook has cells and nothing else."""
    submission.notebook.write_text(json.dumps({"cells": submission.content()["cells"]}))


@entry("the notebook")
def parts_of_wrong_types(submission: Submission) -> None:
    """The cells are there, and everything in them is of another type than it should be."""

    def change(cells: list[dict[str, Any]]) -> None:
        for cell, value in zip(cells, (None, 1, [], {}, "x", [[]], {"a": None}, 1.5), strict=False):
            cell.update(dict.fromkeys(cell, value))

    submission.rewrite(change)


@entry("the notebook")
def cells_of_wrong_types(submission: Submission) -> None:
    """The cells are an object."""
    submission.notebook.write_text(json.dumps(submission.content() | {"cells": {"a": 1}}))


@entry("the notebook")
def metadata_of_a_wrong_type(submission: Submission) -> None:
    """The metadata are a number."""
    submission.notebook.write_text(json.dumps(submission.content() | {"metadata": 7}))


@entry("the notebook", beyond={"nbgrader": NO_NOTEBOOK, "formgrader": NO_NOTEBOOK})
def missing(submission: Submission) -> None:
    """There is no notebook."""
    submission.notebook.unlink()


@entry("the notebook", assignment=FORM, beyond={"nbgrader": NO_NOTEBOOK, "formgrader": NO_NOTEBOOK})
def missing_in_a_test(submission: Submission) -> None:
    """There is no notebook beside the answers of the test."""
    submission.notebook.unlink()


@entry("another-name.ipynb")
def renamed(submission: Submission) -> None:
    """The notebook has another name."""
    submission.notebook.rename(submission.notebook.with_name("another-name.ipynb"))


@entry("copy")
def several(submission: Submission) -> None:
    """Beside the notebook lie copies of it, and one that is none."""
    for name in ("0-copy.ipynb", "zz-copy.ipynb"):
        shutil.copyfile(submission.notebook, submission.folder / name)
    (submission.folder / "copy.ipynb").write_text("{")


@entry("not one that can be read")
def nested_beyond_reading(submission: Submission) -> None:
    """The notebook is a hundred thousand lists in one another."""
    submission.notebook.write_text("[" * 100_000 + "]" * 100_000)


@entry("not one that can be read")
def metadata_nested_beyond_reading(submission: Submission) -> None:
    """A notebook that is sound for the rest has metadata nested a hundred thousand times."""
    text = json.dumps(submission.content())
    deep = '{"a":' * 100_000 + "1" + "}" * 100_000
    submission.notebook.write_text(text.replace('"metadata": {', f'"metadata": {{"deep": {deep}, ', 1))


@entry("")
def settings_nested_as_deep_as_can_be_read(submission: Submission) -> None:
    """A program's own settings of the notebook are nested two hundred times; that changes nothing in it."""
    content, deep = submission.content(), {}
    for _ in range(200):
        deep = {"a": deep}
    content["metadata"]["widgets"] = deep
    submission.notebook.write_text(json.dumps(content))


@entry("not one that can be read")
def not_a_number(submission: Submission) -> None:
    """A question carries NaN points."""

    def change(cells: list[dict[str, Any]]) -> None:
        next(graded(cells))["metadata"]["nbgrader"]["points"] = float("nan")

    submission.rewrite(change)


@entry("the notebook")
def names_twice(submission: Submission) -> None:
    """The cells are there twice, and the second time there are none."""
    text = json.dumps(submission.content())
    submission.notebook.write_text(text[:-1] + ', "cells": []}')


@entry("the notebook")
def half_a_character(submission: Submission) -> None:
    """A cell holds half of a surrogate pair, which no encoding can write."""
    submission.rewrite(lambda cells: cells[0].update(source="\ud800"))


def _format(value: Any, doc: str) -> None:
    def spoil(submission: Submission) -> None:
        submission.notebook.write_text(json.dumps(submission.content() | {"nbformat": value}))

    entry("another format")(named(spoil, f"nbformat_{value}".lower(), doc))


_format(3, "The notebook says that it is of nbformat 3, which kept its cells in worksheets.")
_format(99, "The notebook says that it is of an nbformat that does not exist yet.")
_format("four", "The notebook's format is a word.")
_format(None, "The notebook's format is null.")


@entry("not one that can be read")
def worksheets(submission: Submission) -> None:
    """The notebook is really of nbformat 3."""
    cells = [{"cell_type": "code", "input": "100", "outputs": [], "language": "python", "metadata": {}}]
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [{"cells": cells}]}
    submission.notebook.write_text(json.dumps(old))


# ---- What everybody's folder looks like: nothing to tell of --------------------------------------------------------


@entry("")
def played_and_saved(submission: Submission) -> None:
    """An honest notebook after playing: outputs, counts, the widgets' state, and what programs leave beside it."""
    content = submission.content()
    view = {"application/vnd.jupyter.widget-view+json": {"model_id": "a" * 32, "version_major": 2, "version_minor": 0}}
    for number, cell in enumerate((cell for cell in content["cells"] if cell["cell_type"] == "code"), start=1):
        data = view | {"text/plain": "Question()"}
        cell["outputs"] = [{"output_type": "display_data", "data": data, "metadata": {}}]
        cell["execution_count"] = number
        cell["metadata"]["execution"] = {"iopub.status.idle": "2026-01-05T09:00:00.000Z"}
        cell["metadata"]["trusted"] = True
    state = {"a" * 32: {"model_name": "AnyModel", "model_module": "anywidget", "state": {"answer": "b"}}}
    content["metadata"]["widgets"] = {
        "application/vnd.jupyter.widget-state+json": {"state": state, "version_major": 2, "version_minor": 0}
    }
    version = ".".join(map(str, sys.version_info[:3]))
    content["metadata"]["language_info"] = {"name": "python", "version": version, "file_extension": ".py"}
    content["metadata"]["toc"] = {"base_numbering": 1}
    submission.notebook.write_text(json.dumps(content, indent=1) + "\n")
    checkpoints = submission.folder / ".ipynb_checkpoints"
    checkpoints.mkdir()
    for path in (submission.notebook, submission.journal):
        shutil.copyfile(path, checkpoints / f"{path.stem}-checkpoint{path.suffix}")


@entry("", assignment=FORM)
def a_test_played_and_saved(submission: Submission) -> None:
    """An honest notebook of a test after playing."""
    played_and_saved(submission)


@entry("")
def with_what_other_programs_leave(submission: Submission) -> None:
    """A folder that went over a Mac and a Windows machine, where it was also opened by another Jupyter."""
    for name in (".DS_Store", "desktop.ini", "Thumbs.db"):
        (submission.folder / name).write_bytes(b"\x00\x01")
    (submission.folder / "__pycache__").mkdir()
    content = submission.content()
    content["metadata"]["kernelspec"] = {"name": "python3", "display_name": "Python 3.14", "language": "python"}
    content["nbformat_minor"] = 4 if content["nbformat_minor"] != 4 else 5
    submission.notebook.write_text(json.dumps(content, ensure_ascii=False, indent=2))


@entry("")
def without_the_drawings(submission: Submission) -> None:
    """Only the notebook, the questions and the answers were sent on: what shows nothing is not missed."""
    shutil.rmtree(submission.folder / "art", ignore_errors=True)
