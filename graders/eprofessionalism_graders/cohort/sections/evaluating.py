"""What the cohort said of the course, in counts: whether to keep it, and what stands against it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import pandas as pd

from eprofessionalism_graders.cohort import words
from eprofessionalism_graders.cohort.document import Block, Column, Figure, Note, Section, Table
from eprofessionalism_graders.cohort.evaluation import Evaluation, Line, Said
from eprofessionalism_graders.cohort.figures.agreeing import Agreement, agreeing

WORTH = ("ev-1-course", "e")
"""Where the course's own survey asks whether the time was well spent: question and statement."""

DOUBT = ("ev-7-barriers", "f")
"""Where it asks who is not convinced: question and answer."""

OBJECTIONS = (("ev-4-length", "c"), ("ev-3-balance", "c"), ("ev-3-balance", "b"))
"""Other answers that stand against the course, and are told without opening anything."""


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
    worth, doubt = _line(survey, *WORTH), _chosen(survey, *DOUBT)
    parts = [f"{_share(_agreement(worth))} found the time well spent"] if worth else []
    if doubt:
        parts.append(f"{doubt.count or 'none'} of {doubt.answers} ticked “{doubt.text}”")
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
    return words.share(one.agreed, one.answers)


def _objections(survey: Evaluation) -> Iterator[str]:
    """What stands against the course, question by question, each a sentence."""
    found = [one for one in (_chosen(survey, *where) for where in OBJECTIONS) if one]
    for stem, asked in groupby(found, lambda one: one.stem):
        told = list(asked)
        answers = " and ".join(f"{one.count or 'none'} “{one.text}”" for one in told)
        yield f"{stem} Of {told[0].answers}, {answers}."


# ---- In numbers ------------------------------------------------------------------------------------------------------


def _line(survey: Evaluation, question: str, option: str) -> Line | None:
    """The answers on one statement, if it was asked and answered."""
    for said in survey.questions:
        if said.item.id == question and said.item.type == "rating" and option in said.item.option_ids:
            line = said.lines[said.item.option_ids.index(option)]
            return line if line.answers else None
    return None


@dataclass(frozen=True, slots=True)
class _Chosen:
    """An answer to a question, and how many of those who answered chose it."""

    stem: str
    text: str
    count: int
    answers: int


def _chosen(survey: Evaluation, question: str, option: str) -> _Chosen | None:
    """How many of how many chose one option, if it was asked and answered."""
    for said in survey.questions:
        if said.item.id == question and said.item.type != "rating" and option in said.item.option_ids:
            text, count = list(said.lines[0].counts.items())[said.item.option_ids.index(option)]
            return _Chosen(said.item.stem, text, count, said.learners) if said.learners else None
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


def _few(survey: Evaluation) -> list[Said]:
    """The questions that too few have answered for anything to be shown."""
    return [said for said in survey.questions if not said.learners]


def _asks_for_agreement(said: Said) -> bool:
    if said.item.type != "rating" or not said.learners:
        return False
    *against, rather, fully = (level.lower() for level in said.lines[0].counts)
    return len(against) == 2 and all("agree" in level and "disagree" not in level for level in (rather, fully))


# ---- Blocks ----------------------------------------------------------------------------------------------------------


def _blocks(survey: Evaluation) -> Iterator[Block]:
    if not survey.questions:
        yield Note(f"Nothing is shown before {survey.fewest} have answered: of fewer, one could tell who said what.")
    rated, against = _rated(survey), list(_objections(survey))
    if rated and (bars := [one for one in _agreements(rated) if one.answers >= words.ENOUGH_FOR_PERCENT]):
        yield _picture(survey, rated, bars)
    if against:
        yield Note(" ".join(against))
    for said in survey.questions:
        if said.lines and said.learners:
            yield _table(survey, said)
    if few := _few(survey):
        stems = " ".join(f"“{said.item.stem}”" for said in few)
        yield Note(f"Fewer than {words.number(survey.fewest)} answered, so nothing is shown: {stems}")


def _picture(survey: Evaluation, said: Said, bars: Sequence[Agreement]) -> Figure:
    *_, other, level = said.lines[0].counts
    caption = f"{said.item.stem} Percent of those who answered this; the rest of a bar did not agree."
    return Figure(_name(survey, said), caption, agreeing(bars, level, other))


def _name(survey: Evaluation, said: Said) -> str:
    return f"{survey.assignment}-{said.number}"


def _table(survey: Evaluation, said: Said) -> Table:
    """A rating has a row for each statement with how many rated it, a choice a row for each answer."""
    name, stem, who = _name(survey, said), said.item.stem, words.counted(said.learners, "learner")
    if said.item.type == "rating":
        levels = tuple(said.lines[0].counts)
        rows = [(line.text, *line.counts.values(), line.answers) for line in said.lines]
        frame = pd.DataFrame(rows, columns=["statement", *levels, "answers"])
        few = frame["answers"] == 0
        frame[[*levels, "answers"]] = frame[[*levels, "answers"]].astype("Int64").mask(few)
        dash = f"; a dash: fewer than {words.number(survey.fewest)} did" if few.any() else ""
        columns = (*(Column(one, one, ".0f") for one in levels), Column("answers", "Answers", ".0f"))
        return Table(
            name,
            f"{stem} ({who}, some of whom left out a row{dash})",
            frame,
            (Column("statement", "Statement"), *columns),
        )
    several = ", with one answer or more" if said.item.type == "mrq" else ""
    frame = pd.DataFrame(said.lines[0].counts.items(), columns=["answer", "learners"])
    columns = (Column("answer", "Answer"), Column("learners", "Learners", ".0f"))
    return Table(name, f"{stem} ({who}{several})", frame, columns)
