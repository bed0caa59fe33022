"""Whether a question is harder for one group than for another of the same ability (differential item functioning).

Learners of both groups are compared within strata of about the same score. A difference in ability is no DIF, and DIF
alone is no bias: a flag is a reason to read the question with both groups in mind, and no verdict.
"""

from __future__ import annotations

from math import nan

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats
from statsmodels.stats.multitest import multipletests

from eprofessionalism_graders.cohort.analysis.intervals import Floats
from eprofessionalism_graders.cohort.analysis.strata import (
    TWO_SIDED,
    CommonOdds,
    mantel,
    mantel_haenszel,
    standardized_difference,
)

FEWEST_IN_GROUP = 50
"""Below this in either group nothing is said. It is our choice; testing agencies ask for more (on what ETS asks for:
Zwick, ETS RR-12-08, 2012). With so few only large differences can be found, which the classes' tests take care of."""

IN_BAND, MOST_BANDS = 10, 20
"""About so many learners share a band of scores, and at most so many bands there are."""

NEGLIGIBLE, LARGE, SIGNIFICANT = 1.0, 1.5, 0.05
ONE_SIDED = float(stats.norm.ppf(0.95))
"""ETS's limits of delta and of p, and how many standard errors a C lies beyond the first."""

SMALL_EFFECT, LARGE_EFFECT = 0.17, 0.25

DIF = {
    "item": "id of the question",
    "reference": "learners of the reference group who were compared",
    "focal": "learners of the focal group who were compared",
    "odds_ratio": "Mantel-Haenszel odds ratio of right answers, reference to focal; of items scored 0 or 1 alone",
    "delta": "-2.35 ln odds ratio: below 0 the question is harder for the focal group; items scored 0 or 1 alone",
    "delta_low": "lower end of delta’s 95 % interval",
    "delta_high": "its upper end",
    "difference": "mean score of the focal group less that of the reference group at the same ability, percent",
    "difference_low": "lower end of the difference’s 95 % interval",
    "difference_high": "its upper end",
    "effect": "the difference in standard deviations of the item’s score",
    "chi2": "Mantel-Haenszel (0 or 1; with continuity correction) or Mantel chi-square, one degree of freedom",
    "p": "its p-value",
    "class": "A negligible, B moderate, C large; empty where it cannot be told",
    "harder_for": "the group for which it is harder, where the class is B or C",
}
"""Columns of `dif`. Where many questions are looked at, `adjusted` says what is left of `p`."""


# ---- Classes ---------------------------------------------------------------------------------------------------------


def ets_class(delta: float, error: float, p: float) -> str:
    """ETS's class of an item scored 0 or 1.

    A: |delta| is below 1, or not significantly different from 0 (p of the Mantel-Haenszel test from 0.05). C: |delta|
    is 1.5 or more and significantly above 1 (one-sided, 0.05: |delta| - 1.645 SE > 1). B: all others. Empty for a
    delta that is not a number.

    Sources: the technical documentation of the US National Assessment of Educational Progress, which has the same rule;
    Longford, Holland & Thayer, in Holland & Wainer (eds.), Differential Item Functioning (1993), page 175, as the R
    package sirt cites it, with 1.645. On how seldom class C is reached: Zwick, ETS RR-12-08 (2012).
    """
    if np.isnan(delta):
        return ""
    size = abs(delta)
    if size < NEGLIGIBLE or p >= SIGNIFICANT:
        return "A"
    return "C" if size >= LARGE and size - ONE_SIDED * error > NEGLIGIBLE else "B"


def partial_class(effect: float, p: float) -> str:
    """The class of an item with partial credit, by a rule of large US assessments.

    A: the effect (standardized difference by the item's standard deviation) is at most 0.17, or Mantel's test is not
    significant (p from 0.05). C: it is above 0.25. B: between. Empty for an effect that is not a number.

    Sources: the source of jMetrik (`CochranMantelHaenszel`), which has the rule from South Carolina's PACT of 1999. The
    technical documentation of the National Assessment of Educational Progress too has classes AA, BB and CC for such
    items, and 0.25 as a rough limit.
    """
    if np.isnan(effect) or np.isnan(p):
        return ""
    if abs(effect) <= SMALL_EFFECT or p >= SIGNIFICANT:
        return "A"
    return "C" if abs(effect) > LARGE_EFFECT else "B"


# ---- Strata and table ------------------------------------------------------------------------------------------------


