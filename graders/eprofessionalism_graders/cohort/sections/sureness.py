"""How often answers were right at each certainty, in the test and in cases: the numbers of the section on calibration.

The test after the course and the cases are never put together: in a case nobody had been taught.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

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
from eprofessionalism_graders.cohort.figures.calibration import Level
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.summary import FEWEST_LEARNERS
from eprofessionalism_graders.cohort.words import capital, listed, number

PARTS = {"post": "Test after", "practice": "Cases, first answers", "pre": "Test before"}
"""The parts of the course by sitting. They are not put together: only before the test after it was anything taught."""

SHOWN = {"post": "in the test after the course", "practice": "in cases, before their feedback"}
"""What the picture shows, in words."""

COLUMNS = (
    Column("part", "Part"),
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
    """A part of the course with the answers in it that say how sure their author was."""

    sitting: str
    answers: pd.DataFrame

    @property
    def where(self) -> str:
        """It, in words."""
        return SHOWN[self.sitting]

    @cached_property
    def levels(self) -> pd.DataFrame:
        """How often answers of each certainty were right."""
        return by_certainty(self.answers)

    @cached_property
    def gain(self) -> Gain | None:
        """How much more often very sure answers were right than unsure ones."""
        return sureness_gain(self.answers)


def stated(results: Results, *sittings: str) -> pd.DataFrame:
    """The graded answers that say how sure their author was, with `right` for the full score."""
    responses = results.tables.responses
    kept = responses["sitting"].isin(sittings) & responses["certainty"].notna() & responses["score"].notna()
    return responses[kept].assign(right=lambda rows: (rows["score"] > 1 - 1e-9).astype(bool))


# ---- Words and tables ------------------------------------------------------------------------------------------------


def lead(part: Part) -> str:
    """How often answers were right at each certainty: in the test, where there is one."""
    said = [_told(row, first=not place) for place, (_, row) in enumerate(part.levels.iloc[::-1].iterrows())]
    full = "each with the full score" if len(said) > 1 else "with the full score"
    return f"{capital(part.where)}, {listed(said, 'see the table')} were right, {full}."


def _told(level: pd.Series[float], *, first: bool) -> str:
    said = f"{level['percent']:.0f}% of the {level['answers']:.0f} {WORDS[int(level['certainty'])]} answers"
    between = "95% interval over learners " if first else ""
    known = pd.notna(level["low"])
    return f"{said} ({between}{level['low']:.0f} to {level['high']:.0f})" if known else said


def drawn(part: Part, row: pd.Series[float]) -> Level:
    """A certainty in a part, as the picture has it."""
    certainty = int(row["certainty"])
    most = pays_from(certainty + 1) if certainty < VERY_SURE else 100.0
    limits = (float(row["percent"]), float(row["low"]), float(row["high"]))
    is_test = part.sitting == "post"
    where = "in the test" if is_test else "in cases"
    return Level(
        WORDS[certainty].capitalize(), int(row["answers"]), *limits, (pays_from(certainty), most), where, is_test
    )


def by_part(results: Results) -> pd.DataFrame:
    """The levels of each part of the course, one below the other."""
    frames = []
    for sitting, title in PARTS.items():
        levels = by_certainty(stated(results, sitting))
        levels.insert(0, "stated", levels["certainty"].map(lambda level: WORDS[level].capitalize()))
        levels.insert(0, "part", title)
        frames.append(levels)
    return pd.concat(frames, ignore_index=True).astype({"part": "string", "stated": "string"})


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
