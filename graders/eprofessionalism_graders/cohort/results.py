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
from eprofessionalism_graders.beside import BORDERLINE, EARLIER, JUDGES, not_read
from eprofessionalism_graders.cohort.earlier import read_earlier
from eprofessionalism_graders.cohort.judges import read_panel
from eprofessionalism_graders.cohort.summary import Summary, summarize
from eprofessionalism_graders.cohort.tables import Tables, read_tables
from eprofessionalism_graders.offering import Offering


@dataclass(frozen=True, slots=True, eq=False)
class Results:
    """What the sections of a report are made from; equal to itself alone, so that what is reckoned from it can be kept.

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
        unread: what lies beside and is not read, or not compared, in lines that say so.
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
    unread: tuple[str, ...] = ()


def read_results(offering: Offering) -> Results:
    """Everything that stands in an offering and beside it, as it is now.

    Raises:
        UserError: the answers of an earlier offering cannot be read, or compared.
        FindingsError: roster, keys, ratings or the list of borderline learners have mistakes.
        ItemBankError: the questions cannot be read.
        OSError: a file cannot be read.
    """
    banks = {name: offering.bank(name) for name in offering.assignments if name not in offering.surveys}
    keys = {assignment: offering.key(assignment) for assignment in banks}
    tables, settings, root = read_tables(offering), offering.settings, offering.root
    earlier, notes = read_earlier(root / EARLIER, tables.responses, settings.title)
    judges, borderline = read_panel(root / JUDGES, root / BORDERLINE, banks, tables.learners["learner"])
    if borderline.empty and (root / BORDERLINE).is_file():
        notes.append(f"{root / BORDERLINE}: names nobody")
    return Results(
        title=settings.title,
        tables=tables,
        banks=banks,
        keys=keys,
        pass_mark=settings.pass_mark,
        summary=summarize(tables, banks, keys, settings.pass_mark),
        earlier=earlier,
        judges=judges,
        borderline=borderline,
        unread=(*not_read(root, [name for name, bank in banks.items() if bank.is_test]), *notes),
    )


def points_matrix(responses: pd.DataFrame, bank: ItemBank, sitting: str, *, unanswered: float = 0.0) -> pd.DataFrame:
    """The points of one assignment in one sitting: learners x items scored by rule, in the order of the page.

    A learner who handed in nothing, or not one answer, or whose submission is not graded, has no row.

    Args:
        responses: as in `Tables.responses`.
        bank: the questions of the assignment.
        sitting: `practice`, `pre`, `post` or `retake`.
        unanswered: what an unanswered question of what was handed in has: 0 points, as in the grade, or NaN where it is
            to be missing.
    """
    items = [item.id for item in bank.items.values() if not item.is_text]
    rows = responses[responses["item"].isin(items) & (responses["sitting"] == sitting)]
    graded = rows[rows["points"].notna()]
    wide = graded.pivot_table(index="learner", columns="item", values="points", aggfunc="first", observed=True)
    return wide.reindex(columns=pd.Index(items)).astype("float64").fillna(unanswered)
