"""Questions that are harder for one group than for another with the same knowledge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from math import ceil

import pandas as pd

from eprofessionalism_graders.cohort.analysis.dif import FEWEST_IN_GROUP, SIGNIFICANT, adjusted, dif
from eprofessionalism_graders.cohort.document import Block, Column, Note, Table
from eprofessionalism_graders.cohort.results import Results, points_matrix
from eprofessionalism_graders.cohort.words import counted, listed, number

MATCHED = (
    "Compared are learners of two groups with about the same score in the same test. Such a question may favour one "
    "group by its words or its setting, or may ask what only one group does every day: read it with both in mind. It "
    "is no proof of unfairness, and no suspicion is no proof of fairness."
)
PLACE = (Column("place", "Question"), Column("asks", "What it asks"))
"""The columns of `places` that are shown."""

COLUMNS = (
    *PLACE,
    Column("groups", "Groups"),
    Column("difference", "Difference, points", "+.1f"),
    Column("difference_low", "95% from", "+.1f"),
    Column("difference_high", "to", "+.1f"),
    Column("p", "p", ".3f"),
    Column("adjusted_p", "p, adjusted for all", ".2f"),
    Column("class", "Class"),
)


def blocks(results: Results) -> Iterator[Block]:
    """Differential item functioning between every two groups of which enough took the same test."""
    sizes = _sizes(results)
    if len(sizes) < 2:
        return
    table = _compared(results, sizes)
    if table.empty:
        yield Note(
            "Whether a question is harder for one group than for another with the same knowledge is not said: it "
            f"takes {FEWEST_IN_GROUP} learners or more of each of two groups with results of the same test."
        )
        return
    yield Note(f"{finding(table)} {_left_out(sizes, table)}{MATCHED}")
    caption = "Questions between groups. Class, by one question alone: A no suspicion, B a suspicion, C a stronger one"
    yield Table("questions-by-group", caption, table, COLUMNS)


def finding(table: pd.DataFrame) -> str:
    """How many comparisons raise a suspicion one by one, how many would by chance, and what is left of them."""
    suspected, made = int(table["class"].isin(["B", "C"]).sum()), int(table["p"].notna().sum())
    by_chance = ceil(round(SIGNIFICANT * made, 6))
    left = int((table["adjusted_p"] < SIGNIFICANT).sum())
    raise_one = "raise a suspicion, each by itself" if suspected > 1 else "raises a suspicion by itself"
    raises = f"{number(suspected) if suspected else 'none'} {raise_one}"
    stands = f"{number(left)} stand{'s' * (left == 1)}" if left else "none stands"
    return (
        f"Of {counted(made, 'comparison')} of a question between two groups, {raises}; by chance alone it would be up "
        f"to {number(by_chance)}. Taken together (adjusted p below {SIGNIFICANT:g}), {stands} out."
    )


def _left_out(sizes: Sequence[str], table: pd.DataFrame) -> str:
    """The groups that are compared with none, a sentence with a blank after it; empty without such."""
    told = {*table["reference_group"], *table["focal_group"]}
    few = [name for name in sizes if name not in told]
    return f"Not compared, with too few results: {listed(few, 'smaller ones')}. " if few else ""


def _sizes(results: Results) -> list[str]:
    """The groups, those first of which most learners have a result of a test."""
    responses = results.tables.responses
    tested = responses.loc[responses["sitting"].isin(["pre", "post"]) & responses["points"].notna(), "learner"].unique()
    learners = results.tables.learners
    counts = learners.loc[learners["learner"].isin(tested), "group"].value_counts().to_dict()
    return sorted(map(str, counts), key=lambda name: (-counts[name], name))


def _compared(results: Results, sizes: Sequence[str]) -> pd.DataFrame:
    """Every question between every two groups, the smallest p first; `adjusted_p` is over all of these."""
    pairs = combinations(sizes, 2)  # the larger group is the reference
    parts = [
        found.assign(groups=f"{focal} less {reference}", reference_group=reference, focal_group=focal)
        for reference, focal in pairs
        if len(found := _dif(results, reference, focal))
    ]
    if not parts:
        return pd.DataFrame()
    table = pd.concat(parts, ignore_index=True)
    return table.assign(adjusted_p=adjusted(table["p"])).sort_values("p", kind="stable", ignore_index=True)


def _dif(results: Results, reference: str, focal: str) -> pd.DataFrame:
    """Every question of the tests, from both sittings: each learner is compared within the one they took it in."""
    groups = results.tables.learners.set_index("learner")["group"]
    parts = []
    for bank in results.banks.values():
        if bank.is_test:
            before, after = (points_matrix(results.tables.responses, bank, sitting) for sitting in ("pre", "post"))
            points = pd.concat([before, after])
            within = pd.Series(["pre"] * len(before) + ["post"] * len(after), index=points.index, dtype="object")
            most = pd.Series({item.id: item.points for item in bank.items.values()}, dtype="float64")
            parts.append(dif(points, groups, reference, focal, maximum=most, within=within))
    tables = [part for part in parts if len(part)]
    asked = pd.DataFrame(places(results), columns=["item", "place", "asks"])
    return asked.merge(pd.concat(tables), on="item") if tables else pd.DataFrame()


def places(results: Results) -> Iterator[tuple[str, str, str]]:
    """Each question with its place in the course and what it asks, in the order of the course."""
    for bank in results.banks.values():
        for place, item in enumerate(bank.items.values(), start=1):
            yield item.id, f"{bank.title}, {place}", item.stem
