"""What a director could do next, the most urgent first, each with its reason; nobody is named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from eprofessionalism_graders.cohort import discussing, people
from eprofessionalism_graders.cohort.discussing import Discussed
from eprofessionalism_graders.cohort.forms_apart import FormsApart, forms_apart, points
from eprofessionalism_graders.cohort.keys_in_doubt import KeysInDoubt, keys_in_doubt
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.sections.panel import OwnMarks, own_marks
from eprofessionalism_graders.cohort.sharing import FOLDER, handouts
from eprofessionalism_graders.cohort.standing import failed_again, last_test_alone, no_second_attempt
from eprofessionalism_graders.cohort.summary import Summary
from eprofessionalism_graders.cohort.words import Step, counted, listed, number, phrase, those

MOST_TO_MARK = 30
"""More reflections than these nobody reads one by one for a report: a sample is proposed."""

SAMPLE = 10

BY_HAND = "The settings hold one mark; docs/instructors/pass-mark.md says how to apply two."


def steps(
    results: Results, due: datetime | None = None, written: Mapping[str, str] = MappingProxyType({})
) -> list[Step]:
    """What a director could do next; before `due` nobody is reminded.

    Args:
        results: of the cohort.
        due: when the course is to be finished.
        written: pages of the report by their path in it, to lead to a hand-out that is among them.
    """
    summary, found = results.summary, discussing.to_discuss(results)
    early = due is not None and datetime.now(due.tzinfo) < due
    return [
        *_grading(summary),
        *_keys(keys_in_doubt(results)),
        *_marks(own_marks(results), forms_apart(results)),
        *_second_attempt(results),
        *(_not_due(due) if early and due else _reminders(results)),
        *(_teaching(found, written) if found else ()),
        *_marking(summary, found),
    ]


def _grading(summary: Summary) -> Iterator[Step]:
    if summary.ungraded:
        how = "What is handed in and has no score is left out of this report. Run eprof grade, then eprof report."
        yield Step("Grade what is waiting.", how)


def _second_attempt(results: Results) -> Iterator[Step]:
    waiting, again = len(no_second_attempt(results)), len(failed_again(results))
    if waiting:
        how = "Not passed, and no second attempt is handed in."
        yield _by_name(Step(f"Open the second attempt for {counted(waiting, 'learner')}.", how))
    if again:
        has = "has" if again == 1 else "have"
        how = "How far they were from it stands beside the name."
        yield _by_name(Step(f"Talk with {those(again)} {has} not passed in two attempts.", how))


def _not_due(due: datetime) -> Iterator[Step]:
    yield Step(f"Wait: nothing is due before {due.day} {due:%B}.", "Until then nobody is late.")


def _reminders(results: Results) -> Iterator[Step]:
    overall, count = results.summary.overall, len(last_test_alone(results))
    if count:
        yield _by_name(Step(f"Ask {counted(count, 'learner')} for the last test alone.", "All else is done."))
    stopped = overall.partly - count
    parts = [f"{those(stopped)} stopped on the way"] if stopped else []
    parts += [f"{those(overall.missing)} handed in nothing"] if overall.missing else []
    if parts:
        yield _by_name(Step(f"Write to {' and '.join(parts)}.", "What each has left open stands beside the name."))


def _teaching(found: Discussed, written: Mapping[str, str]) -> Iterator[Step]:
    """The question to begin a discussion with, why this one, and the hand-out of its case."""
    of_it, why, facility = "", "", f"{found.question.facility:.0f}% of the points"
    if found.topic:
        of_it = " on it"
        why = f"After the course they earned least on {phrase(found.topic.name)} ({found.topic.percent:.0f}%). "
    why += f"In the cases no question{of_it} that looks sound earned less than this one, {facility}: "
    why += found.question.item.stem
    asked = found.question.number
    step = Step(f"Begin the discussion with question {asked} of “{found.case.title}”.", why)
    path = f"{FOLDER}/{handouts.path(found.case.assignment)}"
    if path not in written:
        yield step
    elif handouts.prints(written[path], asked):
        yield replace(step, link=f"{path}#{handouts.anchor(asked)}", more="Hand-out for it")
    else:
        how = f"{why} The one-page hand-out has no room for this question: read it out."
        yield replace(step, how=how, link=path, more="Hand-out for it")


def _marking(summary: Summary, found: Discussed | None) -> Iterator[Step]:
    """All reflections where they are few, else a sample, of the case that the discussion begins with."""
    count = summary.to_mark
    how = "They wait in Formgrader, under manual grading. No other result depends on them."
    if count > MOST_TO_MARK:
        yield Step(
            f"Read a sample of the {count} reflections that are not marked.", f"For instance {_sample(found)}. {how}"
        )
    elif count:
        yield Step(f"Mark {counted(count, 'reflection')}.", how)


def _sample(found: Discussed | None) -> str:
    """Which reflections to read: of the case that the discussion begins with, where it has more than a sample."""
    if not found:
        return f"{number(SAMPLE)} of one case"
    handed_in = len(found.case.percents) + found.case.partly
    return f"{number(SAMPLE) if handed_in > SAMPLE else 'those'} of “{found.case.title}”"


def _by_name(step: Step) -> Step:
    """A step about learners leads to their names, which stand in a page of their own."""
    return replace(step, link=people.FILE, more="Names")


# ---- Before anybody fails --------------------------------------------------------------------------------------------


def _keys(found: KeysInDoubt | None) -> Iterator[Step]:
    """The keys to check, and what hangs on them."""
    if found is None:
        return
    names = [one.name for one in found.questions]
    key, them = ("key", "it") if len(names) == 1 else ("keys", f"these {number(len(names))}")
    what = f"Check the {key} of {listed(names, 'see below')} before you fail anybody."
    step = Step(what, f"Without {them}, {listed(_changes(found), '')}.")
    yield _by_name(step) if found.would_pass else step


def _changes(found: KeysInDoubt) -> list[str]:
    """What would be otherwise without these questions, in clauses."""
    now, then = found.now, found.then
    gained, lost = len(found.would_pass), found.would_fail
    said = [f"{then.at_once} instead of {now.at_once} would have passed at once"] if then.at_once != now.at_once else []
    said += [f"{number(gained)} of the {number(found.failed)} not passed would pass"] if gained else []
    said += [f"{number(lost)} of the {number(now.passed)} passed would not"] if lost else []
    return said or ["nobody’s result would change"]


def _marks(own: OwnMarks | None, apart: FormsApart | None) -> Iterator[Step]:
    """A mark for each form: the panel's where it has set them, else which of the two moves is the director's choice."""
    concerned = len(apart.between) if apart else 0
    if own and (own.differs or concerned):
        how = f"The panel’s: {own.said}; with these, {_instead(own.passing, own.now)}."
        if apart:
            how = f"Form {apart.harder.form} is {points(apart)} harder. {how}"
            how += f" Keeping {apart.pass_mark:g}% on form {apart.easier.form} would mean {_lower(apart)}."
    elif apart and concerned:
        how = (
            f"Form {apart.harder.form} is {points(apart)} harder: {apart.harder.share:.0f}% passed on it, "
            f"{apart.easier.share:.0f}% on form {apart.easier.form}. To ask the same of both, take {_lower(apart)}, or "
            f"about {apart.higher:.0f}% on form {apart.easier.form} ({apart.passing_higher}). Which of the two is your "
            "choice."
        )
    else:
        return
    step = Step("Set a mark for each form before you fail anybody.", f"{how} {BY_HAND}")
    yield _by_name(step) if concerned else step


def _lower(apart: FormsApart) -> str:
    now = apart.harder.passed + apart.easier.passed
    return f"about {apart.lower:.0f}% on form {apart.harder.form} ({_instead(apart.passing_lower, now)})"


def _instead(passing: int, now: int) -> str:
    """How many would pass, where `now` do."""
    return f"{passing} pass at once, not {now}" if passing != now else f"{now} pass at once, as now"