def bands(totals: Floats) -> NDArray[np.int64]:
    """Bands of about the same score, cut at quantiles: about `IN_BAND` learners in each, at most `MOST_BANDS` bands.

    Whole scores would be better with many learners; with few, and with partial credit, hardly two have the same.
    Source: Donoghue & Allen, J Educ Stat 1993;18:131-154 ("thick" matching, which in short tests did better).
    """
    count = int(np.clip(len(totals) // IN_BAND, 1, MOST_BANDS))
    limits = np.quantile(totals, np.arange(1, count) / count)
    return np.searchsorted(np.unique(limits), totals, side="right")


def dif(
    scores: pd.DataFrame,
    groups: pd.Series[str],
    reference: str,
    focal: str,
    *,
    maximum: pd.Series[float] | None = None,
    within: pd.Series[str] | None = None,
) -> pd.DataFrame:
    """DIF of every item between two groups, matched on the total score with the item in it: columns `DIF`.

    The interval of the difference, and `p`, are those of one question; of forty, two are below 0.05 by chance. So judge
    by `adjusted`, over all questions that are looked at. The difference weighs strata by the focal group, and the test
    by both: close to the limit one may find what the other does not.

    Without rows where either group has fewer than `FEWEST_IN_GROUP` learners.

    Args:
        scores: learners x items; a learner with a missing score is left out.
        groups: the group of each learner.
        reference: the group to compare with.
        focal: the group that is compared.
        maximum: the highest score of each item; without it, the highest that somebody had.
        within: what learners must share to be compared at all, such as when they took the test.
    """
    rows = scores[groups.reindex(scores.index).isin([reference, focal])].dropna()
    is_focal = (groups.reindex(rows.index) == focal).to_numpy(dtype=bool)
    if min(int(is_focal.sum()), int((~is_focal).sum())) < FEWEST_IN_GROUP:
        return pd.DataFrame(columns=pd.Index(DIF))
    strata = _strata(rows, within)
    most = (rows.max() if maximum is None else maximum.reindex(rows.columns)).replace(0, nan)
    parts = (rows / most).to_numpy(dtype=np.float64).T
    found = [_item(str(item), part, is_focal, strata) for item, part in zip(rows.columns, parts, strict=True)]
    table = pd.DataFrame(found, columns=pd.Index(DIF))
    flagged = table["class"].isin(["B", "C"])
    table["harder_for"] = np.where(flagged, np.where(table["difference"] < 0, focal, reference), "")
    return table


def adjusted(p: pd.Series[float]) -> pd.Series[float]:
    """p-values of many questions, by Benjamini and Hochberg: of those below a limit, at most that part is chance.

    The r-th smallest of m becomes min over s >= r of m p(s) / s (J R Stat Soc B 1995;57:289-300), by statsmodels'
    `multipletests`. Take all questions together that are looked at, those of several forms too. What is missing stays
    missing and counts for nothing.
    """
    found = p.astype("float64").copy()
    known = found.notna()
    if known.any():
        found[known] = multipletests(found[known], method="fdr_bh")[1]
    return found


def _strata(rows: pd.DataFrame, within: pd.Series[str] | None) -> NDArray[np.int64]:
    totals = rows.sum(axis=1).to_numpy(dtype=np.float64)
    parts = np.zeros(len(rows), dtype=np.int64) if within is None else pd.factorize(within.reindex(rows.index))[0]
    strata = np.zeros(len(rows), dtype=np.int64)
    for part in np.unique(parts):
        strata[parts == part] = part * (MOST_BANDS + 1) + bands(totals[parts == part])
    return strata


def _item(item: str, part: Floats, focal: NDArray[np.bool_], strata: NDArray[np.int64]) -> dict[str, object]:
    difference, spread = standardized_difference(part, focal, strata), float(part.std(ddof=1))
    effect = difference.value / spread if spread else nan
    whole = bool(np.isin(part, (0.0, 1.0)).all())
    odds = (
        mantel_haenszel(_tables(part, focal, strata))
        if whole
        else CommonOdds(nan, nan, nan, *mantel(part, focal, strata))
    )
    reach = TWO_SIDED * odds.error
    return {
        "item": item,
        "reference": int((~focal).sum()),
        "focal": int(focal.sum()),
        "odds_ratio": odds.odds_ratio,
        "delta": odds.delta,
        "delta_low": odds.delta - reach,
        "delta_high": odds.delta + reach,
        "difference": 100 * difference.value,
        "difference_low": 100 * difference.low,
        "difference_high": 100 * difference.high,
        "effect": effect,
        "chi2": odds.chi2,
        "p": odds.p,
        "class": ets_class(odds.delta, odds.error, odds.p) if whole else partial_class(effect, odds.p),
        "harder_for": "",
    }


def _tables(right: Floats, focal: NDArray[np.bool_], strata: NDArray[np.int64]) -> NDArray[np.float64]:
    """2 x 2 x strata: reference and focal group, right and wrong."""
    names = np.unique(strata)
    cells = [
        [[((right == score) & (focal == kind) & (strata == name)).sum() for name in names] for score in (1.0, 0.0)]
        for kind in (False, True)
    ]
    return np.array(cells, dtype=np.float64)
