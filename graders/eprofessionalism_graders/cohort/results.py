"""All that a report is reckoned from: tables, questions and keys of an offering, and what the instructor laid beside.

An instructor may lay beside an offering: `earlier/*.parquet`, the answers of earlier offerings as `eprof export --to
parquet` wrote them; `judges/ASSIGNMENT.csv`, the ratings of a standard-setting panel; and `borderline.csv`, the
learners whom a judge holds to be just about good enough.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from eprofessionalism.items import ItemBank, Key
from eprofessionalism_graders.beside import BORDERLINE, EARLIER, JUDGES
from eprofessionalism_graders.cohort.judges import read_borderline, read_judges
from eprofessionalism_graders.cohort.large.answers import read_answers
from eprofessionalism_graders.cohort.summary import Summary, summarize
from eprofessionalism_graders.cohort.tables import Tables, read_tables
from eprofessionalism_graders.offering import Offering


@dataclass(frozen=True, slots=True)
class Results:
    """What the sections of a report are made from.

    Args:
        title: of the offering.
        tables: its answers, learners and items.
        banks: its questions by assignment, surveys left out.
        keys: what scores each item, by assignment and item.
        pass_mark: in percent.
        summary: the numbers that every report needs.
        earlier: answers of earlier offerings, with the columns of `responses` and `offering`; may be empty.
        judges: ratings of a panel by assignment, as `judges/ASSIGNMENT.csv` has them.
        borderline: columns `learner` and `judge`; empty where nobody was asked.
    """

    title: str
    tables: Tables
    banks: Mapping[str, ItemBank]
    keys: Mapping[str, Mapping[str, Key]]
    pass_mark: float
    summary: Summary
    earlier: pd.DataFrame = field(default_factory=pd.DataFrame)
    judges: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    borderline: pd.DataFrame = field(default_factory=pd.DataFrame)


def read_results(offering: Offering) -> Results:
    """Everything that stands in an offering and beside it, as it is now.

    Raises:
        UserError: the answers of an earlier offering cannot be read.
        FindingsError: roster, keys, ratings or the list of borderline learners have mistakes.
        ItemBankError: the questions cannot be read.
        OSError: a file cannot be read.
    """
    banks = {name: offering.bank(name) for name in offering.assignments if name not in offering.surveys}
    keys = {assignment: offering.key(assignment) for assignment in banks}
    tables, settings, root = read_tables(offering), offering.settings, offering.root
    return Results(
        title=settings.title,
        tables=tables,
        banks=banks,
        keys=keys,
        pass_mark=settings.pass_mark,
        summary=summarize(tables, banks, keys, settings.pass_mark),
        earlier=read_answers(root / EARLIER),
        judges=read_judges(root / JUDGES, banks),
        borderline=read_borderline(root / BORDERLINE, set(tables.learners["learner"])),
    )


def points_matrix(responses: pd.DataFrame, bank: ItemBank, sitting: str) -> pd.DataFrame:
    """The points of one assignment in one sitting: learners x items scored by rule, in the order of the page.

    An unanswered question of what was handed in has 0 points, as in the grade; a learner who handed in nothing, or not
    one answer, or whose submission is not graded, has no row.

    Args:
        responses: as in `Tables.responses`.
        bank: the questions of the assignment.
        sitting: `practice`, `pre`, `post` or `retake`.
    """
    items = [item.id for item in bank.items.values() if not item.is_text]
    rows = responses[responses["item"].isin(items) & (responses["sitting"] == sitting)]
    graded = rows[rows["points"].notna()]
    wide = graded.pivot_table(index="learner", columns="item", values="points", aggfunc="first", observed=True)
    return wide.reindex(columns=pd.Index(items)).astype("float64").fillna(0.0)
