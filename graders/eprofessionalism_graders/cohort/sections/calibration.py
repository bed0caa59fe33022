"""Whether learners know what they know: how often answers were right at each certainty."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from eprofessionalism_graders.cohort.analysis.calibration import NOT_SURE, VERY_SURE, certainty_marks
from eprofessionalism_graders.cohort.document import Block, Figure, Note, Section, Table
from eprofessionalism_graders.cohort.figures.calibration import against_certainty
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.sections.sureness import (
    COLUMNS,
    Part,
    by_part,
    drawn,
    lead,
    marked,
    not_counted,
    parts,
    sureness,
)
from eprofessionalism_graders.cohort.summary import FEWEST_LEARNERS
from eprofessionalism_graders.cohort.words import number, share

UNKNOWN = "How sure they were, and how right"
SAME = (
    "The same as a table, with the other parts of the course. Questions with several right answers are told apart: of "
    "these the full score is seldom earned, so that they have neither gap nor mark"
)


def section(results: Results) -> Section | None:
    """Certainty against correctness, in the test or else in the cases; None where nobody has stated how sure."""
    found = parts(results)
    if all(part.answers.empty for part in found):
        return None
    told = _told(found)
    if told is None:
        few = f"Fewer than {number(FEWEST_LEARNERS)} learners have said the same of how sure they were"
        return Section("calibration", UNKNOWN, f"{few}: nothing is concluded yet.")
    title = _title(told)
    answer = "" if title == UNKNOWN else f"{title}."
    return Section("calibration", title, lead(told) + not_counted(results), tuple(_blocks(results, told)), answer)


def _told(found: Sequence[Part]) -> Part | None:
    """The first part that tells how much being sure was worth, else the first that tells anything."""
    ranked = [part for part in found if part.gain] + [part for part in found if len(part.known)]
    return ranked[0] if ranked else None


def _title(part: Part) -> str:
    """How many very sure answers were right, and how many unsure ones, where enough learners gave them."""
    known = part.known.set_index("certainty")
    right = {level: share(int(row["right"]), int(row["answers"])) for level, row in known.iterrows()}
    if VERY_SURE not in right:
        return UNKNOWN
    said = f"Of the very sure answers {part.briefly}, {right[VERY_SURE]} were right"
    return f"{said}; of the unsure ones {right[NOT_SURE]}" if NOT_SURE in right else said


def _blocks(results: Results, part: Part) -> Iterator[Block]:
    if part.sitting != "post":
        few = f"In the test after the course fewer than {number(FEWEST_LEARNERS)} learners were very sure, or not sure"
        yield Note(f"{few}: shown are their first answers in cases, before any feedback.", caution=True)
    caption = f"Percent of the answers that were right, {part.where}. The line is the 95% interval over learners."
    yield Figure("certainty", caption, against_certainty([drawn(row) for _, row in part.known.iterrows()], part.where))
    yield Table("certainty", SAME, by_part(results), COLUMNS)
    yield sureness(part)
    marks = certainty_marks(part.levels)
    if marks and len(part.known) == len(part.levels):
        yield marked(marks, part.where)
