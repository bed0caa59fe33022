"""How often answers were right at each certainty, in the test and in cases: the numbers of the section on calibration.

The test after the course and the cases are never put together: in a case nobody had been taught. Neither are questions
with one best answer and those with several right ones: there, whoever is sure of three of four has none of it right.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import nan

import pandas as pd

from eprofessionalism.answers import CERTAINTY as WORDS
from eprofessionalism_graders.cohort.analysis.calibration import (
    FAIRLY_SURE,
    VERY_SURE,
    Gain,
    Marks,
    by_certainty,
    pays_from,
    sureness_gain,
)
from eprofessionalism_graders.cohort.document import Column, Note
from eprofessionalism_graders.cohort.doubt import doubted, left_out, sound
from eprofessionalism_graders.cohort.figures.calibration import Level
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.summary import FEWEST_LEARNERS
from eprofessionalism_graders.cohort.words import capital, counted, number

BEST = "sba"
"""The type of question whose answers are held against how sure they were: right or not, with nothing between."""

KINDS = {True: "One best answer", False: "Several right answers"}

PARTS = {"post": "Test after", "practice": "Cases, first answers", "pre": "Test before"}
"""The parts of the course by sitting. They are not put together: only before the test after it was anything taught."""

SHOWN = {"post": "in the test after the course", "practice": "in cases, before their feedback"}
"""What is told of the parts, the first one that enough learners gave answers in; in words, and `BRIEFLY`."""

BRIEFLY = {"post": "in the test", "practice": "in cases"}

COLUMNS = (
    Column("part", "Part"),
    Column("kind", "Questions"),
    Column("stated", "Stated"),
    Column("answers", "Answers", ".0f"),
    Column("learners", "Learners", ".0f"),
    Column("percent", "Right, %", ".0f"),
    Column("low", "from", ".0f"),
    Column("high", "to", ".0f"),
    Column("gap", "Surer than right, points", "z.0f"),
    Column("mark", "Mark by certainty", "z.1f"),
)
"""Columns that are shown of `by_part`."""


@dataclass(frozen=True)
class Part:
    """A part of the course, and the answers to its questions with one best answer that say how sure one was."""

    sitting: str
    answers: pd.DataFrame

    @property
    def where(self) -> str:
        """It, in words."""
        return SHOWN[self.sitting]

    @property
    def briefly(self) -> str:
        """The same for a heading."""
        return BRIEFLY[self.sitting]

    @cached_property
    def levels(self) -> pd.DataFrame:
        """How often answers of each certainty were right."""
        return by_certainty(self.answers)

    @property
    def known(self) -> pd.DataFrame:
        """Those of them that enough learners gave for something to be concluded."""
        return self.levels.dropna(subset=["low"])

    @cached_property
    def gain(self) -> Gain | None:
        """How much more often very sure answers were right than unsure ones."""
        return sureness_gain(self.answers)


def stated(results: Results, *sittings: str) -> pd.DataFrame:
    """The graded answers that say how sure their author was, with `right` for the full score.

    Questions of the tests whose key is in doubt are left out: nobody is called sure and wrong for a wrong key.
    """
    responses = sound(results).tables.responses
    kept = responses["sitting"].isin(sittings) & responses["certainty"].notna() & responses["score"].notna()
    return responses[kept].assign(right=lambda rows: (rows["score"] > 1 - 1e-9).astype(bool))


def parts(results: Results) -> list[Part]:
    """The parts of which something may be told, with their questions with one best answer."""
    answers = {sitting: stated(results, sitting) for sitting in SHOWN}
    return [Part(sitting, found[found["type"] == BEST]) for sitting, found in answers.items()]


def not_counted(results: Results) -> str:
    """Which questions `stated` leaves out, if any that asks how sure one is; a sentence, after a blank."""
    asked = set(results.tables.responses.dropna(subset=["certainty"])["item"])
    return f" {left_out(results)}" if any(one.item in asked for one in doubted(results)) else ""


def are_enough(answers: pd.DataFrame) -> bool:
    """Whether enough learners gave them for something to be concluded."""
    return int(answers["learner"].nunique()) >= FEWEST_LEARNERS


# ---- Words and tables ------------------------------------------------------------------------------------------------


def lead(part: Part) -> str:
    """What is counted."""
    answers, learners = len(part.answers), part.answers["learner"].nunique()
    who = f"{counted(answers, 'answer')} of {counted(learners, 'learner')}"
    return f"Counted are questions with one best answer, {part.where}: {who}. Right is the full score."


def drawn(row: pd.Series[float]) -> Level:
    """A certainty, as the picture has it."""
    limits = (float(row["percent"]), float(row["low"]), float(row["high"]))
    return Level(WORDS[int(row["certainty"])].capitalize(), int(row["answers"]), *limits)


def by_part(results: Results) -> pd.DataFrame:
    """The levels of each part of the course and kind of question, one below the other.

    Of fewer than `FEWEST_LEARNERS` there is no share. Where several answers are right the full score is seldom earned
    by whoever is nearly right, so that it has neither gap nor mark.
    """
    frames = []
    for sitting, title in PARTS.items():
        answers = stated(results, sitting)
        for is_best, kind in KINDS.items():
            levels = by_certainty(answers[(answers["type"] == BEST) == is_best])
            levels.insert(0, "stated", levels["certainty"].map(lambda level: WORDS[level].capitalize()))
            levels.insert(0, "kind", kind)
            levels.insert(0, "part", title)
            levels.loc[levels["low"].isna(), ["right", "percent", "gap", "mark"]] = nan
            if not is_best:
                levels[["gap", "mark"]] = nan
            frames.append(levels)
    return pd.concat(frames, ignore_index=True).astype({"part": "string", "kind": "string", "stated": "string"})


def sureness(part: Part) -> Note:
    """Whether being sure went with being right."""
    if part.gain is None:
        few = f"{part.where}, fewer than {number(FEWEST_LEARNERS)} learners were very sure, or not sure, of anything"
        return Note(f"{capital(few)}: what sureness was worth cannot be said.")
    how = "more" if part.gain.points >= 0 else "less"
    between = f"{part.gain.low:z.0f} to {part.gain.high:z.0f}".replace("-", "−")
    return Note(
        f"{capital(part.where)}, very sure answers were right {how} often than unsure ones, by "
        f"{abs(part.gain.points):.0f} percentage points (95% interval of the difference {between})."
    )


def marked(marks: Marks, where: str) -> Note:
    """What certainty-based marking would have given."""
    stated, best = (f"{mark:z.2f}".replace("-", "−") for mark in marks)
    return Note(
        "Certainty-based marking gives a right answer 1, 2 or 3 and a wrong one 0, −2 or −6, by how sure it was: "
        f"fairly sure then pays from {pays_from(FAIRLY_SURE):.0f}% and very sure from {pays_from(VERY_SURE):.0f}%. So "
        f"marked, the answers {where} had {stated} each on average; with the certainties that pay most at these shares "
        f"they would have had {best}. Learners were not told so and are not graded so: it is a yardstick.",
        title="If each answer were marked by how sure it was",
    )
