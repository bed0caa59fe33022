"""The table of counts from Parquet files, by DuckDB.

Two passes over the rows, one for each learner's total and one for the counts, and none of them sorts anything. What a
row says (item, answer, points) is told apart by a 64-bit hash, since DuckDB hashes a text once for the many rows that
repeat it: of ten thousand different answers, two have the same hash once in a hundred thousand million runs.
"""

# ruff: noqa: S608 - names and values of SQL are ours, or quoted by `schema`

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import xor
from typing import Any

import duckdb
import pandas as pd

from eprofessionalism_graders.cohort.analysis.coding import MICRO
from eprofessionalism_graders.cohort.analysis.counts import Counts
from eprofessionalism_graders.cohort.large.schema import DEFAULTS, REMEDY, Source
from eprofessionalism_graders.cohort.large.values import ANSWER, told_twice
from eprofessionalism_graders.errors import UserError

LONGEST_OPTION = 200
"""Characters of an answer that can be an option; a longer one is somebody's own words, and is counted without them."""

_SAMPLE = 200_000
"""In so many rows nearly every cell of the table is met."""

_MICRO = f"TRY_CAST(points * {MICRO} AS BIGINT)"
"""Points as whole micro-points, halves to the even one as numpy has it; what is no number is missing."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which answers are counted.

    Args:
        assignment: the assignment.
        sitting: `practice`, `pre`, `post` or `retake`.
        items: its items in order; others are left out, as if nobody had been asked. None are all, in order of names.
        offerings: only these. None are all.
        part: number of a part and how many parts there are, to which learners are dealt by their hash.
    """

    assignment: str = DEFAULTS["assignment"]
    sitting: str = DEFAULTS["sitting"]
    items: tuple[str, ...] = ()
    offerings: tuple[str, ...] = ()
    part: tuple[int, int] = (0, 1)


def count(connection: duckdb.DuckDBPyConnection, found: Source, asked: Asked) -> Counts:
    """Count with a connection that is open; see `counts`.

    Each offering is counted by itself where the files allow to read it alone: a learner's name is enough then.
    """
    try:
        names = asked.offerings or sorted(found.values("offering") or ())
        parts = [(found.only([name]), replace(asked, offerings=(name,))) for name in names] or [(found, asked)]
        hashes = [_hashes(connection, *part) for part in parts]
        items = asked.items or tuple(sorted(set().union(*hashes)))
        works = [_Work(connection, *part, items, own) for part, own in zip(parts, hashes, strict=True)]
        tables, learners = zip(*map(_counted, works), strict=True)
        return Counts.from_table(pd.concat(tables, ignore_index=True), items, sum(learners))
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise UserError(f"{found.place}: expected answers that can be counted, found: {reason}; {REMEDY}") from error


def _counted(work: _Work) -> tuple[pd.DataFrame, int]:
    """The table of counts, and how many learners there are."""
    learners = work.add_up()
    work.check()
    return work.table(), learners


def items_of(connection: duckdb.DuckDBPyConnection, found: Source, asked: Asked) -> tuple[str, ...]:
    """The items that were asked, in order of their names."""
    return tuple(sorted(_hashes(connection, found, asked)))


def _hashes(connection: duckdb.DuckDBPyConnection, found: Source, asked: Asked) -> dict[str, int]:
    """The items that were asked, each with its hash."""
    query = f"SELECT item FROM {found.scan} WHERE {_where(found, asked)} GROUP BY item"
    return dict(connection.execute(f"SELECT CAST(item AS VARCHAR), hash(item) FROM ({query})").fetchall())


def _where(found: Source, asked: Asked) -> str:
    """Which rows are counted, as SQL."""
    texts: dict[str, Sequence[str]] = {"assignment": [asked.assignment], "sitting": [asked.sitting]}
    texts |= {"item": asked.items} if asked.items else {}
    texts |= {"offering": asked.offerings} if asked.offerings else {}
    conditions = [found.where(name, values) for name, values in texts.items()]
    return " AND ".join([*conditions, found.scored])


