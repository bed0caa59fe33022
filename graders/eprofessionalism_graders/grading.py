"""`eprof grade`: what is new or changed goes through nbgrader's own autograder, and feedback pages follow."""

from __future__ import annotations

import os
import re
import traceback
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from nbgrader.apps import NbGraderAPI

from eprofessionalism.journal import utc_now
from eprofessionalism_graders import graded, hook, intake, preflight
from eprofessionalism_graders.digests import digest, file_digest
from eprofessionalism_graders.errors import UserError
from eprofessionalism_graders.offering import Offering, nbgrader_at_work
from eprofessionalism_graders.starting import enter_roster

ERROR_LOG = ".eprof/errors.log"
PROCESSES = 2
WORTH_A_SECOND_PROCESS = 60  # submissions; a further process needs about as long to start as these to be graded


@dataclass(frozen=True, slots=True, order=True)
class Submission:
    """What one learner handed in for one assignment."""

    learner: str
    assignment: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a submission; `why` where it could not be graded, `graded` False where it had not changed."""

    submission: Submission
    graded: bool
    why: str = ""


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
    return [one for one in found if os.path.lexists(offering.submitted(one.learner, one.assignment))]


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
    enter_roster(offering)
    learners = [list(group) for _, group in groupby(todo, lambda one: one.learner)]
    summary = Summary(strangers=strangers(offering))
    for outcomes in _run(offering.root, learners, _Order(force, feedback), processes):
        summary.outcomes += outcomes
        advance(len(outcomes))
    summary.outcomes.sort(key=lambda outcome: outcome.submission)
    return summary


@dataclass(frozen=True, slots=True)
class _Order:
    force: bool
    feedback: bool


def _run(root: Path, learners: list[list[Submission]], order: _Order, processes: int) -> Iterator[list[Outcome]]:
    """Grade learner by learner; several processes never work on the same learner."""
    count = sum(map(len, learners))
    if min(processes, len(learners)) < 2 or count < WORTH_A_SECOND_PROCESS:
        grader = Grader(root)
        yield from (grader.grade_all(one, order.force, order.feedback) for one in learners)
        return
    context = get_context("spawn")  # a copy of a process with open database connections would be unsafe
    with ProcessPoolExecutor(processes, context, _start_worker, (root,)) as pool:
        for done in as_completed([pool.submit(_work, one, order) for one in learners]):
            yield done.result()


_workers: dict[str, Grader] = {}


def _start_worker(root: Path) -> None:
    _workers["mine"] = Grader(root)


def _work(learner: list[Submission], order: _Order) -> list[Outcome]:
    return _workers["mine"].grade_all(learner, order.force, order.feedback)


class Grader:
    """Grades submissions through nbgrader, in this process."""

    def __init__(self, root: Path) -> None:
        self.offering = preflight.fit_offering(root)

    @cached_property
    def api(self) -> NbGraderAPI:
        """The same nbgrader that its own commands and Formgrader use."""
        return NbGraderAPI(config=self.offering.config())

    def grade_all(self, chosen: Iterable[Submission], force: bool, feedback: bool) -> list[Outcome]:
        """Grade some submissions and write their feedback; whatever goes wrong with one is its outcome."""
        with nbgrader_at_work():
            return [self._grade_one(one, force, feedback) for one in chosen]

    def _grade_one(self, one: Submission, force: bool, feedback: bool) -> Outcome:
        try:
            is_due = force or self._has_changed(one)
            if is_due:
                self._autograde(one)
            if feedback:
                self._feed_back(one)
        except (UserError, OSError, SystemExit) as error:
            return Outcome(one, graded=False, why=str(getattr(error, "message", error)))
        except Exception as error:  # whatever it is, it is this submission's and must not keep the others from grading
            self._log(one)
            return Outcome(one, graded=False, why=f"{error!r}; more in {self.offering.root / ERROR_LOG}")
        return Outcome(one, graded=is_due)

    def _log(self, one: Submission) -> None:
        """Keep the traceback of what nobody has foreseen."""
        path = self.offering.root / ERROR_LOG
        text = f"{utc_now()} {one.learner}, {one.assignment}\n{traceback.format_exc()}\n"
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a", encoding="utf-8", errors="backslashreplace") as file:
                file.write(text)

    def _has_changed(self, one: Submission) -> bool:
        """Whether a submission, or what scores it, is not as it was when it was last graded."""
        offering = self.offering
        last = graded.load(offering.root, one.learner, one.assignment)
        folders = [offering.root / step / one.learner / one.assignment for step in ("submitted", "autograded")]
        if not intake.is_submission(folders[0]):
            return True
        times = [intake.handed_in_at(folder) for folder in folders]
        journal = file_digest(offering.journal(one.learner, one.assignment))
        now = (journal, offering.questions_digest(one.assignment))
        return not self._autograded(one).is_file() or times[0] != times[1] or now != (last.journal, last.keys)

    def _autograded(self, one: Submission) -> Path:
        return self.offering.root / "autograded" / one.learner / one.assignment / f"{one.assignment}.ipynb"

    def _autograde(self, one: Submission) -> None:
        # nbgrader passes over a folder without a notebook before it calls any hook
        hook.make_safe(self.offering.submitted(one.learner, one.assignment))
        result = self.api.autograde(one.assignment, one.learner, force=True, create=True)
        if not result["success"] or not self._autograded(one).is_file():
            raise UserError(_reason(result))

    def _feed_back(self, one: Submission) -> None:
        """Write the feedback page, unless it shows the present marks already. A survey has nothing to feed back."""
        if one.assignment in self.offering.surveys:
            return
        last = graded.load(self.offering.root, one.learner, one.assignment)
        marks = self._marks(one)
        page = self.offering.root / "feedback" / one.learner / one.assignment / f"{one.assignment}.html"
        if last.fed_back == marks and page.is_file():
            return
        result = self.api.generate_feedback(one.assignment, one.learner, force=True)
        if not result["success"] or not page.is_file():
            raise UserError(f"graded, but without a feedback page: {_reason(result)}")
        graded.save(self.offering.root, one.learner, one.assignment, replace(last, fed_back=marks))

    def _marks(self, one: Submission) -> str:
        """A digest of all that a feedback page takes from the gradebook."""
        with self.offering.gradebook() as gradebook:
            notebooks = gradebook.find_submission(one.assignment, one.learner).notebooks
            grades = sorted((grade.name, grade.score) for notebook in notebooks for grade in notebook.grades)
            comments = sorted(
                (comment.name, comment.comment or "") for notebook in notebooks for comment in notebook.comments
            )
        return digest([grades, comments])


def _reason(result: dict[str, Any]) -> str:
    """Why nbgrader failed, in its own or our own words and in one line."""
    text = f"{result.get('log', '')}\n{result.get('error', '')}"
    ours = re.findall(r"^\s*eprofessionalism_graders\S*: (.+)$", text, re.MULTILINE)
    others = re.findall(r"^\s*[\w.]*(?:Error|Exception): (.+)$", text, re.MULTILINE)
    reasons: list[str] = ours or others or ["nbgrader gave no reason"]
    return reasons[0].strip()
