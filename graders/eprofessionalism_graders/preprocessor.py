"""What takes the place of running a notebook: the journal is scored, and each question shows a review and a number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode, from_dict
from nbgrader.preprocessors import SaveAutoGrades
from nbgrader.preprocessors.base import NbGraderPreprocessor
from nbgrader.utils import is_grade

from eprofessionalism import journal
from eprofessionalism.items import ITEMS_FILE
from eprofessionalism.journal import Problem, Record
from eprofessionalism_graders import graded, hook, review
from eprofessionalism_graders.digests import file_digest
from eprofessionalism_graders.graded import Graded
from eprofessionalism_graders.hook import NotPreparedError, Stamp
from eprofessionalism_graders.scores import Result, points, results

_PROBLEMS_NAMED = 5


class ScoreJournal(NbGraderPreprocessor):
    """Scores a submission's journal. It runs no code, and it refuses a submission that the hook has not prepared."""

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        """Write the review and the score of each item into its cell.

        Raises:
            NotPrepared: the hook has not run, or has refused; nothing is graded.
        """
        place = resources["nbgrader"]
        stamp = hook.take_stamp(place["assignment"], place["student"])
        bank, keys = stamp.offering.bank(stamp.assignment), stamp.offering.key(stamp.assignment)
        scored = results(bank, keys, self._records(stamp))
        # The questions, without the story. What was said in a survey stays out of pages that have a name.
        nb.cells = [cell for cell in nb.cells if "nbgrader" in cell.metadata and not bank.is_survey]
        write = _Writer(stamp, scored)
        for cell in nb.cells:
            write.fill(cell)
        sitting, mark = stamp.offering.sitting(stamp.learner, stamp.assignment), stamp.offering.settings.pass_mark
        nb.cells.insert(0, _opening(review.opening(bank.title, scored.values(), sitting, mark)))
        resources["eprofessionalism"] = {
            "stamp": stamp,
            "evidence": {name: graded.evidence(r) for name, r in scored.items() if not r.item.survey},
        }
        return nb, resources

    def _records(self, stamp: Stamp) -> Iterator[Record]:
        """The sound lines of the journal; what was passed over goes to the log."""
        if stamp.journal is None:
            why = stamp.objection or "none was handed in"
            self.log.warning("%s, %s: no journal to grade: %s", stamp.learner, stamp.assignment, why)
            return
        count, last = 0, None
        with stamp.journal.open("rb") as file:
            for entry in journal.read(file):
                if isinstance(entry, Record):
                    yield entry
                    continue
                count, last = count + 1, entry
                if count <= _PROBLEMS_NAMED:
                    self._pass_over(stamp, entry)
        if last and count > _PROBLEMS_NAMED:  # the last one says so where the rest was not read
            self._pass_over(stamp, last)
            self.log.warning("%s: %d lines passed over in all", stamp.journal, count)

    def _pass_over(self, stamp: Stamp, problem: Problem) -> None:
        self.log.warning("%s:%d: passed over: %s", stamp.journal, problem.line, problem.why)


def _opening(page: str) -> NotebookNode:
    """A cell before the questions."""
    cell = {"cell_type": "markdown", "id": "opening", "metadata": {"editable": False}, "source": page}
    opening: NotebookNode = from_dict(cell)  # type: ignore[no-untyped-call]
    return opening


class _Writer:
    """Fills the cells of one submission."""

    def __init__(self, stamp: Stamp, scored: Mapping[str, Result]) -> None:
        self.scored = scored
        self.keys = stamp.offering.key(stamp.assignment)
        self.assessment = stamp.offering.assessment(stamp.assignment)
        self.open_key = stamp.offering.settings.open_key
        self.missing = stamp.objection

    def fill(self, cell: NotebookNode) -> None:
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        result = self.scored.get(name) or self.scored.get(name.removesuffix("-page"))
        if result is None:
            if is_grade(cell):  # without a score nbgrader would give it full marks
                raise NotPreparedError(f"{name}: not graded: no such question in {ITEMS_FILE}; make the release again")
            return
        if cell.cell_type == "code":
            cell.source = ""
            cell.outputs = [self._task(result) if result.item.is_text else self._scored(result, cell)]
        elif result.text:
            cell.source = review.safe_markdown(result.text)

    def _task(self, result: Result) -> NotebookNode:
        return _output("display_data", {"text/html": review.task(result)})

    def _scored(self, result: Result, cell: NotebookNode) -> NotebookNode:
        """One output, which pages show as HTML and nbgrader reads as a number; without it the marks would be full."""
        earned = points(result.share or 0.0, float(cell.metadata.nbgrader["points"]))
        notes = self.assessment.get(result.item.id)
        page = review.review(result, self.keys[result.item.id], notes, open_key=self.open_key, missing=self.missing)
        return _output("execute_result", {"text/html": page, "text/plain": repr(earned)}, execution_count=None)


def _output(kind: str, data: dict[str, str], **more: None) -> NotebookNode:
    output: NotebookNode = from_dict({"output_type": kind, "data": data, "metadata": {}, **more})  # type: ignore[no-untyped-call]
    return output


class SaveGrades(SaveAutoGrades):
    """Saves scores as nbgrader does, but asks for a new mark only where what the mark rests on has changed."""

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        """Save the scores, and note what they rest on."""
        ours = resources["eprofessionalism"]
        stamp: Stamp = ours["stamp"]
        place = (stamp.offering.root, stamp.learner, stamp.assignment)
        self._evidence: Mapping[str, str] = ours["evidence"]
        self._before = graded.load(*place).evidence
        nb, resources = super().preprocess(nb, resources)
        journal_digest, keys = file_digest(stamp.journal), stamp.offering.questions_digest(stamp.assignment)
        graded.save(*place, Graded(journal_digest, keys, self._evidence))
        return nb, resources

    def _add_score(self, cell: NotebookNode, resources: ResourcesDict) -> None:
        """Keep a mark settled that still rests on the same answer; nbgrader would ask for every mark again."""
        name = cell.metadata["nbgrader"]["grade_id"]
        grade: Any = self.gradebook.find_grade(name, self.notebook_id, self.assignment_id, self.student_id)
        settled = grade.manual_score is not None and not grade.needs_manual_grade
        super()._add_score(cell, resources)
        if settled and self._before.get(name) == self._evidence.get(name):
            grade.needs_manual_grade = False
            self.gradebook.db.commit()
