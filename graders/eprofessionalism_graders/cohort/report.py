"""`report/`: the director's page, the same as PDF, the page with names, the tables; and `report/share/`, to hand on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from eprofessionalism.authoring.findings import FindingsError
from eprofessionalism.items import ItemBankError
from eprofessionalism_graders import incidents
from eprofessionalism_graders.cohort import evaluation, found, page, pdf, people, sharing, sheets, steps, words
from eprofessionalism_graders.cohort.analysis.flags import LOOK
from eprofessionalism_graders.cohort.document import Answer, Report, Section
from eprofessionalism_graders.cohort.evaluation import Evaluation
from eprofessionalism_graders.cohort.people import Talk
from eprofessionalism_graders.cohort.privacy import SMALLEST_GROUP
from eprofessionalism_graders.cohort.results import Results, read_results
from eprofessionalism_graders.cohort.sections import evaluating, sections
from eprofessionalism_graders.cohort.sections.calibration import confident_and_wrong
from eprofessionalism_graders.cohort.times import moment
from eprofessionalism_graders.errors import UserError
from eprofessionalism_graders.files import put
from eprofessionalism_graders.incidents import Incident
from eprofessionalism_graders.offering import Offering

PDF = "report.pdf"
FLAGS = "item-flags"
"""The table of what was found about questions."""

QUESTIONS = (
    ("Did they learn?", "learning", "Before and after", "Nobody has taken the test both before and after the course."),
    ("Which clause is weak?", "mastery", "Clause by clause", "Too few have answered to say."),
    ("Which questions may be broken?", "items", "Question by question", "Too few have answered to say."),
)
"""What a director asks, the section that answers it, what more stands there, and the answer while there is none."""


def write_report(
    offering: Offering, smallest: int = SMALLEST_GROUP, warn: Callable[[str], None] = lambda _: None
) -> Path:
    """Write both reports of an offering as it stands now; the path of the director's page.

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
    results, settings = read_results(offering), offering.settings
    said, noted = evaluation.read(offering), incidents.load(offering.root)
    talks = people.talks(results, confident_and_wrong(results), noted, settings.due)
    whole = compose(results, said, talks, noted, settings.due)
    titles = {name: offering.bank(name).title for name in offering.assignments}
    named = people_content(results, talks, said) | {"found": found.told(noted, offering.roster(), titles)}
    folder, own_cases = offering.root / "report", settings.keys / "cases" if settings.keys else None
    shared = sharing.files(results, said, folder, smallest, due=settings.due, own_cases=own_cases, warn=warn)
    contents: dict[str, str | bytes] = {
        **results.tables.files(),
        **evaluation.files(said),
        **found.files(noted, offering.roster()),
        **sheets.files(whole.sections),
        "index.html": page.render("own.html", own_content(whole, results, settings.due, shared)),
        people.FILE: page.render("people.html", {"title": whole.title, "report": whole} | named),
        PDF: pdf.written(whole, last(results)),
        **shared,
    }
    for name, content in contents.items():
        _write(folder / name, content)
    _clear(folder, contents)
    for note in results.tables.notes:
        warn(note)
    return folder / "index.html"


