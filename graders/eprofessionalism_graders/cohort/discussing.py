"""The question to begin a discussion with: a sound one, of the topic that is known least after the course."""

from __future__ import annotations

from dataclasses import dataclass

from eprofessionalism.items import ItemBank
from eprofessionalism_graders.cohort.analysis.flags import Kind
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.sections.known import topics_known, units
from eprofessionalism_graders.cohort.sittings import sat
from eprofessionalism_graders.cohort.summary import FEWEST_LEARNERS, CaseResult, Question

HARMLESS: frozenset[Kind] = frozenset({"easy", "unused", "slow"})
"""What may be found about a question that a discussion begins with.

`hard` is not among them: fewer points than guessing earns are what an author meant or a wrong key, and answers do not
tell which of the two."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic and what was earned on it in the test after the course, in percent."""

    name: str
    percent: float


@dataclass(frozen=True, slots=True)
class Discussed:
    """A question of a case; `topic` is the one known least, where the question is chosen for it."""

    case: CaseResult
    question: Question
    topic: Topic | None = None


def to_discuss(results: Results) -> Discussed | None:
    """The sound question of a case on which least was earned, of the topic known least after the course.

    Of all topics where that one has no such question, or nothing is known of a test yet; None while nothing is telling.
    """
    about, unsound, lowest = dict(units(results)["topic"]), suspicious(results), lowest_topic(results)
    asked = [
        Discussed(case, question)
        for case in results.summary.cases
        for question in results.summary.questions[case.assignment]
        if is_story(results.banks[case.assignment]) and is_telling(question) and question.item.id not in unsound
    ]
    on_topic = [
        Discussed(one.case, one.question, lowest)
        for one in asked
        if lowest and about[one.question.item.id] == lowest.name
    ]
    return min(on_topic or asked, key=_order, default=None)


def _order(one: Discussed) -> tuple[float, str, int]:
    return one.question.facility or 0.0, one.case.title, one.question.number


def lowest_topic(results: Results) -> Topic | None:
    """The topic on which least was earned in the test after the course, questions in doubt left out; None before."""
    topics = topics_known(results)
    ranked = topics.ranked() if topics.tested else []
    return Topic(ranked[0], topics.percent(ranked[0])) if ranked else None


def suspicious(results: Results) -> set[str]:
    """The questions about which something was found that may be wrong with them, and not with who answered."""
    return {
        item
        for one in sat(results)
        for item, flags in one.flags.items()
        if any(flag.kind not in HARMLESS for flag in flags)
    }


def is_story(bank: ItemBank) -> bool:
    """Whether an assignment is a case: a test is not discussed, and an orientation has little to discuss."""
    return bank.module == "case"


def is_telling(question: Question) -> bool:
    """Whether enough learners have answered a question that is scored by rule."""
    return question.facility is not None and not question.item.is_text and question.answers >= FEWEST_LEARNERS
