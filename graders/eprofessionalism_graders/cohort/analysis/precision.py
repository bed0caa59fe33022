"""What an error of measurement means: for passing at a cut, and for a learner with this total."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import chi2

from eprofessionalism_graders.cohort.analysis.coding import MICRO, Floats, Scores, coded
from eprofessionalism_graders.cohort.analysis.counts import Counts
from eprofessionalism_graders.cohort.analysis.intervals import LEVEL
from eprofessionalism_graders.cohort.analysis.scale import scale_statistics_of

CONDITIONAL = {
    "n": "complete learners with this total",
    "lord": "standard error of measurement at this total, in points, by Lord",
    "keats": "the same, by Keats: for items of different difficulty that all learners share",
}
"""Columns of `conditional_sem`; its index is the total in points."""

BANDS = {
    "lowest": "lowest total of the band, in points",
    "highest": "highest total of the band, in points",
    "n": "complete learners in it",
    "sem": "standard error of measurement in this band, in points",
    "low": "lower end of its 95 % interval",
    "high": "upper end of its 95 % interval",
}
"""Columns of `sem_by_band`, from the lowest totals to the highest."""

FEWEST_IN_BAND = 20
"""From fewer a spread is not given: of 20 learners its own standard error is a sixth of it."""


def livingston(statistics: pd.DataFrame, cut: float) -> float:
    """How reliably totals fall on their side of a cut, 0 to 1: Livingston's K².

    (alpha var + (mean - cut)²) / (var + (mean - cut)²) (Livingston, J Educ Meas 1972;9:13-26). At the mean it is alpha,
    and it rises with the distance from it.

    Args:
        statistics: as `scale_statistics` gives them.
        cut: in points.

    Returns:
        NaN where alpha has no number or is below zero.
    """
    alpha, mean, sd = (float(statistics["value"][name]) for name in ("alpha", "mean", "sd"))
    if not alpha >= 0:
        return np.nan
    apart = (mean - cut) ** 2
    return (alpha * sd**2 + apart) / (sd**2 + apart)


def conditional_sem(scores: Scores, fewest: int = 2) -> pd.DataFrame:
    """The standard error of measurement at each total of a test whose items are all 0 or the same number of points.

    Lord's, of x right of P items: sqrt(x (P - x) / (P - 1)) (Educ Psychol Meas 1955;15:325-336), as if each learner had
    drawn items of his own from a large bank. Keats's takes out how items differ in difficulty, which is the same for
    all: Lord's times sqrt((1 - KR20) / (1 - KR21)) (Psychometrika 1957;22:29-41); here exactly such that the mean of
    its squares over the learners is the square of the test's standard error of measurement.

    Args:
        scores: points, learners x items, NaN for a missing answer.
        fewest: complete learners below whom Keats's is NaN.

    Returns:
        A row for each total that can be reached, with the columns of `CONDITIONAL`; no rows where scores are partial or
        items carry different points, for which neither formula holds.
    """
    return conditional_sem_of(Counts.from_matrix(scores), fewest)


def conditional_sem_of(counts: Counts, fewest: int = 2) -> pd.DataFrame:
    """The same as `conditional_sem` from a table of counts."""
    items, scores = len(counts.items), counts.cells["score"].unique()
    worth = int(scores.max()) if len(scores) else 0
    if items < 2 or worth <= 0 or not set(scores) <= {0, worth}:
        return pd.DataFrame(columns=pd.Index(CONDITIONAL), index=pd.Index([], name="total"), dtype="float64")
    right = np.arange(items + 1)
    learners = counts.totals.set_index("total")["n"].reindex(right * worth, fill_value=0).to_numpy()
    lord = np.sqrt(right * (items - right) / (items - 1)) * worth / MICRO
    sem = float(scale_statistics_of(counts, fewest=fewest)["value"]["sem"])
    square = float(learners @ lord**2) / max(counts.complete, 1)
    keats = lord * sem / np.sqrt(square) if square > 0 else np.full(items + 1, np.nan)
    return pd.DataFrame(
        {"n": learners, "lord": lord, "keats": keats}, index=pd.Index(right * worth / MICRO, name="total")
    )


def sem_by_band(scores: Scores, bands: int = 3) -> pd.DataFrame:
    """The standard error of measurement of low, middling and high totals, for scores of any kind.

    In each band, the standard deviation of the difference between the halves of the test (odd and even items): what the
    halves do not share is error (Thorndike RL, in: Lindquist EF, ed. Educational Measurement. 1951:560-620; beside
    other methods in Feldt, Steffen and Gupta, Appl Psychol Meas 1985;9:351-361). The halves ought to be alike: what
    they differ in by content or length counts as error too. Interval: of a standard deviation, by chi-square.

    Args:
        scores: points, learners x items, NaN for a missing answer; such learners are left out.
        bands: how many, of about as many learners each; those of one total stay together.

    Returns:
        A row a band with the columns of `BANDS`; `sem` is NaN in bands of fewer than 20 learners, or of one item.
    """
    found = coded(scores)
    points = np.append(found.levels, 0)[found.codes[:, found.complete]] / MICRO
    total, apart = points.sum(axis=0), points[::2].sum(axis=0) - points[1::2].sum(axis=0)
    place = np.searchsorted(np.sort(total), total) * bands // max(len(total), 1)
    rows = [_band(total[place == band], apart[place == band], len(points)) for band in np.unique(place)]
    return pd.DataFrame(rows, columns=pd.Index(BANDS)).astype({"n": "int64"})


def _band(total: Floats, apart: Floats, items: int) -> dict[str, float]:
    n = len(total)
    sem = float(apart.std(ddof=1)) if n >= FEWEST_IN_BAND and items > 1 else np.nan
    tails = chi2.ppf([(1 + LEVEL) / 2, (1 - LEVEL) / 2], max(n - 1, 1))
    low, high = (float(end) for end in sem * np.sqrt((n - 1) / tails))
    return {"lowest": total.min(), "highest": total.max(), "n": n, "sem": sem, "low": low, "high": high}
