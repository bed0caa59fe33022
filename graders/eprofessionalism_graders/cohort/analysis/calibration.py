"""Whether learners know what they know: how often an answer was right, by how sure its author was.

Certainty is one of three words: 1 not sure, 2 fairly sure, 3 very sure. Right is the full score, nothing less.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import t

from eprofessionalism_graders.cohort.analysis.clustered import clustered_share
from eprofessionalism_graders.cohort.analysis.intervals import FEWEST, LEVEL

NOT_SURE, FAIRLY_SURE, VERY_SURE = 1, 2, 3

MARKS: Mapping[int, tuple[int, int]] = MappingProxyType({NOT_SURE: (1, 0), FAIRLY_SURE: (2, -2), VERY_SURE: (3, -6)})
"""Certainty-based marking: what a right and a wrong answer earns at each certainty.

Sources: Gardner-Medwin AR. Confidence assessment in the teaching of basic science. ALT-J 1995;3(1):80-85; and his
chapter in Bryan C, Clegg K, eds. Innovative Assessment in Higher Education. London: Routledge; 2006:141-149. Marks and
thresholds (below 67 % not sure, above 80 % very sure) as in his abstract for a workshop of the Physiological Society,
2005.
"""

CERTAINTY = {
    "certainty": "1 not sure, 2 fairly sure, 3 very sure",
    "answers": "answers given with it",
    "learners": "learners who gave them",
    "right": "answers that earned the full score",
    "percent": "share of right answers, in percent",
    "low": "lower end of its 95 % interval over learners, in percent; missing below 5 learners",
    "high": "upper end of it",
    "gap": "percentage points by which the share is below (above: negative) where this certainty earns most",
    "mark": "mean of the certainty-based marks, from -6 to 3 an answer",
}
"""Columns of `by_certainty` and what they mean."""


class Gain(NamedTuple):
    """How much more often very sure answers were right than unsure ones, in percentage points, with a 95 % interval."""

    points: float
    low: float
    high: float


class Marks(NamedTuple):
    """Certainty-based marks, a mean an answer: as stated, and what the best use of the three words would have given."""

    stated: float
    best: float


def pays_from(certainty: int) -> float:
    """From what share of right answers on, in percent, a certainty earns at least what the one below it does.

    With marks r, w for right and wrong at this certainty and s, v at the one below, p r + (1 - p) w = p s + (1 - p) v
    gives p = (v - w) / ((v - w) + (r - s)): 67 % for fairly sure, 80 % for very sure; 0 for not sure.
    """
    if certainty == NOT_SURE:
        return 0.0
    (right, wrong), (less, lighter) = MARKS[certainty], MARKS[certainty - 1]
    return 100 * (lighter - wrong) / ((lighter - wrong) + (right - less))


def expected_mark(certainty: int, percent: float) -> float:
    """The mean certainty-based mark of answers that are right in so many percent."""
    right, wrong = MARKS[certainty]
    return (percent * right + (100 - percent) * wrong) / 100


def by_certainty(answers: pd.DataFrame) -> pd.DataFrame:
    """The share of right answers at each certainty that was stated, with an interval over learners.

    The interval is that of `clustered_share`: Wilson's with the answers counted as if independent is too narrow, as
    one learner gives several. `gap` compares the share with `pays_from`: above 0 learners were surer than they were
    right, below 0 they could have been surer.

    Args:
        answers: one row an answer, with `learner`, `certainty` (1, 2 or 3) and `right` (whether it earned all).

    Returns:
        The columns of `CERTAINTY`, one row a certainty; without answers no rows.
    """
    rows = [_level(int(str(certainty)), rows) for certainty, rows in answers.groupby("certainty")]
    return pd.DataFrame(rows, columns=list(CERTAINTY))


def _level(certainty: int, answers: pd.DataFrame) -> tuple[float, ...]:
    own = answers.groupby("learner", observed=True)["right"].agg(["sum", "count"]).astype("float64")
    share = clustered_share(own["sum"], own["count"])
    right = int(own["sum"].sum())
    mark = expected_mark(certainty, share.percent)
    return certainty, len(answers), len(own), right, *share, gap(certainty, share.percent), mark


def gap(certainty: int, percent: float) -> float:
    """Percentage points between a share of right answers and the nearest share at which the certainty earns most.

    Above 0: surer than right; below 0: less sure than right; 0: between the two thresholds.
    """
    highest = pays_from(certainty + 1) if certainty < VERY_SURE else 100.0
    return max(pays_from(certainty) - percent, 0.0) + min(highest - percent, 0.0)


def sureness_gain(answers: pd.DataFrame) -> Gain | None:
    """How much more often very sure answers were right than unsure ones; None for fewer than 5 learners at either.

    The difference d = R3 - R1 of two shares of the same learners. Its variance is n / (n - 1) · sum(e²) with each
    learner's e = (y3 - R3 x3) / X3 - (y1 - R1 x1) / X1, where y are right answers, x answers and X all learners'
    answers (linearisation of a difference of ratios, as in `clustered`; the cluster-robust variance of the slope
    in a regression on the certainty, Liang KY, Zeger SL. Biometrika 1986;73:13-22). The interval is Student's t with
    n - 1 degrees of freedom.

    Args:
        answers: as in `by_certainty`.
    """
    levels = [NOT_SURE, VERY_SURE]
    extremes = answers[answers["certainty"].isin(levels)]
    own = extremes.groupby(["learner", "certainty"], observed=True)["right"].agg(["sum", "count"]).astype("float64")
    right, asked = (own[part].unstack("certainty").reindex(columns=levels).fillna(0.0) for part in ("sum", "count"))
    if (asked > 0).sum().min() < FEWEST:
        return None
    shares = right.sum() / asked.sum()
    parts = (right - shares * asked) / asked.sum()
    spread = (parts[VERY_SURE] - parts[NOT_SURE]).to_numpy()
    learners = len(spread)
    reach = float(t.ppf((1 + LEVEL) / 2, learners - 1)) * sqrt(learners / (learners - 1) * float((spread**2).sum()))
    points = float(shares[VERY_SURE] - shares[NOT_SURE])
    return Gain(100 * points, 100 * (points - reach), 100 * (points + reach))


def certainty_marks(levels: pd.DataFrame) -> Marks | None:
    """The mean certainty-based mark an answer, and what the best use of the same three words would have given.

    The best is, at each certainty, the mark of whichever certainty pays most for the share that was right there.

    Args:
        levels: as `by_certainty` gives them; None where it has no rows.
    """
    total = int(levels["answers"].sum())
    if not total:
        return None
    stated = float((levels["mark"] * levels["answers"]).sum()) / total
    best = [max(expected_mark(level, percent) for level in MARKS) for percent in levels["percent"]]
    return Marks(stated, float((np.asarray(best) * levels["answers"]).sum()) / total)


def surely_wrong(answers: pd.DataFrame, wrong: float) -> pd.DataFrame:
    """The answers that were very sure and earned less than this part of their points.

    Args:
        answers: one row an answer, with `certainty` and `score` (0 to 1).
        wrong: below this score an answer is called wrong.
    """
    return answers[((answers["certainty"] == VERY_SURE) & (answers["score"] < wrong)).fillna(False)]
