"""What may be handed on of the test: before and after, and by group. All of it is means, and none by question.

What is known of each guideline stays in the director's report: questions rest on several guidelines, so to hold against
a reader who computes each would have to count under one, and the two pages would contradict each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from eprofessionalism_graders.cohort import privacy
from eprofessionalism_graders.cohort.analysis import learning as analysis
from eprofessionalism_graders.cohort.privacy import Mean
from eprofessionalism_graders.cohort.results import Results

BALANCED = 0.4
"""Of those who took both tests, the part that must have begun with either form: else the forms and not the learners may
have changed."""


@dataclass(frozen=True, slots=True)
class Line:
    """A mean under its name."""

    name: str
    mean: Mean


@dataclass(frozen=True, slots=True)
class Learning:
    """What changed for those who took the test both before the course and after it.

    Args:
        before: the mean, and so `after`; None where a mean may only be shown in steps so wide that two of them would
            make another gain of it.
        after: as `before`.
        gain: the difference of the means in points of percent, as in `privacy.shown_gain`, where they are not shown.
    """

    before: Mean | None = None
    after: Mean | None = None
    gain: int | None = None


def learning(results: Results, smallest: int) -> Learning | None:
    """What the director's report says of before and after, as it may be shared: both means, or else what lies between.

    None where too few took both, or where one form was nearly everybody's first.
    """
    learners, total, questions = results.tables.learners, results.summary.overall.total, _questions(results)
    scores = learners.set_index("learner")
    both = scores[scores["pre_percent"].notna() & scores["post_percent"].notna()]
    if not _is_balanced(both["pre_form"]):
        return None
    pairs = analysis.paired(both["pre_percent"], both["post_percent"], both["pre_form"]).pairs()
    step = privacy.step_of(_alike(both["pre_form"]), total, smallest)
    if step == privacy.STEP:
        gain = privacy.shown_gain(float(analysis.gain(pairs)), len(both), total, questions, smallest)
        return None if gain is None else Learning(gain=gain)
    before, after = (
        privacy.shown_mean(float(mean(pairs)), len(both), total, questions, smallest, step)
        for mean in (analysis.before_mean, analysis.after_mean)
    )
    return Learning(before, after) if before and after else None


def _is_balanced(forms: pd.Series[str]) -> bool:
    counts = forms.value_counts()
    return len(counts) > 1 and counts.min() >= BALANCED * counts.sum()


def _alike(forms: pd.Series[str]) -> int:
    """Behind how many the means stand where either order of the forms counts alike: no learner counts for more."""
    return len(counts := forms.value_counts()) * int(counts.min())


def _questions(results: Results) -> int:
    """How many questions the shortest form of the test has that are scored by rule."""
    tests = [bank for bank in results.banks.values() if bank.is_test]
    return min((sum(item.assessment and not item.is_text for item in bank.items.values()) for bank in tests), default=0)


def by_group(results: Results, smallest: int) -> tuple[Line, ...]:
    """Means of the test after the course by group, of two groups or more whose means may be shown in whole percents.

    In steps of five a difference of 3 points could look like 5, or like none.
    """
    found = tuple(_groups(results, smallest))
    return found if len(found) > 1 else ()


def _groups(results: Results, smallest: int) -> Iterator[Line]:
    groups, test = results.summary.groups, results.summary.assessment
    sizes = [group.with_result for group in groups]
    rest = (len(test.percents) if test else 0) - sum(sizes)
    shown = privacy.shown_groups([*sizes, rest] if rest > 0 else sizes, smallest)
    questions = _questions(results)
    for group, visible in zip(groups, shown, strict=False):
        behind, total = group.with_result, group.learners
        if visible and privacy.step_of(behind, total, smallest) == 1:
            mean = privacy.shown_mean(group.mean or 0, behind, total, questions, smallest, step=1)
            if mean:
                yield Line(group.name, mean)
