"""One assignment over all offerings of a folder: its counts, and what is reckoned from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias, cast

import pandas as pd

from eprofessionalism.items import Item, ItemType, Option
from eprofessionalism_graders.cohort.analysis.coding import MICRO
from eprofessionalism_graders.cohort.analysis.counts import Counts
from eprofessionalism_graders.cohort.analysis.evidence import Asked as AskedItem
from eprofessionalism_graders.cohort.analysis.evidence import Evidence
from eprofessionalism_graders.cohort.analysis.flags import Flag, find
from eprofessionalism_graders.cohort.analysis.items import item_statistics_of
from eprofessionalism_graders.cohort.analysis.scale import scale_statistics_of
from eprofessionalism_graders.cohort.large.counting import Asked

SITTINGS = ("post", "practice", "pre", "retake")
"""The sitting that is looked at is the first of these that there is."""

CHOSEN = ("sba", "branch", "mrq", "choose")
"""Types of which options are chosen."""

MOST_OPTIONS = 26
"""An item with more answers than letters is no choice."""

Count: TypeAlias = Callable[[Asked], Counts]

OFFERINGS = {
    "offering": "the offering",
    "learners": "how many there are",
    "complete": "of these, who answered every question; the others are in no number to the right",
    "mean": "mean total in percent of the points",
    "low": "lower end of its 95 % interval",
    "high": "its upper end",
    "sd": "standard deviation of the totals, in percent",
    "alpha": "Cronbach’s alpha; missing from too few learners",
    "alpha_low": "lower end of its 95 % interval",
    "alpha_high": "its upper end",
}
"""Columns of `Sat.offerings`."""


@dataclass(frozen=True)
class Sat:
    """An assignment in one sitting, over all offerings.

    Args:
        assignment: the assignment.
        sitting: the sitting.
        rows: what there is of it, as `parquet.contents` has it.
        parts: the counts by offering, all of the same items.
        before: the same of the sitting before the course; nothing where there was none, or this is it.
        left_out: items that not every offering asked.
    """

    assignment: str
    sitting: str
    rows: pd.DataFrame
    parts: Mapping[str, Counts]
    before: Counts | None
    left_out: tuple[str, ...]

    @cached_property
    def counts(self) -> Counts:
        """Of all offerings together."""
        first, *others = self.parts.values()
        return sum(others, start=first)

    @cached_property
    def maximum(self) -> dict[str, float]:
        """What each item carries, in points: as the files say; else the highest score it was given, or 1."""
        said = self.rows.groupby("item")["maximum"].max().astype("float64")
        found = item_statistics_of(self.counts)["maximum"]
        return {
            item: next((float(most) for most in (said[item], found[item]) if most > 0), 1.0)
            for item in self.counts.items
        }

    @cached_property
    def points(self) -> float:
        """What all items carry."""
        return sum(self.maximum.values())

    @cached_property
    def statistics(self) -> pd.DataFrame:
        """As `item_statistics`, with the median time and the facility before the course where they are known."""
        found = item_statistics_of(self.counts, self.maximum)
        weights = self.rows.assign(weight=self.rows["answers"].where(self.rows["seconds"].notna(), 0))
        # Of several offerings the mean of their medians, each with the weight of its answers.
        time = (weights["seconds"].fillna(0) * weights["weight"]).groupby(weights["item"]).sum()
        found["seconds"] = (time / weights.groupby("item")["weight"].sum()).reindex(found.index).astype("float64")
        pre = item_statistics_of(self.before, self.maximum)["facility"] if self.before else None
        found["before"] = pre if pre is not None else float("nan")
        return found

    @cached_property
    def scale(self) -> pd.DataFrame:
        """As `scale_statistics`."""
        return scale_statistics_of(self.counts)

    @cached_property
    def offerings(self) -> pd.DataFrame:
        """The offerings beside each other, with the columns of `OFFERINGS`."""
        rows = [self._offering(name, part) for name, part in self.parts.items()]
        return pd.DataFrame(rows, columns=pd.Index(OFFERINGS))

    @cached_property
    def mean(self) -> tuple[float, float, float]:
        """The mean total in percent of the points, with its interval."""
        return self._in_percent(self.scale)

    def _in_percent(self, scale: pd.DataFrame) -> tuple[float, float, float]:
        value, low, high = (float(one) * 100 / self.points for one in _estimate(scale, "mean"))
        return value, low, high

    def _offering(self, name: str, part: Counts) -> tuple[object, ...]:
        scale = scale_statistics_of(part)
        spread = _estimate(scale, "sd")[0] * 100 / self.points
        return (name, part.learners, part.complete, *self._in_percent(scale), spread, *_estimate(scale, "alpha"))

    @cached_property
    def facilities(self) -> pd.DataFrame:
        """How easy each item was in each offering: columns `item`, `offering`, `n`, `facility` and its interval."""
        columns = ["n", "facility", "facility_low", "facility_high"]
        parts = {name: item_statistics_of(part, self.maximum)[columns] for name, part in self.parts.items()}
        return pd.concat(parts, names=["offering", "item"]).reset_index()

    # ---- What was chosen ---------------------------------------------------------------------------------------------

    @cached_property
    def cells(self) -> pd.DataFrame:
        """The cells of the counts; where one option is chosen, blanks in its name do not part it into several."""
        cells = self.counts.cells
        single = cells["item"].astype(object).map(self._types).isin(("sba", "branch"))
        return cells.assign(option=cells["option"].mask(single, cells["option"].str.replace(r"\s+", "_", regex=True)))

    @cached_property
    def _types(self) -> dict[str, str]:
        return {str(item): str(kind) for item, kind in self.rows.groupby("item")["type"].first().items()}

    @cached_property
    def items(self) -> dict[str, Item]:
        """The items as far as answers show them: an option's text is its name."""
        chosen = self.cells[self.cells["option"].notna()]
        names = {str(item): set(rows["option"].str.split().explode().dropna()) for item, rows in chosen.groupby("item")}
        return {item: self._item(item, sorted(names.get(item, ()))) for item in self.counts.items}

    def _item(self, name: str, options: Iterable[str]) -> Item:
        kind = self._types[name]
        given = tuple(Option(one, one) for one in options) if kind in CHOSEN else ()
        points, assessment = self.maximum[name], self.sitting != "practice"
        return Item(name, cast("ItemType", kind), name, points, given, assessment=assessment)

    @cached_property
    def evidence(self) -> Evidence:
        """What the rules look at. The key is what was credited; of other items than choices only their scores count."""
        return Evidence(
            asked={
                item.id: AskedItem(
                    item.type if item.options else "ranking",
                    item.option_ids,
                    self._credited(item),
                    assessed=item.assessment,
                )
                for item in self.items.values()
            },
            counts=self.cells,
            maximum={item: round(points * MICRO) for item, points in self.maximum.items()},
            statistics=self.statistics,
            before={str(item): float(value) for item, value in self.statistics["before"].dropna().items()},
        )

    def _credited(self, item: Item) -> dict[str, float]:
        """The part of the points that each option earned; nothing where it is not the same for all who chose it."""
        if item.type not in ("sba", "branch") or not 1 < len(item.options) <= MOST_OPTIONS:
            return {}
        scores = self.cells[self.cells["item"] == item.id].groupby("option")["score"].agg(["min", "max"])
        if not (scores["min"] == scores["max"]).all():
            return {}
        return {str(option): score / MICRO / self.maximum[item.id] for option, score in scores["max"].items()}

    @cached_property
    def flags(self) -> dict[str, list[Flag]]:
        """By item what is suspicious, the gravest first."""
        found: dict[str, list[Flag]] = {}
        for flag in find(self.evidence):
            found.setdefault(flag.item, []).append(flag)
        return found


