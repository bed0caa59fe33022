"""One row of statistics for each item of a test, from a matrix of scores or from a table of counts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import sqrt
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import t

from eprofessionalism_graders.cohort.analysis.coding import MICRO, Floats, Integers, Scores
from eprofessionalism_graders.cohort.analysis.counts import Counts
from eprofessionalism_graders.cohort.analysis.intervals import FEWEST, LEVEL, share
from eprofessionalism_graders.cohort.analysis.maxima import Maximum, maxima, refuse_beyond
from eprofessionalism_graders.cohort.analysis.scale import FEWEST_LEARNERS
from eprofessionalism_graders.cohort.analysis.sums import Sums, correlation, deviation, sums, total

ITEM_STATISTICS = {
    "n": "learners who answered it",
    "missing": "learners who did not",
    "n_complete": "learners who answered every item: on them rests all that relates it to other items",
    "maximum": "the points it is held to be worth; missing where none are given and nobody earned any",
    "mean": "mean score, in points",
    "sd": "standard deviation of the scores, in points",
    "facility": "mean score in percent of the maximum (0 to 100)",
    "facility_low": "lower end of its 95 % interval",
    "facility_high": "upper end of its 95 % interval",
    "item_rest": "correlation (-1 to 1) of its score with the sum of all other items",
    "discrimination_index": "the same times 100, as Moodle prints it",
    "discriminative_efficiency": "percent of the covariance with the other items that its scores could have had",
    "upper_lower": "facility among the best 27 % less that among the last 27 %, in percentage points",
    "intended_weight": "percent of the points of all items that are its own",
    "effective_weight": "percent of the spread of the totals that is its own",
    "alpha_if_dropped": "Cronbach’s alpha of the other items",
}
"""Columns of `item_statistics`."""

RELATIONS = (
    "item_rest",
    "discrimination_index",
    "discriminative_efficiency",
    "upper_lower",
    "effective_weight",
    "alpha_if_dropped",
)
"""The columns that relate an item to the others."""

TAIL = 0.27
"""The share of learners at either end whose facility is compared: Kelley's, J Educ Psychol 1939;30:17-24."""


def item_statistics(scores: Scores, maximum: Maximum = None, fewest: int = FEWEST_LEARNERS) -> pd.DataFrame:
    """Statistics of each item of a test.

    Facility, with mean and spread, rests on all who answered the item (`n`); what relates it to other items rests on
    those who answered all (`n_complete`), and is NaN for fewer than `fewest`, from whom `scale_statistics` gives no
    reliability either. An answer is never taken for zero because it is missing. Whatever is not defined (the spread of
    one answer, a correlation with what is the same for all) is NaN. Scores count to a millionth of a point.

    Notation: x the score of the item, T the total, R = T - x the rest, of P items; variances with n - 1.

    - facility: 100 mean(x) / maximum. Its interval is Wilson's (J Am Stat Assoc 1927;22:209-212) where every score is 0
      or the maximum; else Student's t interval of the mean, cut off at 0 and 100. There is none from fewer than 5
      answers, nor from partial scores that are all the same, nor where a score is below 0.
    - item_rest: corr(x, R), the item-total correlation corrected for the item's own part in the total (on corrections
      for it: Henrysson, Psychometrika 1963;28:211-218).
    - intended_weight: 100 maximum / sum of the maxima, over items whose maximum is known.
    - discrimination_index: 100 corr(x, R); discriminative_efficiency: 100 cov(x, R) / cov(sorted x, sorted R);
      effective_weight: 100 sqrt(cov(x, T)) / sum of these over items, where an item whose covariance is negative has
      none and stays out of the sum (Moodle's quiz statistics, as its source has them).
    - upper_lower: 100 (mean(x) of the upper group - mean(x) of the lower) / maximum, in Kelley's groups by T, each of
      exactly 27 % of the complete learners. T includes the item itself, so that of few items even one that has nothing
      to do with the others comes out well above 0: look at item_rest too. Where a group ends amid learners of one
      total, each of these counts with the same fraction: so the order of the rows makes no difference. There is none
      where 27 % is less than one learner.
    - alpha_if_dropped: (P - 1) / (P - 2) (1 - sum of the other items' variances / var(R)) (Cronbach, Psychometrika
      1951;16:297-334); of at least three items.

    Args:
        scores: points, learners x items (a frame or a matrix), NaN for a missing answer. Every column is an item: ids
            of learners belong into the index.
        maximum: the points an item is worth: a number for all, one a column, or by name (compared as text; those of a
            matrix are `0`, `1` …; names of other items do no harm). Without it, 1 where all scores are 0 or 1; else the
            highest score that the item was given, which makes an item look too easy whose full points nobody earned;
            and where nobody earned any, its maximum and its facility are NaN.
        fewest: complete learners below whom nothing is said of how an item goes with the others.

    Returns:
        A row an item, in the order of the columns, with the columns of `ITEM_STATISTICS`.

    Raises:
        ValueError: the scores are no matrix of finite numbers, or two items have one name; a maximum is not above 0 or
            is exceeded by a score; or an item has none.
    """
    counts = Counts.from_matrix(scores)
    refuse_beyond(counts, maxima(counts, maximum))
    return item_statistics_of(counts, maximum, fewest)


