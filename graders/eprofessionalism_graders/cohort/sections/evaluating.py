"""What the cohort said of the course, in counts: whether to keep it, and what stands against it."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from eprofessionalism_graders.cohort import words
from eprofessionalism_graders.cohort.document import Block, Column, Figure, Note, Section, Table
from eprofessionalism_graders.cohort.evaluation import Evaluation, Line, Said
from eprofessionalism_graders.cohort.figures.agreeing import Agreement, agreeing

WORTH = ("ev-1-course", "e")
"""Where the course's own survey asks whether the time was well spent: question and statement."""

DOUBT = ("ev-7-barriers", "f")
"""Where it asks who is not convinced."""

ENOUGH_FOR_PERCENT = 20
"""Of fewer answers the counts are said."""


def anchor(survey: Evaluation) -> str:
    """Where the survey's part stands on the page."""
    return f"evaluation-{survey.assignment}"


def section(survey: Evaluation) -> Section:
    """One survey: what it comes to, a picture of what was agreed with, and a table for each question with answers."""
    answered = f"{survey.learners} of {survey.cohort} learners answered"
    finding = _finding(survey)
    return Section(
        id=anchor(survey),
        title=finding or f"{survey.title}: {answered}",
        lead=f"“{survey.title}”: {answered}. Not graded, and without names: counts over those who answered a question.",
        blocks=tuple(_blocks(survey)),
        answer=f"{finding}. {words.capital(answered)}." if finding else "",
    )


# ---- In words --------------------------------------------------------------------------------------------------------


def _finding(survey: Evaluation) -> str:
    """Whether the time was well spent and who is not convinced; of another survey, what was agreed with most and least.

    Empty where nothing was rated.
    """
    worth, doubt = _line(survey, *WORTH), _count(survey, *DOUBT)
    parts = [f"{_share(_agreement(worth))} found the time well spent"] if worth else []
    if doubt:
        who = f"{doubt[0] or 'none'} of {doubt[1]} {'is' if doubt[0] == 1 else 'are'}"
        parts.append(f"{who} not convinced by what it suggests")
    if parts:
        return words.capital("; ".join(parts))
    rated = _rated(survey)
    found = _agreements(rated) if rated else []
    if not found:
        return ""
    most, least = found[0], found[-1]
    text = f"{_share(most)} agree that {_quoted(most)}"
    return f"{text}; {_share(least)} that {_quoted(least)}" if most.percent > least.percent else text


def _quoted(one: Agreement) -> str:
    return f"“{one.statement.rstrip('.')}”"


def _share(one: Agreement) -> str:
    if one.answers < ENOUGH_FOR_PERCENT:
        return f"{one.agreed or 'none'} of {one.answers}"
    return f"{one.percent:.0f}%"


# ---- In numbers ------------------------------------------------------------------------------------------------------


def _line(survey: Evaluation, question: str, option: str) -> Line | None:
    """The answers on one statement, if it was asked and answered."""
    for said in survey.questions:
        if said.item.id == question and said.item.type == "rating" and option in said.item.option_ids:
            line = said.lines[said.item.option_ids.index(option)]
            return line if line.answers else None
    return None


def _count(survey: Evaluation, question: str, option: str) -> tuple[int, int] | None:
    """How many of how many chose one option, if it was asked and answered."""
    for said in survey.questions:
        if said.item.id == question and said.item.type != "rating" and option in said.item.option_ids:
            counts = list(said.lines[0].counts.values())
            return (counts[said.item.option_ids.index(option)], said.learners) if said.learners else None
    return None


def _agreement(line: Line) -> Agreement:
    """Agreed is who chose a level of the upper half."""
    counts = list(line.counts.values())
    return Agreement(line.text, counts[-1], sum(counts[(len(counts) + 1) // 2 :]), line.answers)


def _agreements(said: Said) -> list[Agreement]:
    """The statements of a question that were answered, those that most agreed with first."""
    found = [_agreement(line) for line in said.lines if line.answers]
    return sorted(found, key=lambda one: -one.percent)


def _rated(survey: Evaluation) -> Said | None:
    """The question whose statements are pictured: the first that offers two levels of agreement and two against."""
    return next((said for said in survey.questions if _asks_for_agreement(said)), None)


def _asks_for_agreement(said: Said) -> bool:
    if said.item.type != "rating" or not said.learners:
        return False
    *against, rather, fully = (level.lower() for level in said.lines[0].counts)
    return len(against) == 2 and all("agree" in level and "disagree" not in level for level in (rather, fully))


# ---- Blocks ----------------------------------------------------------------------------------------------------------


def _blocks(survey: Evaluation) -> Iterator[Block]:
    if not survey.questions:
        yield Note(f"Nothing is shown before {survey.fewest} have answered: of fewer, one could tell who said what.")
    rated = _rated(survey)
    if rated:
        yield _picture(survey, rated)
    for said in survey.questions:
        if said.lines:
            yield _table(survey, said)


def _picture(survey: Evaluation, said: Said) -> Figure:
    *_, other, level = said.lines[0].counts
    caption = f"{said.item.stem} Of those who answered; the rest of a bar did not agree."
    return Figure(_name(survey, said), caption, agreeing(_agreements(said), level, other))


def _name(survey: Evaluation, said: Said) -> str:
    return f"{survey.assignment}-{said.number}"


def _table(survey: Evaluation, said: Said) -> Table:
    """A rating has a row for each statement, a choice a row for each answer."""
    name, caption = _name(survey, said), f"{said.item.stem} ({words.counted(said.learners, 'answer')})"
    if said.item.type == "rating":
        levels = tuple(said.lines[0].counts)
        frame = pd.DataFrame(
            [(line.text, *line.counts.values()) for line in said.lines], columns=["statement", *levels]
        )
        return Table(name, caption, frame, (Column("statement", "Statement"), *(Column(one, one) for one in levels)))
    frame = pd.DataFrame(said.lines[0].counts.items(), columns=["answer", "learners"])
    return Table(name, caption, frame, (Column("answer", "Answer"), Column("learners", "Learners", ".0f")))
