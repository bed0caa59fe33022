"""`report/` in a folder of Parquet files: each test and case over all offerings, and offerings beside each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from math import isnan
from pathlib import Path

import duckdb
import pandas as pd

from eprofessionalism_graders.cohort import page, sheets
from eprofessionalism_graders.cohort.analysis.flags import LOOK, SEVERITIES, Flag
from eprofessionalism_graders.cohort.analysis.scale import FEWEST_LEARNERS, SCALE_STATISTICS
from eprofessionalism_graders.cohort.document import Block, Column, Note, Section, Table
from eprofessionalism_graders.cohort.item_tables import ANSWERED, BEFORE, CHOSEN, WITH_REST
from eprofessionalism_graders.cohort.item_words import advice, why
from eprofessionalism_graders.cohort.large import cluster, parquet
from eprofessionalism_graders.cohort.large.counting import count
from eprofessionalism_graders.cohort.large.sat import Count, Sat, sat
from eprofessionalism_graders.cohort.large.schema import Source, source
from eprofessionalism_graders.cohort.tables import csv_text
from eprofessionalism_graders.cohort.words import capital, counted, listed
from eprofessionalism_graders.errors import UserError
from eprofessionalism_graders.files import put

FILES = {
    "items.csv": "one row for each question: all statistics",
    "options.csv": "one row for each option of each question",
    "scale.csv": "one row for each statistic of a whole test or case",
    "offerings.csv": "one row for each offering of each test or case, with intervals",
}
"""The files beside the page, and what a row of each is."""

WHEN = {"post": "after the course", "practice": "as practice", "pre": "before the course", "retake": "taken once more"}
MOST_TOLD = 8
"""So many questions are told of in words."""

_RANGE = (Column("low", "95% from", ".1f"), Column("high", "to", ".1f"))
_ITEMS = (Column("item", "Question"), *ANSWERED, BEFORE, WITH_REST, Column("seconds", "Median time, s", ".0f"))
_OPTIONS = (Column("item", "Question"), Column("option", "Option"), Column("credit", "Credit", ".2g"), *CHOSEN)
_SCALE = (
    Column("meaning", "Statistic"),
    Column("value", "Value", ".3f"),
    Column("low", "95% from", ".3f"),
    Column("high", "to", ".3f"),
    Column("note", "Mind"),
)
_OFFERINGS = (
    Column("offering", "Offering"),
    Column("learners", "Learners", ",.0f"),
    Column("complete", "Answered all", ",.0f"),
    Column("mean", "Mean, %", ".1f"),
    *_RANGE,
    Column("sd", "Spread (SD), %", ".1f"),
    Column("alpha", "Alpha", ".2f"),
    Column("alpha_low", "95% from", ".2f"),
    Column("alpha_high", "to", ".2f"),
)


def write_report(folder: Path, scheduler: str = "") -> Path:
    """Write the report of a folder of Parquet files; the path of its page.

    On POSIX nobody but the owner can read what is written.

    Args:
        folder: the files lie in it.
        scheduler: address of a Dask scheduler whose workers count; on this machine alone where there is none.

    Raises:
        UserError: the files cannot be read or do not fit, there is no such scheduler, or nothing can be written.
    """
    found = read(folder, scheduler)
    sections = [section(one) for one in found]
    tables = {
        "items.csv": pd.concat([_items(one) for one in found], ignore_index=True),
        "options.csv": pd.concat([_options(one) for one in found], ignore_index=True),
        "scale.csv": pd.concat([_scale(one) for one in found], ignore_index=True),
        "offerings.csv": pd.concat([_offerings(one) for one in found], ignore_index=True),
    }
    content = {"title": _title(found), "about": _about(found), "sections": sections, "files": FILES}
    content["merged"] = [(title, listed(names, f"{len(names)} files")) for title, names in parquet.merged(folder)]
    contents = {name: csv_text(sheets.plain(frame)) for name, frame in tables.items()}
    contents |= sheets.files(sections) | {"index.html": page.render("answers.html", content)}
    try:
        for name, text in contents.items():
            _write(folder / "report" / name, text)
    except OSError as error:
        raise UserError(f"{folder / 'report'}: expected to write the report here, found: {error}") from error
    return folder / "report" / "index.html"


def read(folder: Path, scheduler: str = "") -> list[Sat]:
    """Count all that the files of a folder hold; see `write_report`."""
    with ExitStack() as stack:
        connection = stack.enter_context(parquet.opened())
        found = source(connection, parquet.files_of(folder))
        counted: Count = partial(count, connection, found)
        if scheduler:
            counted = partial(cluster.counts, folder, stack.enter_context(cluster.connected(scheduler)))
        rows = parquet.contents(connection, found)
        if rows.empty:
            raise UserError(
                f"{folder}: expected scored answers in the Parquet files, found {_instead(connection, found)}"
            )
        return list(sat(rows, counted))


def _instead(connection: duckdb.DuckDBPyConnection, found: Source) -> str:
    """What there is where no answer is scored."""
    return "none but reflections" if connection.execute(f"FROM {found.scan} LIMIT 1").fetchall() else "not one row"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    put(path, text)


# ---- Tables ----------------------------------------------------------------------------------------------------------


def _of(one: Sat, frame: pd.DataFrame) -> pd.DataFrame:
    """A frame that says of what it is, since several stand in one file."""
    frame = frame.copy()
    frame.insert(0, "assignment", one.assignment)
    frame.insert(1, "sitting", one.sitting)
    return frame


def _items(one: Sat) -> pd.DataFrame:
    flags = {item: " ".join(why(one.items[item], flag) for flag in found) for item, found in one.flags.items()}
    frame = one.statistics.reset_index().assign(type=[one.items[item].type for item in one.counts.items])
    return _of(one, frame.assign(found=[flags.get(item, "") for item in one.counts.items]))


def _options(one: Sat) -> pd.DataFrame:
    credit = {item: one.evidence.asked[item].key for item in one.counts.items}
    frame = one.evidence.option_rows
    pairs = zip(frame["item"], frame["option"], strict=True)
    return _of(one, frame.assign(credit=[credit[item].get(option, float("nan")) for item, option in pairs]))


def _scale(one: Sat) -> pd.DataFrame:
    frame = one.scale.reset_index()
    return _of(one, frame.assign(meaning=frame["statistic"].map(SCALE_STATISTICS).map(capital)))


def _offerings(one: Sat) -> pd.DataFrame:
    return _of(one, one.offerings)


# ---- The page --------------------------------------------------------------------------------------------------------


def _offering_names(found: Sequence[Sat]) -> list[str]:
    return sorted({name for one in found for name in one.parts})


def _title(found: Sequence[Sat]) -> str:
    names = _offering_names(found)
    return names[0] if len(names) == 1 else capital(counted(len(names), "offering"))


def _about(found: Sequence[Sat]) -> str:
    names = _offering_names(found)
    answers = sum(int(one.counts.cells["n"].sum()) for one in found)
    parts = (counted(len(found), "test or case", "tests and cases"), counted(len(names), "offering"))
    return f"{answers:,} scored answers in {parts[0]} of {parts[1]} ({listed(names, 'offerings.csv')})."


def section(one: Sat) -> Section:
    """What was found in one test or case."""
    told = sorted(one.flags.items(), key=lambda found: SEVERITIES.index(found[1][0].severity))
    broken = [item for item, flags in told if flags[0].severity != LOOK]
    when = WHEN.get(one.sitting, one.sitting)
    said = "no question looks broken"
    if broken:
        said = f"{counted(len(broken), 'question')} {'needs' if len(broken) == 1 else 'need'} a look"
    elif one.counts.complete < FEWEST_LEARNERS:
        said = f"nothing can be said of its questions: {counted(one.counts.complete, 'learner')} answered every one"
    return Section(_anchor(one), f"{one.assignment}: {said}", _lead(one, when), tuple(_blocks(one, told)))


def _anchor(one: Sat) -> str:
    return "".join(letter if letter.isalnum() and letter.isascii() else "-" for letter in one.assignment.lower())


def _lead(one: Sat, when: str) -> str:
    asked = f"{capital(counted(len(one.counts.items), 'question'))} {when}, {one.counts.learners:,} learners"
    return f"{asked} of {counted(len(one.parts), 'offering')}.{_mean(one)}"


def _mean(one: Sat) -> str:
    value, low, high = one.mean
    if isnan(value):
        return ""
    interval = "" if isnan(low) else f" (95% interval {low:.1f} to {high:.1f})"
    return f" The mean total is {value:.1f}% of the points{interval}."


def _blocks(one: Sat, told: Sequence[tuple[str, Sequence[Flag]]]) -> Iterator[Block]:
    name = _anchor(one)
    for item, flags in told[:MOST_TOLD]:
        reasons = " ".join(why(one.items[item], flag) for flag in flags)
        yield Note(f"{item}: {reasons} {advice(one.items[item], flags)}".strip())
    if len(told) > MOST_TOLD:
        yield Note(f"{capital(counted(len(told) - MOST_TOLD, 'more question'))}: see items.csv.")
    yield from _cautions(one)
    if len(one.parts) > 1:
        yield from _compared(one, name)
    yield Table(f"items-{name}", "Question by question", _items(one), _ITEMS)
    yield Table(f"options-{name}", "What was chosen, option by option", _options(one), _OPTIONS)
    yield Table(f"scale-{name}", "The test as a whole", _scale(one), _SCALE)


def _cautions(one: Sat) -> Iterator[Note]:
    lacking = one.counts.learners - one.counts.complete
    if lacking:
        share = 100 * lacking / one.counts.learners
        yield Note(
            f"{capital(counted(lacking, 'learner'))} ({share:.1f}%) without an answer, or without its score, to every "
            "question: counted in facility and in what was chosen, and not in totals, reliability and how a question "
            "goes with the rest.",
            caution=share >= 5,
        )
    if one.left_out:
        names = listed(one.left_out, f"{len(one.left_out)} in all")
        yield Note(f"Not every offering asked {names}: totals of different questions do not compare.", caution=True)


def _compared(one: Sat, name: str) -> Iterator[Block]:
    yield Note(
        "Offerings have different people, taught under different circumstances: an interval says what chance alone "
        f"may do. Below {FEWEST_LEARNERS} learners there is no reliability."
    )
    yield Table(f"offerings-{name}", "Offerings beside each other", one.offerings, _OFFERINGS, folded=False)
    wide = one.facilities.pivot_table(index="item", columns="offering", values="facility", sort=False)
    shown = (Column("item", "Question"), *(Column(str(offering), str(offering), ".0f") for offering in wide.columns))
    caption = "Facility of each question in each offering, %"
    yield Table(f"facility-{name}", caption, wide.rename(columns=str).reset_index(), shown)