@dataclass(frozen=True, slots=True)
class _Work:
    """One count, in three steps.

    Args:
        connection: to DuckDB.
        found: the files.
        asked: which rows.
        items: all items of the test.
        hashes: of the items that occur in these rows.
    """

    connection: duckdb.DuckDBPyConnection
    found: Source
    asked: Asked
    items: tuple[str, ...]
    hashes: Mapping[str, int]

    def _run(self, query: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(query).fetchall()

    @property
    def _who(self) -> str:
        """The columns that say whose a row is."""
        return "learner" if len(self.asked.offerings) == 1 else "offering, learner"

    @property
    def _rows(self) -> str:
        """Whose each row is, and which cell of the table it counts in."""
        found, answer, points = self.found, self.found.value("answer"), self.found.points
        part, parts = self.asked.part
        own = f"AND hash(learner) % {parts} = {part}" if parts > 1 else ""
        return f"""
            SELECT {found.value("offering")} AS offering, learner, item, {answer} AS answer, {points} AS points,
                xor(xor(hash(item), hash({answer}) >> 7), hash({points}) >> 13) AS cell
            FROM {found.scan} WHERE {_where(found, self.asked)} {own}
        """

    def add_up(self) -> int:
        """Add up each learner's points; how many learners there are."""
        self._run(f"""
            CREATE OR REPLACE TEMP TABLE totals AS SELECT {self._who}, count(*) AS answers, count({_MICRO}) AS scored,
                CAST(sum({_MICRO}) AS BIGINT) AS total, bit_xor(hash(item)) AS items
            FROM ({self._rows}) GROUP BY ALL
        """)
        ((learners,),) = self._run("SELECT count(*) FROM totals")
        return int(learners)

    def check(self) -> None:
        """See that nobody answers an item twice.

        Whoever has as many rows as there are items, and these items, does not; the others are looked at one by one.

        Raises:
            UserError: somebody does.
        """
        each, every = len(self.hashes), reduce(xor, self.hashes.values(), 0)
        odd = f"SELECT {self._who} FROM totals WHERE answers <> {each} OR items <> {every}"
        if not self._run(f"{odd} LIMIT 1"):
            return
        twice = self._run(f"""
            SELECT CAST(any_value(offering) AS VARCHAR), CAST(learner AS VARCHAR) AS learner, CAST(item AS VARCHAR)
            FROM ({self._rows}) SEMI JOIN ({odd}) USING ({self._who})
            GROUP BY {self._who}, item HAVING count(*) > 1 ORDER BY ALL LIMIT 1
        """)
        if twice:
            answer = (twice[0][0], self.asked.assignment, self.asked.sitting, *twice[0][1:])
            raise UserError(told_twice(self.connection, self.found, dict(zip(ANSWER, answer, strict=True))))

    def table(self) -> pd.DataFrame:
        """Item, option, score, total and how many; a total of learners who lack an answer is missing."""
        total = f"CASE WHEN scored = {len(self.items)} THEN total END AS total"
        self._run(f"""
            CREATE OR REPLACE TEMP TABLE counted AS SELECT cell, total, count(*) AS n
            FROM ({self._rows}) JOIN (SELECT {self._who}, {total} FROM totals) USING ({self._who}) GROUP BY ALL
        """)
        self._name_cells()
        frame = self.connection.execute("""
            SELECT item, option, score, coalesce(total, 0) AS total, total IS NULL AS lacking,
                CAST(sum(n) AS BIGINT) AS n
            FROM counted JOIN cells USING (cell) WHERE score IS NOT NULL GROUP BY ALL
        """).df()
        return frame.assign(total=frame["total"].astype("Int64").mask(frame.pop("lacking")))

    def _name_cells(self) -> None:
        """What each cell's rows say: found before or among the first rows, and elsewhere only if it is rare."""
        answer = "CAST(answer AS VARCHAR)"
        named = f"""
            SELECT cell, CAST(any_value(item) AS VARCHAR) AS item, any_value(points) AS points,
                any_value(CASE WHEN length({answer}) <= {LONGEST_OPTION} THEN {answer} END) AS option
        """
        self._run(f"CREATE TEMP TABLE IF NOT EXISTS met AS {named} FROM ({self._rows} LIMIT {_SAMPLE}) GROUP BY cell")
        rest = "SELECT DISTINCT cell FROM counted ANTI JOIN met USING (cell)"
        if self._run(f"{rest} LIMIT 1"):
            self._run(f"INSERT INTO met {named} FROM ({self._rows}) SEMI JOIN ({rest}) USING (cell) GROUP BY cell")
        self._run(f"CREATE OR REPLACE TEMP TABLE cells AS SELECT cell, item, option, {_MICRO} AS score FROM met")
