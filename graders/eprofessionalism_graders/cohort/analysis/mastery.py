"""How much of the points learners earned on what a question is about: a clause, a topic or a source."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from eprofessionalism_graders.cohort.analysis.clustered import clustered_share
from eprofessionalism_graders.cohort.chance import is_clearly_lower

MASTERY = {
    "unit": "what the questions are about",
    "percent": "points earned in all answers, in percent of what they could earn",
    "low": "lower end of the 95 % interval, in percent; missing below 5 learners",
    "high": "upper end of it",
    "learners": "learners who gave these answers",
    "questions": "questions they answered",
    "answers": "answers",
}
"""Columns of `mastery` and what they mean."""


def mastery(answers: pd.DataFrame) -> pd.DataFrame:
    """Percent of the points of all answers by unit, the lowest first, with an interval over learners.

    Percent = 100 · sum of points / sum of the points that could be earned, over all answers to questions on the unit.
    The interval is that of `clustered_share`: one learner gives several answers, so the learners are the sample. It
    says how far the percentage would differ for other learners of this kind, not for other questions on the unit.

    Args:
        answers: one row an answer and unit, with `learner`, `item`, `unit`, `points` and `max_points` (above 0). An
            answer to a question on two units has two rows.

    Returns:
        The columns of `MASTERY`; without answers no rows.
    """
    sums = _own_sums(answers)
    shares = {unit: clustered_share(own["points"], own["max_points"]) for unit, own in sums.groupby("unit")}
    counts = answers.groupby("unit", observed=True).agg(
        learners=("learner", "nunique"), questions=("item", "nunique"), answers=("item", "size")
    )
    rows = [(str(unit), *share, *map(int, counts.loc[unit])) for unit, share in shares.items()]
    frame = pd.DataFrame(rows, columns=list(MASTERY))
    return frame.sort_values(["percent", "unit"], ignore_index=True)


def _own_sums(answers: pd.DataFrame) -> pd.DataFrame:
    """What each learner earned and could have earned on each unit."""
    sums = answers.groupby(["unit", "learner"], observed=True, as_index=False)[["points", "max_points"]].sum()
    return sums.astype({"points": "float64", "max_points": "float64"})


def own_percents(answers: pd.DataFrame) -> dict[str, dict[str, float]]:
    """By unit, each learner's own percent of the points.

    Args:
        answers: as in `mastery`.
    """
    sums = _own_sums(answers)
    percents = 100 * sums["points"] / sums["max_points"]
    found: dict[str, dict[str, float]] = {}
    for unit, learner, percent in zip(sums["unit"], sums["learner"], percents, strict=True):
        found.setdefault(str(unit), {})[str(learner)] = float(percent)
    return found


def clearly_lowest(answers: pd.DataFrame, order: Sequence[str]) -> str | None:
    """The first of some units, if learners did clearly worse on it than on the second; else None.

    Clearly is the rule of `chance.is_clearly_lower` on learners' own percents: the mean of the paired differences, over
    learners who have both, lies more than two standard errors above 0. A rule for a sentence, not a test.

    Args:
        answers: as in `mastery`.
        order: two units or more, the least mastered first, those that rest on few questions left out.
    """
    if len(order) < 2:
        return None
    own = own_percents(answers[answers["unit"].isin(order[:2])])
    return order[0] if is_clearly_lower(own.get(order[0], {}), own.get(order[1], {})) else None
