"""A survey goes through real nbgrader without harm: released, collected, graded, and read only as counts."""

from __future__ import annotations

import csv
import subprocess
import sys

import pytest

from eprofessionalism_graders import collecting, grading
from eprofessionalism_graders.cohort.report import write_report

SURVEY = "99-evaluation"
CANARY = "canary-of-one-learner"
PEOPLE = [f"learner-{number:02d}" for number in range(6)]


@pytest.fixture
def graded(offering, play, tmp_path):
    """An offering in which six learners have filled in the survey, collected and graded."""
    handed_in = tmp_path / "handed-in"
    for number, learner in enumerate(PEOPLE):
        answers = {
            "ev-1-course": {"a": 4, "b": 1 + number % 4},
            "ev-3-balance": "abc"[number % 3],
            "ev-5-helped": ["a", "c"],
            "ev-8-change": f"{CANARY} {number}",
        }
        play(offering, SURVEY, answers, handed_in / learner / SURVEY)
    outcomes = collecting.collect(offering, handed_in)
    assert {outcome.fate for outcome in outcomes} == {"collected"}
    summary = grading.grade(offering)
    assert not summary.failed, summary.failed
    return offering


def test_the_release_has_no_grade_cell(offering):
    with offering.gradebook() as gradebook:
        notebook = gradebook.find_notebook(SURVEY, SURVEY)
        assert notebook.grade_cells == []
        assert notebook.max_score == 0


def test_grading_gives_no_score_and_no_feedback_page(graded):
    with graded.gradebook() as gradebook:
        for learner in PEOPLE:
            submission = gradebook.find_submission(SURVEY, learner)
            assert (submission.score, submission.max_score, submission.needs_manual_grade) == (0, 0, False)
    assert not list((graded.root / "feedback").glob(f"*/{SURVEY}"))


def test_no_page_that_has_a_name_shows_an_answer(graded):
    pages = [path for path in graded.root.rglob("*.ipynb") if SURVEY in path.parts and "autograded" in path.parts]
    assert len(pages) == len(PEOPLE)
    for path in pages:
        assert CANARY not in path.read_text(encoding="utf-8")


def test_feedback_made_by_hand_shows_neither_answers_nor_a_score(graded):
    command = [sys.executable, "-m", "nbgrader", "generate_feedback", SURVEY]
    done = subprocess.run(command, cwd=graded.root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    page = (graded.root / "feedback" / PEOPLE[0] / SURVEY / f"{SURVEY}.html").read_text(encoding="utf-8")
    assert CANARY not in page
    assert ".panel-heading { display: none; }" in page


def test_grading_again_finds_nothing_to_do(graded):
    summary = grading.grade(graded)
    assert (summary.graded, summary.unchanged) == (0, len(PEOPLE))


def test_the_report_counts_it_and_no_table_with_learners_holds_it(graded):
    report = write_report(graded).parent
    for name in ("responses.csv", "learners.csv", "items.csv"):
        text = (report / name).read_text(encoding="utf-8")
        assert SURVEY not in text
        assert CANARY not in text
    found = list(csv.DictReader((report / "evaluation.csv").read_text(encoding="utf-8").splitlines()))
    assert {row["answer"]: row["count"] for row in found if row["item"] == "ev-3-balance"} == {
        "No": "2",
        "Not sure": "2",
        "Yes": "2",
    }
    assert [row["answer"] for row in found if row["item"] == "ev-8-change"] == [f"{CANARY} {n}" for n in range(6)]
    pages = ("people.html", "index.html", "share/index.html")
    named, own, shared = ((report / place).read_text(encoding="utf-8") for place in pages)
    assert f": {len(PEOPLE)} of 10 learners answered" in own
    written = named[named.index("What they wrote about the course") :]
    assert CANARY in written
    assert "learner-0" not in written + own
    assert CANARY not in own + shared
