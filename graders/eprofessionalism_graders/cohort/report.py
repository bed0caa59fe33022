"""`report/`: the instructor's own page with the tables, and `report/share/`, the page to hand on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from eprofessionalism.authoring.findings import FindingsError
from eprofessionalism.items import ItemBankError
from eprofessionalism_graders import incidents
from eprofessionalism_graders.cohort import evaluation, figures, found, page, words
from eprofessionalism_graders.cohort.figures import Plot
from eprofessionalism_graders.cohort.privacy import SMALLEST_GROUP
from eprofessionalism_graders.cohort.shared import Distribution, Shared, share
from eprofessionalism_graders.cohort.summary import (
    TESTS,
    Assessment,
    Summary,
    by_mean,
    full_name,
    summarize,
    to_discuss,
)
from eprofessionalism_graders.cohort.tables import COMPLETE, PARTLY, Tables, read_tables
from eprofessionalism_graders.errors import UserError
from eprofessionalism_graders.files import put
from eprofessionalism_graders.offering import Offering

CLAUSES = 5
"""So many clauses stand beside the cases; the others are in the table below them."""


def write_report(
    offering: Offering, smallest: int = SMALLEST_GROUP, warn: Callable[[str], None] = lambda _: None
) -> Path:
    """Write both reports of an offering as it stands now; the path of the instructor's page.

    On POSIX nobody but the owner can read what is written.

    Args:
        offering: the offering, graded or not.
        smallest: the size a group must have to appear in the shared page.
        warn: is told of every learner whose answers could not be read; the report goes without them and says so.

    Raises:
        UserError: roster, questions or keys of the offering cannot be read, or the report cannot be written.
    """
    try:
        return _write_report(offering, smallest, warn)
    except (FindingsError, ItemBankError, OSError) as error:
        raise UserError(str(error)) from error


def _write_report(offering: Offering, smallest: int, warn: Callable[[str], None]) -> Path:
    banks = {name: offering.bank(name) for name in offering.assignments if name not in offering.surveys}
    keys = {assignment: offering.key(assignment) for assignment in banks}
    tables, settings = read_tables(offering), offering.settings
    summary = summarize(tables, banks, keys, settings.pass_mark)
    folder = offering.root / "report"
    head = {"title": settings.title, "due": settings.due, "pass_mark": settings.pass_mark}
    shared = share(summary, banks, settings.pass_mark, smallest)
    said, noted = evaluation.read(offering), incidents.load(offering.root)
    contents = tables.files() | evaluation.files(said) | found.files(noted, offering.roster())
    titles = {name: offering.bank(name).title for name in offering.assignments}
    own = own_content(summary, tables, settings.due)
    own |= {"evaluations": said, "found": found.told(noted, offering.roster(), titles)}
    contents["index.html"] = page.render("own.html", head | own)
    on = shared_content(shared) | {"evaluations": evaluation.share(said, smallest)}
    contents["share/index.html"] = page.render("share.html", head | on)
    for name, text in contents.items():
        _write(folder / name, text)
    for name in {evaluation.FILE, found.FILE} - contents.keys():
        (folder / name).unlink(missing_ok=True)  # of an earlier report
    for note in tables.notes:
        warn(note)
    return folder / "index.html"


def _write(path: Path, text: str) -> None:
    """Put a file in place whole, in a folder and with rights for its owner alone."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    put(path, text)


# ---- The instructor's page -------------------------------------------------------------------------------------------


def own_content(summary: Summary, tables: Tables, due: datetime | None = None) -> dict[str, Any]:
    """What the instructor's page says."""
    learners = tables.learners
    clauses = to_discuss(summary.clauses)[:CLAUSES]
    answered = Counter(zip(tables.responses["learner"], tables.responses["assignment"], strict=True))
    return {
        "summary": summary,
        "headline": words.headline(summary),
        "last": words.day(_last(tables.responses["at"].dropna(), datetime.now(UTC))),
        "notes": tables.notes,
        "completion": words.completion(summary.overall),
        "assessment": words.assessment(summary.assessment) if summary.assessment else "",
        "second": words.second_attempts(summary.assessment) if summary.assessment else "",
        "gain": words.gain(summary.gain),
        "distribution": _distribution(summary.assessment),
        "cases_said": words.cases(summary.cases),
        "case_basis": words.case_basis(summary.cases),
        "cases": figures.cases(summary.cases) if by_mean(summary.cases) else None,
        "clauses_said": words.clauses(len(clauses)),
        "clauses": clauses,
        "sureness_said": words.sureness(summary.sureness),
        "sureness": figures.sureness(summary.sureness) if summary.sureness else None,
        "sure_and_wrong": words.sure_and_wrong(summary),
        "steps": words.steps(summary, learners, due),
        "stories": sum(not case.assessment for case in summary.cases),
        "people": [_person(row, summary, answered) for row in learners.to_dict("records")],
    }


def _distribution(test: Assessment | None) -> Plot | None:
    return figures.distribution(test) if test and test.percents else None


def _last(times: Iterable[str], now: datetime) -> datetime | None:
    """The last of the times that can be: a journal may say anything about time, and a clock may run ahead."""
    return max((moment for moment in map(_moment, times) if moment and moment <= now), default=None)


def _moment(time: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(time)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _person(row: Mapping[Any, Any], summary: Summary, answered: Mapping[tuple[str, str], int]) -> dict[str, Any]:
    """One line of the list of learners."""
    cases = [case.assignment for case in summary.cases if not case.assessment]
    return {
        "name": words.isolated(full_name(row)),
        "group": _given(row["group"], ""),
        "finished": sum(row[f"{name}_status"] == COMPLETE for name in cases),
        "open": [_part(row, name, summary, answered) for name in cases if row[f"{name}_status"] == PARTLY],
        "practice": _given(row["practice_percent"]),
        "tests": [(row[f"{test}_status"] == PARTLY, _given(row[f"{test}_percent"])) for test in TESTS],
        "passed": _given(row["passed"]),
        "late": row["late"],
    }


def _part(row: Mapping[Any, Any], name: str, summary: Summary, answered: Mapping[tuple[str, str], int]) -> str:
    """How much of a case was answered where it is a part."""
    title = next(case.title for case in summary.cases if case.assignment == name)
    return f"{title}: {answered.get((row['learner'], name), 0)} of {len(summary.questions[name])}"


def _given(value: Any, otherwise: Any = None) -> Any:
    return otherwise if pd.isna(value) else value


# ---- The page to hand on ---------------------------------------------------------------------------------------------


def shared_content(shared: Shared) -> dict[str, Any]:
    """What the page to hand on says; it is made of `Shared` alone."""
    return {
        "shared": shared,
        "headline": words.shared_headline(shared),
        "distribution": _merged(shared.distribution, shared.pass_mark),
        "cases": _shares("Mean percent by case", ("Case", "Mean, %"), shared.cases),
        "groups": _shares("Mean percent of the post-test by group", ("Group", "Mean, %"), shared.groups),
        "sureness": _shares("Percent right by stated certainty", ("Stated", "Right, %"), shared.sureness),
        "clauses": shared.clauses[:CLAUSES],
    }


def _merged(found: Distribution | None, pass_mark: float) -> Plot | None:
    return figures.merged_distribution(found.bins, found.without, pass_mark) if found else None


def _shares(what: str, columns: Sequence[str], values: Sequence[tuple[str, int]]) -> Plot | None:
    if not values:
        return None
    said = "; ".join(f"{name} about {percent}" for name, percent in values)
    return figures.shares(f"{what}: {said}.", columns, values)
