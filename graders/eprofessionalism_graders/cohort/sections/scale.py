"""How far a result of the test can be trusted: its error, and what that means at the pass mark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from eprofessionalism_graders.cohort.analysis.precision import conditional_sem_of, livingston, sem_by_band
from eprofessionalism_graders.cohort.analysis.scale import FIRST_LOOK, scale_statistics
from eprofessionalism_graders.cohort.document import Block, Column, Note, Section, Table
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.sittings import Sat, sat
from eprofessionalism_graders.cohort.words import capital, counted

END_OF_COURSE, LOCAL = 0.8, 0.7
"""Reliability for a pass or fail at the end of a course, and for a local one of low stakes. 0.8 to 0.9 is
what providers and regulators take for adequate (Tighe et al, BMC Med Educ 2010;10:40); 0.7 is a convention. How much it
takes depends on what hangs on it (Downing, Med Educ 2004;38:1006-1012)."""

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
    "livingston": "Reliability of passing or failing (Livingston)",
}
"""What the rows of the table are called."""


@dataclass(frozen=True)
class _Form:
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
        return found.astype(dict.fromkeys(ends, "float64"))

    def value(self, name: str) -> float:
        """A statistic."""
        return float(self.statistics["value"][name])

    @property
    def is_known(self) -> bool:
        """Whether anything is concluded from its error of measurement."""
        return self.sat.learners >= FIRST_LOOK and not pd.isna(self.value("sem"))

    @cached_property
    def near(self) -> int:
        """How many are within one standard error of the pass mark."""
        percent = 100 * self.sat.matrix.sum(axis=1) / self.points
        return int(((percent - self.pass_mark).abs() <= self.value("sem_percent") + 1e-9).sum())


def section(results: Results) -> Section | None:
    """How precise each form of the test is; None before enough learners have taken one."""
    forms = [_Form(one, results.pass_mark) for one in sat(results) if one.bank.is_test]
    if not forms:
        return None
    known = [form for form in forms if form.is_known]
    return Section(
        id="scale",
        title=_title(forms, known),
        lead=_lead(known),
        blocks=tuple(_blocks(forms)),
        answer=_near(known),
    )


# ---- Words -----------------------------------------------------------------------------------------------------------


def _title(forms: Sequence[_Form], known: Sequence[_Form]) -> str:
    """Only what the whole interval of the least reliable form bears out."""
    if any(form.value("alpha") < 0 and form.sat.learners >= FIRST_LOOK for form in forms):
        return "The questions of the test do not go together: look for a wrong key"
    if not known:
        return "Too few have taken the test to say how precise it is"
    low, high = (min(float(form.statistics[end]["alpha"]) for form in known) for end in ("low", "high"))
    if low >= END_OF_COURSE:
        return "The test is precise enough to pass or fail at the end of a course"
    if low >= LOCAL:
        return "The test is precise enough for a pass mark of your own, not to rank learners"
    if high < LOCAL:
        return "The test shows what a group knows, and is too rough to judge single learners"
    return _cannot_tell(known)


def _cannot_tell(known: Sequence[_Form]) -> str:
    """What the error of measurement comes to at the pass mark, by the form whose error is largest."""
    mark, error = known[0].pass_mark, _widest(known)
    around = " or ".join(f"{end:g}%" for end in (mark - error, mark + error) if 0 <= end <= 100)
    near, learners = _counts(known)
    were = "was" if near == 1 else "were"
    return f"The test cannot tell {mark:g}% from {around}: {near or 'none'} of {learners} {were} that close"


def _counts(known: Sequence[_Form]) -> tuple[int, int]:
    """How many learners are within the test's error of the pass mark, and of how many."""
    return sum(form.near for form in known), sum(form.sat.learners for form in known)


def _is_precise(known: Sequence[_Form]) -> bool:
    """Whether the least reliable form is clearly good enough for a pass mark."""
    return min(float(form.statistics["low"]["alpha"]) for form in known) >= LOCAL


