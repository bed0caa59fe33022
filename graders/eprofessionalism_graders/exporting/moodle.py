"""Grades as Moodle imports them: Grades, Import, CSV file.

Columns are mapped by hand in Moodle, users by e-mail address or ID number. A minus sign alone stands for no grade: with
an empty cell Moodle would make a grade of a new column (grade/import/csv in the Moodle source, read in November 2026).
"""

from __future__ import annotations

from collections.abc import Iterator

from eprofessionalism_graders import cells
from eprofessionalism_graders.errors import UserError
from eprofessionalism_graders.exporting.grades import Grades, repeated

COLUMNS = ("ID number", "Email address", "First name", "Last name")
MISSING = "-"


def text(grades: Grades) -> str:
    """The CSV file.

    Raises:
        UserError: Moodle could not tell two columns apart, or an id would have to be changed to be harmless.
    """
    problems = [*_problems(grades)]
    if problems:
        raise UserError("\n".join(problems))
    lines = [cells.written([[*COLUMNS, *grades.titles]])]
    for one in grades.learners:
        about = cells.written([[one.id, one.email, one.first_name, one.last_name]]).removesuffix("\n")
        marks = ",".join(f'"{mark}"' for mark in grades.row(one.id, MISSING))  # its sign for no grade stays as it is
        lines.append(f"{about},{marks}\n" if marks else f"{about}\n")
    return "".join(lines)


def _problems(grades: Grades) -> Iterator[str]:
    for title in repeated(grades.titles):
        remedy = "give one of them another in your own bank"
        yield f"questions: expected a title for each column, found {title!r} twice; Moodle cannot tell them; {remedy}"
    for one in grades.learners:
        for what, value in (("id", one.id), ("email", one.email)):
            if cells.neutral(value) != value:
                why = "a spreadsheet would run it as a formula; change it in roster.csv, and the export"
                yield f"learner {one.id}: expected an {what} that begins with a letter or digit, found {value!r}; {why}"


def users_by(grades: Grades) -> str:
    """By which column Moodle can find every learner."""
    mails = [one.email.casefold() for one in grades.learners]
    return "Email address" if all(mails) and not repeated(mails) else "ID number"


def told(grades: Grades) -> str:
    """By which column to map users, and why where it is not the one that most would take."""
    by = users_by(grades)
    return by if by == "Email address" else f"{by}, as not everybody has an e-mail address of their own"
