"""The report's sentences, each computed from the numbers: what is said first, over each panel, and what to do next."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas as pd
from markupsafe import Markup

from eprofessionalism import standards
from eprofessionalism_graders.cohort.shared import Shared
from eprofessionalism_graders.cohort.summary import (
    FEWEST_LEARNERS,
    Assessment,
    CaseResult,
    ClauseResult,
    Completion,
    Gain,
    Question,
    Summary,
    Sureness,
    by_mean,
    full_name,
    hardest_case,
    most_missed,
)
from eprofessionalism_graders.cohort.tables import MISSING, PARTLY

FIRST_ANSWERS = "first answers in a case, before its feedback"
NAMED = 6
"""So many names stand in a sentence; more are only counted, and found in the list of learners."""

MOST, CLEARLY = 0.8, 10
TYPES = {
    "sba": "Best answer",
    "mrq": "All that apply",
    "choose": "Choose three",
    "rating": "Rate each",
    "ranking": "Put in order",
    "branch": "Decision",
    "reflection": "Reflection",
}
_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do next."""

    what: str
    how: str


def number(count: int) -> str:
    """A count in a sentence: words to ten, then digits."""
    return _SMALL[count] if count < len(_SMALL) else str(count)


def counted(count: int, thing: str, things: str = "") -> str:
    """A count with its noun."""
    return f"{number(count)} {thing if count == 1 else things or thing + 's'}"


def capital(sentence: str) -> str:
    """A sentence with its first letter large."""
    return sentence[:1].upper() + sentence[1:]


def phrase(sentence: str) -> str:
    """A sentence as a part of another: no full stop, a small first letter unless it begins a name or abbreviation."""
    words = sentence.rstrip(" .;:,")
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


# ---- Said first ------------------------------------------------------------------------------------------------------


def headline(summary: Summary) -> Markup:
    """What a director should know and act on, in at most three sentences."""
    overall = summary.overall
    if not summary.begun:
        return Markup("<b>{}</b> handed anything in yet.").format(_nobody(overall.total))
    parts = [_finished(summary)]
    if summary.ungraded:
        parts.append(Markup("<b>{}</b> not graded yet.").format(_are(summary.ungraded, "submission")))
    parts += _missed(summary)
    return Markup(" ").join(parts)


def _missed(summary: Summary) -> Iterator[Markup]:
    """The clause that was clearly missed most, else the hardest question."""
    clause = most_missed(summary.clauses)
    if clause:
        source = clause.label + (f"; {FIRST_ANSWERS}" if clause.tested is None else "")
        yield Markup("What they miss most: <b>{}</b> ({}).").format(phrase(clause.weakest), source)
    elif found := hardest(summary):
        title, question = found
        yield Markup("Hardest question: <b>no. {} of “{}”</b> ({:.0f}%).").format(
            question.number, title, question.facility
        )


def _nobody(total: int) -> str:
    return "The one learner has not" if total == 1 else f"None of the {number(total)} learners has"


def _finished(summary: Summary) -> Markup:
    overall, test = summary.overall, summary.assessment
    text = Markup("<b>{} of {}</b> learners {} finished").format(
        overall.complete, overall.total, "has" if overall.complete == 1 else "have"
    )
    if test and test.percents:
        text += Markup(", and <b>{} of {}</b> passed the test after it").format(test.passed, len(test.percents))
    return text + "."


def _are(count: int, thing: str) -> str:
    return f"{capital(counted(count, thing))} {'is' if count == 1 else 'are'}"


def shared_headline(shared: Shared) -> Markup:
    """The same for the page to hand on."""
    if shared.few_left:
        text = Markup(
            "<b>More than half have finished, and more than half have passed the post-test</b>; exact numbers"
        )
        text += f" are withheld because fewer than {shared.smallest} people stand on the other side"
    else:
        text = Markup("<b>{}</b>").format(shared.finished)
    if shared.passed and not shared.few_left:
        text += f"; {shared.passed[:1].lower()}{shared.passed[1:]}"
    text += "."
    if not shared.few_left and any(said.startswith("At ") for said in (shared.finished, shared.passed)):
        text += " These are bounds; exact numbers are withheld."
    if shared.missed:
        clause = shared.missed
        text += Markup(" What they miss most: <b>{}</b> ({}).").format(
            phrase(_without_numerals(clause.says)), clause.label
        )
    return text


