"""One submission marked: from the hook's stamp to scores, to what the scores rest on, and to the pages that show them.

nbgrader's own autograder and ours both come here, so that they cannot differ.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from nbformat import NotebookNode, from_dict
from nbgrader.utils import is_grade

from eprofessionalism.items import ITEMS_FILE, Key
from eprofessionalism_graders import graded, review
from eprofessionalism_graders.digests import file_digest
from eprofessionalism_graders.evidence import NO_ANSWERS, Reading
from eprofessionalism_graders.graded import Graded
from eprofessionalism_graders.hook import NotPreparedError, Stamp
from eprofessionalism_graders.incidents import Incident
from eprofessionalism_graders.keys import AssessmentKey
from eprofessionalism_graders.scores import Result, points, results

_REVIEWS_KEPT = 4000
"""So many reviews are kept, of a few thousand characters each: many learners answer alike."""


@dataclass(frozen=True, slots=True)
class Marked:
    """What a submission earned. `incidents` is all that was wrong with it.

    `journal` is the digest that the journal had before it was read: where other answers take its place meanwhile, they
    are not taken for graded.
    """

    stamp: Stamp
    results: Mapping[str, Result]
    keys: Mapping[str, Key]
    notes: Mapping[str, AssessmentKey]
    incidents: tuple[Incident, ...]
    journal: str

    @property
    def evidence(self) -> dict[str, str]:
        """For each graded item, a digest of what its score rests on."""
        return {name: graded.evidence(one) for name, one in self.results.items() if not one.item.survey}

    def state(self) -> Graded:
        """What is kept to tell whether it must be graded again."""
        stamp = self.stamp
        rests_on = stamp.offering.grading_digest(stamp.learner, stamp.assignment)
        return Graded(self.journal, rests_on, self.evidence)


def mark(stamp: Stamp) -> Marked:
    """Score the journal of a submission that has been made safe."""
    offering, name = stamp.offering, stamp.assignment
    bank, keys, journal = offering.bank(name), offering.key(name), file_digest(stamp.journal)
    if stamp.journal is None:
        scored = results(bank, keys, ())
        why = f"the record of answers: {stamp.objection}" if stamp.objection else "no record of answers"
        said = [(why, NO_ANSWERS)]
    else:
        reading = Reading(stamp.journal, bank)
        scored = results(bank, keys, reading.records())
        said = list(reading.found())
    found = (*stamp.incidents, *(Incident(stamp.learner, name, *what) for what in said))
    return Marked(stamp, scored, keys, offering.assessment(name), found, journal)


def fill(marked: Marked, notebook: NotebookNode) -> None:
    """Turn a released notebook into the page that shows what was earned: the questions, without the story.

    Raises:
        NotPreparedError: the notebook has a grade cell that the items do not know; nothing is graded.
    """
    stamp = marked.stamp
    bank = stamp.offering.bank(stamp.assignment)
    cells = [] if bank.is_survey else questions(notebook)  # what was said in a survey stays out of pages with a name
    for cell in cells:
        _fill(marked, cell)
    sitting, pass_mark = stamp.offering.sitting(stamp.learner, stamp.assignment), stamp.offering.settings.pass_mark
    page = review.opening(bank.title, marked.results.values(), sitting, pass_mark)
    opening = {"cell_type": "markdown", "id": "opening", "metadata": {"editable": False}, "source": page}
    notebook.cells = [from_dict(opening), *cells]  # type: ignore[no-untyped-call]


def questions(notebook: NotebookNode) -> list[NotebookNode]:
    """The cells of a notebook that ask, without those that tell the story."""
    return [cell for cell in notebook.cells if "nbgrader" in cell.metadata]


def _fill(marked: Marked, cell: NotebookNode) -> None:
    name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
    result = marked.results.get(name) or marked.results.get(name.removesuffix("-page"))
    if result is None:
        if is_grade(cell):  # without a score nbgrader would give it full marks
            raise NotPreparedError(f"{name}: not graded: no such question in {ITEMS_FILE}; make the release again")
        return
    if cell.cell_type == "code":
        cell.source = ""
        cell.outputs = [_task(result) if result.item.is_text else _scored(marked, result, cell)]
    elif result.text:
        cell.source = review.safe_markdown(result.text)


def _task(result: Result) -> NotebookNode:
    return _output("display_data", {"text/html": review.task(result)})


def _scored(marked: Marked, result: Result, cell: NotebookNode) -> NotebookNode:
    """One output, which pages show as HTML and nbgrader reads as a number; without it the marks would be full."""
    earned = points(result.share or 0.0, float(cell.metadata.nbgrader["points"]))
    data = {"text/html": _review(marked, result), "text/plain": repr(earned)}
    return _output("execute_result", data, execution_count=None)


def _review(marked: Marked, result: Result) -> str:
    """The review of an answer, written once for all who answered alike."""
    item, stamp = result.item.id, marked.stamp
    certainty = result.record.certainty if result.record else None
    seen = (item, json.dumps(result.answer), certainty, stamp.objection)  # all that learners' reviews differ by
    pages = stamp.offering.reviews
    if seen not in pages:
        if len(pages) >= _REVIEWS_KEPT:
            pages.clear()
        key, notes, is_open = marked.keys[item], marked.notes.get(item), stamp.offering.settings.open_key
        pages[seen] = review.review(result, key, notes, open_key=is_open, missing=stamp.objection)
    return pages[seen]


def _output(kind: str, data: dict[str, str], **more: None) -> NotebookNode:
    output: NotebookNode = from_dict({"output_type": kind, "data": data, "metadata": {}, **more})  # type: ignore[no-untyped-call]
    return output
