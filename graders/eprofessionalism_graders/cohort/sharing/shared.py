"""The numbers that may be handed on: each has gone through `privacy`, and the shared page sees nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from eprofessionalism_graders.cohort import figures, privacy
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.sharing import choices, outcome
from eprofessionalism_graders.cohort.sharing.choices import Case
from eprofessionalism_graders.cohort.sharing.outcome import Learning, Line
from eprofessionalism_graders.cohort.summary import Assessment, Completion, Summary

TOO_SMALL = "This group is too small for its results to be shared"
"""What a cohort is told that is too small for anything, however far it is."""

UNDER_WAY = "The group is under way with the course"

PASSED = "passed the test after the course at the first attempt"


@dataclass(frozen=True, slots=True)
class Distribution:
    """The test after the course in bins, as (from, to, share of all learners).

    `without` is the share without a result; None where they are too few and count in the lowest bin.
    """

    bins: tuple[tuple[float, float, int], ...]
    without: int | None


@dataclass(frozen=True, slots=True)
class Test:
    """What may be said of the test. `passed` is a sentence; an empty field is one that may not be shown."""

    passed: str = ""
    distribution: Distribution | None = None
    learning: Learning | None = None
    groups: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Shared:
    """What the page to hand on may say.

    `learners` is None for a cohort smaller than `smallest`: of it nothing is said but what it chose as a whole.
    """

    smallest: int
    learners: int | None
    finished: str
    test: Test
    pass_mark: float
    sureness: tuple[Line, ...]
    cases: tuple[Case, ...]

    @property
    def is_open(self) -> bool:
        """Whether anything at all is shown of what was chosen."""
        return any(case.is_open for case in self.cases)


def share(results: Results, smallest: int) -> Shared:
    """Reduce a cohort's numbers to those that tell on nobody."""
    summary, total = results.summary, results.summary.overall.total
    small = total < smallest
    return Shared(
        smallest=smallest,
        learners=None if small else total,
        finished=finished(summary.overall, smallest),
        test=Test() if small else _test(results, smallest),
        pass_mark=results.pass_mark,
        sureness=() if small else tuple(_sureness(summary, smallest)),
        cases=choices.cases(summary, smallest),
    )


def finished(overall: Completion, smallest: int) -> str:
    """How far the cohort is, as a bound. Of a small cohort it is said neither how far it is nor that anybody is."""
    if overall.total < min(smallest, privacy.SMALLEST_COHORT):
        return TOO_SMALL
    if overall.total >= smallest:
        said = privacy.bounded(overall.complete, overall.total, overall.total, smallest)
        if said:
            return f"{_counted(said, overall.total)} have finished the course"
    return UNDER_WAY


def _test(results: Results, smallest: int) -> Test:
    assessment, total = results.summary.assessment, results.summary.overall.total
    if assessment is None:
        return Test()
    bins = distribution(assessment, total, smallest)
    said = Test(passed(assessment, total, smallest), bins)
    if not privacy.is_free(assessment.percents, _edges(assessment, bins), smallest):
        return said
    return Test(
        said.passed,
        bins,
        outcome.learning(results, smallest),
        outcome.by_group(results, smallest),
    )


def passed(assessment: Assessment, total: int, smallest: int) -> str:
    """How many of all learners passed at the first attempt: a share where it tells on nobody, else a bound.

    Never exact, beside a bound on who finished. Of second attempts nothing is said: few take one.
    """
    answers = len(assessment.percents)
    found = privacy.shown_choice(assessment.reached, answers, total, smallest)
    if found is not None:
        return f"About {privacy.share_of(found, total)}% of all {total} {PASSED}"
    said = privacy.bounded(assessment.reached, answers, total, smallest)
    return f"{_counted(said, total)} {PASSED}" if said else ""


def _counted(said: tuple[str, int], total: int) -> str:
    how, count = said
    return f"{how.capitalize()} {count} of {total} learners"


def distribution(assessment: Assessment, total: int, smallest: int) -> Distribution | None:
    """The whole cohort in bins widened until each has enough learners with a result; one alone says nothing.

    Those without a result stand before the lowest bin, or in it where they are few and it hides how few.
    """
    edges = figures.edges(assessment.pass_mark)
    counts = figures.histogram(assessment.percents, edges)
    cut = edges.index(assessment.pass_mark)
    if sum(counts[cut:]) != assessment.reached:  # a pass mark of 100 has no bin of its own
        return None
    merged, none = privacy.merged_bins(counts, cut, smallest), total - len(assessment.percents)
    apart = none >= smallest
    if len(merged) < 2 or not (apart or merged[0][2] + none >= smallest + privacy.room(smallest) - 1):
        return None
    held = [count for _, _, count in merged]
    held[0] += 0 if apart else none
    bins = [
        (edges[first], edges[last], privacy.share_of(count, total))
        for (first, last, _), count in zip(merged, held, strict=True)
    ]
    return Distribution(tuple(bins), privacy.share_of(none, total) if apart else None)


def _edges(assessment: Assessment, found: Distribution | None) -> list[float]:
    """Between which results a reader knows how many there are: the bins that are shown, else the pass mark."""
    bins = found.bins if found else ((0.0, assessment.pass_mark, 0), (assessment.pass_mark, 100.0, 0))
    return sorted({0.0, 100.0, *(low for low, _, _ in bins)})


def _sureness(summary: Summary, smallest: int) -> Iterator[Line]:
    total, spare = summary.overall.total, privacy.room(smallest) - 1
    for level in summary.sureness:
        # Answers are not people: what one learner had wrong four times is one learner's result.
        if privacy.is_enough(min(level.learners_right, level.learners_wrong), total, smallest, spare):
            yield Line(level.word, privacy.Mean(privacy.rounded(level.percent)))
