"""The numbers that may be handed on: each has gone through `privacy`, and the shared page sees nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from eprofessionalism.items import ItemBank
from eprofessionalism_graders.cohort import figures, privacy
from eprofessionalism_graders.cohort.summary import Assessment, Completion, Question, Summary, to_discuss

MOST = 0.5


@dataclass(frozen=True, slots=True)
class SharedClause:
    """A clause with its mastery, rounded."""

    label: str
    says: str
    percent: int


@dataclass(frozen=True, slots=True)
class SharedQuestion:
    """A practice question: per option its text, its share of the answers or None, and whether it is among the best."""

    number: int
    stem: str
    options: tuple[tuple[str, int | None, bool], ...]


@dataclass(frozen=True, slots=True)
class Shared:
    """What the page to hand on may say. An empty field is one that may not be shown."""

    smallest: int
    learners: int | None
    finished: str
    passed: str
    bins: tuple[tuple[float, float, int], ...]
    pass_mark: float
    cases: tuple[tuple[str, int], ...]
    clauses: tuple[SharedClause, ...]
    sureness: tuple[tuple[str, int], ...]
    groups: tuple[tuple[str, int], ...]
    questions: Mapping[str, tuple[SharedQuestion, ...]]
    hidden_questions: int


def share(summary: Summary, banks: Mapping[str, ItemBank], pass_mark: float, smallest: int) -> Shared:
    """Reduce a cohort's numbers to those that tell on nobody.

    A cohort that is itself smaller than `smallest` keeps only a sentence on how far it is.
    """
    total = summary.overall.total
    small = total < smallest
    questions = {} if small else _questions(summary, smallest)
    practice = sum(not q.item.assessment and bool(q.options) for qs in summary.questions.values() for q in qs)
    return Shared(
        smallest=smallest,
        learners=None if small else total,
        finished=finished(summary.overall, smallest),
        passed="" if small else _passed(summary.assessment, total, smallest),
        bins=tuple(_bins(summary.assessment, smallest)),
        pass_mark=pass_mark,
        cases=tuple(_cases(summary, banks, smallest)),
        clauses=tuple(_clauses(summary, smallest)),
        sureness=tuple(_sureness(summary, smallest)),
        groups=tuple(_groups(summary, banks, smallest)),
        questions=questions,
        hidden_questions=practice - sum(map(len, questions.values())),
    )


def finished(overall: Completion, smallest: int) -> str:
    """How far the cohort is: a number where it tells on nobody, else words."""
    said = privacy.bounded(overall.complete, overall.total, smallest)
    if said:
        return f"{_counted(said, overall.total)} have finished the course"
    if overall.complete > MOST * overall.total:
        return "Most of the group have finished the course"
    return "The group is under way with the course"


def _passed(assessment: Assessment | None, total: int, smallest: int) -> str:
    said = privacy.bounded(assessment.passed, total, smallest) if assessment and assessment.percents else None
    return f"{_counted(said, total)} have passed the assessment" if said else ""


def _counted(said: tuple[str, int], total: int) -> str:
    how, count = said
    return f"{'' if how == 'exactly' else how.capitalize() + ' '}{count} of {total} learners"


def _bins(assessment: Assessment | None, smallest: int) -> Iterator[tuple[float, float, int]]:
    """Bins of the assessment as (from, to, share), widened until each has enough learners; one alone says nothing."""
    if assessment is None:
        return
    edges = figures.edges(assessment.pass_mark)
    merged = privacy.merged_bins(figures.histogram(assessment.percents, edges), smallest)
    if len(merged) > 1:
        for first, last, count in merged:
            yield edges[first], edges[last], privacy.rounded(100 * count / len(assessment.percents))


def _cases(summary: Summary, banks: Mapping[str, ItemBank], smallest: int) -> Iterator[tuple[str, int]]:
    for case in summary.cases:
        questions = sum(not item.is_text for item in banks[case.assignment].items.values())
        percent = privacy.shown_mean(case.mean or 0, len(case.percents), questions, smallest)
        if percent is not None:
            yield case.title, percent


def _clauses(summary: Summary, smallest: int) -> Iterator[SharedClause]:
    for clause in to_discuss(summary.clauses):
        percent = privacy.shown_mean(clause.percent, clause.learners, clause.questions, smallest)
        if percent is not None:
            yield SharedClause(clause.label, clause.says, percent)


def _sureness(summary: Summary, smallest: int) -> Iterator[tuple[str, int]]:
    for level in summary.sureness:
        percent = privacy.shown_share(level.right, level.answers, smallest)
        if percent is not None and level.learners >= smallest:
            yield level.word, percent


def _groups(summary: Summary, banks: Mapping[str, ItemBank], smallest: int) -> Iterator[tuple[str, int]]:
    """Means of the assessment by group. A cohort of one group has no comparison to show."""
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
            filter(None, (_question(question, smallest) for question in summary.questions[case.assignment]))
        )
        if questions:
            found[case.title] = questions
    return found


def _question(question: Question, smallest: int) -> SharedQuestion | None:
    if question.item.assessment or question.item.type not in ("sba", "branch", "mrq", "choose"):
        return None
    percents = _percents(question, smallest)
    if not any(percent is not None for percent in percents):
        return None
    options = zip(question.options, percents, strict=True)
    return SharedQuestion(
        question.number, question.item.stem, tuple((option.text, percent, option.best) for option, percent in options)
    )


def _percents(question: Question, smallest: int) -> Sequence[int | None]:
    counts = [option.counts[0] for option in question.options]
    if question.item.type in ("mrq", "choose"):
        return [privacy.shown_share(count, question.answers, smallest) for count in counts]
    shown = privacy.shown_counts(counts, smallest)
    return [None if count is None else privacy.rounded(100 * count / question.answers) for count in shown]
