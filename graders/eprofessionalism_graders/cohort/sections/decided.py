"""What was decided in branching cases, case by case and decision by decision: the numbers of their section."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from eprofessionalism.items import Item, ItemBank, Key
from eprofessionalism_graders.cohort.analysis import branches
from eprofessionalism_graders.cohort.chance import wilson
from eprofessionalism_graders.cohort.figures.flow import Decision, Flow, Way
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.summary import FEWEST_LEARNERS


@dataclass(frozen=True)
class BranchingCase:
    """What was decided in one branching case."""

    bank: ItemBank
    items: tuple[Item, ...]
    key: Mapping[str, Key]
    taken: pd.DataFrame

    @cached_property
    def flow(self) -> Flow:
        """The ways that were taken."""
        ways = branches.ways(self.taken)
        return Flow(
            self.bank.title,
            tuple(_drawn(item, self.key.get(item.id, {})) for item in self.items),
            tuple(
                Way(tuple(way.split()), int(count)) for way, count in zip(ways["way"], ways["learners"], strict=True)
            ),
        )

    @property
    def whole(self) -> int:
        """How many took every decision."""
        return len(self.taken.dropna())

    @property
    def kept(self) -> int:
        """How many took the recommended way."""
        return sum(way.learners for way in self.flow.ways if self.flow.is_recommended(way))

    @property
    def decisions(self) -> list[Decided]:
        """Each decision by itself, in the order of the page."""
        return [
            Decided(self.bank, place, item, self.taken[item.id].dropna(), self.key.get(item.id, {}))
            for place, item in enumerate(self.items, start=1)
        ]


@dataclass(frozen=True)
class Decided:
    """What was decided at one decision: `place` is its number in the case, from 1."""

    bank: ItemBank
    place: int
    item: Item
    taken: pd.Series[str]
    key: Key

    @property
    def learners(self) -> int:
        """How many took it."""
        return len(self.taken)

    @cached_property
    def kept(self) -> int:
        """How many of them took a recommended option."""
        return int(self.taken.isin(recommended(self.key)).sum())

    @property
    def is_telling(self) -> bool:
        """Whether enough took it, and it is known what is recommended."""
        return bool(recommended(self.key)) and self.learners >= FEWEST_LEARNERS

    @property
    def percent(self) -> float:
        """How many of 100 took a recommended option."""
        return 100 * self.kept / self.learners

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of that."""
        low, high = wilson(self.kept, self.learners)
        return 100 * low, 100 * high


def branching(results: Results) -> Iterator[BranchingCase]:
    """Every case with decisions, in the order of the course."""
    responses = results.tables.responses
    for name, bank in results.banks.items():
        items = tuple(item for item in bank.items.values() if item.type == "branch")
        if items:
            mine = responses[(responses["assignment"] == name) & (responses["sitting"] != "pre")]
            taken = branches.decided(mine, [item.id for item in items])
            yield BranchingCase(bank, items, results.keys.get(name, {}), taken)


def _drawn(item: Item, key: Key) -> Decision:
    return Decision({option.id: option.text for option in item.options}, recommended(key))


def recommended(key: Key) -> frozenset[str]:
    """The options that earn everything."""
    return frozenset(option for option, credit in key.items() if credit == 1)
