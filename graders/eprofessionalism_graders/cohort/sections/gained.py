"""What was gained on each topic: a part of the section on learning."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pandas as pd

from eprofessionalism.sequence import BEFORE_AND_AFTER
from eprofessionalism_graders.cohort.analysis import learning
from eprofessionalism_graders.cohort.analysis.learning import Paired
from eprofessionalism_graders.cohort.document import Block, Column, Figure, Table
from eprofessionalism_graders.cohort.doubt import left_out, sound
from eprofessionalism_graders.cohort.figures import learning as figures
from eprofessionalism_graders.cohort.results import Results, points_matrix
from eprofessionalism_graders.cohort.topics import topics
from eprofessionalism_graders.cohort.words import ENOUGH_FOR_PERCENT, counted


def blocks(results: Results, learners: pd.DataFrame, both: Paired) -> Iterator[Block]:
    """The picture, behind a fold where learners are few, and its table; nothing where no topic has enough of them."""
    table = _by_topic(sound(results), learners)
    if table.empty:
        return
    moved = [
        figures.Moved(str(topic), before, after, low, high)
        for topic, before, after, low, high in table[["topic", "before", "after", "low", "high"]].itertuples(
            index=False
        )
    ]
    yield Figure(
        "learning-by-topic",
        f"{_most_gained(table)}Each topic before the course (ring) and after it (dot), the lowest afterwards first. "
        f"The number is the gain in points; with {counted(int(table['questions'].min()), 'question')} on a topic it is "
        f"a hint, and of so many intervals as the table has one may well miss. {left_out(results)}".strip(),
        figures.by_topic(moved),
        folded=both.learners < ENOUGH_FOR_PERCENT,
    )
    columns = (
        Column("topic", "Topic"),
        Column("questions", "Questions"),
        Column("before", "Before, %", ".0f"),
        Column("after", "After, %", ".0f"),
        Column("gain", "Gain", "+z.0f"),
        Column("low", "95% from", "+z.0f"),
        Column("high", "to", "+z.0f"),
    )
    caption = "The same as a table, with intervals; of those who took both tests"
    caption += ", both orders of the forms counted alike" * both.balanced
    caption += ": so “after” differs a little from what all together earned on a topic"
    yield Table("learning-by-topic", caption, table, columns)


def _most_gained(table: pd.DataFrame) -> str:
    """The topic with the largest gain, where there clearly is a gain, and whether it is the lowest all the same."""
    place = int(table["gain"].argmax())
    most = table.iloc[place]
    if not most["low"] > 0:
        return ""
    lowest = ", and is still the lowest" * (place == 0)
    return f"“{most['topic']}” gained most ({most['gain']:+.0f}){lowest}. "


def _by_topic(results: Results, learners: pd.DataFrame) -> pd.DataFrame:
    about = topics(results.banks)
    forms = [bank for bank in results.banks.values() if bank.form in BEFORE_AND_AFTER]
    percents: dict[str, list[pd.DataFrame]] = {"pre": [], "post": []}
    asked: list[str] = []
    for bank in forms:
        most = pd.Series({item.id: item.points for item in bank.items.values() if not item.is_text}, dtype="float64")
        asked += [about[str(item)] for item in most.index]
        for test, parts in percents.items():
            points = points_matrix(results.tables.responses, bank, test)
            parts.append(learning.topic_percents(points, most, about))
    before, after = (pd.concat(parts) if parts else pd.DataFrame() for parts in percents.values())
    return learning.by_topic(before, after, learners["pre_form"], Counter(asked))
