"""Our way of grading and nbgrader's own leave the same files and the same rows behind."""

import re
from datetime import timedelta
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import BaseCell, Comment, Grade, SubmittedAssignment, SubmittedNotebook
from sqlalchemy import select

from eprofessionalism_graders import autograding, collecting, feedback, graded, grading

FIRST, FORM, SURVEY = "01-friend-requests", "90-form-a", "99-evaluation"
LEARNERS = [f"learner-0{number}" for number in range(5)]
HIGHLIGHT = re.compile(
    r"^(?:\s*pre \{|td\.|span\.|\.highlight).*\n", re.MULTILINE
)  # colours of code, which is nowhere shown


@pytest.fixture
def by_nbgrader(monkeypatch):
    """Let nbgrader itself do all the grading, as it does where an institution has settings of its own."""

    def use(wanted: bool) -> None:
        for module in (autograding, feedback):
            monkeypatch.setattr(module, "is_plain", lambda _: not wanted)

    return use


@pytest.fixture
def answer_all(play, judge, on_time, tmp_path):
    """Everybody answers in another way; some leave a part out, one is late."""

    def answer(offerings, number: int) -> None:
        offering, *_ = offerings
        for place, learner in enumerate(LEARNERS):
            for name in (FIRST, FORM, SURVEY)[: place + 1]:
                items = judge.keys(offering.root, name)
                answers = {one: judge.other(item, place + number) for one, item in items.items()}
                for item in list(answers)[: place * number]:
                    del answers[item]
                journal = play(offering, name, answers, tmp_path / f"{number}-{learner}-{name}")
                at = on_time + timedelta(days=place * number)
                for one in offerings:
                    collecting.hand_in(one, learner, name, journal, at)

    return answer


def rows(offering) -> list[tuple]:
    place = (BaseCell.name, SubmittedAssignment.student_id, SubmittedAssignment.timestamp)
    more = (SubmittedNotebook.flagged, SubmittedNotebook.late_submission_penalty)
    kinds = {
        Grade: (Grade.auto_score, Grade.manual_score, Grade.extra_credit, Grade.needs_manual_grade),
        Comment: (Comment.auto_comment, Comment.manual_comment),
    }
    with offering.gradebook() as gradebook:
        return [
            tuple(round(value, 9) if isinstance(value, float) else value for value in row)
            for kind, columns in kinds.items()
            for row in gradebook.db.execute(
                select(*place, *more, *columns)
                .join(kind, kind.cell_id == BaseCell.id)
                .join(SubmittedNotebook, SubmittedNotebook.id == kind.notebook_id)
                .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
                .order_by(BaseCell.notebook_id, *place)
            )
        ]


def tree(offering, step: str) -> dict[str, tuple]:
    def content(path: Path):
        data = path.read_bytes()
        if path.suffix == ".ipynb":
            return nbformat.reads(data.decode(), as_version=4)
        return HIGHLIGHT.sub("", data.decode()) if path.suffix == ".html" else data

    folder = offering.root / step
    return {
        path.relative_to(folder).as_posix(): (content(path), path.stat().st_mode)
        for path in folder.rglob("*")
        if path.is_file()
    }


def mark_by_hand(offering) -> None:
    """A person marks the first learner's reflection and one automatic score, and says a word."""
    with offering.gradebook() as gradebook:
        reflection = gradebook.find_grade("fr-9-limits", FIRST, FIRST, LEARNERS[0])
        reflection.manual_score, reflection.needs_manual_grade = 1.5, False
        first = gradebook.find_grade("fr-1-request", FIRST, FIRST, LEARNERS[1])
        first.manual_score, first.extra_credit, first.needs_manual_grade = 0.5, 0.25, False
        gradebook.find_comment("fr-9-limits", FIRST, FIRST, LEARNERS[0]).manual_comment = "Well seen."
        gradebook.db.commit()


@pytest.mark.parametrize("late_rule", ["none", "zero"])
def test_files_and_rows_are_those_of_nbgrader(offering, copied, by_nbgrader, answer_all, tmp_path, late_rule):
    with (offering.root / "nbgrader_config.py").open("a") as config:
        config.write(f'\nc.LateSubmissionPlugin.penalty_method = "{late_rule}"\n')
    other = copied(offering.root, tmp_path / "other" / "course")
    for number in (0, 1):
        answer_all((offering, other), number)
        for one, nbgrader in ((offering, False), (other, True)):
            by_nbgrader(nbgrader)
            assert grading.grade(one).failed == []
            if number == 0:
                mark_by_hand(one)
                assert grading.grade(one).graded == 0
        for step in ("autograded", "feedback"):
            ours, theirs = tree(offering, step), tree(other, step)
            assert ours.keys() == theirs.keys()
            assert [name for name in ours if ours[name] != theirs[name]] == []
        assert rows(offering) == rows(other)
        kept = [graded.load(one.root, LEARNERS[0], FIRST) for one in (offering, other)]
        assert kept[0] == kept[1]
    late = [row for row in rows(offering) if row[4] is not None]
    assert bool(late) is (late_rule == "zero"), "the last learners were late the second time"


def test_settings_of_ones_own_are_followed_by_nbgrader_itself(offering, submit):
    path = offering.root / "nbgrader_config.py"
    path.write_text(path.read_text() + "\nc.Autograde.permissions = 640\nc.GenerateFeedback.permissions = 600\n")
    submit(offering)
    assert grading.grade(offering).failed == []
    page = offering.root / "autograded" / LEARNERS[0] / FIRST / f"{FIRST}.ipynb"
    assert page.stat().st_mode & 0o777 == 0o640
    assert (offering.root / "feedback" / LEARNERS[0] / FIRST / f"{FIRST}.html").stat().st_mode & 0o777 == 0o600
