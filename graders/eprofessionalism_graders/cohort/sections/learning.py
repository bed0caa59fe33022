"""Whether they scored higher after the course: the test before it against its parallel form after it.

A higher score is called that, and not learning: nobody who was not taught took the tests, and the second one is much
like the first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from eprofessionalism.sequence import BEFORE_AND_AFTER
from eprofessionalism_graders.cohort.analysis import learning
from eprofessionalism_graders.cohort.analysis.intervals import RESAMPLES, Estimate
from eprofessionalism_graders.cohort.analysis.learning import CEILING, FEWEST_PAIRS, Paired
from eprofessionalism_graders.cohort.document import Block, Column, Figure, Note, Section, Table
from eprofessionalism_graders.cohort.figures import learning as figures
from eprofessionalism_graders.cohort.figures.base import Plot
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.sections import gained
from eprofessionalism_graders.cohort.tables import NOT_ASKED, PARTLY
from eprofessionalism_graders.cohort.words import capital, counted, number

ATTRITION = "attrition"
MEASURES = {
    "before": "Before the course, %",
    "after": "After the course, %",
    "gain": "Gain, points of percent",
    "form_difference": "How much easier form {} is than form {}, points",
    "hedges_g": "Gain in standard deviations (Hedges’ g)",
    "normalized_gain": "Normalised gain: part of what was left to gain",
    ATTRITION: "How much higher than the others those began who came back, points",
}
"""What the measures are called."""

NO_COMPARISON = (
    "There was nobody to compare with who was not taught. Part of any gain may come from having seen such a test "
    "before, or from what they learned elsewhere in these weeks."
)
GAIN_TRAP = (
    "A normalised gain favours those who began high: from 90% it takes 5 points to gain half of what was left, from "
    "50% it takes 25. Compare it only between cohorts that began alike, and never without the points."
)
YARDSTICK = (
    "From 40 accredited online activities of continuing medical education a benchmark of 0.48 to 0.75 standard "
    "deviations was drawn (Olivieri and Downes 2020). They had other tests and other learners: a yardstick, not a mark."
)
SAMPLES = (
    f"Intervals are from {RESAMPLES:,} bootstrap samples of the learners: they say what another draw of such learners "
    "would do."
)
UNBALANCED = (
    "The two orders of the forms could not be told apart, because too few learners took one of them. So if the form "
    "that most took afterwards is the easier one, that is in the gain too."
)
_RANGE = (Column("low", "95% from", ".3g"), Column("high", "to", ".3g"))


@dataclass(frozen=True)
class _Found:
    """The learners by id, those who have both results, what changed, by measure, and how those began who came back."""

    learners: pd.DataFrame
    both: Paired
    change: pd.DataFrame
    attrition: Estimate

    def __getitem__(self, measure: str) -> Estimate:
        rows = self.change.loc[self.change["measure"] == measure, ["value", "low", "high"]]
        return Estimate(*map(float, rows.to_numpy()[0]))


def section(results: Results) -> Section | None:
    """What changed; None where nobody was asked before the course."""
    learners = results.tables.learners.set_index("learner")
    if (learners["pre_status"] == NOT_ASKED).all():
        return None
    both = learning.paired(learners["pre_percent"], learners["post_percent"], learners["pre_form"])
    attrition = learning.attrition(learners["pre_percent"], learners["post_percent"], learners["pre_form"])
    found = _Found(learners, both, learning.change(both), attrition)
    if not both.enough:
        return _too_few(found)
    return Section("learning", _title(found), _lead(found), tuple(_blocks(results, found)), _answer(found))


def _too_few(found: _Found) -> Section:
    count = found.both.learners
    who = counted(count, "learner")
    title = f"Whether they learned cannot be told from {who}" if count else "Whether they learned cannot be told yet"
    lead = (
        f"{capital(who)} {'has' if count == 1 else 'have'} a result of both tests. From fewer than {FEWEST_PAIRS} "
        "nothing is concluded: the gain of a few says more of them, and of the luck of a day, than of the course."
    )
    return Section("learning", title, lead, (_presence(found),))


# ---- What is said ----------------------------------------------------------------------------------------------------


def _title(found: _Found) -> str:
    """By how much they scored higher or lower, where chance is no likely reason; else that it is not clear."""
    gain = found["gain"]
    before, after = _means(found)
    means = f"{before} before the course, {after} after it"
    if gain.sign and _size(gain.value) != "0":
        return f"They scored {_points(gain.value, ('higher', 'lower'))} after the course"
    if gain.sign or (_size(gain.value) == "0" and not gain.known):  # without an interval all gained alike
        return f"Hardly any change: {means}"
    return f"No clear change: {means}" if gain.known else capital(means)


def _answer(found: _Found) -> str:
    gain = found["gain"]
    before, after = _means(found)
    text = f"The {found.both.learners} who took both tests had {before} of the points before the course and {after} "
    text += f"after it: {_points(gain.value)}"
    return f"{text} ({_between(gain)})." if gain.known else f"{text}."


def _means(found: _Found) -> tuple[str, str]:
    """The means of both tests, as exact as it takes for their difference to be the gain that is told."""
    before, after, gain = (found[name].value for name in ("before", "after", "gain"))
    digits = int(round(after) - round(before) != round(gain))
    return f"{before:.{digits}f}%", f"{after:.{digits}f}%"


def _points(points: float, words: tuple[str, str] = ("more", "less")) -> str:
    """A difference in words."""
    size = _size(points)
    if size == "0":
        return "about the same"
    return f"{size} point{'s' * (size != '1')} {words[points < 0]}"


def _size(points: float) -> str:
    return f"{abs(points):.0f}"


def _between(found: Estimate) -> str:
    return f"95% interval {found.low:z.0f} to {found.high:z.0f}".replace("-", "−")


def _lead(found: _Found) -> str:
    parts = [NO_COMPARISON]
    parts.append(f"Counted are the {found.both.learners} with a result of both tests{_others(found.learners)}.")
    if found.both.balanced:
        first, second = (len(rows) for rows in found.both.strata)
        parts.append(
            f"{capital(number(first))} began with form A and {number(second)} with form B, and each took the other one "
            "afterwards; both orders count alike, so that a harder form is not taken for learning."
        )
    return " ".join(parts)


def _others(learners: pd.DataFrame) -> str:
    """Those who have one result alone."""
    before, after = learners["pre_percent"].notna(), learners["post_percent"].notna()
    only = {"before": int((before & ~after).sum()), "after": int((after & ~before).sum())}
    said = [f"{number(count)} with one of the test {when} it alone" for when, count in only.items() if count]
    return f", and not {' or '.join(said)}" if said else ""


# ---- What is shown ---------------------------------------------------------------------------------------------------


def _blocks(results: Results, found: _Found) -> Iterator[Block]:
    yield Figure(
        "learning",
        "The same learners in both tests: how many had which percentage. The line is the mean.",
        _both_tests(found),
    )
    yield from _cautions(found)
    yield _measures(found)
    yield from gained.blocks(results, found.learners, found.both)
    yield _presence(found)
    effect, part = found["hedges_g"], found["normalized_gain"]
    if effect.known:
        here = f"The gain is {_exact(effect)} standard deviations (Hedges’ g)."
        yield Note(f"{here} {YARDSTICK}")
    if part.known:
        yield Note(GAIN_TRAP, title=f"Normalised gain: {_exact(part)} of what was left to gain")
    elif found["before"].value >= CEILING:
        why = f"From a mean of {CEILING}% before on, too little was left to gain."
        yield Note(why, title="No normalised gain is given")
    yield Note(SAMPLES)


def _exact(found: Estimate) -> str:
    return f"{found.value:z.2f} ({found.low:z.2f} to {found.high:z.2f})".replace("-", "−")


def _both_tests(found: _Found) -> Plot:
    results = found.learners[["pre_percent", "post_percent"]].dropna().astype("float64")
    tests = [
        figures.Sitting(f"{name} the course", tuple(results[f"{test}_percent"]), mean.value, mean.low, mean.high)
        for name, test in (("before", "pre"), ("after", "post"))
        for mean in [found[name]]
    ]
    return figures.before_and_after(*tests)


def _cautions(found: _Found) -> Iterator[Note]:
    if not found.both.balanced:
        yield Note(UNBALANCED, caution=True)
    has_both = found.learners[["pre_percent", "post_percent"]].notna().all(axis=1)
    open_left = int((has_both & (found.learners["pre_status"] == PARTLY)).sum())
    if open_left:
        yield Note(
            f"{capital(number(open_left))} of them left questions of the first test open, which count as 0. Where they "
            "had no time, and not no answer, the gain looks larger than it is.",
            caution=True,
        )
    yield from _left(found)


def _left(found: _Found) -> Iterator[Note]:
    """Whether those who stayed began as the others did."""
    gap, began = found.attrition, found.learners["pre_percent"].notna()
    came = int((began & found.learners["post_percent"].notna()).sum())
    if gap.known:
        clear = "" if gap.sign else ", which may be chance"
        said = (
            f"The {came} who came back for the second test had begun {_points(gap.value, ('higher', 'lower'))} than "
            f"the {int(began.sum()) - came} who did not ({_between(gap)}){clear}. The gain is that of those who came "
            "back."
        ).replace("about the same than", "about as high as")
        yield Note(said, caution=bool(gap.sign))


def _measures(found: _Found) -> Table:
    names = MEASURES | {"form_difference": MEASURES["form_difference"].format(*reversed(BEFORE_AND_AFTER))}
    left = pd.DataFrame([(ATTRITION, found.attrition.value, found.attrition.low, found.attrition.high)])
    frame = pd.concat([found.change, left.set_axis(found.change.columns, axis=1)], ignore_index=True)
    frame["what"] = frame["measure"].map(names)
    frame = frame[["measure", "what", "value", "low", "high"]].round({"value": 3, "low": 3, "high": 3})
    columns = (Column("what", "Measure"), Column("value", "Value", ".3g"), *_RANGE)
    return Table("learning-measures", "Before, after and gain, in numbers", frame.dropna(subset="value"), columns)


def _presence(found: _Found) -> Table:
    frame = learning.presence(found.learners["pre_percent"], found.learners["post_percent"])
    columns = (
        Column("took", "Has a result of"),
        Column("learners", "Learners"),
        Column("before", "Mean before, %", ".0f"),
        Column("after", "Mean after, %", ".0f"),
    )
    frame["took"] = ["both tests", "the test before alone", "the test after alone", "neither"]
    return Table("learning-presence", "Who took which test", frame, columns)