def _estimate(scale: pd.DataFrame, name: str) -> list[float]:
    """A statistic with the ends of its interval."""
    return [float(value) for value in scale.loc[name, ["value", "low", "high"]].to_numpy(float)]


def sat(contents: pd.DataFrame, count: Count) -> Iterator[Sat]:
    """Each assignment in its most telling sitting, in the order of their names.

    Args:
        contents: as `parquet.contents` has it.
        count: counts what is asked for.
    """
    for assignment, rows in contents.groupby("assignment"):
        there = set(rows["sitting"])
        sitting = next((one for one in SITTINGS if one in there), min(there))
        yield _sat(str(assignment), sitting, rows, count)


def _sat(assignment: str, sitting: str, rows: pd.DataFrame, count: Count) -> Sat:
    own = rows[rows["sitting"] == sitting]
    offerings = sorted(set(own["offering"]))
    asked = own.groupby("item")["offering"].nunique()
    common = asked.index[asked == len(offerings)]
    items = tuple(common if len(common) > 1 else asked.index)
    parts = {name: count(Asked(assignment, sitting, items, (name,))) for name in offerings}
    has_before = sitting == "post" and (rows["sitting"] == "pre").any()
    before = count(Asked(assignment, "pre", items)) if has_before else None
    return Sat(assignment, sitting, own, parts, before, tuple(asked.index.drop(list(items))))
