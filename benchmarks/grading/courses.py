"""Offerings with any number of invented learners, each with a submission as `eprof collect` leaves it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from nbgrader import api
from sqlalchemy import select

from eprofessionalism.answers import Answer
from eprofessionalism.items import ItemBank, Key
from eprofessionalism.journal import JOURNAL_FILE
from eprofessionalism_graders import collecting, starting
from eprofessionalism_graders.offering import Offering
from eprofessionalism_graders.roster import ROSTER_FILE
from eprofessionalism_graders.synthetic import REFLECTIONS, choose_answer

START = datetime(2026, 9, 1, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Base:
    """An offering to make others from: making one takes longer than grading in it.

    It has one learner on its roster, and nothing was handed in.
    """

    root: Path

    @classmethod
    def make(cls, scratch: Path) -> Base:
        roster = scratch / ROSTER_FILE
        roster.write_text(roster_text(1), encoding="utf-8")
        starting.init(scratch / "base", roster, starting.settings_now("Benchmark", None, 70, None))
        return cls(scratch / "base")

    def course(self, folder: Path, learners: int, assignments: Iterable[str]) -> Offering:
        """A new offering in which everybody on the roster has handed in each of these assignments."""
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.root, folder)
        (folder / ROSTER_FILE).write_text(roster_text(learners), encoding="utf-8")
        offering = Offering.open(folder)
        starting.enter_roster(offering)
        for name in assignments:
            bank, keys = offering.bank(name), offering.key(name)
            for learner in offering.roster():
                journal = folder / JOURNAL_FILE
                journal.write_bytes(journal_text(bank, answers(bank, keys, learner.id)))
                collecting.hand_in(offering, learner.id, name, journal, START + timedelta(hours=1))
                journal.unlink()
        return offering


def roster_text(learners: int) -> str:
    lines = (f"b{number:05d},Last{number},First{number},,day\n" for number in range(learners))
    return "id,last_name,first_name,email,group\n" + "".join(lines)


def answers(bank: ItemBank, keys: Mapping[str, Key], learner: str) -> dict[str, Answer]:
    """What a learner answers: the same at every run, and some of it wrong."""
    dice = Random(f"{learner}/{bank.case}")
    ability = dice.gauss(0.3, 1)
    return {
        item.id: dice.choice(REFLECTIONS) if item.is_text else choose_answer(item, keys[item.id], ability, "0", dice)
        for item in bank.items.values()
    }


def journal_text(bank: ItemBank, given: Mapping[str, Answer]) -> bytes:
    """A journal as the course writes it: each question is shown, then answered; a text is typed before it is given."""
    return b"".join(_lines(bank, given))


def _lines(bank: ItemBank, given: Mapping[str, Answer]) -> Iterator[bytes]:
    time = START
    for name, answer in given.items():
        typed = [("draft", answer)] if bank.items[name].is_text else []
        for kind, value in [("shown", None), *typed, ("commit", answer)]:
            time += timedelta(seconds=20)
            at = time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
            line = {"v": 1, "kind": kind, "item": name, "answer": value, "certainty": None, "at": at}
            line |= {"session": "benchmark", "case": bank.digest}
            yield json.dumps(line, ensure_ascii=False).encode() + b"\n"


def scores(db_url: str, assignment: str) -> dict[tuple[str, str], float | None]:
    """The automatic score of each learner's cells in a gradebook; None where a person has to mark."""
    submission = api.SubmittedAssignment
    query = (
        select(submission.student_id, api.BaseCell.name, api.Grade.auto_score)
        .join(api.SubmittedNotebook, api.SubmittedNotebook.assignment_id == submission.id)
        .join(api.Grade, api.Grade.notebook_id == api.SubmittedNotebook.id)
        .join(api.BaseCell, api.BaseCell.id == api.Grade.cell_id)
        .join(api.Assignment, api.Assignment.id == submission.assignment_id)
        .where(api.Assignment.name == assignment)
    )
    with api.Gradebook(db_url) as gradebook:
        return {(learner, cell): score for learner, cell, score in gradebook.db.execute(query)}
