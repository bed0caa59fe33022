"""The same questions and answers in nbgrader as it comes: answers in solution cells, rules and keys in hidden tests.

Nothing of ours grades here: nbgrader's default preprocessors run each notebook in a kernel.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.apps import NbGraderAPI
from traitlets.config import Config

from eprofessionalism.answers import Answer
from eprofessionalism.items import Item, ItemBank, Key

RULES = Path(__file__).with_name("rules.py")


class StockCourse:
    """An nbgrader course directory with one assignment and no configuration but its place."""

    def __init__(self, root: Path, bank: ItemBank, keys: Mapping[str, Key]) -> None:
        config = Config()
        config.CourseDirectory.root = str(root)
        self.root, self.bank, self.api = root, bank, NbGraderAPI(config=config)
        self.db_url = f"sqlite:///{root / 'gradebook.db'}"
        _write(root / "source", bank.case, _notebook(bank, keys))
        _demand(self.api.generate_assignment(bank.case))

    def hand_in(self, learner: str, given: Mapping[str, Answer]) -> None:
        """A learner's submission: the released notebook with the answers in it."""
        notebook = nbformat.read(self.root / "release" / self.bank.case / f"{self.bank.case}.ipynb", as_version=4)
        for cell in notebook.cells:
            name = cell.metadata.nbgrader.grade_id.removesuffix("-answer")
            if cell.metadata.nbgrader.solution:
                answer = given[name]
                cell.source = answer if self.bank.items[name].is_text else f"answers[{name!r}] = {answer!r}"
        _write(self.root / "submitted" / learner, self.bank.case, notebook)

    def grade(self) -> None:
        """Grade everybody, as `nbgrader autograde` does."""
        with _quiet():
            _demand(self.api.autograde(self.bank.case, "*"))


@contextmanager
def _quiet() -> Iterator[None]:
    """Without what kernels write to the terminal about themselves."""
    before = os.dup(2)
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(before, 2)
        os.close(before)


def _demand(result: Mapping[str, object]) -> None:
    if not result["success"]:
        sys.exit(f"stock nbgrader failed:\n{result.get('log') or result.get('error')}")


def _write(step: Path, name: str, notebook: NotebookNode) -> None:
    (step / name).mkdir(parents=True)
    nbformat.write(notebook, step / name / f"{name}.ipynb")


def _notebook(bank: ItemBank, keys: Mapping[str, Key]) -> NotebookNode:
    rules = new_code_cell(RULES.read_text(encoding="utf-8"), metadata=_marked("rules", locked=True))
    cells = [cell for item in bank.items.values() for cell in _cells(item, keys.get(item.id, {}))]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return new_notebook(cells=[rules, *cells], metadata={"kernelspec": kernel})


def _cells(item: Item, key: Key) -> Iterator[NotebookNode]:
    if item.is_text:
        marked = _marked(item.id, grade=True, solution=True, points=item.points)
        yield new_markdown_cell("### BEGIN SOLUTION\nText.\n### END SOLUTION", metadata=marked)
        return
    blank = f"### BEGIN SOLUTION\nanswers[{item.id!r}] = None\n### END SOLUTION"
    yield new_code_cell(blank, metadata=_marked(f"{item.id}-answer", solution=True))
    plain = {option: float(value) for option, value in key.items()}
    score = f"{item.points} * {item.type}({plain}, answers[{item.id!r}])"
    test = f"### BEGIN HIDDEN TESTS\n{score}\n### END HIDDEN TESTS"
    yield new_code_cell(test, metadata=_marked(item.id, grade=True, locked=True, points=item.points))


def _marked(name: str, **more: object) -> dict[str, object]:
    flags = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3, "grade_id": name}
    return {"nbgrader": flags | more}
