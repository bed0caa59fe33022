"""Groups of the roster against each other, this offering against earlier ones, and questions that are not for all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from eprofessionalism_graders.cohort.analysis import comparing
from eprofessionalism_graders.cohort.analysis.intervals import FEWEST, Estimate
from eprofessionalism_graders.cohort.document import Block, Column, Figure, Note, Section, Table
from eprofessionalism_graders.cohort.figures.comparing import Mean, by_name
from eprofessionalism_graders.cohort.results import Results
from eprofessionalism_graders.cohort.sections import differing
from eprofessionalism_graders.cohort.sections.differing import PLACE, places
from eprofessionalism_graders.cohort.topics import topics
from eprofessionalism_graders.cohort.words import capital, counted, listed, number

CHANCE = (
    "An interval says what chance alone may do. It knows nothing of why learners are in one group or year and not in "
    "another, what they were taught elsewhere, or who never took the test. The share that passed counts the test "
    "after the course itself, without second attempts."
)
OTHER_YEARS = (
    "Other years had other learners, perhaps other cases, and a key as it was then; and a later year may score higher "
    "because questions have become known. Compared are only questions that both offerings asked, each form with itself."
)
PRESENT = "This offering"
MOST_EARLIER = 8
"""So many earlier offerings are compared, the latest ones."""

_RANGE = (Column("low", "95% from", ".0f"), Column("high", "to", ".0f"))
_SHARE = (
    Column("share", "Passed, %", ".0f"),
    Column("share_low", "95% from", ".0f"),
    Column("share_high", "to", ".0f"),
)
_SIGNED = (Column("difference", "Difference", "+.1f"), Column("low", "95% from", "+.1f"), Column("high", "to", "+.1f"))


@dataclass(frozen=True)
class _Compared:
    """What is compared. `present` is what this offering is called beside the others."""

    results: Results
    present: str
    earlier: tuple[str, ...]
    scores: pd.DataFrame

    @property
    def questions(self) -> int:
        """How many questions the tests after the course have."""
        return int(self.scores.loc[self.scores["offering"] == self.present, "item"].nunique())

    @cached_property
    def here(self) -> pd.DataFrame:
        """Results of this offering, with the learner's group."""
        groups = self.results.tables.learners.set_index("learner")["group"]
        own = comparing.percents(self.scores[self.scores["offering"] == self.present])
        return own.assign(group=own["learner"].map(groups))

    @cached_property
    def groups(self) -> pd.DataFrame:
        """Each group against the others; empty with fewer than two."""
        return comparing.against_others(self.here, "group", self.questions)

    @cached_property
    def years(self) -> pd.DataFrame:
        """This offering against each earlier one."""
        return comparing.against_earlier(self.scores, self.present, self.earlier)


def section(results: Results) -> Section | None:
    """Groups and years; None where there is one group, no earlier offering, or no result yet."""
    found = _read(results)
    if found.here.empty or not (len(found.groups) > 1 or found.earlier):
        return None
    years, told = _since(found), list(_clear(found))
    lead = (
        "Means and shares of the test after the course, with what chance alone may do. A difference is called one "
        "where its whole 95% interval lies on one side."
    )
    blocks = (*_years(found), *_groups(found), Note(CHANCE), *differing.blocks(results))
    answer = " ".join(f"{said}." for said in (*years[1:], *told))
    return Section("comparing", _title((*years, *told), found), lead, blocks, answer)


def _read(results: Results) -> _Compared:
    """The tests of all offerings, the earlier ones in the order of their dates."""
    now, before = results.tables.responses, results.earlier
    names = _in_time(before) if len(before) else []
    present = PRESENT if PRESENT not in names else f"{PRESENT} (now)"
    parts = [now.assign(offering=present), *([before] if names else [])]
    scores = pd.concat([comparing.scores(part) for part in parts], ignore_index=True)
    tested = set(scores["offering"])
    earlier = [name for name in names if name in tested][-MOST_EARLIER:]
    return _Compared(results, present, tuple(earlier), scores[scores["offering"].isin([present, *earlier])])


