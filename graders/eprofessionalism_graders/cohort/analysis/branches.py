"""Ways through a branching case: counts of what was decided, one decision after the other.

Counts and shares alone; nothing is tested, and nobody is compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

WAYS = {
    "way": "the options decided for, one a decision in the order of the page, with blanks between",
    "learners": "how many took this way: whole numbers",
    "percent": "of those who took every decision of the case",
}
"""Columns of `ways`: one row for each way that somebody took."""

STEPS = {
    "decision": "id of the item",
    "option": "id of the option",
    "learners": "how many decided for it: whole numbers",
    "percent": "of those who took this decision",
}
"""Columns of `steps`: one row for each option of each decision, in printed order."""


def decided(answers: pd.DataFrame, decisions: Sequence[str]) -> pd.DataFrame:
    """What each learner decided: learners x decisions with the option's id, missing where nothing was.

    Args:
        answers: columns `learner`, `item` and `answer`, one row for each answer that counts; other items are ignored.
        decisions: ids of the branch items, in the order of the page.
    """
    rows = answers[answers["item"].isin(list(decisions)) & answers["answer"].notna()]
    wide = rows.drop_duplicates(["learner", "item"]).pivot(index="learner", columns="item", values="answer")
    return wide.reindex(columns=pd.Index(decisions)).astype("string")


def ways(taken: pd.DataFrame) -> pd.DataFrame:
    """The ways that were taken, the most frequent first; of equally frequent ones in the order of their options.

    Only learners who took every decision have a way: who left off after the first is in `steps` alone.

    Args:
        taken: as `decided` gives it.
    """
    whole = taken.dropna()
    paths = whole.agg(" ".join, axis=1) if len(whole) and len(whole.columns) else pd.Series(dtype="string")
    counts = paths.value_counts().rename_axis("way").rename("learners").reset_index()
    counts = counts.sort_values(["learners", "way"], ascending=[False, True], ignore_index=True)
    counts["percent"] = _percent(counts["learners"])
    return counts.astype({"way": "string", "learners": "Int64", "percent": "Float64"})[list(WAYS)]


def steps(taken: pd.DataFrame, options: Mapping[str, Iterable[str]]) -> pd.DataFrame:
    """How often each option was decided for, those that nobody took included.

    Args:
        taken: as `decided` gives it.
        options: ids of the options by decision, in printed order.
    """
    parts = [_step(taken[decision], decision, list(listed)) for decision, listed in options.items()]
    frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=pd.Index(STEPS))
    types = {"decision": "string", "option": "string", "learners": "Int64", "percent": "Float64"}
    return frame[list(STEPS)].astype(types)


def _step(column: pd.Series[str], decision: str, options: list[str]) -> pd.DataFrame:
    counts = column.value_counts().reindex(options, fill_value=0)
    frame = counts.rename_axis("option").rename("learners").reset_index()
    return frame.assign(decision=decision, percent=_percent(frame["learners"]))


def _percent(counts: pd.Series[int]) -> pd.Series[float]:
    """Shares of all in percent; missing where there is nobody."""
    everybody = int(counts.sum())
    shares: pd.Series[float] = (
        100 * counts.astype("Float64") / everybody if everybody else counts.astype("Float64") * pd.NA
    )
    return shares
