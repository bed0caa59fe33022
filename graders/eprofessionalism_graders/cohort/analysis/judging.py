"""Setting a standard: what a panel's ratings make the pass mark, how far it agrees, and what the mark would do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import sqrt
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import bootstrap, f, t

from eprofessionalism_graders.cohort.analysis.intervals import FEWEST, LEVEL, RESAMPLES, SEED

FEWEST_JUDGES = 3
"""Two judges have a difference, but no spread that says anything of a third."""


class Agreement(NamedTuple):
    """How far judges agree: intraclass correlations for absolute agreement, each with its 95 % interval.

    `single` is that of one judge's ratings, ICC(2,1): how far judges agree with each other. `mean` is that of the mean
    of these judges, ICC(2,k): how reliable the panel's mean is, which rises with their number however they disagree.
    """

    single: float
    single_low: float
    single_high: float
    mean: float
    low: float
    high: float


class Panel(NamedTuple):
    """A round of ratings: judges, the mean of their cuts in percent, the cuts' standard deviation and error."""

    judges: int
    mean: float
    sd: float
    se: float


class Borderline(NamedTuple):
    """The borderline group: learners, median and mean of their percentages, and the median's 95 % interval."""

    learners: int
    median: float
    mean: float
    low: float
    high: float


def cuts(ratings: pd.DataFrame, points: npt.ArrayLike) -> pd.Series[float]:
    """The pass mark that each judge's ratings come to, in percent of the points.

    cut_j = sum over questions of points · rating / sum of points: the modified Angoff method for questions of unequal
    points (Angoff WH. In: Thorndike RL, ed. Educational Measurement. 2nd ed. Washington: American Council on Education;
    1971:508-600; Cizek GJ, Bunch MB. Standard Setting. Thousand Oaks: Sage; 2007).

    Args:
        ratings: questions x judges, from 0 to 100. A judge who left one out is left out.
        points: of each question.
    """
    whole = ratings.dropna(axis=1).astype("float64")
    weights = np.asarray(points, dtype=float)
    return pd.Series(weights @ whole.to_numpy() / weights.sum(), index=whole.columns, dtype=float)


def panel(cuts: pd.Series[float]) -> Panel:
    """The mean of the judges' cuts with its standard error SD / sqrt(judges), SD with judges - 1.

    The error rests on judges who worked independently, so it is a rough guide after a discussion (MacCann RG, Stanley
    G. Pract Assess Res Eval, volume 9, number 5). Of one judge SD and error are NaN.
    """
    judges = len(cuts)
    sd = float(cuts.std(ddof=1)) if judges > 1 else float("nan")
    return Panel(judges, float(cuts.mean()), sd, sd / sqrt(judges))


def reach(first: Panel) -> float:
    """How far the 95 % interval of a panel's mark goes to either side, in percent: t(judges - 1) · SE.

    Args:
        first: the round in which judges worked independently, whose error it is. Of one judge it is NaN.
    """
    return float(t.ppf((1 + LEVEL) / 2, first.judges - 1)) * first.se


def agreement(ratings: pd.DataFrame) -> Agreement | None:
    """Intraclass correlations of questions rated by the same judges, both taken as samples, for absolute agreement.

    From the mean squares of a two-way analysis of variance, n questions (BMS), k judges (JMS) and the rest (EMS):
    ICC(2,1) = (BMS - EMS) / (BMS + (k - 1) EMS + k (JMS - EMS) / n), ICC(2,k) = (BMS - EMS) / (BMS + (JMS - EMS) / n)
    (Shrout PE, Fleiss JL. Psychol Bull 1979;86:420-428; ICC(A,1) and ICC(A,k) of McGraw KO, Wong SP. Psychol Methods
    1996;1:30-46, whose interval this is).

    Args:
        ratings: questions x judges. A judge who left one out is left out.

    Returns:
        None for fewer than 3 judges or 5 questions, and where no question was rated higher than another.
    """
    table = ratings.dropna(axis=1).to_numpy(dtype=float)
    questions, judges = table.shape
    if judges < FEWEST_JUDGES or questions < FEWEST or np.ptp(table.mean(axis=1)) < 1e-9:
        return None
    between, among, rest = mean_squares(table)
    single = (between - rest) / (between + (judges - 1) * rest + judges * (among - rest) / questions)
    mean = (between - rest) / (between + (among - rest) / questions)
    low, high = _single_interval(questions, judges, (between, among, rest), single)
    return Agreement(single, low, high, mean, _of_many(low, judges), _of_many(high, judges))


def mean_squares(table: npt.NDArray[np.float64]) -> tuple[float, float, float]:
    """Mean squares of a two-way analysis of variance without replication: rows, columns, and the rest."""
    rows, columns = table.shape
    whole = table.mean()
    by_row, by_column = table.mean(axis=1, keepdims=True), table.mean(axis=0, keepdims=True)
    rest = table - by_row - by_column + whole
    return (
        float(columns * ((by_row - whole) ** 2).sum() / (rows - 1)),
        float(rows * ((by_column - whole) ** 2).sum() / (columns - 1)),
        float((rest**2).sum() / ((rows - 1) * (columns - 1))),
    )


