"""One submission's rows in nbgrader's gradebook, as nbgrader itself would write them, in one transaction.

nbgrader asks for every cell by itself and commits after each. Here one select finds what is there, and what differs is
written at once; the tables, their columns and what they mean are nbgrader's (`nbgrader.api`, 0.9).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from math import fsum
from typing import Any
from uuid import uuid4

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    GradeCell,
    Notebook,
    SolutionCell,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import and_, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError, OperationalError

from eprofessionalism_graders.digests import digest
from eprofessionalism_graders.errors import UserError
from eprofessionalism_graders.offering import Offering

NO_RESPONSE = "No response."  # nbgrader's own words for a solution that was left as it was
_PAUSES = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 4.0)  # seconds; another grader holds the gradebook for a few hundredths

_submissions, _notebooks = SubmittedAssignment.__table__, SubmittedNotebook.__table__
_grades, _comments = Grade.__table__, Comment.__table__
_INSERT = {table: insert(table) for table in (_submissions, _notebooks, _grades, _comments)}
_SUBMISSION = (
    select(Assignment.duedate, _submissions.c.id, _submissions.c.extension, _submissions.c.timestamp)
    .outerjoin(
        _submissions,
        and_(_submissions.c.assignment_id == Assignment.id, _submissions.c.student_id == bindparam("learner")),
    )
    .where(Assignment.id == bindparam("assignment"))
)


_NOTEBOOK = (
    select(_notebooks.c.id, _notebooks.c.late_submission_penalty)
    .join(_submissions, _notebooks.c.assignment_id == _submissions.c.id)
    .where(
        _submissions.c.assignment_id == bindparam("assignment"),
        _submissions.c.student_id == bindparam("learner"),
        _notebooks.c.notebook_id == bindparam("notebook"),
    )
)


def _of_notebook(table: Any, *columns: Any) -> Any:
    """Rows of one submitted notebook, in an order that stays.

    The cells are named because nbgrader’s tables are indexed by cell and notebook, and by no notebook alone: without
    them every row of every learner would be read.
    """
    cells = table.c.cell_id.in_(bindparam("cells", expanding=True))
    place = table.c.notebook_id == bindparam("notebook")
    return select(table.c.cell_id, *columns).where(cells, place).order_by(table.c.cell_id)


_SHOWN_GRADES = _of_notebook(_grades, _grades.c.auto_score, _grades.c.manual_score, _grades.c.extra_credit)
_SHOWN_COMMENTS = _of_notebook(_comments, _comments.c.auto_comment, _comments.c.manual_comment)
_OLD_GRADES = _of_notebook(
    _grades, _grades.c.id, _grades.c.auto_score, _grades.c.manual_score, _grades.c.needs_manual_grade
)
_OLD_COMMENTS = _of_notebook(_comments, _comments.c.id, _comments.c.auto_comment)


@dataclass(frozen=True, slots=True)
class Scores:
    """What one submission earned, for the gradebook.

    `auto` has the points of each grade cell, None where a person has to mark; `unanswered` are the solution cells that
    were left as they were; `same` the cells whose earlier mark still rests on the same answer.
    """

    auto: Mapping[str, float | None]
    unanswered: Collection[str] = ()
    same: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Marks:
    """What stands in the gradebook: by cell the points earned and possible, and the comments; the sums of the points,
    and how many of them being late costs.
    """

    grades: Mapping[str, tuple[float, float]]
    comments: Mapping[str, str | None]
    score: float
    max_score: float
    late_penalty: float


@dataclass(frozen=True, slots=True)
class _Assignment:
    """nbgrader's ids of an assignment, of its notebook, and by name of its cells."""

    id: str
    notebook: str
    grade_cells: Mapping[str, str]
    solution_cells: Mapping[str, str]


