"""What takes the place of running a notebook: the journal is scored, and each question shows a review and a number."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.preprocessors import SaveAutoGrades
from nbgrader.preprocessors.base import NbGraderPreprocessor

from eprofessionalism_graders import graded, hook, incidents, marking
from eprofessionalism_graders.hook import NotPreparedError
from eprofessionalism_graders.marking import Marked


@contextmanager
def _leaving_no_trace() -> Iterator[None]:
    """Take back what nbgrader forgets to when a notebook is refused: the word that it is running notebooks.

    With it, no page of the course shows its questions in anything that the same JupyterLab starts later.
    """
    try:
        yield
    except BaseException:
        os.environ.pop("NBGRADER_EXECUTION", None)
        raise


class ScoreJournal(NbGraderPreprocessor):
    """Scores a submission's journal. It runs no code, and it refuses a submission that the hook has not prepared."""

    @_leaving_no_trace()
    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        """Write the review and the score of each item into its cell.

        Raises:
            NotPreparedError: the hook has not run, or has refused; nothing is graded.
        """
        place = resources["nbgrader"]
        marked = marking.mark(hook.take_stamp(place["assignment"], place["student"]))
        marking.fill(marked, nb)
        for incident in marked.incidents:
            self.log.warning("%s", incident)
        resources["eprofessionalism"] = marked
        return nb, resources


class SaveGrades(SaveAutoGrades):
    """Saves scores as nbgrader does, but asks for a new mark only where what the mark rests on has changed."""

    @_leaving_no_trace()
    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        """Save the scores, and note what they rest on.

        Raises:
            NotPreparedError: nothing has scored the page; nothing is saved.
        """
        marked: Marked | None = resources.get("eprofessionalism")
        if marked is None:
            remedy = "ScoreJournal comes before SaveGrades in nbgrader_config.py"
            raise NotPreparedError(f"not graded: expected scores to save, found none; {remedy}")
        stamp = marked.stamp
        place = (stamp.offering.root, stamp.learner, stamp.assignment)
        self._same = graded.same(graded.load(*place).evidence, marked.evidence)
        nb, resources = super().preprocess(nb, resources)
        incidents.note_submission(*place, marked.incidents)
        graded.save(*place, marked.state())
        return nb, resources

    def _add_score(self, cell: NotebookNode, resources: ResourcesDict) -> None:
        """Keep a mark settled that still rests on the same answer; nbgrader would ask for every mark again."""
        name = cell.metadata["nbgrader"]["grade_id"]
        grade: Any = self.gradebook.find_grade(name, self.notebook_id, self.assignment_id, self.student_id)
        settled = grade.manual_score is not None and not grade.needs_manual_grade
        super()._add_score(cell, resources)
        if settled and name in self._same:
            grade.needs_manual_grade = False
            self.gradebook.db.commit()
