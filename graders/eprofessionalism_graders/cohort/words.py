"""The report's sentences, each computed from the numbers: what is said first, over each part, and of a learner."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import floor

from eprofessionalism_graders.cohort.document import Share
from eprofessionalism_graders.cohort.privacy import SMALLEST_GROUP
from eprofessionalism_graders.cohort.summary import Completion, Summary

FIRST_ANSWERS = "first answers in a case, before its feedback"
NAMED = 6
"""So many names stand in a sentence; more are only counted, and found in the list of learners."""

TYPES = {
    "sba": "Best answer",
    "mrq": "All that apply",
    "choose": "Choose three",
    "rating": "Rate each",
    "ranking": "Put in order",
    "branch": "Decision",
    "reflection": "Reflection",
}
ENOUGH_FOR_PERCENT = 20
"""Of fewer, the counts are said and no percentage."""

_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do next: what, how or why, and where more of it stands, if anywhere."""

    what: str
    how: str
    link: str = ""
    more: str = ""


def number(count: int) -> str:
    """A count in a sentence: words to ten, then digits."""
    return _SMALL[count] if count < len(_SMALL) else str(count)


def counted(count: int, thing: str, things: str = "") -> str:
    """A count with its noun."""
    return f"{number(count)} {thing if count == 1 else things or thing + 's'}"


def share(count: int, total: int) -> str:
    """How many of how many, and in percent where they are not few: `131 of 156 (84%)`."""
    said = f"{count or 'none'} of {total}"
    return f"{said} ({100 * count / total:.0f}%)" if total >= ENOUGH_FOR_PERCENT else said


def capital(sentence: str) -> str:
    """A sentence with its first letter large."""
    return sentence[:1].upper() + sentence[1:]


def phrase(sentence: str) -> str:
    """A sentence as a part of another: no full stop, a small first letter unless it begins a name or abbreviation."""
    words = sentence.rstrip(" .;:,")
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


# ---- Said first ------------------------------------------------------------------------------------------------------


def finished(summary: Summary, last_alone: int = 0) -> str:
    """Who finished and who passed, what is not graded yet, and how many in part have only the last test to take."""
    overall, test = summary.overall, summary.assessment
    if not summary.begun:
        return f"{_nobody(overall.total)} handed anything in yet."
    text = f"{overall.complete} of {overall.total} learners {_has(overall.complete)} finished"
    if test and test.percents:
        text += f", and {test.passed} of {len(test.percents)} passed the test after it"
    if summary.ungraded:
        text += f". {capital(counted(summary.ungraded, 'submission'))} {_is(summary.ungraded)} not graded yet"
    if last_alone:
        lack = "lacks" if last_alone == 1 else "lack"
        text += f". Of the {number(overall.partly)} in part, {number(last_alone)} {lack} only the last test"
    return f"{text}."


def about(due: datetime | None, pass_mark: float, last: datetime | None) -> str:
    """What a report is about: until when, what passes, and up to when the answers are."""
    parts = (
        f"Due {day(due)}." if due else "",
        f"Pass mark {pass_mark:g}%.",
        f"Answers up to {day(last)}." if last else "",
    )
    return " ".join(filter(None, parts))


def caution(learners: int) -> str:
    """What stands first over a report on fewer learners than any group that may be shown; else nothing."""
    few = learners < SMALLEST_GROUP
    return "This is about so few that people can be recognised: do not send it on." if few else ""


def notes(unread: int, noted: int) -> tuple[str, ...]:
    """What is missing from a report, and whether anything was not as it should be; without names."""
    said = []
    if unread:
        have = "has an answer file that" if unread == 1 else "have answer files that"
        said.append(f"{capital(counted(unread, 'submission'))} {have} could not be read, and {_is(unread)} left out.")
    if noted:
        said.append("Something was not as it should be in what was handed in.")
    return tuple(said)


def progress(overall: Completion) -> tuple[Share, Share, Share]:
    """The cohort in three parts, by how far it is."""
    parts = (overall.complete, "finished"), (overall.partly, "in part"), (overall.missing, "nothing yet")
    first, second, third = (Share(count, name) for count, name in parts)
    return first, second, third


