"""Writes the export of an offering in one format, whole or not at all, for its owner alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from eprofessionalism_graders.cohort.tables import Tables, csv_text, read_tables
from eprofessionalism_graders.errors import UserError
from eprofessionalism_graders.exporting import canvas, moodle, moodle_xml
from eprofessionalism_graders.exporting.grades import BEST, Grades, grades
from eprofessionalism_graders.files import put
from eprofessionalism_graders.offering import Offering

FOLDER = "export"
NAMES = {
    "canvas": "canvas.csv",
    "moodle": "moodle.csv",
    "moodle-xml": "practice-questions.xml",
    "csv": "learners.csv",
    "parquet": "answers.parquet",
}
"""By format, the file’s name in `DIR/export`."""


@dataclass(frozen=True, slots=True)
class Written:
    """What was written, and what whoever imports it should know."""

    path: Path
    notes: tuple[str, ...] = ()


def export(offering: Offering, kind: str, output: Path | None = None, *, force: bool = False) -> Written:
    """Write one format.

    Args:
        offering: the offering, graded or not; what is not graded has no grade.
        kind: one of `NAMES`.
        output: where to, if not into the offering.
        force: replace a file that is at `output`.

    Raises:
        UserError: the format cannot carry a learner or a title unchanged, or the file cannot be written there.
    """
    path = output or offering.root / FOLDER / NAMES[kind]
    try:
        if output is None:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.parent.chmod(0o700)
        else:
            _check(offering, kind, output, force)
        return Written(path, _WRITERS[kind](offering, path))
    except OSError as error:
        read = Path(error.filename or path)
        where = path if read.parent == path.parent else read  # it is first written under another name, beside
        raise UserError(f"{where}: expected a file that can be read or written, found: {error.strerror}") from error


def _check(offering: Offering, kind: str, output: Path, force: bool) -> None:
    """Whether a file may be written where somebody wants it.

    Raises:
        UserError: it is no new file, or its place is in the offering or not there.
    """
    suffix, place = Path(NAMES[kind]).suffix, output.resolve()
    refused = [
        (place.is_dir(), "a file", "a folder", f"add a file name, such as {output / NAMES[kind]}"),
        (
            output.suffix.lower() != suffix,
            f"a name that ends in {suffix}",
            output.name,
            f"name it {output.stem}{suffix}",
        ),
        (not place.parent.is_dir(), "a file in a folder that is there", "no such folder", "make the folder first"),
        (_is_kept(offering, place), f"a file outside the offering, or in {FOLDER}/", "one in it", "name another place"),
        (output.exists() and not force, "a new file", "one that is there", "name another, or add --force"),
    ]
    for is_so, expected, found, remedy in refused:
        if is_so:
            raise UserError(f"--output {output}: expected {expected}, found {found}; {remedy}")


def _is_kept(offering: Offering, place: Path) -> bool:
    """Whether a path is in the offering, but not in the folder for what is exported."""
    root = offering.root.resolve()
    return place.is_relative_to(root) and not place.is_relative_to(root / FOLDER)


def _canvas(offering: Offering, path: Path) -> tuple[str, ...]:
    found, notes = _grades(offering)
    put(path, canvas.text(found))
    return (
        "In Canvas: Grades, Import. It finds people by SIS user id (the roster’s id), else by SIS login (the e-mail).",
        "A column that Canvas does not know becomes an assignment of 100 points, which counts in its totals.",
        "An empty cell is no grade, not a zero.",
        *notes,
    )


def _moodle(offering: Offering, path: Path) -> tuple[str, ...]:
    found, notes = _grades(offering)
    put(path, moodle.text(found))
    return (
        f"In Moodle: Grades, Import, CSV file. Map users by {moodle.told(found)}.",
        f"A “{moodle.MISSING}” is no grade, not a zero.",
        *notes,
    )


def _csv(offering: Offering, path: Path) -> tuple[str, ...]:
    tables = read_tables(offering)
    put(path, csv_text(tables.learners))
    return ("One row a learner. An empty cell is no result, not a zero.", *tables.notes)


def _parquet(offering: Offering, path: Path) -> tuple[str, ...]:
    from eprofessionalism_graders.cohort.large.answers import write_answers

    tables = read_tables(offering)
    write_answers(without_texts(tables.responses), path, offering.settings.title)
    return (
        "One row an answer, by learners’ ids; what they wrote in their own words is left out.",
        "Put it into the folder earlier/ of a later offering, and eprof report compares the two.",
        *tables.notes,
    )


def without_texts(responses: pd.DataFrame) -> pd.DataFrame:
    """Answers without learners’ own words: whoever reads the numbers has no need of them."""
    return responses.assign(answer=responses["answer"].mask(responses["type"] == "reflection"))


def _moodle_xml(offering: Offering, path: Path) -> tuple[str, ...]:
    banks = (offering.bank(name) for name in offering.assignments)
    cases = [moodle_xml.Case(bank, offering.release(bank.case)) for bank in banks if moodle_xml.is_practice(bank)]
    put(path, moodle_xml.document(cases))
    types = {item.type for case in cases for item in case.bank.items.values() if not item.assessment}
    changed = [f"Not scored quite alike: {why}." for name, why in moodle_xml.CHANGED.items() if name in types]
    return ("In Moodle: Question bank, Import, Moodle XML format. Questions of the test are not in it.", *changed)


def _grades(offering: Offering) -> tuple[Grades, tuple[str, ...]]:
    tables: Tables = read_tables(offering)
    banks = {name: offering.bank(name) for name in offering.assignments if name not in offering.surveys}
    found = grades(offering.roster(), tables, banks)
    mark = (
        f"Whoever has {offering.settings.pass_mark:g} or more in “{BEST}” has passed." if BEST in found.titles else ""
    )
    return found, (*filter(None, [mark]), *tables.notes)


_WRITERS: Mapping[str, Callable[[Offering, Path], tuple[str, ...]]] = {
    "canvas": _canvas,
    "moodle": _moodle,
    "moodle-xml": _moodle_xml,
    "csv": _csv,
    "parquet": _parquet,
}