def _in_time(responses: pd.DataFrame) -> list[str]:
    """Offerings by the middle of the times at which was answered, a learner's clock that is wrong notwithstanding."""
    times = {
        str(name): sorted(map(str, part["at"].dropna())) for name, part in responses.groupby("offering", observed=True)
    }
    return sorted(times, key=lambda name: (times[name][len(times[name]) // 2] if times[name] else "", name))


# ---- What is said ----------------------------------------------------------------------------------------------------


def _title(told: Sequence[str], found: _Compared) -> str:
    if told:
        return told[0]
    things = "groups and years" if found.earlier and len(found.groups) > 1 else "years" if found.earlier else "groups"
    known = pd.concat([found.groups["low"], found.years["low"]]).notna().any()
    return f"No clear difference between {things}" if known else f"Too few results to compare {things}"


def _since(found: _Compared) -> tuple[str, ...]:
    """Whether they scored higher or lower than the latest earlier offering, in short and in full; else nothing."""
    if not found.earlier:
        return ()
    last = found.years.iloc[-1]
    gap = _estimate(last)
    if not gap.sign:
        return ()
    more, low, high = (f"{end:+z.1f}".replace("-", "−") for end in (gap.value, gap.low, gap.high))
    said = f"Scored {'higher' if gap.sign > 0 else 'lower'} than in {last['name']}"
    return (
        f"{said} ({more} points, {low.lstrip('+')} to {high.lstrip('+')})",
        f"{said}, by {abs(gap.value):.1f} points (95% interval {low.lstrip('+')} to {high.lstrip('+')}): "
        f"{last['mean']:.0f}% after {last['others_mean']:.0f}%, on {counted(int(last['questions']), 'question')} that "
        "both had",
    )


def _clear(found: _Compared) -> Iterator[str]:
    """Sentences on differences of groups beyond chance, without a full stop."""
    apart = [(row, _estimate(row)) for _, row in found.groups.iterrows()]
    for sign, word in ((-1, "lower"), (1, "higher")):
        names = [f"{row['name']} ({row['mean']:.0f}%)" for row, gap in apart if gap.sign == sign]
        if names and len(found.groups) > 1:
            yield f"{listed(names, 'see the table')} had {word} results than the others"
            return  # with two groups the second sentence would say the same


def _estimate(row: pd.Series[float]) -> Estimate:
    return Estimate(float(row["difference"]), float(row["low"]), float(row["high"]))


# ---- Years and groups ------------------------------------------------------------------------------------------------


def _years(found: _Compared) -> Iterator[Block]:
    if not found.earlier:
        return
    order = [*found.earlier, found.present]
    results = comparing.percents(found.scores)
    table = comparing.described(results, "offering", found.results.pass_mark)
    table = table.set_index("name").loc[order].reset_index()
    yield _figure("years", "Offering", table, found, "each offering’s own whole test after the course")
    yield Table("years", "The same as a table, and who passed", table, (Column("name", "Offering"), *_described()))
    yield Note(OTHER_YEARS, caution=True)
    columns = (
        Column("name", "Earlier offering"),
        Column("questions", "Questions in common"),
        Column("others_mean", "Mean then, %", ".0f"),
        Column("mean", "Mean now, %", ".0f"),
        *_SIGNED,
    )
    yield Table(
        "years-compared", "This offering against each earlier one, on questions that both had", found.years, columns
    )
    yield from _facilities(found)


def _groups(found: _Compared) -> Iterator[Block]:
    if len(found.groups) < 2:
        return
    table = comparing.described(found.here, "group", found.results.pass_mark)
    yield _figure("groups", "Group", table, found, "the test after the course")
    small = [str(name) for name, count in zip(table["name"], table["learners"], strict=True) if count < FEWEST]
    if small:
        some = "groups have" if len(small) > 1 else "group has"
        yield Note(f"{capital(number(len(small)))} {some} fewer than {FEWEST} results and no interval.")
    yield Table("groups", "The same as a table, and who passed", table, (Column("name", "Group"), *_described()))
    columns = (
        Column("name", "Group"),
        Column("mean", "Its mean, %", ".0f"),
        Column("others_mean", "Mean of the others, %", ".0f"),
        *_SIGNED,
    )
    caption = "Each group against all others"
    if len(found.groups) > 2:
        caption += "; the intervals hold all together 95 times in 100, since with many groups one differs by chance"
    yield Table("groups-compared", caption, found.groups, columns)


def _described() -> tuple[Column, ...]:
    return (Column("learners", "Results"), Column("mean", "Mean, %", ".0f"), *_RANGE, *_SHARE)


def _figure(name: str, what: str, table: pd.DataFrame, found: _Compared, basis: str) -> Figure:
    means = [
        Mean(str(one), int(count), float(mean), float(low), float(high))
        for one, count, mean, low, high in table[["name", "learners", "mean", "low", "high"]].itertuples(index=False)
    ]
    caption = f"Mean percent with its 95% interval: {basis}. The scale is cut to where they lie."
    return Figure(name, caption, by_name(means, what, found.results.pass_mark))


def _facilities(found: _Compared) -> Iterator[Table]:
    """How easy each topic and question was, of those that this offering asks too."""
    last, about = found.earlier[-1], topics(found.results.banks)
    own = set(found.scores.loc[found.scores["offering"] == found.present, "item"])
    shared = found.scores[found.scores["item"].isin(own)]
    by_topic = comparing.facility_changes(
        shared.assign(topic=shared["item"].map(about)), found.present, last, by="topic"
    )
    since = f"since {last}, on questions that both had"
    then_and_now = (Column("then", "Then, %", ".0f"), Column("now", "Now, %", ".0f"), *_SIGNED)
    yield Table("years-topics", f"Topics {since}", by_topic, (Column("unit", "Topic"), *then_and_now))
    asked = pd.DataFrame(places(found.results), columns=["unit", "place", "asks"])
    wide = comparing.facilities(shared).pivot_table(index="unit", columns="offering", values="facility")
    order = [offering for offering in (*found.earlier, found.present) if offering in wide.columns]
    changes = comparing.facility_changes(shared, found.present, last)[["unit", "difference", "low", "high"]]
    frame = asked.merge(wide[order], left_on="unit", right_index=True).merge(changes, how="left", on="unit")
    columns = (*PLACE, *(Column(offering, offering, ".0f") for offering in order), *_SIGNED)
    caption = f"Percent of the points by question; the difference is {since}"
    yield Table("years-questions", caption, frame, columns)