class Ledger:
    """The gradebook of an offering, held open for many submissions."""

    def __init__(self, gradebook: Gradebook) -> None:
        self._db = gradebook.db
        self._known: dict[str, _Assignment] = {}

    @classmethod
    @contextmanager
    def open(cls, offering: Offering) -> Iterator[Ledger]:
        """The ledger of an offering, closed again at the end."""
        with offering.gradebook() as gradebook:
            yield cls(gradebook)

    def enter(self, learner: str, assignment: str, handed_in: datetime | None, scores: Scores) -> bool:
        """Write one submission; marks and comments that a person gave stay.

        Args:
            learner: an id of the roster that is in the gradebook.
            assignment: the name of a released assignment.
            handed_in: when; where nobody knows, the time that stands there stays.
            scores: what it earned.

        Returns:
            Whether it is late: then nbgrader’s rule on late submissions has still to be applied.

        Raises:
            UserError: nbgrader does not know the assignment or one of its cells.
            sqlalchemy.exc.SQLAlchemyError: the gradebook cannot be written; nothing of this submission is.
        """
        at = handed_in.astimezone(UTC).replace(tzinfo=None) if handed_in else None
        return self._whole(lambda: self._enter(learner, self._assignment(assignment), at, scores))

    def fingerprint(self, learner: str, assignment: str) -> str:
        """Tells, at little cost, whether anything that a feedback page takes from the gradebook has changed."""
        known = self._assignment(assignment)
        found: list[list[list[Any]]] = [[], [], []]
        if row := self._submitted(learner, known):
            cells = (_SHOWN_GRADES, known.grade_cells), (_SHOWN_COMMENTS, known.solution_cells)
            found = [[[row.late_submission_penalty]]]
            found += [[list(one) for one in self._rows(wanted, row.id, names)] for wanted, names in cells]
        self._db.rollback()  # nothing is held while nobody asks
        return digest(found)

    def marks(self, learner: str, assignment: str) -> Marks:
        """All that a feedback page takes from the gradebook.

        Raises:
            UserError: the submission is not in the gradebook.
        """
        known = self._assignment(assignment)
        row = self._submitted(learner, known)
        if row is None:
            raise UserError(f"gradebook: expected {assignment} of {learner}, found none; grade it first")
        grades = (
            select(GradeCell.name, Grade.score, GradeCell.max_score)
            .join(Grade, Grade.cell_id == GradeCell.id)
            .where(_grades.c.notebook_id == row.id, _grades.c.cell_id.in_(known.grade_cells.values()))
            .order_by(GradeCell.name)
        )
        comments = (
            select(BaseCell.name, Comment.comment)
            .join(Comment, Comment.cell_id == BaseCell.id)
            .where(_comments.c.notebook_id == row.id, _comments.c.cell_id.in_(known.solution_cells.values()))
            .order_by(BaseCell.name)
        )
        points = {name: (score, worth) for name, score, worth in self._db.execute(grades)}
        found = Marks(
            points,
            {one.name: one.comment for one in self._db.execute(comments)},
            fsum(score for score, _ in points.values()),
            fsum(worth for _, worth in points.values()),
            row.late_submission_penalty or 0,
        )
        self._db.rollback()  # nothing is held while nobody asks
        return found

    def _submitted(self, learner: str, assignment: _Assignment) -> Any:
        """The row of a submitted notebook, None where it is not in the gradebook."""
        place = {"assignment": assignment.id, "learner": learner, "notebook": assignment.notebook}
        return self._execute(_NOTEBOOK, place).one_or_none()

    def _rows(self, statement: Any, notebook: str, cells: Mapping[str, str]) -> Any:
        """Rows of a submitted notebook by `_of_notebook`, of the cells of these ids."""
        return self._execute(statement, {"notebook": notebook, "cells": list(cells.values())})

    def _whole(self, write: Callable[[], bool]) -> bool:
        """Write all or nothing; where another grader is at the same rows, once more when it is done."""
        for pause in _PAUSES:
            with suppress(IntegrityError, OperationalError):
                return self._in_one(write)
            time.sleep(pause)
        return self._in_one(write)

    def _in_one(self, write: Callable[[], bool]) -> bool:
        try:
            found = write()
            self._db.commit()
        except BaseException:
            self._db.rollback()
            raise
        return found

    def _enter(self, learner: str, assignment: _Assignment, at: datetime | None, scores: Scores) -> bool:
        row = self._execute(_SUBMISSION, {"assignment": assignment.id, "learner": learner}).one()
        if is_new := row.id is None:
            submission = self._insert(_submissions, assignment_id=assignment.id, student_id=learner, timestamp=at)
        else:
            submission = row.id
            if at is not None and at != row.timestamp:
                self._update(_submissions, [{"id": submission, "timestamp": at}])
        notebook = self._notebook(submission, assignment.notebook, is_new)
        self._enter_grades(notebook, assignment, scores, is_new)
        self._enter_comments(notebook, assignment, scores, is_new)
        due, when = row.duedate, at or row.timestamp
        return bool(due and when and when > (due + row.extension if row.extension else due))

    def _notebook(self, submission: str, notebook: str, is_new: bool) -> str:
        """The submitted notebook, without an earlier penalty for being late."""
        place = (_notebooks.c.assignment_id == submission, _notebooks.c.notebook_id == notebook)
        columns = (_notebooks.c.id, _notebooks.c.late_submission_penalty)
        row = None if is_new else self._execute(select(*columns).where(*place)).one_or_none()
        if row is None:
            return self._insert(_notebooks, assignment_id=submission, notebook_id=notebook, flagged=False)
        if row.late_submission_penalty is not None:
            self._update(_notebooks, [{"id": row.id, "late_submission_penalty": None}])
        return str(row.id)

    def _enter_grades(self, notebook: str, assignment: _Assignment, scores: Scores, is_new: bool) -> None:
        if assignment.grade_cells.keys() != scores.auto.keys():
            odd = ", ".join(sorted(assignment.grade_cells.keys() ^ scores.auto.keys()))
            remedy = "make the release again with nbgrader generate_assignment --force"
            raise UserError(f"gradebook: expected the questions of {assignment.id}, found others ({odd}); {remedy}")
        there = {} if is_new else self._there(_OLD_GRADES, notebook, assignment.grade_cells)
        new, changed = [], []
        for name, cell in assignment.grade_cells.items():
            row, auto = there.get(cell), scores.auto[name]
            if row is None:
                new.append({"cell_id": cell, "auto_score": auto, "needs_manual_grade": auto is None})
                continue
            settled = row.manual_score is not None and not row.needs_manual_grade and name in scores.same
            wants = (row.manual_score is not None or auto is None) and not settled
            if (row.auto_score, row.needs_manual_grade) != (auto, wants):
                changed.append({"id": row.id, "auto_score": auto, "needs_manual_grade": wants})
        self._insert_all(_grades, notebook, new)
        self._update(_grades, changed)

    def _enter_comments(self, notebook: str, assignment: _Assignment, scores: Scores, is_new: bool) -> None:
        there = {} if is_new else self._there(_OLD_COMMENTS, notebook, assignment.solution_cells)
        new, changed = [], []
        for name, cell in assignment.solution_cells.items():
            row, words = there.get(cell), NO_RESPONSE if name in scores.unanswered else None
            if row is None:
                new.append({"cell_id": cell, "auto_comment": words})
            elif row.auto_comment != words:
                changed.append({"id": row.id, "auto_comment": words})
        self._insert_all(_comments, notebook, new)
        self._update(_comments, changed)

    def _there(self, statement: Any, notebook: str, cells: Mapping[str, str]) -> dict[str, Any]:
        """The rows of a submitted notebook by their cells."""
        return {row.cell_id: row for row in self._rows(statement, notebook, cells)}

    def _insert(self, table: Any, **values: Any) -> str:
        name = uuid4().hex
        self._execute(_INSERT[table], [{"id": name, **values}])
        return name

    def _insert_all(self, table: Any, notebook: str, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows:
            whole = [{"id": uuid4().hex, "notebook_id": notebook, **row} for row in rows]
            self._execute(_INSERT[table], whole)

    def _update(self, table: Any, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows:
            names = [name for name in rows[0] if name != "id"]
            change = update(table).where(table.c.id == bindparam("row"))
            change = change.values({name: bindparam(f"to_{name}") for name in names})
            values = [{"row": row["id"]} | {f"to_{name}": row[name] for name in names} for row in rows]
            self._execute(change, values)

    def _execute(self, statement: Any, values: Any = None) -> Any:
        """Without the session's care for objects, of which there are none here."""
        return self._db.connection().execute(statement, values)

    def _assignment(self, name: str) -> _Assignment:
        if name not in self._known:
            self._known[name] = self._look_up(name)
        return self._known[name]

    def _look_up(self, name: str) -> _Assignment:
        released: Any = select(Assignment.id, Notebook.id).join(Notebook)
        for assignment, notebook in self._db.execute(released.where(Assignment.name == name, Notebook.name == name)):
            return _Assignment(
                assignment, notebook, self._cells(GradeCell, notebook), self._cells(SolutionCell, notebook)
            )
        remedy = f"run nbgrader generate_assignment {name} --force"
        raise UserError(f"gradebook: expected the released assignment {name}, found none; {remedy}")

    def _cells(self, kind: Any, notebook: str) -> dict[str, str]:
        """The ids of the cells of one kind by their names."""
        wanted: Any = select(kind.name, kind.id).where(kind.notebook_id == notebook)
        return {row.name: row.id for row in self._db.execute(wanted)}
