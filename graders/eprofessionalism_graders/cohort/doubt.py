"""Questions of the tests whose key is in doubt, and what is known without them.

What is wrong with such a question says nothing of the learners. So it is left out of what they know of a topic, and a
director is told who would pass without it. Grades stay: only whoever looks at the key can say that it is wrong.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import pandas as pd

from eprofessionalism.items import Item
from eprofessionalism_graders import forms
from eprofessionalism_graders.cohort import tables
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.sittings import sat
from eprofessionalism_graders.cohort.words import listed

TESTS = ("post", "retake")
"""The sittings that decide who passes."""


@dataclass(frozen=True, slots=True)
class Doubted:
    """A question whose key is to be checked: its id, the test it is in, and what a sentence calls it."""

    item: str
    assignment: str
    name: str


def doubted(results: Results) -> tuple[Doubted, ...]:
    """The questions of tests for which the gravest that was found is to check the key, in the order of the course."""
    return tuple(Doubted(item, one.bank.case, one.called(item)) for one in sat(results) for item in one.doubted)


def without(results: Results, items: Collection[str]) -> pd.DataFrame:
    """What the tests would have come to without some questions, by the rules of `tables.LEARNERS`.

    Args:
        results: of the cohort.
        items: ids of the questions that are left out.

    Returns:
        Columns `learner`, `post_percent`, `retake_percent` and `passed`, one row a learner of the roster; missing where
        there is no result.
    """
    percents = {name: _percents(results, name, items) for name in TESTS}
    found = results.tables.learners[["learner"]].assign(**{f"{name}_percent": percents[name] for name in TESTS})
    pairs = zip(*(percents[name].astype(object).where(percents[name].notna(), None) for name in TESTS), strict=True)
    passed = [tables.passed(post, retake, results.pass_mark) for post, retake in pairs]
    return found.assign(passed=pd.array(passed, dtype="boolean"))


def _percents(results: Results, sitting: str, items: Collection[str]) -> pd.Series[float]:
    """The percentage of a sitting by learner, less what these questions carry and earned."""
    learners, responses = results.tables.learners, results.tables.responses
    dropped = responses[responses["item"].isin(list(items)) & (responses["sitting"] == sitting)]
    lost = learners["learner"].map(dropped.groupby("learner", observed=True)["points"].sum()).fillna(0.0)
    firsts = learners["pre_form"].fillna("")
    most = firsts.map({first: _most(results, sitting, first) for first in firsts.unique()})
    left = firsts.map({first: _most(results, sitting, first, items) for first in firsts.unique()})
    earned = learners[f"{sitting}_percent"] * most / 100 - lost
    return (100 * earned / left.where(left > 0)).astype("Float64")


def _most(results: Results, sitting: str, first: str, items: Collection[str] = ()) -> float:
    """The points of a sitting of whoever began with the form `first`, without these questions."""
    return sum(
        item.points
        for bank in results.banks.values()
        if forms.sitting(bank, first) == sitting
        for item in bank.items.values()
        if item.assessment and not item.is_text and item.id not in items
    )


@lru_cache(maxsize=1)
def sound(results: Results) -> Results:
    """The results without the questions whose key is in doubt, for what learners know of something.

    Neither banks nor answers have them; learners keep their grades, and the summary is as it was.
    """
    out = {one.item for one in doubted(results)}
    if not out:
        return results
    banks = {name: replace(bank, items=_less(bank.items, out)) for name, bank in results.banks.items()}
    responses = results.tables.responses[~results.tables.responses["item"].isin(out)]
    return replace(results, banks=banks, tables=replace(results.tables, responses=responses))


def _less(items: Mapping[str, Item], out: Collection[str]) -> dict[str, Item]:
    return {name: item for name, item in items.items() if name not in out}


def left_out(results: Results) -> str:
    """A sentence on which questions of the tests before and after the course `sound` leaves out; empty for none."""
    names = [one.name for one in doubted(results) if forms.sitting(results.banks[one.assignment], "") == "post"]
    if not names:
        return ""
    whose = "whose key is" if len(names) == 1 else "whose keys are"
    return f"Left out: {listed(names, 'see the questions')}, {whose} in doubt."
