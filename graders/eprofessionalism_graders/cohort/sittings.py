"""One test or case as a sitting: who earned what, and which questions of it are suspicious."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import nan
from statistics import fmean

import pandas as pd

from eprofessionalism import scoring
from eprofessionalism.authoring.chance import alternatives
from eprofessionalism.items import Item, ItemBank, Key
from eprofessionalism_graders import forms
from eprofessionalism_graders.cohort.analysis import scale
from eprofessionalism_graders.cohort.analysis.coding import MICRO
from eprofessionalism_graders.cohort.analysis.counts import Counts
from eprofessionalism_graders.cohort.analysis.evidence import Asked, Evidence
from eprofessionalism_graders.cohort.analysis.flags import CHECK, FEWEST_IN_REST, Flag, find
from eprofessionalism_graders.cohort.analysis.items import ITEM_STATISTICS, item_statistics_of
from eprofessionalism_graders.cohort.analysis.options import item_times
from eprofessionalism_graders.cohort.results import Results, points_matrix
from eprofessionalism_graders.cohort.summary import FEWEST_LEARNERS

FEWEST_COMPLETE = scale.FEWEST_LEARNERS
"""Learners who answered everything below whom nothing is told of how a question goes with the others."""

WHEN = {"post": "after the course", "retake": "second attempts", "practice": "first answers"}
"""What a caption calls each sitting that is looked at."""

STATISTICS = {
    **ITEM_STATISTICS,
    "n": "learners in its numbers: of a test all, an unanswered question with 0 points; of a case who answered it",
    "missing": "the other learners: of a test none, of a case who did not answer it",
    "n_complete": "learners in all that relates it to the other items: those who are in the numbers of every item",
    "unanswered": "learners who handed in the test or case and did not answer it",
}
"""Columns of `Sat.statistics`."""


def called(bank: ItemBank) -> str:
    """What a test or case is called in a sentence."""
    return f"form {bank.form}" if bank.form else f"“{bank.title}”"


@dataclass(frozen=True)
class Sat:
    """An assignment in one sitting: tests after the course or as a second attempt, cases as practice.

    Args:
        bank: its questions.
        key: what scores them.
        responses: of the whole cohort.
    """

    bank: ItemBank
    key: Mapping[str, Key]
    responses: pd.DataFrame

    @property
    def sitting(self) -> forms.Sitting:
        """Which sitting is looked at: what it is for a learner whom nothing was asked before the course."""
        return forms.sitting(self.bank, "")

    @property
    def is_second(self) -> bool:
        """Whether it is a second attempt: only those took it who had failed."""
        return self.sitting == "retake"

    @property
    def name(self) -> str:
        """What it is called in a sentence."""
        return called(self.bank)

    @cached_property
    def items(self) -> dict[str, Item]:
        """The questions that are scored by rule; of a test, those that are assessed."""
        asked = (item for item in self.bank.items.values() if not item.is_text)
        return {item.id: item for item in asked if item.assessment or not self.bank.is_test}

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The number of each question on its page."""
        return {item: number for number, item in enumerate(self.bank.items, start=1)}

    def called(self, item: str) -> str:
        """What a question is called in a sentence: `question 3 of form A`."""
        return f"question {self.numbers[item]} of {self.name}"

    @cached_property
    def matrix(self) -> pd.DataFrame:
        """Points, learners x questions.

        An unanswered question of a test that was handed in has 0: the grade is what is looked at. In a case it is
        missing: whoever left it open says nothing of it.
        """
        unanswered = 0.0 if self.bank.is_test else nan
        return points_matrix(self.responses, self.bank, self.sitting, unanswered=unanswered)[list(self.items)]

    @property
    def learners(self) -> int:
        """How many handed it in, and are graded."""
        return len(self.matrix)

    @property
    def is_related(self) -> bool:
        """Whether it is told how a question goes with the others: from enough complete learners and enough others."""
        return len(self.items) > FEWEST_IN_REST and self.counts.complete >= FEWEST_COMPLETE

    @cached_property
    def answers(self) -> pd.DataFrame:
        """The rows of `responses` that are looked at."""
        rows = self.responses[self.responses["item"].isin(list(self.items))]
        return rows[(rows["sitting"] == self.sitting) & rows["learner"].isin(self.matrix.index)]

    @cached_property
    def counts(self) -> Counts:
        """The table of counts; a question of a test that was left unanswered is there without an option."""
        scores = self.matrix.reset_index(names="learner").melt("learner", var_name="item", value_name="score")
        given = self.answers[["learner", "item", "answer"]].rename(columns={"answer": "option"})
        return Counts.from_answers(scores.merge(given, how="left", on=["learner", "item"]), list(self.items))

    @cached_property
    def statistics(self) -> pd.DataFrame:
        """As `item_statistics`, and who left a question unanswered: columns `STATISTICS`."""
        found = item_statistics_of(self.counts, {item.id: item.points for item in self.items.values()})
        answered = self.answers.groupby("item", observed=True).size().reindex(found.index, fill_value=0)
        return found.assign(unanswered=self.learners - answered)

    @cached_property
    def before(self) -> pd.Series[float]:
        """The mean score of each question before the course, in percent, where enough learners were asked."""
        matrix = points_matrix(self.responses, self.bank, "pre")[list(self.items)]
        most = pd.Series({item.id: item.points for item in self.items.values()})
        enough = self.bank.is_test and len(matrix) >= FEWEST_LEARNERS
        return 100 * matrix.mean() / most if enough else pd.Series(dtype="float64")

    @cached_property
    def evidence(self) -> Evidence:
        """What the rules look at."""
        return Evidence(
            asked={item.id: self._asked(item) for item in self.items.values()},
            counts=self.counts.cells,
            maximum={item.id: round(item.points * MICRO) for item in self.items.values()},
            statistics=self.statistics,
            before={str(item): float(percent) for item, percent in self.before.items()},
            times=item_times(self.answers),
        )

    def _asked(self, item: Item) -> Asked:
        key = self.key.get(item.id, {})
        values = {option: float(key[option]) for option in item.option_ids if option in key}
        return Asked(item.type, item.option_ids, values, 100 * guessed(item, key), item.assessment)

    @cached_property
    def flags(self) -> dict[str, list[Flag]]:
        """By question what is suspicious, the gravest first."""
        found: dict[str, list[Flag]] = {}
        for flag in find(self.evidence):
            found.setdefault(flag.item, []).append(flag)
        return found

    @cached_property
    def doubted(self) -> tuple[str, ...]:
        """Questions of a test for which the gravest finding is to check the key; no pass hangs on a case."""
        flags = self.flags if self.bank.is_test else {}
        return tuple(item for item in self.items if item in flags and flags[item][0].severity == CHECK)


@lru_cache(maxsize=1)
def sat(results: Results) -> tuple[Sat, ...]:
    """The tests, once they count, and the cases that enough learners handed in, in the order of the course."""
    found = (Sat(bank, results.keys.get(name, {}), results.tables.responses) for name, bank in results.banks.items())
    return tuple(one for one in found if one.items and one.learners >= FEWEST_LEARNERS)


def guessed(item: Item, key: Key) -> float:
    """The mean score of a random answer, from 0 to 1; of a set, of as many options as the key has. 0 without a key."""
    if not key:
        return 0.0
    size = sum(value == 1 for value in key.values())
    random = alternatives(item.type, item.option_ids, size)
    return fmean(scoring.score(item, key, answer) for answer in random)
