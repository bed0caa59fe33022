"""Who would pass, and who would not, without the questions of a test whose key is in doubt.

`keys_in_doubt(results)` reckons it once; `reasons(found)` has, for the page with names, a reason for each learner who
would pass without them, and none of None.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from eprofessionalism_graders.cohort.doubt import TESTS, Doubted, doubted, without
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.words import listed
from eprofessionalism_graders.forms import sitting


@dataclass(frozen=True, slots=True)
class Counts:
    """Learners who reach the mark in the test after the course, and who pass, be it at the second attempt."""

    at_once: int
    passed: int


@dataclass(frozen=True, slots=True)
class KeysInDoubt:
    """What hangs on the questions whose key is in doubt.

    Args:
        questions: which they are, in the order of the course.
        now: as it is graded.
        then: as it would be without them.
        failed: how many have a result and have not passed.
        would_pass: learners of these who would pass, in the order of the roster, each with the questions in doubt of
            the forms that they were graded on.
        would_fail: how many have passed and would not. They are not named: whoever has passed stays passed.
    """

    questions: tuple[Doubted, ...]
    now: Counts
    then: Counts
    failed: int
    would_pass: tuple[tuple[str, tuple[Doubted, ...]], ...]
    would_fail: int


def keys_in_doubt(results: Results) -> KeysInDoubt | None:
    """What hangs on these questions; None where there are none."""
    questions = doubted(results)
    if not questions:
        return None
    learners = results.tables.learners.set_index("learner")
    then = without(results, [one.item for one in questions]).set_index("learner")
    failed = ~learners["passed"].fillna(True).astype(bool)
    passes_then = then["passed"].fillna(False).astype(bool)
    passes_now = learners["passed"].fillna(False).astype(bool)
    return KeysInDoubt(
        questions,
        _counts(learners, results.pass_mark),
        _counts(then, results.pass_mark),
        int(failed.sum()),
        tuple(
            (str(who), _graded_on(results, learners.loc[who], questions)) for who in then.index[failed & passes_then]
        ),
        int((passes_now & ~passes_then).sum()),
    )


def _counts(learners: pd.DataFrame, mark: float) -> Counts:
    reached = learners["post_percent"].astype("float64").round(6) >= mark
    return Counts(int(reached.sum()), int(learners["passed"].fillna(False).sum()))


def _graded_on(results: Results, row: pd.Series, questions: tuple[Doubted, ...]) -> tuple[Doubted, ...]:
    """Those of the questions that are in a form on which a learner has a result."""
    first = "" if pd.isna(row["pre_form"]) else str(row["pre_form"])
    taken = {name for name in TESTS if pd.notna(row[f"{name}_percent"])}
    return tuple(one for one in questions if sitting(results.banks[one.assignment], first) in taken)


def reasons(found: KeysInDoubt | None) -> Iterator[tuple[str, str]]:
    """For the page with names: the id of each learner who would pass without these questions, and why."""
    for learner, questions in found.would_pass if found else ():
        names = listed([one.name for one in questions], "see the report")
        doubt = "whose key is" if len(questions) == 1 else "whose keys are"
        yield learner, f"Would pass without {names}, {doubt} in doubt."
