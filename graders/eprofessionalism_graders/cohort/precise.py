"""How precise one form of a test is, and its tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from eprofessionalism_graders.cohort.analysis.precision import conditional_sem_of, livingston, sem_by_band
from eprofessionalism_graders.cohort.analysis.scale import FIRST_LOOK, scale_statistics
from eprofessionalism_graders.cohort.document import Column, Table
from eprofessionalism_graders.cohort.sittings import Sat
from eprofessionalism_graders.cohort.words import listed

TITLES = {
    "mean": "Mean, in points",
    "sd": "Standard deviation, in points",
    "min": "Lowest result, in points",
    "max": "Highest result, in points",
    "skew": "Skewness",
    "alpha": "Reliability: Cronbach’s alpha",
    "kr20": "Reliability: KR-20",
    "omega": "Reliability: McDonald’s omega",
    "split_half": "Reliability: odd against even questions (Spearman-Brown)",
    "guttman": "Reliability: the same halves (Guttman)",
    "sem": "Standard error of measurement, in points",
    "sem_percent": "Standard error of measurement, in percentage points",
    "livingston": "Reliability about the pass mark, not of decisions (Livingston’s K²)",
    "alpha_sound": "Cronbach’s alpha without the questions in doubt",
    "sem_sound": "Standard error without them, in percentage points",
}
"""What the rows of the table are called."""


@dataclass(frozen=True)
class Form:
    """One form of the test as taken after the course."""

    sat: Sat
    pass_mark: float

    @cached_property
    def points(self) -> float:
        """What can be earned."""
        return sum(item.points for item in self.sat.items.values())

    @cached_property
    def statistics(self) -> pd.DataFrame:
        """As `scale_statistics`, and what they mean in percent and at the pass mark."""
        found = scale_statistics(self.sat.matrix)
        found.loc["sem_percent"] = found.loc["sem"]
        ends = ["value", "low", "high"]
        found.loc["sem_percent", ends] = found.loc["sem", ends].astype("float64") * 100 / self.points
        at_mark = livingston(found, self.pass_mark * self.points / 100)
        found.loc["livingston"] = [at_mark, None, None, self.sat.learners, found["note"]["sem"]]
        return pd.concat([found, self._sound]).astype(dict.fromkeys(ends, "float64"))

    @property
    def _sound(self) -> pd.DataFrame:
        """Reliability and error without the questions whose key is in doubt; no rows where there is none."""
        doubted = self.sat.doubted
        kept = [item for item in self.sat.items.values() if item.id not in doubted]
        if not doubted or not kept:
            return pd.DataFrame()
        points = sum(item.points for item in kept)
        found = scale_statistics(self.sat.matrix[[item.id for item in kept]]).loc[["alpha", "sem"]]
        found.loc["sem", ["value", "low", "high"]] *= 100 / points
        left_out = f"without {listed([self.sat.called(item) for item in doubted], 'see the questions')}"
        found["note"] = [f"{left_out}; {note}" if note else left_out for note in found["note"]]
        return found.rename(index={"alpha": "alpha_sound", "sem": "sem_sound"})

    def value(self, name: str) -> float:
        """A statistic."""
        return float(self.statistics["value"][name])

    @property
    def is_known(self) -> bool:
        """Whether anything is concluded from its error of measurement."""
        return self.sat.learners >= FIRST_LOOK and not pd.isna(self.value("sem"))

    @property
    def runs_against(self) -> bool:
        """Whether its questions run against each other beyond chance: the whole interval of alpha is below zero."""
        return float(self.statistics["high"]["alpha"]) < 0

    def near(self, error: int) -> int:
        """How many are within so many percentage points of the pass mark."""
        percent = 100 * self.sat.matrix.sum(axis=1) / self.points
        return int(((percent - self.pass_mark).abs() <= error + 1e-9).sum())


# ---- Tables ----------------------------------------------------------------------------------------------------------


def tables(forms: Sequence[Form]) -> Iterator[Table]:
    """The numbers of each form, and where along the scale it is precise."""
    for form in forms:
        yield _statistics(form)
        if form.is_known:
            yield from _by_total(form)


def _statistics(form: Form) -> Table:
    """The table of a form; that all of several rows lack the same learners is said once, in its caption."""
    rows, why = form.statistics.reset_index(), form.statistics["note"]["alpha"]
    why = why if pd.isna(form.value("alpha")) else ""
    if why:
        rows = rows[rows["value"].notna()]
    rows.insert(0, "what", rows["statistic"].map(TITLES))
    columns = (
        Column("what", "Statistic"),
        Column("value", "Value", ".2f"),
        Column("low", "from", ".2f"),
        Column("high", "to (95% interval)", ".2f"),
        Column("note", "Note"),
    )
    caption = f"How precise {form.sat.name} is, in numbers: {form.sat.learners} learners, {form.points:g} points"
    caption += f"; reliability and error: {why}" * bool(why)
    return Table(f"scale-{form.sat.bank.case}", caption, rows, columns)


BANDS = (
    Column("lowest", "From, points", ".1f"),
    Column("highest", "to", ".1f"),
    Column("n", "Learners", ".0f"),
    Column("sem", "Standard error, points", ".1f"),
    Column("low", "from", ".1f"),
    Column("high", "to (95% interval)", ".1f"),
    Column("sem_percent", "in percentage points", ".0f"),
)
TOTALS = (
    Column("total", "Points", ".0f"),
    Column("n", "Learners", ".0f"),
    Column("keats", "Standard error, points (Keats)", ".2f"),
    Column("lord", "the same by Lord", ".2f"),
)


def _by_total(form: Form) -> Iterator[Table]:
    """Where along the scale it is precise."""
    name, case = form.sat.name, form.sat.bank.case
    bands = sem_by_band(form.sat.matrix).dropna(subset=["sem"])
    if len(bands) > 1:
        bands = pd.concat([bands, sem_by_band(form.sat.matrix, 1)], ignore_index=True)
        bands["sem_percent"] = bands["sem"] * 100 / form.points
        caption = (
            f"How precise low and high results of {name} are, by the difference between odd and even questions; the "
            f"last row is all results, whose error by alpha is {form.value('sem'):.1f} points"
        )
        yield Table(f"scale-bands-{case}", caption, bands, BANDS)
    each = conditional_sem_of(form.sat.counts, FIRST_LOOK).reset_index()
    if len(each):
        yield Table(f"scale-totals-{case}", f"How precise each total of {name} is", each, TOTALS)