def _single_interval(n: int, k: int, squares: tuple[float, float, float], single: float) -> tuple[float, float]:
    """The 95 % interval of ICC(2,1) with Satterthwaite's degrees of freedom (McGraw and Wong 1996; as in pingouin)."""
    between, among, rest = squares
    if single > 1 - 1e-12:  # the judges agree wholly: nothing to reckon with
        return 1.0, 1.0
    a = k * single / (n * (1 - single))
    b = 1 + k * single * (n - 1) / (n * (1 - single))
    degrees = (a * among + b * rest) ** 2 / ((a * among) ** 2 / (k - 1) + (b * rest) ** 2 / ((n - 1) * (k - 1)))
    above, below = f.ppf(0.975, n - 1, degrees), f.ppf(0.975, degrees, n - 1)
    others = k * among + (k * n - k - n) * rest
    low = n * (between - above * rest) / (above * others + n * between)
    high = n * (below * between - rest) / (others + n * below * between)
    return float(low), float(high)


def _of_many(single: float, judges: int) -> float:
    """Of one judge's reliability that of the mean of several (Spearman and Brown)."""
    return judges * single / (1 + (judges - 1) * single)


RATED = {
    "mean": "mean rating, in percent",
    "lowest": "lowest rating",
    "highest": "highest rating",
    "apart": "highest less lowest",
}
"""Columns of `rated` and what they mean."""


def rated(ratings: pd.DataFrame) -> pd.DataFrame:
    """How each question was rated, in the order of the ratings.

    Args:
        ratings: questions x judges. A judge who left one out is left out.
    """
    whole = ratings.dropna(axis=1).astype("float64")
    low, high = whole.min(axis=1), whole.max(axis=1)
    return pd.DataFrame({"mean": whole.mean(axis=1), "lowest": low, "highest": high, "apart": high - low})


AGAINST = {
    "judge": "the column of the ratings",
    "differs": "mean of rating less facility over the questions, in percentage points: above 0 expects too much",
    "off": "mean distance of rating and facility, in percentage points",
    "questions": "how many of them have a facility",
    "correlation": "Pearson's r of ratings and facilities; missing where either does not vary",
}
"""Columns of `against` and what they mean."""


def against(ratings: pd.DataFrame, facility: pd.Series[float]) -> pd.DataFrame:
    """Each judge's ratings against what borderline learners did on the same questions.

    Args:
        ratings: questions x judges, in percent. A judge who left one out is left out.
        facility: of the same questions among borderline learners, in percent; a missing one is left out.
    """
    known = facility.dropna().astype("float64")
    whole = ratings.loc[known.index].dropna(axis=1).astype("float64")
    off = whole.sub(known, axis=0)
    varies = known.std() > 0
    related = [whole[judge].corr(known) if varies and whole[judge].std() > 0 else np.nan for judge in whole.columns]
    return pd.DataFrame(
        {"judge": whole.columns, "differs": off.mean().to_numpy(), "off": off.abs().mean().to_numpy()}
    ).assign(questions=len(known), correlation=related)


def borderline_group(percents: npt.ArrayLike) -> Borderline | None:
    """The pass mark by the borderline-group method: the median percentage of learners held to be borderline.

    Source: Livingston SA, Zieky MJ. Passing Scores. Princeton: Educational Testing Service; 1982. The interval is the
    percentile bootstrap's over these learners (Efron B, Tibshirani RJ. An Introduction to the Bootstrap. New York:
    Chapman & Hall; 1993), with fixed dice.

    Args:
        percents: of the borderline learners, in the test after the course.

    Returns:
        None for fewer than 5.
    """
    found = np.asarray(percents, dtype=float)
    if len(found) < FEWEST:
        return None
    low, high = _median_interval(found)
    return Borderline(len(found), float(np.median(found)), float(found.mean()), low, high)


def _median_interval(percents: npt.NDArray[np.float64]) -> tuple[float, float]:
    if np.ptp(percents) == 0:
        return float(percents[0]), float(percents[0])
    dice = np.random.default_rng(SEED)
    result = bootstrap((percents,), np.median, n_resamples=RESAMPLES, method="percentile", rng=dice, vectorized=True)
    return float(result.confidence_interval.low), float(result.confidence_interval.high)


def reached(taken: Iterable[tuple[npt.ArrayLike, float]]) -> int:
    """How many are at or above the mark of the test that they took, to six decimals.

    Args:
        taken: for each test, the results in percent and its mark.
    """
    return sum(int((np.round(np.asarray(results, dtype=float), 6) >= round(mark, 6)).sum()) for results, mark in taken)


PASSING = {
    "mark": "what the pass mark would be, in percent",
    "passing": "learners at or above it",
    "learners": "learners with a result",
    "share": "those at or above it, in percent",
}
"""Columns of `passing` and what they mean; the index has the name of each mark."""


def passing(percents: npt.ArrayLike, marks: Mapping[str, float]) -> pd.DataFrame:
    """How many learners would pass at each of some marks.

    Args:
        percents: results of the test after the course; a learner at the mark passes, to six decimals.
        marks: by name, in percent.
    """
    found = np.asarray(percents, dtype=float)
    passed = [reached([(found, mark)]) for mark in marks.values()]
    frame = pd.DataFrame({"mark": list(marks.values()), "passing": passed}, index=pd.Index(list(marks)))
    frame["learners"] = len(found)
    frame["share"] = 100 * frame["passing"] / len(found) if len(found) else np.nan
    return frame
