"""The ratings of panels: what they make the pass mark, how far they agree, and the tables that show it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from eprofessionalism.items import ItemBank
from eprofessionalism_graders.cohort.analysis import judging
from eprofessionalism_graders.cohort.analysis.judging import Borderline, Panel
from eprofessionalism_graders.cohort.document import Column, Table
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.summary import FEWEST_LEARNERS
from eprofessionalism_graders.forms import sitting

EACH_ITS_OWN = "Panel, each form its own mark"
"""The row of pass rates in which nobody is held to the mark of a form that they did not take."""


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
    def name(self) -> str:
        """What the test is called in a sentence."""
        return f"form {self.bank.form}" if self.bank.form else f"“{self.bank.title}”"

    def item(self, question: int) -> str:
        """The id of a question by its number on the page."""
        return list(self.bank.items)[question - 1]


def after(results: Results, one: Rated | None = None) -> pd.Series[float]:
    """Percentages of the test after the course by learner: of all, or of those who took one form of it then."""
    learners = results.tables.learners.set_index("learner")
    if one is not None:
        learners = learners[[sitting(one.bank, first) == "post" for first in learners["pre_form"].fillna("")]]
    return learners["post_percent"].dropna().astype("float64")


RATES = {
    "name": "whose mark it is, and for whom",
    "mark": "in percent; missing where each form has its own",
    "passing": "learners at or above it",
    "learners": "learners with a result: of a form's mark, those who took that form after the course",
    "share": "those at or above it, in percent",
    "se": "of a panel for one form, the standard error of its first round",
    "passing_below": "of a panel, learners at or above the mark less that error",
    "passing_above": "the same of the mark and that error",
    "first_mark": "the panel's mark in the first round",
    "first_passing": "learners at or above that",
}
"""Columns of the table of pass rates; the page shows the first five."""


def rates(results: Results, rated: Sequence[Rated], one_for_all: float | None, group: Borderline | None) -> Table:
    """Who would pass at each mark; a form's mark is for those who took that form.

    Args:
        results: of the cohort.
        rated: the forms on which enough judges agreed on a mark.
        one_for_all: the panel's mark if one has to hold for every form.
        group: of borderline learners.
    """
    everybody = after(results)
    own = each_its_own(results, rated)
    rows = [_rate("Present pass mark", [(everybody, results.pass_mark)])]
    rows += [_panel_rate(f"Panel, {one.name}", [(one, taken)]) for one, taken in _takers(results, rated)]
    rows += [_panel_rate(EACH_ITS_OWN, own)] if own else []
    if one_for_all is not None:
        rows.append(_rate("Panel, one mark for every form", [(everybody, one_for_all)]))
    if group:
        rows.append(_rate("Borderline group, median", [(everybody, group.median)]))
    frame = pd.DataFrame(rows, columns=pd.Index(RATES)).astype({"name": "string"})
    columns = (
        Column("name", "Mark of"),
        Column("mark", "Mark, %", ".1f"),
        Column("passing", "Would pass", ".0f"),
        Column("learners", "of", ".0f"),
        Column("share", "%", ".0f"),
    )
    return Table("pass-rates", "Who would pass the test after the course at each mark", frame, columns)


def each_its_own(results: Results, rated: Sequence[Rated]) -> list[tuple[Rated, pd.Series[float]]]:
    """The forms with those who took them after the course, if there are several and nobody took another."""
    found = _takers(results, rated)
    whole = sum(len(taken) for _, taken in found) == len(after(results))
    return found if len(found) > 1 and whole else []


def _takers(results: Results, rated: Sequence[Rated]) -> list[tuple[Rated, pd.Series[float]]]:
    pairs = [(one, after(results, one)) for one in rated]
    return [(one, taken) for one, taken in pairs if len(taken)]


def _rate(name: str, taken: Sequence[tuple[pd.Series[float], float]]) -> dict[str, Any]:
    passing, learners = judging.reached(taken), sum(len(percents) for percents, _ in taken)
    mark = taken[0][1] if len(taken) == 1 else float("nan")
    return {"name": name, "mark": mark, "passing": passing, "learners": learners, "share": 100 * passing / learners}


def _panel_rate(name: str, forms: Sequence[tuple[Rated, pd.Series[float]]]) -> dict[str, Any]:
    """A row of a panel, with what its error and its first round come to."""

    def reached(mark: Callable[[Rated], float]) -> int:
        return judging.reached([(taken, mark(one)) for one, taken in forms])

    first, single = forms[0][0].first, len(forms) == 1
    return _rate(name, [(taken, one.last.mean) for one, taken in forms]) | {
        "se": first.se if single else float("nan"),
        "passing_below": reached(lambda one: one.last.mean - one.first.se),
        "passing_above": reached(lambda one: one.last.mean + one.first.se),
        "first_mark": first.mean if single else float("nan"),
        "first_passing": reached(lambda one: one.first.mean),
    }


def panels(rated: Sequence[Rated]) -> Table:
    """Round by round the mark of each panel, and how far it agreed."""
    rows = []
    for one in rated:
        for round_, table in one.by_round.items():
            agreed = judging.agreement(table) or (float("nan"),) * 4
            rows.append((one.bank.title, round_, *one.panels[round_], *agreed))
    names = ["test", "round", "judges", "mean", "sd", "se", "icc_single", "icc", "icc_low", "icc_high"]
    frame = pd.DataFrame(rows, columns=names).astype({"test": "string"})
    columns = (
        Column("test", "Test"),
        Column("round", "Round", ".0f"),
        Column("judges", "Judges", ".0f"),
        Column("mean", "Mark, %", ".1f"),
        Column("sd", "SD of judges", ".1f"),
        Column("se", "SE", ".1f"),
        Column("icc", "Agreement, ICC(2,k)", ".2f"),
        Column("icc_low", "from", ".2f"),
        Column("icc_high", "to", ".2f"),
    )
    return Table("panels", "The panel, round by round: its mark, and how far it agreed (1 is wholly)", frame, columns)


def questions(results: Results, rated: Sequence[Rated]) -> Table:
    """The questions, those on which judges lay furthest apart in the first round first."""
    frame = pd.concat([_rated_questions(results, one) for one in rated], ignore_index=True)
    frame = frame.sort_values(["apart", "test", "question"], ascending=[False, True, True], ignore_index=True)
    columns = (
        Column("question", "Question", ".0f"),
        Column("test", "Test"),
        Column("stem", "It asks"),
        Column("lowest", "Lowest", ".0f"),
        Column("highest", "Highest", ".0f"),
        Column("mean", "Mean", ".0f"),
        Column("last_mean", "Last round", ".0f"),
        Column("facility", "Learners, %", ".0f"),
        Column("borderline", "Borderline, %", ".0f"),
    )
    top = frame.iloc[0]
    caption = f"What judges rated, furthest apart first: question {top['question']} ({top['apart']:.0f} points apart)"
    return Table("rated-questions", caption, frame, columns)


def _rated_questions(results: Results, one: Rated) -> pd.DataFrame:
    first, last = (list(one.by_round.values())[place] for place in (0, -1))
    frame = judging.rated(first).assign(
        last_mean=judging.rated(last)["mean"],
        facility=_facility(results, one),
        borderline=_facility(results, one, results.borderline["learner"]) if len(results.borderline) else float("nan"),
    )
    stems = [one.bank.items[one.item(question)].stem for question in frame.index]
    frame.insert(0, "test", pd.Series(one.bank.title, index=frame.index, dtype="string"))
    frame.insert(1, "stem", pd.Series(stems, index=frame.index, dtype="string"))
    return frame.rename_axis("question").reset_index()


def held_against(results: Results, rated: Sequence[Rated]) -> Iterator[Table]:
    """The judges against what borderline learners did, where enough of them answered enough questions."""
    if results.borderline.empty:
        return
    frames = []
    for one in rated:
        facility = _facility(results, one, results.borderline["learner"])
        if facility.notna().sum() >= FEWEST_LEARNERS:
            last = list(one.by_round.values())[-1]
            frames.append(judging.against(last, facility).assign(test=one.bank.title))
    if not frames:
        return
    frame = pd.concat(frames, ignore_index=True).astype({"judge": "string", "test": "string"})
    columns = (
        Column("judge", "Judge"),
        Column("test", "Test"),
        Column("differs", "Expects more, points", "z.0f"),
        Column("off", "Off by, points", ".0f"),
        Column("correlation", "Correlation", "z.2f"),
    )
    yield Table("judges-and-learners", "Each judge’s ratings against what the borderline learners did", frame, columns)


def _facility(results: Results, one: Rated, learners: pd.Series[str] | None = None) -> pd.Series[float]:
    """Mean percent of the points by question in the test after the course; missing below 5 learners."""
    responses = results.tables.responses
    kept = (responses["assignment"] == one.bank.case) & (responses["sitting"] == "post") & responses["score"].notna()
    if learners is not None:
        kept &= responses["learner"].isin(learners)
    scores = responses[kept].groupby("item", observed=True)["score"].agg(["mean", "count"])
    enough = scores.loc[scores["count"] >= FEWEST_LEARNERS, "mean"].astype("float64") * 100
    return pd.Series({question: enough.get(one.item(question), float("nan")) for question in one.points.index})
