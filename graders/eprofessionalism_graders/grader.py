"""Grades submissions in one process and writes their feedback; whatever goes wrong with one is its own outcome."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any, TypeVar

from nbgrader.apps import NbGraderAPI
from traitlets.config import Config

from eprofessionalism_graders import autograding, feedback, graded, hook, incidents, intake, preflight
from eprofessionalism_graders.autograding import Autograder
from eprofessionalism_graders.digests import file_digest
from eprofessionalism_graders.errors import UserError, unforeseen
from eprofessionalism_graders.feedback import FeedbackWriter
from eprofessionalism_graders.incidents import Incident
from eprofessionalism_graders.ledger import Ledger
from eprofessionalism_graders.offering import Offering, nbgrader_at_work

_TRIES = 3
_Done = TypeVar("_Done")


@dataclass(frozen=True, slots=True, order=True)
class Submission:
    """What one learner handed in for one assignment."""

    learner: str
    assignment: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a submission.

    `why` says why it could not be graded; `graded` is False where it had not changed; `incidents` is what was wrong
    with what was graded now.
    """

    submission: Submission
    graded: bool
    why: str = ""
    incidents: tuple[Incident, ...] = ()


class Grader:
    """Grades submissions of an offering that is fit for it. Use `Grader.at`, which lets go of the gradebook again."""

    def __init__(self, offering: Offering, opened: ExitStack) -> None:
        self.offering = offering
        self._opened = opened

    @classmethod
    @contextmanager
    def at(cls, root: Path) -> Iterator[Grader]:
        """A grader at work in an offering.

        Raises:
            UserError: the offering is not fit to grade with.
        """
        with nbgrader_at_work(), ExitStack() as opened:
            yield cls(preflight.fit_offering(root), opened)

    def grade_all(self, chosen: Iterable[Submission], force: bool, feedback: bool) -> list[Outcome]:
        """Grade what is due of some submissions, and write feedback pages where they no longer show the marks."""
        return [self._grade_one(one, force, feedback) for one in chosen]

    def _grade_one(self, one: Submission, force: bool, feedback: bool) -> Outcome:
        try:
            is_due = force or self._has_changed(one)
            found = self._autograde(one) if is_due else ()
            if feedback:
                self._feed_back(one)
        except (UserError, OSError, SystemExit) as error:
            return Outcome(one, graded=False, why=str(getattr(error, "message", error)))
        except Exception as error:  # whatever it is, it is this submission's and must not keep the others from grading
            why = unforeseen(self.offering.root, f"{one.learner}, {one.assignment}", error)
            return Outcome(one, graded=False, why=why)
        return Outcome(one, graded=is_due, incidents=found)

    @cached_property
    def _config(self) -> Config:
        return self.offering.config()

    @cached_property
    def _ledger(self) -> Ledger:
        return self._opened.enter_context(Ledger.open(self.offering))

    @cached_property
    def _api(self) -> NbGraderAPI:
        """The same nbgrader that its own commands and Formgrader use."""
        return NbGraderAPI(config=self._config)

    @cached_property
    def _autograder(self) -> Autograder | None:
        """Ours, where the offering is as `eprof init` set it up; where it asks for more, nbgrader itself grades."""
        return Autograder(self.offering, self._ledger, self._config) if autograding.is_plain(self._config) else None

    @cached_property
    def _feedback(self) -> FeedbackWriter | None:
        """Likewise."""
        return FeedbackWriter(self.offering, self._config) if feedback.is_plain(self._config) else None

    def _has_changed(self, one: Submission) -> bool:
        """Whether a submission, or what scores it, is not as it was when it was last graded."""
        offering = self.offering
        if not self._autograded(one).is_file():
            return True
        last = graded.load(offering.root, one.learner, one.assignment)
        folders = [offering.root / step / one.learner / one.assignment for step in ("submitted", "autograded")]
        if not intake.is_submission(folders[0]):
            return True
        times = [intake.handed_in_at(folder) for folder in folders]
        journal = file_digest(offering.journal(one.learner, one.assignment))
        now = (journal, offering.grading_digest(one.learner, one.assignment))
        return times[0] != times[1] or now != (last.journal, last.keys)

    def _autograded(self, one: Submission) -> Path:
        return self.offering.root / "autograded" / one.learner / one.assignment / f"{one.assignment}.ipynb"

    def _autograde(self, one: Submission) -> tuple[Incident, ...]:
        if self._autograder:
            return _beside_others(partial(self._autograder.grade, one.learner, one.assignment))
        # nbgrader passes over a folder without a notebook before it calls any hook
        hook.make_safe(self.offering.submitted(one.learner, one.assignment))
        result = self._api.autograde(one.assignment, one.learner, force=True, create=True)
        if not result["success"] or not self._autograded(one).is_file():
            raise UserError(_reason(result))
        return tuple(incidents.of_submission(self.offering.root, one.learner, one.assignment))

    def _feed_back(self, one: Submission) -> None:
        """Write the feedback page, unless it shows the present marks already. A survey has nothing to feed back."""
        if one.assignment in self.offering.surveys:
            return
        last = graded.load(self.offering.root, one.learner, one.assignment)
        shown = self._ledger.fingerprint(one.learner, one.assignment)
        page = self.offering.root / "feedback" / one.learner / one.assignment / f"{one.assignment}.html"
        if last.fed_back == shown and page.is_file():
            return
        self._write_feedback(one, page)
        graded.save(self.offering.root, one.learner, one.assignment, replace(last, fed_back=shown))

    def _write_feedback(self, one: Submission, page: Path) -> None:
        if self._feedback:
            marks = self._ledger.marks(one.learner, one.assignment)
            _beside_others(partial(self._feedback.write, one.learner, one.assignment, marks))
            return
        result = self._api.generate_feedback(one.assignment, one.learner, force=True)
        if not result["success"] or not page.is_file():
            raise UserError(f"graded, but without a feedback page: {_reason(result)}")


def _beside_others(step: Callable[[], _Done]) -> _Done:
    """Do a step again where Formgrader or another command was at the same submission, and a file was gone."""
    for _ in range(_TRIES - 1):
        with suppress(FileNotFoundError, FileExistsError):
            return step()
    return step()


def _reason(result: dict[str, Any]) -> str:
    """Why nbgrader failed, in its own or our own words and in one line."""
    text = f"{result.get('log', '')}\n{result.get('error', '')}"
    ours = re.findall(r"^\s*eprofessionalism_graders\S*: (.+)$", text, re.MULTILINE)
    others = re.findall(r"^\s*[\w.]*(?:Error|Exception): (.+)$", text, re.MULTILINE)
    reasons: list[str] = ours or others or ["nbgrader gave no reason"]
    return reasons[0].strip()