_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_ISOLATES = re.compile("[\u2066-\u2069]")


def isolated(name: str) -> str:
    """A name that turns the direction of writing for itself alone, and not for the sentence it stands in."""
    return f"\u2068{_ISOLATES.sub('', name)}\u2069" if _DIRECTIONS.search(name) else name


def _without_numerals(clause: str) -> str:
    return re.sub(r"\([ivx]+\) ", "", clause)


# ---- Over the panels -------------------------------------------------------------------------------------------------


def completion(overall: Completion) -> str:
    """How many have finished, in words."""
    share = overall.complete / overall.total if overall.total else 0
    if overall.complete == overall.total:
        return "Everybody has finished"
    if overall.complete == 0:
        return "Nobody has finished yet"
    return (
        "Most have finished"
        if share >= MOST
        else "More than half have finished"
        if share > 0.5
        else "Some have finished"
    )


def assessment(test: Assessment) -> str:
    """Who passed, in words."""
    results = len(test.percents)
    if not results:
        return "No result of the post-test yet"
    if test.passed == results:
        return f"All {results} with a result passed" if results > 1 else "The one with a result passed"
    return f"{test.passed} of {results} passed"


def second_attempts(test: Assessment) -> str:
    """How many of those who passed did so in a second attempt."""
    return f"{capital(counted(test.by_retake, 'learner'))} passed in a second attempt." if test.by_retake else ""


def gain(found: Gain | None) -> str:
    """What the test said before and after the course, of those who took both."""
    if found is None:
        return ""
    who = f"The {number(found.learners)} who took both tests" if found.learners > 1 else "The one who took both tests"
    return f"{who} had {found.before:.0f}% of the points before the course and {found.after:.0f}% after it."


def cases(results: Sequence[CaseResult]) -> str:
    """Which case was hardest, if one was clearly so."""
    if len(by_mean(results)) < 2:
        return "How the cases went"
    first = hardest_case(results)
    return f"“{first.title}” was the hardest" if first else "The cases were about equally hard"


def case_basis(results: Sequence[CaseResult]) -> str:
    """Whose results stand in the panel of the cases."""
    results = [result for result in results if not result.assessment]
    sizes = sorted({len(result.percents) for result in results if result.percents})
    if not sizes:
        return ""
    text = str(sizes[0]) if len(sizes) == 1 else f"{sizes[0]} to {sizes[-1]}"
    left_out = sum(result.partly for result in results)
    text += " who finished"
    return f"{text}; {number(left_out)} in part {_is(left_out)} left out." if left_out else f"{text}."


def sureness(levels: Sequence[Sureness]) -> str:
    """Whether being sure went with being right."""
    if len(levels) < 2:
        return "How sure they were"
    gain = levels[-1].percent - levels[0].percent
    if gain >= CLEARLY:
        return "Who was surer was more often right"
    return "Surer, and less often right" if gain <= -CLEARLY else "Being sure says little here"


def clauses(shown: int) -> str:
    """How many clauses are listed."""
    return f"{capital(counted(shown, 'clause'))} to talk about"


# ---- What to do next -------------------------------------------------------------------------------------------------


def steps(summary: Summary, learners: pd.DataFrame, due: datetime | None = None) -> list[Step]:
    """What a director could do next, the most urgent first; before `due` nobody is reminded."""
    not_yet = _not_due(learners, due) if due and datetime.now(due.tzinfo) < due else _reminders(learners)
    return [*_grading(summary), *not_yet, *_teaching(summary), *_marking(summary, learners)]


def _grading(summary: Summary) -> Iterator[Step]:
    if summary.ungraded:
        what = f"Grade {counted(summary.ungraded, 'submission')}."
        yield Step(
            what,
            "They are handed in and have no score; this report leaves them out. Run eprof grade, then eprof report.",
        )


def _not_due(learners: pd.DataFrame, due: datetime) -> Iterator[Step]:
    nothing = learners["status"] == MISSING
    if nothing.any():
        count = int(nothing.sum())
        have = "has" if count == 1 else "have"
        what = f"Nothing is due before {due.day} {due:%B}; {number(count)} {have} handed in nothing yet."
        yield Step(what, f"{names(learners[nothing])}.")


