"""Writes the learners' feedback pages as `nbgrader generate_feedback` does, with one exporter for many of them.

Most of what nbgrader needs for a page goes into setting up its exporter, whose templates are compiled anew each time.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from nbconvert.exporters import Exporter
from nbconvert.exporters.exporter import ResourcesDict
from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbformat import NotebookNode
from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors.base import NbGraderPreprocessor
from nbgrader.utils import find_all_files, is_grade, is_solution
from traitlets.config import Config

from eprofessionalism_graders import files, pages, wiring
from eprofessionalism_graders.ledger import Marks
from eprofessionalism_graders.offering import Offering

_ELSEWHERE = ("GenerateFeedback", "BaseConverter", "Exporter", "TemplateExporter", "FilesWriter")


def is_plain(config: Config) -> bool:
    """Whether an offering gives feedback as `eprof init` has set it up; anything more is for nbgrader to follow."""
    return wiring.sets_nothing_in(config, _ELSEWHERE) and pages.are_plain(config.get("HTMLExporter", {}))


class _GiveMarks(NbGraderPreprocessor):
    """Puts what the gradebook holds into the cells, where nbgrader's template looks for it."""

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        """Put marks and comments into each cell, and their sum on top."""
        marks: Marks = resources["eprofessionalism"]
        for cell in nb.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            if is_solution(cell):
                cell.metadata.nbgrader["comment"] = marks.comments[name]
            if is_grade(cell):
                cell.metadata.nbgrader["score"], cell.metadata.nbgrader["points"] = marks.grades[name]
        # A penalty may be the sum of the same points, added up in another order: what is left is 0.0, and no -0.0.
        left = round(marks.score - marks.late_penalty, 9) + 0.0
        resources["nbgrader"] |= {
            "score": left,
            "max_score": marks.max_score,
            "late_penalty": marks.late_penalty,
        }
        return nb, resources


@dataclass(frozen=True)
class FeedbackWriter:
    """Writes feedback pages of one offering; `config` is nbgrader's configuration as it takes effect there."""

    offering: Offering
    config: Config

    def write(self, learner: str, assignment: str, marks: Marks) -> None:
        """Write one page, and beside it what nbgrader puts there.

        Raises:
            OSError: a file cannot be read or written.
        """
        graded = self.offering.root / "autograded" / learner / assignment
        folder = self.offering.root / "feedback" / learner / assignment
        page = self._page(graded / f"{assignment}.ipynb", learner, assignment, marks)
        ignored = [*self.config.CourseDirectory.ignore, "*.ipynb"]
        with files.new_folder(folder) as incoming:
            (incoming / f"{assignment}.html").write_text(page, encoding="utf-8")
            for path in map(Path, find_all_files(str(graded), ignored)):
                copy = incoming / path.relative_to(graded)
                copy.parent.mkdir(exist_ok=True)
                shutil.copyfile(path, copy)

    def _page(self, notebook: Path, learner: str, assignment: str, marks: Marks) -> str:
        place = {"student": learner, "assignment": assignment, "notebook": assignment, "db_url": ""}
        resources: dict[str, Any] = {
            "unique_key": assignment,
            "output_files_dir": f"{assignment}_files",
            "nbgrader": place,
            "eprofessionalism": marks,
        }
        page: Any = self._exporter.from_filename(str(notebook), resources=resources)[0]
        return f"{page}".rstrip("\n") + "\n"

    @cached_property
    def _exporter(self) -> Exporter:
        """Nbgrader's own exporter, as it sets it up."""
        feedback = GenerateFeedback(coursedir=CourseDirectory(config=self.config), config=self.config)
        exporter = feedback.exporter_class(parent=feedback, config=feedback.config)
        for preprocessor in (_GiveMarks, CSSHTMLHeaderPreprocessor):
            exporter.register_preprocessor(preprocessor, enabled=True)  # type: ignore[no-untyped-call]
        return exporter
