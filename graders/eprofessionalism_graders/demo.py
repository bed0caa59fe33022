"""`eprof demo`: the whole way once, with an invented cohort: init, release, answers, collect, grade, mark, report.

Each step is the one that a real offering takes. The learners have folders of their own, laid out from the release, and
answer in them as clicks would; their folders are collected as they arrive, and nbgrader grades them. What an instructor
may lay beside an offering for its report is there too: answers of an earlier cohort, a panel's ratings of both forms of
the test, and the learners whom a supervisor holds to be borderline.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from nbgrader import api

from eprofessionalism import journal
from eprofessionalism.items import Item, ItemBank, Key
from eprofessionalism.sequence import BEFORE_AND_AFTER, is_optional, place
from eprofessionalism_graders import cells, collecting, grading, intake, scores, starting
from eprofessionalism_graders.beside import BORDERLINE, EARLIER, JUDGES
from eprofessionalism_graders.cohort.large.answers import write_answers
from eprofessionalism_graders.cohort.report import write_report
from eprofessionalism_graders.errors import UserError
from eprofessionalism_graders.exporting.files import without_texts
from eprofessionalism_graders.files import put
from eprofessionalism_graders.offering import Offering
from eprofessionalism_graders.roster import COLUMNS, ROSTER_FILE
from eprofessionalism_graders.synthetic import DUE, Synthetic, cohort, panel, play, sits
from eprofessionalism_graders.synthetic.earlier import earlier_answers

SEED = 2026
LEARNERS = 24
TITLE = "Demonstration: an invented cohort, fall 2026"
PASS_MARK = 70
MARKED = 3
"""So many reflections of each case are marked, to show what that looks like; the others wait in Formgrader."""

EARLIER_YEAR = "2025"
AT_ONCE = 8
"""So many learners play at once. Most of their time goes into waiting for the disk, as an answer is on it before the
page says so; together they wait but once."""

COMMENT = "Demonstration: you say what was hard and what you will do, and leave out whatever points to a person."

Tell = Callable[[str], None]


def run(root: Path, learners: int = LEARNERS, seed: int = SEED, tell: Tell = lambda _: None) -> Path:
    """Make a demonstration offering; the path of its report.

    Args:
        root: a folder that does not exist yet, or is empty.
        learners: how many there are on the roster.
        seed: the same seed gives the same answers.
        tell: is told what is being done.

    Raises:
        UserError: the folder is in use, or a step failed.
    """
    people = cohort(learners, seed)
    with tempfile.TemporaryDirectory(prefix="eprof-demo-") as scratch:
        offering = _begin(root, people, Path(scratch), tell)
        _answer(offering, people, Path(scratch) / "learners", tell)
        _collect(offering, Path(scratch) / "learners", tell)
    _grade(offering, tell)
    marked = mark_some(offering)
    tell(f"Marked {marked} reflections by hand, as one would in Formgrader; the others wait there.")
    _feed_back(offering, tell)
    _lay_beside(offering, people, seed, tell)
    report = write_report(offering)
    tell("Wrote the report.")
    return report


def _begin(root: Path, people: Sequence[Synthetic], scratch: Path, tell: Tell) -> Offering:
    roster = scratch / ROSTER_FILE
    rows = ([getattr(one.person, column) for column in COLUMNS] for one in people)
    roster.write_text(cells.written([COLUMNS, *rows]), encoding="utf-8", newline="")
    offering = starting.init(root, roster, starting.settings_now(TITLE, DUE, PASS_MARK, None))
    tell(f"Released {len(offering.assignments)} assignments to {len(people)} invented learners.")
    return offering


def _answer(offering: Offering, people: Sequence[Synthetic], folders: Path, tell: Tell) -> None:
    """Everybody plays, each in folders of their own."""
    banks = {name: offering.bank(name) for name in offering.assignments}
    keys = {name: offering.key(name) for name in banks}
    with ThreadPoolExecutor(AT_ONCE) as hands:
        sittings = sum(hands.map(lambda one: _play_all(offering, one, folders, banks, keys), people))
    tell(f"Played: {sittings} cases and assessments answered, as clicks would.")


def _in_order(banks: Mapping[str, ItemBank], first: str) -> list[str]:
    """The assignments in the order of a learner who begins with this form; a second attempt comes last."""
    return sorted(banks, key=lambda name: place(banks[name], first))


def _play_all(
    offering: Offering,
    learner: Synthetic,
    folders: Path,
    banks: Mapping[str, ItemBank],
    keys: Mapping[str, Mapping[str, Key]],
) -> int:
    """One learner's whole course, in the learner's own order; how many assignments were opened.

    Whoever is below the pass mark in the post-test may try again, as one would after a first grading.
    """
    own, course = folders / learner.person.id, _in_order(banks, offering.first_forms[learner.person.id])
    usual = sum(not is_optional(bank) for bank in banks.values())
    played, failed = 0, False
    for number, name in enumerate(course):
        sitting = offering.sitting(learner.person.id, name)
        if failed and learner.tries_again() if sitting == "retake" else sits(learner, number, usual, sitting):
            shutil.copytree(offering.release(name), own / name)
            intake.write_timestamp(own / name, play(learner, own / name, number, usual, keys[name]))
            failed |= sitting == "post" and not _passes(own / name, banks[name], keys[name])
            played += 1
    return played


def _passes(folder: Path, bank: ItemBank, keys: Mapping[str, Key]) -> bool:
    found = scores.results(bank, keys, journal.records(folder / journal.JOURNAL_FILE)).values()
    earned = sum(scores.points(one.share or 0.0, one.item.points) for one in found)
    return 100 * earned >= PASS_MARK * sum(one.item.points for one in found)


def _collect(offering: Offering, folders: Path, tell: Tell) -> None:
    folders.mkdir(exist_ok=True)  # nobody may have begun
    outcomes = collecting.collect(offering, folders)
    refused = [outcome for outcome in outcomes if outcome.fate != "collected"]
    if refused:
        raise UserError("\n".join(map(str, refused)))
    tell(f"Collected {len(outcomes)} submissions.")


def _grade(offering: Offering, tell: Tell) -> None:
    count, done = len(grading.submissions(offering)), 0
    tell(f"Grading {count} submissions with nbgrader: this takes longest.")

    def advance(more: int) -> None:
        nonlocal done
        before, done = done, done + more
        if 4 * done // count > 4 * before // count and done < count:
            tell(f"  {done} of {count}")

    # Feedback pages follow once reflections are marked: they show the marks.
    summary = grading.grade(offering, feedback=False, advance=advance)
    _check(summary)
    tell(f"Graded {summary.graded}.")


def _feed_back(offering: Offering, tell: Tell) -> None:
    summary = grading.grade(offering)
    _check(summary)
    pages = sum(one.submission.assignment not in offering.surveys for one in summary.outcomes)
    tell(f"Wrote {pages} feedback pages.")


def _lay_beside(offering: Offering, people: Sequence[Synthetic], seed: int, tell: Tell) -> None:
    """What an instructor may lay beside an offering: an earlier year, a panel's ratings, and who is borderline."""
    banks = {name: offering.bank(name) for name in offering.assignments if name not in offering.surveys}
    keys = {name: offering.key(name) for name in banks}
    for folder in (EARLIER, JUDGES):
        (offering.root / folder).mkdir(mode=0o700)
    answers = without_texts(earlier_answers(banks, keys, len(people), seed))
    write_answers(answers, offering.root / EARLIER / f"{EARLIER_YEAR}.parquet", EARLIER_YEAR)
    for name, bank in banks.items():
        if bank.form in BEFORE_AND_AFTER:
            put(offering.root / JUDGES / f"{name}.csv", panel.ratings(bank, keys[name], seed))
    anybody = people[0].person.id
    course = _in_order(banks, offering.first_forms[anybody])
    last = next(number for number, name in enumerate(course) if offering.sitting(anybody, name) == "post")
    put(offering.root / BORDERLINE, panel.borderline(people, last, seed))
    tell("Laid beside it: an earlier year, a panel's ratings of the test, and who is held to be borderline.")


