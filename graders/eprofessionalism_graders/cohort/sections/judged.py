"""The tables of panels: who would pass at their marks, how far they agree, and what they rated."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pandas as pd

from eprofessionalism_graders.cohort.analysis import judging
from eprofessionalism_graders.cohort.analysis.judging import Agreement
from eprofessionalism_graders.cohort.document import Column, Table, filled
from eprofessionalism_graders.cohort.doubt import doubted, without
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.sections import borderline
from eprofessionalism_graders.cohort.sections.panel import Rated, after, each_its_own, takers
from eprofessionalism_graders.cohort.summary import FEWEST_LEARNERS
from eprofessionalism_graders.cohort.words import ENOUGH_FOR_PERCENT
from eprofessionalism_graders.forms import sitting

EACH_ITS_OWN = "Panel, each form its own mark"
"""The row of pass rates in which nobody is held to the mark of a form that they did not take."""


RATES = {
    "name": "whose mark it is, and for whom",
    "mark": "in percent; missing where each form has its own",
    "low": "of a panel for one form and of a borderline group, the lower end of the mark's 95 % interval",
    "high": "the upper end",
    "passing": "learners at or above it",
    "learners": "learners with a result: of a form's mark, those who took that form after the course",
    "share": "those at or above it, in percent; missing of fewer than 20",
    "se": "of a panel for one form, the standard error of its first round",
    "passing_below": "of a panel, learners at or above the mark less that error",
    "passing_above": "the same of the mark and that error",
    "first_mark": "the panel's mark in the first round",
    "first_passing": "learners at or above that",
}
"""Columns of the table of pass rates; the page shows the first seven. Nothing is said of fewer than 5 learners."""


def rates(results: Results, rated: Sequence[Rated], one_for_all: float | None) -> Table:
    """Who would pass at each mark; a form's mark is for those who took that form.

    Args:
        results: of the cohort.
        rated: the forms on which enough judges agreed on a mark.
        one_for_all: the panel's mark if one has to hold for every form.
    """
    everybody = after(results)
    own = each_its_own(results, rated)
    rows = [_rate("Present pass mark", [(everybody, results.pass_mark)]), *_without_doubt(results)]
    rows += [_panel_rate(f"Panel, {one.name}", [(one, taken)]) for one, taken in takers(results, rated)]
    rows += [_panel_rate(EACH_ITS_OWN, own)] if own else []
    if one_for_all is not None:
        rows.append(_rate("Panel, one mark for every form", [(everybody, one_for_all)]))
    rows += [_borderline_rate(*one) for one in borderline.groups(results)]
    frame = pd.DataFrame(rows, columns=pd.Index(RATES)).astype({"name": "string"})
    frame = frame[frame["learners"] >= FEWEST_LEARNERS].reset_index(drop=True)
    columns = (
        Column("name", "Mark of"),
        Column("mark", "Mark, %", ".1f"),
        Column("low", "95% from", ".1f"),
        Column("high", "to", ".1f"),
        Column("passing", "Would pass", ".0f"),
        Column("learners", "of", ".0f"),
        Column("share", "%", ".0f"),
    )
    return Table("pass-rates", "Who would pass the test after the course at each mark", frame, filled(columns, frame))


def _rate(name: str, taken: Sequence[tuple[pd.Series[float], float]]) -> dict[str, Any]:
    passing, learners = judging.reached(taken), sum(len(percents) for percents, _ in taken)
    mark = taken[0][1] if len(taken) == 1 else float("nan")
    share = 100 * passing / learners if learners >= ENOUGH_FOR_PERCENT else float("nan")
    return {"name": name, "mark": mark, "passing": passing, "learners": learners, "share": share}


def _without_doubt(results: Results) -> Iterator[dict[str, Any]]:
    """At the present mark, without the questions whose key is in doubt; nothing where there are none."""
    banks, found = results.banks, doubted(results)
    if any(sitting(banks[one.assignment], "") == "post" for one in found):
        percents = without(results, [one.item for one in found]).set_index("learner")["post_percent"].dropna()
        name = "Present pass mark, without the questions in doubt"
        yield _rate(name, [(percents.astype("float64"), results.pass_mark)])


def _borderline_rate(one: borderline.OnForm, group: judging.Borderline) -> dict[str, Any]:
    """A row of a borderline group: its median, for those who took the form that it was read off."""
    name = f"Borderline group, {one.name or 'median'}"
    return _rate(name, [(one.taken, group.median)]) | {"low": group.low, "high": group.high}


def _panel_rate(name: str, forms: Sequence[tuple[Rated, pd.Series[float]]]) -> dict[str, Any]:
    """A row of a panel, with what its error and its first round come to."""

    def reached(mark: Callable[[Rated], float]) -> int:
        return judging.reached([(taken, mark(one)) for one, taken in forms])

    one, single, nothing = forms[0][0], len(forms) == 1, float("nan")
    low, high = one.interval if single else (nothing, nothing)
    return _rate(name, [(taken, one.last.mean) for one, taken in forms]) | {
        "low": low,
        "high": high,
        "se": one.first.se if single else nothing,
        "passing_below": reached(lambda one: one.last.mean - one.first.se),
        "passing_above": reached(lambda one: one.last.mean + one.first.se),
        "first_mark": one.first.mean if single else nothing,
        "first_passing": reached(lambda one: one.first.mean),
    }


def panels(rated: Sequence[Rated]) -> Table:
    """Round by round the mark of each panel, and how far it agreed."""
    rows = []
    for one in rated:
        for round_, table in one.by_round.items():
            agreed = judging.agreement(table) or (float("nan"),) * len(Agreement._fields)
            rows.append((one.bank.title, round_, *one.panels[round_], *agreed))
    icc = ["icc_single", "icc_single_low", "icc_single_high", "icc", "icc_low", "icc_high"]
    names = ["test", "round", "judges", "mean", "sd", "se", *icc]
    frame = pd.DataFrame(rows, columns=names).astype({"test": "string"})
    columns = (
        Column("test", "Test"),
        Column("round", "Round", ".0f"),
        Column("judges", "Judges", ".0f"),
        Column("mean", "Mark, %", ".1f"),
        Column("sd", "SD of judges", ".1f"),
        Column("se", "SE", ".1f"),
        Column("icc_single", "Agreement of judges, ICC(2,1)", ".2f"),
        Column("icc_single_low", "from", ".2f"),
        Column("icc_single_high", "to", ".2f"),
        Column("icc", "Reliability of their mean, ICC(2,k)", ".2f"),
    )
    caption = (
        "The panel, round by round: its mark, how far judges agreed with each other, and how reliable their mean is "
        "(1 is wholly). Judges in a second round have heard each other, and look surer than they are"
    )
    return Table("panels", caption, frame, columns)


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
    return Table("rated-questions", caption, frame, filled(columns, frame))


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
    frames, named = [], results.borderline["learner"]
    for one in rated:
        facility = _facility(results, one, named)
        if facility.notna().sum() >= FEWEST_LEARNERS:
            last, taken = list(one.by_round.values())[-1], after(results, one.bank)
            learners = int(taken.index.isin(named).sum())
            frames.append(judging.against(last, facility).assign(test=one.bank.title, learners=learners))
    if not frames:
        return
    frame = pd.concat(frames, ignore_index=True).astype({"judge": "string", "test": "string"})
    columns = (
        Column("judge", "Judge"),
        Column("test", "Test"),
        Column("learners", "Borderline learners", ".0f"),
        Column("questions", "Questions", ".0f"),
        Column("differs", "Expects more, points", "z.0f"),
        Column("off", "Off by, points", ".0f"),
        Column("correlation", "Correlation", "z.2f"),
    )
    caption = (
        "Each judge’s ratings against what the borderline learners did; of so few learners, what they did is itself "
        "a rough guide"
    )
    yield Table("judges-and-learners", caption, frame, columns)


def _facility(results: Results, one: Rated, learners: pd.Series[str] | None = None) -> pd.Series[float]:
    """Mean percent of the points by question in the test after the course; missing below 5 learners."""
    responses = results.tables.responses
    kept = (responses["assignment"] == one.bank.case) & (responses["sitting"] == "post") & responses["score"].notna()
    if learners is not None:
        kept &= responses["learner"].isin(learners)
    scores = responses[kept].groupby("item", observed=True)["score"].agg(["mean", "count"])
    enough = scores.loc[scores["count"] >= FEWEST_LEARNERS, "mean"].astype("float64") * 100
    return pd.Series({question: enough.get(one.item(question), float("nan")) for question in one.points.index})
