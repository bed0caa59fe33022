"""What was earned by clause, topic and published text: the numbers of the section on mastery."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from eprofessionalism import standards
from eprofessionalism_graders.cohort.analysis.mastery import MASTERY, clearly_lowest, mastery
from eprofessionalism_graders.cohort.privacy import FEWEST_QUESTIONS
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.summary import FEWEST_LEARNERS
from eprofessionalism_graders.cohort.topics import topics

KNOWN = {
    **MASTERY,
    **{f"practice_{name}": f"{name} of the first answers in cases" for name in MASTERY if name != "unit"},
    "few_questions": "whether fewer than 3 questions, test and cases together, are about it",
}
"""Columns of the tables of this section beside those that say what the unit is.

Those without `practice_` are of the test after the course, and missing where fewer than 5 learners were asked.
"""


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
        ranked = self.ranked(among)
        return clearly_lowest(
            self.answers, [*ranked[:1], *(unit for unit in ranked if self._is_other(unit, ranked[0]))]
        )

    def close_to_lowest(self) -> list[str]:
        """Of the others that rest on enough, those that are not clearly known better than the first."""
        first, *others = self.ranked()
        return [unit for unit in others if clearly_lowest(self.answers, [first, unit]) is None]

    def together(self, among: Iterable[str]) -> list[list[str]]:
        """The same in groups, each of units that rest on exactly the same questions."""
        groups: dict[frozenset[str], list[str]] = {}
        for unit in self.ranked(among):
            groups.setdefault(self._items[unit], []).append(unit)
        return list(groups.values())

    def questions(self, unit: str) -> int:
        """How many questions its percentage rests on."""
        return len(self._items[unit])

    def _is_other(self, unit: str, first: str) -> bool:
        own = self._items[unit]
        return 2 * len(own & self._items[first]) < len(own)

    @cached_property
    def _items(self) -> dict[str, frozenset[str]]:
        pairs = self.answers[["unit", "item"]].drop_duplicates()
        return {str(unit): frozenset(items) for unit, items in pairs.groupby("unit")["item"]}

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
    asked = pd.concat(parts.values()).groupby("unit", observed=True)["item"].nunique()
    frame["few_questions"] = frame["unit"].map(asked) < FEWEST_QUESTIONS
    frame = frame.astype({"unit": "string", "few_questions": "boolean"})
    tested = bool(after["percent"].notna().any())
    order = ["percent", "practice_percent", "unit"]
    return Known(frame.sort_values(order, ignore_index=True), parts["post" if tested else "practice"], tested)


def _enough(frame: pd.DataFrame) -> pd.DataFrame:
    """No percentage of fewer learners than it takes."""
    few = frame["learners"] < FEWEST_LEARNERS
    frame.loc[few, ["percent", "low", "high"]] = float("nan")
    return frame.astype({"learners": "Int64", "questions": "Int64", "answers": "Int64"})
