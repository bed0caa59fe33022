"""How far the total of a test can be trusted: reliability and error, from a matrix of scores or a table of counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import sqrt
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import f, t

from eprofessionalism_graders.cohort.analysis.coding import MICRO, Floats, Integers, Scores, coded
from eprofessionalism_graders.cohort.analysis.counts import Counts
from eprofessionalism_graders.cohort.analysis.covariance import covariance
from eprofessionalism_graders.cohort.analysis.halves import guttman, split_half
from eprofessionalism_graders.cohort.analysis.intervals import LEVEL
from eprofessionalism_graders.cohort.analysis.omega import omega
from eprofessionalism_graders.cohort.analysis.sums import deviation, sums, total

SCALE_STATISTICS = {
    "mean": "mean total, in points; Student’s t interval",
    "sd": "standard deviation of the totals, in points",
    "min": "lowest total, in points",
    "max": "highest total, in points",
    "skew": "skewness of the totals, with the correction for small samples: below 0 with a long tail of low totals",
    "alpha": "Cronbach’s alpha; Feldt’s interval",
    "kr20": "Kuder and Richardson’s formula 20, which is alpha where every item is right or wrong; only there",
    "omega": "McDonald’s omega under a model of one factor; no interval",
    "split_half": "odd against even items by Spearman and Brown; no interval",
    "guttman": "the same halves by Guttman’s lambda 4, which does not take their spreads for equal; no interval",
    "sem": "standard error of measurement, in points; interval from alpha’s, the spread being taken as known",
}
"""Rows of `scale_statistics`."""

COLUMNS = {
    "value": "the statistic; NaN where `note` says why there is none",
    "low": "lower end of its 95 % interval, where it has one",
    "high": "upper end of its 95 % interval, where it has one",
    "n": "learners it rests on: those who answered every item",
    "note": "why there is no number, or what to beware of; empty where there is nothing to say",
}
"""Columns of `scale_statistics`."""

FEWEST_LEARNERS = 10
"""From fewer no reliability is given: our choice, as its interval would reach over most of the scale."""

FIRST_LOOK = 30
"""From fewer it has a note: this many are the least for a first look at a scale (Bujang et al, Restor Dent Endod
2024;49:e3; and, as others cite them, Johanson and Brooks, Educ Psychol Meas 2010;70:394-400)."""

FEWEST_FOR_FACTOR, LEARNERS_PER_ITEM = 50, 3
"""So many learners are commonly held the least for a factor (de Winter et al, Multivariate Behav Res 2009;44:147-181,
who show when fewer do), and so many for each item (3 to 6, as others cite Cattell, The Scientific Use of Factor
Analysis in Behavioral and Life Sciences, 1978)."""


def scale_statistics(scores: Scores, fewest: int = FEWEST_LEARNERS) -> pd.DataFrame:
    """Statistics of the total of a test, over learners who answered every item.

    Notation: P items of variances v, total T, n learners; variances with n - 1.

    - mean ± t(.975; n - 1) sd / sqrt(n) (Student 1908, Biometrika 6:1-25), sd the root of var(T).
    - skew = n sum((T - mean)³) / ((n - 1) (n - 2) sd³), the adjusted coefficient G1 of Joanes and Gill (Statistician
      1998;47:183-189).
    - alpha = P / (P - 1) (1 - sum(v) / var(T)) (Cronbach, Psychometrika 1951;16:297-334). Interval: 1 - (1 - alpha)
      F(.975), 1 - (1 - alpha) F(.025), with n - 1 and (n - 1)(P - 1) degrees of freedom (Feldt, Psychometrika
      1965;30:357-370), who takes items for a sample of many, and what learners and items leave over for normal and
      equally spread. Where items do not measure one thing in one unit, alpha is below the reliability. kr20 is the same
      for 0 and 1 (Kuder and Richardson, Psychometrika 1937;2:151-160).
    - omega: see `omega.omega`. From 50 learners and 3 an item on.
    - split_half, guttman: odd against even items, see `halves`. One split of many: where they differ much from alpha,
      items that stand near each other ask alike.
    - sem = sd sqrt(1 - alpha) (Lord and Novick, Statistical Theories of Mental Test Scores, 1968); its interval is
      that of alpha, with sd held for known.

    Args:
        scores: points, learners x items, NaN for a missing answer.
        fewest: complete learners below whom no reliability is given.

    Returns:
        A row a statistic, `SCALE_STATISTICS`, with `COLUMNS`. Nothing is raised for a scale that is ill: an alpha below
        zero has a note (of a wrong key only where its whole interval is), and no error of measurement is made of it.

    Raises:
        ValueError: the scores are no matrix of finite numbers, or two items have one name.
    """
    found = coded(scores)
    return scale_statistics_of(Counts.from_coded(found), covariance(found), fewest)


def scale_statistics_of(
    counts: Counts, covariances: Floats | None = None, fewest: int = FEWEST_LEARNERS
) -> pd.DataFrame:
    """The same as `scale_statistics` from a table of counts.

    Args:
        counts: the table.
        covariances: of the items, in squared points, over complete learners; without them omega and the halves have a
            note in place of a number, as a table of counts does not hold what they rest on.
        fewest: complete learners below whom no reliability is given.
    """
    scale = _Scale(counts, covariances, fewest)
    rows = [_Row("mean", *_mean(scale)), *_spread(scale), *_reliability(scale)]
    found = pd.DataFrame(rows).set_index("name").rename_axis("statistic")
    found.insert(3, "n", counts.complete)
    return found


class _Row(NamedTuple):
    name: str
    value: float = np.nan
    low: float = np.nan
    high: float = np.nan
    note: str = ""


@dataclass(frozen=True)
class _Scale:
    """What the rows are reckoned from."""

    counts: Counts
    covariances: Floats | None
    fewest: int

    @cached_property
    def totals(self) -> Integers:
        return self.counts.totals["total"].to_numpy()

    @cached_property
    def n(self) -> Integers:
        return self.counts.totals["n"].to_numpy()

    @cached_property
    def spread(self) -> int:
        """The variance of the total times n (n - 1), in squared micro-points."""
        return sums(self.n, self.totals, self.totals).var_x

    @cached_property
    def parts(self) -> list[int]:
        """The same of each item."""
        cells = self.counts.cells[self.counts.cells["total"].notna()]
        table = cells.groupby(["item", "score"], observed=True)["n"].sum().reset_index("score")
        items = (table.loc[[item]] for item in self.counts.items) if len(table) else ()
        return [sums(part["n"].to_numpy(), *[part["score"].to_numpy()] * 2).var_x for part in items]

    @cached_property
    def sd(self) -> float:
        return deviation(self.spread, self.counts.complete) / MICRO

    @cached_property
    def alpha(self) -> float:
        """NaN where it is not defined."""
        items = len(self.counts.items)
        return items / (items - 1) * (1 - sum(self.parts) / self.spread) if items > 1 and self.spread else np.nan

    @property
    def objection(self) -> str:
        """Why no reliability is given; empty where it is."""
        learners = self.counts.complete
        if len(self.counts.items) < 2:
            return "needs at least two items"
        if learners < max(self.fewest, 2):
            return f"needs {max(self.fewest, 2)} learners who answered everything; there are {learners}"
        return "" if self.spread else "all totals are the same"


def _mean(scale: _Scale) -> tuple[float, float, float, str]:
    learners, missing = scale.counts.complete, scale.counts.learners - scale.counts.complete
    note = f"{missing} of {scale.counts.learners} learners left something out and are not counted" if missing else ""
    if not scale.counts.items:
        return np.nan, np.nan, np.nan, "there are no items"
    if not learners:
        return np.nan, np.nan, np.nan, note or "nobody answered"
    mean = total(scale.n, scale.totals) / learners / MICRO
    reach = float(t.ppf((1 + LEVEL) / 2, learners - 1)) * scale.sd / sqrt(learners) if scale.spread else np.nan
    return mean, mean - reach, mean + reach, note


def _spread(scale: _Scale) -> Iterator[_Row]:
    learners, totals = scale.counts.complete, scale.totals / MICRO
    alone = "" if learners > 1 else "needs at least two learners"
    yield _Row("sd", scale.sd, note=alone)
    yield _Row("min", totals.min() if learners else np.nan, note="" if learners else "nobody answered")
    yield _Row("max", totals.max() if learners else np.nan, note="" if learners else "nobody answered")
    if learners < 3 or not scale.spread:
        yield _Row("skew", note="needs three learners whose totals are not all the same")
        return
    away = totals - np.average(totals, weights=scale.n)
    third = float(np.average(away**3, weights=scale.n)) / scale.sd**3
    yield _Row("skew", third * learners**2 / ((learners - 1) * (learners - 2)))


def _reliability(scale: _Scale) -> Iterator[_Row]:
    """Alpha and what rests on it or stands beside it."""
    why = scale.objection
    alpha = _Row("alpha", note=why) if why else _alpha(scale)
    yield alpha
    if _is_binary(scale.counts):
        yield alpha._replace(name="kr20")
    yield _omega(scale) if not why else _Row("omega", note=why)
    yield from _halves(scale) if not why else (_Row(name, note=why) for name in ("split_half", "guttman"))
    yield _sem(scale.sd, alpha)


def _alpha(scale: _Scale) -> _Row:
    items, learners, alpha = len(scale.counts.items), scale.counts.complete, scale.alpha
    degrees = learners - 1, (learners - 1) * (items - 1)
    low, high = (1 - (1 - alpha) * float(f.ppf(tail, *degrees)) for tail in ((1 + LEVEL) / 2, (1 - LEVEL) / 2))
    notes = [f"from {learners} learners: rough, see the interval"] if learners < FIRST_LOOK else []
    if alpha < 0:
        notes.append(f"below zero: {_AGAINST if high < 0 else 'that may be chance, as its interval is not'}")
    if same := scale.parts.count(0):
        notes.append(f"{same} of {items} items have one and the same score from everybody")
    return _Row("alpha", alpha, low, high, "; ".join(notes))


_AGAINST = "items run against each other; look for a wrong key"


def _is_binary(counts: Counts) -> bool:
    scores = counts.cells["score"]
    return bool(len(scores)) and bool(scores.isin((0, MICRO)).all())


_NO_MATRIX = "needs each learner’s answers side by side, which a table of counts does not hold"


def _omega(scale: _Scale) -> _Row:
    learners, items = scale.counts.complete, scale.counts.items
    fewest = max(FEWEST_FOR_FACTOR, LEARNERS_PER_ITEM * len(items))
    if scale.covariances is None:
        return _Row("omega", note=_NO_MATRIX)
    if learners < fewest:
        return _Row("omega", note=f"needs {fewest} learners who answered everything; there are {learners}")
    found = omega(scale.covariances)
    against = ", ".join(items[place] for place in found.against)
    return _Row("omega", found.value, note=f"runs against the other items: {against}" if against else found.note)


def _halves(scale: _Scale) -> Iterator[_Row]:
    if scale.covariances is None:
        yield from (_Row(name, note=_NO_MATRIX) for name in ("split_half", "guttman"))
        return
    both = split_half(scale.covariances)
    yield _Row("split_half", both, note="the halves do not go together" if np.isnan(both) else "")
    yield _Row("guttman", guttman(scale.covariances))


def _sem(sd: float, alpha: _Row) -> _Row:
    if np.isnan(alpha.value):
        return _Row("sem", note=alpha.note)
    if alpha.value < 0:
        return _Row("sem", note="alpha is below zero")
    value, low, high = (sd * sqrt(max(1 - part, 0)) for part in (alpha.value, alpha.high, alpha.low))
    return _Row("sem", value, low, high)
