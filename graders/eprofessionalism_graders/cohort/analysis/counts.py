"""The table that nearly every statistic of a test can be reckoned from: how many learners of which total gave what.

One pass over the answers makes it, and parts of a cohort (years, sites, partitions of a large file) add up to exactly
the table of the whole, in any order, for it holds nothing but whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log

import numpy as np
import pandas as pd

from eprofessionalism_graders.cohort.analysis.coding import MICRO, Coded, Integers, Scores, coded, micro

CELLS = {
    "item": "the item, a category of `items`",
    "option": "what was answered, as text; from a matrix of scores, the score in points",
    "score": "what that answer earned, in micro-points (int64)",
    "total": "the learner's sum over all items, in micro-points (Int64); NA where the learner lacks an answer",
    "n": "how many learners (int64)",
}
"""Columns of `Counts.cells`, one row for each item x option x score x total that occurs, sorted by these."""

_TABLE = 1 << 16
"""So many counts are kept at a time without sorting: they fit in a processor's cache."""

_BY = ["item", "option", "score", "total"]


@dataclass(frozen=True, eq=False)
class Counts:
    """Answers counted by item, option, score and total. Parts add with `+` (or `sum(parts, start=first)`).

    A learner who lacks an answer, or the score of one, has no total: such rows count for how many answered, for
    facility and for options; whatever relates an item to the total rests on complete learners. Parts must be parts by
    learner: one learner's answers never stand in two of them.

        Counts.from_matrix(scores)                    # learners x items, NaN where missing
        Counts.from_answers(answers)                  # one row an answer: learner, item, option, score
        Counts.from_table(table, items, learners)     # already counted, by DuckDB say

    Args:
        items: all items of the test, in its order; also those that nobody answered.
        cells: the table; `CELLS` describes its columns.
        learners: how many there are, the incomplete ones too.
    """

    items: tuple[str, ...]
    cells: pd.DataFrame
    learners: int

    @classmethod
    def from_matrix(cls, scores: Scores) -> Counts:
        """Count a matrix.

        Args:
            scores: points, learners x items; NaN where an answer is missing.

        Raises:
            ValueError: not a matrix of numbers, a score is infinite, or two items have one name.
        """
        return cls.from_coded(coded(scores))

    @classmethod
    def from_coded(cls, scores: Coded) -> Counts:
        """Count a matrix that is coded already."""
        totals, place = _totals(scores)
        tallies = list(_tallies(scores, place, len(totals) + 1))
        which = np.repeat(np.arange(len(tallies)), [len(key) for key, _ in tallies])
        none = np.empty(0, np.int64)
        key = np.concatenate([none, *(key for key, _ in tallies)])
        numbers = np.concatenate([none, *(n for _, n in tallies)])
        total, level = np.divmod(key, max(_kinds(scores), 1))
        given = level < len(scores.levels)
        which, total, level, numbers = which[given], total[given], level[given], numbers[given]
        labels = pd.array([_label(value) for value in scores.levels], dtype="string")
        cells = pd.DataFrame(
            {
                "item": pd.Categorical.from_codes(which, pd.Index(scores.items, dtype="str")),
                "option": labels.take(level),
                "score": scores.levels[level],
                "total": pd.arrays.IntegerArray(np.append(totals, 0)[total], total == len(totals)),
                "n": numbers,
            }
        )
        return cls(scores.items, _sorted(cells), len(scores.totals))

    @classmethod
    def from_answers(cls, answers: pd.DataFrame, items: Sequence[str] | None = None) -> Counts:
        """Count a table with one row an answer.

        Args:
            answers: columns `learner`, `item`, `option` (text) and `score` (in points; where it is missing, so is the
                answer).
            items: all items of the test in order; where none are given, those that occur, in their order.

        Raises:
            ValueError: a learner answers an item twice, or an item that is not among `items`.
        """
        names = tuple(items) if items is not None else tuple(answers["item"].astype(str).unique())
        double = answers.duplicated(["learner", "item"])
        if double.any():
            row = answers[double].iloc[0]
            raise ValueError(f"answers: expected one answer of {row['learner']} to {row['item']}, found two")
        scored = answers[answers["score"].notna()]
        table = pd.DataFrame(
            {
                "learner": scored["learner"].to_numpy(),
                "item": scored["item"].astype(str).to_numpy(),
                "option": scored["option"].to_numpy(),
                "score": micro(scored["score"]),
                "n": np.ones(len(scored), np.int64),
            }
        )
        sums = table.groupby("learner")["score"].agg(["sum", "size"])
        whole = sums.loc[sums["size"] == len(names), "sum"].astype("Int64")
        table["total"] = table["learner"].map(whole).astype("Int64")
        return cls.from_table(table, names, int(answers["learner"].nunique()))

    @classmethod
    def from_table(cls, table: pd.DataFrame, items: Sequence[str], learners: int) -> Counts:
        """Take a table that something else counted, such as DuckDB.

        Args:
            table: columns `item`, `option`, `score`, `total`, `n`, as `CELLS` describes them; rows that are alike are
                added, and missing answers have no row.
            items: all items of the test in order.
            learners: how many learners there are, the incomplete ones too.

        Raises:
            ValueError: an item is not among `items`.
        """
        if unknown := sorted(set(table["item"].astype(str).unique()) - set(items)):
            raise ValueError(f"answers: expected items among {', '.join(items)}; found {', '.join(unknown)}")
        cells = pd.DataFrame(
            {
                "item": pd.Categorical(table["item"].astype(str), pd.Index(list(items), dtype="str")),
                "option": table["option"].astype("string").to_numpy(),
                "score": table["score"].astype("int64").to_numpy(),
                "total": table["total"].astype("Int64").to_numpy(),
                "n": table["n"].astype("int64").to_numpy(),
            }
        ).astype({"option": "string", "total": "Int64"})
        return cls(tuple(items), _added(cells), learners)

    def __add__(self, other: Counts) -> Counts:
        """The table of both parts together.

        Raises:
            ValueError: the parts are not of the same items in the same order: their totals would not compare.
        """
        if not isinstance(other, Counts):
            return NotImplemented
        if self.items != other.items:
            odd = sorted(set(self.items) ^ set(other.items)) or ["the same items in another order"]
            raise ValueError(
                f"parts of one table: expected the same items in each, found in only one: {', '.join(odd)}"
            )
        cells = pd.concat([self.cells, other.cells], ignore_index=True)
        return Counts(self.items, _added(cells), self.learners + other.learners)

    def __eq__(self, other: object) -> bool:
        """Whether every count is the same."""
        if not isinstance(other, Counts):
            return NotImplemented
        return (self.items, self.learners) == (other.items, other.learners) and self.cells.equals(other.cells)

    __hash__ = None  # type: ignore[assignment]  # as of any table

    @cached_property
    def totals(self) -> pd.DataFrame:
        """How many complete learners have which total: columns `total` in micro-points, ascending, and `n`."""
        if not self.items:
            return pd.DataFrame({"total": np.empty(0, np.int64), "n": np.empty(0, np.int64)})
        cells = self.cells[(self.cells["item"] == self.items[0]) & self.cells["total"].notna()]
        found = cells.astype({"total": "int64"}).groupby("total")["n"].sum()
        return found.rename_axis("total").reset_index()

    @cached_property
    def complete(self) -> int:
        """How many learners answered every item."""
        return int(self.totals["n"].sum())


