"""The least that grading can be: read what was handed in, write what was graded, enter the same rows, one commit each.

Nothing is scored or made up here. What a real grading wrote is read back first, and then written once more.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from measure import watch
from nbgrader import api
from sqlalchemy import Connection, Table, create_engine, insert, select

from eprofessionalism_graders.offering import Offering

Rows = list[tuple[Table, list[dict[str, Any]]]]
TABLES: tuple[Table, ...] = tuple(
    kind.__table__ for kind in (api.SubmittedAssignment, api.SubmittedNotebook, api.Grade, api.Comment)
)


class Graded(NamedTuple):
    """All that the grading of one submission left: the notebook, and the rows of the gradebook."""

    submitted: Path
    place: Path
    notebook: bytes
    rows: Rows


def read_back(offering: Offering, assignment: str) -> list[Graded]:
    """What the grading of an offering left behind."""
    rows = _rows(offering.db_url)
    found = []
    for learner in offering.roster():
        place = Path(learner.id, assignment, f"{assignment}.ipynb")
        notebook = (offering.root / "autograded" / place).read_bytes()
        found.append(Graded(offering.submitted(learner.id, assignment), place, notebook, rows[learner.id]))
    return found


def _rows(db_url: str) -> Mapping[str, Rows]:
    """The rows of each learner, table by table."""
    submissions, notebooks, grades, comments = TABLES
    owner: dict[str, str] = {}
    rows: dict[str, dict[Table, list[dict[str, Any]]]] = defaultdict(lambda: {table: [] for table in TABLES})
    with create_engine(db_url).connect() as connection:
        for table, parent in (
            (submissions, submissions.c.student_id),
            (notebooks, notebooks.c.assignment_id),
            (grades, grades.c.notebook_id),
            (comments, comments.c.notebook_id),
        ):
            for row in connection.execute(select(table)).mappings():
                learner = owner.get(row[parent.name], row[parent.name])
                owner[row["id"]] = learner
                rows[learner][table].append(dict(row))
    return {learner: [(table, there) for table, there in tables.items() if there] for learner, tables in rows.items()}


def again(graded: Iterable[Graded], empty: Path, scratch: Path) -> float:
    """Seconds for doing the least once more, into a gradebook in which nothing was handed in yet.

    Args:
        graded: what `read_back` has found.
        empty: the gradebook of an offering with these learners before anything was graded.
        scratch: a folder to write to.
    """
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    shutil.copyfile(empty, scratch / "gradebook.db")
    with create_engine(f"sqlite:///{scratch / 'gradebook.db'}").connect() as connection, watch() as found:
        for one in graded:
            _grade(one, connection, scratch)
    return found.seconds


def _grade(one: Graded, connection: Connection, scratch: Path) -> None:
    for path in one.submitted.iterdir():
        path.read_bytes()
    target = scratch / one.place
    target.parent.mkdir(parents=True)
    part = target.with_suffix(".part")
    part.write_bytes(one.notebook)
    part.replace(target)
    for table, rows in one.rows:
        connection.execute(insert(table), rows)
    connection.commit()
