"""Groups and years beside each other: means and shares with their intervals, and differences with theirs.

Whoever is compared here is not drawn by lot: groups and years have different people, who learned under different
circumstances. An interval says what chance alone would do, and nothing of such differences.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import nan

import pandas as pd

from eprofessionalism_graders.cohort.analysis.intervals import (
    FEWEST,
    LEVEL,
    Estimate,
    difference,
    mean,
    share,
    together,
)

RESULTS = {
    "offering": "the offering, or empty",
    "learner": "id",
    "test": "the assignments that were the learner’s test, with blanks between",
    "percent": "of the points of all its questions",
}
"""Columns of `percents`: one row for each learner of an offering with a result of the test after the course."""

DESCRIBED = {
    "name": "of the group or offering",
    "learners": "who have a result",
    "mean": "percent",
    "low": "lower end of the mean’s 95 % t interval; missing below `intervals.FEWEST` learners",
    "high": "its upper end",
    "passed": "learners at or above the pass mark in this test, second attempts left out",
    "share": "the same in percent",
    "share_low": "lower end of the share’s 95 % Wilson interval",
    "share_high": "its upper end",
}
"""Columns of `described`."""

DIFFERENCES = {
    "name": "of the group or offering",
    "learners": "of it who are compared",
    "others": "learners it is compared with",
    "mean": "their mean, percent, over the questions compared",
    "others_mean": "the mean of those it is compared with, percent",
    "difference": "how much higher it is, points of percent, forms with equal weights",
    "low": "lower end of the difference’s 95 % interval; those of `against_others` hold all together; missing for few",
    "high": "its upper end",
    "questions": "how many questions are compared",
}
"""Columns of `against_others` and `against_earlier`."""

FACILITIES = {
    "unit": "the question, or what the questions are about",
    "offering": "the offering",
    "learners": "whose test it was in",
    "facility": "mean percent of the points; a question that was left open counts as 0",
    "low": "lower end of its 95 % t interval",
    "high": "its upper end",
}
"""Columns of `facilities`."""

CHANGES = {
    "unit": "as in `FACILITIES`",
    "questions": "how many questions both offerings asked on it",
    "then": "mean percent in the earlier offering",
    "now": "mean percent in the present one",
    "difference": "points of percent, forms with equal weights",
    "low": "lower end of its 95 % interval",
    "high": "its upper end",
}
"""Columns of `facility_changes`."""

SCORES = ("offering", "learner", "assignment", "item", "points", "max_points")
"""Columns of `scores`."""


def scores(responses: pd.DataFrame) -> pd.DataFrame:
    """Every question of every learner's test after the course, with those that were left open: columns `SCORES`.

    A question that is in no row of a learner who handed the test in was left open and has 0 points. A test has the
    questions that anybody of the same offering answered. What is not graded is left out.

    Args:
        responses: columns of `tables.RESPONSES` and `offering`.
    """
    tests = responses[(responses["sitting"] != "practice") & (responses["type"] != "reflection")]
    keys = ["offering", "assignment"]
    asked = tests.groupby([*keys, "item"], observed=True, as_index=False)["max_points"].max()
    graded = tests[(tests["sitting"] == "post") & tests["points"].notna()]
    sat = graded[[*keys, "learner"]].drop_duplicates()
    whole = sat.merge(asked, on=keys).merge(graded[[*keys, "learner", "item", "points"]], how="left")
    numbers = {name: whole[name].astype("float64").fillna(0.0) for name in ("points", "max_points")}
    return whole.assign(**numbers)[list(SCORES)]


def percents(found: pd.DataFrame) -> pd.DataFrame:
    """The percentage of each learner over the questions that are given: columns `RESULTS`.

    100 · points / most points, over all the questions of the learner's test, as the grade has it.

    Args:
        found: rows of `scores`, all or some.
    """
    groups = found.sort_values("assignment").groupby(["offering", "learner"], sort=True, observed=True)
    rows = groups.agg(
        test=("assignment", lambda names: " ".join(dict.fromkeys(map(str, names)))),
        points=("points", "sum"),
        most=("max_points", "sum"),
    ).reset_index()
    return rows.assign(percent=100 * rows["points"] / rows["most"].where(rows["most"] > 0))[list(RESULTS)]


def described(results: pd.DataFrame, by: str, pass_mark: float) -> pd.DataFrame:
    """Each group or offering by itself, in the order of the names: columns `DESCRIBED`.

    Args:
        results: columns `percent` and what `by` names.
        by: the column that says who belongs together.
        pass_mark: in percent.
    """
    rows = []
    for name, part in results.dropna(subset=["percent"]).groupby(by, sort=True, observed=True):
        values = part["percent"].astype("float64")
        passed = int((values.round(6) >= pass_mark).sum())
        middle, rate = mean(values), share(passed, len(values))
        rows.append(
            (str(name), len(values), middle.value, middle.low, middle.high, passed, rate.value, rate.low, rate.high)
        )
    return pd.DataFrame(rows, columns=pd.Index(DESCRIBED))


def compared(here: pd.DataFrame, there: pd.DataFrame, level: float = LEVEL) -> Estimate:
    """How much higher the results `here` are, in points of percent: the mean of the differences of each form.

    Forms of a test differ in difficulty, so that each is compared with itself and both count alike
    (`intervals.difference`); where a form was not taken by two learners on both sides, all are compared as they are.
    Not a number where either side has fewer than `intervals.FEWEST`.

    Args:
        here: columns `test` and `percent`.
        there: the same of the others.
        level: of the interval.
    """
    sides = [rows.dropna(subset=["percent"]) for rows in (there, here)]
    if min(map(len, sides)) < FEWEST:
        return Estimate(nan)
    forms = sorted(set(sides[0]["test"]) | set(sides[1]["test"]))
    pairs = [tuple(rows.loc[rows["test"] == form, "percent"] for rows in sides) for form in forms]
    if min(len(part) for pair in pairs for part in pair) < 2:
        pairs = [tuple(rows["percent"] for rows in sides)]
    return difference(((first.astype("float64"), second.astype("float64")) for first, second in pairs), level)


def against_others(results: pd.DataFrame, by: str, questions: int) -> pd.DataFrame:
    """Each group against all others together: columns `DIFFERENCES`. A single group has no others, and no row.

    The intervals hold all together 95 times in 100 (`intervals.together`): of twenty groups that differ by nothing one
    would else seem to. Two groups make one comparison.

    Args:
        results: columns `test`, `percent` and what `by` names.
        by: the column of the group; who has none belongs to the others.
        questions: how many questions there are.
    """
    names = sorted(set(results[by].dropna()))
    sides = [(name, results[results[by] == name], results[~(results[by] == name).fillna(False)]) for name in names]
    level = together(len(names) if len(names) > 2 else 1)
    rows = [_difference(name, here, there, questions, level) for name, here, there in sides if len(there)]
    return pd.DataFrame(rows, columns=pd.Index(DIFFERENCES))


def against_earlier(found: pd.DataFrame, present: str, earlier: Iterable[str]) -> pd.DataFrame:
    """The present offering against each earlier one, over the questions that both have: columns `DIFFERENCES`.

    `name` is the earlier offering, and `difference` is how much higher the present one is. Without a question in
    common the means are missing.

    Args:
        found: rows of `scores` of all offerings.
        present: the offering that is compared.
        earlier: those it is compared with, in the order of the rows.
    """
    rows = []
    now = found[found["offering"] == present]
    for name in earlier:
        then = found[found["offering"] == name]
        both = set(now["item"]) & set(then["item"])
        here, there = (percents(part[part["item"].isin(both)]) for part in (now, then))
        rows.append(_difference(name, here, there, len(both)))
    return pd.DataFrame(rows, columns=pd.Index(DIFFERENCES))


def _difference(
    name: str, here: pd.DataFrame, there: pd.DataFrame, questions: int, level: float = LEVEL
) -> dict[str, object]:
    found = compared(here, there, level)
    return {
        "name": str(name),
        "learners": int(here["percent"].notna().sum()),
        "others": int(there["percent"].notna().sum()),
        "mean": float(here["percent"].mean()),
        "others_mean": float(there["percent"].mean()),
        "difference": found.value,
        "low": found.low,
        "high": found.high,
        "questions": questions,
    }


def facilities(found: pd.DataFrame, by: str = "item") -> pd.DataFrame:
    """How easy each question, or topic, was in each offering: columns `FACILITIES`.

    Args:
        found: rows of `scores`.
        by: the column of the unit; of the questions on one topic a learner has one percentage.
    """
    rows = []
    for (unit, offering), part in found.groupby([by, "offering"], sort=True, observed=True):
        told = mean(percents(part)["percent"])
        rows.append((str(unit), str(offering), int(part["learner"].nunique()), told.value, told.low, told.high))
    return pd.DataFrame(rows, columns=pd.Index(FACILITIES))


def facility_changes(found: pd.DataFrame, present: str, earlier: str, by: str = "item") -> pd.DataFrame:
    """What became easier or harder since an earlier offering, of questions that both asked: columns `CHANGES`.

    Of as many intervals as there are units one in twenty misses.

    Args:
        found: rows of `scores`.
        present: the offering that is compared.
        earlier: the one it is compared with.
        by: the column of the unit.
    """
    now, then = (found[found["offering"] == name] for name in (present, earlier))
    both = set(now["item"]) & set(then["item"])
    rows = []
    for unit, part in now[now["item"].isin(both)].groupby(by, sort=True, observed=True):
        items = set(part["item"])
        here, there = percents(part), percents(then[then["item"].isin(items)])
        gap = compared(here, there)
        means = float(there["percent"].mean()), float(here["percent"].mean())
        rows.append((str(unit), len(items), *means, gap.value, gap.low, gap.high))
    return pd.DataFrame(rows, columns=pd.Index(CHANGES))
