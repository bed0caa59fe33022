"""`eprof grade`: what is new or changed goes through nbgrader's own autograder, and feedback pages follow."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import groupby
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from pathlib import Path

from eprofessionalism_graders import files, incidents, preflight
from eprofessionalism_graders.errors import UserError
from eprofessionalism_graders.grader import Grader, Outcome, Submission
from eprofessionalism_graders.incidents import Incident
from eprofessionalism_graders.offering import Offering
from eprofessionalism_graders.starting import enter_roster

PROCESSES = 2
WORTH_A_SECOND_PROCESS = 200  # submissions; a further process needs about as long to start as these to be graded


@dataclass(slots=True)
class Summary:
    """What a run of grading did. `strangers` are folders in `submitted/` of nobody on the roster."""

    outcomes: list[Outcome] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    @property
    def graded(self) -> int:
        """How many submissions were graded now."""
        return sum(outcome.graded for outcome in self.outcomes)

    @property
    def unchanged(self) -> int:
        """How many had been graded before and are as they were."""
        return sum(not outcome.graded and not outcome.why for outcome in self.outcomes)

    @property
    def failed(self) -> list[Outcome]:
        """Those that could not be graded."""
        return [outcome for outcome in self.outcomes if outcome.why]

    @property
    def incidents(self) -> list[Incident]:
        """What was wrong with what was graded now, and the folders of nobody on the roster."""
        found = [incident for outcome in self.outcomes for incident in outcome.incidents]
        return [*found, *map(_stranger, self.strangers)]


def submissions(offering: Offering, assignment: str | None = None) -> list[Submission]:
    """What has been handed in by learners of the roster, by learner; also what cannot be graded, such as a link.

    Raises:
        UserError: there is no such assignment, or the roster is not sound.
    """
    if assignment is not None and assignment not in offering.assignments:
        known = ", ".join(offering.assignments)
        raise UserError(f"{assignment}: expected an assignment of this offering ({known}), found none of this name")
    wanted = [assignment] if assignment else offering.assignments
    found = [Submission(learner.id, name) for learner in offering.roster() for name in wanted]
    place = str(offering.root / "submitted")
    return [one for one in found if os.path.lexists(os.path.join(place, one.learner, one.assignment))]  # noqa: PTH118 - one of thousands


def strangers(offering: Offering) -> list[str]:
    """Folders in `submitted/` that belong to nobody on the roster."""
    known = {learner.id for learner in offering.roster()}
    folder = offering.root / "submitted"
    return sorted(path.name for path in folder.iterdir() if path.name not in known and not path.name.startswith("."))


def grade(
    offering: Offering,
    assignment: str | None = None,
    *,
    force: bool = False,
    feedback: bool = True,
    processes: int = PROCESSES,
    advance: Callable[[int], None] = lambda _: None,
) -> Summary:
    """Grade what is new or changed. One submission that cannot be graded does not stop the others.

    Args:
        offering: the offering.
        assignment: one assignment; all of them where not given.
        force: also grade again what has not changed.
        feedback: write the learners' feedback pages.
        processes: how many processes may share the work.
        advance: is told how many submissions are done.

    Raises:
        UserError: the offering is not fit to grade with; nothing is graded.
    """
    offering = preflight.fit_offering(offering.root)
    todo = submissions(offering, assignment)
    for name in (files.STATE, "autograded", "feedback"):
        files.sweep(offering.root / name)
    enter_roster(offering)
    learners = [list(group) for _, group in groupby(todo, lambda one: one.learner)]
    summary = Summary(strangers=strangers(offering))
    for outcomes in _run(offering.root, learners, _Order(force, feedback), processes):
        summary.outcomes += outcomes
        advance(len(outcomes))
    summary.outcomes.sort(key=lambda outcome: outcome.submission)
    incidents.note_source(offering.root, offering.root / "submitted", [*map(_stranger, summary.strangers)])
    return summary


def _stranger(name: str) -> Incident:
    done = "not graded; rename the folder in submitted, or add the learner to roster.csv"
    return Incident(name, "", "no learner of this id is on the roster", done)


@dataclass(frozen=True, slots=True)
class _Order:
    force: bool
    feedback: bool


def _run(root: Path, learners: list[list[Submission]], order: _Order, processes: int) -> Iterator[list[Outcome]]:
    """Grade learner by learner; several processes never work on the same learner."""
    count = sum(map(len, learners))
    if min(processes, len(learners)) < 2 or count < WORTH_A_SECOND_PROCESS:
        with Grader.at(root) as grader:
            yield from (grader.grade_all(one, order.force, order.feedback) for one in learners)
        return
    context = get_context("spawn")  # a copy of a process with open database connections would be unsafe
    with ProcessPoolExecutor(processes, context, _start_worker, (root,)) as pool:
        for done in as_completed([pool.submit(_work, one, order) for one in learners]):
            yield done.result()


_mine: list[Grader] = []  # of a worker process
_opened = ExitStack()


def _start_worker(root: Path) -> None:
    threading.Thread(target=_end_with, args=(parent_process(),), daemon=True).start()
    _mine.append(_opened.enter_context(Grader.at(root)))


def _end_with(parent: BaseProcess | None) -> None:
    """End this process when the one that started it was killed: nobody else would, and it would wait for ever."""
    if parent:
        parent.join()
        os._exit(1)


def _work(learner: list[Submission], order: _Order) -> list[Outcome]:
    return _mine[0].grade_all(learner, order.force, order.feedback)
