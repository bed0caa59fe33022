"""Where learners were very sure and wrong: on patient privacy first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from eprofessionalism_graders.cohort.analysis.calibration import VERY_SURE, surely_wrong
from eprofessionalism_graders.cohort.document import Block, Column, Section, Table
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.sections.few import without_percents
from eprofessionalism_graders.cohort.sections.sureness import SHOWN, are_enough, not_counted, stated
from eprofessionalism_graders.cohort.summary import FEWEST_LEARNERS, WRONG
from eprofessionalism_graders.cohort.topics import is_about_privacy, topics
from eprofessionalism_graders.cohort.words import capital, counted, number, phrase

QUESTIONS = {
    "assignment": "case or form",
    "item": "the question",
    "question": "its place and page in words",
    "stem": "the question as it is asked",
    "topic": "what it is about",
    "about_privacy": "whether it is about patient privacy",
    "answers": "answers that stated a certainty and are graded, the test before the course left out",
    "very_sure": "of these, the ones that were very sure",
    "sure_and_wrong": "of these, the ones that earned less than half of the points",
    "percent": "sure_and_wrong of 100 very sure answers; missing below 20",
}
"""Columns of `questions`, and of the tables of this section, and what they mean."""

_COLUMNS = (
    Column("question", "Question"),
    Column("sure_and_wrong", "Wrong", ".0f"),
    Column("very_sure", "of very sure", ".0f"),
    Column("percent", "%", ".0f"),
    Column("stem", "It asks"),
)


def section(results: Results) -> Section | None:
    """The questions on which somebody was very sure and wrong; None where nobody was, or too few said how sure."""
    found = questions(results)
    found = found[found["sure_and_wrong"] > 0]
    if found.empty or not are_enough(stated(results, *SHOWN)):
        return None
    return Section(
        id="confident",
        title=_title(found),
        lead=(
            f"Wrong is less than half of the points, {' and '.join(SHOWN.values())}. Questions with "
            f"{number(FEWEST_LEARNERS)} such answers or more come first, by their part of all very sure ones."
            + not_counted(results)
        ),
        blocks=tuple(_blocks(found)),
        answer=_answer(found, confident_and_wrong(results)),
    )


# ---- Numbers ---------------------------------------------------------------------------------------------------------


def confident_and_wrong(results: Results) -> pd.DataFrame:
    """Who was very sure and earned less than half of the points, on which question; privacy first.

    The test before the course and second attempts are left out. For the instructor's eyes only.

    Returns:
        Columns `learner`, `item`, `sitting` (`post` or `practice`) and `about_privacy` (true or false), one row an
        answer: those on patient privacy first, then in the order of the course and the roster.
    """
    wrong = surely_wrong(stated(results, *SHOWN), WRONG)
    private = _private(results)
    places = {item: place for place, item in enumerate(private)}
    frame = wrong[["learner", "item", "sitting"]].assign(about_privacy=wrong["item"].map(private).astype("boolean"))
    order = frame.assign(place=frame["item"].map(places)).sort_values(
        ["about_privacy", "place"], ascending=[False, True], kind="stable"
    )
    return order.drop(columns="place").reset_index(drop=True)


def questions(results: Results) -> pd.DataFrame:
    """The questions that ask how sure one is, with how many were very sure and wrong.

    Privacy comes first. Of these, and of the others, those first on which `FEWEST_LEARNERS` or more were very sure and
    wrong, by their part of the very sure answers; then those with fewer, by how many.

    Returns:
        The columns of `QUESTIONS`.
    """
    answers = stated(results, *SHOWN)
    counts = {
        "answers": answers["item"].value_counts(),
        "very_sure": answers.loc[answers["certainty"] == VERY_SURE, "item"].value_counts(),
        "sure_and_wrong": surely_wrong(answers, WRONG)["item"].value_counts(),
    }
    about, private = topics(results.banks), _private(results)
    rows = [
        (
            *(name, item.id, f"Question {place} of “{bank.title}”", item.stem, about[item.id], private[item.id]),
            *(int(count.get(item.id, 0)) for count in counts.values()),
        )
        for name, bank in results.banks.items()
        for place, item in enumerate(bank.items.values(), start=1)
        if item.id in counts["answers"].index
    ]
    frame = pd.DataFrame(rows, columns=list(QUESTIONS)[:-1])
    texts = dict.fromkeys(("assignment", "item", "question", "stem", "topic"), "string")
    frame = frame.astype({**texts, "about_privacy": "boolean"})
    frame["percent"] = 100 * frame["sure_and_wrong"] / frame["very_sure"].where(frame["very_sure"] > 0)
    many = frame["sure_and_wrong"] >= FEWEST_LEARNERS
    frame = frame.assign(many=many, rate=frame["percent"].where(many, -1.0))
    order = ["about_privacy", "many", "rate", "sure_and_wrong", "item"]
    frame = frame.sort_values(order, ascending=[False, False, False, False, True], ignore_index=True)
    return without_percents(frame, "very_sure", "percent")[list(QUESTIONS)]


def _private(results: Results) -> dict[str, bool]:
    return {item.id: is_about_privacy(item.teaches) for bank in results.banks.values() for item in bank.items.values()}


# ---- Words and tables ------------------------------------------------------------------------------------------------


def _title(found: pd.DataFrame) -> str:
    """Where very sure answers were most often wrong, if enough were on any one question."""
    enough = found[found["sure_and_wrong"] >= FEWEST_LEARNERS]
    if enough.empty:
        return f"No question had {number(FEWEST_LEARNERS)} very sure and wrong answers"
    most = enough.iloc[0]
    where = " on patient privacy" if most["about_privacy"] else ""
    return f"Most often very sure and wrong{where}: {_rated(most)}"


def _rated(question: pd.Series[Any]) -> str:
    """A question with how many of its very sure answers were wrong."""
    very = f"{question['sure_and_wrong']} of {question['very_sure']} very sure answers"
    return f"{phrase(question['question'])} ({very})"


def _answer(found: pd.DataFrame, wrong: pd.DataFrame) -> str:
    private = wrong[wrong["about_privacy"]]
    most = (found[found["about_privacy"]] if len(private) > 1 else found).iloc[0]
    where = f"{_rated(most)}: {most['stem']}"
    if len(private) < 2:
        return f"Very sure and wrong most often: {where}"
    people = private["learner"].nunique()
    said = f"Very sure and wrong on patient privacy: {counted(len(private), 'answer')} of {counted(people, 'learner')}"
    return f"{said}, most often on {where}"


def _blocks(found: pd.DataFrame) -> Iterator[Block]:
    """The questions on patient privacy, and the others behind a fold."""
    for name, where, is_private in (("privacy", "on patient privacy", True), ("other", "on other things", False)):
        rows = found[found["about_privacy"] == is_private]
        if len(rows):
            answers = counted(int(rows["sure_and_wrong"].sum()), "very sure and wrong answer")
            yield Table(f"sure-and-wrong-{name}", capital(f"{answers} {where}"), rows, _COLUMNS, folded=not is_private)
