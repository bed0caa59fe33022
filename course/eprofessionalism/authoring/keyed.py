"""An item together with what scores it, wherever its key stands: in the case, or with the graders.

Rules on how items are written, and whatever plays the bank, work on these, so that the same holds for practice and for
assessment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from importlib.metadata import entry_points

from eprofessionalism import scoring
from eprofessionalism.answers import Answer
from eprofessionalism.authoring.findings import Finding
from eprofessionalism.authoring.loader import Case
from eprofessionalism.authoring.model import AnyItem, PlainOption
from eprofessionalism.authoring.yamlsource import Place
from eprofessionalism.items import Item, Key

GROUP = "eprofessionalism.keyed"
"""The entry points that give assessment items with their keys: each a function from cases to `Keyed` items."""

BEST = ("sba", "branch")
SETS = ("mrq", "choose")


@dataclass(frozen=True, slots=True)
class Keyed:
    """An item with its key. `why` is what is said of each option: its feedback, or its rationale."""

    case: Case
    place: Place
    item: AnyItem
    key: Key
    why: Mapping[str, str]

    @property
    def options(self) -> tuple[PlainOption, ...]:
        """The options in the order of the page."""
        return self.item.options

    @property
    def right(self) -> list[PlainOption]:
        """The options that belong to the full answer; none where options are rated or put in order."""
        one = self.item.type in BEST + SETS
        return [option for option in self.options if one and self.key[option.id] == 1]

    @property
    def wrong(self) -> list[PlainOption]:
        """The other options, near misses among them; none where options are rated or put in order."""
        right = self.right
        return [option for option in self.options if right and option not in right]

    def score(self, answer: Answer) -> float:
        """What an answer earns, from 0 to 1."""
        return scoring.score(Item(self.item.item, self.item.type, self.item.stem, 1), self.key, answer)

    def finding(self, option: PlainOption | None, expected: str, found: str, remedy: str) -> Finding:
        """A finding on the line of an option, or of the stem where it is about none."""
        if option is None:
            return self.case.finding((*self.place, "stem"), self.item.item, expected, found, remedy)
        spot, where = (*self.place, "options", self.options.index(option)), f"{self.item.item} / {option.id}"
        return self.case.finding(spot, where, expected, found, remedy)


def practice(cases: Iterable[Case]) -> Iterator[Keyed]:
    """The items whose key stands in the case, of those whose every option has a value."""
    for case in cases:
        for place, item in case.items():
            key: dict[str, Fraction] = {one.id: one.value for one in item.options if one.value is not None}
            if key and len(key) == len(item.options):
                yield Keyed(case, place, item, key, {one.id: one.feedback or "" for one in item.options})


def assessment(cases: Mapping[str, Case]) -> list[Keyed] | None:
    """The assessment items that installed distributions have keys for; None where no such distribution is installed."""
    found = entry_points(group=GROUP)
    return [item for entry in found for item in entry.load()(cases)] if found else None