def _reminders(learners: pd.DataFrame) -> Iterator[Step]:
    nothing, begun = learners["status"] == MISSING, learners["status"] == PARTLY
    if nothing.any():
        how = f"{names(learners[nothing])} {'has' if nothing.sum() == 1 else 'have'} handed in nothing."
        yield Step(f"Write to the {number(int(nothing.sum()))} who {_is(int(nothing.sum()))} missing.", how)
    if begun.any():
        how = f"{names(learners[begun])} handed in a part."
        yield Step(f"Remind the {number(int(begun.sum()))} who {_is(int(begun.sum()))} not done.", how)


def _is(count: int) -> str:
    return "is" if count == 1 else "are"


def _teaching(summary: Summary) -> Iterator[Step]:
    clause = most_missed(summary.clauses)
    found = hardest(summary, clause)
    if found is None:
        return
    case, question = found
    if clause is None:
        yield Step(f"Talk about question {question.number} of “{case}”.", question.item.stem)
        return
    begin = f"Begin with question {question.number} of “{case}”: {question.item.stem}"
    yield Step(f"Talk about this rule: {phrase(clause.weakest)} ({clause.label}).", begin)


def hardest(summary: Summary, clause: ClauseResult | None = None) -> tuple[str, Question] | None:
    """The question that earned least, of those about a clause where one is given, with the title of its case."""
    about = [
        (question.facility, case.title, question)
        for case in summary.cases
        for question in summary.questions[case.assignment]
        if _is_telling(question) and _is_about(question, clause)
    ]
    if not about:
        return None
    _, title, question = min(about, key=lambda entry: (entry[0], entry[1], entry[2].number))
    return title, question


def _is_telling(question: Question) -> bool:
    """Whether enough learners have answered a question that is scored by rule."""
    return question.facility is not None and not question.item.is_text and question.answers >= FEWEST_LEARNERS


def _is_about(question: Question, clause: ClauseResult | None) -> bool:
    return clause is None or any(standards.split(cite)[0] == clause.clause for cite in question.item.teaches)


def _marking(summary: Summary, learners: pd.DataFrame) -> Iterator[Step]:
    if summary.to_mark:
        how = "They wait in Formgrader, under manual grading. No other result depends on them."
        yield Step(f"Mark {counted(summary.to_mark, 'reflection')}.", how)
    failed = ~learners["passed"].fillna(True)
    if failed.any():
        who = names(learners[failed])
        yield Step(f"See the {number(int(failed.sum()))} who did not pass.", f"{who}.")


def names(learners: pd.DataFrame) -> str:
    """Names in a sentence; of many, the first few and how many more."""
    return listed([isolated(full_name(row)) for row in learners.to_dict("records")], "see the list of learners")


def listed(found: Sequence[str], where: str) -> str:
    """A list in a sentence; of many, the first few and how many more, and where these stand."""
    if len(found) > NAMED:
        rest = len(found) - NAMED + 1
        found = [*found[: NAMED - 1], f"{number(rest)} more ({where})"]
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}"


# ---- What was found in submissions -----------------------------------------------------------------------------------


def in_submissions(submissions: int, learners: int, others: int) -> str:
    """Where something was found: in submissions, and in files that are no learner's."""
    parts = [f"in {counted(submissions, 'submission')} of {counted(learners, 'learner')}"] if submissions else []
    other = counted(others, "file or folder that is", "files or folders that are")
    parts += [f"in {other} no submission"] if others else []
    return " and ".join(parts)


# ---- Small things ----------------------------------------------------------------------------------------------------


def day(moment: datetime | None) -> str:
    """A date as one writes it, or nothing."""
    return f"{moment.day} {moment:%B %Y}" if moment else ""


def sure_and_wrong(summary: Summary) -> str:
    """The question on which most learners were very sure and earned less than half; empty where there is none."""
    found = [
        (question.sure_and_wrong, question.number, case.title, question.item.stem)
        for case in summary.cases
        for question in summary.questions[case.assignment]
        if question.sure_and_wrong > 1
    ]
    if not found:
        return ""
    count, place, title, stem = max(found, key=lambda entry: (entry[0], -entry[1]))
    who = f"{count} learners, with less than half of the points"
    return f"Very sure and wrong most often ({who}): question {place} of “{title}”. {stem}"