def _check(summary: grading.Summary) -> None:
    if summary.failed:
        lines = (f"{one.submission.learner}, {one.submission.assignment}: {one.why}" for one in summary.failed)
        raise UserError("\n".join(lines))


def mark_some(offering: Offering) -> int:
    """Mark the first few reflections of each case as a person would in Formgrader; how many there were."""
    with offering.gradebook() as gradebook:
        texts = [
            (name, item) for name in offering.assignments for item in offering.bank(name).items.values() if item.by_hand
        ]
        marked = sum(_mark(gradebook, name, item) for name, item in texts)
        gradebook.db.commit()
    return marked


def _mark(gradebook: api.Gradebook, name: str, item: Item) -> int:
    learners = sorted(submission.student.id for submission in gradebook.assignment_submissions(name))
    grades = ((learner, gradebook.find_grade(item.id, name, name, learner)) for learner in learners)
    waiting = [(learner, grade) for learner, grade in grades if grade.needs_manual_grade][:MARKED]
    for rank, (learner, grade) in enumerate(waiting):
        changes: Mapping[Any, Mapping[str, Any]] = {
            grade: {"manual_score": item.points * (1 - rank / 4), "needs_manual_grade": False},
            gradebook.find_comment(item.id, name, name, learner): {"manual_comment": COMMENT},
        }
        for row, values in changes.items():
            for field, value in values.items():
                setattr(row, field, value)
    return len(waiting)
