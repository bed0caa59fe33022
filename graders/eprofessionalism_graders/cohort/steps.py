"""What a director could do next, the most urgent first, each with its reason; nobody is named."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime

from eprofessionalism import standards
from eprofessionalism.items import ItemBank
from eprofessionalism_graders.cohort import forms_apart
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.sharing import FOLDER, handouts
from eprofessionalism_graders.cohort.standing import last_test_alone, no_second_attempt
from eprofessionalism_graders.cohort.summary import (
    FEWEST_LEARNERS,
    CaseResult,
    ClauseResult,
    Question,
    Summary,
    most_missed,
)
from eprofessionalism_graders.cohort.words import Step, counted, number

MOST_TO_MARK = 30
"""More reflections than these nobody reads one by one for a report: a sample is proposed."""

SAMPLE = 10


def steps(
    results: Results,
    due: datetime | None = None,
    flagged: Collection[str] = (),
    written: Collection[str] = (),
) -> list[Step]:
    """What a director could do next; before `due` nobody is reminded.

    Args:
        results: of the cohort.
        due: when the course is to be finished.
        flagged: questions that may be broken; no discussion begins with one.
        written: the files of the report, to lead to a hand-out that is among them.
    """
    summary, apart = results.summary, forms_apart.step(forms_apart.forms_apart(results))
    early = due is not None and datetime.now(due.tzinfo) < due
    hardest = hardest_question(results, flagged)
    return [
        *_grading(summary),
        *([apart] if apart else []),
        *_second_attempt(results),
        *(_not_due(due) if early and due else _reminders(results)),
        *(_teaching(*hardest, written) if hardest else ()),
        *_marking(summary, hardest[0] if hardest else None),
    ]


def _grading(summary: Summary) -> Iterator[Step]:
    if summary.ungraded:
        how = "What is handed in and has no score is left out of this report. Run eprof grade, then eprof report."
        yield Step("Grade what is waiting.", how)


def _second_attempt(results: Results) -> Iterator[Step]:
    count = len(no_second_attempt(results))
    if count:
        how = "They have not passed, and no second attempt is handed in. The page for your eyes names them."
        yield Step(f"Open the second attempt for {counted(count, 'learner')}.", how)


def _not_due(due: datetime) -> Iterator[Step]:
    yield Step(f"Wait: nothing is due before {due.day} {due:%B}.", "Until then nobody is late.")


def _reminders(results: Results) -> Iterator[Step]:
    overall, count = results.summary.overall, len(last_test_alone(results))
    if count:
        yield Step(f"Ask {counted(count, 'learner')} for the last test alone.", "All else is done.")
    others = overall.total - overall.complete - count
    if others:
        who = f"the {number(others)} other{'s' * (others > 1)} who {'has' if others == 1 else 'have'}"
        who = who if count else "those who have"
        yield Step(f"Write to {who} not finished.", "The page for your eyes has their names, and what is open.")


def _teaching(case: CaseResult, question: Question, about: bool, written: Collection[str]) -> Iterator[Step]:
    """The question to begin a discussion with, why this one, and the hand-out of its case."""
    where = "of the questions on what was missed most" if about else "of all questions in the cases"
    why = f"{question.facility:.0f}% of the points were earned on it, the fewest {where}: {question.item.stem}"
    step = Step(f"Begin the discussion with question {question.number} of “{case.title}”.", why)
    path = f"{FOLDER}/{handouts.path(case.assignment)}"
    yield replace(step, link=path, more="Hand-out for it") if path in written else step


def _marking(summary: Summary, case: CaseResult | None) -> Iterator[Step]:
    """All reflections where they are few, else a sample, of the case that the discussion begins with."""
    count = summary.to_mark
    how = "They wait in Formgrader, under manual grading. No other result depends on them."
    if count > MOST_TO_MARK:
        which = f"{number(SAMPLE)} of “{case.title}”" if case else f"{number(SAMPLE)} of one case"
        yield Step(f"Read a sample of the {count} reflections that are not marked.", f"For instance {which}. {how}")
    elif count:
        yield Step(f"Mark {counted(count, 'reflection')}.", how)


# ---- The question to begin with --------------------------------------------------------------------------------------


def hardest_question(results: Results, flagged: Collection[str] = ()) -> tuple[CaseResult, Question, bool] | None:
    """The question of a case that earned least; of those on the clause that was missed most where there are any.

    Returns:
        The case, the question, and whether it is on that clause; None while nothing is telling.
    """
    clause = most_missed(results.summary.clauses)
    asked = [
        (case, question)
        for case in results.summary.cases
        for question in results.summary.questions[case.assignment]
        if is_story(results.banks[case.assignment]) and is_telling(question) and question.item.id not in flagged
    ]
    on_clause = [found for found in asked if clause and is_on(found[1], clause)]
    if not asked:
        return None
    case, question = min(on_clause or asked, key=lambda found: (found[1].facility, found[0].title, found[1].number))
    return case, question, bool(on_clause)


def is_story(bank: ItemBank) -> bool:
    """Whether an assignment is a case: a test is not discussed, and an orientation has little to discuss."""
    return bank.module == "case"


def is_telling(question: Question) -> bool:
    """Whether enough learners have answered a question that is scored by rule."""
    return question.facility is not None and not question.item.is_text and question.answers >= FEWEST_LEARNERS


def is_on(question: Question, clause: ClauseResult) -> bool:
    """Whether a question is about a clause."""
    return any(standards.split(cite)[0] == clause.clause for cite in question.item.teaches)