def _totals(scores: Coded) -> tuple[Integers, Integers]:
    """The totals of complete learners, ascending, and each learner's place among them; the last place has none."""
    totals = scores.totals[scores.complete]
    step = max(1, int(np.gcd.reduce(scores.levels, initial=0)))
    least = int(totals.min(initial=0))
    steps = (totals - least) // step
    reached, _ = _tally(steps, int(steps.max(initial=0)) + 1)
    places = np.full(len(scores.totals), len(reached), np.int64)
    places[scores.complete] = np.searchsorted(reached, steps)
    return reached * step + least, places


def _tallies(scores: Coded, place: Integers, width: int) -> Iterator[tuple[Integers, Integers]]:
    """For each item, which keys occur (place of the total x kinds + level) and how often.

    Counting one item or eight takes the same time, so as many are counted together as a small table has room for.
    """
    kinds = _kinds(scores)
    together = max(1, int(log(_TABLE / width) / log(kinds))) if width < _TABLE and kinds > 1 else 1
    for start in range(0, len(scores.codes), together):
        rows = scores.codes[start : start + together]
        key = rows[0].astype(np.min_scalar_type(kinds**together))
        for row in rows[1:]:
            key *= kinds
            key += row
        key = place * kinds ** len(rows) + key
        if len(rows) == 1:
            yield _tally(key, width * kinds)
            continue
        table = np.bincount(key, minlength=width * kinds ** len(rows)).reshape(width, *[kinds] * len(rows))
        for axis in range(1, len(rows) + 1):
            alone = table.sum(axis=tuple(other for other in range(1, len(rows) + 1) if other != axis)).ravel()
            found = np.flatnonzero(alone)
            yield found, alone[found]


def _kinds(scores: Coded) -> int:
    """How many codes an answer may have, a missing one included where there is one."""
    return len(scores.levels) + (not scores.complete.all())


def _tally(keys: Integers, width: int) -> tuple[Integers, Integers]:
    """Which keys below `width` occur and how often."""
    if width > max(4 * len(keys), _TABLE):
        found, n = np.unique(keys, return_counts=True)
        return found, n.astype(np.int64)
    every = np.bincount(keys, minlength=width)
    found = np.flatnonzero(every)
    return found, every[found]


def _label(value: int) -> str:
    """Micro-points as the shortest text in points: `1`, `0.333333`."""
    return f"{value / MICRO:.6f}".rstrip("0").rstrip(".")


def _added(cells: pd.DataFrame) -> pd.DataFrame:
    """Rows that are alike as one, sorted."""
    found = cells.groupby(_BY, observed=True, dropna=False, sort=False)["n"].sum().reset_index()
    return _sorted(found[found["n"] != 0])


def _sorted(cells: pd.DataFrame) -> pd.DataFrame:
    return cells.sort_values(_BY, ignore_index=True)
