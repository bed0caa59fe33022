"""What was handed in: the answers that count from the journals, the points from nbgrader's gradebook."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any, TypeAlias

from nbgrader import api

from eprofessionalism import journal
from eprofessionalism.answers import counted
from eprofessionalism.items import ItemBank
from eprofessionalism.journal import Problem, Record
from eprofessionalism_graders import intake
from eprofessionalism_graders.cohort.times import seconds_between
from eprofessionalism_graders.offering import Offering
from eprofessionalism_graders.roster import Learner

Handed: TypeAlias = tuple[str, str]
"""Learner and assignment."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What nbgrader holds for one grade cell: points, or None while somebody still has to give them."""

    points: float | None


@dataclass(frozen=True, slots=True)
class Journal:
    """What counts of one journal.

    Args:
        answers: the answer that counts, by item.
        given: how often each item was answered.
        seconds: how long each item was before the learner, where the journal tells.
    """

    answers: Mapping[str, Record] = field(default_factory=dict)
    given: Mapping[str, int] = field(default_factory=Counter)
    seconds: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Handin:
    """What one learner handed in for one assignment. `marks` is None until it has been graded.

    `answers`, `given` and `seconds` are those of the `Journal`.
    """

    answers: Mapping[str, Record]
    given: Mapping[str, int]
    late: bool
    marks: Mapping[str, Mark] | None
    seconds: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Answered(Record):
    """An answer, with the time at which its question had last come into view before it."""

    opened: str = ""


def read_handins(
    offering: Offering, roster: Iterable[Learner], banks: Mapping[str, ItemBank]
) -> tuple[dict[Handed, Handin], list[str]]:
    """What was handed in, and a note on each journal that could not be read and counts as none."""
    marks, late = _read_gradebook(offering)
    handins: dict[Handed, Handin] = {}
    notes: list[str] = []
    for learner, assignment in product(roster, banks):
        handed = (learner.id, assignment)
        try:
            found = _journal_of(offering.submitted(*handed), banks[assignment])
        except OSError as error:
            found = None
            notes.append(_unread(*handed, error))
        if found or handed in marks:
            own = found or Journal()
            handins[handed] = Handin(own.answers, own.given, late.get(handed, False), marks.get(handed), own.seconds)
    return handins, notes


def _journal_of(folder: Path, bank: ItemBank) -> Journal | None:
    """The journal of a submission; None where there is none.

    Raises:
        OSError: there is one, and it may not be taken or cannot be read.
    """
    path = folder / journal.JOURNAL_FILE
    if not (intake.is_submission(folder) and os.path.lexists(path)):
        return None
    why = intake.objection(path, intake.JOURNAL_LIMIT)
    if why:
        raise OSError(why)
    with path.open("rb") as file:
        return read_journal(journal.read(file), bank)


def read_journal(entries: Iterable[Record | Problem], bank: ItemBank) -> Journal:
    """What counts of a journal, in one pass and without holding it.

    The time on an item runs from when its question last came into view before the answer that counts (or was cleared,
    to be looked at again) to when that answer was given, in the order of the file and by the learner's own clock: for
    practice that is the first answer, for an assessment the last one, so that thinking again counts. Time that was
    spent elsewhere meanwhile is in it. There is none where the journal does not tell when the question came into view,
    where a time is none, and where it would be negative or longer than `times.LONGEST`.
    """
    given: Counter[str] = Counter()
    answers = counted(bank.items, _tallied(entries, bank, given))
    found = {name: _on_item(record) for name, record in answers.items()}
    return Journal(answers, given, {name: seconds for name, seconds in found.items() if seconds is not None})


def _tallied(entries: Iterable[Record | Problem], bank: ItemBank, given: Counter[str]) -> Iterator[Record]:
    """The answers, each with when its question had come into view; counts on the way how often each was answered."""
    opened: dict[str, str] = {}
    for entry in entries:
        if not isinstance(entry, Record) or entry.item not in bank.items:
            continue
        if entry.kind in ("shown", "reset"):
            opened[entry.item] = entry.at
            continue
        if entry.kind == "commit":
            given[entry.item] += 1
        yield _answered(entry, opened[entry.item]) if entry.item in opened else entry


def _answered(record: Record, opened: str) -> _Answered:
    return _Answered(
        kind=record.kind,
        item=record.item,
        answer=record.answer,
        certainty=record.certainty,
        at=record.at,
        line=record.line,
        opened=opened,
    )


def _on_item(record: Record) -> float | None:
    return seconds_between(record.opened, record.at) if isinstance(record, _Answered) else None


def _unread(learner: str, assignment: str, error: OSError) -> str:
    found = error.strerror or str(error)
    where = f"submitted/{learner}/{assignment}/{journal.JOURNAL_FILE}"
    remedy = "the report goes without it; give access to the file or collect it again, then run eprof report again"
    return f"{where}: expected a journal that can be read, found {found}; {remedy}"


def _read_gradebook(offering: Offering) -> tuple[dict[Handed, dict[str, Mark]], dict[Handed, bool]]:
    """Marks by learner and assignment, and whether the submission was late, in two passes over the gradebook."""
    marks: dict[Handed, dict[str, Mark]] = defaultdict(dict)
    late: dict[Handed, bool] = {}
    with offering.gradebook() as gradebook:
        for submission in gradebook.db.query(api.SubmittedAssignment):
            handed = (str(submission.student_id), str(submission.assignment.name))
            marks[handed], late[handed] = {}, submission.total_seconds_late > 0
        for student, assignment, cell, score, auto, manual, waits in _grades(gradebook):
            waiting = manual is None and (auto is None or waits)
            marks[student, assignment][cell] = Mark(None if waiting else float(score))
    return dict(marks), late


def _grades(gradebook: api.Gradebook) -> Iterable[Any]:
    grade, submission = api.Grade, api.SubmittedAssignment
    query = gradebook.db.query(
        submission.student_id,
        api.Assignment.name,
        api.BaseCell.name,
        grade.score,
        grade.auto_score,
        grade.manual_score,
        grade.needs_manual_grade,
    )
    query = query.select_from(grade).join(api.BaseCell, grade.cell_id == api.BaseCell.id)
    query = query.join(api.SubmittedNotebook, grade.notebook_id == api.SubmittedNotebook.id)
    query = query.join(submission, api.SubmittedNotebook.assignment_id == submission.id)
    rows: Iterable[Any] = query.join(api.Assignment, submission.assignment_id == api.Assignment.id)
    return rows
