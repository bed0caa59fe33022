"""The numbers of every question and every option, as tables of the report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pandas as pd

from eprofessionalism.answers import LEVELS
from eprofessionalism_graders.cohort.analysis.flags import FEWEST_IN_REST
from eprofessionalism_graders.cohort.analysis.items import RELATIONS
from eprofessionalism_graders.cohort.analysis.options import level_statistics, place_statistics
from eprofessionalism_graders.cohort.document import Column, Table, filled
from eprofessionalism_graders.cohort.item_words import letter, short
from eprofessionalism_graders.cohort.sittings import FEWEST_COMPLETE, WHEN, Sat
from eprofessionalism_graders.cohort.summary import FEWEST_LEARNERS
from eprofessionalism_graders.cohort.words import ENOUGH_FOR_PERCENT, capital, number

FLAGS = (
    Column("where", "Where"),
    Column("number", "Question", ".0f"),
    Column("why", "What was found"),
    Column("severity", "What to do"),
)
"""Columns of the table of flags that are shown."""

ANSWERED = (Column("n", "Learners", ",.0f"), Column("facility", "Points, %", ".0f"))
BEFORE = Column("before", "Before the course, %", ".0f")
WITH_REST = Column("item_rest", "Correlation with the rest", "+.2f")
"""Columns of what is shown of each question, in a report of whichever answers."""

CHOSEN = (
    Column("n", "Chose it", ",.0f"),
    Column("share", "%", ".0f"),
    Column("mean_rest", "Their mean on the rest, %", ".0f"),
    Column("point_biserial", "Correlation", "+.2f"),
)
"""Columns of what is known of each option."""

_QUESTION = (Column("number", "No.", ".0f"), Column("stem", "Question"), *ANSWERED)
_LAST = (WITH_REST, Column("median", "Median time, s", ".0f"))
_TEST = (*_QUESTION, BEFORE, *_LAST)
_CASES = (Column("where", "Case"), *_QUESTION, *_LAST)
MORE = (
    "Tables show the main numbers of each question. Their files in the folder “tables” have all: intervals, "
    "discrimination, weights, alpha without a question, and the choices of every third."
)
"""What the page leaves to the CSV files."""

FEWEST_FOR_THIRDS = 3 * FEWEST_LEARNERS
UNRELATED = (
    f"How a question or an option goes with the other questions is given from {FEWEST_COMPLETE} learners on who "
    f"answered all of them, where there are at least {number(FEWEST_IN_REST)} others; thirds from {FEWEST_FOR_THIRDS} "
    "learners on."
)
"""What is left out of the tables, and of the files."""

_HEAD = (Column("where", "Where"), Column("number", "No.", ".0f"), Column("letter", "Option"))
_THIRDS = ("share_1", "share_2", "share_3")
_OF = Column("takers", "of", ".0f")
_OPTION = (*_HEAD, Column("text", "What it says"), Column("key", "Key", ".2g"))
_BEST = Column("share_3", "Best third, %", ".0f")
_OPTIONS = (*_OPTION, CHOSEN[1], _BEST)
_OPTIONS_COUNTED = (*_OPTION, CHOSEN[0], _OF, _BEST)
_RESPONSE = (*_HEAD[:2], Column("text", "Response"), Column("key", "Key", ".0f"))
_LEVELS = (*_RESPONSE, *(Column(f"share_{level}", f"{capital(word)}, %", ".0f") for level, word in LEVELS.items()))
_LEVELS_COUNTED = (*_RESPONSE, *(Column(f"n_{level}", capital(word), ".0f") for level, word in LEVELS.items()))
_MEAN_PLACE = Column("mean_place", "Mean place", ".1f")
_PLACE_REST = Column("place_rest", "Place with the rest", "+.2f")
_PLACES = (*_RESPONSE, _MEAN_PLACE, Column("first", "Put first, %", ".0f"), _PLACE_REST)
_PLACES_COUNTED = (*_RESPONSE, _MEAN_PLACE, Column("put_first", "Put first", ".0f"), _OF, _PLACE_REST)


def tables(found: Sequence[Sat]) -> Iterator[Table]:
    """A table for each test and one for all cases, then what was chosen."""
    for one in found:
        if one.bank.is_test:
            frame = _questions(one)
            yield Table(f"items-{one.bank.case}", _of_test(one), frame, filled(_TEST, frame))
    cases = [one for one in found if not one.bank.is_test]
    if cases:
        frame = pd.concat([_questions(one) for one in cases], ignore_index=True)
        caption = "The cases question by question, first answers; each question of those who answered it"
        yield Table("items-cases", caption, frame, filled(_CASES, frame))
    yield from _by_option(found)


def _by_option(found: Sequence[Sat]) -> Iterator[Table]:
    """What was chosen; in counts where a test or case has too few for percentages."""
    kinds = (
        ("options", "What was chosen, option by option", ("sba", "branch", "mrq", "choose"), _options),
        ("option-levels", "What was rated, response by response", ("rating",), _levels),
        ("option-places", "What was put in order, response by response", ("ranking",), _places),
    )
    shown = {
        "options": (_OPTIONS, _OPTIONS_COUNTED),
        "option-levels": (_LEVELS, _LEVELS_COUNTED),
        "option-places": (_PLACES, _PLACES_COUNTED),
    }
    for name, caption, types, made in kinds:
        those = [one for one in found if _has(one, types)]
        if those:
            frame = pd.concat([_described(made(one, types), one) for one in those], ignore_index=True)
            counted = min(one.learners for one in those) < ENOUGH_FOR_PERCENT
            yield Table(name, caption, frame, filled(shown[name][counted], frame))


def _of_test(one: Sat) -> str:
    """What the table of a test is, and what must be known to read it."""
    said = f"{capital(one.name)} question by question, {WHEN[one.sitting]}; an unanswered question has 0 points"
    other = "; before the course other learners had it" if len(one.before) else ""
    return f"{said}{other}"


def _related(frame: pd.DataFrame, names: Iterable[str], *, given: bool) -> pd.DataFrame:
    """The frame, its columns on how something goes with the other questions left empty where they are not given."""
    return frame if given else frame.assign(**dict.fromkeys(names, float("nan")))


def _questions(one: Sat) -> pd.DataFrame:
    """Everything that is known of each question of a sitting."""
    frame = _related(one.statistics.reset_index(), RELATIONS, given=one.is_related)
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
    wide = _related(wide, _THIRDS, given=one.is_related and one.counts.complete >= FEWEST_FOR_THIRDS)
    found = _related(options, ("mean_rest", "point_biserial"), given=one.is_related)
    takers = found["item"].map(one.learners - one.statistics["unanswered"])
    return found.assign(takers=takers).merge(wide, how="left", on=["item", "option"])


def _levels(one: Sat, types: Iterable[str]) -> pd.DataFrame:
    found = level_statistics(_cells(one, types), one.evidence.maximum)
    wide = _wide(found, "level", "n").merge(_wide(found, "level"), on=["item", "option"])
    if one.is_related:
        wide = wide.merge(_wide(found, "level", "mean_rest"), how="left", on=["item", "option"])
    counts, shares, rests = ([f"{value}_{level}" for level in LEVELS] for value in ("n", "share", "mean_rest"))
    wide = wide.reindex(columns=["item", "option", *counts, *shares, *rests])
    return wide.assign(**wide[[*counts, *shares]].fillna(0.0))


def _places(one: Sat, types: Iterable[str]) -> pd.DataFrame:
    found = place_statistics(_cells(one, types), one.evidence.maximum)
    put_first = (found["n"] * found["first"] / 100).round()
    return _related(found.assign(takers=found["n"], put_first=put_first), ["place_rest"], given=one.is_related)


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
