"""What learners gained between a test and its parallel form, with the forms' difficulty kept apart.

In a counterbalanced design some learners take form A before and B after, the others B before and A after. With L for
learning and D for how much easier B is than A, the first gain L + D and the others L - D. So the mean of the two mean
gains is L, however many learners are in each order, and half their difference is D. This takes for granted that
learning does not depend on the order, which was drawn by lot.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import nan
from typing import TypeAlias

import numpy as np
import pandas as pd

from eprofessionalism_graders.cohort.analysis.intervals import Estimate, Floats, Picks, bootstrap, difference

FEWEST_PAIRS = 10
"""Of fewer learners with both results nothing is said about learning."""

FEWEST_IN_ORDER = 5
"""With fewer in one order of the forms, the orders are not told apart, and the forms' difficulty stays in the gain."""

CEILING = 90
"""From this mean before, in percent, no normalised gain is given: it would be divided by next to nothing."""

CHANGE = {
    "measure": "one of `MEASURES`",
    "value": "in the unit of the measure",
    "low": "lower end of the 95 % interval; missing where it cannot be told",
    "high": "its upper end",
}
"""Columns of `change`."""

MEASURES = {
    "before": "mean of the test before, percent; with two orders of forms the mean of the two orders’ means",
    "after": "the same of the test after",
    "gain": "after less before, points of percent",
    "form_difference": "how much easier the second form is than the first, points of percent; missing in one order",
    "hedges_g": "the gain in standard deviations",
    "normalized_gain": "the gain as a part of what was left to gain; missing from a mean of `CEILING` before",
}
"""Rows of `change`."""

TOPICS = {
    "topic": "what the questions are about",
    "questions": "questions on it in both forms together",
    "learners": "who has results of both tests",
    "before": "mean before, percent, as in `MEASURES`",
    "after": "mean after, percent",
    "gain": "after less before, points of percent",
    "low": "lower end of the gain’s 95 % interval",
    "high": "its upper end",
}
"""Columns of `by_topic`."""

PRESENCE = {
    "took": "`both`, `before only`, `after only` or `neither`",
    "learners": "count",
    "before": "mean before, percent",
    "after": "mean after, percent",
}
"""Columns of `presence`."""

Pairs: TypeAlias = list[tuple[Floats, Floats]]
"""For each order of the forms, results before and after; learners along the last axis."""


@dataclass(frozen=True, slots=True)
class Paired:
    """Results of those who have both, by order of the forms; one stratum where the orders are not told apart."""

    strata: tuple[Floats, ...]

    @property
    def learners(self) -> int:
        """How many there are."""
        return sum(len(rows) for rows in self.strata)

    @property
    def balanced(self) -> bool:
        """Whether the forms' difficulty is kept apart."""
        return len(self.strata) == 2

    @property
    def enough(self) -> bool:
        """Whether anything can be said of them."""
        return self.learners >= FEWEST_PAIRS

    def pairs(self, picks: Sequence[Picks] | None = None) -> Pairs:
        """The results, or those of the rows that were drawn."""
        chosen = [np.arange(len(rows)) for rows in self.strata] if picks is None else picks
        return [(rows[:, 0][pick], rows[:, 1][pick]) for rows, pick in zip(self.strata, chosen, strict=True)]

    def estimate(self, statistic: Callable[[Pairs], Floats]) -> Estimate:
        """A statistic of them with its bootstrap interval."""
        return bootstrap(lambda *picks: statistic(self.pairs(picks)), [len(rows) for rows in self.strata])


def paired(before: pd.Series[float], after: pd.Series[float], first: pd.Series[str] | None = None) -> Paired:
    """Those who have both results.

    Args:
        before: percent by learner; who has none is missing or not a number.
        after: the same of the test after.
        first: by learner, the form that came first. Without it, or with fewer than `FEWEST_IN_ORDER` in one of the two
            orders, there is one stratum.
    """
    rows = pd.DataFrame({"before": before, "after": after}).astype("float64").dropna()
    if first is None:
        return Paired((rows.to_numpy(),))
    orders = [part.to_numpy() for _, part in rows.groupby(first.reindex(rows.index), sort=True)]
    told_apart = len(orders) == 2 and min(map(len, orders)) >= FEWEST_IN_ORDER
    return Paired(tuple(orders) if told_apart else (rows.to_numpy(),))


