"""This offering against earlier ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from eprofessionalism_graders.cohort.analysis import comparing
from eprofessionalism_graders.cohort.analysis.intervals import FEWEST, LEVEL
from eprofessionalism_graders.cohort.document import Block, Column, Note, Section, Table
from eprofessionalism_graders.cohort.doubt import left_out, sound
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.sections.compared import DESCRIBED, SAME, SHARES, SIGNED, apart, estimate, figure
from eprofessionalism_graders.cohort.sections.differing import PLACE, places
from eprofessionalism_graders.cohort.sections.few import without_percents
from eprofessionalism_graders.cohort.topics import topics
from eprofessionalism_graders.cohort.words import counted, number

OTHER_YEARS = (
    "Other years had other learners, perhaps other cases, and a key as it was then; and a later year may score higher "
    "because questions have become known. Compared are only questions that both offerings asked, each form with itself."
)
TOO_FEW = "Too few results to compare years"
FEWEST_A_YEAR = 10
"""Of fewer in a year, or on a question, a difference would have to be huge to be seen; it is our choice."""

PRESENT = "This offering"
MOST_EARLIER = 8
"""So many earlier offerings are compared, the latest ones."""


@dataclass(frozen=True)
class _Years:
    """What is compared. `present` is what this offering is called beside the earlier ones."""

    results: Results
    present: str
    earlier: tuple[str, ...]
    scores: pd.DataFrame

    @cached_property
    def gaps(self) -> pd.DataFrame:
        """This offering against each earlier one."""
        return comparing.against_earlier(self.scores, self.present, self.earlier)

    @property
    def last(self) -> str:
        """The latest earlier offering."""
        return self.earlier[-1]


def section(results: Results) -> Section | None:
    """This offering against earlier ones; None without an earlier offering, or without a result of this one."""
    found = _read(results)
    if not found.earlier or found.present not in set(found.scores["offering"]):
        return None
    if found.gaps["questions"].any() and found.gaps[["learners", "others"]].max().min() < FEWEST_A_YEAR:
        return Section("years", TOO_FEW, f"It takes {number(FEWEST_A_YEAR)} results of each.")
    title, last = _title(found), found.gaps.iloc[-1]
    said = ""
    if last["questions"]:
        asked = counted(int(last["questions"]), "question")
        said = f"{last['mean']:.0f}% after {last['others_mean']:.0f}% in {found.last}, on {asked} that both asked."
    return Section("years", title, said, tuple(_blocks(found)), f"{title}. {said}".strip())


def _read(results: Results) -> _Years:
    """The tests of all offerings, the earlier ones in the order of their dates."""
    now, before = results.tables.responses, results.earlier
    names = _in_time(before) if len(before) else []
    present = PRESENT if PRESENT not in names else f"{PRESENT} (now)"
    parts = [now.assign(offering=present), *([before] if names else [])]
    scores = pd.concat([comparing.scores(part) for part in parts], ignore_index=True)
    sizes = comparing.percents(scores)["offering"].value_counts()
    tested = set(sizes[sizes >= FEWEST].index)
    earlier = [name for name in names if name in tested][-MOST_EARLIER:]
    return _Years(results, present, tuple(earlier), scores[scores["offering"].isin([present, *earlier])])


def _in_time(responses: pd.DataFrame) -> list[str]:
    """Offerings by the middle of the times at which was answered, a learner's clock that is wrong notwithstanding."""
    times = {
        str(name): sorted(map(str, part["at"].dropna())) for name, part in responses.groupby("offering", observed=True)
    }
    return sorted(times, key=lambda name: (times[name][len(times[name]) // 2] if times[name] else "", name))


def _title(found: _Years) -> str:
    """Whether they scored higher or lower than in the latest earlier offering."""
    gap = estimate(found.gaps.iloc[-1])
    if gap.sign:
        return f"Scored {apart(gap, f'in {found.last}')}"
    if found.gaps["low"].isna().all():
        return TOO_FEW
    return f"No clear difference from {found.last}"


# ---- Blocks ----------------------------------------------------------------------------------------------------------


def _blocks(found: _Years) -> Iterator[Block]:
    mark = found.results.pass_mark
    described = comparing.described(comparing.percents(found.scores), "offering", mark)
    described = described.set_index("name").loc[[*found.earlier, found.present]].reset_index()
    yield figure("years", "Offering", described, mark, "its own whole test after the course")
    yield Table(
        "years", SAME, without_percents(described, "learners", *SHARES), (Column("name", "Offering"), *DESCRIBED)
    )
    yield Note(OTHER_YEARS, caution=True)
    columns = (
        Column("name", "Earlier offering"),
        Column("questions", "Questions in common"),
        Column("others_mean", "Mean then, %", ".0f"),
        Column("mean", "Mean now, %", ".0f"),
        *SIGNED,
    )
    caption = f"This offering against each earlier one, on questions that both had{_by_chance(found.gaps)}"
    yield Table("years-compared", caption, found.gaps, columns)
    yield from (table for table in (_topics(found), _questions(found)) if len(table.frame))


def _by_chance(differences: pd.DataFrame) -> str:
    """How many intervals of several leave out 0, and how many would if nothing differed."""
    known = differences.dropna(subset=["low"])
    if len(known) < 2:
        return ""
    clear = int(((known["low"] > 0) | (known["high"] < 0)).sum())
    chance = (1 - LEVEL) * len(known)
    would = "fewer than one" if chance < 1 else f"about {number(round(chance))}"
    leave = f"{number(clear)} leave{'s' * (clear == 1)}" if clear else "none leaves"
    return f". Of {number(len(known))} intervals {leave} out 0; by chance alone {would} would"


def _topics(found: _Years) -> Table:
    """How easy each topic was then and is now, without questions whose key is in doubt: four questions are few."""
    about = topics(sound(found.results).banks)
    scores = found.scores.assign(topic=found.scores["item"].map(about)).dropna(subset=["topic"])
    frame = comparing.facility_changes(scores, found.present, found.last, by="topic").dropna(subset=["low"])
    basis = f"Topics since {found.last}, on questions that both had{_by_chance(frame)}."
    caption = f"{basis} {left_out(found.results)}".rstrip(". ")
    columns = (Column("unit", "Topic"), Column("then", "Then, %", ".0f"), Column("now", "Now, %", ".0f"), *SIGNED)
    return Table("years-topics", caption, frame, columns)


def _questions(found: _Years) -> Table:
    """How easy each question was in each offering, of those that this one asks, where enough had it in their test."""
    own = set(found.scores.loc[found.scores["offering"] == found.present, "item"])
    shared = found.scores[found.scores["item"].isin(own)]
    asked = pd.DataFrame(places(found.results), columns=["unit", "place", "asks"])
    told = comparing.facilities(shared)
    wide = told[told["learners"] >= FEWEST_A_YEAR].pivot_table(index="unit", columns="offering", values="facility")
    order = [offering for offering in (*found.earlier, found.present) if offering in wide.columns]
    changes = comparing.facility_changes(shared, found.present, found.last)[["unit", "difference", "low", "high"]]
    changes = changes.dropna(subset=["low"])
    changes = changes[changes["unit"].isin(wide.index)]
    frame = asked.merge(wide[order], left_on="unit", right_index=True).merge(changes, how="left", on="unit")
    columns = (*PLACE, *(Column(offering, offering, ".0f") for offering in order), *SIGNED)
    since = f"the difference is since {found.last}, on questions that both had"
    caption = f"Percent of the points by question; {since}{_by_chance(changes)}"
    return Table("years-questions", caption, frame, columns)
