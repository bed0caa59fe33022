"""What may be handed on: no result of a small group, and none that a reader could compute from what is shown.

The rules, after the practice that the US National Center for Education Statistics collected from the states (NCES
2011-603: minimums run from 5 to 30, most often 10). The reader is taken to know the size of the cohort, who has handed
in, and these rules.

- A share is of the whole cohort, and is shown only where it and what is left both reach `SMALLEST_GROUP`. Of shares
  that add up, further ones are hidden until those who are hidden together reach it as well, with those who did not
  answer left out of account: who these are may be known.
- Where one share holds another, what lies between them reaches `SMALLEST_GROUP`, and so does the rest of what it is a
  part of: of those who took a second attempt, who passed and who did not.
- Whatever is hidden could be any of `room` numbers or more, with what is shown beside it.
- A count that is said in words is a bound, and stands for more than `SMALLEST_GROUP` numbers.
- What most chose is said without a number, and of ties the first: it is true of many counts, and never of one alone,
  even for two learners who put their own answers together. That enough have answered is said with it.
- A mean is that of at least half of the cohort, over enough questions that it is no count in disguise; it is rounded
  to 5 percent, and its ends are open (“85 % or more”) where an end would leave too few anything to have lost. It is
  rounded to whole percents where so many stand behind it that a few of them are lost in the rounding all the same.
- A difference of two means is rounded like them, and its ends are open.
- A hidden count may be 0, and a shown share is never of everybody: that nobody or everybody did something is a result
  like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Literal

SMALLEST_GROUP = 11
"""The size a group must have to be shown: groups of 1 to 10 are hidden. The one place to change it."""

SMALLEST_COHORT = 8
"""A cohort from this size on is told what it chose most, as a whole and without numbers."""

FEWEST_ANSWERS = 7
"""What fewer have chosen is not what the group has chosen; and of so many, no two can tell what a third one chose.

