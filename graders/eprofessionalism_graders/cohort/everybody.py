"""Every learner with the results, for `report/people.html`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from eprofessionalism_graders.cohort import words
from eprofessionalism_graders.cohort.people import given
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.summary import Summary, full_name
from eprofessionalism_graders.cohort.tables import COMPLETE, PARTLY

IN_ORDER = ("post", "retake", "pre")
"""The sittings of the test as they stand beside a name: what decides first."""


@dataclass(frozen=True, slots=True)
class Person:
    """One line of the list of learners.

    Args:
        name: as one writes it.
        group: of the roster, or empty.
        finished: how many cases.
        open: the cases that were answered in part, and how far.
        practice: percent of the points of the cases, or None.
        tests: for each sitting of the test, whether it was answered in part only, and its percent; as `IN_ORDER`.
        passed: None while there is no result.
        late: how many assignments were handed in late.
    """

    name: str
    group: str
    finished: int
    open: tuple[str, ...]
    practice: float | None
    tests: tuple[tuple[bool, float | None], ...]
    passed: bool | None
    late: int


def everybody(results: Results) -> tuple[Person, ...]:
    """The list of learners, in the order of the roster."""
    responses = results.tables.responses
    answered = Counter(zip(responses["learner"], responses["assignment"], strict=True))
    return tuple(_person(row, results.summary, answered) for row in results.tables.learners.to_dict("records"))


def _person(row: Mapping[Any, Any], summary: Summary, answered: Mapping[tuple[str, str], int]) -> Person:
    cases = [case.assignment for case in summary.cases if not case.assessment]
    return Person(
        name=words.isolated(full_name(row)),
        group=given(row["group"], ""),
        finished=sum(row[f"{name}_status"] == COMPLETE for name in cases),
        open=tuple(_part(row, name, summary, answered) for name in cases if row[f"{name}_status"] == PARTLY),
        practice=given(row["practice_percent"]),
        tests=tuple((row[f"{test}_status"] == PARTLY, given(row[f"{test}_percent"])) for test in IN_ORDER),
        passed=given(row["passed"]),
        late=row["late"],
    )


def _part(row: Mapping[Any, Any], name: str, summary: Summary, answered: Mapping[tuple[str, str], int]) -> str:
    """How much of a case was answered where it is a part."""
    title = next(case.title for case in summary.cases if case.assignment == name)
    return f"{title}: {answered.get((row['learner'], name), 0)} of {len(summary.questions[name])}"
