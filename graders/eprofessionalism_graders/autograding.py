"""Grades submissions as `nbgrader autograde` does in this offering, and leaves behind what it leaves, but in one go.

nbgrader starts anew for every submission: it opens its gradebook nine times, reads its configuration, and converts the
notebook twice. Here the released notebook and the gradebook are read once for many submissions. What scores, what is
shown and what the hook demands is the same code; files and rows are compared with nbgrader's own by a test.
"""

from __future__ import annotations

import copy
import json
import os
import shutil
from collections.abc import Collection
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import find_all_files
from traitlets.config import Config

from eprofessionalism.journal import JOURNAL_FILE
from eprofessionalism_graders import files, graded, hook, incidents, intake, marking, wiring
from eprofessionalism_graders.incidents import Incident
from eprofessionalism_graders.ledger import Ledger, Scores
from eprofessionalism_graders.marking import Marked
from eprofessionalism_graders.offering import Offering
from eprofessionalism_graders.scores import Result, points

_READ_ONLY = 0o444
_KEPT = f"{files.STATE}/beside"
_OURS = frozenset({"pre_convert_hook", "sanitize_preprocessors", "autograde_preprocessors"})
_ELSEWHERE = ("BaseConverter", "NbConvertBase", "Exporter", "NotebookExporter", "FilesWriter", "SaveGrades")


def is_plain(config: Config) -> bool:
    """Whether an offering grades as `eprof init` set it up; anything more is for nbgrader itself to follow."""
    return set(config.Autograde) <= _OURS and wiring.sets_nothing_in(config, _ELSEWHERE)


class Autograder:
    """Grades submissions of one offering that is fit to grade with.

    Args:
        offering: the offering, as it is now.
        ledger: its gradebook.
        config: nbgrader's configuration as it takes effect there.
    """

    def __init__(self, offering: Offering, ledger: Ledger, config: Config) -> None:
        self._offering, self._ledger, self._config = offering, ledger, config
        self._pages: dict[str, NotebookNode] = {}
        self._sources: dict[str, dict[str, Path]] = {}

    def grade(self, learner: str, assignment: str) -> tuple[Incident, ...]:
        """Grade one submission; what was wrong with it.

        The gradebook comes last but for the note of what was graded. So whatever stops this, the next grading begins
        again, and nothing is counted twice.

        Raises:
            UserError: it cannot be graded; nothing has changed.
            OSError: a file cannot be written; the next grading begins again.
            sqlalchemy.exc.SQLAlchemyError: the gradebook cannot be written; likewise.
        """
        place = (self._offering.root, learner, assignment)
        stamp = hook.prepare(self._offering.submitted(learner, assignment), self._offering)
        marked = marking.mark(stamp)
        same = graded.same(graded.load(*place).evidence, marked.evidence)
        self._write(marked)
        if self._ledger.enter(learner, assignment, intake.handed_in_at(stamp.folder), _scores(marked, same)):
            self._apply_late_rule(learner, assignment)
        incidents.note_submission(*place, marked.incidents)
        graded.save(*place, marked.state())
        return marked.incidents

    def _write(self, marked: Marked) -> None:
        """Put the graded folder in its place: the page, and beside it what nbgrader puts there."""
        stamp = marked.stamp
        page = self._page(stamp.assignment)
        marking.fill(marked, page)
        folder = self._offering.root / "autograded" / stamp.learner / stamp.assignment
        with files.new_folder(folder) as incoming:
            target = incoming / f"{stamp.assignment}.ipynb"
            target.write_text(json.dumps(page, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
            target.chmod(_READ_ONLY)
            for name in (JOURNAL_FILE, intake.TIMESTAMP_FILE, intake.SECRET_FILE):
                if os.path.lexists(stamp.folder / name):
                    _copy(stamp.folder / name, incoming / name)
            for name, path in self._from_source(stamp.assignment).items():
                _share(path, incoming / name)

    def _page(self, assignment: str) -> NotebookNode:
        """The questions of the released notebook, of which each submission gets a copy."""
        if assignment not in self._pages:
            path = self._offering.release(assignment) / f"{assignment}.ipynb"
            page = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
            page.cells = marking.questions(page)
            for hidden in ("orig_nbformat", "orig_nbformat_minor", "signature"):  # what nbformat writes to no file
                page.metadata.pop(hidden, None)
            self._pages[assignment] = page
        page = copy.copy(self._pages[assignment])
        page.cells = [copy.copy(cell) for cell in page.cells]  # what is filled in later is the cell's own
        return page

    def _from_source(self, assignment: str) -> dict[str, Path]:
        """What nbgrader lays beside each graded notebook of an assignment: by name, a copy that is for reading only."""
        if assignment not in self._sources:
            source, kept = self._offering.root / "source" / assignment, self._offering.root / _KEPT / assignment
            ignored = [*self._config.CourseDirectory.ignore, "*.ipynb"]
            names = [Path(path).relative_to(source).as_posix() for path in find_all_files(str(source), ignored)]
            for name in names:
                if not (kept / name).is_file() or (kept / name).read_bytes() != (source / name).read_bytes():
                    files.put(kept / name, (source / name).read_bytes())
                    (kept / name).chmod(_READ_ONLY)
            self._sources[assignment] = {name: kept / name for name in names}
        return self._sources[assignment]

    def _apply_late_rule(self, learner: str, assignment: str) -> None:
        """What an institution does about late submissions is nbgrader's to know."""
        place = {"student": learner, "assignment": assignment, "notebook": assignment, "db_url": self._offering.db_url}
        nothing = NotebookNode(cells=[])  # type: ignore[no-untyped-call]
        self._late_rule.preprocess(nothing, {"nbgrader": place})

    @cached_property
    def _late_rule(self) -> Any:
        return AssignLatePenalties(config=self._config)


def _copy(path: Path, target: Path) -> None:
    shutil.copyfile(path, target)
    target.chmod(_READ_ONLY)


def _share(path: Path, target: Path) -> None:
    """Lay down what is the same for everybody, and what nobody writes to."""
    if not target.parent.exists():
        target.parent.mkdir()
    try:
        os.link(path, target)
    except OSError:
        _copy(path, target)


def _scores(marked: Marked, same: Collection[str]) -> Scores:
    """What nbgrader would read off the page."""
    results = [one for one in marked.results.values() if not one.item.survey]
    unanswered = {one.item.id for one in results if one.item.by_hand and not one.text}
    return Scores({one.item.id: _points(one) for one in results}, unanswered, same)


def _points(result: Result) -> float | None:
    return None if result.share is None else points(result.share, result.item.points)