More than half of n answers, with neither of k learners among them, are those of all others if n // 2 + 1 >= n - k. Two
learners know more of 6, and three of 8.
"""

FEWEST_QUESTIONS = 3
"""A mean over fewer questions could be turned back into how many learners had one of them right."""

STEP = 5
"""Shared percentages are rounded to this, and end at `STEP` and `100 - STEP`: “all” and “nobody” tell on everybody."""

MOST_GAIN = 25
"""A difference of two means, in points of percent, is not told from a larger one beyond this."""


def room(smallest: int = SMALLEST_GROUP) -> int:
    """So many different numbers, at least, could stand where something is hidden: half of the smallest group."""
    return (smallest + 1) // 2


# ---- Shares ----------------------------------------------------------------------------------------------------------


def shown_counts(counts: Sequence[int], smallest: int = SMALLEST_GROUP) -> list[int | None]:
    """Counts of one whole, each learner in one of them, with None for what is hidden: the small ones, and more.

    Afterwards nothing is hidden, or at least two counts are and together they hold `smallest` learners or more: what is
    said of the others and of all says nothing of fewer.
    """
    if all(count >= smallest for count in counts):
        return list(counts)
    hidden: set[int] = set()
    for index in sorted(range(len(counts)), key=lambda index: counts[index]):
        enough = len(hidden) >= 2 and sum(counts[i] for i in hidden) >= smallest
        if counts[index] >= smallest and enough:
            break
        hidden.add(index)
    return [None if index in hidden else count for index, count in enumerate(counts)]


def shown_options(
    counts: Sequence[int], total: int, smallest: int = SMALLEST_GROUP, right: int | None = None
) -> list[int | None]:
    """How many chose each option, where one can choose one alone, with None for what is hidden.

    The small options are hidden. One or two of them take the next large one along, as printed and the right one last of
    all; where there is none, but few did not answer, the last two that are not right are hidden: which of them go along
    says nothing of what was chosen. And all are hidden where a reader could do the sum: who knows what is shown, and
    perhaps how many did not answer, is left with `room` numbers for each small group, with 0 or numbers that are not
    small among them; and together those who are hidden are never few.

    Args:
        counts: by option.
        total: all learners.
        smallest: the size a group must have to be shown.
        right: the place of the option that is right; without the share of it the others lead astray, so it goes along
            only where nothing else can.
    """
    small, none = [index for index, count in enumerate(counts) if count < smallest], total - sum(counts)
    if not small and none >= smallest:
        return list(counts)
    hidden = _hidden(small, len(counts), right)
    held = sum(counts[index] for index in hidden)
    if not _hides(len(small), held, none, smallest):
        return [None] * len(counts)
    return [None if index in hidden else count for index, count in enumerate(counts)]


def _hidden(small: Sequence[int], options: int, right: int | None) -> list[int]:
    """Which options are hidden, given the small ones."""
    if len(small) > 2:
        return list(small)
    if not small:
        return sorted(sorted(range(options), key=lambda index: index != right)[-2:])
    after = [(small[-1] + step) % options for step in range(1, options)]
    large = sorted((index for index in after if index not in small), key=lambda index: index == right)
    return [*small, *large[:1]]


def _hides(small: int, held: int, none: int, smallest: int) -> bool:
    """Whether hidden options hide each other and those who did not answer.

    Args:
        small: how many of the hidden options are small: none of two, all but one, or all.
        held: how many chose any of the hidden options.
        none: how many did not answer.
        smallest: the size a group must have to be shown.
    """
    spare, rest = room(smallest) - 1, held + none
    if small == 0:
        return rest >= 2 * smallest + spare
    if small <= 2:
        return held >= smallest + spare and rest >= smallest + 2 * spare
    most = (small - 1) * (smallest - 1)
    wide = min(most, rest) - smallest >= spare
    return smallest <= held <= most and wide and (rest <= most or rest - smallest >= smallest)


def shown_choice(count: int, answers: int, total: int, smallest: int = SMALLEST_GROUP) -> int | None:
    """How many of `answers` did something, or None where it or what is left is small, of them or of all.

    What is left of all hides how many did not answer.
    """
    hides = total - count >= smallest + room(smallest) - 1
    return count if hides and min(count, answers - count) >= smallest else None


def share_of(count: int, total: int) -> int:
    """A count as a rounded share of a whole."""
    return rounded(100 * count / total)


def rounded(percent: float) -> int:
    """A percentage as it is shared: in steps of `STEP`, never quite 0 or 100."""
    step = STEP * round(percent / STEP)
    return min(max(step, STEP), 100 - STEP)


def shown_groups(sizes: Sequence[int], smallest: int = SMALLEST_GROUP) -> list[bool]:
    """Which groups of a cohort may have a line of their own, given their sizes."""
    return [size is not None for size in shown_counts(sizes, smallest)]


# ---- Words -----------------------------------------------------------------------------------------------------------


def bounded(count: int, answers: int, total: int, smallest: int = SMALLEST_GROUP) -> tuple[str, int] | None:
    """A count as it may be said in words: (`at least`, n) or (`at most`, n); None where too few have answered.

    The bounds go up from half of the total in steps of `smallest`, as long as so many or more are left above them, of
    those who have answered: what is said of the others must not be that they are few.

    Args:
        count: of those who have answered.
        answers: who these are may be known.
        total: all.
        smallest: the size a group must have to be shown.
    """
    half = total // 2
    free = answers - half - 1 - smallest
    if free < 0 or half < smallest:
        return None
    if count <= half:
        return ("at most", half)
    step = min(count - half - 1, free) // smallest
    return ("at least", half + 1 + step * smallest)


def is_enough(behind: int, total: int, fewest: int, spare: int) -> bool:
    """Whether something is of so many that it may stand for the cohort: half of it, and `fewest` or more.

    Never where this would say that nearly everybody has a result: `spare` learners of the cohort, or more, could be
    without one.
    """
    needed = max(fewest, (total + 1) // 2)
    return behind >= needed and total - needed >= spare


def may_choose(answers: int, total: int) -> bool:
    """Whether it may be said what a cohort chose most, given how many of it have answered."""
    return is_enough(answers, total, FEWEST_ANSWERS, SMALLEST_COHORT - FEWEST_ANSWERS)


def most(counts: Sequence[int]) -> int:
    """The place of the largest count: of several, the first, so that a tie is not told from a majority."""
    return max(range(len(counts)), key=lambda index: (counts[index], -index))


# ---- Means -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean percentage as it is shared. `end` is set where it only says on which side of `percent` the mean is."""

    percent: int
    end: Literal["", "or more", "or less"] = ""

    def __str__(self) -> str:
        """As a reader sees it, such as `75%` or `85% or more`."""
        return f"{self.percent}% {self.end}".strip()


