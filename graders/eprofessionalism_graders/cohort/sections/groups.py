"""Groups of the roster against each other, and questions that are not for all."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from eprofessionalism_graders.cohort.analysis import comparing
from eprofessionalism_graders.cohort.analysis.intervals import FEWEST
from eprofessionalism_graders.cohort.document import Block, Column, Note, Section, Table
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.sections import differing
from eprofessionalism_graders.cohort.sections.compared import (
    DESCRIBED,
    SAME,
    SHARES,
    SIGNED,
    TOGETHER,
    apart,
    estimate,
    figure,
)
from eprofessionalism_graders.cohort.sections.few import without_percents
from eprofessionalism_graders.cohort.words import capital, counted, listed, number, share

CHANCE = (
    "An interval says what chance alone may do. It knows nothing of why learners are in one group and not in another, "
    "what they were taught elsewhere, or who never took the test."
)


def section(results: Results) -> Section | None:
    """Each group against the others; None with fewer than two groups that have a result."""
    scores = comparing.scores(results.tables.responses.assign(offering=""))
    groups = results.tables.learners.set_index("learner")["group"]
    here = comparing.percents(scores)
    here = here.assign(group=here["learner"].map(groups)).dropna(subset=["percent"])
    sizes = here["group"].value_counts()
    if len(sizes) < 2:
        return None
    hidden = _hidden(int((sizes < FEWEST).sum()))
    if (sizes >= FEWEST).sum() < 2:
        return Section("groups", "Too few results to compare groups", hidden)
    here["group"] = here["group"].where(here["group"].map(sizes) >= FEWEST)  # the rest are among the others
    against = comparing.against_others(here, "group", scores["item"].nunique())
    described = comparing.described(here, "group", results.pass_mark)
    title, passed = _title(against), _passed(described)
    lead = " ".join(filter(None, (passed, hidden, _rule(len(against)))))
    blocks = (*_blocks(results, described, against), Note(CHANCE), *differing.blocks(results))
    return Section("groups", title, lead, blocks, f"{title}. {passed}")


# ---- What is said ----------------------------------------------------------------------------------------------------


def _title(against: pd.DataFrame) -> str:
    """The groups that are lower than the others, and those that are higher, beyond chance."""
    said = [_beyond(against, -1, "lower"), _beyond(against, 1, "higher")]
    told = list(filter(None, said))
    if told:  # of two groups one is lower because the other is higher
        return "; ".join(told[:1] if len(against) == 2 else told)
    return "No clear difference between groups"


def _beyond(against: pd.DataFrame, sign: int, word: str) -> str:
    found = [(row, gap) for row, gap in ((row, estimate(row)) for _, row in against.iterrows()) if gap.sign == sign]
    if len(found) == 1:
        row, gap = found[0]
        return f"{row['name']} scored {apart(gap, 'the others')}"
    names = [f"{row['name']} ({row['mean']:.0f}%)" for row, _ in found]
    return f"{listed(names, 'see the table')} scored {word} than the others" if names else ""


def _passed(described: pd.DataFrame) -> str:
    """How many passed at once, by group, the fewest first."""
    order = described.sort_values(["share", "name"])
    counts = zip(order["name"], order["passed"], order["learners"], strict=True)
    shares = [f"{share(passed, learners)} in {name}" for name, passed, learners in counts]
    return f"{capital(listed(shares, 'see the table'))} passed at the first attempt."


def _hidden(few: int) -> str:
    """How many groups are left out, whom everybody would recognise in their results."""
    if not few:
        return ""
    have, are = ("has", "is") if few == 1 else ("have", "are")
    least = f"fewer than {number(FEWEST)} results{' each' if few > 1 else ''}"
    return f"{capital(counted(few, 'group'))} {have} {least} and {are} not shown."


def _rule(groups: int) -> str:
    said = "A group is called lower or higher where the whole 95% interval of its difference from all others says so"
    if groups > 2:
        said += "; the intervals hold for all groups together, since of many groups one differs by chance"
    return f"{said}."


def _blocks(results: Results, described: pd.DataFrame, against: pd.DataFrame) -> Iterator[Block]:
    yield figure("groups", "Group", described, results.pass_mark, "the test after the course")
    yield Table("groups", SAME, without_percents(described, "learners", *SHARES), (Column("name", "Group"), *DESCRIBED))
    columns = (
        Column("name", "Group"),
        Column("mean", "Its mean, %", ".0f"),
        Column("others_mean", "Mean of the others, %", ".0f"),
        *(TOGETHER if len(against) > 2 else SIGNED),
    )
    caption = "Each group against all others"
    if len(against) > 2:
        caption += "; the intervals hold all together 95 times in 100"
    yield Table("groups-compared", caption, against, columns)
