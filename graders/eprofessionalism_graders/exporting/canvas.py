"""Grades as Canvas imports them: Grades, Import.

What is written and refused follows what Canvas’s own importer does (lib/gradebook_importer.rb and the model of an
assignment in the Canvas source, read in November 2026): the first columns are fixed; the row after the header says how
many points each column has; people are found by Canvas’s number, else by SIS user id, else by login; a number with
more than one point or comma is read as one with thousands separators, wherever it stands; an empty cell is no grade.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from eprofessionalism_graders import cells
from eprofessionalism_graders.errors import UserError
from eprofessionalism_graders.exporting.grades import MOST, Grades, repeated
from eprofessionalism_graders.roster import Learner

COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
POINTS = "Points Possible"

_NUMBER = re.compile(r"-?[0-9.,]+%?")
_RESERVED = re.compile("(?:Current|Final) (?:Score|Points|Grade)|Override (?:Score|Grade|Status)")
_WITH_ID = re.compile(r".*\(\d+\)\s*")


def text(grades: Grades) -> str:
    """The CSV file.

    Raises:
        UserError: Canvas would not find a learner, or would take a title for something else; all of them are named.
    """
    problems = [*_learners(grades), *_titles(grades)]
    if problems:
        raise UserError("\n".join(problems))
    points = [f"    {POINTS}", *[""] * (len(COLUMNS) - 1), *[str(MOST)] * len(grades.titles)]
    rows = ([*_about(one), *grades.row(one.id, missing="")] for one in grades.learners)
    return cells.written([[*COLUMNS, *grades.titles], points, *rows])


def _about(learner: Learner) -> list[str]:
    """Who somebody is. Canvas’s own number is known to Canvas alone and stays empty."""
    name = _in_one_line(", ".join(filter(None, (learner.last_name, learner.first_name))))
    return [name or learner.id, "", learner.id, learner.email or learner.id, _in_one_line(learner.group)]


def _in_one_line(text: str) -> str:
    """By the first three lines of a file Canvas tells whether commas or semicolons part its cells."""
    return " ".join(text.split())


def _learners(grades: Grades) -> Iterator[str]:
    for one in grades.learners:
        name = _about(one)[0]
        for what, value in (("id", one.id), ("email", one.email)):
            if as_read(value) != value:
                yield _refused(f"learner {one.id}", what, value, f"Canvas would read {as_read(value)!r}")
            elif cells.neutral(value) != value:
                yield _refused(f"learner {one.id}", what, value, "a spreadsheet would run it as a formula")
        if POINTS in name:
            yield _refused(f"learner {one.id}", "name", name, "Canvas takes such a row for the points of the columns")


def _titles(grades: Grades) -> Iterator[str]:
    reasons: list[tuple[Callable[[str], object], str]] = [
        (_RESERVED.search, "Canvas passes such a column over"),
        (_WITH_ID.fullmatch, "Canvas takes a number in brackets at the end for an assignment’s own"),
        (lambda title: title in repeated(grades.titles), "two columns have this title, and Canvas reads the first"),
    ]
    for title in dict.fromkeys(grades.titles):
        for is_so, why in reasons:
            if is_so(title):
                yield _refused("questions", "title", title, why)


def _refused(place: str, what: str, found: str, why: str) -> str:
    remedy = "change it in your own bank" if what == "title" else "change it in roster.csv, and the export"
    return f"{place}: expected {_an(what)} that Canvas reads as it is, found {found!r}; {why}; {remedy}"


def _an(what: str) -> str:
    return f"an {what}" if what[0] in "aeiou" else f"a {what}"


def as_read(field: str) -> str:
    """What Canvas makes of a cell before it looks at it: the last point or comma is the decimal one, others go."""
    if not _NUMBER.fullmatch(field):
        return field
    parts = re.split("[,.]", field)
    while parts and not parts[-1]:
        parts.pop()
    return f"{''.join(parts[:-1])}.{parts[-1]}" if len(parts) > 1 else "".join(parts)
