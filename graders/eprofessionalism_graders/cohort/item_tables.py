"""The numbers of every question and every option, as tables of the report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pandas as pd

from eprofessionalism.answers import LEVELS
from eprofessionalism_graders.cohort.analysis.options import level_statistics, place_statistics
from eprofessionalism_graders.cohort.document import Column, Table
from eprofessionalism_graders.cohort.item_words import letter, short
from eprofessionalism_graders.cohort.sittings import Sat
from eprofessionalism_graders.cohort.words import capital

FLAGS = (
    Column("where", "Where"),
    Column("number", "Question", ".0f"),
    Column("why", "What was found"),
    Column("severity", "What to do"),
)
"""Columns of the table of flags that are shown."""

NUMBERS = (
    Column("n", "Learners", ",.0f"),
    Column("missing", "Left out", ",.0f"),
    Column("facility", "Facility, %", ".0f"),
    Column("facility_low", "from", ".0f"),
    Column("facility_high", "to", ".0f"),
)
BEFORE = (Column("before", "Before the course, %", ".0f"),)
RELATIONS = (
    Column("item_rest", "With the rest", "+.2f"),
    Column("upper_lower", "Upper less lower 27%", "+.0f"),
    Column("discrimination_index", "Moodle’s index, %", "+.0f"),
    Column("discriminative_efficiency", "Efficiency, %", "+.0f"),
    Column("effective_weight", "Weight, %", ".1f"),
    Column("intended_weight", "intended", ".1f"),
    Column("alpha_if_dropped", "Alpha without it", ".3f"),
)
"""Columns of what is known of each question, in a report of whichever answers."""

CHOSEN = (
    Column("n", "Chose it", ",.0f"),
    Column("share", "%", ".0f"),
    Column("mean_rest", "Their mean on the rest, %", ".0f"),
    Column("point_biserial", "Correlation", "+.2f"),
)
"""Columns of what is known of each option."""

_QUESTION = (Column("number", "No.", ".0f"), Column("stem", "Question"))
_TIME = Column("median", "Median time, s", ".0f")
_TEST = (*_QUESTION, *NUMBERS, *BEFORE, *RELATIONS, _TIME)
_CASES = (Column("where", "Case"), *_QUESTION, *NUMBERS, *RELATIONS, _TIME)

_HEAD = (Column("where", "Where"), Column("number", "No.", ".0f"), Column("letter", "Option"))
_THIRDS = {"share_1": "Lowest third, %", "share_2": "Middle, %", "share_3": "Best third, %"}
_OPTIONS = (
    *_HEAD,
    Column("text", "What it says"),
    Column("key", "Key", ".2g"),
    *CHOSEN,
    *(Column(name, title, ".0f") for name, title in _THIRDS.items()),
)
_LEVELS = (
    *_HEAD,
    Column("text", "Response"),
    Column("key", "Key", ".0f"),
    *(Column(f"share_{level}", f"{capital(word)}, %", ".0f") for level, word in LEVELS.items()),
)
_PLACES = (
    *_HEAD,
    Column("text", "Response"),
    Column("key", "Key", ".0f"),
    Column("mean_place", "Mean place", ".1f"),
    Column("first", "Put first, %", ".0f"),
    Column("place_rest", "Place with the rest", "+.2f"),
)


def tables(found: Sequence[Sat]) -> Iterator[Table]:
    """A table for each test and one for all cases, then what was chosen."""
    for one in found:
        if one.bank.is_test:
            caption = f"{capital(one.name)} question by question, after the course"
            yield Table(f"items-{one.bank.case}", caption, _questions(one), _TEST)
    cases = [one for one in found if not one.bank.is_test]
    if cases:
        frame = pd.concat([_questions(one) for one in cases], ignore_index=True)
        yield Table("items-cases", "The cases question by question, first answers", frame, _CASES)
    kinds = (
        ("options", "What was chosen, option by option", ("sba", "branch", "mrq", "choose"), _options, _OPTIONS),
        ("option-levels", "What was rated, response by response", ("rating",), _levels, _LEVELS),
        ("option-places", "What was put in order, response by response", ("ranking",), _places, _PLACES),
    )
    for name, caption, types, made, columns in kinds:
        frames = [_described(made(one, types), one) for one in found if _has(one, types)]
        if frames:
            yield Table(name, caption, pd.concat(frames, ignore_index=True), columns)


def _questions(one: Sat) -> pd.DataFrame:
    """Everything that is known of each question of a sitting."""
    frame = one.statistics.reset_index()
    frame["before"] = frame["item"].map(one.before).astype("float64")
    times = one.evidence.times
    frame = frame.merge(times, how="left", on="item") if times is not None else frame
    about: dict[str, Any] = {
        "assignment": one.bank.case,
        "where": capital(one.name).strip("“”"),
        "sitting": one.sitting,
        "number": frame["item"].map(one.numbers),
        "type": frame["item"].map({item.id: item.type for item in one.items.values()}),
        "stem": frame["item"].map({item.id: short(item.stem) for item in one.items.values()}),
    }
    for place, (name, values) in enumerate(about.items()):
        frame.insert(place, name, values)
    return frame


def _has(one: Sat, types: Iterable[str]) -> bool:
    return any(item.type in types for item in one.items.values())


def _cells(one: Sat, types: Iterable[str]) -> pd.DataFrame:
    cells = one.counts.cells
    return cells[cells["item"].isin([item.id for item in one.items.values() if item.type in types])]


def _options(one: Sat, types: Iterable[str]) -> pd.DataFrame:
    items = [item.id for item in one.items.values() if item.type in types]
    options, thirds = (rows[rows["item"].isin(items)] for rows in (one.evidence.option_rows, one.evidence.third_rows))
    wide = _wide(thirds, "group").reindex(columns=["item", "option", *_THIRDS])  # who are all alike make one group
    return options.merge(wide, how="left", on=["item", "option"])


def _levels(one: Sat, types: Iterable[str]) -> pd.DataFrame:
    found = level_statistics(_cells(one, types), one.evidence.maximum)
    wide = _wide(found, "level").merge(_wide(found, "level", "mean_rest"), on=["item", "option"])
    names = [f"{value}_{level}" for value in ("share", "mean_rest") for level in LEVELS]
    wide = wide.reindex(columns=["item", "option", *names])
    shares = [name for name in names if name.startswith("share")]
    return wide.assign(**wide[shares].fillna(0.0))


def _places(one: Sat, types: Iterable[str]) -> pd.DataFrame:
    return place_statistics(_cells(one, types), one.evidence.maximum)


def _wide(frame: pd.DataFrame, by: str, value: str = "share") -> pd.DataFrame:
    wide = frame.pivot_table(index=["item", "option"], columns=by, values=value, sort=False)
    wide.columns = pd.Index([f"{value}_{name}" for name in wide.columns])
    return wide.reset_index()


def _described(frame: pd.DataFrame, one: Sat) -> pd.DataFrame:
    """Rows about options in the order of the page, with what the option says and what the key says of it."""
    pairs = {(item.id, option.id): (item, option.text) for item in one.items.values() for option in item.options}
    order = {pair: place for place, pair in enumerate(pairs)}
    frame = frame.iloc[sorted(range(len(frame)), key=lambda row: order[_pair(frame, row)])].reset_index(drop=True)
    rows = [_pair(frame, row) for row in range(len(frame))]
    about: dict[str, Any] = {
        "assignment": one.bank.case,
        "where": capital(one.name).strip("“”"),
        "sitting": one.sitting,
        "number": [one.numbers[item] for item, _ in rows],
        "letter": [letter(pairs[pair][0], pair[1]) for pair in rows],
        "text": [pairs[pair][1] for pair in rows],
        "key": [float(one.key.get(item, {}).get(option, float("nan"))) for item, option in rows],
    }
    for place, (name, values) in enumerate(about.items()):
        frame.insert(place, name, values)
    return frame


def _pair(frame: pd.DataFrame, row: int) -> tuple[str, str]:
    return str(frame["item"].iloc[row]), str(frame["option"].iloc[row])