def item_statistics_of(counts: Counts, maximum: Maximum = None, fewest: int = FEWEST_LEARNERS) -> pd.DataFrame:
    """The same as `item_statistics` from a table of counts: equal to the last digit, however it was put together.

    A score may be above the maximum, as with extra credit in a gradebook: such an item has a facility without an
    interval.
    """
    worth = maxima(counts, maximum)
    answers = _by_item(counts)
    pairs = [_with_total(part) for part in answers]
    rows = [
        _facility(part, most, counts.learners) | _relations(part, both, most, counts.totals)
        for part, both, most in zip(answers, pairs, worth, strict=True)
    ]
    found = pd.DataFrame(rows, index=pd.Index(counts.items, name="item"), columns=pd.Index(ITEM_STATISTICS))
    found["intended_weight"] = _weights(worth)
    found["effective_weight"] = _weights(np.array([sqrt(both.cov) if both.cov >= 0 else np.nan for both in pairs]))
    found["alpha_if_dropped"] = _alphas(pairs)
    found["n_complete"] = counts.complete
    if counts.complete < fewest:
        found[list(RELATIONS)] = np.nan
    whole = ("n", "missing", "n_complete")
    return found.astype({name: "int64" if name in whole else "float64" for name in ITEM_STATISTICS})


class _Answers(NamedTuple):
    """The cells of one item: scores and totals in micro-points, and whether there is a total."""

    score: Integers
    total: Integers
    whole: np.ndarray[tuple[int], np.dtype[np.bool_]]
    n: Integers


def _by_item(counts: Counts) -> list[_Answers]:
    cells = counts.cells
    ends = np.searchsorted(cells["item"].cat.codes, np.arange(len(counts.items) + 1))
    score, n = cells["score"].to_numpy(), cells["n"].to_numpy()
    totals, whole = cells["total"].fillna(0).to_numpy(np.int64), cells["total"].notna().to_numpy()
    parts = (slice(start, end) for start, end in pairwise(ends))
    return [_Answers(score[part], totals[part], whole[part], n[part]) for part in parts]


def _with_total(part: _Answers) -> Sums:
    """Sums of score and total over complete learners."""
    return sums(part.n[part.whole], part.score[part.whole], part.total[part.whole])


def _facility(part: _Answers, most: float, learners: int) -> dict[str, float]:
    """How easy it is, over all who answered."""
    found = sums(part.n, part.score, part.score)
    mean = found.x / found.n / MICRO if found.n else np.nan
    sd = deviation(found.var_x, found.n) / MICRO
    percent = 100 * mean / most
    low, high = _interval(part, found, percent, most)
    return {
        "n": found.n,
        "missing": learners - found.n,
        "maximum": most,
        "mean": mean,
        "sd": sd,
        "facility": percent,
        "facility_low": low,
        "facility_high": high,
    }


def _interval(part: _Answers, found: Sums, percent: float, most: float) -> tuple[float, float]:
    """Of the facility, in percent."""
    if found.n < FEWEST or np.isnan(most):
        return np.nan, np.nan
    full = round(most * MICRO)
    if part.score.min() < 0 or part.score.max() > full:
        return np.nan, np.nan
    if np.isin(part.score, (0, full)).all():
        right = share(total(part.n[part.score == full]), found.n)
        return right.low, right.high
    if not found.var_x:
        return np.nan, np.nan
    error = deviation(found.var_x, found.n) / MICRO / most / sqrt(found.n)
    reach = 100 * float(t.ppf((1 + LEVEL) / 2, found.n - 1)) * error
    return max(percent - reach, 0.0), min(percent + reach, 100.0)


def _relations(part: _Answers, both: Sums, most: float, totals: pd.DataFrame) -> dict[str, float]:
    """How it goes with the other items, over complete learners."""
    rest = both.less()
    item_rest = correlation(rest)
    return {
        "item_rest": item_rest,
        "discrimination_index": 100 * item_rest,
        "discriminative_efficiency": _efficiency(part, rest),
        "upper_lower": _upper_lower(part, most, totals),
    }


def _efficiency(part: _Answers, rest: Sums) -> float:
    """Covariance with the rest, in percent of the greatest that the same scores could have in another order."""
    n, score = part.n[part.whole], part.score[part.whole]
    other = part.total[part.whole] - score
    by_score, by_rest = np.argsort(score, kind="stable"), np.argsort(other, kind="stable")
    ends = [np.cumsum(n[order]) for order in (by_score, by_rest)]
    cuts = np.union1d(*ends)
    x, y = (
        values[order][np.searchsorted(end, cuts)]
        for values, order, end in zip((score, other), (by_score, by_rest), ends, strict=True)
    )
    greatest = rest._replace(xy=total(np.diff(cuts, prepend=0), x, y)).cov
    return 100 * rest.cov / greatest if greatest > 0 else np.nan


def _upper_lower(part: _Answers, most: float, totals: pd.DataFrame) -> float:
    """Facility in Kelley's upper group less that in the lower, in percentage points."""
    n = totals["n"].to_numpy()
    size = TAIL * n.sum()
    if size < 1:
        return np.nan
    where = np.searchsorted(totals["total"], part.total[part.whole])
    points = (part.n[part.whole] * part.score[part.whole] / MICRO).astype(np.float64)
    above = np.cumsum(n[::-1])[::-1] - n
    below = np.cumsum(n) - n
    upper, lower = (float(points @ (np.clip(size - past, 0, n) / n)[where]) for past in (above, below))
    return float(100 * (upper - lower) / size / most)


def _weights(parts: Floats) -> Floats:
    """Each in percent of their sum; NaN stays out of it."""
    whole = np.nansum(parts)
    return 100 * parts / whole if whole > 0 else np.full(len(parts), np.nan)


def _alphas(pairs: Sequence[Sums]) -> list[float]:
    """Cronbach's alpha without each item in turn."""
    items, spread = len(pairs), sum(both.var_x for both in pairs)
    if items < 3:
        return [np.nan] * items
    factor = (items - 1) / (items - 2)
    rests = [both.less().var_y for both in pairs]
    return [
        factor * (1 - (spread - both.var_x) / rest) if rest > 0 else np.nan
        for both, rest in zip(pairs, rests, strict=True)
    ]
