"""Which options were chosen, and by whom: shares, mean rest scores and empirical curves, from a table of counts.

The table is `counts.Counts.cells`. Its `option` is the answer as `responses` has it (`b`; `a c d`; `a=4 b=2`); where it
is missing nothing was answered, which is left out here, and where it is empty the answer names no option and counts
among the takers. As tables of parts of a cohort add up to that of the whole, everything here can be had from parts.

A learner's rest score is the total less the item's own score, in percent of what the other items carry: it says how
good somebody is without the answer that is looked at. Who lacks a total counts for shares, and for nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
import pandas as pd

OPTIONS = {
    "item": "the item",
    "option": "one of its options",
    "n": "takers who chose it",
    "share": "percent of all takers of the item",
    "mean_rest": "mean rest score of those who chose it, in percent; missing where nobody did",
    "point_biserial": "correlation of choosing it (1) or not (0) with the rest score; missing where all did alike",
}
"""Columns of `option_statistics`."""

LEVELS = {
    "item": "the item, a rating",
    "option": "the response that is rated",
    "level": "one of the levels it was given",
    "n": "takers who gave it this level",
    "share": "percent of all takers of the item",
    "mean_rest": "mean rest score of those who gave it this level, in percent",
}
"""Columns of `level_statistics`."""

PLACES = {
    "item": "the item, a ranking",
    "option": "the option that is placed",
    "n": "takers who placed it",
    "mean_place": "mean place, from 1",
    "first": "percent of those who placed it that put it first",
    "place_rest": "correlation of the place with the rest score: negative where the better place it nearer the top",
}
"""Columns of `place_statistics`."""

CURVES = {
    "item": "the item",
    "group": "1 for the takers with the lowest rest scores, then upwards",
    "takers": "takers in the group",
    "low": "lowest rest score in the group, in percent",
    "high": "highest rest score in the group, in percent",
    "option": "one of the item’s options",
    "n": "takers of the group who chose it",
    "share": "percent of the group",
}
"""Columns of `option_curves`."""

TIMES = {
    "item": "the item",
    "timed": "answers whose time is known",
    "quarter": "seconds: a quarter of the answers took no longer",
    "median": "seconds: half of the answers took no longer",
    "three_quarters": "seconds: three quarters of the answers took no longer",
}
"""Columns of `item_times`."""

THIRDS, FIFTHS = 3, 5
ENOUGH_FOR_FIFTHS = 150
"""Takers from whom on curves have five points; of fewer, a fifth is too few people to draw a share of."""

Options: TypeAlias = Mapping[str, Sequence[str]]
Maximum: TypeAlias = Mapping[str, int]
"""By item, what it carries, in micro-points: for all items of the total, also those that are not looked at."""


def option_statistics(counts: pd.DataFrame, maximum: Maximum, options: Options | None = None) -> pd.DataFrame:
    """One row an option of items where options are chosen: one (`sba`, `branch`) or several (`mrq`, `choose`).

    share = 100 n / N; point-biserial = (M1 - M) / S sqrt(p / (1 - p)), with M1 and M the mean rest score of those who
    chose the option and of all takers, S the standard deviation (with N) of the latter, p = n / N. It is Pearson's
    correlation with a 0/1 variable (scipy's `pointbiserialr`); with the rest in place of the total, as the item's own
    score would favour the key (on corrections for it: Henrysson, Psychometrika 1963;28:211-218).

    Args:
        counts: see the module.
        maximum: what each item carries.
        options: by item, its options in order, so that one that nobody chose has a row; else those that were chosen.

    Returns:
        A frame with the columns of `OPTIONS`.
    """
    answers = _rests(counts, maximum)
    chosen, names = _each(answers), ["item", "option"]
    rows = _options_of(chosen, options).merge(_moments(chosen, names), how="left", on=names)
    rows = rows.merge(_moments(answers, ["item"]), on="item", suffixes=("", "_all"))
    rows[["n", "known"]] = rows[["n", "known"]].fillna(0).astype("int64")
    rows["share"] = 100 * rows["n"] / rows["n_all"]
    some = (rows["known"] > 0) & (rows["known"] < rows["known_all"]) & (rows["sd_all"] > 0)
    odds = rows["known"] / (rows["known_all"] - rows["known"]).where(some)
    rows["point_biserial"] = (rows["mean_rest"] - rows["mean_rest_all"]) / rows["sd_all"] * np.sqrt(odds)
    return rows[list(OPTIONS)]


def level_statistics(counts: pd.DataFrame, maximum: Maximum) -> pd.DataFrame:
    """One row a response and level of items where each response is rated: how many gave it, and how good they are.

    Returns:
        A frame with the columns of `LEVELS`; a level that nobody gave has no row.
    """
    answers = _rests(counts, maximum)
    rows = _each(answers)
    pairs = rows["option"].str.split("=")  # `partition` has no columns where there are no rows
    rows = rows.assign(option=pairs.str[0], level=pairs.str[1].astype("int64"))
    found = _moments(rows, ["item", "option", "level"])
    found["share"] = 100 * found["n"] / found["item"].map(answers.groupby("item")["n"].sum())
    return found[list(LEVELS)]


def place_statistics(counts: pd.DataFrame, maximum: Maximum) -> pd.DataFrame:
    """One row an option of items where options are put in order: its mean place, and who places it near the top.

    mean_place = sum(place) / N and first = 100 n(place 1) / N, over the N takers who placed it. place_rest is Pearson's
    correlation of place and rest score, sum((p - mean p) (r - mean r)) / sqrt(sum((p - mean p)²) sum((r - mean r)²)),
    over those of them with a total: what the point-biserial correlation is for options that are chosen.

    Args:
        counts: see the module.
        maximum: what each item carries.

    Returns:
        A frame with the columns of `PLACES`.
    """
    rows = _each(_rests(counts, maximum)).reset_index(drop=True)
    names = ["item", "option"]
    place = rows.groupby("row").cumcount() + 1
    rows = rows.assign(place=place, first=100.0 * (place == 1))
    known = rows[rows["rest"].notna()]
    apart = known.assign(place=_deviation(known, names, "place"), rest=_deviation(known, names, "rest"))
    apart = apart.assign(both=apart["place"] * apart["rest"], places=apart["place"] ** 2, rests=apart["rest"] ** 2)
    both, places, rests = (_mean(apart, names, name) for name in ("both", "places", "rests"))
    found = pd.DataFrame(
        {
            "n": rows.groupby(names)["n"].sum(),
            "mean_place": _mean(rows, names, "place"),
            "first": _mean(rows, names, "first"),
            "place_rest": both / np.sqrt((places * rests).where(places * rests > 0)),
        }
    )
    return found.reset_index()[list(PLACES)]


def option_curves(
    counts: pd.DataFrame, maximum: Maximum, options: Options | None = None, parts: int = THIRDS
) -> pd.DataFrame:
    """Empirical option curves: the share that chose each option, from those with the lowest rest scores to the best.

    The rule of the groups: takers are in the order of their rest scores for the item, and those with the same rest
    score stay together. They go where the middle one of them belongs: into group 1 + floor(parts (c + m / 2) / N),
    with c takers below them, m of them, and N in all. So groups can differ in size, and one can be missing.
    Source of the curves: Livingston & Dorans, ETS RR-04-10, 2004 (there smoothed; here plain shares).

    Args:
        counts: see the module.
        maximum: what each item carries.
        options: as for `option_statistics`.
        parts: how many groups; see `parts_for`.

    Returns:
        A frame with the columns of `CURVES`.
    """
    answers = _rests(counts, maximum)
    answers = answers[answers["rest"].notna()]
    takers = _grouped(answers.groupby(["item", "rest"], as_index=False)[["n"]].sum(), parts)
    groups = takers.groupby(["item", "group"], as_index=False).agg(
        takers=("n", "sum"), low=("rest", "min"), high=("rest", "max")
    )
    chosen = _each(answers).merge(takers[["item", "rest", "group"]], on=["item", "rest"])
    own = chosen.groupby(["item", "group", "option"], as_index=False)[["n"]].sum()
    rows = groups.merge(_options_of(chosen, options), on="item")
    rows = rows.merge(own, how="left", on=["item", "group", "option"])
    rows["n"] = rows["n"].fillna(0).astype("int64")
    rows["share"] = 100 * rows["n"] / rows["takers"]
    return rows[list(CURVES)]


def parts_for(takers: int) -> int:
    """How many groups a curve has for so many takers: thirds, or fifths where there are enough."""
    return FIFTHS if takers >= ENOUGH_FOR_FIFTHS else THIRDS


def held_effective(counts: pd.DataFrame, least: int) -> pd.DataFrame:
    """Ratings as choices: each answer becomes the responses that were given `least` or more.

    So the options of a rating can be looked at as those of a multiple response: who holds this response effective?
    """

    def kept(answer: str) -> str:
        return " ".join(option for option, level in (pair.split("=") for pair in answer.split()) if int(level) >= least)

    return counts.assign(option=counts["option"].map(kept, na_action="ignore"))


def item_times(responses: pd.DataFrame) -> pd.DataFrame:
    """Time on each item in seconds: median and quartiles, for times have a long tail that a mean would follow.

    Quantiles are interpolated between neighbours (Hyndman & Fan, Am Stat 1996;50:361-365, type 7).

    Args:
        responses: columns `item` and `seconds`; a missing time is left out.

    Returns:
        A frame with the columns of `TIMES`; an item none of whose times is known has no row.
    """
    if "seconds" not in responses:
        return pd.DataFrame({name: pd.Series(dtype="float64") for name in TIMES})
    seconds = responses["seconds"].astype("float64")
    known = responses.assign(seconds=seconds)[seconds.notna()]
    groups = known.groupby("item", observed=True, sort=False)["seconds"]
    parts = {"quarter": 0.25, "median": 0.5, "three_quarters": 0.75}
    found = {"timed": groups.size()} | {name: groups.quantile(part) for name, part in parts.items()}
    return pd.DataFrame(found).reset_index()[list(TIMES)]


# ---- Steps -----------------------------------------------------------------------------------------------------------


def _rests(counts: pd.DataFrame, maximum: Maximum) -> pd.DataFrame:
    """The answers with the rest score in percent: NaN without a total, 0 for everybody where the rest carries nothing.

    `row` numbers the answers, so that the options which one names can be told from another's.
    """
    rows = counts[counts["option"].notna()].reset_index(drop=True)
    item = rows["item"].astype(object)
    everything = sum(maximum.values())
    carried = item.map({name: everything - own for name, own in maximum.items()}).astype("float64")
    rest = rows["total"].astype("Float64").to_numpy("float64", na_value=np.nan) - rows["score"]
    rest = (100 * rest / carried).where((carried > 0) | rest.isna(), 0.0)
    return pd.DataFrame({"item": item, "option": rows["option"].astype(object), "n": rows["n"], "rest": rest}).assign(
        row=rows.index
    )


def _each(rows: pd.DataFrame) -> pd.DataFrame:
    """One row for each option that an answer names; an answer that names none has no row."""
    split = rows.assign(option=rows["option"].str.split()).explode("option")
    return split[split["option"].notna()]


def _moments(rows: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """By `names`: count (`n`), those with a rest score (`known`), and its mean and standard deviation (with N)."""
    rests = rows[rows["rest"].notna()]
    # Deviations are squared, not scores, so that many learners cost no digits.
    squares = rests.assign(square=_deviation(rests, names, "rest") ** 2)
    found = pd.DataFrame(
        {
            "n": rows.groupby(names)["n"].sum(),
            "known": rests.groupby(names)["n"].sum(),
            "mean_rest": _mean(rests, names, "rest"),
            "sd": np.sqrt(_mean(squares, names, "square")),
        }
    )
    return found.reset_index()


def _mean(rows: pd.DataFrame, names: list[str], name: str) -> pd.Series[float]:
    sums = rows.assign(product=rows["n"] * rows[name]).groupby(names)[["product", "n"]].sum()
    return sums["product"] / sums["n"]


def _deviation(rows: pd.DataFrame, names: list[str], name: str) -> pd.Series[float]:
    """Each value less the mean of its group."""
    groups = rows.assign(product=rows["n"] * rows[name]).groupby(names)
    return rows[name] - groups["product"].transform("sum") / groups["n"].transform("sum")


def _grouped(takers: pd.DataFrame, parts: int) -> pd.DataFrame:
    """Takers with their group; `takers` is in the order of the rest scores."""
    n = takers.groupby("item")["n"]
    middle = (n.cumsum() - takers["n"] / 2) / n.transform("sum")
    return takers.assign(group=1 + np.floor(parts * middle).astype("int64"))


def _options_of(chosen: pd.DataFrame, options: Options | None) -> pd.DataFrame:
    """Every option of every item, one row each: those given, of the items that are there; else those chosen."""
    if options is None:
        return chosen[["item", "option"]].drop_duplicates().sort_values(["item", "option"], ignore_index=True)
    pairs = [(item, option) for item, own in options.items() for option in own]
    return pd.DataFrame(pairs, columns=pd.Index(["item", "option"]), dtype=object)
