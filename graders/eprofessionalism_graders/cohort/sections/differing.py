"""Questions that are harder for one group than for another with the same knowledge."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from eprofessionalism_graders.cohort.analysis.dif import FEWEST_IN_GROUP, SIGNIFICANT, dif
from eprofessionalism_graders.cohort.document import Block, Column, Note, Table
from eprofessionalism_graders.cohort.results import Results, points_matrix
from eprofessionalism_graders.cohort.words import capital, counted, number

MATCHED = (
    "Compared are learners of both groups with about the same score in the same test. A flagged question may favour "
    "one group by its words or its setting, or may ask what only one group does every day: read it with both in mind. "
    "It is no proof of unfairness, and no flag is no proof of fairness."
)
PLACE = (Column("place", "Question"), Column("asks", "What it asks"))
"""The columns of `places` that are shown."""


def blocks(results: Results) -> Iterator[Block]:
    """Differential item functioning between the two largest groups."""
    sizes = results.tables.learners["group"].dropna().value_counts().sort_index().sort_values(ascending=False)
    if len(sizes) < 2:
        return
    reference, focal = map(str, sorted(sizes.index[:2], key=lambda name: (-sizes[name], name)))
    table = _dif(results, reference, focal)
    if table.empty:
        yield Note(
            "Whether a question is harder for one group than for another with the same knowledge is not said: it "
            f"takes {FEWEST_IN_GROUP} learners or more of each of two groups with results of the same test."
        )
        return
    flagged = table[table["class"].isin(["B", "C"])]
    by_chance = round(SIGNIFICANT * (table["class"] != "").sum())
    yield Note(
        f"{capital(counted(len(flagged), 'question'))} of {len(table)} differ{'s' * (len(flagged) == 1)} between "
        f"{reference} and {focal} among learners with the same result; by chance alone it would be about "
        f"{number(by_chance)}. {MATCHED}"
    )
    columns = (
        *PLACE,
        Column("class", "Class"),
        Column("harder_for", "Harder for"),
        Column("difference", f"{focal} less {reference}, points", "+.0f"),
        Column("p", "p", ".3f"),
    )
    caption = f"Questions that differ between {reference} and {focal}: A not or hardly, B somewhat, C much"
    yield Table("questions-by-group", caption, table.sort_values("p", ignore_index=True), columns)


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
