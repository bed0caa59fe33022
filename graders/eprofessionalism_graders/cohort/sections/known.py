"""What was earned by clause, topic and published text: the numbers of the section on mastery."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from eprofessionalism import standards
from eprofessionalism_graders.cohort.analysis.mastery import MASTERY, clearly_lowest, mastery
from eprofessionalism_graders.cohort.doubt import sound
from eprofessionalism_graders.cohort.privacy import FEWEST_QUESTIONS
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.summary import FEWEST_LEARNERS
from eprofessionalism_graders.cohort.topics import topics

KNOWN = {
    **MASTERY,
    **{f"practice_{name}": f"{name} of the first answers in cases" for name in MASTERY if name != "unit"},
    "few_questions": "whether fewer than 3 questions about it are in the part, test or cases, that orders units",
}
"""Columns of the tables of this section beside those that say what the unit is.

Those without `practice_` are of the test after the course, and missing where fewer than 5 learners were asked.
"""


FEWEST_TO_NAME = 20
"""Of fewer learners nothing is called the least known: of so few, a question or two that were hard decide."""


@dataclass(frozen=True)
class Known:
    """What was earned by unit, the least known first; `answers` are those that put them in order.

    `tested` is whether these are of the test after the course, else they are first answers in cases.
    """

    frame: pd.DataFrame
    answers: pd.DataFrame
    tested: bool

    @property
    def column(self) -> str:
        """The column by which units are in order."""
        return "percent" if self.tested else "practice_percent"

    def ranked(self, among: Iterable[str] | None = None) -> list[str]:
        """The units that rest on enough questions and learners, the least known first."""
        rows = self.frame[~self.frame["few_questions"] & self.frame[self.column].notna()]
        return [unit for unit in rows["unit"] if among is None or unit in among]

    def weakest(self, among: Iterable[str] | None = None) -> str | None:
        """The one that is clearly known least, if one is: less than the next that mostly rests on other questions."""
        ranked, following = self.ranked(among), self.following(among)
        if self.few_learners or following is None:
            return None
        return clearly_lowest(self.answers, [ranked[0], following])

    def following(self, among: Iterable[str] | None = None) -> str | None:
        """The next after the least known that mostly rests on other questions."""
        ranked = self.ranked(among)
        return next((unit for unit in ranked if self._is_other(unit, ranked[0])), None)

    def close_to_lowest(self) -> list[str]:
        """Of the others that rest on enough, those that the same learners do not clearly know better than the first."""
        first, *others = self.ranked()
        compared = [unit for unit in others if self.is_compared(first, unit)]
        return [unit for unit in compared if clearly_lowest(self.answers, [first, unit]) is None]

    def is_compared(self, first: str, other: str) -> bool:
        """Whether enough learners were asked about both; else nothing can be said of which they know better."""
        return len(self._learners[first] & self._learners[other]) >= FEWEST_LEARNERS

    @property
    def learners(self) -> int:
        """How many gave these answers."""
        return int(self.answers["learner"].nunique())

    @property
    def few_learners(self) -> bool:
        """Whether they are too few to call anything the least known."""
        return self.learners < FEWEST_TO_NAME

    def together(self, among: Iterable[str]) -> list[list[str]]:
        """The same in groups, each of units that rest on exactly the same questions."""
        groups: dict[frozenset[str], list[str]] = {}
        for unit in self.ranked(among):
            groups.setdefault(self._items[unit], []).append(unit)
        return list(groups.values())

    def questions(self, unit: str) -> int:
        """How many questions its percentage rests on."""
        return len(self._items[unit])

    def by_assignment(self, unit: str) -> dict[str, tuple[int, float]]:
        """By assignment that asked about it, how many questions there were, and what was earned in percent."""
        rows = self.answers[self.answers["unit"] == unit]
        return {
            str(name): (own["item"].nunique(), 100 * float(own["points"].sum() / own["max_points"].sum()))
            for name, own in rows.groupby("assignment")
        }

    def _is_other(self, unit: str, first: str) -> bool:
        own = self._items[unit]
        return 2 * len(own & self._items[first]) < len(own)

    @cached_property
    def _items(self) -> dict[str, frozenset[str]]:
        return self._sets("item")

    @cached_property
    def _learners(self) -> dict[str, frozenset[str]]:
        return self._sets("learner")

    def _sets(self, name: str) -> dict[str, frozenset[str]]:
        """By unit, the questions or learners of its answers."""
        pairs = self.answers[["unit", name]].drop_duplicates()
        return {str(unit): frozenset(found) for unit, found in pairs.groupby("unit")[name]}

    def percent(self, unit: str) -> float:
        """What was earned on it."""
        return float(self.frame.loc[self.frame["unit"] == unit, self.column].iloc[0])


def units(results: Results) -> dict[str, list[tuple[str, str]]]:
    """By kind of unit, pairs of a question and what it is about."""
    items = [item for bank in results.banks.values() for item in bank.items.values() if not item.is_text]
    cited = [(item.id, standards.split(cite)[0]) for item in items for cite in item.teaches]
    pairs = [(item, clause) for item, clause in dict.fromkeys(cited) if clause in standards.clauses()]
    about = topics({name: bank for name, bank in results.banks.items() if bank.module != "orientation"})
    return {
        "source": list(dict.fromkeys((item, standards.clauses()[clause].body) for item, clause in pairs)),
        "topic": [(item.id, about[item.id]) for item in items if item.id in about],
        "clause": pairs,
    }


def topics_known(results: Results) -> Known:
    """What was earned on each topic, without questions whose key is in doubt."""
    return known(sound(results), units(results)["topic"])


def known(results: Results, pairs: Sequence[tuple[str, str]]) -> Known:
    """What was earned on each unit, in the test after the course and, kept apart, in the first answers of cases.

    Args:
        results: of the cohort.
        pairs: a question and what it is about, each pair once.
    """
    responses = results.tables.responses
    scored = responses[responses["score"].notna() & (responses["type"] != "reflection")]
    answers = pd.DataFrame(pairs, columns=["item", "unit"], dtype="string").merge(scored, on="item")
    parts = {sitting: answers[answers["sitting"] == sitting] for sitting in ("post", "practice")}
    after, before = (_enough(mastery(part)) for part in parts.values())
    frame = after.merge(before.rename(columns=lambda name: f"practice_{name}" if name != "unit" else name), how="outer")
    tested = bool(after["percent"].notna().any())
    ranking = parts["post" if tested else "practice"]
    asked = ranking.groupby("unit", observed=True)["item"].nunique()
    frame["few_questions"] = frame["unit"].map(asked).fillna(0) < FEWEST_QUESTIONS
    frame = frame.astype({"unit": "string", "few_questions": "boolean"})
    order = ["percent", "practice_percent", "unit"]
    return Known(frame.sort_values(order, ignore_index=True), ranking, tested)


def _enough(frame: pd.DataFrame) -> pd.DataFrame:
    """No percentage of fewer learners than it takes."""
    few = frame["learners"] < FEWEST_LEARNERS
    frame.loc[few, ["percent", "low", "high"]] = float("nan")
    return frame.astype({"learners": "Int64", "questions": "Int64", "answers": "Int64"})
