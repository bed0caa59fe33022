"""Make `format-N.zip` and `format-N.json` of the present format: an invented offering, and what must be found in it.

Run once for each format, when it is released (see README.md beside this file):

    python tests/golden/offerings/make.py

The record is read from the journals and the database as they lie, without our own readers: those will change.
"""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from unittest import mock

from eprofessionalism.library import built_cases
from eprofessionalism_graders import demo, grading, starting
from eprofessionalism_graders.keeping.backup import backup
from eprofessionalism_graders.offering import FORMAT, Offering

HERE = Path(__file__).parent
CASES = ("01-friend-requests", "90-form-a")
LEARNERS, SEED = 3, 7

SUBMISSIONS = """
SELECT submitted_assignment.student_id, assignment.name, submitted_assignment.timestamp
FROM submitted_assignment JOIN assignment ON assignment.id = submitted_assignment.assignment_id ORDER BY 1, 2
"""
MARKS = """
SELECT base_cell.name, grade.auto_score, grade.manual_score, grade.extra_credit, grade.needs_manual_grade,
       comment.manual_comment
FROM grade
JOIN base_cell ON base_cell.id = grade.cell_id
JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
JOIN assignment ON assignment.id = submitted_assignment.assignment_id
LEFT JOIN (comment JOIN base_cell AS noted ON noted.id = comment.cell_id)
       ON comment.notebook_id = grade.notebook_id AND noted.name = base_cell.name
WHERE submitted_assignment.student_id = ? AND assignment.name = ? ORDER BY 1
"""


def main() -> None:
    """Write both files; those of a released format are never replaced."""
    archive, record = HERE / f"format-{FORMAT}.zip", HERE / f"format-{FORMAT}.json"
    if archive.exists():
        sys.exit(f"{archive}: is there; the offering of a released format stays as it is")
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch) / "offering"
        chosen = {name: built_cases()[name] for name in CASES}
        with mock.patch.object(starting, "built_cases", return_value=chosen):
            demo.run(root, LEARNERS, SEED)
        offering = Offering.open(root)
        first = grading.submissions(offering)[0]
        (offering.submitted(first.learner, first.assignment) / "notes.txt").write_text("Set aside, and told.\n")
        assert grading.grade(offering, force=True).failed == []
        for page in sorted((root / "feedback").iterdir())[1:]:  # they are large; grading writes them again
            shutil.rmtree(page)
        record.write_text(json.dumps(recorded(root), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        backup(root, archive)


def recorded(root: Path) -> dict[str, object]:
    """What must be found in the offering for all time: settings, learners, answers and marks."""
    lines = (root / "offering.toml").read_text(encoding="utf-8").splitlines()
    with closing(sqlite3.connect(root / "gradebook.db")) as gradebook:
        return {
            "settings": [line for line in lines if line.startswith(("title", "pass_mark", "due", "open_key"))],
            "roster": rows(root / "roster.csv"),
            "forms": rows(root / "forms.csv"),
            "submissions": [
                {
                    "learner": learner,
                    "assignment": assignment,
                    "handed in": at,
                    "answers": answers(root / "submitted" / learner / assignment / "responses.jsonl"),
                    "marks": {item: marks for item, *marks in gradebook.execute(MARKS, (learner, assignment))},
                }
                for learner, assignment, at in gradebook.execute(SUBMISSIONS)
            ],
        }


def rows(table: Path) -> list[dict[str, str]]:
    """The lines of a table."""
    return list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))


def answers(journal: Path) -> list[list[object]]:
    """The answers that were given, in the order of the journal."""
    lines = map(json.loads, journal.read_text(encoding="utf-8").splitlines())
    return [[line["item"], line["answer"], line["certainty"]] for line in lines if line["kind"] == "commit"]


if __name__ == "__main__":
    main()