def talks(failed: int, private: int, found: int, unfinished: int) -> str:
    """How many learners may need a talk and for what, each counted once, and how many but a reminder."""
    parts = [f"{number(failed)} {_has(failed)} not passed"] if failed else []
    if private:
        was = "was" if private == 1 else "were"
        parts.append(f"{_more(private, parts)} {was} very sure and wrong on patient privacy")
    if found:
        parts.append(f"something odd was found in what {_more(found, parts)} handed in")
    said = f"{capital('; '.join(parts))}." if parts else "Nobody, as far as the answers show."
    if unfinished:
        others = f" other{'s' * (unfinished > 1)}" if parts else ""
        said += f" {capital(number(unfinished))}{others} {_has(unfinished)} not finished."
    return f"{said} Names and reasons stand in a page of their own, for you alone."


def learned(both: int) -> str:
    """What is said of learning where nothing can be concluded, of so many who took both tests."""
    if not both:
        return "Nobody has taken the test both before and after the course."
    return f"Too few to say: {counted(both, 'learner')} took both tests."


def those(count: int) -> str:
    """Learners of whom something is said: `the one who`, `12 who`."""
    return "the one who" if count == 1 else f"{number(count)} who"


def _more(count: int, before: Sequence[str]) -> str:
    return f"{number(count)}{' more' if before else ''}"


def _nobody(total: int) -> str:
    return "The one learner has not" if total == 1 else f"None of the {number(total)} learners has"


def _has(count: int) -> str:
    return "has" if count == 1 else "have"


def _is(count: int) -> str:
    return "is" if count == 1 else "are"


_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_ISOLATES = re.compile("[\u2066-\u2069]")


def isolated(name: str) -> str:
    """A name that turns the direction of writing for itself alone, and not for the sentence it stands in."""
    return f"\u2068{_ISOLATES.sub('', name)}\u2069" if _DIRECTIONS.search(name) else name


# ---- Over the parts --------------------------------------------------------------------------------------------------


def lateness(late: int, wholly: int) -> str:
    """How many were late with something, and how many of them with everything that they handed in."""
    if not late:
        return "Nobody was late."
    who = f"{capital(counted(late, 'learner'))} {'was' if late == 1 else 'were'} late with"
    all_of_it = "all that they handed in"
    if wholly == late:
        return f"{who} {all_of_it}."
    return f"{who} something, {number(wholly)} of them with {all_of_it}." if wholly else f"{who} something."


# ---- Of a learner ----------------------------------------------------------------------------------------------------


def percent(value: float, pass_mark: float) -> str:
    """A result in whole percent; rounded down to one decimal where rounding would put it across the pass mark."""
    is_misleading = (round(value) >= pass_mark) != (round(value, 6) >= pass_mark)
    return f"{floor(10 * round(value, 6)) / 10:.1f}" if is_misleading else f"{value:.0f}"


def not_passed(best: float, pass_mark: float, *, again: bool, error: float | None) -> str:
    """How far somebody is from passing.

    Args:
        best: the better result, in percent.
        pass_mark: in percent.
        again: whether there was a second attempt.
        error: the standard error of measurement of the test that `best` is of, in percent; None if not known.
    """
    text = f"Not passed: {percent(best, pass_mark)}%"
    if again:
        text += ", the better of two attempts"
    if error is not None and pass_mark - best <= error + 1e-9:
        text += f". That is within the test’s error of {pass_mark:g}%"
    return f"{text}."


def surely_wrong_on_privacy(stems: Sequence[str]) -> str:
    """Where somebody was very sure and wrong about patient privacy."""
    asked = stems[0] if len(stems) == 1 else f"{capital(number(len(stems)))} times, such as: {stems[0]}"
    return f"Very sure and wrong on patient privacy. {asked}"


def still_open(cases: Sequence[str], test: bool) -> str:
    """What somebody who has begun has not finished; more than two cases are only counted."""
    parts = [f"“{title}”" for title in cases] if len(cases) <= 2 else [f"{number(len(cases))} cases"]
    parts += ["the test after the course"] if test else []
    return f"Not finished: {listed(parts, '')}."


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