def shown_mean(
    percent: float, learners: int, total: int, questions: int, smallest: int = SMALLEST_GROUP, step: int = STEP
) -> Mean | None:
    """A mean percentage as it is shared, or None where too few learners or questions stand behind it.

    Args:
        percent: the mean.
        learners: who stand behind it.
        total: the cohort, or the group of it, that is meant; its size is known.
        questions: how many questions the mean is over.
        smallest: the size a group must have to be shown.
        step: to how many percent it is rounded: 1 only where `step_of` allows it.
    """
    if questions < FEWEST_QUESTIONS or not is_enough(learners, total, smallest, room(smallest) - 1):
        return None
    high, shown = highest(total, smallest), step * round(percent / step)
    if shown >= high:
        return Mean(high, "or more")
    return Mean(100 - high, "or less") if shown <= 100 - high else Mean(shown)


def shown_gain(points: float, learners: int, total: int, questions: int, smallest: int = SMALLEST_GROUP) -> int | None:
    """A difference of two means as it is shared, in points of percent; ± `MOST_GAIN` stands for all beyond it.

    Args:
        points: the difference.
        learners: who stand behind both means.
        total: the cohort.
        questions: how many questions each mean is over.
        smallest: the size a group must have to be shown.
    """
    if shown_mean(50, learners, total, questions, smallest) is None:
        return None
    return min(max(STEP * round(points / STEP), -MOST_GAIN), MOST_GAIN)


def smallest_for_numbers(smallest: int = SMALLEST_GROUP) -> int:
    """The size from which on there may be a mean of a cohort, and so any number: see `is_enough`."""
    return smallest + room(smallest) - 1


def step_of(learners: int, total: int, smallest: int = SMALLEST_GROUP) -> int:
    """To how many percent a mean of so many learners of a cohort may be rounded: 1 or `STEP`.

    To 1 only where `room` counts of learners who have lost a third of the points, from 0 up, lie within one percent:
    the same freedom that `highest` leaves at the ends. With 11 as the smallest group it takes 167 learners. That they
    are so many must not say that nearly everybody has a result.
    """
    return 1 if is_enough(learners, total, ceil(100 * _thirds(smallest)), room(smallest) - 1) else STEP


def _thirds(smallest: int) -> float:
    """What `room` counts of learners, from 0 up, can have lost: a third of the points each, as 1 for all the points."""
    return (room(smallest) - 1) / FEWEST_QUESTIONS


def highest(total: int, smallest: int = SMALLEST_GROUP) -> int:
    """Where the shared means of a cohort end.

    Behind a mean that is rounded to this there is room for `room` counts of learners, from 0 up, who have lost a third
    of the points: one of three questions, or the pass mark. `100 - highest` is the same at the other end.
    """
    behind = max(smallest, (total + 1) // 2)
    lost = 100 * _thirds(smallest) / behind
    return min(int((100 + STEP / 2 - lost) // STEP) * STEP, 100 - STEP)


def is_free(percents: Sequence[float], edges: Sequence[float], smallest: int = SMALLEST_GROUP) -> bool:
    """Whether results within known bins leave their mean free: enough of them could be higher, and enough lower.

    Where all stood at the upper ends of their bins, the mean would tell so, and with it every single result.

    Args:
        percents: the results.
        edges: of the bins, from 0 to 100; a result on an edge is in the bin above it.
        smallest: how many have to be free on either side.
    """
    higher = _counted(
        percents, lambda percent: percent + STEP <= 100 and _bin(percent + STEP, edges) == _bin(percent, edges)
    )
    lower = _counted(
        percents, lambda percent: percent - STEP >= 0 and _bin(percent - STEP, edges) == _bin(percent, edges)
    )
    return min(higher, lower) >= smallest


def _bin(percent: float, edges: Sequence[float]) -> int:
    return sum(percent >= edge - 1e-9 for edge in edges[:-1])


def _counted(percents: Sequence[float], holds: Callable[[float], bool]) -> int:
    return sum(map(holds, percents))


# ---- Distributions ---------------------------------------------------------------------------------------------------


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