# ---- Statistics: of pairs, and of many draws of them at once ---------------------------------------------------------


def before_mean(pairs: Pairs) -> Floats:
    """The mean before: of each order, then of the orders."""
    return _mean([before.mean(-1) for before, _ in pairs])


def after_mean(pairs: Pairs) -> Floats:
    """The mean after: of each order, then of the orders."""
    return _mean([after.mean(-1) for _, after in pairs])


def gain(pairs: Pairs) -> Floats:
    """The mean gain in points of percent: of each order, then of the orders with equal weights."""
    return _mean(_gains(pairs))


def form_difference(pairs: Pairs) -> Floats:
    """How much easier the second form is than the first, in points of percent: (gain AB - gain BA) / 2.

    Those who took form A first gain L + D, the others L - D (see the module): the two-period crossover's difference of
    periods, turned round (Hills & Armitage, Br J Clin Pharmacol 1979;8:7-20). Of one order it has no meaning.
    """
    first, second = _gains(pairs)
    return np.asarray((first - second) / 2)


def hedges_g(pairs: Pairs) -> Floats:
    """The gain in standard deviations of a test result, corrected for small samples.

    g = J · gain / sqrt((s²before + s²after) / 2), with J = 1 - 3 / (4 · df - 1) and df = 2 (n - 1); with two orders
    variances are pooled within order and test, so that the forms' difficulty is not in them, and df = 2 (n - 2).

    The standard deviation is that of results and not of gains (d_av, not d_z): so it can be set beside effects of
    studies with other designs, which a d_z, that grows with the correlation of the tests, cannot.

    Sources: Hedges, J Educ Stat 1981;6:107-128, for the correction; Lakens, Front Psychol 2013;4:863, after Cumming,
    Understanding the New Statistics (2012), for d_av. Lakens divides by the mean of the two standard deviations; the
    root of their mean square, and df, are as pingouin has them. His example, g_av = 1.08, comes out with either.
    """
    degrees = 2 * sum(before.shape[-1] - 1 for before, _ in pairs)
    squares = sum(
        (side.shape[-1] - 1) * side.var(axis=-1, ddof=1) for pair in pairs for side in pair if side.shape[-1] > 1
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        found = gain(pairs) / np.sqrt(squares / degrees) * (1 - 3 / (4 * degrees - 1))
    return np.where(np.isfinite(found), found, nan)


def normalized_gain(pairs: Pairs) -> Floats:
    """The gain as a part of what was left: <g> = (after - before) / (100 - before), on the cohort's means.

    It favours cohorts that began high: whoever began at 90 needs 5 points for a half, and whoever began at 50 needs 25.
    So it is never given alone, and `change` has none from a mean of `CEILING` before. Whether there is one is decided
    by the cohort and not by the draws of its bootstrap, some of which begin higher.

    Sources: Hake, Am J Phys 1998;66:64-74; Nissen et al., Phys Rev Phys Educ Res 2018;14:010115.
    """
    return gain(pairs) / np.maximum(100 - before_mean(pairs), 1e-9)


def _gains(pairs: Pairs) -> list[Floats]:
    return [(after - before).mean(-1) for before, after in pairs]


def _mean(parts: Sequence[Floats]) -> Floats:
    return np.asarray(np.mean(parts, axis=0))


STATISTICS: Mapping[str, Callable[[Pairs], Floats]] = {
    "before": before_mean,
    "after": after_mean,
    "gain": gain,
    "form_difference": form_difference,
    "hedges_g": hedges_g,
    "normalized_gain": normalized_gain,
}


# ---- Tables ----------------------------------------------------------------------------------------------------------


def change(found: Paired) -> pd.DataFrame:
    """What changed between the tests, one row a measure: columns `CHANGE`, rows `MEASURES`.

    Intervals are 95 % bootstrap intervals (bias-corrected and accelerated, learners drawn within each order of the
    forms). Of fewer than `FEWEST_PAIRS` learners there are no rows.
    """
    rows = []
    for name, statistic in STATISTICS.items() if found.enough else ():
        estimate = found.estimate(statistic) if _is_told(name, found) else Estimate(nan)
        rows.append((name, estimate.value, estimate.low, estimate.high))
    return pd.DataFrame(rows, columns=pd.Index(CHANGE))


def _is_told(name: str, found: Paired) -> bool:
    """Whether a measure means anything of them."""
    if name == "form_difference":
        return found.balanced
    return name != "normalized_gain" or bool(before_mean(found.pairs()) < CEILING)


def topic_percents(points: pd.DataFrame, maximum: pd.Series[float], topics: Mapping[str, str]) -> pd.DataFrame:
    """Percent of the points on each topic: learners x topics.

    Args:
        points: learners x items of one form.
        maximum: the points that each item carries.
        topics: what each item is about.
    """
    names = [topics[str(item)] for item in points.columns]
    earned = points.T.groupby(names).sum().T
    most = maximum.reindex(points.columns).groupby(names).sum()
    return 100 * earned / most


def by_topic(
    before: pd.DataFrame, after: pd.DataFrame, first: pd.Series[str], questions: Mapping[str, int]
) -> pd.DataFrame:
    """What changed on each topic, the lowest mean after first: columns `TOPICS`.

    Forms are balanced as in the whole. Topics that fewer than `FEWEST_PAIRS` learners were asked about both times have
    no row. Of as many intervals as there are topics one in twenty misses: they are for looking, not for testing.

    Args:
        before: percent, learners x topics, of the test before.
        after: the same of the test after.
        first: by learner, the form that came first.
        questions: how many questions there are on each topic.
    """
    rows = []
    for topic in before.columns.intersection(after.columns):
        found = paired(before[topic], after[topic], first)
        if found.enough:
            pairs, gained = found.pairs(), found.estimate(gain)
            means = float(before_mean(pairs)), float(after_mean(pairs))
            rows.append((topic, questions[topic], found.learners, *means, gained.value, gained.low, gained.high))
    return pd.DataFrame(rows, columns=pd.Index(TOPICS)).sort_values(["after", "topic"], ignore_index=True)


def presence(before: pd.Series[float], after: pd.Series[float]) -> pd.DataFrame:
    """Who took which test, with their means: columns `PRESENCE`. Nobody is counted with a result they do not have."""
    results = pd.DataFrame({"before": before, "after": after}).astype("float64")
    has = results.notna()
    kinds = {
        "both": has["before"] & has["after"],
        "before only": has["before"] & ~has["after"],
        "after only": ~has["before"] & has["after"],
        "neither": ~has["before"] & ~has["after"],
    }
    rows = [
        (name, int(kind.sum()), results.loc[kind, "before"].mean(), results.loc[kind, "after"].mean())
        for name, kind in kinds.items()
    ]
    return pd.DataFrame(rows, columns=pd.Index(PRESENCE))


def attrition(before: pd.Series[float], after: pd.Series[float], first: pd.Series[str]) -> Estimate:
    """How much higher those who came back for the second test had been before than those who did not, in points.

    Forms have equal weights where both kinds of learners took both; see `intervals.difference`. Not a number where
    fewer than `FEWEST_IN_ORDER` of either kind are known.
    """
    results = pd.DataFrame({"before": before, "stayed": after.notna(), "first": first}).dropna(subset="before")
    gone, stayed = (results[results["stayed"] == kind] for kind in (False, True))
    if min(len(gone), len(stayed)) < FEWEST_IN_ORDER:
        return Estimate(nan)
    forms = sorted(set(results["first"].dropna()))
    pairs = [(_before(gone, form), _before(stayed, form)) for form in forms]
    if pairs and min(len(side) for pair in pairs for side in pair) >= 2:
        return difference(pairs)
    return difference([(gone["before"].astype("float64"), stayed["before"].astype("float64"))])


def _before(rows: pd.DataFrame, form: str) -> pd.Series[float]:
    return rows.loc[rows["first"] == form, "before"].astype("float64")
