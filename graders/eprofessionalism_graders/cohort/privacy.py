"""What may be handed on: no result of a small group, and none that a reader could compute from what is shown.

The rules, after the practice that the US National Center for Education Statistics collected from the states (NCES
2011-603: minimums run from 5 to 30, most often 10):

- a share is of the whole cohort, whose size is known, and is shown only when it and what is left of the cohort both
  reach `SMALLEST_GROUP` (a share of those with a result would, by its rounding, tell how many have none);
- of shares that add up to the whole, further ones are hidden until what is hidden together reaches it as well;
- a count that is said in words is a bound, and stands for that many numbers or more: exact counts could be subtracted;
- a hidden count may be 0: that nobody chose something is a result like any other;
- a mean needs that many learners, and so many questions that it is no count in disguise; it is rounded to 5 percent.
"""

from __future__ import annotations

from collections.abc import Sequence

SMALLEST_GROUP = 11
"""The size a group must have to be shown: groups of 1 to 10 are hidden. The one place to change it."""

FEWEST_QUESTIONS = 3
"""A mean over fewer questions could be turned back into how many learners had one of them right."""

STEP = 5
"""Shared percentages are rounded to this, and end at `STEP` and `100 - STEP`: “all” and “nobody” tell on everybody."""


def shown_counts(counts: Sequence[int], smallest: int = SMALLEST_GROUP) -> list[int | None]:
    """Counts of one whole, each learner in one of them, with None for what is hidden.

    Afterwards nothing is hidden, or at least two counts are and together they hold `smallest` learners or more; so no
    hidden count follows from the total and the others.
    """
    if all(count >= smallest for count in counts):
        return list(counts)
    order = sorted(range(len(counts)), key=lambda index: counts[index])
    hidden: set[int] = set()
    for index in order:
        enough = len(hidden) >= 2 and sum(counts[i] for i in hidden) >= smallest
        if counts[index] >= smallest and enough:
            break
        hidden.add(index)
    return [None if index in hidden else count for index, count in enumerate(counts)]


def shown_part(count: int, total: int, smallest: int = SMALLEST_GROUP) -> int | None:
    """A count beside its known total, or None where it or what is left is too small."""
    return shown_counts([count, total - count], smallest)[0]


def bounded(count: int, total: int, smallest: int = SMALLEST_GROUP) -> tuple[str, int] | None:
    """A count as it may be said in words: (`at least`, n), (`at most`, n), or None where the total has no room for two.

    The bounds go down from the total in steps of `smallest`, so that each stands for as many counts or more.
    """
    ranges = (total + 1) // smallest
    if ranges < 2:
        return None
    down = (total - count) // smallest
    if down >= ranges - 1:
        return ("at most", total - smallest * (ranges - 1))
    return ("at least", total - smallest * (down + 1) + 1)


def rounded(percent: float) -> int:
    """A percentage as it is shared: in steps of `STEP`, never quite 0 or 100."""
    step = STEP * round(percent / STEP)
    return min(max(step, STEP), 100 - STEP)


def shown_mean(percent: float, learners: int, questions: int, smallest: int = SMALLEST_GROUP) -> int | None:
    """A mean percentage as it is shared, or None where too few learners or questions stand behind it."""
    if learners < smallest or questions < FEWEST_QUESTIONS:
        return None
    return rounded(percent)


def shown_share(count: int, total: int, smallest: int = SMALLEST_GROUP) -> int | None:
    """A share of learners as it is shared, or None where either side of it is too small."""
    return None if shown_part(count, total, smallest) is None else rounded(100 * count / total)


def shown_groups(sizes: Sequence[int], smallest: int = SMALLEST_GROUP) -> list[bool]:
    """Which groups of a cohort may have a line of their own, given their sizes."""
    return [size is not None for size in shown_counts(sizes, smallest)]


def merged_bins(counts: Sequence[int], cut: int, smallest: int = SMALLEST_GROUP) -> list[tuple[int, int, int]]:
    """Neighbouring bins of a distribution taken together until each holds enough, as (first, last + 1, count).

    Nothing is left over: what is too small at the end joins the bin before it. Empty when all together are too few.
    No bin reaches over `cut`, the index of the first bin above the pass mark, if either side of it holds enough: then
    the share that passed is a sum of bins, and nothing small lies between the two.
    """
    if min(sum(counts[:cut]), sum(counts[cut:])) < smallest:
        return _merged(counts, smallest)
    above = ((first + cut, last + cut, held) for first, last, held in _merged(counts[cut:], smallest))
    return [*_merged(counts[:cut], smallest), *above]


def _merged(counts: Sequence[int], smallest: int) -> list[tuple[int, int, int]]:
    bins: list[tuple[int, int, int]] = []
    start, held = 0, 0
    for index, count in enumerate(counts):
        held += count
        if held >= smallest:
            bins.append((start, index + 1, held))
            start, held = index + 1, 0
    if bins and start < len(counts):
        first, _, before = bins.pop()
        bins.append((first, len(counts), before + held))
    return bins
