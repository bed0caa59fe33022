"""An offering of any released format is restored and upgraded, and every answer and mark is as it was recorded."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from eprofessionalism import journal
from eprofessionalism_graders import grading, incidents
from eprofessionalism_graders.keeping.restore import Wishes, restore
from eprofessionalism_graders.keeping.upgrade import upgrade
from eprofessionalism_graders.offering import FORMAT, Offering

KEPT = Path(__file__).parent / "offerings"

pytestmark = pytest.mark.nbgrader


def test_there_is_one_of_every_format():
    assert {path.name for path in KEPT.glob("format-*")} == {
        f"format-{number}.{ending}" for number in range(1, FORMAT + 1) for ending in ("json", "zip")
    }


@pytest.fixture(params=range(1, FORMAT + 1))
def kept(request, tmp_path) -> tuple[Offering, dict]:
    """An offering of a format, as it is after the upgrade, and what was recorded of it."""
    restore(KEPT / f"format-{request.param}.zip", tmp_path / "course", Wishes())
    upgrade(tmp_path / "course")
    record = json.loads((KEPT / f"format-{request.param}.json").read_text(encoding="utf-8"))
    return Offering.open(tmp_path / "course"), record


def submissions(offering: Offering) -> list[dict]:
    """Every submission by our own readers of today."""
    with offering.gradebook() as gradebook:
        found = [
            {
                "learner": submission.student.id,
                "assignment": assignment.name,
                "handed in": str(submission.timestamp),
                "answers": answers(offering.journal(submission.student.id, assignment.name)),
                "marks": {
                    grade.name: marks(gradebook, grade)
                    for notebook in submission.notebooks
                    for grade in notebook.grades
                },
            }
            for assignment in gradebook.assignments
            for submission in assignment.submissions
        ]
    return sorted(found, key=lambda one: (one["learner"], one["assignment"]))


def answers(path: Path) -> list[list]:
    return [[one.item, one.answer, one.certainty] for one in journal.records(path) if one.kind == "commit"]


def marks(gradebook, grade) -> list:
    place = (grade.notebook.name, grade.assignment.name, grade.student.id)
    comments = [one for one in gradebook.find_submission_notebook(*place).comments if one.name == grade.name]
    comment = comments[0].manual_comment if comments else None
    return [grade.auto_score, grade.manual_score, grade.extra_credit, int(grade.needs_manual_grade), comment]


def test_every_answer_and_mark_is_as_recorded(kept):
    offering, record = kept
    recorded = [one | {"handed in": one["handed in"].removesuffix(".000000")} for one in record["submissions"]]
    assert submissions(offering) == recorded


def test_settings_learners_and_forms_are_as_recorded(kept):
    offering, record = kept
    lines = (offering.root / "offering.toml").read_text(encoding="utf-8").splitlines()
    assert set(record["settings"]) <= set(lines)
    assert list(map(asdict, offering.roster())) == record["roster"]
    assert dict(offering.first_forms) == {row["id"]: row["pre"] for row in record["forms"]}


def test_grading_finds_nothing_to_do_and_grading_anew_changes_no_mark(kept):
    """Items are immutable once released, so their keys give today what they gave then."""
    offering, _ = kept
    before = submissions(offering)
    assert grading.grade(offering).graded == 0
    summary = grading.grade(offering, force=True, feedback=False)
    assert (summary.graded, summary.failed) == (len(before), [])
    assert submissions(offering) == before
    assert incidents.load(offering.root) != []
