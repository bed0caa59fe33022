"""Whether learners know what they know, and where they were very sure and wrong: on patient privacy first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from eprofessionalism_graders.cohort.analysis.calibration import VERY_SURE, certainty_marks, surely_wrong
from eprofessionalism_graders.cohort.document import Block, Column, Figure, Note, Section, Table
from eprofessionalism_graders.cohort.figures.calibration import against_certainty
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.sections.sureness import (
    COLUMNS,
    SHOWN,
    Part,
    by_part,
    drawn,
    lead,
    marked,
    stated,
    sureness,
)
from eprofessionalism_graders.cohort.summary import FEWEST_LEARNERS, WRONG
from eprofessionalism_graders.cohort.topics import is_about_privacy, topics
from eprofessionalism_graders.cohort.words import counted, number, phrase

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
    "percent": "sure_and_wrong of 100 very sure answers; missing without such",
}
"""Columns of `questions`, and of the table of this section, and what they mean."""


def section(results: Results) -> Section | None:
    """Certainty against correctness; None where nobody has stated how sure they were."""
    everything = stated(results, *SHOWN)
    if everything.empty:
        return None
    enough = {sitting: rows for sitting, rows in everything.groupby("sitting", observed=True) if _are_enough(rows)}
    if not enough:
        few = f"Fewer than {number(FEWEST_LEARNERS)} learners have said how sure they were: nothing is concluded yet."
        return Section("calibration", "How sure they were, and how right", few)
    shown = [Part(sitting, enough[sitting]) for sitting in SHOWN if sitting in enough]
    found = questions(results)
    return Section(
        id="calibration",
        title=_title(found, shown[0]),
        lead=lead(shown[0]),
        blocks=tuple(_blocks(results, shown, found)),
        answer=_answer(found, confident_and_wrong(results)),
    )


def _are_enough(answers: pd.DataFrame) -> bool:
    return int(answers["learner"].nunique()) >= FEWEST_LEARNERS


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
    return frame.sort_values(order, ascending=[False, False, False, False, True], ignore_index=True)[list(QUESTIONS)]


def _private(results: Results) -> dict[str, bool]:
    return {item.id: is_about_privacy(item.teaches) for bank in results.banks.values() for item in bank.items.values()}


# ---- Words -----------------------------------------------------------------------------------------------------------


def _title(found: pd.DataFrame, part: Part) -> str:
    """Where very sure answers were most often wrong, if enough were; else whether being sure went with being right."""
    enough = found[found["sure_and_wrong"] >= FEWEST_LEARNERS]
    if len(enough):
        most = enough.iloc[0]
        where = " on patient privacy" if most["about_privacy"] else ""
        return f"Most often very sure and wrong{where}: {_rated(most)}"
    if part.gain is None:
        return "How sure they were, and how right"
    if part.gain.low > 0:
        return "Who was surer was more often right"
    return "Surer, and less often right" if part.gain.high < 0 else "Being sure says little here"


def _rated(question: pd.Series[Any]) -> str:
    """A question with how many of its very sure answers were wrong."""
    very = f"{question['sure_and_wrong']} of {question['very_sure']} very sure answers"
    return f"{phrase(question['question'])} ({very})"


def _answer(found: pd.DataFrame, wrong: pd.DataFrame) -> str:
    private = wrong[wrong["about_privacy"]]
    told = found[found["about_privacy"]] if len(private) > 1 else found
    told = told[told["sure_and_wrong"] > 0]
    if told.empty:
        return ""
    most = told.iloc[0]
    where = f"{_rated(most)}: {most['stem']}"
    if len(private) < 2:
        return f"Very sure and wrong most often: {where}"
    people = private["learner"].nunique()
    said = f"Very sure and wrong on patient privacy: {counted(len(private), 'answer')} of {counted(people, 'learner')}"
    return f"{said}, most often on {where}"


# ---- Blocks ----------------------------------------------------------------------------------------------------------


def _blocks(results: Results, shown: Sequence[Part], found: pd.DataFrame) -> Iterator[Block]:
    if shown[0].sitting != "post":
        few = f"Fewer than {number(FEWEST_LEARNERS)} learners said how sure they were in the test after the course"
        yield Note(f"{few}: shown are their first answers in cases, before any feedback.", caution=True)
    looks = f"filled {SHOWN['post']}, a ring {SHOWN['practice']}; " if len(shown) > 1 else ""
    yield Figure(
        "certainty",
        f"A dot: percent of the answers that were right, {looks}with its 95% interval over learners. A band: where "
        "that certainty would earn most, were answers marked by it; left of it they were surer than right.",
        against_certainty([drawn(part, row) for part in shown for _, row in part.levels.iterrows()]),
    )
    yield Table("certainty", "The same as a table, and the test before the course", by_part(results), COLUMNS)
    yield from _wrong(found[found["sure_and_wrong"] > 0])
    yield sureness(shown[0])
    marks = certainty_marks(shown[0].levels)
    if marks:
        yield marked(marks, shown[0].where)


def _wrong(found: pd.DataFrame) -> Iterator[Table]:
    """The questions on which somebody was very sure and wrong: those on patient privacy, the others behind a fold."""
    for name, where, is_private in (("privacy", "on patient privacy", True), ("other", "on other things", False)):
        rows = found[found["about_privacy"] == is_private]
        if len(rows):
            answers = counted(int(rows["sure_and_wrong"].sum()), "answer")
            caption = f"Very sure, and less than half of the points, {where}: {answers}"
            if is_private:
                caption += (
                    f". Questions with {number(FEWEST_LEARNERS)} or more come first, by their part of all very sure"
                )
            yield Table(f"sure-and-wrong-{name}", caption, rows, _WRONG_COLUMNS, folded=not is_private)


_WRONG_COLUMNS = (
    Column("question", "Question"),
    Column("stem", "It asks"),
    Column("sure_and_wrong", "Very sure and wrong", ".0f"),
    Column("very_sure", "Very sure", ".0f"),
    Column("percent", "Of the very sure, %", ".0f"),
    Column("answers", "All answers", ".0f"),
)
