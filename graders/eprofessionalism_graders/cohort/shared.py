"""The numbers that may be handed on: each has gone through `privacy`, and the shared page sees nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from eprofessionalism.items import ItemBank
from eprofessionalism_graders.cohort import figures, privacy
from eprofessionalism_graders.cohort.summary import (
    Assessment,
    Completion,
    Question,
    Summary,
    by_mean,
    most_missed,
    to_discuss,
)

MOST = 0.5
TOO_SMALL = "This group is too small for its results to be shared"
"""What a cohort smaller than the smallest group is told, however far it is."""


@dataclass(frozen=True, slots=True)
class SharedClause:
    """A clause with its mastery, rounded."""

    label: str
    says: str
    percent: int


@dataclass(frozen=True, slots=True)
class SharedQuestion:
    """A practice question: per option its text, its share of the learners or None, and whether it is among the best."""

    number: int
    stem: str
    options: tuple[tuple[str, int | None, bool], ...]


@dataclass(frozen=True, slots=True)
class Distribution:
    """The assessment in bins, as (from, to, share of all learners).

    `without` is the share without a result; None where they are too few and count in the lowest bin.
    """

    bins: tuple[tuple[float, float, int], ...]
    without: int | None


@dataclass(frozen=True, slots=True)
class Shared:
    """What the page to hand on may say. An empty field is one that may not be shown.

    `few_left` is whether both bounds, on who finished and on who passed, leave fewer than `smallest` on the other side.
    `missed` is the clause that was clearly mastered least.
    """

    smallest: int
    learners: int | None
    finished: str
    passed: str
    distribution: Distribution | None
    pass_mark: float
    cases: tuple[tuple[str, int], ...]
    clauses: tuple[SharedClause, ...]
    sureness: tuple[tuple[str, int], ...]
    groups: tuple[tuple[str, int], ...]
    questions: Mapping[str, tuple[SharedQuestion, ...]]
    hidden_questions: int
    few_left: bool
    missed: SharedClause | None


def share(summary: Summary, banks: Mapping[str, ItemBank], pass_mark: float, smallest: int) -> Shared:
    """Reduce a cohort's numbers to those that tell on nobody.

    Of a cohort that is itself smaller than `smallest` nothing is left, not even how far it is.
    """
    total = summary.overall.total
    small = total < smallest
    questions = {} if small else _questions(summary, smallest)
    missed = most_missed(summary.clauses)
    clauses = tuple(_clauses(summary, smallest))
    practice = sum(not q.item.assessment and bool(q.options) for qs in summary.questions.values() for q in qs)
    return Shared(
        smallest=smallest,
        learners=None if small else total,
        finished=finished(summary.overall, smallest),
        passed="" if small else _passed(summary.assessment, total, smallest),
        distribution=_distribution(summary.assessment, total, smallest),
        pass_mark=pass_mark,
        cases=tuple(_cases(summary, banks, smallest)),
        clauses=clauses,
        sureness=tuple(_sureness(summary, smallest)),
        groups=tuple(_groups(summary, banks, smallest)),
        questions=questions,
        hidden_questions=practice - sum(map(len, questions.values())),
        few_left=_few_left(summary, smallest),
        missed=next((clause for clause in clauses if missed and clause.label == missed.label), None),
    )


def finished(overall: Completion, smallest: int) -> str:
    """How far the cohort is: a bound where there is room for one, else in words whether it is more than half."""
    if overall.total < smallest:
        return TOO_SMALL
    said = privacy.bounded(overall.complete, overall.total, smallest)
    if said:
        return f"{_counted(said, overall.total)} have finished the course"
    if overall.complete > MOST * overall.total:
        return "Most of the group have finished the course"
    return "The group is under way with the course"


def _passed(assessment: Assessment | None, total: int, smallest: int) -> str:
    """How many passed: a share where it tells on nobody, else a bound. Never exact, beside a bound on who finished.

    Of second attempts nothing is said: few take one.
    """
    if not (assessment and assessment.percents):
        return ""
    percent = privacy.shown_share(assessment.reached, total, smallest)
    if percent is not None:
        return f"About {percent}% of the learners have passed the post-test"
    said = privacy.bounded(assessment.reached, total, smallest)
    return f"{_counted(said, total)} have passed the post-test" if said else ""


def _few_left(summary: Summary, smallest: int) -> bool:
    """Whether the bounds that are said anyhow are the highest there are, which is also more than half.

    It says no more than these bounds: each means that fewer than `smallest` are left.
    """
    total, test = summary.overall.total, summary.assessment
    if test is None or privacy.shown_share(test.reached, total, smallest) is not None:
        return False
    highest = ("at least", total - smallest + 1)
    return all(privacy.bounded(count, total, smallest) == highest for count in (summary.overall.complete, test.reached))


def _counted(said: tuple[str, int], total: int) -> str:
    how, count = said
    return f"{how.capitalize()} {count} of {total} learners"


def _distribution(assessment: Assessment | None, total: int, smallest: int) -> Distribution | None:
    """The whole cohort in bins widened until each has enough learners; one alone says nothing.

    Those without a result stand before the lowest bin, and in it where they are few.
    """
    if assessment is None:
        return None
    edges = figures.edges(assessment.pass_mark)
    counts = [total - len(assessment.percents), *figures.histogram(assessment.percents, edges)]
    cut = edges.index(assessment.pass_mark) + 1
    if sum(counts[cut:]) != assessment.reached:  # a pass mark of 100 has no bin of its own
        return None
    merged = privacy.merged_bins(counts, cut, smallest)
    bins = [(edges[max(first - 1, 0)], edges[last - 1], _of(count, total)) for first, last, count in merged if last > 1]
    without = _of(counts[0], total) if merged[:1] == [(0, 1, counts[0])] else None
    return Distribution(tuple(bins), without) if len(bins) > 1 else None


def _of(count: int, total: int) -> int:
    return privacy.rounded(100 * count / total)


def _cases(summary: Summary, banks: Mapping[str, ItemBank], smallest: int) -> Iterator[tuple[str, int]]:
    for case in by_mean(summary.cases):
        questions = sum(not item.is_text for item in banks[case.assignment].items.values())
        percent = privacy.shown_mean(case.mean or 0, len(case.percents), questions, smallest)
        if percent is not None:
            yield case.title, percent


def _clauses(summary: Summary, smallest: int) -> Iterator[SharedClause]:
    for clause in sorted(to_discuss(summary.clauses), key=lambda clause: (clause.percent, clause.clause)):
        percent = privacy.shown_mean(clause.percent, clause.learners, clause.questions, smallest)
        if percent is not None:
            yield SharedClause(clause.label, clause.says, percent)


def _sureness(summary: Summary, smallest: int) -> Iterator[tuple[str, int]]:
    for level in summary.sureness:
        # Answers are not people: what one learner had wrong four times is one learner's result.
        if min(level.learners_right, level.learners_wrong) >= smallest:
            yield level.word, privacy.rounded(level.percent)


def _groups(summary: Summary, banks: Mapping[str, ItemBank], smallest: int) -> Iterator[tuple[str, int]]:
    """Means of the post-test by group. A cohort of one group has no comparison to show."""
    groups = summary.groups
    questions = sum(item.assessment and not item.is_text for bank in banks.values() for item in bank.items.values())
    results = len(summary.assessment.percents) if summary.assessment else 0
    sizes = [group.with_result for group in groups]
    shown = privacy.shown_groups([*sizes, results - sum(sizes)] if results > sum(sizes) else sizes, smallest)
    for group, visible in zip(groups, shown, strict=False):
        percent = privacy.shown_mean(group.mean or 0, group.with_result, questions, smallest)
        if visible and percent is not None and len(groups) > 1:
            yield group.name, percent


def _questions(summary: Summary, smallest: int) -> dict[str, tuple[SharedQuestion, ...]]:
    """Practice questions by case title, as far as anything of them may be shown. Assessment items stay unseen."""
    found: dict[str, tuple[SharedQuestion, ...]] = {}
    for case in summary.cases:
        questions = tuple(
            filter(None, (_question(q, summary.overall.total, smallest) for q in summary.questions[case.assignment]))
        )
        if questions:
            found[case.title] = questions
    return found


def _question(question: Question, total: int, smallest: int) -> SharedQuestion | None:
    # Not `choose`: its counts add up to three times those who answered, and so tell how many did not.
    if question.item.assessment or question.item.type not in ("sba", "branch", "mrq"):
        return None
    percents = _percents(question, total, smallest)
    if 2 * sum(percent is not None for percent in percents) < len(percents):
        return None
    options = zip(question.options, percents, strict=True)
    return SharedQuestion(
        question.number, question.item.stem, tuple((option.text, percent, option.best) for option, percent in options)
    )


def _percents(question: Question, total: int, smallest: int) -> Sequence[int | None]:
    """The share of all learners that chose each option; of one choice, not having answered is a part as well."""
    counts = [option.counts[0] for option in question.options]
    if question.item.type == "mrq":
        return [privacy.shown_share(count, total, smallest) for count in counts]
    *shown, _ = privacy.shown_counts([*counts, total - question.answers], smallest)
    return [None if count is None else _of(count, total) for count in shown]
