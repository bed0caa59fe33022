"""How single learners stand: who has not finished what, who has no second attempt, and how far a result can be trusted.

For the page with names, and to be counted for the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan
from typing import Any

import pandas as pd

from eprofessionalism_graders.cohort.analysis.scale import FIRST_LOOK, scale_statistics
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.sittings import sat
from eprofessionalism_graders.cohort.summary import Summary
from eprofessionalism_graders.cohort.tables import COMPLETE, MISSING, PARTLY
from eprofessionalism_graders.forms import sitting


def failed(results: Results) -> pd.DataFrame:
    """The rows of the learners who have a result and have not passed."""
    learners = results.tables.learners
    return learners[~learners["passed"].fillna(True).astype(bool)]


def no_second_attempt(results: Results) -> list[str]:
    """Who has not passed and has no result of a second attempt; nobody where the course has no form for it."""
    if not any(bank.is_test and sitting(bank, "") == "retake" for bank in results.banks.values()):
        return []
    rows = failed(results)
    return [str(learner) for learner in rows.loc[rows["retake_percent"].isna(), "learner"]]


def failed_again(results: Results) -> list[str]:
    """Who has not passed, and has a result of a second attempt."""
    rows = failed(results)
    return [str(learner) for learner in rows.loc[rows["retake_percent"].notna(), "learner"]]


def still_open(row: Mapping[Any, Any], summary: Summary) -> tuple[list[str], bool]:
    """The titles of the cases that a learner has not finished, and whether the test after the course is open."""
    cases = [case for case in summary.cases if not case.assessment]
    open_cases = [case.title for case in cases if row[f"{case.assignment}_status"] != COMPLETE]
    return open_cases, row["post_status"] in (MISSING, PARTLY)


def last_test_alone(results: Results) -> list[str]:
    """Who has finished all cases, and not the test after the course."""
    rows = results.tables.learners.to_dict("records")
    return [
        str(row["learner"])
        for row in rows
        if row["status"] == PARTLY and still_open(row, results.summary) == ([], True)
    ]


def errors(results: Results) -> dict[str, int]:
    """The standard error of measurement by form of the test, of forms that enough have taken, as `told`."""
    found = {}
    for one in sat(results):
        if one.bank.is_test and one.learners >= FIRST_LOOK:
            sem = float(scale_statistics(one.matrix)["value"]["sem"])
            points = sum(item.points for item in one.items.values())
            if not isnan(sem):
                found[one.bank.form] = told(100 * sem / points)
    return found


def told(error: float) -> int:
    """An error of measurement in whole percentage points, at least one: what is said is also what is counted by."""
    return max(1, round(error))
