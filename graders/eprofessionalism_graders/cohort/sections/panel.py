"""What panels make the pass mark of each test, and how many would pass with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from eprofessionalism.items import ItemBank
from eprofessionalism_graders.cohort.analysis import judging
from eprofessionalism_graders.cohort.analysis.judging import FEWEST_JUDGES, Panel
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.sittings import called
from eprofessionalism_graders.cohort.summary import FEWEST_LEARNERS
from eprofessionalism_graders.cohort.words import listed
from eprofessionalism_graders.forms import sitting


@dataclass(frozen=True)
class Rated:
    """One test with the ratings of its panel. `by_round` is questions x judges who rated in that round."""

    bank: ItemBank
    frame: pd.DataFrame

    @cached_property
    def by_round(self) -> dict[int, pd.DataFrame]:
        """The ratings by round, the first one first."""
        found = {}
        for name, rows in self.frame.groupby("round"):
            table = rows.set_index("question").drop(columns=["points", "round"])
            found[int(str(name))] = table.dropna(axis=1, how="all").astype("float64")
        return found

    @cached_property
    def points(self) -> pd.Series[float]:
        """Points by question."""
        return self.frame.drop_duplicates("question").set_index("question")["points"].sort_index()

    def cuts(self, round_: int) -> pd.Series[float]:
        """What each judge of a round makes the pass mark."""
        table = self.by_round[round_]
        return judging.cuts(table, self.points.loc[table.index])

    @cached_property
    def panels(self) -> dict[int, Panel]:
        """What the panel makes it, by round."""
        return {round_: judging.panel(self.cuts(round_)) for round_ in self.by_round}

    @property
    def first(self) -> Panel:
        """The round in which judges worked independently."""
        return next(iter(self.panels.values()))

    @property
    def last(self) -> Panel:
        """The round that decides."""
        return list(self.panels.values())[-1]

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the mark: the last round's, with the error of the first, in which judges were alone."""
        reach = judging.reach(self.first)
        return self.last.mean - reach, self.last.mean + reach

    @property
    def name(self) -> str:
        """What the test is called in a sentence."""
        return called(self.bank)

    @property
    def mark(self) -> str:
        """The mark that the panel would set, as one writes it: to one decimal, since tenths decide who passes."""
        return f"{round(self.last.mean, 1):g}%"

    def item(self, question: int) -> str:
        """The id of a question by its number on the page."""
        return list(self.bank.items)[question - 1]


def agreed(results: Results) -> list[Rated]:
    """The tests on which enough judges have agreed on a mark, in the order of the course."""
    rated = [Rated(results.banks[name], frame) for name, frame in results.judges.items()]
    return [one for one in rated if one.last.judges >= FEWEST_JUDGES]


# ---- Who took which --------------------------------------------------------------------------------------------------


def after(results: Results, bank: ItemBank | None = None) -> pd.Series[float]:
    """Percentages of the test after the course by learner: of all, or of those who took one form of it then."""
    learners = results.tables.learners.set_index("learner")
    if bank is not None:
        learners = learners[[sitting(bank, first) == "post" for first in learners["pre_form"].fillna("")]]
    return learners["post_percent"].dropna().astype("float64")


def each_its_own(results: Results, rated: Sequence[Rated]) -> list[tuple[Rated, pd.Series[float]]]:
    """The forms with those who took them after the course, if there are several and nobody took another."""
    found = takers(results, rated)
    whole = sum(len(taken) for _, taken in found) == len(after(results))
    return found if len(found) > 1 and whole else []


def takers(results: Results, rated: Sequence[Rated]) -> list[tuple[Rated, pd.Series[float]]]:
    """The tests that somebody took after the course, each with their results in percent."""
    pairs = [(one, after(results, one.bank)) for one in rated]
    return [(one, taken) for one, taken in pairs if len(taken)]


# ---- Each form its own mark ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OwnMarks:
    """What it comes to where each form has the panel's own mark.

    Args:
        forms: all forms that somebody took after the course, each with a mark.
        pass_mark: that of now, in percent.
        passing: learners who reach the mark of the form that they took after the course.
        now: learners who reach the pass mark.
    """

    forms: tuple[Rated, ...]
    pass_mark: float
    passing: int
    now: int

    @property
    def said(self) -> str:
        """The marks in a sentence, each with its verdict."""
        return on_forms(self.forms, self.pass_mark)

    @property
    def differs(self) -> bool:
        """Whether it is clearly another mark for some form, and other learners would pass in number."""
        return self.passing != self.now and any(is_clear(one.interval, self.pass_mark) for one in self.forms)


def own_marks(results: Results) -> OwnMarks | None:
    """The panel's marks for the forms of the test after the course.

    None unless it has set one for each form that was taken, and enough learners have a result.
    """
    own = each_its_own(results, agreed(results))
    if len(after(results)) < FEWEST_LEARNERS or not own:
        return None
    passing = judging.reached([(taken, one.last.mean) for one, taken in own])
    now = judging.reached([(after(results), results.pass_mark)])
    return OwnMarks(tuple(one for one, _ in own), results.pass_mark, passing, now)


def on_forms(rated: Sequence[Rated], mark: float) -> str:
    """The marks of several tests in a sentence, and of each how it stands to the pass mark."""
    return listed(
        [f"{one.mark} on {one.name} ({verdict(one.last.mean, one.interval, mark)})" for one in rated], "see the table"
    )


def verdict(found: float, interval: tuple[float, float], mark: float) -> str:
    """How a mark with its interval stands to the pass mark: `clearly above 70%`, `not clearly below 70%`, `as now`."""
    if round(found, 1) == round(mark, 1):
        return "as now"
    clearly = "clearly" if is_clear(interval, mark) else "not clearly"
    return f"{clearly} {'above' if found > mark else 'below'} {mark:g}%"


def is_clear(interval: tuple[float, float], mark: float) -> bool:
    """Whether an interval leaves the pass mark out."""
    low, high = interval
    return low > mark or high < mark
