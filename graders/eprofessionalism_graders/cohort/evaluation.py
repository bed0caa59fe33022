"""What a cohort said of the course: counts of a survey's answers, which nobody can join to a person.

The survey is anonymous in the report, and by more than leaving out names:

- what is kept of the answers is how often each was given; no two answers of one person stand in one row;
- texts stand in alphabetical order, which says nothing of who wrote them, and is the same whenever the report is made
  (a shuffle that can be repeated could be undone by whoever knows the roster's order);
- nothing is shown, on any page or in any file, before `FEWEST` learners have answered; neither is a question, or a
  statement of one, that fewer have answered.

The journals that were handed in still lie in folders with the learners' ids: whoever may open the offering can read
them there. `docs/instructors/` says so to instructors, and the survey to learners.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from eprofessionalism import journal
from eprofessionalism.answers import Answer, counted, levels_of
from eprofessionalism.items import Item, ItemBank
from eprofessionalism_graders.cohort.tables import csv_text
from eprofessionalism_graders.offering import Offering

FEWEST = 5
"""Of fewer learners nothing is shown, not even to the instructor, who may know who has answered."""

FILE = "evaluation.csv"
COLUMNS = {
    "assignment": "string",
    "item": "string",
    "question": "string",
    "about": "string",
    "answer": "string",
    "count": "Int64",
}
"""Columns of `evaluation.csv` and their types: one row for each answer that could be given, with how often it was.

A question, or a statement, that fewer than `FEWEST` have answered has no row."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a question: a statement to rate, or the question itself; `counts` by answer, in words.

    All are 0 where fewer than `FEWEST` have answered it.
    """

    text: str
    counts: Mapping[str, int]

    @property
    def answers(self) -> int:
        """How many answers there are."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Said:
    """A question and what was said. `learners` have answered it; `texts` are in alphabetical order.

    Where fewer than `FEWEST` have, `learners` is 0 as well, and nothing is kept of what they said.
    """

    number: int
    item: Item
    learners: int
    lines: tuple[Line, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One survey: how many of a cohort have answered anything, and what; nothing of fewer than `FEWEST`."""

    assignment: str
    title: str
    cohort: int
    learners: int
    questions: tuple[Said, ...]

    @property
    def fewest(self) -> int:
        """How many have to answer before anything is shown."""
        return FEWEST


# ---- Counting --------------------------------------------------------------------------------------------------------


def read(offering: Offering) -> tuple[Evaluation, ...]:
    """Every survey of an offering, counted from what was handed in."""
    return tuple(_survey(offering, name) for name in offering.surveys)


def _survey(offering: Offering, assignment: str) -> Evaluation:
    bank, roster = offering.bank(assignment), offering.roster()
    paths = (offering.journal(learner.id, assignment) for learner in roster)
    return count(assignment, bank, (_answers(bank, journal.records(path)) for path in paths if path), len(roster))


def _answers(bank: ItemBank, records: Iterable[journal.Record]) -> dict[str, Answer]:
    return {item: record.answer for item, record in counted(bank.items, records).items() if record.answer}


def count(assignment: str, bank: ItemBank, handed_in: Iterable[Mapping[str, Answer]], cohort: int) -> Evaluation:
    """Count a survey.

    Args:
        assignment: its name.
        bank: its questions.
        handed_in: each learner's answers by item.
        cohort: how many learners there are in all.
    """
    given = [answers for answers in handed_in if answers]
    enough = _enough(given)
    questions = enumerate(bank.items.values(), start=1)
    said = tuple(_said(number, item, enough) for number, item in questions) if enough else ()
    return Evaluation(assignment, bank.title, cohort, len(given), said)


def _said(number: int, item: Item, handed_in: Sequence[Mapping[str, Answer]]) -> Said:
    answers = _enough([one[item.id] for one in handed_in if item.id in one])
    texts = sorted(str(text).strip() for text in answers) if item.is_text else []
    return Said(number, item, len(answers), tuple(_lines(item, answers)), tuple(filter(None, texts)))


def _enough(answers: Sequence[Any]) -> Sequence[Any]:
    """The answers, or none of them where they are too few."""
    return answers if len(answers) >= FEWEST else ()


def _lines(item: Item, answers: Sequence[Answer]) -> Iterator[Line]:
    """A rating has a line for each statement, a choice one for the question, a text none."""
    if item.type == "rating":
        words = levels_of(item)
        for option in item.options:
            given = _enough([one[option.id] for one in answers if isinstance(one, dict) and option.id in one])
            yield Line(option.text, {word: given.count(level) for level, word in words.items()})
    elif item.options:
        chosen = [option for one in answers for option in ([one] if isinstance(one, str) else one)]
        yield Line(item.stem, {option.text: chosen.count(option.id) for option in item.options})


# ---- The file --------------------------------------------------------------------------------------------------------


def files(evaluations: Sequence[Evaluation]) -> dict[str, str]:
    """The content of `evaluation.csv`, safe to open in a spreadsheet; no file where there is no survey."""
    if not evaluations:
        return {}
    rows = [row for one in evaluations for said in one.questions for row in _rows(one.assignment, said)]
    frame = pd.DataFrame(rows, columns=pd.Index(COLUMNS), dtype=object)
    return {FILE: csv_text(frame.astype(COLUMNS))}


def _rows(assignment: str, said: Said) -> Iterator[tuple[str, str, str, str, str, int]]:
    item = said.item
    for line in filter(lambda line: line.answers, said.lines):
        about = line.text if item.type == "rating" else ""
        yield from ((assignment, item.id, item.stem, about, answer, found) for answer, found in line.counts.items())
    yield from ((assignment, item.id, item.stem, "", text, 1) for text in said.texts)
