"""The numbers that may be handed on: each has gone through `privacy`, and the shared page sees nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from eprofessionalism.answers import CERTAINTY
from eprofessionalism_graders.cohort import figures, privacy
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.sections.sureness import BEST, stated
from eprofessionalism_graders.cohort.sharing import choices, outcome
from eprofessionalism_graders.cohort.sharing.choices import Case
from eprofessionalism_graders.cohort.sharing.outcome import Learning, Line
from eprofessionalism_graders.cohort.summary import Assessment, Completion

TOO_SMALL = "This group is too small for its results to be shared"
"""What a cohort is told that is too small for anything, however far it is."""

UNDER_WAY = "The group is under way with the course"

OVER = "The due date has passed; how many have finished is not shown for a group of this size"

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
    """What may be said of the test; an empty field is one that may not be shown.

    `passed` is a sentence on the first attempt; `passed_by_now` is the share of all learners who have passed at one of
    two attempts.
    """

    passed: str = ""
    passed_by_now: int | None = None
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

    @property
    def has_bounds(self) -> bool:
        """Whether a count is shown as a bound."""
        return any(said.startswith(("At least", "At most")) for said in (self.finished, self.test.passed))

    @property
    def has_results(self) -> bool:
        """Whether any number is shown other than what was chosen or said of the course."""
        return self.has_bounds or bool(self.sureness) or self.test != Test()


def share(results: Results, smallest: int, due: datetime | None = None) -> Shared:
    """Reduce a cohort's numbers to those that tell on nobody; `due` is when the course is to be finished."""
    summary, total = results.summary, results.summary.overall.total
    small = total < smallest
    return Shared(
        smallest=smallest,
        learners=None if small else total,
        finished=finished(summary.overall, smallest, due),
        test=Test() if small else _test(results, smallest),
        pass_mark=results.pass_mark,
        sureness=() if small else tuple(_sureness(results, smallest)),
        cases=choices.cases(summary, smallest),
    )


def finished(overall: Completion, smallest: int, due: datetime | None = None) -> str:
    """How far the cohort is, as a bound. Of a small cohort it is said neither how far it is nor that anybody is."""
    if overall.total < min(smallest, privacy.SMALLEST_COHORT):
        return TOO_SMALL
    if overall.total >= smallest:
        said = privacy.bounded(overall.complete, overall.total, overall.total, smallest)
        if said:
            return f"{_counted(said, overall.total)} have finished the course"
    return OVER if due and datetime.now(due.tzinfo) >= due else UNDER_WAY


def _test(results: Results, smallest: int) -> Test:
    assessment, total = results.summary.assessment, results.summary.overall.total
    if assessment is None:
        return Test()
    bins = distribution(assessment, total, smallest)
    said = Test(
        passed(assessment, total, smallest),
        passed_by_now(assessment, _second_attempts(results), total, smallest),
        bins,
    )
    if not privacy.is_free(assessment.percents, _edges(assessment, bins), smallest):
        return said
    return replace(said, learning=outcome.learning(results, smallest), groups=outcome.by_group(results, smallest))


def _second_attempts(results: Results) -> int:
    """How many have a result of a second attempt after one below the pass mark."""
    learners = results.tables.learners
    failed = learners["post_percent"].round(6) < results.pass_mark
    return int((failed & learners["retake_percent"].notna()).sum())


def passed(assessment: Assessment, total: int, smallest: int) -> str:
    """How many of all learners passed at the first attempt: a share where it tells on nobody, else a bound.

    Never exact, beside a bound on who finished.
    """
    answers = len(assessment.percents)
    found = privacy.shown_choice(assessment.reached, answers, total, smallest)
    if found is not None:
        return f"About {privacy.share_of(found, total)}% of all {total} {PASSED}"
    said = privacy.bounded(assessment.reached, answers, total, smallest)
    return f"{_counted(said, total)} {PASSED}" if said else ""


def passed_by_now(assessment: Assessment, second: int, total: int, smallest: int) -> int | None:
    """The share of all learners who have passed at either attempt, beside the share of those who did at the first.

    None where one of the two may not be shown, or few passed by a second attempt or failed it: who took one, `second`
    learners, may be known, and what lies between the two shares is how many of them passed.
    """
    answers, reached, by_second = len(assessment.percents), assessment.reached, assessment.by_retake
    shown = [privacy.shown_choice(count, answers, total, smallest) for count in (reached, reached + by_second)]
    if None in shown or min(by_second, second - by_second) < smallest:
        return None
    return privacy.share_of(reached + by_second, total)


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


def _sureness(results: Results, smallest: int) -> Iterator[Line]:
    """How often first answers in cases were right, by how sure the learner was: of one-best-answer questions alone."""
    answers = stated(results, "practice")
    answers = answers[answers["type"] == BEST]
    total, spare = results.summary.overall.total, privacy.room(smallest) - 1
    for certainty, rows in answers.groupby("certainty"):
        # Answers are not people: what one learner had wrong four times is one learner's result.
        people = [rows.loc[rows["right"] == right, "learner"].nunique() for right in (True, False)]
        if privacy.is_enough(min(people), total, smallest, spare):
            percent = privacy.rounded(100 * float(rows["right"].mean()))
            yield Line(CERTAINTY[int(str(certainty))].capitalize(), privacy.Mean(percent))