def _lead(known: Sequence[_Form]) -> str:
    if not known:
        return f"That takes {FIRST_LOOK} learners who took the same form after the course."
    alphas = _range([f"{form.value('alpha'):.2f}" for form in known])
    return (
        f"Two times in three, a result lies within {_error(known)} percentage points of what the learner would average "
        f"on many tests like this one (the standard error of measurement). Reliability (Cronbach’s alpha) is {alphas}; "
        f"{END_OF_COURSE:g} is commonly asked for, {LOCAL:g} where less hangs on it."
    )


def _error(known: Sequence[_Form]) -> str:
    """The standard error of measurement, in percentage points."""
    return _range([f"{form.value('sem_percent'):.0f}" for form in known])


def _widest(known: Sequence[_Form]) -> int:
    """The largest of the forms' errors, in whole percentage points."""
    return max(1, round(max(form.value("sem_percent") for form in known)))


def _range(shown: Sequence[str]) -> str:
    low, high = min(shown, key=float), max(shown, key=float)
    return low if low == high else f"{low} to {high}"


def _near(known: Sequence[_Form]) -> str:
    """Whom the error of measurement may have passed or failed."""
    if not known:
        return ""
    near, learners = _counts(known)
    which = "" if len(known) > 1 else f" who took {known[0].sat.name}"
    within = f"within the test’s error ({_error(known)} percentage points) of the pass mark of {known[0].pass_mark:g}%"
    if not near:
        return f"None of the {learners} learners{which} came {within}."
    some = "that learner might" if near == 1 else "some of them would"
    said = (
        f"{near} of {learners} learners{which} came {within}: on another day, {some} have come out on the other side."
    )
    if _is_precise(known):
        return said
    error = _widest(known)
    return f"{said} Do not let a single result within {error} point{'s' * (error != 1)} of the mark decide."


# ---- Blocks ----------------------------------------------------------------------------------------------------------


def _blocks(forms: Sequence[_Form]) -> Iterator[Block]:
    if known := [form for form in forms if form.is_known]:
        yield Note(_near(known))
    for form in forms:
        yield from _notes(form)
    for form in forms:
        yield _statistics(form)
        if form.is_known:
            yield from _by_total(form)


def _notes(form: _Form) -> Iterator[Note]:
    name, learners = capital(form.sat.name), form.sat.learners
    note = form.statistics["note"]["alpha"]
    if learners < FIRST_LOOK:
        yield Note(
            f"{name} was taken by {counted(learners, 'learner')} after the course; how precise it is can be said from "
            f"{FIRST_LOOK} on."
        )
    elif note:
        yield Note(f"{name}, reliability: {note}.", caution=form.value("alpha") < 0)


def _statistics(form: _Form) -> Table:
    rows = form.statistics.reset_index()
    rows.insert(0, "what", rows["statistic"].map(TITLES))
    columns = (
        Column("what", "Statistic"),
        Column("value", "Value", ".2f"),
        Column("low", "from", ".2f"),
        Column("high", "to (95% interval)", ".2f"),
        Column("note", "Note"),
    )
    caption = f"How precise {form.sat.name} is, in numbers: {form.sat.learners} learners, {form.points:g} points"
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


def _by_total(form: _Form) -> Iterator[Table]:
    """Where along the scale it is precise."""
    name, case = form.sat.name, form.sat.bank.case
    bands = sem_by_band(form.sat.matrix).dropna(subset=["sem"])
    if len(bands) > 1:
        bands["sem_percent"] = bands["sem"] * 100 / form.points
        caption = f"How precise low and high results of {name} are, by the difference between odd and even questions"
        yield Table(f"scale-bands-{case}", caption, bands, BANDS)
    each = conditional_sem_of(form.sat.counts, FIRST_LOOK).reset_index()
    if len(each):
        yield Table(f"scale-totals-{case}", f"How precise each total of {name} is", each, TOTALS)