def _write(path: Path, content: str | bytes) -> None:
    """Put a file in place whole, in a folder and with rights for its owner alone."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    put(path, content)


def _clear(folder: Path, contents: Iterable[str]) -> None:
    """Take away what an earlier report wrote and this one has nothing for."""
    kept = {folder / name for name in contents}
    mine = [folder / evaluation.FILE, folder / found.FILE, *(folder / sheets.FOLDER).glob("*.csv")]
    for path in (set(mine) - kept) | sharing.outdated(folder, contents):
        path.unlink(missing_ok=True)


# ---- What the report says --------------------------------------------------------------------------------------------


def compose(
    results: Results,
    said: Sequence[Evaluation] = (),
    talks: Sequence[Talk] = (),
    noted: Sequence[Incident] = (),
    due: datetime | None = None,
) -> Report:
    """The report without names, for the page and the PDF.

    Args:
        results: of the cohort.
        said: what it said of the course.
        talks: who may need a talk; only their number is used.
        noted: what was found in submissions; only whether there is anything is used.
        due: when the course is to be finished.
    """
    parts = (*sections(results), *map(evaluating.section, said))
    overall = results.summary.overall
    return Report(
        title=results.title,
        about=words.about(due, results.pass_mark, last(results)),
        answers=tuple(_answers(results, {part.id: part for part in parts}, said, talks)),
        progress=words.progress(overall),
        notes=words.notes(len(results.tables.notes), len(noted)),
        sections=parts,
    )


def _answers(
    results: Results, parts: Mapping[str, Section], said: Sequence[Evaluation], talks: Sequence[Talk]
) -> Iterable[Answer]:
    more = ("#finishing", "Part by part") if "finishing" in parts else ("", "")
    yield Answer("Who finished?", words.finished(results.summary), *more)
    for question, name, more_there, otherwise in QUESTIONS if results.summary.begun else ():
        part = parts.get(name)
        if part and part.answer:
            yield Answer(question, part.answer, f"#{name}", more_there)
        else:
            yield Answer(question, otherwise, f"#{name}" if part else "", more_there if part else "")
    yield from _opinion(said, parts)
    counts = Counter(talk.kind for talk in talks)
    reasons = (counts[kind] for kind in (people.FAILED, people.PRIVACY, people.FOUND, people.OPEN))
    yield Answer("Who may need a talk?", words.talks(*reasons), people.FILE, "Learners by name")


def _opinion(said: Sequence[Evaluation], parts: Mapping[str, Section]) -> Iterable[Answer]:
    """What was thought of the course, of the first survey that enough have answered; nothing without a survey."""
    asked = [parts[evaluating.anchor(one)] for one in said]
    if asked:
        part = next((one for one in asked if one.answer), asked[0])
        yield Answer("What did they think of it?", part.answer or part.title + ".", f"#{part.id}", "What they said")


def last(results: Results) -> datetime | None:
    """When the last answer was given, as far as journals can be believed."""
    return _last(results.tables.responses["at"].dropna(), datetime.now(UTC))


def _last(times: Iterable[str], now: datetime) -> datetime | None:
    """The last of the times that can be: a journal may say anything about time, and a clock may run ahead."""
    return max((found for found in map(moment, times) if found and found <= now), default=None)


def own_content(
    report: Report, results: Results, due: datetime | None = None, written: Collection[str] = ()
) -> dict[str, Any]:
    """What the director's page says: the report, what to do next, and what was chosen in each question.

    Args:
        report: what it says.
        results: of the cohort.
        due: when the course is to be finished.
        written: files beside the page that it may lead to.
    """
    return {
        "title": report.title,
        "report": report,
        "steps": steps.steps(results, due, _flagged(report), written),
        "summary": results.summary,
    }


def _flagged(report: Report) -> set[str]:
    """The questions that the part on questions says may be broken."""
    tables = (table for part in report.sections for table in part.tables if table.name == FLAGS)
    return {str(row["item"]) for table in tables for row in table.frame.to_dict("records") if row["severity"] != LOOK}


def people_content(results: Results, talks: Sequence[Talk], said: Sequence[Evaluation]) -> dict[str, Any]:
    """What the page with names says, beside what was found in submissions."""
    written = [
        (question.item.stem, len(question.texts), Counter(question.texts))
        for one in said
        for question in one.questions
        if question.texts
    ]
    listed = people.blocks(talks, results)
    return {
        "talks": [block for block in listed if block.kind != people.OPEN],
        "reminders": [block for block in listed if block.kind == people.OPEN],
        "people": people.people(results),
        "stories": sum(not case.assessment for case in results.summary.cases),
        "pass_mark": results.pass_mark,
        "notes": results.tables.notes,
        "written": written,
    }
