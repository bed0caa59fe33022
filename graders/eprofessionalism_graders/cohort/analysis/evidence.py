"""What is known of the items of one test or case: all that the rules of `flags` look at, reckoned once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from eprofessionalism_graders.cohort.analysis.options import (
    THIRDS,
    Maximum,
    held_effective,
    option_curves,
    option_statistics,
)

EFFECTIVE = 3
"""The lowest level of a rating that says that a response is effective."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What must be known of an item to judge it.

    Args:
        type: `sba`, `branch`, `mrq`, `choose`, `rating` or `ranking`.
        options: in order.
        key: by option, its credit, 1 or 0 for right or wrong, its level, or its place; empty where it is not known.
        guess: mean score of a random answer, in percent.
        assessed: whether it is an item of a test.
    """

    type: str
    options: tuple[str, ...]
    key: Mapping[str, float]
    guess: float = 0.0
    assessed: bool = True


@dataclass(frozen=True)
class Evidence:
    """What is known of one test or case in one sitting.

    Args:
        asked: its items in order.
        counts: `counts.Counts.cells`, with the answers as `responses` has them.
        maximum: what each item of the total carries, in micro-points.
        statistics: of `item_statistics`, with the items as its index.
        before: by item, the mean score before the course in percent, where it is known.
        times: of `item_times`.
    """

    asked: Mapping[str, Asked]
    counts: pd.DataFrame
    maximum: Maximum
    statistics: pd.DataFrame
    before: Mapping[str, float] = field(default_factory=dict)
    times: pd.DataFrame | None = None

    @cached_property
    def choices(self) -> pd.DataFrame:
        """The answers of all items where options are chosen, ratings as those held effective; rankings left out."""
        kinds = self.counts["item"].astype(object).map({item: asked.type for item, asked in self.asked.items()})
        chosen = self.counts[kinds.isin(["sba", "branch", "mrq", "choose"])]
        return pd.concat([chosen, held_effective(self.counts[kinds == "rating"], EFFECTIVE)], ignore_index=True)

    @cached_property
    def option_rows(self) -> pd.DataFrame:
        """`option_statistics` of the choices."""
        return option_statistics(self.choices, self.maximum, self._offered)

    @cached_property
    def third_rows(self) -> pd.DataFrame:
        """`option_curves` of the choices, in thirds."""
        return option_curves(self.choices, self.maximum, self._offered, THIRDS)

    @cached_property
    def options(self) -> dict[str, pd.DataFrame]:
        """By item, its rows of `option_statistics`, with the option as their index."""
        return _by_item(self.option_rows)

    @cached_property
    def best(self) -> dict[str, pd.DataFrame]:
        """By item, how the best third chose; an item without a best third has none."""
        return _by_item(self.third_rows[self.third_rows["group"] == THIRDS])

    @property
    def _offered(self) -> dict[str, tuple[str, ...]]:
        return {item: asked.options for item, asked in self.asked.items() if asked.type != "ranking"}

    @cached_property
    def apart(self) -> dict[str, int]:
        """By item, learners with another score than the commonest, of those who answered every item."""
        whole = self.counts[self.counts["total"].notna()]
        scores = whole.groupby(["item", "score"], observed=True)["n"].sum().groupby("item", observed=True)
        return {str(item): int(n) for item, n in (scores.sum() - scores.max()).items()}

    @property
    def rest(self) -> int:
        """How many items the rest has."""
        return len(self.maximum) - 1

    def row(self, item: str) -> dict[str, Any]:
        """The statistics of an item."""
        return dict(self.statistics.loc[item])


def _by_item(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {str(item): own.set_index("option") for item, own in rows.groupby("item", sort=False)}
